#pragma once
#include "network/network.h"

namespace crier {

/// Threads, by its API v1.0.
///
/// 1. A post is made in two steps: a container, which nobody sees, and the Publish of it. The
///    container is asked whether it is finished before, and before every Publish but the first
///    whether it is public already.
/// 2. One Publish per try: POST /v1.0/me/threads_publish, which may take minutes. After an answer
///    that did not come, the account's posts are read back, then the container is asked; it is
///    published again when five minutes have passed and it says that it was not.
/// 3. Threads gets pictures itself, from their address. One that it cannot use is told of and left
///    out.
/// 4. What Threads does not find right after it has made it (24/4279009) is tried again, twice with
///    the same container, then with a new one.
///
/// Source: developers.facebook.com, Threads API, 2026-04 to 2026-08.
class ThreadsNetwork final : public Network {
 public:
  ThreadsNetwork();
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
