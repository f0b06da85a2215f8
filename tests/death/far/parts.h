#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "death/far_side.h"
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

// Each in the file of its network's name.
[[nodiscard]] std::vector<FarSide> threads_sides();
[[nodiscard]] std::vector<FarSide> facebook_sides();
[[nodiscard]] std::vector<FarSide> linkedin_sides();
[[nodiscard]] std::vector<FarSide> webhook_and_telegram_sides();

}  // namespace crier
