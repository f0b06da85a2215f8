#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "oauth/environment_token_store.h"
#include "oauth/file_token_store.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

namespace fs = std::filesystem;

Credentials full_credentials() {
  Credentials credentials;
  credentials.server = "https://social.example";
  credentials.client_id = "client";
  credentials.client_secret = Secret("client-secret");
  credentials.access_token = Secret("access");
  credentials.refresh_token = Secret("refresh");
  credentials.scope = "write:statuses";
  credentials.account_id = "42";
  credentials.handle = "@jobs@social.example";
  credentials.obtained_at = SysTime{std::chrono::seconds{1'772'442'000}};
  credentials.app_redirect_uri = "http://127.0.0.1:4711/callback";
  credentials.app_scope = "write:statuses profile";
  credentials.revocation_endpoint = "https://social.example/oauth/revoke";
  return credentials;
}

class FileTokens : public testing::Test {
 protected:
  TempDir folder;
  fs::path tokens = folder.path() / "deep" / "tokens";
  FileTokenStore store{tokens};
  AccountId account{"town-hall"};
  fs::path file = tokens / "town-hall.json";

  static unsigned mode(const fs::path& path) {
    struct stat facts {};
    EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 07777U;
  }
  [[nodiscard]] Error load_error() const {
    const auto loaded = store.load(account);
    EXPECT_FALSE(loaded.has_value());
    return loaded ? Error{} : loaded.error();
  }
};

TEST_F(FileTokens, KeepsEverythingThatASignInGives) {
  const Credentials saved = full_credentials();
  ASSERT_TRUE(store.save(account, saved).has_value());
  const auto loaded = FileTokenStore(tokens / "").load(account);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->kind, "bearer");
  EXPECT_EQ(loaded->server, saved.server);
  EXPECT_EQ(loaded->client_id, saved.client_id);
  EXPECT_EQ(loaded->client_secret, saved.client_secret);
  EXPECT_EQ(loaded->access_token, saved.access_token);
  EXPECT_EQ(loaded->refresh_token, saved.refresh_token);
  EXPECT_EQ(loaded->scope, saved.scope);
  EXPECT_EQ(loaded->account_id, saved.account_id);
  EXPECT_EQ(loaded->handle, saved.handle);
  EXPECT_EQ(loaded->obtained_at, saved.obtained_at);
  EXPECT_EQ(loaded->expires_at, std::nullopt);
  EXPECT_EQ(loaded->app_redirect_uri, saved.app_redirect_uri);
  EXPECT_EQ(loaded->app_scope, saved.app_scope);
  EXPECT_EQ(loaded->revocation_endpoint, saved.revocation_endpoint);
  EXPECT_EQ(loaded->source, file.string());
}

TEST_F(FileTokens, ShowsAFileToItsOwnerOnlyWhateverTheUmask) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  ASSERT_TRUE(store.lease(account).has_value());
  ::umask(before);
  EXPECT_EQ(mode(file), 0600U);
  EXPECT_EQ(mode(tokens), 0700U);
  EXPECT_EQ(mode(tokens / "town-hall.lock"), 0600U);
}

TEST_F(FileTokens, SaysHowToSignInWhenThereIsNoToken) {
  EXPECT_EQ(load_error().kind, ErrorKind::unauthorized);
  EXPECT_NE(load_error().message.find("crier auth login town-hall"), std::string::npos);
  EXPECT_FALSE(fs::exists(tokens));
  ASSERT_TRUE(store.save(AccountId{"other"}, full_credentials()).has_value());
  EXPECT_EQ(load_error().kind, ErrorKind::unauthorized);
}

TEST_F(FileTokens, RefusesAFileThatOthersCanReadWithTheCommandThatMendsIt) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  for (const mode_t wide : {0640U, 0604U, 0660U, 0610U}) {
    ASSERT_EQ(::chmod(file.c_str(), wide), 0);
    EXPECT_EQ(load_error().kind, ErrorKind::invalid);
    EXPECT_NE(load_error().message.find("chmod 600 " + file.string()), std::string::npos);
  }
}

TEST_F(FileTokens, RefusesAFolderThatOthersCanWriteTo) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  ASSERT_EQ(::chmod(tokens.c_str(), 0770), 0);
  EXPECT_EQ(load_error().kind, ErrorKind::invalid);
  EXPECT_NE(load_error().message.find("chmod 700 " + tokens.string()), std::string::npos);
  EXPECT_FALSE(store.save(account, full_credentials()).has_value());
}

TEST_F(FileTokens, RefusesAFileOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to another user";
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  ASSERT_EQ(::chown(file.c_str(), 12345, 12345), 0);
  EXPECT_EQ(load_error().kind, ErrorKind::invalid);
  EXPECT_NE(load_error().message.find("user 12345"), std::string::npos);
}

TEST_F(FileTokens, FollowsNoSymbolicLink) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  const fs::path real = folder.path() / "real.json";
  fs::rename(file, real);
  fs::create_symlink(real, file);
  EXPECT_EQ(load_error().kind, ErrorKind::invalid);
  ASSERT_TRUE(store.remove(account).has_value());
  EXPECT_TRUE(fs::exists(real));
}

TEST_F(FileTokens, RefusesWhatIsNoPlainFile) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(load_error().kind, ErrorKind::invalid);
}

TEST_F(FileTokens, SaysThatADamagedFileIsDamagedAndShowsNothingOfIt) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  const std::string whole = read_file(file);
  const std::string newer = R"({"version":2,"server":"https://social.example","access_token":"a"})";
  for (const std::string& content :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("[]"), newer,
        std::string(R"({"version":1,"server":"","access_token":"access"})"),
        std::string(70000, ' ') + whole}) {
    write_file(file, content);
    EXPECT_EQ(load_error().kind, ErrorKind::invalid);
    EXPECT_EQ(load_error().message.find("\"access"), std::string::npos);
  }
}

TEST_F(FileTokens, ReplacesAFileWholeAndCleansUpAfterARunThatDied) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  write_file(tokens / "town-hall.json.new", "half of a fi");
  Credentials next = full_credentials();
  next.access_token = Secret("next");
  ASSERT_TRUE(store.save(account, next).has_value());
  EXPECT_EQ(store.load(account)->access_token.reveal(), "next");
  EXPECT_FALSE(fs::exists(tokens / "town-hall.json.new"));
  EXPECT_EQ(mode(file), 0600U);
}

TEST_F(FileTokens, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  // A folder in the new file's place is what even root cannot write over.
  fs::create_directories(tokens / "town-hall.json.new" / "x");
  const auto saved = store.save(account, full_credentials());
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(store.load(account).has_value());
}

TEST_F(FileTokens, NamesFilesSoThatNoAccountLeavesTheFolder) {
  const AccountId strange{"../Ämter/x"};
  ASSERT_TRUE(store.save(strange, full_credentials()).has_value());
  EXPECT_TRUE(fs::exists(tokens / "..%2F%C3%84mter%2Fx.json"));
  EXPECT_TRUE(store.load(strange).has_value());
}

TEST_F(FileTokens, ForgetsAnAccountAndForgettingTwiceIsNoError) {
  EXPECT_TRUE(store.remove(account).has_value());
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  EXPECT_TRUE(store.remove(account).has_value());
  EXPECT_EQ(load_error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(store.remove(account).has_value());
}

TEST_F(FileTokens, SaysThatThereIsNoFolderWhereThereIsNone) {
  FileTokenStore nowhere{fs::path()};
  EXPECT_EQ(nowhere.load(account).error().kind, ErrorKind::unauthorized);
  const auto saved = nowhere.save(account, full_credentials());
  ASSERT_FALSE(saved.has_value());
  EXPECT_NE(saved.error().message.find("set HOME"), std::string::npos);
  EXPECT_FALSE(nowhere.lease(account).has_value());
}

TEST_F(FileTokens, LeasesAnAccountToOneAtATime) {
  auto lease = store.lease(account);
  ASSERT_TRUE(lease.has_value());
  ASSERT_TRUE(store.lease(AccountId{"other"}).has_value());
  const int file_of_another = ::open((tokens / "town-hall.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file_of_another, 0);
  EXPECT_NE(::flock(file_of_another, LOCK_SH | LOCK_NB), 0);
  lease->reset();
  EXPECT_EQ(::flock(file_of_another, LOCK_EX | LOCK_NB), 0);
  ::close(file_of_another);
}

TEST_F(FileTokens, LeaseIsGivenBackByAProcessThatDies) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = store.lease(account);
    (void)::write(ready[1], held ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char said = 0;
  ASSERT_EQ(::read(ready[0], &said, 1), 1);
  ASSERT_EQ(said, 'y');
  const int file_of_another = ::open((tokens / "town-hall.lock").c_str(), O_RDWR | O_CLOEXEC);
  EXPECT_NE(::flock(file_of_another, LOCK_EX | LOCK_NB), 0) << "it holds across processes";
  ::close(file_of_another);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(store.lease(account).has_value());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FileTokens, LeaseIsNotWaitedForForEver) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  FileTokenStore hasty(tokens, {}, std::chrono::milliseconds{100});
  const auto held = store.lease(account);
  ASSERT_TRUE(held.has_value());
  const auto second = hasty.lease(account);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_NE(second.error().message.find("town-hall.lock"), std::string::npos);
}

class EnvironmentTokens : public FileTokens {
 protected:
  static Account account_at(const char* name, const char* server) {
    Account made;
    made.id = AccountId{name};
    made.network = "mastodon";
    made.server = server;
    return made;
  }
  EnvironmentTokenStore with(const std::map<std::string, std::string>& variables) {
    return {store, accounts, variables};
  }
  std::vector<Account> accounts = {account_at("town-hall", "https://social.example"),
                                   account_at("library", "https://books.example")};
};

TEST_F(EnvironmentTokens, NamesTheVariableOfAnAccount) {
  EXPECT_EQ(token_variable(AccountId{"town-hall"}), "CRIER_TOKEN_TOWN_HALL");
  EXPECT_EQ(token_variable(AccountId{"a.B 9ä"}), "CRIER_TOKEN_A_B_9__");
}

TEST_F(EnvironmentTokens, WinOverTheFileAndAreBoundToTheAccountsServer) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  const auto loaded = with({{"CRIER_TOKEN_TOWN_HALL", " from-ci\n"}}).load(account);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->access_token.reveal(), "from-ci");
  EXPECT_EQ(loaded->server, "https://social.example");
  EXPECT_EQ(loaded->source, "environment CRIER_TOKEN_TOWN_HALL");
  EXPECT_TRUE(loaded->client_secret.empty());
}

TEST_F(EnvironmentTokens, CountAsUnsetWhenEmpty) {
  ASSERT_TRUE(store.save(account, full_credentials()).has_value());
  const auto loaded = with({{"CRIER_TOKEN_TOWN_HALL", "  "}}).load(account);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->access_token.reveal(), "access");
}

TEST_F(EnvironmentTokens, AreNamedToTheOneWhoIsSignedOut) {
  const auto loaded = with({}).load(AccountId{"library"});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(loaded.error().message.find("CRIER_TOKEN_LIBRARY"), std::string::npos);
}

TEST_F(EnvironmentTokens, AreRefusedWhereTwoAccountsWouldShareOne) {
  accounts.push_back(account_at("town_hall", "https://elsewhere.example"));
  const auto loaded = with({{"CRIER_TOKEN_TOWN_HALL", "from-ci"}}).load(account);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
}

TEST_F(EnvironmentTokens, AreRefusedIfTheyCannotBeTokensAndNotShown) {
  const auto loaded = with({{"CRIER_TOKEN_TOWN_HALL", "two words"}}).load(account);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
  EXPECT_EQ(loaded.error().message.find("two words"), std::string::npos);
}

TEST_F(EnvironmentTokens, GoToTheServerThatTheyWereFirstUsedForAndToNoOther) {
  const auto at_server = [&](const char* server, std::map<std::string, std::string> variables) {
    variables.try_emplace("CRIER_TOKEN_TOWN_HALL", "from-ci");
    accounts = {account_at("town-hall", server)};
    return EnvironmentTokenStore(store, accounts, variables, tokens).load(account);
  };
  ASSERT_TRUE(at_server("https://social.example/", {}).has_value());
  EXPECT_EQ(read_file(tokens / "environment.servers").find("from-ci"), std::string::npos);
  EXPECT_EQ(mode(tokens / "environment.servers"), 0600U);
  EXPECT_TRUE(at_server("https://SOCIAL.example", {}).has_value());

  const auto moved = at_server("https://evil.example", {});
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().kind, ErrorKind::invalid);
  for (const char* part :
       {"https://social.example", "https://evil.example", "CRIER_SERVER_TOWN_HALL"}) {
    EXPECT_NE(moved.error().message.find(part), std::string::npos) << moved.error().message;
  }
  EXPECT_EQ(moved.error().message.find("from-ci"), std::string::npos);
  EXPECT_FALSE(at_server("https://evil.example", {}).has_value()) << "nor the second time";
  EXPECT_FALSE(at_server("http://social.example", {}).has_value()) << "nor without encryption";

  // A person says so, or gives the new server's own token.
  EXPECT_TRUE(at_server("https://new.example", {{"CRIER_SERVER_TOWN_HALL", "https://new.example"}})
                  .has_value());
  EXPECT_TRUE(at_server("https://new.example", {{"CRIER_TOKEN_TOWN_HALL", "another"}}).has_value());
}

TEST_F(EnvironmentTokens, GoToTheServerThatTheirVariableNamesWhereNothingIsKept) {
  const auto bound_to = [&](const char* server) {
    return with({{"CRIER_TOKEN_TOWN_HALL", "from-ci"}, {"CRIER_SERVER_TOWN_HALL", server}})
        .load(account);
  };
  EXPECT_TRUE(bound_to(" https://social.example/\n").has_value());
  EXPECT_TRUE(bound_to("").has_value()) << "CI systems set it to nothing where there is none";
  for (const char* other : {"https://evil.example", "social.example", "https://social.example:8"}) {
    const auto loaded = bound_to(other);
    ASSERT_FALSE(loaded.has_value()) << other;
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_EQ(loaded.error().message.find("from-ci"), std::string::npos);
  }
}

class XTokens : public EnvironmentTokens {
 protected:
  Result<Credentials> given(const std::string& text) {
    accounts = {account_at("x", "https://api.x.com")};
    accounts[0].network = "x";
    return with({{"CRIER_TOKEN_X", text}}).load(AccountId{"x"});
  }
};

TEST_F(XTokens, AreFourTextsJoinedByColonsOrOne) {
  const auto four = given("key:key-secret:42-token:token-secret\n");
  ASSERT_TRUE(four.has_value()) << four.error().message;
  EXPECT_EQ(four->kind, "oauth1");
  EXPECT_EQ(four->client_id, "key");
  EXPECT_EQ(four->client_secret.reveal(), "key-secret");
  EXPECT_EQ(four->access_token.reveal(), "42-token");
  EXPECT_EQ(four->token_secret.reveal(), "token-secret");
  EXPECT_EQ(four->account_id, "42");
  EXPECT_EQ(given("key:key-secret:token:token-secret")->account_id, "") << "no number in front";
  EXPECT_EQ(given("an-oauth2-token")->kind, "bearer");
}

TEST_F(XTokens, AreRefusedInAnyOtherNumberAndNotShown) {
  for (const char* text : {"key:key-secret", "key:key-secret:42-token", "a:b:c:d:e",
                           "key:key-secret::token-secret", ":::"}) {
    const auto loaded = given(text);
    ASSERT_FALSE(loaded.has_value()) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_EQ(loaded.error().message.find("key-secret"), std::string::npos);
  }
}

class OtherTokens : public EnvironmentTokens {
 protected:
  Result<Credentials> given(const char* network, const char* server, const std::string& text) {
    accounts = {account_at("a", server)};
    accounts[0].network = network;
    return with({{"CRIER_TOKEN_A", text}}).load(AccountId{"a"});
  }
};

TEST_F(OtherTokens, AreReadAsTheirNetworkHasThem) {
  const auto telegram = given("telegram", "https://api.telegram.org", "123456789:AAF-abcDEF_12345");
  ASSERT_TRUE(telegram.has_value()) << telegram.error().message;
  EXPECT_EQ(telegram->kind, "address");
  EXPECT_EQ(telegram->access_token.reveal(), "/bot123456789:AAF-abcDEF_12345");
  const auto facebook = given("facebook", "https://graph.facebook.com", "42:app-secret:EAAB");
  EXPECT_EQ(facebook->kind, "graph");
  EXPECT_EQ(facebook->client_secret.reveal(), "app-secret");
  EXPECT_EQ(given("threads", "https://graph.threads.net", "TH")->kind, "graph");
  const auto linkedin = given("linkedin", "https://api.linkedin.com", "AQ");
  EXPECT_EQ(linkedin->kind, "bearer");
  EXPECT_EQ(linkedin->upload_server, "https://www.linkedin.com");
}

TEST_F(OtherTokens, NameTheServerTooWhereTheAddressIsTheSecret) {
  const auto webhook = given(
      "webhook", "", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@https://hooks.example.org/in/hidden");
  ASSERT_TRUE(webhook.has_value()) << webhook.error().message;
  EXPECT_EQ(webhook->server, "https://hooks.example.org");
  EXPECT_EQ(webhook->access_token.reveal(), "/in/hidden");
  EXPECT_EQ(webhook->client_secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_EQ(webhook->source, "environment CRIER_TOKEN_A");
  EXPECT_FALSE(given("mastodon", "", "x").has_value()) << "nobody knows whose token it would be";
}

TEST_F(OtherTokens, AreRefusedWithTheVariablesNameAndNotShown) {
  for (const auto& [network, text] :
       {std::pair{"webhook", "http://hooks.example.org/hidden"},
        std::pair{"webhook", "hooks.example.org/hidden"}, std::pair{"telegram", "hidden"},
        std::pair{"facebook", "app:hidden"}}) {
    const auto loaded = given(network, "https://server.example", text);
    ASSERT_FALSE(loaded.has_value()) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_NE(loaded.error().message.find("CRIER_TOKEN_A must"), std::string::npos);
    EXPECT_EQ(loaded.error().message.find("hidden"), std::string::npos);
  }
}

class BlueskyPasswords : public EnvironmentTokens {
 protected:
  BlueskyPasswords() {
    accounts = {account_at("sky", "")};
    accounts[0].network = "bluesky";
    accounts[0].settings["handle"] = "council.example.gov.uk";
  }
  EnvironmentTokenStore with_password(const std::string& password) {
    return with({{"CRIER_TOKEN_SKY", password}});
  }
  /// What a run has after it began a session.
  static Credentials begun(Credentials credentials) {
    credentials.access_token = Secret("session-access");
    credentials.refresh_token = Secret("session-refresh");
    credentials.account_id = "did:plc:council";
    return credentials;
  }
  AccountId sky{"sky"};
};

TEST_F(BlueskyPasswords, BeginASessionAtBlueskysEntranceOrTheAccountsServer) {
  const auto loaded = with_password("abcd-efgh").load(sky);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->kind, "session");
  EXPECT_EQ(loaded->server, "https://bsky.social");
  EXPECT_EQ(loaded->handle, "@council.example.gov.uk");
  EXPECT_EQ(loaded->password.reveal(), "abcd-efgh");
  EXPECT_TRUE(loaded->access_token.empty());
  accounts[0].server = "https://pds.example";
  EXPECT_EQ(with_password("abcd-efgh").load(sky)->server, "https://pds.example");
}

TEST_F(BlueskyPasswords, AreNotKeptButTheirSessionIs) {
  auto first_run = with_password("abcd-efgh");
  ASSERT_TRUE(first_run.save(sky, begun(*first_run.load(sky))).has_value());
  const std::string content = read_file(tokens / "sky.json");
  EXPECT_EQ(content.find("abcd-efgh"), std::string::npos);
  const auto next = with_password("abcd-efgh").load(sky);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->access_token.reveal(), "session-access") << "sign-ins are scarce";
  EXPECT_EQ(next->password.reveal(), "abcd-efgh");
}

TEST_F(BlueskyPasswords, DoNotUseASessionOfAnotherPasswordHandleOrServer) {
  auto first_run = with_password("abcd-efgh");
  ASSERT_TRUE(first_run.save(sky, begun(*first_run.load(sky))).has_value());
  EXPECT_TRUE(with_password("ijkl-mnop").load(sky)->access_token.empty());
  accounts[0].settings["handle"] = "library.example.gov.uk";
  EXPECT_TRUE(with_password("abcd-efgh").load(sky)->access_token.empty());
  accounts[0].settings["handle"] = "council.example.gov.uk";
  accounts[0].server = "https://pds.example";
  EXPECT_TRUE(with_password("abcd-efgh").load(sky)->access_token.empty());
}

TEST_F(BlueskyPasswords, GoToNoServerButTheirFirst) {
  const std::map<std::string, std::string> variables{{"CRIER_TOKEN_SKY", "abcd-efgh"}};
  EXPECT_TRUE(EnvironmentTokenStore(store, accounts, variables, tokens).load(sky).has_value());
  accounts[0].server = "https://pds.example";
  EXPECT_FALSE(EnvironmentTokenStore(store, accounts, variables, tokens).load(sky).has_value());
}

TEST_F(BlueskyPasswords, DoWithoutAFolderWhereNothingCanBeKept) {
  FileTokenStore nowhere{fs::path()};
  EnvironmentTokenStore keeping_nothing(nowhere, accounts, {{"CRIER_TOKEN_SKY", "abcd-efgh"}});
  const auto loaded = keeping_nothing.load(sky);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(keeping_nothing.lease(sky).has_value());
  EXPECT_TRUE(keeping_nothing.save(sky, begun(*loaded)).has_value());
}

TEST_F(EnvironmentTokens, AreNeverWrittenDownAndNeedNoFolder) {
  auto environment = with({{"CRIER_TOKEN_TOWN_HALL", "from-ci"}});
  EXPECT_TRUE(environment.lease(account).has_value());
  EXPECT_TRUE(environment.load(account).has_value());
  EXPECT_FALSE(fs::exists(tokens));
}

}  // namespace
}  // namespace crier
