#include "rehearsal/x.h"

#include <algorithm>
#include <charconv>

#include "compose/entities.h"
#include "compose/measure.h"
#include "core/url.h"
#include "core/utf8.h"
#include "network/registry.h"
#include "rehearsal/doubles.h"
#include "rehearsal/web.h"

namespace crier::rehearsal {
namespace {

/// Source: docs.x.com, x-api/media/quickstart/best-practices, and the schema of POST
/// /2/media/metadata, 2026-08.
constexpr std::size_t most_images = 4;
constexpr std::size_t most_image_bytes = 5U << 20;
constexpr std::size_t most_alt = 1000;
constexpr std::string_view invalid = "https://api.x.com/2/problems/invalid-request";

const TextRules& text_rules() { return find_network("x")->traits().text; }

Response invalid_request(std::string_view why) {
  return x_problem(400, "Invalid Request", why, invalid);
}

/// The first member of `object` that `known` does not name; nothing if there is none.
std::optional<std::string> unknown_member(const Json& object,
                                          std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) return name;
  }
  return std::nullopt;
}

std::string part_of(const Request& request, std::string_view name) {
  const auto found = std::ranges::find(request.parts, name, &Part::name);
  return found == request.parts.end() ? std::string() : found->content;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 19 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// X writes "&", "<" and ">" as HTML does.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::unique_ptr<Double> make_x(DoubleWorld world) { return std::make_unique<X>(std::move(world)); }

Response x_problem(int status, std::string_view title, std::string_view detail,
                   std::string_view type) {
  return respond(
      status,
      write_json({{"title", title}, {"detail", detail}, {"type", type}, {"status", status}}),
      {{"Content-Type", "application/problem+json"}});
}

std::string X::new_id() { return std::to_string(++last_id_); }

X::User& X::user_of(const std::string& name) {
  const auto found = std::ranges::find(users_, name, &User::name);
  if (found != users_.end()) return *found;
  return users_.emplace_back(User{std::to_string(41 + users_.size() + 1), name});
}

Credentials X::sign_in(const Account& account) {
  std::string name;
  for (const char c : account.id.value) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (name.size() < 15) name += is_plain ? c : '_';
  }
  const User user = user_of(name.empty() ? "council" : name);
  Credentials credentials;
  credentials.kind = "oauth1";
  credentials.server = world_.origin;
  credentials.client_id = x_api_key;
  credentials.client_secret = Secret(x_api_secret);
  credentials.access_token = Secret(user.id + "-" + make_token(world_.random));
  credentials.token_secret = Secret(make_token(world_.random));
  credentials.account_id = user.id;
  credentials.handle = "@" + user.name;
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  Token token;
  token.user = user.id;
  token.secret = credentials.token_secret.reveal();
  tokens_[credentials.access_token.reveal()] = token;
  return credentials;
}

void X::expire_tokens() {
  for (auto& [text, token] : tokens_) token.is_expired = token.is_expired || !token.is_refresh;
}

bool X::publishes(const Request& request) const {
  return request.method == Method::post && path_of(request) == "/2/tweets";
}

Response X::too_many_requests(std::chrono::seconds /*wait*/) const {
  return respond_json(429, {{"title", "Too Many Requests"},
                            {"detail", "Too Many Requests"},
                            {"type", "about:blank"},
                            {"status", 429}});
}

Response X::server_error() const {
  return respond_json(500, {{"title", "Internal Server Error"},
                            {"detail", "Internal Server Error"},
                            {"type", "about:blank"},
                            {"status", 500}});
}

Response X::answer(const Request& request) {
  Response response = about(request, path_of(request));
  response.final_url = request.url;
  return response;
}

Response X::about(const Request& request, const std::string& path) {
  if (auto response = sign_in_step(request, path)) return *std::move(response);
  const User* const signer = signer_of(request);
  if (signer == nullptr) return x_problem(401, "Unauthorized", "Unauthorized");
  const User user = *signer;
  const bool is_post = request.method == Method::post;
  if (is_post && path == "/2/media/upload") return upload(request, user);
  if (is_post && (path == "/2/tweets" || path == "/2/media/metadata")) {
    if (!header_of(request, "Content-Type").starts_with("application/json")) {
      return invalid_request("The body must be JSON");
    }
    const Json body = parse_json(request.body);
    if (!body.is_object()) return invalid_request("Requires valid JSON");
    return path == "/2/tweets" ? post(body, user) : describe(body, user);
  }
  if (request.method == Method::get && path == "/2/users/me") {
    return respond_json(
        200, {{"data", {{"id", user.id}, {"name", user.name}, {"username", user.name}}}});
  }
  if (request.method == Method::get && path == "/2/users/" + user.id + "/tweets") {
    return list(request, user);
  }
  return x_problem(404, "Not Found Error", "Not Found",
                   "https://api.x.com/2/problems/resource-not-found");
}

Response X::upload(const Request& request, const User& user) {
  const auto is_known = [](const Part& part) {
    return part.name == "media" || part.name == "media_category";
  };
  if (request.parts.size() != 2 || !std::ranges::all_of(request.parts, is_known)) {
    return invalid_request("The parts must be media and media_category");
  }
  const std::string category(trimmed(part_of(request, "media_category")));
  if (category != "tweet_image") return invalid_request("media_category: [" + category + "]");
  const std::string bytes = part_of(request, "media");
  const std::string type = picture_type(bytes);
  if (type.empty()) return invalid_request("The media type is not recognised");
  if (bytes.size() > most_image_bytes) return invalid_request("The file is too large");
  const std::string id = new_id();
  media_[id] = {bytes, type, {}, user.id};
  return respond_json(200, {{"data",
                             {{"id", id},
                              {"media_key", "3_" + id},
                              {"expires_after_secs", 86400},
                              {"size", bytes.size()}}}});
}

Response X::describe(const Json& body, const User& user) {
  const Json* metadata = member(&body, "metadata");
  const Json* alt = member(metadata, "alt_text");
  const bool is_closed = !unknown_member(body, {"id", "metadata"}) &&
                         (metadata == nullptr || !unknown_member(*metadata, {"alt_text"})) &&
                         (alt == nullptr || !unknown_member(*alt, {"text"}));
  const std::string id = text_of(body, "id");
  const std::string text = text_of(member(alt, "text"));
  if (!is_closed || !is_id(id)) return invalid_request("The body has an unknown property");
  if (count_code_points(to_valid_utf8(text)) > most_alt) {
    return invalid_request("$.metadata.alt_text.text: must be at most 1000 characters long");
  }
  const auto found = media_.find(id);
  if (found == media_.end() || found->second.user != user.id) {
    return x_problem(404, "Not Found Error", "Could not find media with id: [" + id + "]",
                     "https://api.x.com/2/problems/resource-not-found");
  }
  found->second.alt = text;
  return respond_json(
      200, {{"data", {{"id", id}, {"associated_metadata", {{"alt_text", {{"text", text}}}}}}}});
}

std::optional<Response> X::take_media(const Json& media, const User& user, Post& post) const {
  const Json* ids = member(&media, "media_ids");
  if (ids == nullptr || !ids->is_array() || ids->empty() || ids->size() > most_images ||
      unknown_member(media, {"media_ids", "tagged_user_ids"})) {
    return invalid_request("$.media.media_ids: must have 1 to 4 items");
  }
  for (const Json& one : *ids) {
    const auto found = media_.find(text_of(&one));
    if (found == media_.end() || found->second.user != user.id ||
        std::ranges::find(post.media, found->first) != post.media.end()) {
      return invalid_request("Your media IDs are invalid.");
    }
    post.media.push_back(found->first);
  }
  return std::nullopt;
}

Response X::post(const Json& body, const User& user) {
  if (const auto unknown =
          unknown_member(body, {"text", "media", "reply_settings", "made_with_ai", "nullcast"})) {
    return invalid_request("$." + *unknown +
                           ": is not defined in the schema and the schema does not allow "
                           "additional properties");
  }
  const Json* words = member(&body, "text");
  const Json* media = member(&body, "media");
  if ((words == nullptr && media == nullptr) || (words != nullptr && !words->is_string())) {
    return invalid_request("$.text: is missing but it is required");
  }
  Post post;
  post.text = text_of(words);
  post.user = user.id;
  if (media != nullptr) {
    if (auto refusal = take_media(*media, user, post)) return *std::move(refusal);
  }
  const TextRules& rules = text_rules();
  const std::size_t length = measure(post.text, rules);
  if (length > rules.limit) {
    return x_problem(403, "Forbidden", "Your Tweet text is too long.");
  }
  if (trimmed(post.text).empty() && post.media.empty()) {
    return invalid_request("$.text: must be at least 1 characters long");
  }
  const bool is_said = std::ranges::any_of(
      posts_, [&](const Post& one) { return one.user == user.id && one.text == post.text; });
  if (is_said) {
    return x_problem(403, "Forbidden",
                     "You are not allowed to create a Tweet with duplicate content.");
  }
  post.id = new_id();
  post.at = world_.clock.now();
  posts_.push_back(post);
  Arrived arrived;
  arrived.id = post.id;
  arrived.text = post.text;
  arrived.url = "https://x.com/" + user.name + "/status/" + post.id;
  arrived.length = length;
  arrived.limit = rules.limit;
  arrived.at = post.at;
  for (const std::string& id : post.media) {
    const Media& one = media_.at(id);
    arrived.pictures.push_back({one.bytes, one.type, one.alt, {}});
  }
  arrived_.push_back(std::move(arrived));
  return respond_json(201, {{"data",
                             {{"id", post.id},
                              {"text", text_of(shown(post), "text")},
                              {"edit_history_post_ids", {post.id}}}}});
}

/// As X shows a post: each link as one of t.co's, with where it leads beside it; a picture has one,
/// too, though nobody wrote it.
Json X::shown(const Post& post) const {
  Json entry = {
      {"id", post.id}, {"created_at", to_iso8601(post.at)}, {"edit_history_tweet_ids", {post.id}}};
  Json urls = Json::array();
  std::string text;
  std::size_t done = 0;
  for (const Entity& entity : find_entities(post.text, TextRules::Entities::x)) {
    if (entity.kind != Entity::Kind::url) continue;
    text += escaped(std::string_view(post.text).substr(done, entity.begin - done));
    const std::string written = post.text.substr(entity.begin, entity.end - entity.begin);
    const std::string link = "https://t.co/" + post.id.substr(9) + std::to_string(urls.size());
    urls.push_back({{"start", count_code_points(text)},
                    {"end", count_code_points(text) + link.size()},
                    {"url", link},
                    {"expanded_url", is_http_url(written) ? written : "http://" + written}});
    text += link;
    done = entity.end;
  }
  text += escaped(std::string_view(post.text).substr(done));
  for (const std::string& id : post.media) {
    const std::string link = "https://t.co/p" + id.substr(10);
    urls.push_back({{"url", link},
                    {"expanded_url", "https://x.com/i/status/" + post.id + "/photo/1"},
                    {"media_key", "3_" + id}});
    text += " " + link;
  }
  entry["text"] = text;
  if (!urls.empty()) entry["entities"] = {{"urls", urls}};
  return entry;
}

Response X::list(const Request& request, const User& user) const {
  const FormFields query = read_form(query_of(request));
  static constexpr std::string_view known[] = {"max_results",      "exclude",  "tweet.fields",
                                               "pagination_token", "end_time", "start_time",
                                               "since_id"};
  for (const auto& [name, value] : query) {
    if (std::ranges::find(known, name) == std::end(known)) {
      return invalid_request("The query parameter [" + name + "] is not one of the known ones");
    }
  }
  std::size_t most = 10;
  const std::string count = field_of(query, "max_results");
  if (!count.empty()) std::from_chars(count.data(), count.data() + count.size(), most);
  if (most < 5 || most > 100) {
    return invalid_request("The `max_results` query parameter value [" + count +
                           "] is not between 5 and 100");
  }
  const std::string start = field_of(query, "start_time");
  const auto from = start.empty() ? std::optional<SysTime>(SysTime{}) : parse_iso_time(start);
  if (!from) return invalid_request("Invalid 'start_time':'" + start + "'");
  const std::string token = field_of(query, "pagination_token");
  std::vector<const Post*> found;
  for (auto one = posts_.rbegin(); one != posts_.rend(); ++one) {
    if (one->user != user.id || one->at < *from) continue;
    // A page's token is the id of the last post of the page before; ids count up.
    if (!token.empty() && one->id >= token) continue;
    found.push_back(&*one);
  }
  Json body = {{"meta", Json::object()}};
  if (found.size() > most) {
    found.resize(most);
    body["meta"]["next_token"] = found.back()->id;
  }
  body["meta"]["result_count"] = found.size();
  // An account without posts has no `data`.
  for (const Post* one : found) body["data"].push_back(shown(*one));
  return respond_json(200, body);
}

}  // namespace crier::rehearsal
