#pragma once
#include <algorithm>
#include <array>
#include <string_view>

#include "core/utf8.h"

namespace crier {

/// Whether a server's words say that the account itself may do nothing now, whoever signs in:
/// disabled, suspended, moved, not approved yet.
/// Source: Mastodon's Api::BaseController ("Your login is currently disabled", also of an account
/// that has moved; "… pending approval"; "… missing a confirmed e-mail address"); the reference PDS
/// (AccountTakedown, AccountDeactivated).
[[nodiscard]] inline bool is_state_of_account(std::string_view words) {
  static constexpr std::array<std::string_view, 9> signs{
      "login is currently", "suspended", "disabled",         "deactivated", "taken down",
      "is inactive",        "approval",  "confirmed e-mail", "has moved"};
  const std::string said = ascii_lower(words);
  return std::ranges::any_of(
      signs, [&](std::string_view sign) { return said.find(sign) != std::string::npos; });
}

/// What a person does about that.
inline constexpr std::string_view remedy_of_state =
    "a new sign-in does not mend that: look at the account on its website, or ask whoever runs the "
    "server";

}  // namespace crier
