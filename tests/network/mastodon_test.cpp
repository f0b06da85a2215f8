#include "network/mastodon/mastodon.h"

#include <gtest/gtest.h>

#include "network/mastodon/wire.h"

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

std::string idempotency_key(const Delivery& delivery) {
  const MastodonNetwork network;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  const AccountFacts facts{{{"account_id", "42"}}, {}};
  const Turn turn = network.next(delivery, {account, facts, now}, nullptr);
  const Publish* publish = std::get_if<Publish>(&turn.step);
  return publish == nullptr
             ? ""
             : std::string(find_header(publish->request.headers, "idempotency-key").value_or(""));
}

TEST(Mastodon, GivesOneDeliveryTheSameKeyOnEveryTryAndOthersAnother) {
  Delivery first;
  first.id = {"0123456789abcdef0123456789abcdef"};
  Delivery again = first;
  again.attempts = 7;
  again.stage = Stage::publishing;
  again.publishing_at = now;
  Delivery second;
  second.id = {"00000000000000000000000000000000"};
  EXPECT_FALSE(idempotency_key(first).empty());
  EXPECT_EQ(idempotency_key(first), idempotency_key(again));
  EXPECT_NE(idempotency_key(first), idempotency_key(second));
}

TEST(Mastodon, TellsTheStateOfAnAccountFromASignInThatIsLost) {
  const MastodonNetwork network;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  const AccountFacts facts{{{"account_id", "42"}}, {}};
  const auto told = [&](int status, const std::string& words) {
    Response answer;
    answer.status = status;
    answer.body = R"({"error":")" + words + "\"}";
    const Turn turn = network.next(Delivery{}, {account, facts, now}, &answer);
    const auto* waits = std::get_if<Deferred>(&std::get<Finish>(turn.step).outcome);
    return waits == nullptr ? std::string() : waits->why.message;
  };
  for (const char* words :
       {"Your login is currently disabled", "Your login is currently pending approval",
        "Your login is missing a confirmed e-mail address", "This account has been suspended"}) {
    const std::string message = told(403, words);
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_NE(message.find("a new sign-in does not mend that"), std::string::npos) << message;
    EXPECT_EQ(message.find("crier auth login"), std::string::npos) << message;
  }
  EXPECT_NE(told(403, "This action is outside the authorized scopes").find("crier auth login"),
            std::string::npos);
  EXPECT_NE(told(401, "The access token was revoked").find("crier auth login"), std::string::npos);
}

TEST(Mastodon, CountsTheContentWarningAsPartOfThePost) {
  const MastodonNetwork network;
  Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  AccountFacts facts;
  facts.values = {{"max_characters", "100"}};
  account.settings["spoiler_text"] = "Swyddi ŵ";
  EXPECT_EQ(network.rules(account, facts).limit, 92U);
  account.settings["spoiler_text"] = std::string(200, 'x');
  EXPECT_EQ(network.rules(account, facts).limit, 0U);
}

TEST(Mastodon, FallsBackToTheUsualLimitsWhenFactsAreOdd) {
  const MastodonNetwork network;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  AccountFacts facts;
  facts.values = {{"max_characters", "many"}, {"characters_reserved_per_url", ""}};
  EXPECT_EQ(network.rules(account, facts).limit, 500U);
  EXPECT_EQ(network.rules(account, facts).link_weight, 23U);
}

/// Says whether a post that the server dates 09:00 is recognised, which left at `sent` by our clock
/// and is looked for at `looked`; the server's own clock then shows `date`.
bool is_recognised(SysTime sent, SysTime looked, const std::string& date) {
  const MastodonNetwork network;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  const AccountFacts facts{{{"account_id", "42"}}, {}};
  Delivery delivery;
  delivery.post.text = "New job: Librarian";
  delivery.publishing_at = sent;
  Response answer;
  answer.status = 200;
  answer.headers = {{"Date", date}};
  answer.body =
      R"([{"id":"1","url":"https://social.example.gov.uk/@council/1","visibility":"public",)"
      R"("created_at":"2026-03-02T09:00:00Z","content":"<p>New job: Librarian</p>"}])";
  const auto found = network.recognise(delivery, {account, facts, looked}, answer);
  return found && found->has_value();
}

TEST(Mastodon, FindsAPostThatWasSentWhileOurClockWasAhead) {
  const std::chrono::hours month{30 * 24};
  const std::string date = "Mon, 02 Mar 2026 09:05:00 GMT";
  EXPECT_TRUE(is_recognised(now + month, now, date)) << "it was put right since";
  EXPECT_TRUE(is_recognised(now + month, now + month, date)) << "it is still ahead";
  EXPECT_TRUE(is_recognised(now - month, now - month, date)) << "behind, nothing is missed";
  EXPECT_FALSE(is_recognised(now + month, now + month, "Wed, 01 Apr 2026 09:05:00 GMT"))
      << "an old post with the same words is not ours";
}

TEST(Mastodon, ReadsTimesWithFractionsAndOffsets) {
  using mastodon::read_timestamp;
  EXPECT_EQ(read_timestamp("2026-03-02T09:00:00Z"), now);
  EXPECT_EQ(read_timestamp("2026-03-02T09:00:00.999999Z"), now);
  EXPECT_EQ(read_timestamp("2026-03-02T10:00:00.000+01:00"), now);
  EXPECT_EQ(read_timestamp("2026-03-02T03:30:00-0530"), now);
  for (const char* text : {"", "2026-03-02", "2026-03-02T09:00:00", "2026-02-30T09:00:00Z",
                           "2026-03-02T25:00:00Z", "2026-03-02T09:00:00Zulu", "1772442000"}) {
    EXPECT_EQ(read_timestamp(text), std::nullopt) << text;
  }
}

TEST(Mastodon, SendsTheFirstPartOfALanguageTag) {
  using mastodon::primary_language;
  EXPECT_EQ(primary_language("en-GB"), "en");
  EXPECT_EQ(primary_language("CY"), "cy");
  EXPECT_EQ(primary_language("gsw_CH"), "gsw");
  EXPECT_EQ(primary_language("x-council"), "");
  EXPECT_EQ(primary_language(""), "");
  EXPECT_EQ(primary_language("english"), "");
}

TEST(Mastodon, SurvivesJsonThatIsNestedDeeply) {
  const std::string deep(200'000, '[');
  EXPECT_EQ(mastodon::read_status(deep), std::nullopt);
  EXPECT_EQ(mastodon::read_statuses(deep + std::string(200'000, ']'))->size(), 0U);
}

PastPage read_back(const std::string& body) {
  Response answer;
  answer.status = 200;
  answer.body = body;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "en-GB", {}};
  const AccountFacts facts;
  const auto page = MastodonNetwork().read_back({account, facts, SysTime{}}, answer);
  EXPECT_TRUE(page) << page.error().message;
  return page.value_or(PastPage{});
}

TEST(Mastodon, ReadsWhatAReaderSeesOfItsPosts) {
  const PastPage page = read_back(
      R"([{"id":"9","url":"https://social.example.gov.uk/@council/9",)"
      R"("created_at":"2026-03-02T09:00:00.000Z","content":"<p>New job: Clerk &amp; warden )"
      R"(<a href=\"https://www.example.gov.uk/jobs/1?a=1&amp;b=2\"><span>https://</span>www.ex…</a></p>"}])");
  ASSERT_EQ(page.posts.size(), 1U);
  EXPECT_EQ(page.posts[0].remote_id, "9");
  EXPECT_EQ(page.posts[0].url, "https://social.example.gov.uk/@council/9");
  EXPECT_EQ(page.posts[0].at, now);
  EXPECT_NE(page.posts[0].text.find("New job: Clerk & warden"), std::string::npos);
  EXPECT_EQ(page.posts[0].links,
            (std::vector<std::string>{"https://www.example.gov.uk/jobs/1?a=1&b=2"}));
  EXPECT_EQ(page.next, "9");
}

TEST(Mastodon, LeavesRepliesAndBoostsOutButGoesOnBehindThem) {
  const PastPage page = read_back(
      R"([{"id":"9","content":"a","in_reply_to_id":"4"},{"id":"8","content":"b","reblog":{"id":"3"}},)"
      R"({"id":"7","content":"c","in_reply_to_id":null,"reblog":null},{"id":"6","in_reply_to_id":"7"}])");
  ASSERT_EQ(page.posts.size(), 1U);
  EXPECT_EQ(page.posts[0].remote_id, "7");
  EXPECT_EQ(page.next, "6");
}

TEST(Mastodon, AsksForTheNextPageOfTheAccountsOwnPosts) {
  const MastodonNetwork network;
  const Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}};
  const AccountFacts facts{{{"account_id", "42"}}, {}};
  const auto first = network.look_back({account, facts, now}, "");
  const auto second = network.look_back({account, facts, now}, "a&b");
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->sign);
  EXPECT_EQ(first->url,
            "https://social.example.gov.uk/api/v1/accounts/42/statuses"
            "?limit=40&exclude_reblogs=true&exclude_replies=true");
  EXPECT_EQ(second->url, first->url + "&max_id=a%26b");
  EXPECT_FALSE(network.look_back({account, {}, now}, "")) << "nobody knows whose posts to ask for";
}

}  // namespace
}  // namespace crier
