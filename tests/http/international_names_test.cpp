// Hosts with letters beyond ASCII: they are looked up as resolvers of names know them.
#include <gtest/gtest.h>
#include <locale.h>

#include <clocale>

#include "http/requests.h"

namespace crier {
namespace {

const std::string place = "xn--bcher-kva.example";

struct International : testing::Test {
  LoopbackServer server{[this](const std::string& request) {
    if (asks_for(request, "/moved"))
      return redirect(302, "http://bücher.example:" + port + "/feed");
    return LoopbackServer::ok("read");
  }};
  std::string port = server.url("").substr(17);

  CurlOptions known() const {
    CurlOptions named = options();
    named.resolve = {place + ":" + port + ":127.0.0.1", "plain.example:" + port + ":127.0.0.1"};
    return named;
  }
};

TEST_F(International, AHostIsAskedByTheNameThatResolversKnow) {
  CurlClient client(known());
  for (const std::string host : {"bücher.example", "BÜCHER.example",
                                 "bu\xCC\x88"
                                 "cher.example"}) {
    const auto answer = fetch(client, get("http://" + host + ":" + port + "/feed"));
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->body, "read");
    EXPECT_NE(server.requests().back().find("Host: " + place + ":" + port), std::string::npos)
        << server.requests().back();
  }
}

TEST_F(International, ARedirectMayLeadThere) {
  CurlClient client(known());
  Request request = get("http://plain.example:" + port + "/moved");
  request.follow_redirects = true;
  const auto answer = fetch(client, std::move(request));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "read");
}

TEST_F(International, WhatIsNoNameInAnyScriptIsToldAndNotSent) {
  CurlClient client(known());
  const auto answer = fetch(client, get("http://b\xFC"
                                        "cher.example:" +
                                        port + "/feed"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid) << answer.error().message;
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(International, TheProgramsOwnLocaleStaysAsItIs) {
  CurlClient client(known());
  (void)fetch(client, get("http://bücher.example:" + port + "/feed"));
  EXPECT_STREQ(std::setlocale(LC_ALL, nullptr), "C");
  EXPECT_EQ(::uselocale(locale_t{}), LC_GLOBAL_LOCALE);
}

}  // namespace
}  // namespace crier
