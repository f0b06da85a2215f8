#include "compose/defuse.h"

#include <algorithm>

#include "compose/entity_finders.h"
#include "compose/links.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::string_view breaker = "\xE2\x80\x8B";  // U+200B
// What is broken cannot come together again; this is for rules that nobody has thought of.
constexpr int most_rounds = 3;
constexpr std::size_t longest_page_number = 64;

bool is_sign(const Entity& entity) {
  return entity.kind == Entity::Kind::mention || entity.kind == Entity::Kind::cashtag;
}

bool is_word(char32_t c) {
  const CharacterKind kind = kind_of(c);
  return kind != CharacterKind::punctuation && kind != CharacterKind::other;
}

/// The character before byte `at`; 0 if there is none.
char32_t before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  std::size_t begin = at - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
  return next_code_point(text, begin);
}

/// Where the name that begins at `from` ends; `from` if none does. "[…]" is a Page's number on
/// Facebook.
std::size_t name_end(std::string_view text, std::size_t from) {
  if (text.substr(from).starts_with('[')) {
    const std::size_t closing = text.substr(from, longest_page_number).find(']');
    return from + (closing == std::string_view::npos ? 1 : closing + 1);
  }
  std::size_t end = from;
  for (std::size_t at = from; at < text.size(); end = at) {
    const bool is_dot = text[at] == '.' && at > from;
    if (const char32_t c = next_code_point(text, at); !is_word(c) && !is_dot) break;
  }
  while (end > from && text[end - 1] == '.') --end;
  return end;
}

/// A word character before the sign makes it an e-mail address to every network.
std::vector<Entity> find_names(std::string_view text) {
  std::vector<Entity> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if ((c != U'@' && c != U'\uFF20') || is_word(before(text, begin))) continue;
    const std::size_t end = name_end(text, at);
    if (end > at)
      found.push_back({Entity::Kind::mention, begin, end, std::string(text.substr(at, end - at))});
  }
  return found;
}

/// Says of places in a text whether they stand in one of its spans. Spans and places come in the
/// order of the text, so that all of them take one pass.
class InOneOf {
 public:
  explicit InOneOf(std::vector<LinkSpan> spans) : spans_(std::move(spans)) {}

  [[nodiscard]] bool has(std::size_t at) {
    while (next_ < spans_.size() && spans_[next_].end <= at) ++next_;
    return next_ < spans_.size() && spans_[next_].begin <= at;
  }

 private:
  std::vector<LinkSpan> spans_;
  std::size_t next_ = 0;
};

std::vector<LinkSpan> links_in(std::string_view text, TextRules::Entities rules) {
  std::vector<LinkSpan> links;
  for (const Entity& entity : find_entities(text, rules)) {
    if (entity.kind == Entity::Kind::url) links.push_back({entity.begin, entity.end});
  }
  return links;
}

std::vector<LinkSpan> all_of(std::string_view link, std::string_view text) {
  std::vector<LinkSpan> found;
  if (link.empty()) return found;
  for (std::size_t at = text.find(link); at != std::string_view::npos;
       at = text.find(link, at + 1)) {
    found.push_back({at, at + link.size()});
  }
  return found;
}

/// What calls an account, in the order in which it stands there. Only Mastodon looks for it in
/// links, too.
std::vector<Entity> find_signs(std::string_view text, const TextRules& rules) {
  if (rules.mentions == TextRules::Mentions::words) {
    std::vector<Entity> found = find_names(text);
    if (found.empty()) return found;
    // X's way knows bare domains, too.
    InOneOf links(links_in(text, TextRules::Entities::x));
    std::erase_if(found, [&links](const Entity& sign) { return links.has(sign.begin); });
    return found;
  }
  if (rules.entities == TextRules::Entities::mastodon) return find_mastodon_calls(to_units(text));
  std::vector<Entity> found = find_entities(text, rules.entities);
  std::erase_if(found, [](const Entity& entity) { return !is_sign(entity); });
  return found;
}

/// What is around an item may name whom it likes.
class Own {
 public:
  Own(std::string_view text, const TextRules& rules) : signs_(find_signs(text, rules)) {}

  [[nodiscard]] bool has(const Entity& sign) const {
    return std::ranges::any_of(signs_, [&](const Entity& own) {
      return own.kind == sign.kind && ascii_iequals(own.value, sign.value);
    });
  }

 private:
  std::vector<Entity> signs_;
};

/// A sign that is to call nobody.
struct Sign {
  std::size_t begin = 0, end = 0;
  bool is_in_link = false;
};

Sign sign_of(const Entity& entity, std::string_view text, bool is_in_link) {
  std::size_t end = entity.begin;
  (void)next_code_point(text, end);
  return {entity.begin, end, is_in_link};
}

std::vector<Sign> to_break(std::string_view text, const Own& own, std::string_view link,
                           const TextRules& rules) {
  std::vector<Sign> found;
  const std::vector<Entity> signs = find_signs(text, rules);
  if (signs.empty()) return found;
  InOneOf own_link(all_of(link, text));
  InOneOf links(links_in(text, rules.entities));
  bool has_cashtag = false;
  for (const Entity& entity : signs) {
    if (own_link.has(entity.begin)) continue;
    const bool is_second_cashtag = entity.kind == Entity::Kind::cashtag && has_cashtag;
    if (own.has(entity) && !is_second_cashtag) {
      has_cashtag = has_cashtag || entity.kind == Entity::Kind::cashtag;
      continue;
    }
    found.push_back(sign_of(entity, text, links.has(entity.begin)));
  }
  return found;
}

/// In a link, U+200B would lead elsewhere; a sign that is percent-encoded leads to the same page.
std::string broken(std::string_view text, const std::vector<Sign>& signs) {
  std::string out;
  std::size_t done = 0;
  for (const Sign& sign : signs) {
    out += text.substr(done, sign.begin - done);
    const std::string_view itself = text.substr(sign.begin, sign.end - sign.begin);
    if (sign.is_in_link) {
      out += percent_encode(itself);
    } else {
      out += itself;
      out += breaker;
    }
    done = sign.end;
  }
  return out += text.substr(done);
}

}  // namespace

std::string defused(std::string text, std::string_view own, std::string_view link,
                    const TextRules& rules) {
  if (rules.mentions == TextRules::Mentions::inert ||
      text.find_first_of("@$\xEF") == std::string::npos) {
    return text;
  }
  const Own own_signs(own, rules);
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<Sign> found = to_break(text, own_signs, link, rules);
    if (found.empty()) break;
    text = broken(text, found);
  }
  return text;
}

std::string link_that_calls_nobody(std::string link, const TextRules& rules) {
  if (rules.mentions == TextRules::Mentions::inert) return link;
  const std::size_t path = behind_host(link);
  std::vector<Sign> found;
  for (const Entity& entity : find_signs(link, rules)) {
    if (entity.begin >= path) found.push_back(sign_of(entity, link, true));
  }
  return broken(link, found);
}

std::string undefused(std::string text) {
  for (const std::string_view sign : {"@", "\uFF20", "$"}) {
    const std::string with_breaker = std::string(sign) + std::string(breaker);
    const std::string_view all = text;
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = all.find(with_breaker); at != std::string_view::npos;
         at = all.find(with_breaker, done)) {
      out += all.substr(done, at + sign.size() - done);
      done = at + sign.size();
      while (all.substr(done).starts_with(breaker)) done += breaker.size();
    }
    out += all.substr(done);
    text = std::move(out);
  }
  return text;
}

}  // namespace crier
