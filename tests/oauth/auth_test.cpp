#include "crier/auth.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <thread>

#include "crier/exit_code.h"
#include "oauth/crypto.h"
#include "oauth/environment_token_store.h"
#include "oauth/file_token_store.h"
#include "oauth/loopback.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

/// What a command writes, as text.
class Output {
 public:
  Output() : file_(::open_memstream(&text_, &size_)) {}
  ~Output() {
    (void)std::fclose(file_);
    std::free(text_);  // open_memstream allocates with malloc
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string text() const {
    (void)std::fflush(file_);
    return {text_, size_};
  }
  [[nodiscard]] bool says(std::string_view words) const {
    return text().find(words) != std::string::npos;
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

constexpr const char* origin = "https://social.example";

class AuthTest : public testing::Test {
 protected:
  AuthTest() {
    config.file = "/etc/crier/feeds.toml";
    config.accounts.push_back({.id = {"town-hall"},
                               .network = "mastodon",
                               .server = origin,
                               .language = "",
                               .settings = {}});
    config.accounts.push_back(
        {.id = {"noticeboard"}, .network = "outbox", .server = "", .language = "", .settings = {}});
    config.feeds.resize(1);
    config.feeds[0].accounts = {{"town-hall"}, {"noticeboard"}};
  }
  ~AuthTest() override {
    if (browser.joinable()) browser.join();
  }

  TempDir folder;
  FileTokenStore file_store{folder.path() / "tokens"};
  std::map<std::string, std::string> variables;
  Config config;
  SignInServer server{origin};
  FakeClock clock;
  SeededRandom random;
  Output out, err;
  std::vector<std::string> typed;  ///< what the person pastes, line by line
  std::thread browser;
  bool has_browser = true;
  volatile std::sig_atomic_t stop = 0;

  /// A person who signs in and agrees: in a browser if there is one, else by pasting.
  template <class Command>
  int run(Command&& command) {
    EnvironmentTokenStore tokens(file_store, config.accounts, variables);
    std::size_t next = 0;
    AuthWorld world{.config = config,
                    .tokens = tokens,
                    .http = server,
                    .clock = clock,
                    .random = random,
                    .out = out.file(),
                    .err = err.file(),
                    .open_browser =
                        [&](const std::string& url) {
                          if (has_browser) visit(server.approve(url));
                          return has_browser;
                        },
                    .read_line = [&]() -> std::optional<std::string> {
                      if (next == typed.size()) return std::nullopt;
                      (void)server.approve(shown_address());
                      return typed[next++];
                    },
                    .stop = &stop};
    return command(world);
  }
  int login(const char* account, bool paste = false) {
    return run(
        [&](AuthWorld& world) { return auth_login(world, {.account = account, .paste = paste}); });
  }
  int status(bool json = false) {
    return run([&](AuthWorld& world) { return auth_status(world, json); });
  }
  int logout(const char* account) {
    return run([&](AuthWorld& world) { return auth_logout(world, account); });
  }

  void visit(const std::string& address) {
    if (browser.joinable()) browser.join();
    browser = std::thread([address] {
      httplib::Client client("127.0.0.1", loopback_port(address));
      (void)client.Get(address.substr(address.find("/callback")));
    });
  }
  [[nodiscard]] std::string shown_address() const {
    const std::string text = out.text();
    const std::size_t from = text.rfind("  https://");
    return from == std::string::npos ? "" : text.substr(from + 2, text.find('\n', from) - from - 2);
  }
};

TEST_F(AuthTest, SignsInThroughTheBrowserAndSaysAsWhom) {
  EXPECT_EQ(login("town-hall"), exit_code::ok) << err.text();
  EXPECT_TRUE(out.says("Signed in as @jobs@social.example."));
  EXPECT_TRUE(out.says("https://social.example/oauth/authorize?"));
  const auto kept = file_store.load({"town-hall"});
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->access_token.reveal(), "the-token");
}

TEST_F(AuthTest, SignsInWithAPastedCodeAfterAMistake) {
  typed = {"oops, not it", "the-code"};
  EXPECT_EQ(login("town-hall", true), exit_code::ok) << err.text();
  EXPECT_TRUE(out.says("Signed in as @jobs@social.example."));
  EXPECT_TRUE(err.says("that is not a code"));
}

TEST_F(AuthTest, EndsWhenNothingIsPasted) {
  EXPECT_EQ(login("town-hall", true), exit_code::needs_person);
  EXPECT_FALSE(file_store.load({"town-hall"}).has_value());
}

TEST_F(AuthTest, EndsAtASignalWhileItWaitsForTheBrowser) {
  has_browser = false;
  stop = 1;
  EXPECT_EQ(login("town-hall"), exit_code::needs_person);
}

TEST_F(AuthTest, RegistersOnceForManySignIns) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_EQ(login("town-hall"), exit_code::ok) << err.text();
  EXPECT_EQ(server.registrations, 1);
}

TEST_F(AuthTest, GoesOnWhenTheServerForgetsTheRegistrationMeanwhile) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.forgets_clients_at_exchange = true;
  EXPECT_EQ(login("town-hall"), exit_code::ok) << err.text();
  EXPECT_EQ(server.registrations, 2);
}

TEST_F(AuthTest, SaysWhenTheAccountIsAnotherThanBefore) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.answers["/api/v1/accounts/verify_credentials"] =
      SignInServer::json(200, {{"id", "43"}, {"acct", "news"}});
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_TRUE(out.says("Signed in as @news@social.example."));
  EXPECT_TRUE(out.says("was @jobs@social.example"));
}

TEST_F(AuthTest, SaysThatTwoAccountsAreOne) {
  config.accounts.push_back(config.accounts[0]);
  config.accounts.back().id = {"jobs-board"};
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_FALSE(err.says("signed in as the same one"));
  EXPECT_EQ(login("jobs-board"), exit_code::ok);
  EXPECT_TRUE(err.says("account town-hall is signed in as the same one")) << err.text();
}

TEST_F(AuthTest, TellsThatAnOutboxNeedsNoSignIn) {
  EXPECT_EQ(login("noticeboard"), exit_code::ok);
  EXPECT_TRUE(out.says("needs no sign-in"));
  EXPECT_EQ(logout("noticeboard"), exit_code::ok);
  EXPECT_TRUE(server.requests.empty());
}

TEST_F(AuthTest, NamesTheAccountsWhenItIsGivenOneThatIsNot) {
  EXPECT_EQ(login("townhall"), exit_code::usage);
  EXPECT_TRUE(err.says("did you mean \"town-hall\"?"));
  EXPECT_EQ(login("fire-station"), exit_code::usage);
  EXPECT_TRUE(err.says("town-hall"));
  EXPECT_TRUE(err.says("noticeboard"));
  EXPECT_EQ(logout("townhall"), exit_code::usage);
}

TEST_F(AuthTest, CallsAServerThatIsNotHttpsAConfigurationError) {
  config.accounts[0].server = "http://social.example";
  EXPECT_EQ(login("town-hall"), exit_code::usage);
  EXPECT_TRUE(server.requests.empty());
}

TEST_F(AuthTest, WarnsThatATokenFromTheEnvironmentWins) {
  variables["CRIER_TOKEN_TOWN_HALL"] = "the-token";
  EXPECT_EQ(login("town-hall"), exit_code::ok) << err.text();
  EXPECT_TRUE(err.says("CRIER_TOKEN_TOWN_HALL"));
  EXPECT_EQ(logout("town-hall"), exit_code::usage);
  EXPECT_TRUE(file_store.load({"town-hall"}).has_value());
}

TEST_F(AuthTest, StatusTellsWhoIsSignedInAndWhoIsNot) {
  EXPECT_EQ(status(), exit_code::needs_person);
  EXPECT_TRUE(out.says("run crier auth login town-hall"));
  EXPECT_TRUE(out.says("noticeboard (outbox): needs no sign-in"));
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_EQ(status(), exit_code::ok);
  EXPECT_TRUE(out.says("town-hall (mastodon): signed in as @jobs@social.example; token from /"));
}

TEST_F(AuthTest, StatusNeedsNobodyForAnAccountThatNoFeedNames) {
  config.feeds[0].accounts = {{"noticeboard"}};
  EXPECT_EQ(status(), exit_code::ok);
  EXPECT_TRUE(out.says("; no feed names it")) << out.text();
}

TEST_F(AuthTest, StatusAsksTheServerWhetherATokenIsStillGood) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.token_is_good = false;
  EXPECT_EQ(status(), exit_code::needs_person);
  EXPECT_TRUE(out.says("signed out"));
}

TEST_F(AuthTest, StatusTellsTheStateOfAnAccountInItsServersWordsAndNotAsALostSignIn) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.answers["/api/v1/accounts/verify_credentials"] =
      SignInServer::json(403, {{"error", "Your login is currently disabled"}});
  EXPECT_EQ(status(), exit_code::needs_person);
  EXPECT_TRUE(out.says("the server says of the account: Your login is currently disabled (403)"))
      << out.text();
  EXPECT_TRUE(out.says("a new sign-in does not mend that"));
  EXPECT_FALSE(out.says("signed out"));
}

TEST_F(AuthTest, StatusDoesNotCallAnAccountSignedOutWhenItsServerIsDown) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.is_unreachable = true;
  EXPECT_EQ(status(), exit_code::ok);
  EXPECT_TRUE(out.says("could not be asked"));
}

TEST_F(AuthTest, StatusSendsATokenOnlyToTheServerItIsFor) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  config.accounts[0].server = "https://moved.example";
  server.requests.clear();
  EXPECT_EQ(status(), exit_code::needs_person);
  EXPECT_TRUE(server.requests.empty());
}

TEST_F(AuthTest, StatusIsOneJsonObject) {
  variables["CRIER_TOKEN_TOWN_HALL"] = "the-token";
  EXPECT_EQ(status(true), exit_code::ok);
  const auto object = nlohmann::json::parse(out.text());
  const auto& first = object["accounts"][0];
  EXPECT_EQ(first["account"], "town-hall");
  EXPECT_EQ(first["signed_in"], true);
  EXPECT_EQ(first["handle"], "@jobs@social.example");
  EXPECT_EQ(first["source"], "environment CRIER_TOKEN_TOWN_HALL");
  EXPECT_EQ(object["accounts"][1]["needs_sign_in"], false);
}

/// A Bluesky account beside the others, signed in for `whole`, of which `gone` is over. Its server
/// cannot be asked.
class BlueskyStatus : public AuthTest {
 protected:
  int status_of(std::chrono::hours whole, std::chrono::hours gone) {
    config.accounts = {{.id = {"sky"},
                        .network = "bluesky",
                        .server = "",
                        .language = "",
                        .settings = {{"handle", "council.example.gov.uk"}}}};
    config.feeds[0].accounts = {{"sky"}};
    Credentials credentials;
    credentials.kind = "dpop";
    credentials.server = "https://pds.example";
    credentials.handle = "@council.example.gov.uk";
    credentials.scope = "atproto";
    credentials.access_token = Secret("the-token");
    credentials.refresh_token = Secret("the-refresh");
    credentials.dpop_key = make_p256_key();
    credentials.signed_in_at = credentials.obtained_at = clock.now() - gone;
    credentials.expires_at = clock.now() + std::chrono::hours{1};
    credentials.ends_at = *credentials.signed_in_at + whole;
    EXPECT_TRUE(file_store.save({"sky"}, credentials).has_value());
    server.is_unreachable = true;
    return status();
  }
  using days = std::chrono::days;
};

TEST_F(BlueskyStatus, WarnsOfAShortSignInInItsLastQuarterOnly) {
  EXPECT_EQ(status_of(days{14}, days{1}), exit_code::ok) << out.text();
  EXPECT_TRUE(out.says("sign in again by 2026-03-15, in 13 days")) << out.text();
  EXPECT_FALSE(out.says("PLEASE"));
  EXPECT_EQ(status_of(days{14}, days{10}), exit_code::ok);
  EXPECT_EQ(status_of(days{14}, days{11}), exit_code::needs_person);
  EXPECT_TRUE(out.says("PLEASE sign in again by"));
}

TEST_F(BlueskyStatus, WarnsOfALongSignInAsLongBeforeAsTheConfigSays) {
  EXPECT_EQ(status_of(days{90}, days{75}), exit_code::ok);
  EXPECT_EQ(status_of(days{90}, days{77}), exit_code::needs_person);
  config.warn_before = days{20};
  EXPECT_EQ(status_of(days{90}, days{71}), exit_code::needs_person);
}

TEST_F(BlueskyStatus, SaysThatASignInIsOver) {
  EXPECT_EQ(status_of(days{14}, days{15}), exit_code::needs_person);
  EXPECT_TRUE(out.says("which is past")) << out.text();
}

TEST_F(AuthTest, StatusSaysWhenNoDateIsKnownByWhichAPersonIsNeeded) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_EQ(status(), exit_code::ok);
  EXPECT_TRUE(out.says("a person is needed by no known date"));
}

TEST_F(AuthTest, LogoutGivesTheTokenBackAndForgetsIt) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  EXPECT_EQ(logout("town-hall"), exit_code::ok);
  EXPECT_FALSE(server.token_is_good);
  EXPECT_FALSE(file_store.load({"town-hall"}).has_value());
  EXPECT_EQ(logout("town-hall"), exit_code::ok);
  EXPECT_TRUE(out.says("is not signed in"));
}

TEST_F(AuthTest, LogoutForgetsATokenThatTheServerDoesNotTakeBackAndSaysSo) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  server.is_unreachable = true;
  EXPECT_EQ(logout("town-hall"), exit_code::ok);
  EXPECT_TRUE(err.says("did not take the token back"));
  EXPECT_FALSE(file_store.load({"town-hall"}).has_value());
}

TEST_F(AuthTest, LogoutWorksForAnAccountThatHasLeftTheConfiguration) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  config.accounts.clear();
  EXPECT_EQ(logout("town-hall"), exit_code::ok);
  EXPECT_FALSE(file_store.load({"town-hall"}).has_value());
}

TEST_F(AuthTest, TakesAWebhooksAddressWithoutSendingAnythingAndShowsOnlyItsHost) {
  config.accounts.push_back(
      {.id = {"hook"}, .network = "webhook", .server = "", .language = "", .settings = {}});
  typed = {"no address", "https://hooks.example.org/in/hidden",
           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
  EXPECT_EQ(login("hook"), exit_code::ok) << err.text();
  EXPECT_TRUE(server.requests.empty());
  EXPECT_TRUE(out.says("Signed in as hooks.example.org.")) << out.text();
  const auto kept = file_store.load({"hook"});
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->kind, "address");
  EXPECT_EQ(kept->access_token.reveal(), "/in/hidden");
  EXPECT_EQ(kept->client_secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  (void)status();
  EXPECT_TRUE(out.says("it cannot be asked whether it still takes posts")) << out.text();
  EXPECT_EQ(logout("hook"), exit_code::ok);
  EXPECT_TRUE(server.requests.empty());
  for (const char* secret : {"hidden", "whsec_Mf"}) {
    EXPECT_FALSE(out.says(secret)) << out.text();
    EXPECT_FALSE(err.says(secret)) << err.text();
  }
}

TEST_F(AuthTest, PrintsNoSecretWhateverHappens) {
  EXPECT_EQ(login("town-hall"), exit_code::ok);
  (void)status();
  (void)status(true);
  server.answers["/oauth/token"] = SignInServer::json(400, {{"error", "the-token the-secret"}});
  (void)login("town-hall");
  server.answers.clear();
  server.answers["/oauth/revoke"] = SignInServer::json(500, {{"error", "the-token the-secret"}});
  (void)logout("town-hall");
  for (const char* secret : {"the-token", "the-secret", "the-code"}) {
    EXPECT_FALSE(out.says(secret)) << out.text();
    EXPECT_FALSE(err.says(secret)) << err.text();
  }
}

}  // namespace
}  // namespace crier
