#include "network/webhook/body.h"

#include <algorithm>
#include <optional>

#include "compose/defuse.h"
#include "compose/template.h"
#include "core/safe_text.h"
#include "core/utf8.h"
#include "network/json.h"
#include "network/outcomes.h"

namespace crier::webhook {
namespace {

constexpr const char* json_type = "application/json";
constexpr std::size_t most_template_bytes = 64U << 10;
// docs/webhook.md promises it, and a ledger of an earlier version may hold whole titles.
constexpr std::size_t most_title_characters = 300;

/// A template of one's own names these; docs/webhook.md explains each.
TemplateRules rules_for(const Account& account) {
  const std::string type =
      ascii_lower(trimmed(content_type(account).substr(0, content_type(account).find(';'))));
  const bool is_json = type == json_type || type.ends_with("+json");
  return {{"text", "slack_text", "title", "link", "feed", "account", "item_id", "language", "image",
           "image_alt", "id", "timestamp"},
          is_json ? TemplateRules::Escape::json : TemplateRules::Escape::none,
          most_template_bytes};
}

/// In Slack's texts these three are written so, and nothing that a feed says calls a channel.
/// Source: docs.slack.dev, messaging/formatting-message-text, "Escaping text", 2026-08.
std::string slack_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

/// A template's reader is a chat, where an item's name would call people as its text would.
std::string calls_nobody(std::string_view text, const Delivery& delivery) {
  TextRules rules;
  rules.mentions = TextRules::Mentions::words;
  return defused(std::string(text), {}, delivery.item_link, rules);
}

Fields fields_of(const Delivery& delivery) {
  const Post& post = delivery.post;
  const Image image = post.images.empty() ? Image{} : post.images.front();
  const std::string title = beginning_of(delivery.item_title, most_title_characters);
  return {{"text", post.text},
          {"slack_text", slack_text(post.text)},
          {"title", calls_nobody(title, delivery)},
          {"link", delivery.item_link},
          {"feed", delivery.feed.value},
          {"account", delivery.account.value},
          {"item_id", delivery.item_id},
          {"language", post.language},
          {"image", image.url},
          {"image_alt", calls_nobody(image.alt, delivery)},
          {"id", message_id(delivery)},
          {"timestamp", to_iso8601(delivery.planned_at)}};
}

std::string own_body(const Delivery& delivery) {
  const Post& post = delivery.post;
  auto images = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < std::min(post.images.size(), most_pictures); ++i) {
    images.push_back({{"url", post.images[i].url}, {"alt", post.images[i].alt}});
  }
  nlohmann::ordered_json data;
  data["text"] = post.text;
  data["title"] = delivery.item_title;
  data["link"] = delivery.item_link;
  data["feed"] = delivery.feed.value;
  data["account"] = delivery.account.value;
  data["item_id"] = delivery.item_id;
  data["language"] = post.language;
  data["images"] = std::move(images);
  nlohmann::ordered_json body;
  body["type"] = "post.published";
  body["timestamp"] = to_iso8601(delivery.planned_at);
  body["data"] = std::move(data);
  return json_shown(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// Where `body` ceases to be JSON, and what stands before that; nothing if it is JSON.
std::optional<std::string> place_of_fault(const std::string& body) {
  try {
    [[maybe_unused]] const Json json = Json::parse(body);
  } catch (const Json::parse_error& error) {
    constexpr std::size_t before = 40;
    const auto is_inside = [&](std::size_t at) {
      return at > 0 && at < body.size() && (static_cast<unsigned char>(body[at]) & 0xC0U) == 0x80;
    };
    std::size_t end = std::min(error.byte, body.size());
    while (is_inside(end)) ++end;
    std::size_t begin = end - std::min(end, before);
    while (is_inside(begin)) --begin;
    const std::string_view text(body);
    // Values have no line ends of their own in JSON, so the lines are the template's.
    return fmt::format("in line {}, after: {}", 1 + std::ranges::count(text.substr(0, end), '\n'),
                       printable(collapse_space(text.substr(begin, end - begin))));
  }
  return std::nullopt;
}

/// As unlike each other as deliveries are: one with everything in it, one with almost nothing.
std::vector<Delivery> samples(const Account& account) {
  Delivery full;
  full.id = {"0123456789abcdef0123456789abcdef"};
  full.feed = {"jobs"};
  full.account = account.id;
  full.item_id = "job-17";
  full.item_title = "“Lifeguard” \"A\\B\"";
  full.item_link = "https://www.example.gov.uk/jobs/17";
  full.post = {"New job: \"Lifeguard\"\n\t{C:\\} https://www.example.gov.uk/jobs/17",
               "en-GB",
               full.item_link,
               {{"https://www.example.gov.uk/pool.jpg", "The \"pool\""}}};
  Delivery bare;
  bare.id = {"fedcba9876543210fedcba9876543210"};
  bare.feed = full.feed;
  bare.account = account.id;
  bare.post.text = "x";
  return {std::move(full), std::move(bare)};
}

}  // namespace

std::string message_id(const Delivery& delivery) { return "msg_" + delivery.id.value; }

std::string content_type(const Account& account) {
  const std::string own = value_of(account.settings, "content_type");
  return own.empty() ? json_type : own;
}

Result<std::string> write_body(const Delivery& delivery, const Account& account) {
  const std::string own = value_of(account.settings, "template");
  if (own.empty()) return own_body(delivery);
  const auto parsed = Template::parse(own, rules_for(account));
  if (!parsed) return Failure(parsed.error());
  return parsed->fill(fields_of(delivery));
}

Result<void> check_template(const Account& account) {
  const std::string type = value_of(account.settings, "content_type");
  const bool has_template = !value_of(account.settings, "template").empty();
  if (!type.empty() && !has_template) {
    return fail(ErrorKind::invalid,
                "content_type goes with a template; without one crier sends JSON of its own: take "
                "the line out, or name a file: template = \"teams.mustache\"");
  }
  const bool is_type = type.find('/') != std::string::npos && type.size() < 100 &&
                       std::ranges::all_of(type, [](char c) { return c >= ' ' && c <= '~'; });
  if (!type.empty() && !is_type) {
    return fail(ErrorKind::invalid,
                "content_type is no media type; write for example content_type = \"text/plain\"");
  }
  if (!has_template) return {};
  const bool is_json = rules_for(account).escape == TemplateRules::Escape::json;
  std::string before;
  for (const Delivery& sample : samples(account)) {
    const auto body = write_body(sample, account);
    if (!body) return fail(ErrorKind::invalid, "template: {}", body.error().message);
    if (*body == before) {
      return fail(
          ErrorKind::invalid,
          "template: it says the same of every post; write {{{{text}}}} where a post's words "
          "are to stand");
    }
    before = *body;
    const auto fault = is_json ? place_of_fault(*body) : std::nullopt;
    if (fault) {
      return fail(
          ErrorKind::invalid,
          "template: what it gives for {} is no JSON {} — look for a comma or a quote too many or "
          "too few, and put every name between quotes, like \"{{{{text}}}}\" (or write "
          "content_type = \"text/plain\")",
          sample.item_link.empty() ? "an item without link, title and picture" : "an item", *fault);
    }
  }
  return {};
}

}  // namespace crier::webhook
