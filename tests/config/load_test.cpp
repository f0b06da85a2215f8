#include "config/load.h"

#include <gtest/gtest.h>

#include <string>

#include "config/schemas.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr const char* file = "/srv/crier/feeds.toml";

std::string board() { return "[accounts.board]\nnetwork = \"outbox\"\npath = \"outbox.jsonl\"\n"; }
std::string job_feed() {
  return "[feeds.jobs]\nurl = \"https://www.example.gov.uk/jobs/rss\"\naccounts = [\"board\"]\n";
}

LoadedConfig load(const std::string& text) { return load_config(text, file, test_networks()); }

Config good(const std::string& text) {
  LoadedConfig loaded = load(text);
  EXPECT_EQ(describe(loaded.problems, "feeds.toml"), "") << text;
  return loaded.config;
}

std::string said(const std::string& text) { return describe(load(text).problems, "feeds.toml"); }

TEST(Config, ReadsWhatGuardsAFeed) {
  const Config config =
      good(board() + job_feed() +
           "fuse = \"off\"\nfuse_items = 20\non_suspect = \"post\"\nmax_per_run = 3\n"
           "stale_after = \"6h\"\nexpect_every = \"14d\"\n");
  const FeedConfig& feed = config.feeds.at(0);
  EXPECT_EQ(feed.fuse.percent, 0);
  EXPECT_EQ(feed.fuse.items, 20U);
  EXPECT_EQ(feed.on_suspect, OnSuspect::post);
  EXPECT_EQ(feed.max_per_run, 3U);
  EXPECT_EQ(feed.stale_after, std::chrono::hours(6));
  EXPECT_EQ(feed.expect_every, std::chrono::hours(24 * 14));
  EXPECT_EQ(good(board() + job_feed() + "fuse = \"80%\"\n").feeds.at(0).fuse.percent, 80);
}

TEST(Config, SaysOfATimeItCannotReadHowToWriteOneAndOfOneOutOfRangeTheRange) {
  for (const char* time : {"1w", "1 month", "5M", "soon"}) {
    const std::string told = said(board() + job_feed() + "stale_after = \"" + time + "\"\n");
    EXPECT_NE(told.find("is no time that crier reads (such as \"12h\", \"7d\" or \"2 weeks\")"),
              std::string::npos)
        << told;
    EXPECT_EQ(told.find("must be from"), std::string::npos) << told;
  }
  EXPECT_NE(said(board() + job_feed() + "stale_after = \"5m\"\n").find("must be from \"1h\""),
            std::string::npos);
}

TEST(Config, ReadsWhomAFeedMayCallAsAPostWritesThem) {
  const Config config = good(board() + job_feed() + "mentions = [\"@police\", \" @a@b.org \"]\n");
  EXPECT_EQ(config.feeds.at(0).mentions, (std::vector<std::string>{"@police", "@a@b.org"}));
  for (const char* name : {"police", "@", "@two names", ""}) {
    const std::string told = said(board() + job_feed() + "mentions = [\"" + name + "\"]\n");
    EXPECT_NE(told.find("mentions = [\"@police\"]"), std::string::npos) << told;
  }
}

TEST(Config, ReadsHowFastAnAccountMaySpeak) {
  const Config config = good(
      "[accounts.board]\nnetwork = \"outbox\"\npath = \"outbox.jsonl\"\nmax_per_run = 1\n"
      "max_per_hour = 2\nmax_per_day = 0\nmin_gap = \"2m\"\n" +
      job_feed());
  const Pace& pace = config.accounts.at(0).pace;
  EXPECT_EQ(pace.per_run, 1U);
  EXPECT_EQ(pace.per_hour, 2U);
  EXPECT_EQ(pace.per_day, 0U);
  EXPECT_EQ(pace.min_gap, std::chrono::minutes(2));
}

TEST(Config, HasAnAnswerToWhatTheFileDoesNotSay) {
  const Config config = good(board() + job_feed());
  EXPECT_EQ(config.file, file);
  EXPECT_EQ(config.state, "/srv/crier/crier.db");
  EXPECT_EQ(config.timezone, "Europe/London");
  EXPECT_FALSE(config.require_ledger);
  EXPECT_EQ(config.max_connections, 64U);
  EXPECT_EQ(config.max_connections_per_host, 2U);
  EXPECT_EQ(config.timeout, std::chrono::seconds(30));
  EXPECT_EQ(config.max_feed_bytes, 20'000'000U);
  EXPECT_EQ(config.min_interval, std::chrono::seconds(0));
  EXPECT_EQ(config.keep_history, std::chrono::seconds(0));
  ASSERT_EQ(config.feeds.size(), 1U);
  EXPECT_EQ(config.feeds[0].on_suspect, OnSuspect::hold);
  EXPECT_EQ(config.feeds[0].stale_after, std::chrono::hours(24 * 7));
  EXPECT_EQ(config.feeds[0].expect_every, std::chrono::seconds(0));
  EXPECT_EQ(config.feeds[0].max_per_run, 0U);
  EXPECT_GT(config.feeds[0].fuse.percent, 0);
  EXPECT_EQ(config.feeds[0].text_template, "{{prefix}}{{title}} {{link}}");
  EXPECT_EQ(config.feeds[0].prefix, "");
  EXPECT_EQ(config.feeds[0].first_run, FirstRun::skip);
  EXPECT_EQ(config.feeds[0].line, 4);
  EXPECT_FALSE(config.feeds[0].is_path);
}

TEST(Config, TakesEverySettingAsItIsWritten) {
  const Config config = good(
      "state = \"/var/lib/crier/state.db\"\ntimezone = \"UTC\"\nrequire_ledger = "
      "true\nmax_connections = 8\n"
      "max_connections_per_host = 1\ntimeout = \"2m\"\nmax_feed_size = \"500 KB\"\n"
      "[accounts.board]\nnetwork = \"outbox\"\npath = \"out/../box.jsonl\"\nmax_characters = 300\n"
      "[accounts.town-hall]\nnetwork = \"mastodon\"\nserver = "
      "\"https://Social.Example.gov.uk/\"\nlanguage = \"cy\"\n"
      "visibility = \"unlisted\"\nspoiler_text = \"Auto: post\"\n"
      "[feeds.jobs]\nurl = \"public/jobs.xml\"\nprefix = \"New job: \"\ntemplate = \"{{title}}\"\n"
      "base_url = \"https://www.example.gov.uk/\"\nlanguage = \"en-GB\"\nfirst_run = \"latest\"\n"
      "accounts = [\"town-hall\", \"board\"]\n");
  EXPECT_EQ(config.state, "/var/lib/crier/state.db");
  EXPECT_EQ(config.timezone, "UTC");
  EXPECT_TRUE(config.require_ledger);
  EXPECT_EQ(config.max_connections, 8U);
  EXPECT_EQ(config.max_connections_per_host, 1U);
  EXPECT_EQ(config.timeout, std::chrono::minutes(2));
  EXPECT_EQ(config.max_feed_bytes, 500'000U);
  const Account* outbox = config.account({"board"});
  ASSERT_NE(outbox, nullptr);
  EXPECT_EQ(outbox->network, "outbox");
  EXPECT_EQ(outbox->settings.at("path"), "/srv/crier/box.jsonl");
  EXPECT_EQ(outbox->settings.at("max_characters"), "300");
  const Account* town_hall = config.account({"town-hall"});
  ASSERT_NE(town_hall, nullptr);
  EXPECT_EQ(town_hall->server, "https://social.example.gov.uk");
  EXPECT_EQ(town_hall->language, "cy");
  EXPECT_EQ(town_hall->settings.at("visibility"), "unlisted");
  EXPECT_EQ(town_hall->settings.at("spoiler_text"), "Auto: post");
  const FeedConfig* jobs = config.feed({"jobs"});
  ASSERT_NE(jobs, nullptr);
  EXPECT_EQ(jobs->url, "/srv/crier/public/jobs.xml");
  EXPECT_TRUE(jobs->is_path);
  EXPECT_EQ(jobs->prefix, "New job: ");
  EXPECT_EQ(jobs->text_template, "{{title}}");
  EXPECT_EQ(jobs->base_url, "https://www.example.gov.uk/");
  EXPECT_EQ(jobs->language, "en-GB");
  EXPECT_EQ(jobs->first_run, FirstRun::latest);
  EXPECT_EQ(jobs->accounts, (std::vector<AccountId>{{"town-hall"}, {"board"}}));
  EXPECT_EQ(config.feed({"news"}), nullptr);
  EXPECT_EQ(config.account({"news"}), nullptr);
}

TEST(Config, KeepsTheOrderOfTheFile) {
  const Config config = good(
      "[feeds.zebra]\nurl = \"z.xml\"\naccounts = [\"z\"]\n[feeds.ant]\nurl = \"a.xml\"\naccounts "
      "= [\"a\"]\n"
      "[accounts.z]\nnetwork = \"outbox\"\npath = \"z\"\n[accounts.a]\nnetwork = \"outbox\"\npath "
      "= \"a\"\n");
  EXPECT_EQ(config.feeds[0].id.value, "zebra");
  EXPECT_EQ(config.feeds[1].id.value, "ant");
  EXPECT_EQ(config.accounts[0].id.value, "z");
  EXPECT_EQ(config.accounts[1].id.value, "a");
}

TEST(Config, TakesTablesOnOneLineToo) {
  const Config config = good(
      "feeds = { zebra = { url = \"z.xml\", accounts = [\"b\"] }, ant = { url = \"a.xml\", "
      "accounts = [\"b\"] } }\n"
      "accounts.b = { network = \"outbox\", path = \"b\" }\n");
  ASSERT_EQ(config.feeds.size(), 2U);
  EXPECT_EQ(config.feeds[0].id.value, "zebra");
}

TEST(Config, TellsEveryProblemAtOnceInTheOrderOfTheLines) {
  const LoadedConfig loaded =
      load("colour = 1\ntimeout = 1\n[feeds.jobs]\nurl = 1\n[accounts.x]\nnetwork = \"nix\"\n");
  ASSERT_EQ(loaded.problems.size(), 5U);
  EXPECT_EQ(loaded.problems[0].line, 1);
  EXPECT_EQ(loaded.problems[1].line, 2);
  EXPECT_EQ(loaded.problems[2].line, 3);
  EXPECT_EQ(loaded.problems[3].line, 4);
  EXPECT_EQ(loaded.problems[4].line, 6);
}

TEST(Config, RefusesTwoFeedsOfOneAccountWithOneAddressHoweverItIsWritten) {
  for (const char* other :
       {"https://www.example.gov.uk/jobs/rss/", "HTTPS://WWW.Example.gov.uk/jobs/rss",
        "http://www.example.gov.uk/jobs/rss", "https://www.example.gov.uk:443/jobs/rss#top",
        "https://www.example.gov.uk/jobs/rss?", "https://www.example.gov.uk/jobs/rss?&"}) {
    const std::string text =
        board() + job_feed() + "[feeds.more]\nurl = \"" + other + "\"\naccounts = [\"board\"]\n";
    EXPECT_NE(said(text).find("feeds.toml:7: feeds.more: has the same address as feeds.jobs"),
              std::string::npos)
        << other;
  }
  for (const char* other :
       {"https://www.example.gov.uk/jobs/rss?page=2", "https://www.example.gov.uk/Jobs/rss",
        "https://www.example.gov.uk:8443/jobs/rss"}) {
    (void)good(board() + job_feed() + "[feeds.more]\nurl = \"" + other +
               "\"\naccounts = [\"board\"]\n");
  }
}

TEST(Config, TakesTwoFeedsAtOneAddressThatShareNoAccount) {
  const std::string other = "[accounts.other]\nnetwork = \"outbox\"\npath = \"other.jsonl\"\n";
  const std::string more = "[feeds.more]\nurl = \"https://www.example.gov.uk/jobs/rss\"\n";
  (void)good(board() + other + job_feed() + more + "accounts = [\"other\"]\n");
  EXPECT_NE(said(board() + other + job_feed() + more + "accounts = [\"other\", \"board\"]\n")
                .find("both name the account board"),
            std::string::npos);
}

TEST(Config, LeavesTheSettingsOfAnUnknownNetworkAlone) {
  EXPECT_EQ(
      load("[accounts.x]\nnetwork = \"telegraph\"\nwire = \"copper\"\n" + board() + job_feed())
          .problems.size(),
      1U);
}

TEST(Config, TakesAFileFromWindows) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : board() + job_feed())
    text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(good(text).feeds.size(), 1U);
}

TEST(Config, SurvivesAFileOfAnythingAtAll) {
  std::string huge;
  huge.resize(17'000'000, '#');
  (void)load(std::string("\0\0\0", 3));
  (void)load(std::string(100'000, '['));
  (void)load("x = " + std::string(100'000, '['));
  (void)load("x = " + std::string(100'000, '{'));
  (void)load(std::string(100'000, 'a') + " = 1");
  (void)load("feeds." + std::string(50'000, 'a') + ".url = 1");
  EXPECT_NE(said(huge).find("larger than 16 MB"), std::string::npos);
}

TEST(Config, TakesTenThousandFeeds) {
  std::string text = board();
  for (int i = 0; i < 10'000; ++i) {
    text += fmt::format(
        "[feeds.f{0}]\nurl = \"https://www.example.gov.uk/feeds/{0}\"\nprefix = \"New: \"\n"
        "accounts = [\"board\"]\n",
        i);
  }
  const Config config = good(text);
  ASSERT_EQ(config.feeds.size(), 10'000U);
  EXPECT_EQ(config.feeds[9'999].id.value, "f9999");
}

TEST(Config, KeepsWhatStandsInTheFileThatASettingNames) {
  const TempDir dir;
  const auto load_with = [&](const std::string& name) {
    return load_config("[accounts.hook]\nnetwork = \"webhook\"\ntemplate = \"" + name + "\"\n" +
                           "[feeds.jobs]\nurl = \"https://www.example.gov.uk/jobs/rss\"\n"
                           "accounts = [\"hook\"]\n",
                       dir.path() / "feeds.toml", test_networks());
  };
  write_file(dir.path() / "body.mustache", "{\"a\":\"{{text}}\"}\r\n\n");
  const LoadedConfig loaded = load_with("body.mustache");
  EXPECT_EQ(describe(loaded.problems, "feeds.toml"), "");
  EXPECT_EQ(loaded.config.accounts.at(0).settings.at("template"), "{\"a\":\"{{text}}\"}\r\n\n");

  const auto complaint = [&](const std::string& name) {
    return describe(load_with(name).problems, "feeds.toml");
  };
  EXPECT_NE(complaint("gone.mustache").find("there is no file"), std::string::npos);
  EXPECT_NE(complaint(".").find("there is no file"), std::string::npos) << "a folder is none";
  write_file(dir.path() / "empty", "");
  write_file(dir.path() / "binary", "\xFF\xFE");
  write_file(dir.path() / "long", std::string(65'537, 'x'));
  for (const char* name : {"empty", "binary", "long"}) {
    EXPECT_NE(complaint(name).find("no text in UTF-8"), std::string::npos) << name;
    EXPECT_NE(complaint(name).find("feeds.toml:3"), std::string::npos) << name;
  }
  write_file(dir.path() / "long", std::string(65'536, 'x'));
  EXPECT_EQ(complaint("long"), "");
}

TEST(Config, FindsATemplateBesideTheFileBeforeTheOneThatCameWithCrier) {
  const TempDir dir;
  std::filesystem::create_directory(dir.path() / "own");
  std::filesystem::create_directory(dir.path() / "share");
  const auto load_with = [&](const std::string& name) {
    return load_config("[accounts.hook]\nnetwork = \"webhook\"\ntemplate = \"" + name + "\"\n" +
                           "[feeds.jobs]\nurl = \"https://www.example.gov.uk/jobs/rss\"\n"
                           "accounts = [\"hook\"]\n",
                       dir.path() / "own/feeds.toml", test_networks(), dir.path() / "share");
  };
  const auto used = [&](const std::string& name) {
    return load_with(name).config.accounts.at(0).settings.at("template");
  };
  write_file(dir.path() / "share/teams.mustache", "ours");
  EXPECT_EQ(used("teams.mustache"), "ours");
  write_file(dir.path() / "own/teams.mustache", "theirs");
  EXPECT_EQ(used("teams.mustache"), "theirs");
  const std::string complaint = describe(load_with("gone.mustache").problems, "feeds.toml");
  EXPECT_NE(complaint.find((dir.path() / "own/gone.mustache").string()), std::string::npos);
  EXPECT_NE(complaint.find((dir.path() / "share/gone.mustache").string()), std::string::npos);
}

TEST(Config, NamesFileLineAndProblem) {
  EXPECT_EQ(describe({{12, "feeds.jobs: no"}, {0, "all wrong"}}, "feeds.toml"),
            "feeds.toml:12: feeds.jobs: no\nfeeds.toml: all wrong\n");
}

}  // namespace
}  // namespace crier
