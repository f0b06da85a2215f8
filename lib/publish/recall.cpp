#include "publish/recall.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "core/utf8.h"
#include "delivery/life.h"
#include "http/message.h"
#include "plan/pace.h"
#include "publish/amnesia.h"
#include "publish/read_past.h"

namespace crier {
namespace {

/// How long a post waits for an account that does not tell, where the ledger may be an older one.
constexpr std::chrono::hours most_patience{1};
/// Posts about which a person was asked, and which the account shows still.
constexpr std::size_t most_remembered = 50;
constexpr std::size_t most_titles = 3;

/// Among the account's facts: the ids of posts that a person was asked about. Whatever was decided,
/// they are no reason to ask again.
constexpr const char* asked_about = "asked_about";

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

/// What crier resolve --posted takes for the id.
std::string last_part(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  return path.substr(path.find_last_of('/') + 1);
}

/// One item, whichever account it is for.
using ItemName = std::tuple<FeedId, std::string, std::string>;
ItemName name_of(const Delivery& delivery) {
  return {delivery.feed, delivery.item_id, delivery.item_title};
}

class Recall {
 public:
  Recall(const std::vector<Delivery>& due, const RecallQuestion& question)
      : question_(question), world_(question.world), now_(world_.clock.now()) {
    for (const Delivery& delivery : due) {
      if (delivery.stage != Stage::publishing) due_[delivery.account].push_back(delivery);
    }
    speaking_ = about_to_post(due);
  }

  Recalled run() {
    if (speaking_.empty()) return {};
    ask(speaking_);
    // What is public on one account is looked for on the others at once: a later run would not
    // know.
    if (!announced_.empty()) ask(concerned());
    for (auto& [id, due] : due_) {
      const auto past = past_.find(id);
      if (past != past_.end() && !past->second.error) continue;
      hold_what_others_have(id, due);
      if (past != past_.end() && past->second.mends_itself) wait_for(id, due, *past->second.error);
    }
    return std::move(result_);
  }

 private:
  /// By a count of its own: nothing is taken from the limits of the run.
  [[nodiscard]] std::set<AccountId> about_to_post(const std::vector<Delivery>& due) const {
    std::vector<Delivery> wanted = due;
    std::erase_if(wanted, [&](const Delivery& delivery) { return !question_.is_wanted(delivery); });
    std::set<AccountId> accounts;
    for (const Foreseen& foreseen : foresee(wanted, question_.turns, now_)) {
      const bool is_new = foreseen.delivery.stage != Stage::publishing;
      if (is_new && std::holds_alternative<Go>(foreseen.verdict))
        accounts.insert(foreseen.delivery.account);
    }
    return accounts;
  }

  /// Accounts that are to say what another one has said already, and have not been asked.
  [[nodiscard]] std::set<AccountId> concerned() const {
    std::set<AccountId> accounts;
    for (const auto& [id, due] : due_) {
      const auto pause = world_.store.account(id).pause;
      if (speaking_.contains(id) || (pause && must_wait(pause->until, now_))) continue;
      if (std::ranges::any_of(due,
                              [&](const Delivery& d) { return announced_.contains(name_of(d)); }))
        accounts.insert(id);
    }
    return accounts;
  }

  void ask(const std::set<AccountId>& accounts) {
    for (auto& [id, past] : read_past(accounts, world_)) {
      if (!past.error) compare(id, past.page);
      past_.emplace(id, std::move(past));
    }
  }

  void compare(const AccountId& id, const PastPage& page) {
    const std::vector<Delivery>& due = due_[id];
    const std::vector<Delivery> doubtful = in_doubt(id);
    AccountFacts facts = world_.store.account(id).facts;
    std::vector<std::string> asked = words_in(facts.values[asked_about]);
    AmnesiaQuestion question{due, doubtful, page, now_, {}, {}, {}};
    question.known_since = [&](const FeedId& feed) { return question_.known.since(feed, now_); };
    question.has_receipt = [&](const PastPost& post) {
      const std::string other = last_part(post.url);
      return world_.store.has_receipt(id, post.remote_id) ||
             (!other.empty() && world_.store.has_receipt(id, other));
    };
    question.was_asked_about = [&](const PastPost& post) {
      return std::ranges::find(asked, post.remote_id) != asked.end();
    };
    if (world_.config.keep_history.count() > 0)
      question.remembers_since = now_ - world_.config.keep_history;

    TakenIn taken{id};
    const std::size_t before = asked.size();
    for (const Remembered& entry : compare_with_past(question)) {
      const Delivery& delivery = due[entry.due];
      if (entry.is_certain) {
        take_in(delivery, *entry.post, taken);
        continue;
      }
      ++taken.held;
      hold(delivery, entry.why);
      if (entry.post != nullptr) asked.push_back(entry.post->remote_id);
    }
    if (taken.posts > 0) result_.accounts.push_back(std::move(taken));
    // After the holds: a run that dies in between asks again, and posts nothing.
    if (asked.size() > before && question_.keep) keep(id, std::move(facts), asked);
  }

  /// Of that account, what may be public and waits for a look, or for a person.
  [[nodiscard]] std::vector<Delivery> in_doubt(const AccountId& id) const {
    HistoryQuery query;
    query.account = id;
    query.stage = Stage::uncertain;
    std::vector<Delivery> all = world_.store.history(query);
    for (Delivery& delivery : world_.store.open()) {
      if (delivery.account == id && delivery.stage == Stage::publishing)
        all.push_back(std::move(delivery));
    }
    return all;
  }

  void keep(const AccountId& id, AccountFacts facts, const std::vector<std::string>& asked) {
    std::string list;
    const std::size_t from = asked.size() - std::min(asked.size(), most_remembered);
    for (std::size_t i = from; i < asked.size(); ++i) list += (i > from ? " " : "") + asked[i];
    facts.values[asked_about] = std::move(list);
    Batch batch;
    batch.facts[id] = std::move(facts);
    world_.store.put(batch, now_);
  }

  void take_in(Delivery delivery, const PastPost& post, TakenIn& taken) {
    const Receipt receipt{post.remote_id, post.url};
    if (!was_tried(delivery)) {
      ++taken.posts;
      if (taken.titles.size() < most_titles) {
        taken.titles.push_back(delivery.item_title.empty() ? delivery.item_id
                                                           : delivery.item_title);
      }
      announced_.emplace(name_of(delivery), delivery.account);
    }
    delivery = life::apply(std::move(delivery),
                           life::Found{receipt, std::min(post.at.value_or(now_), now_)});
    if (question_.keep) world_.store.put({.changed = {delivery}}, now_);
    put({std::move(delivery), Outcome{receipt}, {}, {}, true});
  }

  void hold(Delivery delivery, const std::string& what) {
    std::string why = fmt::format(
        "{0}. crier resolve {1} --not-posted leaves it out, crier resolve {1} --retry "
        "posts it",
        what, delivery.id.value.substr(0, 8));
    delivery = life::apply(std::move(delivery), life::Held{{ErrorKind::rejected, why}});
    if (question_.keep) world_.store.put({.changed = {delivery}}, now_);
    put({std::move(delivery), std::nullopt, std::move(why)});
  }

  void hold_what_others_have(const AccountId& id, std::vector<Delivery>& due) {
    std::erase_if(due, [&](const Delivery& delivery) {
      const auto other = announced_.find(name_of(delivery));
      if (other == announced_.end()) return false;
      hold(delivery, fmt::format("{} has it already, by a post that this ledger does not know, and "
                                 "whether {} has it, too, cannot be asked",
                                 other->second.value, id.value));
      return true;
    });
  }

  void wait_for(const AccountId& id, const std::vector<Delivery>& due, const Error& why) {
    const Account* account = world_.config.account(id);
    const bool is_file = world_.network(account->network)->traits().sign_in == SignIn::none;
    if (!question_.may_be_older || is_file) return;
    for (const Delivery& delivery : due) {
      if (std::chrono::abs(now_ - delivery.planned_at) >= most_patience) continue;
      put({delivery, std::nullopt,
           fmt::format("this ledger may be an older one, and the account does not tell what it has "
                       "posted ({}): it goes out within an hour or two all the same",
                       why.message)});
    }
  }

  void put(Delivered post) {
    const DeliveryId id = post.delivery.id;
    result_.posts.emplace(id, std::move(post));
  }

  const RecallQuestion& question_;
  const DeliveryWorld& world_;
  SysTime now_;
  std::map<AccountId, std::vector<Delivery>> due_;
  std::set<AccountId> speaking_;             ///< about to post
  std::map<AccountId, Past> past_;           ///< of those that could be asked
  std::map<ItemName, AccountId> announced_;  ///< by which account
  Recalled result_;
};

}  // namespace

Recalled recall(const std::vector<Delivery>& due, const RecallQuestion& question) {
  return Recall(due, question).run();
}

}  // namespace crier
