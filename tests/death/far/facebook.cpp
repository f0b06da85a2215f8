#include "death/far/parts.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"

namespace crier {
namespace {

/// Facebook's double, with what its own does not do: it takes the same words again, unless it is to
/// refuse them, and shows posts when it is told to.
struct FacebookSide {
  std::unique_ptr<rehearsal::Double> page;
  std::chrono::seconds shows_after{0};
  bool takes_repeats = true;
  int posts = 0;
  std::function<std::optional<Result<Response>>(const Request&)> after;

  Result<Response> answer(Request request, SysTime now) {
    if (!page->publishes(request)) {
      Response answer = page->answer(request);
      if (request.url.find("/published_posts") != std::string::npos) hide_young(answer, now);
      return answer;
    }
    const Request sent = request;
    // Spaces at the end make other words of the same ones, and are nothing to a reader.
    const std::size_t end = std::min(request.body.find('&'), request.body.size());
    if (takes_repeats) {
      for (int i = 0; i <= posts; ++i) request.body.insert(end, "%20");
    }
    ++posts;
    Response answer = page->answer(request);
    if (after) {
      if (auto other = after(sent)) return *other;
    }
    return answer;
  }
  void hide_young(Response& answer, SysTime now) const {
    auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("data")) return;
    auto shown = nlohmann::json::array();
    for (const auto& entry : body["data"]) {
      const auto post =
          std::ranges::find(page->arrived(), entry.value("id", ""), &rehearsal::Arrived::id);
      if (post != page->arrived().end() && now - post->at >= shows_after) shown.push_back(entry);
    }
    body["data"] = shown;
    answer.body = body.dump();
  }
};

std::shared_ptr<FacebookSide> facebook_of(Newsroom& room) {
  const std::string origin = "https://graph.facebook.com";
  const auto side = std::make_shared<FacebookSide>();
  side->page = rehearsal::make_facebook({room.clock, room.random, origin});
  const Account account{{"page"}, "facebook", origin, "en", {}};
  room.config.accounts.push_back(account);
  room.tokens.kept["page"] = side->page->sign_in(account);
  room.site.on_origin(origin, [&room, kept = std::weak_ptr(side)](const Request& request) {
    return kept.lock()->answer(request, room.clock.now());
  });
  return side;
}
std::shared_ptr<void> facebook(Newsroom& room) { return facebook_of(room); }
std::shared_ptr<void> facebook_refusing_duplicates(Newsroom& room) {
  auto side = facebook_of(room);
  side->takes_repeats = false;
  side->after = once_each(no_answer);
  return side;
}
std::shared_ptr<void> facebook_losing_answers(Newsroom& room) {
  auto side = facebook_of(room);
  side->after = once_each(no_answer);
  return side;
}
std::shared_ptr<void> facebook_failing_after_work(Newsroom& room) {
  auto side = facebook_of(room);
  side->after = once_each(server_error);
  return side;
}
std::shared_ptr<void> facebook_showing_late(Newsroom& room) {
  auto side = facebook_of(room);
  side->shows_after = std::chrono::seconds{45};
  side->after = once_each(no_answer);
  return side;
}
Texts on_facebook(const Newsroom& /*room*/, const void* kept) {
  Texts count;
  for (const rehearsal::Arrived& post : static_cast<const FacebookSide*>(kept)->page->arrived()) {
    ++count[post.text.substr(0, post.text.find_last_not_of(' ') + 1)];
  }
  return count;
}

}  // namespace

std::vector<FarSide> facebook_sides() {
  return {
      {"facebook", "shows posts at once", {"page"}, true, facebook, on_facebook},
      {"facebook", "refuses duplicates", {"page"}, true, facebook_refusing_duplicates, on_facebook},
      {"facebook", "loses first answers", {"page"}, true, facebook_losing_answers, on_facebook},
      {"facebook", "500 after the work", {"page"}, true, facebook_failing_after_work, on_facebook},
      {"facebook", "shows posts late", {"page"}, true, facebook_showing_late, on_facebook},
  };
}

}  // namespace crier
