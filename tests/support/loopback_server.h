#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crier {

/// A raw HTTP server on 127.0.0.1 for what a well-behaved one cannot do. One connection at a time
/// or many; each request is handed over whole, and what comes back is written as it is.
class LoopbackServer {
 public:
  struct Reply {
    std::string bytes;    ///< the whole answer, status line and headers too
    bool close = false;   ///< close the connection afterwards
    bool silent = false;  ///< write nothing, leave the connection open until the server ends
  };
  using Handler = std::function<Reply(const std::string& request)>;

  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> requests() const;  ///< head and body of each, in order
  [[nodiscard]] int connections() const { return connections_; }

  /// An answer with a length, kept alive.
  [[nodiscard]] static Reply ok(const std::string& body, const std::string& headers = "");

 private:
  void accept_all();
  void serve(int connection);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace crier
