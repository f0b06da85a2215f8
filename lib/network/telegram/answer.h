#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "network/network.h"

/// What the Bot API's answers mean for the post and for the account. Pure.
/// Source: core.telegram.org/bots/api, "Making requests"; the words of its descriptions are those
/// of github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp, 2026-08.
namespace crier::telegram {

/// The bot behind the token, as getMe tells it; both empty if the body is no such answer.
struct Bot {
  std::string id, username;
};
[[nodiscard]] Bot read_bot(std::string_view body);

/// Reads the answer to sendMessage.
[[nodiscard]] Outcome outcome_of(const Context& context, const Response& answer);

}  // namespace crier::telegram
