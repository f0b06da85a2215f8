#include "config/syntax.h"

#include <algorithm>
#include <array>
#include <string>

#include "config/values.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t max_file_bytes = 16'000'000;

std::string_view line_of(std::string_view text, int line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return trimmed(text.substr(0, text.find('\n')));
}

int first_line_not_utf8(std::string_view text) {
  for (int line = 1;; ++line) {
    const std::size_t end = text.find('\n');
    if (!is_utf8(text.substr(0, end)) || end == std::string_view::npos) return line;
    text.remove_prefix(end + 1);
  }
}

/// What stands between the first two single quotes of the library's message.
std::string_view quoted_name(std::string_view description) {
  const std::size_t begin = description.find('\'');
  if (begin == std::string_view::npos) return "this";
  const std::size_t end = description.rfind('\'');
  return end > begin ? description.substr(begin + 1, end - begin - 1) : "this";
}

bool has_curly_quotes(std::string_view line) {
  static constexpr std::array<std::string_view, 5> quotes{"“", "”", "„", "‘", "’"};
  return std::ranges::any_of(
      quotes, [&](std::string_view quote) { return line.find(quote) != std::string_view::npos; });
}

/// Says in plain words what to change. The library's own words name grammar rules and may quote
/// the value; they only serve to tell the cases apart.
std::string explain(std::string_view description, std::string_view line) {
  const auto says = [&](std::string_view words) {
    return description.find(words) != std::string_view::npos;
  };
  if (says("cannot redefine existing table")) {
    return fmt::format(
        "the section [{}] is here for the second time; join the two, or give this one another name",
        printable(quoted_name(description)));
  }
  if (says("cannot redefine existing") || says("cannot insert")) {
    return fmt::format("\"{}\" is set for the second time; keep one of the two lines",
                       printable(quoted_name(description)));
  }
  if (has_curly_quotes(line)) {
    return "the quotes are curly, as word processors make them; type straight ones: \"like this\"";
  }
  if (says("unknown escape sequence") || says("expected hex digit")) {
    return "a backslash has a meaning of its own between double quotes; write it twice, or use "
           "single quotes: 'like this'";
  }
  if (says("parsing string") || says("parsing literal string") || says("parsing multi-line")) {
    return "a text is not closed; put a quote \" at its end, on the same line";
  }
  if (says("parsing array")) {
    return "a list is not closed or lacks a comma; write it like accounts = [\"one\", \"two\"]";
  }
  if (says("parsing table header")) {
    return "a section's name is not written as it must be; write it like [feeds.jobs], of letters, "
           "digits, - and _";
  }
  if (says("parsing boolean"))
    return "yes or no is written true or false, in small letters and without quotes";
  if (says("expected value"))
    return "a setting has no value; write one behind the =, or take the line out";
  if (says("expected a comment or whitespace")) {
    return "there is something behind the value; each setting has a line of its own, and a quote "
           "inside a text needs the other kind around it: \"it's\"";
  }
  if (says("parsing value") || says("parsing date") || says("parsing time") ||
      says("parsing decimal") || says("parsing integer") || says("parsing floating")) {
    return "a value is not written as it must be; put texts between quotes: \"like this\"";
  }
  return "this is not TOML; a setting is written key = \"value\", a section [feeds.jobs], a remark "
         "begins with #";
}

bool looks_like_a_secret(std::string_view line) {
  const std::size_t equals = line.find('=');
  return equals != std::string_view::npos && is_secret_name(trimmed(line.substr(0, equals)));
}

}  // namespace

std::optional<toml::table> parse_toml(std::string_view text, std::vector<ConfigProblem>& problems) {
  if (text.size() > max_file_bytes) {
    problems.push_back({0, "the file is larger than 16 MB; is it really the settings of crier?"});
    return std::nullopt;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    problems.push_back({0, "the file is saved as UTF-16; save it as UTF-8"});
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!is_utf8(text)) {
    problems.push_back({first_line_not_utf8(text),
                        "there is a character here that is not UTF-8; save the file as UTF-8"});
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const int line = static_cast<int>(error.source().begin.line);
    const std::string_view broken = line_of(text, line);
    std::string message = explain(error.description(), broken);
    if (looks_like_a_secret(broken)) {
      message += "; and no secret belongs in this file: `crier auth login` keeps it apart";
    }
    problems.push_back({line, std::move(message)});
    return std::nullopt;
  }
}

}  // namespace crier
