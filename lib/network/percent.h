#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crier {

/// Undoes percent-encoding (RFC 3986 section 2.1). A "%" without two hex digits stays as it is.
[[nodiscard]] inline std::string percent_decode(std::string_view text) {
  const auto digit = [](char c) -> unsigned {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    return 16;
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const unsigned high = digit(text[i + 1]);
      const unsigned low = digit(text[i + 2]);
      if (high < 16 && low < 16) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace crier
