#pragma once
#include "oauth/sign_in.h"

namespace crier {

/// Takes a webhook's address, which is its secret, and the key that its posts are signed with.
/// Nothing is sent: a receiver would take whatever came for a post.
class WebhookSignIn final : public SignInFlow {
 public:
  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;

 private:
  enum class Stage : std::uint8_t { fresh, address, key, over };
  Stage stage_ = Stage::fresh;
  Secret address_;
};

}  // namespace crier
