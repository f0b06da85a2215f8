#pragma once
#include "config/config.h"
#include "http/message.h"
#include "media/image_fitter.h"
#include "network/network.h"

namespace crier {

/// The request for a picture or a page that a feed or a page names: unsigned, http and https only,
/// at most five redirects, and not to private addresses unless feeds.toml allows it.
[[nodiscard]] Request stranger_request(const std::string& url, const Config& config);

/// The request for a picture.
[[nodiscard]] Request picture_request(const GetImage& wanted, const Config& config);

/// Whether asking once more may give it: its server, or the way there, is in trouble that passes.
[[nodiscard]] bool may_come_yet(const Result<Response>& fetched);

/// What came of it, as GetImage promises it to an adapter. `fitter` may be null: then no picture
/// can be used.
[[nodiscard]] Response fit_picture(const GetImage& wanted, const Result<Response>& fetched,
                                   ImageFitter* fitter);

}  // namespace crier
