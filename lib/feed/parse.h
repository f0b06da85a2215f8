#pragma once
#include <string>
#include <string_view>

#include "core/model.h"

namespace crier {

struct ParseOptions {
  std::string
      base_url;  ///< what relative links hang on where the document says nothing; may be empty
  std::string content_type;  ///< the HTTP header, for its charset; may be empty
};

/// Reads a feed of any known format: RSS 0.9x, 1.0, 2.0, Atom 0.3, 1.0, JSON Feed 1.x.
///
/// `bytes` may be in any charset and is consumed. Titles and summaries keep their markup
/// (make_plain removes it, for those items that need it); all text is valid UTF-8.
/// An item that cannot be used is left out with a Warning; what could only be read tolerantly has
/// one too. Errors: rejected, when this is no feed at all: the message says what it looks like
/// instead.
[[nodiscard]] Result<Feed> parse_feed(std::string bytes, const ParseOptions& options);

}  // namespace crier
