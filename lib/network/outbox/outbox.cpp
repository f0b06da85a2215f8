#include "network/outbox/outbox.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/safe_text.h"
#include "core/url.h"
#include "network/percent.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view scheme = "outbox:";

std::string setting(const Account& account, const char* key) {
  const auto found = account.settings.find(key);
  return found == account.settings.end() ? std::string() : found->second;
}

/// One post as one line. `id` comes first: by that a line is known as one of ours.
std::string line_of(const Delivery& delivery, SysTime now) {
  Json images = Json::array();
  for (const Image& image : delivery.post.images) {
    images.push_back({{"url", image.url}, {"alt", image.alt}});
  }
  const Json line{
      {"id", delivery.id.value},
      {"account", delivery.account.value},
      {"feed", delivery.feed.value},
      {"item",
       {{"id", delivery.item_id}, {"title", delivery.item_title}, {"link", delivery.item_link}}},
      {"text", delivery.post.text},
      {"language", delivery.post.language},
      {"images", std::move(images)},
      {"posted_at", to_iso8601(now)}};
  // People read the file on terminals.
  return json_shown(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// A member of an object; empty if it is not there, or is no text.
std::string text_in(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The receipt in OutboxClient's answer; nothing if it holds none for this delivery.
std::optional<Receipt> receipt_in(const Response& answer, const Delivery& delivery) {
  const Json body = Json::parse(answer.body, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  const auto id = body.find("id");
  const auto url = body.find("url");
  if (id == body.end() || !id->is_string() || id->get<std::string>() != delivery.id.value) {
    return std::nullopt;
  }
  const bool has_url = url != body.end() && url->is_string();
  return Receipt{delivery.id.value, has_url ? url->get<std::string>() : std::string()};
}

}  // namespace

OutboxNetwork::OutboxNetwork() {
  traits_.name = "outbox";
  traits_.title = "Outbox (a file)";
  traits_.has_languages = true;
  traits_.text = {TextRules::Unit::graphemes, 500, std::nullopt, false};
  traits_.schema = {
      "outbox",
      NetworkSchema::Server::none,
      {{"path", "the file that posts are added to, one line of JSON each", true, {}},
       {"max_characters", "how long a post may be; 500 if not set", false, {}, true}}};
}

std::vector<Request> OutboxNetwork::inquire(const Account& /*account*/,
                                            const AccountFacts& /*known*/) const {
  return {};
}

AccountFacts OutboxNetwork::learn(AccountFacts known, const Request& /*asked*/,
                                  const Response& /*answer*/) const {
  return known;
}

TextRules OutboxNetwork::rules(const Account& account, const AccountFacts& /*facts*/) const {
  TextRules rules = traits_.text;
  const std::string text = setting(account, "max_characters");
  std::size_t limit = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (problem == std::errc{} && end == text.data() + text.size() && limit > 0) rules.limit = limit;
  return rules;
}

Turn OutboxNetwork::next(const Delivery& delivery, const Context& context,
                         const Response* last) const {
  if (last == nullptr) {
    Request request;
    request.method = Method::post;
    request.url = outbox_address(setting(context.account, "path"), {});
    request.headers = {{"Content-Type", "application/json"}};
    request.body = line_of(delivery, context.now);
    return {Publish{std::move(request)}, delivery.notes};
  }
  if (auto receipt = receipt_in(*last, delivery); receipt && last->status == 200) {
    return {Finish{std::move(*receipt)}, delivery.notes};
  }
  // OutboxClient itself answers 200 or an Error; the rest is what any server might say.
  auto why = classify(*last, context.now);
  if (!why) {
    why = Error{ErrorKind::uncertain, "the outbox gave no receipt: " + excerpt(last->body)};
  }
  switch (why->kind) {
    case ErrorKind::invalid:
    case ErrorKind::rejected: return {Finish{Rejected{*why}}, delivery.notes};
    case ErrorKind::throttled:
    case ErrorKind::unauthorized: {
      const SysTime until = context.now + why->retry_after.value_or(std::chrono::seconds{0});
      return {Finish{Deferred{*why, until}}, delivery.notes};
    }
    case ErrorKind::unavailable:
    case ErrorKind::uncertain: break;
  }
  why->kind = ErrorKind::uncertain;
  return {Finish{Uncertain{*why}}, delivery.notes};
}

std::optional<Request> OutboxNetwork::look_for(const Delivery& delivery,
                                               const Context& context) const {
  Request request;
  request.url = outbox_address(setting(context.account, "path"), delivery.id.value);
  return request;
}

Result<std::optional<Receipt>> OutboxNetwork::recognise(const Delivery& delivery,
                                                        const Context& context,
                                                        const Response& answer) const {
  if (auto why = classify(answer, context.now)) {
    if (why->kind != ErrorKind::throttled && why->kind != ErrorKind::unauthorized) {
      why->kind = ErrorKind::unavailable;
    }
    return Failure(std::move(*why));
  }
  if (auto receipt = receipt_in(answer, delivery)) return receipt;
  const Json body = Json::parse(answer.body, nullptr, false);
  const bool says_no = body.is_object() && body.contains("found") && body["found"] == Json(false);
  if (!says_no) {
    return fail(ErrorKind::unavailable, "the outbox did not say whether it holds the post: {}",
                excerpt(answer.body));
  }
  return std::optional<Receipt>();
}

std::optional<Request> OutboxNetwork::look_back(const Context& context,
                                                const std::string& /*cursor*/) const {
  Request request;
  request.url = outbox_list_address(setting(context.account, "path"), context.account.id);
  return request;
}

Result<PastPage> OutboxNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = classify(answer, context.now)) {
    if (why->kind != ErrorKind::throttled && why->kind != ErrorKind::unauthorized) {
      why->kind = ErrorKind::unavailable;
    }
    return Failure(std::move(*why));
  }
  const Json body = Json::parse(answer.body, nullptr, false);
  const auto posts = body.is_object() ? body.find("posts") : body.end();
  if (posts == body.end() || !posts->is_array()) {
    return fail(ErrorKind::unavailable, "the outbox did not list its posts: {}",
                excerpt(answer.body));
  }
  PastPage page;
  for (const Json& line : *posts) {
    PastPost post;
    post.remote_id = text_in(line, "id");
    if (post.remote_id.empty()) continue;
    post.url = text_in(line, "url");
    post.text = text_in(line, "text");
    post.at = from_iso8601(text_in(line, "posted_at"));
    const auto item = line.find("item");
    std::string link = item != line.end() ? text_in(*item, "link") : std::string();
    if (!link.empty()) post.links.push_back(std::move(link));
    page.posts.push_back(std::move(post));
  }
  return page;
}

std::string outbox_list_address(const std::filesystem::path& file, const AccountId& account) {
  return outbox_address(file, {}) + "?account=" + percent_encode(account.value);
}

std::string outbox_address(const std::filesystem::path& file, std::string_view id) {
  std::string url(scheme);
  for (const char c : file.native()) {
    // Only what would end the path, or be taken for an encoded character.
    if (c == '%' || c == '?' || c == '#') {
      url += percent_encode(std::string_view(&c, 1));
    } else {
      url += c;
    }
  }
  if (!id.empty()) url += "?id=" + percent_encode(id);
  return url;
}

std::optional<OutboxAddress> parse_outbox_address(std::string_view url) {
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const std::size_t query = url.find('?');
  OutboxAddress address;
  address.file = percent_decode(url.substr(0, query));
  if (query != std::string_view::npos) {
    const std::string_view pair = url.substr(query + 1);
    constexpr std::string_view of_account = "account=";
    if (pair.starts_with(of_account)) {
      address.account = percent_decode(pair.substr(of_account.size()));
      return address;
    }
    if (!pair.starts_with("id=")) return std::nullopt;
    address.id = percent_decode(pair.substr(3));
  }
  return address;
}

}  // namespace crier
