#include "network/outcomes.h"

#include <charconv>

#include "core/url.h"

namespace crier {

namespace {

int tries_of(const Notes& notes, const std::string& upload) {
  const std::string noted = value_of(notes, "tried" + upload);
  int number = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), number);
  return number;
}

}  // namespace

void count_try(Notes& notes, const std::string& upload) {
  notes["tried" + upload] = std::to_string(tries_of(notes, upload) + 1);
}

void forgive_try(Notes& notes, const std::string& upload) {
  notes["tried" + upload] = std::to_string(std::max(tries_of(notes, upload) - 1, 0));
}

bool is_given_up(const Notes& notes, const std::string& upload) {
  return tries_of(notes, upload) >= most_tries_for_a_picture;
}

bool is_turned_away(const Response& answer) {
  switch (answer.status) {
    case 401:
    case 404:
    case 405:
    case 408:
    case 410:
    case 425:
    case 429: return false;
    default: return answer.status >= 400 && answer.status < 500 && is_web_page(answer.body);
  }
}

Error turned_away(const std::string& said, std::string_view server) {
  return {ErrorKind::unavailable,
          fmt::format("{}; a firewall or a proxy may have answered in its place: if this goes on, "
                      "ask whoever looks after your network to let crier through to {}",
                      said, origin_of(server))};
}

}  // namespace crier
