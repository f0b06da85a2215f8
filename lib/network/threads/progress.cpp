#include <algorithm>

#include "network/outcomes.h"
#include "network/threads/answer.h"
#include "network/threads/steps.h"

// What a container and its Publish came to.
namespace crier::threads {
namespace {

using std::chrono::seconds;

/// Publishing was seen to take 222 seconds. Source: github.com/zernio-dev/zernio-python, PR 42.
constexpr seconds publish_takes{300};
/// Source: Threads, "Troubleshooting": ask for up to five minutes; a picture takes some 30 seconds.
constexpr seconds polls_take{300};
constexpr seconds longest_poll{30};
constexpr seconds race_pause{30};
constexpr int most_races = 2;
constexpr int most_looks = 3;
constexpr seconds between_looks{20};

seconds poll_wait(int polls) { return std::min(seconds{5} * (1 + polls / 2), longest_poll); }

}  // namespace

Turn Steps::take_status(const Response& last) {
  const Meaning meaning = meaning_of(last);
  if (auto trouble = trouble_of_account(context_, last)) {
    if (!is_failing(meaning)) forgive_try(notes_, "status");
    return finish(*std::move(trouble));
  }
  if (meaning != Meaning::fine) return take_gone(last);
  const Container container = read_container(last.body);
  switch (container.status) {
    case Container::Status::in_progress: return poll("status");
    case Container::Status::finished: return take_finished();
    case Container::Status::published: notes_["public"] = "yes"; return find();
    case Container::Status::expired: return make_anew("it was not published within a day");
    case Container::Status::error: return take_broken(last, container.why);
    case Container::Status::other: break;
  }
  return wait(ErrorKind::unavailable, said(last, "does not say how far the post is"));
}

/// Threads does not know the container. After a Publish that proves nothing, whatever was answered
/// to it: a published one may be gone for just that.
Turn Steps::take_gone(const Response& last) {
  if (!value_of(notes_, "check").empty()) {
    return finish(defer(
        {ErrorKind::uncertain, said(last,
                                    "does not know any more what was to be published, and may "
                                    "have published it")},
        context_.now));
  }
  return make_anew("Threads does not know it any more");
}

Turn Steps::take_finished() {
  notes_.erase("polls");
  end_tries(notes_, "status");
  const auto& sent = delivery_.sent_at;
  const auto since_sent = sent ? std::chrono::abs(context_.now - *sent) : publish_takes;
  if (value_of(notes_, "check") == "lost" && since_sent < publish_takes) {
    return wait(ErrorKind::uncertain,
                "Threads may still be at work on what was sent to it without an answer",
                publish_takes - since_sent);
  }
  if (count("races") >= most_races) return make_anew("Threads does not find it");
  notes_.erase("check");
  notes_["ready"] = "yes";
  return publish();
}

/// A container that cannot become a post.
Turn Steps::take_broken(const Response& last, const std::string& why) {
  if (is_over_links(why)) return finish(too_many_links());
  if (!pictures().empty()) {
    return without_picture(told("Threads", last, "could not make a post with the picture", why));
  }
  const std::string words = told("Threads", last, "could not make the post", why);
  forget_container();
  if (count_up("remade") > most_remade) {
    return finish(Rejected{{ErrorKind::rejected, words}});
  }
  return wait(ErrorKind::unavailable, words);
}

/// Begins again with a new container: the old one is known not to be public.
Turn Steps::make_anew(const std::string& why) {
  forget_container();
  if (count_up("remade") > most_remade) {
    notes_.erase("remade");
    return finish(defer(
        {ErrorKind::unavailable, "Threads takes the post in and then does not publish it: " + why},
        context_.now));
  }
  return go_on();
}

/// Asks again in a moment; that it is at work is no failing, until it has been for too long.
Turn Steps::poll(const std::string& asked) {
  const int polls = count("polls");
  seconds so_far{0};
  for (int i = 0; i < polls; ++i) so_far += poll_wait(i);
  if (so_far >= polls_take) {
    notes_.erase("polls");
    // The try that was counted stands: this round has come to nothing.
    return wait(ErrorKind::unavailable, "Threads is still at work on this post");
  }
  count_up("polls");
  forgive_try(notes_, asked);
  return {Pause{poll_wait(polls)}, notes_, warning_};
}

Turn Steps::take_published(const Response& last) {
  const Meaning meaning = meaning_of(last);
  if (meaning == Meaning::fine) {
    const std::string id = read_id(last.body);
    if (!id.empty()) {
      notes_["id"] = id;
      return go_on();
    }
    return finish(
        Uncertain{{ErrorKind::uncertain, said(last, "answered with something that is no post")}});
  }
  // Whatever the words: a server that failed may have posted before it did.
  if (meaning == Meaning::failed || may_have_happened(last)) {
    // How long it wants to be left alone, its words may tell all the same.
    const auto trouble = trouble_of_account(context_, last);
    const auto* deferred = trouble ? std::get_if<Deferred>(&*trouble) : nullptr;
    return finish(
        Uncertain{{ErrorKind::uncertain, said(last, "failed, and may have posted all the same"),
                   deferred != nullptr ? deferred->why.retry_after : std::nullopt}});
  }
  notes_.erase("ready");
  notes_["check"] = "told";
  if (meaning == Meaning::not_found_yet) return take_race(last);
  if (auto trouble = trouble_of_account(context_, last)) return finish(*std::move(trouble));
  return finish(Rejected{{ErrorKind::rejected, said(last, "refuses this post")}});
}

/// The part of Threads that publishes has not heard yet of what another part has finished.
Turn Steps::take_race(const Response& last) {
  count_up("races");
  return finish(defer(
      {ErrorKind::unavailable, said(last, "does not find yet what it has just made"), race_pause},
      context_.now));
}

Turn Steps::take_found(const Response& last) {
  if (const auto why = why_unread(context_, last)) {
    Error error = *why;
    if (error.kind == ErrorKind::unavailable) error.kind = ErrorKind::uncertain;
    return finish(defer(std::move(error), context_.now));
  }
  const auto listing = read_listing(last.body);
  if (listing) {
    if (const Shown* shown = find_post(*listing, delivery_, context_, last)) {
      return finish(Receipt{shown->id,
                            shown->permalink.empty() ? page_of(context_.facts) : shown->permalink});
    }
  }
  if (count_up("looks") < most_looks) return {Pause{between_looks}, notes_, warning_};
  return finish(Receipt{notes_["container"], page_of(context_.facts)});
}

/// The same words, where a picture is in the way.
Turn Steps::without_picture(const std::string& why) {
  warning_ = why + "; the post goes out without it";
  notes_["no_picture"] = "yes";
  forget_container();
  return create();
}

}  // namespace crier::threads
