#include "network/outbox/outbox_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};

nlohmann::json post(const std::string& text) {
  return {{"id", "0123"},
          {"account", "noticeboard"},
          {"feed", "jobs"},
          {"text", text},
          {"language", "en-GB"},
          {"images", nlohmann::json::array()},
          {"posted_at", "2026-03-02T08:59:00Z"}};
}

std::string page(const nlohmann::json& line) { return render_page({line.dump()}, now, "UTC"); }

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OutboxPage, ShowsTheNewestFirst) {
  const std::string html = render_page({post("Older").dump(), post("Newer").dump()}, now, "UTC");
  EXPECT_LT(html.find("Newer"), html.find("Older"));
  EXPECT_TRUE(holds(html, "2 posts, newest first."));
}

TEST(OutboxPage, MakesLinksOfAddressesAndLeavesThePunctuationAroundThem) {
  const std::string html = page(post("See https://a.example/x?b=1&c=2, (http://b.example/y)."));
  EXPECT_TRUE(holds(html, "href=\"https://a.example/x?b=1&amp;c=2\""));
  EXPECT_TRUE(holds(html, ">https://a.example/x?b=1&amp;c=2</a>, ("));
  EXPECT_TRUE(holds(html, ">http://b.example/y</a>)."));
  EXPECT_FALSE(holds(page(post("https:// javascript:alert(1) ftp://a.example/")), "<a "));
}

TEST(OutboxPage, LetsNothingFromAFeedBecomeMarkup) {
  auto line =
      post("<script>alert(1)</script> https://a.example/\"onclick=\"x' <img src=x onerror=y>");
  line["account"] = "<b>";
  line["feed"] = "</h2><script>";
  line["id"] = "\"><script>";
  line["language"] = "en\" onload=\"x";
  line["posted_at"] = "<time>";
  line["images"] = {{{"url", "javascript:alert(1)"}, {"alt", "</ul><script>"}},
                    {{"url", "https://a.example/\"><script>"}, {"alt", ""}}};
  const std::string html = page(line);
  EXPECT_FALSE(holds(html, "<script"));
  EXPECT_FALSE(holds(html, "<img"));
  EXPECT_FALSE(holds(html, "\"onclick"));
  EXPECT_FALSE(holds(html, "javascript:alert(1)\""));
  EXPECT_FALSE(holds(html, "onload=\"x"));
  EXPECT_TRUE(holds(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(OutboxPage, MakesControlAndDirectionCharactersVisible) {
  std::string reversed;
  append_utf8(reversed, U'\u202E');
  const std::string html = page(post("a\x01 b" + reversed + "c\nd"));
  EXPECT_FALSE(holds(html, "\x01"));
  EXPECT_FALSE(holds(html, reversed));
  EXPECT_TRUE(holds(html, "c\nd"));
}

TEST(OutboxPage, ListsImagesWithTheirDescriptions) {
  auto line = post("A pool");
  line["images"] = {{{"url", "https://a.example/pool.jpg"}, {"alt", "The pool"}},
                    {{"url", "https://a.example/2.jpg"}, {"alt", " "}}};
  const std::string html = page(line);
  EXPECT_TRUE(holds(html, "<li><a href=\"https://a.example/pool.jpg\""));
  EXPECT_TRUE(holds(html, ">The pool</a></li>"));
  EXPECT_TRUE(holds(html, ">image without a description</a></li>"));
}

TEST(OutboxPage, LeavesOutLinesThatAreNoPosts) {
  const std::string html = render_page(
      {"", "{\"id\":\"0", "[1]", "{\"id\":7}", "{}", "null", R"({"id":"1","text":5})"}, now, "UTC");
  EXPECT_TRUE(holds(html, "1 post, newest first."));
}

TEST(OutboxPage, TellsTimesByTheCouncilsClock) {
  const std::string line = R"({"id":"1","text":"a","posted_at":"2026-06-30T23:30:00Z"})";
  const std::string html = render_page({line}, now, "Europe/London");
  EXPECT_TRUE(holds(html, "<time datetime=\"2026-06-30T23:30:00Z\">2026-07-01 00:30 BST</time>"));
  EXPECT_TRUE(holds(html, "Last written <time datetime=\"2026-03-02T09:00:00Z\">2026-03-02 09:00"));
}

TEST(OutboxPage, SaysWhenThereIsNothing) {
  const std::string html = render_page({}, now, "UTC");
  EXPECT_TRUE(holds(html, "Nothing yet."));
  EXPECT_TRUE(holds(html, "<time datetime=\"2026-03-02T09:00:00Z\">2026-03-02 09:00 UTC</time>"));
  EXPECT_TRUE(is_our_page(html));
}

TEST(OutboxPage, LiesBesideItsFile) {
  EXPECT_EQ(page_of("/srv/outbox.jsonl"), "/srv/outbox.html");
  EXPECT_EQ(page_of("/srv/posts.txt"), "/srv/posts.txt.html");
  EXPECT_EQ(page_of("/srv/posts"), "/srv/posts.html");
}

}  // namespace
}  // namespace crier
