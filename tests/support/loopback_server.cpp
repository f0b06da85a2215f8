#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <optional>

#include "core/result.h"
#include "core/utf8.h"

namespace crier {
namespace {

std::size_t body_length(const std::string& head) {
  const std::string lower = ascii_lower(head);
  const std::size_t at = lower.find("\r\ncontent-length:");
  std::size_t length = 0;
  if (at != std::string::npos) {
    const std::string_view value = trimmed(std::string_view(lower).substr(at + 17, 20));
    std::from_chars(value.data(), value.data() + value.size(), length);
  }
  return length;
}

/// Reads one request; nothing when the peer is gone.
std::optional<std::string> read_request(int connection) {
  std::string bytes;
  char chunk[4096];
  while (true) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end != std::string::npos && bytes.size() >= end + 4 + body_length(bytes.substr(0, end)))
      return bytes;
    const ssize_t got = ::recv(connection, chunk, sizeof chunk, 0);
    if (got <= 0) return std::nullopt;
    bytes.append(chunk, static_cast<std::size_t>(got));
  }
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CRIER_ENSURE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                   ::listen(listener_, 64) == 0 &&
                   ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0,
               "a free port on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : open_) ::close(connection);
  ::close(listener_);
}

void LoopbackServer::accept_all() {
  while (!ending_) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void LoopbackServer::serve(int connection) {
  while (const auto request = read_request(connection)) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    const Reply reply = handler_(*request);
    if (reply.silent) continue;
    ::send(connection, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
    if (reply.close) break;
  }
  ::shutdown(connection, SHUT_RDWR);
}

std::string LoopbackServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

LoopbackServer::Reply LoopbackServer::ok(const std::string& body, const std::string& headers) {
  return {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
              "\r\n" + body,
          false, false};
}

}  // namespace crier
