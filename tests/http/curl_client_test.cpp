#include "http/curl_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "http/requests.h"

namespace crier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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
