// What CurlClient makes of bodies that are packed (Content-Encoding).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "http/requests.h"

namespace crier {
namespace {

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

std::string zipped(const std::string& status, const std::string& headers) {
  // "hello", without its last nine bytes.
  const std::string body("\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07", 16);
  return "HTTP/1.1 " + status + " x\r\nContent-Encoding: gzip\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// A refusal is one whatever its body holds: what it asks for stands in its status and headers.
TEST(CurlClient, TakesARefusalWhoseBodyIsBrokenForARefusal) {
  for (const std::string status : {"404", "410", "422", "429", "503"}) {
    LoopbackServer server([&](const std::string& request) {
      if (asks_for(request, "/old")) return redirect(301, "/new");
      return Reply{zipped(status, "Retry-After: 7200\r\n"), false, false};
    });
    CurlClient client(options());
    Request request = get(server.url("/old"));
    request.follow_redirects = true;
    for (const Request& asked : {request, post(server.url("/new"), "{}")}) {
      const auto response = fetch(client, asked);
      ASSERT_TRUE(response.has_value()) << status << ": " << response.error().message;
      EXPECT_EQ(std::to_string(response->status), status);
      EXPECT_EQ(find_header(response->headers, "Retry-After"),
                std::optional<std::string_view>("7200"));
      EXPECT_EQ(response->final_url, server.url("/new"));
      EXPECT_EQ(response->body, "");
      EXPECT_NE(response->remark.find("breaks off"), std::string::npos) << response->remark;
    }
    EXPECT_EQ(fetch(client, request)->moved_to, server.url("/new"));
  }
}

// Of an answer that is no refusal the body is what was wanted: without it nothing was received.
TEST(CurlClient, CallsASuccessWhoseBodyIsBrokenAnError) {
  LoopbackServer server([](const std::string&) { return Reply{zipped("201", ""), false, false}; });
  CurlClient client(options());
  EXPECT_EQ(fetch(client, get(server.url("/"))).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(fetch(client, post(server.url("/"), "{}")).error().kind, ErrorKind::uncertain);
}

}  // namespace
}  // namespace crier
