#include "network/linkedin/little_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "compose/measure.h"
#include "core/safe_text.h"
#include "core/utf8.h"
#include "network/linkedin/wire.h"

namespace crier::linkedin {
namespace {

struct Range {
  std::size_t begin = 0, end = 0;
};

bool is_reserved(char c) { return reserved.find(c) != std::string_view::npos; }

bool begins_url(std::string_view text) {
  return ascii_iequals(text.substr(0, 7), "http://") ||
         ascii_iequals(text.substr(0, 8), "https://");
}

/// How many bytes of `text` no link goes beyond.
std::size_t run_of_url(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t here = at;
    const char32_t c = next_code_point(text, at);
    constexpr std::string_view ends = "<>\"{}|\\^`";
    if (c <= ' ' || is_white_space(c) || (c < 0x80 && ends.find(static_cast<char>(c)) != ends.npos))
      return here;
  }
  return text.size();
}

/// What closes a sentence or a bracket belongs to the text around a link.
std::size_t trimmed_url(std::string_view url) {
  while (!url.empty()) {
    const char last = url.back();
    const bool closes =
        (last == ')' && url.find('(') == url.npos) || (last == ']' && url.find('[') == url.npos);
    constexpr std::string_view stops = ".,;:!?'*_~";
    if (!closes && stops.find(last) == stops.npos) break;
    url.remove_suffix(1);
  }
  return url.size();
}

std::vector<Range> find_links(std::string_view text, std::string_view link) {
  std::vector<Range> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (!begins_url(rest)) {
      ++at;
      continue;
    }
    std::size_t size = trimmed_url(rest.substr(0, run_of_url(rest)));
    if (!link.empty() && rest.starts_with(link) && size <= link.size()) size = link.size();
    found.push_back({at, at + size});
    at += std::max<std::size_t>(size, 1);
  }
  return found;
}

/// The address without any character that little text reserves.
std::string plain_url(std::string_view url) {
  std::string out;
  for (const char c : url.substr(0, url.find('#'))) {
    if (is_reserved(c)) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

/// The word of a hashtag whose "#" stands at `at`: letters and digits, one letter at least. Empty:
/// there is none.
std::string_view tag_at(std::string_view text, std::size_t at) {
  const bool is_apart = at == 0 || text[at - 1] == ' ' || text[at - 1] == '\n';
  if (!is_apart) return {};
  std::size_t end = at + 1;
  bool has_letter = false;
  for (std::size_t next = end; next < text.size(); end = next) {
    const CharacterKind kind = kind_of(next_code_point(text, next));
    has_letter |= kind == CharacterKind::letter;
    if (kind == CharacterKind::connector) return {};
    if (kind != CharacterKind::letter && kind != CharacterKind::mark &&
        kind != CharacterKind::digit) {
      break;
    }
  }
  return has_letter ? text.substr(at + 1, end - at - 1) : std::string_view();
}

std::string write(std::string_view text, std::string_view link, bool templates) {
  std::string out;
  std::size_t at = 0;
  const auto write_until = [&](std::size_t end) {
    while (at < end) {
      const std::string_view tag =
          templates && text[at] == '#' ? tag_at(text.substr(0, end), at) : std::string_view();
      if (!tag.empty()) {
        out += fmt::format("{{hashtag|\\#|{}}}", tag);
        at += 1 + tag.size();
        continue;
      }
      if (is_reserved(text[at])) out += '\\';
      out += text[at++];
    }
  };
  for (const Range& range : find_links(text, link)) {
    write_until(range.begin);
    out += plain_url(text.substr(range.begin, range.end - range.begin));
    at = range.end;
  }
  write_until(text.size());
  return out;
}

/// Takes "{hashtag|\#|word}" off the front of `rest`; empty if it does not stand there.
std::string take_tag(std::string_view& rest) {
  constexpr std::string_view opening = "{hashtag|";
  if (!rest.starts_with(opening)) return {};
  std::string_view body = rest.substr(opening.size());
  const std::size_t sign = body.starts_with("\\#|") ? 3 : body.starts_with("#|") ? 2 : 0;
  const std::size_t end = body.find('}');
  if (sign == 0 || end == body.npos || end < sign) return {};
  std::string tag = "#" + std::string(body.substr(sign, end - sign));
  rest.remove_prefix(opening.size() + end + 1);
  return tag;
}

/// Takes "@[Name](urn:li:…)" off the front of `rest`.
std::string take_mention(std::string_view& rest) {
  if (!rest.starts_with("@[")) return {};
  const std::size_t middle = rest.find("](urn:");
  const std::size_t end = middle == rest.npos ? middle : rest.find(')', middle);
  if (end == rest.npos) return {};
  std::string name(rest.substr(2, middle - 2));
  rest.remove_prefix(end + 1);
  return name;
}

}  // namespace

std::string write_little_text(std::string_view text, std::string_view link) {
  std::string out = write(text, link, true);
  // A template takes more room than the bare word, which LinkedIn reads as a hashtag, too.
  TextRules rules;
  rules.unit = TextRules::Unit::utf16;
  rules.limit = most_characters;
  rules.entities = TextRules::Entities::none;
  return fits(out, rules) ? out : write(text, link, false);
}

std::string read_little_text(std::string_view commentary) {
  std::string out;
  while (!commentary.empty()) {
    const std::string tag = take_tag(commentary);
    const std::string name = tag.empty() ? take_mention(commentary) : std::string();
    if (!tag.empty() || !name.empty()) {
      out += tag + name;
      continue;
    }
    const bool is_escape =
        commentary.front() == '\\' && commentary.size() > 1 && is_reserved(commentary[1]);
    if (is_escape) commentary.remove_prefix(1);
    out += commentary.front();
    commentary.remove_prefix(1);
  }
  return out;
}

std::string without_link(std::string_view text, std::string_view link) {
  const std::size_t at = link.empty() ? text.npos : text.rfind(link);
  if (at == text.npos) return std::string(text);
  const std::string_view before = trimmed(text.substr(0, at));
  std::string_view after = text.substr(at + link.size());
  const std::string_view tags = trimmed(after);
  const bool stands_apart = after.empty() || after.front() == ' ' || after.front() == '\n';
  while (stands_apart && !(after = trimmed(after)).empty() && after.front() == '#') {
    after = after.substr(std::min(after.find_first_of(" \n"), after.size()));
  }
  if (!stands_apart || !after.empty() || before.empty()) return std::string(text);
  return std::string(before) + (tags.empty() ? "" : "\n") + std::string(tags);
}

std::string bare_words(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (const Range& range : find_links(text, {})) {
    out += text.substr(done, range.begin - done);
    done = range.end;
  }
  out += text.substr(done);
  return compared_words(out);
}

bool says_the_same(std::string_view commentary, std::string_view text) {
  const std::string words = bare_words(text);
  // Whether it is shown escaped is not written anywhere.
  return bare_words(read_little_text(commentary)) == words || bare_words(commentary) == words;
}

bool is_cut(std::string_view commentary, std::string_view text) {
  if (says_the_same(commentary, text)) return false;
  return count_code_points(bare_words(read_little_text(commentary))) <
         count_code_points(bare_words(text));
}

bool may_have_link(std::string_view commentary, std::string_view link) {
  const std::string text = read_little_text(commentary);
  const std::string as_sent = plain_url(link);
  bool has_another = false;
  for (const Range& range : find_links(text, link)) {
    const std::string_view url =
        std::string_view(text).substr(range.begin, range.end - range.begin);
    if (url == link || url == as_sent || plain_url(url) == as_sent) return true;
    has_another |= !url.starts_with("https://lnkd.in/");
  }
  return !has_another;
}

}  // namespace crier::linkedin
