#pragma once
#include <functional>
#include <map>
#include <string>

#include "http/client.h"

namespace crier {

/// The far sides' door: an HTTP server on 127.0.0.1 without a thread of its own, because a process
/// that is forked again and again must have no other. It works while serve() does.
///
/// A request for any address comes in as "/" and that address, and is handed over as if it had gone
/// there.
class Tunnel {
 public:
  /// An Error closes the connection without an answer.
  using Handler = std::function<Result<Response>(const Request& request)>;

  Tunnel();
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// Where a request enters: put before its address.
  [[nodiscard]] std::string entry() const;
  /// Answers until `until` is at its end (a pipe whose other end the run holds), and then takes in
  /// what the run had sent: a server does not know that its client is dead.
  void serve(int until, const Handler& handler);
  /// In the child: what it must not hold.
  void leave() const;

 private:
  void accept_all();
  bool read_some(int connection, const Handler& handler);
  void drain(const Handler& handler);

  int listener_ = -1;
  int port_ = 0;
  std::map<int, std::string> connections_;  ///< what has come in of a request that is not whole
};

/// Sends everything through a tunnel.
class TunnelClient final : public HttpClient {
 public:
  TunnelClient(HttpClient& to, std::string entry) : to_(to), entry_(std::move(entry)) {}
  TransferId start(Request request) override {
    request.url = entry_ + request.url;
    request.public_only = false;  // the tunnel itself is on this machine
    return to_.start(std::move(request));
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    std::vector<Completion> ended = to_.wait(at_most);
    for (Completion& completion : ended) {
      if (completion.result && completion.result->final_url.starts_with(entry_)) {
        completion.result->final_url.erase(0, entry_.size());
      }
    }
    return ended;
  }
  void cancel(TransferId id) override { to_.cancel(id); }

 private:
  HttpClient& to_;
  std::string entry_;
};

}  // namespace crier
