#pragma once
#include <memory>

namespace httplib {
class Server;
}

namespace crier {

/// Where crier's own servers listen: for this machine alone.
constexpr const char* local_host = "127.0.0.1";

/// A server that listens at that port of this machine, or at any that is free if `port` is 0, which
/// is then written there. Null if it cannot be had: also where another program has the port.
[[nodiscard]] std::unique_ptr<httplib::Server> local_server_at(int& port);

}  // namespace crier
