#pragma once
#include "network/network.h"

namespace crier {

/// Mastodon, and servers that speak its client API (GoToSocial, Pleroma, snac2).
///
/// 1. One Publish per try: POST /api/v1/statuses, with an Idempotency-Key made from the delivery's
///    id. Mastodon keeps the key for an hour; other servers may ignore it, so the loop looks first.
/// 2. What may have been taken (408, 5xx, an answer that is no status) is Uncertain.
/// 3. What ails the account and not the post (401, most 403) is Deferred until someone signs in.
/// 4. Facts it learns: max_characters, characters_reserved_per_url, max_media_attachments,
///    image_size_limit, image_matrix_limit, account_id, acct, and instance_api = "v1" for a server
///    without /api/v2/instance. After a sign-in to another
///    account, facts must be learned anew: look_for needs the right account_id.
///
/// Source: the documentation at https://docs.joinmastodon.org and Mastodon 4.7's source, both read
/// in 2026; snac2 2.75 and GoToSocial where they differ.
class MastodonNetwork final : public Network {
 public:
  MastodonNetwork();
  [[nodiscard]] const Traits& traits() const override { return traits_; }
  [[nodiscard]] std::vector<Request> inquire(const Account& account,
                                             const AccountFacts& known) const override;
  [[nodiscard]] AccountFacts learn(AccountFacts known, const Request& asked,
                                   const Response& answer) const override;
  [[nodiscard]] TextRules rules(const Account& account, const AccountFacts& facts) const override;
  [[nodiscard]] Turn next(const Delivery& delivery, const Context& context,
                          const Response* last) const override;
  [[nodiscard]] std::optional<Request> look_for(const Delivery& delivery,
                                                const Context& context) const override;
  [[nodiscard]] Result<std::optional<Receipt>> recognise(const Delivery& delivery,
                                                         const Context& context,
                                                         const Response& answer) const override;
  [[nodiscard]] std::optional<Request> look_back(const Context& context,
                                                 const std::string& cursor) const override;
  [[nodiscard]] Result<PastPage> read_back(const Context& context,
                                           const Response& answer) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
