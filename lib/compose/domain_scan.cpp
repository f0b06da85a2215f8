#include "compose/domain_scan.h"

#include <algorithm>

#include "compose/domains.h"
#include "compose/x_tables.h"

namespace crier {
namespace {

constexpr std::size_t longest_top_domain = 32;

/// Source: twitter-text 3.1.0 for Ruby, the characters that it excludes from a label; it leaves out
/// more of ASCII than the version for JavaScript does.
bool is_excluded_by_mastodon(char16_t c) {
  if (c < 0x80) return !is_ascii_letter(c) && !is_ascii_digit(c);
  return c == 0x180E || c >= 0xFFFE || c == 0xFEFF || (c < 0xFEFF && is_script_space(c)) ||
         c == 0x85;
}

bool may_follow_top_domain(char16_t c) {
  return !is_ascii_digit(c) && !is_ascii_letter(c) && c != '@' && c != '+' && c != '-';
}

bool is_punycode_unit(char16_t c) { return c == '-' || is_ascii_letter(c) || is_ascii_digit(c); }

std::size_t punycode_end(const Units& text, std::size_t at, std::size_t limit) {
  if (!text.has(at, u"xn--") || at + 4 > limit) return 0;
  std::size_t end = at + 4;
  while (end < limit && is_punycode_unit(text[end])) ++end;
  return end > at + 4 ? end : 0;
}

std::size_t other_script_end(const Units& text, std::size_t at, std::size_t limit) {
  for (const std::u16string_view name : top_domains_in_other_scripts()) {
    if (limit - at < name.size()) continue;
    const auto is_same = [&](std::size_t i) {
      const char16_t unit = text[at + i];
      if (is_ascii_letter(unit)) return (unit | 0x20) == name[i];
      return unit == name[i] || fold_domain_unit(unit) == name[i];
    };
    std::size_t same = 0;
    while (same < name.size() && is_same(same)) ++same;
    if (same < name.size()) continue;
    if (at + same == limit || may_follow_top_domain(text[at + same])) return at + same;
  }
  return 0;
}

/// Where the top-level domain at `at` ends in a text that ends at `limit`; 0 if there is none.
std::size_t top_domain_end(const Units& text, std::size_t at, std::size_t limit) {
  if (at >= limit) return 0;
  if (text[at] >= 0x80) return other_script_end(text, at, limit);
  std::string name;
  std::size_t end = at;
  while (end < limit && is_ascii_letter(text[end]) && name.size() <= longest_top_domain) {
    name += static_cast<char>(text[end] | 0x20);
    ++end;
  }
  const bool may_end = end == limit || may_follow_top_domain(text[end]);
  if (may_end && is_top_domain_of_x(name)) return end;
  // One begins with letters of ASCII and goes on with others.
  if (end > at && end < limit && text[end] >= 0x80) return other_script_end(text, at, limit);
  return punycode_end(text, at, limit);
}

}  // namespace

bool DomainScan::is_label_unit(char16_t unit) const {
  if (is_ascii_letter_or_digit(unit)) return true;
  return style_ == UrlStyle::mastodon ? !is_excluded_by_mastodon(unit)
                                      : !contains(x_tables::not_domain(), unit);
}

DomainScan::DomainScan(const Units& text, UrlStyle style) : text_(text), style_(style) {
  const auto size = static_cast<std::uint32_t>(text.size());
  label_end_.assign(size + 1, size);
  low_line_.assign(size + 1, size);
  top_end_.assign(size + 2, 0);
  end_.assign(size + 2, 0);
  for (std::uint32_t at = size; at-- > 0;) {
    const char16_t unit = text[at];
    const bool is_inside = unit == '-' || unit == '_' || is_label_unit(unit);
    label_end_[at] = is_inside ? label_end_[at + 1] : at;
    low_line_[at] = unit == '_' ? at : low_line_[at + 1];
    if (at == 0 || text[at - 1] != '.') continue;
    top_end_[at] = static_cast<std::uint32_t>(top_domain_end(text, at, size));
    end_[at] = static_cast<std::uint32_t>(end_of(at));
  }
}

std::size_t DomainScan::end_of(std::size_t from) const {
  if (from >= text_.size()) return 0;
  const std::size_t stop = label_end_[from];
  if (stop == from || text_.peek(stop) != '.') return 0;
  if (!is_label_unit(text_[from]) || !is_label_unit(text_[stop - 1])) return 0;
  const std::size_t behind = stop + 1;
  if (end_[behind] != 0) return end_[behind];
  return low_line_[from] < stop ? 0 : top_end_[behind];
}

std::vector<std::pair<std::size_t, std::size_t>> DomainScan::plain_parts(std::size_t from,
                                                                         std::size_t to) const {
  const auto is_plain = [&](std::size_t at) {
    return at < to && contains(x_tables::ascii_domain(), text_[at]);
  };
  std::vector<std::pair<std::size_t, std::size_t>> parts;
  for (std::size_t at = from; at < to;) {
    if (!is_plain(at)) {
      ++at;
      continue;
    }
    std::vector<std::size_t> stops;
    std::size_t end = at;
    for (std::size_t label = at; is_plain(label);) {
      while (is_plain(end)) ++end;
      if (end >= to || text_[end] != '.') break;
      stops.push_back(++end);
      label = end;
    }
    std::size_t found = 0;
    for (std::size_t i = stops.size(); i-- > 0 && found == 0;) {
      found = top_domain_end(text_, stops[i], to);
    }
    if (found != 0) parts.emplace_back(at, found);
    at = found != 0 ? found : std::max(end, at + 1);
  }
  return parts;
}

}  // namespace crier
