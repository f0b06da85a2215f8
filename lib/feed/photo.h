#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace crier {

/// What tells one photo from another, whatever the size in which an address gives it: the address
/// without the marks of a size, as WordPress ("-300x200.jpg"), Drupal ("/styles/large/public/") and
/// picture servers ("?width=300") set them. A parameter that may say which picture it is stays.
[[nodiscard]] std::string photo_of(std::string_view url);

/// The width that such a mark names. An address without one is the original: the largest number.
[[nodiscard]] std::size_t width_in(std::string_view url);

/// Says whether an address is that of a server which has nothing but portraits.
[[nodiscard]] bool is_portrait(std::string_view url);

/// Says whether an address looks like no picture of what an item tells: its author's portrait, a
/// smiley. To be asked only where nothing else says that it is the item's: a play may be called
/// "Avatar".
[[nodiscard]] bool is_ornament(std::string_view url);

}  // namespace crier
