#include "http/local_server.h"

#include <httplib.h>

#include <algorithm>

namespace crier {

std::unique_ptr<httplib::Server> local_server_at(int& port) {
  // For each try a new one: newer versions of the library bind none again that has failed to.
  auto http = std::make_unique<httplib::Server>();
  // The library's own choice, SO_REUSEPORT, would let another program share the port.
  http->set_socket_options([](socket_t socket) {
    const int yes = 1;
    (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  if (port == 0) {
    port = std::max(http->bind_to_any_port(local_host), 0);
    return port > 0 ? std::move(http) : nullptr;
  }
  return http->bind_to_port(local_host, port) ? std::move(http) : nullptr;
}

}  // namespace crier
