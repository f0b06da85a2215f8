#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "compose/measure.h"
#include "core/utf8.h"
#include "network/percent.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"

// Source: core.telegram.org/bots/api and /bots/faq; the words of the descriptions are those of
// github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp, 2026-08.

namespace crier::rehearsal {
namespace {

constexpr const char* bot_id = "7000000001";
constexpr std::size_t longest_text = 4096;
constexpr std::size_t most_in_a_minute = 20;

Response told(int status, const std::string& description, const Json& parameters = {}) {
  Json body{{"ok", false}, {"error_code", status}, {"description", description}};
  if (!parameters.is_null()) body["parameters"] = parameters;
  return respond_json(status, body);
}

Response done(const Json& result) { return respond_json(200, {{"ok", true}, {"result", result}}); }

/// "123456789:AAF…", which is all that Telegram looks at before it looks the token up.
bool looks_like_token(std::string_view token) {
  const std::size_t colon = token.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         token.find_first_not_of("0123456789") == colon;
}

class Telegram final : public Double {
 public:
  explicit Telegram(DoubleWorld world) : Double(std::move(world)) {}

  Response answer(const Request& request) override {
    const std::string path = path_of(request);
    const std::size_t end = path.find('/', 1);
    if (!path.starts_with("/bot") || end == std::string::npos) return told(404, "Not Found");
    const std::string token = path.substr(4, end - 4);
    if (!looks_like_token(token)) return told(404, "Not Found");
    if (!tokens_.contains(token)) return told(401, "Unauthorized");
    const std::string method = ascii_lower(path.substr(end + 1));
    if (method == "getme") return done(bot());
    if (method == "getchat") return get_chat(request);
    if (method == "sendmessage") return send(request);
    return told(404, "Not Found: method not found");
  }

  [[nodiscard]] bool publishes(const Request& request) const override {
    return path_of(request).ends_with("/sendMessage");
  }

  [[nodiscard]] Response too_many_requests(std::chrono::seconds wait) const override {
    return told(429, fmt::format("Too Many Requests: retry after {}", wait.count()),
                {{"retry_after", wait.count()}});
  }
  [[nodiscard]] Response server_error() const override {
    return told(500, "Internal Server Error");
  }
  Credentials sign_in(const Account& account) override {
    if (const auto chat = account.settings.find("chat"); chat != account.settings.end()) {
      chats_.insert(ascii_lower(chat->second));
    }
    const std::string token = std::string(bot_id) + ":rehearsal-" + std::to_string(++given_);
    tokens_.insert(token);
    Credentials credentials;
    credentials.kind = "address";
    credentials.server = world_.origin;
    credentials.access_token = Secret("/bot" + token);
    credentials.account_id = bot_id;
    credentials.handle = "@rehearsal_bot";
    return credentials;
  }

  void expire_tokens() override { tokens_.clear(); }

 private:
  static Json bot() {
    return {{"id", 7000000001},
            {"is_bot", true},
            {"first_name", "Rehearsal"},
            {"username", "rehearsal_bot"}};
  }

  static Json chat_object(const std::string& chat) {
    if (chat.starts_with('@')) {
      return {{"id", -1001000000001},
              {"type", "channel"},
              {"title", "Council"},
              {"username", chat.substr(1)}};
    }
    return {{"id", parse_json(chat)}, {"type", "channel"}, {"title", "Council"}};
  }

  [[nodiscard]] bool knows(const std::string& chat) const {
    return chats_.contains(ascii_lower(chat));
  }

  [[nodiscard]] Response get_chat(const Request& request) const {
    const std::string query = query_of(request);
    constexpr std::string_view name = "chat_id=";
    const std::size_t at = query.find(name);
    if (at == std::string::npos) return told(400, "Bad Request: chat_id is empty");
    const std::size_t from = at + name.size();
    const std::string chat = percent_decode(query.substr(from, query.find('&', from) - from));
    if (!knows(chat)) return told(400, "Bad Request: chat not found");
    return done(chat_object(chat));
  }

  Response send(const Request& request) {
    const Json body = parse_json(request.body);
    if (request.method != Method::post || !body.is_object()) {
      return told(400, "Bad Request: message text is empty");
    }
    const Json* chat_id = member(&body, "chat_id");
    const std::string chat = chat_id != nullptr && chat_id->is_number_integer()
                                 ? write_json(*chat_id)
                                 : text_of(chat_id);
    if (chat.empty()) return told(400, "Bad Request: chat_id is empty");
    if (!knows(chat)) return told(400, "Bad Request: chat not found");
    const std::string text = text_of(body, "text");
    if (trimmed(text).empty()) return told(400, "Bad Request: message text is empty");
    TextRules rules;
    rules.unit = TextRules::Unit::utf16;
    rules.entities = TextRules::Entities::none;
    rules.limit = longest_text;
    const std::size_t length = measure(text, rules);
    if (length > longest_text) return told(400, "Bad Request: message is too long");
    if (const auto wait = wait_for(chat)) {
      return told(429, fmt::format("Too Many Requests: retry after {}", *wait),
                  {{"retry_after", *wait}});
    }
    return publish(chat, text, length);
  }

  /// Seconds until the channel takes another message; nothing: it does now.
  std::optional<std::int64_t> wait_for(const std::string& chat) {
    auto& sent = sent_[ascii_lower(chat)];
    const SysTime now = world_.clock.now();
    while (!sent.empty() && now - sent.front() >= std::chrono::minutes{1}) sent.pop_front();
    if (sent.size() >= most_in_a_minute) {
      return (sent.front() + std::chrono::minutes{1} - now).count();
    }
    sent.push_back(now);
    return std::nullopt;
  }

  Response publish(const std::string& chat, const std::string& text, std::size_t length) {
    const std::size_t id = arrived_.size() + 1;
    Arrived post;
    post.id = std::to_string(id);
    post.text = text;
    if (chat.starts_with('@')) post.url = fmt::format("https://t.me/{}/{}", chat.substr(1), id);
    post.length = length;
    post.limit = longest_text;
    post.at = world_.clock.now();
    arrived_.push_back(post);
    return done({{"message_id", id},
                 {"date", post.at.time_since_epoch().count()},
                 {"chat", chat_object(chat)},
                 {"text", text}});
  }

  std::set<std::string> tokens_, chats_;
  std::map<std::string, std::deque<SysTime>> sent_;
  int given_ = 0;
};

}  // namespace

std::unique_ptr<Double> make_telegram(DoubleWorld world) {
  return std::make_unique<Telegram>(std::move(world));
}

}  // namespace crier::rehearsal
