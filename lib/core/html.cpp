#include "core/html.h"

#include <fmt/format.h>

#include "core/safe_text.h"
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
  return html_escaped(printable_lines(to_valid_utf8(text)));
}

std::string html_link(std::string_view url, std::string_view label) {
  return fmt::format(R"(<a href="{}" rel="nofollow noopener noreferrer">{}</a>)", html_shown(url),
                     html_shown(label));
}

}  // namespace crier
