#include "network/x/x.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/utf8.h"
#include "network/x/wire.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

const Account& account() {
  static const Account one{{"council"}, "x", "https://api.x.com", "en-GB", {}};
  return one;
}
const AccountFacts& facts() {
  static const AccountFacts all{{{"account_id", "42"}, {"handle", "@council"}}, {}};
  return all;
}

Delivery delivery() {
  Delivery one;
  one.id = {"0123456789abcdef0123456789abcdef"};
  one.post.text = "New job: Lifeguard https://www.example.gov.uk/jobs/17";
  one.post.link = "https://www.example.gov.uk/jobs/17";
  one.planned_at = now;
  return one;
}

Response answer_of(int status, std::string body, Headers headers = {}) {
  Response answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

Turn after_post(const Response& answer) {
  Delivery sent = delivery();
  sent.notes["step"] = "post";
  return XNetwork().next(sent, {account(), facts(), now}, &answer);
}

Outcome outcome_of(int status, const std::string& body, Headers headers = {}) {
  return std::get<Finish>(after_post(answer_of(status, body, std::move(headers))).step).outcome;
}

std::string problem(const char* type, const char* title, const char* detail) {
  return json{{"type", type}, {"title", title}, {"detail", detail}}.dump();
}

TEST(X, SortsRefusalsByWhatThePersonMustDo) {
  struct Row {
    int status;
    std::string body;
    ErrorKind kind;
  };
  const std::string prefix = "https://api.twitter.com/2/problems/";
  for (const Row& row : {
           Row{401, R"({"errors":[{"code":89,"message":"Invalid or expired token."}]})",
               ErrorKind::unauthorized},
           Row{401, "", ErrorKind::unauthorized},
           Row{402, problem((prefix + "credits").c_str(), "CreditsDepleted", ""),
               ErrorKind::unauthorized},
           Row{403, problem((prefix + "client-forbidden").c_str(), "Client Forbidden", "no"),
               ErrorKind::unauthorized},
           Row{403, R"({"errors":[{"code":326,"message":"this account is temporarily locked"}]})",
               ErrorKind::unauthorized},
           Row{403, "", ErrorKind::unauthorized},
           Row{429, "", ErrorKind::throttled},
           Row{404, "", ErrorKind::invalid},
       }) {
    SCOPED_TRACE(row.body);
    const Outcome outcome = outcome_of(row.status, row.body);
    ASSERT_TRUE(std::holds_alternative<Deferred>(outcome)) << row.status;
    EXPECT_EQ(std::get<Deferred>(outcome).why.kind, row.kind);
  }
  for (const int status : {400, 403}) {
    EXPECT_TRUE(std::holds_alternative<Rejected>(
        outcome_of(status, problem("about:blank", "Forbidden", "Your Tweet text is too long."))))
        << status;
  }
  for (const int status : {408, 500, 502, 503, 504}) {
    EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(status, ""))) << status;
  }
}

TEST(X, ReadsTheTypeOfAProblemWhateverItsHost) {
  for (const char* host :
       {"https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"}) {
    EXPECT_EQ(x::read_problem(problem((std::string(host) + "usage-capped").c_str(), "", "")).type,
              "usage-capped");
  }
}

TEST(X, WaitsForTheResetAndForTheNextMonth) {
  const auto until = [](const std::string& body, Headers headers) {
    return std::get<Deferred>(outcome_of(429, body, std::move(headers))).until;
  };
  const std::string calm = problem("about:blank", "Too Many Requests", "Too Many Requests");
  EXPECT_EQ(until(calm, {{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", "1772442420"}}),
            now + std::chrono::minutes{7});
  EXPECT_EQ(until(calm, {}), now + std::chrono::minutes{15});
  EXPECT_EQ(until(problem("https://api.x.com/2/problems/usage-capped", "UsageCapExceeded", "cap"),
                  {{"x-rate-limit-reset", "1772442420"}}),
            SysTime{std::chrono::seconds{1'775'001'600}});  // 2026-04-01T00:00:00Z
}

TEST(X, LooksForThePostWhenItsWordsAreRefusedAsSaidBefore) {
  const Turn turn = after_post(
      answer_of(403, problem("about:blank", "Forbidden",
                             "You are not allowed to create a Tweet with duplicate content.")));
  EXPECT_TRUE(std::holds_alternative<Uncertain>(std::get<Finish>(turn.step).outcome));
  Delivery sent = delivery();
  sent.notes = turn.notes;
  sent.publishing_at = now;
  const auto look = XNetwork().look_for(sent, {account(), facts(), now});
  ASSERT_TRUE(look);
  EXPECT_EQ(look->url.find("start_time"), std::string::npos) << "they may be old";
  EXPECT_NE(look->url.find("max_results=100"), std::string::npos);
  // Not found among them: nobody can say more, and the words would be refused again.
  const Turn after = XNetwork().next(sent, {account(), facts(), now}, nullptr);
  const auto* finish = std::get_if<Finish>(&after.step);
  ASSERT_NE(finish, nullptr);
  EXPECT_TRUE(std::holds_alternative<Rejected>(finish->outcome));
}

TEST(X, DoesNotSayThatAPostIsNotThereWhereOthersMayHideIt) {
  Delivery sent = delivery();
  sent.publishing_at = now;
  const Response full = answer_of(200, json{{"data", {{{"id", "7"}, {"text", "something else"}}}},
                                            {"meta", {{"next_token", "b26v"}}}}
                                           .dump());
  const auto found = XNetwork().recognise(sent, {account(), facts(), now}, full);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
}

TEST(X, DoesNotTakeAnotherItemsPostForItsOwn) {
  const Response answer =
      answer_of(200, json{{"data",
                           {{{"id", "9"},
                             {"text", "New job: Lifeguard https://t.co/a"},
                             {"entities",
                              {{"urls",
                                {{{"url", "https://t.co/a"},
                                  {"expanded_url", "https://www.example.gov.uk/jobs/17"}}}}}}}}}}
                         .dump());
  Context context{account(), facts(), now};
  auto found = XNetwork().recognise(delivery(), context, answer);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->remote_id, "9");
  EXPECT_EQ((*found)->url, "https://x.com/council/status/9");
  context.is_taken = [](const std::string& id) { return id == "9"; };
  found = XNetwork().recognise(delivery(), context, answer);
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found) << "that post is the receipt of another delivery";
}

TEST(X, ComparesWordsWithoutTheirLinksAndInOneSpelling) {
  EXPECT_EQ(x::bare_words("Cafe\xCC\x81  open https://www.example.gov.uk/a"),
            x::bare_words("Caf\xC3\xA9 open https://t.co/abc"));
  EXPECT_NE(x::bare_words("Pool open"), x::bare_words("Pool closed"));
}

TEST(X, TakesXsPricesUnlessTheAccountSaysOthers) {
  const XNetwork network;
  Post post;
  post.text = "Road closed";
  EXPECT_EQ(network.price(post, account())->millionths, 15'000);
  post.text = "Road closed https://www.example.gov.uk/roads";
  EXPECT_EQ(network.price(post, account())->millionths, 200'000);
  post.images = {{"https://www.example.gov.uk/a.jpg", "Map"}, {"https://www.example.gov.uk/b", ""}};
  EXPECT_EQ(network.price(post, account())->millionths, 205'000) << "a description costs, too";
  post.images.assign(6, {"https://www.example.gov.uk/a.jpg", "Map"});
  EXPECT_EQ(network.price(post, account())->millionths, 220'000) << "four are attached";
  Account other = account();
  other.settings = {{"cost_per_link_post", "10"}, {"cost_per_alt_text", "1"}};
  EXPECT_EQ(network.price(post, other)->millionths, 14);
}

TEST(X, SendsOnlyPropertiesThatItsSchemaKnows) {
  const json post = json::parse(x::write_post("a", {"1", "2"}));
  EXPECT_EQ(post, (json{{"text", "a"}, {"media", {{"media_ids", {"1", "2"}}}}}));
  EXPECT_EQ(json::parse(x::write_post("a", {})), (json{{"text", "a"}}));
}

TEST(X, CutsADescriptionBetweenGraphemes) {
  std::string family;
  for (int i = 0; i < 300; ++i) family += "👩‍👩‍👧";
  const json body = json::parse(x::write_description("7", family));
  const std::string text = body["metadata"]["alt_text"]["text"];
  EXPECT_LE(count_code_points(text), 1000U);
  EXPECT_TRUE(text.ends_with("👩‍👩‍👧"));
  EXPECT_EQ(body["id"], "7");
}

TEST(X, AsksWhoItIsOnlyWhereNothingElseSaysIt) {
  EXPECT_TRUE(XNetwork().inquire(account(), facts()).empty());
  EXPECT_EQ(XNetwork().inquire(account(), {}).size(), 1U);
}

}  // namespace
}  // namespace crier
