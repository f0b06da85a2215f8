// What the session of one account promises, against a server that gives each refresh token once.
#include "publish/account_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "oauth/crypto.h"
#include "support/fake_clock.h"
#include "support/fake_site.h"
#include "support/memory_tokens.h"

namespace crier {
namespace {

using std::chrono::seconds;

/// Tokens with a record of what was done to them.
class WatchedTokens final : public TokenStore {
 public:
  MemoryTokens inner;
  std::vector<std::string> done;
  bool cannot_save = false;
  std::function<void()> at_lease;  ///< another process, while this one waits for the lease

  [[nodiscard]] Result<Credentials> load(const AccountId& account) const override {
    return inner.load(account);
  }
  [[nodiscard]] Result<void> save(const AccountId& account, const Credentials& kept) override {
    done.push_back("save " + kept.access_token.reveal() + (leases > 0 ? " leased" : ""));
    if (cannot_save) return fail(ErrorKind::unavailable, "the disk is full");
    return inner.save(account, kept);
  }
  [[nodiscard]] Result<void> remove(const AccountId& account) override {
    return inner.remove(account);
  }
  [[nodiscard]] Result<std::unique_ptr<Lease>> lease(const AccountId&) override {
    struct Held final : Lease {
      explicit Held(int& counted) : count(counted) { ++count; }
      ~Held() override { --count; }
      Held(const Held&) = delete;
      Held& operator=(const Held&) = delete;
      int& count;
    };
    if (at_lease) std::exchange(at_lease, nullptr)();
    return std::make_unique<Held>(leases);
  }
  int leases = 0;
};

std::string claim_of_proof(const Request& request, const char* name) {
  const std::string proof(find_header(request.headers, "DPoP").value_or(""));
  const std::size_t first = proof.find('.');
  if (first == std::string::npos) return {};
  const auto claims = base64url_decode(
      std::string_view(proof).substr(first + 1, proof.find('.', first + 1) - first - 1));
  return nlohmann::json::parse(claims.value_or("{}"), nullptr, false).value(name, "");
}

/// An account at a PDS; its authorization server is another one.
class Session : public testing::Test {
 protected:
  Session() {
    account.id = {"town-hall"};
    account.network = "bluesky";
    account.server = pds;
    Credentials& kept = tokens.inner.kept["town-hall"];
    kept.kind = "dpop";
    kept.server = pds;
    kept.issuer = as;
    kept.client_id = "http://localhost";
    kept.access_token = Secret("access-1");
    kept.refresh_token = Secret("refresh-1");
    kept.dpop_key = make_p256_key();
    kept.account_id = "did:plc:council";
    kept.token_endpoint = as + "/token";
    kept.obtained_at = kept.signed_in_at = clock.now();
    kept.expires_at = clock.now() + seconds{900};
    site.on("POST " + as + "/token", [this](const Request& request) { return renew(request); });
    site.on("POST " + pds + "/post", [this](const Request& request) { return take(request); });
  }

  /// Gives each refresh token once; a second use ends the sign-in.
  Result<Response> renew(const Request& request) {
    tokens.done.emplace_back("renewal");
    if (claim_of_proof(request, "nonce") != as_nonce) return ask_nonce(400, as_nonce);
    const std::string wanted = "refresh_token=refresh-" + std::to_string(generation);
    if (is_over || request.body.find(wanted + "&") == std::string::npos) {
      is_over = true;
      return FakeSite::respond(400, R"({"error":"invalid_grant"})", {{"DPoP-Nonce", as_nonce}});
    }
    const std::string next = std::to_string(++generation);
    return FakeSite::respond(200,
                             nlohmann::json{{"access_token", "access-" + next},
                                            {"refresh_token", "refresh-" + next},
                                            {"token_type", "DPoP"},
                                            {"sub", "did:plc:council"},
                                            {"expires_in", 900}}
                                 .dump(),
                             {{"DPoP-Nonce", as_nonce}});
  }
  Result<Response> take(const Request& request) {
    const std::string token(find_header(request.headers, "Authorization").value_or(""));
    tokens.done.push_back("post " + token.substr(std::min<std::size_t>(5, token.size())));
    if (always_asks_nonce || claim_of_proof(request, "nonce") != pds_nonce) {
      return ask_nonce(401, pds_nonce);
    }
    if (is_over || token != "DPoP access-" + std::to_string(generation) || token_is_dead) {
      return FakeSite::respond(401, R"({"error":"InvalidToken"})", {{"DPoP-Nonce", pds_nonce}});
    }
    Response answer = FakeSite::respond(200, "posted", {{"DPoP-Nonce", pds_nonce}});
    if (next_answer) answer = *next_answer;
    return answer;
  }
  static Response ask_nonce(int status, const std::string& nonce) {
    return FakeSite::respond(
        status, R"({"error":"use_dpop_nonce"})",
        {{"DPoP-Nonce", nonce}, {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""}});
  }

  [[nodiscard]] Request post(const std::string& url = "https://pds.example/post") const {
    Request request;
    request.method = Method::post;
    request.url = url;
    request.sign = true;
    request.follow_redirects = true;
    return request;
  }
  Result<Response> send(AccountSession& session) { return send(session, post()); }
  Result<Response> send(AccountSession& session, Request request) {
    SiteClient client(site, clock);
    world_client = &client;
    return fetch(session, client, std::move(request));
  }
  Result<Response> send_at_most_once(AccountSession& session) {
    SiteClient client(site, clock);
    world_client = &client;
    if (auto begun = session.start(post(), {}, true); !begun) return Failure(begun.error());
    while (true) {
      for (Completion& completion : client.wait(std::chrono::milliseconds{1})) {
        if (auto end = session.take(std::move(completion.result))) return *std::move(end);
      }
    }
  }
  AccountSession open() { return {account, {tokens, authorizer, clock, random, forwarding}}; }
  Result<Response> send_once() {
    AccountSession session = open();
    return send(session);
  }
  Credentials& kept() { return tokens.inner.kept["town-hall"]; }
  [[nodiscard]] long count(std::string_view what) const {
    return std::ranges::count(tokens.done, what);
  }
  [[nodiscard]] std::size_t asked_at(const std::string& origin) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        site.asked, [&](const Request& request) { return origin_of(request.url) == origin; }));
  }

  const std::string pds = "https://pds.example", as = "https://as.example";
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  WatchedTokens tokens;
  KindAuthorizer authorizer;
  Account account;
  std::string pds_nonce = "p1", as_nonce = "a1";
  int generation = 1;
  bool is_over = false, always_asks_nonce = false, token_is_dead = false;
  std::optional<Response> next_answer;

 private:
  /// The session keeps a client for its life; each send() of a test brings one.
  class Forwarding final : public HttpClient {
   public:
    explicit Forwarding(SiteClient*& to) : to_(to) {}
    TransferId start(Request request) override { return to_->start(std::move(request)); }
    std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
      return to_->wait(at_most);
    }
    void cancel(TransferId id) override { to_->cancel(id); }

   private:
    SiteClient*& to_;
  };
  SiteClient* world_client = nullptr;
  Forwarding forwarding{world_client};
};

TEST_F(Session, SignsWithTheNonceThatIsAskedForOnceAndThenWithTheNewest) {
  AccountSession session = open();
  const auto first = send(session);
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_EQ(first->body, "posted");
  EXPECT_EQ(asked_at(pds), 2U);
  ASSERT_TRUE(send(session).has_value());
  EXPECT_EQ(asked_at(pds), 3U) << "the nonce is kept for the session";
  pds_nonce = "p2";  // it goes stale in mid-session
  ASSERT_TRUE(send(session).has_value());
  EXPECT_EQ(asked_at(pds), 5U);
  EXPECT_EQ(asked_at(as), 0U);
}

TEST_F(Session, TakesTheNextNonceFromAnAnswerThatIsFine) {
  AccountSession session = open();
  ASSERT_TRUE(send(session).has_value());
  next_answer = FakeSite::respond(200, "posted", {{"DPoP-Nonce", "p2"}});
  ASSERT_TRUE(send(session).has_value());
  pds_nonce = "p2";
  ASSERT_TRUE(send(session).has_value());
  EXPECT_EQ(asked_at(pds), 4U);
}

TEST_F(Session, SignsAgainOnceAndNeverTwice) {
  always_asks_nonce = true;
  AccountSession session = open();
  const auto end = send(session);
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(session.nothing_happened());
  EXPECT_EQ(asked_at(pds), 2U);
}

TEST_F(Session, CountsASecondSignatureAsTheSameRequest) {
  int left = 0;
  SiteClient client(site, clock);
  AccountSession session(account, {tokens, authorizer, clock, random, client});
  ASSERT_TRUE(session.start(post(), [&] { ++left; }).has_value());
  std::optional<Result<Response>> end;
  while (session.transfer()) {
    for (Completion& completion : client.wait(std::chrono::milliseconds{0})) {
      end = session.take(std::move(completion.result));
    }
  }
  ASSERT_TRUE(end && *end);
  EXPECT_EQ(asked_at(pds), 2U);
  EXPECT_EQ(left, 1);
}

TEST_F(Session, RenewsWhatIsDueUnderTheLeaseAndKeepsItBeforeItIsUsed) {
  clock.advance(seconds{880});
  const auto end = send_once();
  ASSERT_TRUE(end.has_value()) << end.error().message;
  EXPECT_EQ(tokens.done, (std::vector<std::string>{"renewal", "renewal", "save access-2 leased",
                                                   "post access-2", "post access-2"}));
  EXPECT_EQ(tokens.leases, 0);
  EXPECT_EQ(kept().refresh_token.reveal(), "refresh-2");
}

TEST_F(Session, RenewsATokenThatTheServerFindsTooOldOnce) {
  generation = 2;
  tokens.inner.kept["town-hall"].refresh_token = Secret("refresh-2");
  const auto end = send_once();
  ASSERT_TRUE(end.has_value()) << end.error().message;
  EXPECT_EQ(end->status, 200);
  EXPECT_EQ(count("save access-3 leased"), 1);
  token_is_dead = true;  // whatever is given, it is not taken
  tokens.done.clear();
  const auto dead = send_once();
  ASSERT_TRUE(dead.has_value());
  EXPECT_EQ(dead->status, 401) << "the network's to say";
  EXPECT_EQ(count("renewal"), 1);
}

TEST_F(Session, TellsWhatWasAnsweredToARequestThatMustNotLeaveTwiceAndRenewsForTheNext) {
  generation = 2;
  kept().refresh_token = Secret("refresh-2");
  AccountSession session = open();
  const auto refused = send_at_most_once(session);
  ASSERT_TRUE(refused.has_value()) << refused.error().message;
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(count("renewal"), 0);
  EXPECT_FALSE(session.has_renewed());
  tokens.done.clear();
  const auto next = send(session);
  ASSERT_TRUE(next.has_value()) << next.error().message;
  EXPECT_EQ(next->status, 200);
  EXPECT_TRUE(session.has_renewed());
  EXPECT_EQ(count("post access-1"), 0) << "the token has ended: no request is wasted on it";
}

TEST_F(Session, TakesUpTheTokensOfAnotherProcessAndDoesNotRenewThem) {
  clock.advance(seconds{880});
  tokens.at_lease = [this] {
    generation = 2;
    kept().access_token = Secret("access-2");
    kept().refresh_token = Secret("refresh-2");
    kept().expires_at = clock.now() + seconds{900};
  };
  const auto end = send_once();
  ASSERT_TRUE(end.has_value()) << end.error().message;
  EXPECT_EQ(asked_at(as), 0U);
  EXPECT_EQ(count("post access-2"), 2);
}

TEST_F(Session, SaysThatTheSignInHasEndedWhenItsRefreshTokenWasUsedElsewhere) {
  generation = 2;  // another machine, with a copy of the file
  AccountSession session = open();
  const auto end = send(session);
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(end.error().message.find("crier auth login"), std::string::npos);
  EXPECT_TRUE(session.nothing_happened());
  EXPECT_EQ(tokens.leases, 0);
  EXPECT_EQ(kept().refresh_token.reveal(), "refresh-1") << "nothing is kept of a refusal";
}

TEST_F(Session, SendsNothingWithTokensThatCannotBeKeptAndKeepsThemLater) {
  clock.advance(seconds{880});
  tokens.cannot_save = true;
  AccountSession session = open();
  const auto end = send(session);
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(asked_at(pds), 0U);
  tokens.cannot_save = false;
  tokens.done.clear();
  ASSERT_TRUE(send(session).has_value());
  EXPECT_EQ(tokens.done[0], "save access-2");
  EXPECT_EQ(count("renewal"), 0);
}

TEST_F(Session, LeavesTheTokensAsTheyAreWhenTheRenewalsServerIsDown) {
  clock.advance(seconds{880});
  site.on("POST " + as + "/token", [](const Request&) { return FakeSite::respond(503, ""); });
  const auto down = send_once();
  ASSERT_FALSE(down.has_value());
  EXPECT_EQ(down.error().kind, ErrorKind::unavailable);
  site.on("POST " + as + "/token", [](const Request&) -> Result<Response> {
    return fail(ErrorKind::uncertain, "the connection broke off");
  });
  const auto broken = send_once();
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().kind, ErrorKind::unavailable) << "of the post itself nothing has left";
  EXPECT_EQ(asked_at(pds), 0U);
}

TEST_F(Session, KeepsATokenOfAServerThatGivesItOnlyAMoment) {
  clock.advance(seconds{880});
  site.on("POST " + as + "/token", [](const Request&) {
    return FakeSite::respond(200, R"({"access_token":"access-2","refresh_token":"refresh-2",
      "token_type":"DPoP","expires_in":0,"sub":"did:plc:council"})");
  });
  generation = 2;
  EXPECT_TRUE(send_once().has_value());
  EXPECT_EQ(asked_at(as), 1U);
  EXPECT_EQ(kept().refresh_token.reveal(), "refresh-2");
}

TEST_F(Session, KeepsARefreshTokenThatStaysTheSame) {
  kept().kind = "bearer";
  clock.advance(seconds{880});
  site.on("POST " + as + "/token", [](const Request&) {
    return FakeSite::respond(200, R"({"access_token":"access-2","refresh_token":"refresh-1",
      "token_type":"bearer","expires_in":900})");
  });
  (void)send_once();
  EXPECT_EQ(kept().access_token.reveal(), "access-2");
  EXPECT_EQ(kept().refresh_token.reveal(), "refresh-1") << "not the *** of a redaction";
}

TEST_F(Session, GivesUpOnAServerThatGivesNoNewToken) {
  clock.advance(seconds{880});
  site.on("POST " + as + "/token",
          [n = 0](const Request&) mutable { return ask_nonce(400, "n" + std::to_string(++n)); });
  const auto end = send_once();
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(asked_at(as), 2U);
}

TEST_F(Session, SaysThatTheClockIsOffWhenASignatureIsRefusedForIt) {
  const Headers date = {{"Date", "Mon, 02 Mar 2026 08:55:00 GMT"},
                        {"WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\""}};
  site.on("POST " + pds + "/post", [&](const Request&) {
    return FakeSite::respond(401, R"({"error":"invalid_dpop_proof"})", date);
  });
  AccountSession session = open();
  const auto end = send(session);
  ASSERT_FALSE(end.has_value());
  EXPECT_NE(end.error().message.find("clock is 5 minutes ahead of"), std::string::npos);
  EXPECT_NE(end.error().message.find("set the clock"), std::string::npos);
  EXPECT_TRUE(session.nothing_happened());
}

TEST_F(Session, SaysSoOfXTooAndOnlyOfARefusal) {
  Credentials& x = kept();
  x = {};
  x.kind = "oauth1";
  x.server = pds;
  x.client_id = "key";
  x.client_secret = x.token_secret = Secret("secret");
  x.access_token = Secret("42-token");
  const Headers date = {{"Date", "Mon, 02 Mar 2026 09:05:00 GMT"}};
  int status = 401;
  site.on("POST " + pds + "/post",
          [&](const Request&) { return FakeSite::respond(status, "{}", date); });
  const auto refused = send_once();
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("5 minutes behind"), std::string::npos);
  for (const int other : {200, 403, 500}) {
    status = other;
    EXPECT_TRUE(send_once().has_value()) << other;
  }
}

TEST_F(Session, FollowsNoRedirectOfASignedRequestAndSaysWhereItLed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    site.asked.clear();
    site.on("POST " + pds + "/post", [&](const Request& request) {
      EXPECT_FALSE(request.follow_redirects);
      return FakeSite::respond(status, "", {{"Location", "https://evil.test/post?token=x"}});
    });
    AccountSession session = open();
    const auto end = send(session);
    ASSERT_FALSE(end.has_value()) << status;
    const bool is_for_good = status == 301 || status == 308;
    EXPECT_EQ(end.error().kind, is_for_good ? ErrorKind::invalid : ErrorKind::unavailable);
    EXPECT_NE(end.error().message.find("https://evil.test"), std::string::npos);
    EXPECT_EQ(end.error().message.find("token=x"), std::string::npos);
    EXPECT_TRUE(session.nothing_happened());
    EXPECT_EQ(asked_at("https://evil.test"), 0U);
  }
}

TEST_F(Session, FollowsNoRedirectOfARenewal) {
  clock.advance(seconds{880});
  site.on("POST " + as + "/token", [](const Request& request) {
    EXPECT_FALSE(request.follow_redirects);
    return FakeSite::respond(307, "", {{"Location", "https://evil.test/token"}});
  });
  EXPECT_FALSE(send_once().has_value());
  EXPECT_EQ(asked_at("https://evil.test"), 0U);
}

TEST_F(Session, SignsNothingForAnotherServer) {
  AccountSession session = open();
  for (const char* url : {"https://evil.test/post", "http://pds.example/post",
                          "https://pds.example:8443/post", "https://pds.example.evil.test/"}) {
    const auto end = send(session, post(url));
    ASSERT_FALSE(end.has_value()) << url;
    EXPECT_EQ(end.error().kind, ErrorKind::invalid);
  }
  account.server = "https://moved.example";
  EXPECT_FALSE(send(session).has_value()) << "the account has moved in feeds.toml";
  EXPECT_TRUE(site.asked.empty());
}

TEST_F(Session, RenewsNothingAtAnotherServer) {
  clock.advance(seconds{880});
  kept().token_endpoint = "https://evil.test/token";
  const auto end = send_once();
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(site.asked.empty());
  EXPECT_EQ(tokens.leases, 0);
}

TEST_F(Session, SendsWhatIsNotToBeSignedAsItIs) {
  Request plain = post("https://elsewhere.example/page");
  plain.sign = false;
  AccountSession session = open();
  EXPECT_EQ(send(session, plain)->status, 404);
  EXPECT_TRUE(site.asked[0].headers.empty());
}

TEST_F(Session, TakesEverySecretOutOfAnAnswer) {
  pds_nonce.clear();
  kept().refresh_token = Secret("refresh-secret");
  kept().client_secret = Secret("client-secret");
  kept().password = Secret("pass-word-secret");
  const std::string all = "access-1 refresh-secret client-secret pass-word-secret";
  next_answer = FakeSite::respond(418, all, {{"X-Echo", all}});
  const auto end = send_once();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->body, "*** *** *** ***");
  EXPECT_EQ(find_header(end->headers, "X-Echo"), "*** *** *** ***");
}

TEST_F(Session, ShowsNoSecretOfARenewalThatWentWrong) {
  clock.advance(seconds{880});
  for (const int status : {200, 302, 400, 401, 403, 500}) {
    site.on("POST " + as + "/token", [&](const Request&) {
      return FakeSite::respond(status, R"({"error":"refresh-1","did":"access-1 refresh-1",
        "message":"access-1","accessJwt":"access-1","refreshJwt":"refresh-1"})");
    });
    const auto end = send_once();
    ASSERT_FALSE(end.has_value()) << status;
    EXPECT_EQ(end.error().message.find("access-1"), std::string::npos) << end.error().message;
    EXPECT_EQ(end.error().message.find("refresh-1"), std::string::npos) << end.error().message;
  }
}

TEST_F(Session, SaysThatAnAccountIsSignedOutBeforeAnythingLeaves) {
  tokens.inner.kept.clear();
  const auto end = send_once();
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(site.asked.empty());
}

/// An account with a token of Meta's kind, which is renewed at an address of its own.
class GraphSession : public testing::Test {
 protected:
  GraphSession() {
    account.id = {"town-hall"};
    account.network = "threads";
    account.server = api;
    Credentials& kept = tokens.kept["town-hall"];
    kept.kind = "graph";
    kept.server = api;
    kept.access_token = Secret("THAA-first");
    kept.token_endpoint = api + "/refresh_access_token";
    kept.obtained_at = kept.signed_in_at = clock.now();
    kept.expires_at = kept.ends_at = clock.now() + days{60};
    site.on("GET " + api + "/refresh_access_token",
            [this](const Request&) { return refresh_answer; });
    site.on("GET " + api + "/v1.0/me", [this](const Request& request) -> Result<Response> {
      used.push_back(request.url.substr(request.url.find("access_token=") + 13));
      if (used.back() == dead) {
        return FakeSite::respond(401, R"({"error":{"code":190,"error_subcode":463}})");
      }
      return FakeSite::respond(200, "{}");
    });
  }

  Result<Response> send() {
    SiteClient client(site, clock);
    AccountSession session(account, {tokens, authorizer, clock, random, client});
    return send(session, client);
  }
  Result<Response> send(AccountSession& session, HttpClient& client) {
    Request request;
    request.url = api + "/v1.0/me";
    request.sign = true;
    return fetch(session, client, std::move(request));
  }
  static Response renewed(const char* token) {
    return FakeSite::respond(
        200,
        nlohmann::json{{"access_token", token}, {"token_type", "bearer"}, {"expires_in", 5'184'000}}
            .dump());
  }
  [[nodiscard]] long renewals() const {
    return std::ranges::count_if(site.asked, [](const Request& request) {
      return request.url.find("/refresh_access_token?") != std::string::npos;
    });
  }
  Credentials& kept() { return tokens.kept["town-hall"]; }

  using days = std::chrono::days;
  const std::string api = "https://graph.threads.net";
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  MemoryTokens tokens;
  KindAuthorizer authorizer;
  Account account;
  Result<Response> refresh_answer = renewed("THAA-second");
  std::vector<std::string> used;
  std::string dead;
};

TEST_F(GraphSession, RenewsATokenThatIsEightDaysOldAndUsesTheNewOne) {
  clock.advance(days{8});
  const auto end = send();
  ASSERT_TRUE(end.has_value()) << end.error().message;
  EXPECT_EQ(used, std::vector<std::string>{"THAA-second"});
  EXPECT_EQ(kept().access_token.reveal(), "THAA-second");
  EXPECT_EQ(kept().expires_at, clock.now() + days{60});
  EXPECT_EQ(kept().ends_at, clock.now() + days{60}) << "a person is needed that much later";
  EXPECT_NE(site.asked[0].url.find("grant_type=th_refresh_token"), std::string::npos);
  EXPECT_FALSE(site.asked[0].follow_redirects);
  ASSERT_TRUE(send().has_value());
  EXPECT_EQ(renewals(), 1) << "once a week is enough";
}

TEST_F(GraphSession, RenewsNoTokenInItsFirstDayAndNoneThatCannotBe) {
  for (const auto age :
       {std::chrono::hours{0}, std::chrono::hours{23}, std::chrono::hours{6 * 24}}) {
    kept().obtained_at = clock.now() - age;
    ASSERT_TRUE(send().has_value());
  }
  EXPECT_EQ(renewals(), 0);
  kept().obtained_at = clock.now() - days{30};
  kept().token_endpoint.clear();  // one that was handed in, or a Page's
  ASSERT_TRUE(send().has_value());
  EXPECT_EQ(renewals(), 0);
}

TEST_F(GraphSession, SendsWithTheTokenThatIsThereWhenARenewalFails) {
  clock.advance(days{8});
  const std::vector<Result<Response>> answers{
      FakeSite::respond(500, "<html>"),
      FakeSite::respond(400, R"({"error":{"code":100,"message":"too young: THAA-first"}})"),
      FakeSite::respond(200, "<html>"),
      FakeSite::respond(302, "", {{"Location", "https://evil.test/"}}),
      fail(ErrorKind::unavailable, "no connection"),
      fail(ErrorKind::uncertain, "the connection broke off")};
  for (const auto& answer : answers) {
    refresh_answer = answer;
    used.clear();
    const auto end = send();
    ASSERT_TRUE(end.has_value()) << end.error().message;
    EXPECT_EQ(used, std::vector<std::string>{"THAA-first"});
    EXPECT_EQ(kept().access_token.reveal(), "THAA-first");
  }
  kept().token_endpoint = "https://evil.test/refresh_access_token";
  ASSERT_TRUE(send().has_value()) << "it is renewed nowhere else, and good still";
}

TEST_F(GraphSession, TriesARenewalThatFailedAgainInAnotherRunOnly) {
  clock.advance(days{8});
  refresh_answer = FakeSite::respond(500, "");
  SiteClient client(site, clock);
  AccountSession session(account, {tokens, authorizer, clock, random, client});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(session, client).has_value());
  EXPECT_EQ(renewals(), 1);
  refresh_answer = renewed("THAA-second");
  ASSERT_TRUE(send().has_value());
  EXPECT_EQ(kept().access_token.reveal(), "THAA-second");
}

TEST_F(GraphSession, KeepsTheLongerLifeOfATokenThatStaysTheSame) {
  clock.advance(days{8});
  refresh_answer = renewed("THAA-first");
  const auto end = send();
  ASSERT_TRUE(end.has_value()) << end.error().message;
  EXPECT_EQ(kept().expires_at, clock.now() + days{60});
  EXPECT_EQ(renewals(), 1);
}

TEST_F(GraphSession, LeavesATokenThatHasEndedToTheServerWhichAsksForASignIn) {
  clock.advance(days{61});
  dead = "THAA-first";
  const auto end = send();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->status, 401) << "a clock may be wrong: only the server knows";
  EXPECT_EQ(renewals(), 0) << "what has ended cannot be renewed";
}

TEST_F(GraphSession, ShowsNoTokenOfAnAddressInAnError) {
  struct Row {
    const char* kind;
    std::string token;
  };
  for (const Row& row : {Row{"graph", "THAA-first"}, Row{"address", "/bot123:secret"},
                         Row{"address", "/hook/secret?sig=secret2"}}) {
    kept().kind = row.kind;
    kept().access_token = Secret(row.token);
    std::string went_to;
    site.on_origin(api, [&](const Request& request) -> Result<Response> {
      went_to = request.url;
      return fail(ErrorKind::uncertain, "{} did not answer; nor {}", request.url,
                  request.url.substr(0, request.url.find('?')));
    });
    site.on("GET " + api + "/v1.0/me", [&](const Request& request) -> Result<Response> {
      went_to = request.url;
      return fail(ErrorKind::uncertain, "{} did not answer", request.url);
    });
    const auto end = send();
    ASSERT_FALSE(end.has_value());
    EXPECT_NE(went_to.find(row.token), std::string::npos) << went_to;
    EXPECT_EQ(end.error().message.find("secret"), std::string::npos) << end.error().message;
    EXPECT_EQ(end.error().message.find("THAA"), std::string::npos) << end.error().message;
  }
}

}  // namespace
}  // namespace crier
