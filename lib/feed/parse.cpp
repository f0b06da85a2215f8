#include "feed/parse.h"

#include "core/utf8.h"
#include "feed/character_reference.h"
#include "feed/charset.h"
#include "feed/item_text.h"
#include "feed/readers.h"
#include "feed/xml.h"

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// What stands between <title> and </title> of a page, for the error message.
std::string title_of_page(std::string_view page) {
  constexpr std::size_t longest = 80;
  const std::string start = ascii_lower(page.substr(0, 8192));
  const auto open = start.find("<title>");
  const auto close = start.find("</title>");
  if (open == kNowhere || close == kNowhere || close < open) return {};
  const std::string title = html_to_text(page.substr(open + 7, close - open - 7));
  return title.empty()
             ? ""
             : fmt::format(" (\"{}\")", printable(to_valid_utf8(title.substr(0, longest))));
}

/// What stands before the first element, and its name.
struct Prolog {
  bool is_html = false;  ///< the document type says so
  std::string root;      ///< in lower case, without its prefix; empty if nothing begins
};

Prolog prolog_of(std::string_view text) {
  Prolog out;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t\r\n\f\v", at)) != kNowhere && text[at] == '<') {
    const std::string_view rest = text.substr(at);
    const char next = rest.size() > 1 ? rest[1] : '\0';
    if (next != '!' && next != '?') {
      const std::string_view name = rest.substr(1, rest.find_first_of(" \t\r\n\f/>", 1) - 1);
      const auto colon = name.find(':');
      out.root = ascii_lower(colon == kNowhere ? name : name.substr(colon + 1));
      break;
    }
    const bool is_comment = rest.substr(0, 4) == "<!--";
    if (ascii_iequals(rest.substr(0, 14), "<!doctype html")) out.is_html = true;
    // A document type may declare entities between "[" and "]".
    const auto subset = next == '!' && !is_comment ? rest.find_first_of("[>") : kNowhere;
    const bool has_subset = subset != kNowhere && rest[subset] == '[';
    const std::string_view end = is_comment ? "-->" : has_subset ? "]" : ">";
    auto past = rest.find(end, is_comment ? 4 : 2);
    if (past != kNowhere && has_subset) past = rest.find('>', past);
    if (past == kNowhere) break;
    at += past + (is_comment ? end.size() : 1);
  }
  return out;
}

using Reader = void (*)(XmlDocument&, std::string_view, Feed&);

/// The reader for a root element of that local name, in lower case; or none.
Reader reader_for(std::string_view root) {
  if (root == "feed" || root == "entry") return read_atom;
  if (root == "rss" || root == "rdf" || root == "channel") return read_rss;
  return nullptr;
}

bool looks_like_page(std::string_view text) {
  const Prolog prolog = prolog_of(text);
  return prolog.root == "html" || (prolog.is_html && reader_for(prolog.root) == nullptr);
}

Failure no_feed(std::string_view text) {
  if (trimmed(text).empty()) return fail(ErrorKind::rejected, "this is empty, and no feed");
  const auto markup = text.find('<');
  if (markup != kNowhere && looks_like_page(text.substr(markup))) {
    return fail(ErrorKind::rejected, "this is a web page{}, and no feed", title_of_page(text));
  }
  return fail(ErrorKind::rejected, "this is neither RSS, Atom nor JSON Feed");
}

/// Where the document begins in text that has something else before it: a blank line, or a message
/// that a content management system let slip out.
std::size_t beginning_of(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\f\v");
  if (first == kNowhere) return text.size();
  if (text[first] == '{') return first;
  const std::string_view start = text.substr(0, 64UL << 10U);
  if (text[first] == '<') {
    // A declaration further on means that what is before it is no part of the document.
    const char next = first + 1 < text.size() ? text[first + 1] : '\0';
    if (next == '?' || next == '!' || looks_like_page(text)) return first;
    const auto declaration = start.find("<?xml version");
    return declaration == kNowhere ? first : declaration;
  }
  for (const std::string_view mark : {"<?xml", "<rss", "<feed", "<rdf:RDF"}) {
    if (const auto at = start.find(mark); at != kNowhere) return at;
  }
  return first;
}

}  // namespace

Result<Feed> parse_feed(std::string bytes, const ParseOptions& options) {
  Feed feed;
  settle_charset(bytes, options.content_type, feed.warnings);
  settle_surrogate_references(bytes);
  const std::size_t begin = beginning_of(bytes);
  if (begin > 0) {
    if (!trimmed(std::string_view(bytes).substr(0, begin)).empty()) {
      warn(feed, "text-before-feed", "there is text before the feed; it is left out");
    }
    bytes.erase(0, begin);
  }
  if (bytes.empty() || (bytes.front() != '<' && bytes.front() != '{')) return no_feed(bytes);
  if (bytes.front() == '{') {
    const auto read = read_json_feed(bytes, options.base_url, feed);
    if (!read) return Failure(read.error());
    return feed;
  }
  if (looks_like_page(bytes)) return no_feed(bytes);

  XmlDocument document;
  const std::string problem = document.parse(bytes);
  if (!problem.empty()) {
    return fail(ErrorKind::rejected, "this cannot be read as a feed: {}", problem);
  }
  const Reader read = reader_for(ascii_lower(document.name_of(document.root()).local));
  if (read == nullptr) {
    return fail(ErrorKind::rejected,
                "this is XML, but no feed: its outermost element is <{}>, not <rss>, <rdf:RDF> or "
                "<feed>",
                printable(to_valid_utf8(std::string_view(document.root().name()).substr(0, 40))));
  }
  feed.was_mended = document.was_mended();
  if (feed.was_mended) {
    warn(feed, "bad-xml", "the XML is not well-formed; it was read as well as it could be");
  }
  read(document, options.base_url, feed);
  if (feed.items.size() > kMaxItems) return too_many_items();
  return feed;
}

}  // namespace crier
