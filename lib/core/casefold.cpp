#include "core/casefold.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "core/utf8.h"

namespace crier {

std::string casefolded(std::string_view text) {
  std::string valid = to_valid_utf8(text);
  const auto* bytes = static_cast<const utf8proc_uint8_t*>(static_cast<const void*>(valid.c_str()));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> folded(
      utf8proc_NFKC_Casefold(bytes), &std::free);
  return folded ? static_cast<const char*>(static_cast<const void*>(folded.get())) : valid;
}

}  // namespace crier
