#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"
#include "feed/readers.h"

namespace crier {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// A text, or a number as text (ids are numbers often enough); empty for anything else.
std::string text_at(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get_ref<const std::string&>();
  if (value->is_number()) return value->dump();
  return {};
}

/// A surrogate without its partner is no character, and the parser would refuse the whole document
/// for it: half of an emoji that some program cut in two.
std::string without_lone_surrogates(std::string_view text) {
  const auto unit_at = [&text](std::size_t at) -> int {
    if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at + 2; i < at + 6; ++i) {
      const char c = text[i];
      const char low = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        value = value * 16 + (c - '0');
      } else if (low >= 'a' && low <= 'f') {
        value = value * 16 + (low - 'a') + 10;
      } else {
        return -1;
      }
    }
    return value;
  };
  const auto is_high = [](int unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  const auto is_low = [](int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = text.find('\\', at);
    out.append(text, at, next == std::string_view::npos ? next : next - at);
    if (next == std::string_view::npos) break;
    const int unit = unit_at(next);
    std::size_t length = unit < 0 ? 2 : 6;
    if (is_high(unit) && is_low(unit_at(next + 6))) length = 12;
    if (length == 6 && (is_high(unit) || is_low(unit))) {
      out += "\\ufffd";
    } else {
      out.append(text, next, length);
    }
    at = std::min(next + length, text.size());
  }
  return out;
}

class JsonReader {
 public:
  JsonReader(std::string_view base_url, Feed& feed) : base_(base_url), feed_(feed) {}

  void read(const Json& document) {
    const std::string version = text_at(document, "version");
    feed_.format =
        version.size() >= 3 && version.substr(version.size() - 3) == "1.1" ? "json1.1" : "json1.0";
    feed_.title = collapse_space(text_at(document, "title"));
    feed_.language = printable(trimmed(text_at(document, "language")));
    feed_.link = link_at(document, "home_page_url");
    if (base_.empty()) base_ = feed_.link;
    const Json* items = member(document, "items");
    if (items == nullptr || !items->is_array()) return;
    feed_.items.reserve(items->size());
    for (const Json& each : *items) {
      if (each.is_object()) {
        read_item(each);
      } else {
        warn(feed_, "bad-item", "an item is no object; it is left out");
      }
    }
  }

 private:
  std::string link_at(const Json& object, const char* name) {
    const std::string text = text_at(object, name);
    if (trimmed(text).empty()) return {};
    auto link = resolve_link(base_, text);
    if (!link) {
      warn(feed_, "bad-link",
           fmt::format("a {} cannot be used: it is neither http nor https, or it is a short one, "
                       "and nothing says where it starts (base_url in feeds.toml does)",
                       name));
    }
    return link.value_or("");
  }

  void read_item(const Json& object) {
    if (object.empty()) return warn_of_empty_item(feed_);
    Item item;
    if (auto id = text_at(object, "id"); !trimmed(id).empty()) item.guid = trimmed(id);
    item.link = link_at(object, "url");
    if (item.link.empty()) item.link = link_at(object, "external_url");
    if (item.link.empty() && item.guid && is_http_url(*item.guid)) {
      item.link = resolve_link({}, *item.guid).value_or("");
    }
    item.title = {text_at(object, "title"), Text::Kind::plain};
    item.published = date_in(feed_, text_at(object, "date_published"));
    item.updated = date_in(feed_, text_at(object, "date_modified"));
    const std::string html = text_at(object, "content_html");
    for (const char* name : {"summary", "content_text"}) {
      if (trimmed(item.summary.value).empty()) {
        item.summary = {text_at(object, name), Text::Kind::plain};
      }
    }
    if (trimmed(item.summary.value).empty()) item.summary = {html, Text::Kind::html};
    for (const char* name : {"image", "banner_image"}) {
      if (auto url = link_at(object, name); !url.empty()) add_image(item, std::move(url), {});
    }
    if (const Json* tags = member(object, "tags"); tags != nullptr && tags->is_array()) {
      for (const Json& tag : *tags) {
        if (tag.is_string()) add_category(item, tag.get_ref<const std::string&>());
      }
    }
    read_attachments(object, item);
    if (item.images.empty()) add_images_in(item, html, item.link.empty() ? base_ : item.link);
    feed_.items.push_back(std::move(item));
  }

  void read_attachments(const Json& object, Item& item) {
    const Json* attachments = member(object, "attachments");
    if (attachments == nullptr || !attachments->is_array()) return;
    for (const Json& each : *attachments) {
      std::string url = link_at(each, "url");
      if (url.empty()) continue;
      const std::string type = printable(trimmed(text_at(each, "mime_type")));
      if (is_image(type, url)) add_image(item, url, text_at(each, "title"));
      item.enclosures.push_back({std::move(url), type, number_in(text_at(each, "size_in_bytes"))});
    }
  }

  std::string base_;
  Feed& feed_;
};

}  // namespace

Result<void> read_json_feed(std::string_view text, std::string_view base_url, Feed& feed) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded() && text.find("\\u") != std::string_view::npos) {
    document = Json::parse(without_lone_surrogates(text), nullptr, false);
  }
  if (document.is_discarded()) {
    return fail(ErrorKind::rejected, "this begins like JSON, but is not well-formed or breaks off");
  }
  const Json* items = member(document, "items");
  if (text_at(document, "version").find("jsonfeed.org") == std::string::npos &&
      (items == nullptr || !items->is_array())) {
    return fail(ErrorKind::rejected,
                "this is JSON, but no JSON Feed: it has no version and no list of items");
  }
  JsonReader(base_url, feed).read(document);
  return {};
}

}  // namespace crier
