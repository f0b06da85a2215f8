#include "oauth/dpop.h"

#include <gtest/gtest.h>

#include <set>

#include "oauth/jwt.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

class Dpop : public testing::Test {
 protected:
  const Secret key = make_p256_key();
  FakeClock clock;
  SeededRandom random;

  Jwt proof(const DpopClaims& claims) {
    const auto text = dpop_proof(key, claims, clock.now(), random);
    EXPECT_TRUE(text.has_value());
    const auto jwt = read_jwt(text.value_or(""));
    EXPECT_TRUE(jwt.has_value());
    return jwt.value_or(Jwt{});
  }
  static Response answer(int status, Headers headers, std::string body = "") {
    Response response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = std::move(body);
    return response;
  }
};

TEST_F(Dpop, ProvesARequestAsRfc9449Wants) {
  const Jwt jwt = proof({Method::post, "https://as.example/token", "server-nonce", {}});
  EXPECT_EQ(jwt.header["typ"], "dpop+jwt");
  EXPECT_EQ(jwt.header["alg"], "ES256");
  EXPECT_EQ(jwt.header["jwk"]["kty"], "EC");
  EXPECT_EQ(jwt.header["jwk"]["crv"], "P-256");
  EXPECT_EQ(jwt.claims["htm"], "POST");
  EXPECT_EQ(jwt.claims["htu"], "https://as.example/token");
  EXPECT_EQ(jwt.claims["iat"], 1'772'442'000);
  EXPECT_EQ(jwt.claims["nonce"], "server-nonce");
  EXPECT_GE(jwt.claims["jti"].get<std::string>().size(), 16U);
}

TEST_F(Dpop, IsSignedWithTheKeyItShowsAsOpenSslSees) {
  // Numbers with leading zeros are cut short by a wrong conversion, in one signature of 256.
  for (int round = 0; round < 300; ++round) {
    const Jwt jwt = proof({Method::get, "https://pds.example/xrpc/x", "", {}});
    ASSERT_EQ(jwt.signature.size(), 64U);
    ASSERT_TRUE(is_signed_by(jwt.header["jwk"], jwt.signed_text, jwt.signature)) << round;
  }
  Jwt jwt = proof({Method::get, "https://pds.example/xrpc/x", "", {}});
  jwt.signature[40] = static_cast<char>(jwt.signature[40] ^ 1);
  EXPECT_FALSE(is_signed_by(jwt.header["jwk"], jwt.signed_text, jwt.signature));
}

TEST_F(Dpop, ShowsThePublicHalfOnly) {
  const Jwt jwt = proof({Method::get, "https://pds.example/", "", {}});
  EXPECT_EQ(jwt.header["jwk"].size(), 4U);
  EXPECT_FALSE(jwt.header["jwk"].contains("d"));
  for (const bool for_signing : {false, true}) {
    const auto jwk = nlohmann::json::parse(public_jwk(key, for_signing).value_or("{}"));
    EXPECT_FALSE(jwk.contains("d"));
    EXPECT_EQ(jwk["x"], jwt.header["jwk"]["x"]);
    EXPECT_EQ(jwk.contains("kid"), for_signing);
  }
}

TEST_F(Dpop, IsBoundToTheAccessTokenWhereOneGoesAlong) {
  const Jwt bound = proof({Method::get, "https://pds.example/", "", Secret("the-token")});
  EXPECT_EQ(bound.claims["ath"], base64url(sha256("the-token")));
  const Jwt unbound = proof({Method::post, "https://as.example/token", "", {}});
  EXPECT_FALSE(unbound.claims.contains("ath"));
  EXPECT_FALSE(unbound.claims.contains("nonce"));
}

TEST_F(Dpop, LeavesQueryAndFragmentOutOfTheAddress) {
  for (const char* url : {"https://pds.example/xrpc/a?repo=did:plc:x&n=1",
                          "https://pds.example/xrpc/a#here", "https://pds.example/xrpc/a"}) {
    EXPECT_EQ(proof({Method::get, url, "", {}}).claims["htu"], "https://pds.example/xrpc/a");
  }
}

TEST_F(Dpop, IsAnotherOneEachTime) {
  std::set<std::string> seen;
  for (int round = 0; round < 50; ++round) {
    seen.insert(proof({Method::get, "https://pds.example/", "", {}}).claims["jti"]);
  }
  EXPECT_EQ(seen.size(), 50U);
}

TEST_F(Dpop, ProvesNothingWithADamagedKey) {
  for (const char* pem : {"", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n"}) {
    EXPECT_FALSE(dpop_proof(Secret(pem), {}, clock.now(), random).has_value());
    EXPECT_FALSE(client_assertion(Secret(pem), "c", "a", clock.now(), random).has_value());
    EXPECT_FALSE(public_jwk(Secret(pem), true).has_value());
    EXPECT_FALSE(jwk_thumbprint(Secret(pem)).has_value());
  }
}

TEST_F(Dpop, NamesAKeyByItsThumbprint) {
  const auto jwk = nlohmann::json::parse(public_jwk(key, false).value_or("{}"));
  // RFC 7638 section 3: the four members in this order, without white space.
  const std::string canonical = R"({"crv":"P-256","kty":"EC","x":")" + jwk["x"].get<std::string>() +
                                R"(","y":")" + jwk["y"].get<std::string>() + R"("})";
  EXPECT_EQ(jwk_thumbprint(key), base64url(sha256(canonical)));
  EXPECT_EQ(nlohmann::json::parse(*public_jwk(key, true))["kid"], *jwk_thumbprint(key));
}

TEST_F(Dpop, ProvesAClientForAMinuteAtOneServer) {
  const auto jwt = read_jwt(*client_assertion(key, "https://site.example/client-metadata.json",
                                              "https://as.example", clock.now(), random));
  ASSERT_TRUE(jwt.has_value());
  EXPECT_EQ(jwt->claims["iss"], "https://site.example/client-metadata.json");
  EXPECT_EQ(jwt->claims["sub"], jwt->claims["iss"]);
  EXPECT_EQ(jwt->claims["aud"], "https://as.example");
  EXPECT_EQ(jwt->claims["exp"].get<long>() - jwt->claims["iat"].get<long>(), 60);
  EXPECT_EQ(jwt->header["kid"], *jwk_thumbprint(key));
  EXPECT_TRUE(is_signed_by(nlohmann::json::parse(*public_jwk(key, true)), jwt->signed_text,
                           jwt->signature));
}

TEST_F(Dpop, TakesANonceFromAnyAnswerButNoneThatIsNone) {
  EXPECT_EQ(dpop_nonce(answer(200, {{"dpop-nonce", "n1"}})), "n1");
  EXPECT_EQ(dpop_nonce(answer(500, {{"DPoP-Nonce", "n2"}})), "n2");
  EXPECT_EQ(dpop_nonce(answer(200, {})), "");
  for (const std::string& bad :
       {std::string("two words"), std::string("caf\xc3\xa9"), std::string(1025, 'x')}) {
    EXPECT_EQ(dpop_nonce(answer(200, {{"DPoP-Nonce", bad}})), "");
  }
}

TEST_F(Dpop, SignsAgainOn400OfAnAuthorizationServerAnd401OfAResource) {
  const Headers nonce = {{"DPoP-Nonce", "n"}};
  const std::string body = R"({"error":"use_dpop_nonce"})";
  const Headers asks = {{"DPoP-Nonce", "n"}, {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""}};
  EXPECT_TRUE(wants_dpop_nonce(answer(400, nonce, body)));
  EXPECT_TRUE(wants_dpop_nonce(answer(401, asks)));
  EXPECT_TRUE(wants_dpop_nonce(answer(401, nonce, body)));
  EXPECT_FALSE(wants_dpop_nonce(answer(400, {}, body))) << "there is no nonce to sign with";
  EXPECT_FALSE(wants_dpop_nonce(answer(200, asks, body)));
  EXPECT_FALSE(wants_dpop_nonce(answer(400, nonce, R"({"error":"invalid_grant"})")));
  EXPECT_FALSE(wants_dpop_nonce(answer(401, nonce, R"({"error":"InvalidToken"})")));
  EXPECT_FALSE(wants_dpop_nonce(answer(400, nonce, "<html>")));
}

}  // namespace
}  // namespace crier
