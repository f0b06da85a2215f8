#include "oauth/seal.h"

#include <sys/stat.h>

#include <fstream>

#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t most_key_file_bytes = 256;

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() != 2 * key_bytes) return std::nullopt;
  const auto value = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    if (value(text[at]) < 0 || value(text[at + 1]) < 0) return std::nullopt;
    out += static_cast<char>(value(text[at]) * 16 + value(text[at + 1]));
  }
  return out;
}

/// "openssl rand -base64 32" writes + / and =.
std::optional<std::string> from_base64(std::string_view text) {
  auto bytes = base64_decode(text);
  if (!bytes) bytes = base64url_decode(text.substr(0, text.find('=')));
  return bytes && bytes->size() == key_bytes ? bytes : std::nullopt;
}

}  // namespace

Result<Secret> read_token_key(const std::filesystem::path& file, bool may_be_group_readable) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::invalid,
                "the key for the token files, {}: {}. To make one: (umask 077; openssl rand -hex "
                "32 > {})",
                file.string(), why, file.string());
  };
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return bad("there is no such file");
  // A pipe would be waited for.
  if (!S_ISREG(facts.st_mode)) return bad("it is no file");
  const mode_t forbidden = may_be_group_readable ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((facts.st_mode & forbidden) != 0)
    return bad("others can read it: chmod 600 it, if it was secret so far");
  std::ifstream in(file, std::ios::binary);
  std::string content(most_key_file_bytes + 1, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() == key_bytes) return Secret(content);
  const std::string_view text = trimmed(content);
  if (auto bytes = from_hex(text)) return Secret(*std::move(bytes));
  if (auto bytes = from_base64(text)) return Secret(*std::move(bytes));
  return bad("it holds no key of 32 bytes");
}

std::string seal_file(const Secret& key, std::string_view account, std::string_view content,
                      Random& random) {
  const nlohmann::json object = {{"version", 1},
                                 {"sealed", base64url(seal(key, account, content, random))}};
  return object.dump(2) + "\n";
}

Result<std::string> open_file(const Secret& key, std::string_view account, std::string content,
                              const std::filesystem::path& path) {
  const auto object = parse_object(content);
  const std::string sealed = object ? text_of(*object, "sealed") : std::string();
  if (sealed.empty()) return content;
  if (key.empty()) {
    return fail(ErrorKind::invalid,
                "{} is sealed, and there is no key to open it: name the key's file as token_key in "
                "feeds.toml, or sign in again",
                path.string());
  }
  const auto bytes = base64url_decode(sealed);
  auto opened = bytes ? open_sealed(key, account, *bytes) : std::nullopt;
  if (opened) return *std::move(opened);
  return fail(ErrorKind::invalid,
              "{} does not open with the key in token_key: it was sealed with another key, or is "
              "damaged. Give the right key, or remove the file and sign in again",
              path.string());
}

}  // namespace crier
