#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace crier {

/// One account of the server that tests/server/with-pds started.
struct PdsAccount {
  std::string handle, did, password, app_password;
};

/// A folder in which the program lives as a person has it: feeds.toml, a feed, the ledger, tokens.
class Desk {
 public:
  using Hear = std::function<void(const std::string& line)>;

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path token_file(const std::string& account = "town-hall") const {
    return folder_.path() / "crier" / (account + ".json");
  }

  /// Runs the program and hands each line that it writes to `hear`; gives its exit code.
  int run(const std::string& arguments, const Hear& hear);
  /// The same, and keeps what it wrote in `out`.
  int run(const std::string& arguments);

  /// Jobs 1 to `last`, newest first; `more` is put into each item.
  void write_feed(int last, const std::string& more = {}) const;
  /// What an account's tokens are; and changes them, as time or a mishap would.
  [[nodiscard]] nlohmann::json tokens(const std::string& account = "town-hall") const;
  void change_tokens(const std::function<void(nlohmann::json&)>& change) const;
  /// Lets the access token end, by the file's word: it is renewed before it is used again.
  void let_token_end() const;

  std::string environment;      ///< "NAME='value' …" for the program
  std::string input;            ///< what the person types
  bool is_typed_later = false;  ///< instead, what is written into the file "input" while it runs
  std::string out;              ///< of all runs so far, the errors among it

 private:
  [[nodiscard]] std::string command(const std::string& arguments) const;
  TempDir folder_;
};

/// Tests beside Bluesky's own server; they skip where it is not.
class PdsRoom : public testing::Test {
 public:
  /// Titles of the feed of this test hold it, so that its posts are told from other tests'.
  [[nodiscard]] static std::string word();
  /// Where an item of that feed leads: nobody listens there, as crier looks for the page and is to
  /// go nowhere but on this machine.
  [[nodiscard]] static std::string job_link(int job);

 protected:
  void SetUp() override;

  /// An account in feeds.toml; `more` are further lines of it.
  [[nodiscard]] std::string account_lines(const std::string& name, const PdsAccount& account,
                                          const std::string& more = {}) const;
  /// feeds.toml with one account, "town-hall", and one feed, "jobs".
  void write_config(const std::string& feed_lines = {}, const std::string& account_more = {});
  /// Signs in as a person with a browser does. `by`: who that person is.
  int sign_in(const PdsAccount& by, const std::string& name = "town-hall",
              const std::string& approve_options = {});
  int sign_in() { return sign_in(alice); }
  int sign_in_with_app_password();

  /// Asks the server, as anybody.
  [[nodiscard]] nlohmann::json ask(const std::string& method, const std::string& query,
                                   int status = 200) const;
  /// Sends as an account, with its session's token; gives the answer's status.
  int tell(const std::string& method, const nlohmann::json& body, const std::string& token,
           nlohmann::json* answer = nullptr) const;
  /// The records of the account's posts that hold `word`, oldest first.
  [[nodiscard]] std::vector<nlohmann::json> posts(const PdsAccount& account,
                                                  const std::string& word) const;
  [[nodiscard]] std::vector<nlohmann::json> posts(const std::string& word) const {
    return posts(alice, word);
  }
  /// What the server says of every post that crier printed the address of, and all that it lists:
  /// for the message of a test that misses one.
  [[nodiscard]] std::string what_the_server_has() const;

  Desk desk;
  nlohmann::json info;
  std::string server;
  PdsAccount alice, bob, carol;
};

}  // namespace crier
