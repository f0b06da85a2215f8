#pragma once
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"

namespace crier {

struct InspectOptions {
  bool json = false;
  bool quiet = false;    ///< show problems only
  std::string base_url;  ///< what relative links hang on; empty: the source's own address
  std::vector<std::string> sources;
};

/// A document with what came along with it.
struct SourceBytes {
  std::string bytes, content_type, final_url;
  std::string remark = {};  ///< on a body that is packed otherwise than its server says; or empty
};

/// Reads a source: an http(s) address, a path, or "-".
using ReadSource = std::function<Result<SourceBytes>(const std::string& source)>;

/// Shows what each source says, as crier understands it; with `json` one object a line. A source
/// that is no feed gives a line on `err`; among several sources it has its line of JSON too, with
/// "source" and "error".
/// Gives the exit code: 0 if each source was a feed, 1 if one was not.
int inspect_feeds(const InspectOptions& options, const ReadSource& read, std::FILE* out,
                  std::FILE* err);

}  // namespace crier
