#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "http/client.h"
#include "network/outbox/outbox.h"

namespace crier {

/// How many posts of an account the outbox lists.
inline constexpr std::size_t most_listed = 400;

/// Answers "outbox:" addresses itself, and passes every other request on to the client it wraps.
///
/// 1. POST adds the body as a line and answers 200 with {"id","url"} once it is on disk. A line
/// that
///    is there already is not added again, and answered alike.
/// 2. GET with ?id= answers 200 with {"found":true,"id","url"} or {"found":false}.
///    GET with ?account= answers 200 with {"posts":[…]}: that account's lines as objects, each with
///    its "url", newest first, at most `most_listed` of the last 8 MiB.
/// 3. What cannot be read or written is an Error: unavailable, if nothing was added; uncertain, if
///    that cannot be told. So the loop defers the delivery, or looks.
/// 4. Requests are answered in wait(), in the order in which they came.
class OutboxClient final : public HttpClient {
 public:
  /// `zone`: the time zone of the clocks that the pages show.
  OutboxClient(HttpClient& wrapped, const Clock& clock, std::string zone = "UTC")
      : wrapped_(wrapped), clock_(clock), zone_(std::move(zone)) {}
  OutboxClient(const OutboxClient&) = delete;
  OutboxClient& operator=(const OutboxClient&) = delete;
  /// Calls finish(), whose errors nobody sees then.
  ~OutboxClient() override;

  TransferId start(Request request) override;
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override;
  void cancel(TransferId id) override;

  /// Writes the page beside every outbox that was used and whose page is older than its posts.
  /// To be called at the end of a run; the posts are safe without it.
  /// Errors: unavailable, with the first page that could not be written.
  Result<void> finish();

 private:
  /// Keeps our ids apart from the wrapped client's, which count from 1.
  static constexpr TransferId first_id = TransferId{1} << 63U;

  struct Queued {
    TransferId id;
    Request request;
  };
  [[nodiscard]] Result<Response> answer(const Request& request);
  [[nodiscard]] static Result<Response> list_posts(const OutboxAddress& address);
  [[nodiscard]] Result<void> write_page(const std::filesystem::path& outbox, bool has_new) const;

  HttpClient& wrapped_;
  const Clock& clock_;
  std::string zone_;
  TransferId last_id_ = first_id;
  std::vector<Queued> queue_;
  std::map<std::filesystem::path, bool> used_;  ///< outbox file -> it has a new post
};

}  // namespace crier
