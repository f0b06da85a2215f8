#include "network/mastodon/match.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"
#include "network/percent.h"

namespace crier::mastodon {
namespace {

/// Decodes the character references that servers write: the five of XML, nbsp, and numbers.
std::string decode_references(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> named{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  std::string out;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find('&'), text.size());
    out += text.substr(0, start);
    text.remove_prefix(start);
    if (text.empty()) break;
    const std::size_t end = text.substr(0, 12).find(';');
    const std::string_view name =
        end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
    const auto* known = std::find_if(named.begin(), named.end(),
                                     [&](const auto& pair) { return pair.first == name; });
    if (known != named.end()) {
      out += known->second;
      text.remove_prefix(end + 1);
    } else if (name.size() > 1 && name[0] == '#') {
      const bool is_hex = name[1] == 'x' || name[1] == 'X';
      std::uint32_t code = 0;
      const std::string_view digits = name.substr(is_hex ? 2 : 1);
      const auto [last, problem] =
          std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
      const bool is_number =
          problem == std::errc{} && !digits.empty() && last == digits.data() + digits.size();
      append_utf8(out, is_number ? static_cast<char32_t>(code) : U'\uFFFD');
      text.remove_prefix(end + 1);
    } else {
      out += '&';
      text.remove_prefix(1);
    }
  }
  return out;
}

/// The value of `href` in the inside of a tag, decoded; empty if it has none.
std::string href_of(std::string_view tag) {
  constexpr std::string_view attribute = " href=";
  std::size_t at = tag.find(attribute);
  if (at == std::string_view::npos || at + attribute.size() >= tag.size()) return {};
  at += attribute.size();
  const char quote = tag[at];
  if (quote != '"' && quote != '\'') {
    return decode_references(tag.substr(at, tag.find_first_of(" \t\r\n", at) - at));
  }
  const std::size_t end = tag.find(quote, at + 1);
  if (end == std::string_view::npos) return {};
  return decode_references(tag.substr(at + 1, end - at - 1));
}

/// Where the next tag begins, or the end of `html`: a "<" before anything but a letter, "/" or "!"
/// is one that a server has left as it was.
std::size_t start_of_tag(std::string_view html) {
  for (std::size_t i = html.find('<'); i < html.size(); i = html.find('<', i + 1)) {
    const char next = i + 1 < html.size() ? html[i + 1] : '\0';
    const bool is_letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (is_letter || next == '/' || next == '!') return i;
  }
  return html.size();
}

/// Where the tag that begins at `html[0]` ends: the index of its ">", quotes respected.
std::size_t end_of_tag(std::string_view html) {
  char quote = '\0';
  for (std::size_t i = 1; i < html.size(); ++i) {
    const char c = html[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Shown read_content(std::string_view html) {
  Shown shown;
  std::size_t anchor_text = std::string::npos;  // where in shown.text the open anchor's text begins
  while (!html.empty()) {
    const std::size_t start = start_of_tag(html);
    const std::string words = decode_references(html.substr(0, start));
    shown.text += words;
    shown.everything += words;
    html.remove_prefix(start);
    const std::size_t end = html.empty() ? std::string_view::npos : end_of_tag(html);
    if (end == std::string_view::npos) break;
    const std::string_view tag = html.substr(1, end - 1);
    const std::string name = ascii_lower(tag.substr(0, tag.find_first_of(" \t\r\n")));
    html.remove_prefix(end + 1);
    if (name == "a") {
      shown.links.push_back(href_of(tag));
      anchor_text = shown.text.size();
    } else if (name == "/a" && anchor_text != std::string::npos) {
      // "#tag" and "@user" are anchors too, and are words.
      if (is_http_url(std::string_view(shown.text).substr(anchor_text))) {
        shown.text.resize(anchor_text);
      }
      anchor_text = std::string::npos;
    } else if (name != "span" && name != "/span") {
      shown.text += ' ';
    }
  }
  return shown;
}

namespace {

/// Cuts every http(s) address out, and the host out of "@user@host".
std::string without_links(std::string_view text, std::string_view link) {
  std::string out;
  bool in_mention = false;
  while (!text.empty()) {
    std::size_t skip = 0;
    if (!link.empty() && text.starts_with(link)) {
      skip = link.size();
    } else if (is_http_url(text) || (in_mention && text.front() == '@')) {
      skip = std::min(text.find_first_of(" \t\r\n"), text.size());
    }
    if (skip > 0) {
      out += ' ';
      in_mention = false;
      text.remove_prefix(skip);
      continue;
    }
    const char c = text.front();
    if (c == '@') {
      in_mention = true;
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      in_mention = false;
    }
    out += c;
    text.remove_prefix(1);
  }
  return out;
}

/// The letters and digits of `text`, and whatever else lies outside ASCII but is no space, dash,
/// quotation mark or invisible character.
std::string words_of(std::string_view text) {
  const std::string normal = to_nfc(to_valid_utf8(text));
  std::string out;
  for (std::size_t i = 0; i < normal.size();) {
    const auto lead = static_cast<unsigned char>(normal[i]);
    if (lead < 0x80U) {
      const char c = normal[i++];
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) out += c;
      continue;
    }
    const std::size_t length = lead >= 0xF0U ? 4 : (lead >= 0xE0U ? 3 : 2);
    const std::string_view bytes = std::string_view(normal).substr(i, length);
    i += length;
    const bool is_general_punctuation =  // U+2000 to U+206F
        bytes.size() == 3 && bytes.starts_with("\xE2") &&
        (bytes[1] == '\x80' ||
         (bytes[1] == '\x81' && static_cast<unsigned char>(bytes[2]) < 0xB0U));
    const bool is_variation_selector = bytes.starts_with("\xEF\xB8") && bytes[2] < '\x90';
    const bool is_latin_space_or_hyphen = bytes == "\xC2\xA0" || bytes == "\xC2\xAD";
    if (!is_general_punctuation && !is_variation_selector && !is_latin_space_or_hyphen) {
      out += bytes;
    }
  }
  return out;
}

/// Servers may encode or decode characters of an address, or add the slash after the host.
std::string comparable(std::string_view link) {
  std::string out = percent_decode(link);
  while (out.ends_with('/')) out.pop_back();
  return out;
}

}  // namespace

namespace {

/// Letters and digits alone: what no server changes when it shows a text.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : ascii_lower(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

/// `text` without whatever stands between `from` and `to`.
std::string without(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find(from), text.size());
    const std::size_t end = text.find(to, start);
    out += text.substr(0, start);
    if (end == std::string_view::npos) return out.append(text.substr(start));
    out += ' ';
    text.remove_prefix(end + to.size());
  }
  return out;
}

bool says_the_same(const Shown& shown, std::string_view text, std::string_view link) {
  // Where a server ends an address, in front of which sign, is its own affair; most show it whole.
  const std::string all = bare(text);
  if (!all.empty() && bare(shown.everything) == all) return true;
  const std::string words = words_of(without_links(text, link));
  if (words != words_of(without_links(shown.text, link))) return false;
  if (link.empty()) return !words.empty();
  const std::string wanted = comparable(link);
  return shown.text.find(link) != std::string::npos ||
         std::any_of(shown.links.begin(), shown.links.end(),
                     [&](const std::string& found) { return comparable(found) == wanted; });
}

}  // namespace

bool is_same_post(std::string_view content, std::string_view text, std::string_view link) {
  const Shown shown = read_content(content);
  if (says_the_same(shown, text, link)) return true;
  // snac (2.75) takes "<…>" for a tag and "[…](…)" for a link, also in a plain text.
  return says_the_same(shown, without(without(text, "<", ">"), "](", ")"), link);
}

}  // namespace crier::mastodon
