#pragma once
#include "support/fake_bluesky.h"
#include "support/fake_x.h"
#include "support/newsroom.h"

namespace crier {

/// Gives the newsroom an account at a FakeBluesky, signed in with a token or, for `kind` "dpop",
/// with one that is bound to a key.
inline void sign_in_to_bluesky(Newsroom& room, const std::string& account,
                               const std::string& kind = "bearer") {
  room.config.accounts.push_back({{account}, "bluesky", "", "en", {{"handle", "council.example"}}});
  Credentials credentials;
  credentials.kind = kind;
  credentials.server = FakeBluesky::pds;
  credentials.access_token = Secret("good-token");
  credentials.account_id = FakeBluesky::did;
  credentials.handle = "@council.example";
  if (kind == "dpop") credentials.dpop_key = make_p256_key();
  room.tokens.kept[account] = credentials;
}

/// Gives the newsroom an account at a FakeX, signed in with the four values of OAuth 1.0a.
inline void sign_in_to_x(Newsroom& room, const std::string& account) {
  room.config.accounts.push_back({{account}, "x", "https://api.x.com", "en", {}});
  Credentials credentials;
  credentials.kind = "oauth1";
  credentials.server = "https://api.x.com";
  credentials.client_id = "consumer";
  credentials.client_secret = Secret("consumer-secret");
  credentials.access_token = Secret("42-good-token");
  credentials.token_secret = Secret("token-secret");
  credentials.account_id = "42";
  credentials.handle = "@council";
  room.tokens.kept[account] = credentials;
}

}  // namespace crier
