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

}  // namespace
}  // namespace crier
