#include "crier/way.h"

namespace crier {

const Ways* ways_of(SignIn sign_in) {
  switch (sign_in) {
    case SignIn::none: return nullptr;
    case SignIn::mastodon: return &mastodon_ways();
    case SignIn::bluesky: return &bluesky_ways();
    case SignIn::x: return &x_ways();
    case SignIn::facebook: return &facebook_ways();
    case SignIn::linkedin: return &linkedin_ways();
    case SignIn::threads: return &threads_ways();
    case SignIn::telegram: return &telegram_ways();
    case SignIn::webhook: return &webhook_ways();
  }
  return nullptr;
}

std::string setting_of(const Account& account, const char* key) {
  const auto found = account.settings.find(key);
  return found == account.settings.end() ? std::string() : found->second;
}

void explain_redirect(const AuthWorld& world, const Way& way, bool shows_code) {
  say(world.out,
      "1. {} Sign in there as the account\n"
      "   that crier is to post as; crier never sees the password.\n"
      "2. The page asks whether crier may post for the account. Allow it.\n"
      "3. {}\n",
      way.pastes ? "You open a page of that server in a browser."
                 : "A page of that server opens in your browser.",
      !way.pastes ? "The page then sends you back, and crier keeps a token for the account."
      : shows_code
          ? "The page then shows a code. Copy it, or the page's whole address, and paste it here."
          : "The browser then goes to another page, which may be missing. Copy that page's whole\n"
            "   address, and paste it here.");
}

}  // namespace crier
