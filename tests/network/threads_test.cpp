#include "network/threads/threads.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "network/threads/answer.h"
#include "network/threads/wire.h"

namespace crier {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using threads::Meaning;

constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

Response answer_of(int status, std::string body, Headers headers = {}) {
  Response answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

Response problem(int code, int subcode = 0, int status = 400, bool is_transient = false) {
  json error{{"message", "Words of Meta"},
             {"type", "OAuthException"},
             {"code", code},
             {"is_transient", is_transient}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return answer_of(status, json{{"error", error}}.dump());
}

/// One post on its way: every turn begins with the notes alone.
class Threads : public testing::Test {
 protected:
  Threads() {
    delivery.id = {"0123456789abcdef0123456789abcdef"};
    delivery.post.text = "New job: Lifeguard https://www.example.gov.uk/jobs/17";
    delivery.post.link = "https://www.example.gov.uk/jobs/17";
    delivery.planned_at = now - minutes{1};
  }

  Turn next(const Response* last = nullptr) {
    Turn turn = network.next(delivery, {account, facts, at, is_taken}, last);
    delivery.notes = turn.notes;
    return turn;
  }
  Turn next(const Response& last) { return next(&last); }
  Turn next(int status, std::string body) { return next(answer_of(status, std::move(body))); }
  /// As the lane does when a Publish is about to leave.
  void leave() {
    delivery.stage = Stage::publishing;
    if (!delivery.publishing_at) delivery.publishing_at = at;
    delivery.sent_at = at;
  }
  /// As the ledger does when a post waits that is known not to be public.
  void wait() {
    delivery.stage = Stage::planned;
    delivery.publishing_at.reset();
  }
  /// Brings it to where its container is finished and its Publish is the next.
  Turn to_publish() {
    (void)next();
    (void)next(200, R"({"id":"7001"})");
    return next(200, R"({"id":"7001","status":"FINISHED"})");
  }
  static const Request* request_of(const Turn& turn) {
    if (const auto* prepare = std::get_if<Prepare>(&turn.step)) return &prepare->request;
    if (const auto* publish = std::get_if<Publish>(&turn.step)) return &publish->request;
    return nullptr;
  }
  static std::string url_of(const Turn& turn) {
    const Request* request = request_of(turn);
    return request == nullptr ? std::string() : request->url;
  }
  static std::string body_of(const Turn& turn) {
    const Request* request = request_of(turn);
    return request == nullptr ? std::string() : request->body;
  }
  static bool is_publish(const Turn& turn) { return std::holds_alternative<Publish>(turn.step); }
  static bool asks_status(const Turn& turn, const std::string& container) {
    return url_of(turn) ==
           "https://graph.threads.net/v1.0/" + container + "?fields=status%2Cerror_message";
  }
  static const Deferred* deferred(const Turn& turn) {
    const auto* finish = std::get_if<Finish>(&turn.step);
    return finish == nullptr ? nullptr : std::get_if<Deferred>(&finish->outcome);
  }
  template <class Kind>
  static bool ends_in(const Turn& turn) {
    const auto* finish = std::get_if<Finish>(&turn.step);
    return finish != nullptr && std::holds_alternative<Kind>(finish->outcome);
  }
  static const Receipt& receipt(const Turn& turn) {
    return std::get<Receipt>(std::get<Finish>(turn.step).outcome);
  }

  ThreadsNetwork network;
  Account account{{"council"}, "threads", "https://graph.threads.net", "en-GB", {}};
  AccountFacts facts{{{"account_id", "42"}, {"handle", "@council"}}, {}};
  Delivery delivery;
  SysTime at = now;
  std::function<bool(const std::string&)> is_taken;
};

TEST_F(Threads, SortsProblemsByTheirNumbersAndNotByTheirWords) {
  struct Row {
    Response answer;
    Meaning meaning;
  };
  const std::vector<Row> rows{
      {problem(24, 4279009), Meaning::not_found_yet},
      {problem(24, 4279013), Meaning::restricted},
      {problem(100, 2207051, 403), Meaning::restricted},
      {problem(368, 0, 403), Meaning::restricted},
      {problem(190, 463, 401), Meaning::sign_in},
      {problem(190, 460), Meaning::sign_in},
      {problem(10, 0, 403), Meaning::permission},
      {problem(200, 0, 403), Meaning::permission},
      {problem(4, 0, 403), Meaning::throttled},
      {problem(17), Meaning::throttled},
      {problem(32), Meaning::throttled},
      {problem(613), Meaning::throttled},
      {problem(9, 2207042, 403), Meaning::throttled},
      {problem(1, 0, 500), Meaning::failed},
      {problem(2, 0, 503), Meaning::failed},
      {problem(2), Meaning::failed},
      {problem(99, 0, 400, true), Meaning::failed},
      {problem(100, 33), Meaning::refused},
      {problem(100, 0, 500), Meaning::failed},
      {problem(9999, 0, 401), Meaning::sign_in},
      {answer_of(500, ""), Meaning::failed},
      {answer_of(502, "<html></html>"), Meaning::failed},
      {answer_of(408, ""), Meaning::failed},
      {answer_of(401, ""), Meaning::sign_in},
      {answer_of(403, "<html></html>"), Meaning::unreadable},
      {answer_of(403, "{}"), Meaning::permission},
      {answer_of(404, "<html></html>"), Meaning::elsewhere},
      {answer_of(302, ""), Meaning::elsewhere},
      {answer_of(400, "<html>error 190, code 24</html>"), Meaning::unreadable},
      {answer_of(400, R"({"error":{"code":"190","message":"190"}})"), Meaning::unreadable},
      {answer_of(200, R"({"id":"190"})"), Meaning::fine},
      {answer_of(200, R"({"error":{"code":190}})"), Meaning::sign_in},
      {answer_of(429, R"({"error":{"code":1}})"), Meaning::throttled},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(threads::meaning_of(row.answer), row.meaning)
        << row.answer.status << " " << row.answer.body;
  }
}

TEST_F(Threads, GivesAPublishTheMinutesThatItMayTake) {
  const Turn turn = to_publish();
  ASSERT_TRUE(is_publish(turn));
  EXPECT_GE(request_of(turn)->timeout, seconds{300});
  EXPECT_EQ(body_of(turn), "creation_id=7001");
}

TEST_F(Threads, SendsFormsOnlySinceJsonLosesTheOptions) {
  account.settings = {{"topic_tag", "Council jobs"}, {"reply_control", "mentioned_only"}};
  const Turn turn = next();
  EXPECT_EQ(find_header(request_of(turn)->headers, "Content-Type"),
            "application/x-www-form-urlencoded");
  EXPECT_EQ(body_of(turn),
            "media_type=TEXT&text=New%20job%3A%20Lifeguard%20https%3A%2F%2Fwww.example.gov.uk%2F"
            "jobs%2F17&link_attachment=https%3A%2F%2Fwww.example.gov.uk%2Fjobs%2F17&"
            "topic_tag=Council%20jobs&reply_control=mentioned_only");
}

TEST_F(Threads, KeepsThePostsOfAnAccountWhoseTopicThreadsWouldRefuse) {
  for (const std::string& topic :
       {std::string("gov.uk"), std::string("Bins & bags"), std::string(51, 'a')}) {
    account.settings["topic_tag"] = topic;
    const Turn turn = next();
    ASSERT_NE(deferred(turn), nullptr) << topic;
    EXPECT_EQ(deferred(turn)->why.kind, ErrorKind::invalid) << "it is no post's fault";
    EXPECT_EQ(network.cautions(account, now).size(), 1U);
  }
  account.settings["topic_tag"] = "Swyddi’r cyngor ŵŷ " + std::string(20, 'a');
  EXPECT_TRUE(network.cautions(account, now).empty());
  EXPECT_EQ(deferred(next()), nullptr);
}

TEST_F(Threads, WaitsLongerAndLongerForAContainerAndThenForALaterRun) {
  (void)next();
  Turn turn = next(200, R"({"id":"7001"})");
  seconds waited{0};
  seconds last_wait{0};
  while (true) {
    ASSERT_TRUE(asks_status(turn, "7001"));
    turn = next(200, R"({"status":"IN_PROGRESS"})");
    const auto* pause = std::get_if<Pause>(&turn.step);
    if (pause == nullptr) break;
    EXPECT_GE(pause->wait, last_wait);
    EXPECT_LE(pause->wait, seconds{30}) << "the lane sleeps over no more";
    waited += pause->wait;
    last_wait = pause->wait;
    turn = next();
  }
  EXPECT_GE(waited, minutes{5});
  EXPECT_LT(waited, minutes{6});
  ASSERT_NE(deferred(turn), nullptr);
  EXPECT_EQ(deferred(turn)->why.kind, ErrorKind::unavailable);
  EXPECT_TRUE(asks_status(next(), "7001")) << "the same container";
}

TEST_F(Threads, PublishesTheSameContainerAfterARaceAndANewOneAfterTwo) {
  ASSERT_TRUE(is_publish(to_publish()));
  for (int race = 1; race <= 2; ++race) {
    leave();
    const Turn turn = next(problem(24, 4279009));
    ASSERT_NE(deferred(turn), nullptr) << "nothing was published";
    EXPECT_EQ(deferred(turn)->why.kind, ErrorKind::unavailable);
    EXPECT_EQ(deferred(turn)->until, at + seconds{30});
    wait();
    at += minutes{1};
    ASSERT_TRUE(asks_status(next(), "7001")) << "it is asked before it is published again";
    const Turn again = next(200, R"({"status":"FINISHED"})");
    if (race == 1) {
      ASSERT_TRUE(is_publish(again));
      EXPECT_EQ(body_of(again), "creation_id=7001");
    } else {
      EXPECT_NE(body_of(again).find("media_type=TEXT"), std::string::npos);
    }
  }
  (void)next(200, R"({"id":"7002"})");
  const Turn turn = next(200, R"({"status":"FINISHED"})");
  ASSERT_TRUE(is_publish(turn));
  EXPECT_EQ(body_of(turn), "creation_id=7002");
}

TEST_F(Threads, PublishesNothingASecondTimeThatTheContainerSaysIsPublic) {
  ASSERT_TRUE(is_publish(to_publish()));
  leave();
  at += minutes{2};  // the run died; the next one looked, and did not find it
  ASSERT_TRUE(asks_status(next(), "7001"));
  Turn turn = next(200, R"({"status":"PUBLISHED"})");
  for (int look = 1; look < 3; ++look) {
    ASSERT_TRUE(url_of(turn).starts_with("https://graph.threads.net/v1.0/me/threads?fields="));
    turn = next(200, R"({"data":[]})");
    ASSERT_TRUE(std::holds_alternative<Pause>(turn.step));
    turn = next();
  }
  turn = next(200, R"({"data":[]})");
  ASSERT_TRUE(ends_in<Receipt>(turn)) << "it is public, though nobody can say where";
  EXPECT_EQ(receipt(turn).remote_id, "7001");
  EXPECT_EQ(receipt(turn).url, "https://www.threads.com/@council");
}

TEST_F(Threads, FindsAPostThatItsContainerSaysIsPublic) {
  ASSERT_TRUE(is_publish(to_publish()));
  leave();
  (void)next();
  (void)next(200, R"({"status":"PUBLISHED"})");
  const Turn turn = next(200, json{{"data",
                                    {{{"id", "9"},
                                      {"text", delivery.post.text},
                                      {"timestamp", "2026-03-02T09:00:04+0000"},
                                      {"permalink", "https://www.threads.com/@council/post/9"}}}}}
                                  .dump());
  ASSERT_TRUE(ends_in<Receipt>(turn));
  EXPECT_EQ(receipt(turn).remote_id, "9");
}

TEST_F(Threads, PublishesAgainOnlyWhenAPublishWithoutAnswerCannotBeUnderWay) {
  ASSERT_TRUE(is_publish(to_publish()));
  leave();
  at += seconds{90};
  ASSERT_TRUE(asks_status(next(), "7001"));
  const Turn early = next(200, R"({"status":"FINISHED"})");
  ASSERT_NE(deferred(early), nullptr) << "a Publish was seen to take 222 seconds";
  EXPECT_EQ(deferred(early)->why.kind, ErrorKind::uncertain) << "it is looked for again";
  EXPECT_EQ(deferred(early)->until, now + minutes{5});
  at = now + minutes{5};
  ASSERT_TRUE(asks_status(next(), "7001"));
  EXPECT_TRUE(is_publish(next(200, R"({"status":"FINISHED"})")));
}

TEST_F(Threads, RemembersThatAPublishWasTriedWhateverComesBetween) {
  ASSERT_TRUE(is_publish(to_publish()));
  leave();
  at += minutes{2};
  (void)next();
  const Turn turn = next(503, "");
  ASSERT_NE(deferred(turn), nullptr);
  wait();  // and the ledger forgets when it was sent
  EXPECT_TRUE(asks_status(next(), "7001"));
}

TEST_F(Threads, LeavesToAPersonWhatAContainerThatIsGoneMayHaveBecome) {
  ASSERT_TRUE(is_publish(to_publish()));
  leave();
  at += minutes{2};
  (void)next();
  const Turn lost = next(problem(100, 33));
  ASSERT_NE(deferred(lost), nullptr);
  EXPECT_EQ(deferred(lost)->why.kind, ErrorKind::uncertain);
}

TEST_F(Threads, MakesNoSecondContainerWhereOneIsGoneAfterARefusedPublish) {
  (void)to_publish();
  leave();
  (void)next(problem(24, 4279009));
  wait();
  (void)next();
  const Turn turn = next(problem(100, 33));
  const auto* finish = std::get_if<Finish>(&turn.step);
  ASSERT_NE(finish, nullptr) << "it may be public, and gone for just that";
  ASSERT_TRUE(std::holds_alternative<Deferred>(finish->outcome));
  EXPECT_EQ(std::get<Deferred>(finish->outcome).why.kind, ErrorKind::uncertain);
}

TEST_F(Threads, MakesAContainerAnewThatIsGoneAndWasNeverPublished) {
  (void)next();
  (void)next(200, R"({"id":"7001"})");
  for (const auto& gone : {problem(100, 33), answer_of(200, R"({"status":"EXPIRED"})")}) {
    const Turn turn = next(gone);
    EXPECT_NE(body_of(turn).find("media_type=TEXT"), std::string::npos);
    (void)next(200, R"({"id":"7002"})");
  }
  // But not without end.
  Turn turn = next(200, R"({"status":"EXPIRED"})");
  (void)next(200, R"({"id":"7003"})");
  turn = next(200, R"({"status":"EXPIRED"})");
  ASSERT_NE(deferred(turn), nullptr);
  EXPECT_EQ(deferred(turn)->why.kind, ErrorKind::unavailable);
}

TEST_F(Threads, MakesAContainerAnewAfterADay) {
  (void)next();
  (void)next(200, R"({"id":"7001"})");
  (void)next(200, R"({"status":"IN_PROGRESS"})");
  at += hours{22};
  EXPECT_TRUE(asks_status(next(), "7001"));
  at += hours{2};
  EXPECT_NE(body_of(next()).find("media_type=TEXT"), std::string::npos);
}

TEST_F(Threads, PostsTheWordsWhereThreadsCannotUseThePicture) {
  delivery.post.images = {{"https://www.example.gov.uk/pool.webp", "The pool"}};
  const Turn image = next();
  EXPECT_EQ(body_of(image).find("link_attachment"), std::string::npos) << "for words only";
  EXPECT_NE(body_of(image).find("alt_text=The%20pool"), std::string::npos);
  (void)next(200, R"({"id":"7001"})");
  const Turn turn = next(200, R"({"status":"ERROR","error_message":"UNKNOWN"})");
  EXPECT_TRUE(body_of(turn).starts_with("media_type=TEXT&"));
  EXPECT_NE(turn.warning.find("without it"), std::string::npos) << turn.warning;
  (void)next(200, R"({"id":"7002"})");
  EXPECT_EQ(body_of(next(200, R"({"status":"FINISHED"})")), "creation_id=7002");
}

TEST_F(Threads, PutsSeveralPicturesIntoACarouselAndLeavesOutTheBroken) {
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) {
    delivery.post.images.push_back({"https://www.example.gov.uk/" + std::string(name), name});
  }
  Turn turn = next();
  EXPECT_TRUE(body_of(turn).ends_with("is_carousel_item=true")) << body_of(turn);
  EXPECT_EQ(body_of(turn).find("text=New"), std::string::npos);
  turn = next(200, R"({"id":"801"})");
  turn = next(problem(100));  // b.jpg
  EXPECT_FALSE(turn.warning.empty());
  turn = next(200, R"({"id":"803"})");
  ASSERT_TRUE(asks_status(turn, "801"));
  turn = next(200, R"({"status":"IN_PROGRESS"})");
  ASSERT_TRUE(std::holds_alternative<Pause>(turn.step));
  ASSERT_TRUE(asks_status(next(), "801"));
  ASSERT_TRUE(asks_status(next(200, R"({"status":"FINISHED"})"), "803"));
  turn = next(200, R"({"status":"FINISHED"})");
  EXPECT_TRUE(body_of(turn).starts_with("media_type=CAROUSEL&children=801%2C803&text="));
  EXPECT_EQ(body_of(turn).find("alt_text"), std::string::npos);
}

TEST_F(Threads, PostsOnePictureByItselfWhereOnlyOneIsLeft) {
  delivery.post.images = {{"https://www.example.gov.uk/a.jpg", ""},
                          {"https://www.example.gov.uk/b.jpg", "B"}};
  (void)next();
  const Turn turn = next(problem(100));
  EXPECT_TRUE(body_of(turn).starts_with("media_type=IMAGE")) << body_of(turn);
  EXPECT_NE(body_of(turn).find("b.jpg"), std::string::npos);
  EXPECT_NE(body_of(turn).find("&text="), std::string::npos);
  EXPECT_EQ(body_of(turn).find("is_carousel_item"), std::string::npos);
}

TEST_F(Threads, RefusesForGoodWhatHasTooManyLinksWhereverItIsSaid) {
  (void)next();
  EXPECT_TRUE(ends_in<Rejected>(
      next(400, R"({"error":{"code":100,"message":"THREADS_API__LINK_LIMIT_EXCEEDED"}})")));
  delivery.notes.clear();
  (void)next();
  (void)next(200, R"({"id":"7001"})");
  EXPECT_TRUE(ends_in<Rejected>(
      next(200, R"({"status":"ERROR","error_message":"THREADS_API__LINK_LIMIT_EXCEEDED"})")));
}

TEST_F(Threads, SortsWhatAPublishMayEndIn) {
  const auto outcome = [this](const Response& answer) {
    delivery.notes.clear();
    wait();
    (void)to_publish();
    leave();
    return std::get<Finish>(next(answer).step).outcome;
  };
  for (const auto& answer : {problem(1, 0, 500), problem(2), answer_of(500, "<html>"),
                             answer_of(504, ""), answer_of(200, "<html>"), answer_of(200, "{}")}) {
    EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome(answer))) << answer.body;
  }
  struct Row {
    Response answer;
    ErrorKind kind;
  };
  for (const Row& row : {Row{problem(190, 463, 401), ErrorKind::unauthorized},
                         Row{problem(10, 0, 403), ErrorKind::unauthorized},
                         Row{problem(24, 4279013), ErrorKind::unauthorized},
                         Row{problem(4, 0, 403), ErrorKind::throttled},
                         Row{answer_of(404, "<html>"), ErrorKind::invalid},
                         Row{answer_of(400, "<html>"), ErrorKind::unavailable}}) {
    const Outcome end = outcome(row.answer);
    ASSERT_TRUE(std::holds_alternative<Deferred>(end)) << row.answer.body;
    EXPECT_EQ(std::get<Deferred>(end).why.kind, row.kind) << row.answer.body;
    wait();
    EXPECT_TRUE(asks_status(next(), "7001")) << "asked before it is published again";
  }
  EXPECT_TRUE(std::holds_alternative<Rejected>(outcome(problem(100))));
}

TEST_F(Threads, NeverGivesUpAPostThatWasAnsweredWithAnId) {
  for (const auto& shown : {problem(100, 33), answer_of(500, ""), answer_of(200, "<html>"),
                            answer_of(200, R"({"permalink":"javascript:x"})")}) {
    delivery.notes.clear();
    wait();
    (void)to_publish();
    leave();
    EXPECT_EQ(url_of(next(200, R"({"id":"9001"})")),
              "https://graph.threads.net/v1.0/9001?fields=permalink");
    const Notes notes = delivery.notes;
    const Turn turn = next(shown);
    ASSERT_TRUE(ends_in<Receipt>(turn)) << "a post that never becomes visible is not sent twice";
    EXPECT_EQ(receipt(turn).remote_id, "9001");
    EXPECT_EQ(receipt(turn).url, "https://www.threads.com/@council");
    // The run died before its address was known.
    delivery.notes = notes;
    EXPECT_EQ(network.look_for(delivery, {account, facts, at})->url,
              "https://graph.threads.net/v1.0/9001?fields=permalink");
  }
  const auto found = network.recognise(delivery, {account, facts, at}, problem(100, 33));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->remote_id, "9001");
  for (const auto& answer : {answer_of(503, ""), problem(190, 463, 401), problem(4, 0, 429)}) {
    const auto known = network.recognise(delivery, {account, facts, at}, answer);
    ASSERT_TRUE(known && *known) << "it was told its id, whatever is said now";
    EXPECT_EQ((*known)->remote_id, "9001");
  }
}

TEST_F(Threads, WaitsAsLongAsMetaSays) {
  (void)next();
  const Turn turn = next(answer_of(
      400, R"({"error":{"code":4}})",
      {{"X-Business-Use-Case-Usage",
        R"({"42":[{"type":"threads","call_count":100,"estimated_time_to_regain_access":47}]})"}}));
  ASSERT_NE(deferred(turn), nullptr);
  EXPECT_EQ(deferred(turn)->until, now + minutes{47});
  for (const char* odd :
       {"", "[]", "{\"a\":7}", "{\"a\":[{\"estimated_time_to_regain_access\":-1}]}",
        "{\"a\":[{\"estimated_time_to_regain_access\":99999999999}]}", "<html>"}) {
    delivery.notes.clear();
    (void)next();
    const Turn other =
        next(answer_of(400, R"({"error":{"code":4}})", {{"X-Business-Use-Case-Usage", odd}}));
    ASSERT_NE(deferred(other), nullptr);
    EXPECT_GE(deferred(other)->until, now + minutes{15}) << odd;
    EXPECT_LE(deferred(other)->until, now + hours{24}) << odd;
  }
}

TEST_F(Threads, KnowsItsPostByWordsLinkAndTime) {
  delivery.publishing_at = now;
  const auto found = [this](const json& entry) {
    json whole{{"id", "9"},
               {"text", delivery.post.text},
               {"timestamp", "2026-03-02T09:00:05+0000"},
               {"permalink", "https://www.threads.com/@council/post/9"}};
    whole.update(entry);
    const auto seen =
        network.recognise(delivery, {account, facts, now, is_taken},
                          answer_of(200, json{{"data", json::array({whole})}}.dump()));
    return seen && *seen;
  };
  EXPECT_TRUE(found(json::object()));
  EXPECT_TRUE(
      found({{"text", "New job:  Lifeguard\n"}, {"link_attachment_url", delivery.post.link}}))
      << "Threads may show the link as a card only";
  EXPECT_FALSE(found({{"text", "New job: Lifeguard"}})) << "another link, or none";
  EXPECT_FALSE(found({{"text", "New job: Librarian https://www.example.gov.uk/jobs/17"}}));
  EXPECT_FALSE(found({{"timestamp", "2026-03-02T08:55:00+0000"}})) << "posted before";
  EXPECT_FALSE(found({{"media_type", "REPOST_FACADE"}}));
  EXPECT_TRUE(found({{"timestamp", "nonsense"}}));
  is_taken = [](const std::string& id) { return id == "9"; };
  EXPECT_FALSE(found(json::object())) << "that post is the receipt of another delivery";
  EXPECT_EQ(threads::bare_words("Bins #news  today", ""),
            threads::bare_words("Bins news today", ""))
      << "the first #word becomes the topic";
}

TEST_F(Threads, DoesNotSayThatAPostIsNotThereWhereOthersMayHideIt) {
  json data = json::array();
  for (int i = 0; i < 100; ++i) data.push_back({{"id", std::to_string(i)}, {"text", "other"}});
  const json full{{"data", data},
                  {"paging", {{"next", "https://x"}, {"cursors", {{"after", "c"}}}}}};
  EXPECT_FALSE(network.recognise(delivery, {account, facts, now}, answer_of(200, full.dump())));
}

TEST_F(Threads, ReadsMetasTimesAndPages) {
  const auto page = network.read_back(
      {account, facts, now},
      answer_of(
          200,
          R"({"data":[{"id":"9","text":"a","timestamp":"2026-03-02T10:00:00+0100","permalink":"https://t/9"},)"
          R"({"id":"8","media_type":"REPOST_FACADE"}],"paging":{"cursors":{"after":"QVF"}}})"));
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->posts.size(), 1U);
  EXPECT_EQ(page->posts[0].at, now);
  EXPECT_TRUE(page->next.empty()) << "a cursor stands behind the last page, too";
}

TEST_F(Threads, LearnsWhenASignInEndsAndWhenTheDaysPostsAreUsedUp) {
  const auto asks = network.inspect(account, facts);
  ASSERT_EQ(asks.size(), 2U);
  AccountFacts known = network.learn(
      facts, asks[0], answer_of(200, R"({"data":{"is_valid":true,"expires_at":1777626000}})"));
  EXPECT_EQ(known.values["sign_in_ends_at"], "1777626000");
  const auto quota = [](int used) {
    return answer_of(
        200,
        fmt::format(R"({{"data":[{{"quota_usage":{},"config":{{"quota_total":250}}}}]}})", used));
  };
  EXPECT_FALSE(network.learn(known, asks[1], quota(249)).values.contains("remark"));
  EXPECT_NE(network.learn(known, asks[1], quota(250)).values["remark"].find("250 posts"),
            std::string::npos);
  for (const char* odd :
       {"", "[]", R"({"data":7})", R"({"data":[]})", R"({"data":{"expires_at":"x"}})",
        R"({"data":{"expires_at":-1}})", R"({"data":[{"quota_usage":{}}]})"}) {
    for (const Request& ask : asks) {
      EXPECT_EQ(network.learn(facts, ask, answer_of(200, odd)).values, facts.values) << odd;
    }
  }
}

TEST_F(Threads, CutsADescriptionBetweenGraphemes) {
  std::string family;
  for (int i = 0; i < 300; ++i) family += "👩‍👩‍👧";
  const auto fields = threads::picture_fields({"https://www.example.gov.uk/a.jpg", family});
  const std::string& text = fields.back().second;
  EXPECT_EQ(fields.back().first, "alt_text");
  EXPECT_LE(text.size(), family.size() * 2 / 3);
  EXPECT_TRUE(text.ends_with("👩‍👩‍👧"));
}

}  // namespace
}  // namespace crier
