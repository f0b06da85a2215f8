#pragma once
#include <string>

#include "core/model.h"
#include "core/utf8.h"
#include "network/outcomes.h"

namespace crier::threads {

/// What is wrong with an account's `topic_tag`; empty if nothing is. Threads would refuse each post
/// for it, though it is no post's fault.
/// Source: developers.facebook.com, Threads, "Posts": 1 to 50 characters, no "." and "&", 2026-04.
[[nodiscard]] inline std::string trouble_of_topic(const Account& account) {
  constexpr std::size_t longest = 50;
  const std::string topic = value_of(account.settings, "topic_tag");
  if (topic.find_first_of(".&") == std::string::npos &&
      count_code_points(to_valid_utf8(topic)) <= longest) {
    return {};
  }
  return fmt::format(
      "accounts.{}: topic_tag must be at most 50 characters long, without \".\" and \"&\"; correct "
      "it in feeds.toml",
      account.id.value);
}

}  // namespace crier::threads
