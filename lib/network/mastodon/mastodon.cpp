#include "network/mastodon/mastodon.h"

#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "http/address.h"
#include "network/mastodon/answer.h"
#include "network/mastodon/match.h"
#include "network/mastodon/pictures.h"
#include "network/mastodon/wire.h"
#include "network/outcomes.h"
#include "network/post_address.h"

namespace crier {
namespace {

constexpr std::string_view instance_v2 = "/api/v2/instance";
constexpr std::string_view instance_v1 = "/api/v1/instance";
constexpr std::string_view verify_credentials = "/api/v1/accounts/verify_credentials";

/// Names of a fact, and of what a delivery's notes hold.
constexpr const char* account_id = "account_id";
constexpr const char* asked_who = "asked_who";

/// What a server shows at most in one page of an account's statuses, and what some show instead.
constexpr std::size_t full_page = 40;
constexpr std::size_t default_page = 20;

/// How far a server's clock may be behind ours, for a page that is cut off.
constexpr std::chrono::seconds clock_tolerance{120};
/// A status with our words that is no other delivery's is ours, even where clocks differ by hours.
constexpr std::chrono::hours search_back{24};

std::string setting(const Account& account, const char* key) {
  const auto found = account.settings.find(key);
  return found == account.settings.end() ? std::string() : found->second;
}

std::string fact(const AccountFacts& facts, const char* key) {
  const auto found = facts.values.find(key);
  return found == facts.values.end() ? std::string() : found->second;
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The account's own id: as its facts have it, or as it was asked for on the way to this post.
std::string account_id_of(const Delivery& delivery, const Context& context) {
  const auto noted = delivery.notes.find(account_id);
  return noted != delivery.notes.end() ? noted->second : fact(context.facts, account_id);
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  return request;
}

Request publish_request(const Delivery& delivery, const Account& account,
                        const mastodon::Pictures& pictures) {
  // Pleroma answers to a key as it did before, a refusal too. Source: its IdempotencyPlug.
  const bool is_another = pictures.notes().contains(mastodon::words_only);
  Request request;
  request.method = Method::post;
  request.url = account.server + "/api/v1/statuses";
  request.headers = {
      {"Accept", "application/json"},
      {"Content-Type", "application/json"},
      {"Idempotency-Key", "crier-" + delivery.id.value + (is_another ? "-words" : "")}};
  request.body = mastodon::write_status(
      {delivery.post.text, mastodon::primary_language(delivery.post.language),
       setting(account, "visibility"), setting(account, "spoiler_text"), pictures.ids()});
  request.sign = true;
  return request;
}

/// The pictures first, then the post. `last`: the answer to one of the pictures' turns, or null.
Turn go_on(const Delivery& delivery, const Context& context, Notes notes, const Response* last) {
  mastodon::Pictures pictures(delivery, context, std::move(notes));
  auto turn = last == nullptr ? pictures.go_on() : pictures.take(*last);
  if (turn) return *std::move(turn);
  return {Publish{publish_request(delivery, context.account, pictures)}, pictures.notes(),
          pictures.warning()};
}

/// Says whether statuses from `horizon` on may lie beyond the page that was shown.
bool may_go_on(const std::vector<mastodon::Status>& statuses, const Response& answer,
               SysTime horizon) {
  const bool is_full =
      statuses.size() >= full_page ||
      (statuses.size() >= default_page &&
       find_header(answer.headers, "Link").value_or("").find("rel=\"next\"") != std::string::npos);
  return is_full && std::all_of(statuses.begin(), statuses.end(), [&](const auto& status) {
           return !status.created_at || *status.created_at >= horizon;
         });
}

Failure no_list(const Context& context, const Response& answer) {
  return fail(ErrorKind::unavailable, "{} did not list the account's posts: {}",
              origin_of(context.account.server), excerpt(answer.body));
}

/// Whose post it is by its address: "council"; empty if that does not tell.
std::string_view author_in(const PostAddress& address) {
  for (const std::string& part : address.path) {
    if (part.size() < 2 || part.front() != '@') continue;
    const std::string_view name = std::string_view(part).substr(1);
    return name.substr(0, name.find('@'));
  }
  const bool is_of_user = address.path.size() > 1 && address.path[0] == "users";
  return is_of_user ? std::string_view(address.path[1]) : std::string_view();
}

/// As the server calls the account, without its host; empty if it has not told.
std::string own_name(const AccountFacts& facts) {
  std::string name = fact(facts, "acct").empty() ? fact(facts, "handle") : fact(facts, "acct");
  if (name.starts_with('@')) name.erase(0, 1);
  return name.substr(0, name.find('@'));
}

}  // namespace

MastodonNetwork::MastodonNetwork() {
  traits_.name = "mastodon";
  traits_.title = "Mastodon";
  traits_.makes_card = true;
  traits_.has_languages = true;
  traits_.sign_in = SignIn::mastodon;
  // Source: Mastodon's StatusLengthValidator: grapheme clusters, 23 for a link, "@user@host"
  // without its host.
  traits_.text = {TextRules::Unit::graphemes, 500, 23, true};
  traits_.text.mentions = TextRules::Mentions::entities;
  traits_.schema = {"mastodon",
                    NetworkSchema::Server::required,
                    {{"visibility",
                      "who sees the posts; without it, what the account's preferences say",
                      false,
                      {"public", "unlisted", "private", "direct"}},
                     {"spoiler_text", "a content warning to put before every post", false, {}}},
                    // Far below what a server allows (300 requests in five minutes): followers,
                    // not servers, are who is flooded first.
                    {0, 30, 200, std::chrono::seconds{0}}};
  traits_.most_images = 4;
  traits_.settle_time = std::chrono::seconds{5};
  // Mastodon keeps a key for 60 minutes; the rest is for clocks that differ.
  traits_.idempotency_window = std::chrono::minutes{55};
}

std::vector<Request> MastodonNetwork::inquire(const Account& account,
                                              const AccountFacts& known) const {
  std::vector<Request> requests;
  const bool is_old = fact(known, "instance_api") == "v1";
  requests.push_back(get(account.server + std::string(is_old ? instance_v1 : instance_v2)));
  if (fact(known, account_id).empty()) {
    requests.push_back(get(account.server + std::string(verify_credentials)));
    requests.back().sign = true;
  }
  return requests;
}

AccountFacts MastodonNetwork::learn(AccountFacts known, const Request& asked,
                                    const Response& answer) const {
  const bool is_good = answer.status == 200;
  if (asked.url.ends_with(verify_credentials)) {
    if (!is_good) return known;
    if (const auto name = mastodon::read_account(answer.body)) {
      known.values[account_id] = name->id;
      known.values["acct"] = name->acct;
    }
    return known;
  }
  const bool is_gone = answer.status == 404 || answer.status == 410;
  if (is_gone && asked.url.ends_with(instance_v2)) known.values["instance_api"] = "v1";
  if (is_gone && asked.url.ends_with(instance_v1)) known.values.erase("instance_api");
  if (!is_good) return known;
  const auto limits = mastodon::read_limits(answer.body);
  if (limits.max_characters) {
    known.values["max_characters"] = std::to_string(*limits.max_characters);
  }
  if (limits.characters_reserved_per_url) {
    known.values["characters_reserved_per_url"] =
        std::to_string(*limits.characters_reserved_per_url);
  }
  for (const auto& [name, value] : {std::pair{"max_media_attachments", limits.max_pictures},
                                    std::pair{"image_size_limit", limits.image_size_limit},
                                    std::pair{"image_matrix_limit", limits.image_matrix_limit}}) {
    if (value) known.values[name] = std::to_string(*value);
  }
  return known;
}

TextRules MastodonNetwork::rules(const Account& account, const AccountFacts& facts) const {
  TextRules rules = traits_.text;
  rules.limit = number(fact(facts, "max_characters")).value_or(rules.limit);
  if (const auto weight = number(fact(facts, "characters_reserved_per_url"))) {
    rules.link_weight = weight;
  }
  // The warning counts as part of the post.
  rules.limit -= std::min(rules.limit, count_graphemes(setting(account, "spoiler_text")));
  return rules;
}

Turn MastodonNetwork::next(const Delivery& delivery, const Context& context,
                           const Response* last) const {
  const auto asked = delivery.notes.find(asked_who);
  const bool is_known = !account_id_of(delivery, context).empty();
  if (last == nullptr && !is_known &&
      (asked == delivery.notes.end() || asked->second != "answered")) {
    // Without the account's id nobody could look for a post whose answer is lost.
    Request request = get(context.account.server + std::string(verify_credentials));
    request.sign = true;
    Notes notes = delivery.notes;
    notes[asked_who] = "asked";
    return {Prepare{std::move(request)}, std::move(notes)};
  }
  if (last != nullptr && asked != delivery.notes.end() && asked->second == "asked") {
    if (auto why = mastodon::why_unread(context.account, *last, context.now,
                                        "does not say whose sign-in this is");
        why && (why->kind == ErrorKind::unauthorized || last->status == 403 ||
                last->status == 429 || last->status >= 500)) {
      if (last->status == 403 && !is_turned_away(*last)) why->kind = ErrorKind::unauthorized;
      const SysTime until = context.now + why->retry_after.value_or(std::chrono::seconds{0});
      return {Finish{Deferred{std::move(*why), until}}, delivery.notes};
    }
    Notes notes = delivery.notes;
    notes[asked_who] = "answered";
    if (const auto name = mastodon::read_account(last->body)) notes[account_id] = name->id;
    return go_on(delivery, context, std::move(notes), nullptr);
  }
  mastodon::Pictures pictures(delivery, context, delivery.notes);
  if (last == nullptr || pictures.is_about_picture()) {
    return go_on(delivery, context, delivery.notes, last);
  }
  if (auto refused = pictures.take_refusal(*last)) return *std::move(refused);
  return {Finish{mastodon::outcome_of_publish(context.account, *last, context.now)},
          delivery.notes};
}

std::optional<Request> MastodonNetwork::look_for(const Delivery& delivery,
                                                 const Context& context) const {
  const std::string id = account_id_of(delivery, context);
  if (id.empty()) return std::nullopt;
  Request request = get(context.account.server + "/api/v1/accounts/" + percent_encode(id) +
                        "/statuses?limit=" + std::to_string(full_page) + "&exclude_reblogs=true");
  // Signed, because only the account itself is shown posts that are not public.
  request.sign = true;
  return request;
}

Result<std::optional<Receipt>> MastodonNetwork::recognise(const Delivery& delivery,
                                                          const Context& context,
                                                          const Response& answer) const {
  if (auto why = mastodon::why_unread(context.account, answer, context.now)) {
    return Failure(std::move(*why));
  }
  const auto statuses = mastodon::read_statuses(answer.body);
  if (!statuses) return no_list(context, answer);
  const SysTime sent_at = first_sent(delivery, answer, context.now, clock_tolerance);
  const SysTime horizon = sent_at - clock_tolerance;
  for (const mastodon::Status& status : *statuses) {
    // One whose date cannot be read may be ours as well as any.
    if (status.created_at && *status.created_at < sent_at - search_back) continue;
    if (is_anothers(context, status.id, status.url)) continue;
    if (mastodon::is_same_post(status.content, delivery.post.text, delivery.post.link)) {
      return Receipt{status.id, status.url};
    }
  }
  if (may_go_on(*statuses, answer, horizon)) {
    return fail(
        ErrorKind::unavailable,
        "{} shows only the {} newest posts, and all of them are newer than this one would be",
        origin_of(context.account.server), statuses->size());
  }
  return std::optional<Receipt>();
}

std::optional<Request> MastodonNetwork::look_back(const Context& context,
                                                  const std::string& cursor) const {
  const std::string id = fact(context.facts, account_id);
  if (id.empty()) return std::nullopt;
  Request request = get(context.account.server + "/api/v1/accounts/" + percent_encode(id) +
                        "/statuses?limit=" + std::to_string(full_page) +
                        "&exclude_reblogs=true&exclude_replies=true" +
                        (cursor.empty() ? std::string() : "&max_id=" + percent_encode(cursor)));
  request.sign = true;
  return request;
}

Result<PastPage> MastodonNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = mastodon::why_unread(context.account, answer, context.now)) {
    return Failure(std::move(*why));
  }
  const auto statuses = mastodon::read_statuses(answer.body);
  if (!statuses) return no_list(context, answer);
  PastPage page;
  for (const mastodon::Status& status : *statuses) {
    // Not every server leaves them out when it is asked to.
    if (status.is_reply || status.is_boost) continue;
    mastodon::Shown shown = mastodon::read_content(status.content);
    page.posts.push_back({status.id, status.url, to_valid_utf8(shown.text), std::move(shown.links),
                          status.created_at});
  }
  // A short page need not be the last one: some servers filter what they show after counting it.
  if (!statuses->empty()) page.next = statuses->back().id;
  return page;
}

Result<Receipt> MastodonNetwork::receipt_at(const Context& context,
                                            std::string_view address) const {
  const std::string& server = context.account.server;
  const std::string own = own_name(context.facts);
  const auto elsewhere = [&] {
    return no_post(address, origin_of(server),
                   fmt::format("{}/@{}/112233445566778899", server, own.empty() ? "council" : own));
  };
  const auto read = read_post_address(address);
  if (!read || !is_same_place(address, server)) return elsewhere();
  const std::string_view author = author_in(*read);
  if (!author.empty() && !own.empty() && !ascii_iequals(author, own)) {
    return fail(ErrorKind::invalid, "{} is a post of @{}, and {} posts there as @{}",
                excerpt(address), excerpt(author), context.account.id.value, own);
  }
  // Source: Mastodon's config/routes.rb and config/routes/web_app.rb; GoToSocial, Pleroma and
  // Misskey where they differ, as their pages show it, 2026-11.
  std::string id =
      id_in(*read, {"@*/{number}", "web/@*/{number}", "deck/@*/{number}", "web/statuses/{number}",
                    "statuses/{id}", "@*/statuses/{id}", "users/*/statuses/{id}",
                    "ap/users/*/statuses/{id}", "@*/posts/{id}", "notice/{id}", "notes/{id}"});
  if (!id.empty()) return Receipt{std::move(id), std::string(address)};
  // Of snac2 and others: the number that their API knows a post by does not stand there.
  const bool may_be_post = read->path.size() > 1 && !read->path[0].starts_with('@');
  if (!may_be_post) return elsewhere();
  return Receipt{read->bare, std::string(address)};
}

}  // namespace crier
