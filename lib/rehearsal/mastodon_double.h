#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oauth/oauth2.h"
#include "rehearsal/double.h"

namespace crier::rehearsal {

/// As much of a Mastodon server as signing in and posting need.
///
/// 1. Ids, statuses and words are those of Mastodon 4.4; what crier never asks for is not here.
/// 2. A form, JSON and multipart are taken alike, as Mastodon does.
/// 3. A member that it does not know is ignored, as Mastodon does: only what is wrong is refused.
/// Source: docs.joinmastodon.org, methods/{instance,apps,oauth,media,statuses,accounts}, 2026-08;
/// the words of refusals: Mastodon's config/locales/en.yml and doorkeeper.en.yml.
class MastodonDouble final : public Double {
 public:
  explicit MastodonDouble(DoubleWorld world) : Double(std::move(world)) {}
  [[nodiscard]] Response answer(const Request& request) override;
  [[nodiscard]] bool publishes(const Request& request) const override;
  [[nodiscard]] Response too_many_requests(std::chrono::seconds wait) const override;
  [[nodiscard]] Response server_error() const override;
  [[nodiscard]] Credentials sign_in(const Account& account) override;
  void expire_tokens() override;

 private:
  /// What a request says beside its address, whichever way it says it.
  struct Fields {
    std::map<std::string, std::string> values;
    std::vector<std::string> media_ids;
    [[nodiscard]] std::string of(const std::string& name) const;
  };
  struct App {
    std::string id, secret, redirect_uri, scope;
  };
  struct Code {
    std::string app, redirect_uri, scope, challenge;
    SysTime given{};
  };
  struct Token {
    std::string scope;
    bool is_persons = true;  ///< false: the client's own
    bool is_revoked = false;
  };
  struct Media {
    Picture picture;
    bool is_attached = false;
  };
  struct Status {
    std::string id, key, body;
    SysTime at{};
  };

  [[nodiscard]] static Fields read_fields(const Request& request);
  [[nodiscard]] std::string secret();
  [[nodiscard]] std::string next_id();
  [[nodiscard]] std::optional<Response> refuse(const Request& request,
                                               std::string_view scope) const;
  [[nodiscard]] std::string give_token(const std::string& scope, bool is_persons);

  [[nodiscard]] Response discovery() const;
  [[nodiscard]] Response instance(bool is_v2) const;
  [[nodiscard]] Response register_app(const Fields& fields);
  [[nodiscard]] std::optional<Response> refuse_consent(const Fields& fields) const;
  [[nodiscard]] Response ask_consent(const Fields& fields) const;
  [[nodiscard]] Response take_consent(const Fields& fields);
  [[nodiscard]] Response exchange(const Request& request, const Fields& fields);
  [[nodiscard]] Response revoke(const Request& request, const Fields& fields);
  [[nodiscard]] const App* known_app(const Request& request, const Fields& fields) const;
  [[nodiscard]] Response account() const;

  [[nodiscard]] Response take_media(const Request& request);
  [[nodiscard]] Response show_media(const std::string& id) const;
  [[nodiscard]] Response take_status(const Request& request);
  [[nodiscard]] std::optional<Response> refuse_status(const Fields& fields) const;
  [[nodiscard]] Response list_statuses(const Request& request) const;

  std::string name_ = "council";
  std::map<std::string, App> apps_;    ///< by id
  std::map<std::string, Code> codes_;  ///< by themselves
  std::map<std::string, Token> tokens_;
  std::map<std::string, Media> media_;  ///< by id
  std::vector<Status> statuses_;        ///< oldest first
  std::uint64_t last_id_ = 0;
};

}  // namespace crier::rehearsal
