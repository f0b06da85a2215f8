#include "feed/readers.h"

#include <algorithm>
#include <charconv>

#include "core/utf8.h"
#include "feed/address.h"
#include "feed/date.h"
#include "feed/html_text.h"
#include "feed/photo.h"
#include "feed/tag.h"

namespace crier {
namespace {

constexpr std::size_t kMaxWarnings = 20;

bool is_pixel(std::string_view tag) {
  const auto tiny = [](std::string_view size) {
    return size == "1" || size == "0" || size == "1px";
  };
  return tiny(attribute_in(tag, "width")) || tiny(attribute_in(tag, "height"));
}

}  // namespace

Failure too_many_items() {
  return fail(ErrorKind::rejected, "this feed has more than {} items; crier reads no such feed",
              kMaxItems);
}

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
  std::string scratch;
  if (trimmed(text).front() == '<') {
    std::size_t at = 0;
    const std::string_view stamp = attribute_in(next_tag(text, "time", at), "datetime");
    scratch = stamp.empty() ? html_to_text(text) : std::string(stamp);
    text = scratch;
  }
  auto date = parse_date(text);
  if (date && !is_placeholder_date(*date)) return date;
  constexpr std::size_t enough = 60;
  warn(feed, "bad-date",
       fmt::format(
           "\"{}\" {}", printable(trimmed(text).substr(0, enough)),
           date ? "stands for no date: a system writes it where it has none" : "is no date"));
  return std::nullopt;
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
  if (is_portrait(url)) return;
  const std::string photo = photo_of(url);
  const auto same =
      std::find_if(item.images.begin(), item.images.end(),
                   [&photo](const Image& image) { return photo_of(image.url) == photo; });
  if (same != item.images.end()) {
    if (same->alt.empty()) same->alt = plain_to_text(alt);
    if (width_in(url) > width_in(same->url)) same->url = std::move(url);
  } else if (item.images.size() < kMaxImages) {
    item.images.push_back({std::move(url), plain_to_text(alt)});
  }
}

void add_images_in(Item& item, std::string_view html, std::string_view base_url) {
  const bool described_only = !item.images.empty();
  for (std::size_t at = 0; at < html.size() && item.images.size() < kMaxImages;) {
    const std::string_view tag = next_tag(html, "img", at);
    const std::string_view source = attribute_in(tag, "src");
    const std::string_view alt = attribute_in(tag, "alt");
    if (trimmed(source).empty() || is_pixel(tag)) continue;
    if (described_only && trimmed(alt).empty()) continue;
    auto url = resolve_address(base_url, source);
    if (url && !is_ornament(*url)) add_image(item, std::move(*url), alt);
  }
}

void add_enclosure(Feed& feed, Item& item, Enclosure enclosure, std::string_view alt) {
  if (is_image(enclosure.type, enclosure.url)) add_image(item, enclosure.url, alt);
  if (item.enclosures.size() < kMaxEnclosures) {
    item.enclosures.push_back(std::move(enclosure));
  } else {
    warn(feed, "many-enclosures",
         fmt::format("an item has more than {} enclosures; the others are left out",
                     kMaxEnclosures));
  }
}

void link_to_enclosure(Item& item) {
  if (!item.link.empty()) return;
  for (const Enclosure& each : item.enclosures) {
    if (is_image(each.type, each.url)) continue;
    item.link = each.url;
    return;
  }
}

void warn_of_link(Feed& feed, std::string_view of, std::string_view written) {
  if (is_placeholder_address(written)) {
    warn(feed, "bad-link", fmt::format("{} is \"#\", which leads nowhere", of));
    return;
  }
  warn(feed, "bad-link",
       fmt::format("{} cannot be used: it is neither http nor https, or it is a short one, and "
                   "nothing says where it starts (base_url in feeds.toml does)",
                   of));
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
