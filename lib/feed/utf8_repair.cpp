#include "feed/utf8_repair.h"

#include <algorithm>
#include <cstdint>

#include "core/utf8.h"
#include "feed/charset.h"

namespace crier {
namespace {

enum class Kind : std::uint8_t {
  ascii,
  whole,      ///< a character of several bytes
  pair,       ///< two surrogates, three bytes each
  surrogate,  ///< one alone
  cut,        ///< the beginning of a character, at least two bytes of it
  lead,       ///< the first byte of a character, and nothing behind it
  stray
};

struct Piece {
  Kind kind;
  std::size_t length;
};

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

bool is_between(unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

/// Says whether `second` may follow `first` (Unicode table 3-7).
bool may_follow(unsigned first, unsigned second) {
  switch (first) {
    case 0xE0U: return is_between(second, 0xA0U, 0xBFU);
    case 0xEDU: return is_between(second, 0x80U, 0x9FU);
    case 0xF0U: return is_between(second, 0x90U, 0xBFU);
    case 0xF4U: return is_between(second, 0x80U, 0x8FU);
    default: return is_between(second, 0x80U, 0xBFU);
  }
}

/// Reads the bytes from `at` on.
Piece piece_at(std::string_view bytes, std::size_t at) {
  const unsigned first = byte_at(bytes, at);
  if (first < 0x80U) return {Kind::ascii, 1};
  const auto is_surrogate = [bytes](std::size_t where, unsigned low, unsigned high) {
    return byte_at(bytes, where) == 0xEDU && is_between(byte_at(bytes, where + 1), low, high) &&
           is_between(byte_at(bytes, where + 2), 0x80U, 0xBFU);
  };
  if (is_surrogate(at, 0xA0U, 0xAFU) && is_surrogate(at + 3, 0xB0U, 0xBFU)) return {Kind::pair, 6};
  if (is_surrogate(at, 0xA0U, 0xBFU)) return {Kind::surrogate, 3};
  if (!is_between(first, 0xC2U, 0xF4U)) return {Kind::stray, 1};
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  std::size_t have = 1;
  while (have < length && (have == 1 ? may_follow(first, byte_at(bytes, at + 1))
                                     : is_between(byte_at(bytes, at + have), 0x80U, 0xBFU))) {
    ++have;
  }
  if (have == length) return {Kind::whole, length};
  return have > 1 ? Piece{Kind::cut, have} : Piece{Kind::lead, 1};
}

std::size_t past_ascii(std::string_view bytes, std::size_t at) {
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80U) ++at;
  return at;
}

/// Says whether a text ends there: with its element, its string, or in dots.
bool is_end_of_text(std::string_view rest) {
  if (rest.empty() || rest.front() == '<' || rest.front() == '"') return true;
  for (const std::string_view end : {"]]>", "&lt;", "...", "\xE2\x80\xA6", "&#8230;", "&hellip;"}) {
    if (rest.substr(0, end.size()) == end) return true;
  }
  return false;
}

bool is_letter(unsigned byte) { return is_between(byte | 0x20U, 'a', 'z'); }

/// Says whether bytes that begin a character are the rest of one, and not letters of windows-1252:
/// "\xE9<" is "é" there.
bool was_cut(std::string_view bytes, std::size_t at, Piece piece, bool is_mostly) {
  const unsigned first = byte_at(bytes, at);
  const unsigned second = byte_at(bytes, at + 1);
  // Many words of windows-1252 end in "é", and some of those in "é”".
  const bool follows_letter = at > 0 && is_letter(byte_at(bytes, at - 1));
  if (piece.kind == Kind::cut) {
    // Punctuation and emoji: no word ends in "â€" or "ðŸ".
    return (is_mostly && !follows_letter) || (first == 0xE2U && second <= 0x84U) || first == 0xF0U;
  }
  const bool ends = is_end_of_text(bytes.substr(at + 1));
  // No word ends in "Ã" or "Â", in any but capital letters.
  if (is_between(first, 0xC2U, 0xC3U)) return ends || (is_mostly && !is_letter(second));
  // Nor in "Ä" or "Å".
  return is_mostly && ends && (first <= 0xC5U || !follows_letter);
}

void append_pair(std::string& out, std::string_view pair) {
  const auto ten_bits = [pair](std::size_t at) {
    return ((byte_at(pair, at + 1) & 0x0FU) << 6U) | (byte_at(pair, at + 2) & 0x3FU);
  };
  append_utf8(out, static_cast<char32_t>(0x10000U + (ten_bits(0) << 10U) + ten_bits(3)));
}

}  // namespace

bool is_mostly_utf8(std::string_view bytes) {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (auto at = past_ascii(bytes, 0); at < bytes.size(); at = past_ascii(bytes, at)) {
    const Piece piece = piece_at(bytes, at);
    ++(piece.kind == Kind::whole || piece.kind == Kind::pair ? good : bad);
    at += piece.length;
  }
  return good > bad;
}

std::string repaired_utf8(std::string_view bytes) {
  const bool is_mostly = is_mostly_utf8(bytes);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 16);
  for (std::size_t at = 0; at < bytes.size();) {
    const Piece piece = piece_at(bytes, at);
    switch (piece.kind) {
      case Kind::ascii:
      case Kind::whole: out.append(bytes, at, piece.length); break;
      case Kind::pair: append_pair(out, bytes.substr(at, piece.length)); break;
      case Kind::surrogate: append_utf8(out, 0xFFFD); break;
      case Kind::cut:
      case Kind::lead:
        if (was_cut(bytes, at, piece, is_mostly)) break;
        [[fallthrough]];
      case Kind::stray:
        for (std::size_t i = 0; i < piece.length; ++i) {
          append_utf8(out, from_windows_1252(static_cast<unsigned char>(bytes[at + i])));
        }
        break;
    }
    at += piece.length;
  }
  return out;
}

}  // namespace crier
