#pragma once
#include "network/registry.h"
#include "support/newsroom.h"

namespace crier {

/// A network that nobody can ask whether a post is there, and that takes two harmless requests and
/// a pause before each post.
class ScriptedNetwork final : public Network {
 public:
  static constexpr const char* server = "https://scripted.example.gov.uk";

  ScriptedNetwork(std::string name, std::chrono::seconds idempotency_window) {
    traits_.name = std::move(name);
    traits_.text = {TextRules::Unit::graphemes, 500, std::nullopt, false};
    traits_.settle_time = std::chrono::seconds{20};
    traits_.idempotency_window = idempotency_window;
  }
  [[nodiscard]] const Traits& traits() const override { return traits_; }
  [[nodiscard]] std::vector<Request> inquire(const Account&, const AccountFacts&) const override {
    return {};
  }
  [[nodiscard]] AccountFacts learn(AccountFacts known, const Request&,
                                   const Response&) const override {
    return known;
  }
  [[nodiscard]] TextRules rules(const Account&, const AccountFacts&) const override {
    return traits_.text;
  }
  [[nodiscard]] Turn next(const Delivery& delivery, const Context& /*context*/,
                          const Response* last) const override {
    Notes notes = delivery.notes;
    const std::string step = notes["step"];
    if (step.empty() || (step == "card" && last == nullptr)) {
      notes["step"] = "card";
      return {Prepare{post("/cards", delivery)}, notes};
    }
    if (step == "card") {
      notes["card"] = last->body;
      notes["step"] = "look";
      return {Prepare{get("/cards/" + notes["card"])}, notes};
    }
    if (step == "look" && last == nullptr) return {Prepare{get("/cards/" + notes["card"])}, notes};
    if (step == "look") {
      notes["step"] = "ready";
      return {Pause{std::chrono::seconds{3}}, notes};
    }
    if (step == "ready" || last == nullptr) {
      notes["step"] = "posted";
      Request request = post("/posts", delivery);
      request.headers = {{"Card", notes["card"]}, {"Key", delivery.id.value}};
      return {Publish{std::move(request)}, notes};
    }
    if (last->status == 200) return {Finish{Receipt{last->body, {}}}, notes};
    return {Finish{Uncertain{{ErrorKind::uncertain, "the answer is no receipt"}}}, notes};
  }
  [[nodiscard]] std::optional<Request> look_for(const Delivery&, const Context&) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Request> look_back(const Context& /*context*/,
                                                 const std::string& /*cursor*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] Result<PastPage> read_back(const Context& /*context*/,
                                           const Response& /*answer*/) const override {
    return fail(ErrorKind::unavailable, "this network has no list of posts");
  }
  [[nodiscard]] Result<std::optional<Receipt>> recognise(const Delivery&, const Context&,
                                                         const Response&) const override {
    return std::optional<Receipt>();
  }

 private:
  static Request get(const std::string& path) {
    Request request;
    request.url = server + path;
    return request;
  }
  static Request post(const std::string& path, const Delivery& delivery) {
    Request request = get(path);
    request.method = Method::post;
    request.body = delivery.post.text;
    return request;
  }
  Traits traits_;
};

/// The server of a ScriptedNetwork. One with a memory drops what comes a second time within an
/// hour.
class ScriptedServer {
 public:
  ScriptedServer(FakeSite& site, const FakeClock& clock, bool has_memory)
      : clock_(clock), has_memory_(has_memory) {
    const std::string server = ScriptedNetwork::server;
    site.on("POST " + server + "/cards", [this](const Request&) -> Result<Response> {
      cards_.push_back("card-" + std::to_string(cards_.size()));
      const std::string card = cards_.back();
      return FakeSite::respond(200, card);
    });
    site.on("POST " + server + "/posts", [this](const Request& request) { return post(request); });
    for (int i = 0; i < 200; ++i) {
      site.on("GET " + server + "/cards/card-" + std::to_string(i),
              [](const Request&) -> Result<Response> { return FakeSite::respond(200, "ready"); });
    }
  }
  std::map<std::string, int> posted;  ///< how often each text became public

 private:
  Result<Response> post(const Request& request) {
    const std::string card(find_header(request.headers, "Card").value_or(""));
    if (std::ranges::find(cards_, card) == cards_.end()) {
      return FakeSite::respond(400, "there is no card of that name");
    }
    const std::string key(find_header(request.headers, "Key").value_or(""));
    const auto known = keys_.find(key);
    if (has_memory_ && known != keys_.end() &&
        clock_.now() - known->second < std::chrono::hours{1}) {
      return FakeSite::respond(200, key);
    }
    keys_[key] = clock_.now();
    ++posted[request.body];
    return FakeSite::respond(200, key);
  }

  const FakeClock& clock_;
  bool has_memory_;
  std::vector<std::string> cards_;
  std::map<std::string, SysTime> keys_;
};

}  // namespace crier
