#include "server/pds_room.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "server/browser.h"

namespace crier {
namespace {

/// Runs a command line of the test's own; gives its exit code.
int run_command(const std::string& command, const Desk::Hear& hear) {
  // NOLINTNEXTLINE(cert-env33-c): the command line is the test's own
  std::FILE* const pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return -1;
  std::string line;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) {
    if (c == '\n') {
      hear(std::exchange(line, {}));
    } else {
      line += static_cast<char>(c);
    }
  }
  if (!line.empty()) hear(line);
  const int status = ::pclose(pipe);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

httplib::Client client_of(const std::string& server) {
  httplib::Client client(server);
  client.set_hostname_addr_map({{"pds.test", "127.0.0.1"}, {"localhost", "127.0.0.1"}});
  if (const std::string ca = environment_of("CRIER_TEST_PDS_CA"); !ca.empty()) {
    client.set_ca_cert_path(ca);
  }
  return client;
}

PdsAccount account_of(const nlohmann::json& info, std::size_t index) {
  const nlohmann::json& account = info.at("accounts").at(index);
  return {account.at("handle"), account.at("did"), account.at("password"),
          account.at("appPassword")};
}

}  // namespace

std::string Desk::command(const std::string& arguments) const {
  const std::string home = folder_.path().string();
  const std::string typed = home + "/input";
  std::filesystem::remove(typed);
  if (is_typed_later) {
    (void)::mkfifo(typed.c_str(), S_IRUSR | S_IWUSR);
  } else {
    write_file(typed, input);
  }
  return "cd '" + home +
         "' && exec env -u DISPLAY -u WAYLAND_DISPLAY -u STATE_DIRECTORY -u CURL_CA_BUNDLE"
         " -u SSL_CERT_FILE -u CI HOME='" +
         home + "' XDG_STATE_HOME='" + home + "' " + environment + " '" CRIER_PROGRAM "' " +
         arguments + " --config feeds.toml " + (is_typed_later ? "<>" : "<") + "input 2>&1";
}

int Desk::run(const std::string& arguments, const Hear& hear) {
  return run_command(command(arguments), [&](const std::string& line) {
    out += line + "\n";
    hear(line);
  });
}

int Desk::run(const std::string& arguments) {
  return run(arguments, [](const std::string&) {});
}

std::string PdsRoom::job_link(int job) {
  return fmt::format("http://127.0.0.1:1/jobs/{}-{}?a=1&b=2", word(), job);
}

void Desk::write_feed(int last, const std::string& more) const {
  std::string items;
  for (int job = last; job > 0; --job) {
    const std::string number = std::to_string(job);
    items.append("<item><title>Gärtner*in ").append(PdsRoom::word());
    items.append(" ").append(number);
    items.append("</title><link><![CDATA[").append(PdsRoom::job_link(job));
    // Keys are made of it, of the feed's and the account's names, and of the second.
    items.append("]]></link><guid>").append(PdsRoom::word());
    items.append("-").append(number).append("</guid>");
    items.append(more).append("</item>");
  }
  write_file(folder_.path() / "jobs.xml",
             "<rss version=\"2.0\"><channel><title>Jobs</title>" + items + "</channel></rss>");
}

nlohmann::json Desk::tokens(const std::string& account) const {
  return nlohmann::json::parse(read_file(token_file(account)), nullptr, false);
}

void Desk::change_tokens(const std::function<void(nlohmann::json&)>& change) const {
  nlohmann::json object = tokens();
  change(object);
  write_file(token_file(), object.dump());
}

void Desk::let_token_end() const {
  change_tokens([](nlohmann::json& object) { object["expires_at"] = "2026-01-01T00:00:00Z"; });
}

void PdsRoom::SetUp() {
  const std::string file = environment_of("CRIER_TEST_PDS");
  if (file.empty()) {
    const std::string why = environment_of("CRIER_TEST_PDS_MISSING");
    if (servers_are_required()) FAIL() << "CRIER_TEST_PDS is not set: " << why;
    GTEST_SKIP() << "CRIER_TEST_PDS is not set: " << why;
  }
  info = nlohmann::json::parse(read_file(file));
  server = info.at("url");
  alice = account_of(info, 0);
  bob = account_of(info, 1);
  carol = account_of(info, 2);
}

std::string PdsRoom::account_lines(const std::string& name, const PdsAccount& account,
                                   const std::string& more) const {
  return "[accounts." + name + "]\nnetwork = \"bluesky\"\nhandle = \"" + account.handle +
         "\"\nserver = \"" + server + "\"\nplc_directory = \"" +
         info.at("plcUrl").get<std::string>() + "\"\n" + more;
}

void PdsRoom::write_config(const std::string& feed_lines, const std::string& account_more) {
  write_file(desk.path() / "feeds.toml",
             "state = \"crier.db\"\nallow_private_addresses = true\nwarn_before = \"1d\"\n" +
                 account_lines("town-hall", alice, account_more) +
                 "[feeds.jobs]\nurl = \"jobs.xml\"\nprefix = \"New job: \"\n"
                 "accounts = [\"town-hall\"]\n" +
                 feed_lines);
}

int PdsRoom::sign_in(const PdsAccount& by, const std::string& name,
                     const std::string& approve_options) {
  return desk.run("auth login " + name, [&](const std::string& line) {
    const std::size_t at = line.find("http");
    if (at == std::string::npos || line.find("/oauth/authorize?") == std::string::npos) return;
    const std::string scripts = environment_of("CRIER_TEST_PDS_SCRIPTS");
    std::string options = approve_options;
    if (const std::string ca = environment_of("CRIER_TEST_PDS_CA"); !ca.empty()) {
      options += " --ca '" + ca + "'";
    }
    const std::string browser = "'" + environment_of("CRIER_TEST_PDS_NODE") + "' '" + scripts +
                                "/approve.mjs' '" + line.substr(at) + "' " + by.handle + " " +
                                by.password + " " + options + " 2>&1";
    std::string said;
    EXPECT_EQ(run_command(browser, [&](const std::string& heard) { said += heard + "\n"; }), 0)
        << said;
    if (desk.is_typed_later) write_file(desk.path() / "input", said);
  });
}

int PdsRoom::sign_in_with_app_password() {
  desk.input = alice.app_password + "\n";
  const int code = desk.run("auth login --method app-password town-hall");
  desk.input.clear();
  return code;
}

nlohmann::json PdsRoom::ask(const std::string& method, const std::string& query, int status) const {
  auto client = client_of(server);
  const auto answer = client.Get("/xrpc/" + method + "?" + query);
  EXPECT_TRUE(answer) << method << ": " << httplib::to_string(answer.error());
  if (!answer) return {};
  EXPECT_EQ(answer->status, status) << answer->body;
  return nlohmann::json::parse(answer->body, nullptr, false);
}

int PdsRoom::tell(const std::string& method, const nlohmann::json& body, const std::string& token,
                  nlohmann::json* answer) const {
  auto client = client_of(server);
  httplib::Headers headers;
  if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
  const auto got = client.Post("/xrpc/" + method, headers, body.dump(), "application/json");
  if (!got) return 0;
  if (answer != nullptr) *answer = nlohmann::json::parse(got->body, nullptr, false);
  return got->status;
}

std::vector<nlohmann::json> PdsRoom::posts(const PdsAccount& account,
                                           const std::string& word) const {
  std::vector<nlohmann::json> found;
  std::string cursor;
  do {
    const nlohmann::json page =
        ask("com.atproto.repo.listRecords", "repo=" + account.did +
                                                "&collection=app.bsky.feed.post&limit=100" +
                                                (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const nlohmann::json& record : page.value("records", nlohmann::json::array())) {
      if (record["value"].value("text", "").find(word) != std::string::npos) {
        found.push_back(record);
      }
    }
    cursor = page.value("cursor", "");
  } while (!cursor.empty());
  std::reverse(found.begin(), found.end());
  return found;
}

std::string PdsRoom::what_the_server_has() const {
  std::string told = "\nlisted:";
  for (const nlohmann::json& record : posts(alice, "")) {
    told += "\n  " + record.value("uri", "") + " " + record["value"].value("text", "");
  }
  const std::string before_key = "/post/";
  for (std::size_t at = desk.out.find(before_key); at != std::string::npos;
       at = desk.out.find(before_key, at + 1)) {
    const std::string key = desk.out.substr(at + before_key.size(), 13);
    const auto answer = client_of(server).Get("/xrpc/com.atproto.repo.getRecord?repo=" + alice.did +
                                              "&collection=app.bsky.feed.post&rkey=" + key);
    told += "\nasked for " + key + ": " +
            (answer ? std::to_string(answer->status) + " " + answer->body : "no answer");
  }
  return told;
}

std::string PdsRoom::word() {
  return testing::UnitTest::GetInstance()->current_test_info()->name();
}

}  // namespace crier
