#include "feed/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/html.h"
#include "core/url.h"
#include "core/utf8.h"
#include "feed/address.h"
#include "feed/xml_mend.h"

namespace crier {
namespace {

/// Up to this size a copy is kept while parsing, so that a broken document can be mended.
constexpr std::size_t kMaxMendableBytes = 8UL << 20U;

/// What the tree may take beside the document: an element of four bytes takes 64. Feeds take three
/// times their size, or less.
constexpr std::size_t kTreeBytes = 64UL << 20U;
constexpr std::size_t kTreeBytesPerByte = 10;
constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

/// pugixml asks for memory through this: while a document is parsed, for so much and no more.
thread_local std::size_t tree_bytes_left = kNoBound;

void* allocate_for_tree(std::size_t size) {
  if (tree_bytes_left != kNoBound) {
    if (size > tree_bytes_left) return nullptr;
    tree_bytes_left -= size;
  }
  return std::malloc(size);
}

/// Bounds the memory of the trees that this thread makes while it lives.
class TreeBound {
 public:
  explicit TreeBound(std::size_t document_bytes) {
    static const bool is_set = [] {
      pugi::set_memory_management_functions(allocate_for_tree, std::free);
      return true;
    }();
    (void)is_set;
    tree_bytes_left = kTreeBytes + kTreeBytesPerByte * document_bytes;
  }
  ~TreeBound() { tree_bytes_left = kNoBound; }
  TreeBound(const TreeBound&) = delete;
  TreeBound& operator=(const TreeBound&) = delete;
};

struct Address {
  std::string_view lower;
  Vocabulary vocabulary;
};

/// Source: the modules' own specifications, with the spellings that feeds are seen to use; without
/// "http://", for which some write "https://".
constexpr std::array<Address, 14> kAddresses{
    {{"www.w3.org/2005/atom", Vocabulary::atom},
     {"purl.org/atom/", Vocabulary::atom},
     {"www.w3.org/1999/02/22-rdf-syntax-ns#", Vocabulary::rdf},
     {"purl.org/dc/elements/", Vocabulary::dublin_core},
     {"purl.org/dc/terms", Vocabulary::dublin_core_terms},
     {"purl.org/rss/1.0/modules/dcterms", Vocabulary::dublin_core_terms},
     {"purl.org/rss/1.0/modules/content", Vocabulary::content},
     {"purl.org/rss/1.0/modules/", Vocabulary::other},
     {"search.yahoo.com/mrss", Vocabulary::media},
     {"www.itunes.com/dtds/podcast-1.0.dtd", Vocabulary::itunes},
     {"example.com/dtds/podcast-1.0.dtd", Vocabulary::itunes},
     {"www.w3.org/1999/xhtml", Vocabulary::xhtml},
     {"rssnamespace.org/feedburner/", Vocabulary::feedburner},
     {"www.w3.org/xml/1998/namespace", Vocabulary::other}}};

struct Prefix {
  std::string_view name;
  Vocabulary vocabulary;
};

/// What a prefix means when the feed forgot to declare it.
constexpr std::array<Prefix, 10> kUsualPrefixes{{{"atom", Vocabulary::atom},
                                                 {"a10", Vocabulary::atom},
                                                 {"rdf", Vocabulary::rdf},
                                                 {"dc", Vocabulary::dublin_core},
                                                 {"dcterms", Vocabulary::dublin_core_terms},
                                                 {"content", Vocabulary::content},
                                                 {"media", Vocabulary::media},
                                                 {"itunes", Vocabulary::itunes},
                                                 {"xhtml", Vocabulary::xhtml},
                                                 {"feedburner", Vocabulary::feedburner}}};

Vocabulary vocabulary_at(std::string_view address) {
  address = trimmed(address);
  if (address.empty()) return Vocabulary::core;
  if (!is_http_url(address)) return Vocabulary::other;
  address.remove_prefix(address.find("//") + 2);
  for (const Address& known : kAddresses) {
    if (ascii_iequals(address.substr(0, known.lower.size()), known.lower)) return known.vocabulary;
  }
  // Every RSS has its own address, and there are more feeds with a made-up one than with that.
  const std::string lower = ascii_lower(address);
  for (const char* const start :
       {"purl.org/rss/1.0", "purl.org/net/rss1.1", "my.netscape.com/", "channel.netscape.com/",
        "backend.userland.com/", "www.rssboard.org/", "blogs.law.harvard.edu/tech/rss",
        "cyber.law.harvard.edu/rss"}) {
    if (lower.rfind(start, 0) == 0) return Vocabulary::core;
  }
  return Vocabulary::other;
}

std::string_view view(const pugi::char_t* text) { return text; }

std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

bool is_text(pugi::xml_node node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

/// A text that was escaped with the CDATA marks around it has them as characters.
std::string_view without_cdata_marks(std::string_view text) {
  constexpr std::string_view begin = "<![CDATA[";
  constexpr std::string_view end = "]]>";
  const std::string_view inside = trimmed(text);
  if (inside.substr(0, begin.size()) != begin) return text;
  text = inside.substr(begin.size());
  return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

void open_tag(std::string& out, pugi::xml_node element) {
  out += '<';
  out += split_name(view(element.name())).second;
  for (const pugi::xml_attribute each : element.attributes()) {
    out += ' ';
    out += view(each.name());
    out += "=\"";
    out += html_escaped(view(each.value()));
    out += '"';
  }
  out += '>';
}

/// HTML has no closed empty elements, and an end tag for "br" would be a second "br".
bool is_void_in_html(std::string_view name) {
  for (const std::string_view each :
       {"br", "img", "hr", "input", "area", "col", "embed", "source", "wbr", "link", "meta"}) {
    if (ascii_iequals(name, each)) return true;
  }
  return false;
}

void close_tag(std::string& out, pugi::xml_node element) {
  const auto name = split_name(view(element.name())).second;
  if (is_void_in_html(name)) return;
  out += "</";
  out += name;
  out += '>';
}

/// memmem does not stop at every "x", as std::string's search does: a third of a feed's time.
bool holds(const std::string& text, std::string_view what) {
  return memmem(text.data(), text.size(), what.data(), what.size()) != nullptr;
}

/// A zero byte ends a C string, and pugixml's names and values are C strings.
void replace_zero_bytes(std::string& bytes) { std::replace(bytes.begin(), bytes.end(), '\0', ' '); }

std::string sentence(const pugi::xml_parse_result& result) {
  if (result.status == pugi::status_out_of_memory) {
    return "its XML has so many parts that it would take more memory than a feed may";
  }
  return fmt::format("its XML is not well-formed near byte {}: {}", result.offset,
                     result.description());
}

}  // namespace

bool ElementName::is(Vocabulary of, std::string_view lower) const {
  return vocabulary == of && local.size() == lower.size() && !lower.empty() &&
         (static_cast<unsigned char>(local.front()) | 0x20U) ==
             static_cast<unsigned char>(lower.front()) &&
         (local == lower || ascii_iequals(local, lower));
}

std::string XmlDocument::parse(std::string& bytes) {
  if (bytes.find('\0') != std::string::npos) replace_zero_bytes(bytes);
  expand_declared_entities(bytes);
  has_bases_ = holds(bytes, "xml:base");
  // Space between two elements is text in XHTML and nothing elsewhere; keeping it costs a node
  // each.
  const bool has_xhtml = holds(bytes, "xhtml");
  const unsigned options = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_embed_pcdata |
                           (has_xhtml ? pugi::parse_ws_pcdata : 0U);
  is_large_ = bytes.size() > kMaxMendableBytes;
  std::string kept;
  if (!is_large_) kept = bytes;
  auto result = load(bytes, options);
  if (!result && result.status != pugi::status_out_of_memory && !kept.empty()) {
    const std::string problem = sentence(result);
    document_.reset();
    Mended mended = mend_markup(kept);
    kept = {};
    if (!mended.is_whole) {
      return mended.text.empty() ? "it holds no markup"
                                 : "it breaks off before its end; " + problem;
    }
    bytes = std::move(mended.text);
    result = load(bytes, options);
    was_mended_ = true;
  }
  if (!result) return sentence(result);
  settle_root();
  return {};
}

pugi::xml_parse_result XmlDocument::load(std::string& bytes, unsigned options) {
  const TreeBound bound(bytes.size());
  return document_.load_buffer_inplace(bytes.data(), bytes.size(), options, pugi::encoding_utf8);
}

void XmlDocument::settle_root() {
  root_ = document_.document_element();
  root_prefixes_.clear();
  for (const pugi::xml_attribute each : root_.attributes()) {
    const auto [prefix, local] = split_name(view(each.name()));
    if (prefix == "xmlns") root_prefixes_.emplace_back(local, vocabulary_at(view(each.value())));
  }
}

Vocabulary XmlDocument::vocabulary_of(std::string_view prefix, pugi::xml_node from) const {
  for (; from && from != root_; from = from.parent()) {
    for (const pugi::xml_attribute each : from.attributes()) {
      const auto name = view(each.name());
      if (name.size() == prefix.size() + 6 && name.substr(0, 6) == "xmlns:" &&
          name.substr(6) == prefix) {
        return vocabulary_at(view(each.value()));
      }
    }
  }
  for (const auto& [declared, vocabulary] : root_prefixes_) {
    if (declared == prefix) return vocabulary;
  }
  for (const Prefix& usual : kUsualPrefixes) {
    if (usual.name == prefix) return usual.vocabulary;
  }
  return Vocabulary::other;
}

ElementName XmlDocument::name_of(pugi::xml_node element) const {
  const auto [prefix, local] = split_name(view(element.name()));
  if (!prefix.empty()) return {vocabulary_of(prefix, element), local};
  if (element != root_ && element.first_attribute()) {
    if (const auto own = element.attribute("xmlns"))
      return {vocabulary_at(view(own.value())), local};
  }
  return {Vocabulary::core, local};
}

std::optional<std::string> XmlDocument::resolve(pugi::xml_node element, std::string_view base,
                                                std::string_view reference) const {
  if (!has_bases_) return resolve_address(base, reference);
  return resolve_address(base_of(element, base), reference);
}

std::string XmlDocument::base_of(pugi::xml_node element, std::string_view base) const {
  std::string out(base);
  std::vector<std::string_view> found;
  for (; element; element = element.parent()) {
    if (const auto own = element.attribute("xml:base")) found.push_back(view(own.value()));
  }
  for (auto each = found.rbegin(); each != found.rend(); ++each) {
    if (auto resolved = resolve_link(out, *each)) out = std::move(*resolved);
  }
  return out;
}

void XmlDocument::forget(pugi::xml_node element) {
  if (!is_large_) return;
  // pugixml frees by recursion: a deep element stays until the document goes, which frees at once.
  constexpr int deepest = 64;
  const pugi::xml_node first = element;
  int depth = 0;
  for (pugi::xml_node at = first.first_child(); at;) {
    if (at.first_child()) {
      if (++depth > deepest) return;
      at = at.first_child();
      continue;
    }
    while (at != first && !at.next_sibling()) {
      at = at.parent();
      --depth;
    }
    if (at == first) break;
    at = at.next_sibling();
  }
  first.parent().remove_child(first);
}

bool has_elements(pugi::xml_node element) {
  for (pugi::xml_node child = element.first_child(); child; child = child.next_sibling()) {
    if (child.type() == pugi::node_element) return true;
  }
  return false;
}

std::string_view text_of(pugi::xml_node element, std::string& scratch) {
  const std::string_view embedded = view(element.value());
  const pugi::xml_node first = element.first_child();
  if (!first) return without_cdata_marks(embedded);
  if (embedded.empty() && !first.next_sibling()) {
    return is_text(first) ? without_cdata_marks(view(first.value())) : std::string_view();
  }
  scratch = embedded;
  for (pugi::xml_node child = first; child; child = child.next_sibling()) {
    if (is_text(child)) scratch += view(child.value());
  }
  return without_cdata_marks(scratch);
}

std::string inner_html(pugi::xml_node element) {
  std::string out;
  out += html_escaped(view(element.value()));
  pugi::xml_node at = element.first_child();
  while (at) {
    if (is_text(at)) {
      out += html_escaped(view(at.value()));
    } else if (at.type() == pugi::node_element) {
      open_tag(out, at);
      out += html_escaped(view(at.value()));
      if (at.first_child()) {
        at = at.first_child();
        continue;
      }
      close_tag(out, at);
    }
    while (!at.next_sibling()) {
      at = at.parent();
      if (at == element || !at) return out;
      close_tag(out, at);
    }
    at = at.next_sibling();
  }
  return out;
}

std::string_view attribute(pugi::xml_node element, std::string_view lower) {
  for (const pugi::xml_attribute each : element.attributes()) {
    if (ascii_iequals(split_name(view(each.name())).second, lower)) return view(each.value());
  }
  return {};
}

}  // namespace crier
