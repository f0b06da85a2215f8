#include <algorithm>

#include "core/url.h"
#include "network/outcomes.h"
#include "network/threads/answer.h"
#include "network/threads/steps.h"

// The containers of several pictures.
namespace crier::threads {
namespace {

/// Source: developers.facebook.com, Threads, "Posts", 2026-04: 2 to 20 in a carousel; more than ten
/// are an album and no announcement.
constexpr std::size_t most_pictures = 10;
/// Some three rounds of asking.
constexpr int most_unfound = 45;
constexpr const char* left_out = "-";

}  // namespace

/// Those of the post's pictures that are to be attached.
std::vector<std::size_t> Steps::pictures() const {
  std::vector<std::size_t> found;
  const auto& images = delivery_.post.images;
  if (notes_.contains("no_picture")) return found;
  for (std::size_t i = 0; i < std::min(images.size(), most_pictures); ++i) {
    const bool is_there =
        is_http_url(images[i].url) && value_of(notes_, "child" + std::to_string(i)) != left_out;
    if (is_there) found.push_back(i);
  }
  return found;
}

void Steps::forget_children() {
  std::erase_if(notes_, [](const auto& note) {
    return note.second != left_out &&
           (note.first.starts_with("child") || note.first.starts_with("made"));
  });
}

Turn Steps::create_child(std::size_t which) {
  if (is_given_up(notes_, std::to_string(which)) || has_failed_enough(notes_)) {
    return leave_out(which,
                     "Threads did not take a picture in, tried again and again: it is left out");
  }
  count_try(notes_, std::to_string(which));
  Fields fields = picture_fields(delivery_.post.images[which]);
  fields.emplace_back("is_carousel_item", "true");
  notes_["step"] = "child" + std::to_string(which);
  return prepare(post("me/threads", fields));
}

Turn Steps::take_child(std::size_t which, const Response& last) {
  const std::string upload = std::to_string(which);
  const bool has_failed = is_failing(meaning_of(last));
  if (has_failed && is_given_up(notes_, upload)) {
    return leave_out(which, said(last, "does not take a picture in, which is left out"));
  }
  if (auto trouble = trouble_of_account(context_, last)) {
    if (!has_failed) forgive_try(notes_, upload);
    return finish(*std::move(trouble));
  }
  const Meaning meaning = meaning_of(last);
  if (meaning == Meaning::refused) {
    return leave_out(which, said(last, "does not take a picture, which is left out"));
  }
  const std::string id = meaning == Meaning::fine ? read_id(last.body) : std::string();
  if (id.empty()) {
    if (count_up("remade" + std::to_string(which)) > most_remade) {
      return leave_out(which, said(last, "does not take a picture in, which is left out"));
    }
    return wait(ErrorKind::unavailable, said(last, "did not take a picture in"));
  }
  end_tries(notes_, upload);
  notes_["child" + upload] = id;
  if (!notes_.contains("children_at")) {
    notes_["children_at"] = std::to_string(context_.now.time_since_epoch().count());
  }
  return go_on();
}

Turn Steps::ask_child(std::size_t which) {
  const std::string step = "made" + std::to_string(which);
  // Of uploads that failed this one was none: only who waits for Threads' work has waited enough.
  const bool has_waited = std::ranges::any_of(
      notes_, [](const auto& note) { return note.first.starts_with("triedmade"); });
  if (is_given_up(notes_, step) || (has_waited && has_failed_enough(notes_))) {
    return leave_out(which, "Threads does not get ready with a picture, which is left out");
  }
  count_try(notes_, step);
  return ask_status(step, notes_["child" + std::to_string(which)]);
}

Turn Steps::take_child_status(std::size_t which, const Response& last) {
  using Status = Container::Status;
  const std::string step = "made" + std::to_string(which);
  const Meaning meaning = meaning_of(last);
  if (auto trouble = trouble_of_account(context_, last)) {
    if (!is_failing(meaning)) forgive_try(notes_, step);
    return finish(*std::move(trouble));
  }
  if (meaning == Meaning::not_found_yet) {
    if (count_up("unfound" + std::to_string(which)) > most_unfound) {
      return leave_out(which, said(last, "does not find a picture, which is left out"));
    }
    return poll(step);
  }
  const Container child = read_container(last.body);
  if (meaning == Meaning::refused || child.status == Status::expired) {
    return make_child_anew(which, last);
  }
  switch (child.status) {
    case Status::in_progress: return poll(step);
    case Status::other:
      return wait(ErrorKind::unavailable, said(last, "does not say how far a picture is"));
    case Status::error:
      return leave_out(which,
                       told("Threads", last, "cannot use a picture, which is left out", child.why));
    default: break;
  }
  notes_.erase("polls");
  end_tries(notes_, step);
  notes_[step] = "yes";
  return go_on();
}

/// Threads has lost a picture, which nobody has seen yet: it gets it once more.
Turn Steps::make_child_anew(std::size_t which, const Response& last) {
  if (count_up("remade" + std::to_string(which)) > most_remade) {
    return leave_out(which, said(last, "loses a picture again and again: it is left out"));
  }
  notes_.erase("polls");
  notes_.erase("child" + std::to_string(which));
  return go_on();
}

Turn Steps::leave_out(std::size_t which, std::string why) {
  warning_ = std::move(why);
  for (const char* step : {"", "made"}) end_tries_of_refused(notes_, step + std::to_string(which));
  notes_.erase("polls");
  notes_["child" + std::to_string(which)] = left_out;
  return go_on();
}

}  // namespace crier::threads
