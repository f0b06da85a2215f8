#include "feed/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/utf8.h"
#include "feed/utf8_repair.h"

namespace crier {
namespace {

/// Source: the WHATWG Encoding Standard's index for windows-1252, 0x80 to 0x9F. Five are control
/// characters, which nobody sees.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

std::string windows_1252_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80U) {
      out += c;
    } else {
      append_utf8(out, from_windows_1252(byte));
    }
  }
  return out;
}

/// iconv's converter to UTF-8, closed when it goes.
class Converter {
 public:
  explicit Converter(const std::string& charset) : handle_(iconv_open("UTF-8", charset.c_str())) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  [[nodiscard]] bool is_open() const {
    // iconv_open fails with (iconv_t)-1, and iconv_t is a pointer.
    return reinterpret_cast<std::intptr_t>(handle_) != -1;
  }
  /// Nothing, if the bytes are not of this charset: more than one in a hundred does not fit. Those
  /// few become U+FFFD; an incomplete last character is left out.
  std::optional<std::string> convert(std::string& bytes) {
    std::string out;
    std::array<char, 16384> chunk{};
    char* in = bytes.data();
    std::size_t left = bytes.size();
    std::size_t misfits = 0;
    while (left > 0) {
      char* to = chunk.data();
      std::size_t room = chunk.size();
      const auto outcome = iconv(handle_, &in, &left, &to, &room);
      const int problem = errno;
      out.append(chunk.data(), chunk.size() - room);
      if (outcome != static_cast<std::size_t>(-1) || problem == E2BIG) continue;
      if (problem != EILSEQ) break;
      if (++misfits > bytes.size() / 100) return std::nullopt;
      append_utf8(out, 0xFFFD);
      ++in;
      --left;
    }
    return out;
  }

 private:
  iconv_t handle_;
};

std::optional<std::string> converted(std::string& bytes, const std::string& charset) {
  Converter converter(charset);
  if (!converter.is_open()) return std::nullopt;
  auto out = converter.convert(bytes);
  if (out && !is_utf8(*out)) return std::nullopt;
  return out;
}

struct Wide {
  const char* charset;
  std::size_t mark;  ///< bytes of byte order mark to leave out
};

/// Source: XML 1.0 appendix F for what the first four bytes say.
std::optional<Wide> wide_charset(std::string_view bytes) {
  const auto begins = [&bytes](std::string_view with) {
    return bytes.substr(0, with.size()) == with;
  };
  using namespace std::string_view_literals;
  if (begins("\xFF\xFE\0\0"sv)) return Wide{"UTF-32LE", 4};
  if (begins("\0\0\xFE\xFF"sv)) return Wide{"UTF-32BE", 4};
  if (begins("\xFF\xFE"sv)) return Wide{"UTF-16LE", 2};
  if (begins("\xFE\xFF"sv)) return Wide{"UTF-16BE", 2};
  if (begins("<\0\0\0"sv) || begins("{\0\0\0"sv)) return Wide{"UTF-32LE", 0};
  if (begins("\0\0\0<"sv) || begins("\0\0\0{"sv)) return Wide{"UTF-32BE", 0};
  if (begins("<\0"sv) || begins("{\0"sv)) return Wide{"UTF-16LE", 0};
  if (begins("\0<"sv) || begins("\0{"sv)) return Wide{"UTF-16BE", 0};
  if (begins("\x4C\x6F\xA7\x94"sv)) return Wide{"IBM037", 0};
  return std::nullopt;
}

std::string_view quoted_value(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return {};
  if (text.front() == '"' || text.front() == '\'') {
    const char quote = text.front();
    text.remove_prefix(1);
    return trimmed(text.substr(0, text.find(quote)));
  }
  return text.substr(0, text.find_first_of(" \t\r\n;?>,"));
}

/// The encoding that an XML declaration names.
std::string_view declared_in_xml(std::string_view bytes) {
  const std::string_view start = trimmed(bytes.substr(0, 512));
  if (start.substr(0, 5) != "<?xml") return {};
  const std::string_view declaration = start.substr(0, start.find('>'));
  const auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = trimmed(declaration.substr(at + 8));
  if (rest.empty() || rest.front() != '=') return {};
  return quoted_value(rest.substr(1));
}

bool is_harmless_name(std::string_view name) {
  for (const char c : name) {
    const bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == ':';
    if (!good) return false;
  }
  return !name.empty() && name.size() <= 40;
}

bool is_utf7(std::string_view lower) {
  return lower.find("utf-7") != std::string_view::npos || lower == "utf7" || lower == "csutf7" ||
         lower == "cp65000" || lower == "cputf7";
}

/// Web usage: all of these names mean windows-1252 in practice (WHATWG Encoding Standard, names).
bool is_western(std::string_view lower) {
  return lower == "windows-1252" || lower == "cp1252" || lower == "iso-8859-1" ||
         lower == "iso8859-1" || lower == "iso_8859-1" || lower == "latin1" || lower == "latin-1" ||
         lower == "us-ascii" || lower == "ascii";
}

bool is_single_byte(std::string_view lower) {
  return is_western(lower) || lower.substr(0, 8) == "iso-8859" ||
         lower.substr(0, 8) == "windows-" || lower.substr(0, 3) == "koi" ||
         lower.substr(0, 3) == "mac";
}

/// glibc does not know every name that feeds use.
std::string iconv_name(std::string_view lower) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kOthers{
      {{"mac-cyrillic", "MACCYRILLIC"},
       {"x-mac-cyrillic", "MACCYRILLIC"},
       {"x-mac-roman", "MACINTOSH"},
       {"x-sjis", "SHIFT_JIS"},
       {"shift-jis", "SHIFT_JIS"},
       {"gb2312", "GB18030"},
       {"gbk", "GB18030"},
       {"ks_c_5601-1987", "CP949"},
       {"euc-kr", "CP949"}}};
  for (const auto& [from, to] : kOthers) {
    if (lower == from) return std::string(to);
  }
  return std::string(lower);
}

bool is_ascii_only(std::string_view bytes) {
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) >= 0x80U) return false;
  }
  return true;
}

class Settling {
 public:
  Settling(std::string& bytes, std::vector<Warning>& warnings)
      : bytes_(bytes), warnings_(warnings), is_utf8_(is_utf8(bytes)) {}

  [[nodiscard]] bool is_utf8_already() const { return is_utf8_; }

  void warn(const char* code, std::string message) {
    warnings_.push_back({code, std::move(message)});
  }

  /// Says whether the bytes are settled now.
  bool try_charset(std::string_view name, std::string_view from) {
    if (name.empty()) return false;
    const std::string lower = ascii_lower(name);
    if (lower == "utf-8" || lower == "utf8") {
      if (!is_utf8_) {
        warn("charset-mismatch", fmt::format("{} says UTF-8, but some bytes are not", from));
      }
      return is_utf8_;
    }
    if (!is_harmless_name(name) || is_utf7(lower)) {
      warn("charset-refused", fmt::format("{} names a charset that is not used", from));
      return false;
    }
    // The declaration of a document in wide units was settled before; here its bytes are narrow.
    if (lower.substr(0, 4) == "utf-" || lower.substr(0, 4) == "ucs-") return false;
    if (is_single_byte(lower) && (is_utf8_ || is_mostly_utf8(bytes_))) {
      if (!is_ascii_only(bytes_)) {
        warn("charset-mismatch", fmt::format("{} says {}, but the bytes are UTF-8", from, name));
      }
      if (!is_utf8_) bytes_ = repaired_utf8(bytes_);
      return true;
    }
    if (is_western(lower)) {
      bytes_ = windows_1252_to_utf8(bytes_);
      return true;
    }
    auto out = converted(bytes_, iconv_name(lower));
    if (!out) {
      warn("charset-mismatch",
           fmt::format("{} says {}, which does not fit or is not known", from, name));
      return false;
    }
    bytes_ = std::move(*out);
    return true;
  }

 private:
  std::string& bytes_;
  std::vector<Warning>& warnings_;
  bool is_utf8_;
};

}  // namespace

char32_t from_windows_1252(unsigned char byte) {
  if (byte >= 0x80U && byte < 0xA0U) return kWindows1252[byte - 0x80U];
  return byte;
}

std::string_view charset_of(std::string_view content_type) {
  std::size_t at = content_type.find(';');
  while (at != std::string_view::npos) {
    const std::string_view rest = trimmed(content_type.substr(at + 1));
    const auto equals = rest.find('=');
    if (equals != std::string_view::npos &&
        ascii_iequals(trimmed(rest.substr(0, equals)), "charset")) {
      return quoted_value(rest.substr(equals + 1));
    }
    at = content_type.find(';', at + 1);
  }
  return {};
}

void settle_charset(std::string& bytes, std::string_view content_type,
                    std::vector<Warning>& warnings) {
  if (std::string_view(bytes).substr(0, 3) == "\xEF\xBB\xBF") {
    bytes.erase(0, 3);
    if (!is_utf8(bytes)) {
      warnings.push_back({"charset-mismatch", "some bytes are not UTF-8"});
      bytes = repaired_utf8(bytes);
    }
    return;
  }
  if (const auto wide = wide_charset(bytes)) {
    bytes.erase(0, wide->mark);
    if (auto out = converted(bytes, wide->charset)) {
      bytes = std::move(*out);
      return;
    }
    warnings.push_back(
        {"charset-mismatch", fmt::format("the bytes begin like {}, but are not", wide->charset)});
  }
  Settling settling(bytes, warnings);
  const std::string in_header(charset_of(content_type));
  const std::string in_document(declared_in_xml(bytes));
  if (settling.try_charset(in_header, "the Content-Type header") ||
      settling.try_charset(in_document, "the XML declaration") || settling.is_utf8_already()) {
    return;
  }
  bytes = repaired_utf8(bytes);
}

}  // namespace crier
