#include "rehearsal/linkedin.h"

#include <gtest/gtest.h>

#include "network/registry.h"
#include "oauth/sign_in_linkedin.h"
#include "rehearsal/doubles.h"
#include "support/fake_clock.h"

namespace crier::rehearsal {
namespace {

constexpr const char* origin = "http://127.0.0.1:8701";
constexpr const char* link = "https://www.example.gov.uk/jobs/17";

class LinkedinDoubleTest : public testing::Test {
 protected:
  FakeClock clock{*from_iso8601("2026-11-25T09:00:00Z")};
  SeededRandom random;
  LinkedinDouble far{{clock, random, origin}};
  Account account{{"page"}, "linkedin", origin, "en-GB", {}, {}};
  const Network& network = *find_network("linkedin");
  Credentials credentials = far.sign_in(account);
  std::vector<std::string> warnings;

  Response send(Request request) {
    if (request.sign) {
      request.headers.push_back({"Authorization", "Bearer " + credentials.access_token.reveal()});
    }
    return far.answer(request);
  }
  Response send(const char* method, const std::string& path, const std::string& body = {}) {
    Request request;
    request.method = std::string_view(method) == "POST" ? Method::post : Method::get;
    request.url = origin + path;
    request.headers = {{"Linkedin-Version", "202609"},
                       {"X-Restli-Protocol-Version", "2.0.0"},
                       {"Content-Type", "application/json"},
                       {"X-RestLi-Method", "FINDER"}};
    request.body = body;
    request.sign = true;
    return send(std::move(request));
  }

  static Delivery delivery(const std::string& text) {
    Delivery one;
    one.id = {"0123456789abcdef0123456789abcdef"};
    one.item_title = "Lifeguard";
    one.post.text = text;
    one.post.link = link;
    return one;
  }
  /// Takes a delivery through all its turns, as the loop does.
  Outcome deliver(Delivery one) {
    const AccountFacts facts{{{"account_id", credentials.account_id}}, {}};
    std::optional<Response> last;
    for (int turns = 0; turns < 40; ++turns) {
      const Turn turn = network.next(one, {account, facts, clock.now()}, last ? &*last : nullptr);
      one.notes = turn.notes;
      if (!turn.warning.empty()) warnings.push_back(turn.warning);
      last.reset();
      if (const auto* finish = std::get_if<Finish>(&turn.step)) return finish->outcome;
      if (const auto* prepare = std::get_if<Prepare>(&turn.step)) last = send(prepare->request);
      if (const auto* publish = std::get_if<Publish>(&turn.step)) {
        EXPECT_TRUE(far.publishes(publish->request));
        last = send(publish->request);
      }
      if (std::holds_alternative<GetImage>(turn.step)) {
        last = Response{};
        last->status = 200;
        last->headers = {{"Content-Type", "image/jpeg"}};
        last->body = "\xFF\xD8 a picture";
      }
      if (const auto* pause = std::get_if<Pause>(&turn.step)) clock.advance(pause->wait);
    }
    return Uncertain{{ErrorKind::uncertain, "no end"}};
  }
};

TEST_F(LinkedinDoubleTest, ShowsAPostWithItsCardAsItWasMeant) {
  Delivery one = delivery(std::string("New job: Lifeguard (part_time) #Jobs ") + link);
  one.post.card = {link, "Lifeguard", "At the pool.", {"https://www.example.gov.uk/p.jpg", ""}};
  const Outcome outcome = deliver(one);
  ASSERT_TRUE(std::holds_alternative<Receipt>(outcome));
  EXPECT_TRUE(warnings.empty()) << warnings.front();
  ASSERT_EQ(far.arrived().size(), 1U);
  const Arrived& arrived = far.arrived().front();
  EXPECT_EQ(arrived.id, std::get<Receipt>(outcome).remote_id);
  EXPECT_EQ(arrived.text, "New job: Lifeguard (part_time) #Jobs");
  EXPECT_EQ(arrived.card.url, link);
  EXPECT_EQ(arrived.card.title, "Lifeguard");
  ASSERT_TRUE(arrived.thumbnail);
  EXPECT_EQ(arrived.thumbnail->type, "image/jpeg");
  EXPECT_EQ(arrived.limit, 3000U);
}

TEST_F(LinkedinDoubleTest, ShowsPicturesWithTheirDescriptions) {
  Delivery one = delivery(std::string("New job ") + link);
  one.post.images = {{"https://www.example.gov.uk/a.jpg", "The pool"},
                     {"https://www.example.gov.uk/b.jpg", "The slide"}};
  ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(one)));
  ASSERT_EQ(far.arrived().size(), 1U);
  ASSERT_EQ(far.arrived()[0].pictures.size(), 2U);
  EXPECT_EQ(far.arrived()[0].pictures[1].alt, "The slide");
  EXPECT_EQ(far.arrived()[0].text, std::string("New job ") + link);
}

TEST_F(LinkedinDoubleTest, CutsWhatIsNotEscapedAndAnswers201) {
  const std::string body =
      R"j({"author":"urn:li:organization:1234567","commentary":"New job (part time)","visibility":"PUBLIC",)j"
      R"("distribution":{"feedDistribution":"MAIN_FEED"},"lifecycleState":"PUBLISHED"})";
  EXPECT_EQ(send("POST", "/rest/posts", body).status, 201);
  ASSERT_EQ(far.arrived().size(), 1U);
  EXPECT_EQ(far.arrived()[0].text, "New job ");
}

TEST_F(LinkedinDoubleTest, RefusesTheSameContentAndNamesTheFirst) {
  const Delivery one = delivery(std::string("New job ") + link);
  const Outcome first = deliver(one);
  const Outcome second = deliver(one);
  ASSERT_TRUE(std::holds_alternative<Receipt>(first));
  ASSERT_TRUE(std::holds_alternative<Receipt>(second)) << "the second is the first";
  EXPECT_EQ(std::get<Receipt>(first).remote_id, std::get<Receipt>(second).remote_id);
  EXPECT_EQ(far.arrived().size(), 1U);
}

TEST_F(LinkedinDoubleTest, RefusesWhatLinkedInWouldRefuse) {
  const std::string good =
      R"({"author":"urn:li:organization:1234567","commentary":"x","visibility":"PUBLIC",)"
      R"("distribution":{"feedDistribution":"MAIN_FEED"},"lifecycleState":"PUBLISHED")";
  EXPECT_EQ(send("POST", "/rest/posts", good + R"(,"language":"cy"})").status, 400);
  EXPECT_EQ(send("POST", "/rest/posts", good + R"(,"content":{"link":{}}})").status, 400);
  EXPECT_EQ(
      send("POST", "/rest/posts", good + R"(,"content":{"media":{"id":"urn:li:image:9"}}})").status,
      400);
  EXPECT_EQ(send("POST", "/rest/posts", "no JSON").status, 400);
  EXPECT_EQ(send("POST", "/rest/posts", R"({"author":"urn:li:organization:1234567"})").status, 400);
  std::string of_another = good + "}";
  of_another.replace(of_another.find("1234567"), 7, "9999999");
  EXPECT_EQ(send("POST", "/rest/posts", of_another).status, 403);
  EXPECT_EQ(send("GET", "/rest/posts/urn%3Ali%3Ashare%3A1").status, 404);
  EXPECT_TRUE(far.arrived().empty());
}

TEST_F(LinkedinDoubleTest, AnswersAnOldVersionWith426AndNoneWith400) {
  Request request;
  request.url =
      std::string(origin) + "/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A1234567";
  request.headers = {{"X-Restli-Protocol-Version", "2.0.0"}, {"X-RestLi-Method", "FINDER"}};
  request.sign = true;
  EXPECT_EQ(send(request).status, 400);
  request.headers.push_back({"Linkedin-Version", "202510"});
  EXPECT_EQ(send(request).status, 426);
  request.headers.back().value = "202601";
  EXPECT_EQ(send(request).status, 200);
}

TEST_F(LinkedinDoubleTest, StopsTheAccountWhenItsTokensHaveEnded) {
  far.expire_tokens();
  const Outcome outcome = deliver(delivery("New job"));
  const auto* deferred = std::get_if<Deferred>(&outcome);
  ASSERT_NE(deferred, nullptr);
  EXPECT_EQ(deferred->why.kind, ErrorKind::unavailable) << "once: it may be too young";
  EXPECT_TRUE(far.arrived().empty());
}

TEST_F(LinkedinDoubleTest, LetsAPersonSignInAndChooseOneOfTwoPages) {
  LinkedinSignInPlan plan;
  plan.method = LinkedinSignInPlan::Method::oauth;
  plan.server = origin;
  plan.redirect_uri = "http://127.0.0.1:18920/callback";
  plan.version = "202609";
  LinkedinSignIn flow(plan, clock, random);
  far.gives_refresh_tokens = true;
  auto step = flow.begin();
  std::size_t asked_which = 0;
  while (step && !std::holds_alternative<SignedIn>(*step)) {
    if (const auto* ask = std::get_if<Ask>(&*step)) {
      step = flow.answered(far.answer(ask->request), clock.now());
    } else if (const auto* browse = std::get_if<Browse>(&*step)) {
      Request page;
      page.url = browse->url;
      const std::string html = far.answer(page).body;
      const std::size_t at = html.find("href=\"") + 6;
      std::string target = html.substr(at, html.find('"', at) - at);
      for (std::size_t amp; (amp = target.find("&#38;")) != std::string::npos;)
        target.replace(amp, 5, "&");
      step = flow.redirected(target);
    } else {
      const auto& prompt = std::get<Prompt>(*step);
      if (!prompt.choices.empty()) ++asked_which;
      step = flow.told(prompt.choices.empty() ? "anything" : "2");
    }
  }
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const Credentials& got = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(asked_which, 1U);
  EXPECT_EQ(got.account_id, "7654321");
  EXPECT_EQ(got.handle, "Example Council Libraries (7654321)");
  EXPECT_FALSE(got.refresh_token.empty());
  credentials = got;
  EXPECT_TRUE(std::holds_alternative<Receipt>(deliver(delivery("New job"))));
}

TEST_F(LinkedinDoubleTest, IsNeverAtALossForAnAnswer) {
  for (const char* url : {"", "/", "http://127.0.0.1:8701", "http://127.0.0.1:8701/rest/images/%",
                          "http://127.0.0.1:8701/dms-uploads/", "not an address"}) {
    Request request;
    request.url = url;
    request.sign = true;
    EXPECT_GE(send(request).status, 400) << url;
  }
  EXPECT_NE(make_double("linkedin", {clock, random, origin}), nullptr);
}

}  // namespace
}  // namespace crier::rehearsal
