#include <fmt/format.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/wait.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/url.h"
#include "oauth/file_token_store.h"
#include "server/browser.h"
#include "support/loopback_server.h"
#include "support/png.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

/// The program as a person has it, against a server that speaks Mastodon's client API.
class SNACProgram : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_SNAC_URL");
    if (!server.empty()) return;
    const std::string why = environment_of("CRIER_TEST_SNAC_MISSING");
    if (servers_are_required()) FAIL() << "CRIER_TEST_SNAC_URL is not set: " << why;
    GTEST_SKIP() << "CRIER_TEST_SNAC_URL is not set: " << why;
  }

  TempDir folder;
  std::string server;
  const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();

  [[nodiscard]] std::string command(const std::string& arguments) const {
    const std::string home = folder.path().string();
    return "cd '" + home + "' && exec env -u DISPLAY -u WAYLAND_DISPLAY -u STATE_DIRECTORY HOME='" +
           home + "' XDG_STATE_HOME='" + home + "' '" CRIER_PROGRAM "' " + arguments +
           " --config feeds.toml 2>&1";
  }
  /// Runs the program, handing each line it writes to `hear`; gives its exit code.
  template <class Hear>
  int run(const std::string& arguments, Hear&& hear) {
    // NOLINTNEXTLINE(cert-env33-c): the command line is the test's own
    std::FILE* const pipe = ::popen(command(arguments).c_str(), "re");
    if (pipe == nullptr) return -1;
    std::string line;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) {
      if (c == '\n') {
        hear(std::exchange(line, {}));
      } else {
        line += static_cast<char>(c);
      }
    }
    hear(line);
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int run(const std::string& arguments, std::string& out) {
    return run(arguments, [&](const std::string& line) { out += line + "\n"; });
  }

  /// Plays the person: opens the address that the program shows, signs in, is sent back.
  int sign_in(std::string& out) {
    return run("auth login town-hall", [&](const std::string& line) {
      out += line + "\n";
      const std::size_t at = line.find("http://");
      if (at == std::string::npos || line.find("/oauth/authorize?") == std::string::npos) return;
      const std::string back = TestBrowser(environment_of("CRIER_TEST_SNAC_USER"),
                                           environment_of("CRIER_TEST_SNAC_PASSWORD"))
                                   .approve(line.substr(at));
      const std::string origin = origin_of(back);
      const auto page = httplib::Client(origin).Get(back.substr(origin.size()));
      EXPECT_TRUE(page && page->status == 200);
    });
  }

  void write_config() {
    write_file(folder.path() / "feeds.toml",
               "state = \"crier.db\"\n"
               "[accounts.town-hall]\n"
               "network = \"mastodon\"\n"
               "server = \"" +
                   server +
                   "\"\n"
                   "[feeds.jobs]\n"
                   "url = \"jobs.xml\"\n"
                   "prefix = \"New job: \"\n"
                   "accounts = [\"town-hall\"]\n");
  }
  void write_feed(int jobs) {
    std::string items;
    for (int job = jobs; job > 0; --job) {
      // Of words that the account has, each test's new ledger would say that it is an older one.
      items += fmt::format(
          "<item><title>Gardener {0} for {1}</title><link>https://www.example.gov.uk/{1}/{0}</link>"
          "<guid>{1}-{0}</guid></item>",
          job, name);
    }
    write_file(folder.path() / "jobs.xml",
               "<rss version=\"2.0\"><channel><title>Jobs</title>" + items + "</channel></rss>");
  }
  /// What a reader of the account sees, newest first, as HTML.
  std::vector<std::string> posts() {
    const auto credentials = FileTokenStore(folder.path() / "crier").load({"town-hall"});
    if (!credentials) return {};
    httplib::Client client(server);
    const auto answer =
        client.Get("/api/v1/accounts/" + credentials->account_id + "/statuses",
                   {{"Authorization", "Bearer " + credentials->access_token.reveal()}});
    std::vector<std::string> contents;
    if (!answer) return contents;
    for (const auto& status : nlohmann::json::parse(answer->body, nullptr, false)) {
      contents.push_back(status.value("content", ""));
    }
    return contents;
  }
};

TEST_F(SNACProgram, SignsInAndPostsEachNewItemOnce) {
  write_config();
  write_feed(1);
  std::string out;
  ASSERT_EQ(sign_in(out), 0) << out;
  EXPECT_NE(out.find("Signed in as @alice@"), std::string::npos) << out;
  ASSERT_EQ(run("auth status", out), 0) << out;

  ASSERT_EQ(run("publish", out), 0) << out;
  EXPECT_TRUE(posts().empty()) << "what a feed holds when it is first seen is history";
  write_feed(2);
  ASSERT_EQ(run("publish", out), 0) << out;
  ASSERT_EQ(run("publish", out), 0) << out;
  const auto seen = posts();
  ASSERT_EQ(seen.size(), 1U) << out;
  EXPECT_NE(seen[0].find("New job: Gardener 2"), std::string::npos) << seen[0];
  EXPECT_NE(seen[0].find("https://www.example.gov.uk/" + name + "/2"), std::string::npos)
      << seen[0];

  ASSERT_EQ(run("auth logout town-hall", out), 0) << out;
  EXPECT_EQ(run("auth status", out), 1);
}

TEST_F(SNACProgram, AttachesAPictureThatIsMadeToFitWithItsDescription) {
  LoopbackServer site([](const std::string&) {
    return LoopbackServer::ok(make_png(1200, 900, noise), "Content-Type: image/png\r\n");
  });
  write_config();
  const std::string settings = read_file(folder.path() / "feeds.toml");
  write_file(folder.path() / "feeds.toml", "allow_private_addresses = true\n" + settings);
  write_feed(1);
  std::string out;
  ASSERT_EQ(sign_in(out), 0) << out;
  ASSERT_EQ(run("publish", out), 0) << out;
  write_feed(2);
  std::string feed = read_file(folder.path() / "jobs.xml");
  feed.insert(feed.find("</item>"), "<description><![CDATA[<img src='" + site.url("/pool.png") +
                                        "' alt='The pool'>]]></description>");
  write_file(folder.path() / "jobs.xml", feed);
  out.clear();
  ASSERT_EQ(run("publish", out), 0) << out;
  EXPECT_EQ(out.find("left out"), std::string::npos) << out;

  const auto credentials = FileTokenStore(folder.path() / "crier").load({"town-hall"});
  ASSERT_TRUE(credentials.has_value());
  const auto answer = httplib::Client(server).Get(
      "/api/v1/accounts/" + credentials->account_id + "/statuses",
      {{"Authorization", "Bearer " + credentials->access_token.reveal()}});
  ASSERT_TRUE(answer);
  const auto statuses = nlohmann::json::parse(answer->body);
  const auto& media = statuses.at(0).at("media_attachments");
  ASSERT_EQ(media.size(), 1U) << statuses.at(0).dump(1);
  EXPECT_EQ(media[0].value("description", ""), "The pool");
  const auto picture = httplib::Client(server).Get(
      media[0].value("url", "").substr(origin_of(media[0].value("url", "")).size()));
  ASSERT_TRUE(picture);
  // It was a PNG, and is small enough to stay one.
  EXPECT_TRUE(picture->body.starts_with("\x89PNG"));
  EXPECT_NE(picture->body, make_png(1200, 900, noise)) << "made anew, without what was beside it";
}

}  // namespace
}  // namespace crier
