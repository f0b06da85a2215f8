#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"
#include "http/message.h"

namespace crier {

/// What requests announce.
inline constexpr std::string_view readable_codings = "gzip, deflate, br";

/// A body without its content codings.
struct Unpacked {
  std::string body;
  std::string remark;  ///< a sentence, where it was packed otherwise than its headers say; or empty
};

/// Undoes an answer's content codings (RFC 9110 section 8.4).
///
/// The bytes decide, and what the headers say is a hint: gzip is known by its first bytes, whoever
/// announced it; what is announced and is not there, or is no coding at all, changes nothing; and
/// what stands behind a whole gzip stream is left away. Each of these has its remark.
///
/// `most`: bytes, unpacked. `may_be_cut`: what is beyond, or was cut off packed, is left away.
/// Errors: invalid, if it is larger; unavailable, if what is packed is broken or ends early.
[[nodiscard]] Result<Unpacked> unpack(std::string body, const Headers& headers, std::size_t most,
                                      bool may_be_cut);

}  // namespace crier
