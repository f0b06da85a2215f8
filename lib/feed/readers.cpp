#include "feed/readers.h"

#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "feed/date.h"
#include "feed/html_text.h"

namespace crier {
namespace {

constexpr std::size_t kMaxWarnings = 20;
constexpr std::size_t kMaxImages = 16;
constexpr std::size_t kMaxCategories = 64;

/// The value of an attribute in the inside of a tag; empty if it is not there.
std::string_view attribute_in(std::string_view tag, std::string_view name) {
  constexpr std::string_view space = " \t\r\n\f";
  std::size_t at = 0;
  while (at < tag.size()) {
    at = tag.find_first_not_of(" \t\r\n\f/", at);
    if (at == std::string_view::npos) return {};
    const auto name_end = std::min(tag.find_first_of(" \t\r\n\f=/", at), tag.size());
    const std::string_view found = tag.substr(at, name_end - at);
    at = std::min(tag.find_first_not_of(space, name_end), tag.size());
    std::string_view value;
    if (at < tag.size() && tag[at] == '=') {
      at = std::min(tag.find_first_not_of(space, at + 1), tag.size());
      if (at < tag.size() && (tag[at] == '"' || tag[at] == '\'')) {
        const auto end = std::min(tag.find(tag[at], at + 1), tag.size());
        value = tag.substr(at + 1, end - at - 1);
        at = end + 1;
      } else {
        const auto end = std::min(tag.find_first_of(space, at), tag.size());
        value = tag.substr(at, end - at);
        at = end;
      }
    }
    if (ascii_iequals(found, name)) return value;
  }
  return {};
}

bool is_pixel(std::string_view tag) {
  const auto tiny = [](std::string_view size) {
    return size == "1" || size == "0" || size == "1px";
  };
  return tiny(attribute_in(tag, "width")) || tiny(attribute_in(tag, "height"));
}

}  // namespace

void warn(Feed& feed, std::string_view code, std::string message) {
  if (feed.warnings.size() < kMaxWarnings) {
    feed.warnings.push_back({std::string(code), std::move(message)});
  } else if (feed.warnings.size() == kMaxWarnings) {
    feed.warnings.push_back({"more", "there are more warnings of this kind"});
  }
}

void warn_of_empty_item(Feed& feed) {
  warn(feed, "empty-item", "an item holds nothing at all; it is left out");
}

std::optional<SysTime> date_in(Feed& feed, std::string_view text) {
  if (trimmed(text).empty()) return std::nullopt;
  auto date = parse_date(text);
  if (!date) {
    constexpr std::size_t enough = 60;
    warn(feed, "bad-date",
         fmt::format("\"{}\" is no date", printable(trimmed(text).substr(0, enough))));
  }
  return date;
}

void add_category(Item& item, std::string_view name) {
  std::string category = plain_to_text(name);
  if (category.empty() || item.categories.size() >= kMaxCategories ||
      std::find(item.categories.begin(), item.categories.end(), category) !=
          item.categories.end()) {
    return;
  }
  item.categories.push_back(std::move(category));
}

void add_image(Item& item, std::string url, std::string_view alt) {
  const auto same = std::find_if(item.images.begin(), item.images.end(),
                                 [&url](const Image& image) { return image.url == url; });
  if (same != item.images.end()) {
    if (same->alt.empty()) same->alt = plain_to_text(alt);
  } else if (item.images.size() < kMaxImages) {
    item.images.push_back({std::move(url), plain_to_text(alt)});
  }
}

void add_images_in(Item& item, std::string_view html, std::string_view base_url) {
  for (auto at = html.find('<'); at != std::string_view::npos && item.images.size() < kMaxImages;
       at = html.find('<', at + 1)) {
    if (!ascii_iequals(html.substr(at + 1, 3), "img")) continue;
    const auto end = html.find('>', at);
    if (end == std::string_view::npos) return;
    const std::string_view tag = html.substr(at + 4, end - at - 4);
    if (is_pixel(tag)) continue;
    const std::string source = plain_to_text(attribute_in(tag, "src"));
    if (source.empty()) continue;
    if (auto url = resolve_link(base_url, source)) {
      add_image(item, std::move(*url), attribute_in(tag, "alt"));
    }
  }
}

bool is_image(std::string_view type, std::string_view url) {
  if (!type.empty()) return ascii_iequals(type.substr(0, 6), "image/");
  const std::string_view path = url.substr(0, url.find_first_of("?#"));
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view extension = path.substr(dot + 1);
  for (const std::string_view each : {"jpg", "jpeg", "png", "gif", "webp", "avif"}) {
    if (ascii_iequals(extension, each)) return true;
  }
  return false;
}

std::uint64_t number_in(std::string_view text) {
  text = trimmed(text);
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? value : 0;
}

}  // namespace crier
