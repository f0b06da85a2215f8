#include <algorithm>
#include <array>

#include "core/url.h"
#include "core/utf8.h"
#include "feed/address.h"
#include "feed/item_text.h"
#include "feed/media.h"
#include "feed/readers.h"

namespace crier {
namespace {

using pugi::xml_node;
using V = Vocabulary;

/// Atom 0.3 could carry text in base64. What is no base64 is left out.
std::string from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26U;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52U;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62U : 63U;
    } else {
      continue;
    }
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xFFU);
    }
  }
  return to_valid_utf8(out);
}

bool has_tags(std::string_view text) {
  return text.find("</") != std::string_view::npos || text.find("/>") != std::string_view::npos;
}

bool is_base64(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    const bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/' || c == '=';
    if (!good) return false;
    ++count;
  }
  return count % 4 == 0;
}

/// Source: RFC 4287 section 4.1.3.3: content of a media type that is neither text nor XML is
/// base64.
bool is_base64_type(std::string_view type) {
  return type.find('/') != std::string_view::npos && type.substr(0, 5) != "text/" &&
         type.find("xml") == std::string_view::npos && type.find("html") == std::string_view::npos;
}

/// The relation of a link: "alternate" if it says none, without the registry's address.
std::string relation_of(xml_node link) {
  const std::string_view rel = trimmed(attribute(link, "rel"));
  if (rel.empty()) return "alternate";
  return ascii_lower(rel.substr(rel.rfind('/') == std::string_view::npos ? 0 : rel.rfind('/') + 1));
}

class AtomReader {
 public:
  AtomReader(XmlDocument& document, std::string_view base_url, Feed& feed)
      : document_(document), base_(base_url), feed_(feed) {}

  void read() {
    const xml_node root = document_.root();
    settle_format(root);
    feed_.language = trimmed(root.attribute("xml:lang").value());
    if (is(document_.name_of(root), "entry")) {
      read_entry(root);
      return;
    }
    std::size_t count = 0;
    for (const xml_node child : root.children()) {
      if (child.type() != pugi::node_element) continue;
      const ElementName name = document_.name_of(child);
      if (is(name, "entry")) {
        ++count;
      } else if (is(name, "title") && feed_.title.empty()) {
        Item titled;
        titled.title = text_construct(child);
        make_plain(titled);
        feed_.title = std::move(titled.title.value);
      } else if (is(name, "link") && feed_.link.empty() && relation_of(child) == "alternate") {
        if (auto link = document_.resolve(child, base_, attribute(child, "href"))) {
          feed_.link = std::move(*link);
        }
      }
    }
    if (base_.empty()) base_ = feed_.link;
    feed_.items.reserve(std::min(count, kMaxItems + 1));
    for (xml_node child = root.first_child(); child && feed_.items.size() <= kMaxItems;) {
      const xml_node next = child.next_sibling();
      if (child.type() == pugi::node_element && is(document_.name_of(child), "entry")) {
        read_entry(child);
        for (std::size_t i = 0; i < nested_entries_.size() && feed_.items.size() <= kMaxItems;
             ++i) {
          read_entry(nested_entries_[i]);
        }
        nested_entries_.clear();
        document_.forget(child);
      }
      child = next;
    }
  }

 private:
  static bool is(const ElementName& name, std::string_view lower) {
    return name.is_core(lower) || name.is(V::atom, lower);
  }

  void settle_format(xml_node root) {
    bool is_old = trimmed(attribute(root, "version")) == "0.3";
    for (const pugi::xml_attribute each : root.attributes()) {
      const std::string_view address = each.value();
      if (address.find("://purl.org/atom/") != std::string_view::npos) is_old = true;
    }
    feed_.format = is_old ? "atom0.3" : "atom1.0";
  }

  /// What is known of the entry that is being read.
  struct Draft {
    Item item;
    Text content, itunes_summary, dc_title;
    std::string content_source;
    std::optional<SysTime> created;
    int link_rank = kNoLink;
    Media media;
  };

  /// Of several links the one of the lowest rank does, and of two the first.
  enum LinkRank : int { kPage, kOtherForm, kSelfPage, kNoLink };

  void read_entry(xml_node element) {
    if (!has_elements(element)) return warn_of_empty_item(feed_);
    Draft draft;
    for (const xml_node child : element.children()) {
      if (child.type() == pugi::node_element) read_child(child, document_.name_of(child), draft);
    }
    Item& item = draft.item;
    if (!item.published) item.published = draft.created;
    if (item.link.empty()) item.link = std::move(draft.content_source);
    if (item.link.empty() && item.guid && is_http_url(*item.guid)) {
      if (auto link = resolve_address({}, *item.guid)) item.link = std::move(*link);
    }
    link_to_enclosure(item);
    if (item.title.value.empty()) item.title = std::move(draft.dc_title);
    if (item.title.value.empty() && draft.media.title) {
      item.title = text_construct(draft.media.title);
    }
    const auto html_of = [](const Text& text) {
      return text.kind == Text::Kind::html ? std::string_view(text.value) : std::string_view();
    };
    settle_pictures(item, draft.media.thumbnails, {html_of(draft.content), html_of(item.summary)},
                    item.link.empty() ? base_ : item.link);
    if (item.summary.value.empty()) item.summary = std::move(draft.content);
    if (item.summary.value.empty()) item.summary = std::move(draft.itunes_summary);
    if (item.summary.value.empty() && draft.media.description) {
      item.summary = text_construct(draft.media.description);
    }
    feed_.items.push_back(std::move(item));
  }

  void read_child(xml_node child, const ElementName& name, Draft& draft) {
    if (name.vocabulary == V::core || name.vocabulary == V::atom) {
      read_atom(child, name, draft);
    } else if (name.vocabulary == V::media) {
      read_media(document_, child, base_, draft.item, draft.media);
    } else if (name.is(V::itunes, "summary")) {
      if (draft.itunes_summary.value.empty()) draft.itunes_summary = text_construct(child);
    } else if (name.is(V::dublin_core, "subject")) {
      add_category(draft.item, text(child));
    } else if (name.is(V::dublin_core, "date") && !draft.created) {
      draft.created = date_in(feed_, written(child));
    } else if (name.is(V::dublin_core, "title") && draft.dc_title.value.empty()) {
      draft.dc_title = text_construct(child);
    } else if (name.is(V::xhtml, "body") || name.is(V::xhtml, "div")) {
      if (draft.content.value.empty()) draft.content = {inner_html(child), Text::Kind::html};
    }
  }

  void read_atom(xml_node child, const ElementName& name, Draft& draft) {
    Item& item = draft.item;
    if (is(name, "title")) {
      if (item.title.value.empty()) item.title = text_construct(child);
    } else if (is(name, "link")) {
      read_link(child, draft);
    } else if (is(name, "id") || is(name, "guid")) {
      const std::string_view id = trimmed(text(child));
      if (!item.guid && !id.empty()) item.guid = std::string(id);
    } else if (is(name, "updated") || is(name, "modified")) {
      if (!item.updated) item.updated = date_in(feed_, written(child));
    } else if (is(name, "published") || is(name, "issued")) {
      if (!item.published) item.published = date_in(feed_, written(child));
    } else if (is(name, "created")) {
      if (!draft.created) draft.created = date_in(feed_, written(child));
    } else if (is(name, "summary")) {
      if (item.summary.value.empty()) item.summary = text_construct(child);
    } else if (is(name, "content")) {
      read_content(child, draft);
    } else if (is(name, "category")) {
      read_category(child, item);
    } else if (is(name, "entry")) {
      nested_entries_.push_back(child);
    }
  }

  void read_content(xml_node child, Draft& draft) {
    const std::string_view source = attribute(child, "src");
    if (!source.empty()) {
      if (auto link = document_.resolve(child, base_, source)) {
        draft.content_source = std::move(*link);
      }
      return;
    }
    if (draft.content.value.empty()) draft.content = text_construct(child);
  }

  void read_category(xml_node child, Item& item) {
    const std::string_view term = attribute(child, "term");
    const std::string_view label = attribute(child, "label");
    if (!label.empty()) {
      add_category(item, label);
    } else {
      add_category(item, term.empty() ? text(child) : term);
    }
  }

  void read_link(xml_node child, Draft& draft) {
    std::string href(attribute(child, "href"));
    if (href.empty()) href = written(child);
    const std::string_view type = trimmed(attribute(child, "type"));
    const bool is_page = type.empty() || type.find("html") != std::string_view::npos;
    const std::string relation = relation_of(child);
    // An entry's own address is a page for readers only if it says so.
    const bool is_self_page = relation == "self" && is_page && !type.empty();
    const bool is_link = relation == "alternate" || is_self_page;
    if (trimmed(href).empty() || (!is_link && relation != "enclosure")) return;
    auto url = document_.resolve(child, base_, href);
    if (!url) return warn_of_link(feed_, "an entry's link", href);
    if (!is_link) {
      add_enclosure(feed_, draft.item,
                    {std::move(*url), printable(type), number_in(attribute(child, "length"))},
                    attribute(child, "title"));
      return;
    }
    const int rank = is_self_page ? kSelfPage : is_page ? kPage : kOtherForm;
    if (rank < draft.link_rank) {
      draft.item.link = std::move(*url);
      draft.link_rank = rank;
    }
  }

  /// Atom's text and content elements, of 0.3 (type and mode) and of 1.0 (type).
  Text text_construct(xml_node element) {
    const std::string type = ascii_lower(trimmed(attribute(element, "type")));
    const std::string mode = ascii_lower(trimmed(attribute(element, "mode")));
    if (mode == "base64" || (mode.empty() && is_base64_type(type) && is_base64(text(element)))) {
      std::string decoded = from_base64(text(element));
      const bool is_html = type.find("html") != std::string::npos || has_tags(decoded);
      return {std::move(decoded), is_html ? Text::Kind::html : Text::Kind::plain};
    }
    if (has_elements(element)) return {inner_html(element), Text::Kind::html};
    const std::string_view value = text(element);
    if (type == "xhtml" || type == "application/xhtml+xml") {
      // Text in XHTML is decoded already: what looks like a tag in it is none.
      return {mode == "escaped" ? std::string(value) : inner_html(element), Text::Kind::html};
    }
    // Text with tags in it that does not say so is HTML all the same.
    const bool is_html = type == "html" || type == "text/html" || has_tags(value);
    return {std::string(value), is_html ? Text::Kind::html : Text::Kind::plain};
  }

  std::string_view text(xml_node element) { return text_of(element, scratch_); }

  /// An element's text, or what stands in it as HTML.
  std::string written(xml_node element) {
    return has_elements(element) ? inner_html(element) : std::string(text(element));
  }

  XmlDocument& document_;
  std::string base_;
  Feed& feed_;
  std::string scratch_;
  /// In the entry that is being read: the end of that one was forgotten, or comes too late.
  std::vector<xml_node> nested_entries_;
};

}  // namespace

void read_atom(XmlDocument& document, std::string_view base_url, Feed& feed) {
  AtomReader(document, base_url, feed).read();
}

}  // namespace crier
