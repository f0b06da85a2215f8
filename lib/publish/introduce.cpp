#include "publish/introduce.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <unordered_map>

#include "plan/pace.h"
#include "publish/account_session.h"

namespace crier {
namespace {

constexpr std::chrono::hours fresh_for{24};

/// One account that is being asked about. What is signed goes through its session, one by one.
struct Acquaintance {
  const Account& account;
  const Network& network;
  AccountSession session;
  std::deque<Request> waiting = {};
  Request asked = {};               ///< by the session
  std::set<std::string> said = {};  ///< what has been asked in this run, once each
};

struct Question {
  Acquaintance* of;
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
    const Network* network = account != nullptr ? world_.network(account->network) : nullptr;
    if (network == nullptr) return;
    AccountFacts& facts = facts_[id] = world_.store.account(id).facts;
    // What was noted before the account was met, of its sign-in, is of no server yet.
    const std::string server = facts.values["server"];
    if (!server.empty() && server != account->server) facts = {};
    facts.values["server"] = account->server;
    auto& who = known_[id];
    who.reset(new Acquaintance{*account, *network, {*account, session_world(world_)}});
    const Credentials* known = network->traits().sign_in == SignIn::none
                                   ? nullptr
                                   : who->session.credentials().value_or(nullptr);
    // The sign-in knows best whose account this is; another person may have signed in since. A
    // token that comes without an id, from the environment, may be another account's today.
    if (known != nullptr && facts.values["account_id"] != known->account_id) {
      facts.values["account_id"] = known->account_id;
      facts.learned_at.reset();
      learned_.insert(id);
    }
    if (known != nullptr) {
      for (const auto& [name, value] :
           {std::pair{"service", &known->server}, std::pair{"handle", &known->handle}}) {
        if (facts.values[name] == *value) continue;
        facts.values[name] = *value;
        learned_.insert(id);
      }
    }
    // A server that asked for a pause is not asked who we are either.
    if (const auto pause = world_.store.account(id).pause; pause && must_wait(pause->until, now_))
      return;
    if (!is_fresh(facts, now_)) ask(*who);
  }

  /// Waits for the answers. An answer may lead to another question: an old server's older address.
  void hear() {
    while (is_waiting() && !is_set(world_.stop)) {
      for (Completion& completion : world_.client.wait(std::chrono::milliseconds{250})) {
        if (const auto found = asked_.find(completion.id); found != asked_.end()) {
          const Question question = std::move(found->second);
          asked_.erase(found);
          if (completion.result) learn(*question.of, question.request, *completion.result);
          continue;
        }
        for (auto& [id, who] : known_) {
          if (who->session.transfer() == completion.id) hear_session(*who, completion.result);
        }
      }
    }
    for (const auto& [transfer, question] : asked_) world_.client.cancel(transfer);
    for (const auto& [id, who] : known_) {
      if (who->session.transfer()) world_.client.cancel(*who->session.transfer());
    }
  }

  void keep() {
    Batch batch;
    for (const AccountId& id : learned_) batch.facts[id] = facts_[id];
    world_.store.put(batch, now_);
  }

  [[nodiscard]] std::map<AccountId, AccountFacts> take() { return std::move(facts_); }

 private:
  [[nodiscard]] bool is_waiting() const {
    return !asked_.empty() || std::ranges::any_of(known_, [](const auto& entry) {
      return entry.second->session.transfer().has_value();
    });
  }

  void ask(Acquaintance& who) {
    for (Request& request : who.network.inquire(who.account, facts_[who.account.id])) {
      if (!who.said.insert(request.url).second) continue;
      request.timeout = std::chrono::seconds{10};
      if (request.sign) {
        who.waiting.push_back(std::move(request));
      } else {
        const TransferId transfer = world_.client.start(request);
        asked_.emplace(transfer, Question{&who, std::move(request)});
      }
    }
    ask_signed(who);
  }

  void ask_signed(Acquaintance& who) {
    while (!who.session.transfer() && !who.waiting.empty()) {
      who.asked = std::move(who.waiting.front());
      who.waiting.pop_front();
      // Signed out: what is public will do.
      if (!who.session.start(who.asked)) who.waiting.clear();
    }
  }

  void hear_session(Acquaintance& who, Result<Response>& result) {
    auto end = who.session.take(std::move(result));
    if (end && *end) learn(who, who.asked, **end);
    ask_signed(who);
  }

  void learn(Acquaintance& who, const Request& asked, const Response& answer) {
    AccountFacts& facts = facts_[who.account.id];
    const auto before = facts.values;
    facts = who.network.learn(std::move(facts), asked, answer);
    if (answer.status != 200 && facts.values == before) return;
    facts.learned_at = now_;
    learned_.insert(who.account.id);
    ask(who);
  }

  const DeliveryWorld& world_;
  SysTime now_;
  std::map<AccountId, AccountFacts> facts_;
  std::map<AccountId, std::unique_ptr<Acquaintance>> known_;
  std::unordered_map<TransferId, Question> asked_;  ///< unsigned
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
