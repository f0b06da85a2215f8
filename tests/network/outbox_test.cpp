#include "network/outbox/outbox.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(Outbox, RehearsesAnotherNetworksLimit) {
  const OutboxNetwork network;
  Account account;
  EXPECT_EQ(network.rules(account, {}).limit, 500U);
  account.settings["max_characters"] = "300";
  EXPECT_EQ(network.rules(account, {}).limit, 300U);
  for (const char* odd : {"0", "-1", "many", "", "99999999999999999999999"}) {
    account.settings["max_characters"] = odd;
    EXPECT_EQ(network.rules(account, {}).limit, 500U) << odd;
  }
}

TEST(Outbox, WritesAndReadsItsAddresses) {
  for (const char* path : {"/srv/outbox.jsonl", "/a b/100%/what?/x#y.jsonl", "/é/%41.jsonl"}) {
    for (const char* id : {"", "0123", "a b&c=%"}) {
      const auto address = parse_outbox_address(outbox_address(path, id));
      ASSERT_TRUE(address);
      EXPECT_EQ(address->file, path);
      EXPECT_EQ(address->id, id);
    }
  }
  EXPECT_FALSE(parse_outbox_address("https://www.example.gov.uk/"));
  EXPECT_FALSE(parse_outbox_address("outbox:/srv/x?page=1"));
}

TEST(Outbox, WritesAndReadsTheAddressOfAnAccountsPosts) {
  const auto address = parse_outbox_address(outbox_list_address("/a b/what?", {"notice&board"}));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->file, "/a b/what?");
  EXPECT_EQ(address->account, "notice&board");
  EXPECT_TRUE(address->id.empty());
}

}  // namespace
}  // namespace crier
