// Pictures from a server on this machine, through the real client and the real crier-image.

#include "publish/picture.h"

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "media/image_helper.h"
#include "support/loopback_server.h"
#include "support/png.h"

namespace crier {
namespace {

using Reply = LoopbackServer::Reply;

class PictureFromServer : public ::testing::Test {
 protected:
  PictureFromServer() : helper_(CRIER_IMAGE_PROGRAM, clock_), client_({"crier-test/1", 64, 2, {}}) {
    config.allow_private_addresses = true;
  }
  Response get(const std::string& url) {
    const GetImage wanted{url, 1'000'000, 1200};
    return fit_picture(wanted, fetch(client_, picture_request(wanted, config)), &helper_);
  }
  static void says(const Response& answer, const std::string& what) {
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find(what), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("is left out"), std::string::npos) << answer.body;
  }
  Config config;

 private:
  SystemClock clock_;
  ImageHelper helper_;
  CurlClient client_;
};

TEST_F(PictureFromServer, IsMadeToFit) {
  LoopbackServer server([](const std::string&) {
    return LoopbackServer::ok(make_png(900, 850, noise), "Content-Type: image/png\r\n");
  });
  const Response answer = get(server.url("/pool.png"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_LE(answer.body.size(), 1'000'000U);
  EXPECT_EQ(find_header(answer.headers, "Content-Type"),
            std::optional<std::string_view>("image/jpeg"));
  EXPECT_TRUE(find_header(answer.headers, "Width").has_value());
}

TEST_F(PictureFromServer, IsNotFetchedFromAPrivateAddressUnlessTheFileAllowsIt) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  config.allow_private_addresses = false;
  says(get(server.url("/pool.png")), "allow_private_addresses = true");
  says(get("http://169.254.169.254/latest/meta-data/"), "169.254.169.254");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(PictureFromServer, IsNotReadWithoutEnd) {
  LoopbackServer server([](const std::string&) {
    return Reply{
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + std::string(21U << 20, 'x'),
        true, false};
  });
  says(get(server.url("/endless.png")), "larger than");
}

TEST_F(PictureFromServer, IsNotWaitedForWithoutEnd) {
  LoopbackServer server([](const std::string&) { return Reply{"", false, true}; });
  config.timeout = std::chrono::seconds{1};
  says(get(server.url("/slow.png")), "left out");
}

TEST_F(PictureFromServer, IsLeftOutWhereTheServerHasNone) {
  LoopbackServer server([](const std::string&) {
    return Reply{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false, false};
  });
  says(get(server.url("/none.png")), "answers 404");
}

TEST_F(PictureFromServer, IsLeftOutWhereItIsNoPicture) {
  LoopbackServer server([](const std::string&) {
    return LoopbackServer::ok("<svg xmlns='http://www.w3.org/2000/svg'/>");
  });
  says(get(server.url("/logo.svg")), "SVG");
}

TEST_F(PictureFromServer, HidesTheQueryOfItsAddress) {
  LoopbackServer server([](const std::string&) { return LoopbackServer::ok("x"); });
  const Response answer = get(server.url("/a.png?token=secret"));
  EXPECT_EQ(answer.body.find("secret"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace crier
