#include "publish/reminder.h"

#include <array>

namespace crier {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<int, 5> marks{0, 1, 3, 7, 14};
/// What was told last, beside what the network has told of the account: "2026-12-07 7".
constexpr const char* fact = "told_of_end";

/// When a person must sign in again; nothing: by no date that is known.
std::optional<SysTime> person_needed_by(const Credentials& known) {
  if (known.ends_at) return known.ends_at;
  const bool renews =
      !known.refresh_token.empty() || !known.password.empty() || !known.token_endpoint.empty();
  return renews ? std::nullopt : known.expires_at;
}

std::optional<seconds> whole_of(const Credentials& known, SysTime ends_at) {
  const auto began = known.signed_in_at ? known.signed_in_at : known.obtained_at;
  if (!began || ends_at <= *began) return std::nullopt;
  return ends_at - *began;
}

}  // namespace

std::optional<int> days_to_tell(SysTime ends_at, SysTime now, std::optional<seconds> whole) {
  const seconds left = ends_at - now;
  if (whole && left > *whole / 4) return std::nullopt;
  for (const int mark : marks) {
    if (left <= days{mark}) return mark;
  }
  return std::nullopt;
}

std::vector<std::string> remind(const PublishOptions& options, const DeliveryWorld& world) {
  std::vector<std::string> lines;
  const SysTime now = world.clock.now();
  for (const Account& account : world.config.accounts) {
    if (!options.accounts.empty() && !options.accounts.contains(account.id)) continue;
    if (world.network(account.network)->traits().sign_in == SignIn::none) continue;
    const auto known = world.tokens.load(account.id);
    const auto ends_at = known ? person_needed_by(*known) : std::nullopt;
    if (!ends_at) continue;
    const auto mark = days_to_tell(*ends_at, now, whole_of(*known, *ends_at));
    if (!mark) continue;
    const std::string day = to_iso8601(*ends_at).substr(0, 10);
    const std::string told = fmt::format("{} {}", day, *mark);
    AccountFacts facts = world.store.account(account.id).facts;
    if (facts.values[fact] == told) continue;
    if (!options.dry_run) {
      facts.values[fact] = told;
      Batch batch;
      batch.facts[account.id] = facts;
      world.store.put(batch, now);
    }
    const auto left = std::chrono::ceil<days>(*ends_at - now).count();
    lines.push_back(
        left <= 0
            ? fmt::format("account {}: its sign-in ended on {}: run crier auth login {}",
                          account.id.value, day, account.id.value)
            : fmt::format("account {}: its sign-in ends on {}, within {} day{}: run crier "
                          "auth login {}",
                          account.id.value, day, left, left == 1 ? "" : "s", account.id.value));
  }
  return lines;
}

}  // namespace crier
