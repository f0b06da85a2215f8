#include "oauth/atproto_identity.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace crier {
namespace {

constexpr const char* did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
constexpr const char* handle = "council.example.gov.uk";

nlohmann::json document() {
  return {{"id", did},
          {"alsoKnownAs", {"at://council.example.gov.uk"}},
          {"service",
           {{{"id", "#atproto_pds"},
             {"type", "AtprotoPersonalDataServer"},
             {"serviceEndpoint", "https://pds.example"}}}}};
}

Result<DidDocument> read(const nlohmann::json& changed) {
  return read_did_document(changed.dump(), did, handle);
}

TEST(AtprotoIdentity, KnowsAHandleFromWhatIsNone) {
  for (const std::string& good :
       {std::string("council.example.gov.uk"), std::string("a.co"),
        std::string("xn--ber-goa.example"), std::string("1st-ward.example"),
        std::string("UPPER.Example"), std::string(63, 'a') + ".example"}) {
    EXPECT_TRUE(is_handle(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("council"), std::string(".example"), std::string("example."),
        std::string("a..example"), std::string("-a.example"), std::string("a-.example"),
        std::string("a.example.1st"), std::string("über.example"), std::string("a b.example"),
        std::string("a.example/x"), std::string("a.example:443"), std::string("@a.example"),
        std::string("a_b.example"), std::string("127.0.0.1"), std::string(64, 'a') + ".example",
        "a." + std::string(252, 'b')}) {
    EXPECT_FALSE(is_handle(bad)) << bad;
  }
}

TEST(AtprotoIdentity, ReadsADidFromTheWebsiteOrTheDns) {
  EXPECT_EQ(did_of_well_known(std::string(did) + "\r\n"), did);
  EXPECT_EQ(did_of_well_known(" did:web:council.example.gov.uk "),
            "did:web:council.example.gov.uk");
  EXPECT_EQ(did_of_txt("v=spf1 -all\ndid=" + std::string(did) + "\n"), did);
}

TEST(AtprotoIdentity, TakesNoPageForADid) {
  for (const char* page :
       {"", "<!doctype html>", "did:", "did:plc:", "did:plc:a b", "did:plc:a\ndid:plc:b",
        "did:plc:ü", "did:plc:a/../b", "did:plc:a?x", "did:web:a@b"}) {
    EXPECT_EQ(did_of_well_known(page), "") << page;
  }
  EXPECT_EQ(did_of_well_known("did:plc:" + std::string(5000, 'a')).size() <= 2048, true);
}

TEST(AtprotoIdentity, TakesNoDnsThatSaysTwoThings) {
  EXPECT_EQ(did_of_txt("did=did:plc:aaaa\ndid=did:plc:bbbb"), "");
  EXPECT_EQ(did_of_txt("did=did:plc:aaaa\ndid=did:plc:aaaa"), "did:plc:aaaa");
  EXPECT_EQ(did_of_txt("did=did:plc:aaaa\ndid=nonsense"), "");
  EXPECT_EQ(did_of_txt("did:plc:aaaa"), "");
  EXPECT_EQ(did_of_txt(""), "");
}

TEST(AtprotoIdentity, KnowsWhereADocumentIs) {
  const std::string plc = "https://plc.directory";
  EXPECT_EQ(did_document_url(did, plc), plc + "/" + did);
  EXPECT_EQ(did_document_url("did:web:council.example.gov.uk", plc),
            "https://council.example.gov.uk/.well-known/did.json");
  EXPECT_EQ(did_document_url("did:web:pds.example%3A8443", plc),
            "https://pds.example:8443/.well-known/did.json");
}

TEST(AtprotoIdentity, LooksUpNoDidOfAnotherKindAndNoneThatLeadsAstray) {
  for (const char* bad :
       {"", "did:key:z6Mk", "did:web:", "did:web:a.example:path", "did:web:a.example%2Fpath",
        "did:web:a.example%3A1%3A2", "did:web:user%40a.example", "did:web:a.example:8443:x",
        "did:plc:a/../../x", "did:web:A.EXAMPLE:x", "https://evil.test"}) {
    const auto url = did_document_url(bad, "https://plc.directory");
    ASSERT_FALSE(url.has_value()) << bad << " -> " << *url;
    EXPECT_EQ(url.error().kind, ErrorKind::rejected);
  }
}

TEST(AtprotoIdentity, FindsTheServerOfAnAccountThatClaimsItsHandle) {
  const auto read_document = read(document());
  ASSERT_TRUE(read_document.has_value()) << read_document.error().message;
  EXPECT_EQ(read_document->pds, "https://pds.example");
  EXPECT_EQ(read_document->claimed_handle, handle);
  nlohmann::json other = document();
  other["alsoKnownAs"] = {"https://www.example.gov.uk", "at://old.example",
                          "at://COUNCIL.example.gov.uk"};
  other["service"][0]["id"] = std::string(did) + "#atproto_pds";
  other["service"][0]["serviceEndpoint"] = "https://PDS.example:443/";
  const auto also = read(other);
  ASSERT_TRUE(also.has_value()) << also.error().message;
  EXPECT_EQ(also->pds, "https://pds.example");
}

TEST(AtprotoIdentity, RefusesAnAccountThatDoesNotCallItselfByTheHandleAndSaysWhatItDoes) {
  nlohmann::json moved = document();
  moved["alsoKnownAs"] = {"at://council-news.example.gov.uk"};
  const auto refused = read(moved);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_NE(refused.error().message.find("@council-news.example.gov.uk"), std::string::npos);
  moved["alsoKnownAs"] = nlohmann::json::array();
  EXPECT_NE(read(moved).error().message.find("by no name"), std::string::npos);
}

TEST(AtprotoIdentity, RefusesTheDocumentOfAnother) {
  nlohmann::json other = document();
  other["id"] = "did:plc:another";
  EXPECT_EQ(read(other).error().kind, ErrorKind::rejected);
}

TEST(AtprotoIdentity, TakesTheFirstServerEntryAndNoneWithoutHttps) {
  for (const char* endpoint :
       {"http://pds.example", "https://user@pds.example", "file:///etc/passwd", "pds.example", "",
        "https://pds.example/ x", "javascript:alert(1)"}) {
    nlohmann::json changed = document();
    changed["service"][0]["serviceEndpoint"] = endpoint;
    changed["service"].push_back(document()["service"][0]);
    const auto refused = read(changed);
    ASSERT_FALSE(refused.has_value()) << endpoint;
    EXPECT_NE(refused.error().message.find("names no server"), std::string::npos);
  }
}

TEST(AtprotoIdentity, SurvivesHostileDocuments) {
  for (
      const std::string& body :
      {std::string(), std::string("[]"), std::string("null"), std::string("<html>"),
       std::string(R"({"id":["did:plc:x"]})"), std::string(100'000, '['),
       std::string(
           R"({"id":"did:plc:ewvi7nxzyoun6zhxrhs64oiz","alsoKnownAs":"at://a","service":{}})"),
       std::string(
           R"({"id":"did:plc:ewvi7nxzyoun6zhxrhs64oiz","alsoKnownAs":[1,null,{}],"service":[1,null]})")}) {
    EXPECT_FALSE(read_did_document(body, did, handle).has_value());
  }
  nlohmann::json long_name = document();
  long_name["alsoKnownAs"] = {"at://" + std::string(10'000, 'x') + "\x1b[2J"};
  const auto refused = read(long_name);
  ASSERT_FALSE(refused.has_value());
  EXPECT_LT(refused.error().message.size(), 600U);
  EXPECT_EQ(refused.error().message.find('\x1b'), std::string::npos);
}

TEST(AtprotoIdentity, TakesTheOneAuthorizationServerThatAServerNames) {
  const std::string pds = "https://pds.example";
  EXPECT_EQ(read_protected_resource(R"({"authorization_servers":["https://as.example"]})", pds),
            "https://as.example");
  for (const char* body : {"", "{}", R"({"authorization_servers":[]})",
                           R"({"authorization_servers":["https://a.example","https://b.example"]})",
                           R"({"authorization_servers":["http://as.example"]})",
                           R"({"authorization_servers":["https://as.example/path"]})",
                           R"({"authorization_servers":["https://as.example/"]})",
                           R"({"authorization_servers":"https://as.example"})",
                           R"({"authorization_servers":["https://user:pw@as.example"]})"}) {
    const auto server = read_protected_resource(body, pds);
    ASSERT_FALSE(server.has_value()) << body;
    EXPECT_NE(server.error().message.find("app-password"), std::string::npos);
  }
}

}  // namespace
}  // namespace crier
