#pragma once
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "support/fake_site.h"

namespace crier {

/// As much of X's API v2 as posting needs.
///
/// Source: docs.x.com, 2026-08; and the refusal of the same words as it was seen.
class FakeX {
 public:
  struct Post {
    std::string id, text;
    SysTime at;
  };

  FakeX(FakeSite& site, const FakeClock& clock, const std::string& origin = "https://api.x.com")
      : clock_(clock) {
    site.on("POST " + origin + "/2/tweets",
            [this](const Request& request) { return post(request); });
    site.on("GET " + origin + "/2/users/42/tweets",
            [this](const Request& request) { return list(request); });
  }

  std::vector<Post> posts;
  bool refuses_duplicates = true;
  std::chrono::seconds shows_after{0};  ///< until a post stands in the list
  std::size_t asked_for_list = 0;
  /// Asked before and after the work is done; an answer of `before` ends the matter.
  std::function<std::optional<Result<Response>>(const Request&)> before, after;

  [[nodiscard]] std::map<std::string, int> published() const {
    std::map<std::string, int> count;
    for (const Post& one : posts) ++count[one.text];
    return count;
  }

 private:
  static bool is_signed(const Request& request) {
    return find_header(request.headers, "Authorization").value_or("").starts_with("OAuth ");
  }
  static Response told(int status, const char* detail) {
    return FakeSite::respond(
        status,
        nlohmann::json{
            {"title", "Trouble"}, {"type", "about:blank"}, {"status", status}, {"detail", detail}}
            .dump());
  }

  Result<Response> post(const Request& request) {
    if (!is_signed(request)) return told(401, "Unauthorized");
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("text")) return told(400, "no text");
    if (before) {
      if (auto answer = before(request)) return *answer;
    }
    const std::string text = body["text"];
    if (refuses_duplicates &&
        std::ranges::any_of(posts, [&](const Post& one) { return one.text == text; })) {
      return told(403, "You are not allowed to create a Tweet with duplicate content.");
    }
    posts.push_back({std::to_string(1000 + posts.size()), text, clock_.now()});
    if (after) {
      if (auto answer = after(request)) return *answer;
    }
    return FakeSite::respond(
        201, nlohmann::json{{"data", {{"id", posts.back().id}, {"text", text}}}}.dump());
  }

  /// Links are shown as t.co's, with where they lead beside them.
  static nlohmann::json shown(const Post& one) {
    const std::size_t at = std::min(one.text.find("https://"), one.text.size());
    nlohmann::json entry{{"id", one.id}, {"created_at", to_iso8601(one.at)}};
    if (at < one.text.size()) {
      const std::string short_form = "https://t.co/" + one.id;
      entry["text"] = one.text.substr(0, at) + short_form;
      entry["entities"]["urls"] = {{{"url", short_form}, {"expanded_url", one.text.substr(at)}}};
    } else {
      entry["text"] = one.text;
    }
    return entry;
  }

  Result<Response> list(const Request& request) {
    ++asked_for_list;
    if (!is_signed(request)) return told(401, "Unauthorized");
    SysTime from{};
    if (const std::size_t at = request.url.find("start_time="); at != std::string::npos) {
      std::string time = request.url.substr(at + 11, request.url.find('&', at) - at - 11);
      for (std::size_t c = 0; (c = time.find("%3A")) != std::string::npos;) time.replace(c, 3, ":");
      from = from_iso8601(time).value_or(SysTime::max());
    }
    nlohmann::json data = nlohmann::json::array();
    for (auto one = posts.rbegin(); one != posts.rend(); ++one) {
      if (one->at >= from && clock_.now() - one->at >= shows_after) data.push_back(shown(*one));
    }
    nlohmann::json body{{"meta", {{"result_count", data.size()}}}};
    if (!data.empty()) body["data"] = std::move(data);
    return FakeSite::respond(200, body.dump());
  }

  const FakeClock& clock_;
};

}  // namespace crier
