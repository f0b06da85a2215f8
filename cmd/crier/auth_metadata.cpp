#include <fstream>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "oauth/crypto.h"
#include "oauth/dpop.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in_bluesky.h"

namespace crier {
namespace {

constexpr const char* metadata_name = "client-metadata.json";
constexpr const char* page_name = "signed-in.html";

constexpr std::string_view script =
    "var a=document.getElementById('address');a.value=location.href;"
    "document.getElementById('copy').addEventListener('click',function(){"
    "a.select();navigator.clipboard&&navigator.clipboard.writeText(a.value);"
    "document.getElementById('done').textContent='Copied.';});"
    "document.getElementById('form').hidden=false;";

/// The page that Bluesky sends the person back to. It works without its script: the address stands
/// in the browser's own bar. The address is good for one sign-in, and is told to nobody else.
std::string page() {
  return fmt::format(
      R"(<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'">
<title>Signed in: copy this address</title>
<style>
body {{ font: 1.125rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #0b0c0c; background: #fff }}
input {{ width: 100%; font: inherit; padding: .5rem; border: 2px solid #0b0c0c; box-sizing: border-box }}
button {{ font: inherit; padding: .5rem 1rem; margin-top: 1rem }}
</style>
</head>
<body>
<main>
<h1>Almost there</h1>
<p>Copy the whole address of this page from the top of your browser, and paste it where crier asks for it.</p>
<div id="form" hidden>
<label for="address">Or copy it from here</label>
<input id="address" readonly>
<button id="copy" type="button">Copy the address</button>
<p id="done" role="status"></p>
</div>
</main>
<script>{}</script>
</body>
</html>
)",
      base64(sha256(script)), script);
}

std::string metadata(const std::string& base, const std::string& name, const Secret& key) {
  const auto jwk = public_jwk(key, true);
  CRIER_ENSURE(jwk.has_value(), "the client's key was read before");
  const nlohmann::ordered_json object = {
      {"client_id", base + metadata_name},
      {"client_name", name},
      {"client_uri", origin_of(base)},
      {"redirect_uris", {base + page_name}},
      {"application_type", "web"},
      {"grant_types", {"authorization_code", "refresh_token"}},
      {"response_types", {"code"}},
      {"scope", bluesky_scopes()},
      {"dpop_bound_access_tokens", true},
      {"token_endpoint_auth_method", "private_key_jwt"},
      {"token_endpoint_auth_signing_alg", "ES256"},
      {"jwks", {{"keys", nlohmann::ordered_json::array({nlohmann::ordered_json::parse(*jwk)})}}}};
  return object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

bool write(const std::filesystem::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  return out.good();
}

}  // namespace

int auth_client_metadata(AuthWorld& world, const MetadataOptions& options) {
  std::string base(trimmed(options.url));
  while (base.ends_with('/')) base.pop_back();
  const auto url = parse_url(base);
  const bool is_good = url && url->scheme == "https" && url->user.empty() && !url->has_query &&
                       url->fragment.empty() && is_visible_ascii(base) &&
                       url->host.find('.') != std::string::npos && !base.ends_with(".json");
  if (!is_good) {
    say(world.err,
        "crier: --url must be the address of a folder on your own website, not of a file: --url "
        "https://www.example.gov.uk/crier");
    return exit_code::usage;
  }
  base += '/';
  const auto key = client_key(world, true);
  if (!key) return report(world, key.error());
  const std::string name = options.name.empty() ? "crier for " + url->host : options.name;
  const std::filesystem::path folder(options.folder.empty() ? "." : options.folder);
  for (const auto& [file, content] : {std::pair{folder / metadata_name, metadata(base, name, *key)},
                                      std::pair{folder / page_name, page()}}) {
    if (write(file, content)) continue;
    say(world.err, "crier: {} cannot be written: name another folder with --folder", file.string());
    return exit_code::usage;
  }
  say(world.out,
      "Written: {} and {}.\n\n"
      "1. Put both on your website, so that they are at\n"
      "     {}{}\n"
      "     {}{}\n"
      "   unchanged, without a redirect, the first with the type application/json.\n"
      "2. In feeds.toml, below the Bluesky account:\n"
      "     client_id = \"{}{}\"\n"
      "3. Sign in: crier auth login ACCOUNT\n\n"
      "The key that goes with them is in {}. Keep it secret; every\n"
      "machine that signs in with these files needs it.",
      (folder / metadata_name).string(), (folder / page_name).string(), base, metadata_name, base,
      page_name, base, metadata_name, (world.folder / "client.key.pem").string());
  return exit_code::ok;
}

}  // namespace crier
