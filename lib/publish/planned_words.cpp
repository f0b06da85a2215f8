#include "publish/planned_words.h"

#include "core/utf8.h"

namespace crier {

std::optional<SameWords> PlannedWords::said(const AccountId& account, const std::string& text) {
  const AccountWords words{account, to_nfc(text)};
  if (const auto planned = planned_.find(words); planned != planned_.end())
    return SameWords{planned->second, now_};
  auto known = store_.said(account, text);
  if (known && known->stage == Stage::held) {
    if (given_up_.contains(words)) return std::nullopt;
    leaned_on_.insert(words);
  }
  return known;
}

void PlannedWords::add(const std::vector<Delivery>& planned) {
  for (const Delivery& delivery : planned) {
    if (delivery.stage == Stage::rejected) continue;
    planned_[{delivery.account, to_nfc(delivery.post.text)}] = delivery.stage;
  }
}

std::vector<HeldVersion> PlannedWords::give_up(const std::vector<HeldVersion>& versions) {
  std::vector<HeldVersion> given_up;
  for (const HeldVersion& version : versions) {
    const AccountWords words{version.account, to_nfc(version.text)};
    if (leaned_on_.contains(words)) continue;
    given_up_.insert(words);
    given_up.push_back(version);
  }
  return given_up;
}

}  // namespace crier
