#include "network/webhook/webhook.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

Account account(std::map<std::string, std::string> settings = {}) {
  return {{"hook"}, "webhook", "", "", std::move(settings)};
}

Delivery delivery() {
  Delivery one;
  one.id = {"0123456789abcdef0123456789abcdef"};
  one.feed = {"jobs"};
  one.account = {"hook"};
  one.item_id = "job-17";
  one.item_title = "Lifeguard";
  one.item_link = "https://www.example.gov.uk/jobs/17";
  one.post = {"New job: “Lifeguard” & \"B\" <b>\nhttps://www.example.gov.uk/jobs/17",
              "en-GB",
              one.item_link,
              {}};
  one.planned_at = now;
  return one;
}

Turn next(const Delivery& sent, const Account& to, const Response* last = nullptr) {
  AccountFacts facts;
  facts.values["service"] = "https://hooks.example.gov.uk";
  return WebhookNetwork().next(sent, {to, facts, now}, last);
}

std::string body_of(const Delivery& sent, const Account& to) {
  return std::get<Publish>(next(sent, to).step).request.body;
}

Outcome outcome_of(int status, Headers headers = {}) {
  Response answer;
  answer.status = status;
  answer.headers = std::move(headers);
  return std::get<Finish>(next(delivery(), account(), &answer).step).outcome;
}

std::string example(const std::string& name) {
  return read_file(std::filesystem::path(CRIER_SOURCE_DIR) / "docs/webhook" / name);
}

std::string complaint(std::map<std::string, std::string> settings) {
  const auto checked = WebhookNetwork().check(account(std::move(settings)));
  return checked ? std::string() : checked.error().message;
}

TEST(Webhook, SendsTheSameBytesAndIdEachTime) {
  Delivery again = delivery();
  again.attempts = 3;
  again.publishing_at = again.sent_at = now + std::chrono::hours{2};
  again.stage = Stage::publishing;
  // Found anew for each try, and so no part of the body.
  again.post.card = {"https://www.example.gov.uk/jobs/17", "T", "D", {}};
  EXPECT_EQ(body_of(again, account()), body_of(delivery(), account()));
  const Turn turn = next(again, account());
  const Request& request = std::get<Publish>(turn.step).request;
  EXPECT_EQ(find_header(request.headers, "webhook-id").value_or(""),
            "msg_0123456789abcdef0123456789abcdef");
  EXPECT_EQ(request.url, "https://hooks.example.gov.uk/");
  EXPECT_TRUE(request.sign);
}

TEST(Webhook, FillsTheExampleForTeamsByteForByte) {
  const Account teams = account({{"template", example("teams.mustache")}});
  EXPECT_EQ(
      body_of(delivery(), teams),
      R"({"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive",)"
      R"("contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json",)"
      R"("type":"AdaptiveCard","version":"1.4","body":[{"type":"TextBlock","text":"New job: )"
      R"(“Lifeguard” & \"B\" <b>\nhttps://www.example.gov.uk/jobs/17","wrap":true}],"actions":)"
      R"([{"type":"Action.OpenUrl","title":"Lifeguard","url":"https://www.example.gov.uk/jobs/17"}])"
      "}}]}\n");
}

TEST(Webhook, FillsTheExampleForSlackByteForByte) {
  const Account slack = account({{"template", example("slack.mustache")}});
  const std::string words =
      R"(New job: “Lifeguard” &amp; \"B\" &lt;b&gt;\nhttps://www.example.gov.uk/jobs/17)";
  EXPECT_EQ(body_of(delivery(), slack),
            "{\"text\":\"" + words +
                R"(","blocks":[{"type":"section","text":{"type":"mrkdwn","text":")" + words +
                "\"}}]}\n");
}

TEST(Webhook, FillsTheExampleForNtfyByteForByte) {
  const Account ntfy = account({{"template", example("ntfy.mustache")}});
  EXPECT_EQ(body_of(delivery(), ntfy),
            R"({"topic":"example-council-news","message":"New job: “Lifeguard” & \"B\" <b>\n)"
            R"(https://www.example.gov.uk/jobs/17","title":"Lifeguard",)"
            R"("click":"https://www.example.gov.uk/jobs/17"})"
            "\n");
  Delivery bare = delivery();
  bare.item_link.clear();
  bare.item_title.clear();
  bare.post.text = "Pool open";
  EXPECT_EQ(body_of(bare, ntfy),
            "{\"topic\":\"example-council-news\",\"message\":\"Pool open\"}\n");
}

TEST(Webhook, KeepsTheExamplesWithinTheirReceiversLimits) {
  // The worst that 5,000, 2,000 and 1,300 characters can be (docs/webhook.md).
  const auto body = [](const char* name, const std::string& unit, std::size_t times) {
    Delivery one = delivery();
    one.post.text.clear();
    for (std::size_t i = 0; i < times; ++i) one.post.text += unit;
    return body_of(one, account({{"template", example(name)}}));
  };
  EXPECT_LT(body("teams.mustache", "€", 5'000).size(), 28'000U);
  EXPECT_LT(json::parse(body("ntfy.mustache", "€", 1'300))["message"].get<std::string>().size(),
            4'096U);
  EXPECT_EQ(json::parse(body("slack.mustache", "x", 2'000))["blocks"][0]["text"]["text"]
                .get<std::string>()
                .size(),
            2'000U);
}

TEST(Webhook, CallsNobodyOnSlackHoweverAFeedSpells) {
  Delivery one = delivery();
  one.post.text = "<!channel> <@U123> &lt;!here>";
  const json body = json::parse(body_of(one, account({{"template", example("slack.mustache")}})));
  EXPECT_EQ(body["text"], "&lt;!channel&gt; &lt;@U123&gt; &amp;lt;!here&gt;");
}

TEST(Webhook, ATemplateGets300CharactersOfATitleHoweverLongTheLedgersIs) {
  Delivery one = delivery();
  one.item_title.clear();
  for (int i = 0; i < 1'000; ++i) one.item_title += "@a a.uk ";
  const std::string body =
      body_of(one, account({{"template", "{{title}}"}, {"content_type", "text/plain"}}));
  EXPECT_TRUE(body.starts_with("@\u200Ba a.uk @\u200Ba a.uk ")) << body;
  EXPECT_TRUE(body.ends_with("…")) << body;
  EXPECT_LT(body.size(), 500U);
}

TEST(Webhook, SendsTextAsItIsWhereTheTemplateIsText) {
  const Account text =
      account({{"template", "{{text}}"}, {"content_type", "text/plain; charset=utf-8"}});
  EXPECT_EQ(body_of(delivery(), text), delivery().post.text);
  const Turn turn = next(delivery(), text);
  EXPECT_EQ(find_header(std::get<Publish>(turn.step).request.headers, "Content-Type").value_or(""),
            "text/plain; charset=utf-8");
}

TEST(Webhook, RefusesATemplateWhenTheConfigIsReadAndNotAtMidnight) {
  EXPECT_EQ(complaint({}), "");
  for (const char* name : {"teams.mustache", "slack.mustache", "ntfy.mustache"}) {
    EXPECT_EQ(complaint({{"template", example(name)}}), "") << name;
  }
  struct Row {
    const char* text;
    const char* says;
  };
  for (const Row& row : {
           Row{R"({"a":"{{text"})", "never closes"},
           Row{R"({"a":"{{texxt}}"})", "texxt"},
           Row{R"({"a":{{text}}})", "no JSON"},
           Row{R"({"a":"{{text}}",})", "no JSON"},
           Row{R"({"a":"{{text}}"{{#link}},"b":"{{link}}",{{/link}}})", "no JSON"},
           // Good as long as each item has a link.
           Row{R"({"a":"{{text}}",{{#link}}"b":"{{link}}"{{/link}}})", "without link"},
           Row{"{{text}}", "no JSON"},
           Row{"{\n\"a\": \"{{text}}\",\n\"é\": {{link}}}", "in line 3, after: "},
           Row{"{\"a\": \"{{text}\"}\n“é”", "opens \"{{text}\"}\" and never"},
           Row{R"({"a":"{text}"})", "the same of every post"},
       }) {
    const std::string why = complaint({{"template", row.text}});
    EXPECT_NE(why.find(row.says), std::string::npos) << row.text << ": " << why;
    EXPECT_TRUE(why.starts_with("template: ")) << why;
  }
  EXPECT_EQ(complaint({{"template", "{{text}}"}, {"content_type", "text/plain"}}), "");
  EXPECT_EQ(complaint({{"template", R"({"bell":"{{id}}"})"}}), "")
      << "who needs no words has the id";
  EXPECT_NE(complaint({{"template", "{{text}}"}, {"content_type", "application/vnd.x+json"}}), "");
  EXPECT_NE(complaint({{"template", "{{text}}"}, {"content_type", "text"}}), "");
  EXPECT_NE(complaint({{"template", "{{text}}"}, {"content_type", "a/b\r\nX: y"}}), "");
  EXPECT_NE(complaint({{"content_type", "text/plain"}}), "") << "it would change nothing";
}

TEST(Webhook, RepeatsOnlyWhereSomebodySaysThatTheReceiverDropsRepeats) {
  const WebhookNetwork network;
  const auto window = [&](std::map<std::string, std::string> settings) {
    return network.drops_repeats_for(account(std::move(settings)));
  };
  EXPECT_EQ(window({}), std::chrono::seconds{0}) << "n8n and the like drop none";
  EXPECT_EQ(window({{"drops_repeats", "no"}}), std::chrono::seconds{0});
  EXPECT_EQ(window({{"template", "x"}}), std::chrono::seconds{0}) << "Teams and Slack drop none";
  EXPECT_EQ(window({{"drops_repeats", "yes"}}), std::chrono::hours{24});
  EXPECT_EQ(window({{"template", "x"}, {"drops_repeats", "yes"}}), std::chrono::hours{24});
}

TEST(Webhook, SortsAnswersByWhatThePersonMustDo) {
  for (const int status : {200, 201, 202, 204}) {
    const Outcome outcome = outcome_of(status);
    ASSERT_TRUE(std::holds_alternative<Receipt>(outcome)) << status;
    EXPECT_EQ(std::get<Receipt>(outcome).remote_id, "msg_0123456789abcdef0123456789abcdef");
  }
  const auto kind_of = [](int status) {
    const Outcome outcome = outcome_of(status);
    const auto* deferred = std::get_if<Deferred>(&outcome);
    EXPECT_NE(deferred, nullptr) << status;
    return deferred == nullptr ? ErrorKind::rejected : deferred->why.kind;
  };
  for (const int status : {401, 403, 404, 410}) {
    EXPECT_EQ(kind_of(status), ErrorKind::unauthorized) << status;
  }
  for (const int status : {301, 307, 308, 405, 415}) {
    EXPECT_EQ(kind_of(status), ErrorKind::invalid) << status;
  }
  EXPECT_EQ(kind_of(425), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(429), ErrorKind::throttled);
  for (const int status : {400, 413, 422}) {
    EXPECT_TRUE(std::holds_alternative<Rejected>(outcome_of(status))) << status;
  }
  for (const int status : {302, 303, 408, 500, 502, 503, 504}) {
    EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(status))) << status;
  }
}

TEST(Webhook, WaitsAsLongAsItIsAsked) {
  EXPECT_EQ(std::get<Deferred>(outcome_of(429, {{"Retry-After", "77"}})).until,
            now + std::chrono::seconds{77});
  EXPECT_EQ(std::get<Uncertain>(outcome_of(503, {{"Retry-After", "77"}})).why.retry_after,
            std::chrono::seconds{77});
}

TEST(Webhook, TakesALimitOfTheAccountsOwn) {
  const WebhookNetwork network;
  EXPECT_EQ(network.rules(account(), {}).limit, 100'000U);
  EXPECT_EQ(network.rules(account({{"max_characters", "2000"}}), {}).limit, 2'000U);
}

TEST(Webhook, WaitsForAnAddress) {
  const Account to = account();
  const AccountFacts nothing;
  const Turn turn = WebhookNetwork().next(delivery(), {to, nothing, now}, nullptr);
  EXPECT_EQ(std::get<Deferred>(std::get<Finish>(turn.step).outcome).why.kind,
            ErrorKind::unauthorized);
}

}  // namespace
}  // namespace crier
