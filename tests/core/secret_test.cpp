#include "core/secret.h"

#include <gtest/gtest.h>

#include <sstream>

namespace crier {
namespace {

TEST(Secret, PrintsAsStarsWhereverItIsPrinted) {
  const Secret token("correct horse");
  std::ostringstream out;
  out << token;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(fmt::format("{} {:>5}", token, token), "***   ***");
}

TEST(Secret, GivesItsTextOnlyWhenAsked) {
  EXPECT_EQ(Secret("correct horse").reveal(), "correct horse");
  EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace crier
