#include "feed/fetch.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using std::chrono::seconds;

constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

seconds fresh(const Headers& headers) { return fresh_for(headers, now); }

TEST(FreshFor, IsMaxAgeLessAge) {
  EXPECT_EQ(fresh({{"Cache-Control", "public, max-age=7200"}}), seconds{7200});
  EXPECT_EQ(fresh({{"cache-control", "MAX-AGE=\"7200\" , must-revalidate"}}), seconds{7200});
  EXPECT_EQ(fresh({{"Cache-Control", "max-age=7200"}, {"Age", "200"}}), seconds{7000});
  EXPECT_EQ(fresh({{"Cache-Control", "max-age=7200"}, {"Age", "9000"}}), seconds{0});
  EXPECT_EQ(fresh({{"Cache-Control", "public"}, {"Cache-Control", "max-age=60"}}), seconds{60});
  EXPECT_EQ(fresh({{"Cache-Control", "max-age=600, max-age=60"}}), seconds{60});
}

TEST(FreshFor, IsADayAtMost) {
  EXPECT_EQ(fresh({{"Cache-Control", "max-age=31536000"}}), seconds{86400});
  EXPECT_EQ(fresh({{"Cache-Control", "max-age=99999999999999999999"}}), seconds{86400});
}

TEST(FreshFor, IsNothingWhereTheServerSaysSoOrSaysNothing) {
  for (const char* control : {"no-cache", "no-store", "max-age=0", "no-cache, max-age=7200",
                              "max-age=7200, no-store", "max-age", "max-age=-5", "max-age=soon",
                              "s-maxage=7200", "stale-while-revalidate=7200", ""})
    EXPECT_EQ(fresh({{"Cache-Control", control}}), seconds{0}) << control;
  EXPECT_EQ(fresh({}), seconds{0});
}

TEST(FreshFor, IsExpiresAgainstDateWithoutMaxAge) {
  const Header expires{"Expires", "Mon, 02 Mar 2026 11:00:00 GMT"};
  EXPECT_EQ(fresh({expires}), seconds{7200});
  EXPECT_EQ(fresh({expires, {"Date", "Mon, 02 Mar 2026 10:00:00 GMT"}}), seconds{3600})
      << "the server's own clock counts";
  EXPECT_EQ(fresh({expires, {"Cache-Control", "max-age=60"}}), seconds{60});
  EXPECT_EQ(fresh({expires, {"Cache-Control", "no-cache"}}), seconds{0});
  EXPECT_EQ(fresh({expires, {"Pragma", "no-cache"}}), seconds{0});
  EXPECT_EQ(fresh({{"Expires", "0"}}), seconds{0});
  EXPECT_EQ(fresh({{"Expires", "Mon, 02 Mar 2026 08:00:00 GMT"}}), seconds{0});
}

TEST(FeedRequest, SendsOnlyTheValidatorsThatAreKnown) {
  const Request first = feed_request("http://127.0.0.1/", {}, seconds{30}, 1000);
  EXPECT_FALSE(find_header(first.headers, "If-None-Match"));
  EXPECT_FALSE(find_header(first.headers, "If-Modified-Since"));
  const Request both =
      feed_request("http://127.0.0.1/", {"W/\"x:1,2\"", "any text"}, seconds{30}, 1);
  EXPECT_EQ(find_header(both.headers, "If-None-Match"), "W/\"x:1,2\"");
  EXPECT_EQ(find_header(both.headers, "If-Modified-Since"), "any text");
}

TEST(FeedRequest, MayGoToThePrivateAddressThatItIsForAndToNoOther) {
  const Request request = feed_request("http://10.0.0.7/jobs.xml", {}, seconds{30}, 1000);
  EXPECT_TRUE(request.public_only);
  EXPECT_EQ(request.named_by_operator, "http://10.0.0.7/jobs.xml");
}

}  // namespace
}  // namespace crier
