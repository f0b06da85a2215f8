#include "publish/rebuild.h"

#include <algorithm>
#include <limits>
#include <set>
#include <span>

#include "core/utf8.h"
#include "plan/plan.h"
#include "publish/account_session.h"
#include "publish/gather.h"
#include "publish/introduce.h"
#include "publish/known_feeds.h"
#include "publish/rebuild_match.h"

namespace crier {
namespace {

/// A post may be older than the date of its item: some systems renew it with every edit.
constexpr std::chrono::hours date_tolerance{31 * 24};

/// Pages may hold little or nothing but replies.
constexpr std::size_t most_pages = 20;

/// Waits for one answer.
Result<Response> fetch_one(const DeliveryWorld& world, AccountSession& session, Request request) {
  if (auto begun = session.start(std::move(request)); !begun) return Failure(begun.error());
  while (!is_set(world.stop)) {
    for (Completion& completion : world.client.wait(std::chrono::milliseconds{250})) {
      if (completion.id != session.transfer()) continue;
      if (auto end = session.take(std::move(completion.result))) return *std::move(end);
      break;
    }
  }
  if (session.transfer()) world.client.cancel(*session.transfer());
  return fail(ErrorKind::unavailable, "stopped before it answered");
}

/// Reads an account's posts, page by page.
class LookBack {
 public:
  LookBack(const Account& account, const AccountFacts& facts, const DeliveryWorld& world)
      : network_(*world.network(account.network)),
        context_{account, facts, world.clock.now(), {}},
        session_(account, session_world(world)),
        world_(world) {}

  /// `oldest`: of the items that are looked for; nothing: unknown.
  Result<std::vector<PastPost>> read(std::optional<SysTime> oldest) {
    std::string cursor;
    do {
      auto page = read_page(cursor);
      if (!page) return Failure(std::move(page).error());
      const std::size_t before = posts_.size();
      for (PastPost& post : page->posts) {
        if (seen_.insert(post.remote_id).second) posts_.push_back(std::move(post));
      }
      // Some servers show the same page again, whatever they are asked for.
      const bool is_last = page->next.empty() || page->next == cursor ||
                           (posts_.size() == before && !page->posts.empty());
      is_complete = !is_last || posts_.size() < most_read_back;
      if (is_last || (oldest && reaches_before(*oldest - date_tolerance))) return posts_;
      cursor = std::move(page->next);
    } while (posts_.size() < most_read_back && ++pages_ < most_pages);
    is_complete = false;
    return posts_;
  }

  bool is_complete = true;

 private:
  [[nodiscard]] Result<PastPage> read_page(const std::string& cursor) {
    auto request = network_.look_back(context_, cursor);
    if (!request) {
      return fail(ErrorKind::unavailable,
                  "its posts cannot be read back: its server did not say which account this is, or "
                  "the network \"{}\" has no list of them. Nothing was changed",
                  network_.traits().name);
    }
    const auto answer = fetch_one(world_, session_, *std::move(request));
    if (!answer) return Failure(answer.error());
    return network_.read_back(context_, *answer);
  }

  [[nodiscard]] bool reaches_before(SysTime time) const {
    return !posts_.empty() && posts_.back().at && *posts_.back().at < time;
  }

  const Network& network_;
  Context context_;
  AccountSession session_;
  const DeliveryWorld& world_;
  std::vector<PastPost> posts_;
  std::set<std::string> seen_;
  std::size_t pages_ = 0;
};

/// The date of the oldest item of all feeds; nothing if one has no date.
std::optional<SysTime> oldest_item(const std::vector<Gathered>& feeds) {
  std::optional<SysTime> oldest;
  for (const Gathered& feed : feeds) {
    for (const FreshItem& fresh : feed.fresh.items) {
      const auto& date = fresh.item.published ? fresh.item.published : fresh.item.updated;
      if (!date) return std::nullopt;
      if (!oldest || *date < *oldest) oldest = *date;
    }
  }
  return oldest;
}

/// Works out what one feed's plan is, with the account's posts at hand.
class FeedRebuild {
 public:
  FeedRebuild(const AccountId& account, const Gathered& gathered, const KnownFeeds& known,
              const Template& text_template, const std::map<AccountId, TextRules>& rules,
              const DeliveryWorld& world)
      : account_(account),
        gathered_(gathered),
        before_(known.states.contains(gathered.feed->id) ? &known.states.at(gathered.feed->id)
                                                         : nullptr),
        id_name_(id_name_of(gathered.feed->id, known.states)),
        name_in_ledger_(known.in_ledger(gathered.feed->id)),
        text_template_(text_template),
        rules_(rules),
        world_(world),
        now_(world.clock.now()) {
    report.id = gathered.feed->id;
    report.error = gathered.error;
    report.items = gathered.fresh.total;
    // gather gives the oldest first; the newest is the first to claim a post here.
    items_.assign(gathered.fresh.items.rbegin(), gathered.fresh.items.rend());
    for (const FreshItem& item : items_) {
      written_.push_back(write_post(account_, item));
      recorded_.push_back(recorded(item, account_));
    }
  }

  void add_candidates(std::vector<Candidate>& all, std::size_t group) const {
    for (std::size_t rank = 0; rank < items_.size(); ++rank) {
      // One that is settled needs no post, and may not take another item's.
      if (!may_match(rank)) continue;
      const Post& post = recorded_[rank] ? recorded_[rank]->post : written_[rank].post;
      all.push_back({items_[rank].item.link, post, group});
    }
  }

  /// Takes as many matches as add_candidates gave candidates. Nothing: there is nothing to write.
  std::optional<FeedPlan> plan(std::span<const std::optional<std::size_t>> matches,
                               const std::vector<PastPost>& posts) {
    std::vector<const PastPost*> found(items_.size(), nullptr);
    std::size_t newest = items_.size();
    for (std::size_t rank = items_.size(); rank-- > 0;) {
      if (may_match(rank)) {
        if (matches.back()) found[rank] = &posts[*matches.back()];
        matches = matches.first(matches.size() - 1);
      }
      if (found[rank] != nullptr || is_published(recorded_[rank])) newest = rank;
    }
    if (newest == items_.size()) return std::nullopt;
    for (std::size_t rank = 0; rank < items_.size(); ++rank) {
      take(rank, found[rank], rank > newest);
    }
    plan_.state = before_ != nullptr ? *before_ : FeedState{};
    plan_.state.id = gathered_.feed->id;
    if (id_name_ != plan_.state.id) plan_.state.ids_of = id_name_.value;
    if (plan_.state.url.empty()) plan_.state.url = gathered_.feed->url;
    if (!is_seeded()) plan_.state.seeded_at = now_;
    if (is_seeded() && plan_.names.empty() && plan_.deliveries.empty()) return std::nullopt;
    return std::move(plan_);
  }

  RebuiltFeed report;
  std::vector<FoundReceipt> settled;

 private:
  [[nodiscard]] bool is_seeded() const { return before_ != nullptr && before_->seeded_at; }

  [[nodiscard]] static bool is_published(const std::optional<Delivery>& delivery) {
    return delivery && delivery->stage == Stage::published;
  }

  /// Not what has ended. What is open may have gone out from the ledger that was lost.
  [[nodiscard]] bool may_match(std::size_t rank) const {
    if (!recorded_[rank]) return true;
    const Stage stage = recorded_[rank]->stage;
    return stage != Stage::published && stage != Stage::rejected && stage != Stage::dropped;
  }

  /// The ledger's delivery of that item; nothing if it has none.
  [[nodiscard]] std::optional<Delivery> recorded(const FreshItem& item,
                                                 const AccountId& account) const {
    for (const std::string& name : item.identity.names) {
      HistoryQuery query;
      query.id_prefix = delivery_id(id_name_, name, account).value;
      query.limit = 1;
      auto known = world_.store.history(query);
      if (!known.empty()) return std::move(known.front());
    }
    return std::nullopt;
  }

  /// What `account` would say about an item today, whatever it says about the others: a plan for
  /// all of them leaves out what reads the same.
  [[nodiscard]] Delivery write_post(const AccountId& account, const FreshItem& item) const {
    Fresh fresh;
    fresh.items = {item};
    FeedConfig feed = *gathered_.feed;
    feed.accounts = {account};
    PlanQuestion question{feed,
                          text_template_,
                          gathered_.language,
                          rules_,
                          world_.config,
                          now_,
                          [](const DeliveryId&) { return false; }};
    question.ids_of = id_name_;
    Plan plan = make_plan(fresh, question);
    CRIER_ENSURE(plan.deliveries.size() == 1, "one item for one account is one delivery");
    return std::move(plan.deliveries.front());
  }

  void take(std::size_t rank, const PastPost* post, bool is_older) {
    const FreshItem& item = items_[rank];
    const bool known = world_.store.seen_on(name_in_ledger_, item.identity.chosen).has_value();
    if (post != nullptr) {
      ++report.found;
      if (!known) remember(item);
      if (recorded_[rank]) {
        settled.push_back({recorded_[rank]->id, {post->remote_id, post->url}});
        ++report.recorded;
        return;
      }
      record(written_[rank], *post);
      if (is_seeded() && !known) owe_to_others(item);
    } else if (recorded_[rank]) {
      if (is_published(recorded_[rank])) ++report.found;
    } else if (is_older) {
      // In a feed that the ledger knows, whatever it does not know is news.
      if (known || is_seeded()) return;
      remember(item);
      ++report.history;
    } else if (!known) {
      ++report.news;
    } else if (others_have(item)) {
      owe(written_[rank]);
    } else {
      ++report.passed;
    }
  }

  void remember(const FreshItem& item) {
    plan_.names.insert(plan_.names.end(), item.identity.names.begin(), item.identity.names.end());
  }

  void record(Delivery delivery, const PastPost& post) {
    delivery.stage = Stage::published;
    delivery.error.reset();
    delivery.remote_id = post.remote_id;
    delivery.url = post.url;
    delivery.planned_at = std::min(post.at.value_or(now_), now_);
    delivery.settled_at = delivery.planned_at;
    if (delivery.post.text.empty()) delivery.post.text = to_valid_utf8(post.text);
    plan_.deliveries.push_back(std::move(delivery));
    ++report.recorded;
  }

  [[nodiscard]] bool others_have(const FreshItem& item) const {
    return std::ranges::any_of(gathered_.feed->accounts, [&](const AccountId& other) {
      return other != account_ && is_published(recorded(item, other));
    });
  }

  void owe_to_others(const FreshItem& item) {
    for (const AccountId& other : gathered_.feed->accounts) {
      if (other == account_ || recorded(item, other)) continue;
      Delivery delivery = write_post(other, item);
      // Whether that account has said it, nobody has looked: it may not be said twice, nor lost.
      if (delivery.stage == Stage::planned) {
        delivery.stage = Stage::held;
        delivery.error = Error{ErrorKind::rejected,
                               fmt::format("{0} has announced it, and whether {1} has is not "
                                           "known: crier history rebuild --account {1} looks",
                                           account_.value, other.value)};
      }
      owe(std::move(delivery));
    }
  }

  void owe(Delivery delivery) {
    plan_.deliveries.push_back(std::move(delivery));
    ++report.planned;
  }

  const AccountId& account_;
  const Gathered& gathered_;
  const FeedState* before_;
  FeedId id_name_, name_in_ledger_;
  const Template& text_template_;
  const std::map<AccountId, TextRules>& rules_;
  const DeliveryWorld& world_;
  SysTime now_;
  std::vector<FreshItem> items_;  ///< newest first; the two that follow go by its positions
  std::vector<Delivery> written_;
  std::vector<std::optional<Delivery>> recorded_;  ///< what the ledger has
  FeedPlan plan_;
};

/// Every feed of the account, as it is now: asked for without conditions, and with every item.
std::vector<Gathered> gather_all(const std::vector<const FeedConfig*>& feeds,
                                 const DeliveryWorld& world) {
  const std::map<FeedId, FeedState> none;
  constexpr std::size_t every_item = std::numeric_limits<std::size_t>::max();
  const GatherQuestion question{world.config,
                                feeds,
                                none,
                                every_item,
                                false,
                                true,
                                [](const FeedId&, std::string_view) { return std::nullopt; },
                                {},
                                world.stop};
  return gather(question, world.client, world.clock, world.random);
}

std::map<AccountId, AccountFacts> meet(const Account& account,
                                       const std::vector<const FeedConfig*>& feeds,
                                       const DeliveryWorld& world) {
  std::set<AccountId> accounts{account.id};
  for (const FeedConfig* feed : feeds)
    accounts.insert(feed->accounts.begin(), feed->accounts.end());
  return introduce(accounts, world, /*keep=*/false);
}

/// Errors: unauthorized.
Result<void> check_sign_in(const Account& account, const DeliveryWorld& world) {
  if (world.network(account.network)->traits().sign_in == SignIn::none) return {};
  const auto known = world.tokens.load(account.id);
  if (!known) return Failure(known.error());
  return {};
}

}  // namespace

RebuildReport rebuild(const Account& account, const Templates& templates,
                      const DeliveryWorld& world) {
  RebuildReport report;
  if (const auto signed_in = check_sign_in(account, world); !signed_in) {
    report.problem = signed_in.error();
    return report;
  }
  std::vector<const FeedConfig*> feeds;
  for (const FeedConfig& feed : world.config.feeds) {
    if (std::ranges::find(feed.accounts, account.id) != feed.accounts.end()) feeds.push_back(&feed);
  }
  const auto facts = meet(account, feeds, world);
  const std::vector<Gathered> gathered = gather_all(feeds, world);
  LookBack look_back(account, facts.at(account.id), world);
  const auto posts = look_back.read(oldest_item(gathered));
  if (!posts) {
    report.problem = posts.error();
    return report;
  }
  report.posts_read = posts->size();
  report.is_complete = look_back.is_complete;

  std::map<AccountId, TextRules> rules;
  for (const auto& [id, known] : facts) {
    const Account* each = world.config.account(id);
    rules[id] = world.network(each->network)->rules(*each, known);
  }
  const KnownFeeds known(world.config, world.store);
  std::vector<FeedRebuild> rebuilds;
  std::vector<Candidate> candidates;
  std::vector<std::size_t> ends;
  for (const Gathered& feed : gathered) {
    rebuilds.emplace_back(account.id, feed, known, templates.at(feed.feed->id), rules, world);
    rebuilds.back().add_candidates(candidates, ends.size());
    ends.push_back(candidates.size());
  }
  const Network& network = *world.network(account.network);
  const Context context{
      account, facts.at(account.id), world.clock.now(),
      [&](const std::string& id) { return world.store.has_receipt(account.id, id); }};
  const auto matches = match_posts(candidates, *posts, [&](const PastPost& post) {
    return !network.is_anothers(context, post.remote_id, post.url);
  });
  std::size_t begin = 0;
  for (std::size_t i = 0; i < rebuilds.size(); ++i) {
    auto plan = rebuilds[i].plan(std::span(matches).subspan(begin, ends[i] - begin), *posts);
    if (plan) report.plans.push_back(*std::move(plan));
    report.receipts.insert(report.receipts.end(), rebuilds[i].settled.begin(),
                           rebuilds[i].settled.end());
    report.feeds.push_back(std::move(rebuilds[i].report));
    begin = ends[i];
  }
  return report;
}

}  // namespace crier
