#include "network/telegram/answer.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"
#include "network/json.h"
#include "network/outcomes.h"

namespace crier::telegram {
namespace {

constexpr std::chrono::seconds usual_throttle{60};

/// A number as its digits, as it is written or in quotes; empty for anything else.
std::string number_of(const Json* value) {
  constexpr std::size_t most_digits = 20;
  if (value != nullptr && value->is_number_integer()) return write_json(*value);
  const std::string text = text_of(value);
  const bool is_number =
      text.size() <= most_digits && text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? text : std::string();
}

/// Whether it is the Bot API that speaks: all that it says has `ok`.
bool is_bot_api(const Response& answer) {
  const Json json = parse_json(answer.body);
  const Json* ok = member(&json, "ok");
  return ok != nullptr && ok->is_boolean();
}

std::string description_of(const Response& answer) {
  const std::string words = text_of(parse_json(answer.body), "description");
  return words.empty() ? answer.body : words;
}

std::string said(const Response& answer, std::string_view what) {
  return told("Telegram", answer, what, description_of(answer));
}

/// 400 stands for the channel and for the post alike; only its words tell which.
bool is_about_the_chat(std::string_view description) {
  const std::string words = ascii_lower(description);
  constexpr std::array<std::string_view, 14> signs{"chat not found",
                                                   "chat_id",
                                                   "rights",
                                                   "chat_write_forbidden",
                                                   "bot was kicked",
                                                   "not a member",
                                                   "upgraded to a",
                                                   "peer_id_invalid",
                                                   "channel_private",
                                                   "chat_restricted",
                                                   "topic_closed",
                                                   "no write access",
                                                   "chat_admin_required",
                                                   "user_banned_in_channel"};
  return std::ranges::any_of(
      signs, [&](std::string_view sign) { return words.find(sign) != std::string::npos; });
}

Outcome closed(ErrorKind kind, const Context& context, const std::string& what,
               std::string_view remedy) {
  Error why{kind,
            fmt::format("{}; {}; the posts of {} wait", what, remedy, context.account.id.value)};
  return Deferred{std::move(why), context.now};
}

Outcome trouble_with_chat(const Context& context, const Response& answer) {
  const Json json = parse_json(answer.body);
  const std::string moved = number_of(member(member(&json, "parameters"), "migrate_to_chat_id"));
  const std::string chat = value_of(context.account.settings, "chat");
  if (!moved.empty()) {
    return closed(ErrorKind::invalid, context, said(answer, "has given the group another number"),
                  fmt::format("write chat = \"{}\" in feeds.toml", moved));
  }
  return closed(ErrorKind::invalid, context,
                said(answer, fmt::format("does not let the bot post to {}", excerpt(chat))),
                "make the bot an administrator of the channel that may post messages, and look at "
                "`chat` in feeds.toml");
}

/// A server that is none of Telegram's, or something in between.
Outcome not_the_bot_api(const Context& context, const Response& answer) {
  const int status = answer.status;
  if (status < 400 || status == 404 || status == 405) {
    return closed(ErrorKind::invalid, context, said(answer, "has no place to post to"),
                  "take `server` out of the account's settings, or correct it");
  }
  Error why{ErrorKind::unavailable, said(answer, "did not answer as its API does")};
  if (is_turned_away(answer)) why = turned_away(why.message, context.account.server);
  return defer(std::move(why), context.now);
}

/// The page of a post in a public channel; none for others.
std::string page_of(const Json* result, const std::string& id) {
  const std::string name = text_of(member(member(result, "chat"), "username"));
  const bool is_plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return is_plain ? fmt::format("https://t.me/{}/{}", name, id) : std::string();
}

std::chrono::seconds wait_of(const Response& answer, SysTime now) {
  const Json json = parse_json(answer.body);
  const Json* asked = member(member(&json, "parameters"), "retry_after");
  if (asked == nullptr || !asked->is_number_unsigned()) {
    return throttle_of(answer, now, usual_throttle);
  }
  constexpr std::uint64_t day = 86'400;
  return std::chrono::seconds(std::clamp<std::uint64_t>(asked->get<std::uint64_t>(), 1, day));
}

}  // namespace

Bot read_bot(std::string_view body) {
  const Json json = parse_json(body);
  const Json* result = member(&json, "result");
  return {number_of(member(result, "id")), text_of(member(result, "username"))};
}

Outcome outcome_of(const Context& context, const Response& answer) {
  const int status = answer.status;
  if (status >= 200 && status < 300) {
    const Json json = parse_json(answer.body);
    const Json* result = member(&json, "result");
    const std::string id = number_of(member(result, "message_id"));
    if (!id.empty()) return Receipt{id, page_of(result, id)};
    return Uncertain{
        {ErrorKind::uncertain, said(answer, "answered with something that is no message")}};
  }
  if (status >= 500 || status == 408 || status < 200) {
    const auto sorted = classify(answer, context.now);
    return Uncertain{{ErrorKind::uncertain,
                      said(answer, "failed, and may have posted all the same"),
                      sorted ? sorted->retry_after : std::nullopt}};
  }
  if (status == 429) {
    return defer(
        {ErrorKind::throttled, said(answer, "asks for a pause"), wait_of(answer, context.now)},
        context.now);
  }
  if (status < 400 || status == 405 || (status != 401 && !is_bot_api(answer))) {
    return not_the_bot_api(context, answer);
  }
  const bool is_logged_out =
      ascii_lower(description_of(answer)).find("logged out") != std::string::npos;
  // 404 is what a text that is no token at all gets.
  if (status == 401 || status == 404 || is_logged_out) {
    return closed(
        ErrorKind::unauthorized, context, said(answer, "does not know the bot's token"),
        fmt::format("ask BotFather for it, then: crier auth login {}", context.account.id.value));
  }
  if (status == 403 || (status == 400 && is_about_the_chat(description_of(answer)))) {
    return trouble_with_chat(context, answer);
  }
  return Rejected{{ErrorKind::rejected, said(answer, "refuses this post")}};
}

}  // namespace crier::telegram
