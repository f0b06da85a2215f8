#include "network/threads/steps.h"

#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "network/outcomes.h"
#include "network/post_address.h"
#include "network/threads/answer.h"
#include "network/threads/topic.h"

namespace crier::threads {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// A container dies after 24 hours.
constexpr hours container_lasts{23};
constexpr seconds publish_timeout{330};
/// Threads itself gets the picture while it is asked.
constexpr seconds create_timeout{60};

}  // namespace

Request get_request(const Context& context, const std::string& path) {
  Request request;
  request.url = context.account.server + "/v1.0/" + path;
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return request;
}

Request list_request(const Delivery& delivery, const Context& context) {
  // A day more, for a clock that was ahead when it was sent.
  const SysTime sent = std::min(delivery.publishing_at.value_or(delivery.planned_at), context.now) -
                       std::chrono::hours{24};
  return get_request(
      context,
      fmt::format("me/threads?fields={}&since={}&limit=100",
                  percent_encode("id,text,timestamp,permalink,link_attachment_url,media_type"),
                  std::max<std::int64_t>(sent.time_since_epoch().count(), 0)));
}

std::string name_at(std::string_view address) {
  const auto read = read_post_address(address);
  if (!read || (read->host != "threads.com" && read->host != "threads.net")) return {};
  const std::string code = id_in(*read, {"@*/post/{id}/...", "t/{id}/..."});
  return code.empty() ? code : "code:" + code;
}

const Shown* find_post(const Listing& listing, const Delivery& delivery, const Context& context,
                       const Response& answer) {
  const SysTime since =
      first_sent(delivery, answer, context.now, clock_tolerance) - clock_tolerance;
  const std::string& link = delivery.post.link;
  const std::string words = bare_words(delivery.post.text, link);
  const auto found = std::ranges::find_if(listing.posts, [&](const Shown& shown) {
    if (shown.is_repost || (shown.at && *shown.at < since)) return false;
    if (context.is_taken && context.is_taken(shown.id)) return false;
    const std::string name = name_at(shown.permalink);
    if (context.is_taken && !name.empty() && context.is_taken(name)) return false;
    const bool same_link =
        link.empty() || shown.link == link || shown.text.find(link) != std::string::npos;
    return same_link && bare_words(shown.text, link) == words;
  });
  return found == listing.posts.end() ? nullptr : &*found;
}

Steps::Steps(const Delivery& delivery, const Context& context)
    : delivery_(delivery), context_(context), notes_(delivery.notes) {}

Turn Steps::finish(Outcome outcome) { return {Finish{std::move(outcome)}, notes_, warning_}; }
/// The post waits for a later run.
Turn Steps::wait(ErrorKind kind, std::string why, std::optional<seconds> retry_after) {
  Error error{kind, std::move(why), retry_after};
  return finish(defer(std::move(error), context_.now));
}

Turn Steps::prepare(Request request) { return {Prepare{std::move(request)}, notes_, warning_}; }

int Steps::count(const std::string& name) const {
  const std::string noted = value_of(notes_, name);
  int number = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), number);
  return number;
}

int Steps::count_up(const std::string& name) {
  const int number = count(name) + 1;
  notes_[name] = std::to_string(number);
  return number;
}

bool Steps::is_older_than(const std::string& name, seconds age) const {
  const std::string noted = value_of(notes_, name);
  std::int64_t at = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), at);
  return std::abs(context_.now.time_since_epoch().count() - at) > age.count();
}

bool Steps::was_tried() const {
  return delivery_.publishing_at.has_value() || notes_.contains("check");
}

void Steps::forget_container() {
  for (const char* name : {"container", "container_at", "ready", "check", "polls", "races"}) {
    notes_.erase(name);
  }
  forget_children();
}

void Steps::forget_old() {
  // One that may be public is asked for as long as it answers.
  if (notes_.contains("container") && !was_tried() &&
      is_older_than("container_at", container_lasts)) {
    forget_container();
  }
  if (notes_.contains("children_at") && is_older_than("children_at", container_lasts)) {
    forget_children();
  }
}

Turn Steps::go_on() {
  if (notes_.contains("id")) {
    notes_["step"] = "permalink";
    return prepare(get_request(context_, notes_["id"] + "?fields=permalink"));
  }
  if (notes_.contains("public")) return find();
  forget_old();
  if (!notes_.contains("container")) {
    if (const std::string why = trouble_of_topic(context_.account); !why.empty()) {
      return wait(ErrorKind::invalid, why);
    }
    const auto which = pictures();
    if (which.size() < 2) return create();
    for (const std::size_t i : which) {
      if (!notes_.contains("child" + std::to_string(i))) return create_child(i);
    }
    for (const std::size_t i : which) {
      const std::string number = std::to_string(i);
      if (!notes_.contains("made" + number)) return ask_child(i);
    }
    return create();
  }
  if (was_tried() || !notes_.contains("ready")) {
    if (delivery_.publishing_at) notes_["check"] = "lost";
    notes_.erase("ready");
    return ask_container();
  }
  return publish();
}

Turn Steps::create() {
  const auto which = pictures();
  if (!which.empty()) {
    if (is_given_up(notes_, "all")) {
      return without_picture("Threads did not take the picture in, tried again and again");
    }
    count_try(notes_, "all");
  }
  Fields fields;
  if (which.empty()) {
    fields = {{"media_type", "TEXT"}};
  } else if (which.size() == 1) {
    fields = picture_fields(delivery_.post.images[which.front()]);
  } else {
    std::string children;
    for (const std::size_t i : which) {
      children += (children.empty() ? "" : ",") + notes_["child" + std::to_string(i)];
    }
    fields = {{"media_type", "CAROUSEL"}, {"children", children}};
  }
  fields.emplace_back("text", delivery_.post.text);
  // Only words may have a card; beside a picture the link stands in the text.
  if (which.empty() && is_http_url(delivery_.post.link)) {
    fields.emplace_back("link_attachment", delivery_.post.link);
  }
  add_options(fields);
  notes_["step"] = "create";
  return prepare(post("me/threads", fields));
}

void Steps::add_options(Fields& fields) const {
  for (const char* name : {"topic_tag", "reply_control"}) {
    const std::string value = value_of(context_.account.settings, name);
    if (!value.empty()) fields.emplace_back(name, value);
  }
}

Request Steps::post(const std::string& path, const Fields& fields) const {
  Request request;
  request.method = Method::post;
  request.url = context_.account.server + "/v1.0/" + path;
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = form_encode(fields);
  request.sign = true;
  request.timeout = create_timeout;
  return request;
}

/// How far it is. A picture that Threads never gets ready with must not keep the words back; but
/// what may be public is asked for as long as it takes.
Turn Steps::ask_container() {
  if (!pictures().empty() && !was_tried()) {
    if (is_given_up(notes_, "status")) {
      return without_picture("Threads does not get ready with the picture");
    }
    count_try(notes_, "status");
  }
  return ask_status("status", notes_["container"]);
}

Turn Steps::ask_status(const std::string& step, const std::string& container) {
  notes_["step"] = step;
  return prepare(get_request(context_, container + "?fields=status%2Cerror_message"));
}

Turn Steps::publish() {
  notes_["step"] = "publish";
  Request request = post("me/threads_publish", {{"creation_id", notes_["container"]}});
  request.timeout = publish_timeout;
  return {Publish{std::move(request)}, notes_, warning_};
}

Turn Steps::find() {
  notes_["step"] = "find";
  return prepare(list_request(delivery_, context_));
}

Turn Steps::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  const auto number = [&step](std::size_t from) {
    std::size_t which = 0;
    std::from_chars(step.data() + from, step.data() + step.size(), which);
    return which;
  };
  if (step.starts_with("child")) return take_child(number(5), last);
  if (step.starts_with("made")) return take_child_status(number(4), last);
  if (step == "create") return take_created(last);
  if (step == "status") return take_status(last);
  if (step == "find") return take_found(last);
  if (step == "permalink") {
    // That it is public is known; whoever cannot read its address yet has lost nothing.
    const std::string url = read_permalink(last.status == 200 ? last.body : "");
    return finish(Receipt{notes_["id"], url.empty() ? page_of(context_.facts) : url});
  }
  return take_published(last);
}

Turn Steps::take_created(const Response& last) {
  const Meaning meaning = meaning_of(last);
  const bool has_picture = !pictures().empty();
  if (has_picture && is_failing(meaning) && is_given_up(notes_, "all")) {
    return without_picture(said(last, "does not take the picture in"));
  }
  if (auto trouble = trouble_of_account(context_, last)) {
    if (has_picture && !is_failing(meaning)) forgive_try(notes_, "all");
    return finish(*std::move(trouble));
  }
  const std::string id = meaning == Meaning::fine ? read_id(last.body) : std::string();
  if (!id.empty()) {
    notes_["container"] = id;
    notes_["container_at"] = std::to_string(context_.now.time_since_epoch().count());
    return ask_container();
  }
  if (meaning == Meaning::fine || meaning == Meaning::not_found_yet) {
    return wait(ErrorKind::unavailable, said(last, "did not take the post in"));
  }
  if (is_over_links(read_problem(last.body).words)) return finish(too_many_links());
  if (!pictures().empty()) return without_picture(said(last, "does not take the picture"));
  return finish(Rejected{{ErrorKind::rejected, said(last, "refuses this post")}});
}

}  // namespace crier::threads
