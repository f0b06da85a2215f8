#include "core/hash.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

// The ledger keeps these numbers: an upgrade that changed them would announce everything again.
TEST(Hash, StaysTheSameFromVersionToVersion) {
  EXPECT_EQ(hash_hex(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hash64("", 0), 0x2d06800538d394c2ULL);
}

TEST(Hash, DependsOnTextAndSeed) {
  EXPECT_NE(hash64("bins", 1), hash64("bins", 2));
  EXPECT_NE(hash64("bins", 1), hash64("roads", 1));
  EXPECT_NE(hash_hex("bins"), hash_hex("roads"));
  EXPECT_EQ(hash_hex("bins").size(), 32U);
}

}  // namespace
}  // namespace crier
