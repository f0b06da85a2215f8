#include "compose/measure.h"

#include <array>
#include <string>

#include "compose/links.h"
#include "core/utf8.h"

namespace crier {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where a run of user-name characters that begins at `from` ends. Full stop and hyphen join, but
/// do not end, a name.
std::size_t name_end(std::string_view text, std::size_t from) {
  std::size_t end = from;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (is_word(text[i])) {
      end = i + 1;
    } else if (text[i] != '.' && text[i] != '-') {
      break;
    }
  }
  return end;
}

/// Leaves out "@host" of every "@user@host".
/// Source: Mastodon's status length validator, which counts a mention as its user name.
std::string with_short_mentions(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool may_begin =
        text[i] == '@' &&
        (i == 0 || (!is_word(text[i - 1]) && text[i - 1] != '/' && text[i - 1] != '='));
    const std::size_t user_end = may_begin ? name_end(text, i + 1) : i;
    if (user_end <= i + 1) {
      out += text[i++];
      continue;
    }
    out += text.substr(i, user_end - i);
    i = user_end;
    if (i < text.size() && text[i] == '@') {
      const std::size_t host_end = name_end(text, i + 1);
      if (host_end > i + 1) i = host_end;
    }
  }
  return out;
}

/// Puts as many "x" in each link's place as it weighs: a stand-in, so that its neighbours form the
/// same grapheme clusters that they do beside the link.
std::string with_weighed_links(std::string_view text, std::size_t weight) {
  std::string out;
  std::size_t done = 0;
  for (const LinkSpan& link : find_links(text)) {
    out += text.substr(done, link.begin - done);
    out.append(weight, 'x');
    done = link.end;
  }
  out += text.substr(done);
  return out;
}

std::size_t count(std::string_view text, TextRules::Unit unit) {
  switch (unit) {
    case TextRules::Unit::graphemes: return count_graphemes(text);
    case TextRules::Unit::code_points: return count_code_points(text);
    case TextRules::Unit::bytes: return text.size();
  }
  return text.size();
}

}  // namespace

std::size_t measure(std::string_view text, const TextRules& rules) {
  std::string counted;
  if (rules.link_weight) {
    counted = with_weighed_links(text, *rules.link_weight);
    text = counted;
  }
  std::string mentioned;
  if (rules.remote_mentions_short && text.find('@') != std::string_view::npos) {
    mentioned = with_short_mentions(text);
    text = mentioned;
  }
  return count(text, rules.unit);
}

}  // namespace crier
