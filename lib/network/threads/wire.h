#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model.h"

/// Forms out and JSON in for Threads' API. Pure; every field of an answer is checked for its type.
namespace crier::threads {

/// What goes into a container. Everything is sent as a form: of a JSON body Threads takes the words
/// and drops the options without saying so.
/// Source: developers.facebook.com, Threads, "Posts", 2026-04; github.com/exileum/meta-mcp,
/// CHANGELOG 3.1.0.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// The fields of a picture; its description is cut to 1,000 characters, Threads' limit.
[[nodiscard]] Fields picture_fields(const Image& image);

/// The "id" of an answer; empty if it has none that is a number.
[[nodiscard]] std::string read_id(std::string_view body);

/// Where a container stands.
struct Container {
  /// `other`: the answer tells nothing. A word that is not known is taken for in_progress.
  enum class Status : std::uint8_t { in_progress, finished, published, expired, error, other };
  Status status = Status::other;
  std::string why;  ///< of an error: "THREADS_API__LINK_LIMIT_EXCEEDED"
};
[[nodiscard]] Container read_container(std::string_view body);

/// The "permalink" of an answer, if it is a web address; else empty.
[[nodiscard]] std::string read_permalink(std::string_view body);

/// A post as Threads lists it.
struct Shown {
  std::string id, text, permalink;
  std::string link;  ///< of its link card; or empty
  std::optional<SysTime> at;
  bool is_repost = false;
};
struct Listing {
  std::vector<Shown> posts;  ///< newest first
  std::size_t entries = 0;   ///< of the page, with those that are none
  std::string next;          ///< the cursor of the next page; or empty
  bool has_more = false;     ///< there is another page, with a cursor that is known or not
};
/// Reads a list of posts; nothing if the body is none.
[[nodiscard]] std::optional<Listing> read_listing(std::string_view body);

struct User {
  std::string id, username;
};
[[nodiscard]] std::optional<User> read_user(std::string_view body);

/// What "debug_token" says of a token: when it ends, in seconds; 0: never, or it does not say.
[[nodiscard]] std::int64_t read_token_end(std::string_view body);

struct Quota {
  std::int64_t used = 0, total = 0;
};
[[nodiscard]] std::optional<Quota> read_quota(std::string_view body);

/// Meta's way of saying no. Its numbers decide; its words are for people.
struct Problem {
  int code = 0, subcode = 0;  ///< 0: there is none
  bool is_transient = false;
  std::string words;
};
[[nodiscard]] Problem read_problem(std::string_view body);

/// The words by which a post is known again: in NFC, white space folded, and without its link and
/// "#", which Threads may take away where it makes a card and a topic of them.
[[nodiscard]] std::string bare_words(std::string_view text, std::string_view link);

}  // namespace crier::threads
