#pragma once
#include <string>

#include "core/random.h"
#include "oauth/sign_in.h"

namespace crier {

/// Signs in as a bot of Telegram, with the token that BotFather gives.
///
/// 1. Telegram is asked whose token it is (getMe), and whether the bot knows the channel (getChat).
/// 2. A channel that the bot does not know ends the sign-in, with what to do; one that Telegram
/// says
///    nothing about does not.
/// Source: core.telegram.org/bots/api, 2026-08.
class TelegramSignIn final : public SignInFlow {
 public:
  /// `server`: the origin; `chat`: as in feeds.toml.
  TelegramSignIn(std::string server, std::string chat, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> unanswered(const Error& why) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;

 private:
  enum class Stage : std::uint8_t { fresh, prompting, asking_who, asking_chat, over };
  Result<SignInStep> ask(const std::string& path);
  Result<SignInStep> take_bot(const Response& response, SysTime now);
  Result<SignInStep> take_chat(const Response& response);
  Result<SignInStep> finish();

  std::string server_, chat_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  Credentials credentials_;
};

}  // namespace crier
