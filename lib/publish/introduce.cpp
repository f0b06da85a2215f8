#include "publish/introduce.h"

#include <unordered_map>

#include "network/registry.h"
#include "publish/account_session.h"

namespace crier {
namespace {

constexpr std::chrono::hours fresh_for{24};

struct Question {
  const Account* account;
  const Network* network;
  Request request;
};

bool is_fresh(const AccountFacts& facts, SysTime now) {
  return facts.learned_at && *facts.learned_at <= now && now - *facts.learned_at < fresh_for;
}

/// One round of questions to the servers of some accounts.
class Introduction {
 public:
  explicit Introduction(const DeliveryWorld& world) : world_(world), now_(world.clock.now()) {}

  void add(const AccountId& id) {
    const Account* account = world_.config.account(id);
    const Network* network = account != nullptr ? find_network(account->network) : nullptr;
    if (network == nullptr) return;
    AccountFacts& facts = facts_[id] = world_.store.facts(id);
    if (facts.values["server"] != account->server) {
      facts = {};
      facts.values["server"] = account->server;
    }
    AccountSession session(*account, world_.tokens, world_.authorizer, world_.clock, world_.random);
    const Credentials* known = network->traits().sign_in == SignIn::none
                                   ? nullptr
                                   : session.credentials().value_or(nullptr);
    // The sign-in knows best whose account this is; another person may have signed in since. A
    // token that comes without an id, from the environment, may be another account's today.
    if (known != nullptr && facts.values["account_id"] != known->account_id) {
      facts.values["account_id"] = known->account_id;
      facts.learned_at.reset();
      learned_.insert(id);
    }
    if (!is_fresh(facts, now_)) ask(*account, *network, session);
  }

  /// Waits for the answers. An answer may lead to another question: an old server's older address.
  void hear() {
    while (!asked_.empty() && !is_set(world_.stop)) {
      for (Completion& completion : world_.client.wait(std::chrono::milliseconds{250})) {
        const auto found = asked_.find(completion.id);
        if (found == asked_.end()) continue;
        const Question question = std::move(found->second);
        asked_.erase(found);
        if (!completion.result) continue;
        AccountFacts& facts = facts_[question.account->id];
        const auto before = facts.values;
        facts = question.network->learn(std::move(facts), question.request, *completion.result);
        if (completion.result->status != 200 && facts.values == before) continue;
        facts.learned_at = now_;
        learned_.insert(question.account->id);
        AccountSession session(*question.account, world_.tokens, world_.authorizer, world_.clock,
                               world_.random);
        ask(*question.account, *question.network, session);
      }
    }
    for (const auto& [transfer, question] : asked_) world_.client.cancel(transfer);
  }

  void keep() {
    for (const AccountId& id : learned_) world_.store.keep_facts(id, facts_[id]);
  }

  [[nodiscard]] std::map<AccountId, AccountFacts> take() { return std::move(facts_); }

 private:
  void ask(const Account& account, const Network& network, AccountSession& session) {
    for (Request& request : network.inquire(account, facts_[account.id])) {
      if (!said_.insert(account.id.value + " " + request.url).second) continue;
      request.timeout = std::chrono::seconds{10};
      auto ready = session.sign(request);
      if (!ready) continue;  // signed out: what is public will do
      const TransferId transfer = world_.client.start(*std::move(ready));
      asked_.emplace(transfer, Question{&account, &network, std::move(request)});
    }
  }

  const DeliveryWorld& world_;
  SysTime now_;
  std::map<AccountId, AccountFacts> facts_;
  std::unordered_map<TransferId, Question> asked_;
  std::set<std::string> said_;  ///< what has been asked in this run, once each
  std::set<AccountId> learned_;
};

}  // namespace

std::map<AccountId, AccountFacts> introduce(const std::set<AccountId>& accounts,
                                            const DeliveryWorld& world, bool keep) {
  Introduction introduction(world);
  for (const AccountId& id : accounts) introduction.add(id);
  introduction.hear();
  if (keep) introduction.keep();
  return introduction.take();
}

}  // namespace crier
