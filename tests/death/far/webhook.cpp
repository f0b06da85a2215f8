#include "death/far/parts.h"

namespace crier {
namespace {

constexpr const char* hooks = "https://hooks.example.gov.uk";
/// As Teams and Slack want it: a template, and nobody who drops repeats.
constexpr const char* chat_body =
    R"({"text":"{{slack_text}}","blocks":[{"type":"section","text":{"type":"mrkdwn",)"
    R"("text":"{{slack_text}}"}}]})";

const std::map<std::string, std::string> drops{{"drops_repeats", "yes"}};

std::shared_ptr<void> webhook(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", drops);
}
std::shared_ptr<void> webhook_losing_answers(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", drops, once_each(no_answer));
}
std::shared_ptr<void> webhook_failing_after_work(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", drops, once_each(server_error));
}
std::shared_ptr<void> webhook_that_says_nothing(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", {}, once_each(no_answer));
}
std::shared_ptr<void> webhook_with_template(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", {{"template", chat_body}});
}
std::shared_ptr<void> webhook_with_template_losing_answers(Newsroom& room) {
  return double_of(room, "webhook", "hook", hooks, "", {{"template", chat_body}},
                   once_each(no_answer));
}

}  // namespace

std::vector<FarSide> webhook_sides() {
  return {
      {"webhook", "drops repeats", {"hook"}, true, webhook, at_double},
      {"webhook", "loses first answers", {"hook"}, true, webhook_losing_answers, at_double},
      {"webhook", "500 after the work", {"hook"}, true, webhook_failing_after_work, at_double},
      {"webhook",
       "says nothing of ids, and loses first answers",
       {"hook"},
       false,
       webhook_that_says_nothing,
       at_double},
      {"webhook", "knows no ids", {"hook"}, false, webhook_with_template, at_double},
      {"webhook",
       "knows no ids and loses first answers",
       {"hook"},
       false,
       webhook_with_template_losing_answers,
       at_double},
  };
}

}  // namespace crier
