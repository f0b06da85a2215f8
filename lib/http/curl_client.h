#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "http/client.h"

namespace crier {

struct CurlOptions {
  std::string user_agent;
  std::size_t max_connections = 64;
  std::size_t max_connections_per_host = 2;
  std::string ca_file = {};  ///< PEM bundle to trust in place of the system's; empty: the system's
  /// "HOST:PORT:ADDRESS": names that are looked up here and not in the DNS.
  std::vector<std::string> resolve = {};
  /// Addresses that pass as public ones, for tests: those of this machine never are.
  std::vector<std::string> counts_as_public = {};
};

/// HttpClient on libcurl's multi interface. http and https only; TLS is always verified; HTTP/1.1.
class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlOptions options);
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  TransferId start(Request request) override;
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override;
  void cancel(TransferId id) override;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace crier
