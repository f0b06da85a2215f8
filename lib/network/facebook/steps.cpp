#include "network/facebook/steps.h"

#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "network/facebook/answer.h"
#include "network/facebook/version.h"
#include "network/facebook/wire.h"
#include "network/outcomes.h"

namespace crier::facebook {
namespace {

/// Source: developers.facebook.com/docs/graph-api/reference/page/photos, 2026-08. How many a post
/// may have is not said there; four are shown at a glance.
constexpr std::size_t most_pictures = 4;
constexpr std::size_t most_picture_bytes = 10'000'000;
constexpr std::size_t most_picture_side = 2048;
/// Facebook keeps what no post has for about 24 hours.
constexpr std::chrono::hours media_are_kept_for{20};
/// After so many tries of the post it goes without a warmed card.
constexpr int most_scrapes = 3;
/// After which the linked page may be there.
constexpr std::chrono::seconds link_again{10 * 60};
constexpr const char* left_out = "-";
constexpr int too_large = 413;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Letters, digits and dots: a Page's name may look like that too.
bool may_be_user_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
  });
}

}  // namespace

std::string page_in(const Context& context) {
  const std::string id = value_of(context.facts.values, "account_id");
  return id.empty() ? "me" : percent_encode(id);
}

Steps::Steps(const Delivery& delivery, const Context& context)
    : delivery_(delivery), context_(context), notes_(delivery.notes) {}

Turn Steps::finish(Outcome outcome) { return {Finish{std::move(outcome)}, notes_, warning_}; }

Turn Steps::wait(std::string message, std::chrono::seconds wait) {
  return finish(defer({ErrorKind::unavailable, std::move(message), wait}, context_.now));
}

Request Steps::post(const std::string& path) const {
  Request request;
  request.method = Method::post;
  request.url = api_of(context_.account) + path;
  request.headers = {{"Accept", "application/json"}};
  request.sign = true;
  return request;
}

void Steps::forget_old_media() {
  const std::string noted = value_of(notes_, "media_at");
  if (noted.empty()) return;
  std::int64_t at = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), at);
  if (std::abs(context_.now.time_since_epoch().count() - at) <=
      std::chrono::seconds(media_are_kept_for).count()) {
    return;
  }
  std::erase_if(notes_, [](const auto& note) {
    return note.first.starts_with("media") && note.second != left_out;
  });
}

/// A token posts to its own Page, whatever feeds.toml says. Of user names Facebook tells nothing
/// here: they were compared when somebody signed in.
std::string Steps::another_page() const {
  const std::string wanted = value_of(context_.account.settings, "page");
  if (wanted.empty()) return {};
  const std::string id = value_of(context_.facts.values, "account_id");
  const std::string name = value_of(context_.facts.values, "handle");
  const bool is_the_same =
      is_number(wanted) ? !is_number(id) || wanted == id
                        : name.empty() || may_be_user_name(wanted) || ascii_iequals(name, wanted);
  if (is_the_same) return {};
  return fmt::format(
      "{0} is signed in to the Facebook Page {1}, and feeds.toml has page = \"{2}\": correct that, "
      "or: crier auth login {0}",
      context_.account.id.value, name.empty() ? id : fmt::format("“{}” ({})", excerpt(name), id),
      excerpt(wanted));
}

std::vector<std::string> Steps::media() const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < most_pictures; ++i) {
    const std::string id = value_of(notes_, "media" + std::to_string(i));
    if (!id.empty() && id != left_out) ids.push_back(id);
  }
  return ids;
}

Turn Steps::go_on() {
  if (std::string other = another_page(); !other.empty()) {
    return finish(
        Deferred{Error{ErrorKind::unauthorized, std::move(other), std::nullopt}, context_.now});
  }
  if (notes_.contains("duplicate")) {
    return finish(Rejected{{ErrorKind::rejected,
                            "Facebook says that it has a post with these words, and none of the "
                            "Page's last 100 is it"}});
  }
  forget_old_media();
  const auto& images = delivery_.post.images;
  for (std::size_t i = 0; i < std::min(images.size(), most_pictures); ++i) {
    const std::string which = std::to_string(i);
    if (notes_.contains("media" + which)) continue;
    notes_["step"] = "image" + which;
    return {GetImage{images[i].url, most_picture_bytes, most_picture_side}, notes_, warning_};
  }
  const bool has_card = images.empty() && !delivery_.post.link.empty();
  // A page that Facebook reads too slowly must not keep the post back either.
  const bool may_scrape = delivery_.attempts < most_scrapes && !notes_.contains("scraped");
  if (has_card && value_of(notes_, "link") != left_out && may_scrape) {
    return scrape();
  }
  return publish();
}

/// Without it, the first post of a page may have a card without its picture.
Turn Steps::scrape() {
  notes_["step"] = "scrape";
  return {Prepare{post("/?id=" + percent_encode(delivery_.post.link) + "&scrape=true")}, notes_,
          warning_};
}

Turn Steps::publish() {
  notes_["step"] = "post";
  const bool has_link = value_of(notes_, "link") != left_out;
  Request request = post("/" + page_in(context_) + "/feed");
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body =
      write_post(delivery_.post.text, has_link ? delivery_.post.link : std::string(), media());
  return {Publish{std::move(request)}, notes_, warning_};
}

Turn Steps::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  if (step == "scrape") {
    // Its own limits and rights are not those of posting: what it says stops nothing.
    notes_["scraped"] = "yes";
    return go_on();
  }
  if (step.starts_with("image")) return take_image(step.substr(5), last);
  if (step.starts_with("upload")) return take_upload(step.substr(6), last);
  return take_post(last);
}

Turn Steps::take_image(const std::string& which, const Response& last) {
  if (last.status != 200) {
    notes_["media" + which] = left_out;
    return go_on();
  }
  // Counted before it is sent: an upload that never ends must not keep the words back for ever.
  if (is_given_up(notes_, which) || has_failed_enough(notes_)) {
    warning_ = "Facebook did not take a picture in, tried again and again: it is left out";
    notes_["media" + which] = left_out;
    return go_on();
  }
  count_try(notes_, which);
  std::size_t at = 0;
  std::from_chars(which.data(), which.data() + which.size(), at);
  const auto& images = delivery_.post.images;
  const std::string alt = at < images.size() ? cut_description(images[at].alt) : std::string();
  notes_["step"] = "upload" + which;
  const std::string type(find_header(last.headers, "Content-Type").value_or("image/jpeg"));
  Request request = post("/" + page_in(context_) + "/photos");
  request.parts = {{"source", last.body, type == "image/png" ? "picture.png" : "picture.jpg", type},
                   {"published", "false", {}, {}}};
  if (!alt.empty()) request.parts.push_back({"alt_text_custom", alt, {}, {}});
  request.timeout = std::chrono::seconds{60};
  return {Prepare{std::move(request)}, notes_, warning_};
}

Turn Steps::take_upload(const std::string& which, const Response& last) {
  const Meaning meaning = meaning_of_work(last);
  const std::string id = meaning == Meaning::fine ? read_id(last.body) : std::string();
  if (id.empty()) return without_upload(which, last, meaning);
  end_tries(notes_, which);
  notes_["media" + which] = id;
  if (!notes_.contains("media_at")) {
    notes_["media_at"] = std::to_string(context_.now.time_since_epoch().count());
  }
  return go_on();
}

/// What says nothing of the picture may be over the next time, but not for ever: Facebook answers
/// to some pictures that it cannot read as if it were down. What is about the account is no try of
/// the picture's.
Turn Steps::without_upload(const std::string& which, const Response& last, Meaning meaning) {
  const bool is_about_the_picture =
      last.status == too_large || (meaning == Meaning::no_graph && !is_unreadable(last));
  const bool is_hiccup =
      meaning == Meaning::at_a_loss || meaning == Meaning::fine || meaning == Meaning::no_graph;
  if (!is_hiccup) forgive_try(notes_, which);
  if (!is_about_the_picture && (!is_hiccup || !is_given_up(notes_, which))) {
    if (auto trouble = trouble_of_account(context_, last)) return finish(*std::move(trouble));
    if (is_hiccup) return wait(said(last, "did not take a picture in"), std::chrono::seconds{60});
  }
  end_tries_of_refused(notes_, which);
  warning_ = said(last, "does not take a picture, which is left out");
  notes_["media" + which] = left_out;
  return go_on();
}

/// Facebook could not make the card, and refused the whole post: once it is tried later, then
/// without the card. The link stands in the words as well.
Turn Steps::without_link(const Response& last) {
  const std::string before = value_of(notes_, "link");
  if (meaning_of(last) == Meaning::link_unread && before.empty()) {
    notes_["link"] = "later";
    notes_.erase("scraped");
    return wait(said(last, "cannot read the linked page yet"), link_again);
  }
  notes_["link"] = left_out;
  return wait(said(last, "makes no card of the linked page; it is posted without one"),
              std::chrono::seconds{60});
}

Turn Steps::without_pictures(const Response& last) {
  for (std::size_t i = 0; i < most_pictures; ++i) {
    const auto note = notes_.find("media" + std::to_string(i));
    if (note != notes_.end()) note->second = left_out;
  }
  warning_ = said(last, "does not take the pictures, which are left out");
  return wait(warning_, std::chrono::seconds{60});
}

Turn Steps::take_post(const Response& last) {
  const Meaning meaning = meaning_of_work(last);
  if (meaning == Meaning::duplicate) notes_["duplicate"] = "yes";
  const bool is_about_link = meaning == Meaning::link_unread || meaning == Meaning::link_refused;
  const bool had_link = media().empty() && !delivery_.post.link.empty();
  if (is_about_link && had_link && value_of(notes_, "link") != left_out) return without_link(last);
  // 100 is said of nearly everything: of a picture that is gone, too, as far as anybody knows.
  const auto problem = read_problem(last.body);
  const bool may_be_about_pictures =
      meaning == Meaning::picture_refused ||
      (meaning == Meaning::post_refused && problem && problem->code == 100);
  if (may_be_about_pictures && !media().empty()) return without_pictures(last);
  return finish(outcome_of_publish(context_, last));
}

}  // namespace crier::facebook
