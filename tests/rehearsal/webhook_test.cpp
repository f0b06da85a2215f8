#include <gtest/gtest.h>

#include "network/json.h"
#include "network/registry.h"
#include "oauth/authorizer.h"
#include "rehearsal/doubles.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace crier::rehearsal {
namespace {

constexpr const char* origin = "https://hooks.example.gov.uk";

class WebhookDouble : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<Double> far = make_double("webhook", {clock, random, origin});

  static Account account_with(std::map<std::string, std::string> settings) {
    return {{"hook"}, "webhook", "", "", std::move(settings)};
  }
  static std::string example(const std::string& name) {
    return read_file(std::filesystem::path(CRIER_SOURCE_DIR) / "docs/webhook" / name);
  }
  /// The request that the adapter makes of a post, signed.
  Request request_for(const Account& account, const Credentials& credentials,
                      const std::string& text, const std::string& id = "1") {
    Delivery delivery;
    delivery.id = {id};
    delivery.item_title = "Lifeguard";
    delivery.item_link = "https://www.example.gov.uk/jobs/17";
    delivery.post.text = text;
    delivery.post.images = {{"https://www.example.gov.uk/pool.jpg", "The pool"}};
    AccountFacts facts;
    facts.values["service"] = origin;
    const Turn turn =
        find_network("webhook")->next(delivery, {account, facts, clock.now()}, nullptr);
    auto ready = KindAuthorizer().sign(std::get<Publish>(turn.step).request, credentials,
                                       clock.now(), random);
    EXPECT_TRUE(ready.has_value());
    return *ready;
  }
};

TEST_F(WebhookDouble, ShowsAPostOnceHoweverOftenItComesWhereTheAccountSaysSo) {
  const Account account = account_with({{"drops_repeats", "yes"}});
  const Credentials credentials = far->sign_in(account);
  EXPECT_EQ(far->answer(request_for(account, credentials, "Pool open")).status, 200);
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(far->answer(request_for(account, credentials, "Pool open")).status, 200);
  ASSERT_EQ(far->arrived().size(), 1U);
  const Arrived& post = far->arrived()[0];
  EXPECT_EQ(post.text, "Pool open");
  EXPECT_EQ(post.card.url, "https://www.example.gov.uk/jobs/17");
  ASSERT_EQ(post.pictures.size(), 1U);
  EXPECT_EQ(post.pictures[0].alt, "The pool");
  EXPECT_EQ(far->answer(request_for(account, credentials, "Pool open", "2")).status, 200);
  EXPECT_EQ(far->arrived().size(), 2U) << "another id is another post";
}

TEST_F(WebhookDouble, RefusesASignatureThatIsNotItsKeys) {
  const Account account = account_with({});
  const Credentials credentials = far->sign_in(account);
  Request changed = request_for(account, credentials, "Pool open");
  changed.body += " ";
  EXPECT_EQ(far->answer(changed).status, 401);
  const Request old = request_for(account, credentials, "Pool open");
  clock.advance(std::chrono::minutes{6});
  EXPECT_EQ(far->answer(old).status, 401);
  Credentials other = credentials;
  other.client_secret = {};
  EXPECT_EQ(far->answer(request_for(account, other, "Pool open")).status, 401);
  EXPECT_TRUE(far->arrived().empty());
}

TEST_F(WebhookDouble, KnowsNoAddressButItsOwn) {
  const Account account = account_with({});
  const Credentials credentials = far->sign_in(account);
  far->expire_tokens();
  EXPECT_EQ(far->answer(request_for(account, credentials, "Pool open")).status, 404);
  for (const char* url : {"", "x", "https://hooks.example.gov.uk"}) {
    Request request;
    request.url = url;
    EXPECT_EQ(far->answer(request).status, 404) << url;
  }
}

TEST_F(WebhookDouble, ReadsWhatTeamsSlackAndNtfyWouldShow) {
  const std::string text = "Tom & <Jerry>: \"open\"\nline two";
  struct Row {
    const char* file;
    int status;
    std::string shown;
  };
  for (const Row& row : {Row{"teams.mustache", 202, text}, Row{"slack.mustache", 200, text},
                         Row{"ntfy.mustache", 200, text}}) {
    const Account account = account_with({{"template", example(row.file)}});
    const Credentials credentials = far->sign_in(account);
    EXPECT_TRUE(credentials.client_secret.empty()) << row.file;
    const std::size_t before = far->arrived().size();
    EXPECT_EQ(far->answer(request_for(account, credentials, text)).status, row.status) << row.file;
    ASSERT_EQ(far->arrived().size(), before + 1) << row.file;
    EXPECT_EQ(far->arrived().back().text, row.shown) << row.file;
    (void)far->answer(request_for(account, credentials, text));
    EXPECT_EQ(far->arrived().size(), before + 2) << row.file << " drops no repeat";
  }
}

TEST_F(WebhookDouble, RefusesWhatIsTooLongForThem) {
  const auto status_of = [&](const char* file, std::size_t length) {
    const Account account = account_with({{"template", example(file)}});
    const Credentials credentials = far->sign_in(account);
    return far->answer(request_for(account, credentials, std::string(length, 'x'))).status;
  };
  EXPECT_EQ(status_of("teams.mustache", 27'000), 202);
  EXPECT_EQ(status_of("teams.mustache", 28'000), 413);
  EXPECT_EQ(status_of("slack.mustache", 3'000), 200);
  EXPECT_EQ(status_of("slack.mustache", 3'001), 400);
  EXPECT_EQ(status_of("ntfy.mustache", 4'096), 200);
  EXPECT_EQ(status_of("ntfy.mustache", 4'097), 413);
}

TEST_F(WebhookDouble, SurvivesWhateverItIsSent) {
  const Account account = account_with({{"template", "{{text}}"}});
  const Credentials credentials = far->sign_in(account);
  for (const char* body :
       {"", "[]", "null", "{", "\xFF", R"({"type":"message","attachments":[7,{"content":[]}]})",
        R"({"blocks":[7,{"type":"section"},{"type":"section","text":7}]})", R"({"data":7})",
        R"({"data":{"images":[7,[]],"text":{}}})"}) {
    Request request;
    request.method = Method::post;
    request.url = origin + credentials.access_token.reveal();
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    const int status = far->answer(request).status;
    EXPECT_TRUE(status == 400 || status == 200) << body;
  }
}

}  // namespace
}  // namespace crier::rehearsal
