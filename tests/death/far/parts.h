#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "death/far_side.h"
#include "rehearsal/doubles.h"
#include "support/signed_in.h"

/// What the far sides of several networks do in the same way.
namespace crier {

using Texts = std::map<std::string, int>;

/// Answers each request once as `answers` does, though its work is done.
template <class Answer>
auto once_each(Answer answers) {
  const auto times = std::make_shared<Texts>();
  return [times, answers](const Request& request) -> std::optional<Result<Response>> {
    if (++(*times)[request.body] > 1) return std::nullopt;
    return answers();
  };
}

inline Result<Response> no_answer() {
  return fail(ErrorKind::uncertain, "the connection closed before the answer");
}
inline Result<Response> server_error() { return FakeSite::respond(500, "<html></html>"); }

/// A double of the network at an origin, for an account of that name. `after`: in place of its
/// answer, once the work is done.
inline std::shared_ptr<rehearsal::Double> double_of(
    Newsroom& room, const std::string& network, const std::string& name, const std::string& origin,
    const std::string& server, const std::map<std::string, std::string>& settings,
    std::function<std::optional<Result<Response>>(const Request&)> after = {}) {
  room.config.accounts.push_back({{name}, network, server, "en", settings});
  std::shared_ptr<rehearsal::Double> fake =
      rehearsal::make_double(network, {room.clock, room.random, origin});
  room.tokens.kept[name] = fake->sign_in(room.config.accounts.back());
  room.site.on_origin(origin, [fake, after](const Request& request) -> Result<Response> {
    Response answer = fake->answer(request);
    if (after && fake->publishes(request)) {
      if (auto other = after(request)) return *std::move(other);
    }
    return answer;
  });
  return fake;
}

/// What arrived there, and how often.
inline Texts at_double(const Newsroom& /*room*/, const void* kept) {
  Texts texts;
  for (const auto& post : static_cast<const rehearsal::Double*>(kept)->arrived()) {
    ++texts[post.text];
  }
  return texts;
}

// Each in the file of its network's name.
[[nodiscard]] std::vector<FarSide> threads_sides();
[[nodiscard]] std::vector<FarSide> facebook_sides();
[[nodiscard]] std::vector<FarSide> linkedin_sides();
[[nodiscard]] std::vector<FarSide> telegram_sides();
[[nodiscard]] std::vector<FarSide> webhook_sides();

}  // namespace crier
