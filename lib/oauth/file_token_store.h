#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "oauth/token_store.h"

namespace crier {

/// Keeps each account's tokens in a file of its own that only its owner can read.
///
/// 1. `folder`/NAME.json has mode 0600, NAME percent-encoded; the folder is made with 0700.
/// 2. A file that others can read, that belongs to someone else, or that is a symbolic link, is
/// refused; the message says what to do.
/// 3. With a key, what is written is sealed with it (AES-256-GCM); what is not sealed yet is read
/// all the same, and sealed when it is written next.
/// 4. A new content replaces the old by rename, on disk first: a power cut leaves one of the two.
class FileTokenStore final : public TokenStore {
 public:
  /// `key`: empty, or 32 bytes (read_token_key). `patience`: with another process that holds a
  /// lease; a renewal takes seconds, and who holds it for a minute is stuck.
  explicit FileTokenStore(std::filesystem::path folder, Secret key = {},
                          std::chrono::milliseconds patience = std::chrono::seconds{60});

  [[nodiscard]] Result<Credentials> load(const AccountId& account) const override;
  [[nodiscard]] Result<void> save(const AccountId& account,
                                  const Credentials& credentials) override;
  [[nodiscard]] Result<void> remove(const AccountId& account) override;
  [[nodiscard]] Result<std::unique_ptr<Lease>> lease(const AccountId& account) override;

 private:
  std::filesystem::path folder_;
  Secret key_;
  std::chrono::milliseconds patience_;
};

}  // namespace crier
