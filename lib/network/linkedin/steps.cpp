#include "network/linkedin/steps.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "core/url.h"
#include "core/utf8.h"
#include "network/linkedin/answer.h"
#include "network/linkedin/little_text.h"
#include "network/linkedin/match.h"
#include "network/linkedin/requests.h"
#include "network/outcomes.h"

namespace crier::linkedin {
namespace {

using std::chrono::seconds;

/// LinkedIn's own limit is in pixels: 36,152,320. Source: images-api, 2026-08.
constexpr std::size_t most_picture_bytes = 5'000'000;
constexpr std::size_t most_picture_side = 4096;
constexpr std::size_t most_thumb_side = 1200;
/// The address that a picture is sent to has an end, and who knows about the picture.
constexpr std::chrono::hours pictures_are_kept_for{12};
constexpr seconds between_polls{2};
constexpr int most_polls = 15;
constexpr seconds until_old_enough{10};
/// A post that was deleted stands in the way of its like for so long, or twice that (seen).
constexpr std::chrono::hours ghost_lasts{24};
constexpr const char* left_out = "-";

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Steps::Steps(const Delivery& delivery, const Context& context)
    : delivery_(delivery),
      context_(context),
      organization_(organization_of(context.account, context.facts)),
      notes_(delivery.notes) {}

Turn Steps::finish(Outcome outcome) { return {Finish{std::move(outcome)}, notes_, warning_}; }

Turn Steps::prepare(const std::string& step, Request request) {
  notes_["step"] = step;
  return {Prepare{std::move(request)}, notes_, warning_};
}

std::string Steps::media(const std::string& which) const {
  std::string id = value_of(notes_, "media" + which);
  return id == left_out ? std::string() : id;
}

std::vector<Media> Steps::pictures() const {
  std::vector<Media> found;
  const auto& images = delivery_.post.images;
  for (std::size_t i = 0; i < std::min(images.size(), most_pictures); ++i) {
    std::string id = media(std::to_string(i));
    if (!id.empty()) found.push_back({std::move(id), images[i].alt});
  }
  return found;
}

/// Whether anything of LinkedIn's own is attached: pictures, or that of a card.
bool Steps::has_media() const { return !pictures().empty() || !media("thumb").empty(); }

/// A post has pictures or a card.
bool Steps::has_article() const { return !delivery_.post.link.empty() && pictures().empty(); }

/// The text as it is sent: plain, and without a link that the card shows anyway.
std::string Steps::words() const {
  const Post& post = delivery_.post;
  return has_article() ? without_link(post.text, post.link) : post.text;
}

void Steps::forget_pictures() {
  std::erase_if(notes_, [](const auto& note) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"media", "urn", "up", "sent", "polls"},
        [&](std::string_view begin) { return note.first.starts_with(begin); });
  });
}

void Steps::forget_old_pictures() {
  const std::string noted = value_of(notes_, "media_at");
  if (noted.empty()) return;
  const auto age = std::abs(context_.now.time_since_epoch().count() - number(noted));
  if (age > seconds(pictures_are_kept_for).count()) forget_pictures();
}

Turn Steps::go_on() {
  if (std::string trouble = trouble_with_settings(context_.account); !trouble.empty()) {
    return finish(defer({ErrorKind::invalid, std::move(trouble)}, context_.now));
  }
  if (organization_.empty()) {
    return finish(defer(
        {ErrorKind::invalid,
         fmt::format("LinkedIn has not said which Page account {0} is: set `organization` of it in "
                     "feeds.toml to the Page's number, or sign in: crier auth login {0}",
                     context_.account.id.value)},
        context_.now));
  }
  if (const std::string id = value_of(notes_, "id"); !id.empty()) {
    return prepare("read", get_post(context_.account, id));
  }
  if (const std::string urn = value_of(notes_, "duplicate"); !urn.empty()) {
    return prepare("duplicate", get_post(context_.account, urn));
  }
  forget_old_pictures();
  const Post& post = delivery_.post;
  for (std::size_t i = 0; i < std::min(post.images.size(), most_pictures); ++i) {
    const std::string which = std::to_string(i);
    if (!notes_.contains("media" + which)) {
      return picture(which, post.images[i].url, most_picture_side);
    }
  }
  if (has_article() && !post.card.image.url.empty() && !notes_.contains("mediathumb")) {
    return picture("thumb", post.card.image.url, most_thumb_side);
  }
  return publish();
}

/// The next thing to do for a picture. It is got twice: nothing is begun at LinkedIn for one that
/// cannot be used, and it is too large to be noted while LinkedIn says where to send it.
Turn Steps::picture(const std::string& which, const std::string& url, std::size_t max_side) {
  const bool is_begun = notes_.contains("urn" + which);
  const bool is_sent = notes_.contains("sent" + which);
  if ((!is_begun && (is_given_up(notes_, which) || has_failed_enough(notes_))) ||
      (!is_sent && is_given_up(notes_, "put" + which))) {
    return leave_out(which,
                     "LinkedIn did not take a picture in, tried again and again: it is left out");
  }
  if (is_sent) {
    // Used unseen, as where crier may not ask.
    if (notes_.contains("unseen")) return use(which);
    if (is_given_up(notes_, "look" + which)) {
      notes_["unseen"] = "yes";
      return use(which);
    }
    count_try(notes_, "look" + which);
    return prepare(
        "status" + which,
        get(context_.account, "/rest/images/" + percent_encode(value_of(notes_, "urn" + which))));
  }
  notes_["step"] = (is_begun ? "bytes" : "image") + which;
  return {GetImage{url, most_picture_bytes, max_side}, notes_, warning_};
}

Turn Steps::leave_out(const std::string& which, std::string warning) {
  if (!warning.empty()) warning_ = std::move(warning);
  for (const char* note : {"urn", "up", "sent", "polls"}) notes_.erase(note + which);
  for (const char* step : {"", "put", "look"}) end_tries_of_refused(notes_, step + which);
  notes_["media" + which] = left_out;
  return go_on();
}

Turn Steps::use(const std::string& which) {
  notes_["media" + which] = value_of(notes_, "urn" + which);
  for (const char* note : {"urn", "sent", "polls"}) notes_.erase(note + which);
  end_tries(notes_, "look" + which);
  return go_on();
}

Turn Steps::publish() {
  const Post& post = delivery_.post;
  Draft draft{organization_, words(), post.link, {}, pictures()};
  if (has_article()) {
    std::string title = post.card.title.empty() ? delivery_.item_title : post.card.title;
    if (title.empty()) title = post.link;
    draft.article = Article{post.link, std::move(title), post.card.description, media("thumb")};
  }
  notes_["step"] = "post";
  return {Publish{linkedin::post(context_.account, "/rest/posts", write_post(draft))}, notes_,
          warning_};
}

Turn Steps::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  if (step.starts_with("image")) return take_picture(step.substr(5), last);
  if (step.starts_with("begin")) return take_begun(step.substr(5), last);
  if (step.starts_with("bytes")) return take_bytes(step.substr(5), last);
  if (step.starts_with("put")) return take_sent(step.substr(3), last);
  if (step.starts_with("status")) return take_status(step.substr(6), last);
  if (step == "read") return take_back(last);
  if (step == "duplicate") return take_duplicate(last);
  return take_published(last);
}

Turn Steps::take_picture(const std::string& which, const Response& last) {
  if (last.status != 200) return leave_out(which, {});
  count_try(notes_, which);
  return prepare("begin" + which,
                 linkedin::post(context_.account, "/rest/images?action=initializeUpload",
                                write_upload(organization_)));
}

/// Whether LinkedIn has failed at it often enough. What is about the account is no failing.
bool Steps::is_stuck(const std::string& upload, const Response& last) {
  // A network may be busy (409) for ever, a filter in between shut, and 403 of pictures only.
  if (may_have_happened(last) || last.status == 409 || last.status == 403 || is_turned_away(last)) {
    return is_given_up(notes_, upload);
  }
  forgive_try(notes_, upload);
  return false;
}

Turn Steps::take_begun(const std::string& which, const Response& last) {
  const auto upload =
      last.status >= 200 && last.status < 300 ? read_upload(last.body) : std::nullopt;
  if (!upload) {
    auto trouble = trouble_of_account(context_, last);
    if (trouble && !is_stuck(which, last)) return give_up(last, *std::move(trouble));
    return leave_out(which, said(last, "does not take a picture, which is left out"));
  }
  if (!takes_pictures(context_.account, upload->url)) {
    return leave_out(which, fmt::format("LinkedIn wants a picture to be sent to {}, which is none "
                                        "of its own servers: it is left out",
                                        excerpt(loggable(upload->url))));
  }
  end_tries(notes_, which);
  notes_["urn" + which] = upload->image;
  notes_["up" + which] = upload->url;
  if (!notes_.contains("media_at")) {
    notes_["media_at"] = std::to_string(context_.now.time_since_epoch().count());
  }
  return go_on();
}

Turn Steps::take_bytes(const std::string& which, const Response& last) {
  if (last.status != 200) return leave_out(which, {});
  Request request;
  request.method = Method::put;
  request.url = value_of(notes_, "up" + which);
  request.headers = {
      {"Content-Type",
       std::string(find_header(last.headers, "Content-Type").value_or("image/jpeg"))}};
  request.body = last.body;
  request.sign = true;
  request.timeout = seconds{60};
  count_try(notes_, "put" + which);
  return prepare("put" + which, std::move(request));
}

Turn Steps::take_sent(const std::string& which, const Response& last) {
  if (last.status < 200 || last.status >= 300) {
    // What stands between may let words through where it lets no pictures.
    const bool is_of_picture =
        last.status == 403 || is_turned_away(last) || is_stuck("put" + which, last);
    auto trouble = is_of_picture ? std::nullopt : trouble_of_account(context_, last);
    if (trouble) return give_up(last, *std::move(trouble));
    return leave_out(which, said(last, "does not take a picture, which is left out"));
  }
  end_tries(notes_, "put" + which);
  notes_.erase("up" + which);
  notes_["sent" + which] = "yes";
  return go_on();
}

Turn Steps::take_status(const std::string& which, const Response& last) {
  if (last.status == 404 || last.status == 410) {
    return leave_out(which, said(last, "has lost a picture, which is left out"));
  }
  if (last.status == 200) {
    end_tries(notes_, "look" + which);
  } else {
    const bool is_of_picture = last.status == 403 || is_stuck("look" + which, last);
    auto trouble = is_of_picture ? std::nullopt : trouble_of_account(context_, last);
    if (trouble) return give_up(last, *std::move(trouble));
  }
  const std::string status = last.status == 200 ? read_image_status(last.body) : std::string();
  if (status == "PROCESSING_FAILED") {
    return leave_out(which, said(last, "cannot use a picture, which is left out"));
  }
  // Who may not ask uses the picture unseen: a post that comes too early is told to wait.
  if (last.status != 200) notes_["unseen"] = "yes";
  if (status.empty() || status == "AVAILABLE") return use(which);
  const std::int64_t polls = number(value_of(notes_, "polls" + which)) + 1;
  if (polls > most_polls) {
    return leave_out(which, "LinkedIn does not get ready with a picture, which is left out");
  }
  notes_["polls" + which] = std::to_string(polls);
  return {Pause{between_polls}, notes_, warning_};
}

/// Before the post is refused for its token: a new one needs some seconds.
Turn Steps::give_up(const Response& last, Outcome outcome) {
  if (may_be_too_young(last) && !notes_.contains("too_young")) {
    notes_["too_young"] = "yes";
    return finish(defer({ErrorKind::unavailable,
                         said(last, "does not know the token yet, or no longer"), until_old_enough},
                        context_.now));
  }
  return finish(std::move(outcome));
}

Turn Steps::take_published(const Response& last) {
  if (std::string id = id_of_new_post(last); !id.empty()) {
    notes_["id"] = std::move(id);
    return go_on();
  }
  if (is_duplicate(last)) {
    if (std::string urn = find_urn(last.body); !urn.empty()) {
      notes_["duplicate"] = std::move(urn);
      return go_on();
    }
  }
  const bool is_at_work = is_still_at_work(last);
  if (is_at_work) count_try(notes_, "ready");
  const bool is_useless = is_about_a_picture(last) || (is_at_work && is_given_up(notes_, "ready"));
  if (is_useless && has_media()) {
    for (auto& [key, value] : notes_) {
      if (key.starts_with("media") && key != "media_at") value = left_out;
    }
    return finish(defer(
        {ErrorKind::unavailable, said(last, "cannot use a picture, and gets the post without one")},
        context_.now));
  }
  return give_up(last, outcome_of_publish(context_, last));
}

/// LinkedIn has taken the post; whether it shows all of it is all that is asked here.
Turn Steps::take_back(const Response& last) {
  const std::string id = value_of(notes_, "id");
  const auto shown = last.status == 200 ? read_post(last.body) : std::nullopt;
  if (!shown) {
    warning_ =
        said(last, last.status == 403
                       ? "took the post and does not show it to crier, which needs "
                         "r_organization_social for that; whether its text is whole is not known"
                       : "took the post and does not show it yet; whether its text is whole is "
                         "not known");
  } else if (is_cut(shown->commentary, words())) {
    warning_ = fmt::format(
        "LinkedIn shows only the first {} of {} characters of the text: correct the post at {}",
        count_code_points(read_little_text(shown->commentary)), count_code_points(words()),
        page_of(id));
  }
  return finish(Receipt{id, page_of(id)});
}

Turn Steps::take_duplicate(const Response& last) {
  const std::string urn = value_of(notes_, "duplicate");
  const auto another = [&](const std::string& name) {
    notes_.erase("duplicate");
    return finish(Rejected{
        {ErrorKind::rejected,
         fmt::format("LinkedIn takes it for a repeat of {}, which announces something else: change "
                     "its words, or post it by hand",
                     page_of(name))}});
  };
  if (last.status == 404 || last.status == 410) {
    // What is sent for the second time may be the first, which is not shown yet.
    const bool may_be_the_first = !notes_.contains("ghost") && was_sent_before(delivery_);
    notes_.erase("duplicate");
    std::string why = fmt::format(
        "LinkedIn takes it for a repeat of {}, and does not show that one: a post that was deleted "
        "stands in the way of its like for a day or two",
        urn);
    if (may_be_the_first) return finish(Uncertain{{ErrorKind::uncertain, std::move(why)}});
    notes_["ghost"] = "yes";
    return finish(defer({ErrorKind::rejected, std::move(why), ghost_lasts}, context_.now));
  }
  const auto shown = last.status == 200 ? read_post(last.body) : std::nullopt;
  if (!shown) {
    if (last.status == 401 || last.status == 429) {
      if (auto trouble = trouble_of_account(context_, last)) return finish(*std::move(trouble));
    }
    return finish(Uncertain{
        {ErrorKind::uncertain, said(last, fmt::format("takes it for a repeat of {}, and does not "
                                                      "show that one",
                                                      urn))}});
  }
  const std::string id = shown->id.empty() ? urn : shown->id;
  const auto is_taken = [&](const std::string& name) {
    return context_.is_taken && context_.is_taken(name);
  };
  if (is_taken(id) || is_taken(urn) || !is_the_post(*shown, delivery_)) return another(id);
  return finish(Receipt{id, page_of(id)});
}

}  // namespace crier::linkedin
