#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/rehearse.h"
#include "core/clock.h"
#include "core/random.h"
#include "crier/wiring.h"
#include "rehearsal/server.h"

namespace crier {

/// Where a rehearsal takes place: its folder, its feeds.toml and sign-ins, and the stand-ins.
///
/// 1. The folder is new, and for its owner alone: DIR, or one that is gone when this is.
/// 2. The stand-ins end with this.
class RehearsalStage {
 public:
  /// `folder`: empty, or DIR. `clock` and `random` outlive this.
  /// Errors: invalid, if DIR holds something, or there is nothing to rehearse; unavailable.
  [[nodiscard]] static Result<std::unique_ptr<RehearsalStage>> build(const FoundConfig& real,
                                                                     const std::string& folder,
                                                                     const Clock& clock,
                                                                     Random& random,
                                                                     rehearsal::Fault fault);
  ~RehearsalStage();
  RehearsalStage(const RehearsalStage&) = delete;
  RehearsalStage& operator=(const RehearsalStage&) = delete;

  /// What is rehearsed.
  [[nodiscard]] const FoundConfig& found() const { return found_; }
  [[nodiscard]] bool is_temporary() const { return is_temporary_; }
  /// What becomes of each account, for people: name, network, and words.
  struct Role {
    std::string account, network, words;
  };
  [[nodiscard]] const std::vector<Role>& roles() const { return roles_; }
  /// Signs in at an account's stand-in, in a person's place.
  [[nodiscard]] Result<void> sign_in(const AccountId& account);
  /// What the stand-ins took, and what stands in the outboxes, in the order of the accounts. Called
  /// on other threads, too.
  [[nodiscard]] std::vector<rehearsal::Arrivals> arrivals() const;
  [[nodiscard]] const rehearsal::DoubleServer& server() const { return server_; }

 private:
  RehearsalStage(const FoundConfig& real, const Clock& clock, Random& random,
                 rehearsal::Fault fault)
      : real_(real), server_(clock, random, fault) {}
  [[nodiscard]] Result<void> make_folder(const std::string& folder);
  [[nodiscard]] Result<void> set_up();

  const FoundConfig& real_;
  std::filesystem::path folder_;
  bool is_temporary_ = false;
  rehearsal::DoubleServer server_;
  std::map<AccountId, StandIn> stand_ins_;
  std::vector<Role> roles_;
  FoundConfig found_;
};

}  // namespace crier
