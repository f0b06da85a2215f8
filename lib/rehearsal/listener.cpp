#include "rehearsal/listener.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/utf8.h"
#include "http/local_server.h"

namespace crier::rehearsal {
namespace {

/// A picture of the largest network that takes them, and something around it.
constexpr std::size_t most_bytes = 64U << 20;
constexpr int ports_to_try = 20;

/// The port of a socket's own end, or of the far one; 0 if it is no socket.
int port_of(int file, int (*name)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the call wants it
  if (name(file, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return address.sin_family == AF_INET ? ntohs(address.sin_port) : 0;
}

/// Closes a connection under the library's hands, which can do anything but leave a request without
/// an answer.
void hang_up(int own_port, int remote_port) {
  const long most = std::clamp(::sysconf(_SC_OPEN_MAX), 256L, 65536L);
  for (int file = 3; file < most; ++file) {
    if (port_of(file, ::getpeername) == remote_port && port_of(file, ::getsockname) == own_port) {
      (void)::shutdown(file, SHUT_RDWR);
    }
  }
}

std::optional<Method> method_of(std::string_view name) {
  for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
    if (name == name_of(method)) return method;
  }
  return std::nullopt;
}

Request converted(const httplib::Request& from, const std::string& origin) {
  Request request;
  request.method = method_of(from.method).value_or(Method::get);
  request.url = origin + from.target;
  for (const auto& [name, value] : from.headers) {
    // What the library adds of its own.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
        name == "LOCAL_PORT") {
      continue;
    }
    request.headers.push_back({name, value});
  }
  return request;
}

bool read_body(const httplib::Request& from, const httplib::ContentReader& read, Request& request) {
  if (!from.is_multipart_form_data()) {
    return read([&](const char* data, std::size_t size) {
      request.body.append(data, size);
      return true;
    });
  }
  return read(
      [&](const httplib::MultipartFormData& part) {
        request.parts.push_back({part.name, {}, part.filename, part.content_type});
        return true;
      },
      [&](const char* data, std::size_t size) {
        request.parts.back().content.append(data, size);
        return true;
      });
}

void put(const Response& answer, httplib::Response& response) {
  response.status = answer.status;
  response.body = answer.body;
  for (const Header& header : answer.headers) {
    // The library writes it from the body.
    if (ascii_iequals(header.name, "Content-Length")) continue;
    response.set_header(header.name, header.value);
  }
  response.set_header("Connection", "close");
}

}  // namespace

struct Listener::Server {
  std::unique_ptr<httplib::Server> http;
  int port = 0;
  std::string origin;
  Answer answer;
  std::atomic<bool> has_ended = false;
  std::thread serving;

  void respond(const httplib::Request& from, const Request& request,
               httplib::Response& response) const {
    const std::string asked_at = from.get_header_value("Host");
    if (asked_at != origin.substr(7) && asked_at != "localhost:" + std::to_string(port)) {
      response.status = 421;
      return;
    }
    if (const auto given = answer(request)) {
      put(*given, response);
    } else {
      hang_up(port, from.remote_port);
    }
  }

  void route() {
    const auto plain = [this](const httplib::Request& from, httplib::Response& response) {
      respond(from, converted(from, origin), response);
    };
    // Read here and not by the library, which takes no form of more than 8 KB.
    const auto with_body = [this](const httplib::Request& from, httplib::Response& response,
                                  const httplib::ContentReader& read) {
      Request request = converted(from, origin);
      if (!read_body(from, read, request)) {
        if (response.status < 400) response.status = 400;
        return;
      }
      respond(from, request, response);
    };
    http->Get(".*", plain);
    http->Delete(".*", plain);
    http->Post(".*", with_body);
    http->Put(".*", with_body);
    http->Patch(".*", with_body);
    http->Delete(".*", with_body);
  }
};

Listener::Listener(std::unique_ptr<Server> server) : server_(std::move(server)) {}

Listener::~Listener() {
  // The library closes its port at the end of serving and at no other time.
  if (!server_->serving.joinable()) {
    serve([](const Request&) { return std::nullopt; });
  }
  // stop() does nothing to a server that is still on its way up.
  while (!server_->http->is_running() && !server_->has_ended) std::this_thread::yield();
  server_->http->stop();
  server_->serving.join();
}

Result<std::unique_ptr<Listener>> Listener::open(std::uint16_t preferred) {
  auto server = std::make_unique<Server>();
  const int last = std::min(preferred + ports_to_try, 65535);
  for (int port = preferred; preferred != 0 && port <= last && !server->http; ++port) {
    server->http = local_server_at(port);
    server->port = port;
  }
  if (!server->http) {
    server->port = 0;
    server->http = local_server_at(server->port);
  }
  if (!server->http) {
    return fail(ErrorKind::unavailable, "no port of this machine can be listened on");
  }
  httplib::Server& http = *server->http;
  server->origin = fmt::format("http://{}:{}", local_host, server->port);
  // A connection that stands idle would hold a thread.
  http.new_task_queue = [] { return new httplib::ThreadPool(4); };
  http.set_keep_alive_max_count(1);
  http.set_read_timeout(5, 0);
  http.set_write_timeout(5, 0);
  http.set_payload_max_length(most_bytes);
  return std::unique_ptr<Listener>(new Listener(std::move(server)));
}

const std::string& Listener::origin() const { return server_->origin; }

void Listener::serve(Answer answer) {
  CRIER_ENSURE(!server_->serving.joinable(), "a listener serves once");
  server_->answer = std::move(answer);
  server_->route();
  server_->serving = std::thread([server = server_.get()] {
    (void)server->http->listen_after_bind();
    server->has_ended = true;
  });
}

}  // namespace crier::rehearsal
