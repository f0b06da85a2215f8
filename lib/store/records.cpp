#include "store/records.h"

#include <nlohmann/json.hpp>

namespace crier {
namespace {

using Json = nlohmann::json;

Json parse(std::string_view text) { return Json::parse(text, nullptr, /*allow_exceptions=*/false); }

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string post_to_text(const Post& post) {
  Json images = Json::array();
  for (const Image& image : post.images) images.push_back({{"url", image.url}, {"alt", image.alt}});
  return dump(
      {{"text", post.text}, {"language", post.language}, {"link", post.link}, {"images", images}});
}

Post post_from_text(std::string_view text) {
  const Json json = parse(text);
  Post post{text_at(json, "text"), text_at(json, "language"), text_at(json, "link"), {}};
  if (json.is_object() && json.contains("images") && json["images"].is_array()) {
    for (const Json& image : json["images"]) {
      post.images.push_back({text_at(image, "url"), text_at(image, "alt")});
    }
  }
  return post;
}

std::string map_to_text(const std::map<std::string, std::string>& map) { return dump(Json(map)); }

std::map<std::string, std::string> map_from_text(std::string_view text) {
  std::map<std::string, std::string> map;
  const Json json = parse(text);
  if (!json.is_object()) return map;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) map[key] = value.get<std::string>();
  }
  return map;
}

}  // namespace crier
