#include <optional>

#include "core/url.h"
#include "core/utf8.h"
#include "feed/address.h"
#include "feed/json_stream.h"
#include "feed/readers.h"

namespace crier {
namespace {

/// A surrogate without its partner is no character, and the parser would refuse the whole document
/// for it: half of an emoji that some program cut in two.
std::string without_lone_surrogates(std::string_view text) {
  const auto unit_at = [&text](std::size_t at) -> int {
    if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at + 2; i < at + 6; ++i) {
      const char c = text[i];
      const char low = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        value = value * 16 + (c - '0');
      } else if (low >= 'a' && low <= 'f') {
        value = value * 16 + (low - 'a') + 10;
      } else {
        return -1;
      }
    }
    return value;
  };
  const auto is_high = [](int unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  const auto is_low = [](int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = text.find('\\', at);
    out.append(text, at, next == std::string_view::npos ? next : next - at);
    if (next == std::string_view::npos) break;
    const int unit = unit_at(next);
    std::size_t length = unit < 0 ? 2 : 6;
    if (is_high(unit) && is_low(unit_at(next + 6))) length = 12;
    if (length == 6 && (is_high(unit) || is_low(unit))) {
      out += "\\ufffd";
    } else {
      out.append(text, next, length);
    }
    at = std::min(next + length, text.size());
  }
  return out;
}

/// What a document says of itself, which may stand behind its items.
struct Overview {
  JsonHead head;
  std::size_t items = 0;
  bool has_words = false;    ///< at least one item says something
  bool has_content = false;  ///< under a name that only JSON Feed has
};

/// Nothing, if it is no JSON. More items than are read need no counting.
std::optional<Overview> overview_of(std::string_view text) {
  Overview out;
  const bool is_whole = read_json_stream(text, out.head, [&out](const JsonItem& item) {
    if (item.texts.says("title") || item.texts.says("summary")) out.has_words = true;
    if (item.texts.says("content_html") || item.texts.says("content_text")) out.has_content = true;
    return ++out.items <= kMaxItems;
  });
  if (!is_whole && out.items <= kMaxItems) return std::nullopt;
  return out;
}

/// A feed names its format's address, or at least looks like one: its items have content, or it has
/// a title, and a place on the web or items that say something.
bool is_feed(const Overview& overview) {
  const JsonTexts& texts = overview.head.texts;
  if (texts.at("version").find("jsonfeed.org") != std::string::npos) return true;
  if (!overview.head.has_items) return false;
  return overview.has_content ||
         (texts.says("title") &&
          (texts.says("home_page_url") || texts.says("feed_url") || overview.has_words));
}

Failure no_json() {
  return fail(ErrorKind::rejected, "this begins like JSON, but is not well-formed or breaks off");
}

Failure no_json_feed(const JsonHead& head) {
  std::string names;
  for (const std::string& name : head.names) {
    names += (names.empty() ? "" : ", ") + printable(to_valid_utf8(name));
  }
  return fail(ErrorKind::rejected,
              "this is JSON, but no JSON Feed: it names no version of it, and has no title with a "
              "list of items that say something{}. It may be made for programs: ask for RSS, Atom "
              "or JSON Feed",
              names.empty() ? "" : fmt::format(" (what it has: {})", names));
}

class JsonReader {
 public:
  JsonReader(std::string_view base_url, Feed& feed) : base_(base_url), feed_(feed) {}

  void read_head(const JsonTexts& texts) {
    feed_.format = texts.at("version").ends_with("1.1") ? "json1.1" : "json1.0";
    feed_.title = collapse_space(texts.at("title"));
    feed_.language = printable(trimmed(texts.at("language")));
    feed_.link = link_at(texts, "home_page_url");
    if (base_.empty()) base_ = feed_.link;
  }

  void read_item(const JsonItem& from) {
    if (!from.is_object) return warn(feed_, "bad-item", "an item is no object; it is left out");
    if (from.is_empty) return warn_of_empty_item(feed_);
    const JsonTexts& texts = from.texts;
    Item item;
    if (texts.says("id")) item.guid = trimmed(texts.at("id"));
    item.title = {texts.at("title"), Text::Kind::plain};
    item.published = date_in(feed_, texts.at("date_published"));
    item.updated = date_in(feed_, texts.at("date_modified"));
    item.summary = summary_of(texts);
    for (const char* name : {"image", "banner_image"}) {
      if (auto url = link_at(texts, name); !url.empty()) add_image(item, std::move(url), {});
    }
    for (const std::string& tag : from.tags) add_category(item, tag);
    for (const JsonTexts& each : from.attachments) read_attachment(each, item);
    settle_link(texts, item);
    add_images_in(item, texts.at("content_html"), item.link.empty() ? base_ : item.link);
    feed_.items.push_back(std::move(item));
  }

 private:
  std::string link_at(const JsonTexts& texts, std::string_view name) {
    if (!texts.says(name)) return {};
    auto link = resolve_address(base_, texts.at(name));
    if (!link) warn_of_link(feed_, fmt::format("a {}", name), texts.at(name));
    return link.value_or("");
  }

  void settle_link(const JsonTexts& texts, Item& item) {
    item.link = link_at(texts, "url");
    if (item.link.empty()) item.link = link_at(texts, "external_url");
    if (item.link.empty() && item.guid && is_http_url(*item.guid)) {
      item.link = resolve_address({}, *item.guid).value_or("");
    }
    link_to_enclosure(item);
  }

  static Text summary_of(const JsonTexts& texts) {
    for (const char* name : {"summary", "content_text"}) {
      if (texts.says(name)) return {texts.at(name), Text::Kind::plain};
    }
    return {texts.at("content_html"), Text::Kind::html};
  }

  void read_attachment(const JsonTexts& texts, Item& item) {
    std::string url = link_at(texts, "url");
    if (url.empty()) return;
    add_enclosure(feed_, item,
                  {std::move(url), printable(trimmed(texts.at("mime_type"))),
                   number_in(texts.at("size_in_bytes"))},
                  texts.at("title"));
  }

  std::string base_;
  Feed& feed_;
};

}  // namespace

Result<void> read_json_feed(std::string_view text, std::string_view base_url, Feed& feed) {
  auto overview = overview_of(text);
  std::string mended;
  if (!overview && text.find("\\u") != std::string_view::npos) {
    mended = without_lone_surrogates(text);
    text = mended;
    overview = overview_of(text);
  }
  if (!overview) return no_json();
  if (overview->items > kMaxItems) return too_many_items();
  if (!is_feed(*overview)) return no_json_feed(overview->head);
  JsonReader reader(base_url, feed);
  reader.read_head(overview->head.texts);
  feed.items.reserve(overview->items);
  JsonHead head;
  const bool is_whole = read_json_stream(text, head, [&reader](const JsonItem& item) {
    reader.read_item(item);
    return true;
  });
  if (!is_whole) return no_json();
  return {};
}

}  // namespace crier
