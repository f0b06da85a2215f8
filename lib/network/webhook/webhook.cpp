#include "network/webhook/webhook.h"

#include <charconv>

#include "network/outcomes.h"
#include "network/webhook/answer.h"
#include "network/webhook/body.h"

namespace crier {

WebhookNetwork::WebhookNetwork() {
  traits_.name = "webhook";
  traits_.title = "Webhook";
  traits_.sign_in = SignIn::webhook;
  // Of no network: enough for any post, and short enough for any receiver.
  traits_.text = {
      TextRules::Unit::utf16,    100'000, std::nullopt, false, TextRules::Entities::none, 0,
      TextRules::Mentions::words};
  traits_.schema = {"webhook",
                    NetworkSchema::Server::none,
                    {{"template",
                      "a file with the body to send, with names in double braces",
                      false,
                      {},
                      false,
                      false,
                      true},
                     {"content_type", "the template's media type, like text/plain", false, {}},
                     {"max_characters", "how long a post's text may be", false, {}, true},
                     {"drops_repeats",
                      "whether the receiver drops a webhook-id that it has had; \"no\" if not set",
                      false,
                      {"yes", "no"}}}};
  traits_.most_images = webhook::most_pictures;
  traits_.fetches_images = true;
  // A receiver that is still at work on the first try does not know its id yet.
  traits_.settle_time = std::chrono::seconds{5};
  traits_.idempotency_window = std::chrono::hours{24};
}

std::vector<Request> WebhookNetwork::inquire(const Account& /*account*/,
                                             const AccountFacts& /*known*/) const {
  return {};
}

AccountFacts WebhookNetwork::learn(AccountFacts known, const Request& /*asked*/,
                                   const Response& /*answer*/) const {
  return known;
}

TextRules WebhookNetwork::rules(const Account& account, const AccountFacts& /*facts*/) const {
  TextRules rules = traits_.text;
  const std::string own = value_of(account.settings, "max_characters");
  if (!own.empty()) std::from_chars(own.data(), own.data() + own.size(), rules.limit);
  return rules;
}

Turn WebhookNetwork::next(const Delivery& delivery, const Context& context,
                          const Response* last) const {
  if (last != nullptr) {
    return {Finish{webhook::outcome_of(delivery, context, *last)}, delivery.notes};
  }
  const std::string service = value_of(context.facts.values, "service");
  if (service.empty()) {
    return {Finish{defer({ErrorKind::unauthorized,
                          fmt::format("nobody has told crier the webhook's address yet: crier auth "
                                      "login {}",
                                      context.account.id.value)},
                         context.now)},
            delivery.notes};
  }
  auto body = webhook::write_body(delivery, context.account);
  if (!body) {
    return {Finish{defer({ErrorKind::invalid, "template: " + body.error().message}, context.now)},
            delivery.notes};
  }
  Request request;
  request.method = Method::post;
  request.url = service + "/";
  request.headers = {{"Content-Type", webhook::content_type(context.account)},
                     {"webhook-id", webhook::message_id(delivery)}};
  request.body = *std::move(body);
  request.sign = true;
  return {Publish{std::move(request)}, delivery.notes};
}

std::optional<Request> WebhookNetwork::look_for(const Delivery& /*delivery*/,
                                                const Context& /*context*/) const {
  return std::nullopt;
}

Result<std::optional<Receipt>> WebhookNetwork::recognise(const Delivery& /*delivery*/,
                                                         const Context& /*context*/,
                                                         const Response& /*answer*/) const {
  return fail(ErrorKind::unavailable, "a webhook's receiver cannot be asked");
}

std::chrono::seconds WebhookNetwork::drops_repeats_for(const Account& account) const {
  const bool drops = value_of(account.settings, "drops_repeats") == "yes";
  return drops ? traits_.idempotency_window : std::chrono::seconds{0};
}

std::optional<Request> WebhookNetwork::look_back(const Context& /*context*/,
                                                 const std::string& /*cursor*/) const {
  return std::nullopt;
}

Result<PastPage> WebhookNetwork::read_back(const Context& /*context*/,
                                           const Response& /*answer*/) const {
  return fail(ErrorKind::unavailable, "a webhook's receiver has no list of posts");
}

Result<void> WebhookNetwork::check(const Account& account) const {
  return webhook::check_template(account);
}

}  // namespace crier
