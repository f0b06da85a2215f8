#include "plan/plan.h"

#include <algorithm>

#include "core/hash.h"

namespace crier {
namespace {

std::string first_of(const std::string& a, const std::string& b, const std::string& c) {
  if (!a.empty()) return a;
  return !b.empty() ? b : c;
}

Delivery make_delivery(const FreshItem& fresh, const Account& account,
                       const PlanQuestion& question) {
  const Item& item = fresh.item;
  Delivery delivery;
  delivery.id = delivery_id(question.feed.id, fresh.identity.chosen, account.id);
  delivery.feed = question.feed.id;
  delivery.account = account.id;
  delivery.item_id = display_id(item);
  delivery.item_title = item.title.value;
  delivery.item_link = item.link;
  delivery.item_date = item.published ? item.published : item.updated;
  delivery.planned_at = question.now;
  const Wording wording{question.text_template, question.feed.prefix,
                        first_of(question.feed.language, account.language, question.language)};
  const auto rules = question.rules.find(account.id);
  CRIER_ENSURE(rules != question.rules.end(), "every account of a feed has rules");
  auto post = compose(item, wording, rules->second);
  if (post) {
    delivery.post = *std::move(post);
  } else {
    delivery.stage = Stage::rejected;
    delivery.error = std::move(post).error();
  }
  return delivery;
}

}  // namespace

DeliveryId delivery_id(const FeedId& feed, std::string_view name, const AccountId& account) {
  // A NUL stands in neither of the names that feeds.toml allows, so the parts cannot run into each
  // other.
  std::string text = feed.value;
  text += '\0';
  text += account.value;
  text += '\0';
  text += name;
  return {hash_hex(text)};
}

Plan make_plan(const Fresh& fresh, const PlanQuestion& question) {
  Plan plan;
  for (const AccountId& id : question.feed.accounts) {
    const Account* account = question.config.account(id);
    CRIER_ENSURE(account != nullptr, "the config was checked: every account of a feed exists");
    for (const FreshItem& item : fresh.items) {
      if (item.is_old && question.takes_old && !question.takes_old(id)) continue;
      const bool said = std::any_of(
          item.identity.names.begin(), item.identity.names.end(), [&](const std::string& name) {
            return question.delivered(delivery_id(question.feed.id, name, id));
          });
      if (said) {
        plan.skipped.push_back(
            {question.feed.id, id, display_id(item.item), "it was announced here before"});
      } else {
        plan.deliveries.push_back(make_delivery(item, *account, question));
      }
    }
    for (const PassedOver& item : fresh.passed_over) {
      plan.skipped.push_back({question.feed.id, id, item.item_id, item.reason, item.suspect});
    }
  }
  return plan;
}

}  // namespace crier
