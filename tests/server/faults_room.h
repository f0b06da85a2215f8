#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "http/curl_client.h"
#include "server/faults_certificates.h"
#include "server/faults_proxy.h"
#include "support/loopback_server.h"
#include "support/newsroom.h"

namespace crier {

/// What the server itself does with a post.
enum class Manner : std::uint8_t {
  answers,
  acts_in_silence,  ///< makes it public and never answers
  acts_late,        ///< says nothing, and makes it public only in finish_late()
};

/// A newsroom whose Mastodon server listens on 127.0.0.1, behind a proxy that can be at fault.
/// Requests are real; waiting moves the newsroom's clock and takes no time.
class FaultRoom {
 public:
  /// `program`: the path of nginx or haproxy.
  explicit FaultRoom(const std::string& program);

  /// A run over the network. Gives how many requests it began.
  int run();
  void an_hour_later();
  /// Runs, an hour apart, until nothing is open.
  void run_until_quiet();
  /// What acts_late left undone is done now, as by a server that was slow.
  void finish_late();

  /// How often each text became public.
  [[nodiscard]] std::map<std::string, int> made_public();
  /// How many requests came through the proxy to the server.
  [[nodiscard]] std::size_t arrived() const { return server_.requests().size(); }
  [[nodiscard]] std::size_t count(Stage stage) const;

  Manner manner = Manner::answers;       ///< to be changed between runs only
  bool proxy_dies_after_a_post = false;  ///< before its answer has passed
  Newsroom news;

 private:
  LoopbackServer::Reply answer(const std::string& request);
  Response ask_site(const std::string& request);

  std::mutex mutex_;  ///< over the newsroom's site and clock: the server has threads of its own
  std::vector<std::string> late_;

 public:
  const Certificates certificates;
  FaultProxy proxy;

 private:
  LoopbackServer server_;

 public:
  const std::string upstream;  ///< where the server itself listens: "127.0.0.1:4711"
};

}  // namespace crier
