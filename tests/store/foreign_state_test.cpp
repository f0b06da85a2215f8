#include "store/foreign_state.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using Ids = std::vector<std::string>;

ForeignState read(std::string_view bytes, StateFormat format, const ForeignFeed& feed = {}) {
  const auto state = read_foreign_state(bytes, format, feed);
  EXPECT_TRUE(state) << state.error().message;
  return state.value_or(ForeignState{});
}

std::string problem(std::string_view bytes, StateFormat format, const ForeignFeed& feed = {}) {
  const auto state = read_foreign_state(bytes, format, feed);
  EXPECT_FALSE(state);
  return state ? std::string() : state.error().message;
}

TEST(ForeignState, TakesOneIdALineAndLeavesCommentsOut) {
  EXPECT_EQ(read("\xEF\xBB\xBF# old\r\n\r\njob-1\r\n \tjob 2 \n\"job-3\"\n{F9168C5E}\nlast",
                 StateFormat::list)
                .ids,
            (Ids{"job-1", "job 2", "\"job-3\"", "{F9168C5E}", "last"}));
}

TEST(ForeignState, TakesIdsForBytes) {
  EXPECT_EQ(read("\xFF\xFE\n", StateFormat::list).ids, (Ids{"\xFF\xFE"}));
}

TEST(ForeignState, TakesEveryLineOfFeed2tootForAnId) {
  EXPECT_EQ(read("#17\njob-1\n", StateFormat::feed2toot).ids, (Ids{"#17", "job-1"}));
}

TEST(ForeignState, RefusesWhatIsNoListOfIdsAndSaysWhere) {
  EXPECT_NE(problem(std::string_view("a\nb\0c\n", 6), StateFormat::list).find("line 2"),
            std::string::npos);
  const std::string huge = "a\nb\n" + std::string(longest_id + 1, 'x');
  EXPECT_NE(problem(huge, StateFormat::list).find("line 3"), std::string::npos);
  EXPECT_EQ(read(std::string(longest_id, 'x'), StateFormat::list).ids.size(), 1U);
  EXPECT_NE(problem("{\n \"version\": 2}", StateFormat::list).find("JSON"), std::string::npos);
  EXPECT_NE(problem("<?xml version=\"1.0\"?>", StateFormat::feed2toot).find("XML"),
            std::string::npos);
  EXPECT_NE(problem("", StateFormat::list).find("no id"), std::string::npos);
  EXPECT_NE(problem(std::string(most_ids + 1, '\n'), StateFormat::list).find("more than"),
            std::string::npos);
}

TEST(ForeignState, FindsAFeedOfRss2emailByItsNameOrAddress) {
  const char* file = R"({"version": 2, "feeds": [{"name": "news", "seen": {"n-1": {"id": "<a>"}}},
    {"name": "work", "url": "https://www.example.gov.uk/jobs.xml", "seen": {"j-1": {}, " j-2 ": {}}}]})";
  EXPECT_EQ(read(file, StateFormat::rss2email, {"news", ""}).ids, (Ids{"n-1"}));
  EXPECT_EQ(read(file, StateFormat::rss2email, {"jobs", "https://www.example.gov.uk/jobs.xml"})
                .ids.size(),
            2U);
  EXPECT_NE(problem(file, StateFormat::rss2email, {"jobs", ""}).find("news, work"),
            std::string::npos);
}

TEST(ForeignState, ReadsTheOlderFileOfRss2emailToo) {
  EXPECT_EQ(read(R"({"version": 1, "feeds": [{"name": "news", "seen": {"n-1": "<a@b>"}}]})",
                 StateFormat::rss2email, {"news", ""})
                .ids,
            (Ids{"n-1"}));
}

TEST(ForeignState, RefusesAnRss2emailThatKeepsHashesOnly) {
  const std::string hash(40, 'a');
  const std::string file = R"({"feeds": [{"name": "news", "seen": {")" + hash + R"(": {}}}]})";
  EXPECT_NE(problem(file, StateFormat::rss2email, {"news", ""}).find("trust-guid"),
            std::string::npos);
}

TEST(ForeignState, RefusesWhatHasTheWrongTypes) {
  for (const char* file :
       {"", "[]", "7", "{\"feeds\": {}}", "{\"feeds\": [7, null, []]}",
        "{\"feeds\": [{\"name\": 7}]}", "{\"feeds\": [{\"name\": \"news\", \"seen\": [1]}]}",
        "{\"feeds\": [{\"name\": \"news\"}]}",
        "{\"feeds\": [{\"name\": \"news\", \"seen\": {\"a\""}) {
    EXPECT_FALSE(problem(file, StateFormat::rss2email, {"news", ""}).empty()) << file;
  }
}

TEST(ForeignState, ReadsTheTimeOfFeediversesLastRun) {
  const char* file =
      "access_token: not-to-be-shown\nfeeds:\n- url: https://www.example.gov.uk/jobs.xml\n"
      "  updated: no\nupdated: '2026-02-28T10:00:00.123456+00:00'\n";
  EXPECT_EQ(read(file, StateFormat::feediverse).until, "2026-02-28T10:00:00.123456+00:00");
  const std::string why =
      problem("access_token: not-to-be-shown\nupdated: soon\n", StateFormat::feediverse);
  EXPECT_NE(why.find("line 2"), std::string::npos);
  EXPECT_EQ(why.find("not-to-be-shown"), std::string::npos) << "the file holds a password";
  EXPECT_FALSE(problem("updated: 2026-02-28T10:00:00Z\n", StateFormat::feediverse).empty());
}

TEST(ForeignState, ReadsBothFilesOfBskyRss) {
  EXPECT_EQ(
      read("2026-02-27T10:00:00.000Z|https://www.example.gov.uk/a|b\n\n", StateFormat::bsky_rss)
          .ids,
      (Ids{"https://www.example.gov.uk/a|b"}));
  EXPECT_EQ(read("2026-02-28T10:00:00.000Z", StateFormat::bsky_rss).until,
            "2026-02-28T10:00:00.000Z");
  EXPECT_NE(
      problem("2026-02-27T10:00:00.000Z|https://www.example.gov.uk/a\nb\n", StateFormat::bsky_rss)
          .find("line 2"),
      std::string::npos);
}

}  // namespace
}  // namespace crier
