#include "network/outbox/outbox_client.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "network/outbox/outbox_file.h"
#include "network/outbox/outbox_page.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// Stands for the internet: keeps what it is asked, and answers all of it with 204.
class Elsewhere final : public HttpClient {
 public:
  TransferId start(Request request) override {
    started.push_back(std::move(request));
    open_.insert(started.size());
    return started.size();
  }
  std::vector<Completion> wait(milliseconds at_most) override {
    waited = at_most;
    std::vector<Completion> completions;
    for (const TransferId id : open_) {
      Response response;
      response.status = 204;
      completions.push_back({id, response});
    }
    open_.clear();
    return completions;
  }
  void cancel(TransferId id) override { open_.erase(id); }

  std::vector<Request> started;
  milliseconds waited{-1};

 private:
  std::set<TransferId> open_;
};

Delivery delivery_of(const std::string& id, const std::string& text = "New job: Lifeguard") {
  Delivery delivery;
  delivery.id = {id};
  delivery.feed = {"jobs"};
  delivery.account = {"noticeboard"};
  delivery.post.text = text;
  return delivery;
}

class OutboxFiles : public testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return folder_.path() / "outbox.jsonl"; }
  [[nodiscard]] fs::path page() const { return folder_.path() / "outbox.html"; }

  Result<Response> ask(const Request& request) {
    client_.start(request);
    auto completions = client_.wait(milliseconds{1000});
    if (completions.size() != 1) return fail(ErrorKind::invalid, "no single answer");
    return std::move(completions.front().result);
  }

  [[nodiscard]] Account account_at(const fs::path& path) const {
    return {{"noticeboard"}, "outbox", "", "", {{"path", path.native()}}};
  }

  Result<Response> post(const Delivery& delivery, const fs::path& path) {
    const Account account = account_at(path);
    const Turn turn = network_.next(delivery, {account, {}, clock_.now()}, nullptr);
    return ask(std::get<Publish>(turn.step).request);
  }
  Result<Response> post(const Delivery& delivery) { return post(delivery, file()); }

  /// Whether look_for and recognise find the delivery.
  bool is_there(const Delivery& delivery) {
    const Account account = account_at(file());
    const Context context{account, {}, clock_.now()};
    const auto answer = ask(*network_.look_for(delivery, context));
    if (!answer) return false;
    const auto found = network_.recognise(delivery, context, *answer);
    EXPECT_TRUE(found) << found.error().message;
    return found && *found && (*found)->remote_id == delivery.id.value;
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> out;
    std::ifstream in(file());
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }

  TempDir folder_;
  FakeClock clock_;
  OutboxNetwork network_;
  Elsewhere elsewhere_;
  OutboxClient client_{elsewhere_, clock_};
};

TEST_F(OutboxFiles, WritesOneLinePerPostAndGivesAReceipt) {
  const Delivery first = delivery_of("a1", "Line one\nline two");
  const auto answer = post(first);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_TRUE(post(delivery_of("a2")));
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_TRUE(lines()[0].starts_with(R"({"id":"a1","account":"noticeboard","feed":"jobs")"));
  const Account account = account_at(file());
  const Turn turn = network_.next(first, {account, {}, clock_.now()}, &*answer);
  const auto& outcome = std::get<Finish>(turn.step).outcome;
  EXPECT_EQ(std::get<Receipt>(outcome).remote_id, "a1");
  EXPECT_EQ(std::get<Receipt>(outcome).url, "file://" + page().native() + "#post-a1");
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U & ~0644U, 0U);
}

TEST_F(OutboxFiles, AddsALineOnlyOnceHoweverOftenItIsSent) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(post(delivery_of("a1")));
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(OutboxFiles, FindsWhatItHoldsAndOnlyThat) {
  EXPECT_FALSE(is_there(delivery_of("a1")));
  EXPECT_FALSE(fs::exists(file())) << "looking must not make the file";
  ASSERT_TRUE(post(delivery_of("a1", "about a2")));
  EXPECT_TRUE(is_there(delivery_of("a1")));
  EXPECT_FALSE(is_there(delivery_of("a2")));
  EXPECT_FALSE(is_there(delivery_of("a")));
}

TEST_F(OutboxFiles, ListsAnAccountsPostsNewestFirst) {
  const Account account = account_at(file());
  const Context context{account, {}, clock_.now()};
  auto page = network_.read_back(context, *ask(*network_.look_back(context, "")));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->posts.empty());
  EXPECT_FALSE(fs::exists(file())) << "looking must not make the file";
  Delivery first = delivery_of("a1");
  first.item_link = "https://www.example.gov.uk/jobs/1";
  Delivery others = delivery_of("b1");
  others.account = {"somebody-else"};
  ASSERT_TRUE(post(first));
  ASSERT_TRUE(post(others));
  ASSERT_TRUE(post(delivery_of("a2", "Second")));
  std::ofstream(file(), std::ios::app) << R"({"id":"a3","account":"notice)";
  page = network_.read_back(context, *ask(*network_.look_back(context, "")));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->posts.size(), 2U) << "not another account's, and no half line";
  EXPECT_TRUE(page->next.empty());
  EXPECT_EQ(page->posts[0].remote_id, "a2");
  EXPECT_EQ(page->posts[0].text, "Second");
  EXPECT_EQ(page->posts[1].links, (std::vector<std::string>{first.item_link}));
  EXPECT_EQ(page->posts[1].url, "file://" + this->page().native() + "#post-a1");
  EXPECT_EQ(page->posts[1].at, clock_.now());
}

TEST_F(OutboxFiles, ListsNoMoreThanItShould) {
  std::string all;
  for (std::size_t i = 0; i < most_listed + 50; ++i) {
    all += fmt::format("{{\"id\":\"{}\",\"account\":\"noticeboard\"}}\n", i);
  }
  write_file(file(), all);
  const Account account = account_at(file());
  const Context context{account, {}, clock_.now()};
  const auto page = network_.read_back(context, *ask(*network_.look_back(context, "")));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->posts.size(), most_listed);
  EXPECT_EQ(page->posts[0].remote_id, std::to_string(most_listed + 49));
}

TEST_F(OutboxFiles, CannotListWhatCannotBeReadBack) {
  const Account account = account_at("/dev/null");
  EXPECT_FALSE(ask(*network_.look_back({account, {}, clock_.now()}, "")));
}

TEST_F(OutboxFiles, FindsALineThatManyLinesWereAddedAfter) {
  ASSERT_TRUE(post(delivery_of("first")));
  {
    std::ofstream out(file(), std::ios::app);
    const std::string filler(100'000, 'x');
    for (int i = 0; i < 30; ++i) out << "{\"id\":\"f" << i << "\",\"text\":\"" << filler << "\"}\n";
  }
  EXPECT_TRUE(is_there(delivery_of("first")));
  ASSERT_TRUE(post(delivery_of("last")));
  EXPECT_EQ(lines().size(), 32U);
}

TEST_F(OutboxFiles, CutsOffALineThatACrashLeftHalfWritten) {
  ASSERT_TRUE(post(delivery_of("a1")));
  const std::string whole = read_file(file());
  const std::string half = whole.substr(0, whole.size() - 1);
  for (std::size_t length = 1; length < half.size(); ++length) {
    const std::string torn = "{\"id\":\"a0\"}\n" + half.substr(0, length);
    write_file(file(), torn);
    EXPECT_FALSE(is_there(delivery_of("a1"))) << length;
    ASSERT_TRUE(post(delivery_of("a1"))) << length;
    ASSERT_EQ(read_file(file()), "{\"id\":\"a0\"}\n" + whole) << length;
  }
}

TEST_F(OutboxFiles, KeepsALastLineThatOnlyLacksItsEnd) {
  ASSERT_TRUE(post(delivery_of("a1")));
  const std::string whole = read_file(file());
  const std::string without_end = whole.substr(0, whole.size() - 1);
  write_file(file(), without_end);
  EXPECT_TRUE(is_there(delivery_of("a1")));
  ASSERT_TRUE(post(delivery_of("a1")));
  EXPECT_EQ(read_file(file()), whole);
  write_file(file(), without_end);
  ASSERT_TRUE(post(delivery_of("a2")));
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[0], without_end);
}

TEST_F(OutboxFiles, CutsOffZerosThatALossOfPowerLeft) {
  write_file(file(), std::string("{\"id\":\"a0\"}\n") + std::string(50, '\0'));
  ASSERT_TRUE(post(delivery_of("a1")));
  EXPECT_EQ(lines().size(), 2U);
  write_file(file(), std::string(50, '\0'));
  ASSERT_TRUE(post(delivery_of("a1")));
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(OutboxFiles, TouchesNoFileThatIsNoOutbox) {
  for (const std::string content :
       {"state = \"crier.db\"\n", "# Notes", "{\"id\":\"a0\"}\nby hand"}) {
    write_file(file(), content);
    const auto answer = post(delivery_of("a1"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(read_file(file()), content);
  }
}

TEST_F(OutboxFiles, SaysThatNothingWasDoneWhenTheFileCannotBeOpened) {
  const auto answer = post(delivery_of("a1"), folder_.path() / "no/such/folder/outbox.jsonl");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_NE(answer.error().message.find("No such file"), std::string::npos);
  EXPECT_EQ(post(delivery_of("a1"), folder_.path()).error().kind, ErrorKind::unavailable);
}

TEST_F(OutboxFiles, WritesToNoFileThatALinkLeadsTo) {
  const fs::path of_another = folder_.path() / "another.jsonl";
  const std::string content = "{\"id\":\"theirs\"}\n";
  write_file(of_another, content);
  const fs::path links[] = {folder_.path() / "symbolic.jsonl", folder_.path() / "dangling.jsonl"};
  fs::create_symlink(of_another, links[0]);
  fs::create_symlink(folder_.path() / "not-there.jsonl", links[1]);
  for (const fs::path& link : links) {
    const auto answer = post(delivery_of("a1"), link);
    ASSERT_FALSE(answer) << link;
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_NE(answer.error().message.find("is a link to another file"), std::string::npos);
  }
  EXPECT_EQ(read_file(of_another), content);
  EXPECT_FALSE(fs::exists(folder_.path() / "not-there.jsonl"));
}

TEST_F(OutboxFiles, AFileWithASecondNameIsNotWrittenAndToldInWordsThatFitIt) {
  const std::string content = "{\"id\":\"theirs\"}\n";
  write_file(file(), content);
  fs::create_hard_link(file(), folder_.path() / "second.jsonl");
  const auto answer = post(delivery_of("a1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  const std::string& why = answer.error().message;
  EXPECT_NE(why.find("has a second name elsewhere (a hard link)"), std::string::npos) << why;
  EXPECT_EQ(why.find("own path"), std::string::npos) << "`path` is its own path already: " << why;
  EXPECT_EQ(read_file(file()), content);
}

TEST_F(OutboxFiles, SaysThatNothingWasDoneInAFolderThatMustNotBeWritten) {
  fs::permissions(folder_.path(), fs::perms{0555});
  // Root may write everywhere, so as root the test is somebody else for a moment.
  constexpr uid_t nobody = 65534;
  const uid_t self = ::geteuid();
  if (self == 0) {
    ASSERT_EQ(::seteuid(nobody), 0);
  }
  const auto answer = post(delivery_of("a1"));
  ASSERT_EQ(::seteuid(self), 0);
  fs::permissions(folder_.path(), fs::perms::owner_all);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

TEST_F(OutboxFiles, SaysThatNothingWasDoneWhenTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto answer = post(delivery_of("a1"), "/dev/full");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_NE(answer.error().message.find("No space left"), std::string::npos);
}

TEST_F(OutboxFiles, LeavesNoHalfLineWhenTheDiskFillsUpInTheMiddleOfOne) {
  ASSERT_TRUE(post(delivery_of("a1")));
  const std::string before = read_file(file());
  struct rlimit old {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit full{before.size() + 20, old.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto answer = post(delivery_of("a2"));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  (void)std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(read_file(file()), before);
  ASSERT_TRUE(post(delivery_of("a2")));
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(OutboxFiles, KeepsTheLinesOfTwoProcessesApart) {
  constexpr int each = 50;
  std::vector<pid_t> children;
  for (const std::string prefix : {"p", "q"}) {
    const pid_t child = ::fork();
    if (child == 0) {
      bool all = true;
      for (int i = 0; i < each; ++i)
        all &= post(delivery_of(prefix + std::to_string(i))).has_value();
      ::_exit(all ? 0 : 1);
    }
    ASSERT_GT(child, 0);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto written = lines();
  EXPECT_EQ(written.size(), 2U * each);
  EXPECT_EQ(std::set<std::string>(written.begin(), written.end()).size(), 2U * each);
  for (const std::string& line : written)
    EXPECT_TRUE(line.starts_with("{\"id\":") && line.ends_with("}"));
}

TEST_F(OutboxFiles, WritesThePageOnceTheRunIsOver) {
  ASSERT_TRUE(post(delivery_of("a1", "<b>Lifeguard</b> https://www.example.gov.uk/jobs/17")));
  EXPECT_FALSE(fs::exists(page()));
  ASSERT_TRUE(client_.finish());
  const std::string html = read_file(page());
  EXPECT_NE(
      html.find("&lt;b&gt;Lifeguard&lt;/b&gt; <a href=\"https://www.example.gov.uk/jobs/17\""),
      std::string::npos);
  ASSERT_TRUE(post(delivery_of("a2", "Gardener")));
  ASSERT_TRUE(client_.finish());
  EXPECT_NE(read_file(page()).find("Gardener"), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 2)
      << "nothing else is left behind";
}

TEST_F(OutboxFiles, ShowsOnlyTheNewestOnThePage) {
  for (int i = 0; i < 205; ++i)
    ASSERT_TRUE(post(delivery_of("a" + std::to_string(i), "Job " + std::to_string(i) + ".")));
  ASSERT_TRUE(client_.finish());
  const std::string html = read_file(page());
  EXPECT_NE(html.find("Job 204."), std::string::npos);
  EXPECT_NE(html.find("Job 5."), std::string::npos);
  EXPECT_EQ(html.find("Job 4."), std::string::npos);
}

TEST_F(OutboxFiles, MendsAPageThatAKilledRunLeftBehindItsPosts) {
  ASSERT_TRUE(post(delivery_of("a1")));
  ASSERT_TRUE(client_.finish());
  fs::remove(page());
  EXPECT_TRUE(is_there(delivery_of("a1")));
  ASSERT_TRUE(client_.finish());
  EXPECT_TRUE(fs::exists(page()));
  write_file(page(), render_page({}, clock_.now(), "UTC"));
  fs::last_write_time(page(), fs::last_write_time(file()) + std::chrono::seconds{1});
  EXPECT_TRUE(is_there(delivery_of("a1")));
  ASSERT_TRUE(client_.finish());
  EXPECT_EQ(read_file(page()).find("Lifeguard"), std::string::npos)
      << "a page that is newer is left alone";
}

TEST_F(OutboxFiles, ReplacesNoPageThatSomeoneElseWrote) {
  write_file(page(), "<!DOCTYPE html><title>The council's own</title>");
  ASSERT_TRUE(post(delivery_of("a1")));
  const auto finished = client_.finish();
  ASSERT_FALSE(finished);
  EXPECT_NE(finished.error().message.find("not written by crier"), std::string::npos);
  EXPECT_EQ(read_file(page()), "<!DOCTYPE html><title>The council's own</title>");
}

TEST_F(OutboxFiles, PassesEverythingElseOn) {
  Request request;
  request.url = "https://www.example.gov.uk/";
  const TransferId theirs = client_.start(request);
  EXPECT_EQ(client_.wait(milliseconds{70}).front().id, theirs);
  EXPECT_EQ(elsewhere_.waited, milliseconds{70});

  const TransferId cancelled = client_.start(request);
  Request ours;
  ours.url = outbox_address(file(), "a1");
  const TransferId mine = client_.start(ours);
  const TransferId mine_too = client_.start(ours);
  EXPECT_NE(mine, theirs);
  client_.cancel(cancelled);
  client_.cancel(mine_too);
  const auto completions = client_.wait(milliseconds{1000});
  ASSERT_EQ(completions.size(), 1U);
  EXPECT_EQ(completions.front().id, mine);
  EXPECT_EQ(elsewhere_.waited, milliseconds{0}) << "an answer that is there waits for no other";
  EXPECT_EQ(elsewhere_.started.size(), 2U);
}

TEST_F(OutboxFiles, RefusesWhatIsNoPost) {
  Request request;
  request.method = Method::post;
  request.url = outbox_address(file(), {});
  for (const char* body : {"", "{}", "{\"id\":1}", "{\"id\":\"a\"}\n", "[]", "{\"id\":"}) {
    request.body = body;
    EXPECT_EQ(ask(request).error().kind, ErrorKind::invalid) << body;
  }
  request.url = "outbox:relative.jsonl";
  request.body = "{\"id\":\"a\"}";
  EXPECT_EQ(ask(request).error().kind, ErrorKind::invalid);
  EXPECT_FALSE(fs::exists(file()));
}

}  // namespace
}  // namespace crier
