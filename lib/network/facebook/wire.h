#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

/// Forms out and JSON in for the Graph API. Pure; every field of an answer is checked for its type.
namespace crier::facebook {

/// The body of POST /{page}/feed. `link`: where the card leads; empty: no card. A post has pictures
/// or a card, not both.
[[nodiscard]] std::string write_post(const std::string& text, const std::string& link,
                                     const std::vector<std::string>& media_ids);

/// A description, cut to what is taken for certain: 1,000 characters.
[[nodiscard]] std::string cut_description(const std::string& text);

/// The id of something that was made; empty if the body is none. Ids are digits, of a post two
/// numbers with "_" between them.
[[nodiscard]] std::string read_id(std::string_view body);

struct Posted {
  std::string id, url;
};
/// Reads the answer to a post; nothing if it has no id.
[[nodiscard]] std::optional<Posted> read_posted(std::string_view body);

/// A post as the Page shows it.
struct Shown {
  std::string id, text, url;
  std::vector<std::string> links;  ///< of its cards
  std::optional<SysTime> at;
};
struct Listing {
  std::vector<Shown> posts;  ///< newest first
  std::string next;          ///< cursor; or empty
  bool has_more = false;     ///< there is another page, with a cursor that is known or not
};
/// Reads published_posts; nothing if the body is no list.
[[nodiscard]] std::optional<Listing> read_listing(std::string_view body);

struct Identity {
  std::string id, name, link;
};
[[nodiscard]] std::optional<Identity> read_identity(std::string_view body);

/// What is told of a token.
struct Inspection {
  std::int64_t ends_at = 0;  ///< seconds since 1970, the earliest of its ends; 0: never
  std::string scopes;        ///< with spaces between them
};
[[nodiscard]] std::optional<Inspection> read_inspection(std::string_view body);

/// What is wrong, in Graph's shape.
struct Problem {
  int code = 0, subcode = 0;
  bool is_transient = false;
  std::string words;  ///< those for people, where there are such
  std::string trace;  ///< fbtrace_id, which Facebook's support asks for; or empty
};
/// Nothing if the body has no `error` with a positive number as its code, or that will pass.
[[nodiscard]] std::optional<Problem> read_problem(std::string_view body);

/// A text in NFC, white space folded: as texts are compared.
[[nodiscard]] std::string folded(std::string_view text);
/// How a text begins: the first 80 characters of it, folded.
[[nodiscard]] std::string opening_of(std::string_view text);

}  // namespace crier::facebook
