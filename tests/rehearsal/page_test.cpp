#include "rehearsal/page.h"

#include <gtest/gtest.h>

#include "core/utf8.h"
#include "network/registry.h"
#include "support/fake_clock.h"
#include "support/png.h"

namespace crier::rehearsal {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};

Arrived post(const std::string& text = "New job: Lifeguard https://www.example.gov.uk/jobs/2") {
  Arrived made;
  made.id = "1";
  made.text = text;
  made.language = "en-GB";
  made.length = 52;
  made.limit = 280;
  made.at = now;
  return made;
}

Arrivals arrivals(std::vector<Arrived> posts, const std::string& network = "mastodon") {
  return {{{"town-hall"}, network, "https://social.example.gov.uk", "en", {}}, std::move(posts)};
}

std::string page(std::vector<Arrived> posts) {
  return render_page({arrivals(std::move(posts))}, now, "UTC");
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Request get(const std::string& path) {
  Request request;
  request.url = "http://127.0.0.1:8700" + path;
  return request;
}

TEST(Page, ShowsAPostAsItsReadersSeeIt) {
  const std::string html = page({post()});
  EXPECT_TRUE(has(html, "New job: Lifeguard <a href=\"https://www.example.gov.uk/jobs/2\""));
  EXPECT_TRUE(has(html, "lang=\"en-GB\">New job"));
  EXPECT_TRUE(has(html, "52 of 280 characters"));
  EXPECT_TRUE(has(html, "2 March 2026, 09:00 UTC"));
  EXPECT_TRUE(has(html, "language: en-GB"));
  EXPECT_TRUE(has(html, "social.example.gov.uk"));
  EXPECT_TRUE(has(html, "1 post on 1 account"));
  EXPECT_FALSE(has(html, "class=\"warnings\""));
}

TEST(Page, TellsTimesByTheCouncilsClock) {
  Arrived in_summer = post();
  in_summer.at = *from_iso8601("2026-06-30T23:30:00Z");
  const std::string html = render_page({arrivals({in_summer})}, now, "Europe/London");
  EXPECT_TRUE(has(html, "2026-06-30T23:30:00Z\">1 July 2026, 00:30 BST"));
}

TEST(Page, ShowsAnAccountWithoutPostsAfterThoseThatHaveSome) {
  Arrivals silent = arrivals({}, "outbox");
  silent.account.id.value = "noticeboard";
  const std::string html = render_page({silent, arrivals({post()})}, now, "UTC");
  EXPECT_LT(html.find("id=\"account-town-hall\""), html.find("id=\"account-noticeboard\""));
  EXPECT_LT(html.find("href=\"#account-town-hall\""), html.find("href=\"#account-noticeboard\""));
  EXPECT_TRUE(has(html, "1 post on 1 account"));
}

TEST(Page, ShowsTheNewestFirst) {
  Arrived first = post("first https://example.org/1");
  Arrived second = post("second https://example.org/2");
  const std::string html = page({first, second});
  EXPECT_LT(html.find("second"), html.find("first"));
}

TEST(Page, SaysWhatToDoWhileNothingIsThere) {
  const std::string html = page({});
  EXPECT_TRUE(has(html, "No post has arrived yet"));
  EXPECT_TRUE(has(html, "crier rehearse --posts 3"));
}

TEST(Page, EscapesEverythingThatAFeedBrings) {
  std::string turned;
  append_utf8(turned, 0x202E);  // what turns the reading direction
  const std::string evil = "<script>alert('1')</script>\"><img src=x onerror=\"a()\">" + turned;
  Arrived bad = post(evil + " https://example.org/\"onclick=\"a()");
  bad.language = "\" onload=\"a()";
  bad.note = evil;
  bad.card = {"javascript:alert(1)", evil, evil, {}};
  bad.pictures = {{make_png(1, 1, noise), "image/png", evil, "javascript:alert(1)"},
                  {{}, evil, evil, "https://example.org/\"><script>"}};
  Arrivals from = arrivals({bad}, "nowhere\"><b>");
  from.account.id.value = "a\"><script>";
  from.account.settings["handle"] = evil;
  from.problem = evil;
  const std::string html = render_page({from, arrivals({})}, now, "UTC");
  EXPECT_FALSE(has(html, "<script"));
  EXPECT_FALSE(has(html, "<img src=x"));
  EXPECT_FALSE(has(html, "<b>"));
  EXPECT_FALSE(has(html, "href=\"javascript:"));
  EXPECT_FALSE(has(html, " onload=\""));
  EXPECT_FALSE(has(html, "\"onclick=\""));
  EXPECT_FALSE(has(html, turned));
}

TEST(Page, LinksWhatTheNetworkLinks) {
  const Arrived bare = post("See example.gov.uk/jobs today");
  EXPECT_TRUE(has(render_page({arrivals({bare}, "bluesky")}, now, "UTC"),
                  "<a href=\"https://example.gov.uk/jobs\""));
  EXPECT_FALSE(
      has(render_page({arrivals({bare}, "mastodon")}, now, "UTC"), "<a href=\"https://example"));
}

TEST(Page, ShowsACardWithItsHost) {
  Arrived with_card = post("New job: Lifeguard");
  with_card.card = {"https://www.example.gov.uk/jobs/2", "Lifeguard & teacher", "Apply now", {}};
  with_card.thumbnail = Picture{make_png(2, 1, noise), "image/png", "", ""};
  const std::string html = page({with_card});
  EXPECT_TRUE(has(html, ">www.example.gov.uk</p>"));
  EXPECT_TRUE(has(html, "Lifeguard &amp; teacher</a>"));
  EXPECT_TRUE(has(html, "Apply now"));
  EXPECT_TRUE(has(html, "<img src=\"/picture/"));
}

TEST(Page, SaysWhereTheNetworkMakesTheCard) {
  const Arrived plain = post("New job: Lifeguard https://www.example.gov.uk/jobs/2");
  EXPECT_TRUE(has(page({plain}), "Mastodon makes a card here by itself"));
  EXPECT_FALSE(has(page({post("no link")}), "makes a card"));
  Arrived with_picture = plain;
  with_picture.pictures = {{make_png(1, 1, noise), "image/png", "A duck", ""}};
  EXPECT_FALSE(has(page({with_picture}), "makes a card")) << "a picture is there in its place";
}

TEST(Page, LinksWholeAddressesOnEveryNetwork) {
  for (const Network* one : networks()) {
    const std::string network = one->traits().name;
    Arrivals there = arrivals({post("New job https://www.example.gov.uk/jobs/2")});
    there.account.network = network;
    EXPECT_TRUE(
        has(render_page({there}, now, "UTC"), "<a href=\"https://www.example.gov.uk/jobs/2\""))
        << network;
  }
}

TEST(Page, ReadsDescriptionsOut) {
  Arrived with_picture = post();
  with_picture.pictures = {{make_png(1, 1, noise), "image/png", "A \"duck\"", ""}};
  const std::string html = page({with_picture});
  EXPECT_TRUE(has(html, "alt=\"A &quot;duck&quot;\" lang=\"en-GB\""));
  EXPECT_TRUE(has(html, "Read out as:</strong> <span dir=\"auto\" lang=\"en-GB\">A &quot;duck"));
}

TEST(Page, WarnsOfWhatAReaderStumblesOver) {
  Arrived bad = post("no link");
  bad.language.clear();
  bad.length = 281;
  bad.pictures = {{make_png(1, 1, noise), "image/png", " ", ""}};
  const auto warnings = warnings_about(bad, true);
  ASSERT_EQ(warnings.size(), 4U);
  EXPECT_TRUE(has(warnings[0], "no description"));
  EXPECT_TRUE(has(warnings[1], "longer"));
  EXPECT_TRUE(has(warnings[2], "language"));
  EXPECT_TRUE(has(warnings[3], "link"));
  EXPECT_TRUE(has(page({bad}), "aria-label=\"To look at\""));
}

TEST(Page, ShowsTheFirstLetterOfAnAccountsName) {
  EXPECT_TRUE(has(page({post()}), "aria-hidden=\"true\">T</span>"));
}

TEST(Page, MissesNoLanguageWhereTheNetworkHasNone) {
  Arrived silent = post();
  silent.language.clear();
  const std::size_t with = warnings_about(silent, true).size();
  EXPECT_EQ(warnings_about(silent, false).size() + 1, with);
}

TEST(Page, FetchesNothingFromElsewhere) {
  Arrived fetched = post();
  fetched.pictures = {{{}, {}, "A duck", "https://www.example.gov.uk/duck.jpg"}};
  const std::string html = page({fetched});
  EXPECT_TRUE(has(html, "Not sent, only its address is"));
  EXPECT_FALSE(has(html, "src=\"http"));
  const Response answer = answer_page(get("/"), {arrivals({fetched})}, now, "UTC");
  const auto policy = find_header(answer.headers, "Content-Security-Policy");
  ASSERT_TRUE(policy.has_value());
  EXPECT_TRUE(policy->starts_with("default-src 'none'; style-src 'self'; img-src 'self'"));
}

TEST(Page, ServesPicturesByTheirBytesAlone) {
  Arrived with_picture = post();
  const std::string png = make_png(1, 1, noise);
  with_picture.pictures = {{png, "text/html", "A duck", ""},
                           {"<html><script>", "image/png", "no picture", ""}};
  const std::vector<Arrivals> all{arrivals({with_picture})};
  const std::string html = render_page(all, now, "UTC");
  const std::size_t at = html.find("/picture/");
  ASSERT_NE(at, std::string::npos);
  const auto answer = answer_page(get(html.substr(at, 9 + 20)), all, now, "UTC");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, png);
  EXPECT_EQ(find_header(answer.headers, "Content-Type"), "image/png");
  EXPECT_EQ(find_header(answer.headers, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(html.find("/picture/", at + 1), std::string::npos) << "what is no picture is not shown";
  EXPECT_EQ(answer_page(get("/picture/"), all, now, "UTC").status, 404);
  EXPECT_EQ(answer_page(get("/picture/0123456789abcdef0123"), all, now, "UTC").status, 404);
}

TEST(Page, CanOnlyBeRead) {
  Request request = get("/");
  request.method = Method::post;
  EXPECT_EQ(answer_page(request, {}, now, "UTC").status, 405);
  EXPECT_EQ(answer_page(get("/else"), {}, now, "UTC").status, 404);
  EXPECT_EQ(answer_page(get("/?again"), {}, now, "UTC").status, 200);
  EXPECT_EQ(answer_page(get("/style.css"), {}, now, "UTC").status, 200);
}

}  // namespace
}  // namespace crier::rehearsal
