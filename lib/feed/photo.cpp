#include "feed/photo.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/utf8.h"
#include "feed/readers.h"

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view name, const auto& names) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return ascii_iequals(name, each); });
}

/// Parameters that name a size.
constexpr std::array<std::string_view, 10> kSizes{"w",   "h",    "width",    "height",    "resize",
                                                  "fit", "size", "maxwidth", "maxheight", "itok"};
/// What stands beside them, and never says which picture.
constexpr std::array<std::string_view, 2> kQualities{"quality", "dpr"};
/// What stands beside them where the path says which picture; elsewhere they may say it.
constexpr std::array<std::string_view, 12> kBesideSizes{
    "crop", "q", "s", "sig", "auto", "fm", "ssl", "zoom", "format", "mode", "strip", "anchor"};

/// Where portraits and smileys are kept.
constexpr std::array<std::string_view, 6> kFolders{"/avatar/", "/avatars/", "/emoji/",
                                                   "/emojis/", "/smilies/", "/smileys/"};

struct Parameter {
  std::string_view name, value;
};

/// Takes the next parameter off a query.
Parameter take_parameter(std::string_view& query) {
  const std::string_view one = query.substr(0, query.find('&'));
  query.remove_prefix(std::min(one.size() + 1, query.size()));
  const auto equals = one.find('=');
  if (equals == kNowhere) return {one, {}};
  return {one.substr(0, equals), one.substr(equals + 1)};
}

/// The "-300x200" before the extension of a file's name.
struct SizeMark {
  std::size_t begin = kNowhere, end = 0;
  std::string_view width;
};

SizeMark size_mark_in(std::string_view path) {
  const auto dot = path.rfind('.');
  const auto slash = path.rfind('/');
  if (dot == kNowhere || (slash != kNowhere && dot < slash)) return {};
  const auto digits_before = [path](std::size_t end) {
    std::size_t begin = end;
    while (begin > 0 && is_digit(path[begin - 1])) --begin;
    return begin;
  };
  const std::size_t height = digits_before(dot);
  if (height == dot || height == 0 || path[height - 1] != 'x') return {};
  const std::size_t width = digits_before(height - 1);
  if (width == height - 1 || width == 0 || path[width - 1] != '-') return {};
  return {width - 1, dot, path.substr(width, height - 1 - width)};
}

/// Removes Drupal's "/styles/NAME/public" from a path.
void remove_style(std::string& path) {
  const auto begin = path.find("/styles/");
  if (begin == std::string::npos) return;
  const auto name_end = path.find('/', begin + 8);
  if (name_end == std::string::npos) return;
  const auto end = path.find('/', name_end + 1);
  if (end != std::string::npos) path.erase(begin, end - begin);
}

struct Parts {
  std::string_view path, query;  ///< path: with host, without scheme
};

Parts parts_of(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto scheme = url.find("://");
  if (scheme != kNowhere) url.remove_prefix(scheme + 3);
  const auto mark = url.find('?');
  if (mark == kNowhere) return {url, {}};
  return {url.substr(0, mark), url.substr(mark + 1)};
}

}  // namespace

std::string photo_of(std::string_view url) {
  Parts parts = parts_of(url);
  std::string photo(parts.path);
  if (const SizeMark mark = size_mark_in(parts.path); mark.begin != kNowhere) {
    photo.erase(mark.begin, mark.end - mark.begin);
  }
  remove_style(photo);
  bool is_sized = false;
  for (std::string_view query = parts.query; !query.empty();) {
    if (is_one_of(take_parameter(query).name, kSizes)) is_sized = true;
  }
  const bool is_file = is_image({}, parts.path);
  while (!parts.query.empty()) {
    const Parameter each = take_parameter(parts.query);
    const bool is_of_size = is_one_of(each.name, kSizes) || is_one_of(each.name, kQualities) ||
                            (is_file && is_one_of(each.name, kBesideSizes));
    if (is_sized && is_of_size) continue;
    photo += '?';
    photo += each.name;
    photo += '=';
    photo += each.value;
  }
  return photo;
}

std::size_t width_in(std::string_view url) {
  Parts parts = parts_of(url);
  if (const SizeMark mark = size_mark_in(parts.path); mark.begin != kNowhere) {
    return number_in(mark.width);
  }
  while (!parts.query.empty()) {
    const Parameter each = take_parameter(parts.query);
    if (!is_one_of(each.name, kSizes)) continue;
    if (const auto number = number_in(each.value); number > 0) return number;
  }
  const bool is_styled = parts.path.find("/styles/") != kNowhere;
  return is_styled ? 1 : std::numeric_limits<std::size_t>::max();
}

bool is_portrait(std::string_view url) {
  const std::string_view path = parts_of(url).path;
  return ascii_lower(path.substr(0, path.find('/'))).ends_with("gravatar.com");
}

bool is_ornament(std::string_view url) {
  const std::string lower = ascii_lower(parts_of(url).path);
  return is_portrait(url) ||
         std::any_of(kFolders.begin(), kFolders.end(), [&lower](std::string_view folder) {
           return lower.find(folder) != std::string::npos;
         });
}

}  // namespace crier
