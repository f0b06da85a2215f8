#include "publish/attention.h"

#include <map>
#include <set>

#include "core/safe_text.h"
#include "publish/known_feeds.h"
#include "publish/polling.h"

namespace crier {
namespace {

constexpr std::size_t most_listed = 10'000;

std::string posts(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} post{}", count, count == 1 ? one : many);
}

std::string title_of(const Delivery& delivery) {
  constexpr std::size_t enough = 80;
  return beginning_of(delivery.item_title.empty() ? delivery.item_id : delivery.item_title, enough);
}

class Attention {
 public:
  explicit Attention(const AttentionQuestion& question)
      : question_(question), known_(question.config, question.store) {}

  std::vector<Finding> find() {
    for (const FeedConfig& feed : question_.config.feeds) look_at(feed);
    for (const FeedConfig& feed : question_.config.feeds)
      in_use_.insert(feed.accounts.begin(), feed.accounts.end());
    for (const Account& account : question_.config.accounts) look_at(account);
    look_at_what_waits();
    look_at_open();
    look_at_refused();
    return std::move(all_);
  }

 private:
  void add(std::string code, std::string subject, std::string sentence, std::string command,
           std::optional<SysTime> since) {
    all_.push_back({std::move(code), std::move(subject), std::move(sentence), std::move(command),
                    since, std::nullopt});
  }

  void look_at(const FeedConfig& feed) {
    const auto found = known_.states.find(feed.id);
    if (found == known_.states.end()) return;
    const FeedState& state = found->second;
    const std::string subject = "feed " + feed.id.value;
    if (state.gone_at) {
      add("feed-gone", subject, "its server says that it is gone for good",
          "crier feed resume " + feed.id.value, state.gone_at);
    } else if (const auto since = silent_since(state, feed, question_.now)) {
      add("feed-silent", subject, "has had nothing new for longer than expect_every", {}, since);
    } else if (state.shrunk_at) {
      add("feed-shrunk", subject, "its XML is not well-formed, and most of its items are missing",
          {}, state.shrunk_at);
    } else if (needs_person(state, feed, question_.now)) {
      add("feed-failing", subject, "cannot be read", "crier check", state.failing_since);
    }
  }

  void look_at(const Account& account) {
    if (!in_use_.contains(account.id) || !question_.sign_in) return;
    if (const auto why = question_.sign_in(account)) sign_in_ended(account.id, *why, std::nullopt);
  }

  void sign_in_ended(const AccountId& account, const Error& why, std::optional<SysTime> since) {
    if (!signed_out_.insert(account).second) return;
    add("account-signed-out", "account " + account.value, why.message,
        "crier auth login " + account.value, since);
  }

  void look_at_what_waits() {
    for (const Tally& tally : question_.store.tally()) {
      const FeedId feed = known_.in_config(tally.feed);
      if (tally.stage == Stage::held) {
        add("posts-held", "feed " + feed.value,
            posts(tally.count, " waits", "s wait") + " for a decision, to " + tally.account.value,
            "crier feed release " + feed.value, tally.oldest);
      } else if (tally.stage == Stage::uncertain) {
        add("posts-in-doubt", "account " + tally.account.value,
            posts(tally.count, " may", "s may") + " be public, and nobody can be asked",
            "crier resolve", tally.oldest);
      } else if (question_.config.account(tally.account) == nullptr) {
        add("account-gone", "account " + tally.account.value,
            posts(tally.count, " waits", "s wait") + " for it, and feeds.toml has it no more",
            "crier history --account " + tally.account.value, tally.oldest);
      }
    }
  }

  void look_at_open() {
    for (const Delivery& delivery : question_.store.open()) {
      if (question_.config.account(delivery.account) == nullptr) continue;
      const FeedConfig* feed = question_.config.feed(known_.in_config(delivery.feed));
      const std::string subject = "post " + delivery.id.value.substr(0, 8);
      const std::string title = title_of(delivery);
      const SysTime since = delivery.planned_at;
      if (feed != nullptr && feed->urgent) {
        add("post-urgent", subject, fmt::format("is urgent, and is not public: {}", title), {},
            since);
      } else if (!delivery.error) {
        continue;
      } else if (delivery.error->kind == ErrorKind::unauthorized) {
        sign_in_ended(delivery.account, *delivery.error, since);
      } else if (delivery.error->kind == ErrorKind::invalid) {
        add("account-refused", "account " + delivery.account.value, delivery.error->message, {},
            since);
      } else if (delivery.error->kind != ErrorKind::throttled &&
                 question_.now - since >= post_patience) {
        add("post-late", subject,
            fmt::format("has not gone out for hours: {}: {}", title, delivery.error->message), {},
            since);
      }
    }
  }

  void look_at_refused() {
    HistoryQuery query;
    query.is_untold = true;
    query.limit = most_listed;
    for (const Delivery& delivery : question_.store.history(query)) {
      const std::string id = delivery.id.value.substr(0, 8);
      all_.push_back(
          {"post-refused", "post " + id,
           fmt::format("was refused: {}: {}", title_of(delivery),
                       delivery.error ? delivery.error->message : std::string()),
           delivery.post.text.empty() ? std::string() : "crier resolve " + id + " --retry",
           delivery.settled_at, delivery.id});
    }
  }

  const AttentionQuestion& question_;
  KnownFeeds known_;
  std::set<AccountId> in_use_, signed_out_;
  std::vector<Finding> all_;
};

}  // namespace

bool needs_person(const FeedState& state, const FeedConfig& feed, SysTime now) {
  if (state.gone_at || state.shrunk_at || silent_since(state, feed, now)) return true;
  if (!state.failing_since) return false;
  const bool mends_itself =
      state.failure == ErrorKind::unavailable || state.failure == ErrorKind::throttled;
  return !mends_itself || has_failed_for_long(state, now);
}

std::vector<Finding> attention(const AttentionQuestion& question) {
  return Attention(question).find();
}

}  // namespace crier
