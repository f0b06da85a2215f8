#include "network/threads/threads.h"

#include "core/url.h"
#include "core/utf8.h"
#include "network/outcomes.h"
#include "network/post_address.h"
#include "network/threads/answer.h"
#include "network/threads/steps.h"
#include "network/threads/topic.h"
#include "network/threads/wire.h"

namespace crier {
namespace {

/// The most that one page of a list shows. Source: Threads, "Users", 2026-08.
constexpr std::size_t page_size = 100;

bool asks_for(const Request& asked, std::string_view what) {
  return std::string_view(asked.url).substr(0, asked.url.find('?')).ends_with(what);
}

Error no_list(const Response& answer) {
  return {ErrorKind::unavailable,
          "Threads did not list the account's posts: " + excerpt(answer.body)};
}

}  // namespace

ThreadsNetwork::ThreadsNetwork() {
  traits_.name = "threads";
  traits_.title = "Threads";
  traits_.makes_card = true;
  traits_.sign_in = SignIn::threads;
  // Source: developers.facebook.com, Threads, "Posts", 2026-04.
  traits_.text = {TextRules::Unit::code_points_emoji_bytes, 500, std::nullopt, false,
                  TextRules::Entities::none};
  traits_.text.mentions = TextRules::Mentions::words;
  traits_.schema = {
      "threads",
      NetworkSchema::Server::optional,
      {{"topic_tag", "the topic under which each post is shown: at most 50 characters", false, {}},
       {"reply_control",
        "who may reply",
        false,
        {"everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only",
         "followers_only"}}},
      // Threads itself takes 250 a day.
      {0, 30, 100, std::chrono::seconds{0}},
      "https://graph.threads.net"};
  traits_.most_images = 10;
  traits_.fetches_images = true;
  traits_.settle_time = std::chrono::seconds{5};
  traits_.visible_within = std::chrono::seconds{60};
}

std::vector<Request> ThreadsNetwork::inquire(const Account& account,
                                             const AccountFacts& known) const {
  if (!value_of(known.values, "account_id").empty()) return {};
  const Context context{account, known, {}};
  return {threads::get_request(context, "me?fields=id%2Cusername")};
}

std::vector<Request> ThreadsNetwork::inspect(const Account& account,
                                             const AccountFacts& known) const {
  const Context context{account, known, {}};
  return {threads::get_request(context, "debug_token"),
          threads::get_request(context, "me/threads_publishing_limit?fields=quota_usage%2Cconfig")};
}

AccountFacts ThreadsNetwork::learn(AccountFacts known, const Request& asked,
                                   const Response& answer) const {
  if (threads::meaning_of(answer) != threads::Meaning::fine) return known;
  if (asks_for(asked, "/debug_token")) {
    if (const auto end = threads::read_token_end(answer.body); end > 0) {
      known.values["sign_in_ends_at"] = std::to_string(end);
    }
  } else if (asks_for(asked, "/threads_publishing_limit")) {
    const auto quota = threads::read_quota(answer.body);
    if (quota && quota->used >= quota->total) {
      known.values["remark"] = fmt::format(
          "the {} posts that Threads takes in 24 hours are used up: the others wait", quota->total);
    }
  } else if (const auto user = threads::read_user(answer.body)) {
    known.values["account_id"] = user->id;
    if (!user->username.empty()) known.values["handle"] = "@" + user->username;
  }
  return known;
}

TextRules ThreadsNetwork::rules(const Account& /*account*/, const AccountFacts& /*facts*/) const {
  return traits_.text;
}

std::vector<std::string> ThreadsNetwork::cautions(const Account& account, SysTime /*now*/) const {
  const std::string why = threads::trouble_of_topic(account);
  if (why.empty()) return {};
  return {why};
}

Turn ThreadsNetwork::next(const Delivery& delivery, const Context& context,
                          const Response* last) const {
  threads::Steps steps(delivery, context);
  return last == nullptr ? steps.go_on() : steps.take(*last);
}

std::optional<Request> ThreadsNetwork::look_for(const Delivery& delivery,
                                                const Context& context) const {
  const std::string id = value_of(delivery.notes, "id");
  if (!id.empty()) return threads::get_request(context, id + "?fields=permalink");
  return threads::list_request(delivery, context);
}

Result<std::optional<Receipt>> ThreadsNetwork::recognise(const Delivery& delivery,
                                                         const Context& context,
                                                         const Response& answer) const {
  const auto receipt = [&](const std::string& id, const std::string& url) {
    return std::optional(Receipt{id, url.empty() ? threads::page_of(context.facts) : url});
  };
  // Threads has said that it is public, and as what: nothing that it says now changes that.
  if (const std::string id = value_of(delivery.notes, "id"); !id.empty()) {
    return receipt(id, answer.status == 200 ? threads::read_permalink(answer.body) : "");
  }
  if (auto why = threads::why_unread(context, answer)) return Failure(*std::move(why));
  const auto listing = threads::read_listing(answer.body);
  if (!listing) return Failure(no_list(answer));
  if (const auto* shown = threads::find_post(*listing, delivery, context, answer)) {
    return receipt(shown->id, shown->permalink);
  }
  // A page of the last day may name another that is empty: only a full one hides posts.
  if (listing->has_more && listing->entries >= page_size) {
    return fail(ErrorKind::unavailable,
                "Threads shows only the 100 newest posts, and this one may be older than all of "
                "them");
  }
  return std::optional<Receipt>();
}

std::optional<Request> ThreadsNetwork::look_back(const Context& context,
                                                 const std::string& cursor) const {
  return threads::get_request(
      context, "me/threads?fields=" +
                   percent_encode("id,text,timestamp,permalink,link_attachment_url,media_type") +
                   "&limit=100" +
                   (cursor.empty() ? std::string() : "&after=" + percent_encode(cursor)));
}

Result<PastPage> ThreadsNetwork::read_back(const Context& context, const Response& answer) const {
  if (auto why = threads::why_unread(context, answer)) return Failure(*std::move(why));
  auto listing = threads::read_listing(answer.body);
  if (!listing) return Failure(no_list(answer));
  PastPage page;
  for (threads::Shown& shown : listing->posts) {
    if (shown.is_repost) continue;
    PastPost post{shown.id, shown.permalink, to_valid_utf8(shown.text), {}, shown.at};
    if (is_http_url(shown.link)) post.links.push_back(shown.link);
    page.posts.push_back(std::move(post));
  }
  if (listing->has_more && listing->next.empty()) {
    return fail(ErrorKind::unavailable,
                "Threads has more posts, and does not say how to ask for them");
  }
  page.next = std::move(listing->next);
  return page;
}

Result<Receipt> ThreadsNetwork::receipt_at(const Context& context, std::string_view address) const {
  std::string name = threads::name_at(address);
  if (name.empty()) {
    const std::string own = threads::page_of(context.facts);
    return no_post(address, "Threads",
                   (own.ends_with('/') ? own + "@council" : own) + "/post/DAbCdEfGhIj");
  }
  return Receipt{std::move(name), std::string(address)};
}

}  // namespace crier
