#include "feed/page.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

constexpr const char* address = "https://www.example.gov.uk/news/pool";

Card card_of(const std::string& html, std::string_view type = "text/html; charset=utf-8") {
  return read_page(html, type, address);
}

TEST(Page, GivesWhatOpenGraphSays) {
  const Card card = card_of(R"(<!DOCTYPE html><html><head>
    <title>Pool | Council</title>
    <META Property="og:title" CONTENT="The pool&rsquo;s open &amp; warm">
    <meta property='og:description' content='From
      Monday'/>
    <meta property=og:image content=/img/pool.jpg?w=1&amp;h=2>
    <meta property="og:image:alt" content="Children in the water">
    </head><body>)");
  EXPECT_EQ(card.title, "The pool’s open & warm");
  EXPECT_EQ(card.description, "From Monday");
  EXPECT_EQ(card.image.url, "https://www.example.gov.uk/img/pool.jpg?w=1&h=2");
  EXPECT_EQ(card.image.alt, "Children in the water");
}

TEST(Page, FallsBackToTwittersTagsThenToTitleAndDescription) {
  const Card twitter = card_of(
      R"(<title>T</title><meta name="twitter:title" content="Tw"><meta name="twitter:image")"
      R"( content="//cdn.example.org/a.png"><meta name="description" content="D">)");
  EXPECT_EQ(twitter.title, "Tw");
  EXPECT_EQ(twitter.image.url, "https://cdn.example.org/a.png");
  EXPECT_EQ(twitter.description, "D");
  EXPECT_EQ(card_of("<title>\n Bins &ndash; Council </title>").title, "Bins – Council");
}

TEST(Page, AnEmptyTagDoesNotHideTheNextBest) {
  EXPECT_EQ(card_of(R"(<meta property="og:title" content=" "><title>Bins</title>)").title, "Bins");
}

TEST(Page, BelievesNothingBelowTheHead) {
  EXPECT_EQ(
      card_of(R"(<head><title>Real</title></head><meta property="og:title" content="x">)").title,
      "Real");
  EXPECT_EQ(card_of(R"(<title>Real</title><body><meta property="og:title" content="x">)").title,
            "Real");
}

TEST(Page, SkipsCommentsScriptsAndStyles) {
  const Card card = card_of(
      R"(<!-- <title>A</title> --><script>"<title>B</title>"</script>)"
      R"(<style><title>C</title></style><noscript><meta property="og:title" content="N"></noscript>)"
      R"(<title>Right</title>)");
  EXPECT_EQ(card.title, "Right");
}

TEST(Page, ReadsTheCharsetThatThePageNames) {
  const std::string latin = "<meta charset=windows-1252><title>Caf\xE9 \x96 open</title>";
  EXPECT_EQ(card_of(latin, "text/html").title, "Café – open");
  const std::string old =
      "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'><title>\xB1</title>";
  EXPECT_EQ(card_of(old, "text/html").title, "ą");
  EXPECT_EQ(card_of("<title>\xC5\xB4yl</title>", "text/html").title, "Ŵyl");
}

TEST(Page, HangsPicturesOnThePagesBase) {
  EXPECT_EQ(card_of("<base href='/cms/'><meta property=og:image content=a.jpg>").image.url,
            "https://www.example.gov.uk/cms/a.jpg");
}

TEST(Page, TakesNoPictureThatIsNotOnTheWeb) {
  for (const char* bad : {"data:image/png;base64,AAAA", "file:///etc/passwd", "javascript:alert(1)",
                          "ftp://x.example.org/a.jpg", ""}) {
    const Card card = card_of(std::string("<meta property=og:image content=\"") + bad +
                              "\"><meta property=og:image:alt content=x>");
    EXPECT_EQ(card.image.url, "") << bad;
    EXPECT_EQ(card.image.alt, "") << bad;
  }
}

TEST(Page, SaysNothingOfWhatIsNoHtml) {
  EXPECT_EQ(card_of("<title>x</title>", "application/pdf").title, "");
  EXPECT_EQ(card_of("\x89PNG\r\n", "").title, "");
}

TEST(Page, KeepsTextsToWhatACardShows) {
  const Card card = card_of("<title>" + std::string(5000, 'x') + "</title>");
  EXPECT_EQ(card.title, std::string(299, 'x') + "…");
}

TEST(Page, ReadsAnyBytesOnceOnly) {
  for (const char* unit :
       {"<", "<!--", "<script>", "<title", "<meta content=\"", "<meta a=b ", "</", "<!-",
        "<meta property=og:title content='", "</title", "&", "<title>"}) {
    std::string html;
    while (html.size() < (1U << 20)) html += unit;
    (void)card_of(html);  // a second of it would be a minute under a quadratic reader
  }
  for (const char* cut : {"<", "<meta", "<meta content", "<meta content=", "<meta content='x",
                          "<!--", "<title>Half", "</"}) {
    (void)card_of(cut);
  }
  EXPECT_EQ(card_of("<title>Half").title, "Half");
}

}  // namespace
}  // namespace crier
