#include "publish/picture.h"

#include <algorithm>

#include "core/memory.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t most_picture_bytes = 20U << 20;
constexpr std::chrono::seconds picture_timeout{20};

Response refusal(const GetImage& wanted, const std::string& why) {
  Response none;
  none.status = 422;
  none.body = fmt::format("the picture {} is left out: {}", printable(loggable(wanted.url)), why);
  return none;
}

}  // namespace

Request stranger_request(const std::string& url, const Config& config) {
  Request request;
  request.url = url;
  request.follow_redirects = true;
  request.public_only = !config.allow_private_addresses;
  return request;
}

Request picture_request(const GetImage& wanted, const Config& config) {
  Request request = stranger_request(wanted.url, config);
  // Formats that are known here; some sites give what is asked for.
  request.headers = {{"Accept", "image/jpeg, image/png, image/webp, image/gif;q=0.9, */*;q=0.1"}};
  request.timeout = std::min(picture_timeout, config.timeout);
  request.max_response_bytes = most_picture_bytes;
  return request;
}

bool may_come_yet(const Result<Response>& fetched) {
  if (!fetched) {
    const ErrorKind kind = fetched.error().kind;
    return kind == ErrorKind::unavailable || kind == ErrorKind::uncertain;
  }
  return may_have_happened(*fetched) || fetched->status == 429;
}

Response fit_picture(const GetImage& wanted, const Result<Response>& fetched, ImageFitter* fitter) {
  if (!fetched) return refusal(wanted, fetched.error().message);
  if (fetched->status != 200) {
    return refusal(wanted,
                   fmt::format("its server answers {}; is its address right?", fetched->status));
  }
  if (fitter == nullptr) return refusal(wanted, "no program to make pictures fit is at hand");
  Result<FittedImage> fitted;
  const bool has_memory = has_memory_for([&] {
    fitted = fitter->fit(fetched->body, {wanted.max_bytes, wanted.max_side});
  });
  if (!has_memory) return refusal(wanted, "there is not enough memory for it on this machine");
  if (!fitted) return refusal(wanted, fitted.error().message);
  Response picture;
  picture.status = 200;
  picture.headers = {{"Content-Type", fitted->type},
                     {"Width", std::to_string(fitted->width)},
                     {"Height", std::to_string(fitted->height)}};
  picture.body = std::move(fitted->bytes);
  return picture;
}

}  // namespace crier
