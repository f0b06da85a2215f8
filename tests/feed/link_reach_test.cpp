#include "feed/link_reach.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(LinkReach, SaysOfWhichLinkNobodyOutsideCanOpenIt) {
  for (const char* link :
       {"http://default/node/12", "http://localhost:8080/node/13", "http://LOCALHOST./x",
        "http://10.1.2.3/node/14", "http://127.0.0.1/", "http://127.1/", "http://[::1]/x",
        "http://[fd00::1]:8080/x", "https://intranet/x", "https://cms.local/x",
        "https://site.lan/x", "http://169.254.169.254/latest", "https://a.internal./x"}) {
    const std::string why = why_out_of_reach(link);
    EXPECT_FALSE(why.empty()) << link;
  }
  EXPECT_NE(why_out_of_reach("http://default/node/12?key=1").find("http://default/node/12"),
            std::string::npos);
  EXPECT_EQ(why_out_of_reach("http://default/node/12?key=1").find("key"), std::string::npos);
}

// An address in other letters, or with a full stop at its end, is the same address.
TEST(LinkReach, ReadsAHostAsItIsLookedUp) {
  for (const char* link : {"http://１２７.0.0.1/x", "http://127。0。0。1/x", "http://10.0.0.1./x",
                           "http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/x"}) {
    EXPECT_NE(why_out_of_reach(link).find("a private address"), std::string::npos) << link;
  }
  for (const char* link : {"http://ｌｏｃａｌｈｏｓｔ/x", "http://cms．local/x"}) {
    EXPECT_NE(why_out_of_reach(link).find("an inner network"), std::string::npos) << link;
  }
  EXPECT_EQ(why_out_of_reach("https://bücher.example/x"), "");
}

TEST(LinkReach, SaysNothingAgainstPublicNames) {
  for (const char* link :
       {"https://www.example.gov.uk/1", "http://example.org:8080/", "https://8.8.8.8/",
        "https://[2606:4700::1111]/", "https://xn--bcher-kva.example/", "https://council.wales/x",
        "https://localhost.example.org/", "", "mailto:a@b.c", "/relative"}) {
    EXPECT_EQ(why_out_of_reach(link), "") << link;
  }
}

}  // namespace
}  // namespace crier
