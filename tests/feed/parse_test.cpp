#include "feed/parse.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "feed/item_text.h"

namespace crier {
namespace {

ParseOptions usual_options() { return {"https://www.example.gov.uk/feeds/news.xml", ""}; }

std::string rss(const std::string& items, const std::string& before = "") {
  return "<?xml version=\"1.0\"?>" + before + "<rss version=\"2.0\"><channel><title>News</title>" +
         items + "</channel></rss>";
}

Feed read(std::string bytes, const ParseOptions& options = usual_options()) {
  auto feed = parse_feed(std::move(bytes), options);
  EXPECT_TRUE(feed) << (feed ? "" : feed.error().message);
  if (!feed) return {};
  for (Item& item : feed->items) make_plain(item);
  return std::move(*feed);
}

std::string refusal(std::string bytes) {
  const auto feed = parse_feed(std::move(bytes), usual_options());
  EXPECT_FALSE(feed);
  if (feed) return "";
  EXPECT_EQ(feed.error().kind, ErrorKind::rejected);
  return feed.error().message;
}

bool has_warning(const Feed& feed, std::string_view code) {
  for (const Warning& each : feed.warnings) {
    if (each.code == code) return true;
  }
  return false;
}

TEST(Parse, SaysWhatADocumentIsThatIsNoFeed) {
  EXPECT_NE(refusal("").find("empty"), std::string::npos);
  EXPECT_NE(refusal(" \n ").find("empty"), std::string::npos);
  EXPECT_NE(refusal("<!DOCTYPE html><html><head><title>Service unavailable</title>")
                .find("web page (\"Service unavailable\")"),
            std::string::npos);
  EXPECT_NE(refusal("<?xml version='1.0'?><note>x</note>").find("<note>"), std::string::npos);
  EXPECT_NE(refusal("just text").find("neither"), std::string::npos);
  EXPECT_NE(refusal("{\"a\":1}").find("no JSON Feed"), std::string::npos);
  EXPECT_NE(refusal("{\"version\":").find("not well-formed"), std::string::npos);
}

TEST(Parse, TakesForAPageWhatHasHtmlAsItsRootElement) {
  for (const char* const page :
       {"<html><body><pre>&lt;rss&gt;</pre><rss version='2.0'></rss></body></html>",
        "<!-- <rss> --><!DOCTYPE html><HTML lang='en'><body></body></HTML>",
        "<?xml version='1.0'?><h:html xmlns:h='http://www.w3.org/1999/xhtml'></h:html>",
        "Notice: undefined index\n<html><body></body></html>",
        "<!DOCTYPE html>\n<head><title>Busy</title></head>"}) {
    EXPECT_NE(refusal(page).find("web page"), std::string::npos) << page;
  }
  for (const char* const before :
       {"<!-- <html> -->", "<!DOCTYPE html>", "<!DOCTYPE rss [<!ENTITY a \"<html>\">]>"}) {
    EXPECT_EQ(read(rss("<item><title>A</title></item>", before)).items.size(), 1U) << before;
  }
}

TEST(Parse, RefusesADocumentThatBreaksOff) {
  const std::string whole = rss("<item><title>A</title></item><item><title>B</title></item>");
  for (const std::size_t end : {12U, 16U, 40U}) {
    EXPECT_NE(refusal(whole.substr(0, whole.size() - end)).find("breaks off"), std::string::npos)
        << end;
  }
  EXPECT_FALSE(refusal("<description><guid>").empty());
}

TEST(Parse, TakesAnRssForWholeWhoseChannelIsClosed) {
  const std::string whole = rss("<item><title>A</title></item><item><title>B</title></item>");
  for (const std::size_t end : {1U, 5U, 6U}) {
    EXPECT_EQ(read(whole.substr(0, whole.size() - end)).items.size(), 2U) << end;
  }
}

TEST(Parse, TakesAJsonForAFeedThatNamesItsVersionOrLooksLikeOne) {
  const std::string flood = refusal(
      R"({"@context":"http://environment.example/meta","meta":{"publisher":"x"},"items":[
      {"@id":"http://environment.example/floods/1","description":"River","severity":"alert"}]})");
  EXPECT_NE(flood.find("no JSON Feed"), std::string::npos);
  EXPECT_NE(flood.find("@context, meta, items"), std::string::npos);
  EXPECT_FALSE(refusal(R"({"items":[]})").empty());
  EXPECT_FALSE(refusal(R"({"title":"x","items":[{"id":1}]})").empty());
  EXPECT_FALSE(refusal(R"({"items":[{"id":1,"title":"x","url":"https://e.gov.uk/1"}]})").empty());
  EXPECT_EQ(read(R"({"title":"x","items":[{"id":1,"title":"y"}]})").items.size(), 1U);
  EXPECT_EQ(read(R"({"items":[{"id":1,"content_text":"y"}]})").items.size(), 1U);
  EXPECT_TRUE(read(R"({"title":"x","feed_url":"/f","items":[]})").items.empty());
  EXPECT_TRUE(read(R"({"version":"https://jsonfeed.org/version/1","items":[]})").items.empty());
}

TEST(Parse, AJsonIdIsKeptDigitByDigitHoweverLongANumberItIs) {
  const Feed feed = read(R"({"version":"https://jsonfeed.org/version/1.1","items":[
      {"id":12345678901234567890123,"title":"A"},{"id":12345678901234567890124,"title":"B"},
      {"id":7,"title":"C"}]})");
  ASSERT_EQ(feed.items.size(), 3U);
  EXPECT_EQ(feed.items[0].guid, "12345678901234567890123");
  EXPECT_EQ(feed.items[1].guid, "12345678901234567890124");
  EXPECT_EQ(feed.items[2].guid, "7");
}

TEST(Parse, TakesAFeedWithoutItemsForAFeed) {
  const Feed feed = read(rss(""));
  EXPECT_TRUE(feed.items.empty());
  EXPECT_TRUE(feed.warnings.empty());
  EXPECT_EQ(feed.format, "rss2.0");
}

TEST(Parse, KeepsAnItemWithWhatItHas) {
  const Feed feed =
      read(rss("<item><title>Only title</title></item>"
               "<item><description>Only text</description></item><item/>"));
  ASSERT_EQ(feed.items.size(), 2U);
  EXPECT_EQ(feed.items[0].title.value, "Only title");
  EXPECT_FALSE(feed.items[0].guid);
  EXPECT_EQ(feed.items[1].summary.value, "Only text");
  EXPECT_TRUE(has_warning(feed, "empty-item"));
}

TEST(Parse, WarnsOfADateThatIsNoneAndKeepsTheItem) {
  const Feed feed = read(rss("<item><title>A</title><pubDate>soon</pubDate></item>"));
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_FALSE(feed.items[0].published);
  EXPECT_TRUE(has_warning(feed, "bad-date"));
}

TEST(Parse, LeavesOutLinksThatAreNotForReaders) {
  const Feed feed =
      read(rss("<item><title>A</title><link>javascript:alert(1)</link></item>"
               "<item><title>B</title><link>https://u:pw@example.gov.uk/b</link></item>"
               "<item><title>C</title><link>/c</link></item>"
               "<item><title>D</title><guid>https://example.gov.uk/d</guid></item>"));
  ASSERT_EQ(feed.items.size(), 4U);
  EXPECT_EQ(feed.items[0].link, "");
  EXPECT_EQ(feed.items[1].link, "https://example.gov.uk/b");
  EXPECT_EQ(feed.items[2].link, "https://www.example.gov.uk/c");
  EXPECT_EQ(feed.items[3].link, "https://example.gov.uk/d");
  EXPECT_TRUE(has_warning(feed, "bad-link"));
}

TEST(Parse, HangsRelativeLinksOnTheChannelWhenThereIsNothingElse) {
  const Feed feed = read(rss("<link>https://www.example.gov.uk/news/</link>"
                             "<item><title>A</title><link>a.html</link></item>"),
                         {});
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_EQ(feed.items[0].link, "https://www.example.gov.uk/news/a.html");
}

TEST(Parse, MendsMarkupThatIsNotWellFormed) {
  const Feed feed =
      read(rss("<item><title>Fish & Chips <3</title><link>https://e.gov.uk/1</link></item>"
               "<item><title>B</title><description>one<br>two<p>three</description>"
               "<enclosure url=https://e.gov.uk/b.pdf type=application/pdf></item>") +
           "<script>var x=1<2;</script>");
  ASSERT_EQ(feed.items.size(), 2U);
  EXPECT_EQ(feed.items[0].title.value, "Fish & Chips <3");
  EXPECT_EQ(feed.items[1].summary.value, "one two three");
  ASSERT_EQ(feed.items[1].enclosures.size(), 1U);
  EXPECT_EQ(feed.items[1].enclosures[0].url, "https://e.gov.uk/b.pdf");
  EXPECT_TRUE(has_warning(feed, "bad-xml"));
  EXPECT_TRUE(feed.was_mended);
  EXPECT_FALSE(read(rss("<item><title>A</title></item>")).was_mended);
}

TEST(Parse, TakesAnItemWithinAnItemForOneOfItsOwn) {
  const Feed feed =
      read(rss("<item><title>A</title><item><title>B</title><item><title>C</title></item></item>"
               "<item><title>D</title></item></item><item><title>E</title></item>"));
  std::string titles;
  for (const Item& item : feed.items) titles += item.title.value;
  EXPECT_EQ(titles, "ABDCE");
  const Feed atom = read(
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><entry><id>2</id></entry></entry>"
      "</feed>");
  EXPECT_EQ(atom.items.size(), 2U);
}

TEST(Parse, ReadsOnAfterTextThatSlippedInBeforeTheFeed) {
  EXPECT_EQ(read("\n\n " + rss("<item><title>A</title></item>")).items.size(), 1U);
  const Feed feed = read("Notice: undefined index\n" + rss("<item><title>A</title></item>"));
  EXPECT_EQ(feed.items.size(), 1U);
  EXPECT_TRUE(has_warning(feed, "text-before-feed"));
}

TEST(Parse, KnowsModulesByTheirAddressAndNotByTheirPrefix) {
  const Feed feed = read(
      "<rss version='2.0' xmlns:x='http://purl.org/dc/elements/1.1/' xmlns:dc='urn:else'><channel>"
      "<item><title>A</title><x:date>2026-03-02</x:date><dc:subject>no</dc:subject>"
      "<x:subject>yes</x:subject></item></channel></rss>");
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_TRUE(feed.items[0].published);
  EXPECT_EQ(feed.items[0].categories, std::vector<std::string>{"yes"});
}

TEST(Parse, ExpandsEntitiesThatTheDocumentDeclares) {
  const Feed feed = read(rss("<item><title>&council; &both;</title></item>",
                             "<!DOCTYPE rss [<!ENTITY council \"Trefechan\">"
                             "<!ENTITY both \"&council;, &council;\">]>"));
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_EQ(feed.items[0].title.value, "Trefechan Trefechan, Trefechan");
}

TEST(Parse, NeverReadsAnExternalEntity) {
  const Feed feed = read(rss("<item><title>[&x;]</title></item>",
                             "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"));
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_EQ(feed.items[0].title.value, "[&x;]");
}

TEST(Parse, LeavesEntitiesThatGrowAsTheyAreWritten) {
  std::string type = "<!DOCTYPE rss [<!ENTITY l0 \"lol\">";
  for (int i = 1; i < 10; ++i) {
    std::string ten;
    for (int k = 0; k < 10; ++k) ten += "&l" + std::to_string(i - 1) + ";";
    type += "<!ENTITY l" + std::to_string(i) + " \"" + ten + "\">";
  }
  type +=
      "<!ENTITY a \"&b;\"><!ENTITY b \"&a;\"><!ENTITY big \"" + std::string(4000, 'A') + "\">]>";
  std::string many;
  for (int i = 0; i < 20000; ++i) many += "&big;";
  const Feed feed = read(
      rss("<item><title>&l9; &a;</title><description>" + many + "</description></item>", type));
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_EQ(feed.items[0].title.value, "&l9; &a;");
  EXPECT_LT(feed.items[0].summary.value.size(), 500000U);
}

TEST(Parse, IsSafeForAnyDepth) {
  std::string open;
  std::string close;
  for (int i = 0; i < 200000; ++i) {
    open += "<b>";
    close += "</b>";
  }
  const Feed feed = read(rss("<item><title>" + open + "x" + close + "</title></item>"));
  ASSERT_EQ(feed.items.size(), 1U);
  EXPECT_EQ(feed.items[0].title.value, "x");
  EXPECT_FALSE(refusal("<rss><channel><item><title>" + open).empty());
  std::string items;
  for (int i = 0; i < 200000; ++i) items += "<item>";
  EXPECT_FALSE(refusal("<x>" + items).empty());
  EXPECT_FALSE(refusal("{\"version\":\"x\",\"items\":" + std::string(100000, '[')).empty());
}

TEST(Parse, GivesBackALargeDocumentWhileItReadsIt) {
  std::string items;
  for (int i = 0; i < 30000; ++i) {
    items +=
        "<item><title>Item</title><description>" + std::string(300, 'x') + "</description></item>";
  }
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<b>";
  for (int i = 0; i < 200000; ++i) deep += "</b>";
  const Feed feed = read(rss(items + "<item><title>deep</title><x>" + deep + "</x></item>"));
  ASSERT_EQ(feed.items.size(), 30001U);
  EXPECT_EQ(feed.items.back().title.value, "deep");
}

TEST(Parse, RefusesMoreItemsThanAnyFeedHas) {
  std::string many_rss;
  std::string many_json = "{}";
  for (int i = 0; i < 100'001; ++i) {
    many_rss += "<item><title>A</title></item>";
    many_json += ",{}";
  }
  EXPECT_NE(refusal(rss(many_rss)).find("100000 items"), std::string::npos);
  EXPECT_NE(refusal(R"({"version":"https://jsonfeed.org/version/1","items":[)" + many_json + "]}")
                .find("100000 items"),
            std::string::npos);
}

/// The most that this process has ever had in memory, in megabytes.
long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

TEST(Parse, NeedsMemoryInProportionToADocumentOfManyParts) {
  std::string parts;
  for (int i = 0; i < 400'000; ++i) parts += R"({"a":{}},)";
  const long before = peak_megabytes();
  EXPECT_TRUE(
      read(R"({"version":"https://jsonfeed.org/version/1","other":[)" + parts + "0],\"items\":[]}")
          .items.empty());
  std::string elements;
  for (int i = 0; i < 1'200'000; ++i) elements += "x<a/>";
  EXPECT_NE(refusal(rss("<item><title>A</title></item><x>" + elements + "</x>")).find("memory"),
            std::string::npos);
  EXPECT_LT(peak_megabytes() - before, 250);
}

TEST(Parse, ReadsJsonWithWrongTypesInIt) {
  const Feed feed = read(
      R"({"version":"https://jsonfeed.org/version/1.1","title":"x","items":[
      {"id":1,"url":"https://e.gov.uk/1","title":null,"content_text":"t"},{"id":{"a":1}},null,5,
      {"id":"2","date_published":12345,"tags":"notalist","content_html":7,"title":"\ud83d cut"}]})");
  ASSERT_EQ(feed.items.size(), 3U);
  EXPECT_EQ(feed.items[0].guid, "1");
  EXPECT_EQ(feed.items[0].summary.value, "t");
  EXPECT_FALSE(feed.items[1].guid);
  EXPECT_EQ(feed.items[2].title.value, "\xEF\xBF\xBD cut");
}

TEST(Parse, ShowsTheFirstOfManyWarnings) {
  std::string items;
  for (int i = 0; i < 1000; ++i) items += "<item><title>A</title><pubDate>x</pubDate></item>";
  EXPECT_LE(read(rss(items)).warnings.size(), 21U);
}

}  // namespace
}  // namespace crier
