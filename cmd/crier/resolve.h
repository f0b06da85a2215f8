#pragma once
#include <string>

#include "config/config.h"
#include "core/model.h"
#include "store/store.h"

namespace crier {

/// The receipt for a post that a person has seen at that address.
/// Errors: invalid, in one line: it is no address of a post there, or another item's post.
[[nodiscard]] Result<Receipt> receipt_for(const Delivery& delivery, const std::string& address,
                                          const Config& config, const Store& store, SysTime now);

}  // namespace crier
