#pragma once
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/network.h"

namespace crier {

/// A web address that may be a post's, taken apart.
struct PostAddress {
  std::string host;                          ///< in lower case, without "www."
  std::vector<std::string> path;             ///< its parts, decoded; empty ones are left out
  std::map<std::string, std::string> query;  ///< decoded
  std::string bare;  ///< host, port and path as written: what no click counter changes
};
/// Nothing if it is no http or https address.
[[nodiscard]] std::optional<PostAddress> read_post_address(std::string_view address);

/// What the first pattern that fits has in the place of `{id}` (letters, digits, "-", "_", ".", ":"
/// and "~") or `{number}`; empty if none fits. Patterns are parts with "/" between them: `*` is any
/// part, `@*` one that begins with "@"; `...` at the end, whatever follows.
[[nodiscard]] std::string id_in(const PostAddress& address,
                                std::initializer_list<std::string_view> patterns);

[[nodiscard]] bool is_number(std::string_view text);

/// "ADDRESS leads to no post on PLACE: …". `example`: the address of a post there.
[[nodiscard]] Failure no_post(std::string_view address, std::string_view place,
                              std::string_view example);

}  // namespace crier
