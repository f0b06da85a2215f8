#include "feed/json_stream.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "core/utf8.h"
#include "feed/readers.h"

namespace crier {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 5> kOfHead{"version", "title", "language", "home_page_url",
                                                  "feed_url"};
constexpr std::array<std::string_view, 11> kOfItem{
    "id",      "url",   "external_url", "title",          "content_html", "content_text",
    "summary", "image", "banner_image", "date_published", "date_modified"};
constexpr std::array<std::string_view, 4> kOfAttachment{"url", "mime_type", "title",
                                                        "size_in_bytes"};
constexpr std::size_t kMaxNames = 5;
constexpr std::size_t kLongestName = 40;

bool holds(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

enum class Place : std::uint8_t { outside, head, items, item, tags, attachments, attachment };

/// What nlohmann's parser calls; the names are its own.
class Stream {
 public:
  Stream(JsonHead& head, const std::function<bool(const JsonItem&)>& on_item)
      : head_(head), on_item_(on_item) {}

  // NOLINTBEGIN(readability-identifier-naming)
  bool null() { return no_text(); }
  bool boolean(bool) { return no_text(); }
  bool number_integer(std::int64_t value) { return text(std::to_string(value), false); }
  bool number_unsigned(std::uint64_t value) { return text(std::to_string(value), false); }
  bool number_float(double value, const std::string& written) {
    // Two long numbers may be one in a double, and an id is a name.
    const bool is_id = place() == Place::item && name_ == "id";
    return text(is_id ? written : Json(value).dump(), false);
  }
  bool string(std::string& value) { return text(std::move(value), true); }
  bool binary(Json::binary_t&) { return no_text(); }
  bool start_object(std::size_t) { return start(true); }
  bool start_array(std::size_t) { return start(false); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }
  bool key(std::string& name) {
    if (skipped_ > 0) return true;
    if (place() == Place::item) item_.is_empty = false;
    if (place() == Place::head && head_.names.size() < kMaxNames) {
      head_.names.push_back(name.substr(0, kLongestName));
    }
    name_ = std::move(name);
    return true;
  }
  static bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    return false;
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  [[nodiscard]] Place place() const { return places_.empty() ? Place::outside : places_.back(); }

  bool enter(Place into) {
    places_.push_back(into);
    return true;
  }

  bool start(bool is_object) {
    if (skipped_ == 0) {
      switch (place()) {
        case Place::outside:
          if (is_object) return enter(Place::head);
          break;
        case Place::head:
          if (is_object || name_ != "items") break;
          head_.has_items = true;
          return enter(Place::items);
        case Place::items:
          item_ = {};
          if (is_object) return enter(Place::item);
          if (!no_text()) return false;
          break;
        case Place::item:
          if (!is_object && name_ == "tags") return enter(Place::tags);
          if (!is_object && name_ == "attachments") return enter(Place::attachments);
          break;
        case Place::attachments:
          if (!is_object || item_.attachments.size() > kMaxEnclosures) break;
          item_.attachments.emplace_back();
          return enter(Place::attachment);
        case Place::tags:
        case Place::attachment: break;
      }
    }
    ++skipped_;
    return true;
  }

  bool end() {
    if (skipped_ > 0) {
      --skipped_;
      return true;
    }
    const Place left = place();
    places_.pop_back();
    return left != Place::item || on_item_(item_);
  }

  bool text(std::string value, bool is_string) {
    if (skipped_ > 0) return true;
    switch (place()) {
      case Place::head:
        if (holds(kOfHead, name_)) head_.texts.set(name_, std::move(value));
        return true;
      case Place::item:
        if (holds(kOfItem, name_)) item_.texts.set(name_, std::move(value));
        return true;
      case Place::attachment:
        if (holds(kOfAttachment, name_)) item_.attachments.back().set(name_, std::move(value));
        return true;
      case Place::tags:
        if (is_string && item_.tags.size() < kMaxCategories) item_.tags.push_back(std::move(value));
        return true;
      default: return no_text();
    }
  }

  /// An item that is no object is handed on, too.
  bool no_text() {
    if (skipped_ > 0 || place() != Place::items) return true;
    item_ = {};
    item_.is_object = false;
    return on_item_(item_);
  }

  JsonHead& head_;
  const std::function<bool(const JsonItem&)>& on_item_;
  std::vector<Place> places_;
  std::size_t skipped_ = 0;  ///< how deep in what is stepped over
  std::string name_;
  JsonItem item_;
};

}  // namespace

const std::string& JsonTexts::at(std::string_view name) const {
  static const std::string nothing;
  const auto found = values_.find(name);
  return found == values_.end() ? nothing : found->second;
}

bool JsonTexts::says(std::string_view name) const { return !trimmed(at(name)).empty(); }

bool read_json_stream(std::string_view text, JsonHead& head,
                      const std::function<bool(const JsonItem&)>& on_item) {
  Stream stream(head, on_item);
  return Json::sax_parse(text, &stream);
}

}  // namespace crier
