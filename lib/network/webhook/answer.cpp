#include "network/webhook/answer.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"
#include "network/outcomes.h"
#include "network/webhook/body.h"

namespace crier::webhook {
namespace {

constexpr std::chrono::seconds usual_throttle{60};

/// The receiver, by what is not secret of its address.
std::string host_of(const Context& context) {
  const std::string service = value_of(context.facts.values, "service");
  const std::size_t begin = service.find("//");
  return begin == std::string::npos ? "the webhook" : service.substr(begin + 2);
}

/// The standard names no status for it, and some receivers answer 400 (Svix' example for Django).
/// A receiver that quotes what it was sent says nothing of its own with those words.
bool is_about_the_signature(const Delivery& delivery, const Account& account,
                            const Response& answer) {
  const std::string words = ascii_lower(answer.body.substr(0, 512));
  const std::string quoted = ascii_lower(write_body(delivery, account).value_or(""));
  return std::ranges::any_of(
      std::array<std::string_view, 5>{"signature", "webhook verification", "webhookverification",
                                      "webhook-timestamp", "timestamp too"},
      [&](std::string_view sign) {
        return words.find(sign) != std::string::npos && quoted.find(sign) == std::string::npos;
      });
}

}  // namespace

Outcome outcome_of(const Delivery& delivery, const Context& context, const Response& answer) {
  const int status = answer.status;
  const auto said = [&](std::string_view what) {
    return told(host_of(context), answer, what, answer.body);
  };
  if (status >= 200 && status < 300) return Receipt{message_id(delivery), {}};
  const auto sorted = classify(answer, context.now);
  const auto asked = sorted ? sorted->retry_after : std::nullopt;
  // A form that was taken is answered with 302 or 303: look over there.
  if (status == 302 || status == 303) {
    return Uncertain{{ErrorKind::uncertain,
                      said("answers with another page, and may have taken the post") +
                          "; ask whoever runs it to answer with 200",
                      asked}};
  }
  if (status >= 500 || status == 408 || status < 200) {
    return Uncertain{{ErrorKind::uncertain, said("failed, and may have taken the post"), asked}};
  }
  if (status == 429) {
    return defer({ErrorKind::throttled, said("asks for a pause"),
                  throttle_of(answer, context.now, usual_throttle)},
                 context.now);
  }
  // RFC 8470 section 5.2: it was not looked at, and may be sent again.
  if (status == 425) {
    return defer({ErrorKind::unavailable, said("cannot take it now"), asked}, context.now);
  }
  const std::string again = fmt::format(
      "; make or look up its address there, then: crier auth login {}", context.account.id.value);
  // Of 400 and its like receivers make pages, too.
  const bool is_between = status == 403 || status == 406 || status == 407 || status == 451;
  if (is_between && is_turned_away(answer)) {
    return defer(
        turned_away(said("did not take the post"), value_of(context.facts.values, "service")),
        context.now);
  }
  if (status == 400 && is_about_the_signature(delivery, context.account, answer)) {
    return defer({ErrorKind::unauthorized,
                  said("does not take the signature") +
                      fmt::format("; is this machine's clock right? Else look up the signing key "
                                  "there, then: crier auth login {}",
                                  context.account.id.value)},
                 context.now);
  }
  if (status == 401 || status == 403) {
    // Slack says 403 of what its administrators forbid; the address may be as it should.
    // Source: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, "Handling errors".
    const bool has_own_form = value_of(context.account.settings, "template").empty();
    const std::string forbidden =
        said("lets nobody post by this webhook") +
        fmt::format(
            "; ask whoever runs it why, or look up its address and key there, then: crier "
            "auth login {}",
            context.account.id.value);
    return defer({ErrorKind::unauthorized,
                  has_own_form ? said("does not take the webhook's address or signature") + again
                               : forbidden},
                 context.now);
  }
  if (status == 404 || status == 410) {
    return defer({ErrorKind::unauthorized, said("takes nothing at this address any more") + again},
                 context.now);
  }
  if (status < 400) {
    return defer(
        {ErrorKind::invalid, said("sends posts on to another address, and crier follows none") +
                                 fmt::format("; ask for the new address, then: crier auth login {}",
                                             context.account.id.value)},
        context.now);
  }
  if (status == 405 || status == 415) {
    return defer(
        {ErrorKind::invalid,
         said("does not take posts in this form") +
             fmt::format(
                 "; look at `content_type` and `template` of {0} in feeds.toml; if they are "
                 "right, the address may be wrong: crier auth login {0}",
                 context.account.id.value)},
        context.now);
  }
  return Rejected{{ErrorKind::rejected, said("refuses this post")}};
}

}  // namespace crier::webhook
