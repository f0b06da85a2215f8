#include "oauth/sign_in_telegram.h"

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/given_token.h"
#include "oauth/json_text.h"
#include "oauth/oauth2.h"

namespace crier {
namespace {

constexpr std::size_t max_answer_bytes = 256U << 10;

/// The object in `result` of an answer; nothing if it holds none.
std::optional<nlohmann::json> result_of(const Response& response) {
  auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const auto found = object ? object->find("result") : nlohmann::json::iterator();
  if (!object || found == object->end() || !found->is_object()) return std::nullopt;
  return std::move(*found);
}

}  // namespace

TelegramSignIn::TelegramSignIn(std::string server, std::string chat, const Clock& clock,
                               Random& random)
    : server_(std::move(server)), chat_(std::move(chat)), clock_(clock), random_(random) {}

Result<SignInStep> TelegramSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  server_ = origin_of(server_);
  if (!is_safe_origin(server_)) {
    return fail(ErrorKind::invalid, "the account's `server` must be an https address to sign in");
  }
  stage_ = Stage::prompting;
  return SignInStep(Prompt{"Token of the bot", true});
}

Result<SignInStep> TelegramSignIn::told(std::string_view text) {
  if (stage_ != Stage::prompting) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  auto credentials = telegram_credentials(server_, Secret(std::string(trimmed(text))));
  if (!credentials || !is_visible_ascii(credentials->access_token.reveal())) {
    return fail(ErrorKind::invalid,
                "that is no token of a bot: copy all of what BotFather shows, like 123456789:AAF… "
                "(with the colon)");
  }
  credentials_ = *std::move(credentials);
  stage_ = Stage::asking_who;
  return ask("/getMe");
}

Result<SignInStep> TelegramSignIn::ask(const std::string& path) {
  Request request;
  request.url = server_ + path;
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  auto ready = KindAuthorizer().sign(std::move(request), credentials_, clock_.now(), random_);
  if (!ready) return Failure(ready.error());
  return SignInStep(Ask{*std::move(ready)});
}

Result<SignInStep> TelegramSignIn::answered(const Response& response, SysTime now) {
  switch (std::exchange(stage_, Stage::over)) {
    case Stage::asking_who: return take_bot(response, now);
    case Stage::asking_chat: return take_chat(response);
    case Stage::fresh:
    case Stage::prompting:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

/// What a transfer says of itself may have the address in it, and so the token.
Result<SignInStep> TelegramSignIn::unanswered(const Error& why) {
  if (std::exchange(stage_, Stage::over) == Stage::asking_chat) return finish();
  return fail(why.kind, "{} gave no answer: try again later", server_);
}

Result<SignInStep> TelegramSignIn::take_bot(const Response& response, SysTime now) {
  const auto bot = result_of(response);
  const auto id = bot ? bot->find("id") : nlohmann::json::const_iterator();
  const bool has_id = bot && id != bot->end() && id->is_number_integer();
  if (!has_id) {
    auto error = classify(response, now).value_or(Error{ErrorKind::rejected, ""});
    if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled) {
      return fail(std::move(error), "asking Telegram whose token it is");
    }
    return fail(ErrorKind::unauthorized,
                "Telegram does not know this token (it answered {}): copy it from BotFather again "
                "(/mybots), or make a new one there",
                response.status);
  }
  credentials_.account_id = id->dump();
  credentials_.handle = "@" + redacted_excerpt(credentials_, text_of(*bot, "username"));
  credentials_.obtained_at = credentials_.signed_in_at = now;
  if (chat_.empty()) return finish();
  stage_ = Stage::asking_chat;
  return ask("/getChat?chat_id=" + percent_encode(chat_));
}

Result<SignInStep> TelegramSignIn::take_chat(const Response& response) {
  if (response.status != 400 && response.status != 403) return finish();
  return fail(
      ErrorKind::rejected,
      "the token is good, but {} does not know the channel {} (Telegram answered {}): make "
      "the bot an administrator of it that may post messages, look at `chat` in feeds.toml, "
      "and start again",
      credentials_.handle, excerpt(chat_), response.status);
}

Result<SignInStep> TelegramSignIn::finish() {
  stage_ = Stage::over;
  return SignInStep(SignedIn{credentials_});
}

Result<SignInStep> TelegramSignIn::redirected(std::string_view /*text*/) {
  return fail(ErrorKind::rejected, "this sign-in has no page");
}

}  // namespace crier
