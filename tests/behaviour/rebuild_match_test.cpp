#include "publish/rebuild_match.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using Found = std::vector<std::optional<std::size_t>>;

Candidate item(const std::string& words, const std::string& link, std::size_t feed = 0) {
  return {link, {words + (link.empty() ? "" : " " + link), "", link, {}}, feed};
}

PastPost post(const std::string& id, const std::string& words, const std::string& link = "") {
  return {id, "", words, link.empty() ? std::vector<std::string>() : std::vector{link}, {}};
}

Found match(const std::vector<Candidate>& items, const std::vector<PastPost>& posts) {
  return match_posts(items, posts, [](const PastPost&) { return true; });
}

constexpr const char* job_1 = "https://www.example.gov.uk/jobs/1";
constexpr const char* job_2 = "https://www.example.gov.uk/jobs/2";

TEST(MatchPosts, KnowsALinkAgainHoweverItIsWritten) {
  const Found found = match({item("New job: Librarian", job_1)},
                            {post("9", "something else"),
                             post("8", "Old words", "http://example.gov.uk/jobs/1/?utm_source=x")});
  EXPECT_EQ(found, (Found{1}));
}

TEST(MatchPosts, FindsALinkThatStandsInTheWords) {
  EXPECT_EQ(match({item("Librarian", job_1)}, {post("8", std::string("Look: ") + job_1 + ".")}),
            (Found{0}));
}

TEST(MatchPosts, KnowsThePostAgainAfterTheWebsiteGotAnotherHost) {
  EXPECT_EQ(match({item("New job: Librarian", job_1)},
                  {post("8", "New job: Librarian", "https://old.example.org/jobs/1")}),
            (Found{0}));
}

TEST(MatchPosts, TakesNoPostForAnItemThatOnlySharesItsWords) {
  EXPECT_EQ(match({item("Council meeting", job_2)}, {post("8", "Council meeting", job_1)}),
            (Found{std::nullopt}))
      << "last month's meeting";
}

TEST(MatchPosts, IgnoresALinkThatAllItemsOfAFeedShare) {
  EXPECT_EQ(match({item("Flood warning", job_1), item("Heat warning", job_1)},
                  {post("8", "Heat warning", job_1), post("7", "Snow warning", job_1)}),
            (Found{std::nullopt, 0}));
}

TEST(MatchPosts, ComparesWordsByLettersAndDigitsOnly) {
  EXPECT_EQ(match({item("Swyddog \xE2\x80\x93 \xE2\x80\x9CT\xC5\xB7\xE2\x80\x9D -- 1", "")},
                  {post("8", "Swyddog \"Ty\xCC\x82\"  1"), post("7", "Swyddog Ty 1")}),
            (Found{0}));
}

TEST(MatchPosts, GivesEachPostToOneItemTheSurestFirst) {
  // Two feeds with the same item, of which only the second one's was posted.
  EXPECT_EQ(match({item("Everything: Librarian", job_1, 0), item("New job: Librarian", job_1, 1)},
                  {post("8", "New job: Librarian", job_1)}),
            (Found{std::nullopt, 0}));
}

TEST(MatchPosts, LeavesOutPostsThatAreSpokenFor) {
  EXPECT_EQ(match_posts({item("Librarian", job_1)},
                        {post("9", "Librarian", job_1), post("8", "Librarian", job_1)},
                        [](const PastPost& past) { return past.remote_id != "9"; }),
            (Found{1}));
}

TEST(MatchPosts, TakesNothingForASign) {
  EXPECT_EQ(match({item("", ""), Candidate{}}, {post("8", ""), post("7", "!")}),
            (Found{std::nullopt, std::nullopt}));
  EXPECT_TRUE(match({}, {post("8", "a")}).empty());
  EXPECT_EQ(match({item("a", "")}, {post("8", "\xFF\xFE", "not a link")}), (Found{std::nullopt}));
}

}  // namespace
}  // namespace crier
