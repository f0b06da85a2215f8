#include "publish/read_document.h"

#include <algorithm>
#include <utility>

#include "core/url.h"
#include "feed/link_reach.h"
#include "feed/parse.h"
#include "publish/polling.h"
#include "publish/site_fuse.h"

namespace crier {
namespace {

void tell_inner_links(Gathered& gathered, const Feed& feed) {
  std::size_t count = 0;
  std::string first;
  for (const Item& item : feed.items) {
    std::string why = why_out_of_reach(item.link);
    if (why.empty()) continue;
    if (count++ == 0) first = std::move(why);
  }
  if (count == 0) return;
  gathered.warnings.push_back(
      {"inner-link",
       fmt::format("{} nowhere for people outside: {}. {} held where everybody reads it; "
                   "allow_private_addresses = true lets it go",
                   count > 1 ? fmt::format("{} items lead", count) : "an item leads",
                   count > 1 ? "of the first, " + first : first, count > 1 ? "Each is" : "It is")});
}

void mind_the_items(Gathered& gathered, bool was_mended, const std::string& place, SysTime now) {
  const std::size_t usual = gathered.after.items;
  if (!note_items(gathered.after, gathered.fresh.total, was_mended, place, now)) return;
  gathered.needs_person = true;
  gathered.concern = fmt::format(
      "{}: its XML is not well-formed, and shows {} of the {} items of the last reading that was "
      "whole. Whoever runs the website should look at it",
      loggable(gathered.feed->url), gathered.fresh.total, usual);
}

void find_new(Gathered& gathered, Feed feed, const std::string& place, const Reading& reading) {
  const GatherQuestion& question = reading.question;
  const SysTime now = reading.now;
  const FeedConfig& config = *gathered.feed;
  FreshQuestion fresh{config, false, false, 0, false, {}, {}};
  fresh.first_time = !gathered.before.seeded_at.has_value();
  fresh.explain = question.explain;
  fresh.backfill = question.backfill;
  fresh.fuse_is_blown = gathered.before.fuse_at.has_value();
  fresh.now = now;
  const FeedState& before = gathered.before;
  fresh.fuse_is_strict = (!before.url.empty() && before.url != gathered.after.url) ||
                         (!before.found_at.empty() && before.found_at != place) ||
                         reading.restless.contains(site_of(config.url));
  const SysTime horizon = now - question.config.keep_history;
  if (horizon < now && before.seeded_at && *before.seeded_at < horizon)
    fresh.remembers_since = horizon;
  if (fresh.first_time) fresh.empty_at = before.empty_at;
  if (question.held) fresh.held = [&] { return question.held(config.id); };
  // Once a day, so that a name is noted again while its item is still there.
  fresh.every_name = gathered.before.read_on != std::chrono::floor<std::chrono::days>(now);
  fresh.known = [&](std::string_view name) {
    const auto on = question.seen_on(config.id, name);
    if (on && now - *on > noted_again_after) gathered.noted.emplace_back(name);
    return on.has_value();
  };
  const auto at_once = question.reading ? question.reading() : nullptr;
  gathered.fresh = find_fresh(std::move(feed), fresh);
  std::ranges::sort(gathered.noted);
  gathered.noted.erase(std::unique(gathered.noted.begin(), gathered.noted.end()),
                       gathered.noted.end());
}

}  // namespace

Result<void> read_document(Gathered& gathered, Document document, const Reading& reading) {
  const FeedConfig& config = *gathered.feed;
  ParseOptions options;
  options.content_type = std::move(document.content_type);
  options.base_url = config.base_url.empty() ? document.base_url : config.base_url;
  auto feed = parse_feed(std::move(document.bytes), options);
  if (!feed) {
    Error error = std::move(feed).error();
    error.message = loggable(config.url) + ": " + error.message;
    return Failure(std::move(error));
  }
  gathered.language = feed->language;
  gathered.warnings = std::move(feed->warnings);
  if (!reading.question.config.allow_private_addresses) tell_inner_links(gathered, *feed);
  const std::string place = place_of(document.base_url.empty() ? config.url : document.base_url);
  const bool was_mended = feed->was_mended;
  find_new(gathered, *std::move(feed), place, reading);
  mind_the_items(gathered, was_mended, place, reading.now);
  FeedState& state = gathered.after;
  state.read_on = std::chrono::floor<std::chrono::days>(reading.now);
  if (gathered.fresh.unknown > 0 && !gathered.fresh.seeded) state.news_at = reading.now;
  if (gathered.fresh.fuse && !state.fuse_at) state.fuse_at = reading.now;
  return {};
}

}  // namespace crier
