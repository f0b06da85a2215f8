#pragma once
#include <string_view>

#include "core/result.h"
#include "http/message.h"

/// What Facebook's refusals of a sign-in mean, by their numbers alone.
/// Source: developers.facebook.com, Graph API, "Handling errors", and the manual login flow,
/// 2026-08.
namespace crier {

/// The number of the answer's error; 0: it has none.
[[nodiscard]] int facebook_code(const Response& response);

/// Why Facebook let nobody in, in words of ours. `doing`: what was asked of it; `advice`: what to
/// do where the number says nothing else.
[[nodiscard]] Failure facebook_refusal(const Response& response, SysTime now,
                                       std::string_view doing, std::string_view advice);

/// What to do about a code that is not taken.
[[nodiscard]] std::string_view advice_on_facebook_code(const Response& response);

}  // namespace crier
