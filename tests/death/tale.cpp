#include "death/tale.h"

#include <algorithm>

#include "support/ledger_words.h"
#include "support/quiet.h"

namespace crier {
namespace {

using std::chrono::hours;

void three_new_items(Newsroom& room) {
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  room.add_item("Planning officer");
}

/// A rebuilt website: so many new items at once that it must be a mistake.
void a_flood(Newsroom& room) {
  for (int i = 0; i < 12; ++i) room.add_item("Vacancy " + std::to_string(i));
}

/// A moved website: the items that are known, under new guids, and one that is new.
void a_move(Newsroom& room) {
  room.add_item("Librarian");
  room.site.on("GET https://www.example.gov.uk/jobs.xml",
               [&room](const Request&) -> Result<Response> {
                 std::string feed = room.rss();
                 for (std::size_t at = 0; (at = feed.find(">job-", at)) != std::string::npos;) {
                   feed.replace(at, 5, ">post-");
                 }
                 return FakeSite::respond(200, feed, {{"Content-Type", "application/rss+xml"}});
               });
}

void release_all(Newsroom& room) {
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  (void)release(store, {"jobs"}, room.clock.now());
}

/// Posts waited for a server for more than a week; then it is well again, and there is news.
void a_long_wait(Newsroom& room) {
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
  };
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  room.run();
  room.mastodon.before = nullptr;
  room.clock.advance(hours{8 * 24});
  room.add_item("Planning officer");
}

void slow_speech(Newsroom& room) {
  for (Account& account : room.config.accounts) {
    account.pace.per_run = 2;
    account.pace.min_gap = std::chrono::minutes{10};
  }
  three_new_items(room);
}

std::vector<Delivery> everything(const Newsroom& room) {
  HistoryQuery all;
  all.limit = 1000;
  return SqliteStore(room.config.state, SqliteStore::Access::read).history(all);
}

std::string expected_text(const Newsroom& room, std::size_t item) {
  return fmt::format("New job: {} https://www.example.gov.uk/jobs/{}", room.items[item], item);
}

/// One account's posts against its part of the ledger.
struct Audit {
  const FarSide& side;
  const Story& story;
  std::map<std::string, int> published;
  std::vector<Delivery> ledger;
  Told& told;

  void trouble(const std::string& what, const std::string& text) const {
    told.trouble += fmt::format("{}, {}: {}: {}\n", side.network, side.behaviour, what, text);
  }

  void count_posts() const {
    for (const auto& [text, times] : published) {
      told.count.posts += static_cast<std::size_t>(times);
      if (times == 1) continue;
      told.count.duplicates += static_cast<std::size_t>(times - 1);
      trouble(fmt::format("is public {} times", times), text);
    }
  }

  [[nodiscard]] bool is_public(const std::string& text) const { return published.contains(text); }

  /// Each delivery ended as the far side says.
  void check_ledger() const {
    for (const Delivery& delivery : ledger) {
      const std::string& text = delivery.post.text;
      switch (delivery.stage) {
        case Stage::published:
          if (is_public(text)) continue;
          ++told.count.losses;
          trouble("is published by the ledger, and not public", text);
          continue;
        case Stage::uncertain:
          ++told.count.uncertain;
          if (!side.can_be_asked) continue;
          trouble("was left uncertain", text);
          continue;
        case Stage::rejected:
          if (story.may_be_refused && !is_public(text)) continue;
          ++told.count.losses;
          trouble("was refused", text);
          continue;
        case Stage::planned:
        case Stage::preparing:
        case Stage::publishing:
        case Stage::held:
        case Stage::dropped:
          ++told.count.losses;
          trouble(fmt::format("is left {}", name_of(delivery.stage)), text);
      }
    }
  }

  /// Nothing of the feed is missing in the ledger.
  void check_items(const Newsroom& room) const {
    for (std::size_t item = 1; item < room.items.size(); ++item) {
      const std::string text = expected_text(room, item);
      if (std::ranges::any_of(ledger, [&](const auto& d) { return d.post.text == text; })) continue;
      ++told.count.losses;
      trouble("was never planned", text);
    }
  }
};

void count(const Newsroom& room, const Story& story, const std::vector<const FarSide*>& sides,
           const std::vector<std::shared_ptr<void>>& kept, Told& told) {
  const std::vector<Delivery> ledger = everything(room);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    Audit audit{*sides[i], story, sides[i]->published(room, kept[i].get()), {}, told};
    for (const Delivery& delivery : ledger) {
      if (delivery.account == sides[i]->account) audit.ledger.push_back(delivery);
    }
    audit.count_posts();
    audit.check_ledger();
    audit.check_items(room);
  }
}

}  // namespace

Count& Count::operator+=(const Count& more) {
  tales += more.tales;
  kills += more.kills;
  faults += more.faults;
  posts += more.posts;
  duplicates += more.duplicates;
  losses += more.losses;
  uncertain += more.uncertain;
  return *this;
}

const std::vector<Story>& stories() {
  static const Deed publishes_and_releases = [](Newsroom& room, Store& store, HttpClient& client) {
    (void)room.run(store, client);
    (void)release(store, {"jobs"}, room.clock.now());
    (void)room.run(store, client);
  };
  static const std::vector<Story> all{
      {"news", three_new_items},
      {"a flood", a_flood, publishes_and_releases, release_all},
      {"a moved website", a_move, publishes_and_releases, release_all},
      {"stale posts", a_long_wait, publishes, nullptr, true},
      {"a slow pace", slow_speech},
  };
  return all;
}

Told Teller::tell(const Story& story, const std::vector<const FarSide*>& sides,
                  const Deaths& deaths) {
  Told told;
  told.count.tales = 1;
  Newsroom room;
  std::vector<std::shared_ptr<void>> kept;
  room.config.feeds[0].accounts.clear();
  for (const FarSide* side : sides) {
    kept.push_back(side->arrange(room));
    room.config.feeds[0].accounts.push_back(side->account);
  }
  room.add_item("Gritter driver");
  room.run();
  story.happens(room);
  for (const int moment : deaths.moments) {
    const LifeEnd end = lives_.live(room, story.deed, moment, deaths.in_the_disk);
    if (told.moments == 0) told.moments = end.moments;
    if (end.killed) ++told.count.kills;
    if (!end.trouble.empty()) told.trouble += "a life ended with " + end.trouble + "\n";
    room.clock.advance(deaths.apart);
  }
  room.run();
  if (story.in_the_end != nullptr) story.in_the_end(room);
  run_until_quiet(room);
  count(room, story, sides, kept, told);
  return told;
}

}  // namespace crier
