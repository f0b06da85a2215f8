#include "network/linkedin/linkedin.h"

#include <algorithm>

#include "core/utf8.h"
#include "network/linkedin/answer.h"
#include "network/linkedin/little_text.h"
#include "network/linkedin/match.h"
#include "network/linkedin/requests.h"
#include "network/linkedin/steps.h"
#include "network/linkedin/wire.h"
#include "network/outcomes.h"
#include "network/post_address.h"

namespace crier {
namespace {

/// How far clocks may differ, for the moment from which posts are read back.
constexpr std::chrono::seconds clock_tolerance{120};
/// So long before a version of the API ends, its owner is told.
constexpr std::chrono::days warns_before{60};

/// Reads the answer to a question about one post by its name. One that LinkedIn has given a name
/// is posted, whether it may be read or not.
Result<std::optional<Receipt>> recognise_one(const Delivery& delivery, const Context& context,
                                             const Response& answer) {
  const std::string id = value_of(delivery.notes, "id");
  if (!id.empty()) return Receipt{id, linkedin::page_of(id)};
  if (answer.status == 404 || answer.status == 410) return std::optional<Receipt>();
  if (auto why = linkedin::why_unread(context, answer)) return Failure(*std::move(why));
  const auto shown = linkedin::read_post(answer.body);
  if (!shown) {
    return fail(ErrorKind::unavailable, "LinkedIn did not show the post: {}", excerpt(answer.body));
  }
  const std::string urn = shown->id.empty() ? value_of(delivery.notes, "duplicate") : shown->id;
  if (context.is_taken && context.is_taken(urn)) return std::optional<Receipt>();
  if (!linkedin::is_the_post(*shown, delivery)) return std::optional<Receipt>();
  return Receipt{urn, linkedin::page_of(urn)};
}

/// "urn:li:activity:7…" of "/posts/council_new-job-activity-7…-AbCd"; empty if it is none. The
/// words before it are the post's own.
std::string urn_in_words(const std::string& words) {
  std::string urn;
  std::size_t last = 0;
  for (const std::string_view kind : {"activity", "share", "ugcPost"}) {
    const std::string mark = fmt::format("-{}-", kind);
    const std::size_t at = words.rfind(mark);
    if (at == std::string::npos || at < last) continue;
    const std::string rest = words.substr(at + mark.size());
    std::string named = fmt::format("urn:li:{}:{}", kind, rest.substr(0, rest.find('-')));
    if (!linkedin::is_post_urn(named)) continue;
    urn = std::move(named);
    last = at;
  }
  return urn;
}

/// The post in an address: its name ("share", "ugcPost"), or its place in the feed ("activity").
std::string urn_in(const PostAddress& address) {
  for (const std::string& part : address.path) {
    if (std::string urn = linkedin::find_urn(part); !urn.empty()) return urn;
  }
  std::string urn = urn_in_words(id_in(address, {"posts/{id}"}));
  for (const auto& [name, value] : address.query) {
    if (urn.empty()) urn = linkedin::find_urn(value);
  }
  return urn;
}

}  // namespace

LinkedinNetwork::LinkedinNetwork() {
  traits_.name = "linkedin";
  traits_.title = "LinkedIn";
  traits_.sign_in = SignIn::linkedin;
  traits_.text.unit = TextRules::Unit::utf16;
  traits_.text.limit = linkedin::most_characters;
  traits_.text.entities = TextRules::Entities::none;
  traits_.text.escaped = linkedin::reserved;
  traits_.schema = {
      "linkedin",
      NetworkSchema::Server::optional,
      {{"organization", "the number of the Page, where the sign-in does not say it", false, {}},
       {"version", "the version of LinkedIn's API, a year and a month like 202609", false, {}},
       {"redirect_uri",
        "the https page of yours that LinkedIn sends the browser to, for auth login "
        "--method oauth",
        false,
        {}}},
      // Far below what LinkedIn allows an app of the development tier: 100 calls a day for
      // each person, and a post with a picture takes six.
      {0, 10, 25, std::chrono::seconds{0}},
      "https://api.linkedin.com"};
  traits_.wants_card = true;
  traits_.most_images = linkedin::most_pictures;
  traits_.settle_time = std::chrono::seconds{5};
  traits_.visible_within = std::chrono::seconds{60};
}

std::vector<Request> LinkedinNetwork::inquire(const Account& account,
                                              const AccountFacts& known) const {
  if (!linkedin::organization_of(account, known).empty()) return {};
  return {linkedin::find(
      account, "/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED")};
}

AccountFacts LinkedinNetwork::learn(AccountFacts known, const Request& /*asked*/,
                                    const Response& answer) const {
  if (answer.status != 200) return known;
  const auto numbers = linkedin::read_organizations(answer.body);
  // Of several, nobody but a person can say which.
  if (numbers && numbers->size() == 1) known.values["account_id"] = numbers->front();
  return known;
}

TextRules LinkedinNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

Turn LinkedinNetwork::next(const Delivery& delivery, const Context& context,
                           const Response* last) const {
  linkedin::Steps steps(delivery, context);
  return last == nullptr ? steps.go_on() : steps.take(*last);
}

std::optional<Request> LinkedinNetwork::look_for(const Delivery& delivery,
                                                 const Context& context) const {
  for (const char* note : {"id", "duplicate"}) {
    const std::string urn = value_of(delivery.notes, note);
    if (!urn.empty()) return linkedin::get_post(context.account, urn);
  }
  const std::string organization = linkedin::organization_of(context.account, context.facts);
  if (organization.empty()) return std::nullopt;
  return linkedin::list_posts(context.account, organization, {});
}

Result<std::optional<Receipt>> LinkedinNetwork::recognise(const Delivery& delivery,
                                                          const Context& context,
                                                          const Response& answer) const {
  if (delivery.notes.contains("id") || delivery.notes.contains("duplicate")) {
    return recognise_one(delivery, context, answer);
  }
  if (auto why = linkedin::why_unread(context, answer)) return Failure(*std::move(why));
  const auto listing = linkedin::read_posts(answer.body);
  if (!listing) {
    return fail(ErrorKind::unavailable, "LinkedIn did not list the account's posts: {}",
                excerpt(answer.body));
  }
  const SysTime from = first_sent(delivery, answer, context.now, clock_tolerance) - clock_tolerance;
  bool reaches_back = listing->next.empty();
  for (const linkedin::Shown& shown : listing->posts) {
    if (shown.created_at && *shown.created_at < from) {
      reaches_back = true;
      continue;
    }
    if (context.is_taken && context.is_taken(shown.id)) continue;
    if (linkedin::is_the_post(shown, delivery)) {
      return Receipt{shown.id, linkedin::page_of(shown.id)};
    }
  }
  // Others may have posted more in the meantime than one page shows.
  if (!reaches_back) {
    return fail(ErrorKind::unavailable,
                "LinkedIn shows only the 100 newest posts, and this one may be older than all of "
                "them");
  }
  return std::optional<Receipt>();
}

std::optional<Request> LinkedinNetwork::look_back(const Context& context,
                                                  const std::string& cursor) const {
  const std::string organization = linkedin::organization_of(context.account, context.facts);
  if (organization.empty()) return std::nullopt;
  return linkedin::list_posts(context.account, organization, cursor);
}

Result<PastPage> LinkedinNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = linkedin::why_unread(context, answer)) return Failure(*std::move(why));
  auto listing = linkedin::read_posts(answer.body);
  if (!listing) {
    return fail(ErrorKind::unavailable, "LinkedIn did not list the account's posts: {}",
                excerpt(answer.body));
  }
  PastPage page;
  for (const linkedin::Shown& shown : listing->posts) {
    if (shown.is_reshare || !shown.is_public) continue;
    PastPost post{shown.id,
                  linkedin::page_of(shown.id),
                  to_valid_utf8(linkedin::read_little_text(shown.commentary)),
                  {},
                  shown.created_at};
    if (!shown.source.empty()) post.links.push_back(shown.source);
    page.posts.push_back(std::move(post));
  }
  page.next = std::move(listing->next);
  return page;
}

Result<Receipt> LinkedinNetwork::receipt_at(const Context& /*context*/,
                                            std::string_view address) const {
  const auto read = read_post_address(address);
  const bool is_here =
      read && (read->host == "linkedin.com" || read->host.ends_with(".linkedin.com"));
  std::string urn = is_here ? urn_in(*read) : std::string();
  if (urn.empty()) {
    return no_post(address, "LinkedIn", linkedin::page_of("urn:li:share:7123456789012345678"));
  }
  return Receipt{std::move(urn), std::string(address)};
}

std::vector<std::string> LinkedinNetwork::cautions(const Account& account, SysTime now) const {
  if (std::string trouble = linkedin::trouble_with_settings(account); !trouble.empty()) {
    return {std::move(trouble)};
  }
  const std::string version = linkedin::version_of(account);
  const SysTime end = linkedin::end_of_version(version);
  if (now + warns_before < end) return {};
  const std::string remedy = linkedin::how_to_renew_version(account);
  return {now >= end ? fmt::format("LinkedIn's API version {} has ended, around {}: {}", version,
                                   to_iso8601(end).substr(0, 10), remedy)
                     : fmt::format("LinkedIn's API version {} ends around {}: {}", version,
                                   to_iso8601(end).substr(0, 10), remedy)};
}

}  // namespace crier
