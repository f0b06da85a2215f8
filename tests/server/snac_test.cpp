#include <gtest/gtest.h>

#include "core/url.h"
#include "oauth/revoke.h"
#include "server/snac_room.h"

namespace crier {
namespace {

using SNAC = SnacRoom;

TEST_F(SNAC, SignsInTellsWhoItIsAndSignsOut) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->handle, "@alice@" + server.substr(std::string_view("http://").size()));
  EXPECT_FALSE(credentials->account_id.empty());

  const auto who = [&] {
    const auto answer = ask(*identity_request(*credentials, random));
    return answer ? read_identity(*answer, *credentials, clock.now()) : Failure(answer.error());
  };
  ASSERT_TRUE(who().has_value());
  EXPECT_EQ(who()->account_id, credentials->account_id);

  const auto revocation = revocation_request(*credentials, SysTime{}, random);
  ASSERT_TRUE(revocation.has_value());
  const auto revoked = ask(*revocation);
  ASSERT_TRUE(revoked.has_value()) << revoked.error().message;
  EXPECT_EQ(revoked->status, 200);
  const auto after = who();
  ASSERT_FALSE(after.has_value());
  EXPECT_EQ(after.error().kind, ErrorKind::unauthorized);
}

TEST_F(SNAC, SignsInAgainWithTheSameRegistration) {
  const auto first = sign_in();
  ASSERT_TRUE(first.has_value()) << first.error().message;
  const auto second = sign_in(*first);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->client_id, first->client_id);
}

TEST_F(SNAC, IsRefusedWithAWrongPassword) {
  password += "x";
  EXPECT_FALSE(sign_in().has_value());
}

}  // namespace
}  // namespace crier
