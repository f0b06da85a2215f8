// Where CurlClient lets itself be led by what strangers write.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <vector>

#include "http/requests.h"

namespace crier {
namespace {

Request public_get(const std::string& url) {
  Request request = get(url);
  request.public_only = true;
  request.follow_redirects = true;
  return request;
}

std::string refusal(HttpClient& client, const Request& request) {
  const auto response = fetch(client, request);
  if (response) return "it was let through";
  EXPECT_EQ(response.error().kind, ErrorKind::invalid);
  return response.error().message;
}

TEST(CurlClient, AsksNoPrivateAddressForWhatMustBePublic) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("secret"); });
  const std::string port = server.url("").substr(17);
  CurlOptions named = options();
  named.resolve = {"innocent.example.org:" + port + ":127.0.0.1"};
  CurlClient client(named);
  for (const std::string& url :
       {server.url("/"), "http://localhost:" + port + "/", "http://2130706433:" + port + "/",
        "http://0177.0.0.1:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/",
        "http://0.0.0.0:" + port + "/", "http://innocent.example.org:" + port + "/"}) {
    const std::string why = refusal(client, public_get(url));
    EXPECT_NE(why.find("private address"), std::string::npos) << url << ": " << why;
    EXPECT_NE(why.find("allow_private_addresses = true"), std::string::npos) << why;
  }
  const std::string cloud = refusal(client, public_get("http://169.254.169.254/latest/meta-data/"));
  EXPECT_NE(cloud.find("169.254.169.254"), std::string::npos) << cloud;
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlClient, RedirectsToAPrivateAddressAreNotFollowed) {
  LoopbackServer server([](const std::string& request) {
    return redirect(302, asks_for(request, "/cloud") ? "http://169.254.169.254/latest/meta-data/"
                                                     : "http://127.0.0.2:9/");
  });
  CurlOptions open = options();
  open.counts_as_public = {"127.0.0.1"};
  CurlClient client(open);
  EXPECT_NE(refusal(client, public_get(server.url("/cloud"))).find("leads to 169.254.169.254"),
            std::string::npos);
  EXPECT_NE(refusal(client, public_get(server.url("/"))).find("leads to 127.0.0.2"),
            std::string::npos);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(CurlClient, UsesNoKeptConnectionToAPrivateAddressForWhatMustBePublic) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  ASSERT_TRUE(fetch(client, get(server.url("/feed"))).has_value());
  EXPECT_NE(refusal(client, public_get(server.url("/picture"))).find("private address"),
            std::string::npos);
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(fetch(client, get(server.url("/feed"))).has_value()) << "others go on";
}

/// As a feed is asked for: its address stands in feeds.toml.
Request named_get(const std::string& url) {
  Request request = public_get(url);
  request.named_by_operator = url;
  return request;
}

TEST(CurlClient, AsksThePrivateAddressThatTheOperatorNamesAndFollowsItNoFurther) {
  LoopbackServer other([](const std::string&) { return LoopbackServer::ok("secret"); });
  LoopbackServer server([&](const std::string& request) {
    if (asks_for(request, "/moved")) return redirect(301, "/feed");
    if (asks_for(request, "/away")) return redirect(302, other.url("/"));
    if (asks_for(request, "/cloud")) return redirect(302, "http://169.254.169.254/latest/");
    return LoopbackServer::ok("feed");
  });
  CurlOptions named = options();
  const std::string port = server.url("").substr(17);
  named.resolve = {"intranet.example.org:" + port + ":127.0.0.1"};
  CurlClient client(named);
  for (const char* path : {"/feed", "/moved"}) {
    const auto response = fetch(client, named_get(server.url(path)));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->body, "feed");
  }
  EXPECT_TRUE(fetch(client, named_get("http://intranet.example.org:" + port + "/")).has_value());
  for (const char* path : {"/away", "/cloud"}) {
    const std::string why = refusal(client, named_get(server.url(path)));
    EXPECT_NE(why.find("private address"), std::string::npos) << path << ": " << why;
  }
  // What a ledger remembers of an earlier redirect is not what feeds.toml names.
  Request remembered = named_get(server.url("/feed"));
  remembered.named_by_operator = "https://www.example.org/feed";
  EXPECT_NE(refusal(client, remembered).find("private address"), std::string::npos);
  EXPECT_EQ(other.connections(), 0);
}

TEST(CurlClient, LetsAProxyLeadAFeedToNoPrivateName) {
  LoopbackServer proxy([](const std::string& request) {
    if (request.starts_with("GET http://feeds.example.org/public "))
      return redirect(302, "http://other.example.org/");
    if (request.starts_with("GET http://feeds.example.org/private "))
      return redirect(302, "http://10.0.0.7/");
    if (request.starts_with("GET http://feeds.example.org/short "))
      return redirect(302, "http://intranet/");
    return LoopbackServer::ok("by proxy");
  });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CurlClient client(options());
  const auto followed = fetch(client, named_get("http://feeds.example.org/public"));
  const std::string literal = refusal(client, named_get("http://feeds.example.org/private"));
  const std::string brief = refusal(client, named_get("http://feeds.example.org/short"));
  ::unsetenv("http_proxy");
  ASSERT_TRUE(followed.has_value()) << followed.error().message;
  EXPECT_EQ(followed->body, "by proxy");
  EXPECT_NE(literal.find("private address"), std::string::npos) << literal;
  EXPECT_NE(brief.find("private address"), std::string::npos) << brief;
  EXPECT_EQ(proxy.requests().size(), 4U);
}

// A proxy looks names up by itself, so names that are private by themselves are not given to it, in
// whatever way they are written; the message names them and not the proxy.
TEST(CurlClient, GivesAProxyNoNameOfAnInnerNetwork) {
  std::string leads_to;
  LoopbackServer proxy([&](const std::string& request) {
    if (request.starts_with("GET http://feeds.example.org/")) return redirect(302, leads_to);
    return LoopbackServer::ok("secret");
  });
  const std::map<std::string, std::string> cases{
      {"http://hr.council.local/x", "leads to hr.council.local,"},
      {"http://hr.council.internal./x", "leads to hr.council.internal.,"},
      {"http://nas.lan/", "leads to nas.lan,"},
      {"http://127.0.0.1./x", "leads to 127.0.0.1.,"}};
  // Some a libcurl refuses by itself, where it cannot read letters of this locale.
  const std::vector<std::string> in_other_letters{"http://127。0。0。1/x", "http://１２７.0.0.1/x",
                                                  "http://cms．local/x"};
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CurlClient client(options());
  const Request feed = named_get("http://feeds.example.org/feed");
  for (const auto& [address, said] : cases) {
    leads_to = address;
    const std::string why = refusal(client, feed);
    EXPECT_NE(why.find(said), std::string::npos) << why;
    EXPECT_EQ(why.find("leads to 127.0.0.1, "), std::string::npos) << "that is the proxy: " << why;
  }
  for (const std::string& address : in_other_letters) {
    leads_to = address;
    EXPECT_NE(refusal(client, feed), "it was let through") << address;
  }
  ::unsetenv("http_proxy");
  EXPECT_EQ(proxy.requests().size(), cases.size() + in_other_letters.size())
      << "each was asked for the feed, and no more";
}

// Whether a proxy is asked is told by the settings: it may have the port of what it is asked for,
// and a public address.
TEST(CurlClient, KnowsAProxyThatHasThePortOfWhatItIsAskedFor) {
  std::string leads_to;
  LoopbackServer proxy([&](const std::string& request) {
    if (request.starts_with("GET http://feeds.example.org/")) return redirect(302, leads_to);
    return LoopbackServer::ok("by proxy");
  });
  const std::string port = proxy.url("").substr(17);
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CurlOptions named = options();
  named.counts_as_public = {"127.0.0.1"};
  CurlClient public_proxy(named);
  leads_to = "http://hr.council.local:" + port + "/";
  const std::string why = refusal(public_proxy, named_get("http://feeds.example.org/feed"));
  CurlClient private_proxy(options());
  leads_to = "http://other.example.org:" + port + "/";
  const auto followed = fetch(private_proxy, named_get("http://feeds.example.org/feed"));
  ::unsetenv("http_proxy");
  EXPECT_NE(why.find("leads to hr.council.local,"), std::string::npos) << why;
  ASSERT_TRUE(followed.has_value()) << followed.error().message;
  EXPECT_EQ(followed->body, "by proxy");
}

// What no_proxy exempts is asked directly: there the address counts, and not the name.
TEST(CurlClient, JudgesByItsAddressWhatNoProxyExempts) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("secret"); });
  const std::string port = server.url("").substr(17);
  LoopbackServer proxy([&](const std::string&) {
    return redirect(302, "http://innocent.example.org:" + port + "/");
  });
  CurlOptions named = options();
  named.resolve = {"innocent.example.org:" + port + ":127.0.0.1"};
  CurlClient client(named);
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  ::setenv("no_proxy", "innocent.example.org", 1);
  const std::string why = refusal(client, named_get("http://feeds.example.org/feed"));
  ::unsetenv("http_proxy");
  ::unsetenv("no_proxy");
  EXPECT_NE(why.find("leads to 127.0.0.1,"), std::string::npos) << why;
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlClient, AsksNoProxyForWhatMustBePublic) {
  LoopbackServer proxy([](const std::string&) { return LoopbackServer::ok("by proxy"); });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CurlClient client(options());
  const std::string why = refusal(client, public_get("http://127.0.0.1:9/"));
  ::unsetenv("http_proxy");
  EXPECT_NE(why.find("private address"), std::string::npos) << why;
  EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace crier
