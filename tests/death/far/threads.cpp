#include "death/far/parts.h"
#include "rehearsal/doubles.h"

namespace crier {
namespace {

/// Threads, as its double has it.
class ThreadsSide {
 public:
  explicit ThreadsSide(Newsroom& room)
      : double_(rehearsal::make_threads({room.clock, room.random, origin})), clock_(room.clock) {
    room.config.accounts.push_back({{"thread"}, "threads", origin, "en", {}});
    room.tokens.kept["thread"] = double_->sign_in(room.config.accounts.back());
    room.site.on_origin(origin, [this](const Request& request) { return answer(request); });
  }
  std::function<std::optional<Result<Response>>(const Request&)> before, after;
  std::chrono::seconds shows_after{0};  ///< until a post stands in the list

  [[nodiscard]] Texts published() const {
    Texts count;
    for (const auto& post : double_->arrived()) ++count[post.text];
    return count;
  }
  [[nodiscard]] bool publishes(const Request& request) const { return double_->publishes(request); }

 private:
  static constexpr const char* origin = "https://graph.threads.net";

  Result<Response> answer(const Request& request) {
    if (before) {
      if (auto instead = before(request)) return *std::move(instead);
    }
    Response done = double_->answer(request);
    if (request.url.find("/me/threads?") != std::string::npos && done.status == 200 &&
        request.method == Method::get) {
      hide_new_ones(done);
    }
    if (after) {
      if (auto instead = after(request)) return *std::move(instead);
    }
    return done;
  }

  void hide_new_ones(Response& list) const {
    auto body = nlohmann::json::parse(list.body);
    nlohmann::json shown = nlohmann::json::array();
    for (const auto& entry : body["data"]) {
      std::string time = entry.value("timestamp", "");
      time.replace(time.find("+0000"), 5, "Z");
      if (clock_.now() - from_iso8601(time).value_or(SysTime{}) >= shows_after) {
        shown.push_back(entry);
      }
    }
    body["data"] = std::move(shown);
    list.body = body.dump();
  }

  std::unique_ptr<rehearsal::Double> double_;
  const FakeClock& clock_;
};

std::shared_ptr<ThreadsSide> threads_of(Newsroom& room) {
  return std::make_shared<ThreadsSide>(room);
}
std::shared_ptr<void> threads(Newsroom& room) { return threads_of(room); }
/// Answers each POST once as `answers` does, though its work is done: a container is made, too,
/// and nobody is told of it.
template <class Answer>
auto once_each_post(Answer answers) {
  return [once = once_each(answers)](const Request& request) -> std::optional<Result<Response>> {
    if (request.method != Method::post) return std::nullopt;
    return once(request);
  };
}
std::shared_ptr<void> threads_losing_answers(Newsroom& room) {
  auto side = threads_of(room);
  side->after = once_each_post(no_answer);
  return side;
}
std::shared_ptr<void> threads_failing_after_work(Newsroom& room) {
  auto side = threads_of(room);
  side->after = once_each_post(server_error);
  return side;
}
/// A post stands in the list 45 seconds after it was taken, and a second Publish makes a twin.
std::shared_ptr<void> threads_showing_late(Newsroom& room) {
  auto side = threads_of(room);
  side->shows_after = std::chrono::seconds{45};
  side->after = once_each_post(no_answer);
  return side;
}
/// Never stands in the list: only the container tells.
std::shared_ptr<void> threads_showing_never(Newsroom& room) {
  auto side = threads_of(room);
  side->shows_after = std::chrono::hours{24 * 365};
  side->after = once_each_post(no_answer);
  return side;
}
/// Does not find what it has finished, three times for each post: then there is a new container.
std::shared_ptr<void> threads_racing(Newsroom& room) {
  auto side = threads_of(room);
  side->before = [to = side.get(), times = std::make_shared<int>(0)](
                     const Request& request) -> std::optional<Result<Response>> {
    if (!to->publishes(request) || (*times)++ % 4 == 3) return std::nullopt;
    return Result<Response>(FakeSite::respond(
        400, R"({"error":{"message":"Media Not Found","type":"OAuthException","code":24,)"
             R"("error_subcode":4279009,"is_transient":false}})"));
  };
  return side;
}
Texts on_threads(const Newsroom& /*room*/, const void* kept) {
  return static_cast<const ThreadsSide*>(kept)->published();
}

}  // namespace

std::vector<FarSide> threads_sides() {
  return {
      {"threads", "as it is", {"thread"}, true, threads, on_threads},
      {"threads", "loses first answers", {"thread"}, true, threads_losing_answers, on_threads},
      {"threads", "500 after the work", {"thread"}, true, threads_failing_after_work, on_threads},
      {"threads", "shows posts late", {"thread"}, true, threads_showing_late, on_threads},
      {"threads", "shows posts never", {"thread"}, true, threads_showing_never, on_threads},
      {"threads", "loses sight of its own", {"thread"}, true, threads_racing, on_threads},
  };
}

}  // namespace crier
