#include "oauth/loopback.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/url.h"
#include "http/local_server.h"

namespace crier {

namespace {

constexpr const char* path = "/callback";
constexpr std::size_t max_target_bytes = 8U << 10;
constexpr std::chrono::milliseconds look_around_every{100};

std::string page(std::string_view title, std::string_view words) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en-GB\">\n<head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>body{{font:1.125rem/1.5 sans-serif;max-width:36rem;"
      "margin:3rem auto;padding:0 1rem}}</style></head>\n"
      "<body><main><h1>{0}</h1><p>{1}</p></main></body>\n</html>\n",
      title, words);
}

void set_page(httplib::Response& response, int status, const std::string& content) {
  response.status = status;
  response.set_content(content, "text/html; charset=utf-8");
  // The address of this page holds the code: it must be neither kept nor passed on.
  response.set_header("Cache-Control", "no-store");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.set_header("Connection", "close");
}

}  // namespace

struct LoopbackListener::Server {
  std::unique_ptr<httplib::Server> http;
  std::string redirect_uri;
  bool has_waited = false;
};

LoopbackListener::LoopbackListener(const Clock& clock, std::unique_ptr<Server> server)
    : clock_(clock), server_(std::move(server)) {}

LoopbackListener::~LoopbackListener() {
  // The library closes its port at the end of serving and at no other time.
  if (!server_->has_waited) {
    (void)wait(std::chrono::seconds{0}, nullptr, [](std::string_view) { return false; });
  }
}

const std::string& LoopbackListener::redirect_uri() const { return server_->redirect_uri; }

Result<std::unique_ptr<LoopbackListener>> LoopbackListener::open(const Clock& clock,
                                                                 std::uint16_t preferred_port) {
  auto server = std::make_unique<Server>();
  int port = preferred_port;
  if (port != 0) server->http = local_server_at(port);
  if (!server->http) {
    port = 0;
    server->http = local_server_at(port);
  }
  if (!server->http) {
    return fail(ErrorKind::unavailable, "no port of this machine can be listened on");
  }
  httplib::Server& http = *server->http;
  server->redirect_uri = fmt::format("http://{}:{}{}", local_host, port, path);
  // Browsers open connections ahead of need and leave them idle: one thread alone could be held by
  // such a one until it times out.
  http.new_task_queue = [] { return new httplib::ThreadPool(4); };
  http.set_keep_alive_max_count(1);
  http.set_keep_alive_timeout(1);
  http.set_read_timeout(1, 0);
  http.set_write_timeout(1, 0);
  http.set_payload_max_length(0);
  return std::unique_ptr<LoopbackListener>(new LoopbackListener(clock, std::move(server)));
}

Result<std::string> LoopbackListener::wait(
    std::chrono::seconds at_most, const volatile std::sig_atomic_t* stop,
    const std::function<bool(std::string_view)>& is_expected) {
  CRIER_ENSURE(!std::exchange(server_->has_waited, true), "a loopback listener waits once");
  httplib::Server& http = *server_->http;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<std::string> heard;
  bool serving_ended = false;

  http.Get(path, [&](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    // A name that some other site has pointed at this machine is not how the server was told to
    // come here.
    const bool is_addressed_here =
        "http://" + request.get_header_value("Host") + path == server_->redirect_uri;
    if (heard || !is_addressed_here || request.target.size() > max_target_bytes ||
        !is_expected(request.target)) {
      set_page(response, 400,
               page("Not the expected answer",
                    "This is not the answer that crier waits for. Open the address that crier "
                    "shows, in this browser, and sign in there."));
      return;
    }
    heard = request.target;
    set_page(response, 200,
             page("You can close this window",
                  "crier has the server's answer. Go back to the window in which you started "
                  "the sign-in to see how it ends."));
    changed.notify_all();
  });
  std::thread serving([&] {
    (void)http.listen_after_bind();
    const std::lock_guard lock(mutex);
    serving_ended = true;
    changed.notify_all();
  });

  const Ticks until = clock_.ticks() + at_most;
  bool is_stopped = false;
  {
    std::unique_lock lock(mutex);
    while (!heard && !serving_ended) {
      is_stopped = stop != nullptr && *stop != 0;
      if (is_stopped || clock_.ticks() >= until) break;
      changed.wait_for(lock, look_around_every);
    }
    // stop() does nothing to a server that is still on its way up.
    while (!serving_ended && !http.is_running()) {
      changed.wait_for(lock, std::chrono::milliseconds{1});
    }
  }
  http.stop();
  serving.join();
  if (heard) return std::move(*heard);
  if (is_stopped) return fail(ErrorKind::unavailable, "stopped before the sign-in was finished");
  return fail(ErrorKind::unavailable,
              "no answer came from the browser in {} minutes: start again, or use --paste",
              std::chrono::ceil<std::chrono::minutes>(at_most).count());
}

std::uint16_t loopback_port(std::string_view redirect_uri) {
  const auto parts = parse_url(redirect_uri);
  if (!parts || parts->scheme != "http" || parts->host != local_host) return 0;
  std::uint16_t port = 0;
  const char* const end = parts->port.data() + parts->port.size();
  const auto [stopped_at, problem] = std::from_chars(parts->port.data(), end, port);
  return problem == std::errc{} && stopped_at == end ? port : std::uint16_t{0};
}

}  // namespace crier
