#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/model.h"
#include "core/random.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier::rehearsal {

/// A picture, as it stands beside a post.
struct Picture {
  std::string bytes;  ///< as they were uploaded; empty where the network would fetch `url` itself
  std::string type;   ///< "image/jpeg"
  std::string alt;
  std::string url;
};

/// One post that is public, as a reader would see it.
struct Arrived {
  std::string id;    ///< the network's own
  std::string text;  ///< unescaped
  std::string url;   ///< where the network would show it
  std::string language;
  std::size_t length = 0, limit = 0;     ///< of the text, as the network counts; limit 0: none
  std::string_view unit = "characters";  ///< what it counts
  Card card;                             ///< `card.image.url` is not used, `thumbnail` is
  std::optional<Picture> thumbnail;      ///< of the card
  std::vector<Picture> pictures;
  SysTime at{};
  std::string note = {};  ///< in words, what stands above it: a content warning, who alone sees it
};

/// What a double needs of the world.
struct DoubleWorld {
  const Clock& clock;
  Random& random;
  std::string origin;  ///< where it listens: "http://127.0.0.1:8701", or as a test has it
};

/// Stands in for one network: takes requests as they come over the wire and answers as the network
/// would, by what its documents say.
///
/// 1. It keeps no file and asks nobody: all it knows is gone with it.
/// 2. It refuses what the network refuses, with the network's own status and words: a bad token, a
///    text that is too long, an unknown field, a picture that is none.
/// 3. What became public stays in arrived(), oldest first, and nothing else does.
/// 4. Its tokens, codes and secrets open nothing but itself.
class Double {
 public:
  explicit Double(DoubleWorld world) : world_(std::move(world)) {}
  virtual ~Double() = default;
  Double(const Double&) = delete;
  Double& operator=(const Double&) = delete;

  /// `request.url` is absolute and begins with an origin of its own; `parts` are those of a
  /// multipart body. Never throws, whatever it is sent.
  [[nodiscard]] virtual Response answer(const Request& request) = 0;
  /// Says whether it is the request that makes a post public: faults strike there.
  [[nodiscard]] virtual bool publishes(const Request& request) const = 0;
  /// What `crier auth login` would have kept after a sign-in here, for the first account of that
  /// network; `account` may say which (a handle, a Page).
  [[nodiscard]] virtual Credentials sign_in(const Account& account) = 0;
  /// What it says, before it has done anything, when there were too many requests and when it
  /// fails: in the network's own shape; how long to wait, where the network says it in its words.
  /// Beside them, a Retry-After says it for all.
  [[nodiscard]] virtual Response too_many_requests(std::chrono::seconds wait) const = 0;
  [[nodiscard]] virtual Response server_error() const = 0;
  /// All tokens that were given so far are refused from now on; a refresh token still renews.
  virtual void expire_tokens() = 0;
  [[nodiscard]] const std::vector<Arrived>& arrived() const { return arrived_; }

 protected:
  std::vector<Arrived> arrived_;
  DoubleWorld world_;
};

/// What a rehearsal can make go wrong, once for each account, at the request that makes a post
/// public.
enum class Fault : std::uint8_t {
  none,
  too_many_requests,
  server_error,          ///< before the work is done
  timeout_after_accept,  ///< the work is done, and the answer is lost
  expired_token
};

}  // namespace crier::rehearsal
