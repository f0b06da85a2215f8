#pragma once
#include <set>
#include <string>

#include "publish/gather.h"

namespace crier {

/// A feed as it came.
struct Document {
  std::string bytes, content_type;
  std::string base_url;  ///< where it was found in the end; empty: in a file
};

/// What a reading is judged by, beside what is known of the feed.
struct Reading {
  const GatherQuestion& question;
  const std::set<std::string>& restless;  ///< see restless_sites
  SysTime now{};
};

/// Reads a feed's document, finds what is new in it, and notes in `after` what was read.
/// Errors: rejected, for what is no feed.
[[nodiscard]] Result<void> read_document(Gathered& gathered, Document document,
                                         const Reading& reading);

}  // namespace crier
