#include "publish/clock_witness.h"

#include <chrono>

#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// Caches give out answers that are hours old, some without saying so.
constexpr std::chrono::hours close_enough{24};

}  // namespace

std::vector<Completion> ClockWitness::wait(std::chrono::milliseconds at_most) {
  std::vector<Completion> ended = inner_.wait(at_most);
  for (const Completion& completion : ended) {
    if (completion.result) hear(*completion.result);
  }
  return ended;
}

void ClockWitness::hear(const Response& answer) {
  const auto date = find_header(answer.headers, "Date");
  auto says = date ? parse_http_date(*date) : std::nullopt;
  if (!says) return;
  const SysTime ours = clock_.now();
  if (const auto age = find_header(answer.headers, "Age")) {
    *says += parse_retry_after(*age, ours).value_or(std::chrono::seconds{0});
  }
  if (std::chrono::abs(ours - *says) <= close_enough) {
    confirms_ = true;
  } else if (!other_) {
    other_ = Word{origin_of(answer.final_url), *says, ours};
  }
}

std::string ClockWitness::contradiction() const {
  if (confirms_ || !other_) return {};
  return fmt::format(
      "this machine's clock says {}, and {} says {}: one of them is wrong. Until a server confirms "
      "the clock, nothing is refused as too old, and no history is forgotten",
      to_iso8601(other_->ours), printable(other_->origin), to_iso8601(other_->says));
}

}  // namespace crier
