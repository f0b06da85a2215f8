#include "publish/stale.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

Delivery waiting(const std::string& title, std::optional<Error> error = std::nullopt) {
  Delivery delivery;
  delivery.account = {"town-hall"};
  delivery.item_title = title;
  delivery.error = std::move(error);
  return delivery;
}

bool says(const Delivery& delivery, const std::vector<Delivery>& open, const std::string& words) {
  return why_stale(delivery, open).message.find(words) != std::string::npos;
}

TEST(Stale, SaysWhyItWaited) {
  const Error down{ErrorKind::unavailable, "the server answered 500"};
  EXPECT_TRUE(says(waiting("Librarian", down), {}, "It waited because: the server answered 500"));
}

TEST(Stale, SaysWhatStoodBeforeAPostThatNeverHadItsTurn) {
  const Error down{ErrorKind::unavailable, "the server answered 500"};
  const Delivery librarian = waiting("Librarian");
  EXPECT_TRUE(says(librarian, {waiting("Bad", down), librarian}, "“Bad” stood before it"));
  EXPECT_TRUE(says(librarian, {librarian}, "no run had room for it"));
  Delivery elsewhere = waiting("Bad", down);
  elsewhere.account = {"noticeboard"};
  EXPECT_FALSE(says(librarian, {elsewhere, librarian}, "Bad")) << "of another account";
}

}  // namespace
}  // namespace crier
