#pragma once
#include "network/network.h"

namespace crier {

/// The Page of an organisation on LinkedIn, by the Posts API.
///
/// 1. One Publish per try: POST /rest/posts. The post's name is in the header x-restli-id of the
///    answer, and nowhere else; then the post is read back, since LinkedIn cuts a text short
///    without a word (little_text.h).
/// 2. There is no idempotency key: after an answer that did not come, the organisation's newest
///    posts are read, and the post is known by its words and link.
/// 3. LinkedIn refuses a post that it has (422), and names the one that it has. That one is read,
///    and taken for ours if it says the same and is no other delivery's. A deleted post may stand
///    in the way for a day or two: then ours waits.
/// 4. LinkedIn reads no linked page: the card's title, description and picture are sent. A link
/// that
///    ends the text stands in the card alone.
/// 5. Pictures are uploaded before: asked for, sent, and waited for.
///
/// Source: learn.microsoft.com/linkedin, community-management/shares (posts-api, images-api,
/// little-text-format), 2026-09.
class LinkedinNetwork final : public Network {
 public:
  LinkedinNetwork();
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
  /// A version of the API that is none, that has ended, or that ends within 60 days.
  [[nodiscard]] std::vector<std::string> cautions(const Account& account,
                                                  SysTime now) const override;
  [[nodiscard]] Result<Receipt> receipt_at(const Context& context,
                                           std::string_view address) const override;

 private:
  Traits traits_;
};

}  // namespace crier
