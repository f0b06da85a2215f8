#include "network/outcomes.h"

#include <charconv>

#include "core/url.h"

namespace crier {

namespace {

constexpr std::string_view tried = "tried";

int number_in(const std::string& noted) {
  int number = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), number);
  return number;
}

std::string note_of(const std::string& upload) { return std::string(tried) + upload; }

int tries_of(const Notes& notes, const std::string& upload) {
  return number_in(value_of(notes, note_of(upload)));
}

int tries_of_all(const Notes& notes) {
  int all = 0;
  for (const auto& [name, value] : notes) {
    if (name.starts_with(tried)) all += number_in(value);
  }
  return all;
}

}  // namespace

void count_try(Notes& notes, const std::string& upload) {
  notes[note_of(upload)] = std::to_string(tries_of(notes, upload) + 1);
}

void forgive_try(Notes& notes, const std::string& upload) {
  const int left = tries_of(notes, upload) - 1;
  if (left > 0) {
    notes[note_of(upload)] = std::to_string(left);
  } else {
    end_tries(notes, upload);
  }
}

void end_tries(Notes& notes, const std::string& upload) { notes.erase(note_of(upload)); }

bool is_given_up(const Notes& notes, const std::string& upload) {
  const int own = tries_of(notes, upload);
  const int all = tries_of_all(notes);
  return own >= most_tries_for_a_picture || (own > 0 && all > most_tries_for_a_picture);
}

bool has_failed_enough(const Notes& notes) {
  return tries_of_all(notes) > most_tries_for_a_picture;
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
