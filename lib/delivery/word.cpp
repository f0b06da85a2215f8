#include "delivery/word.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace crier::life {
namespace {

// Names of notes.
constexpr const char* stage_before = "before";
constexpr const char* kind_before = "before_kind";
constexpr const char* error_before = "before_error";
constexpr const char* settled_before = "before_settled_at";
constexpr const char* word_at = "word_at";

constexpr Stage all_stages[] = {Stage::planned,  Stage::preparing, Stage::publishing,
                                Stage::rejected, Stage::uncertain, Stage::held,
                                Stage::dropped};

std::string seconds_of(SysTime time) { return std::to_string(time.time_since_epoch().count()); }

std::optional<std::int64_t> number_in(const Notes& notes, const char* name) {
  const auto found = notes.find(name);
  if (found == notes.end()) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<SysTime> time_in(const Notes& notes, const char* name) {
  const auto seconds = number_in(notes, name);
  return seconds ? std::optional(SysTime{std::chrono::seconds{*seconds}}) : std::nullopt;
}

void forget_before(Notes& notes) {
  for (const char* name : {stage_before, kind_before, error_before, settled_before, word_at}) {
    notes.erase(name);
  }
}

bool has_note_of_word(const Delivery& delivery) {
  const auto at = time_in(delivery.notes, word_at);
  return at && delivery.settled_at == *at;
}

/// What stood before a word that nothing was noted of: a person decides anew.
void open_again(Delivery& delivery) {
  const bool may_be_public = delivery.publishing_at.has_value();
  delivery.stage = may_be_public ? Stage::uncertain : Stage::held;
  delivery.error =
      may_be_public
          ? Error{ErrorKind::uncertain, "it may have been posted: look at the account"}
          : Error{ErrorKind::invalid, "it was left out by a person, who has taken that back"};
}

}  // namespace

void note_before(Delivery& delivery, SysTime now) {
  Notes& notes = delivery.notes;
  if (!is_settled_by_word(delivery)) {
    forget_before(notes);
    notes[stage_before] = name_of(delivery.stage);
    if (delivery.error) {
      notes[kind_before] = std::to_string(static_cast<int>(delivery.error->kind));
      notes[error_before] = delivery.error->message;
    }
    if (delivery.settled_at) notes[settled_before] = seconds_of(*delivery.settled_at);
  }
  notes[word_at] = seconds_of(now);
}

bool is_settled_by_word(const Delivery& delivery) {
  // Nobody but a person drops anything.
  return delivery.stage == Stage::dropped ||
         (delivery.stage == Stage::published && has_note_of_word(delivery));
}

Delivery as_before(Delivery delivery) {
  delivery.remote_id.clear();
  delivery.url.clear();
  delivery.error.reset();
  const Notes noted = has_note_of_word(delivery) ? delivery.notes : Notes();
  forget_before(delivery.notes);
  delivery.settled_at = time_in(noted, settled_before);
  const auto before = noted.find(stage_before);
  for (const Stage stage : all_stages) {
    if (before == noted.end() || before->second != name_of(stage)) continue;
    delivery.stage = stage;
    if (const auto message = noted.find(error_before); message != noted.end()) {
      constexpr std::int64_t last = static_cast<std::int64_t>(ErrorKind::uncertain);
      const auto kind =
          std::clamp<std::int64_t>(number_in(noted, kind_before).value_or(0), 0, last);
      delivery.error = Error{static_cast<ErrorKind>(kind), message->second};
    }
    return delivery;
  }
  open_again(delivery);
  return delivery;
}

}  // namespace crier::life
