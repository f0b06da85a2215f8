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
