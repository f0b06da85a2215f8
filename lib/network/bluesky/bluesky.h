#pragma once
#include "network/network.h"

namespace crier {

/// Bluesky, and every other server (PDS) of the AT Protocol.
///
/// 1. One Publish per try: putRecord with swapRecord null, under a key (a TID) that is made before,
///    and with a record that stays the same byte for byte: both are in the notes. The same record
///    sent again makes no second post, and another one under that key is refused.
/// 2. Until it is first sent, key and time are made anew when they are older than ten minutes:
///    Bluesky sorts by the record's own time, and an old one would be buried.
/// 3. Pictures are uploaded just before the post: a server drops blobs that no record names, at the
///    soonest within an hour. One that cannot be used is left out.
/// 4. Signed requests go to the fact "service", the account's PDS.
///
/// Source: atproto.com and docs.bsky.app, and the reference PDS 0.5.35, read and tried in 2026.
class BlueskyNetwork final : public Network {
 public:
  BlueskyNetwork();
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
  [[nodiscard]] Result<void> check(const Account& account) const override;
  [[nodiscard]] Result<PastPage> read_back(const Context& context,
                                           const Response& answer) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
