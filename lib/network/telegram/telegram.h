#pragma once
#include "network/network.h"

namespace crier {

/// A channel or group on Telegram, by its Bot API. docs/adding-a-network.md goes through this
/// adapter as the example.
///
/// 1. One request: sendMessage, as plain text, so that nothing needs escaping.
/// 2. The bot's token is a part of every address: the account's authorizer puts it there.
/// 3. There is no key for repeats, and a bot cannot read what it has posted: after an answer that
///    did not come, a person decides.
///
/// Source: core.telegram.org/bots/api and /bots/faq, 2026-08.
class TelegramNetwork final : public Network {
 public:
  TelegramNetwork();
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
  [[nodiscard]] Result<void> check(const Account& account) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
