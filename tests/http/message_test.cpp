#include "http/message.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using std::chrono::seconds;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

Response answer(int status, Headers headers = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  return response;
}

TEST(Classify, SortsEveryStatusByWhatTheCallerMustDo) {
  EXPECT_FALSE(classify(answer(200), now));
  EXPECT_FALSE(classify(answer(201), now));
  EXPECT_EQ(classify(answer(401), now)->kind, ErrorKind::unauthorized);
  EXPECT_EQ(classify(answer(403), now)->kind, ErrorKind::rejected);
  EXPECT_EQ(classify(answer(404), now)->kind, ErrorKind::rejected);
  EXPECT_EQ(classify(answer(408), now)->kind, ErrorKind::unavailable);
  EXPECT_EQ(classify(answer(422), now)->kind, ErrorKind::rejected);
  EXPECT_EQ(classify(answer(429), now)->kind, ErrorKind::throttled);
  EXPECT_EQ(classify(answer(500), now)->kind, ErrorKind::unavailable);
  EXPECT_EQ(classify(answer(503), now)->kind, ErrorKind::unavailable);
}

TEST(Classify, TellsHowLongToWait) {
  EXPECT_EQ(classify(answer(429, {{"retry-after", "120"}}), now)->retry_after, seconds{120});
  EXPECT_EQ(
      classify(answer(503, {{"Retry-After", "Mon, 02 Mar 2026 10:00:00 GMT"}}), now)->retry_after,
      seconds{3600});
  EXPECT_EQ(classify(answer(429), now)->retry_after, std::nullopt);
}

TEST(RetryAfter, BelievesNoTimeInThePastAndNoneLongerThanAYear) {
  EXPECT_EQ(parse_retry_after("Mon, 02 Mar 2020 10:00:00 GMT", now), seconds{0});
  EXPECT_EQ(parse_retry_after("99999999999999999999", now), seconds{366 * 24 * 3600});
  EXPECT_EQ(parse_retry_after("-5", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("soon", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("", now), std::nullopt);
}

TEST(RetryAfter, ReadsWhatServersSendInPlaceOfSecondsAndHttpDates) {
  EXPECT_EQ(parse_retry_after("2026-03-02T10:00:00Z", now), seconds{3600});
  EXPECT_EQ(parse_retry_after("2026-03-02T11:00:00+01:00", now), seconds{3600});
  EXPECT_EQ(parse_retry_after("2026-03-02T10:00:00.123456Z", now), seconds{3601}) << "never early";
  EXPECT_EQ(parse_retry_after("1772445600", now), seconds{3600}) << "Unix time";
  EXPECT_EQ(parse_retry_after("1772445600000", now), seconds{3601}) << "in milliseconds";
  EXPECT_EQ(parse_retry_after("1.25", now), seconds{2});
  EXPECT_EQ(parse_retry_after("86400", now), seconds{86400});
  EXPECT_EQ(parse_retry_after(" 5 ", now), seconds{5});
  for (const char* wrong :
       {"1.", ".5", "1.x", "2026-03-02", "2026-03-02T10:00:00", "1e3", "2026-13-02T10:00:00Z",
        "2026-03-02T10:00:00+1", "2026-03-02T1x:00:00Z"})
    EXPECT_EQ(parse_retry_after(wrong, now), std::nullopt) << wrong;
}

TEST(Classify, TakesTheWaitOfA429FromTheRateLimitHeadersIfThereIsNoRetryAfter) {
  const Headers limits{{"X-RateLimit-Remaining", "0"},
                       {"X-RateLimit-Reset", "2026-03-02T09:05:00Z"}};
  EXPECT_EQ(classify(answer(429, limits), now)->retry_after, seconds{300});
  EXPECT_EQ(classify(answer(500, limits), now)->retry_after, std::nullopt);
  Headers both = limits;
  both.push_back({"Retry-After", "7"});
  EXPECT_EQ(classify(answer(429, both), now)->retry_after, seconds{7});
}

TEST(HttpDate, ReadsAllThreeFormsOfRfc9110) {
  const SysTime expected = *from_iso8601("1994-11-06T08:49:37Z");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
  EXPECT_EQ(parse_http_date("Sun, 31 Feb 1994 08:49:37 GMT"), std::nullopt);
  EXPECT_EQ(parse_http_date("yesterday"), std::nullopt);
}

TEST(Excerpt, IsOneShortLineWithoutControlCharacters) {
  const std::string text = excerpt("Oops\n\n  \x1b[31mBad\tgateway" + std::string(5000, 'x'));
  EXPECT_LE(text.size(), 200U);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Excerpt, NamesAWebPageByItsTitleAndKeepsItsMarkupAway) {
  EXPECT_EQ(excerpt("<!DOCTYPE html>\n<html><head><title> 502 Bad Gateway\n</title><body>x"),
            "a web page, “502 Bad Gateway”");
  EXPECT_EQ(excerpt("<html><title>cut off"), "a web page");
  EXPECT_EQ(excerpt("<hr>the server is tired"), "<hr>the server is tired");
}

}  // namespace
}  // namespace crier
