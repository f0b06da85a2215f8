#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"

/// The versions of the Graph API.
namespace crier::facebook {

/// The version that an account's addresses begin with, as "v26.0"; what cannot be one stays as it
/// is written, and Facebook says what it makes of that.
[[nodiscard]] std::string version_of(const Account& account);

/// What to say of an account's version: that it ends within 60 days, or has ended. A version that
/// is newer than the table is taken for a good one.
/// Source: developers.facebook.com/docs/graph-api/changelog/versions, 2026-10.
[[nodiscard]] std::vector<std::string> version_cautions(const Account& account, SysTime now);

/// The start of every address of the API for an account: "https://graph.facebook.com/v26.0".
[[nodiscard]] std::string api_of(const Account& account);

}  // namespace crier::facebook
