// A real proxy at fault between crier and a server: whatever is lost on the way, each item becomes
// public exactly once, and nothing stays open.
#include <gtest/gtest.h>

#include <functional>

#include "server/browser.h"
#include "server/faults_room.h"

namespace crier {
namespace {

/// How far a post gets.
enum class Reaches : std::uint8_t {
  nobody,            ///< no byte of a request leaves
  the_proxy,         ///< which does not hand it on
  the_server_later,  ///< which makes it public after it was looked for
  the_server,        ///< which makes it public; its answer does not come back, nor that to any look
  the_server_which_can_be_asked,  ///< only the answers to posts are lost
};

struct Fault {
  std::string name;
  std::string rules;  ///< what the proxy does, in its own language
  Reaches reaches = Reaches::the_proxy;
  Manner manner = Manner::answers;
  bool proxy_dies = false;
  bool is_raw = false;  ///< the proxy does not speak TLS itself
  std::filesystem::path Certificates::*certificate = &Certificates::good;
  bool must_pause = false;  ///< the server asks for more than an hour's pause
};

std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

const std::string handed_on;  ///< no rule at all

std::vector<Fault> nginx_faults() {
  const std::string give_up = "proxy_read_timeout 300ms;";
  return {
      {"AnswerCutAfterDelivery", give_up + "error_page 504 = @cut; } location @cut { return 444;",
       Reaches::the_server_which_can_be_asked, Manner::acts_in_silence},
      {"GatewayTimeoutAfterDelivery", give_up, Reaches::the_server_which_can_be_asked,
       Manner::acts_in_silence},
      {"GatewayTimeoutBeforeTheServerActs", give_up, Reaches::the_server_later, Manner::acts_late},
      {"ProxyDiesAfterDelivery", handed_on, Reaches::the_server, Manner::answers, true},
      {"AnswerAtTwentyBytesASecond", "limit_rate 20;", Reaches::the_server},
      {"CutWithNoAnswer", "return 444;"},
      {"UnavailableWithRetryAfter", "add_header Retry-After 5400 always; return 503;"},
      {"ThrottledWithRetryAfter", "add_header Retry-After 5400 always; return 429;",
       Reaches::the_proxy, Manner::answers, false, false, &Certificates::good, true},
      {"ExpiredCertificate", handed_on, Reaches::nobody, Manner::answers, false, false,
       &Certificates::expired},
      {"CertificateForAnotherName", handed_on, Reaches::nobody, Manner::answers, false, false,
       &Certificates::other_name},
  };
}

std::string nginx_configuration(const FaultRoom& room, const Fault& fault) {
  const std::string folder = room.proxy.folder().string();
  std::string folders;
  for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    folders += fmt::format("  {}_temp_path {}/{};\n", what, folder, what);
  return fmt::format(
      "daemon off;\nmaster_process off;\npid {0}/pid;\nevents {{}}\nhttp {{\n  access_log off;\n"
      "{1}  server {{\n    listen 127.0.0.1:{2} ssl;\n    ssl_certificate {3};\n"
      "    ssl_certificate_key {3};\n"
      "    location / {{ proxy_pass http://{4}; {5} }}\n  }}\n}}\n",
      folder, folders, room.proxy.port(), (room.certificates.*fault.certificate).string(),
      room.upstream, fault.rules);
}

std::vector<Fault> haproxy_faults() {
  const std::string of_posts = "  http-request set-var(txn.method) method\n  http-response ";
  return {
      {"AnswerDroppedInSilence", "  http-response silent-drop\n", Reaches::the_server},
      {"BadGatewayAfterDelivery", "  http-response return status 502\n", Reaches::the_server},
      {"BadGatewayAfterDeliveryOfPosts",
       of_posts + "return status 502 if { var(txn.method) -m str POST }\n",
       Reaches::the_server_which_can_be_asked},
      {"AnswersToPostsDroppedInSilence",
       of_posts + "silent-drop if { var(txn.method) -m str POST }\n",
       Reaches::the_server_which_can_be_asked},
      {"RequestReadThenSilence", "  http-request tarpit\n"},
      {"HandshakeThatStalls",
       "  mode tcp\n  tcp-request inspect-delay 60s\n"
       "  tcp-request content accept if { req.len gt 1000000 }\n",
       Reaches::nobody, Manner::answers, false, true},
  };
}

std::string haproxy_configuration(const FaultRoom& room, const Fault& fault) {
  const std::string tls =
      fault.is_raw ? "" : " ssl crt " + (room.certificates.*fault.certificate).string();
  return fmt::format(
      "global\n  maxconn 50\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n"
      "  timeout server 60s\n  timeout tarpit 60s\nfrontend council\n  bind 127.0.0.1:{}{}\n{}"
      "  default_backend mastodon\nbackend mastodon\n{}  server one {}\n",
      room.proxy.port(), tls, fault.rules, fault.is_raw ? "  mode tcp\n" : "", room.upstream);
}

/// How a proxy is found and told what to do.
struct Proxy {
  const char* program;
  std::string (*configuration)(const FaultRoom& room, const Fault& fault);
};

constexpr std::size_t news_items = 3;

/// The room as it is on any day: a feed and an account that are known, and news to tell.
void open_room(FaultRoom& room, const Proxy& proxy) {
  for (int i = 0; i < 10; ++i) room.news.add_item(fmt::format("Old job {}", i));
  ASSERT_EQ(room.proxy.restart(proxy.configuration(room, {"none", handed_on})), "");
  room.run();
  room.news.add_item("Gritter driver");
  room.run();
  ASSERT_EQ(room.made_public().size(), 1U);
  for (const char* title : {"Librarian", "Lifeguard", "Planning officer"})
    room.news.add_item(title);
}

/// Two runs through the fault, an hour apart.
void run_through(FaultRoom& room, const Fault& fault) {
  const std::size_t before = room.arrived();
  room.manner = fault.manner;
  room.proxy_dies_after_a_post = fault.proxy_dies;
  room.run();
  room.finish_late();
  room.an_hour_later();
  const int asked_again = room.run();
  room.manner = Manner::answers;
  room.proxy_dies_after_a_post = false;
  const std::size_t made_public = room.made_public().size() - 1;
  switch (fault.reaches) {
    case Reaches::nobody:
      EXPECT_EQ(room.arrived(), before);
      EXPECT_EQ(room.count(Stage::planned), news_items) << "what never left is in no doubt";
      break;
    case Reaches::the_proxy:
      EXPECT_EQ(made_public, 0U);
      EXPECT_EQ(room.news.open_deliveries(), news_items);
      break;
    case Reaches::the_server:
      EXPECT_EQ(made_public, 1U) << "newer posts wait for the one in doubt";
      EXPECT_EQ(room.count(Stage::publishing), 1U);
      break;
    case Reaches::the_server_later:
      EXPECT_EQ(made_public, 1U) << "the next one is on its way";
      EXPECT_EQ(room.count(Stage::published), 2U) << "it was found where it came late";
      break;
    case Reaches::the_server_which_can_be_asked:
      EXPECT_EQ(room.news.open_deliveries(), 0U) << "it was asked, and told";
      break;
  }
  if (fault.must_pause) {
    EXPECT_EQ(asked_again, 0) << "the server asked for a longer pause";
  }
  room.finish_late();
}

void expect_each_item_exactly_once(const Proxy& proxy, const Fault& fault, bool honours_key) {
  const std::string program = find_program(proxy.program);
  if (program.empty()) {
    if (servers_are_required()) FAIL() << proxy.program << " is not installed: scripts/servers";
    GTEST_SKIP() << proxy.program << " is not installed: scripts/servers gets it";
  }
  FaultRoom room(program);
  room.news.mastodon.honours_key = honours_key;
  ASSERT_NO_FATAL_FAILURE(open_room(room, proxy));
  ASSERT_EQ(room.proxy.restart(proxy.configuration(room, fault)), "");
  run_through(room, fault);

  ASSERT_EQ(room.proxy.restart(proxy.configuration(room, {"none", handed_on})), "");
  room.an_hour_later();
  room.run_until_quiet();
  const auto found = room.made_public();
  EXPECT_EQ(found.size(), 1 + news_items);
  for (const auto& [text, times] : found) EXPECT_EQ(times, 1) << text;
  EXPECT_EQ(room.news.open_deliveries(), 0U);
  EXPECT_EQ(room.count(Stage::published), 1 + news_items);
}

/// Where nothing reaches the server twice, nothing hangs on its keys.
std::vector<Fault> that_deliver(std::vector<Fault> faults) {
  std::erase_if(faults, [](const Fault& fault) {
    return fault.reaches == Reaches::nobody || fault.reaches == Reaches::the_proxy;
  });
  return faults;
}

class ThroughNginx : public testing::TestWithParam<Fault> {
 protected:
  Proxy proxy{"nginx", nginx_configuration};
};
class ThroughHaproxy : public testing::TestWithParam<Fault> {
 protected:
  Proxy proxy{"haproxy", haproxy_configuration};
};
class KeyedThroughNginx : public ThroughNginx {};
class KeyedThroughHaproxy : public ThroughHaproxy {};

TEST_P(ThroughNginx, PublishesEachItemExactlyOnceWithoutIdempotencyKeys) {
  expect_each_item_exactly_once(proxy, GetParam(), false);
}
TEST_P(KeyedThroughNginx, PublishesEachItemExactlyOnce) {
  expect_each_item_exactly_once(proxy, GetParam(), true);
}
TEST_P(ThroughHaproxy, PublishesEachItemExactlyOnceWithoutIdempotencyKeys) {
  expect_each_item_exactly_once(proxy, GetParam(), false);
}
TEST_P(KeyedThroughHaproxy, PublishesEachItemExactlyOnce) {
  expect_each_item_exactly_once(proxy, GetParam(), true);
}

std::string name_of_fault(const testing::TestParamInfo<Fault>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Faults, ThroughNginx, testing::ValuesIn(nginx_faults()), name_of_fault);
INSTANTIATE_TEST_SUITE_P(Faults, KeyedThroughNginx, testing::ValuesIn(that_deliver(nginx_faults())),
                         name_of_fault);
INSTANTIATE_TEST_SUITE_P(Faults, ThroughHaproxy, testing::ValuesIn(haproxy_faults()),
                         name_of_fault);
INSTANTIATE_TEST_SUITE_P(Faults, KeyedThroughHaproxy,
                         testing::ValuesIn(that_deliver(haproxy_faults())), name_of_fault);

}  // namespace
}  // namespace crier
