#include "publish/stale.h"

#include <algorithm>

#include "http/message.h"
#include "plan/pace.h"

namespace crier {
namespace {

/// Nothing was ever tried of it, and nothing is said of it.
bool never_had_its_turn(const Delivery& delivery) {
  return delivery.attempts == 0 && !delivery.sent_at && !delivery.error;
}

}  // namespace

bool is_stale(const Delivery& delivery, const Config& config, SysTime now) {
  const FeedConfig* feed = config.feed(delivery.feed);
  return is_stale(delivery, feed != nullptr ? feed->stale_after : FeedConfig{}.stale_after, now);
}

Error why_undecided(const Delivery& delivery) {
  return Error{ErrorKind::invalid,
               fmt::format("it has waited for longer than stale_after, by a clock that no server "
                           "has confirmed in this run: it is neither posted nor refused until one "
                           "does. Or say it yourself: crier resolve {0} --retry posts it, crier "
                           "resolve {0} --not-posted leaves it out",
                           delivery.id.value.substr(0, 8))};
}

Error why_stale(const Delivery& delivery, const std::vector<Delivery>& open) {
  Error why{ErrorKind::rejected,
            fmt::format("it has waited since {}, longer than stale_after, and is no news any more",
                        to_iso8601(delivery.planned_at))};
  if (delivery.error) {
    why.message += ". It waited because: " + delivery.error->message;
  } else if (never_had_its_turn(delivery)) {
    const auto before = std::ranges::find_if(open, [&](const Delivery& other) {
      return other.account == delivery.account && other.error.has_value();
    });
    why.message += before == open.end()
                       ? ". Its turn never came: no run had room for it"
                       : fmt::format(
                             ". Its turn never came: “{}” stood before it, of which is "
                             "said: {}",
                             excerpt(before->item_title), before->error->message);
  }
  return why;
}

}  // namespace crier
