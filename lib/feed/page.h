#pragma once
#include <string>
#include <string_view>

#include "core/model.h"

namespace crier {

/// Reads what a web page says of itself: Open Graph first, then Twitter's tags, then its title and
/// description.
///
/// 1. `content_type`: the header, for its charset; `address`: where the page was found.
/// 2. Texts are plain, one line each, and no longer than a card shows; the picture's address is
///    absolute, http or https, or empty.
/// 3. Only the head of the page counts: what readers wrote below it is not the page's word.
/// 4. Any bytes will do, in time that grows as they do; what is no HTML says nothing.
[[nodiscard]] Card read_page(std::string bytes, std::string_view content_type,
                             const std::string& address);

}  // namespace crier
