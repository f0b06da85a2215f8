#include "network/bluesky/bluesky.h"

#include "core/url.h"
#include "core/utf8.h"
#include "network/bluesky/answer.h"
#include "network/bluesky/record.h"
#include "network/bluesky/steps.h"
#include "network/json.h"
#include "network/outcomes.h"
#include "network/post_address.h"

namespace crier {
namespace {

/// A name as it is compared: without the "@" before it.
std::string bare_handle(std::string handle) {
  if (handle.starts_with('@')) handle.erase(0, 1);
  return ascii_lower(handle);
}

/// Whose post it is, and its key.
struct PostName {
  std::string who, key;
};
std::optional<PostName> read_post_name(std::string_view address) {
  constexpr std::string_view at_scheme = "at://";
  const bool is_uri = address.starts_with(at_scheme);
  const auto read = read_post_address(
      is_uri ? fmt::format("https://at/{}", address.substr(at_scheme.size())) : address);
  if (!read || (!is_uri && read->host != "bsky.app")) return std::nullopt;
  const std::string key =
      is_uri ? id_in(*read, {"*/app.bsky.feed.post/{id}"}) : id_in(*read, {"profile/*/post/{id}"});
  if (key.empty()) return std::nullopt;
  return PostName{bare_handle(read->path[is_uri ? 0 : 1]), key};
}

}  // namespace

BlueskyNetwork::BlueskyNetwork() {
  traits_.name = "bluesky";
  traits_.title = "Bluesky";
  traits_.has_languages = true;
  traits_.sign_in = SignIn::bluesky;
  // Source: the lexicon app.bsky.feed.post: maxGraphemes 300, maxLength 3000.
  // A mention is one only where the post marks it, and crier marks none.
  traits_.text = {
      TextRules::Unit::graphemes, 300, std::nullopt, false, TextRules::Entities::bluesky, 3000,
      TextRules::Mentions::inert, true};
  traits_.schema = {
      "bluesky",
      NetworkSchema::Server::optional,
      {{"handle", "the account's name on Bluesky: council.example.gov.uk", true, {}},
       {"client_id",
        "the address of the client metadata on your own site, for long sign-ins",
        false,
        {}},
       {"plc_directory",
        "where did:plc names are looked up, in a network of one's own",
        false,
        {}}},
      // Far below what a server allows (some 1,600 posts an hour): followers are flooded first.
      {0, 30, 200, std::chrono::seconds{0}}};
  traits_.wants_card = true;
  traits_.most_images = 4;
  traits_.settle_time = std::chrono::seconds{2};
  // A key stays taken for as long as the post is there.
  traits_.idempotency_window = std::chrono::hours{24 * 365};
}

std::vector<Request> BlueskyNetwork::inquire(const Account& account,
                                             const AccountFacts& known) const {
  const std::string service = bluesky::service_of(account, known);
  if (service.empty() || !value_of(known.values, "account_id").empty()) return {};
  Request request;
  request.url = service + "/xrpc/com.atproto.server.getSession";
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return {std::move(request)};
}

AccountFacts BlueskyNetwork::learn(AccountFacts known, const Request& /*asked*/,
                                   const Response& answer) const {
  if (answer.status != 200) return known;
  const Json body = parse_json(answer.body);
  const std::string did = text_of(body, "did");
  if (!bluesky::is_did(did)) return known;
  known.values["account_id"] = did;
  const std::string handle = text_of(body, "handle");
  if (bluesky::is_handle(handle)) known.values["handle"] = "@" + handle;
  return known;
}

TextRules BlueskyNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

Turn BlueskyNetwork::next(const Delivery& delivery, const Context& context,
                          const Response* last) const {
  bluesky::Steps steps(delivery, context);
  return last == nullptr ? steps.go_on() : steps.take(*last);
}

std::optional<Request> BlueskyNetwork::look_for(const Delivery& delivery,
                                                const Context& context) const {
  const std::string service = bluesky::service_of(context.account, context.facts);
  const std::string did = value_of(context.facts.values, "account_id");
  const std::string key = value_of(delivery.notes, "rkey");
  if (service.empty() || did.empty() || key.empty()) return std::nullopt;
  Request request;
  request.url = service + "/xrpc/com.atproto.repo.getRecord?repo=" + percent_encode(did) +
                "&collection=app.bsky.feed.post&rkey=" + percent_encode(key);
  request.headers = {{"Accept", "application/json"}};
  return request;
}

Result<std::optional<Receipt>> BlueskyNetwork::recognise(const Delivery& delivery,
                                                         const Context& context,
                                                         const Response& answer) const {
  return bluesky::read_record(context, value_of(delivery.notes, "rkey"), delivery.post.text,
                              answer);
}

std::optional<Request> BlueskyNetwork::look_back(const Context& context,
                                                 const std::string& cursor) const {
  const std::string service = bluesky::service_of(context.account, context.facts);
  const std::string did = value_of(context.facts.values, "account_id");
  if (service.empty() || did.empty()) return std::nullopt;
  Request request;
  request.url = service + "/xrpc/com.atproto.repo.listRecords?repo=" + percent_encode(did) +
                "&collection=app.bsky.feed.post&limit=100" +
                (cursor.empty() ? std::string() : "&cursor=" + percent_encode(cursor));
  request.headers = {{"Accept", "application/json"}};
  return request;
}

Result<void> BlueskyNetwork::check(const Account& account) const {
  std::string handle = value_of(account.settings, "handle");
  if (handle.starts_with('@')) handle.erase(0, 1);
  if (bluesky::is_handle(handle)) return {};
  return fail(
      ErrorKind::invalid,
      "handle: is \"{}\", and must be the account's name as Bluesky shows it, without the @, "
      "like handle = \"examplecouncil.bsky.social\"",
      excerpt(handle));
}

Result<PastPage> BlueskyNetwork::read_back(const Context& context, const Response& answer) const {
  return bluesky::read_records(context, answer);
}

Result<Receipt> BlueskyNetwork::receipt_at(const Context& context, std::string_view address) const {
  const std::string did = value_of(context.facts.values, "account_id");
  const std::string handle = bare_handle(value_of(context.facts.values, "handle"));
  const std::string named = bare_handle(value_of(context.account.settings, "handle"));
  const auto post = read_post_name(address);
  if (!post) {
    return no_post(address, "Bluesky",
                   fmt::format("https://bsky.app/profile/{}/post/3kabcdefghij2",
                               handle.empty() ? named : handle));
  }
  if (post->who != did && post->who != handle && post->who != named) {
    return fail(ErrorKind::invalid,
                "{} is a post of {}, and {} posts as {}. If that is its new name: crier auth login "
                "{}",
                excerpt(address), excerpt(post->who), context.account.id.value,
                handle.empty() ? named : handle, context.account.id.value);
  }
  if (did.empty()) return Receipt{{}, std::string(address)};
  const std::string uri = fmt::format("at://{}/{}/{}", did, bluesky::collection, post->key);
  return Receipt{uri, is_http_url(address) ? std::string(address) : bluesky::page_of(context, uri)};
}

}  // namespace crier
