#include "feed/media.h"

#include "core/utf8.h"
#include "feed/photo.h"

namespace crier {
namespace {

using pugi::xml_node;
using V = Vocabulary;

bool is_picture(xml_node content) {
  const std::string_view medium = attribute(content, "medium");
  if (!medium.empty()) return ascii_iequals(medium, "image");
  return is_image(attribute(content, "type"), attribute(content, "url"));
}

/// media:description within media:content says what the picture shows.
std::string alternative_of(const XmlDocument& document, xml_node content) {
  std::string scratch;
  for (const xml_node part : content.children()) {
    if (document.name_of(part).is(V::media, "description")) {
      return std::string(text_of(part, scratch));
    }
  }
  return {};
}

class MediaReader {
 public:
  MediaReader(const XmlDocument& document, std::string_view base, Item& item, Media& media)
      : document_(document), base_(base), item_(item), media_(media) {}

  void read_group(xml_node group) {
    xml_node best;
    for (const xml_node part : group.children()) {
      const ElementName name = document_.name_of(part);
      if (name.is(V::media, "content")) {
        if (is_picture(part) && (!best || is_better(part, best))) best = part;
        read_thumbnails(part);
      } else if (!name.is(V::media, "group")) {
        read(part, name);
      }
    }
    if (best) add_content(best);
  }

  void read(xml_node element, const ElementName& name) {
    if (name.is(V::media, "group")) {
      read_group(element);
    } else if (name.is(V::media, "content")) {
      if (is_picture(element)) add_content(element);
      read_thumbnails(element);
    } else if (name.is(V::media, "thumbnail")) {
      add_thumbnail(element);
    } else if (name.is(V::media, "title")) {
      if (!media_.title) media_.title = element;
    } else if (name.is(V::media, "description")) {
      if (!media_.description) media_.description = element;
    }
  }

 private:
  static bool is_better(xml_node content, xml_node than) {
    if (ascii_iequals(attribute(than, "isdefault"), "true")) return false;
    return ascii_iequals(attribute(content, "isdefault"), "true") ||
           number_in(attribute(content, "width")) > number_in(attribute(than, "width"));
  }

  void add_content(xml_node content) {
    const std::string_view url = attribute(content, "url");
    if (trimmed(url).empty()) return;
    if (auto resolved = document_.resolve(content, base_, url)) {
      add_image(item_, std::move(*resolved), alternative_of(document_, content));
    }
  }

  void read_thumbnails(xml_node content) {
    for (const xml_node part : content.children()) {
      if (document_.name_of(part).is(V::media, "thumbnail")) add_thumbnail(part);
    }
  }

  void add_thumbnail(xml_node thumbnail) {
    const std::string_view url = attribute(thumbnail, "url");
    if (trimmed(url).empty() || media_.thumbnails.size() >= kMaxImages) return;
    if (auto resolved = document_.resolve(thumbnail, base_, url)) {
      media_.thumbnails.push_back(std::move(*resolved));
    }
  }

  const XmlDocument& document_;
  std::string_view base_;
  Item& item_;
  Media& media_;
};

}  // namespace

void read_media(const XmlDocument& document, xml_node element, std::string_view base, Item& item,
                Media& media) {
  MediaReader(document, base, item, media).read(element, document.name_of(element));
}

void settle_pictures(Item& item, const std::vector<std::string>& thumbnails,
                     std::initializer_list<std::string_view> html, std::string_view base) {
  if (item.images.empty()) {
    for (const std::string& each : thumbnails) {
      if (!is_ornament(each)) add_image(item, each, {});
    }
  }
  for (const std::string_view each : html) add_images_in(item, each, base);
}

}  // namespace crier
