#include "server/faults_room.h"

#include "core/utf8.h"

namespace crier {
namespace {

/// What a run would wait for a minute takes no longer than this.
constexpr std::chrono::seconds patience{2};

/// Real requests with little patience. Where nothing is under way, waiting moves the clock at once.
class HastyClient final : public HttpClient {
 public:
  HastyClient(HttpClient& to, FakeClock& clock, std::mutex& mutex)
      : to_(to), clock_(clock), mutex_(mutex) {}
  TransferId start(Request request) override {
    request.timeout = std::min(request.timeout, patience);
    ++started;
    ++under_way_;
    return to_.start(std::move(request));
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    if (under_way_ == 0) {
      const std::lock_guard lock(mutex_);
      clock_.advance(std::max(at_most, std::chrono::milliseconds{1}));
      return {};
    }
    auto done = to_.wait(at_most);
    under_way_ -= done.size();
    return done;
  }
  void cancel(TransferId id) override {
    to_.cancel(id);
    --under_way_;
  }
  int started = 0;

 private:
  HttpClient& to_;
  FakeClock& clock_;
  std::mutex& mutex_;
  std::size_t under_way_ = 0;
};

/// Reads a request as it came over the wire; the server is asked under the name it has in memory.
Request read_request(const std::string& bytes) {
  Request request;
  const std::size_t end = bytes.find("\r\n\r\n");
  request.body = bytes.substr(end + 4);
  std::size_t at = bytes.find("\r\n");
  const std::string first = bytes.substr(0, at);
  request.method = first.starts_with("POST ") ? Method::post : Method::get;
  const std::size_t space = first.find(' ');
  request.url = "https://social.example.gov.uk" +
                first.substr(space + 1, first.find(' ', space + 1) - space - 1);
  while (at < end) {
    const std::size_t next = bytes.find("\r\n", at + 2);
    const std::string line = bytes.substr(at + 2, next - at - 2);
    const std::size_t colon = std::min(line.find(':'), line.size() - 1);
    request.headers.push_back(
        {line.substr(0, colon), std::string(trimmed(line.substr(colon + 1)))});
    at = next;
  }
  return request;
}

bool is_post(const std::string& request) { return request.starts_with("POST /api/v1/statuses "); }

}  // namespace

FaultRoom::FaultRoom(const std::string& program)
    : certificates(make_certificates(news.dir.path())),
      proxy(program, news.dir.path() / "proxy", free_port()),
      server_([this](const std::string& request) { return answer(request); }),
      upstream(server_.url("").substr(std::string_view("http://").size())) {
  const std::string origin = "https://127.0.0.1:" + std::to_string(proxy.port());
  news.config.accounts = {{{"town-hall"}, "mastodon", origin, "", {}}};
  news.tokens.kept["town-hall"].server = origin;
  FeedConfig& feed = news.config.feeds.front();
  feed.accounts = {{"town-hall"}};
  feed.is_path = true;
  feed.url = (news.dir.path() / "jobs.xml").string();
}

Response FaultRoom::ask_site(const std::string& request) {
  const auto response = news.site.answer(read_request(request));
  CRIER_ENSURE(response.has_value(), "the site in memory answers");
  return *response;
}

LoopbackServer::Reply FaultRoom::answer(const std::string& request) {
  const std::lock_guard lock(mutex_);
  if (is_post(request) && manner == Manner::acts_late) {
    late_.push_back(request);
    return {"", false, true};
  }
  const Response response = ask_site(request);
  if (is_post(request) && manner == Manner::acts_in_silence) return {"", false, true};
  if (is_post(request) && proxy_dies_after_a_post) {
    proxy.kill();
    return {"", true, false};
  }
  return {fmt::format("HTTP/1.1 {} Answered\r\nContent-Type: application/json\r\n"
                      "Content-Length: {}\r\n\r\n{}",
                      response.status, response.body.size(), response.body),
          false, false};
}

int FaultRoom::run() {
  write_file(news.config.feeds.front().url, news.rss());
  SqliteStore store(news.config.state, SqliteStore::Access::write);
  CurlOptions options;
  options.user_agent = "crier-test";
  options.ca_file = certificates.authority.string();
  CurlClient curl(options);
  HastyClient client(curl, news.clock, mutex_);
  news.run(store, client);
  return client.started;
}

void FaultRoom::run_until_quiet() {
  constexpr int most_runs = 10;
  for (int i = 0; i < most_runs; ++i) {
    run();
    if (news.open_deliveries() == 0) return;
    an_hour_later();
  }
}

void FaultRoom::an_hour_later() {
  const std::lock_guard lock(mutex_);
  news.clock.advance(std::chrono::hours{1});
}

void FaultRoom::finish_late() {
  const std::lock_guard lock(mutex_);
  for (const std::string& request : std::exchange(late_, {})) ask_site(request);
}

std::map<std::string, int> FaultRoom::made_public() {
  const std::lock_guard lock(mutex_);
  return news.on_mastodon();
}

std::size_t FaultRoom::count(Stage stage) const {
  HistoryQuery query;
  query.stage = stage;
  return SqliteStore(news.config.state, SqliteStore::Access::read).history(query).size();
}

}  // namespace crier
