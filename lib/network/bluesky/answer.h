#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/model.h"
#include "http/message.h"
#include "network/network.h"

/// What a PDS's answers mean. Pure; every field of an answer is checked for its type.
///
/// Source: the lexicons com.atproto.repo.* and com.atproto.server.*, and the reference PDS 0.5.35.
namespace crier::bluesky {

/// The error's name in an answer, "InvalidSwap"; empty if it has none.
[[nodiscard]] std::string error_name(const Response& answer);

/// What a signed request that made nothing public led to: the account's trouble, or nothing that
/// keeps the post from going out without it.
[[nodiscard]] std::optional<Outcome> trouble_of_account(const Context& context,
                                                        const Response& answer);

/// Reads the answer to putRecord.
[[nodiscard]] Outcome outcome_of_publish(const Context& context, const Response& answer);

/// The blob of an answer to uploadBlob, as JSON; empty if there is none.
[[nodiscard]] std::string read_blob(const Response& answer);

/// The post's own page for readers.
[[nodiscard]] std::string page_of(const Context& context, std::string_view uri);

/// Reads the answer to getRecord for the post with that key. A record with other words than
/// `words` is not the post. Errors: as Network::recognise.
[[nodiscard]] Result<std::optional<Receipt>> read_record(const Context& context,
                                                         std::string_view key,
                                                         std::string_view words,
                                                         const Response& answer);

/// Reads the answer to listRecords. Errors: as Network::read_back.
[[nodiscard]] Result<PastPage> read_records(const Context& context, const Response& answer);

}  // namespace crier::bluesky
