#include "plan/alerts.h"

#include <algorithm>
#include <optional>

#include "core/hash.h"
#include "core/utf8.h"
#include "feed/item_text.h"
#include "feed/normalised_link.h"
#include "plan/fresh.h"

namespace crier {
namespace {

constexpr const char* has_alerts = "names: alerts";
/// So close to the reading, a date may be made by it.
constexpr std::chrono::hours made_within{1};
/// The dates that one reading makes lie so close together.
constexpr std::chrono::minutes made_together{1};

struct Alert {
  /// Title and text; and those with the link.
  std::string words, words_there;
  std::optional<SysTime> date;
  bool says_known = false;  ///< the words were said before, at any time

  [[nodiscard]] std::string at(const std::string& name) const {
    return date ? name + " at " + to_iso8601(*date) : name;
  }
};

Alert alert_of(Item item) {
  Alert alert;
  alert.date = date_of(item);
  const std::string link = item.link.empty() ? std::string() : normalised_link(item.link);
  make_plain(item);
  const std::string words =
      collapse_space(item.title.value) + '\n' + collapse_space(item.summary.value);
  alert.words = "alert:" + hash_hex(words);
  alert.words_there = "alert:" + hash_hex(words + '\n' + link);
  return alert;
}

/// The dates that the reading has made; nothing if it made none.
std::optional<std::pair<SysTime, SysTime>> made_dates(const std::vector<Alert>& alerts,
                                                      const FreshQuestion& question) {
  std::size_t count = 0;
  SysTime first = SysTime::max(), last = SysTime::min();
  for (const Alert& alert : alerts) {
    if (!alert.date || !alert.says_known || question.known(alert.at(alert.words))) continue;
    ++count;
    first = std::min(first, *alert.date);
    last = std::max(last, *alert.date);
  }
  if (count < 2 || last - first > made_together) return std::nullopt;
  return std::pair(first, last);
}

bool is_new_here(const std::vector<Alert>& alerts, std::size_t at) {
  return std::any_of(alerts.begin(), alerts.begin() + static_cast<std::ptrdiff_t>(at),
                     [&](const Alert& other) {
                       return other.words == alerts[at].words && other.date == alerts[at].date &&
                              other.words_there != alerts[at].words_there;
                     });
}

}  // namespace

void judge_alerts(const std::vector<Item>& items, const FreshQuestion& question,
                  Judgement& judgement) {
  const bool knows_alerts = !question.first_time && question.known(has_alerts);
  if (!knows_alerts) judgement.marks.emplace_back(has_alerts);
  std::vector<Alert> alerts;
  alerts.reserve(items.size());
  for (const Item& item : items) {
    alerts.push_back(alert_of(item));
    Alert& alert = alerts.back();
    alert.says_known = question.known(alert.words) || question.known(alert.words_there);
  }
  const auto made = made_dates(alerts, question);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Alert& alert = alerts[i];
    Judged& one = judgement.items[i];
    one.alert = {alert.at(alert.words_there), alert.at(alert.words)};
    if (alert.date) one.alert.insert(one.alert.end(), {alert.words_there, alert.words});
    if (!knows_alerts) continue;
    one.waits = false;
    const bool is_known =
        question.known(one.alert[0]) || (question.known(one.alert[1]) && !is_new_here(alerts, i));
    if (is_known || !alert.date || !alert.says_known) {
      one.recognition = {is_known ? Recognised::known : Recognised::fresh, {}};
      continue;
    }
    one.waits = (made && *alert.date >= made->first && *alert.date <= made->second) ||
                std::chrono::abs(question.now - *alert.date) <= made_within;
    one.recognition = {one.waits ? Recognised::known : Recognised::fresh, {}};
  }
}

}  // namespace crier
