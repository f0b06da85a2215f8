#pragma once
#include "network/network.h"

namespace crier {

/// A program of somebody's own, told of each post by Standard Webhooks 1.0.0; and what takes JSON
/// or text at a secret address: Microsoft Teams, Slack, ntfy.
///
/// 1. One request: a POST with "webhook-id". The id is the delivery's, the same for each try, and
///    so is the body, so that a receiver can tell a repeat.
/// 2. The address is the secret: it is asked for at sign-in. What is sent goes to its origin, and
///    the account's authorizer puts the rest of the address there, and signs.
/// 3. A receiver answers with a status and need say nothing: any 2xx is a receipt.
/// 4. Nobody can be asked what became of a post. It is repeated only where the account says that
/// its
///    receiver drops repeats: no receiver is known to (ntfy and its like drop none, and Standard
///    Webhooks only asks for it).
///
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, 2026-08.
class WebhookNetwork final : public Network {
 public:
  WebhookNetwork();
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
  [[nodiscard]] std::chrono::seconds drops_repeats_for(const Account& account) const override;
  [[nodiscard]] std::optional<Request> look_back(const Context& context,
                                                 const std::string& cursor) const override;
  [[nodiscard]] Result<PastPage> read_back(const Context& context,
                                           const Response& answer) const override;
  [[nodiscard]] Result<void> check(const Account& account) const override;

 private:
  Traits traits_;
};

}  // namespace crier
