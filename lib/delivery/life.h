#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "core/model.h"

namespace crier::life {

/// A harmless request is about to leave (W2).
struct Prepared {
  Notes notes;
  SysTime at{};
};
/// The request that makes the post public is about to leave (W3). `price`: in millionths; 0: none.
struct Leaving {
  Notes notes;
  std::int64_t price = 0;
  SysTime at{};
};
/// An adapter has learned what its next try needs.
struct Learned {
  Notes notes;
};
/// What a try came to (W4).
struct Answered {
  Outcome outcome;
  SysTime at{};
  bool in_doubt = false;  ///< of one that waits: it may be public all the same
};
/// It was about to leave, and did not: no try. Nothing of what is known of earlier tries changes.
struct NotSent {
  Error why;
  SysTime until{};
};
/// It is not its turn, for a reason that has nothing to do with what is sent: a page that is not
/// there yet, a budget.
struct Waits {
  Error why;
  SysTime until{};
};
/// It waits for a person.
struct Held {
  Error why;
};
/// It is refused without a try: it has waited for too long.
struct Refused {
  Error why;
  SysTime at{};
};
/// A person says of what is held that it is news.
struct Released {
  SysTime at{};
};
/// It was refused, and its item is planned anew: as `anew` has it.
struct Planned {
  Delivery anew;
};
/// A person says: send it as if it had never been tried.
struct Retried {
  SysTime at{};
};
/// A person says: leave it out for good.
struct Dropped {
  Error why;
  SysTime at{};
};
/// It is on its account, whatever was thought of it: a person has seen it, or the account was read.
struct Found {
  Receipt receipt;
  SysTime at{};
  bool is_word = false;  ///< a person's, who may take it back
};
/// A person takes back what he has said of it.
struct Undone {};
/// A person was told how it stands, and the words have left.
struct Told {
  SysTime at{};
};

using Event = std::variant<Prepared, Leaving, Learned, Answered, NotSent, Waits, Held, Refused,
                           Released, Planned, Retried, Dropped, Found, Undone, Told>;

/// Event's alternatives in their order, as the table of a delivery's life calls them.
enum class Kind : std::uint8_t {
  prepared,
  leaving,
  learned,
  answered,
  not_sent,
  waits,
  held,
  refused,
  released,
  planned,
  retried,
  dropped,
  found,
  undone,
  told
};
inline constexpr std::size_t kinds = std::variant_size_v<Event>;
inline constexpr std::size_t stages = 8;

[[nodiscard]] std::string_view name_of(Kind kind);

/// Whether that may happen to a delivery at that stage. The table stands in life.cpp.
[[nodiscard]] bool may_happen(Stage stage, Kind kind);

/// The only code that changes a delivery.
///
/// 1. What may not happen at its stage is a broken promise: the program ends.
/// 2. Only Leaving moves `sent_at` and sets a price. Only Answered counts a try.
/// 3. While a post may be public already it stays `publishing`, however its tries end.
/// 4. What is surely not public has no price.
/// 5. Whatever a person must hear of counts as untold until Told.
[[nodiscard]] Delivery apply(Delivery delivery, const Event& event);

}  // namespace crier::life
