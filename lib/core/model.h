#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace crier {

/// An identifier that does not mix with another kind's.
template <class Tag>
struct Id {
  std::string value;
  // clang-tidy 14 takes a 0 that the compiler makes of this line for one of ours.
  auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr)
};
using FeedId = Id<struct FeedTag>;          ///< the name in feeds.toml: "jobs"
using AccountId = Id<struct AccountTag>;    ///< the name in feeds.toml: "town-hall"
using DeliveryId = Id<struct DeliveryTag>;  ///< 32 hex digits, made from feed, item and account

/// A text that may still hold markup. Always valid UTF-8.
struct Text {
  enum class Kind : std::uint8_t { plain, html };
  std::string value;
  Kind kind = Kind::plain;
};

struct Image {
  std::string url, alt;
};

/// What a linked page says of itself, for a link card. All empty: there is none.
struct Card {
  std::string url;                 ///< the item's link
  std::string title, description;  ///< plain, one line each
  Image image;                     ///< `url` empty: none
};

struct Enclosure {
  std::string url, type;     ///< type: a media type, as given
  std::uint64_t length = 0;  ///< bytes, as given; 0 if not said
};

/// One entry of a feed. `title` and `summary` hold markup until make_plain (feed/item_text.h).
struct Item {
  std::optional<std::string> guid;  ///< guid or id as given; nothing if the feed gives none
  Text title, summary;
  std::string link;  ///< absolute http or https, or empty
  std::optional<SysTime> published, updated;
  std::vector<std::string> categories;
  std::vector<Image> images;          ///< absolute http or https
  std::vector<Enclosure> enclosures;  ///< absolute http or https
};

/// Something a feed does that its owner should know.
struct Warning {
  std::string code;     ///< one or two words with hyphens: "bad-date"
  std::string message;  ///< a sentence for a person
};

struct Feed {
  std::string format;  ///< "rss0.91" … "rss2.0", "rss1.0", "atom0.3", "atom1.0", "json1.1"
  std::string title, link, language;
  std::vector<Item> items;  ///< in the feed's own order
  std::vector<Warning> warnings;
  /// The document was not well-formed, and was read as well as it could be: items may be missing.
  bool was_mended = false;
};

/// A key that accounts of one network may have in feeds.toml, beside those that all accounts have.
struct Setting {
  std::string key;
  std::string help;  ///< one line for the reader of an error
  bool required = false;
  std::vector<std::string> choices;  ///< allowed values; empty: any text
  bool is_number = false;            ///< a whole number above 0, kept as its digits
  bool is_money = false;             ///< an amount like 0.015, kept as a whole number of millionths
  bool is_file = false;              ///< names a text file; what stands in it is kept
};

/// How fast an account may speak. 0: no such limit.
struct Pace {
  std::size_t per_run = 0, per_hour = 0, per_day = 0;
  std::chrono::seconds min_gap{0};  ///< between two posts
};

/// Where posts go. Holds no secret.
struct Account {
  AccountId id;
  std::string network;   ///< "mastodon"
  std::string server;    ///< "https://social.example.gov.uk", no slash at the end; or empty
  std::string language;  ///< BCP 47; or empty
  std::map<std::string, std::string> settings;  ///< the network's own keys: visibility, path, …
  Pace pace = {};
  /// Of the requests that its server takes, by its own count, so many are kept for what is urgent.
  std::size_t urgent_reserve = 5;
};

/// What a network has told about an account; kept in the ledger and renewed now and then.
struct AccountFacts {
  std::map<std::string, std::string> values;  ///< the network's own names: "id", "max_characters"
  std::optional<SysTime> learned_at;
};

/// What goes out, as it goes out. Fixed in the ledger when it is planned.
struct Post {
  std::string text;
  std::string language;       ///< BCP 47; or empty
  std::string link;           ///< the item's link, as it stands in the text; or empty
  std::vector<Image> images;  ///< to be attached
  /// Found when the post is about to go out (publish/enrich), and not kept in the ledger.
  Card card = {};
};

/// Where a delivery stands. The numbers are kept in ledgers: new ones go to the end.
enum class Stage : std::uint8_t {
  planned,
  preparing,
  publishing,
  published,
  rejected,
  uncertain,
  held,    ///< waits for a person: `error` says why
  dropped  ///< left out for good, by a person's word
};

/// What an adapter must remember between two requests. Kept in the ledger.
using Notes = std::map<std::string, std::string>;

/// What a post was paid with, in millionths of its network's currency.
struct Paid {
  SysTime at{};
  std::int64_t millionths = 0;
};

/// One item to one account. Only delivery/life.h changes one that is in a ledger.
struct Delivery {
  DeliveryId id;
  FeedId feed;
  AccountId account;
  std::string item_id;  ///< guid, else link, else title: how a person would name the item
  std::string item_title, item_link;
  Post post;
  Stage stage = Stage::planned;
  Notes notes;
  int attempts = 0;
  std::optional<SysTime> item_date;  ///< orders deliveries; never decides what is new
  std::optional<SysTime> not_before;
  SysTime planned_at{};
  std::optional<SysTime> publishing_at;  ///< when a Publish was first about to leave
  std::optional<SysTime> sent_at;        ///< when one was last about to leave
  std::optional<SysTime> settled_at;     ///< when it became published, rejected, uncertain, dropped
  std::optional<SysTime> told_at;        ///< when a person was last told how it stands
  std::optional<Paid> paid;              ///< from the moment it leaves; of what is not public: none
  std::string remote_id, url;            ///< once published
  std::optional<Error> error;            ///< why it waits, or was refused
};

/// An earlier delivery whose post reads the same.
struct SameWords {
  Stage stage = Stage::planned;
  SysTime at{};  ///< when it was posted, or else planned
};

struct Receipt {
  std::string remote_id, url;
};
struct Rejected {
  Error why;
};
struct Deferred {
  Error why;
  SysTime until{};
};
struct Uncertain {
  Error why;
};
using Outcome = std::variant<Receipt, Rejected, Deferred, Uncertain>;

/// The stage in one word, as it stands in JSON and in the ledger.
[[nodiscard]] constexpr const char* name_of(Stage stage) {
  switch (stage) {
    case Stage::planned: return "planned";
    case Stage::preparing: return "preparing";
    case Stage::publishing: return "publishing";
    case Stage::published: return "published";
    case Stage::rejected: return "rejected";
    case Stage::uncertain: return "uncertain";
    case Stage::held: return "held";
    case Stage::dropped: return "dropped";
  }
  return "planned";
}

}  // namespace crier
