#pragma once
#include <limits>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "support/fake_site.h"

namespace crier {

/// As much of a Mastodon server as posting needs: counts what became public.
class FakeMastodon {
 public:
  struct Status {
    std::string id, text, key;
    SysTime created_at;
    std::vector<std::string> media = {};
  };
  struct Media {
    std::string bytes, type, description;
  };

  FakeMastodon(FakeSite& site, const FakeClock& clock,
               std::string origin = "https://social.example.gov.uk")
      : clock_(clock), origin_(std::move(origin)) {
    using nlohmann::json;
    site.on("GET " + origin_ + "/api/v2/instance", [this](const Request&) -> Result<Response> {
      const json body{
          {"configuration",
           {{"statuses",
             {{"max_characters", max_characters}, {"characters_reserved_per_url", 23}}}}}};
      return FakeSite::respond(200, body.dump());
    });
    site.on("GET " + origin_ + "/api/v1/accounts/verify_credentials",
            [](const Request& request) -> Result<Response> {
              if (!is_signed(request)) return refused();
              return FakeSite::respond(200, R"({"id":"7","acct":"council"})");
            });
    site.on("POST " + origin_ + "/api/v2/media",
            [this](const Request& request) { return upload(request); });
    site.on("POST " + origin_ + "/api/v1/statuses",
            [this](const Request& request) { return post(request); });
    site.on("GET " + origin_ + "/api/v1/accounts/7/statuses",
            [this](const Request& request) -> Result<Response> {
              if (!is_signed(request)) return refused();
              const std::size_t limit = query_number(request.url, "limit=", 20);
              const std::size_t below =
                  query_number(request.url, "max_id=", std::numeric_limits<std::size_t>::max());
              json list = json::array();
              for (auto status = statuses.rbegin(); status != statuses.rend(); ++status) {
                if (list.size() < limit && std::stoul(status->id) < below)
                  list.push_back(shown(*status));
              }
              return FakeSite::respond(200, list.dump());
            });
  }

  std::vector<Status> statuses;
  std::vector<Media> media;
  std::size_t max_characters = 500;
  bool honours_key = true;
  /// Asked before a post is looked at; an answer of its own ends the matter, unless `after`.
  std::function<std::optional<Result<Response>>(const Request&)> before;
  /// Asked after a post became public.
  std::function<std::optional<Result<Response>>(const Request&)> after;

 private:
  static std::size_t query_number(const std::string& url, const std::string& key,
                                  std::size_t otherwise) {
    const std::size_t at = url.find(key);
    return at == std::string::npos ? otherwise : std::stoul(url.substr(at + key.size()));
  }
  static bool is_signed(const Request& request) {
    return find_header(request.headers, "Authorization") ==
           std::optional<std::string_view>("Bearer good-token");
  }
  static Response refused() {
    return FakeSite::respond(401, R"({"error":"The access token is invalid"})");
  }

  [[nodiscard]] nlohmann::json shown(const Status& status) const {
    std::string content;
    std::size_t from = 0;
    while (from < status.text.size()) {
      const std::size_t to = std::min(status.text.find(' ', from), status.text.size());
      const std::string word = status.text.substr(from, to - from);
      content += is_http_url(word) ? fmt::format("<a href=\"{0}\">{0}</a>", word) : word;
      if (to < status.text.size()) content += ' ';
      from = to + 1;
    }
    return {{"id", status.id},
            {"url", origin_ + "/@council/" + status.id},
            {"created_at", to_iso8601(status.created_at)},
            {"content", "<p>" + content + "</p>"}};
  }

  Result<Response> upload(const Request& request) {
    if (!is_signed(request)) return refused();
    Media one;
    for (const Part& part : request.parts) {
      if (part.name == "file") one = {part.content, part.type, one.description};
      if (part.name == "description") one.description = part.content;
    }
    media.push_back(one);
    return FakeSite::respond(200, R"({"id":"m)" + std::to_string(media.size()) + R"("})");
  }

  Result<Response> post(const Request& request) {
    if (before) {
      if (auto answer = before(request)) return *answer;
    }
    if (!is_signed(request)) return refused();
    const auto body = nlohmann::json::parse(request.body);
    const std::string key(find_header(request.headers, "Idempotency-Key").value_or(""));
    if (honours_key && !key.empty()) {
      for (const Status& status : statuses) {
        if (status.key == key && clock_.now() - status.created_at < std::chrono::hours{1}) {
          return FakeSite::respond(200, shown(status).dump());
        }
      }
    }
    statuses.push_back({std::to_string(100 + statuses.size()), body.value("status", ""), key,
                        clock_.now(), body.value("media_ids", std::vector<std::string>())});
    if (after) {
      if (auto answer = after(request)) return *answer;
    }
    return FakeSite::respond(200, shown(statuses.back()).dump());
  }

  const FakeClock& clock_;
  std::string origin_;
};

}  // namespace crier
