#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

/// JSON in and out for X's API v2. Pure; every field of an answer is checked for its type.
namespace crier::x {

/// The body of POST /2/tweets. X refuses any property that it does not know.
[[nodiscard]] std::string write_post(const std::string& text,
                                     const std::vector<std::string>& media_ids);

/// The body of POST /2/media/metadata; the description is cut to 1,000 characters, X's limit.
[[nodiscard]] std::string write_description(const std::string& media_id, const std::string& text);

/// A post as X shows it.
struct Shown {
  std::string id;
  std::string text;                ///< with its links as they were sent, not as t.co's
  std::vector<std::string> links;  ///< where they lead
  std::optional<SysTime> created_at;
};

/// The id in `data.id` of an answer; empty if there is none.
[[nodiscard]] std::string read_id(std::string_view body);

struct Timeline {
  std::vector<Shown> posts;
  std::string next;  ///< pagination token; or empty
};
/// Reads a list of posts; nothing if the body is none.
[[nodiscard]] std::optional<Timeline> read_timeline(std::string_view body);

struct User {
  std::string id, username;
};
[[nodiscard]] std::optional<User> read_user(std::string_view body);

/// What X says is wrong, in either of its two shapes.
struct Problem {
  std::string type;  ///< what stands after the last "/" of `type`: "usage-capped"
  std::string title, detail;
  int code = 0;  ///< of the old shape
};
[[nodiscard]] Problem read_problem(std::string_view body);

/// Say the same words: both in NFC, white space folded, and links left out.
[[nodiscard]] std::string bare_words(std::string_view text);

}  // namespace crier::x
