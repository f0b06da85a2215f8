#include "death/tunnel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t chunk_size = 16384;

/// Reads a whole request out of what has come in; nothing if there is more to come.
std::optional<Request> take_request(std::string& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  Request request;
  std::size_t length = 0;
  std::size_t from = bytes.find("\r\n") + 2;
  const std::string first = bytes.substr(0, from - 2);
  while (from < end) {
    const std::size_t to = bytes.find("\r\n", from);
    const std::string line = bytes.substr(from, to - from);
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos) {
      const std::string value(trimmed(std::string_view(line).substr(colon + 1)));
      request.headers.push_back({line.substr(0, colon), value});
    }
    from = to + 2;
  }
  if (const auto value = find_header(request.headers, "Content-Length")) {
    std::from_chars(value->data(), value->data() + value->size(), length);
  }
  if (bytes.size() < end + 4 + length) return std::nullopt;
  request.body = bytes.substr(end + 4, length);
  bytes.erase(0, end + 4 + length);
  const std::size_t space = first.find(' ');
  const std::size_t last = first.rfind(' ');
  request.method = first.starts_with("POST") ? Method::post : Method::get;
  request.url = first.substr(space + 2, last - space - 2);  // without its first "/"
  return request;
}

std::string bytes_of(const Response& response) {
  std::string out = fmt::format("HTTP/1.1 {} Told\r\nContent-Length: {}\r\n", response.status,
                                response.body.size());
  for (const Header& header : response.headers) out += header.name + ": " + header.value + "\r\n";
  if (response.status == 304) out = "HTTP/1.1 304 Not Modified\r\n";
  return out + "\r\n" + response.body;
}

}  // namespace

Tunnel::Tunnel() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CRIER_ENSURE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                   ::listen(listener_, 64) == 0 &&
                   ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0,
               "a free port on 127.0.0.1");
  port_ = ntohs(address.sin_port);
}

Tunnel::~Tunnel() { ::close(listener_); }

std::string Tunnel::entry() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

void Tunnel::leave() const { ::close(listener_); }

void Tunnel::accept_all() {
  while (true) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0) return;
    connections_[connection];
  }
}

/// False: the connection is at its end.
bool Tunnel::read_some(int connection, const Handler& handler) {
  char chunk[chunk_size];
  const ssize_t got = ::recv(connection, chunk, sizeof chunk, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  std::string& bytes = connections_[connection];
  bytes.append(chunk, static_cast<std::size_t>(got));
  while (const auto request = take_request(bytes)) {
    const Result<Response> answer = handler(*request);
    if (!answer) return false;
    const std::string out = bytes_of(*answer);
    (void)::send(connection, out.data(), out.size(), MSG_NOSIGNAL);
  }
  return true;
}

void Tunnel::serve(int until, const Handler& handler) {
  while (true) {
    std::vector<pollfd> waiting{{until, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [connection, bytes] : connections_) waiting.push_back({connection, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    for (std::size_t i = 2; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0 || read_some(waiting[i].fd, handler)) continue;
      connections_.erase(waiting[i].fd);
      ::close(waiting[i].fd);
    }
    if (waiting[1].revents != 0) accept_all();
    if (waiting[0].revents != 0) break;
  }
  drain(handler);
}

void Tunnel::drain(const Handler& handler) {
  accept_all();
  while (!connections_.empty()) {
    const int connection = connections_.begin()->first;
    pollfd waiting{connection, POLLIN, 0};
    while (::poll(&waiting, 1, 0) > 0 && read_some(connection, handler)) {
    }
    connections_.erase(connection);
    ::close(connection);
  }
}

}  // namespace crier
