#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"
#include "http/message.h"

/// JSON in and out for LinkedIn's Posts and Images APIs. Pure; every field of an answer is checked
/// for its type.
namespace crier::linkedin {

/// Source: linkedin.com/help/linkedin/answer/a528176, and posts-api for the title, 2026-09.
inline constexpr std::size_t most_characters = 3000;
inline constexpr std::size_t most_title = 400;
/// No limit is written anywhere; a card shows less.
inline constexpr std::size_t most_description = 400;

/// A picture that was uploaded: "urn:li:image:…".
struct Media {
  std::string id, alt;
};

struct Article {
  std::string source, title, description;
  std::string thumbnail;  ///< "urn:li:image:…"; or empty
};

struct Draft {
  std::string organization;  ///< its number
  std::string text;          ///< plain
  std::string link;          ///< as it may stand in `text`
  std::optional<Article> article;
  std::vector<Media> media;  ///< wins over the article: a post has one or the other
};

/// The body of POST /rest/posts.
[[nodiscard]] std::string write_post(const Draft& draft);
/// The body of POST /rest/images?action=initializeUpload.
[[nodiscard]] std::string write_upload(const std::string& organization);

/// A post as LinkedIn shows it.
struct Shown {
  std::string id;          ///< "urn:li:share:7"
  std::string commentary;  ///< in little text, as it was sent
  std::string source;      ///< of the article; or empty
  std::optional<SysTime> created_at;
  bool is_public = true;  ///< published, and no draft
  bool is_reshare = false;
};

/// Nothing if the body is no post; `id` is empty if it names none.
[[nodiscard]] std::optional<Shown> read_post(std::string_view body);

struct Listing {
  std::vector<Shown> posts;
  std::string next;  ///< where the next page starts; empty: this is the last
};
/// Nothing if the body is no list of posts.
[[nodiscard]] std::optional<Listing> read_posts(std::string_view body);

/// Where a picture goes, and what it is called.
struct Upload {
  std::string url, image;
};
[[nodiscard]] std::optional<Upload> read_upload(std::string_view body);
/// "AVAILABLE", "PROCESSING"; empty if the body does not say.
[[nodiscard]] std::string read_image_status(std::string_view body);

/// The numbers of the organisations in an answer to organizationAcls; nothing if it is no list.
[[nodiscard]] std::optional<std::vector<std::string>> read_organizations(std::string_view body);

/// What LinkedIn says is wrong.
struct Problem {
  std::string message;
  std::vector<std::string> codes;  ///< of the whole, and of single fields: "DUPLICATE_POST"
  std::int64_t service_code = 0;   ///< 65601
  [[nodiscard]] bool has(std::string_view code) const;
};
[[nodiscard]] Problem read_problem(std::string_view body);

/// The first post's name in a text: "urn:li:share:7", of kind share, ugcPost or activity.
[[nodiscard]] std::string find_urn(std::string_view text);
/// Says whether it is one and nothing else.
[[nodiscard]] bool is_post_urn(std::string_view text);

/// The digits of "urn:li:organization:7"; any other text as it is.
[[nodiscard]] std::string number_of(std::string_view organization);

}  // namespace crier::linkedin
