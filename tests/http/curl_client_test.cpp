#include "http/curl_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "support/loopback_server.h"

namespace crier {
namespace {

using Reply = LoopbackServer::Reply;
using std::chrono::milliseconds;
using std::chrono::seconds;

CurlOptions options() { return {"crier-test/1", 64, 2, {}}; }

Request get(const std::string& url) {
  Request request;
  request.url = url;
  request.timeout = seconds{5};
  return request;
}

Request post(const std::string& url, const std::string& body) {
  Request request = get(url);
  request.method = Method::post;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  return request;
}

Reply redirect(int status, const std::string& to) {
  return {"HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + to +
              "\r\nContent-Length: 0\r\n\r\n",
          false, false};
}

bool asks_for(const std::string& request, const std::string& path) {
  return request.find(" " + path + " ") != std::string::npos;
}

TEST(CurlClient, GivesStatusHeadersAndBody) {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::ok("hello", "ETag: W/\"x:1,2\"\r\n"); });
  CurlClient client(options());
  const auto response = fetch(client, get(server.url("/")));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(find_header(response->headers, "etag"), std::optional<std::string_view>("W/\"x:1,2\""));
  EXPECT_EQ(response->moved_to, "");
}

TEST(CurlClient, NamesItselfAndSendsNoCookieAndNoReferrer) {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::ok("", "Set-Cookie: sid=1\r\n"); });
  CurlClient client(options());
  (void)fetch(client, get(server.url("/a")));
  (void)fetch(client, get(server.url("/b")));
  const std::string second = server.requests().at(1);
  EXPECT_NE(second.find("User-Agent: crier-test/1"), std::string::npos);
  EXPECT_EQ(second.find("Cookie:"), std::string::npos);
  EXPECT_EQ(second.find("Referer:"), std::string::npos);
}

TEST(CurlClient, KeepsTheConnectionForTheNextRequest) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  for (int i = 0; i < 5; ++i) (void)fetch(client, post(server.url("/"), "{}"));
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlClient, FollowsRedirectsOnlyWhenAsked) {
  LoopbackServer server([](const std::string& request) {
    return asks_for(request, "/old") ? redirect(301, "/new") : LoopbackServer::ok("here");
  });
  CurlClient client(options());
  Request request = get(server.url("/old"));
  EXPECT_EQ(fetch(client, request)->status, 301);
  request.follow_redirects = true;
  const auto followed = fetch(client, request);
  EXPECT_EQ(followed->body, "here");
  EXPECT_EQ(followed->moved_to, server.url("/new"));
  request.sign = true;
  EXPECT_EQ(fetch(client, request)->status, 301) << "a signed request follows none";
}

TEST(CurlClient, CallsNoMoveForGoodWhatWasATemporaryRedirect) {
  LoopbackServer server([](const std::string& request) {
    if (asks_for(request, "/a")) return redirect(301, "/b");
    return asks_for(request, "/b") ? redirect(302, "/c") : LoopbackServer::ok("here");
  });
  CurlClient client(options());
  Request request = get(server.url("/a"));
  request.follow_redirects = true;
  const auto response = fetch(client, request);
  EXPECT_EQ(response->final_url, server.url("/c"));
  EXPECT_EQ(response->moved_to, "");
}

TEST(CurlClient, EndsARedirectLoopAndRefusesOtherSchemes) {
  LoopbackServer server([](const std::string& request) {
    return asks_for(request, "/file") ? redirect(301, "file:///etc/passwd")
                                      : redirect(301, "/loop");
  });
  CurlClient client(options());
  for (const char* path : {"/loop", "/file"}) {
    Request request = get(server.url(path));
    request.follow_redirects = true;
    const auto response = fetch(client, request);
    ASSERT_FALSE(response.has_value()) << path;
    EXPECT_EQ(response.error().kind, ErrorKind::invalid);
  }
  const auto file = fetch(client, get("file:///etc/passwd"));
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().kind, ErrorKind::invalid);
}

TEST(CurlClient, StopsAtTheSizeLimit) {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::ok(std::string(100'000, 'x')); });
  CurlClient client(options());
  Request request = get(server.url("/"));
  request.max_response_bytes = 50'000;
  const auto response = fetch(client, request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::invalid);
}

TEST(CurlClient, CallsABodyThatWasCutAnError) {
  LoopbackServer server([](const std::string&) {
    return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this", true, false};
  });
  CurlClient client(options());
  const auto response = fetch(client, get(server.url("/")));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
}

TEST(CurlClient, CallsAPostThatWasNotSentUnavailable) {
  std::string gone;
  {
    LoopbackServer server([](const std::string&) { return LoopbackServer::ok(""); });
    gone = server.url("/");
  }
  CurlClient client(options());
  const auto response = fetch(client, post(gone, "{}"));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
}

TEST(CurlClient, CallsAPostWhoseAnswerNeverCameUncertain) {
  LoopbackServer server([](const std::string&) { return Reply{"", false, true}; });
  CurlClient client(options());
  Request request = post(server.url("/"), "{}");
  request.timeout = seconds{1};
  const auto response = fetch(client, request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::uncertain);
}

TEST(CurlClient, NeverSendsAPostASecondTimeByItself) {
  // The second request arrives on a kept-alive connection that then closes without a word: the
  // moment at which libcurl would try again on a fresh one.
  LoopbackServer server([](const std::string& request) {
    return request.find("second") != std::string::npos ? Reply{"", true, false}
                                                       : LoopbackServer::ok("fine");
  });
  CurlClient client(options());
  ASSERT_TRUE(fetch(client, post(server.url("/"), R"({"n":"first"})")).has_value());
  const auto response = fetch(client, post(server.url("/"), R"({"n":"second"})"));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::uncertain);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(CurlClient, PutsTheQueryOfAnAddressIntoNoError) {
  CurlClient client(options());
  const auto response = fetch(client, get("http://127.0.0.1:1/path?token=hunter2"));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().message.find("hunter2"), std::string::npos);
}

TEST(CurlClient, RunsNoMoreThanTwoTransfersToAHostAtOnce) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  std::set<TransferId> waiting;
  for (int i = 0; i < 50; ++i)
    waiting.insert(client.start(get(server.url("/" + std::to_string(i)))));
  while (!waiting.empty()) {
    for (const Completion& completion : client.wait(milliseconds{250})) {
      EXPECT_TRUE(completion.result.has_value());
      EXPECT_EQ(waiting.erase(completion.id), 1U);
    }
  }
  EXPECT_LE(server.connections(), 2);
  EXPECT_EQ(server.requests().size(), 50U);
}

TEST(CurlClient, GivesNoCompletionForWhatWasCancelled) {
  LoopbackServer server([](const std::string& request) {
    return asks_for(request, "/silent") ? Reply{"", false, true} : LoopbackServer::ok("x");
  });
  CurlClient client(options());
  const TransferId silent = client.start(get(server.url("/silent")));
  (void)client.wait(milliseconds{50});
  client.cancel(silent);
  const auto response = fetch(client, get(server.url("/")));
  EXPECT_TRUE(response.has_value());
}

TEST(CurlClient, SendsPartsAsMultipartFormData) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  Request request = get(server.url("/media"));
  request.method = Method::post;
  request.parts = {{"description", "A gritter", "", ""},
                   {"file", std::string("\0PNG", 4), "gritter.png", "image/png"}};
  ASSERT_TRUE(fetch(client, request).has_value());
  const std::string sent = server.requests().at(0);
  EXPECT_NE(sent.find("multipart/form-data"), std::string::npos);
  EXPECT_NE(sent.find("filename=\"gritter.png\""), std::string::npos);
  EXPECT_NE(sent.find("A gritter"), std::string::npos);
}

TEST(CurlClient, LetsNoHeaderValueBeginAHeaderOfItsOwn) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  Request request = get(server.url("/"));
  request.headers = {{"If-None-Match", "\"a\"\r\nX-Evil: 1"}};
  (void)fetch(client, request);
  EXPECT_EQ(server.requests().at(0).find("X-Evil"), std::string::npos);
}

TEST(CurlClient, SendsAnAddressByteForByte) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  CurlClient client(options());
  for (const char* path : {"/A/../b//c/./Feed.XML?q=%7e%2F&&x=a+b", "/%C3%a9?", "/?a=b&c[]=1"}) {
    (void)fetch(client, get(server.url(path)));
    EXPECT_TRUE(server.requests().back().starts_with(std::string("GET ") + path + " HTTP/1.1\r\n"))
        << server.requests().back();
  }
}

TEST(CurlClient, SendsAnEmptyQueryToTheAddressThatHasItAndToNoOther) {
  LoopbackServer server([](const std::string& request) {
    return asks_for(request, "/old?") ? redirect(301, "/new") : LoopbackServer::ok("x");
  });
  CurlClient client(options());
  Request request = get(server.url("/old?"));
  request.follow_redirects = true;
  EXPECT_EQ(fetch(client, request)->final_url, server.url("/new"));
  (void)fetch(client, get(server.url("/old")));
  (void)fetch(client, get(server.url("/a/?#top")));
  const auto asked = server.requests();
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_TRUE(asks_for(asked[1], "/new")) << asked[1];
  EXPECT_TRUE(asks_for(asked[2], "/old")) << asked[2];
  EXPECT_TRUE(asks_for(asked[3], "/a/?")) << asked[3];
}

TEST(CurlClient, AnnouncesNoEncodingThatItCannotDecode) {
  // "hello" in each; an announced one that is not here fails the test: it is to be added then.
  const std::map<std::string, std::string> hello{
      {"gzip", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36"
                           "\x05\0\0\0",
                           25)},
      {"deflate", std::string("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\0\x06\x2c\x02\x15", 13)},
      {"br", std::string("\x0b\x02\x80hello\x03", 9)},
      {"zstd", std::string("\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello", 14)}};
  LoopbackServer server([&](const std::string& request) {
    const std::size_t at = request.find("GET /") + 5;
    const std::string encoding = request.substr(at, request.find(' ', at) - at);
    const auto found = hello.find(encoding);
    if (found == hello.end()) return LoopbackServer::ok("hello");
    return LoopbackServer::ok(found->second, "Content-Encoding: " + encoding + "\r\n");
  });
  CurlClient client(options());
  (void)fetch(client, get(server.url("/")));
  const std::string request = server.requests().at(0);
  const std::size_t at = request.find("Accept-Encoding: ") + 17;
  std::string announced = request.substr(at, request.find('\r', at) - at);
  EXPECT_NE(announced.find("gzip"), std::string::npos) << announced;
  while (!announced.empty()) {
    const std::size_t comma = std::min(announced.find(", "), announced.size());
    const std::string encoding = announced.substr(0, comma);
    announced.erase(0, std::min(comma + 2, announced.size()));
    EXPECT_TRUE(hello.contains(encoding)) << encoding;
    const auto response = fetch(client, get(server.url("/" + encoding)));
    ASSERT_TRUE(response.has_value()) << encoding << ": " << response.error().message;
    EXPECT_EQ(response->body, "hello") << encoding;
  }
}

TEST(CurlClient, ReadsABodyThatIsNotPackedAsItSays) {
  for (const char* encoding : {"gzip", "br", "UTF-8", "aws-chunked"}) {
    LoopbackServer server([&](const std::string&) {
      return LoopbackServer::ok("plain", "Content-Encoding: " + std::string(encoding) + "\r\n");
    });
    CurlClient client(options());
    const auto response = fetch(client, get(server.url("/")));
    ASSERT_TRUE(response.has_value()) << encoding << ": " << response.error().message;
    EXPECT_EQ(response->body, "plain");
    EXPECT_NE(response->remark.find("Content-Encoding"), std::string::npos) << response->remark;
  }
}

TEST(CurlClient, CallsAPostUncertainWhoseAnswerIsPackedAndBroken) {
  LoopbackServer server([](const std::string&) {
    return LoopbackServer::ok("\x1f\x8b\x08 rubbish", "Content-Encoding: gzip\r\n");
  });
  CurlClient client(options());
  EXPECT_EQ(fetch(client, get(server.url("/"))).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(fetch(client, post(server.url("/"), "{}")).error().kind, ErrorKind::uncertain);
}

TEST(CurlClient, CallsABrokenChunkAnError) {
  LoopbackServer server([](const std::string&) {
    return Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", true,
                 false};
  });
  CurlClient client(options());
  EXPECT_FALSE(fetch(client, get(server.url("/"))).has_value());
}

TEST(CurlClient, GivesAPasswordToNoOtherHost) {
  LoopbackServer other([](const std::string&) { return LoopbackServer::ok("x"); });
  LoopbackServer server([&](const std::string&) { return redirect(302, other.url("/")); });
  CurlClient client(options());
  Request request = get("http://me:secret@" + server.url("/").substr(7));
  request.follow_redirects = true;
  ASSERT_TRUE(fetch(client, request).has_value());
  EXPECT_NE(server.requests().at(0).find("Authorization: Basic"), std::string::npos);
  EXPECT_EQ(other.requests().at(0).find("Authorization"), std::string::npos);
}

TEST(CurlClient, FollowsNoRedirectUnderANameThatSomebodyElseHasWritten) {
  LoopbackServer other([](const std::string&) { return LoopbackServer::ok("x"); });
  LoopbackServer server([&](const std::string&) {
    return redirect(302, "http://me:secret@" + other.url("/").substr(7));
  });
  CurlClient client(options());
  Request request = get(server.url("/"));
  request.follow_redirects = true;
  const auto response = fetch(client, request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::invalid);
  EXPECT_NE(response.error().message.find("a user name in it"), std::string::npos);
  EXPECT_EQ(response.error().message.find("secret"), std::string::npos);
  EXPECT_EQ(other.connections(), 0);
}

TEST(CurlClient, SaysInItsOwnWordsWhatWentWrong) {
  const auto why = [](const LoopbackServer::Handler& handler, const std::string& path) {
    LoopbackServer server(handler);
    CurlClient client(options());
    Request request = get(server.url(path));
    request.follow_redirects = true;
    request.timeout = seconds{1};
    const auto response = fetch(client, request);
    return response ? "it was read" : response.error().message;
  };
  const auto answers = [](const std::string& bytes, bool is_silent = false) {
    return [=](const std::string&) { return Reply{bytes, !is_silent, is_silent}; };
  };
  const std::map<std::string, std::string> cases{
      {why(answers(""), "/"), "127.0.0.1 closed the connection without an answer"},
      {why(answers("", true), "/"), "127.0.0.1 did not answer within 1 second"},
      {why(answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), "/"), "broke off"},
      {why(answers("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "/"), "is not HTTP"},
      {why([](const std::string&) { return redirect(301, "/loop"); }, "/"), "five redirects"},
      {why([](const std::string&) { return redirect(301, "gopher://x/"); }, "/"),
       "neither http nor https"},
  };
  for (const auto& [said, wanted] : cases) {
    EXPECT_NE(said.find(wanted), std::string::npos) << said;
    EXPECT_TRUE(said.starts_with("http://127.0.0.1:")) << said;
  }
  CurlClient client(options());
  EXPECT_NE(fetch(client, get("http://127.0.0.1:1/"))
                .error()
                .message.find("127.0.0.1 takes no connection"),
            std::string::npos);
  EXPECT_NE(fetch(client, get("http://www.example.org/a b")).error().message.find("%20"),
            std::string::npos);
}

TEST(CurlClient, SaysOfWhatRanOutOfTimeThatItDid) {
  LoopbackServer server([](const std::string& request) {
    if (asks_for(request, "/silent")) return Reply{"", false, true};
    return Reply{"", true, false};
  });
  CurlClient client(options());
  for (const bool is_silent : {true, false}) {
    Request request = get(server.url(is_silent ? "/silent" : "/closes"));
    request.timeout = seconds{1};
    client.start(request);
    std::vector<Completion> ended;
    while (ended.empty()) ended = client.wait(milliseconds{250});
    EXPECT_EQ(ended[0].timed_out, is_silent);
  }
}

TEST(CurlClient, AsksThroughTheProxyThatTheEnvironmentNames) {
  LoopbackServer proxy([](const std::string&) { return LoopbackServer::ok("by proxy"); });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  ::setenv("no_proxy", "127.0.0.1", 1);
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("direct"); });
  CurlClient client(options());
  const auto far = fetch(client, get("http://feeds.example.invalid/a"));
  const auto near = fetch(client, get(server.url("/")));
  ::unsetenv("http_proxy");
  ::unsetenv("no_proxy");
  ASSERT_TRUE(far.has_value());
  EXPECT_EQ(far->body, "by proxy");
  ASSERT_TRUE(near.has_value());
  EXPECT_EQ(near->body, "direct");
}

// --- public addresses only -------------------------------------------------------------------

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
    if (request.starts_with("GET http://feeds.example.invalid/public "))
      return redirect(302, "http://other.example.invalid/");
    if (request.starts_with("GET http://feeds.example.invalid/private "))
      return redirect(302, "http://10.0.0.7/");
    if (request.starts_with("GET http://feeds.example.invalid/short "))
      return redirect(302, "http://intranet/");
    return LoopbackServer::ok("by proxy");
  });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CurlClient client(options());
  const auto followed = fetch(client, named_get("http://feeds.example.invalid/public"));
  const std::string literal = refusal(client, named_get("http://feeds.example.invalid/private"));
  const std::string brief = refusal(client, named_get("http://feeds.example.invalid/short"));
  ::unsetenv("http_proxy");
  ASSERT_TRUE(followed.has_value()) << followed.error().message;
  EXPECT_EQ(followed->body, "by proxy");
  EXPECT_NE(literal.find("private address"), std::string::npos) << literal;
  EXPECT_NE(brief.find("private address"), std::string::npos) << brief;
  EXPECT_EQ(proxy.requests().size(), 4U);
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

TEST(CurlClient, CutsALongAnswerWhereThatIsAllowed) {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::ok(std::string(300'000, 'x')); });
  CurlClient client(options());
  Request request = get(server.url("/"));
  request.max_response_bytes = 1000;
  EXPECT_FALSE(fetch(client, request).has_value());
  request.may_be_cut = true;
  const auto cut = fetch(client, request);
  ASSERT_TRUE(cut.has_value()) << cut.error().message;
  EXPECT_EQ(cut->status, 200);
  EXPECT_EQ(cut->body.size(), 1000U);
}

}  // namespace
}  // namespace crier
