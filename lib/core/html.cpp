#include "core/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.h"

namespace crier {

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string html_shown(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string_view rest = valid;
  std::string out;
  while (!rest.empty()) {
    const std::size_t line_end = std::min(rest.find('\n'), rest.size());
    out += html_escaped(printable(rest.substr(0, line_end)));
    if (line_end < rest.size()) out += '\n';
    rest.remove_prefix(std::min(line_end + 1, rest.size()));
  }
  return out;
}

std::string html_link(std::string_view url, std::string_view label) {
  return fmt::format(R"(<a href="{}" rel="nofollow noopener noreferrer">{}</a>)", html_shown(url),
                     html_shown(label));
}

}  // namespace crier
