#include "plan/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "compose/defuse.h"
#include "core/hash.h"
#include "core/safe_text.h"
#include "core/utf8.h"
#include "feed/identity.h"
#include "feed/link_reach.h"

namespace crier {
namespace {

std::string first_of(const std::string& a, const std::string& b, const std::string& c) {
  if (!a.empty()) return a;
  return !b.empty() ? b : c;
}

/// RFC 5646 section 4.4.1: no tag in use is longer.
constexpr std::size_t longest_language = 35;

/// Words that were said so long ago may be said again where on_suspect = "post".
constexpr std::chrono::hours old_words{7 * 24};

void hold(Delivery& delivery, std::string why) {
  delivery.stage = Stage::held;
  delivery.error = Error{ErrorKind::rejected, std::move(why)};
}

/// A ledger of an earlier version has the same words without the U+200B and %XX of today's.
std::optional<SameWords> said_before(const Delivery& delivery, const PlanQuestion& question) {
  const Post& post = delivery.post;
  if (auto said = question.said(delivery.account, post.text)) return said;
  std::string earlier = undefused(post.text);
  if (const std::size_t at = earlier.find(post.link);
      !post.link.empty() && post.link != delivery.item_link && at != std::string::npos) {
    earlier.replace(at, post.link.size(), delivery.item_link);
  }
  if (earlier == post.text) return std::nullopt;
  return question.said(delivery.account, earlier);
}

/// Why a post that reads like an earlier one is left out; empty if it is not. It may be held.
std::string mind_the_same_words(Delivery& delivery, const FreshItem& fresh,
                                const PlanQuestion& question) {
  if (!question.said || delivery.stage == Stage::rejected) return {};
  const auto said = said_before(delivery, question);
  if (!said) return {};
  std::string what;
  switch (said->stage) {
    case Stage::published: what = "was made here on "; break;
    case Stage::dropped: what = "was left out by somebody on "; break;
    case Stage::held: return "the same post is held already, and waits for your decision";
    case Stage::uncertain: return "the same post is in doubt already";
    case Stage::planned:
    case Stage::preparing:
    case Stage::publishing:
    case Stage::rejected: return "the same post is on its way already";
  }
  const auto date = date_of(fresh.item);
  if (fresh.is_alert && date && *date > said->at) return {};
  what += to_iso8601(said->at).substr(0, 10);
  if (fresh.is_wanted) return "the same post " + what;
  const bool may_repeat =
      question.feed.on_suspect == OnSuspect::post && question.now - said->at >= old_words;
  if (!may_repeat) hold(delivery, "the very same post " + what);
  return {};
}

/// What has been planned of one feed for one account so far.
struct Planned {
  std::map<std::string, Stage> words;  ///< of each text, what became of the first that has it
  std::set<DeliveryId> ids;
};

/// Why a post that reads like another one of its feed is left out; empty if it is not.
std::string mind_the_feeds_own(const Delivery& delivery, Planned& planned) {
  if (delivery.stage == Stage::rejected) return {};
  const auto [first, is_new] =
      planned.words.try_emplace(to_nfc(delivery.post.text), delivery.stage);
  if (is_new) return {};
  return first->second == Stage::held
             ? "the feed has the same post twice, and the other one is held"
             : "the feed has the same post twice";
}

/// Nothing may share an id: the ledger would keep one of the two.
void keep_apart(Delivery& delivery, const Planned& planned, const FeedId& id_name) {
  if (!planned.ids.contains(delivery.id)) return;
  delivery.id =
      delivery_id(id_name, delivery.id.value + '\0' + delivery.post.text, delivery.account);
  if (delivery.stage == Stage::rejected) return;
  hold(delivery,
       "another new item of its feed has the same name, so that nobody can tell later "
       "which of the two was posted");
}

/// The pictures that feeds.toml wants attached.
std::vector<Image> wanted(std::vector<Image> images, AttachImages which) {
  constexpr std::size_t most_kept = 20;  // more than any network attaches
  if (which == AttachImages::none) return {};
  if (which == AttachImages::described) {
    std::erase_if(images, [](const Image& image) { return trimmed(image.alt).empty(); });
  }
  if (images.size() > most_kept) images.resize(most_kept);
  return images;
}

Delivery make_delivery(const FreshItem& fresh, const Account& account,
                       const PlanQuestion& question) {
  const Item& item = fresh.item;
  Delivery delivery;
  delivery.id = delivery_id(question.id_name(), fresh.identity.chosen, account.id);
  delivery.feed = question.feed.id;
  delivery.account = account.id;
  delivery.item_id = display_id(item);
  delivery.item_title = shown_title(item);
  delivery.item_link = item.link;
  delivery.item_date = item.published ? item.published : item.updated;
  delivery.planned_at = question.now;
  std::string language = first_of(question.feed.language, account.language, question.language);
  if (language.size() > longest_language) language.clear();
  const Wording wording{question.text_template, question.feed.prefix, std::move(language),
                        question.feed.mentions};
  const auto rules = question.rules.find(account.id);
  CRIER_ENSURE(rules != question.rules.end(), "every account of a feed has rules");
  auto post = compose(item, wording, rules->second);
  if (post) {
    delivery.post = *std::move(post);
    delivery.post.images = wanted(std::move(delivery.post.images), question.feed.images);
    // A backfill asks for the item as it is; but only on the accounts that it was asked for.
    const bool is_asked_for =
        fresh.is_wanted && (!question.takes_old || question.takes_old(account.id));
    std::string why = is_asked_for ? std::string() : fresh.hold;
    if (question.is_public && !question.config.allow_private_addresses &&
        question.is_public(account.id)) {
      // Told beside another reason, too: who releases the post must know both.
      if (const std::string inner = why_out_of_reach(item.link); !inner.empty())
        why += (why.empty() ? "" : "; and ") + inner;
    }
    if (!why.empty()) hold(delivery, std::move(why));
  } else {
    delivery.stage = Stage::rejected;
    delivery.settled_at = question.now;
    delivery.error = std::move(post).error();
  }
  return delivery;
}

/// A release would else post every version of it.
void replace_held(const FreshItem& fresh, const AccountId& account, Plan& plan) {
  for (const HeldVersion& version : fresh.replaces) {
    if (version.account == account) plan.replaced.push_back(version);
  }
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
    Planned planned;
    for (const FreshItem& item : fresh.items) {
      if (item.is_old && question.takes_old && !question.takes_old(id)) continue;
      const bool said = std::any_of(
          item.identity.names.begin(), item.identity.names.end(), [&](const std::string& name) {
            return question.delivered(delivery_id(question.id_name(), name, id));
          });
      if (said) {
        plan.skipped.push_back(
            {question.feed.id, id, display_id(item.item), item.item.title.value,
             "this account had it before; crier history says what became of it"});
        continue;
      }
      Delivery delivery = make_delivery(item, *account, question);
      keep_apart(delivery, planned, question.id_name());
      std::string same = mind_the_same_words(delivery, item, question);
      if (same.empty()) same = mind_the_feeds_own(delivery, planned);
      if (same.empty()) {
        planned.ids.insert(delivery.id);
        if (delivery.stage == Stage::held) replace_held(item, id, plan);
        plan.deliveries.push_back(std::move(delivery));
      } else {
        plan.skipped.push_back(
            {question.feed.id, id, delivery.item_id, delivery.item_title, std::move(same)});
      }
    }
    for (const PassedOver& item : fresh.passed_over) {
      plan.skipped.push_back({question.feed.id, id, item.item_id, item.item_title, item.reason});
    }
  }
  return plan;
}

}  // namespace crier
