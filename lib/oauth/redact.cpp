#include <algorithm>
#include <vector>

#include "core/url.h"
#include "oauth/credentials.h"
#include "oauth/crypto.h"

namespace crier {
namespace {

/// Shorter ones are no secrets, and would take letters out of everything.
constexpr std::size_t least_secret = 4;
/// Shorter parts of a secret address are words like "services", or guessed anyway.
constexpr std::size_t least_secret_part = 10;

void take_out(std::string& text, std::string_view hidden) {
  for (std::size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
    text.replace(at, hidden.size(), "***");
  }
}

/// What base64 makes of `secret` wherever it stands in a longer text, as in Basic's
/// "client:secret": three bytes are four digits, so there are three ways; digits that hold bits of
/// what stands around it are left away.
std::vector<std::string> in_base64(const std::string& secret) {
  std::vector<std::string> ways;
  for (std::size_t before = 0; before < 3; ++before) {
    const std::size_t first = (before * 8 + 5) / 6;
    const std::size_t end = (before + secret.size()) * 8 / 6;
    const std::string bytes = std::string(before, ' ') + secret;
    ways.push_back(base64(bytes).substr(first, end - first));
    ways.push_back(base64url(bytes).substr(first, end - first));
  }
  return ways;
}

void take_out(std::string& text, const Secret& secret) {
  const std::string& hidden = secret.reveal();
  if (hidden.size() < least_secret) return;
  take_out(text, hidden);
  const std::string encoded = percent_encode(hidden);
  take_out(text, encoded);
  if (hidden.size() < least_secret_part) return;
  for (const std::string& form : {hidden, encoded}) {
    for (const std::string& way : in_base64(form)) take_out(text, way);
  }
}

}  // namespace

void redact(const Credentials& known, std::string& text) {
  if (text.size() < least_secret) return;
  for (const Secret* secret :
       {&known.access_token, &known.refresh_token, &known.token_secret, &known.client_secret,
        &known.password, &known.dpop_key, &known.client_key}) {
    take_out(text, *secret);
  }
  // Of an address, messages and logs leave the query away: what is left is a secret all the same.
  if (known.kind != "address") return;
  const std::string& address = known.access_token.reveal();
  take_out(text, Secret(address.substr(0, address.find('?'))));
  // A server may name a part of it only, or write its slashes in another way.
  for (std::size_t at = 0; at < address.size();) {
    const std::size_t end = std::min(address.find_first_of("/?&=:", at), address.size());
    if (end - at >= least_secret_part) take_out(text, Secret(address.substr(at, end - at)));
    at = end + 1;
  }
}

}  // namespace crier
