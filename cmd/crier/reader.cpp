#include "crier/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/local_time.h"
#include "core/utf8.h"

namespace crier {
namespace {

Reader& reader() {
  static Reader the_reader;
  return the_reader;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

constexpr std::string_view program = "crier ";

/// Whether a command stands at `at` that reads feeds.toml.
bool is_command_at(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 10> commands{
      "publish",  "check", "status",     "resolve",      "history",
      "rehearse", "auth",  "feed adopt", "feed release", "feed resume"};
  if (!text.substr(at).starts_with(program)) return false;
  if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '/' || text[at - 1] == '.')) return false;
  const std::string_view rest = text.substr(at + program.size());
  return std::ranges::any_of(commands, [&](std::string_view command) {
    return rest.starts_with(command) &&
           (rest.size() == command.size() || !is_word(rest[command.size()]));
  });
}

std::string with_config(std::string_view text, const std::string& config) {
  if (config.empty()) return std::string(text);
  const std::string option = fmt::format("{}--config {} ", program, shell_word(config));
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (is_command_at(text, at)) {
      out += option;
      at += program.size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

std::string shell_word(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return is_word(c) || std::string_view("/.+,:@%").find(c) != std::string_view::npos;
  });
  if (is_plain) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

void speak_to(Reader whom) { reader() = std::move(whom); }

std::string worded(std::string_view text) {
  return with_config(with_local_times(text, reader().timezone), reader().config);
}

std::string for_reader(std::string_view message) { return printable(worded(message)); }

std::string for_reader(SysTime time) {
  const LocalTime local = to_local(time, reader().timezone);
  return fmt::format("{} {} {}", local.day, local.time, local.zone);
}

std::string day_for_reader(SysTime time) { return to_local(time, reader().timezone).day; }

}  // namespace crier
