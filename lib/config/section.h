#pragma once
#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/load.h"

namespace crier {

/// A named table inside a section: its name, where it begins, and what it holds.
struct NamedNode {
  std::string name;
  int line = 0;
  const toml::node* node = nullptr;
};

/// One table of the file, read key by key. What is wrong with a value goes to `problems` at once;
/// what nobody asked for, at the end.
class Section {
 public:
  /// `name` is how messages call it: "feeds.jobs", or empty for the top of the file.
  Section(const toml::table& table, std::string name, int line,
          std::vector<ConfigProblem>& problems);

  /// Says whether the key is there, whatever it holds; and that it is one that may be.
  [[nodiscard]] bool has(std::string_view key);

  // Each gives the value, or nothing if the key is not there or its value is no good (which has
  // been told). `example` is what the line might look like: prefix = "New job: ".
  [[nodiscard]] std::optional<std::string> text(std::string_view key, std::string_view example);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::size_t> number(std::string_view key, std::size_t least,
                                                  std::size_t most, std::size_t usual);
  /// An amount of money, 0.015 or "0.015" (with or without a "$"), in millionths.
  [[nodiscard]] std::optional<std::int64_t> money(std::string_view key, std::string_view example);
  /// A time such as "30s", "10m", "2h" or "7d"; `least` and `most` in the same form.
  [[nodiscard]] std::optional<std::chrono::seconds> duration(std::string_view key,
                                                             std::string_view least,
                                                             std::string_view most,
                                                             std::string_view example);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key,
                                                              std::string_view example);
  /// The tables in a table, in the file's order; empty if the key is not there.
  [[nodiscard]] std::vector<NamedNode> sections(std::string_view key, std::string_view example);

  /// Tells a problem with a key, at its line; with the section as a whole if it has no such key.
  void tell(std::string_view key, std::string_view what);
  /// Tells why a key may not be here, if it is.
  void forbid(std::string_view key, std::string_view why);
  /// Tells of each key that none of the calls above has named.
  void refuse_the_rest();

 private:
  [[nodiscard]] const toml::node* find(std::string_view key);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  /// What to do about a key that may not be here.
  [[nodiscard]] std::string advice_about(std::string_view key, const toml::node& value) const;
  void tell_type(std::string_view key, const toml::node& node, std::string_view wanted,
                 std::string_view example);

  const toml::table& table_;
  std::string name_;
  int line_;
  std::vector<ConfigProblem>& problems_;
  std::vector<std::string> known_;      ///< keys that may be here
  std::vector<std::string> forbidden_;  ///< keys that have been told of
};

/// Tells of every key and every address that holds a secret, wherever it stands. No secret is
/// repeated in a message.
void refuse_secrets(const toml::table& file, std::vector<ConfigProblem>& problems);

}  // namespace crier
