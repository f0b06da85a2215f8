#include "death/far/parts.h"

namespace crier {
namespace {

constexpr const char* telegram_server = "https://api.telegram.org";
std::shared_ptr<void> telegram(Newsroom& room) {
  return double_of(room, "telegram", "channel", telegram_server, telegram_server,
                   {{"chat", "@examplecouncil"}});
}
std::shared_ptr<void> telegram_losing_answers(Newsroom& room) {
  return double_of(room, "telegram", "channel", telegram_server, telegram_server,
                   {{"chat", "@examplecouncil"}}, once_each(no_answer));
}

}  // namespace

std::vector<FarSide> telegram_sides() {
  return {
      {"telegram", "cannot be asked", {"channel"}, false, telegram, at_double},
      {"telegram", "loses first answers", {"channel"}, false, telegram_losing_answers, at_double},
  };
}

}  // namespace crier
