// crier against x_stub.py, which verifies every signature with oauthlib and holds every body
// against a closed schema.
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/wait.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "network/registry.h"
#include "oauth/authorizer.h"
#include "oauth/file_token_store.h"
#include "server/browser.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

using nlohmann::json;

class XStub : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_X_URL");
    if (!server.empty()) {
      before_ = control()["posts"].size();
      return;
    }
    const std::string why = environment_of("CRIER_TEST_X_MISSING");
    if (servers_are_required()) FAIL() << "CRIER_TEST_X_URL is not set: " << why;
    GTEST_SKIP() << "CRIER_TEST_X_URL is not set: " << why;
  }
  void TearDown() override {
    if (!server.empty()) {
      EXPECT_EQ(control()["violations"], json::array());
    }
  }

  [[nodiscard]] json control(const json& wish = {}) const {
    httplib::Client client(server);
    const auto answer = wish.is_null() ? client.Get("/control")
                                       : client.Post("/control", wish.dump(), "application/json");
    return answer ? json::parse(answer->body, nullptr, false) : json();
  }
  /// What this test has made public, oldest first: the server lives longer than one test.
  [[nodiscard]] std::vector<json> posts() const {
    const json all = control()["posts"];
    return {all.begin() + static_cast<std::ptrdiff_t>(before_), all.end()};
  }

  std::string server;

 private:
  std::size_t before_ = 0;
};

/// The adapter with real requests, and pictures that the test hands in.
class XAdapter : public XStub {
 protected:
  XAdapter() {
    credentials.kind = "oauth1";
    credentials.client_id = "stub-consumer-key";
    credentials.client_secret = Secret("stub-consumer-secret");
    credentials.access_token = Secret("42-stub-access-token");
    credentials.token_secret = Secret("stub-token-secret");
    delivery.id = {"0123456789abcdef0123456789abcdef"};
    delivery.planned_at = SystemClock().now();
  }

  Response send(Request request) {
    credentials.server = server;
    SystemRandom random;
    auto ready =
        KindAuthorizer().sign(std::move(request), credentials, SystemClock().now(), random);
    EXPECT_TRUE(ready) << ready.error().message;
    const TransferId id = client.start(ready.value_or(Request{}));
    while (true) {
      for (Completion& completion : client.wait(std::chrono::milliseconds{250})) {
        if (completion.id != id) continue;
        EXPECT_TRUE(completion.result) << completion.result.error().message;
        return completion.result.value_or(Response{});
      }
    }
  }

  Outcome post() {
    const Network& network = *find_network("x");
    const Account account{{"council"}, "x", server, "en", {}};
    const AccountFacts facts{{{"account_id", "42"}, {"handle", "@council"}}, {}};
    Turn turn = network.next(delivery, {account, facts, SystemClock().now()}, nullptr);
    for (int i = 0; i < 20; ++i) {
      if (const auto* finish = std::get_if<Finish>(&turn.step)) return finish->outcome;
      delivery.notes = turn.notes;
      Response last;
      if (std::holds_alternative<GetImage>(turn.step)) {
        last.status = 200;
        last.headers = {{"Content-Type", "image/jpeg"}, {"Width", "8"}, {"Height", "8"}};
        last.body = std::string("\xFF\xD8\xFF\0 picture\r\n--boundary\r\n", 25);
      } else if (const auto* prepare = std::get_if<Prepare>(&turn.step)) {
        last = send(prepare->request);
      } else {
        last = send(std::get<Publish>(turn.step).request);
      }
      turn = network.next(delivery, {account, facts, SystemClock().now()}, &last);
    }
    return Uncertain{{ErrorKind::uncertain, "it has no end"}};
  }

  Credentials credentials;
  Delivery delivery;
  CurlClient client{CurlOptions{}};
};

TEST_F(XAdapter, UploadsPicturesWithTheirDescriptions) {
  delivery.post.text = "Lido open “today” – 50 % off! https://www.example.gov.uk/lido?a=1&b=ŵ";
  delivery.post.images = {{"https://www.example.gov.uk/a.jpg", "The lido, empty & “blue”"},
                          {"https://www.example.gov.uk/b.jpg", ""}};
  const Outcome outcome = post();
  ASSERT_TRUE(std::holds_alternative<Receipt>(outcome));
  ASSERT_EQ(posts().size(), 1U);
  const json made = posts()[0];
  EXPECT_EQ(made["text"], delivery.post.text);
  ASSERT_EQ(made["media"].size(), 2U);
  const json media = control()["media"];
  EXPECT_EQ(media[made["media"][0].get<std::string>()]["alt"], "The lido, empty & “blue”");
  EXPECT_EQ(media[made["media"][0].get<std::string>()]["size"], 25);
  EXPECT_TRUE(media[made["media"][1].get<std::string>()]["alt"].is_null());
}

/// The program as a person has it.
class XProgram : public XStub {
 protected:
  void SetUp() override {
    XStub::SetUp();
    if (server.empty()) return;
    name = testing::UnitTest::GetInstance()->current_test_info()->name();
    write_config("");
    write_feed(1);
    std::string out;
    ASSERT_EQ(publish(out), 0) << out;
  }

  void write_config(const std::string& more) const {
    write_file(folder.path() / "feeds.toml",
               "state = \"crier.db\"\n[accounts.council]\nnetwork = \"x\"\nserver = \"" + server +
                   "\"\n" + more +
                   "[feeds.jobs]\nurl = \"jobs.xml\"\nprefix = \"New job: \"\n"
                   "accounts = [\"council\"]\n");
  }
  /// Each test has words of its own: X takes the same words once.
  void write_feed(int jobs) const {
    std::string items;
    for (int job = jobs; job > 0; --job) {
      items += fmt::format(
          "<item><title>{0} &amp; gardener {1}</title><link>https://www.example.gov.uk/{0}/{1}"
          "</link><guid>{0}-{1}</guid></item>",
          name, job);
    }
    write_file(folder.path() / "jobs.xml",
               "<rss version=\"2.0\"><channel><title>Jobs</title>" + items + "</channel></rss>");
  }
  int run(const std::string& arguments, std::string& out) const {
    const std::string home = folder.path().string();
    const std::string command = "cd '" + home + "' && exec env -u STATE_DIRECTORY HOME='" + home +
                                "' XDG_STATE_HOME='" + home + "' CRIER_TOKEN_COUNCIL='" + token +
                                "' '" CRIER_PROGRAM "' " + arguments + " --config feeds.toml 2>&1";
    // NOLINTNEXTLINE(cert-env33-c): the command line is the test's own
    std::FILE* const pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return -1;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int publish(std::string& out) const { return run("publish", out); }
  void meet(const std::vector<std::string>& mishaps) const {
    (void)control({{"mishaps", mishaps}, {"takes_duplicates", takes_duplicates}});
  }
  /// Each item of the feed but the first is public once.
  void expect_each_once(int jobs) const {
    std::map<std::string, int> times;
    for (const json& post : posts()) ++times[post["text"].get<std::string>()];
    EXPECT_EQ(times.size(), static_cast<std::size_t>(jobs - 1));
    for (const auto& [text, count] : times) EXPECT_EQ(count, 1) << text;
  }

  TempDir folder;
  std::string name;
  std::string token =
      "stub-consumer-key:stub-consumer-secret:42-stub-access-token:stub-token-secret";
  bool takes_duplicates = true;
};

TEST_F(XProgram, PostsEachNewItemOnceWithItsLink) {
  write_feed(3);
  std::string out;
  ASSERT_EQ(publish(out), 0) << out;
  ASSERT_EQ(publish(out), 0) << out;
  expect_each_once(3);
  EXPECT_EQ(posts()[0]["text"],
            "New job: " + name + " & gardener 2 https://www.example.gov.uk/" + name + "/2");
  EXPECT_NE(out.find("council: 2 posts, about $0.40 this month"), std::string::npos) << out;
}

TEST_F(XProgram, FindsThePostWhoseAnswerWasLost) {
  meet({"lost-after", "500-after"});
  write_feed(3);
  std::string out;
  ASSERT_EQ(publish(out), 0) << out;
  ASSERT_EQ(publish(out), 0) << out;
  expect_each_once(3);
}

TEST_F(XProgram, FindsThePostThatXCallsADuplicate) {
  takes_duplicates = false;
  meet({"lost-after", ""});
  write_feed(2);
  std::string out;
  ASSERT_EQ(publish(out), 0) << out;
  // Its ledger is lost, and another machine says the same: X refuses, and the post is found.
  std::filesystem::remove(folder.path() / "crier.db");
  write_feed(1);
  ASSERT_EQ(publish(out), 0) << out;
  write_feed(2);
  out.clear();
  ASSERT_EQ(publish(out), 0) << out;
  EXPECT_NE(out.find("is public already  https://x.com/"), std::string::npos) << out;
  expect_each_once(2);
}

TEST_F(XProgram, WaitsWhereTheCreditIsUsedUpAndGoesOnWhenThereIsSome) {
  meet({"402"});
  write_feed(2);
  std::string out;
  EXPECT_EQ(publish(out), 1) << out;
  EXPECT_NE(out.find("add credit"), std::string::npos) << out;
  EXPECT_TRUE(posts().empty());
  ASSERT_EQ(publish(out), 0) << out;
  expect_each_once(2);
}

TEST_F(XProgram, WaitsUntilTheReset) {
  meet({"429"});
  write_feed(3);
  std::string out;
  EXPECT_EQ(publish(out), 0) << out;
  EXPECT_EQ(publish(out), 0) << out;
  EXPECT_TRUE(posts().empty()) << "the limit is the account's, so nothing else is tried";
  std::string status;
  (void)run("status", status);
  EXPECT_NE(status.find("2 posts wait"), std::string::npos) << status;
}

TEST_F(XProgram, StopsBeforeTheBudgetIsPassed) {
  write_config("monthly_budget = 0.50\n");
  write_feed(4);
  std::string out;
  EXPECT_EQ(run("publish --dry-run", out), 0);
  EXPECT_NE(out.find("council: 2 posts, about $0.40 of $0.50 this month"), std::string::npos)
      << out;
  EXPECT_EQ(publish(out), 0) << out;
  EXPECT_EQ(posts().size(), 2U) << out;
  EXPECT_EQ(publish(out), 0) << out;
  EXPECT_EQ(posts().size(), 2U);
  std::string status;
  EXPECT_EQ(run("status", status), 0);
  EXPECT_NE(status.find("1 post waits for the month's budget"), std::string::npos) << status;
  EXPECT_NE(status.find("about $0.40 of $0.50 spent"), std::string::npos) << status;
}

TEST_F(XProgram, RenewsItsTokenInTimeAndInMidRunAndKeepsTheNewOne) {
  token.clear();
  FileTokenStore kept(folder.path() / "crier");
  Credentials credentials;
  credentials.server = server;
  credentials.client_id = "stub-client";
  credentials.access_token = Secret("stub-access-that-has-ended");
  credentials.refresh_token = Secret("stub-refresh-token-0");
  credentials.token_endpoint = server + "/2/oauth2/token";
  credentials.account_id = "42";
  credentials.handle = "@council";
  credentials.expires_at = SystemClock().now() - std::chrono::hours{1};
  ASSERT_TRUE(kept.save({"council"}, credentials));
  write_feed(2);
  std::string out;
  ASSERT_EQ(publish(out), 0) << out;
  const auto first = kept.load({"council"});
  ASSERT_TRUE(first);
  EXPECT_NE(first->refresh_token.reveal(), "stub-refresh-token-0");
  meet({"expire"});
  write_feed(3);
  ASSERT_EQ(publish(out), 0) << out;
  EXPECT_NE(kept.load({"council"})->refresh_token.reveal(), first->refresh_token.reveal());
  // The post that the token's end kept back was looked for with the new one, and sent in the same
  // run.
  expect_each_once(3);
  for (const Secret& secret : {first->refresh_token, first->access_token}) {
    EXPECT_EQ(out.find(secret.reveal()), std::string::npos);
  }
}

TEST_F(XProgram, AsksWhoItIsWithATokenThatDoesNotSay) {
  token = "stub-bearer-token";
  write_feed(2);
  std::string out;
  ASSERT_EQ(publish(out), 0) << out;
  expect_each_once(2);
  EXPECT_NE(out.find("https://x.com/council/status/"), std::string::npos) << out;
}

}  // namespace
}  // namespace crier
