#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model.h"
#include "core/result.h"
#include "feed/xml.h"

namespace crier {

// Each reader fills a Feed from one family of formats; `base_url` is what relative links hang on.
// What it leaves out, it warns of. parse.cpp chooses the reader by the root element.

/// RSS 0.9x and 2.0, RSS 0.90, 1.0 and 1.1 (RDF), and Microsoft's old channel format.
void read_rss(XmlDocument& document, std::string_view base_url, Feed& feed);

/// Atom 0.3 and 1.0, and an Atom entry on its own.
void read_atom(XmlDocument& document, std::string_view base_url, Feed& feed);

/// JSON Feed 1.0 and 1.1. Errors: rejected, when it is no JSON or no JSON Feed.
[[nodiscard]] Result<void> read_json_feed(std::string_view text, std::string_view base_url,
                                          Feed& feed);

/// More items than any feed of a website has; a document with more is refused.
inline constexpr std::size_t kMaxItems = 100'000;
inline constexpr std::size_t kMaxImages = 16;  ///< of an item
inline constexpr std::size_t kMaxCategories = 64;
inline constexpr std::size_t kMaxEnclosures = 64;

[[nodiscard]] Failure too_many_items();

/// Adds a warning; a feed that earns hundreds shows the first twenty.
void warn(Feed& feed, std::string_view code, std::string message);

/// Warns that an element stands for an item and holds nothing at all.
void warn_of_empty_item(Feed& feed);

/// Reads a date, or what the first `time` tag of a text in HTML gives as one; a text that is none
/// gives a warning.
[[nodiscard]] std::optional<SysTime> date_in(Feed& feed, std::string_view text);

/// Adds a category, trimmed; not twice.
void add_category(Item& item, std::string_view name);

/// Adds an image under an address that is resolved already. A photo that is there already, in
/// whatever size, is there once, in the larger one; portraits from a server that has nothing else
/// are left out (photo.h).
void add_image(Item& item, std::string url, std::string_view alt);

/// Adds what the `img` tags of an HTML text show; beside pictures from elsewhere only those that
/// are described. Tracking pixels (width or height of 1), portraits and smileys (photo.h) are left
/// out.
void add_images_in(Item& item, std::string_view html, std::string_view base_url);

/// Adds an enclosure under an address that is resolved already; an image is one of the item's
/// pictures, too. Those beyond 64 are left out, with a warning.
void add_enclosure(Feed& feed, Item& item, Enclosure enclosure, std::string_view alt);

/// Gives an item without a link that of its first enclosure that is no image.
void link_to_enclosure(Item& item);

/// Warns of an address that cannot be used. `of`: "an item's link".
void warn_of_link(Feed& feed, std::string_view of, std::string_view written);

/// Says whether a file of that media type, or else of that address, is an image.
[[nodiscard]] bool is_image(std::string_view type, std::string_view url);

/// The number a text begins with; 0 if it begins with none, or with one too large.
[[nodiscard]] std::uint64_t number_in(std::string_view text);

}  // namespace crier
