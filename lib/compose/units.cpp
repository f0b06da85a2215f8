#include "compose/units.h"

#include "core/utf8.h"

namespace crier {

char32_t Units::code_point(std::size_t at) const {
  const char32_t unit = text[at];
  if (unit < 0xD800 || unit > 0xDBFF || !is_low(at + 1)) return unit;
  return 0x10000 + ((unit - 0xD800) << 10U) + (char32_t{text[at + 1]} - 0xDC00);
}

bool Units::has(std::size_t at, std::u16string_view word) const {
  if (at > text.size() || text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    char16_t unit = text[at + i];
    if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit + 0x20);
    if (unit != word[i]) return false;
  }
  return true;
}

Units to_units(std::string_view text) {
  Units units;
  units.text.reserve(text.size());
  units.bytes.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = static_cast<std::uint32_t>(at);
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      units.bytes.push_back(begin);
      units.text += static_cast<char16_t>(text[at++]);
      continue;
    }
    const char32_t c = next_code_point(text, at);
    units.bytes.push_back(begin);
    if (c < 0x10000) {
      units.text += static_cast<char16_t>(c);
    } else {
      units.text += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10U));
      units.text += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FFU));
      units.bytes.push_back(begin);
    }
  }
  units.bytes.push_back(static_cast<std::uint32_t>(text.size()));
  return units;
}

std::string to_utf8(std::u16string_view text) {
  Units units;
  units.text = text;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char32_t c = units.code_point(at);
    append_utf8(out, c);
    if (c > 0xFFFF) ++at;
  }
  return out;
}

bool is_script_space(char32_t c) {
  // Unlike Unicode: no U+0085, but U+FEFF.
  return c == 0xFEFF || (c != 0x85 && is_white_space(c));
}

}  // namespace crier
