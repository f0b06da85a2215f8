#pragma once
#include <filesystem>

namespace crier {

/// What a TLS server may show. Each file holds a certificate and its key, as PEM.
struct Certificates {
  std::filesystem::path authority;   ///< what a client is to trust; the authority's key is not kept
  std::filesystem::path good;        ///< for 127.0.0.1, good for an hour
  std::filesystem::path expired;     ///< for 127.0.0.1, ended a day ago
  std::filesystem::path other_name;  ///< good for an hour, for another address
};

/// Makes an authority and certificates of the test's own.
[[nodiscard]] Certificates make_certificates(const std::filesystem::path& folder);

}  // namespace crier
