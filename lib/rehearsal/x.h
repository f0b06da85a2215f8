#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "network/json.h"
#include "oauth/oauth1.h"
#include "oauth/oauth2.h"
#include "rehearsal/double.h"

namespace crier::rehearsal {

/// What to type where crier asks for what X's developer console shows.
inline constexpr const char* x_api_key = "rehearsal-api-key";
inline constexpr const char* x_api_secret = "rehearsal-api-secret";
inline constexpr const char* x_client_id = "rehearsal-client";
inline constexpr const char* x_client_secret = "rehearsal-client-secret";

/// X's API v2 and its sign-ins on one origin.
///
/// 1. It has one app, with the key and client above, and as many accounts as are signed in.
/// 2. Every OAuth 1.0a signature is verified, its nonce and time too.
/// 3. The same words by the same account are refused for good; X forgets them at some time.
/// 4. Posts are shown with t.co's links, as X shows them.
/// Source: docs.x.com and its OpenAPI description 2.167, 2026-08; the refusal of repeated words as
/// it was seen on 2026-02-12 (github.com/akrherz/iembot/issues/163).
class X final : public Double {
 public:
  using Double::Double;

  [[nodiscard]] Response answer(const Request& request) override;
  [[nodiscard]] bool publishes(const Request& request) const override;
  [[nodiscard]] Response too_many_requests(std::chrono::seconds wait) const override;
  [[nodiscard]] Response server_error() const override;
  [[nodiscard]] Credentials sign_in(const Account& account) override;
  void expire_tokens() override;

 private:
  struct User {
    std::string id, name;
  };
  /// Of OAuth 1.0a (with a secret), or of OAuth 2.0.
  struct Token {
    std::string user, secret, scope;
    SysTime ends = SysTime::max();
    bool is_refresh = false;
    bool is_expired = false;
  };
  struct Asked {
    std::string secret, pin, user;
    SysTime ends{};
  };
  struct Code {
    FormFields fields;  ///< of the consent page's address
    std::string user;
    SysTime ends{};
  };
  struct Media {
    std::string bytes, type, alt, user;
  };
  struct Post {
    std::string id, user, text;
    std::vector<std::string> media;
    SysTime at{};
  };

  // The API: x.cpp
  [[nodiscard]] Response about(const Request& request, const std::string& path);
  [[nodiscard]] User& user_of(const std::string& name);
  [[nodiscard]] std::string new_id();
  [[nodiscard]] Response upload(const Request& request, const User& user);
  [[nodiscard]] Response describe(const Json& body, const User& user);
  /// Puts the pictures that a post names into it, or says why not.
  [[nodiscard]] std::optional<Response> take_media(const Json& media, const User& user,
                                                   Post& post) const;
  [[nodiscard]] Response post(const Json& body, const User& user);
  [[nodiscard]] Response list(const Request& request, const User& user) const;
  [[nodiscard]] Json shown(const Post& post) const;

  // Who asks: x_oauth.cpp
  [[nodiscard]] std::optional<Response> sign_in_step(const Request& request,
                                                     const std::string& path);
  [[nodiscard]] const User* signer_of(const Request& request);
  /// The parameters of an OAuth 1.0a header whose signature is right.
  [[nodiscard]] std::optional<OAuth1Parameters> read_signature(const Request& request);
  [[nodiscard]] std::optional<Secret> secret_of(const std::string& token) const;
  [[nodiscard]] Response request_token(const Request& request);
  [[nodiscard]] Response show_pin(const Request& request);
  [[nodiscard]] Response access_token(const Request& request);
  [[nodiscard]] Response show_consent(const Request& request);
  [[nodiscard]] Response decide(const Request& request);
  [[nodiscard]] Response give_token(const Request& request);
  [[nodiscard]] Response revoke(const Request& request);
  [[nodiscard]] Response bearer_tokens(const std::string& user, const std::string& scope);

  std::vector<User> users_;
  std::map<std::string, Token> tokens_;  ///< by their texts
  std::map<std::string, Asked> asked_;   ///< request tokens
  std::map<std::string, Code> codes_;
  std::set<std::string> nonces_;
  std::map<std::string, Media> media_;
  std::vector<Post> posts_;
  std::uint64_t last_id_ = 1'900'000'000'000'000'000;
};

/// An error as X's API v2 has it.
[[nodiscard]] Response x_problem(int status, std::string_view title, std::string_view detail,
                                 std::string_view type = "about:blank");

}  // namespace crier::rehearsal
