#include "feed/reference.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(Reference, IsFoundAsAuthoritiesWriteIt) {
  for (const char* reference :
       {"24/01234/FUL", "2024/0123/OUT", "DM/24/00123", "LW/24/0123", "3/24/0123/FP", "2026/118",
        "SDNP/24/01234/LDP", "24/P/01234", "24/P1234", "AWDM/0123/24", "P/2024/0123", "24/1234",
        "25/502019/HOUSE"}) {
    EXPECT_EQ(reference_in("Application " + std::string(reference) + ": 1 High St"), reference);
    EXPECT_EQ(reference_in("(" + std::string(reference) + ")"), reference);
  }
}

TEST(Reference, IsOneForTitleAndLink) {
  EXPECT_EQ(reference_in("/planning/view?ref=24%2F01234%2Fful"), "24/01234/FUL");
  EXPECT_EQ(reference_in("/planning/24/01234/FUL/"), "24/01234/FUL");
}

TEST(Reference, IsNoDateNoYearsAndNoFraction) {
  for (const char* text : {"24/01/2026",
                           "1/4/2026",
                           "01/04/2026 Meeting",
                           "2026/03/01",
                           "Budget 2025/2026",
                           "Open 24/7",
                           "Open 24/7/365",
                           "Rated 99/100",
                           "03/2026",
                           "a/b/c",
                           "and/or",
                           "9/11",
                           "/news/2026/03/road-closed",
                           "2025/26",
                           "1/2/3/4",
                           "/",
                           "//",
                           "%2F",
                           "",
                           "%2",
                           "/2026/03/02/item",
                           "24/0123456789",
                           "020/8123"}) {
    EXPECT_EQ(reference_in(text), "") << text;
  }
}

TEST(Reference, IsTheFirstOfSeveral) {
  EXPECT_EQ(reference_in("From 24/01/2026: 24/01234/FUL, 24/01235/FUL"), "24/01234/FUL");
}

}  // namespace
}  // namespace crier
