#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "core/utf8.h"
#include "oauth/crypto.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"

// Source: Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks); Teams: at most
// 28 KB (learn.microsoft.com, "Create Incoming Webhooks"); Slack: at most 3,000 characters in a
// section (docs.slack.dev, block kit); ntfy: at most 4,096 bytes (docs.ntfy.sh/publish); 2026-08.

namespace crier::rehearsal {
namespace {

constexpr std::size_t most_teams_bytes = 28'000;
constexpr std::size_t most_section = 3'000;
constexpr std::size_t most_ntfy_bytes = 4'096;
constexpr std::chrono::minutes tolerance{5};

/// One body, as its receiver reads it; or the status and words with which it refuses.
struct Reading {
  std::string text{};
  std::size_t limit = 0;                 ///< of the text
  std::string_view unit = "characters";  ///< of the limit
  int status = 200;
  std::string says{}, language{}, link{};
  std::vector<Picture> pictures{};
};

std::string unescaped(std::string text) {
  for (const auto& [written, meant] :
       {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = text.find(written, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(written).size(), meant);
    }
  }
  return text;
}

/// All texts of an Adaptive Card, one a line.
void collect_texts(const Json& element, std::string& out) {
  if (element.is_array()) {
    for (const Json& one : element) collect_texts(one, out);
    return;
  }
  if (text_of(element, "type") == "TextBlock") {
    if (!out.empty()) out += '\n';
    out += text_of(element, "text");
  }
  for (const char* name : {"body", "items", "columns"}) {
    if (const Json* inner = member(&element, name)) collect_texts(*inner, out);
  }
}

Reading read_teams(const Json& body, std::size_t bytes) {
  Reading reading;
  reading.limit = most_teams_bytes;
  reading.unit = "bytes";
  if (bytes > most_teams_bytes) return {.status = 413, .says = "Payload Too Large"};
  for (const Json& attachment : *member(&body, "attachments")) {
    const Json* content = member(&attachment, "content");
    if (text_of(attachment, "contentType") != "application/vnd.microsoft.card.adaptive" ||
        content == nullptr || text_of(*content, "type") != "AdaptiveCard") {
      return {.status = 400, .says = "the attachment is no Adaptive Card"};
    }
    collect_texts(*content, reading.text);
  }
  reading.status = 202;
  return reading;
}

Reading read_slack(const Json& body) {
  Reading reading;
  reading.limit = most_section;
  for (const Json& block : *member(&body, "blocks")) {
    if (text_of(block, "type") != "section") continue;
    const std::string text = text_of(member(member(&block, "text"), "text"));
    if (text.empty() || count_code_points(text) > most_section) {
      return {.status = 400, .says = "invalid_blocks"};
    }
    if (!reading.text.empty()) reading.text += '\n';
    reading.text += unescaped(text);
  }
  reading.says = "ok";
  return reading;
}

Reading read_ntfy(const Json& body) {
  Reading reading;
  reading.limit = most_ntfy_bytes;
  reading.unit = "bytes";
  reading.text = text_of(body, "message");
  reading.link = text_of(body, "click");
  reading.says = write_json({{"id", "rehearsal"}, {"event", "message"}});
  if (reading.text.size() > most_ntfy_bytes) {
    return {.status = 413, .says = "the message would become a file"};
  }
  return reading;
}

Reading read_own(const Json& body) {
  Reading reading;
  const Json* data = member(&body, "data");
  reading.text = text_of(member(data, "text"));
  reading.language = text_of(member(data, "language"));
  reading.link = text_of(member(data, "link"));
  const Json* images = member(data, "images");
  for (const Json& image : images != nullptr && images->is_array() ? *images : Json::array()) {
    reading.pictures.push_back({{}, {}, text_of(image, "alt"), text_of(image, "url")});
  }
  return reading;
}

bool is_list(const Json& body, const char* name) {
  const Json* value = member(&body, name);
  return value != nullptr && value->is_array();
}

Reading read_body(const Request& request) {
  const std::string type(find_header(request.headers, "Content-Type").value_or(""));
  const bool is_json = type.find("json") != std::string::npos;
  if (!is_json) return {.text = request.body};
  const Json body = parse_json(request.body);
  if (!body.is_object()) return {.status = 400, .says = "the body is no JSON object"};
  if (text_of(body, "type") == "message" && is_list(body, "attachments")) {
    return read_teams(body, request.body.size());
  }
  if (is_list(body, "blocks")) return read_slack(body);
  if (!text_of(body, "topic").empty()) return read_ntfy(body);
  if (member(&body, "data") != nullptr) return read_own(body);
  return {.text = write_json(body)};
}

class Webhook final : public Double {
 public:
  explicit Webhook(DoubleWorld world) : Double(std::move(world)) {}

  Response answer(const Request& request) override {
    const auto hook = hooks_.find(path_of(request));
    if (hook == hooks_.end()) return respond(404, "there is no webhook at this address");
    if (request.method != Method::post) return respond(405, "a webhook takes posts");
    const std::string id(find_header(request.headers, "webhook-id").value_or(""));
    if (!hook->second.key.empty()) {
      if (const char* why = why_unsigned(request, id, hook->second)) return respond(401, why);
    }
    if (hook->second.drops_repeats && !seen_.insert(hook->first + id).second) {
      return respond(200, "had it already");
    }
    const Reading reading = read_body(request);
    if (reading.status >= 300) {
      seen_.erase(hook->first + id);
      return respond(reading.status, reading.says);
    }
    arrived_.push_back(arrived_as(reading, id));
    return respond(reading.status, reading.says);
  }

  [[nodiscard]] bool publishes(const Request& request) const override {
    return request.method == Method::post && hooks_.contains(path_of(request));
  }

  [[nodiscard]] Response too_many_requests(std::chrono::seconds /*wait*/) const override {
    return respond(429, "Too Many Requests");
  }
  [[nodiscard]] Response server_error() const override {
    return respond(500, "Internal Server Error");
  }
  /// A receiver by Standard Webhooks; for an account with a template, one that has no key, as Teams
  /// and Slack are. It drops repeats where the account says so.
  Credentials sign_in(const Account& account) override {
    const auto setting = [&](const char* key) {
      const auto found = account.settings.find(key);
      return found == account.settings.end() ? std::string() : found->second;
    };
    const bool is_standard = setting("template").empty();
    const std::string path = fmt::format("/rehearsal/{}-{}", account.id.value, hooks_.size() + 1);
    Hook& hook = hooks_[path];
    hook.drops_repeats = setting("drops_repeats") == "yes";
    Credentials credentials;
    if (is_standard) {
      hook.key = world_.random.bytes(24);
      credentials.client_secret = Secret("whsec_" + base64(hook.key));
    }
    credentials.kind = "address";
    credentials.server = world_.origin;
    credentials.access_token = Secret(path);
    credentials.account_id = world_.origin;
    credentials.handle = world_.origin.substr(world_.origin.find("//") + 2);
    return credentials;
  }

  void expire_tokens() override { hooks_.clear(); }

 private:
  struct Hook {
    std::string key;  ///< its bytes; empty: nothing is signed
    bool drops_repeats = false;
  };

  [[nodiscard]] const char* why_unsigned(const Request& request, const std::string& id,
                                         const Hook& hook) const {
    const std::string time(find_header(request.headers, "webhook-timestamp").value_or(""));
    std::int64_t at = 0;
    std::from_chars(time.data(), time.data() + time.size(), at);
    if (std::chrono::abs(SysTime{std::chrono::seconds{at}} - world_.clock.now()) > tolerance) {
      return "webhook-timestamp is too old, or too new";
    }
    const std::string wanted =
        "v1," + base64(hmac_sha256(Secret(hook.key), id + "." + time + "." + request.body));
    const auto given = find_header(request.headers, "webhook-signature").value_or("");
    return equal_in_constant_time(given, wanted) ? nullptr : "the signature is not the key's";
  }

  [[nodiscard]] Arrived arrived_as(const Reading& reading, const std::string& id) const {
    Arrived post;
    post.id = id;
    post.text = reading.text;
    post.language = reading.language;
    post.limit = reading.limit;
    post.unit = reading.unit;
    post.length = reading.unit == "bytes" ? reading.text.size() : count_code_points(reading.text);
    // A link that stands in the text needs no place of its own.
    if (reading.text.find(reading.link) == std::string::npos) post.card.url = reading.link;
    post.pictures = reading.pictures;
    post.at = world_.clock.now();
    return post;
  }

  std::map<std::string, Hook> hooks_;
  std::set<std::string> seen_;
};

}  // namespace

std::unique_ptr<Double> make_webhook(DoubleWorld world) {
  return std::make_unique<Webhook>(std::move(world));
}

}  // namespace crier::rehearsal
