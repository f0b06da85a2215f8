#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "network/network.h"

namespace crier {

/// A file in place of a network: every post becomes a line of JSON.
///
/// 1. A post goes to the address "outbox:" + path, and OutboxClient answers there; so the loop and
///    the ledger treat it like any other network.
/// 2. look_for reads the whole file: an outbox can always tell what it holds.
class OutboxNetwork final : public Network {
 public:
  OutboxNetwork();
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

 private:
  Traits traits_;
};

/// "outbox:/srv/crier/outbox.jsonl": the address of an outbox file, with `id` (if not empty) as its
/// query.
[[nodiscard]] std::string outbox_address(const std::filesystem::path& file, std::string_view id);

/// The address of an account's own posts in an outbox file.
[[nodiscard]] std::string outbox_list_address(const std::filesystem::path& file,
                                              const AccountId& account);

struct OutboxAddress {
  std::filesystem::path file;
  std::string id;       ///< empty: none is asked for
  std::string account;  ///< whose posts are asked for; empty: nobody's
};

/// Reads what the two above write; nothing for an address of another kind.
[[nodiscard]] std::optional<OutboxAddress> parse_outbox_address(std::string_view url);

}  // namespace crier
