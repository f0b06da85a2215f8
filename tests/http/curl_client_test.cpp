#include "http/curl_client.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace crier
