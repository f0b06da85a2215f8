#include "config/values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crier {
namespace {

using namespace std::chrono_literals;

TEST(Values, ReadsDurations) {
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("10m"), 600s);
  EXPECT_EQ(parse_duration("2 h"), 7200s);
  EXPECT_EQ(parse_duration("7d"), 604800s);
  for (const char* bad : {"", "30", "s", "-1s", "1.5h", "99999999999999999999s", "1s1s"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

TEST(Values, ReadsDurationsAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("30 seconds"), 30s);
  EXPECT_EQ(parse_duration("10 min"), 600s);
  EXPECT_EQ(parse_duration("1 Hour"), 3600s);
  EXPECT_EQ(parse_duration("7 days"), 604800s);
  EXPECT_EQ(parse_duration("7D"), 604800s);
  EXPECT_EQ(parse_duration("2 weeks"), 1209600s);
  for (const char* bad : {"5M", "1 month", "7 dogs", "days", "7 days 2 hours"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

TEST(Values, ReadsSizes) {
  EXPECT_EQ(parse_size("500 KB"), 500'000U);
  EXPECT_EQ(parse_size("20mb"), 20'000'000U);
  EXPECT_EQ(parse_size("1 GB"), 1'000'000'000U);
  for (const char* bad : {"", "20", "MB", "-1 MB", "1.5 MB", "20 MiB", "20 M B"})
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
}

TEST(Values, KnowsALanguageByItsForm) {
  for (const char* good : {"en", "en-GB", "cy", "zh-Hant-TW", "sr-Latn", "de-1996"})
    EXPECT_TRUE(is_language(good)) << good;
  for (const char* bad : {"", "e", "Welsh", "en_GB", "en-", "-GB", "12", "en GB"})
    EXPECT_FALSE(is_language(bad)) << bad;
}

TEST(Values, KnowsATimeZoneByItsForm) {
  for (const char* good : {"Europe/London", "UTC", "Etc/GMT+1", "America/Argentina/Buenos_Aires"})
    EXPECT_TRUE(is_timezone(good)) << good;
  for (const char* bad : {"", "London Town", "/etc/passwd", "Europe/", "a//b", "../x"})
    EXPECT_FALSE(is_timezone(bad)) << bad;
}

TEST(Values, KnowsWhatCanBeAName) {
  EXPECT_TRUE(is_name("town-hall_2"));
  for (const char* bad : {"", "town hall", "tŷ", "a.b", "a/b"}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_FALSE(is_name(std::string(65, 'a')));
}

TEST(Values, KnowsASecretByItsName) {
  for (const char* secret :
       {"token", "access_token", "Client-Secret", "PASSWORD", "api_key", "app_password"})
    EXPECT_TRUE(is_secret_name(secret)) << secret;
  for (const char* plain : {"prefix", "path", "server", "tokens_file", "passage", "key"})
    EXPECT_FALSE(is_secret_name(plain)) << plain;
}

TEST(Values, FindsAUserNameInAnAddress) {
  EXPECT_TRUE(has_user_info("https://me:word@www.example.gov.uk/"));
  EXPECT_TRUE(has_user_info("see https://a.uk/ and ftp://me@b.uk"));
  for (const char* plain : {"https://social.example.gov.uk/@jobs", "https://a.uk?x=@b", "me@a.uk",
                            "https://a.uk#@", ""})
    EXPECT_FALSE(has_user_info(plain)) << plain;
}

TEST(Values, ReducesAServerToItsOrigin) {
  EXPECT_EQ(parse_server("https://Social.Example.gov.uk/").value_or("-"),
            "https://social.example.gov.uk");
  EXPECT_EQ(parse_server("https://social.example.gov.uk:8443").value_or("-"),
            "https://social.example.gov.uk:8443");
  EXPECT_EQ(parse_server("http://127.0.0.1:3000").value_or("-"), "http://127.0.0.1:3000");
  EXPECT_EQ(parse_server("http://localhost:3000/").value_or("-"), "http://localhost:3000");
  EXPECT_EQ(parse_server("http://[::1]:3000/").value_or("-"), "http://[::1]:3000");
  for (const char* bad :
       {"", "social.example.gov.uk", "http://social.example.gov.uk", "https://",
        "https://a.uk/path", "https://a.uk/?q", "https://a.uk#f", "ftp://a.uk", "https://me@a.uk",
        "https://a uk", "http://127.0.0.1.evil.example/", "http://localhost.evil.example"}) {
    EXPECT_FALSE(parse_server(bad).has_value()) << bad;
  }
}

TEST(Values, FindsTheNearestName) {
  const std::vector<std::string> names{"prefix", "template", "base_url", "url"};
  EXPECT_EQ(nearest("prefx", names), "prefix");
  EXPECT_EQ(nearest("perfix", names), "prefix");
  EXPECT_EQ(nearest("Base-URL", names), "base_url");
  EXPECT_EQ(nearest("uri", names), "url");
  EXPECT_EQ(nearest("colour", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
  EXPECT_EQ(nearest(std::string(10'000, 'x'), names), std::nullopt);
}

TEST(Values, ListsNoMoreThanTwelveNames) {
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b"}), "a, b");
  EXPECT_EQ(listed(std::vector<std::string>(13, "a")), "a, a, a, a, a, a, a, a, a, a, a, a, …");
}

}  // namespace
}  // namespace crier
