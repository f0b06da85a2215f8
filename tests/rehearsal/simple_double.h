#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "rehearsal/answers.h"
#include "rehearsal/double.h"

namespace crier::rehearsal {

/// A network that takes whatever is posted to /post with its newest token, and keeps what it is
/// sent. A /shy post is refused once, as for want of a nonce.
class SimpleDouble final : public Double {
 public:
  explicit SimpleDouble(DoubleWorld world) : Double(std::move(world)) {}
  Response answer(const Request& request) override {
    last() = request;
    if (std::exchange(is_shy_, false) && path_of(request) == "/shy") {
      return respond_json(401, {{"error", "use_dpop_nonce"}});
    }
    const auto token = find_header(request.headers, "Authorization");
    if (token && *token != "Bearer " + std::to_string(token_)) {
      return respond_json(401, {{"error", "expired"}});
    }
    if (publishes(request)) {
      Arrived post;
      post.text = request.body;
      arrived_.push_back(post);
    }
    return respond_json(200, {{"ok", true}}, {{"X-Of-The-Double", "yes"}});
  }
  [[nodiscard]] Response too_many_requests(std::chrono::seconds /*wait*/) const override {
    return respond_json(429, {{"error", "Too many requests"}});
  }
  [[nodiscard]] Response server_error() const override {
    return respond_json(500, {{"error", "Internal server error"}});
  }
  [[nodiscard]] bool publishes(const Request& request) const override {
    return request.method == Method::post && path_of(request) != "/upload";
  }
  Credentials sign_in(const Account&) override {
    Credentials credentials;
    credentials.server = world_.origin;
    credentials.access_token = Secret(std::to_string(token_));
    return credentials;
  }
  void expire_tokens() override { ++token_; }

  /// The last request that any of them was sent.
  static Request& last() {
    static Request request;
    return request;
  }

 private:
  int token_ = 1;
  bool is_shy_ = true;
};

inline std::unique_ptr<Double> make_simple(DoubleWorld world) {
  return std::make_unique<SimpleDouble>(std::move(world));
}

}  // namespace crier::rehearsal
