#include "core/safe_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/characters.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// Calls `take(code point, its bytes)` for each character.
template <class Take>
void each_character(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    take(c, text.substr(begin, at - begin));
  }
}

constexpr bool is_escaped_in_json(char32_t c) {
  constexpr char32_t delete_character = 0x7F, line_separator = 0x2028, paragraph_separator = 0x2029;
  return (c >= delete_character && is_control(c)) || turns_the_line(c) || marks_direction(c) ||
         c == line_separator || c == paragraph_separator;
}

/// Spreadsheets take what begins so for a formula; the wide forms in East Asia's.
bool begins_formula(std::string_view text) {
  constexpr std::u32string_view signs = U"=+-@|\uFF1D\uFF0B\uFF0D\uFF20";
  constexpr char32_t zero_width_space = 0x200B, byte_order_mark = 0xFEFF;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (signs.find(c) != std::u32string_view::npos) return true;
    if (!is_white_space(c) && !is_control(c) && c != zero_width_space && c != byte_order_mark)
      return false;
  }
  return false;
}

constexpr char32_t first_strong_isolate = 0x2068, pop_isolate = 0x2069;
constexpr bool opens_isolate(char32_t c) { return c >= 0x2066 && c <= first_strong_isolate; }

/// Where the isolates stand that are opened and closed again, in order.
std::vector<std::size_t> whole_isolates(std::string_view text) {
  std::vector<std::size_t> open;
  std::vector<std::size_t> whole;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if (opens_isolate(c)) open.push_back(begin);
    if (c != pop_isolate || open.empty()) continue;
    whole.push_back(open.back());
    whole.push_back(begin);
    open.pop_back();
  }
  std::ranges::sort(whole);
  return whole;
}

/// Says whether a text (valid UTF-8) holds a character that a post must not have, or an isolate.
/// By bytes: it is asked of each draft of a post.
bool may_act(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte(i);
    if ((lead < 0x20U && lead != '\n') || lead == 0x7FU) return true;
    if (lead == 0xC2U && byte(i + 1) < 0xA0U) return true;
    if (lead != 0xE2U) continue;
    if (byte(i + 1) == 0x80U && byte(i + 2) >= 0xAAU && byte(i + 2) <= 0xAEU) return true;
    if (byte(i + 1) == 0x81U && byte(i + 2) >= 0xA6U && byte(i + 2) <= 0xA9U) return true;
  }
  return false;
}

bool has_right_to_left(std::string_view text) {
  bool found = false;
  each_character(text, [&](char32_t c, std::string_view) { found = found || is_right_to_left(c); });
  return found;
}

}  // namespace

std::string printable_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    out += printable(text.substr(0, line_end));
    if (line_end < text.size()) out += '\n';
    text.remove_prefix(std::min(line_end + 1, text.size()));
  }
  return out;
}

std::string json_shown(std::string document) {
  if (document.find_first_of("\x7F\xC2\xD8\xE2") == std::string::npos) return document;
  std::string out;
  out.reserve(document.size());
  each_character(document, [&out](char32_t c, std::string_view bytes) {
    if (is_escaped_in_json(c)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += bytes;
    }
  });
  return out;
}

std::string csv_cell(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\r') {
      if (at + 1 >= text.size() || text[at + 1] != '\n') lines += '\n';
    } else {
      lines += c == '\t' ? ' ' : c;
    }
  }
  std::string out = begins_formula(text) ? "\"'" : "\"";
  for (const char c : printable_lines(lines)) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string post_words(std::string_view text) {
  if (!may_act(text)) return std::string(text);
  std::vector<std::size_t> kept = whole_isolates(text);
  if (!kept.empty() && !has_right_to_left(text)) kept.clear();
  std::string out;
  out.reserve(text.size());
  each_character(text, [&](char32_t c, std::string_view bytes) {
    const auto at = static_cast<std::size_t>(bytes.data() - text.data());
    const bool is_out = (is_control(c) && c != '\n') ||
                        (turns_the_line(c) && !std::ranges::binary_search(kept, at));
    if (!is_out) out += bytes;
  });
  return out;
}

std::string beginning_of(std::string_view text, std::size_t most) {
  // Bytes first: a letter with a thousand accents is one cluster, and what is cut off need not be
  // looked at.
  constexpr std::size_t most_bytes_each = 12;
  std::size_t end = std::min(text.size(), most * most_bytes_each);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  const std::vector<std::size_t> ends = grapheme_ends(text.substr(0, end));
  if (end == text.size() && ends.size() <= most) return std::string(text);
  const std::size_t whole = std::min(ends.size(), most);
  return std::string(text.substr(0, whole < 2 ? 0 : ends[whole - 2])) + "…";
}

std::string compared_words(std::string_view text) {
  constexpr std::string_view zero_width_space = "\xE2\x80\x8B";
  const std::string valid = to_valid_utf8(text);
  std::string visible;
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t next = std::min(valid.find(zero_width_space, at), valid.size());
    visible.append(valid, at, next - at);
    at = next + zero_width_space.size();
  }
  return collapse_space(to_nfc(visible));
}

}  // namespace crier
