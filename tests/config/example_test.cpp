#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "config/load.h"
#include "config/schemas.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

std::filesystem::path source_dir() { return CRIER_SOURCE_DIR; }

std::string example() { return read_file(source_dir() / "feeds.example.toml"); }

/// The example with every setting switched on, as its own text tells the reader to do it.
std::string switched_on() {
  std::istringstream in(example());
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const bool is_setting = line.size() > 1 && line[0] == '#' && line[1] != ' ' && line[1] != '#';
    out += is_setting ? line.substr(1) : line;
    out += '\n';
  }
  return out;
}

LoadedConfig load(const std::string& text) {
  return load_config(text, source_dir() / "feeds.example.toml", test_networks(),
                     source_dir() / "docs/webhook");
}

TEST(Example, LoadsAsItIs) {
  const LoadedConfig loaded = load(example());
  EXPECT_EQ(describe(loaded.problems, "feeds.example.toml"), "");
  EXPECT_EQ(loaded.config.accounts.size(), 1U);
  EXPECT_EQ(loaded.config.feeds.size(), 4U);
}

TEST(Example, LoadsWithEverySettingSwitchedOn) {
  const LoadedConfig loaded = load(switched_on());
  EXPECT_EQ(describe(loaded.problems, "feeds.example.toml"), "");
  EXPECT_EQ(loaded.config.accounts.size(), test_networks().size()) << "one of each network";
  EXPECT_EQ(loaded.config.feeds.size(), 5U);
}

TEST(Example, ReadsOnlySampleFeedsThatAreThere) {
  for (const FeedConfig& feed : load(example()).config.feeds) {
    EXPECT_TRUE(feed.is_path) << feed.url;
    EXPECT_TRUE(std::filesystem::exists(feed.url)) << feed.url;
  }
}

TEST(Example, SaysWhatHoldsWithoutALine) {
  const Config as_it_is = load(example()).config;
  const Config all = load(switched_on()).config;
  EXPECT_EQ(as_it_is.require_ledger, all.require_ledger);
  EXPECT_EQ(as_it_is.max_connections, all.max_connections);
  EXPECT_EQ(as_it_is.max_connections_per_host, all.max_connections_per_host);
  EXPECT_EQ(as_it_is.timeout, all.timeout);
  EXPECT_EQ(as_it_is.max_feed_bytes, all.max_feed_bytes);
  EXPECT_EQ(as_it_is.allow_private_addresses, all.allow_private_addresses);
  EXPECT_EQ(as_it_is.feeds.at(0).images, all.feeds.at(0).images);
}

TEST(Example, ShowsEverySettingOfEveryNetwork) {
  const std::string text = switched_on();
  const auto shows = [&](const std::string& key) {
    return text.find("\n" + key + " = ") != std::string::npos;
  };
  for (const char* key : {"state",
                          "timezone",
                          "require_ledger",
                          "max_connections",
                          "max_connections_per_host",
                          "timeout",
                          "max_feed_size",
                          "network",
                          "server",
                          "language",
                          "url",
                          "prefix",
                          "mentions",
                          "template",
                          "base_url",
                          "first_run",
                          "accounts",
                          "urgent",
                          "images",
                          "require_page",
                          "allow_private_addresses",
                          "warn_before",
                          "token_key"}) {
    EXPECT_TRUE(shows(key)) << key;
  }
  for (const NetworkSchema& schema : test_networks()) {
    EXPECT_NE(text.find("network = \"" + schema.network + '"'), std::string::npos)
        << schema.network;
    for (const Setting& setting : schema.settings) EXPECT_TRUE(shows(setting.key)) << setting.key;
  }
}

}  // namespace
}  // namespace crier
