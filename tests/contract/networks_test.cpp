// What every network promises (network/network.h). The registry is the list of those tested.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/utf8.h"
#include "network/registry.h"
#include "support/temp_dir.h"

namespace crier {

// Names the network in a failure's message.
void PrintTo(const Network* network, std::ostream* out) { *out << network->traits().name; }

namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z
constexpr std::size_t most_turns = 8;
constexpr const char* account_id = "did:plc:council";
/// Where one of the networks takes signed requests; the others take them at the account's server.
constexpr const char* service = "https://pds.example.gov.uk";

struct Answer {
  const char* name;
  int status;
  Headers headers;
  std::string body;
};

const std::vector<Answer>& answers() {
  static const std::vector<Answer> all{
      {"200",
       200,
       {{"x-restli-id", "urn:li:share:7"}},
       R"({"id":"7","url":"https://social.example.gov.uk/7","state":"ok","data":{"id":"7"},)"
       R"("ok":true,"result":{"message_id":7},"status":"FINISHED",)"
       R"("value":{"uploadUrl":"https://social.example.gov.uk/up","image":"urn:li:image:7"},)"
       R"("uri":"at://did:plc:council/app.bsky.feed.post/7",)"
       R"("blob":{"$type":"blob","ref":{"$link":"bafkrei7"},"mimeType":"image/jpeg","size":9}})"},
      {"200 empty object", 200, {}, "{}"},
      {"200 list", 200, {}, "[]"},
      {"200 null", 200, {}, "null"},
      {"200 wrong types", 200, {}, R"({"id":{"id":[7]},"url":7,"error":{"a":1}})"},
      {"200 cut", 200, {}, R"({"id":"7","ur)"},
      {"200 HTML", 200, {}, "<!DOCTYPE html><html><body>Welcome</body></html>"},
      {"200 no UTF-8", 200, {}, "{\"id\":\"\xFF\xFE\"}"},
      {"200 nothing", 200, {}, ""},
      {"301", 301, {{"Location", "https://elsewhere.example.org/"}}, ""},
      {"400", 400, {}, R"({"error":"no"})"},
      {"401", 401, {}, R"({"error":"The access token is invalid"})"},
      {"403", 403, {}, R"({"error":"no"})"},
      {"404", 404, {}, "<html></html>"},
      {"422", 422, {}, R"({"error":"Validation failed"})"},
      {"429", 429, {{"Retry-After", "77"}}, R"({"error":"Too many requests"})"},
      {"429 bare", 429, {}, ""},
      {"500", 500, {}, "<html></html>"},
      {"503", 503, {{"Retry-After", "77"}}, ""},
  };
  return all;
}

Response response_of(const Answer& answer) {
  Response response;
  response.status = answer.status;
  response.headers = answer.headers;
  response.body = answer.body;
  return response;
}

/// What a loop may hand over where a picture was asked for (network.h, GetImage).
const std::vector<Answer>& pictures() {
  static const std::vector<Answer> both{
      {"a picture",
       200,
       {{"Content-Type", "image/jpeg"}, {"Width", "800"}, {"Height", "600"}},
       "\xFF\xD8 a picture"},
      {"a picture that cannot be used", 422, {}, "it is no picture"},
  };
  return both;
}

const Request* request_of(const Turn& turn) {
  if (const auto* prepare = std::get_if<Prepare>(&turn.step)) return &prepare->request;
  if (const auto* publish = std::get_if<Publish>(&turn.step)) return &publish->request;
  return nullptr;
}

std::string write(const Turn& turn) {
  std::string out = std::to_string(turn.step.index());
  if (const auto* image = std::get_if<GetImage>(&turn.step)) out += " " + image->url;
  if (const Request* request = request_of(turn)) {
    out += std::string(" ") + name_of(request->method) + " " + request->url + "\n";
    for (const Header& header : request->headers) out += header.name + ": " + header.value + "\n";
    for (const Part& part : request->parts) out += part.name + "=" + part.content + "\n";
    out += request->body;
  }
  return out;
}

class Networks : public testing::TestWithParam<const Network*> {
 protected:
  Networks() {
    const Traits& traits = network().traits();
    account_.id = {"town-hall"};
    account_.network = traits.name;
    if (traits.schema.server != NetworkSchema::Server::none)
      account_.server = "https://social.example.gov.uk";
    for (const Setting& setting : traits.schema.settings) {
      if (!setting.choices.empty()) account_.settings[setting.key] = setting.choices.front();
      if (setting.required && setting.choices.empty()) account_.settings[setting.key] = "/srv/x";
    }
    facts_.values["account_id"] = account_id;
    facts_.values["service"] = service;
    facts_.values["handle"] = "@council.example.gov.uk";
    delivery_.id = {"0123456789abcdef0123456789abcdef"};
    delivery_.feed = {"jobs"};
    delivery_.account = account_.id;
    delivery_.item_id = "job-17";
    delivery_.post = {"New job: Lifeguard https://www.example.gov.uk/jobs/17",
                      "en-GB",
                      "https://www.example.gov.uk/jobs/17",
                      {{"https://www.example.gov.uk/pool.jpg", "The pool"}}};
  }

  [[nodiscard]] static const Network& network() { return *GetParam(); }
  [[nodiscard]] Context context() const { return {account_, facts_, now}; }
  [[nodiscard]] Turn next(const Notes& notes, const Response* last) const {
    Delivery delivery = delivery_;
    delivery.notes = notes;
    return network().next(delivery, context(), last);
  }

  /// Goes down every path of answers from `turn`, and calls `visit` with each turn on the way and
  /// the number of Publishes before it.
  template <class Visit>
  void walk(const Turn& turn, std::size_t depth, int publishes, const Visit& visit) const {
    visit(turn, publishes);
    if (depth == most_turns || std::holds_alternative<Finish>(turn.step)) return;
    if (std::holds_alternative<Pause>(turn.step)) {
      walk(next(turn.notes, nullptr), depth + 1, publishes, visit);
      return;
    }
    if (std::holds_alternative<Publish>(turn.step)) ++publishes;
    const bool is_picture = std::holds_alternative<GetImage>(turn.step);
    for (const Answer& answer : is_picture ? pictures() : answers()) {
      const Response response = response_of(answer);
      walk(next(turn.notes, &response), depth + 1, publishes, visit);
    }
  }

  /// Gives the outcome of every Publish on any path, by the answer to it.
  template <class Visit>
  void each_outcome(const Visit& visit) const {
    walk(next({}, nullptr), 0, 0, [&](const Turn& turn, int) {
      if (!std::holds_alternative<Publish>(turn.step)) return;
      for (const Answer& answer : answers()) {
        const Response response = response_of(answer);
        Turn after = next(turn.notes, &response);
        // It may ask what became of the post.
        for (int i = 0; i < 3 && std::holds_alternative<Prepare>(after.step); ++i) {
          EXPECT_EQ(request_of(after)->method, Method::get) << "after a Publish it only reads";
          after = next(after.notes, &response);
        }
        const auto* finish = std::get_if<Finish>(&after.step);
        ASSERT_NE(finish, nullptr) << "after a Publish comes the end: " << answer.name;
        visit(answer, finish->outcome);
      }
    });
  }

  Account account_;
  AccountFacts facts_;
  Delivery delivery_;
};

std::vector<Request> every_request(const Network& network, const Account& account,
                                   const AccountFacts& facts) {
  auto requests = network.inquire(account, {});
  auto more = network.inquire(account, facts);
  requests.insert(requests.end(), more.begin(), more.end());
  return requests;
}

void expect_no_credential(const Request& request) {
  for (const Header& header : request.headers) {
    const std::string name = ascii_lower(header.name);
    EXPECT_TRUE(name != "authorization" && name != "cookie" && name != "dpop") << request.url;
  }
  std::string url = request.url;
  // The name that one network has for a cursor.
  if (const std::size_t at = url.find("pagination_token="); at != url.npos) url.erase(at, 17);
  for (const char* word : {"token", "secret", "Bearer"}) {
    EXPECT_EQ(url.find(word), std::string::npos) << request.url;
    EXPECT_EQ(request.body.find(word), std::string::npos) << request.body;
  }
  EXPECT_FALSE(request.sign && request.follow_redirects)
      << "a signed request must not be led elsewhere: " << request.url;
}

TEST_P(Networks, GoOnFromTheirNotesAlone) {
  walk(next({}, nullptr), 0, 0, [this](const Turn& turn, int) {
    if (std::holds_alternative<Finish>(turn.step) || std::holds_alternative<Pause>(turn.step)) {
      return;
    }
    Turn resumed = next(turn.notes, nullptr);
    // A picture is too large for the notes: it is got again, and then they go on where they were.
    if (request_of(turn) != nullptr && std::holds_alternative<GetImage>(resumed.step)) {
      const Response picture = response_of(pictures().front());
      resumed = next(resumed.notes, &picture);
    }
    EXPECT_EQ(write(resumed), write(turn));
  });
}

TEST_P(Networks, AttachPicturesWithinTheNetworksLimitOrNone) {
  int asked = 0;
  walk(next({}, nullptr), 0, 0, [&asked](const Turn& turn, int) {
    const auto* image = std::get_if<GetImage>(&turn.step);
    if (image == nullptr) return;
    ++asked;
    EXPECT_EQ(image->url, "https://www.example.gov.uk/pool.jpg");
    EXPECT_GT(image->max_bytes, 100'000U);
    EXPECT_GT(image->max_side, 100U);
  });
  const Traits& traits = network().traits();
  EXPECT_EQ(asked > 0, traits.most_images > 0 && !traits.fetches_images);
}

TEST_P(Networks, PostTheWordsWhereAPictureCannotBeUsed) {
  if (network().traits().fetches_images) GTEST_SKIP() << "gets pictures itself";
  Turn turn = next({}, nullptr);
  for (std::size_t i = 0; i < most_turns && !std::holds_alternative<Publish>(turn.step); ++i) {
    ASSERT_TRUE(std::holds_alternative<GetImage>(turn.step)) << write(turn);
    const Response refused = response_of(pictures().back());
    turn = next(turn.notes, &refused);
  }
  ASSERT_TRUE(std::holds_alternative<Publish>(turn.step));
  EXPECT_NE(request_of(turn)->body.find("Lifeguard"), std::string::npos);
}

TEST_P(Networks, WarnOfAPictureThatTheServerRefusesAndPostTheWords) {
  Turn turn = next({}, nullptr);
  if (!std::holds_alternative<GetImage>(turn.step)) GTEST_SKIP() << "attaches no pictures";
  const Response picture = response_of(pictures().front());
  turn = next(turn.notes, &picture);
  ASSERT_TRUE(std::holds_alternative<Prepare>(turn.step));
  Response refused = response_of({"no", 400, {}, R"({"error":"InvalidMimeType","title":"no"})"});
  turn = next(turn.notes, &refused);
  ASSERT_TRUE(std::holds_alternative<Publish>(turn.step)) << write(turn);
  EXPECT_FALSE(turn.warning.empty());
  EXPECT_TRUE(is_utf8(turn.warning));
  EXPECT_LT(turn.warning.size(), 500U);
  EXPECT_EQ(turn.warning.find('\n'), std::string::npos);
}

TEST_P(Networks, GiveAPostTimeToArriveWhereItIsLookedForOrSentAgain) {
  const Traits& traits = network().traits();
  if (traits.sign_in == SignIn::none) GTEST_SKIP() << "it is on this machine";
  const bool is_looked_for = network().look_for(delivery_, context()).has_value();
  // A key's window is the network's, whether this account may count on it or not.
  if (!is_looked_for && traits.idempotency_window == std::chrono::seconds{0}) {
    EXPECT_EQ(traits.settle_time, std::chrono::seconds{0})
        << "it says when a post can be found, and look_for() finds nothing to ask for: does it "
           "take "
           "the account_id of this suite, did:plc:council?";
    return;
  }
  // With 0, a run after a death repeats at once what may still be under way.
  EXPECT_GT(traits.settle_time, std::chrono::seconds{0});
}

TEST_P(Networks, SayWhatAPostCosts) {
  const auto price = network().price(delivery_.post, account_);
  if (!price) GTEST_SKIP() << "takes no money";
  EXPECT_GT(price->millionths, 0);
  Account account = account_;
  for (const Setting& setting : network().traits().schema.settings) {
    if (setting.is_money) account.settings[setting.key] = "0";
  }
  EXPECT_EQ(network().price(delivery_.post, account)->millionths, 0) << "its price can be set";
}

TEST_P(Networks, PublishAtMostOnceOnAnyPath) {
  int seen = 0;
  walk(next({}, nullptr), 0, 0, [&seen](const Turn& turn, int publishes) {
    if (!std::holds_alternative<Publish>(turn.step)) return;
    ++seen;
    EXPECT_EQ(publishes, 0) << write(turn);
  });
  EXPECT_GT(seen, 0) << "no path publishes";
}

TEST_P(Networks, PutNoCredentialIntoARequest) {
  walk(next({}, nullptr), 0, 0, [](const Turn& turn, int) {
    if (const Request* request = request_of(turn)) expect_no_credential(*request);
  });
  for (const Request& request : every_request(network(), account_, facts_)) {
    expect_no_credential(request);
  }
  if (const auto request = network().look_for(delivery_, context())) expect_no_credential(*request);
  for (const char* cursor : {"", "117", "a b&c=d"}) {
    if (const auto request = network().look_back(context(), cursor)) expect_no_credential(*request);
  }
}

TEST_P(Networks, SignOnlyWhatGoesToTheAccountsServer) {
  const auto expect = [this](const Request& request) {
    if (request.sign) {
      const bool is_its_own = request.url.starts_with(account_.server + "/") ||
                              request.url.starts_with(std::string(service) + "/");
      EXPECT_TRUE(is_its_own) << request.url;
    }
    if (network().traits().sign_in == SignIn::none) {
      EXPECT_FALSE(request.sign) << request.url;
    }
  };
  walk(next({}, nullptr), 0, 0, [&expect](const Turn& turn, int) {
    if (const Request* request = request_of(turn)) expect(*request);
  });
  for (const Request& request : every_request(network(), account_, facts_)) expect(request);
  if (const auto request = network().look_for(delivery_, context())) expect(*request);
  if (const auto request = network().look_back(context(), "")) expect(*request);
}

TEST_P(Networks, SortEveryAnswerToAPublish) {
  // A webhook's receiver need say no more than 2xx.
  const bool status_says_all = network().traits().sign_in == SignIn::webhook;
  each_outcome([status_says_all](const Answer& answer, const Outcome& outcome) {
    SCOPED_TRACE(answer.name);
    const auto* deferred = std::get_if<Deferred>(&outcome);
    const bool is_uncertain = std::holds_alternative<Uncertain>(outcome);
    if (status_says_all && answer.status == 200) {
      EXPECT_TRUE(std::holds_alternative<Receipt>(outcome));
    } else if (answer.status >= 500 ||
               (answer.status == 200 && answer.name != std::string("200"))) {
      EXPECT_TRUE(is_uncertain) << "it may have happened";
    } else if (answer.status >= 300) {
      EXPECT_FALSE(is_uncertain) << "it is told as it was answered; the loop looks first";
      EXPECT_FALSE(std::holds_alternative<Receipt>(outcome));
    }
    if (answer.status == 401) {
      ASSERT_NE(deferred, nullptr) << "nothing is lost for want of a sign-in";
      EXPECT_EQ(deferred->why.kind, ErrorKind::unauthorized);
    }
    if (answer.status == 429) {
      ASSERT_NE(deferred, nullptr);
      EXPECT_EQ(deferred->why.kind, ErrorKind::throttled);
      EXPECT_GE(deferred->until, now);
      if (!answer.headers.empty()) {
        EXPECT_EQ(deferred->until, now + std::chrono::seconds{77});
      }
    }
  });
}

TEST_P(Networks, ExplainThemselvesInOneShortLine) {
  each_outcome([](const Answer& answer, const Outcome& outcome) {
    SCOPED_TRACE(answer.name);
    const Error* why = nullptr;
    if (const auto* rejected = std::get_if<Rejected>(&outcome)) why = &rejected->why;
    if (const auto* deferred = std::get_if<Deferred>(&outcome)) why = &deferred->why;
    if (const auto* uncertain = std::get_if<Uncertain>(&outcome)) why = &uncertain->why;
    if (why == nullptr) return;
    EXPECT_FALSE(why->message.empty());
    EXPECT_LT(why->message.size(), 500U);
    EXPECT_TRUE(is_utf8(why->message));
    EXPECT_EQ(why->message.find('\n'), std::string::npos);
  });
}

TEST_P(Networks, NeverTakeAnAnswerForAReceiptOfAPostThatIsNotThere) {
  Delivery delivery = delivery_;
  delivery.stage = Stage::publishing;
  delivery.publishing_at = now;
  if (!network().look_for(delivery, context())) GTEST_SKIP() << "cannot be asked";
  for (const Answer& answer : answers()) {
    SCOPED_TRACE(answer.name);
    const auto found = network().recognise(delivery, context(), response_of(answer));
    if (found) {
      EXPECT_FALSE(found->has_value());
      EXPECT_EQ(answer.status, 200) << "only an answer can say that it is not there";
      continue;
    }
    const ErrorKind kind = found.error().kind;
    EXPECT_TRUE(kind == ErrorKind::unavailable || kind == ErrorKind::throttled ||
                kind == ErrorKind::unauthorized)
        << name_of(kind);
    if (answer.status == 401) {
      EXPECT_EQ(kind, ErrorKind::unauthorized);
    }
    if (answer.status == 429) {
      EXPECT_EQ(kind, ErrorKind::throttled);
    }
  }
}

TEST_P(Networks, ReadNoPastPostOutOfAnAnswerThatHoldsNone) {
  if (!network().look_back(context(), "")) GTEST_SKIP() << "cannot be asked";
  for (const Answer& answer : answers()) {
    SCOPED_TRACE(answer.name);
    const auto page = network().read_back(context(), response_of(answer));
    if (page) {
      EXPECT_EQ(answer.status, 200) << "only an answer can say that there are none";
      EXPECT_TRUE(page->posts.empty());
      EXPECT_TRUE(page->next.empty()) << "an empty page is the last";
      continue;
    }
    const ErrorKind kind = page.error().kind;
    EXPECT_TRUE(kind == ErrorKind::unavailable || kind == ErrorKind::throttled ||
                kind == ErrorKind::unauthorized)
        << name_of(kind);
    EXPECT_TRUE(is_utf8(page.error().message));
    EXPECT_LT(page.error().message.size(), 500U);
    if (answer.status == 401) {
      EXPECT_EQ(kind, ErrorKind::unauthorized);
    }
    if (answer.status == 429) {
      EXPECT_EQ(kind, ErrorKind::throttled);
    }
  }
  // What looks like JSON to the end, and what is none at its very end.
  for (const char* body : {"[", "[{\"id\":\"1\"", "{\"posts\":[{\"id\":\"1\"}", "<html></html>"}) {
    EXPECT_FALSE(network().read_back(context(), response_of({"200 cut", 200, {}, body}))) << body;
  }
}

TEST_P(Networks, ReadOnlyWhatHasTheRightType) {
  if (!network().look_back(context(), "")) GTEST_SKIP() << "cannot be asked";
  constexpr const char* entries =
      R"([null,7,"x",[],{},{"id":7},{"id":{"id":1}},{"uri":7,"value":{}},{"uri":"at://x"},)"
      R"({"id":"1","url":[],"text":{},"content":7,"entities":{"urls":[7,{"url":{}}]},)"
      R"("uri":"at://did:plc:council/app.bsky.feed.post/1","note_tweet":[],)"
      R"("value":{"text":7,"createdAt":{},"facets":[{"features":7}],"embed":[]},)"
      R"("posted_at":9,"created_at":[],"item":"x","item":7,"reblog":7,"in_reply_to_id":{}}])";
  bool is_read = false;
  for (const std::string name : {"", "posts", "data", "records", "elements"}) {
    std::string body = name.empty() ? entries : fmt::format("{{\"{}\":{}}}", name, entries);
    if (name == "elements") {
      const std::string id = R"({"id":"1")";
      body.replace(body.find(id), id.size(), R"({"id":"urn:li:share:1")");
    }
    const auto page = network().read_back(context(), response_of({"odd", 200, {}, body}));
    if (!page) continue;
    is_read = true;
    ASSERT_EQ(page->posts.size(), 1U);
    EXPECT_TRUE(page->posts[0].remote_id.ends_with("1")) << page->posts[0].remote_id;
    EXPECT_TRUE(page->posts[0].text.empty());
    EXPECT_FALSE(page->posts[0].at);
  }
  EXPECT_TRUE(is_read) << "no body was a page";
}

TEST_P(Networks, LearnNothingFromAnswersOfNoUse) {
  for (const Request& request : network().inquire(account_, facts_)) {
    for (const Answer& answer : answers()) {
      SCOPED_TRACE(answer.name);
      const auto learned = network().learn(facts_, request, response_of(answer));
      EXPECT_EQ(learned.values.at("account_id"), account_id);
      const TextRules rules = network().rules(account_, learned);
      EXPECT_EQ(rules.limit, network().rules(account_, facts_).limit);
      EXPECT_EQ(rules.link_weight, network().rules(account_, facts_).link_weight);
    }
  }
}

TEST_P(Networks, DescribeEverySetting) {
  const NetworkSchema& schema = network().traits().schema;
  EXPECT_EQ(schema.network, network().traits().name);
  std::set<std::string> keys;
  for (const Setting& setting : schema.settings) {
    EXPECT_FALSE(setting.help.empty()) << setting.key;
    EXPECT_EQ(setting.help.find('\n'), std::string::npos) << setting.key;
    EXPECT_TRUE(keys.insert(setting.key).second) << "said twice: " << setting.key;
    for (const char* common : {"network", "server", "language"}) EXPECT_NE(setting.key, common);
  }
}

TEST_P(Networks, StandInTheExampleWithEverySetting) {
  const std::string example =
      read_file(std::filesystem::path(CRIER_SOURCE_DIR) / "feeds.example.toml");
  const NetworkSchema& schema = network().traits().schema;
  EXPECT_NE(example.find("network = \"" + schema.network + "\""), std::string::npos);
  for (const Setting& setting : schema.settings) {
    const bool stands = example.find("\n#" + setting.key + " = ") != std::string::npos ||
                        example.find("\n" + setting.key + " = ") != std::string::npos;
    EXPECT_TRUE(stands) << setting.key;
  }
}

TEST_P(Networks, AreFoundByTheirName) {
  EXPECT_EQ(find_network(network().traits().name), GetParam());
  EXPECT_EQ(find_network(network().traits().name + "x"), nullptr);
  EXPECT_GT(network().traits().text.limit, 0U);
}

TEST(Registry, GivesEveryNetworkAnotherName) {
  std::set<std::string> names;
  for (const Network* network : networks()) {
    EXPECT_TRUE(names.insert(network->traits().name).second);
  }
  EXPECT_EQ(network_schemas().size(), networks().size());
}

std::vector<const Network*> all_networks() { return {networks().begin(), networks().end()}; }

INSTANTIATE_TEST_SUITE_P(All, Networks, testing::ValuesIn(all_networks()),
                         [](const testing::TestParamInfo<const Network*>& network_param) {
                           return network_param.param->traits().name;
                         });

}  // namespace
}  // namespace crier
