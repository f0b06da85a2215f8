#pragma once
#include <string>
#include <string_view>

#include "core/model.h"
#include "http/message.h"

/// What every request to LinkedIn has in common. Pure.
namespace crier::linkedin {

/// The newest version of the API that this program was written for.
/// Source: learn.microsoft.com/linkedin, marketing/versioning, read 2026-10.
inline constexpr const char* usual_version = "202609";

/// The account's `version`, as it is written, or the usual one.
[[nodiscard]] std::string version_of(const Account& account);

/// The organisation that the account posts for: its setting `organization`, else what its sign-in
/// said, without "urn:li:organization:"; or empty.
[[nodiscard]] std::string organization_of(const Account& account, const AccountFacts& facts);

/// Says whether it is a year and a month: "202609".
[[nodiscard]] bool is_version(std::string_view text);

/// What is wrong with the account's `version` or `organization`, for a person; empty: nothing.
[[nodiscard]] std::string trouble_with_settings(const Account& account);

/// The day on which LinkedIn stops to answer to a version; `version` must be one.
/// Source: api-evangelist/linkedin-ads, lifecycle/linkedin-ads-lifecycle.yml, 2026-08, for those of
/// its table; the others: about a year after the month that they name.
[[nodiscard]] SysTime end_of_version(std::string_view version);

/// What a person does about a version that has ended or soon will.
[[nodiscard]] std::string how_to_renew_version(const Account& account);

/// GET `path` (with its query), to be signed.
[[nodiscard]] Request get(const Account& account, const std::string& path);
/// The same, of a kind of request that LinkedIn knows by a header of its own.
[[nodiscard]] Request find(const Account& account, const std::string& path);
/// POST `body`, JSON, to `path`, to be signed.
[[nodiscard]] Request post(const Account& account, const std::string& path, std::string body);

/// GET one post.
[[nodiscard]] Request get_post(const Account& account, std::string_view urn);
/// GET a page of an organisation's posts, newest first, from number `start` (digits).
[[nodiscard]] Request list_posts(const Account& account, std::string_view organization,
                                 std::string_view start);

/// Says whether LinkedIn takes the account's pictures at `url`: on the account's server, or on the
/// host that api.linkedin.com has for it.
[[nodiscard]] bool takes_pictures(const Account& account, std::string_view url);

}  // namespace crier::linkedin
