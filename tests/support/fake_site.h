#pragma once
#include <fmt/chrono.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/url.h"
#include "http/client.h"
#include "support/fake_clock.h"

namespace crier {

/// A far side in memory: answers requests by their address, and outlives the runs that ask it.
class FakeSite {
 public:
  using Handler = std::function<Result<Response>(const Request&)>;
  /// `where`: method and address up to the query: "GET https://www.example.gov.uk/jobs.xml".
  void on(const std::string& where, Handler handler) {
    if (where.find('?') != std::string::npos) throw std::logic_error("no query here: " + where);
    handlers_[where] = std::move(handler);
  }
  /// What nothing else at that origin answers.
  void on_origin(const std::string& origin, Handler handler) {
    origins_[origin] = std::move(handler);
  }

  Result<Response> answer(const Request& request) {
    asked.push_back(request);
    const std::string where =
        std::string(name_of(request.method)) + " " + request.url.substr(0, request.url.find('?'));
    const auto found = handlers_.find(where);
    if (found != handlers_.end()) return found->second(request);
    const auto origin = origins_.find(origin_of(request.url));
    if (origin != origins_.end()) return origin->second(request);
    return respond(404, "nothing is at " + where);
  }

  static Response respond(int status, std::string body, Headers headers = {}) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.headers = std::move(headers);
    return response;
  }

  std::vector<Request> asked;  ///< every request that arrived, in order
  /// What its servers take the time from for their Date header; null: from whoever asks.
  const Clock* time = nullptr;
  bool tells_time = true;

 private:
  std::map<std::string, Handler> handlers_, origins_;
};

/// HttpClient to a FakeSite. Nothing is ever slow; waiting with nothing under way moves the clock.
class SiteClient final : public HttpClient {
 public:
  SiteClient(FakeSite& site, FakeClock& clock) : site_(site), clock_(clock) {}
  TransferId start(Request request) override {
    ready_.push_back({++last_, site_.answer(request)});
    if (auto& result = ready_.back().result) {
      if (result->final_url.empty()) result->final_url = request.url;
      if (site_.tells_time && !find_header(result->headers, "Date"))
        result->headers.push_back({"Date", date()});
    }
    return last_;
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    if (ready_.empty()) clock_.advance(std::max(at_most, std::chrono::milliseconds{1}));
    return std::exchange(ready_, {});
  }
  void cancel(TransferId id) override {
    std::erase_if(ready_, [&](const Completion& completion) { return completion.id == id; });
  }

 private:
  [[nodiscard]] std::string date() const {
    const SysTime now = site_.time != nullptr ? site_.time->now() : clock_.now();
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  }

  FakeSite& site_;
  FakeClock& clock_;
  TransferId last_ = 0;
  std::vector<Completion> ready_;
};

}  // namespace crier
