#include "network/x/steps.h"

#include <algorithm>
#include <charconv>

#include "network/outcomes.h"
#include "network/x/answer.h"
#include "network/x/wire.h"

namespace crier::x {
namespace {

/// Source: docs.x.com, x-api/media/quickstart/best-practices, 2026-08.
constexpr std::size_t most_pictures = 4;
constexpr std::size_t most_picture_bytes = 5'000'000;
constexpr std::size_t most_picture_side = 4096;
/// X keeps what no post has for 24 hours.
constexpr std::chrono::hours media_are_kept_for{20};
constexpr const char* left_out = "-";

}  // namespace

std::string account_id_of(const Delivery& delivery, const Context& context) {
  const std::string noted = value_of(delivery.notes, "account_id");
  return noted.empty() ? value_of(context.facts.values, "account_id") : noted;
}

Steps::Steps(const Delivery& delivery, const Context& context)
    : delivery_(delivery), context_(context), notes_(delivery.notes) {}

Turn Steps::finish(Outcome outcome) { return {Finish{std::move(outcome)}, notes_, warning_}; }

Request Steps::post(const std::string& path, std::string body) const {
  Request request;
  request.method = Method::post;
  request.url = context_.account.server + path;
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.body = std::move(body);
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
    return note.first.starts_with("media") || note.first.starts_with("described");
  });
}

Turn Steps::go_on() {
  if (notes_.contains("duplicate")) {
    return finish(Rejected{
        {ErrorKind::rejected,
         "X says that it has a post with these words, and none of the account's last 100 is it"}});
  }
  if (account_id_of(delivery_, context_).empty() && !notes_.contains("asked")) {
    // Without the account's number nobody could look for a post whose answer is lost.
    notes_["step"] = "who";
    Request request;
    request.url = context_.account.server + "/2/users/me";
    request.headers = {{"Accept", "application/json"}};
    request.sign = true;
    return {Prepare{std::move(request)}, notes_, warning_};
  }
  forget_old_media();
  const auto& images = delivery_.post.images;
  for (std::size_t i = 0; i < std::min(images.size(), most_pictures); ++i) {
    const std::string which = std::to_string(i);
    const std::string id = value_of(notes_, "media" + which);
    if (id.empty() && (is_given_up(notes_, which) || has_failed_enough(notes_))) {
      warning_ = "X did not take a picture in, tried again and again: it is left out";
      notes_["media" + which] = left_out;
      continue;
    }
    if (id.empty()) {
      notes_["step"] = "image" + which;
      return {GetImage{images[i].url, most_picture_bytes, most_picture_side}, notes_, warning_};
    }
    const bool lacks_words =
        id != left_out && !images[i].alt.empty() && !notes_.contains("described" + which);
    if (lacks_words && is_given_up(notes_, "alt" + which)) {
      warning_ = "X did not take a picture's description, tried again and again: it goes without";
      notes_["described" + which] = "yes";
      continue;
    }
    if (lacks_words) return describe(i);
  }
  return publish();
}

Turn Steps::describe(std::size_t which) {
  const std::string number = std::to_string(which);
  count_try(notes_, "alt" + number);
  notes_["step"] = "describe" + number;
  return {Prepare{post("/2/media/metadata", write_description(notes_["media" + number],
                                                              delivery_.post.images[which].alt))},
          notes_, warning_};
}

std::vector<std::string> Steps::media() const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < most_pictures; ++i) {
    const std::string id = value_of(notes_, "media" + std::to_string(i));
    if (!id.empty() && id != left_out) ids.push_back(id);
  }
  return ids;
}

Turn Steps::publish() {
  notes_["step"] = "post";
  return {Publish{post("/2/tweets", write_post(delivery_.post.text, media()))}, notes_, warning_};
}

Turn Steps::take(const Response& last) {
  const std::string step = value_of(notes_, "step");
  if (step == "who") return take_identity(last);
  if (step.starts_with("image")) return take_image(step.substr(5), last);
  if (step.starts_with("upload")) return take_upload(step.substr(6), last);
  if (step.starts_with("describe")) {
    if (last.status < 200 || last.status >= 300) {
      if (auto trouble = trouble_of_picture("alt" + step.substr(8), last)) {
        return finish(*std::move(trouble));
      }
      warning_ = told("X", last, "does not take a picture's description", last.body);
      end_tries_of_refused(notes_, "alt" + step.substr(8));
    } else {
      end_tries(notes_, "alt" + step.substr(8));
    }
    notes_["described" + step.substr(8)] = "yes";
    return go_on();
  }
  if (is_duplicate(last)) notes_["duplicate"] = "yes";
  if (is_about_media(last) && !media().empty() && !was_sent_before(delivery_)) {
    for (auto& [name, value] : notes_) {
      if (name.starts_with("media") && name != "media_at") value = left_out;
    }
    return finish(
        defer({ErrorKind::unavailable,
               told("X", last, "cannot use a picture, and gets the post without one", last.body)},
              context_.now));
  }
  return finish(outcome_of_publish(context_, last));
}

Turn Steps::take_identity(const Response& last) {
  const auto user = last.status == 200 ? read_user(last.body) : std::nullopt;
  // 403 may be of this question only: who may not ask it may post.
  if (!user && last.status != 403) {
    if (auto trouble = trouble_of_account(context_, last)) return finish(*std::move(trouble));
  }
  notes_["asked"] = "yes";
  if (user) notes_["account_id"] = user->id;
  return go_on();
}

Turn Steps::take_image(const std::string& which, const Response& last) {
  if (last.status != 200) {
    notes_["media" + which] = left_out;
    return go_on();
  }
  notes_["step"] = "upload" + which;
  count_try(notes_, which);
  const std::string type(find_header(last.headers, "Content-Type").value_or("image/jpeg"));
  Request request;
  request.method = Method::post;
  request.url = context_.account.server + "/2/media/upload";
  request.headers = {{"Accept", "application/json"}};
  request.parts = {{"media", last.body, type == "image/png" ? "picture.png" : "picture.jpg", type},
                   {"media_category", "tweet_image", {}, {}}};
  request.sign = true;
  request.timeout = std::chrono::seconds{60};
  return {Prepare{std::move(request)}, notes_, warning_};
}

/// What stands between may let words through where it lets no pictures.
std::optional<Outcome> Steps::trouble_of_picture(const std::string& upload, const Response& last) {
  if (is_turned_away(last)) return std::nullopt;
  // Words need no description.
  if (last.status == 403 && upload.starts_with("alt")) return std::nullopt;
  // 403 may be of pictures only: if it is the account's, the words' own answer will say so.
  const bool has_failed = may_have_happened(last) || last.status == 403;
  if (has_failed && is_given_up(notes_, upload)) return std::nullopt;
  auto trouble = trouble_of_account(context_, last);
  if (trouble && !has_failed) forgive_try(notes_, upload);
  return trouble;
}

Turn Steps::take_upload(const std::string& which, const Response& last) {
  const std::string id =
      last.status >= 200 && last.status < 300 ? read_id(last.body) : std::string();
  if (id.empty()) {
    if (auto trouble = trouble_of_picture(which, last)) return finish(*std::move(trouble));
    warning_ = told("X", last, "does not take a picture, which is left out", last.body);
    end_tries_of_refused(notes_, which);
  } else {
    end_tries(notes_, which);
  }
  notes_["media" + which] = id.empty() ? left_out : id;
  if (!notes_.contains("media_at")) {
    notes_["media_at"] = std::to_string(context_.now.time_since_epoch().count());
  }
  return go_on();
}

}  // namespace crier::x
