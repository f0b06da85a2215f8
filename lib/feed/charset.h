#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

namespace crier {

/// Turns a document of any charset into valid UTF-8, in place where it is UTF-8 already.
///
/// 1. A byte order mark decides; then zero bytes that only UTF-16 or UTF-32 has around "<" or "{".
/// 2. Then the charset of the Content-Type header, then that of the XML declaration: the first that
///    fits the bytes. A single-byte charset gives way to UTF-8 when the bytes are that, or mostly
///    (utf8_repair.h).
/// 3. Else UTF-8, repaired where it is none.
/// 4. UTF-7 is never used: it hides markup from every check.
/// A name nobody knows and a charset that does not fit give a Warning, not an error.
void settle_charset(std::string& bytes, std::string_view content_type,
                    std::vector<Warning>& warnings);

/// The character that a byte stands for in windows-1252; for the five that stand for none, a
/// control character.
[[nodiscard]] char32_t from_windows_1252(unsigned char byte);

/// The charset that a Content-Type header names; empty if it names none.
[[nodiscard]] std::string_view charset_of(std::string_view content_type);

}  // namespace crier
