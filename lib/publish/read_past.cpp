#include "publish/read_past.h"

#include <algorithm>
#include <memory>

namespace crier {
namespace {

constexpr std::chrono::seconds look_timeout{10};
/// Where the ledger knows of no post for so long, older ones are not wanted either.
constexpr std::chrono::hours longest_back{31 * 24};
/// How far the clocks of two machines may differ.
constexpr std::chrono::minutes clock_tolerance{15};

/// Whether the next answer may be another one: not where a sign-in may not read.
bool is_passing(const Response& answer) {
  return answer.status < 400 || answer.status >= 500 || answer.status == 408 ||
         answer.status == 425 || answer.status == 429;
}

/// One account that is being asked.
class Question {
 public:
  Question(const Account& account, const Network& network, const DeliveryWorld& world)
      : account_(account),
        network_(network),
        facts_(world.store.account(account.id).facts),
        now_(world.clock.now()),
        session_(account, session_world(world)) {
    const auto posted = world.store.posted_between(account.id, now_ - longest_back, now_);
    since_ = (posted.empty() ? now_ - longest_back : posted.back()) - clock_tolerance;
  }

  /// Says whether an answer will come.
  bool ask() {
    auto request = network_.look_back(context(), {});
    if (!request) return false;
    request->timeout = look_timeout;
    // Who is signed out hears so when the post is to go out.
    return session_.start(*std::move(request)).has_value();
  }

  [[nodiscard]] std::optional<TransferId> transfer() const { return session_.transfer(); }

  /// What came of transfer(); nothing: there is another one.
  std::optional<Past> take(Result<Response> result) {
    const auto answer = session_.take(std::move(result));
    if (!answer) return std::nullopt;
    if (!*answer) {
      const Error& why = answer->error();
      return Past{{}, why, why.kind != ErrorKind::unauthorized && why.kind != ErrorKind::invalid};
    }
    auto page = network_.read_back(context(), **answer);
    if (page) return Past{*std::move(page), {}};
    Error why = std::move(page).error();
    session_.redact(why.message);
    return Past{{}, std::move(why), is_passing(**answer)};
  }

 private:
  [[nodiscard]] Context context() const { return {account_, facts_, now_, {}, 0, since_}; }

  const Account& account_;
  const Network& network_;
  AccountFacts facts_;
  SysTime now_, since_;
  AccountSession session_;
};

}  // namespace

std::map<AccountId, Past> read_past(const std::set<AccountId>& accounts,
                                    const DeliveryWorld& world) {
  std::map<AccountId, Past> known;
  std::map<AccountId, std::unique_ptr<Question>> asked;
  for (const AccountId& id : accounts) {
    const Account* account = world.config.account(id);
    const Network* network = account != nullptr ? world.network(account->network) : nullptr;
    if (network == nullptr) continue;
    auto question = std::make_unique<Question>(*account, *network, world);
    if (question->ask()) asked.emplace(id, std::move(question));
  }
  while (!asked.empty() && !is_set(world.stop)) {
    for (Completion& completion : world.client.wait(std::chrono::milliseconds{250})) {
      const auto found = std::ranges::find_if(
          asked, [&](const auto& entry) { return entry.second->transfer() == completion.id; });
      if (found == asked.end()) continue;
      auto past = found->second->take(std::move(completion.result));
      if (!past) continue;
      known.emplace(found->first, *std::move(past));
      asked.erase(found);
    }
  }
  for (const auto& [id, question] : asked) {
    if (question->transfer()) world.client.cancel(*question->transfer());
  }
  return known;
}

}  // namespace crier
