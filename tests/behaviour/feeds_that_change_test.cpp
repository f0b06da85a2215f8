// Feeds that move, shrink, are emptied, rebuilt or renamed: what was there before is not said
// again, and nothing that is new is lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <type_traits>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using Entries = std::vector<std::string>;

constexpr hours day{24};
constexpr const char* jobs = "https://www.example.gov.uk/jobs.xml";
constexpr const char* elsewhere = "https://other.example.org/feed.xml";

/// A room whose feeds are served as the test says, to the noticeboard alone.
class FeedsThatChange : public ::testing::Test {
 protected:
  FeedsThatChange() { room.config.feeds[0].accounts = {{"noticeboard"}}; }

  /// An item as RSS, dated `age` before now; `number` is in its guid and its link.
  [[nodiscard]] std::string entry(const std::string& number, const std::string& title,
                                  std::optional<hours> age = std::nullopt) const {
    const std::string date =
        age ? "<pubDate>" + to_iso8601(room.clock.now() - *age) + "</pubDate>" : "";
    return fmt::format(
        "<item><title>{1}</title><link>https://www.example.gov.uk/{0}</link>"
        "<guid isPermaLink=\"false\">{0}</guid>{2}</item>",
        number, title, date);
  }
  static Entries several(const std::function<std::string(int)>& make, int count) {
    Entries all;
    for (int i = 0; i < count; ++i) all.push_back(make(i));
    return all;
  }
  static std::string rss(const Entries& entries, const std::string& end = "</channel></rss>") {
    std::string out = "<rss version=\"2.0\"><channel><title>t</title>";
    for (const std::string& each : entries) out += each;
    return out + end;
  }
  void serve(const std::string& where, const std::string& body, const Headers& headers = {}) {
    room.site.on("GET " + where, [=](const Request&) -> Result<Response> {
      return FakeSite::respond(200, body, headers);
    });
  }
  void redirect(const std::string& from, const std::string& to, const std::string& body) {
    room.site.on("GET " + from, [=](const Request&) -> Result<Response> {
      Response response = FakeSite::respond(200, body);
      response.final_url = response.moved_to = to;
      return response;
    });
  }
  FeedConfig& add_feed(const std::string& name, const std::string& url) {
    FeedConfig feed = room.config.feeds[0];
    feed.id = {name};
    feed.url = url;
    room.config.feeds.push_back(feed);
    return room.config.feeds.back();
  }
  FeedReport run() { return room.run().feeds.at(0); }
  template <class Read>
  std::invoke_result_t<const Read&, const SqliteStore&> read(const Read& work) {
    return work(SqliteStore(room.config.state, SqliteStore::Access::read));
  }
  FeedState state(const std::string& feed = "jobs") {
    return read([&](const SqliteStore& store) {
      for (const FeedState& each : store.feeds()) {
        if (each.id.value == feed) return each;
      }
      return FeedState{};
    });
  }
  std::size_t held() {
    return read([](const SqliteStore& store) {
      return store.history({{}, {}, Stage::held, {}, {}, 999}).size();
    });
  }
  [[nodiscard]] std::size_t posted() const { return room.in_outbox().size(); }
  [[nodiscard]] bool said(const std::string& title) const {
    return std::ranges::any_of(room.in_outbox(), [&](const auto& post) {
      return post.first.find(title) != std::string::npos;
    });
  }

  Newsroom room;
};

// --- a website is rebuilt ---------------------------------------------------------------------

TEST_F(FeedsThatChange, ASmallFeedWhoseItemsAllLookNewUnderOldTitlesHasMoved) {
  serve(jobs, rss(several(
                  [&](int i) {
                    return entry("a" + std::to_string(i), "Job " + std::to_string(i),
                                 day * (i + 1));
                  },
                  6)));
  room.run();
  serve(jobs, rss(several(
                  [&](int i) {
                    return entry("b" + std::to_string(i), "Job " + std::to_string(i), hours{i});
                  },
                  6)));
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_TRUE(report.feeds[0].fuse);
  EXPECT_TRUE(report.needs_person());
}

TEST_F(FeedsThatChange, ManyFeedsOfOneWebsiteThatChangeAtOnceAreOneEvent) {
  room.config.feeds.clear();
  const auto fill = [&](const std::string& prefix) {
    for (int feed = 0; feed < 5; ++feed) {
      const std::string name = "feed" + std::to_string(feed);
      const auto one = [&](int i) {
        const std::string number = prefix + name + std::to_string(i);
        return entry(number, number);
      };
      serve("https://www.example.gov.uk/" + name + ".xml", rss(several(one, 3)));
    }
  };
  FeedConfig feed;
  feed.text_template = "{{title}} {{link}}";
  feed.accounts = {{"noticeboard"}};
  for (int i = 0; i < 5; ++i) {
    feed.id = {"feed" + std::to_string(i)};
    feed.url = "https://www.example.gov.uk/" + feed.id.value + ".xml";
    room.config.feeds.push_back(feed);
  }
  fill("old");
  room.run();
  fill("new");
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 0U);
  for (const FeedReport& each : report.feeds) EXPECT_TRUE(each.fuse) << each.name.value;
  EXPECT_EQ(held(), 15U) << "and nothing is lost";
}

TEST_F(FeedsThatChange, AFeedThatFollowsItsRebuiltNeighbourWithinADayIsHeldToo) {
  const auto fill = [&](const std::string& where, const std::string& prefix, int count) {
    serve(where, rss(several(
                     [&](int i) {
                       return entry(prefix + std::to_string(i),
                                    "Title of " + prefix + std::to_string(i));
                     },
                     count)));
  };
  const std::string events = "https://www.example.gov.uk/events.xml";
  add_feed("events", events);
  fill(jobs, "job", 12);
  fill(events, "event", 4);
  room.run();
  fill(jobs, "new-job", 12);
  room.run();
  room.clock.advance(hours{2});
  fill(events, "new-event", 4);
  room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_EQ(held(), 16U);
}

// --- old items come back ----------------------------------------------------------------------

TEST_F(FeedsThatChange, WhatKeepHistoryMayHaveForgottenIsHeldAsOldWhenItComesBack) {
  room.config.keep_history = day * 30;
  const SysTime began = room.clock.now();
  const auto old_ones = [&] {
    return several(
        [&](int i) {
          return entry("old" + std::to_string(i), "Old job " + std::to_string(i),
                       std::chrono::duration_cast<hours>(room.clock.now() - began) + day * (i + 1));
        },
        8);
  };
  const auto with_last = [&](Entries entries) {
    entries.insert(
        entries.begin(),
        entry("last", "Last job", std::chrono::duration_cast<hours>(room.clock.now() - began)));
    return rss(entries);
  };
  serve(jobs, with_last(old_ones()));
  room.run();
  for (int i = 0; i < 75; ++i) {
    room.clock.advance(day);
    serve(jobs, with_last({}));
    room.run();
  }
  serve(jobs, with_last(old_ones()));
  room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_EQ(held(), 8U);
}

TEST_F(FeedsThatChange, WhatStoodInAFeedBeforeItsEmptyFirstReadingIsHistory) {
  serve(jobs, rss({}));
  room.run();
  room.clock.advance(day);
  serve(jobs, rss(several(
                  [&](int i) {
                    return entry("old" + std::to_string(i), "Old job " + std::to_string(i),
                                 day * (20 + i));
                  },
                  9)));
  room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_EQ(held(), 0U);
  serve(jobs, rss({entry("new", "New job", hours{1})}));
  room.run();
  EXPECT_TRUE(said("New job"));
}

TEST_F(FeedsThatChange, WhatComesIntoAnEmptyFeedIsNewsOrHeldAndNeverLost) {
  serve(jobs, rss({}));
  room.run();
  room.clock.advance(day * 3);
  serve(jobs, rss({entry("a", "Dated since", day), entry("b", "Without a date"),
                   entry("c", "Drafted before", day * 5)}));
  room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_TRUE(said("Dated since"));
  EXPECT_EQ(held(), 2U);
  serve(jobs, rss({entry("d", "The next one")}));
  room.run();
  EXPECT_TRUE(said("The next one")) << "now the feed is known";
}

// --- a feed gets another name -----------------------------------------------------------------

TEST_F(FeedsThatChange, AFeedUnderANewNameGoesOnWhereItWasAndSaysSo) {
  room.config.feeds[0].max_per_run = 1;
  serve(jobs, rss({entry("1", "Old job")}));
  room.run();
  serve(jobs, rss({entry("4", "Third"), entry("3", "Second"), entry("2", "First"),
                   entry("1", "Old job")}));
  room.run();
  EXPECT_EQ(posted(), 1U) << "two wait";
  room.config.feeds[0].id = {"vacancies"};
  serve(jobs, rss({entry("5", "Fourth"), entry("4", "Third"), entry("3", "Second"),
                   entry("2", "First"), entry("1", "Old job")}));
  PublishOptions dry;
  dry.dry_run = true;
  const RunReport shown = room.run(dry);
  EXPECT_EQ(shown.posts.size(), 3U) << "a dry run writes nothing, and knows it too";
  EXPECT_EQ(state("vacancies").url, "");
  const RunReport report = room.run();
  ASSERT_EQ(report.feeds[0].notices.size(), 1U);
  EXPECT_EQ(report.feeds[0].notices[0].message,
            "this address was [feeds.jobs] before: it goes on where it was, under its new name");
  room.run();
  room.run();
  EXPECT_TRUE(room.run().feeds[0].notices.empty()) << "told once";
  EXPECT_EQ(posted(), 4U);
  for (const auto& [text, times] : room.in_outbox()) EXPECT_EQ(times, 1) << text;
  EXPECT_EQ(state("jobs").url, "");
}

TEST_F(FeedsThatChange, NothingIsSaidTwiceAfterARename) {
  serve(jobs, rss({entry("1", "Old job")}));
  room.run();
  serve(jobs, rss({entry("2", "Librarian"), entry("1", "Old job")}));
  room.run();
  room.config.feeds[0].id = {"vacancies"};
  room.config.feeds[0].prefix = "Vacancy: ";  // other words, so that only the item tells
  PublishOptions backfill;
  backfill.backfill = 1;
  room.run(backfill);
  EXPECT_EQ(posted(), 1U);
  // Another feed under the name that is free now has its own ids, guid for guid.
  add_feed("jobs", "https://www.example.gov.uk/other.xml").prefix = "Other: ";
  serve("https://www.example.gov.uk/other.xml", rss({entry("1", "Cook")}));
  room.run();
  serve("https://www.example.gov.uk/other.xml", rss({entry("2", "Cleaner"), entry("1", "Cook")}));
  room.run();
  EXPECT_EQ(posted(), 2U);
  EXPECT_TRUE(said("Cleaner")) << "its guid is one that the other feed had under this name";
}

TEST_F(FeedsThatChange, TwoFeedsThatExchangeTheirNamesGoOnWhereTheyWere) {
  const std::string events = "https://www.example.gov.uk/events.xml";
  add_feed("events", events);
  serve(jobs, rss({entry("1", "Old job")}));
  serve(events, rss({entry("11", "Old fair")}));
  room.run();
  serve(jobs, rss({entry("2", "Librarian"), entry("1", "Old job")}));
  serve(events, rss({entry("12", "Summer fair"), entry("11", "Old fair")}));
  std::swap(room.config.feeds[0].id, room.config.feeds[1].id);
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 2U);
  EXPECT_EQ(report.feeds[0].notices.size(), 1U);
  EXPECT_EQ(report.feeds[1].notices.size(), 1U);
  EXPECT_EQ(state("jobs").url, events);
  room.run();
  EXPECT_EQ(posted(), 2U);
}

TEST_F(FeedsThatChange, WhatIsHeldOfAFeedIsReleasedUnderItsNewName) {
  serve(
      jobs,
      rss(several(
          [&](int i) { return entry("a" + std::to_string(i), "Job a" + std::to_string(i)); }, 12)));
  room.run();
  serve(
      jobs,
      rss(several(
          [&](int i) { return entry("b" + std::to_string(i), "Job b" + std::to_string(i)); }, 12)));
  room.run();
  room.config.feeds[0].id = {"vacancies"};
  const RunReport report = room.run();
  ASSERT_EQ(report.held.size(), 1U);
  EXPECT_EQ(report.held[0].feed.value, "vacancies");
  EXPECT_TRUE(report.held[0].by_fuse);
  EXPECT_EQ(release(SqliteStore(room.config.state, SqliteStore::Access::write), {"vacancies"},
                    room.clock.now()),
            12U);
}

// --- redirects for good -----------------------------------------------------------------------

TEST_F(FeedsThatChange, AMoveToAnotherHostIsToldFollowedAndKeptOnlyAfterAWeek) {
  const std::string body = rss({entry("1", "Old job")});
  serve(jobs, body);
  room.run();
  redirect(jobs, elsewhere, body);
  const FeedReport first = run();
  ASSERT_EQ(first.notices.size(), 1U);
  EXPECT_EQ(first.notices[0].code, "redirected");
  EXPECT_NE(first.notices[0].message.find(elsewhere), std::string::npos);
  EXPECT_EQ(state().moved_to, "");
  room.clock.advance(day * 7 - hours{1});
  EXPECT_TRUE(run().notices.empty()) << "told by the run that learns of it";
  EXPECT_EQ(state().moved_to, "");
  room.clock.advance(hours{1});
  const FeedReport last = run();
  ASSERT_EQ(last.notices.size(), 1U);
  EXPECT_EQ(last.notices[0].code, "moved");
  EXPECT_EQ(state().moved_to, elsewhere);
}

TEST_F(FeedsThatChange, AWeekBeginsAnewWhenARedirectWasTakenBack) {
  const std::string body = rss({entry("1", "Old job")});
  redirect(jobs, elsewhere, body);
  room.run();
  room.clock.advance(day * 6);
  serve(jobs, body);
  room.run();
  room.clock.advance(day * 2);
  redirect(jobs, elsewhere, body);
  room.run();
  EXPECT_EQ(state().moved_to, "");
}

TEST_F(FeedsThatChange, NothingThatIsForeignIsPostedFromANewAddress) {
  serve(jobs, rss({entry("1", "Old job"), entry("2", "Older job")}));
  room.run();
  const auto foreign = [&](int count) {
    return rss(several(
        [&](int i) { return entry("x" + std::to_string(i), "Foreign " + std::to_string(i)); },
        count));
  };
  redirect(jobs, elsewhere, foreign(9));
  room.run();
  room.site.asked.clear();
  room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_EQ(held(), 9U);
  EXPECT_EQ(room.site.asked.at(0).url, jobs) << "the council's own server is asked all the same";
}

TEST_F(FeedsThatChange, AnEmptyFeedAtANewAddressMakesItNoOldOne) {
  serve(jobs, rss({entry("1", "Old job"), entry("2", "Older job")}));
  room.run();
  redirect(jobs, elsewhere, rss({}));
  room.run();
  redirect(jobs, elsewhere, rss({entry("x", "Foreign")}));
  room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_EQ(held(), 1U);
}

TEST_F(FeedsThatChange, AnotherHostsWordThatItIsGoneIsNotTheCouncils) {
  serve(jobs, rss({entry("1", "Old job")}));
  room.run();
  room.site.on(std::string("GET ") + jobs, [](const Request&) -> Result<Response> {
    Response response = FakeSite::respond(410, "");
    response.final_url = response.moved_to = elsewhere;
    return response;
  });
  room.run();
  EXPECT_FALSE(state().gone_at);
}

// --- a hold remembers -------------------------------------------------------------------------

TEST_F(FeedsThatChange, AnItemThatIsHeldAndComesAgainUnderAnotherLinkReplacesWhatIsHeld) {
  const auto fill = [&](const std::string& token, const std::string& title) {
    serve(jobs,
          rss(several(
              [&](int i) { return entry(token + std::to_string(i), title + std::to_string(i)); },
              12)));
  };
  fill("a", "Old job ");
  room.run();
  for (const char* token : {"b", "c", "d"}) {
    fill(token, "Job ");
    room.run();
    EXPECT_EQ(held(), 12U) << token;
  }
  release(SqliteStore(room.config.state, SqliteStore::Access::write), {"jobs"}, room.clock.now());
  room.run();
  EXPECT_EQ(posted(), 12U) << "one version of each";
  for (const auto& [text, times] : room.in_outbox())
    EXPECT_NE(text.find("gov.uk/d"), std::string::npos) << "the one that is in the feed: " << text;
}

TEST_F(FeedsThatChange, AnotherItemThatIsHeldReplacesNoneThatIsStillInTheFeed) {
  const std::string newest = entry("0", "Newest", hours{1});
  const std::string january = entry("1", "Council meeting", day * 90);
  const std::string february = entry("2", "Council meeting", day * 60);
  for (const Entries& entries :
       {Entries{newest}, Entries{newest, january}, Entries{newest, february, january}}) {
    serve(jobs, rss(entries));
    room.run();
  }
  EXPECT_EQ(held(), 2U);
}

// --- what stands in a feed's place ------------------------------------------------------------

TEST_F(FeedsThatChange, AMaintenancePageIsAPersonsMatterOnlyWhenItLasts) {
  serve(jobs, rss({entry("1", "Old job")}));
  room.run();
  serve(jobs, "<!doctype html><html><title>Back soon</title></html>");
  const RunReport first = room.run();
  EXPECT_TRUE(first.feeds[0].error);
  EXPECT_FALSE(first.needs_person());
  room.clock.advance(hours{6});
  EXPECT_TRUE(room.run().needs_person());
}

TEST_F(FeedsThatChange, AFeedThatWasNeverReadIsToldOfAtOnce) {
  room.site.on(std::string("GET ") + jobs,
               [](const Request&) -> Result<Response> { return FakeSite::respond(500, ""); });
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(room.run().needs_person()) << i;
}

TEST_F(FeedsThatChange, BrokenXmlThatLostMostItemsNeedsAPersonForAsLongAsThatLasts) {
  const auto fill = [&](int count, const std::string& end) {
    serve(jobs,
          rss(several([&](int i) { return entry(std::to_string(i), "Job " + std::to_string(i)); },
                      count),
              end),
          {{"ETag", "\"1\""}});
  };
  fill(8, "</channel></rss>");
  room.run();
  fill(2, "<image></channel></rss>");
  for (int i = 0; i < 3; ++i) {
    const RunReport report = room.run();
    EXPECT_TRUE(report.needs_person());
    EXPECT_EQ(report.feeds[0].status, FeedReport::Status::ok);
    ASSERT_TRUE(report.feeds[0].error);
    EXPECT_NE(report.feeds[0].error->message.find("of the 8 items"), std::string::npos);
    EXPECT_EQ(state().etag, "") << "a 304 would say nothing of it";
    room.clock.advance(day);
  }
  room.clock.advance(day * 7);
  EXPECT_FALSE(room.run().needs_person()) << "it is how it is";
  fill(8, "</channel></rss>");
  room.run();
  fill(1, "</channel></rss>");
  EXPECT_FALSE(room.run().needs_person()) << "one that is well-formed says what it holds";
}

TEST_F(FeedsThatChange, WhatABackfillAsksForBlowsNoFuse) {
  const auto jobs_up_to = [&](int count) {
    return rss(several(
        [&](int i) { return entry(std::to_string(count - i), "Job " + std::to_string(count - i)); },
        count));
  };
  serve(jobs, jobs_up_to(3));
  run();
  serve(jobs, jobs_up_to(14));
  PublishOptions backfill;
  backfill.backfill = 14;
  const RunReport report = room.run(backfill);
  EXPECT_EQ(report.totals.posted, 14U);
  EXPECT_FALSE(report.feeds.at(0).fuse);
  EXPECT_FALSE(state().fuse_at);
  serve(jobs, jobs_up_to(15));
  EXPECT_EQ(room.run().totals.posted, 1U) << "and what comes next is news";
}

// One feed holds a warning. In one run it brings the next version of it, and another feed brings
// the very words that are held.
class HeldWordsOfTwoFeeds : public FeedsThatChange, public ::testing::WithParamInterface<bool> {};

TEST_P(HeldWordsOfTwoFeeds, AreStillHeldOrAreSaid) {
  room.config.feeds[0].text_template = "{{title}}: {{summary}}";
  add_feed("news", elsewhere);
  if (GetParam()) std::swap(room.config.feeds[0], room.config.feeds[1]);
  const auto warning = [&](const char* link, const char* words, int age) {
    return fmt::format(
        "<item><title>Flood</title><link>https://www.example.gov.uk/{}</link>"
        "<description>{}</description><pubDate>{}</pubDate></item>",
        link, words, to_iso8601(room.clock.now() - hours{age}));
  };
  const std::string old = entry("n", "Old", hours{500});
  serve(elsewhere, rss({old}));
  serve(jobs, rss({warning("alerts", "None", 100)}));
  room.run();
  serve(jobs, rss({warning("alerts", "Mill Lane", 10)}));
  room.run();
  serve(jobs, rss({warning("alerts", "Ford Street", 5)}));
  serve(elsewhere, rss({warning("b", "Mill Lane", 4), old}));
  room.run();
  std::set<std::string> there;
  for (const Delivery& delivery : read([](const SqliteStore& store) { return store.history({}); }))
    there.insert(delivery.post.text);
  EXPECT_EQ(there, (std::set<std::string>{"Flood: Ford Street", "Flood: Mill Lane"}));
}

INSTANTIATE_TEST_SUITE_P(InEitherOrder, HeldWordsOfTwoFeeds, ::testing::Bool());

}  // namespace
}  // namespace crier
