#include "network/telegram/telegram.h"

#include <algorithm>

#include "core/utf8.h"
#include "network/json.h"
#include "network/outcomes.h"
#include "network/post_address.h"
#include "network/telegram/answer.h"

namespace crier {
namespace {

Request post(std::string url, std::string body) {
  Request request;
  request.method = Method::post;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.sign = true;
  return request;
}

std::string write_message(const Post& post, const std::string& chat) {
  // Without a link of the item's own, a preview would be of whatever address its words have in
  // them.
  const Json preview = post.link.empty() ? Json{{"is_disabled", true}} : Json{{"url", post.link}};
  return write_json({{"chat_id", chat}, {"text", post.text}, {"link_preview_options", preview}});
}

/// "@council" or "-1001234567890".
bool is_chat(const std::string& chat) {
  const bool is_name = chat.starts_with('@');
  std::string rest = chat;
  if (is_name || chat.starts_with('-')) rest.erase(0, 1);
  return !rest.empty() && rest.size() <= 64 && std::ranges::all_of(rest, [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return (c >= '0' && c <= '9') || (is_name && is_letter);
  });
}

}  // namespace

TelegramNetwork::TelegramNetwork() {
  traits_.name = "telegram";
  traits_.title = "Telegram";
  traits_.makes_card = true;
  traits_.sign_in = SignIn::telegram;
  // Source: core.telegram.org/bots/api, sendMessage: 4096 characters, which its clients and servers
  // count as UTF-16 does (as "Entities" there says), 2026-08.
  traits_.text = {
      TextRules::Unit::utf16,    4096, std::nullopt, false, TextRules::Entities::none, 0,
      TextRules::Mentions::words};
  traits_.schema = {
      "telegram",
      NetworkSchema::Server::optional,
      {{"chat", "the channel to post to: \"@name\", or its number", true, {}}},
      // Source: core.telegram.org/bots/faq: 20 messages a minute to one group, 2026-08.
      {0, 30, 200, std::chrono::seconds{4}},
      "https://api.telegram.org"};
}

std::vector<Request> TelegramNetwork::inquire(const Account& account,
                                              const AccountFacts& known) const {
  const bool is_known =
      !value_of(known.values, "account_id").empty() && !value_of(known.values, "handle").empty();
  if (is_known) return {};
  Request request;
  request.url = account.server + "/getMe";
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return {std::move(request)};
}

AccountFacts TelegramNetwork::learn(AccountFacts known, const Request& /*asked*/,
                                    const Response& answer) const {
  if (answer.status != 200) return known;
  const telegram::Bot bot = telegram::read_bot(answer.body);
  if (bot.id.empty()) return known;
  known.values["account_id"] = bot.id;
  if (!bot.username.empty()) known.values["handle"] = "@" + bot.username;
  return known;
}

TextRules TelegramNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

Turn TelegramNetwork::next(const Delivery& delivery, const Context& context,
                           const Response* last) const {
  if (last != nullptr) return {Finish{telegram::outcome_of(context, *last)}, delivery.notes};
  return {Publish{post(context.account.server + "/sendMessage",
                       write_message(delivery.post, value_of(context.account.settings, "chat")))},
          delivery.notes};
}

std::optional<Request> TelegramNetwork::look_for(const Delivery& /*delivery*/,
                                                 const Context& /*context*/) const {
  return std::nullopt;
}

Result<std::optional<Receipt>> TelegramNetwork::recognise(const Delivery& /*delivery*/,
                                                          const Context& /*context*/,
                                                          const Response& /*answer*/) const {
  return fail(ErrorKind::unavailable, "a bot of Telegram cannot read what it has posted");
}

std::optional<Request> TelegramNetwork::look_back(const Context& /*context*/,
                                                  const std::string& /*cursor*/) const {
  return std::nullopt;
}

Result<PastPage> TelegramNetwork::read_back(const Context& /*context*/,
                                            const Response& /*answer*/) const {
  return fail(ErrorKind::unavailable, "a bot of Telegram cannot read what it has posted");
}

Result<Receipt> TelegramNetwork::receipt_at(const Context& context,
                                            std::string_view address) const {
  const std::string chat = value_of(context.account.settings, "chat");
  const auto read = read_post_address(address);
  const bool is_here = read && (read->host == "t.me" || read->host == "telegram.me");
  // A topic's number may stand before the message's. Source: core.telegram.org/api/links, 2026-11.
  std::string id = is_here ? id_in(*read, {"c/*/{number}", "c/*/{number}/{number}", "s/*/{number}",
                                           "*/{number}", "*/{number}/{number}"})
                           : std::string();
  const bool is_named = chat.starts_with('@');
  if (id.empty()) {
    return no_post(address, "Telegram",
                   is_named ? fmt::format("https://t.me/{}/123", chat.substr(1))
                            : std::string("https://t.me/c/1234567890/123"));
  }
  // A channel is known by its name or by its number, and addresses have the one or the other.
  const bool has_number = read->path[0] == "c";
  const std::string where =
      has_number ? "-100" + read->path[1] : "@" + read->path[read->path[0] == "s" ? 1 : 0];
  if (has_number != is_named && !ascii_iequals(where, chat)) {
    return fail(ErrorKind::invalid, "{} is a post in {}, and {} posts in {}", excerpt(address),
                excerpt(where), context.account.id.value, chat);
  }
  return Receipt{std::move(id), std::string(address)};
}

Result<void> TelegramNetwork::check(const Account& account) const {
  if (is_chat(value_of(account.settings, "chat"))) return {};
  return fail(
      ErrorKind::invalid,
      "chat: must be a public channel's name, like chat = \"@examplecouncil\", or the number "
      "of a private one, like chat = \"-1001234567890\"");
}

}  // namespace crier
