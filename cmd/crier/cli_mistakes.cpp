#include "crier/cli_mistakes.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "config/values.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// The command that the words have come to: `crier`, `crier history`, `crier history import`.
const CLI::App& place_of(const CLI::App& app) {
  const CLI::App* place = &app;
  while (!place->get_subcommands().empty()) place = place->get_subcommands().front();
  return *place;
}

std::string full_name(const CLI::App& place) {
  const CLI::App* const above = place.get_parent();
  return above == nullptr ? place.get_name() : full_name(*above) + " " + place.get_name();
}

/// "--feed, --json, …": what may stand behind a command; those of `crier` itself may everywhere.
std::vector<std::string> options_of(const CLI::App& place) {
  std::vector<std::string> names;
  for (const CLI::App* app = &place; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// `crier --dry-run`: an option before any command that crier itself does not have.
bool tell_misplaced_option(const CLI::App& app, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  const std::vector<std::string> own = options_of(app);
  if (!name.starts_with("--") || std::ranges::find(own, name) != own.end()) return false;
  std::string advice;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (advice.empty() && command->get_option_no_throw(name) != nullptr)
      advice =
          fmt::format(": it belongs behind its command: crier {} {}", command->get_name(), name);
  }
  const auto meant = nearest(name, own);
  if (advice.empty() && meant) advice = fmt::format(": did you mean {}?", *meant);
  fmt::print(stderr, "crier: crier has no option {}{}\n", printable(name), advice);
  return true;
}

}  // namespace

bool tell_unknown_command(CLI::App& app, const std::vector<std::string>& words) {
  CLI::App* place = &app;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "-c" || word == "--config") ++i;
    if (word.starts_with('-')) {
      if (place == &app && tell_misplaced_option(app, word)) return true;
      continue;
    }
    std::vector<std::string> names;
    for (const CLI::App* each : place->get_subcommands({})) names.push_back(each->get_name());
    if (names.empty() || place->get_require_subcommand_min() == 0) return false;
    if (std::ranges::find(names, word) != names.end()) {
      place = place->get_subcommand(word);
      continue;
    }
    if (place == &app) names.emplace_back("help");
    const auto meant = nearest(word, names);
    const std::string before = place == &app ? "" : place->get_name() + " ";
    fmt::print(stderr, "crier: there is no command \"{}{}\"{}; the commands here are: {}\n", before,
               printable(word),
               meant ? fmt::format(": did you mean \"{}{}\"?", before, *meant) : "", listed(names));
    return true;
  }
  return false;
}

namespace {

/// The library's "--backfill: 1 required N missing", as a sentence.
std::string missing_value(const CLI::App& place, const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  for (const CLI::App* app = &place; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(name);
    if (option == nullptr || !what.ends_with(" missing")) continue;
    return fmt::format("{} needs a value behind it: {} {}", name, name, option->get_type_name());
  }
  return what;
}

}  // namespace

void tell_mistake(const CLI::App& app, const CLI::ParseError& problem) {
  const CLI::App& place = place_of(app);
  const auto kind = static_cast<CLI::ExitCodes>(problem.get_exit_code());
  if (kind == CLI::ExitCodes::RequiredError && place.get_require_subcommand_min() > 0) {
    // Versions of the library end it with one empty line, or with none.
    fmt::print(stderr, "{}\n", trimmed(app.help()));
    return;
  }
  std::string what = problem.what();
  if (kind == CLI::ExitCodes::ArgumentMismatch) what = missing_value(place, what);
  // A misspelt option may be the one that is missed.
  const std::vector<std::string> left = app.remaining(true);
  const bool is_option = !left.empty() && left.front().starts_with('-');
  if (kind == CLI::ExitCodes::ExtrasError || (kind == CLI::ExitCodes::RequiredError && is_option)) {
    const std::string word = left.empty() ? std::string() : left.front();
    const std::string name = full_name(place);
    const auto meant = word.starts_with("--")
                           ? nearest(word.substr(0, word.find('=')), options_of(place))
                           : std::nullopt;
    what = is_option ? fmt::format("{} has no option {}", name, word)
                     : fmt::format("{} does not know what to do with \"{}\"", name, word);
    if (meant) what += fmt::format(": did you mean {}?", *meant);
  }
  fmt::print(stderr, "crier: {}\n{} --help shows what it takes\n", printable(what),
             full_name(place));
}

CLI::Validator number_between(long lowest, long highest) {
  return {[=](const std::string& text) {
            long number = 0;
            const char* const end = text.data() + text.size();
            const auto [rest, problem] = std::from_chars(text.data(), end, number);
            const bool is_good =
                problem == std::errc() && rest == end && number >= lowest && number <= highest;
            return is_good ? std::string()
                           : fmt::format("write a number from {} to {}, not \"{}\"", lowest,
                                         highest, text);
          },
          ""};
}

CLI::Validator one_of(std::vector<std::string> words) {
  return {[words = std::move(words)](const std::string& text) {
            if (std::ranges::find(words, text) != words.end()) return std::string();
            const auto meant = nearest(text, words);
            return fmt::format("there is no \"{}\": {}it may be {}", text,
                               meant ? fmt::format("did you mean {}? ", *meant) : std::string(),
                               listed(words));
          },
          ""};
}

}  // namespace crier
