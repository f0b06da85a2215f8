// A feed of warnings: what says the same on another day is a new one, and nothing is said twice.
#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

struct Warned {
  std::string title, text, link = "https://www.example.gov.uk/weather";
  std::optional<SysTime> date;
  std::string guid = "";
};

class Alerts : public ::testing::Test {
 protected:
  void SetUp() override {
    FeedConfig& feed = room.config.feeds[0];
    feed.accounts = {{"town-hall"}};
    feed.prefix = "Alert: ";
    feed.text_template = "{{prefix}}{{title}} {{summary}} {{link}}";
    feed.identity = ItemIdentity::alerts;
    room.site.on("GET " + feed.url, [this](const Request&) -> Result<Response> {
      std::string items;
      for (const Warned& one : warnings) {
        items += fmt::format("<item><title>{}</title><description>{}</description><link>{}</link>",
                             one.title, one.text, one.link);
        if (one.date) items += "<pubDate>" + to_iso8601(*one.date) + "</pubDate>";
        if (!one.guid.empty()) items += "<guid isPermaLink=\"false\">" + one.guid + "</guid>";
        items += "</item>";
      }
      return FakeSite::respond(
          200, "<rss version=\"2.0\"><channel><title>Alerts</title>" + items + "</channel></rss>",
          {{"Content-Type", "application/rss+xml"}});
    });
    warnings = {wind(now() - days{3})};
    run();
  }
  [[nodiscard]] SysTime now() const { return room.clock.now(); }
  static Warned wind(std::optional<SysTime> date, const std::string& text = "Gusts of 60 mph") {
    return {"Yellow warning of wind", text, "https://www.example.gov.uk/weather", date};
  }
  /// How many became public in this run.
  std::size_t run() {
    const std::size_t before = room.mastodon.statuses.size();
    last = room.run();
    room.clock.advance(minutes{30});
    return room.mastodon.statuses.size() - before;
  }

  std::vector<Warned> warnings;
  RunReport last;
  Newsroom room;
};

TEST_F(Alerts, AreNewWithAnotherDateAndWithAnotherText) {
  EXPECT_EQ(run(), 0U) << "nothing has changed";
  warnings[0].date = now() - hours{2};
  EXPECT_EQ(run(), 1U) << "the same words, of today";
  warnings[0].text = "Gusts of 70 mph";
  EXPECT_EQ(run(), 1U) << "other words";
  EXPECT_EQ(run(), 0U);
  EXPECT_FALSE(last.needs_person());
}

TEST_F(Alerts, AreNewUnderAGuidThatIsUsedAgain) {
  warnings = {wind(now() - hours{2})};
  warnings[0].guid = "wind";
  EXPECT_EQ(run(), 1U);
  room.clock.advance(hours{2});
  warnings[0].date = now() - hours{1} - minutes{1};
  EXPECT_EQ(run(), 1U);
}

TEST_F(Alerts, ThatComeBackUnchangedAreOldAndWithANewDateNew) {
  const Warned first = warnings[0];
  warnings.clear();
  run();
  warnings = {first};
  EXPECT_EQ(run(), 0U);
  warnings.clear();
  run();
  warnings = {wind(now() - hours{2})};
  EXPECT_EQ(run(), 1U);
}

TEST_F(Alerts, AreOldHoweverTheirMarkupAndTheirAddressIsWritten) {
  warnings[0].text = "&lt;p&gt;Gusts of &lt;b&gt;60&lt;/b&gt; mph&lt;/p&gt;";
  EXPECT_EQ(run(), 0U);
  warnings[0].link = "http://example.gov.uk/weather/";
  EXPECT_EQ(run(), 0U);
  warnings[0].link = "https://new.example.gov.uk/alerts/17";
  EXPECT_EQ(run(), 0U) << "a rebuilt website says the same of the same time";
}

TEST_F(Alerts, WithADateThatEachReadingMakesAreNotSaidInEachRun) {
  for (int i = 0; i < 6; ++i) {
    warnings[0].date = now();
    EXPECT_EQ(run(), 0U);
  }
}

TEST_F(Alerts, WithADateOfJustNowThatStaysAreSaidAnHourLater) {
  warnings[0].date = now();
  EXPECT_EQ(run(), 0U);
  room.clock.advance(hours{1});
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(run(), 0U);
}

TEST_F(Alerts, ThatAllGetOneDateAtOnceAreOld) {
  warnings = {wind(now() - hours{5}), wind(now() - hours{5}, "Snow")};
  warnings[1].title = "Amber warning of snow";
  EXPECT_EQ(run(), 2U);
  warnings[0].date = warnings[1].date = now() - hours{2};
  EXPECT_EQ(run(), 0U) << "that is the website's doing";
}

TEST_F(Alerts, WithoutADateAreKnownByTheirWords) {
  warnings = {wind(std::nullopt, "School closed")};
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(run(), 0U);
  warnings[0].text = "School open again";
  EXPECT_EQ(run(), 1U);
}

TEST_F(Alerts, OfAStormAllGoThoughMostOfTheFeedIsNew) {
  for (int i = 0; i < 15; ++i)
    warnings.push_back(wind(now() - hours{2}, fmt::format("River {} is rising", i)));
  EXPECT_EQ(run(), 15U);
  EXPECT_FALSE(last.needs_person());
}

TEST_F(Alerts, ThatAreOldStayOldWhenSomebodyTurnsTheSettingOn) {
  room.config.feeds[0].identity = ItemIdentity::usual;
  warnings.push_back(wind(now() - days{2}, "Snow"));
  warnings.back().title = "Amber warning of snow";
  warnings.back().link = "https://www.example.gov.uk/snow";
  EXPECT_EQ(run(), 1U);
  room.config.feeds[0].identity = ItemIdentity::alerts;
  EXPECT_EQ(run(), 0U);
  warnings[0].date = now() - hours{2};
  EXPECT_EQ(run(), 1U);
}

}  // namespace
}  // namespace crier
