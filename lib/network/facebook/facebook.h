#pragma once
#include "network/network.h"

namespace crier {

/// Pages of Facebook, by Meta's Graph API.
///
/// 1. One Publish per try: POST /{page}/feed. There is no idempotency key: after an answer that did
///    not come, or a failure of the server (codes 1 and 2), the Page's newest posts are read back.
/// 2. A post is known by how its words begin, its link, and when it was made. The list is known to
///    lag by a minute or two.
/// 3. Pictures are uploaded before, unpublished, with their descriptions; Facebook keeps them for
///    about 24 hours. A post with pictures has no card.
/// 4. Facebook makes the card itself, from the linked page, which is shown to it before.
/// 5. Code and subcode decide what an answer means, as numbers; they come with a status of 400 or
///    403 or 500, by turns.
///
/// Source: developers.facebook.com, Graph API v26.0 and Pages API, 2026-08.
class FacebookNetwork final : public Network {
 public:
  FacebookNetwork();
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
  [[nodiscard]] std::vector<Request> inspect(const Account& account,
                                             const AccountFacts& known) const override;
  [[nodiscard]] std::vector<std::string> cautions(const Account& account,
                                                  SysTime now) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
