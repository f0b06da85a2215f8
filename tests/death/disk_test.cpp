// Disks that fail, fill up or lose power under the ledger. Afterwards each item is public exactly
// once, nothing is lost, and nothing was sent that was not written down before.
#include <gtest/gtest.h>

#include <algorithm>

#include "death/report.h"
#include "support/quiet.h"
#include "support/unsteady_disk.h"

namespace crier {
namespace {

using Unsynced = UnsteadyDisk::Unsynced;

/// More steps than any run has.
constexpr int no_end = 2000;

std::string integrity_of(const std::filesystem::path& ledger) {
  sqlite3* database = nullptr;
  std::string said;
  if (sqlite3_open_v2(ledger.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0];
      return 0;
    };
    (void)sqlite3_exec(database, "PRAGMA integrity_check", take, &said, nullptr);
  }
  (void)sqlite3_close(database);
  return said;
}

/// A room whose feed is known, with three items that are news.
void prepare(Newsroom& room) {
  room.add_item("Gritter driver");
  room.run();
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  room.add_item("Planning officer");
}

void count_into(Count& count, const std::map<std::string, int>& published, std::size_t items) {
  EXPECT_EQ(published.size(), items);
  count.losses += items - std::min(items, published.size());
  for (const auto& [text, times] : published) {
    EXPECT_EQ(times, 1) << text;
    count.posts += static_cast<std::size_t>(times);
    count.duplicates += static_cast<std::size_t>(times - 1);
  }
}

/// The disk is well again: whatever had happened, all ends well.
void expect_a_good_end(Newsroom& room, Count& count, std::size_t items = 3) {
  run_until_quiet(room);
  ++count.tales;
  ++count.faults;
  count_into(count, room.on_mastodon(), items);
  count_into(count, room.in_outbox(), items);
  EXPECT_EQ(room.open_deliveries(), 0U);
  EXPECT_EQ(integrity_of(room.config.state), "ok");
}

/// Whatever is public was written down as `publishing` before, at least.
void expect_written_down(const Newsroom& room) {
  HistoryQuery all;
  all.limit = 1000;
  std::map<AccountId, std::map<std::string, int>> may_be_public;
  for (const Delivery& delivery :
       SqliteStore(room.config.state, SqliteStore::Access::read).history(all)) {
    if (delivery.stage == Stage::publishing || delivery.stage == Stage::published) {
      ++may_be_public[delivery.account][delivery.post.text];
    }
  }
  for (const auto& [text, times] : room.on_mastodon()) {
    EXPECT_TRUE(may_be_public[{"town-hall"}].contains(text)) << text;
  }
  for (const auto& [text, times] : room.in_outbox()) {
    EXPECT_TRUE(may_be_public[{"noticeboard"}].contains(text)) << text;
  }
}

struct Fault {
  std::string name;
  int code;
  bool for_good;  ///< every later step fails, too, until the run has ended
};

class FailingDisk : public testing::TestWithParam<Fault> {
 protected:
  /// One run whose `n`th step on the disk fails. False: it has fewer steps.
  static bool run_and_fail(Newsroom& room, UnsteadyDisk& disk, int n) {
    int steps = 0;
    bool failed = false;
    bool was_in_run = false;
    std::size_t asked = 0;
    disk.before = [&](DiskStep) {
      if (++steps < n || (failed && !GetParam().for_good)) return SQLITE_OK;
      if (!failed) asked = room.site.asked.size();
      failed = true;
      return GetParam().code;
    };
    bool has_thrown = false;
    try {
      SqliteStore store(room.config.state, SqliteStore::Access::write);
      SiteClient far(room.site, room.clock);
      OutboxClient client(far, room.clock);
      room.run(store, client);
      was_in_run = failed;
    } catch (const StoreError& problem) {
      has_thrown = true;
      EXPECT_NE(std::string(problem.what()).find(room.config.state.string()), std::string::npos);
    }
    disk.before = nullptr;
    EXPECT_FALSE(was_in_run) << "the ledger could not be written, and the run went on";
    EXPECT_TRUE(!has_thrown || room.site.asked.size() == asked) << "a request left afterwards";
    return failed;
  }
};

TEST_P(FailingDisk, EndsTheRunAndLosesNothing) {
  Count count;
  bool goes_on = true;
  int n = 1;
  for (; goes_on && n < no_end && !HasFailure(); ++n) {
    SCOPED_TRACE("step " + std::to_string(n));
    Newsroom room;
    UnsteadyDisk disk;
    prepare(room);
    goes_on = run_and_fail(room, disk, n);
    expect_written_down(room);
    expect_a_good_end(room, count);
  }
  EXPECT_FALSE(goes_on);
  EXPECT_GT(n, 40) << "a run has more steps on the disk than that";
  DeathReport::get().add("disk: " + GetParam().name, count);
}

std::string name_of_fault(const testing::TestParamInfo<Fault>& param) {
  std::string name = param.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Disk, FailingDisk,
                         testing::Values(Fault{"one error", SQLITE_IOERR_WRITE, false},
                                         Fault{"errors from then on", SQLITE_IOERR_FSYNC, true},
                                         Fault{"full once", SQLITE_FULL, false},
                                         Fault{"full from then on", SQLITE_FULL, true}),
                         name_of_fault);

struct PowerIsOut {};

/// Counts the points at which the power can go, and cuts it at one of them: what the disk holds
/// then is kept, and the run gets no further.
class Power {
 public:
  Power(UnsteadyDisk& disk, int cut_at, Unsynced unsynced)
      : disk_(disk), cut_at_(cut_at), unsynced_(unsynced), chance_(static_cast<unsigned>(cut_at)) {
    disk.before = [this](DiskStep step) {
      if (step == DiskStep::sync || unsynced_ == Unsynced::some) pass();
      return is_out_ ? SQLITE_IOERR : SQLITE_OK;
    };
    disk.after = [this](DiskStep step) {
      if (step == DiskStep::sync) pass();
    };
  }
  ~Power() { disk_.before = nullptr, disk_.after = nullptr; }
  Power(const Power&) = delete;
  Power& operator=(const Power&) = delete;

  void pass() {
    if (is_out_ || ++points_ != cut_at_) return;
    is_out_ = true;
    images_ = disk_.after_power_cut(unsynced_, chance_);
  }
  void pass_or_throw() {
    pass();
    if (is_out_) throw PowerIsOut{};
  }
  [[nodiscard]] bool is_out() const { return is_out_; }
  [[nodiscard]] const std::map<std::string, std::string>& images() const { return images_; }

 private:
  UnsteadyDisk& disk_;
  int cut_at_;
  Unsynced unsynced_;
  std::mt19937 chance_;
  int points_ = 0;
  bool is_out_ = false;
  std::map<std::string, std::string> images_;
};

/// Loses power before a request leaves, when it is on its way, or with its answer.
class PoweredClient final : public HttpClient {
 public:
  PoweredClient(HttpClient& to, Power& power) : to_(to), power_(power) {}
  TransferId start(Request request) override {
    power_.pass_or_throw();
    const TransferId id = to_.start(std::move(request));
    power_.pass_or_throw();
    return id;
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    auto ended = to_.wait(at_most);
    if (!ended.empty()) power_.pass_or_throw();
    return ended;
  }
  void cancel(TransferId id) override { to_.cancel(id); }

 private:
  HttpClient& to_;
  Power& power_;
};

/// One run that loses power at its `n`th point. False: it has fewer.
bool run_and_cut(Newsroom& room, UnsteadyDisk& disk, int n, Unsynced unsynced) {
  Power power(disk, n, unsynced);
  try {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    SiteClient far(room.site, room.clock);
    OutboxClient outbox(far, room.clock);
    PoweredClient client(outbox, power);
    room.run(store, client);
  } catch (const StoreError&) {
    EXPECT_TRUE(power.is_out());
  } catch (const PowerIsOut&) {
  }
  if (!power.is_out()) return false;
  restore_after_power_cut(room.config.state.string(), power.images());
  return true;
}

class PowerCut : public testing::TestWithParam<Unsynced> {};

TEST_P(PowerCut, LosesNothingAndRepeatsNothing) {
  Count count;
  bool goes_on = true;
  int n = 1;
  for (; goes_on && n < no_end && !HasFailure(); ++n) {
    SCOPED_TRACE("point " + std::to_string(n));
    Newsroom room;
    {
      UnsteadyDisk disk;
      prepare(room);
      goes_on = run_and_cut(room, disk, n, GetParam());
    }
    EXPECT_EQ(integrity_of(room.config.state), "ok");
    expect_written_down(room);
    expect_a_good_end(room, count);
  }
  EXPECT_GT(n, 40) << "a run has more points than that";
  DeathReport::get().add(
      fmt::format("power cut: {}", GetParam() == Unsynced::none  ? "what was not synced is gone"
                                   : GetParam() == Unsynced::all ? "what was not synced is there"
                                                                 : "parts of it are there"),
      count);
}

TEST_P(PowerCut, InTheFirstRunOfAllAnnouncesNothingThatWasThere) {
  Count count;
  bool goes_on = true;
  for (int n = 1; goes_on && n < no_end && !HasFailure(); ++n) {
    SCOPED_TRACE("point " + std::to_string(n));
    Newsroom room;
    room.add_item("Gritter driver");
    {
      UnsteadyDisk disk;
      goes_on = run_and_cut(room, disk, n, GetParam());
    }
    run_until_quiet(room);
    EXPECT_TRUE(room.on_mastodon().empty());
    room.add_item("Librarian");
    expect_a_good_end(room, count, 1);
  }
}

std::string name_of_cut(const testing::TestParamInfo<Unsynced>& param) {
  switch (param.param) {
    case Unsynced::none: return "WhatWasNotSyncedIsGone";
    case Unsynced::all: return "WhatWasNotSyncedIsThere";
    case Unsynced::some: return "PartsOfItAreThere";
  }
  return {};
}
INSTANTIATE_TEST_SUITE_P(Disk, PowerCut,
                         testing::Values(Unsynced::none, Unsynced::all, Unsynced::some),
                         name_of_cut);

/// Looks, whenever a post leaves, whether a power cut at that very moment would leave it known.
class WatchfulClient final : public HttpClient {
 public:
  WatchfulClient(HttpClient& to, const UnsteadyDisk& disk, std::string ledger)
      : to_(to), disk_(disk), ledger_(std::move(ledger)) {}
  TransferId start(Request request) override {
    if (request.method == Method::post) look(request);
    return to_.start(std::move(request));
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    return to_.wait(at_most);
  }
  void cancel(TransferId id) override { to_.cancel(id); }
  int posts = 0;

 private:
  void look(const Request& request) {
    ++posts;
    TempDir aside;
    std::map<std::string, std::string> images;
    const std::string copy = (aside.path() / "crier.db").string();
    std::mt19937 chance(1);  // NOLINT(cert-msc51-cpp,cert-msc32-c): nothing is left to it
    for (auto& [path, content] : disk_.after_power_cut(Unsynced::none, chance)) {
      if (path.starts_with(ledger_)) images[copy + path.substr(ledger_.size())] = content;
    }
    restore_after_power_cut(copy, images);
    std::string sent = request.body;
    for (const Header& header : request.headers) sent += header.value;
    HistoryQuery publishing;
    publishing.stage = Stage::publishing;
    const auto known = SqliteStore(copy, SqliteStore::Access::write).history(publishing);
    EXPECT_TRUE(std::ranges::any_of(known,
                                    [&](const Delivery& delivery) {
                                      return sent.find(delivery.id.value) != std::string::npos;
                                    }))
        << "not on the disk: " << sent;
  }

  HttpClient& to_;
  const UnsteadyDisk& disk_;
  std::string ledger_;
};

TEST(Disk, HoldsPublishingBeforeAnyPostLeaves) {
  Newsroom room;
  UnsteadyDisk disk;
  prepare(room);
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  SiteClient far(room.site, room.clock);
  OutboxClient outbox(far, room.clock);
  WatchfulClient client(outbox, disk, room.config.state.string());
  room.run(store, client);
  EXPECT_EQ(client.posts, 6);
}

}  // namespace
}  // namespace crier
