#include "feed/character_reference.h"

#include <algorithm>
#include <cstdint>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLast = 0x10FFFF;

bool is_high(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// Reads one number as it stands.
std::optional<NumericReference> number_at(std::string_view text) {
  if (text.substr(0, 2) != "&#") return std::nullopt;
  const bool is_hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t first = is_hex ? 3 : 2;
  constexpr std::size_t most_digits = 8;
  NumericReference out;
  std::size_t at = first;
  std::uint32_t value = 0;
  for (; at < text.size() && at < first + most_digits; ++at) {
    const char c = text[at];
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * (is_hex ? 16U : 10U) + static_cast<std::uint32_t>(c - '0');
    } else if (is_hex && low >= 'a' && low <= 'f') {
      value = value * 16U + static_cast<std::uint32_t>(low - 'a') + 10U;
    } else {
      break;
    }
  }
  if (at == first) return std::nullopt;
  out.value = static_cast<char32_t>(value);
  out.is_closed = at < text.size() && text[at] == ';';
  out.length = at + (out.is_closed ? 1 : 0);
  return out;
}

}  // namespace

std::optional<NumericReference> numeric_reference_at(std::string_view text) {
  auto out = number_at(text);
  if (!out) return out;
  if (is_high(out->value) && out->is_closed) {
    const auto second = number_at(text.substr(out->length));
    if (second && is_low(second->value)) {
      out->value = 0x10000 + ((out->value - 0xD800) << 10U) + (second->value - 0xDC00);
      out->length += second->length;
      out->is_closed = second->is_closed;
    }
  }
  if (is_high(out->value) || is_low(out->value) || out->value > kLast) out->value = kReplacement;
  return out;
}

void settle_surrogate_references(std::string& text) {
  constexpr std::size_t nowhere = std::string::npos;
  const std::string_view all(text);
  std::size_t from = 0;     // what lies before it is settled
  std::size_t written = 0;  // never beyond `from`: a character is shorter than its reference
  for (auto at = all.find("&#"); at != nowhere;) {
    const auto reference = numeric_reference_at(all.substr(at));
    const bool is_surrogate = reference && reference->is_closed &&
                              (reference->value == kReplacement || reference->value > 0xFFFF);
    if (!is_surrogate) {
      at = all.find("&#", at + 2);
      continue;
    }
    std::string character;
    append_utf8(character, reference->value);
    char* const data = text.data();
    char* const to = std::copy(data + from, data + at, data + written);
    std::copy(character.begin(), character.end(), to);
    written += at - from + character.size();
    from = at + reference->length;
    at = all.find("&#", from);
  }
  if (from > 0) text.erase(written, from - written);
}

}  // namespace crier
