#include "http/backoff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/utf8.h"

namespace crier {
namespace {

using std::chrono::seconds;

/// Up to 1/`share` of a time, by chance.
seconds a_little_of(seconds time, int share, Random& random) {
  const auto chance = static_cast<unsigned char>(random.bytes(1)[0]);
  return time * chance / (256 * share);
}

}  // namespace

std::chrono::seconds wait_before_try(int attempt, const Error& why, Random& random) {
  const auto doublings = static_cast<unsigned>(std::clamp(attempt - 1, 0, 9));
  const seconds full{std::min(60LL << doublings, 6LL * 3600)};
  return std::max(full - a_little_of(full, 4, random), why.retry_after.value_or(seconds{0}));
}

std::optional<RateLimit> rate_limit(const Headers& headers, SysTime now) {
  constexpr std::array<std::string_view, 3> families{"X-RateLimit-", "X-Rate-Limit-", "RateLimit-"};
  std::optional<RateLimit> tightest;
  for (const std::string_view family : families) {
    const auto remaining = find_header(headers, std::string(family) + "Remaining");
    const auto reset = find_header(headers, std::string(family) + "Reset");
    const auto until = reset ? parse_retry_after(*reset, now) : std::nullopt;
    if (!remaining || !until) continue;
    const std::string_view digits = trimmed(*remaining);
    RateLimit limit{0, *until};
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), limit.left);
    if (problem != std::errc() || end != digits.data() + digits.size()) continue;
    const bool is_tighter =
        !tightest || limit.left < tightest->left ||
        (limit.left == tightest->left && limit.until_reset > tightest->until_reset);
    if (is_tighter) tightest = limit;
  }
  return tightest;
}

std::optional<seconds> rate_limit_pause(const Headers& headers, SysTime now) {
  const auto limit = rate_limit(headers, now);
  if (!limit || limit->left > 0) return std::nullopt;
  return limit->until_reset;
}

seconds wait_after_failures(int failures, Random& random) {
  if (failures <= 2) return seconds{0};
  const seconds full{std::min(300LL << std::min(failures - 3, 4), 3600LL)};
  return full - a_little_of(full, 4, random);
}

seconds wait_after_refusal(seconds last, Random& random) {
  const seconds full = last < std::chrono::hours{1} ? seconds{3600} : last * 2;
  return std::min<seconds>(full + a_little_of(full, 10, random), std::chrono::hours{24});
}

}  // namespace crier
