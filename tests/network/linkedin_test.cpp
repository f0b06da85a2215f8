#include "network/linkedin/linkedin.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compose/measure.h"
#include "network/linkedin/little_text.h"
#include "network/linkedin/requests.h"
#include "network/linkedin/wire.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z
constexpr const char* urn = "urn:li:share:7012345678901234567";
constexpr const char* link = "https://www.example.gov.uk/jobs/17";

Account account(std::map<std::string, std::string> settings = {}) {
  return {{"page"}, "linkedin", "https://api.linkedin.com", "en-GB", std::move(settings), {}};
}
const AccountFacts& facts() {
  static const AccountFacts all{{{"account_id", "1234567"}}, {}};
  return all;
}

Delivery delivery() {
  Delivery one;
  one.id = {"0123456789abcdef0123456789abcdef"};
  one.item_title = "Lifeguard";
  one.post.text = std::string("New job: Lifeguard ") + link;
  one.post.link = link;
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

Turn next(const Delivery& sent, const Response* last,
          std::function<bool(const std::string&)> is_taken = {}) {
  const Account one = account();
  return LinkedinNetwork().next(sent, {one, facts(), now, std::move(is_taken)}, last);
}

const Outcome& outcome_of(const Turn& turn) { return std::get<Finish>(turn.step).outcome; }

Response duplicate() {
  return answer_of(422, json{{"status", 422},
                             {"message", std::string("Content is a duplicate of ") + urn},
                             {"errorDetails", {{"inputErrors", {{{"code", "DUPLICATE_POST"}}}}}}}
                            .dump());
}

Response shown(const std::string& commentary, const std::string& source = link) {
  return answer_of(200, json{{"id", urn},
                             {"commentary", commentary},
                             {"content", {{"article", {{"source", source}}}}},
                             {"createdAt", 1'772'442'001'000}}
                            .dump());
}

/// The turn after a Publish was refused as a repeat, and that post was asked for.
Turn after_duplicate(Delivery sent, const Response& found,
                     const std::function<bool(const std::string&)>& is_taken = {}) {
  sent.notes["step"] = "post";
  const Response refused = duplicate();
  const Turn asks = next(sent, &refused);
  EXPECT_TRUE(std::holds_alternative<Prepare>(asks.step));
  EXPECT_EQ(std::get<Prepare>(asks.step).request.url,
            "https://api.linkedin.com/rest/posts/urn%3Ali%3Ashare%3A7012345678901234567");
  sent.notes = asks.notes;
  return next(sent, &found, is_taken);
}

TEST(LinkedIn, EscapesWhatWouldCutThePost) {
  for (const char c : linkedin::reserved) {
    const std::string text = std::string("a ") + c + " b";
    EXPECT_EQ(linkedin::write_little_text(text, {}), std::string("a \\") + c + " b");
  }
  EXPECT_EQ(linkedin::write_little_text("#Jobs: C++ (2) #7 #no_tag x#y #Cyngor", {}),
            "{hashtag|\\#|Jobs}: C++ \\(2\\) \\#7 \\#no\\_tag x\\#y {hashtag|\\#|Cyngor}");
  EXPECT_EQ(linkedin::write_little_text("{hashtag|\\#|x}", {}), "\\{hashtag\\|\\\\\\#\\|x\\}");
}

TEST(LinkedIn, WritesALinkWithoutAnyCharacterThatEitherReadingWouldBreak) {
  const std::string text =
      "See https://example.gov.uk/a_b(c)~d?x=[1]&y=*@#top, or (http://example.gov.uk/e_f).";
  const std::string written = linkedin::write_little_text(text, {});
  EXPECT_EQ(written,
            "See https://example.gov.uk/a%5Fb%28c%29%7Ed?x=%5B1%5D&y=%2A%40, or "
            "\\(http://example.gov.uk/e%5Ff\\).");
  const std::string whole = "https://example.gov.uk/a_b.|";
  EXPECT_EQ(linkedin::write_little_text(whole, whole), "https://example.gov.uk/a%5Fb.%7C")
      << "the item's own link is known to its end";
}

TEST(LinkedIn, ReadsBackWhatItWrote) {
  for (const char* text :
       {"Plain.", "a\\b|c{d}e@f[g](h)<i>#j*k_l~m", "#Jobs #Swyddi2026 at the pool (part-time)",
        "Caff\xC3\xA9 \xF0\x9F\x8F\x8A #\xC3\x89t\xC3\xA9", "{hashtag|\\#|x} \\# @[a](urn:li:b)"}) {
    const std::string written = linkedin::write_little_text(text, {});
    EXPECT_EQ(linkedin::read_little_text(written), text);
    EXPECT_TRUE(linkedin::says_the_same(written, text));
    EXPECT_FALSE(linkedin::is_cut(written, text));
  }
  EXPECT_TRUE(linkedin::is_cut("New job: Lifeguard ", "New job: Lifeguard (part time)"));
}

TEST(LinkedIn, LeavesALinkThatTheCardShowsOutOfTheText) {
  using linkedin::without_link;
  EXPECT_EQ(without_link("New https://e.uk/1", "https://e.uk/1"), "New");
  EXPECT_EQ(without_link("New\n\nhttps://e.uk/1\n#A #B", "https://e.uk/1"), "New\n#A #B");
  for (const char* kept : {"https://e.uk/1", "New https://e.uk/1 is open", "New (https://e.uk/1)",
                           "New https://e.uk/12", "New"}) {
    EXPECT_EQ(without_link(kept, "https://e.uk/1"), kept);
  }
}

TEST(LinkedIn, CountsWhatIsEscapedTwiceSoThatWhatFitsIsNotTooLong) {
  const TextRules rules = LinkedinNetwork().traits().text;
  EXPECT_EQ(measure("(a)_\xF0\x9F\x8F\x8A", rules), 9U);
  std::string text = "#Jobs ";
  while (fits(text + "(", rules)) text += "(";
  TextRules written = rules;
  written.escaped = {};
  EXPECT_TRUE(fits(linkedin::write_little_text(text, {}), written))
      << "without templates, where they would make it too long";
}

TEST(LinkedIn, TakesADuplicateThatSaysTheSameForOurs) {
  const Turn turn = after_duplicate(delivery(), shown("New job: Lifeguard"));
  ASSERT_TRUE(std::holds_alternative<Receipt>(outcome_of(turn)));
  EXPECT_EQ(std::get<Receipt>(outcome_of(turn)).remote_id, urn);
  EXPECT_EQ(std::get<Receipt>(outcome_of(turn)).url,
            std::string("https://www.linkedin.com/feed/update/") + urn);
}

TEST(LinkedIn, AdoptsNoDuplicateThatIsAnothers) {
  for (const Turn& turn :
       {after_duplicate(delivery(), shown("New job: Librarian")),
        after_duplicate(delivery(), shown("New job: Lifeguard", "https://example.gov.uk/9")),
        after_duplicate(delivery(), shown("New job: Lifeguard"),
                        [](const std::string& id) { return id == urn; })}) {
    ASSERT_TRUE(std::holds_alternative<Rejected>(outcome_of(turn)));
    EXPECT_NE(std::get<Rejected>(outcome_of(turn)).why.message.find(urn), std::string::npos);
  }
}

TEST(LinkedIn, WaitsForAGhostToGo) {
  const Response gone = answer_of(404, R"({"status":404,"message":"gone"})");
  const Turn turn = after_duplicate(delivery(), gone);
  const auto* deferred = std::get_if<Deferred>(&outcome_of(turn));
  ASSERT_NE(deferred, nullptr);
  EXPECT_EQ(deferred->why.kind, ErrorKind::rejected) << "it is surely not there";
  EXPECT_EQ(deferred->until, now + std::chrono::hours{24});
  Delivery later = delivery();
  later.notes = turn.notes;
  EXPECT_TRUE(std::holds_alternative<Publish>(next(later, nullptr).step))
      << "then it is tried again";
}

TEST(LinkedIn, WaitsAgainForAGhostThatLastsLonger) {
  Delivery later = delivery();
  later.notes["ghost"] = "yes";
  later.publishing_at = now - std::chrono::hours{24};
  later.sent_at = now;
  const Response gone = answer_of(404, "");
  EXPECT_TRUE(std::holds_alternative<Deferred>(outcome_of(after_duplicate(later, gone))));
}

TEST(LinkedIn, TakesAPostThatWasSentTwiceForNoGhost) {
  Delivery sent = delivery();
  sent.publishing_at = now - std::chrono::seconds{90};
  sent.sent_at = now;
  const Response gone = answer_of(404, "");
  EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(after_duplicate(sent, gone))));
}

TEST(LinkedIn, KnowsAPostWithoutWordsByItsLinkAlone) {
  Delivery sent = delivery();
  sent.post.text = link;
  sent.publishing_at = now;
  const Account one = account();
  const auto found = [&](const std::string& commentary, const std::string& source) {
    json element = json::parse(shown(commentary, source).body);
    if (source.empty()) element.erase("content");
    const Response list = answer_of(200, json{{"elements", {element}}}.dump());
    const auto answer = LinkedinNetwork().recognise(sent, {one, facts(), now}, list);
    return answer && *answer;
  };
  EXPECT_FALSE(found("", "")) << "somebody's picture";
  EXPECT_TRUE(found("", link));
  EXPECT_TRUE(found(link, ""));
}

TEST(LinkedIn, PostsWithoutAPictureThatIsGone) {
  Delivery sent = delivery();
  sent.post.images = {{"https://www.example.gov.uk/pool.jpg", "The pool"}};
  sent.notes = {{"step", "status0"}, {"urn0", "urn:li:image:7"}, {"sent0", "yes"}};
  const Response gone = answer_of(404, R"({"status":404,"message":"not found"})");
  const Turn turn = next(sent, &gone);
  ASSERT_TRUE(std::holds_alternative<Publish>(turn.step));
  EXPECT_FALSE(turn.warning.empty());
  EXPECT_EQ(std::get<Publish>(turn.step).request.body.find("image:7"), std::string::npos);
}

TEST(LinkedIn, SendsAPictureOnlyToItsOwnServers) {
  const Account one = account();
  for (const char* url :
       {"https://api.linkedin.com/up", "https://www.linkedin.com/dms-uploads/x"}) {
    EXPECT_TRUE(linkedin::takes_pictures(one, url)) << url;
  }
  for (const char* url :
       {"https://evil.example.org/up", "http://www.linkedin.com/x",
        "https://www.linkedin.com.evil.org/", "https://www.linkedin.com@evil.org/",
        "//www.linkedin.com/x", "", "urn:x"}) {
    EXPECT_FALSE(linkedin::takes_pictures(one, url)) << url;
  }
  Account elsewhere = account();
  elsewhere.server = "https://social.example.gov.uk";
  EXPECT_FALSE(linkedin::takes_pictures(elsewhere, "https://www.linkedin.com/x"));
}

TEST(LinkedIn, WarnsSixtyDaysBeforeItsVersionEnds) {
  const auto at = [](const char* time) { return *from_iso8601(time); };
  const auto cautions = [&](const char* version, const char* time) {
    return LinkedinNetwork().cautions(account({{"version", version}}), at(time));
  };
  EXPECT_TRUE(cautions("202601", "2026-11-15T00:00:00Z").empty());
  ASSERT_EQ(cautions("202601", "2026-11-16T00:00:00Z").size(), 1U);
  EXPECT_NE(cautions("202601", "2026-11-16T00:00:00Z")[0].find("ends around 2027-01-15"),
            std::string::npos);
  EXPECT_NE(cautions("202510", "2026-10-15T00:00:00Z")[0].find("has ended"), std::string::npos);
  EXPECT_TRUE(cautions("202609", "2026-11-25T00:00:00Z").empty());
  EXPECT_NE(cautions("202609", "2027-08-01T00:00:00Z")[0].find("2027-09-15"), std::string::npos);
  for (const char* bad : {"2026", "2026-09", "202613", "202600", "v202609", "199901"}) {
    const auto said = cautions(bad, "2026-11-25T00:00:00Z");
    ASSERT_EQ(said.size(), 1U) << bad;
    EXPECT_NE(said[0].find("`version`"), std::string::npos);
    EXPECT_NE(said[0].find(bad), std::string::npos);
  }
  EXPECT_FALSE(LinkedinNetwork().cautions(account(), at("2027-09-01T00:00:00Z")).empty());
}

TEST(LinkedIn, PutsNoSettingThatIsMalformedIntoAHeader) {
  const Account bad = account({{"version", "2026\r\nX-Evil: 1"}});
  const auto look = LinkedinNetwork().look_back({bad, facts(), now}, "");
  ASSERT_TRUE(look);
  EXPECT_EQ(find_header(look->headers, "Linkedin-Version"),
            std::optional<std::string_view>(linkedin::usual_version));
}

TEST(LinkedIn, NamesTheSettingOfARetiredVersion) {
  Delivery sent = delivery();
  sent.notes["step"] = "post";
  const Response retired =
      answer_of(426, R"({"status":426,"code":"NONEXISTENT_VERSION","message":"not active"})");
  const Turn turn = next(sent, &retired);
  const auto* deferred = std::get_if<Deferred>(&outcome_of(turn));
  ASSERT_NE(deferred, nullptr);
  EXPECT_EQ(deferred->why.kind, ErrorKind::invalid) << "the account stops";
  EXPECT_NE(deferred->why.message.find("`version`"), std::string::npos);
  EXPECT_NE(deferred->why.message.find("202609"), std::string::npos);
}

TEST(LinkedIn, LooksForAPostAmongTheNewestFirst) {
  const Account one = account();
  const auto look = LinkedinNetwork().look_for(delivery(), {one, facts(), now});
  ASSERT_TRUE(look);
  EXPECT_NE(look->url.find("sortBy=CREATED"), std::string::npos)
      << "its own order is by last change";
  EXPECT_NE(look->url.find("author=urn%3Ali%3Aorganization%3A1234567&"), std::string::npos);
  EXPECT_EQ(find_header(look->headers, "X-RestLi-Method"),
            std::optional<std::string_view>("FINDER"));
}

TEST(LinkedIn, TakesNoPostThatAnotherDeliveryHas) {
  const Account one = account();
  Delivery sent = delivery();
  sent.publishing_at = now;
  const json entry = json::parse(shown("New job: Lifeguard").body);
  const Response list = answer_of(200, json{{"elements", {entry}}}.dump());
  const auto free = LinkedinNetwork().recognise(sent, {one, facts(), now}, list);
  ASSERT_TRUE(free.has_value());
  EXPECT_TRUE(free->has_value());
  const auto taken = LinkedinNetwork().recognise(
      sent, {one, facts(), now, [](const std::string&) { return true; }}, list);
  ASSERT_TRUE(taken.has_value());
  EXPECT_FALSE(taken->has_value());
}

}  // namespace
}  // namespace crier
