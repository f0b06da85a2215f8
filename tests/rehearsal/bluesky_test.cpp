// crier's own sign-ins and requests before the double of Bluesky.
#include <gtest/gtest.h>

#include "network/json.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_bluesky.h"
#include "rehearsal/doubles.h"
#include "rehearsal/person.h"

namespace crier {
namespace {

constexpr const char* origin = "http://127.0.0.1:8701";
constexpr const char* redirect = "http://127.0.0.1:5555/callback";
constexpr const char* key = "3lzzzzzzzzzz2";

class BlueskyDouble : public ::testing::Test {
 protected:
  BlueskyDouble()
      : far(rehearsal::make_bluesky({clock, random, origin})), person(*far, clock, origin) {}

  [[nodiscard]] BlueskySignIn flow(BlueskySignInPlan::Method method) {
    return {{.method = method,
             .handle = "council.test",
             .server = origin,
             .plc_directory = origin,
             .redirect_uri = redirect},
            clock,
            random};
  }

  Result<SignInStep> sign_in_with_oauth(const std::string& decision = "yes") {
    BlueskySignIn oauth = flow(BlueskySignInPlan::Method::oauth);
    auto step = person.go_on(oauth, oauth.begin());
    if (!step || !std::holds_alternative<Browse>(*step)) return step;
    const Response page = person.get(std::get<Browse>(*step).url);
    EXPECT_EQ(page.status, 200) << page.body;
    const Response answer = person.press(page, decision);
    EXPECT_EQ(answer.status, 303) << answer.body;
    const std::string target(find_header(answer.headers, "Location").value_or(""));
    EXPECT_TRUE(target.starts_with(redirect)) << target;
    return person.go_on(oauth, oauth.redirected(target));
  }

  Result<SignInStep> sign_in_with_password(const std::string& password) {
    BlueskySignIn session = flow(BlueskySignInPlan::Method::app_password);
    auto step = person.go_on(session, session.begin());
    if (!step || !std::holds_alternative<Prompt>(*step)) return step;
    return person.go_on(session, session.told(password));
  }

  /// Signs and sends as an account's session does: once more with the nonce that came.
  Response send(Credentials& by, const Request& request) {
    for (int i = 0; i < 2; ++i) {
      auto ready = KindAuthorizer().sign(request, by, clock.now(), random);
      if (!ready) return {};
      Response answer = far->answer(*ready);
      if (KindAuthorizer().heed(by, *ready, answer) != Authorizer::Verdict::sign_again)
        return answer;
    }
    return {};
  }
  Response post(Credentials& by, const std::string& method, std::string body,
                const std::string& type = "application/json") {
    Request request;
    request.method = Method::post;
    request.url = std::string(origin) + "/xrpc/com.atproto." + method;
    request.headers = {{"Content-Type", type}};
    request.body = std::move(body);
    request.sign = true;
    return send(by, request);
  }
  Response put(Credentials& by, const Json& record, const std::string& at = key) {
    return post(by, "repo.putRecord",
                write_json({{"repo", by.account_id},
                            {"collection", "app.bsky.feed.post"},
                            {"rkey", at},
                            {"record", record},
                            {"swapRecord", nullptr}}));
  }
  static Json record(const std::string& text) {
    return {
        {"$type", "app.bsky.feed.post"}, {"text", text}, {"createdAt", "2026-03-02T09:00:00.000Z"}};
  }
  static std::string error_of(const Response& answer) {
    return text_of(parse_json(answer.body), "error");
  }
  Credentials signed_in() {
    return far->sign_in({{"sky"}, "bluesky", origin, "", {{"handle", "council.test"}}, {}});
  }
  /// Renews as an account's session does.
  Result<Credentials> renew(Credentials by) {
    for (int i = 0; i < 3; ++i) {
      const auto request = KindAuthorizer().renew(by, clock.now(), random);
      if (!request) return fail(ErrorKind::unauthorized, "nothing renews it");
      auto got = KindAuthorizer().absorb(by, *request, far->answer(*request), clock.now());
      if (!got) return got;
      if (got->access_token.reveal() != by.access_token.reveal()) return got;
      by = *got;
    }
    return fail(ErrorKind::unauthorized, "it never ends");
  }

  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<rehearsal::Double> far;
  Person person;
};

TEST_F(BlueskyDouble, LetsAPersonSignInWithABrowserAndPost) {
  auto step = sign_in_with_oauth();
  ASSERT_TRUE(step.has_value()) << step.error().message;
  ASSERT_TRUE(std::holds_alternative<SignedIn>(*step));
  Credentials by = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(by.kind, "dpop");
  EXPECT_EQ(by.handle, "@council.test");
  const Response answer = put(by, record("Störung & mehr"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(far->arrived().size(), 1U);
  EXPECT_EQ(far->arrived()[0].text, "Störung & mehr");
  EXPECT_EQ(far->arrived()[0].url,
            std::string("https://bsky.app/profile/council.test/post/") + key);
}

TEST_F(BlueskyDouble, LetsAPersonSignInWithAnAppPassword) {
  auto step = sign_in_with_password("abcd-efgh-ijkl-mnop");
  ASSERT_TRUE(step.has_value()) << step.error().message;
  Credentials by = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(by.kind, "session");
  EXPECT_EQ(put(by, record("one")).status, 200);
}

TEST_F(BlueskyDouble, RefusesAPasswordThatIsNoAppPassword) {
  const auto step = sign_in_with_password("hunter2");
  ASSERT_FALSE(step.has_value());
  EXPECT_NE(step.error().message.find("App passwords"), std::string::npos) << step.error().message;
}

TEST_F(BlueskyDouble, APersonWhoSaysNoIsNotSignedIn) {
  const auto step = sign_in_with_oauth("no");
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::unauthorized);
}

TEST_F(BlueskyDouble, AFormThatIsSentWithoutAButtonSaysYes) {
  EXPECT_TRUE(sign_in_with_oauth("").has_value());
}

TEST_F(BlueskyDouble, AnAnnouncementIsGoodOnce) {
  BlueskySignIn oauth = flow(BlueskySignInPlan::Method::oauth);
  auto step = person.go_on(oauth, oauth.begin());
  ASSERT_TRUE(step.has_value() && std::holds_alternative<Browse>(*step));
  const Response page = person.get(std::get<Browse>(*step).url);
  EXPECT_EQ(person.press(page).status, 303);
  EXPECT_EQ(person.press(page).status, 400);
}

TEST_F(BlueskyDouble, ARefreshTokenRenewsOnceAndEndsAllWhenItIsUsedTwice) {
  auto step = sign_in_with_oauth();
  ASSERT_TRUE(step.has_value());
  const Credentials old = std::get<SignedIn>(*step).credentials;
  far->expire_tokens();
  Credentials expired = old;
  EXPECT_EQ(put(expired, record("late")).status, 401);
  auto renewed = renew(old);
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(put(*renewed, record("new")).status, 200);
  EXPECT_FALSE(renew(old).has_value());
  EXPECT_EQ(put(*renewed, record("newer"), "3lzzzzzzzzzz3").status, 401);
  EXPECT_EQ(far->arrived().size(), 1U);
}

TEST_F(BlueskyDouble, ATokenIsOfNoUseWithoutItsKeyAndAProofIsGoodOnce) {
  auto step = sign_in_with_oauth();
  ASSERT_TRUE(step.has_value());
  Credentials by = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(put(by, record("one")).status, 200);
  Credentials thief = by;
  thief.dpop_key = make_p256_key();
  EXPECT_EQ(put(thief, record("two"), "3lzzzzzzzzzz3").status, 401);
  Request request;
  request.url = std::string(origin) + "/xrpc/com.atproto.server.getSession";
  const auto ready = KindAuthorizer().sign(request, by, clock.now(), random);
  ASSERT_TRUE(ready.has_value());
  EXPECT_EQ(far->answer(*ready).status, 200);
  EXPECT_EQ(far->answer(*ready).status, 401);
  clock.advance(std::chrono::minutes{10});
  const auto stale = KindAuthorizer().sign(request, by, clock.now(), random);
  const Response answer = far->answer(*stale);
  EXPECT_EQ(error_of(answer), "use_dpop_nonce");
  EXPECT_TRUE(find_header(answer.headers, "DPoP-Nonce").has_value());
}

TEST_F(BlueskyDouble, SigningOutTakesTheTokensBack) {
  for (const bool is_bound : {true, false}) {
    auto step = is_bound ? sign_in_with_oauth() : sign_in_with_password("abcd-efgh-ijkl-mnop");
    ASSERT_TRUE(step.has_value());
    Credentials by = std::get<SignedIn>(*step).credentials;
    EXPECT_EQ(put(by, record("before")).status, 200);
    const auto request = revocation_request(by, clock.now(), random);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(far->answer(*request).status, 200);
    by.password = {};
    EXPECT_FALSE(renew(by).has_value());
  }
}

TEST_F(BlueskyDouble, ATokenThatExpiredIsToldByNameAndRenewed) {
  Credentials by = signed_in();
  far->expire_tokens();
  EXPECT_EQ(error_of(put(by, record("one"))), "ExpiredToken");
  auto renewed = renew(by);
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(put(*renewed, record("one")).status, 200);
}

TEST_F(BlueskyDouble, TheSameRecordAgainIsNoChangeAndAnotherIsRefused) {
  Credentials by = signed_in();
  EXPECT_EQ(put(by, record("one")).status, 200);
  EXPECT_EQ(put(by, record("one")).status, 200);
  EXPECT_EQ(error_of(put(by, record("two"))), "InvalidSwap");
  ASSERT_EQ(far->arrived().size(), 1U);
  EXPECT_EQ(far->arrived()[0].text, "one");
}

TEST_F(BlueskyDouble, RefusesWhatTheLexiconForbids) {
  Credentials by = signed_in();
  const auto refused = [&](const Json& record, const std::string& at = key) {
    const Response answer = put(by, record, at);
    return answer.status == 400 && error_of(answer) == "InvalidRequest";
  };
  std::string exactly;
  for (int i = 0; i < 300; ++i) exactly += "ä";
  EXPECT_TRUE(refused(record(exactly + "x")));
  EXPECT_TRUE(refused(record("one"), "no-tid"));
  Json without_time = record("one");
  without_time.erase("createdAt");
  EXPECT_TRUE(refused(without_time));
  Json other = record("one");
  other["$type"] = "app.bsky.feed.like";
  EXPECT_TRUE(refused(other));
  const auto with_facet = [&](std::size_t begin, std::size_t end) {
    Json one = record("ä link");
    one["facets"] = {
        {{"index", {{"byteStart", begin}, {"byteEnd", end}}},
         {"features",
          {{{"$type", "app.bsky.richtext.facet#link"}, {"uri", "https://a.example"}}}}}};
    return one;
  };
  EXPECT_TRUE(refused(with_facet(3, 8)));
  EXPECT_TRUE(refused(with_facet(1, 7)));
  EXPECT_FALSE(refused(with_facet(3, 7)));
  EXPECT_EQ(put(by, record(exactly), "3lzzzzzzzzzz3").status, 200);
  EXPECT_EQ(far->arrived().size(), 2U);
  EXPECT_EQ(far->arrived()[1].length, 300U);
}

TEST_F(BlueskyDouble, PicturesMustHaveBeenUploadedAndBePictures) {
  Credentials by = signed_in();
  const auto with = [&](const std::string& blob) {
    Json one = record("one");
    one["embed"] = {{"$type", "app.bsky.embed.images"},
                    {"images", {{{"alt", "A pool"}, {"image", parse_json(blob)}}}}};
    return one;
  };
  EXPECT_EQ(error_of(put(by, with(R"({"$type":"blob","ref":{"$link":"bafkreinone"},)"
                                  R"("mimeType":"image/png","size":4})"))),
            "BlobNotFound");
  const auto upload = [&](const std::string& bytes, const std::string& type) {
    return write_json(parse_json(post(by, "repo.uploadBlob", bytes, type).body)["blob"]);
  };
  EXPECT_EQ(error_of(put(by, with(upload("words", "text/plain")))), "InvalidRequest");
  EXPECT_EQ(put(by, with(upload("\xFF\xD8\xFFrest", "image/jpeg"))).status, 200);
  ASSERT_EQ(far->arrived().size(), 1U);
  ASSERT_EQ(far->arrived()[0].pictures.size(), 1U);
  EXPECT_EQ(far->arrived()[0].pictures[0].alt, "A pool");
  EXPECT_EQ(far->arrived()[0].pictures[0].bytes, "\xFF\xD8\xFFrest");
}

TEST_F(BlueskyDouble, ListsRecordsNewestFirstAndPageByPage) {
  Credentials by = signed_in();
  for (const char* at : {"3lzzzzzzzzzz4", "3lzzzzzzzzzz2", "3lzzzzzzzzzz3"}) {
    EXPECT_EQ(put(by, record(at), at).status, 200);
  }
  const std::string list = std::string(origin) +
                           "/xrpc/com.atproto.repo.listRecords?repo=" + by.account_id +
                           "&collection=app.bsky.feed.post&limit=2";
  const Json first = parse_json(person.get(list).body);
  ASSERT_EQ(first["records"].size(), 2U);
  EXPECT_EQ(first["records"][0]["value"]["text"], "3lzzzzzzzzzz4");
  const Json second = parse_json(person.get(list + "&cursor=" + text_of(first, "cursor")).body);
  ASSERT_EQ(second["records"].size(), 1U);
  EXPECT_EQ(second["records"][0]["value"]["text"], "3lzzzzzzzzzz2");
}

TEST_F(BlueskyDouble, AnswersAnythingWithoutBreaking) {
  for (const char* at : {"", "/", "/xrpc/", "/xrpc/com.atproto.repo.putRecord", "/oauth/token",
                         "/oauth/authorize?request_uri=x", "/oauth/authorize/decide", "/did:x"}) {
    for (const Method method : {Method::get, Method::post}) {
      for (const char* body : {"", "{", "[]", "a=b", "{\"record\":{\"text\":[]}}", "\xFF\xFE"}) {
        Request request;
        request.method = method;
        request.url = std::string(origin) + at;
        request.headers = {{"Authorization", "DPoP x"}, {"DPoP", "a.b.c"}};
        request.body = body;
        EXPECT_GE(far->answer(request).status, 200);
      }
    }
  }
  EXPECT_TRUE(far->arrived().empty());
}

}  // namespace
}  // namespace crier
