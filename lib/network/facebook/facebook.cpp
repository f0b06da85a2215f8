#include "network/facebook/facebook.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "network/facebook/answer.h"
#include "network/facebook/steps.h"
#include "network/facebook/version.h"
#include "network/facebook/wire.h"
#include "network/outcomes.h"
#include "network/post_address.h"

namespace crier {
namespace {

/// How far clocks may differ, for the moment from which posts are looked at.
constexpr std::chrono::seconds clock_tolerance{120};
constexpr const char* fields = "id,message,created_time,permalink_url,attachments{unshimmed_url}";

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return request;
}

std::string listing_of(const Context& context) {
  return facebook::api_of(context.account) + "/" + facebook::page_in(context) +
         "/published_posts?fields=" + percent_encode(fields) + "&limit=100";
}

std::string_view without_slash(std::string_view link) {
  if (link.ends_with('/')) link.remove_suffix(1);
  return link;
}

/// Whether a text has that link, and not one that only begins like it.
bool stands_in(std::string_view text, std::string_view link) {
  const auto goes_on = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_-?&=#%+~").find(c) != std::string_view::npos;
  };
  for (std::size_t at = text.find(link); at != text.npos; at = text.find(link, at + 1)) {
    std::string_view rest = text.substr(at + link.size());
    // A full stop may end the sentence, or be of the address: ".../jobs/1.html".
    while (!rest.empty() && (rest.front() == '.' || rest.front() == ',')) rest.remove_prefix(1);
    if (rest.empty() || !goes_on(rest.front())) return true;
  }
  return false;
}

bool has_link(const facebook::Shown& shown, const std::string& link) {
  if (stands_in(shown.text, link)) return true;
  return std::ranges::any_of(shown.links, [&](const std::string& one) {
    return without_slash(one) == without_slash(link);
  });
}

/// A link tells items apart; without one, only all of the words do.
bool is_the_post(const facebook::Shown& shown, const Post& post) {
  if (post.link.empty()) return facebook::folded(shown.text) == facebook::folded(post.text);
  return facebook::opening_of(shown.text) == facebook::opening_of(post.text) &&
         has_link(shown, post.link);
}

Failure no_list(const Response& answer) {
  return fail(ErrorKind::unavailable, "Facebook did not list the Page's posts: {}",
              excerpt(answer.body));
}

bool is_question(const Request& asked, std::string_view path) {
  return asked.url.substr(0, asked.url.find('?')).ends_with(path);
}

/// The post in an address, as far as that tells it: its number, or "pfbid…", which stands for a
/// number that only Facebook knows.
std::string story_in(const PostAddress& address) {
  std::string story = value_of(address.query, "story_fbid");
  if (story.empty()) {
    story = id_in(address, {"*/posts/{id}", "*/posts/*/{id}", "*/permalink/{id}", "posts/{id}"});
  }
  return is_number(story) || story.starts_with("pfbid") ? story : std::string();
}

/// A picture that was posted alone is shown under its own number, which is not the post's.
std::string photo_in(const PostAddress& address) {
  const bool is_photo =
      !address.path.empty() && (address.path[0] == "photo" || address.path[0] == "photo.php");
  std::string photo = is_photo ? value_of(address.query, "fbid")
                               : id_in(address, {"*/photos/{number}", "*/photos/*/{number}"});
  return is_number(photo) ? "photo:" + photo : std::string();
}

/// What a post is called by: its id where the address tells it, else a name of that address alone.
std::string name_in(const PostAddress& address, const std::string& page) {
  // As page_of() writes it where Facebook tells no address: PAGE_POST.
  const std::string& first = address.path.front();
  const auto line = first.find('_');
  if (line != std::string::npos && is_number(first.substr(0, line)) &&
      is_number(first.substr(line + 1))) {
    return first;
  }
  std::string story = story_in(address);
  if (is_number(story) && !page.empty()) return page + "_" + story;
  if (!story.empty()) return story;
  return photo_in(address);
}

}  // namespace

FacebookNetwork::FacebookNetwork() {
  traits_.name = "facebook";
  traits_.title = "Facebook";
  traits_.makes_card = true;
  traits_.sign_in = SignIn::facebook;
  // Source: none of Meta's own; 63,206 is what programs that post there have met, 2026.
  traits_.text = {TextRules::Unit::code_points, 63'206, {}, false, TextRules::Entities::none};
  traits_.text.mentions = TextRules::Mentions::words;
  traits_.schema = {"facebook",
                    NetworkSchema::Server::optional,
                    {{"version", "the version of Facebook's API, such as v26.0", false, {}},
                     {"page", "the Page to post to: its number, name or user name", false, {}}},
                    // Far below what Facebook allows, but it blocks who posts too quickly, without
                    // saying what that is.
                    {0, 10, 50, std::chrono::seconds{0}},
                    "https://graph.facebook.com"};
  traits_.most_images = 4;
  traits_.settle_time = std::chrono::seconds{10};
  traits_.visible_within = std::chrono::seconds{120};
}

std::vector<Request> FacebookNetwork::inquire(const Account& account,
                                              const AccountFacts& known) const {
  if (!value_of(known.values, "account_id").empty()) return {};
  return {get(facebook::api_of(account) + "/me?fields=" + percent_encode("id,name,link"))};
}

std::vector<Request> FacebookNetwork::inspect(const Account& account,
                                              const AccountFacts& /*known*/) const {
  return {get(facebook::api_of(account) + "/debug_token")};
}

AccountFacts FacebookNetwork::learn(AccountFacts known, const Request& asked,
                                    const Response& answer) const {
  if (answer.status != 200) return known;
  if (is_question(asked, "/debug_token")) {
    if (const auto told = facebook::read_inspection(answer.body)) {
      if (told->ends_at > 0) known.values["sign_in_ends_at"] = std::to_string(told->ends_at);
      if (!told->scopes.empty()) known.values["scopes"] = told->scopes;
    }
    return known;
  }
  if (const auto page = facebook::read_identity(answer.body)) {
    known.values["account_id"] = page->id;
    if (!page->name.empty()) known.values["handle"] = excerpt(page->name);
    if (is_http_url(page->link)) known.values["link"] = page->link;
  }
  return known;
}

std::vector<std::string> FacebookNetwork::cautions(const Account& account, SysTime now) const {
  return facebook::version_cautions(account, now);
}

TextRules FacebookNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

Turn FacebookNetwork::next(const Delivery& delivery, const Context& context,
                           const Response* last) const {
  facebook::Steps steps(delivery, context);
  return last == nullptr ? steps.go_on() : steps.take(*last);
}

std::optional<Request> FacebookNetwork::look_for(const Delivery& /*delivery*/,
                                                 const Context& context) const {
  return get(listing_of(context));
}

Result<std::optional<Receipt>> FacebookNetwork::recognise(const Delivery& delivery,
                                                          const Context& context,
                                                          const Response& answer) const {
  if (auto why = facebook::why_unread(context, answer)) return Failure(*std::move(why));
  const auto listing = facebook::read_listing(answer.body);
  if (!listing) return no_list(answer);
  // A post that is refused as said before may have been said at any time, by anybody's hand.
  const bool is_duplicate = delivery.notes.contains("duplicate");
  const SysTime sent = first_sent(delivery, answer, context.now, clock_tolerance) - clock_tolerance;
  bool shows_older = false;
  for (const facebook::Shown& shown : listing->posts) {
    const bool is_older = shown.at && *shown.at < sent;
    shows_older |= is_older;
    if (is_anothers(context, shown.id, shown.url)) continue;
    if (is_older && !is_duplicate) continue;
    if (is_the_post(shown, delivery.post)) return Receipt{shown.id, shown.url};
  }
  if (listing->has_more && !shows_older && !is_duplicate) {
    return fail(ErrorKind::unavailable,
                "Facebook shows only the 100 newest posts, and this one may be older than all of "
                "them");
  }
  return std::optional<Receipt>();
}

std::optional<Request> FacebookNetwork::look_back(const Context& context,
                                                  const std::string& cursor) const {
  return get(listing_of(context) +
             (cursor.empty() ? std::string() : "&after=" + percent_encode(cursor)));
}

Result<PastPage> FacebookNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = facebook::why_unread(context, answer)) return Failure(*std::move(why));
  auto listing = facebook::read_listing(answer.body);
  if (!listing) return no_list(answer);
  PastPage page;
  for (facebook::Shown& shown : listing->posts) {
    page.posts.push_back({shown.id, shown.url, shown.text, std::move(shown.links), shown.at});
  }
  if (listing->has_more && listing->next.empty()) {
    return fail(ErrorKind::unavailable,
                "Facebook has more posts, and does not say how to ask for them");
  }
  page.next = std::move(listing->next);
  return page;
}

Result<Receipt> FacebookNetwork::receipt_at(const Context& context,
                                            std::string_view address) const {
  const auto read = read_post_address(address);
  const bool is_here = read && (read->host == "facebook.com" || read->host == "fb.com" ||
                                read->host.ends_with(".facebook.com"));
  std::string name;
  if (is_here && !read->path.empty()) {
    // The Page's number as its API knows it: addresses may have another one for the same Page.
    name = name_in(*read, value_of(context.facts.values, "account_id"));
    // What is shared, a film: a post all the same, of which its address is all that is known.
    if (name.empty() && read->path.size() > 1) name = read->bare;
  }
  if (name.empty()) {
    return no_post(address, "Facebook",
                   "https://www.facebook.com/examplecouncil/posts/1234567890123456");
  }
  return Receipt{std::move(name), std::string(address)};
}

}  // namespace crier
