#pragma once
#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "core/model.h"
#include "http/message.h"

/// What every adapter says in the same way.
namespace crier {

/// The value of a note, a fact or a setting; empty if there is none.
[[nodiscard]] inline std::string value_of(const std::map<std::string, std::string>& values,
                                          const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}

/// A delivery that waits: as long as `why` says, else until the next run.
[[nodiscard]] inline Outcome defer(Error why, SysTime now) {
  const SysTime until = now + why.retry_after.value_or(std::chrono::seconds{0});
  return Deferred{std::move(why), until};
}

/// When a post was first sent, or sooner, by the clock of the server that gave `answer`: a list
/// bears the server's times, and ours may be ahead of them, or may have been and was put right
/// since. Never so early that a day could not be taken from it.
[[nodiscard]] inline SysTime first_sent(const Delivery& delivery, const Response& answer,
                                        SysTime now, std::chrono::seconds tolerance) {
  const SysTime noted = delivery.publishing_at.value_or(delivery.planned_at);
  // That was written under a clock that was ahead: nobody knows when it was.
  if (noted > now + tolerance) return SysTime{} + std::chrono::hours{24};
  const SysTime sent = std::min(noted, now);
  const auto date = parse_http_date(find_header(answer.headers, "Date").value_or(""));
  return date && *date < now ? sent - (now - *date) : sent;
}

/// "SERVER WHAT (429: its words)".
[[nodiscard]] inline std::string told(const std::string& server, const Response& answer,
                                      std::string_view what, std::string_view words) {
  const std::string said = excerpt(words);
  return fmt::format("{} {} ({}: {})", server, what, answer.status,
                     said.empty() ? "it gave no reason" : said);
}

/// Whether an earlier Publish of this delivery, before the one just answered, may have landed.
[[nodiscard]] inline bool was_sent_before(const Delivery& delivery) {
  return delivery.publishing_at && delivery.sent_at && *delivery.publishing_at != *delivery.sent_at;
}

/// After so many tries a post goes out without a picture that its server does not take in: with
/// the waits between them, after half an hour of trying. Words are not kept back for much longer
/// because there are several: the next has one try, and when that fails no other is begun.
inline constexpr int most_tries_for_a_picture = 5;

/// Counts a try of what is named (an upload, a question about it), in the note "tried…": before it
/// is sent, so that one that gets no answer counts. One that never left is taken back with its
/// notes.
void count_try(Notes& notes, const std::string& upload);
/// The answer was about the account, and no failing of the picture's.
void forgive_try(Notes& notes, const std::string& upload);
/// It succeeded, or was refused in so many words: only what fails is counted.
void end_tries(Notes& notes, const std::string& upload);
[[nodiscard]] bool is_given_up(const Notes& notes, const std::string& upload);
/// Asked before a picture's first step.
[[nodiscard]] bool has_failed_enough(const Notes& notes);
/// A picture is left out: why, decides whether the others have fewer tries for it.
inline void end_tries_of_refused(Notes& notes, const std::string& upload) {
  if (!is_given_up(notes, upload)) end_tries(notes, upload);
}

/// Whether something between crier and the network has answered in its place: a firewall, a proxy
/// or a captive portal says no with a web page, where a network's API speaks JSON. Not 404, which
/// is what a wrong address gets, and not what a server says of itself (401, 408, 425, 429, 5xx).
[[nodiscard]] bool is_turned_away(const Response& answer);
/// The post waits, and the person learns who to ask. `said`: what was answered, as told() writes
/// it; `server`: where crier wanted to go.
[[nodiscard]] Error turned_away(const std::string& said, std::string_view server);

/// How long a 429 asks to wait: by its headers, else `usual`; never longer than a day, which is a
/// mistake or a trap.
[[nodiscard]] inline std::chrono::seconds throttle_of(const Response& answer, SysTime now,
                                                      std::chrono::seconds usual) {
  const auto sorted = classify(answer, now);
  const auto asked = sorted ? sorted->retry_after : std::nullopt;
  return std::clamp<std::chrono::seconds>(asked.value_or(usual), std::chrono::seconds{1},
                                          std::chrono::hours{24});
}

}  // namespace crier
