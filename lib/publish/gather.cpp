#include "publish/gather.h"

#include <unordered_map>

#include "core/url.h"
#include "feed/parse.h"
#include "publish/read_source.h"

namespace crier {
namespace {

/// How long a feed may fail before a person should hear of it: nights, restarts and blips are
/// shorter.
constexpr std::chrono::hours patience{6};

Validators validators_of(const FeedState& state) { return {state.etag, state.last_modified}; }

/// Validators belong to an address, and what a backfill asks for may lie behind a 304.
Validators validators_to_send(const Gathered& gathered, const GatherQuestion& question) {
  return question.backfill > 0 ? Validators{} : validators_of(gathered.after);
}

void note_failure(Gathered& gathered, Error error, SysTime now) {
  const bool mends_itself =
      error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled;
  FeedState& state = gathered.after;
  // A clock that was set back must not make a failure young again, nor old.
  if (!state.failing_since || *state.failing_since > now) state.failing_since = now;
  if (mends_itself && error.retry_after) {
    state.not_before =
        now + std::min<std::chrono::seconds>(*error.retry_after, std::chrono::hours{24 * 7});
  }
  gathered.needs_person = !mends_itself || now - *state.failing_since >= patience;
  gathered.error = std::move(error);
}

struct Document {
  std::string bytes, content_type, base_url;
};

/// Reads a document and finds what is new in it. Only then may its validators be kept.
void take_in(Gathered& gathered, Document document, const GatherQuestion& question,
             const Validators& validators, SysTime now) {
  const FeedConfig& config = *gathered.feed;
  ParseOptions options;
  options.content_type = std::move(document.content_type);
  options.base_url = config.base_url.empty() ? document.base_url : config.base_url;
  auto feed = parse_feed(std::move(document.bytes), options);
  if (!feed) {
    Error error = std::move(feed).error();
    error.message = loggable(config.url) + ": " + error.message;
    note_failure(gathered, std::move(error), now);
    return;
  }
  gathered.language = feed->language;
  gathered.warnings = std::move(feed->warnings);
  FreshQuestion fresh{config, false, false, 0, {}};
  fresh.first_time = !gathered.before.seeded_at.has_value();
  fresh.explain = question.explain;
  fresh.backfill = question.backfill;
  fresh.known = [&](std::string_view name) { return question.known(config.id, name); };
  gathered.fresh = find_fresh(*std::move(feed), fresh);

  FeedState& state = gathered.after;
  state.url = config.url;
  state.etag = validators.etag;
  state.last_modified = validators.last_modified;
  state.failing_since.reset();
  state.not_before.reset();
  if (fresh.first_time) state.seeded_at = now;
}

void take_answer(Gathered& gathered, Result<Response> result, const GatherQuestion& question,
                 SysTime now) {
  if (!result) {
    note_failure(gathered, std::move(result).error(), now);
    return;
  }
  const Validators sent = validators_to_send(gathered, question);
  auto answer = read_feed_answer(*result, sent, now);
  if (!answer) {
    note_failure(gathered, std::move(answer).error(), now);
    return;
  }
  if (answer->not_modified) {
    if (sent == Validators{}) {
      note_failure(gathered,
                   Error{ErrorKind::unavailable, loggable(gathered.feed->url) +
                                                     ": answered 304 to an unconditional request"},
                   now);
      return;
    }
    gathered.not_modified = true;
    gathered.moved_to = answer->moved_to;
    gathered.after.etag = answer->validators.etag;
    gathered.after.last_modified = answer->validators.last_modified;
    gathered.after.failing_since.reset();
    gathered.after.not_before.reset();
    return;
  }
  take_in(gathered, {std::move(result->body), answer->content_type, answer->address}, question,
          answer->validators, now);
  // A redirect to a page that is no feed is a mistake on the way, not a move.
  if (!gathered.error) gathered.moved_to = answer->moved_to;
}

void take_file(Gathered& gathered, const GatherQuestion& question, SysTime now) {
  auto bytes = read_local(gathered.feed->url, question.config.max_feed_bytes);
  if (!bytes) {
    note_failure(gathered, std::move(bytes).error(), now);
    return;
  }
  take_in(gathered, {*std::move(bytes), {}, {}}, question, {}, now);
}

Gathered begin(const FeedConfig& feed, const GatherQuestion& question) {
  Gathered gathered;
  gathered.feed = &feed;
  if (const auto found = question.states.find(feed.id); found != question.states.end()) {
    gathered.before = found->second;
  }
  gathered.after = gathered.before;
  gathered.after.id = feed.id;
  gathered.after.url = feed.url;
  if (gathered.before.url != feed.url) {
    gathered.after.etag.clear();
    gathered.after.last_modified.clear();
    gathered.after.not_before.reset();
    gathered.after.failing_since.reset();
  }
  return gathered;
}

}  // namespace

std::vector<Gathered> gather(const GatherQuestion& question, HttpClient& client,
                             const Clock& clock) {
  std::vector<Gathered> all;
  all.reserve(question.feeds.size());
  std::unordered_map<TransferId, std::size_t> under_way;
  std::size_t done = 0;
  const auto finished = [&] {
    ++done;
    if (question.progress) question.progress(done);
  };
  const SysTime now = clock.now();
  for (const FeedConfig* feed : question.feeds) {
    Gathered& gathered = all.emplace_back(begin(*feed, question));
    if (feed->is_path) {
      take_file(gathered, question, now);
      finished();
      continue;
    }
    const auto& until = gathered.after.not_before;
    if (until && *until > now && *until <= now + std::chrono::hours{24 * 8}) {
      gathered.waiting = true;
      gathered.error =
          Error{ErrorKind::throttled, fmt::format("{}: its server asked for no request before {}",
                                                  loggable(feed->url), to_iso8601(*until))};
      gathered.needs_person =
          gathered.before.failing_since && now - *gathered.before.failing_since >= patience;
      finished();
      continue;
    }
    const Validators known = validators_to_send(gathered, question);
    under_way[client.start(feed_request(feed->url, known, question.config.timeout,
                                        question.config.max_feed_bytes))] = all.size() - 1;
  }
  while (!under_way.empty() && !is_set(question.stop)) {
    for (Completion& completion : client.wait(std::chrono::milliseconds{250})) {
      const auto found = under_way.find(completion.id);
      if (found == under_way.end()) continue;
      take_answer(all[found->second], std::move(completion.result), question, clock.now());
      under_way.erase(found);
      finished();
    }
  }
  for (const auto& [id, index] : under_way) {
    client.cancel(id);
    all[index].after = all[index].before;
    all[index].error = Error{ErrorKind::unavailable,
                             loggable(all[index].feed->url) + ": stopped before it answered"};
  }
  return all;
}

}  // namespace crier
