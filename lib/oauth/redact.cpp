#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"
#include "http/message.h"
#include "oauth/credentials.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

/// Shorter ones are no secrets, and would take letters out of everything.
constexpr std::size_t least_secret = 4;
/// Shorter parts of a secret address are words like "services", or guessed anyway.
constexpr std::size_t least_secret_part = 10;

int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/// The length of `start` if `text` begins with it and then with exactly `digits` hexadecimal ones
/// that make `c`; else 0.
std::size_t in_digits(std::string_view text, std::string_view start, std::size_t digits, char c) {
  if (!text.starts_with(start) || text.size() < start.size() + digits) return 0;
  int value = 0;
  for (const char digit : text.substr(start.size(), digits)) {
    if (value_of(digit) < 0) return 0;
    value = value * 16 + value_of(digit);
  }
  return value == static_cast<unsigned char>(c) ? start.size() + digits : 0;
}

/// The length of what, after a "&", makes a reference of HTML that stands for `c`; else 0.
std::size_t in_reference(std::string_view text, char c) {
  static constexpr std::pair<char, std::string_view> names[] = {
      {'&', "amp"}, {'<', "lt"},   {'>', "gt"},     {'"', "quot"}, {'\'', "apos"},
      {'/', "sol"}, {'+', "plus"}, {'=', "equals"}, {':', "colon"}};
  constexpr std::size_t longest = 16;
  const std::size_t end = text.substr(0, longest).find(';');
  if (end == std::string_view::npos) return 0;
  const std::string_view name = text.substr(0, end);
  for (const auto& [letter, its_name] : names) {
    if (letter == c && name == its_name) return end + 1;
  }
  if (!name.starts_with('#')) return 0;
  const bool is_hex = name.substr(1, 1) == "x" || name.substr(1, 1) == "X";
  long number = 0;
  for (const char digit : name.substr(is_hex ? 2 : 1)) {
    const int value = value_of(digit);
    if (value < 0 || (!is_hex && value > 9)) return 0;
    number = number * (is_hex ? 16 : 10) + value;
  }
  return number == static_cast<unsigned char>(c) ? end + 1 : 0;
}

/// The length of a reference that stands for `c`, escaped once or twice ("&amp;#65;"); else 0.
std::size_t in_html(std::string_view text, char c) {
  if (const std::size_t length = in_reference(text.substr(1), c); length > 0) return 1 + length;
  if (!text.starts_with("&amp;")) return 0;
  const std::size_t length = in_reference(text.substr(5), c);
  return length > 0 ? 5 + length : 0;
}

/// The length of an escape of JSON or a program that stands for `c`, also one that was escaped
/// itself ("\\u0041"); else 0.
std::size_t in_escape(std::string_view text, char c) {
  constexpr std::size_t most_marks = 8;
  const std::size_t marks = text.substr(0, most_marks + 1).find_first_not_of('\\');
  if (marks == 0 || marks == std::string_view::npos) return 0;
  const std::string_view last = text.substr(marks - 1);
  const std::size_t length = std::max(in_digits(last, "\\u", 4, c), in_digits(last, "\\x", 2, c));
  return length > 0 ? marks - 1 + length : 0;
}

/// Hands over each length of what stands for `c` at the start of `text`: itself, or as an address,
/// a page or JSON may write it.
template <class Take>
void spellings(std::string_view text, char c, Take&& take) {
  if (text.empty()) return;
  if (text[0] == c) take(std::size_t{1});
  std::size_t length = 0;
  if (text[0] == '%') {
    length = std::max(in_digits(text, "%", 2, c), in_digits(text, "%25", 2, c));
  } else if (text[0] == '&') {
    length = in_html(text, c);
  } else if (text[0] == '\\' && text.size() > 1) {
    const bool is_itself = text[1] == c || (text[1] == 'n' && c == '\n');
    length = std::max(in_escape(text, c), is_itself ? std::size_t{2} : std::size_t{0});
  }
  if (length > 0) take(length);
}

/// How long what stands for `hidden` at the start of `text` is, each letter in whatever way; 0: it
/// does not stand there. `ends` is room to work in.
std::size_t spelt(std::string_view text, std::string_view hidden, std::vector<std::size_t>& ends) {
  // A "%" may be itself or begin an encoded letter: all ways are followed.
  ends.assign(1, 0);
  for (const char c : hidden) {
    const std::size_t known = ends.size();
    for (std::size_t i = 0; i < known; ++i) {
      const std::size_t from = ends[i];
      spellings(text.substr(from), c, [&](std::size_t length) { ends.push_back(from + length); });
    }
    ends.erase(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(known));
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    if (ends.empty()) return 0;
  }
  return ends.back();
}

void take_out(std::string& text, std::string_view hidden) {
  for (std::size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
    text.replace(at, hidden.size(), "***");
  }
}

/// The same in whatever way its letters are written.
void take_out_spelt(std::string& text, std::string_view hidden) {
  take_out(text, hidden);
  if (text.find_first_of("%&\\") == std::string::npos) return;
  const std::string starts = std::string("%&\\") + hidden.front();
  std::vector<std::size_t> ends;
  for (std::size_t at = text.find_first_of(starts); at != std::string::npos;
       at = text.find_first_of(starts, at)) {
    const std::size_t length = spelt(std::string_view(text).substr(at), hidden, ends);
    if (length > 0) text.replace(at, length, "***");
    at += length > 0 ? 3 : 1;
  }
}

/// Two digits for each byte, in small and in big letters.
std::array<std::string, 2> in_hex(std::string_view secret) {
  std::array<std::string, 2> ways;
  for (const char c : secret) {
    const auto byte = static_cast<unsigned char>(c);
    for (std::size_t way = 0; way < 2; ++way) {
      const char* digits = way == 0 ? "0123456789abcdef" : "0123456789ABCDEF";
      ways[way] += digits[byte >> 4U];
      ways[way] += digits[byte & 0xFU];
    }
  }
  return ways;
}

/// What base64 makes of `secret` wherever it stands in a longer text, as in Basic's
/// "client:secret": three bytes are four digits, so there are three ways; digits that hold bits of
/// what stands around it are left away.
std::vector<std::string> in_base64(const std::string& secret) {
  std::vector<std::string> ways;
  for (std::size_t before = 0; before < 3; ++before) {
    const std::size_t first = (before * 8 + 5) / 6;
    const std::size_t end = (before + secret.size()) * 8 / 6;
    const std::string bytes = std::string(before, ' ') + secret;
    ways.push_back(base64(bytes).substr(first, end - first));
    ways.push_back(base64url(bytes).substr(first, end - first));
  }
  return ways;
}

void take_out(std::string& text, const Secret& secret) {
  const std::string& hidden = secret.reveal();
  if (hidden.size() < least_secret) return;
  take_out_spelt(text, hidden);
  if (hidden.size() < least_secret_part) return;
  for (const std::string& form : {hidden, percent_encode(hidden)}) {
    for (const std::string& way : in_base64(form)) take_out(text, way);
    for (const std::string& way : in_hex(form)) take_out(text, way);
  }
}

/// Hands over each string in `value`, which is not nested deeply.
template <class Take>
void strings_in(nlohmann::json& value, Take&& take) {
  if (value.is_string()) take(value.get_ref<std::string&>());
  if (!value.is_structured()) return;
  for (auto& element : value) strings_in(element, take);
}

void take_out_all(const Credentials& known, std::string& text) {
  for (const Secret* secret :
       {&known.access_token, &known.refresh_token, &known.token_secret, &known.client_secret,
        &known.password, &known.dpop_key, &known.client_key}) {
    take_out(text, *secret);
  }
  // Of an address, messages and logs leave the query away: what is left is a secret all the same.
  if (known.kind != "address") return;
  const std::string& address = known.access_token.reveal();
  take_out(text, Secret(address.substr(0, address.find('?'))));
  // A server may name a part of it only, or write its slashes in another way.
  for (std::size_t at = 0; at < address.size();) {
    const std::size_t end = std::min(address.find_first_of("/?&=:", at), address.size());
    if (end - at >= least_secret_part) take_out(text, Secret(address.substr(at, end - at)));
    at = end + 1;
  }
}

/// Out of what the strings of a JSON text say: an escape may stand there for the letter that begins
/// another one ("\u0026#90;").
void take_out_of_strings(const Credentials& known, std::string& text) {
  const bool is_json = trimmed(text).starts_with('{') || trimmed(text).starts_with('[');
  if (!is_json || text.find('\\') == std::string::npos || is_too_deep(text)) return;
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) return;
  // All at once first: an answer may have thousands of strings, and hardly ever a secret.
  std::string all;
  strings_in(value, [&](const std::string& each) { all += each + '\n'; });
  const std::string before = all;
  take_out_all(known, all);
  if (all == before) return;
  strings_in(value, [&](std::string& each) { take_out_all(known, each); });
  text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void redact(const Credentials& known, std::string& text) {
  if (text.size() < least_secret) return;
  take_out_all(known, text);
  take_out_of_strings(known, text);
}

void redact(const Credentials& known, Response& answer) {
  redact(known, answer.body);
  redact(known, answer.final_url);
  redact(known, answer.moved_to);
  for (Header& header : answer.headers) redact(known, header.value);
}

std::string redacted_excerpt(const Credentials& known, std::string words) {
  redact(known, words);
  return excerpt(words);
}

}  // namespace crier
