#include "oauth/atproto_identity.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/json_text.h"
#include "oauth/oauth2.h"

namespace crier {
namespace {

constexpr std::size_t most_did_bytes = 2048;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_did(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_letter_or_digit(c) || c == ':' || c == '.' || c == '-' || c == '_' || c == '%';
  };
  return text.starts_with("did:") && text.size() > 8 && text.size() <= most_did_bytes &&
         std::ranges::all_of(text, is_plain);
}

/// "#atproto_pds", or the same after the DID.
bool is_pds_entry(const std::string& id, std::string_view did) {
  return id == "#atproto_pds" || id == std::string(did) + "#atproto_pds";
}

}  // namespace

bool is_handle(std::string_view text) {
  if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    const bool is_label =
        !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
        std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
    if (!is_label) return false;
    if (label.size() == text.size()) return !(label.front() >= '0' && label.front() <= '9');
    text.remove_prefix(label.size() + 1);
  }
}

std::string did_of_well_known(std::string_view body) {
  const std::string_view line = trimmed(body.substr(0, most_did_bytes));
  return is_did(line) ? std::string(line) : std::string();
}

std::string did_of_txt(std::string_view records) {
  std::string found;
  while (!records.empty()) {
    const std::string_view line = records.substr(0, records.find('\n'));
    records.remove_prefix(std::min(line.size() + 1, records.size()));
    if (!line.starts_with("did=")) continue;
    const std::string_view did = trimmed(line.substr(4));
    if (!is_did(did) || (!found.empty() && found != did)) return {};
    found = did;
  }
  return found;
}

Result<std::string> did_document_url(std::string_view did, const std::string& directory) {
  if (is_did(did) && did.starts_with("did:plc:")) return directory + "/" + std::string(did);
  if (is_did(did) && did.starts_with("did:web:")) {
    std::string host(did.substr(std::string_view("did:web:").size()));
    // A port is written %3A; a path is not allowed here (atproto.com/specs/did).
    const std::size_t port = host.find("%3A");
    if (port != std::string::npos) host.replace(port, 3, ":");
    const std::string origin = "https://" + host;
    if (host.find('%') == std::string::npos && std::ranges::count(host, ':') <= 1 &&
        origin_of(origin) == origin) {
      return origin + "/.well-known/did.json";
    }
  }
  return fail(ErrorKind::rejected, "the name stands for {}, which crier cannot look up",
              excerpt(did));
}

Result<DidDocument> read_did_document(std::string_view body, std::string_view did,
                                      std::string_view handle) {
  const auto document = parse_object(body);
  if (!document || text_of(*document, "id") != did) {
    return fail(ErrorKind::rejected, "what stands for {} is not its document", excerpt(did));
  }
  DidDocument result;
  bool claims = false;
  for (const std::string& name : texts_of(*document, "alsoKnownAs")) {
    if (!name.starts_with("at://")) continue;
    const std::string claimed = ascii_lower(std::string_view(name).substr(5));
    if (result.claimed_handle.empty()) result.claimed_handle = claimed;
    claims = claims || claimed == ascii_lower(handle);
  }
  if (!claims) {
    return fail(
        ErrorKind::rejected,
        "@{} leads to an account that calls itself {}: write that as the account's handle "
        "in feeds.toml, or set the name in Bluesky's settings",
        handle,
        result.claimed_handle.empty() ? "by no name" : "@" + excerpt(result.claimed_handle));
  }
  const auto services = document->find("service");
  if (services != document->end() && services->is_array()) {
    for (const auto& service : *services) {
      if (!service.is_object() || !is_pds_entry(text_of(service, "id"), did)) continue;
      const std::string address = text_of(service, "serviceEndpoint");
      if (is_visible_ascii(address) && is_safe_origin(address)) result.pds = origin_of(address);
      break;
    }
  }
  if (result.pds.empty()) {
    return fail(ErrorKind::rejected, "the account of @{} names no server (PDS) with https", handle);
  }
  return result;
}

Result<std::string> read_protected_resource(std::string_view body, const std::string& pds) {
  const auto document = parse_object(body);
  const auto servers =
      document ? texts_of(*document, "authorization_servers") : std::vector<std::string>();
  const std::string server = servers.size() == 1 ? servers.front() : std::string();
  if (server.empty() || !is_visible_ascii(server) || !is_safe_origin(server) ||
      origin_of(server) != server) {
    return fail(ErrorKind::rejected,
                "{} names {} servers to sign in at, and must name one with https: sign in with "
                "--method app-password instead",
                pds, servers.size());
  }
  return server;
}

}  // namespace crier
