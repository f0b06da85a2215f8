#include "config/section.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "config/values.h"
#include "core/utf8.h"

namespace crier {
namespace {

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none: return "nothing";
    case toml::node_type::table: return "a section";
    case toml::node_type::array: return node.is_array_of_tables() ? "a list of sections" : "a list";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer:
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or time";
  }
  return "something else";
}

/// Where a setting belongs that was found in `section`; empty if there is no better place.
std::string_view place_of(std::string_view key, std::string_view section) {
  static constexpr std::array<std::string_view, 7> top{
      "state",   "timezone",     "require_ledger", "max_connections", "max_connections_per_host",
      "timeout", "max_feed_size"};
  static constexpr std::array<std::string_view, 6> feed{"url",      "prefix",    "template",
                                                        "base_url", "first_run", "accounts"};
  static constexpr std::array<std::string_view, 3> account{"network", "server", "visibility"};
  if (std::ranges::find(top, key) != top.end())
    return "at the top of the file, before the first [section]";
  if (std::ranges::find(feed, key) != feed.end()) return "in a section [feeds.NAME]";
  if (section.starts_with("accounts.")) return {};
  if (std::ranges::find(account, key) != account.end()) return "in a section [accounts.NAME]";
  return {};
}

/// What a section at the top of the file was meant to be, by what stands in it; empty: no telling.
std::string meant_section(std::string_view name, const toml::node& value) {
  const toml::table* const section = value.as_table();
  if (section == nullptr) return {};
  if (section->contains("network")) return "accounts." + printable(name);
  const bool is_feed = section->contains("url") || section->contains("accounts");
  return is_feed ? "feeds." + printable(name) : std::string();
}

std::string joined(std::string_view path, std::string_view key) {
  std::string out(path);
  if (!out.empty()) out += '.';
  return out += printable(key);
}

void refuse_secrets_in(const toml::node& node, int line, const std::string& path,
                       const std::string& account, std::vector<ConfigProblem>& problems);

void refuse_secrets_in(const toml::table& table, const std::string& path,
                       const std::string& account, std::vector<ConfigProblem>& problems) {
  for (const auto& [key, value] : table) {
    const std::string here = joined(path, key.str());
    const std::string of = path == "accounts" ? printable(key.str()) : account;
    if (is_secret_name(key.str()) && !value.is_table()) {
      problems.push_back({line_of(key.source()),
                          fmt::format("{}: no secret belongs in this file; take the line out and "
                                      "run `crier auth login {}`, which keeps it apart",
                                      here, of)});
      continue;
    }
    refuse_secrets_in(value, line_of(key.source()), here, of, problems);
  }
}

void refuse_secrets_in(const toml::node& node, int line, const std::string& path,
                       const std::string& account, std::vector<ConfigProblem>& problems) {
  if (const toml::table* table = node.as_table()) {
    refuse_secrets_in(*table, path, account, problems);
  } else if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array)
      refuse_secrets_in(element, line, path, account, problems);
  } else if (const auto* text = node.as_string(); text != nullptr && has_user_info(text->get())) {
    problems.push_back({line, fmt::format("{}: the address has a user name or password in it, and "
                                          "no secret belongs in this file; "
                                          "take out what stands between // and @",
                                          path)});
  }
}

}  // namespace

Section::Section(const toml::table& table, std::string name, int line,
                 std::vector<ConfigProblem>& problems)
    : table_(table), name_(std::move(name)), line_(line), problems_(problems) {}

std::string Section::path_of(std::string_view key) const { return joined(name_, key); }

const toml::node* Section::find(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  return table_.get(key);
}

bool Section::has(std::string_view key) { return find(key) != nullptr; }

void Section::tell(std::string_view key, std::string_view what) {
  const auto found = table_.find(key);
  if (found == table_.end()) {
    problems_.push_back(
        {line_, name_.empty() ? std::string(what) : fmt::format("{}: {}", name_, what)});
  } else {
    problems_.push_back(
        {line_of(found->first.source()), fmt::format("{}: {}", path_of(key), what)});
  }
}

void Section::tell_type(std::string_view key, const toml::node& node, std::string_view wanted,
                        std::string_view example) {
  tell(key, fmt::format("is {}, and must be {}; write it like {}", kind_of(node), wanted, example));
}

std::optional<std::string> Section::text(std::string_view key, std::string_view example) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    tell_type(key, *node, "a text in quotes", example);
    return std::nullopt;
  }
  // Such an address is told of by refuse_secrets; no other message may repeat it.
  if (has_user_info(value->get())) return std::nullopt;
  return value->get();
}

std::optional<bool> Section::flag(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_boolean()) return value->get();
  const std::string word = ascii_lower(node->value_or(std::string()));
  const bool is_no = word == "false" || word == "no" || word == "off";
  tell_type(key, *node, "true or false, without quotes",
            fmt::format("{} = {}", key, is_no ? "false" : "true"));
  return std::nullopt;
}

std::optional<std::int64_t> Section::money(std::string_view key, std::string_view example) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::optional<std::int64_t> amount;
  if (const auto number = node->value<double>(); number && node->is_number()) {
    if (*number >= 0 && *number <= 1e9) amount = std::llround(*number * 1e6);
  } else if (const auto text = node->value<std::string>()) {
    std::string_view digits = trimmed(*text);
    if (digits.starts_with('$')) digits.remove_prefix(1);
    amount = parse_millionths(digits);
  }
  if (!amount) {
    tell(key, fmt::format("must be an amount of money, 0 or more; write it like {}", example));
  }
  return amount;
}

std::optional<std::size_t> Section::number(std::string_view key, std::size_t least,
                                           std::size_t most, std::size_t usual) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    const std::string given(trimmed(node->value_or(std::string())));
    const bool is_quoted_number = !given.empty() && given.size() < 10 &&
                                  given.find_first_not_of("0123456789") == std::string::npos;
    tell_type(key, *node, "a whole number, without quotes",
              fmt::format("{} = {}", key, is_quoted_number ? given : std::to_string(usual)));
    return std::nullopt;
  }
  if (value->get() < 0 || static_cast<std::uint64_t>(value->get()) < least ||
      static_cast<std::uint64_t>(value->get()) > most) {
    tell(key, fmt::format("is {}, and must be from {} to {}", value->get(), least, most));
    return std::nullopt;
  }
  return static_cast<std::size_t>(value->get());
}

std::optional<std::chrono::seconds> Section::duration(std::string_view key, std::string_view least,
                                                      std::string_view most,
                                                      std::string_view example) {
  const auto given = text(key, example);
  if (!given) return std::nullopt;
  const auto value = parse_duration(trimmed(*given));
  if (!value) {
    tell(key, fmt::format("is no time that crier reads (such as \"12h\", \"7d\" or \"2 weeks\"); "
                          "write it like {}",
                          example));
    return std::nullopt;
  }
  if (*value >= parse_duration(least) && *value <= parse_duration(most)) return value;
  tell(key, fmt::format("must be from \"{}\" to \"{}\"; write it like {}", least, most, example));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Section::texts(std::string_view key,
                                                       std::string_view example) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    tell_type(key, *node, "a list of texts", example);
    return std::nullopt;
  }
  std::vector<std::string> out;
  for (const toml::node& element : *array) {
    const auto* value = element.as_string();
    if (value == nullptr) {
      tell(key, fmt::format("holds {}, and may hold only texts in quotes; write it like {}",
                            kind_of(element), example));
      return std::nullopt;
    }
    out.push_back(value->get());
  }
  return out;
}

std::vector<NamedNode> Section::sections(std::string_view key, std::string_view example) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    tell_type(key, *node, "sections, each with its own name", example);
    return {};
  }
  // The library keeps its tables in the order of their names.
  std::vector<std::tuple<toml::source_index, toml::source_index, NamedNode>> placed;
  for (const auto& [name, value] : *table) {
    const toml::source_position at = name.source().begin;
    placed.emplace_back(at.line, at.column,
                        NamedNode{std::string(name.str()), static_cast<int>(at.line), &value});
  }
  std::ranges::sort(placed, [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<NamedNode> out;
  out.reserve(placed.size());
  for (auto& entry : placed) out.push_back(std::move(std::get<2>(entry)));
  return out;
}

void Section::forbid(std::string_view key, std::string_view why) {
  forbidden_.emplace_back(key);
  if (table_.get(key) != nullptr) tell(key, why);
}

std::string Section::advice_about(std::string_view key, const toml::node& value) const {
  if (const std::string meant = meant_section(key, value); name_.empty() && !meant.empty()) {
    return fmt::format("did you mean [{}]?", meant);
  }
  if (const std::string_view place = place_of(key, name_); !place.empty()) {
    return fmt::format("it belongs {}", place);
  }
  if (const auto meant = nearest(key, known_)) return fmt::format("did you mean \"{}\"?", *meant);
  return fmt::format("the settings here are: {}", listed(known_));
}

void Section::refuse_the_rest() {
  for (const auto& [key, value] : table_) {
    const std::string_view name = key.str();
    const bool is_told = std::ranges::find(forbidden_, name) != forbidden_.end() ||
                         (is_secret_name(name) && !value.is_table());
    if (is_told || std::ranges::find(known_, name) != known_.end()) continue;
    tell(name, fmt::format("there is no such setting here; {}", advice_about(name, value)));
  }
}

void refuse_secrets(const toml::table& file, std::vector<ConfigProblem>& problems) {
  refuse_secrets_in(file, "", "ACCOUNT", problems);
}

}  // namespace crier
