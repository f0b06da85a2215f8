#include "network/mastodon/pictures.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/url.h"
#include "core/utf8.h"
#include "network/mastodon/answer.h"
#include "network/mastodon/wire.h"
#include "network/outcomes.h"

namespace crier::mastodon {
namespace {

/// Source: Mastodon 4.7, app/models/media_attachment.rb: 16 MB, 1,500 characters of description,
/// and a picture of more than 8.3 million pixels is scaled to 3840 x 2160 anyhow.
constexpr std::size_t most_pictures = 4;
constexpr std::size_t usual_bytes = 16'000'000;
constexpr std::size_t usual_side = 3840;
constexpr std::size_t most_description = 1500;
/// The server deletes what no post has after a day.
constexpr std::chrono::hours media_are_kept_for{20};
/// Two seconds apart: a picture takes a moment, and a server that is behind some minutes.
constexpr std::size_t most_polls = 60;
constexpr const char* left_out = "-";

std::size_t number(const std::string& text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && value > 0 ? value : otherwise;
}

GetImage wanted(const std::string& url, const AccountFacts& facts) {
  const std::size_t bytes = number(value_of(facts.values, "image_size_limit"), usual_bytes);
  const std::size_t pixels =
      number(value_of(facts.values, "image_matrix_limit"), usual_side * usual_side);
  const auto side = static_cast<std::size_t>(std::sqrt(static_cast<double>(pixels)));
  return {url, std::min(bytes, usual_bytes), std::min(std::max<std::size_t>(side, 1), usual_side)};
}

std::string shortened(const std::string& description) {
  const auto ends = grapheme_ends(description);
  if (ends.size() <= most_description) return description;
  return description.substr(0, ends[most_description - 2]) + "…";
}

}  // namespace

std::size_t Pictures::count() const {
  if (notes_.contains(words_only)) return 0;
  const std::size_t most =
      number(value_of(context_.facts.values, "max_media_attachments"), most_pictures);
  return std::min({delivery_.post.images.size(), most, most_pictures});
}

std::vector<std::string> Pictures::ids() const {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < most_pictures; ++i) {
    const std::string id = value_of(notes_, "media" + std::to_string(i));
    if (!id.empty() && id != left_out) found.push_back(id);
  }
  return found;
}

void Pictures::forget_old() {
  const std::string noted = value_of(notes_, "media_at");
  if (noted.empty()) return;
  std::int64_t at = 0;
  std::from_chars(noted.data(), noted.data() + noted.size(), at);
  const std::int64_t age = context_.now.time_since_epoch().count() - at;
  // A clock that was set back makes an old note look young: what lies ahead is old, too.
  if (std::abs(age) <= std::chrono::seconds(media_are_kept_for).count()) return;
  std::erase_if(notes_, [](const auto& note) {
    return (note.first.starts_with("media") && note.first != "media_api") ||
           note.first.starts_with("wait") || note.first.starts_with("polls");
  });
}

std::optional<Turn> Pictures::go_on() {
  forget_old();
  for (std::size_t i = 0; i < count(); ++i) {
    const std::string which = std::to_string(i);
    const std::string id = value_of(notes_, "media" + which);
    if (id.empty() && (is_given_up(notes_, which) || has_failed_enough(notes_))) {
      give_up(which, " did not take a picture in, tried again and again: it is left out");
      continue;
    }
    if (id.empty()) {
      notes_["step"] = "image" + which;
      return Turn{wanted(delivery_.post.images[i].url, context_.facts), notes_, warning_};
    }
    if (!notes_.contains("wait" + which)) continue;
    if (is_given_up(notes_, "poll" + which)) {
      give_up(which, " does not say whether it is ready with a picture, which is left out");
      continue;
    }
    notes_["step"] = "poll" + which;
    count_try(notes_, "poll" + which);
    Request request;
    request.url = context_.account.server + "/api/v1/media/" + percent_encode(id);
    request.headers = {{"Accept", "application/json"}};
    request.sign = true;
    return Turn{Prepare{std::move(request)}, notes_, warning_};
  }
  notes_.erase("step");
  return std::nullopt;
}

bool Pictures::is_about_picture() const { return !value_of(notes_, "step").empty(); }

std::optional<Turn> Pictures::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  if (step.starts_with("image")) return take_image(step.substr(5), last);
  if (step.starts_with("upload")) return take_upload(step.substr(6), last);
  if (step.starts_with("poll")) return take_poll(step.substr(4), last);
  notes_.erase("step");
  return go_on();
}

std::optional<Turn> Pictures::take_image(const std::string& which, const Response& last) {
  const std::size_t index = number("1" + which, 10) - 10;
  if (last.status != 200 || index >= delivery_.post.images.size()) {
    notes_["media" + which] = left_out;
    return go_on();
  }
  notes_["step"] = "upload" + which;
  count_try(notes_, which);
  const std::string type(find_header(last.headers, "Content-Type").value_or("image/jpeg"));
  const std::string name = type == "image/png" ? "picture.png" : "picture.jpg";
  const bool is_old = value_of(notes_, "media_api") == "v1";
  Request request;
  request.method = Method::post;
  request.url = context_.account.server + (is_old ? "/api/v1/media" : "/api/v2/media");
  request.headers = {{"Accept", "application/json"}};
  request.parts = {{"file", last.body, name, type}};
  if (const std::string& alt = delivery_.post.images[index].alt; !alt.empty()) {
    request.parts.push_back({"description", shortened(alt), {}, {}});
  }
  request.sign = true;
  request.timeout = std::chrono::seconds{60};
  return Turn{Prepare{std::move(request)}, notes_, warning_};
}

void Pictures::give_up(const std::string& which, std::string_view why) {
  warning_ = origin_of(context_.account.server);
  warning_ += why;
  notes_["media" + which] = left_out;
  notes_.erase("wait" + which);
}

/// What ails the server or the account and not the picture: the post waits.
std::optional<Turn> Pictures::wait_out(const std::string& tried, const Response& last) {
  const bool is_refusal = last.status == 401;
  const bool is_pause = last.status == 429;
  const bool is_failure = may_have_happened(last);
  if (!is_refusal && !is_pause && (!is_failure || is_given_up(notes_, tried))) {
    return std::nullopt;
  }
  if (!is_failure) forgive_try(notes_, tried);
  auto why = why_unread(context_.account, last, context_.now);
  if (!why) return std::nullopt;
  if (is_failure) {
    why->message = told(origin_of(context_.account.server), last, "did not take a picture",
                        read_error(last.body).value_or(last.body));
  }
  return Turn{Finish{defer(*std::move(why), context_.now)}, notes_, warning_};
}

std::optional<Turn> Pictures::leave_out(const std::string& which, const Response& last) {
  warning_ =
      told(origin_of(context_.account.server), last, "does not take a picture, which is left out",
           read_error(last.body).value_or(last.body));
  for (const char* step : {"", "poll"}) end_tries_of_refused(notes_, step + which);
  notes_["media" + which] = left_out;
  notes_.erase("wait" + which);
  return go_on();
}

std::optional<Turn> Pictures::take_upload(const std::string& which, const Response& last) {
  if ((last.status == 404 || last.status == 405) && !notes_.contains("media_api")) {
    notes_["media_api"] = "v1";
    forgive_try(notes_, which);
    return go_on();
  }
  const bool is_good = last.status == 200 || last.status == 201 || last.status == 202;
  const auto media = is_good ? read_status(last.body) : std::nullopt;
  if (!media) {
    if (auto turn = wait_out(which, last)) return turn;
    return leave_out(which, last);
  }
  notes_["media" + which] = media->id;
  end_tries(notes_, which);
  if (!notes_.contains("media_at")) {
    notes_["media_at"] = std::to_string(context_.now.time_since_epoch().count());
  }
  if (last.status != 202) return go_on();
  notes_["wait" + which] = "yes";
  notes_.erase("step");
  return Turn{Pause{std::chrono::seconds{1}}, notes_, warning_};
}

std::optional<Turn> Pictures::take_poll(const std::string& which, const Response& last) {
  if (last.status == 206 || last.status == 202) {
    notes_.erase("step");
    end_tries(notes_, "poll" + which);
    const std::size_t polls = number(value_of(notes_, "polls" + which), 0) + 1;
    if (polls > most_polls) {
      give_up(which, " does not get ready with a picture, which is left out");
      return go_on();
    }
    notes_["polls" + which] = std::to_string(polls);
    return Turn{Pause{std::chrono::seconds{2}}, notes_, warning_};
  }
  if (last.status == 200) {
    end_tries(notes_, "poll" + which);
    notes_.erase("wait" + which);
    return go_on();
  }
  if (auto turn = wait_out("poll" + which, last)) return turn;
  return leave_out(which, last);
}

std::optional<Turn> Pictures::take_refusal(const Response& last) {
  if (last.status != 422 || ids().empty() || was_sent_before(delivery_)) return std::nullopt;
  const auto words = read_error(last.body);
  // What gives no reason is snac2's way to turn a token away.
  if (!words) return std::nullopt;
  if (words->find("not finished processing") != std::string::npos) {
    count_try(notes_, "ready");
    if (!is_given_up(notes_, "ready")) {
      return Turn{Finish{outcome_of_publish(context_.account, last, context_.now)}, notes_};
    }
  }
  // Whatever the words, which are in the account's language: if it is not for the pictures, it is
  // refused once more.
  for (std::size_t i = 0; i < most_pictures; ++i) notes_.erase("media" + std::to_string(i));
  notes_[words_only] = "yes";
  Error why{ErrorKind::unavailable,
            told(origin_of(context_.account.server), last,
                 "refuses the post, and gets it once more without pictures", *words),
            std::nullopt};
  return Turn{Finish{defer(std::move(why), context_.now)}, notes_};
}

}  // namespace crier::mastodon
