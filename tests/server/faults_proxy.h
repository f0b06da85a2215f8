#pragma once
#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace crier {

/// Where a program of that name is, also where only root looks; empty if it is not installed.
[[nodiscard]] std::string find_program(const std::string& name);

/// A port on 127.0.0.1 that nothing listens on.
[[nodiscard]] int free_port();

/// A proxy that belongs to the test: nginx or haproxy in the foreground, on one port of 127.0.0.1,
/// with its files in a folder of its own. It ends with its owner, however that ends.
class FaultProxy {
 public:
  FaultProxy(std::string program, std::filesystem::path folder, int port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// Ends what runs and begins anew with that configuration. Gives what the proxy wrote if it does
  /// not listen in the end; empty if all is well.
  [[nodiscard]] std::string restart(const std::string& configuration);
  /// Ends it at once, with every connection that it has. May be called from any thread.
  void kill() const;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

 private:
  void stop();
  [[nodiscard]] bool has_ended();

  std::string program_;
  std::filesystem::path folder_;
  int port_;
  std::atomic<pid_t> process_ = 0;
};

}  // namespace crier
