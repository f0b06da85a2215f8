#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "feed/readers.h"
#include "feed/xml.h"

namespace crier {

/// What the elements of Media RSS say of an item, beside the pictures that they add to it.
struct Media {
  /// Small forms of what else is there: of use only where there is no other picture.
  std::vector<std::string> thumbnails;
  pugi::xml_node title, description;  ///< the first of each; or none
};

/// Reads one element of Media RSS. Of a group, whose members are one thing in several forms, the
/// default or the widest picture is taken.
void read_media(const XmlDocument& document, pugi::xml_node element, std::string_view base,
                Item& item, Media& media);

/// Settles the pictures of an item that is read but for those in its texts: the thumbnails where
/// there is nothing else, then what the texts show (the first text first), all of it where there
/// is nothing else, and what is described in any case.
void settle_pictures(Item& item, const std::vector<std::string>& thumbnails,
                     std::initializer_list<std::string_view> html, std::string_view base);

}  // namespace crier
