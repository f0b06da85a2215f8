#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "rehearsal/facebook.h"

namespace crier::rehearsal::facebook {
namespace {

using std::chrono::hours;

constexpr std::size_t most_text = 63'206;
constexpr std::size_t most_picture_bytes = 10'000'000;
constexpr hours photos_are_kept_for{24};

std::size_t number_in(const Fields& fields, const std::string& name, std::size_t usual) {
  const std::string text = value_in(fields, name);
  std::size_t number = usual;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string type_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("GIF8")) return "image/gif";
  return {};
}

}  // namespace

Response Facebook::list_posts(std::size_t page, const Fields& fields) const {
  for (const std::string& name : names_in(value_in(fields, "fields"))) {
    constexpr std::array known = {"id", "message", "created_time", "permalink_url", "attachments"};
    if (std::ranges::find(known, name) == known.end()) {
      return refuse(400, 100,
                    fmt::format("(#100) Tried accessing nonexisting field ({}) on node type (Post)",
                                to_valid_utf8(name)));
    }
  }
  const std::size_t most = std::clamp<std::size_t>(number_in(fields, "limit", 25), 1, 100);
  const std::size_t from = number_in(fields, "after", 0);
  Json data = Json::array();
  std::size_t at = 0;
  bool has_more = false;
  for (std::size_t i = arrived_.size(); i-- > 0;) {
    if (posts_[i].page != page || at++ < from) continue;
    if (data.size() == most) {
      has_more = true;
      break;
    }
    const Arrived& post = arrived_[i];
    std::string time = to_iso8601(post.at);
    time.replace(time.size() - 1, 1, "+0000");
    Json entry = {{"id", post.id},
                  {"message", post.text},
                  {"created_time", time},
                  {"permalink_url", post.url}};
    if (!posts_[i].link.empty()) {
      entry["attachments"]["data"] = Json::array({{{"unshimmed_url", posts_[i].link}}});
    }
    data.push_back(std::move(entry));
  }
  Json body = {{"data", data}};
  if (!data.empty()) {
    body["paging"]["cursors"]["after"] = std::to_string(from + data.size());
    if (has_more) body["paging"]["next"] = world_.origin + "/more";
  }
  return respond_json(200, body);
}

Response Facebook::take_photo(std::size_t page, const Request& request, const Fields& fields) {
  if (value_in(fields, "published") != "false") {
    return refuse(400, 100, "(#100) this stand-in takes photos with published=false only");
  }
  const auto file =
      std::ranges::find_if(request.parts, [](const Part& part) { return part.name == "source"; });
  Photo photo{{{}, {}, value_in(fields, "alt_text_custom"), value_in(fields, "url")},
              page,
              world_.clock.now()};
  if (file != request.parts.end()) {
    photo.picture.bytes = file->content;
    photo.picture.type = type_of(file->content);
    if (photo.picture.type.empty() || file->content.size() > most_picture_bytes) {
      return refuse(400, 1366046,
                    "Your photos couldn't be uploaded. Photos should be smaller than 10 MB and "
                    "saved as JPG, PNG, GIF, TIFF, HEIF or WebP files.");
    }
  } else if (!is_http_url(photo.picture.url)) {
    return refuse(400, 324, "(#324) Requires upload file");
  }
  const std::string id = std::to_string(122'000'000'000'000'000U + ++photos_taken_);
  photos_[id] = std::move(photo);
  return respond_json(200, {{"id", id}});
}

std::vector<Picture> Facebook::photos_for(std::size_t page, const Fields& fields,
                                          std::optional<Response>& why) {
  std::vector<Picture> pictures;
  for (const auto& [name, value] : fields) {
    if (!name.starts_with("attached_media[")) continue;
    const Json media = parse_json(value);
    const auto photo = photos_.find(text_of(media, "media_fbid"));
    if (photo == photos_.end() || photo->second.page != page ||
        world_.clock.now() - photo->second.at > photos_are_kept_for) {
      why = refuse(400, 100, "(#100) Param attached_media has an id of no unpublished photo");
      return {};
    }
    pictures.push_back(photo->second.picture);
  }
  return pictures;
}

Response Facebook::take_post(std::size_t page, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    constexpr std::array known = {"message", "link", "fields", "access_token", "appsecret_proof"};
    if (std::ranges::find(known, name) == known.end() && !name.starts_with("attached_media[")) {
      return refuse(400, 100, "(#100) The parameter " + to_valid_utf8(name) + " is not known");
    }
  }
  Arrived post;
  post.text = value_in(fields, "message");
  const std::string link = value_in(fields, "link");
  std::optional<Response> why;
  post.pictures = photos_for(page, fields, why);
  if (why) return *std::move(why);
  if (post.text.empty() && link.empty() && post.pictures.empty()) {
    return refuse(400, 100, "(#100) The post is empty. Please enter a message to share.");
  }
  post.length = count_code_points(to_valid_utf8(post.text));
  post.limit = most_text;
  if (!is_utf8(post.text) || post.length > most_text) {
    return refuse(400, 100, "(#100) Param message must be UTF-8 of at most 63206 characters");
  }
  if (!link.empty() && (!is_http_url(link) || !post.pictures.empty())) {
    return refuse(400, 100, "(#100) link URL is not properly formatted");
  }
  if (const auto to = parse_url(link); to && to->host.ends_with("facebook.com")) {
    return refuse(400, 1609008, "(#1609008) You can't share a link to Facebook here");
  }
  for (std::size_t i = arrived_.size(); i-- > 0;) {
    if (posts_[i].page != page) continue;
    if (arrived_[i].text == post.text) return refuse(400, 506, "Duplicate status message");
    break;
  }
  const std::string number = std::to_string(122'100'000'000'000'000U + arrived_.size() + 1);
  post.id = std::string(pages[page].id) + "_" + number;
  post.url = std::string("https://www.facebook.com/") + pages[page].id + "/posts/" + number;
  post.card.url = link;
  post.at = world_.clock.now();
  Json body = {{"id", post.id}};
  const auto names = names_in(value_in(fields, "fields"));
  if (std::ranges::find(names, "permalink_url") != names.end()) body["permalink_url"] = post.url;
  arrived_.push_back(std::move(post));
  posts_.push_back({page, link});
  return respond_json(200, body);
}

Response Facebook::scrape(const Fields& fields) const {
  const std::string id = value_in(fields, "id");
  if (!is_http_url(id) || value_in(fields, "scrape") != "true") {
    return refuse(400, 100, "(#100) The parameter id is required and must be a URL");
  }
  return respond_json(200, {{"id", to_valid_utf8(id)},
                            {"url", to_valid_utf8(id)},
                            {"type", "website"},
                            {"updated_time", to_iso8601(world_.clock.now())}});
}

}  // namespace crier::rehearsal::facebook
