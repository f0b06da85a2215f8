#include "rehearsal/linkedin.h"

#include "death/far/parts.h"

namespace crier {
namespace {

/// The double of LinkedIn, as a room's account meets it.
struct LinkedinSide {
  explicit LinkedinSide(Newsroom& room)
      : far({room.clock, room.random, "https://api.linkedin.com"}) {
    Account account{{"page"}, "linkedin", "https://api.linkedin.com", "en-GB", {}, {}};
    room.tokens.kept["page"] = far.sign_in(account);
    room.config.accounts.push_back(std::move(account));
    for (const char* origin : {"https://api.linkedin.com", "https://www.linkedin.com"}) {
      room.site.on_origin(origin, [this](const Request& request) -> Result<Response> {
        Response answer = far.answer(request);
        if (!far.publishes(request) || !after) return answer;
        return after(request).value_or(Result<Response>(std::move(answer)));
      });
    }
  }
  rehearsal::LinkedinDouble far;
  std::function<std::optional<Result<Response>>(const Request&)> after;
};
std::shared_ptr<void> linkedin(Newsroom& room) { return std::make_shared<LinkedinSide>(room); }
template <class Answer>
std::shared_ptr<LinkedinSide> linkedin_with(Newsroom& room, Answer answers) {
  auto side = std::make_shared<LinkedinSide>(room);
  side->far.refuses_duplicates = false;
  side->after = once_each(answers);
  return side;
}
std::shared_ptr<void> linkedin_losing_answers(Newsroom& room) {
  return linkedin_with(room, no_answer);
}
std::shared_ptr<void> linkedin_failing_after_work(Newsroom& room) {
  return linkedin_with(room, server_error);
}
/// As X does: and its refusals of what it has name a post that nobody can see yet.
std::shared_ptr<void> linkedin_showing_late(Newsroom& room) {
  auto side = linkedin_with(room, no_answer);
  side->far.shows_after = std::chrono::seconds{45};
  return side;
}
std::shared_ptr<void> linkedin_refusing_and_showing_late(Newsroom& room) {
  auto side = linkedin_with(room, no_answer);
  side->far.refuses_duplicates = true;
  side->far.shows_after = std::chrono::seconds{100};
  return side;
}
/// A link that ended the text stands in the card.
Texts on_linkedin(const Newsroom& /*room*/, const void* kept) {
  Texts count;
  for (const rehearsal::Arrived& one : static_cast<const LinkedinSide*>(kept)->far.arrived()) {
    ++count[one.text + " " + one.card.url];
  }
  return count;
}

}  // namespace

std::vector<FarSide> linkedin_sides() {
  return {
      {"linkedin", "refuses duplicates", {"page"}, true, linkedin, on_linkedin},
      {"linkedin", "loses first answers", {"page"}, true, linkedin_losing_answers, on_linkedin},
      {"linkedin", "500 after the work", {"page"}, true, linkedin_failing_after_work, on_linkedin},
      {"linkedin", "shows posts late", {"page"}, true, linkedin_showing_late, on_linkedin},
      {"linkedin",
       "refuses and shows late",
       {"page"},
       true,
       linkedin_refusing_and_showing_late,
       on_linkedin},
  };
}

}  // namespace crier
