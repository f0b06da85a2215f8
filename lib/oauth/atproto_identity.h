#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace crier {

// Who a Bluesky name stands for (atproto.com/specs/handle and /specs/did, read in 2026). Pure;
// every text is hostile.

/// Says whether `text` is a handle: two or more labels of letters, digits and hyphens.
[[nodiscard]] bool is_handle(std::string_view text);

/// The DID in the answer of https://HANDLE/.well-known/atproto-did; empty if it holds none.
[[nodiscard]] std::string did_of_well_known(std::string_view body);

/// The DID in the TXT records of _atproto.HANDLE, one a line; empty if there is none, or several
/// that differ.
[[nodiscard]] std::string did_of_txt(std::string_view records);

/// Where the document of a DID is: at `directory` for did:plc, on its own host for did:web.
/// Errors: rejected, for a DID of another kind, or none at all.
[[nodiscard]] Result<std::string> did_document_url(std::string_view did,
                                                   const std::string& directory);

struct DidDocument {
  std::string pds;                  ///< the origin of the account's server
  std::string claimed_handle = {};  ///< the first that the document claims
};

/// Reads the document of `did`, which must claim `handle`.
///
/// Errors: rejected, for another DID's document, one that does not claim the handle (the message
/// says which it claims), or one without a server.
[[nodiscard]] Result<DidDocument> read_did_document(std::string_view body, std::string_view did,
                                                    std::string_view handle);

/// The one authorization server that a PDS names (RFC 9728).
/// Errors: rejected, if it names none, several, or one without https.
[[nodiscard]] Result<std::string> read_protected_resource(std::string_view body,
                                                          const std::string& pds);

}  // namespace crier
