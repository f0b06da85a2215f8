#include "http/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace crier {
namespace {

TEST(Address, KnowsWhatIsNotOfThePublicInternet) {
  for (const char* text : {"127.0.0.1",
                           "127.255.255.254",
                           "0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "100.127.255.255",
                           "192.0.2.1",
                           "198.18.0.1",
                           "198.51.100.7",
                           "203.0.113.9",
                           "224.0.0.251",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1",
                           "fe80::1%eth0",
                           "fc00::1",
                           "fd12:3456::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:169.254.169.254",
                           "::127.0.0.1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1",
                           "not an address",
                           ""}) {
    EXPECT_FALSE(is_public_address(std::string_view(text))) << text;
  }
  for (const char* text : {"1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.255.255",
                           "172.32.0.1", "169.253.255.255", "2606:4700::1111", "2a00:1450::1",
                           "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"}) {
    EXPECT_TRUE(is_public_address(std::string_view(text))) << text;
  }
}

// Whoever looks a name up never finds a public site under these.
TEST(Address, TellsSomeHostsByTheirNamesAlone) {
  for (const char* host : {"localhost", "intranet", "intranet.", "intranet..", "printer.localhost",
                           "hr.council.local", "HR.Council.Local.", "a.internal", "nas.lan",
                           "a.corp", "a.home", "a.home.arpa", "a.intranet", "a.invalid", ""}) {
    EXPECT_EQ(reach_of(host), HostReach::inner_name) << host;
  }
  for (const char* host : {"10.0.0.7", "127.0.0.1", "127.0.0.1.", "127.1", "0x7f.1", "0x7F000001.",
                           "2130706433", "[::1]", "[fe80::1]"}) {
    EXPECT_EQ(reach_of(host), HostReach::private_address) << host;
  }
  for (const char* host :
       {"www.example.gov.uk", "www.example.gov.uk.", "1.1.1.1", "1.1.1.1.", "[2606:4700::1111]",
        "localhost.uk", "local.example.org", "0x.example.org", "xn--bcher-kva.example"}) {
    EXPECT_EQ(reach_of(host), HostReach::anywhere) << host;
  }
}

// Resolvers map a name's letters before they look it up (UTS 46), so what it leads to is judged by
// what they make of it.
TEST(Address, ReadsAHostInOtherLettersAsAResolverDoes) {
  for (const char* host : {"１２７.0.0.1", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "１２７.1",
                           "①②⑦.0.0.1", "０ｘ７ｆ.1", "1.1.1.１０００"}) {
    EXPECT_EQ(reach_of(host), HostReach::private_address) << host;
  }
  for (const char* host : {"ｌｏｃａｌｈｏｓｔ", "lo\u00ADcalhost", "lo\u200Bcalhost。",
                           "cms．local", "cms。ｌａｎ"}) {
    EXPECT_EQ(reach_of(host), HostReach::inner_name) << host;
  }
  for (const char* host : {"bücher.example", "例え。テスト", "１.1.1.1", "caf\xE9.example"}) {
    EXPECT_EQ(reach_of(host), HostReach::anywhere) << host;
  }
}

TEST(Address, KnowsAPlaceByHostAndPort) {
  EXPECT_TRUE(is_same_place("http://WWW.example.org/a", "https://www.example.org/b?c"));
  EXPECT_TRUE(is_same_place("http://10.0.0.7:8080/a", "http://10.0.0.7:8080"));
  EXPECT_FALSE(is_same_place("http://10.0.0.7:8080/", "http://10.0.0.7/"));
  EXPECT_FALSE(is_same_place("http://a.example.org/", "http://b.example.org/"));
  EXPECT_FALSE(is_same_place("", ""));
}

TEST(Address, ReadsWhatASocketConnectsTo) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  ASSERT_EQ(inet_pton(AF_INET6, "::ffff:10.0.0.1", &address.sin6_addr), 1);
  const auto& generic = reinterpret_cast<const sockaddr&>(address);
  EXPECT_FALSE(is_public_address(generic));
  EXPECT_EQ(written(generic), "::ffff:10.0.0.1");
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(is_public_address(local));
}

}  // namespace
}  // namespace crier
