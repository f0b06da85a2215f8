#pragma once
#include <string>

#include "config/config.h"
#include "core/model.h"
#include "core/result.h"

/// What is sent to a webhook. Pure, and made from the delivery alone: each repeat is the same, byte
/// for byte.
namespace crier::webhook {

/// At most so many pictures stand in a body.
constexpr std::size_t most_pictures = 10;

/// The id that a receiver knows repeats by: the same for each try of one delivery.
[[nodiscard]] std::string message_id(const Delivery& delivery);

/// The media type of the body.
[[nodiscard]] std::string content_type(const Account& account);

/// The body: crier's own JSON (docs/webhook.md), or the account's template, filled in.
/// Errors: invalid, for a template that cannot be read.
[[nodiscard]] Result<std::string> write_body(const Delivery& delivery, const Account& account);

/// Fills the account's template with samples, and looks at what comes out.
/// Errors: invalid, with the setting's name, where that would be no body.
[[nodiscard]] Result<void> check_template(const Account& account);

}  // namespace crier::webhook
