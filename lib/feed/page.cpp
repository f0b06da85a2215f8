#include "feed/page.h"

#include <map>
#include <optional>
#include <vector>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "feed/charset.h"
#include "feed/html_text.h"

namespace crier {
namespace {

constexpr auto nowhere = std::string_view::npos;
constexpr std::size_t most_title = 300;
constexpr std::size_t most_description = 1000;
constexpr std::size_t most_alt = 1000;
constexpr std::size_t most_address = 2048;

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Attributes {
  std::string_view name, property, content, charset, http_equiv, href;
};

/// Reads a page's head from tag to tag. Every look ahead goes on from where the last one ended, or
/// ends the reading, so that no page is read twice.
class Head {
 public:
  explicit Head(std::string_view html) : html_(html) {}

  void read() {
    while (!is_over_ && (at_ = html_.find('<', at_)) != nowhere) step();
  }

  /// `content` of the first <meta> whose name or property is that, if it says anything.
  [[nodiscard]] std::string_view meta(std::string_view name) const {
    const auto found = metas_.find(std::string(name));
    return found == metas_.end() ? std::string_view() : found->second;
  }
  [[nodiscard]] std::string_view title() const { return title_; }
  [[nodiscard]] std::string_view charset() const { return charset_; }
  [[nodiscard]] std::string_view base() const { return base_; }

 private:
  void step() {
    if (html_.substr(at_, 4) == "<!--") {
      skip_past("-->", at_ + 4);
      return;
    }
    ++at_;
    const bool closes = at_ < html_.size() && html_[at_] == '/';
    if (closes) ++at_;
    const std::size_t begin = at_;
    while (at_ < html_.size() && is_letter(html_[at_])) ++at_;
    const std::string name =
        ascii_lower(html_.substr(begin, std::min<std::size_t>(at_ - begin, 16)));
    if (name.empty()) return;
    if ((closes && name == "head") || name == "body") {
      is_over_ = true;
      return;
    }
    const Attributes attributes = read_attributes();
    if (closes || is_over_) return;
    if (name == "meta") keep(attributes);
    if (name == "base" && base_.empty()) base_ = attributes.href;
    if (name == "title") {
      const std::size_t text = at_;
      skip_past_end_of(name);
      if (title_.empty()) title_ = html_.substr(text, std::min(end_of_text_, html_.size()) - text);
    } else if (name == "script" || name == "style" || name == "noscript" || name == "template" ||
               name == "svg") {
      skip_past_end_of(name);
    }
  }

  void skip_past(std::string_view what, std::size_t from) {
    const std::size_t found = html_.find(what, from);
    is_over_ = found == nowhere;
    at_ = is_over_ ? html_.size() : found + what.size();
  }

  void skip_past_end_of(std::string_view name) {
    while (true) {
      at_ = html_.find("</", at_);
      end_of_text_ = at_;
      if (at_ == nowhere) {
        is_over_ = true;
        at_ = html_.size();
        return;
      }
      at_ += 2;
      if (ascii_iequals(html_.substr(at_, name.size()), name)) return;
    }
  }

  /// Up to and past the tag's ">". A quote that is never closed ends the reading.
  Attributes read_attributes() {
    Attributes all;
    while (at_ < html_.size() && html_[at_] != '>') {
      if (is_space(html_[at_]) || html_[at_] == '/' || html_[at_] == '=') {
        ++at_;
        continue;
      }
      const std::size_t begin = at_;
      while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '=' &&
             html_[at_] != '>' && html_[at_] != '/') {
        ++at_;
      }
      const std::string_view name = html_.substr(begin, at_ - begin);
      while (at_ < html_.size() && is_space(html_[at_])) ++at_;
      if (at_ < html_.size() && html_[at_] == '=') {
        ++at_;
        set(all, name, read_value());
      }
    }
    if (at_ >= html_.size()) is_over_ = true;
    ++at_;
    return all;
  }

  std::string_view read_value() {
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
    if (at_ >= html_.size()) return {};
    const char quote = html_[at_];
    const std::size_t begin = at_ + (quote == '"' || quote == '\'' ? 1 : 0);
    if (begin > at_) {
      const std::size_t end = std::min(html_.find(quote, begin), html_.size());
      at_ = std::min(end + 1, html_.size());
      return html_.substr(begin, end - begin);
    }
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
    return html_.substr(begin, at_ - begin);
  }

  static void set(Attributes& all, std::string_view name, std::string_view value) {
    if (name.size() > 10) return;
    const std::string lower = ascii_lower(name);
    if (lower == "name") all.name = value;
    if (lower == "property") all.property = value;
    if (lower == "content") all.content = value;
    if (lower == "charset") all.charset = value;
    if (lower == "http-equiv") all.http_equiv = value;
    if (lower == "href") all.href = value;
  }

  void keep(const Attributes& attributes) {
    if (charset_.empty()) charset_ = attributes.charset;
    if (charset_.empty() && ascii_iequals(attributes.http_equiv, "content-type")) {
      charset_ = charset_of(attributes.content);
    }
    constexpr std::size_t longest_name = 40;
    for (const std::string_view name : {attributes.property, attributes.name}) {
      if (name.empty() || name.size() > longest_name || trimmed(attributes.content).empty())
        continue;
      metas_.emplace(ascii_lower(trimmed(name)), attributes.content);
    }
  }

  std::string_view html_;
  std::size_t at_ = 0, end_of_text_ = 0;
  bool is_over_ = false;
  std::map<std::string, std::string_view> metas_;
  std::string_view title_, charset_, base_;
};

/// The first of them that says anything.
std::string_view first_of(const Head& head, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view value = head.meta(name); !value.empty()) return value;
  }
  return {};
}

/// One line of at most so many characters.
std::string line_of(std::string_view html, std::size_t most) {
  // Bytes first: what is cut off need not be decoded.
  constexpr std::size_t most_bytes_each = 12;
  const std::string text = to_valid_utf8(plain_to_text(html.substr(0, most * most_bytes_each)));
  return post_words(beginning_of(text, most));
}

std::string address_of(std::string_view html, const std::string& base) {
  if (html.empty() || html.size() > most_address) return {};
  const std::string reference = plain_to_text(html);
  return resolve_link(base, reference).value_or("");
}

}  // namespace

Card read_page(std::string bytes, std::string_view content_type, const std::string& address) {
  Card card;
  const std::string type = ascii_lower(content_type.substr(0, content_type.find(';')));
  if (!content_type.empty() && type.find("html") == std::string::npos) return card;
  std::string typed(content_type);
  if (charset_of(content_type).empty()) {
    // A page names its charset at its start, in letters that are the same in every charset.
    constexpr std::size_t named_within = 4096;
    Head start(std::string_view(bytes).substr(0, named_within));
    start.read();
    if (!start.charset().empty()) typed = "text/html; charset=" + std::string(start.charset());
  }
  std::vector<Warning> ignored;
  settle_charset(bytes, typed, ignored);

  Head head(bytes);
  head.read();
  std::string base = address;
  if (const std::string own = address_of(head.base(), address); !own.empty()) base = own;
  const std::string_view title = first_of(head, {"og:title", "twitter:title"});
  card.title = line_of(title.empty() ? head.title() : title, most_title);
  card.description = line_of(
      first_of(head, {"og:description", "twitter:description", "description"}), most_description);
  card.image.url = address_of(first_of(head, {"og:image:secure_url", "og:image", "og:image:url",
                                              "twitter:image", "twitter:image:src"}),
                              base);
  if (!card.image.url.empty()) {
    card.image.alt = line_of(first_of(head, {"og:image:alt", "twitter:image:alt"}), most_alt);
  }
  return card;
}

}  // namespace crier
