#pragma once
#include "http/message.h"
#include "network/network.h"

namespace crier::webhook {

/// Reads the answer to a webhook: its status, for a receiver need say nothing else.
/// Source: Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks,
/// spec/standard-webhooks.md), 2026-08; which refusals are the account's is ours.
[[nodiscard]] Outcome outcome_of(const Delivery& delivery, const Context& context,
                                 const Response& answer);

}  // namespace crier::webhook
