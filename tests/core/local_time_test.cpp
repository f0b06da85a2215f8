#include "core/local_time.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

std::string local(std::string_view iso, const std::string& zone) {
  const LocalTime time = to_local(*from_iso8601(iso), zone);
  return time.day + " " + time.time + " " + time.zone;
}

TEST(LocalTime, IsTheCouncilsClockInSummerAndInWinter) {
  EXPECT_EQ(local("2026-07-01T09:00:00Z", "Europe/London"), "2026-07-01 10:00 BST");
  EXPECT_EQ(local("2026-12-01T09:00:00Z", "Europe/London"), "2026-12-01 09:00 GMT");
  EXPECT_EQ(local("2026-03-29T00:59:59Z", "Europe/London"), "2026-03-29 00:59 GMT");
  EXPECT_EQ(local("2026-03-29T01:00:00Z", "Europe/London"), "2026-03-29 02:00 BST");
  EXPECT_EQ(local("2026-10-25T00:30:00Z", "Europe/London"), "2026-10-25 01:30 BST");
  EXPECT_EQ(local("2026-10-25T01:30:00Z", "Europe/London"), "2026-10-25 01:30 GMT");
}

TEST(LocalTime, MayBeAnotherDay) {
  EXPECT_EQ(local("2026-06-30T23:30:00Z", "Europe/London"), "2026-07-01 00:30 BST");
  EXPECT_EQ(local("2026-12-31T18:00:00Z", "Asia/Tokyo"), "2027-01-01 03:00 JST");
  EXPECT_EQ(local("2026-12-01T00:00:00Z", "America/Sao_Paulo"), "2026-11-30 21:00 -03");
}

TEST(LocalTime, IsUtcWhereTheZoneIsNotKnown) {
  EXPECT_EQ(local("2026-07-01T09:00:00Z", "Europe/Camelot"), "2026-07-01 09:00 UTC");
}

TEST(LocalTime, StandsInTheTextOfAMessage) {
  const auto told = [](std::string_view text) { return with_local_times(text, "Europe/London"); };
  EXPECT_EQ(told("asked again after 2026-07-01T09:00:00Z"),
            "asked again after 2026-07-01 10:00 BST");
  EXPECT_EQ(told("since 2026-07-01T09:00:00Z, until 2026-12-01T09:00:00Z."),
            "since 2026-07-01 10:00 BST, until 2026-12-01 09:00 GMT.");
  EXPECT_EQ(told("(2026-07-01T09:00:00Z)"), "(2026-07-01 10:00 BST)");
  EXPECT_EQ(told(""), "");
}

TEST(LocalTime, LeavesAloneWhatIsPartOfSomethingElse) {
  for (const std::string_view text :
       {"https://example.org/?from=2026-07-01T09:00:00Z",
        "https://example.org/2026-07-01T09:00:00Z", "2026-07-01T09:00:00Z/feed",
        "2026-07-01T09:00:00", "2026-13-01T09:00:00Z", "2026-07-01"}) {
    EXPECT_EQ(with_local_times(text, "Europe/London"), text);
  }
}

}  // namespace
}  // namespace crier
