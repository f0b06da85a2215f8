#include "core/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/characters.h"
#include "core/conjuncts.h"

namespace crier {
namespace {

struct Decoded {
  char32_t code_point = 0;
  std::size_t length = 0;  ///< 0: no valid sequence begins here
};

constexpr std::uint32_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0U) == 0x80U;
}

/// Reads the code point at `at`; the tables of RFC 3629 section 4 in code.
Decoded decode(std::string_view text, std::size_t at) {
  const std::uint32_t lead = byte_at(text, at);
  if (lead < 0x80U) return {static_cast<char32_t>(lead), 1};
  std::size_t length = 0;
  std::uint32_t value = 0;
  if (lead >= 0xC2U && lead <= 0xDFU) {
    length = 2;
    value = lead & 0x1FU;
  } else if (lead >= 0xE0U && lead <= 0xEFU) {
    length = 3;
    value = lead & 0x0FU;
  } else if (lead >= 0xF0U && lead <= 0xF4U) {
    length = 4;
    value = lead & 0x07U;
  } else {
    return {};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) return {};
    value = (value << 6U) | (byte_at(text, at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800U) || (length == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
  if (overlong || surrogate || value > 0x10FFFFU) return {};
  return {static_cast<char32_t>(value), length};
}

/// How many bytes a broken sequence takes with it: its longest part that could have been right.
std::size_t broken_length(std::string_view text, std::size_t at) {
  const std::uint32_t lead = byte_at(text, at);
  if (lead < 0xC2U || lead > 0xF4U || !is_continuation(text, at + 1)) return 1;
  const std::uint32_t second = byte_at(text, at + 1);
  if ((lead == 0xE0U && second < 0xA0U) || (lead == 0xEDU && second > 0x9FU) ||
      (lead == 0xF0U && second < 0x90U) || (lead == 0xF4U && second > 0x8FU)) {
    return 1;
  }
  if (lead < 0xF0U) return 2;
  return is_continuation(text, at + 2) ? 3 : 2;
}

/// Gives the offset of the first byte at or after `at` that is not ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  while (at + sizeof(std::uint64_t) <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & high_bits) != 0) break;
    at += sizeof word;
  }
  while (at < text.size() && byte_at(text, at) < 0x80U) ++at;
  return at;
}

bool is_ascii(std::string_view text) { return skip_ascii(text, 0) == text.size(); }

/// Source: PropList.txt of Unicode 15.0, White_Space.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Says whether ASCII text has nothing to fold: most titles.
bool is_collapsed(std::string_view text) {
  char before = ' ';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x7F || c < ' ' || (c == ' ' && before == ' '))
      return false;
    before = c;
  }
  return text.empty() || before != ' ';
}

/// Where a text stands in rule GB9c: behind a consonant, or behind one and the sign that joins.
class ConjunctWatch {
 public:
  /// Says whether `code_point` belongs to the conjunct before it, and goes on behind it.
  bool joins(char32_t code_point) {
    const ConjunctPart part = conjunct_part(code_point);
    const bool joined = is_linked_ && part == ConjunctPart::consonant;
    if (part == ConjunctPart::consonant) {
      has_consonant_ = true;
      is_linked_ = false;
    } else if (part == ConjunctPart::linker) {
      is_linked_ = has_consonant_;
    } else if (!extends(code_point)) {
      has_consonant_ = is_linked_ = false;
    }
    return joined;
  }

 private:
  static bool extends(char32_t code_point) {
    constexpr char32_t zero_width_non_joiner = 0x200C;
    if (code_point < 0x300 || code_point == zero_width_non_joiner) return false;
    const auto bound = utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point))->boundclass;
    return bound == UTF8PROC_BOUNDCLASS_EXTEND || bound == UTF8PROC_BOUNDCLASS_ZWJ;
  }

  bool has_consonant_ = false, is_linked_ = false;
};

/// What the library is asked about in a character's place. From 2.9 on it applies rule GB9c by
/// itself; ConjunctWatch decides that, so that every version of it counts alike. A consonant is
/// like any letter to the other rules.
utf8proc_int32_t without_conjuncts(char32_t code_point) {
  const bool is_consonant = conjunct_part(code_point) == ConjunctPart::consonant;
  return static_cast<utf8proc_int32_t>(is_consonant ? U'a' : code_point);
}

/// Calls `at_end(offset)` where each grapheme cluster ends.
template <class AtEnd>
void walk_graphemes(std::string_view text, Conjuncts conjuncts, AtEnd at_end) {
  utf8proc_int32_t state = 0;
  utf8proc_int32_t before = 0;
  ConjunctWatch watch;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded here = decode(text, at);
    const char32_t code_point = here.length == 0 ? replacement_character : here.code_point;
    const bool is_joined = conjuncts == Conjuncts::together && watch.joins(code_point);
    const utf8proc_int32_t asked = without_conjuncts(code_point);
    if (at > 0 && utf8proc_grapheme_break_stateful(before, asked, &state) != 0 && !is_joined) {
      at_end(at);
    }
    before = asked;
    at += std::max<std::size_t>(here.length, 1);
  }
  if (!text.empty()) at_end(text.size());
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const Decoded here = decode(text, at);
    if (here.length == 0) return false;
    at += here.length;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = skip_ascii(text, at);
    out.append(text, at, plain - at);
    at = plain;
    if (at == text.size()) break;
    const Decoded here = decode(text, at);
    if (here.length == 0) {
      append_utf8(out, replacement_character);
      at += broken_length(text, at);
    } else {
      out.append(text, at, here.length);
      at += here.length;
    }
  }
  return out;
}

void append_utf8(std::string& out, char32_t code_point) {
  if ((code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF) {
    code_point = replacement_character;
  }
  const auto push = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto value = static_cast<std::uint32_t>(code_point);
  if (value < 0x80U) {
    push(value);
  } else if (value < 0x800U) {
    push(0xC0U | (value >> 6U));
    push(0x80U | (value & 0x3FU));
  } else if (value < 0x10000U) {
    push(0xE0U | (value >> 12U));
    push(0x80U | ((value >> 6U) & 0x3FU));
    push(0x80U | (value & 0x3FU));
  } else {
    push(0xF0U | (value >> 18U));
    push(0x80U | ((value >> 12U) & 0x3FU));
    push(0x80U | ((value >> 6U) & 0x3FU));
    push(0x80U | (value & 0x3FU));
  }
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const Decoded here = decode(text, at);
  at += std::max<std::size_t>(here.length, 1);
  return here.length == 0 ? replacement_character : here.code_point;
}

CharacterKind kind_of(char32_t code_point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return CharacterKind::letter;
    case UTF8PROC_CATEGORY_NL: return CharacterKind::letter_number;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return CharacterKind::mark;
    case UTF8PROC_CATEGORY_ND: return CharacterKind::digit;
    case UTF8PROC_CATEGORY_PC: return CharacterKind::connector;
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO: return CharacterKind::punctuation;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO: break;
  }
  return CharacterKind::other;
}

bool is_white_space(char32_t code_point) { return is_space(code_point); }

bool is_right_to_left(char32_t code_point) {
  const auto direction =
      utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point))->bidi_class;
  return direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL;
}

std::size_t count_graphemes(std::string_view text, Conjuncts conjuncts) {
  if (is_ascii(text) && text.find('\r') == std::string_view::npos) return text.size();
  std::size_t count = 0;
  walk_graphemes(text, conjuncts, [&count](std::size_t) { ++count; });
  return count;
}

std::vector<std::size_t> grapheme_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  ends.reserve(text.size());
  walk_graphemes(text, Conjuncts::apart, [&ends](std::size_t end) { ends.push_back(end); });
  return ends;
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto* bytes = static_cast<const utf8proc_uint8_t*>(static_cast<const void*>(text.data()));
  // static_cast: utf8proc declares its options as an enum of flags and adds them in C.
  const auto options = static_cast<utf8proc_option_t>(static_cast<int>(UTF8PROC_STABLE) |
                                                      static_cast<int>(UTF8PROC_COMPOSE));
  const utf8proc_ssize_t length =
      utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (length < 0) return std::string(text);
  return std::string(static_cast<const char*>(static_cast<const void*>(mapped)),
                     static_cast<std::size_t>(length));
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string collapse_space(std::string_view text) {
  if (is_collapsed(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded here = decode(text, at);
    const std::size_t length = std::max<std::size_t>(here.length, 1);
    if (here.length != 0 && is_space(here.code_point)) {
      pending = !out.empty();
    } else if (here.length == 0 || !is_control(here.code_point)) {
      if (pending) out += ' ';
      pending = false;
      out.append(text, at, length);
    }
    at += length;
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded here = decode(text, at);
    if (here.length == 0 || is_control(here.code_point) || turns_the_line(here.code_point)) {
      append_utf8(out, replacement_character);
      at += here.length == 0 ? broken_length(text, at) : here.length;
    } else {
      out.append(text, at, here.length);
      at += here.length;
    }
  }
  return out;
}

}  // namespace crier
