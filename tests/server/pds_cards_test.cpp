#include <httplib.h>

#include <thread>

#include "server/browser.h"
#include "server/pds_room.h"

// Link cards and pictures on Bluesky's own server, read back.

namespace crier {
namespace {

using nlohmann::json;

/// A blue picture of 100 by 50 pixels, as PNG.
constexpr std::string_view picture_in_hex =
    "89504e470d0a1a0a0000000d49484452000000640000003208020000002557e9e90000005f494441"
    "5478daedd0010d00000803a047319ad18c6a8507602301993d4a51204b962c59b2642990254b962c"
    "59b214c892254b962c590a64c992254b962c05b264c992254b960259b264c992254b812c59b264c9"
    "92a540962c59b264c952d07b8d8efa3c5096aba50000000049454e44ae426082";

std::string picture() {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < picture_in_hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(picture_in_hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

/// The council's website: a page for each job, with what Open Graph says of it.
class PDSCards : public PdsRoom {
 protected:
  void SetUp() override {
    PdsRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    port_ = website_.bind_to_any_port("127.0.0.1");
    site = "http://127.0.0.1:" + std::to_string(port_);
    website_.Get("/jobs/1", [](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(
          "<!doctype html><title>Website</title>"
          "<meta property='og:title' content='Gärtner*in gesucht'>"
          "<meta property='og:description' content='Grün &amp; schön'>"
          "<meta property='og:image' content='/picture.png'>",
          "text/html; charset=utf-8");
    });
    website_.Get("/jobs/2", [](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(
          "<!doctype html><title>Website</title><meta property='og:title' "
          "content='Koch'><meta property='og:image' content='/none.png'>",
          "text/html; charset=utf-8");
    });
    website_.Get("/picture.png", [](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(picture(), "image/png");
    });
    thread_ = std::thread([this] { website_.listen_after_bind(); });
    ASSERT_EQ((write_config(), sign_in()), 0) << desk.out;
  }
  void TearDown() override {
    website_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void write_item(const std::string& path, const std::string& more = {}) const {
    write_file(desk.path() / "jobs.xml",
               "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>"
               "<title>Jobs</title><item><title>" +
                   word() + "</title><link>" + site + path + "</link><guid>" + word() + path +
                   "</guid>" + more + "</item></channel></rss>");
  }
  /// The one post of this test, as the server has it.
  json embed() {
    const auto found = posts(word());
    EXPECT_EQ(found.size(), 1U) << desk.out;
    return found.empty() ? json::object() : found[0]["value"].value("embed", json::object());
  }
  /// Fetches what a record's blob stands for.
  void expect_picture(const json& blob) {
    ASSERT_EQ(blob.is_object() ? blob.value("$type", "") : "", "blob") << desk.out;
    EXPECT_TRUE(blob.value("mimeType", "").starts_with("image/")) << blob;
    const std::string cid = blob.value("/ref/$link"_json_pointer, "");
    httplib::Client client(server);
    const auto got = client.Get("/xrpc/com.atproto.sync.getBlob?did=" + alice.did + "&cid=" + cid);
    ASSERT_TRUE(got && got->status == 200);
    EXPECT_EQ(got->body.size(), blob.value("size", std::size_t{0}));
  }

  std::string site;

 private:
  httplib::Server website_;
  std::thread thread_;
  int port_ = 0;
};

TEST_F(PDSCards, TheCardOfAPageHasItsTitleItsDescriptionAndItsPicture) {
  write_item("/jobs/1");
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  json card = embed();
  expect_picture(card["external"]["thumb"]);
  card["external"].erase("thumb");
  const json wanted = {{"$type", "app.bsky.embed.external"},
                       {"external",
                        {{"uri", site + "/jobs/1"},
                         {"title", "Gärtner*in gesucht"},
                         {"description", "Grün & schön"}}}};
  EXPECT_EQ(card, wanted);
}

TEST_F(PDSCards, ACardWhosePictureIsMissingGoesOutWithoutIt) {
  write_item("/jobs/2");
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  const json card = embed();
  EXPECT_EQ(card["external"].value("title", ""), "Koch") << card;
  EXPECT_FALSE(card["external"].contains("thumb"));
}

TEST_F(PDSCards, APictureOfTheFeedHasItsDescriptionAndItsShape) {
  write_item("/jobs/1", "<media:content url=\"" + site +
                            "/picture.png\" type=\"image/png\" medium=\"image\">"
                            "<media:description>Ein blaues Feld</media:description>"
                            "</media:content>");
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  const json pictures = embed();
  EXPECT_EQ(pictures.value("$type", ""), "app.bsky.embed.images") << pictures;
  const json image = pictures.value("/images/0"_json_pointer, json::object());
  EXPECT_EQ(image.value("alt", ""), "Ein blaues Feld");
  EXPECT_EQ(image.value("aspectRatio", json()), json({{"width", 100}, {"height", 50}}));
  expect_picture(image.value("image", json::object()));
}

}  // namespace
}  // namespace crier
