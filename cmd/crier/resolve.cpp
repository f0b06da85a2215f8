#include "crier/resolve.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crier/print.h"
#include "network/registry.h"

namespace crier {
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

/// What stood before a word that nothing was noted of: a person decides anew.
void open_again(Delivery& delivery) {
  const bool may_be_public = delivery.publishing_at.has_value();
  delivery.stage = may_be_public ? Stage::uncertain : Stage::held;
  delivery.error =
      may_be_public
          ? Error{ErrorKind::uncertain, "it may have been posted: look at the account"}
          : Error{ErrorKind::invalid, "it was left out by a person, who has taken that back"};
}

std::optional<Delivery> holder_of(const Store& store, const AccountId& account,
                                  const std::string& remote_id) {
  if (remote_id.empty() || !store.has_receipt(account, remote_id)) return std::nullopt;
  HistoryQuery query;
  query.account = account;
  std::optional<Delivery> holder;
  store.each(query, [&](const Delivery& delivery) {
    if (delivery.remote_id == remote_id) holder = delivery;
  });
  return holder;
}

}  // namespace

Delivery kept_as_posted(Delivery delivery, const Receipt& receipt, SysTime now) {
  note_before(delivery, now);
  delivery.stage = Stage::published;
  delivery.settled_at = now;
  delivery.remote_id = receipt.remote_id;
  delivery.url = receipt.url;
  delivery.error.reset();
  return delivery;
}

Delivery left_out(Delivery delivery, const std::string& why, SysTime now) {
  note_before(delivery, now);
  delivery.stage = Stage::dropped;
  delivery.settled_at = now;
  delivery.error = Error{ErrorKind::rejected, why};
  return delivery;
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

Result<Receipt> receipt_for(const Delivery& delivery, const std::string& address,
                            const Config& config, const Store& store, SysTime now) {
  const Account* account = config.account(delivery.account);
  // Of one that feeds.toml has no more nobody asks what it posts.
  const std::string network = account != nullptr ? account->network : "outbox";
  const Account gone{delivery.account, network, {}, {}, {}};
  const AccountFacts facts = store.facts(delivery.account);
  auto receipt = find_network(network)->receipt_at(
      {account != nullptr ? *account : gone, facts, now}, address);
  if (!receipt) return receipt;
  if (const auto holder = holder_of(store, delivery.account, receipt->remote_id)) {
    return fail(ErrorKind::invalid,
                "{} is kept already as the post of another item: {}  {} to {}: {}. If it announces "
                "both, say --not-posted of this one",
                address, holder->id.value.substr(0, 8), holder->feed.value, holder->account.value,
                shown_name(*holder));
  }
  return receipt;
}

}  // namespace crier
