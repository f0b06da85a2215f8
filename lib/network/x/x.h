#pragma once
#include "network/network.h"

namespace crier {

/// X, by its API v2.
///
/// 1. One Publish per try: POST /2/tweets. There is no idempotency key: after an answer that did
/// not
///    come, the account's newest posts are read back, and the post is known by its words and link.
/// 2. X refuses the same words soon after (403): then, too, the post is looked for.
/// 3. Pictures are uploaded before, their descriptions with them; X keeps them for 24 hours.
/// 4. X takes money for what is asked: $0.015 for a post, $0.20 for one with a link, $0.005 for a
///    description, $0.001 for each of one's own posts that is read back, $0.01 for /2/users/me. So
///    nothing is asked that is known: the account's number comes from its sign-in.
///
/// Source: docs.x.com and its OpenAPI description 2.167, 2026-08; names that it has changed are
/// read in both spellings.
class XNetwork final : public Network {
 public:
  XNetwork();
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
  [[nodiscard]] std::optional<Price> price(const Post& post, const Account& account) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
