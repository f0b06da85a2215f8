#include <limits>

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

/// A place that several elements may fill: the one of the lowest rank does, and of two the first.
template <class T>
struct Slot {
  T value{};
  int rank = std::numeric_limits<int>::max();
  [[nodiscard]] bool wants(int offered) const { return offered < rank; }
  void fill(int with_rank, T with) {
    value = std::move(with);
    rank = with_rank;
  }
};

class RssReader {
 public:
  RssReader(XmlDocument& document, std::string_view base_url, Feed& feed)
      : document_(document), base_(base_url), feed_(feed) {}

  void read() {
    const xml_node root = document_.root();
    settle_format(root);
    read_channel(root);
    for (const xml_node child : root.children()) {
      if (document_.name_of(child).is_core("channel")) read_channel(child);
    }
    if (base_.empty()) base_ = feed_.link;
    read_items(root);
    for (const xml_node child : root.children()) {
      const ElementName name = document_.name_of(child);
      if (name.is_core("channel") || name.is_core("items")) read_items(child);
    }
    for (const xml_node each : nested_lists_) read_items(each);
  }

 private:
  void settle_format(xml_node root) {
    const ElementName name = document_.name_of(root);
    if (name.is_core("rss")) {
      const std::string_view version = trimmed(attribute(root, "version"));
      feed_.format = "rss" + (version.empty() ? "2.0" : printable(version.substr(0, 8)));
    } else if (name.is(V::rdf, "rdf")) {
      feed_.format = "rss1.0";
      for (const pugi::xml_attribute each : root.attributes()) {
        const std::string_view address = each.value();
        if (address.find("rdf/simple/0.9") != std::string_view::npos) feed_.format = "rss0.90";
      }
    } else {
      const std::string_view address = attribute(root, "xmlns");
      feed_.format = address.find("rss1.1") != std::string_view::npos ? "rss1.1" : "cdf";
    }
  }

  void read_channel(xml_node channel) {
    for (const xml_node child : channel.children()) {
      if (child.type() != pugi::node_element) continue;
      const ElementName name = document_.name_of(child);
      if (feed_.title.empty() && (name.is_core("title") || name.is(V::dublin_core, "title"))) {
        feed_.title = html_to_text(written(child));
      } else if (feed_.link.empty() && name.is_core("link")) {
        set_feed_link(child, written(child));
      } else if (feed_.link.empty() && name.is(V::atom, "link") && is_alternate(child)) {
        set_feed_link(child, attribute(child, "href"));
      } else if (feed_.language.empty() &&
                 (name.is_core("language") || name.is(V::dublin_core, "language"))) {
        feed_.language = trimmed(text(child));
      }
    }
    if (feed_.language.empty()) feed_.language = trimmed(channel.attribute("xml:lang").value());
    if (feed_.link.empty()) {
      if (const auto href = attribute(channel, "href"); !href.empty()) set_feed_link(channel, href);
    }
  }

  void set_feed_link(xml_node element, std::string_view reference) {
    if (auto link = document_.resolve(element, base_, reference)) feed_.link = std::move(*link);
  }

  static bool is_item(const ElementName& name) {
    return name.is_core("item") || name.is_core("entry") || name.is(V::atom, "entry");
  }

  void read_items(xml_node list) {
    std::size_t count = 0;
    for (const xml_node child : list.children()) {
      if (is_item(document_.name_of(child))) ++count;
    }
    feed_.items.reserve(std::min(feed_.items.size() + count, kMaxItems + 1));
    for (xml_node child = list.first_child(); child && feed_.items.size() <= kMaxItems;) {
      const xml_node next = child.next_sibling();
      const ElementName name = document_.name_of(child);
      if (is_item(name)) {
        read_item(child);
        for (std::size_t i = 0; i < nested_items_.size() && feed_.items.size() <= kMaxItems; ++i) {
          read_item(nested_items_[i]);
        }
        nested_items_.clear();
        document_.forget(child);
      } else if (list != document_.root() && name.is_core("items")) {
        nested_lists_.push_back(child);
      }
      child = next;
    }
  }

  /// What is known of the item that is being read.
  struct Draft {
    Slot<Text> title, summary;
    Slot<std::string> link, guid;
    Slot<SysTime> published, updated;
    std::string content;  ///< in HTML: the summary where there is no better one
    std::string permalink;
    Media media;
    Item item;
  };

  void read_item(xml_node element) {
    if (!element.first_attribute() && !has_elements(element)) return warn_of_empty_item(feed_);
    Draft draft;
    if (element.first_attribute()) read_item_attributes(element, draft);
    for (const xml_node child : element.children()) {
      if (child.type() == pugi::node_element) read_child(child, document_.name_of(child), draft);
    }
    settle_media(draft);
    Item& item = draft.item;
    item.title = std::move(draft.title.value);
    item.link = std::move(draft.link.value);
    if (item.link.empty()) item.link = std::move(draft.permalink);
    link_to_enclosure(item);
    if (draft.guid.rank != std::numeric_limits<int>::max()) item.guid = std::move(draft.guid.value);
    if (!draft.published.wants(kLast)) item.published = draft.published.value;
    if (!draft.updated.wants(kLast)) item.updated = draft.updated.value;
    settle_texts(draft);
    feed_.items.push_back(std::move(item));
  }

  void settle_media(Draft& draft) {
    if (draft.media.title) set_text(draft.title, 4, draft.media.title);
    if (draft.media.description) set_text(draft.summary, 7, draft.media.description);
  }

  void settle_texts(Draft& draft) {
    Item& item = draft.item;
    const Text& summary = draft.summary.value;
    settle_pictures(item, draft.media.thumbnails, {draft.content, summary.value},
                    item.link.empty() ? base_ : item.link);
    set_text(draft.summary, 4, {std::move(draft.content), Text::Kind::html});
    item.summary = std::move(draft.summary.value);
  }

  void read_item_attributes(xml_node element, Draft& draft) {
    for (const pugi::xml_attribute each : element.attributes()) {
      const std::string_view name = each.name();
      const std::string_view value = trimmed(each.value());
      if (ascii_iequals(name, "rdf:about") && !value.empty()) {
        draft.guid.fill(2, std::string(value));
        if (is_http_url(value)) set_permalink(element, value, draft);
      } else if (ascii_iequals(name, "href")) {
        set_link(element, 0, value, draft);
      } else if (ascii_iequals(name, "lastmod")) {
        set_date(draft.updated, 0, value);
      }
    }
  }

  void read_child(xml_node child, const ElementName& name, Draft& draft) {
    switch (name.vocabulary) {
      case V::core: read_core(child, name, draft); break;
      case V::atom: read_atom_child(child, name, draft); break;
      case V::dublin_core:
      case V::dublin_core_terms: read_dublin_core(child, name, draft); break;
      case V::content:
        if (name.is(V::content, "encoded")) set_content(child, draft);
        break;
      case V::media: read_media(document_, child, base_, draft.item, draft.media); break;
      case V::itunes: read_itunes(child, name, draft); break;
      case V::xhtml:
        if (name.is(V::xhtml, "body") || name.is(V::xhtml, "div")) {
          set_text(draft.summary, 3, {inner_html(child), Text::Kind::html});
        }
        break;
      case V::feedburner:
        if (name.is(V::feedburner, "origlink")) set_link(child, 2, written(child), draft);
        break;
      case V::rdf:
      case V::other: break;
    }
  }

  void read_core(xml_node child, const ElementName& name, Draft& draft) {
    if (name.is_core("title")) {
      set_text(draft.title, 0, child);
    } else if (name.is_core("link")) {
      const std::string_view href = attribute(child, "href");
      if (href.empty()) {
        set_link(child, 0, written(child), draft);
      } else if (is_alternate(child)) {
        set_link(child, 1, href, draft);
      }
    } else if (name.is_core("description")) {
      set_text(draft.summary, 0, child);
    } else if (name.is_core("pubdate")) {
      set_date(draft.published, 0, written(child));
    } else if (name.is_core("guid")) {
      read_guid(child, draft);
    } else if (name.is_core("category")) {
      add_category_of(child, draft);
    } else if (name.is_core("enclosure")) {
      read_enclosure(child, draft);
    } else {
      read_unusual(child, name, draft);
    }
  }

  /// Elements that RSS does not have, or had once, but feeds do.
  void read_unusual(xml_node child, const ElementName& name, Draft& draft) {
    if (name.is_core("abstract") || name.is_core("summary")) {
      set_text(draft.summary, 1, child);
    } else if (name.is_core("body") || name.is_core("fullitem")) {
      set_text(draft.summary, 3, {inner_html(child), Text::Kind::html});
    } else if (name.is_core("content")) {
      set_content(child, draft);
    } else if (name.is_core("published") || name.is_core("date") || name.is_core("created")) {
      set_date(draft.published, 5, written(child));
    } else if (name.is_core("updated") || name.is_core("modified")) {
      set_date(draft.updated, 5, written(child));
    } else if (name.is_core("id")) {
      set_guid(5, text(child), draft);
    } else if (is_item(name)) {
      nested_items_.push_back(child);
    } else if (name.is_core("categories")) {
      if (!has_elements(child)) add_category_of(child, draft);
      for (const xml_node part : child.children()) {
        if (part.type() == pugi::node_element) add_category_of(part, draft);
      }
    } else if (name.is_core("image")) {
      for (const xml_node part : child.children()) {
        if (document_.name_of(part).is_core("url")) set_image(part, text(part), {}, draft);
      }
    }
  }

  void read_guid(xml_node child, Draft& draft) {
    const std::string_view value = text(child);
    set_guid(0, value, draft);
    if (child.first_attribute() &&
        ascii_iequals(trimmed(attribute(child, "ispermalink")), "false")) {
      return;
    }
    if (is_http_url(trimmed(value))) set_permalink(child, value, draft);
  }

  void read_atom_child(xml_node child, const ElementName& name, Draft& draft) {
    if (name.is(V::atom, "link")) {
      const std::string_view href = attribute(child, "href");
      if (ascii_iequals(attribute(child, "rel"), "enclosure")) {
        set_enclosure(child, href, attribute(child, "type"), attribute(child, "length"), draft);
      } else if (is_alternate(child)) {
        set_link(child, 1, href, draft);
      }
    } else if (name.is(V::atom, "title")) {
      set_text(draft.title, 1, child);
    } else if (name.is(V::atom, "id")) {
      set_guid(1, text(child), draft);
    } else if (name.is(V::atom, "published")) {
      set_date(draft.published, 1, written(child));
    } else if (name.is(V::atom, "updated")) {
      set_date(draft.updated, 1, written(child));
    } else if (name.is(V::atom, "summary")) {
      set_text(draft.summary, 1, child);
    } else if (name.is(V::atom, "content")) {
      set_content(child, draft);
    } else if (name.is(V::atom, "category")) {
      add_category(draft.item, attribute(child, "term"));
    }
  }

  void read_dublin_core(xml_node child, const ElementName& name, Draft& draft) {
    const std::string_view local = name.local;
    const auto is = [local](std::string_view lower) { return ascii_iequals(local, lower); };
    if (is("date") || is("issued")) {
      set_date(draft.published, 2, written(child));
    } else if (is("created")) {
      set_date(draft.published, 3, written(child));
    } else if (is("modified")) {
      set_date(draft.updated, 2, written(child));
    } else if (is("title")) {
      set_text(draft.title, 2, child);
    } else if (is("description") || is("abstract")) {
      set_text(draft.summary, 2, child);
    } else if (is("identifier")) {
      set_guid(3, text(child), draft);
    } else if (is("subject")) {
      add_category_of(child, draft);
    }
  }

  void read_itunes(xml_node child, const ElementName& name, Draft& draft) {
    if (name.is(V::itunes, "summary")) {
      set_text(draft.summary, 5, child);
    } else if (name.is(V::itunes, "subtitle")) {
      set_text(draft.summary, 6, child);
    } else if (name.is(V::itunes, "title")) {
      set_text(draft.title, 5, child);
    } else if (name.is(V::itunes, "image")) {
      set_image(child, attribute(child, "href"), {}, draft);
    }
  }

  void read_enclosure(xml_node child, Draft& draft) {
    set_enclosure(child, attribute(child, "url"), attribute(child, "type"),
                  attribute(child, "length"), draft);
  }

  void set_enclosure(xml_node element, std::string_view reference, std::string_view type,
                     std::string_view length, Draft& draft) {
    if (trimmed(reference).empty()) return;
    auto url = document_.resolve(element, base_, reference);
    if (!url) return warn_of_link(feed_, "an enclosure's address", reference);
    add_enclosure(feed_, draft.item, {std::move(*url), printable(trimmed(type)), number_in(length)},
                  {});
  }

  void set_image(xml_node element, std::string_view reference, std::string_view alt, Draft& draft) {
    if (trimmed(reference).empty()) return;
    if (auto url = document_.resolve(element, base_, reference)) {
      add_image(draft.item, std::move(*url), alt);
    }
  }

  void set_text(Slot<Text>& slot, int rank, xml_node element) {
    if (!slot.wants(rank)) return;
    set_text(slot, rank, {written(element), Text::Kind::html});
  }

  static void set_text(Slot<Text>& slot, int rank, Text value) {
    if (slot.wants(rank) && !trimmed(value.value).empty()) slot.fill(rank, std::move(value));
  }

  void set_content(xml_node element, Draft& draft) {
    if (trimmed(draft.content).empty()) draft.content = written(element);
  }

  void add_category_of(xml_node element, Draft& draft) {
    if (trimmed(text(element)).empty() && has_elements(element)) {
      add_category(draft.item, html_to_text(inner_html(element)));
    } else {
      add_category(draft.item, text(element));
    }
  }

  void set_link(xml_node element, int rank, std::string_view reference, Draft& draft) {
    if (!draft.link.wants(rank) || trimmed(reference).empty()) return;
    if (auto link = document_.resolve(element, base_, reference)) {
      draft.link.fill(rank, std::move(*link));
    } else {
      warn_of_link(feed_, "an item's link", reference);
    }
  }

  void set_permalink(xml_node element, std::string_view reference, Draft& draft) {
    if (!draft.permalink.empty()) return;
    if (auto link = document_.resolve(element, base_, reference)) {
      draft.permalink = std::move(*link);
    }
  }

  static void set_guid(int rank, std::string_view value, Draft& draft) {
    value = trimmed(value);
    if (!value.empty() && draft.guid.wants(rank)) draft.guid.fill(rank, std::string(value));
  }

  void set_date(Slot<SysTime>& slot, int rank, std::string_view value) {
    if (!slot.wants(rank)) return;
    if (const auto date = date_in(feed_, value)) slot.fill(rank, *date);
  }

  std::string_view text(xml_node element) { return text_of(element, scratch_); }

  /// An element's text, or what stands in it as HTML.
  std::string written(xml_node element) {
    return has_elements(element) ? inner_html(element) : std::string(text(element));
  }

  static bool is_alternate(xml_node link) {
    const std::string_view rel = attribute(link, "rel");
    return rel.empty() || ascii_iequals(rel, "alternate");
  }

  static constexpr int kLast = 100;  ///< ranks are below

  XmlDocument& document_;
  std::string base_;
  Feed& feed_;
  std::string scratch_;
  std::vector<xml_node> nested_lists_;
  /// In the item that is being read: the end of that one was forgotten, or comes too late.
  std::vector<xml_node> nested_items_;
};

}  // namespace

void read_rss(XmlDocument& document, std::string_view base_url, Feed& feed) {
  RssReader(document, base_url, feed).read();
}

}  // namespace crier
