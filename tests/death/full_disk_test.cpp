// The program on a disk that is full: it says so, posts nothing that it cannot remember, and posts
// everything once when there is room again.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/result.h"
#include "death/report.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr rlim_t all_room = RLIM_INFINITY;

/// A feed, an outbox and a ledger in a folder, and the program as a person has it.
class FullDisk : public testing::Test {
 protected:
  FullDisk() {
    write_file(at("feeds.toml"),
               "state = \"crier.db\"\n[accounts.noticeboard]\nnetwork = \"outbox\"\n"
               "path = \"outbox.jsonl\"\n[feeds.jobs]\nurl = \"jobs.xml\"\n"
               "base_url = \"https://www.example.gov.uk/\"\naccounts = [\"noticeboard\"]\n");
  }
  [[nodiscard]] std::string at(const std::string& name) const { return folder.path() / name; }

  void write_feed(int jobs) const {
    std::string items;
    for (int job = jobs; job > 0; --job) {
      items += fmt::format("<item><title>Gardener {0}</title><guid>job-{0}</guid></item>", job);
    }
    write_file(at("jobs.xml"),
               "<rss version=\"2.0\"><channel><title>Jobs</title>" + items + "</channel></rss>");
  }

  /// One `crier publish`, where no file can grow beyond so many bytes; gives its exit code.
  int publish(rlim_t room) {
    const std::string said_in = at("said.txt");
    const std::string program = CRIER_PROGRAM;
    const std::string config = at("feeds.toml");
    const pid_t child = ::fork();
    if (child == 0) {
      // What it says must not be cut off by the limit, too.
      if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(99);
      if (std::freopen(said_in.c_str(), "w", stderr) == nullptr) ::_exit(99);
      (void)std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{room, room};
      (void)::setrlimit(RLIMIT_FSIZE, &limit);
      // Nothing is remembered but the ledger: each tale begins with an earlier one.
      (void)::unsetenv("HOME");
      (void)::unsetenv("XDG_STATE_HOME");
      (void)::unsetenv("STATE_DIRECTORY");
      ::execl(program.c_str(), "crier", "publish", "--config", config.c_str(), nullptr);
      ::_exit(99);
    }
    int status = 0;
    (void)::waitpid(child, &status, 0);
    said = read_file(said_in);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] std::map<std::string, int> posted() const {
    std::map<std::string, int> times;
    const std::string all = read_file(at("outbox.jsonl"));
    for (std::size_t from = 0, to = 0; from < all.size(); from = to + 1) {
      to = std::min(all.find('\n', from), all.size());
      const auto line = nlohmann::json::parse(all.substr(from, to - from), nullptr, false);
      ++times[line.is_object() ? line.value("text", "") : "half a line"];
    }
    return times;
  }

  TempDir folder;
  std::string said;
};

TEST_F(FullDisk, IsSaidAndNothingIsPostedOrLost) {
  Count count;
  std::set<int> codes;
  write_feed(1);
  ASSERT_EQ(publish(all_room), 0) << said;
  const std::string known = read_file(at("crier.db"));
  write_feed(4);
  // From no room at all to room enough: the journal of such a run grows to some 150 kB.
  for (rlim_t room = 600; room < 250'000; room += 8'700) {
    SCOPED_TRACE("room for " + std::to_string(room) + " bytes");
    for (const char* name : {"crier.db", "crier.db-journal", "outbox.jsonl"}) {
      std::filesystem::remove(at(name));
    }
    write_file(at("crier.db"), known);
    const int code = publish(room);
    codes.insert(code);
    if (code == 70) {
      EXPECT_NE(said.find("the ledger " + at("crier.db")), std::string::npos) << said;
    } else {
      EXPECT_EQ(code, 0) << said;
    }
    EXPECT_LE(posted().size(), 3U);
    ASSERT_EQ(publish(all_room), 0) << said;
    ++count.tales;
    ++count.faults;
    count.losses += 3 - std::min<std::size_t>(3, posted().size());
    EXPECT_EQ(posted().size(), 3U);
    for (const auto& [text, times] : posted()) {
      EXPECT_EQ(times, 1) << text;
      count.posts += static_cast<std::size_t>(times);
      count.duplicates += static_cast<std::size_t>(times - 1);
    }
    if (HasFailure()) break;
  }
  EXPECT_EQ(codes, (std::set<int>{0, 70}));
  DeathReport::get().add("the program on a full disk", count);
}

TEST_F(FullDisk, WithoutRoomForAnythingPostsNothing) {
  write_feed(1);
  ASSERT_EQ(publish(all_room), 0) << said;
  write_feed(4);
  EXPECT_EQ(publish(512), 70) << said;
  EXPECT_TRUE(posted().empty());
  ASSERT_EQ(publish(all_room), 0) << said;
  EXPECT_EQ(posted().size(), 3U);
}

}  // namespace
}  // namespace crier
