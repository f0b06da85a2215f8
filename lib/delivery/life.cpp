#include "delivery/life.h"

#include <array>
#include <utility>

#include "delivery/word.h"

namespace crier::life {
namespace {

struct Row {
  std::string_view name;
  /// In the order of Stage: planned, preparing, publishing, published, rejected, uncertain, held,
  /// dropped. x: it may happen.
  std::string_view at;
};

constexpr std::array<Row, kinds> table{{
    {"prepared", "xxx....."},
    {"leaving", "xxx....."},
    {"learned", "xxx....."},
    {"answered", "xxx....."},
    {"not sent", "xxx....."},
    {"waits", "xx......"},
    {"held", "xx......"},
    {"refused", "xx......"},
    {"released", "......x."},
    {"planned", "....x..."},
    {"retried", "xxx.xxxx"},
    {"dropped", "xxx.xxxx"},
    {"found", "xxx.xxxx"},
    {"undone", "...x...x"},
    {"told", "xxxxxxxx"},
}};

void end(Delivery& delivery, Stage stage, SysTime at) {
  delivery.stage = stage;
  delivery.settled_at = at;
  delivery.not_before.reset();
  delivery.told_at.reset();
}

void give_price_back(Delivery& delivery) { delivery.paid.reset(); }

/// Waiting for a person, or for a limit to pass, is no failed try.
bool is_failed_try(const Deferred& deferred) {
  const ErrorKind kind = deferred.why.kind;
  return kind != ErrorKind::unauthorized && kind != ErrorKind::throttled &&
         kind != ErrorKind::invalid;
}

/// It may be public while the reason is "uncertain", and surely is not otherwise.
void wait(Delivery& delivery, const Error& why, SysTime until, bool in_doubt = false) {
  if (in_doubt || why.kind == ErrorKind::uncertain) {
    delivery.stage = Stage::publishing;
  } else {
    delivery.stage = Stage::planned;
    delivery.publishing_at.reset();
    give_price_back(delivery);
  }
  delivery.not_before = until;
  delivery.error = why;
}

void receive(Delivery& delivery, const Receipt& receipt, SysTime at) {
  end(delivery, Stage::published, at);
  delivery.remote_id = receipt.remote_id;
  delivery.url = receipt.url;
  delivery.error.reset();
}

void refuse(Delivery& delivery, const Error& why, SysTime at) {
  end(delivery, Stage::rejected, at);
  delivery.error = why;
  give_price_back(delivery);
}

/// As it was when it was planned.
void begin_anew(Delivery& delivery, SysTime at) {
  delivery.stage = Stage::planned;
  delivery.notes.clear();
  delivery.attempts = 0;
  delivery.not_before.reset();
  delivery.planned_at = at;
  delivery.publishing_at.reset();
  delivery.sent_at.reset();
  delivery.settled_at.reset();
  delivery.told_at.reset();
  delivery.remote_id.clear();
  delivery.url.clear();
  delivery.error.reset();
  give_price_back(delivery);
}

struct Change {
  Delivery& delivery;

  void operator()(const Prepared& event) const {
    // What may be public already stays so: a run that dies now must not forget to look.
    if (delivery.stage != Stage::publishing) delivery.stage = Stage::preparing;
    delivery.notes = event.notes;
  }
  void operator()(const Leaving& event) const {
    delivery.stage = Stage::publishing;
    delivery.notes = event.notes;
    if (!delivery.publishing_at) delivery.publishing_at = event.at;
    delivery.sent_at = event.at;
    if (event.price > 0) delivery.paid = Paid{event.at, event.price};
  }
  void operator()(const Learned& event) const { delivery.notes = event.notes; }
  void operator()(const Answered& event) const {
    const auto* deferred = std::get_if<Deferred>(&event.outcome);
    if (deferred == nullptr || is_failed_try(*deferred)) ++delivery.attempts;
    std::visit(
        Overloaded{
            [&](const Receipt& receipt) { receive(delivery, receipt, event.at); },
            [&](const Rejected& rejected) { refuse(delivery, rejected.why, event.at); },
            [&](const Deferred& waits) { wait(delivery, waits.why, waits.until, event.in_doubt); },
            [&](const Uncertain& uncertain) {
              end(delivery, Stage::uncertain, event.at);
              delivery.error = uncertain.why;
            },
        },
        event.outcome);
  }
  void operator()(const NotSent& event) const { wait(delivery, event.why, event.until); }
  void operator()(const Waits& event) const {
    delivery.stage = Stage::planned;
    delivery.not_before = event.until;
    delivery.error = event.why;
  }
  void operator()(const Held& event) const {
    delivery.stage = Stage::held;
    delivery.not_before.reset();
    delivery.error = event.why;
  }
  void operator()(const Refused& event) const { refuse(delivery, event.why, event.at); }
  void operator()(const Released& event) const { begin_anew(delivery, event.at); }
  void operator()(const Planned& event) const {
    DeliveryId id = std::move(delivery.id);
    delivery = event.anew;
    delivery.id = std::move(id);
  }
  void operator()(const Retried& event) const { begin_anew(delivery, event.at); }
  void operator()(const Dropped& event) const {
    note_before(delivery, event.at);
    end(delivery, Stage::dropped, event.at);
    delivery.error = event.why;
    give_price_back(delivery);
  }
  void operator()(const Found& event) const {
    if (event.is_word) note_before(delivery, event.at);
    receive(delivery, event.receipt, event.at);
  }
  void operator()(const Undone&) const {
    CRIER_ENSURE(is_settled_by_word(delivery), "only a person's word is taken back");
    delivery = as_before(std::move(delivery));
  }
  void operator()(const Told& event) const { delivery.told_at = event.at; }
};

}  // namespace

std::string_view name_of(Kind kind) { return table.at(static_cast<std::size_t>(kind)).name; }

bool may_happen(Stage stage, Kind kind) {
  return table.at(static_cast<std::size_t>(kind)).at.at(static_cast<std::size_t>(stage)) == 'x';
}

Delivery apply(Delivery delivery, const Event& event) {
  CRIER_ENSURE(may_happen(delivery.stage, static_cast<Kind>(event.index())),
               "nothing happens to a delivery that its stage does not allow");
  std::visit(Change{delivery}, event);
  return delivery;
}

}  // namespace crier::life
