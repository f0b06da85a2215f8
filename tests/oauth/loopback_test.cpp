#include "oauth/loopback.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <thread>

#include "support/fake_clock.h"

namespace crier {
namespace {

const auto accept_all = [](std::string_view) { return true; };

std::unique_ptr<LoopbackListener> open_listener(const Clock& clock, std::uint16_t port = 0) {
  auto listener = LoopbackListener::open(clock, port);
  EXPECT_TRUE(listener.has_value());
  return std::move(*listener);
}

/// Asks for each path in turn, as a browser would, and gives the answers.
std::vector<httplib::Result> browse(int port, const std::vector<std::string>& paths,
                                    const httplib::Headers& headers = {}) {
  std::vector<httplib::Result> answers;
  for (const std::string& path : paths) {
    httplib::Client client("127.0.0.1", port);
    answers.push_back(client.Get(path, headers));
  }
  return answers;
}

TEST(Loopback, HearsTheRedirectAndTellsThePersonToCloseTheWindow) {
  const FakeClock clock;
  const auto listener = open_listener(clock);
  const int port = loopback_port(listener->redirect_uri());
  EXPECT_EQ(listener->redirect_uri(), "http://127.0.0.1:" + std::to_string(port) + "/callback");
  std::vector<httplib::Result> answers;
  std::thread browser([&] { answers = browse(port, {"/callback?code=a%20b&state=s"}); });
  const auto heard = listener->wait(std::chrono::seconds{60}, nullptr, accept_all);
  browser.join();
  ASSERT_TRUE(heard.has_value()) << heard.error().message;
  EXPECT_EQ(*heard, "/callback?code=a%20b&state=s");
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->status, 200);
  EXPECT_NE(answers[0]->body.find("You can close this window"), std::string::npos);
  EXPECT_NE(answers[0]->body.find("lang=\"en-GB\""), std::string::npos);
  EXPECT_EQ(answers[0]->get_header_value("Cache-Control"), "no-store");
  EXPECT_EQ(answers[0]->body.find("a b"), std::string::npos);
}

TEST(Loopback, TurnsAwayWhatIsNotTheExpectedAnswerAndGoesOnListening) {
  const FakeClock clock;
  const auto listener = open_listener(clock);
  const int port = loopback_port(listener->redirect_uri());
  std::vector<httplib::Result> answers;
  std::thread browser([&] {
    answers =
        browse(port, {"/favicon.ico", "/", "/callback/x?state=mine", "/callback?state=other",
                      "/callback?state=mine&x=" + std::string(8200, 'x'), "/callback?state=mine"});
  });
  const auto heard = listener->wait(std::chrono::seconds{60}, nullptr, [](std::string_view target) {
    return target.find("state=mine") != std::string_view::npos;
  });
  browser.join();
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(*heard, "/callback?state=mine");
  const std::vector<int> wanted = {404, 404, 404, 400, 414, 200};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_TRUE(answers[i]) << i;
    if (wanted[i] == 414) {
      EXPECT_GE(answers[i]->status, 400) << i;
    } else {
      EXPECT_EQ(answers[i]->status, wanted[i]) << i;
    }
  }
}

TEST(Loopback, TurnsAwayANameThatAnotherSiteHasPointedHere) {
  const FakeClock clock;
  const auto listener = open_listener(clock);
  const int port = loopback_port(listener->redirect_uri());
  std::vector<httplib::Result> answers;
  std::thread browser([&] {
    answers = browse(port, {"/callback?state=s"}, {{"Host", "evil.test"}});
    (void)browse(port, {"/callback?state=t"});
  });
  const auto heard = listener->wait(std::chrono::seconds{60}, nullptr, accept_all);
  browser.join();
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(*heard, "/callback?state=t");
  EXPECT_EQ(answers[0]->status, 400);
}

TEST(Loopback, EndsAtTheTimeoutAndAtASignal) {
  const FakeClock clock;
  const auto late = open_listener(clock)->wait(std::chrono::seconds{0}, nullptr, accept_all);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::unavailable);
  const volatile std::sig_atomic_t stop = 1;
  const auto stopped = open_listener(clock)->wait(std::chrono::seconds{60}, &stop, accept_all);
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, ErrorKind::unavailable);
}

TEST(Loopback, TakesThePreferredPortIfItIsFreeAndAnotherIfNot) {
  const FakeClock clock;
  auto first = open_listener(clock);
  const std::uint16_t port = loopback_port(first->redirect_uri());
  EXPECT_NE(loopback_port(open_listener(clock, port)->redirect_uri()), port);
  first.reset();
  EXPECT_EQ(loopback_port(open_listener(clock, port)->redirect_uri()), port);
}

TEST(Loopback, KnowsThePortOfALoopbackAddressOnly) {
  EXPECT_EQ(loopback_port("http://127.0.0.1:4711/callback"), 4711);
  for (const char* address : {"", "urn:ietf:wg:oauth:2.0:oob", "http://evil.test:4711/callback",
                              "http://127.0.0.1/callback", "https://127.0.0.1:4711/callback"}) {
    EXPECT_EQ(loopback_port(address), 0) << address;
  }
}

}  // namespace
}  // namespace crier
