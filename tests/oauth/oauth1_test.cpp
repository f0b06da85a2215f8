#include "oauth/oauth1.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "oauth/crypto.h"

namespace crier {
namespace {

Request post(const std::string& url) {
  Request request;
  request.method = Method::post;
  request.url = url;
  return request;
}

Request form_post(const std::string& url, const std::string& body) {
  Request request = post(url);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = body;
  return request;
}

std::string header_of(const Request& request) {
  return std::string(find_header(request.headers, "Authorization").value_or(""));
}

std::string signature_of(std::string_view secrets, const std::string& base) {
  return base64(hmac_sha1(Secret(std::string(secrets)), base));
}

// The values of RFC 5849 section 1.2, "temporary credentials".
TEST(OAuth1, SignsTheFirstRequestOfRfc5849AsItDoes) {
  const std::string base =
      oauth1_base_string(post("https://photos.example.net/initiate"),
                         {{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
                          {"oauth_signature_method", "HMAC-SHA1"},
                          {"oauth_timestamp", "137131200"},
                          {"oauth_nonce", "wIjqoS"},
                          {"oauth_callback", "http://printer.example.com/ready"}});
  EXPECT_EQ(signature_of("kd94hf93k423kf44&", base), "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
}

// The same, "protected resource": its query is signed.
TEST(OAuth1, SignsTheQueryAsRfc5849Does) {
  Request request;
  request.url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
  const std::string base = oauth1_base_string(request, {{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
                                                        {"oauth_token", "nnch734d00sl2jdk"},
                                                        {"oauth_signature_method", "HMAC-SHA1"},
                                                        {"oauth_timestamp", "137131202"},
                                                        {"oauth_nonce", "chapoH"}});
  EXPECT_EQ(signature_of("kd94hf93k423kf44&pfkkdhi9sl3r4s00", base),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
}

// The values of X's page "Creating a signature" (docs.x.com, OAuth 1.0a, read 2026-08).
TEST(OAuth1, SignsAsXDocuments) {
  const Request request = sign_oauth1(
      form_post("https://api.x.com/1.1/statuses/update.json?include_entities=true",
                "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"),
      {"xvz1evFS4wEEPTGEFPHBog", Secret("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
       "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
       Secret("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE")},
      {}, SysTime{std::chrono::seconds{1'318'622'958}},
      "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg");
  EXPECT_NE(header_of(request).find("oauth_signature=\"Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D\""),
            std::string::npos)
      << header_of(request);
  EXPECT_NE(header_of(request).find("oauth_timestamp=\"1318622958\""), std::string::npos);
}

TEST(OAuth1, EncodesEveryOddCharacterOnceInAValueAndOnceMoreInTheBaseString) {
  // Kerbside "Grüße" ~ ( ) * ' ! & = % + and a name of two words with an umlaut.
  const Request request =
      form_post("https://api.example/a%20b/c~d",
                "bin+name%C3%BC=Gr%C3%BC%C3%9Fe+~%28%29%2A%27%21%26%3D%25%2B&empty=&bare");
  EXPECT_EQ(oauth1_base_string(request, {}),
            "POST&https%3A%2F%2Fapi.example%2Fa%2520b%2Fc~d&"
            "bare%3D%26"
            "bin%2520name%25C3%25BC%3DGr%25C3%25BC%25C3%259Fe%2520~%2528%2529%252A%2527%2521%2526"
            "%253D%2525%252B%26empty%3D");
}

TEST(OAuth1, SortsByNameAndThenByValueAndKeepsDoubles) {
  Request request;
  request.url = "https://api.example/x?b=2&a=z&b=10&a=z&a=%C3%BC";
  EXPECT_EQ(oauth1_base_string(request, {{"a-b", "1"}}),
            "GET&https%3A%2F%2Fapi.example%2Fx&"
            "a%3D%25C3%25BC%26a%3Dz%26a%3Dz%26a-b%3D1%26b%3D10%26b%3D2");
}

TEST(OAuth1, WritesSchemeAndHostSmallAndLeavesOutAPortThatGoesWithoutSaying) {
  Request request;
  for (const char* url : {"HTTPS://API.Example:443/Path", "https://api.example/Path#fragment",
                          "https://api.example/Path?"}) {
    request.url = url;
    EXPECT_EQ(oauth1_base_string(request, {}), "GET&https%3A%2F%2Fapi.example%2FPath&") << url;
  }
  request.url = "http://127.0.0.1:8080";
  EXPECT_EQ(oauth1_base_string(request, {}), "GET&http%3A%2F%2F127.0.0.1%3A8080%2F&");
}

TEST(OAuth1, DoesNotSignAJsonBody) {
  Request request = post("https://api.x.com/2/tweets");
  const std::string without = oauth1_base_string(request, {});
  request.headers = {{"Content-Type", "application/json"}};
  request.body = R"({"text":"a=b&c=d"})";
  EXPECT_EQ(oauth1_base_string(request, {}), without);
}

TEST(OAuth1, SignsTheQueryOfAMultipartRequestAndNotItsParts) {
  Request request = post("https://api.x.com/2/media/upload?media_category=tweet_image");
  // A Content-Type that says otherwise does not make the parts a form.
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.parts = {{"media", "status=1&b=2", "a.png", "image/png"}};
  request.body = "not=sent";
  EXPECT_EQ(oauth1_base_string(request, {}),
            "POST&https%3A%2F%2Fapi.x.com%2F2%2Fmedia%2Fupload&media_category%3Dtweet_image");
}

TEST(OAuth1, KnowsAFormByItsTypeWhateverItsCaseAndParameters) {
  for (const char* type :
       {"Application/X-WWW-Form-URLEncoded", "application/x-www-form-urlencoded ; charset=utf-8"}) {
    Request request = post("https://api.example/");
    request.headers = {{"content-type", type}};
    request.body = "a=b";
    EXPECT_EQ(oauth1_base_string(request, {}), "POST&https%3A%2F%2Fapi.example%2F&a%3Db") << type;
  }
}

TEST(OAuth1, ReplacesWhatSignedBeforeAndFollowsNoRedirect) {
  Request request = post("https://api.example/");
  request.headers = {{"authorization", "OAuth of an earlier try"}};
  request.follow_redirects = true;
  request = sign_oauth1(std::move(request), {"key", Secret("s"), "token", Secret("t")}, {},
                        SysTime{}, "once");
  EXPECT_EQ(std::ranges::count_if(request.headers,
                                  [](const Header& header) {
                                    return header.name == "Authorization" ||
                                           header.name == "authorization";
                                  }),
            1);
  EXPECT_EQ(header_of(request).find("earlier"), std::string::npos);
  EXPECT_FALSE(request.follow_redirects);
}

TEST(OAuth1, LeavesTheTokenOutWhileThereIsNone) {
  const Request request =
      sign_oauth1(post("https://api.example/oauth/request_token"), {"key", Secret("s"), "", {}},
                  {{"oauth_callback", "oob"}}, SysTime{}, "once");
  EXPECT_EQ(header_of(request).find("oauth_token="), std::string::npos);
  EXPECT_NE(header_of(request).find("oauth_callback=\"oob\""), std::string::npos);
}

TEST(OAuth1, ShowsNoSecretInTheHeader) {
  const std::string header = header_of(sign_oauth1(
      post("https://api.example/"),
      {"key", Secret("consumer-secret"), "token", Secret("token-secret")}, {}, SysTime{}, "once"));
  EXPECT_EQ(header.find("consumer-secret"), std::string::npos);
  EXPECT_EQ(header.find("token-secret"), std::string::npos);
}

}  // namespace
}  // namespace crier
