// What an account has said that this ledger does not know, and what is made of it.
#include "publish/amnesia.h"

#include <gtest/gtest.h>

#include <set>

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const SysTime now = SysTime{} + hours{24 * 365 * 50};
const std::string shared = "https://www.example.gov.uk/alerts";

Delivery due(const std::string& title, const std::string& link,
             std::optional<SysTime> date = std::nullopt) {
  Delivery delivery;
  delivery.id = {"id of " + title + link};
  delivery.feed = {"jobs"};
  delivery.account = {"town-hall"};
  delivery.item_title = title;
  delivery.item_link = link;
  delivery.item_date = date;
  delivery.post.text = "New: " + title + (link.empty() ? "" : " " + link);
  delivery.post.link = link;
  delivery.planned_at = now;
  return delivery;
}

PastPost post(const std::string& id, const std::string& text, const std::string& link,
              std::optional<SysTime> at = now - hours{2}) {
  PastPost past{id, "https://social.example.gov.uk/@council/" + id, text, {}, at};
  if (!link.empty()) past.links.push_back(link);
  return past;
}

/// The account of a council, and a ledger of it.
struct World {
  std::vector<Delivery> due, in_doubt;
  PastPage page;
  std::set<std::string> receipts, asked;
  SysTime known_since = now - hours{24 * 300};
  SysTime remembers_since{};

  /// "-": nothing of it is known; "1": it is post 1; "1?": a person looks, because of post 1; "?":
  /// because of what one look does not show.
  [[nodiscard]] std::vector<std::string> verdicts() const {
    AmnesiaQuestion question{due, in_doubt, page, now, {}, {}, {}, remembers_since};
    question.has_receipt = [&](const PastPost& past) { return receipts.contains(past.remote_id); };
    question.was_asked_about = [&](const PastPost& past) { return asked.contains(past.remote_id); };
    question.known_since = [&](const FeedId&) { return known_since; };
    std::vector<std::string> all(due.size(), "-");
    for (const Remembered& entry : compare_with_past(question)) {
      EXPECT_EQ(entry.is_certain, entry.why.empty()) << entry.why;
      all[entry.due] =
          (entry.post != nullptr ? entry.post->remote_id : "") + (entry.is_certain ? "" : "?");
    }
    return all;
  }
};
using Verdicts = std::vector<std::string>;

struct OnePair {
  const char* rule;
  Delivery due;
  PastPost post;
  const char* verdict;
};

TEST(Amnesia, OnePostAndOneDelivery) {
  const std::string page = "https://www.example.gov.uk/pool";
  const std::string long_title = "The swimming pool opens again on Monday";
  const OnePair pairs[] = {
      {"the same words and link", due("Pool", page), post("1", "New: Pool", page), "1"},
      {"however the link is written", due("Pool", page),
       post("1", "New: Pool", "http://example.gov.uk/pool/?utm_source=x"), "1"},
      {"also without a date", due("Pool", page), post("1", "New: Pool", page, std::nullopt), "1"},
      {"also long ago", due("Pool", page), post("1", "New: Pool", page, now - hours{24 * 60}), "1"},
      {"most words and the item's own link", due(long_title, page),
       post("1", "News: " + long_title, page), "1"},
      {"other words and the item's own link", due("Pool", page),
       post("1", "Come in, the water is lovely", page), "1?"},
      {"of those, nothing that is old", due("Pool", page),
       post("1", "Come in, the water is lovely", page, now - hours{24 * 60}), "-"},
      {"nor what has no date", due("Pool", page),
       post("1", "Come in, the water is lovely", page, std::nullopt), "-"},
      {"the same words and another link: another item", due("Council meeting", page),
       post("1", "New: Council meeting", "https://www.example.gov.uk/june"), "-"},
      {"the same words, where the website has moved", due("Pool", page),
       post("1", "New: Pool", "https://council.example.org/pool"), "1"},
      {"the same words, and no link in either", due("Tip closed", ""),
       post("1", "New: Tip closed", ""), "1"},
      {"words without a link, long ago", due("Tip closed", ""),
       post("1", "New: Tip closed", "", now - hours{24 * 8}), "1?"},
      {"words without a link or a date", due("Tip closed", ""),
       post("1", "New: Tip closed", "", std::nullopt), "1?"},
      {"words without a link, before the item's date", due("Tip closed", "", now - hours{1}),
       post("1", "New: Tip closed", "", now - hours{30}), "1?"},
      {"the item's date may be in another zone", due("Tip closed", "", now),
       post("1", "New: Tip closed", "", now - hours{2}), "1"},
      {"an event's date lies ahead", due("Fair", "", now + hours{99}),
       post("1", "New: Fair", "", now - hours{2}), "1"},
      {"its own link and words, before its date", due("Weekly list", page, now - hours{1}),
       post("1", "New: Weekly list", page, now - hours{24 * 7}), "1?"},
      {"the title, and no link", due(long_title, page),
       post("1", "Great news! " + long_title + " :-)", ""), "1?"},
      {"a title of few words stands in many posts", due("Pool", page),
       post("1", "Do not run at the pool, please: Pool rules", ""), "-"},
      {"the title, and a link to elsewhere", due(long_title, page),
       post("1", "Great news! " + long_title, "https://paper.example.com/1"), "-"},
      {"a date that lies ahead is none", due("Tip closed", ""),
       post("1", "New: Tip closed", "", now + hours{1000}), "1?"},
      {"a clock that is a little ahead", due("Tip closed", ""),
       post("1", "New: Tip closed", "", now + minutes{10}), "1"},
      {"a post without an id is none", due("Pool", page), post("", "New: Pool", page), "-"},
      {"no words are no same words", due("", ""), post("1", "", ""), "-"},
  };
  for (const OnePair& pair : pairs) {
    SCOPED_TRACE(pair.rule);
    World world;
    world.due = {pair.due};
    world.page.posts = {pair.post};
    if (pair.due.item_title.empty()) world.due[0].post.text.clear();
    EXPECT_EQ(world.verdicts(), Verdicts{pair.verdict});
  }
}

TEST(Amnesia, APostThatTheLedgerKnowsExplainsNothing) {
  World world;
  world.due = {due("Tip closed", "")};
  world.page.posts = {post("1", "New: Tip closed", "")};
  world.receipts = {"1"};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
}

TEST(Amnesia, APostOfBeforeTheFeedWasKnownExplainsNothing) {
  World world;
  world.due = {due("Pool", "https://www.example.gov.uk/pool")};
  world.page.posts = {post("1", "New: Pool", "https://www.example.gov.uk/pool", now - hours{2})};
  world.known_since = now - hours{1};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
  world.known_since = now - hours{2} + minutes{10};
  EXPECT_EQ(world.verdicts(), Verdicts{"1"}) << "two machines' clocks may differ by minutes";
}

TEST(Amnesia, ARepeatedAlertWhoseFirstOneIsForgottenIsNews) {
  World world;
  world.due = {due("Tip closed", shared)};
  world.page.posts = {post("1", "New: Tip closed", shared, now - hours{24 * 32})};
  EXPECT_EQ(world.verdicts(), Verdicts{"1"}) << "where nothing is forgotten, it is unknown";
  world.remembers_since = now - hours{24 * 30};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
}

TEST(Amnesia, OnePostStandsForOneDelivery) {
  World world;
  world.due = {due("Tip closed", ""), due("Tip closed", "")};
  world.page.posts = {post("1", "New: Tip closed", "")};
  EXPECT_EQ(world.verdicts(), (Verdicts{"1", "-"}));
  world.page.posts = {post("2", "New: Tip closed", "", now - hours{1}),
                      post("1", "New: Tip closed", "", now - hours{2})};
  EXPECT_EQ(world.verdicts(), (Verdicts{"1", "2"})) << "the oldest item has the oldest post";
}

TEST(Amnesia, TheSurestPairsAreMadeFirst) {
  const std::string page = "https://www.example.gov.uk/pool";
  World world;
  world.due = {due("Pool", page)};
  world.page.posts = {post("2", "New: Pool", page, now - hours{1}),
                      post("1", "Come in, the water is lovely", page, now - hours{2})};
  EXPECT_EQ(world.verdicts(), Verdicts{"2"});
}

TEST(Amnesia, APostThatMayBeThatOfOneInDoubtIsNoOthers) {
  World world;
  world.due = {due("Tip closed", "")};
  world.in_doubt = {due("Tip closed", "")};
  world.in_doubt[0].stage = Stage::publishing;
  world.page.posts = {post("1", "New: Tip closed", "")};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
}

TEST(Amnesia, OnePageForAllAlertsSaysNothingOfAnyOfThem) {
  const PastPost others[] = {post("1", "New: Road closed", shared, now - hours{3}),
                             post("2", "New: School closed", shared, now - hours{2})};
  World world;
  world.due = {due("Tip closed", shared)};
  world.page.posts = {others[1], others[0]};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"}) << "two posts lead there";
  world.page.posts = {others[0]};
  world.due = {due("Tip closed", shared), due("Pool closed", shared)};
  EXPECT_EQ(world.verdicts(), (Verdicts{"-", "-"})) << "two items lead there";
  world.due.pop_back();
  world.receipts = {"1"};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"}) << "another item's post leads there";
}

TEST(Amnesia, InOtherWordsOnlyWhatIsNewerThanAllThatTheLedgerKnows) {
  const std::string page = "https://www.example.gov.uk/pool";
  World world;
  world.due = {due("Pool", page)};
  world.page.posts = {post("2", "New: Baths", "https://www.example.gov.uk/baths", now - hours{1}),
                      post("1", "Come in, the water is lovely", page, now - hours{2})};
  EXPECT_EQ(world.verdicts(), Verdicts{"1?"});
  world.receipts = {"2"};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"}) << "the ledger was at work since";
}

TEST(Amnesia, APersonIsAskedAboutAPostOnce) {
  const std::string page = "https://www.example.gov.uk/pool";
  World world;
  world.due = {due("Pool", page)};
  world.page.posts = {post("1", "Come in, the water is lovely", page)};
  world.asked = {"1"};
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
}

TEST(Amnesia, WhatOneLookDoesNotShowWaitsForAPersonWhereTheLedgerIsOlder) {
  World world;
  world.page.posts = {post("1", "New: Pool", "https://www.example.gov.uk/pool", now - hours{9})};
  world.page.next = "more";
  world.due = {due("Dated before", "https://www.example.gov.uk/1", now - hours{20}),
               due("Undated", "https://www.example.gov.uk/2"),
               due("Pool", "https://www.example.gov.uk/pool", now - hours{10}),
               due("Dated after", "https://www.example.gov.uk/3", now - hours{1})};
  EXPECT_EQ(world.verdicts(), (Verdicts{"?", "?", "1", "-"}));

  World last = world;
  last.page.next.clear();
  EXPECT_EQ(last.verdicts(), (Verdicts{"-", "-", "1", "-"})) << "there is no more";
  World known = world;
  known.page.posts.push_back(post("0", "New: Old", "", now - hours{30}));
  known.receipts = {"0"};
  EXPECT_EQ(known.verdicts(), (Verdicts{"-", "-", "1", "-"})) << "all since then was shown";
  World tried = world;
  tried.due[2].attempts = 1;
  EXPECT_EQ(tried.verdicts(), (Verdicts{"-", "-", "1", "-"}))
      << "this ledger has sent it itself: it is no older one";
}

TEST(Amnesia, HundredsOfPostsOfAnotherKindAreNothing) {
  World world;
  world.due = {due("Pool", "https://www.example.gov.uk/pool")};
  for (int i = 0; i < 400; ++i) {
    world.page.posts.push_back(post(std::to_string(i), "\xFF\xFE<b>" + std::string(2000, 'x'),
                                    "javascript:alert(1)", std::nullopt));
  }
  world.page.next = "more";
  EXPECT_EQ(world.verdicts(), Verdicts{"-"});
}

}  // namespace
}  // namespace crier
