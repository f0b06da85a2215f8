#include "oauth/sign_in_webhook.h"

#include "core/utf8.h"
#include "oauth/given_token.h"

namespace crier {

Result<SignInStep> WebhookSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  stage_ = Stage::address;
  return SignInStep(Prompt{"Address of the webhook", true});
}

Result<SignInStep> WebhookSignIn::told(std::string_view text) {
  const Secret typed{std::string(trimmed(text))};
  if (stage_ == Stage::address) {
    if (auto good = webhook_credentials(typed, {}); !good) {
      return fail(ErrorKind::invalid, "this {}", good.error().message);
    }
    address_ = typed;
    stage_ = Stage::key;
    return SignInStep(Prompt{"Signing key, whsec_… (nothing, if there is none)", true});
  }
  if (stage_ != Stage::key) return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  auto credentials = webhook_credentials(address_, typed);
  if (!credentials) return fail(ErrorKind::invalid, "this {}", credentials.error().message);
  stage_ = Stage::over;
  return SignInStep(SignedIn{*std::move(credentials)});
}

Result<SignInStep> WebhookSignIn::answered(const Response& /*response*/, SysTime /*now*/) {
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> WebhookSignIn::redirected(std::string_view /*text*/) {
  return fail(ErrorKind::rejected, "this sign-in has no page");
}

}  // namespace crier
