#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compose/rules.h"
#include "config/config.h"
#include "core/model.h"
#include "http/message.h"

namespace crier {

/// A request that is harmless to repeat.
struct Prepare {
  Request request;
};
/// The request that makes the post public. At most one on any path. What comes after it only reads:
/// it may go on to Prepares that ask what became of the post.
struct Publish {
  Request request;
};
/// Nothing to do for a while: a server is still at work.
struct Pause {
  std::chrono::seconds wait{1};
};
/// A picture is wanted: fetched unsigned, made to fit, stripped of what it says beside the picture.
///
/// It comes back as `last`: status 200, the picture as the body, its Content-Type, and its size in
/// the headers "Width" and "Height" (pixels); or status 422, its body saying why it cannot be used
/// (the person is told: the adapter goes on without it).
struct GetImage {
  std::string url;
  std::size_t max_bytes = 0;
  std::size_t max_side = 0;  ///< pixels, of the longer side
};
struct Finish {
  Outcome outcome;
};

/// What to do next, and what must be remembered for it. `notes` replaces the delivery's notes.
struct Turn {
  std::variant<Prepare, Publish, Pause, GetImage, Finish> step;
  Notes notes;
  std::string warning = {};  ///< what a person should know: a picture was left out
};

/// How a network lets one sign in.
enum class SignIn : std::uint8_t {
  none,
  mastodon,
  bluesky,
  x,
  facebook,
  linkedin,
  threads,
  telegram,
  webhook
};

struct Traits {
  std::string name;
  std::string title;  ///< as people call it: "Mastodon"
  TextRules text;     ///< where an account's facts say nothing else
  SignIn sign_in = SignIn::none;
  NetworkSchema schema;         ///< its keys in feeds.toml
  bool wants_card = false;      ///< link cards are made by who posts, and not by the network
  bool makes_card = false;      ///< the network makes one by itself, of the first link
  bool has_languages = false;   ///< a post says which language it is in
  std::size_t most_images = 0;  ///< that one post may have; 0: crier attaches none there
  /// The network gets pictures itself, from the address that it is given: none is asked for by
  /// GetImage.
  bool fetches_images = false;
  /// How long the network needs at most until a post that it took can be found by looking.
  std::chrono::seconds settle_time{0};
  /// For so long after a Publish, that a post is not found proves nothing: it is looked for again.
  std::chrono::seconds visible_within{0};
  /// How long a second Publish with the same delivery id is known to make no second post; 0: not at
  /// all.
  std::chrono::seconds idempotency_window{0};
};

/// What an adapter may know beside the delivery. Facts that every network with a sign-in has, once
/// somebody has signed in: "account_id" (the network's own), "service" (the origin that takes its
/// signed requests, which for Bluesky is the account's PDS) and "handle".
struct Context {
  const Account& account;
  const AccountFacts& facts;
  SysTime now;
  /// Whether another delivery of this account has that remote id: two posts may read the same.
  std::function<bool(const std::string& remote_id)> is_taken = {};
  /// How many posts this run has begun for the account before this one: orders those of one second.
  std::size_t ordinal = 0;
  /// Of a look back, nothing older is wanted: a network that takes money for each post that it
  /// shows is asked for no more.
  std::optional<SysTime> since = {};
};

/// A post that the account has made, as far as it tells which item it announced.
struct PastPost {
  std::string remote_id, url;      ///< as in a Receipt
  std::string text;                ///< what a reader sees, plain; links may be left out of it
  std::vector<std::string> links;  ///< absolute; those that stand in `text` only may be missing
  std::optional<SysTime> at;
};
struct PastPage {
  std::vector<PastPost> posts;  ///< newest first
  std::string next;             ///< the cursor of the page after this one; empty: this is the last
};

/// What a network takes for a post, in millionths of its currency.
struct Price {
  std::int64_t millionths = 0;
};

/// One network's rules without I/O: told what has happened, says what to do next.
///
/// 1. Notes alone resume every turn: `last` is null at the start, after a Pause and after a
/// restart.
/// 2. No request carries a credential; those with `sign` are signed on their way out.
/// 3. An answer that may mean "it happened" is Uncertain, never Rejected or Deferred. What is read
/// after a Publish may end in a Deferred whose error is `rejected`: then it surely did not happen.
/// 4. The loop looks (look_for, recognise) before it repeats a Publish, or heeds a 403 to one.
class Network {
 public:
  virtual ~Network() = default;
  [[nodiscard]] virtual const Traits& traits() const = 0;

  /// What to ask before the first post is written for an account; each harmless, most unsigned.
  [[nodiscard]] virtual std::vector<Request> inquire(const Account& account,
                                                     const AccountFacts& known) const = 0;
  /// Takes one answer to inquire() in. An answer of no use changes nothing.
  [[nodiscard]] virtual AccountFacts learn(AccountFacts known, const Request& asked,
                                           const Response& answer) const = 0;
  /// The rules that posts to this account must fit.
  [[nodiscard]] virtual TextRules rules(const Account& account,
                                        const AccountFacts& facts) const = 0;

  [[nodiscard]] virtual Turn next(const Delivery& delivery, const Context& context,
                                  const Response* last) const = 0;

  /// Asks whether a Publish landed. Nothing: it cannot be asked.
  [[nodiscard]] virtual std::optional<Request> look_for(const Delivery& delivery,
                                                        const Context& context) const = 0;
  /// Reads the answer to look_for: the receipt, or nothing if the post is not there.
  /// Errors: unavailable, throttled, unauthorized, if the answer does not tell. Unauthorized: the
  /// post stays in doubt until somebody has signed in, however long that takes. A sign-in that is
  /// good and may not read is unavailable: that doubt ends after a day, and the others go on.
  [[nodiscard]] virtual Result<std::optional<Receipt>> recognise(const Delivery& delivery,
                                                                 const Context& context,
                                                                 const Response& answer) const = 0;

  /// How long the far side is known to drop a repeat of a delivery of this account; 0: not at all.
  [[nodiscard]] virtual std::chrono::seconds drops_repeats_for(const Account& /*account*/) const {
    return traits().idempotency_window;
  }

  /// Asks for what the account has posted, newest first. `cursor`: empty, or `next` of the page
  /// before. Nothing: it cannot be asked, or the account's facts are not known yet.
  [[nodiscard]] virtual std::optional<Request> look_back(const Context& context,
                                                         const std::string& cursor) const = 0;
  /// Reads the answer to look_back. What is no announcement (a reply, a boost) is left out.
  /// Errors: unavailable, throttled, unauthorized, if the answer does not tell.
  [[nodiscard]] virtual Result<PastPage> read_back(const Context& context,
                                                   const Response& answer) const = 0;

  /// Reads the address of a post, as a browser shows it to a person who has found it there: the
  /// receipt for that post. Where the address does not tell its id, `remote_id` is a name that only
  /// the address gives it, or empty for a network that is never looked at.
  /// Errors: invalid, in one line, if it leads to no post of this account.
  [[nodiscard]] virtual Result<Receipt> receipt_at(const Context& context,
                                                   std::string_view address) const;
  /// Whether another delivery of the account has a post that the network shows: as its id, or as
  /// its address where a person gave that.
  [[nodiscard]] bool is_anothers(const Context& context, const std::string& remote_id,
                                 const std::string& url) const;

  /// What only a person who asks about the sign-in wants to know: asked after inquire(), signed,
  /// and taken in by learn(). The fact "sign_in_ends_at" (seconds) says when a person is needed
  /// next, and "remark" what else the person should know, in one line.
  [[nodiscard]] virtual std::vector<Request> inspect(const Account& /*account*/,
                                                     const AccountFacts& /*known*/) const {
    return {};
  }

  /// What will go wrong soon if nobody acts, each in one line: a version of the API that ends.
  [[nodiscard]] virtual std::vector<std::string> cautions(const Account& /*account*/,
                                                          SysTime /*now*/) const {
    return {};
  }

  /// What is wrong with the account's own keys that only its network can tell: said when feeds.toml
  /// is read, before anything is sent.
  /// Errors: invalid, in one line that begins with the key.
  [[nodiscard]] virtual Result<void> check(const Account& /*account*/) const { return {}; }

  /// What the network will take for that post. Nothing: it takes no money.
  [[nodiscard]] virtual std::optional<Price> price(const Post& /*post*/,
                                                   const Account& /*account*/) const {
    return std::nullopt;
  }
};

}  // namespace crier
