#include "network/x/x.h"

#include <algorithm>
#include <charconv>

#include "compose/entities.h"
#include "core/url.h"
#include "core/utf8.h"
#include "network/outcomes.h"
#include "network/post_address.h"
#include "network/x/answer.h"
#include "network/x/steps.h"
#include "network/x/wire.h"

namespace crier {
namespace {

/// How far clocks may differ, for the moment from which posts are read back.
constexpr std::chrono::seconds clock_tolerance{120};
constexpr const char* fields = "created_at,entities,note_tweet";

/// In millionths of a dollar. Source: docs.x.com, x-api/getting-started/pricing, 2026-08.
constexpr std::int64_t usual_price = 15'000;
constexpr std::int64_t usual_link_price = 200'000;
constexpr std::int64_t usual_description_price = 5'000;

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return request;
}

std::int64_t amount(const Account& account, const char* key, std::int64_t usual) {
  const std::string digits = value_of(account.settings, key);
  std::int64_t value = usual;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool has_link(const std::string& text) {
  return std::ranges::any_of(find_entities(text, TextRules::Entities::x),
                             [](const Entity& entity) { return entity.kind == Entity::Kind::url; });
}

}  // namespace

XNetwork::XNetwork() {
  traits_.name = "x";
  traits_.title = "X";
  traits_.makes_card = true;
  traits_.sign_in = SignIn::x;
  // Source: twitter-text's configuration v3.
  traits_.text = {TextRules::Unit::weighted,    280, 23, false, TextRules::Entities::x, 0,
                  TextRules::Mentions::entities};
  traits_.schema = {
      "x",
      NetworkSchema::Server::optional,
      {{"cost_per_post",
        "what X takes for a post without a link, in dollars",
        false,
        {},
        false,
        true},
       {"cost_per_link_post",
        "what X takes for a post with a link, in dollars",
        false,
        {},
        false,
        true},
       {"cost_per_alt_text", "what X takes for a picture's description", false, {}, false, true},
       {"monthly_budget",
        "posting stops before it would cost more in a month",
        false,
        {},
        false,
        true},
       {"budget_reserve",
        "what of it is kept for feeds with urgent = true",
        false,
        {},
        false,
        true}},
      // Far below what X allows (100 in 15 minutes): followers, and the purse, come first.
      {0, 30, 200, std::chrono::seconds{0}},
      "https://api.x.com"};
  traits_.most_images = 4;
  traits_.settle_time = std::chrono::seconds{5};
}

std::optional<Price> XNetwork::price(const Post& post, const Account& account) const {
  Price price;
  price.millionths = has_link(post.text) ? amount(account, "cost_per_link_post", usual_link_price)
                                         : amount(account, "cost_per_post", usual_price);
  for (std::size_t i = 0; i < std::min(post.images.size(), traits_.most_images); ++i) {
    if (post.images[i].alt.empty()) continue;
    price.millionths += amount(account, "cost_per_alt_text", usual_description_price);
  }
  return price;
}

std::vector<Request> XNetwork::inquire(const Account& account, const AccountFacts& known) const {
  if (!value_of(known.values, "account_id").empty()) return {};
  return {get(account.server + "/2/users/me")};
}

AccountFacts XNetwork::learn(AccountFacts known, const Request& /*asked*/,
                             const Response& answer) const {
  if (answer.status != 200) return known;
  if (const auto user = x::read_user(answer.body)) {
    known.values["account_id"] = user->id;
    if (!user->username.empty()) known.values["handle"] = "@" + user->username;
  }
  return known;
}

TextRules XNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

Turn XNetwork::next(const Delivery& delivery, const Context& context, const Response* last) const {
  x::Steps steps(delivery, context);
  return last == nullptr ? steps.go_on() : steps.take(*last);
}

std::optional<Request> XNetwork::look_for(const Delivery& delivery, const Context& context) const {
  const std::string id = x::account_id_of(delivery, context);
  if (id.empty()) return std::nullopt;
  const SysTime sent =
      std::min(delivery.publishing_at.value_or(delivery.planned_at), context.now) - clock_tolerance;
  // The words may have been said before by somebody else's hand: X remembers them for a time that
  // it does not tell.
  const bool is_duplicate = delivery.notes.contains("duplicate");
  std::string url =
      context.account.server + "/2/users/" + percent_encode(id) +
      "/tweets?max_results=100&exclude=retweets&tweet.fields=" + percent_encode(fields);
  // Each post that is shown takes $0.001: only those that may be it are asked for.
  if (!is_duplicate) url += "&start_time=" + percent_encode(to_iso8601(sent));
  return get(std::move(url));
}

Result<std::optional<Receipt>> XNetwork::recognise(const Delivery& delivery, const Context& context,
                                                   const Response& answer) const {
  if (auto why = x::why_unread(context, answer)) return Failure(*std::move(why));
  const auto timeline = x::read_timeline(answer.body);
  if (!timeline) {
    return fail(ErrorKind::unavailable, "X did not list the account's posts: {}",
                excerpt(answer.body));
  }
  const std::string words = x::bare_words(delivery.post.text);
  const std::string& link = delivery.post.link;
  for (const x::Shown& shown : timeline->posts) {
    if (context.is_taken && context.is_taken(shown.id)) continue;
    const bool same_link = link.empty() ||
                           std::ranges::find(shown.links, link) != shown.links.end() ||
                           shown.text.find(link) != std::string::npos;
    if (same_link && x::bare_words(shown.text) == words) {
      return Receipt{shown.id, x::page_of(context.facts, shown.id)};
    }
  }
  // Others may have posted more in the meantime than one page shows.
  if (!timeline->next.empty() && !delivery.notes.contains("duplicate")) {
    return fail(ErrorKind::unavailable,
                "X shows only the 100 newest posts, and this one may be older than all of them");
  }
  return std::optional<Receipt>();
}

std::optional<Request> XNetwork::look_back(const Context& context,
                                           const std::string& cursor) const {
  const std::string id = value_of(context.facts.values, "account_id");
  if (id.empty()) return std::nullopt;
  std::string url =
      context.account.server + "/2/users/" + percent_encode(id) +
      "/tweets?max_results=100&exclude=retweets%2Creplies&tweet.fields=" + percent_encode(fields);
  if (context.since) url += "&start_time=" + percent_encode(to_iso8601(*context.since));
  if (!cursor.empty()) url += "&pagination_token=" + percent_encode(cursor);
  return get(std::move(url));
}

Result<PastPage> XNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = x::why_unread(context, answer)) return Failure(*std::move(why));
  auto timeline = x::read_timeline(answer.body);
  if (!timeline) {
    return fail(ErrorKind::unavailable, "X did not list the account's posts: {}",
                excerpt(answer.body));
  }
  PastPage page;
  for (x::Shown& shown : timeline->posts) {
    page.posts.push_back({shown.id, x::page_of({}, shown.id), to_valid_utf8(shown.text),
                          std::move(shown.links), shown.created_at});
  }
  page.next = std::move(timeline->next);
  return page;
}

Result<Receipt> XNetwork::receipt_at(const Context& context, std::string_view address) const {
  const auto read = read_post_address(address);
  const auto is_on = [&](std::string_view site) {
    return read->host == site || read->host == fmt::format("mobile.{}", site);
  };
  // A number is one post's, whatever name stands before it.
  std::string id = read && (is_on("x.com") || is_on("twitter.com"))
                       ? id_in(*read, {"*/status/{number}/...", "*/statuses/{number}/...",
                                       "i/web/status/{number}/..."})
                       : std::string();
  if (id.empty()) return no_post(address, "X", x::page_of(context.facts, "1234567890123456789"));
  return Receipt{std::move(id), std::string(address)};
}

}  // namespace crier
