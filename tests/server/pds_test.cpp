#include <fmt/format.h>

#include <thread>

#include "server/browser.h"
#include "server/pds_room.h"

// The program against Bluesky's own server, as a person has both.

namespace crier {
namespace {

using nlohmann::json;

class PDS : public PdsRoom {};

std::string post_text(int job) {
  return fmt::format("New job: Gärtner*in {} {} {}", PdsRoom::word(), job, PdsRoom::job_link(job));
}

json link_facet(const std::string& text, const std::string& link) {
  const std::size_t begin = text.find(link);
  return {{"index", {{"byteStart", begin}, {"byteEnd", begin + link.size()}}},
          {"features", json::array({{{"$type", "app.bsky.richtext.facet#link"}, {"uri", link}}})}};
}

TEST_F(PDS, PostsAfterASignInByOAuthAndEveryFieldIsThere) {
  write_config("language = \"de-DE\"\ntemplate = \"Störung 🚧: {{title}} {{link}}\"\n");
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  EXPECT_NE(desk.out.find("Signed in as @alice.test."), std::string::npos) << desk.out;
  const json tokens = desk.tokens();
  EXPECT_EQ(tokens.value("kind", ""), "dpop");
  EXPECT_EQ(tokens.value("account_id", ""), alice.did);

  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  const auto found = posts(word());
  ASSERT_EQ(found.size(), 1U) << desk.out;
  const std::string uri = found[0].value("uri", "");
  const std::string key = uri.substr(uri.rfind('/') + 1);
  const json answer = ask("com.atproto.repo.getRecord",
                          "repo=" + alice.did + "&collection=app.bsky.feed.post&rkey=" + key);
  json record = answer.value("value", json());
  const std::string at = record.value("createdAt", "");
  EXPECT_TRUE(at.size() == 24 && at.ends_with("Z")) << at;
  record.erase("createdAt");

  const std::string link = job_link(1);
  const std::string text = "Störung 🚧: Gärtner*in " + word() + " 1 " + link;
  const json wanted = {{"$type", "app.bsky.feed.post"},
                       {"text", text},
                       {"langs", {"de-DE"}},
                       {"facets", json::array({link_facet(text, link)})}};
  EXPECT_EQ(record, wanted);
  EXPECT_NE(desk.out.find("https://bsky.app/profile/alice.test/post/" + key), std::string::npos)
      << desk.out;
}

TEST_F(PDS, TagsInTheTextCanBePressed) {
  write_config("template = \"{{title}} #Stellen {{link}} #Gärten\"\n");
  desk.write_feed(1);
  ASSERT_EQ(sign_in_with_app_password(), 0) << desk.out;
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  const auto found = posts(word());
  ASSERT_EQ(found.size(), 1U) << desk.out;
  const std::string text = found[0]["value"].value("text", "");
  json wanted = json::array();
  for (const std::string tag : {"Stellen", "Gärten"}) {
    const std::size_t begin = text.find("#" + tag);
    wanted.push_back(
        {{"index", {{"byteStart", begin}, {"byteEnd", begin + 1 + tag.size()}}},
         {"features", json::array({{{"$type", "app.bsky.richtext.facet#tag"}, {"tag", tag}}})}});
  }
  wanted.insert(wanted.begin() + 1, link_facet(text, job_link(1)));
  EXPECT_EQ(found[0]["value"]["facets"], wanted);
}

TEST_F(PDS, PostsEachItemOnceInOrderWithAnAppPassword) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in_with_app_password(), 0) << desk.out;
  EXPECT_EQ(desk.tokens().value("kind", ""), "session");
  ASSERT_EQ(desk.run("check"), 0) << desk.out;
  ASSERT_EQ(desk.run("auth status"), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  EXPECT_TRUE(posts(word()).empty()) << "what a feed holds when it is first seen is history";
  desk.write_feed(4);
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  const auto found = posts(word());
  ASSERT_EQ(found.size(), 3U) << desk.out;
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(found[i]["value"]["text"], post_text(static_cast<int>(i) + 2));
  EXPECT_EQ(desk.out.find(alice.app_password), std::string::npos);
}

TEST_F(PDS, AnAppPasswordInTheEnvironmentBeginsOneSessionAndIsNotWrittenDown) {
  write_config();
  desk.environment = "CRIER_TOKEN_TOWN_HALL='" + alice.app_password + "'";
  desk.write_feed(1);
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  const json first = desk.tokens();
  desk.write_feed(2);
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  // Seen once to find one of the two, both reported as posted: what is told then is to show why.
  EXPECT_EQ(posts(word()).size(), 2U) << desk.out << what_the_server_has();
  EXPECT_EQ(desk.tokens(), first) << "one session serves both runs";
  EXPECT_EQ(read_file(desk.token_file()).find(alice.app_password), std::string::npos);
  EXPECT_EQ(read_file(desk.path() / "crier.db").find(alice.app_password), std::string::npos);
}

TEST_F(PDS, RenewsItsTokensAndKeepsTheNewOnes) {
  int job = 1;
  for (const bool oauth : {true, false}) {
    write_config();
    desk.write_feed(job);
    ASSERT_EQ(oauth ? sign_in() : sign_in_with_app_password(), 0) << desk.out;
    ASSERT_EQ(desk.run("publish"), 0) << desk.out;
    for (int round = 0; round < 3; ++round) {
      const json before = desk.tokens();
      desk.let_token_end();
      desk.write_feed(++job);
      ASSERT_EQ(desk.run("publish"), 0) << desk.out;
      // (A session's access tokens of one second are the same text.)
      EXPECT_NE(desk.tokens().value("refresh_token", ""), before.value("refresh_token", ""));
    }
  }
  EXPECT_EQ(posts(word()).size(), 6U) << desk.out;
}

TEST_F(PDS, AWrongTokenIsRenewedWhenTheServerSaysSo) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  // The server has forgotten this one, as it does when another token was made.
  desk.change_tokens([](json& object) {
    std::string token = object["access_token"];
    token[token.size() - 3] = token[token.size() - 3] == 'A' ? 'B' : 'A';
    object["access_token"] = token;
  });
  EXPECT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 1U) << desk.out;
}

TEST_F(PDS, TwoProgramsAtOnceRenewOneTokenOnce) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  for (int round = 0; round < 3; ++round) {
    desk.let_token_end();
    const std::string line = fmt::format(
        "cd '{0}' && HOME='{0}' XDG_STATE_HOME='{0}' '{1}' check --config feeds.toml "
        ">>check.out 2>&1",
        desk.path().string(), CRIER_PROGRAM);
    std::vector<int> codes(3, -1);
    std::vector<std::thread> programs;
    programs.reserve(codes.size());
    for (int& code : codes) {
      // NOLINTNEXTLINE(cert-env33-c): the test's own words
      programs.emplace_back([&] { code = std::system(line.c_str()); });
    }
    for (std::thread& program : programs) program.join();
    EXPECT_EQ(codes, std::vector<int>(3, 0)) << read_file(desk.path() / "check.out");
  }
  EXPECT_EQ(desk.run("auth status"), 0) << desk.out;
}

TEST_F(PDS, AReplayedRefreshTokenEndsTheSignInAndPostsWait) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  const std::string copied = read_file(desk.token_file());
  desk.let_token_end();
  ASSERT_EQ(desk.run("auth status"), 0) << desk.out;

  // A copy of the tokens on another machine, which renews with what was used before.
  write_file(desk.token_file(), copied);
  desk.let_token_end();
  desk.write_feed(3);
  EXPECT_EQ(desk.run("publish"), 1) << desk.out;
  EXPECT_NE(desk.out.find("crier --config feeds.toml auth login"), std::string::npos) << desk.out;
  EXPECT_TRUE(posts(word()).empty());
  EXPECT_EQ(desk.run("auth status"), 1) << desk.out;

  ASSERT_EQ(sign_in(), 0) << desk.out;
  EXPECT_EQ(desk.run("publish"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 2U) << desk.out;
}

TEST_F(PDS, SigningOutTakesTheTokensBack) {
  for (const bool oauth : {true, false}) {
    write_config();
    desk.write_feed(1);
    ASSERT_EQ(oauth ? sign_in() : sign_in_with_app_password(), 0) << desk.out;
    const std::string copied = read_file(desk.token_file());
    ASSERT_EQ(desk.run("auth logout town-hall"), 0) << desk.out;
    EXPECT_FALSE(std::filesystem::exists(desk.token_file()));
    EXPECT_EQ(desk.run("auth status"), 1);

    write_file(desk.token_file(), copied);
    std::filesystem::permissions(desk.token_file(), std::filesystem::perms(0600));
    desk.change_tokens([](json& object) {
      object["expires_at"] = "2026-01-01T00:00:00Z";
      object["password"] = "";
    });
    EXPECT_EQ(desk.run("auth status"), 1) << "the refresh token is dead: " << desk.out;
    EXPECT_NE(desk.out.find("crier --config feeds.toml auth login town-hall"), std::string::npos)
        << desk.out;
  }
}

TEST_F(PDS, ASignedOutAccountDoesNotStopTheOther) {
  write_config();
  std::string config = read_file(desk.path() / "feeds.toml") + account_lines("museum", bob);
  const std::string one = "accounts = [\"town-hall\"]";
  config.replace(config.find(one), one.size(), "accounts = [\"museum\", \"town-hall\"]");
  write_file(desk.path() / "feeds.toml", config);
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  EXPECT_EQ(desk.run("publish --backfill 1"), 1) << desk.out;
  EXPECT_EQ(posts(alice, word()).size(), 1U) << desk.out;
  EXPECT_TRUE(posts(bob, word()).empty());
  EXPECT_NE(desk.out.find("crier --config feeds.toml auth login museum"), std::string::npos)
      << desk.out;
  EXPECT_EQ(desk.run("check"), 1) << desk.out;

  ASSERT_EQ(sign_in(bob, "museum"), 0) << desk.out;
  EXPECT_EQ(desk.run("publish"), 0) << desk.out;
  EXPECT_EQ(posts(alice, word()).size(), 1U) << desk.out;
  EXPECT_EQ(posts(bob, word()).size(), 1U) << desk.out;
}

TEST_F(PDS, ALostLedgerIsFilledFromWhatTheAccountHolds) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  desk.write_feed(4);
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  for (const char* file : {"crier.db", "crier.db-journal"}) {
    std::filesystem::remove(desk.path() / file);
  }
  ASSERT_EQ(desk.run("history rebuild --account town-hall"), 0) << desk.out;
  ASSERT_EQ(desk.run("publish --backfill 3"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 3U) << desk.out;
}

TEST_F(PDS, APersonWhoSaysNoIsNotSignedIn) {
  write_config();
  EXPECT_EQ(sign_in(alice, "town-hall", "--reject"), 1) << desk.out;
  EXPECT_FALSE(std::filesystem::exists(desk.token_file()));
}

TEST_F(PDS, AnotherPersonsSignInIsRefused) {
  write_config();
  EXPECT_EQ(sign_in(bob), 1) << desk.out;
  EXPECT_NE(desk.out.find("another"), std::string::npos) << desk.out;
  EXPECT_FALSE(std::filesystem::exists(desk.token_file()));
}

TEST_F(PDS, AWrongAppPasswordIsRefusedInWords) {
  write_config();
  desk.input = "aaaa-bbbb-cccc-dddd\n";
  EXPECT_EQ(desk.run("auth login --method app-password town-hall"), 1) << desk.out;
  EXPECT_NE(desk.out.find("App passwords"), std::string::npos) << desk.out;
}

TEST_F(PDS, AnAccountThatMovedToAnotherServerIsToldAndItsPostsWait) {
  write_config();
  std::string config = read_file(desk.path() / "feeds.toml");
  config.replace(config.find(alice.handle), alice.handle.size(), carol.handle);
  write_file(desk.path() / "feeds.toml", config);
  desk.write_feed(1);
  ASSERT_EQ(sign_in(carol), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;

  const std::string move = "'" + environment_of("CRIER_TEST_PDS_NODE") + "' '" +
                           environment_of("CRIER_TEST_PDS_SCRIPTS") + "/move.mjs' '" +
                           environment_of("CRIER_TEST_PDS") + "' " + carol.handle + " >/dev/null";
  ASSERT_EQ(std::system(move.c_str()), 0);  // NOLINT(cert-env33-c): the test's own words
  desk.write_feed(3);
  EXPECT_EQ(desk.run("publish"), 1) << desk.out;
  const std::string there = info.at("second").at("url");
  desk.out.clear();
  EXPECT_EQ(desk.run("auth status"), 1);
  EXPECT_NE(desk.out.find("moved to " + there), std::string::npos) << desk.out;
  config.replace(config.find(server), server.size(), there);
  write_file(desk.path() / "feeds.toml", config);
  ASSERT_EQ(sign_in(carol), 0) << desk.out;
  EXPECT_EQ(desk.run("publish"), 0) << desk.out;
  server = there;
  EXPECT_EQ(posts(carol, word()).size(), 2U) << desk.out;
}

}  // namespace
}  // namespace crier
