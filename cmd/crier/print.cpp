#include "crier/print.h"

#include <algorithm>
#include <filesystem>

#include "core/utf8.h"

namespace crier {
namespace {

std::string plural(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string feed_state(const FeedReport& feed) {
  switch (feed.status) {
    case FeedReport::Status::failed: return "failed";
    case FeedReport::Status::not_modified: return "not changed";
    case FeedReport::Status::seeded: return "first time: taken as history";
    case FeedReport::Status::ok: return feed.fresh > 0 ? "new items" : "nothing new";
  }
  return "";
}

void print_feeds(const RunReport& report, std::FILE* out) {
  std::size_t width = 4;
  for (const FeedReport& feed : report.feeds) width = std::max(width, feed.name.value.size());
  fmt::print(out, "{:<{}}  {:>5}  {:>4}\n", "FEED", width, "ITEMS", "NEW");
  for (const FeedReport& feed : report.feeds) {
    const bool unread = feed.status == FeedReport::Status::failed ||
                        feed.status == FeedReport::Status::not_modified;
    fmt::print(out, "{:<{}}  {:>5}  {:>4}  {}\n", feed.name.value, width,
               unread ? "-" : std::to_string(feed.items), unread ? "-" : std::to_string(feed.fresh),
               feed_state(feed));
  }
}

/// What became of a post, in the words of the person who wonders.
std::string fate(const Delivered& delivered, bool dry_run) {
  if (!delivered.outcome) {
    if (dry_run)
      return delivered.why_not.empty() ? "would be posted"
                                       : "would be posted (" + delivered.why_not + ")";
    return "waits: " + delivered.why_not;
  }
  return std::visit(
      Overloaded{[](const Receipt& receipt) {
                   return "posted" + (receipt.url.empty() ? "" : "  " + receipt.url);
                 },
                 [](const Rejected& rejected) { return "refused: " + rejected.why.message; },
                 [](const Deferred& deferred) {
                   return fmt::format("waits until {}: {}", to_iso8601(deferred.until),
                                      deferred.why.message);
                 },
                 [](const Uncertain& uncertain) { return "uncertain: " + uncertain.why.message; }},
      *delivered.outcome);
}

std::string indented(std::string_view text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

/// Text of a post with its line breaks, and nothing else that a terminal acts on.
std::string shown_text(const std::string& text) {
  std::string out;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    if (from > 0) out += '\n';
    out += printable(text.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

void print_posts(const RunReport& report, std::FILE* out) {
  for (const PostReport& post : report.posts) {
    const Delivery& delivery = post.delivered.delivery;
    fmt::print(out, "\n  {} to {}", printable(delivery.feed.value), delivery.account.value);
    if (post.limit > 0 && !delivery.post.text.empty())
      fmt::print(out, "  ({} of {} characters)", post.length, post.limit);
    fmt::print(out, "\n");
    const std::string text = delivery.post.text.empty() ? delivery.item_title : delivery.post.text;
    fmt::print(out, "{}\n", indented(shown_text(text)));
    fmt::print(out, "    -> {}\n", printable(fate(post.delivered, report.dry_run)));
  }
}

void print_skips(const RunReport& report, std::FILE* out) {
  if (report.skipped.empty()) return;
  fmt::print(out, "\nLeft out:\n");
  for (const Skip& skip : report.skipped) {
    fmt::print(out, "  {} to {}: {}: {}\n", skip.feed.value, skip.account.value,
               printable(skip.item_id), printable(skip.reason));
  }
}

void print_sums(const RunReport& report, std::FILE* out) {
  const Totals& totals = report.totals;
  if (report.dry_run) {
    fmt::print(out, "\nDry run: {} would go out. Nothing was sent or written.\n",
               plural(report.posts.size() - totals.rejected, "post"));
    return;
  }
  const bool says_nothing =
      report.posts.empty() && report.waiting == 0 && totals.failed_feeds == 0 && totals.fresh == 0;
  fmt::print(out, "\n{} posted", totals.posted);
  if (totals.rejected > 0) fmt::print(out, ", {} refused", totals.rejected);
  if (totals.uncertain > 0) fmt::print(out, ", {} uncertain", totals.uncertain);
  if (report.waiting > 0) fmt::print(out, ", {} waiting for a later run", report.waiting);
  fmt::print(out, "{}\n", says_nothing ? ": nothing new to say." : ".");
}

void print_history_note(const RunReport& report, std::FILE* out) {
  const bool seeded =
      std::any_of(report.feeds.begin(), report.feeds.end(),
                  [](const FeedReport& f) { return f.status == FeedReport::Status::seeded; });
  if (!seeded || report.backfill) return;
  fmt::print(out,
             "\nWhat a feed holds when crier first sees it is history, not news; what comes after "
             "is posted.\n"
             "To post the newest item of each feed all the same: crier publish --backfill 1\n");
}

/// Whether a cron job's mail should speak of this feed: it will not mend itself.
bool is_worth_mail(const FeedReport& feed) { return feed.error && feed.needs_person; }

void print_feed_problems(const RunReport& report, bool quiet, std::FILE* out) {
  for (const FeedReport& feed : report.feeds) {
    if (feed.error && (!quiet || is_worth_mail(feed))) {
      fmt::print(out, "crier: feed {}: {}{}\n", feed.name.value, printable(feed.error->message),
                 feed.needs_person ? "" : " (it is tried again on the next run)");
    }
    if (quiet) continue;
    if (!feed.moved_to.empty()) {
      fmt::print(out, "crier: feed {}: has moved for good: put url = \"{}\" into feeds.toml\n",
                 feed.name.value, printable(feed.moved_to));
    }
    for (const Warning& warning : feed.warnings) {
      fmt::print(out, "crier: feed {}: {}\n", feed.name.value, printable(warning.message));
    }
  }
}

void print_post_problems(const RunReport& report, std::FILE* out) {
  for (const PostReport& post : report.posts) {
    const auto& outcome = post.delivered.outcome;
    if (!outcome) continue;
    const bool refused = std::holds_alternative<Rejected>(*outcome);
    if (!refused && !std::holds_alternative<Uncertain>(*outcome) && !post.overdue) continue;
    const Delivery& delivery = post.delivered.delivery;
    fmt::print(out, "crier: {} to {}: {}: {}{}\n", delivery.feed.value, delivery.account.value,
               printable(delivery.item_title.empty() ? delivery.item_id : delivery.item_title),
               printable(fate(post.delivered, report.dry_run)),
               refused ? " (once that is mended, crier publish --backfill N tries it again)" : "");
  }
}

}  // namespace

std::string shown_path(const std::string& path) {
  std::error_code problem;
  const auto relative = std::filesystem::relative(path, problem).string();
  return problem || relative.empty() || relative.starts_with("..") ? path : relative;
}

void print_report(const RunReport& report, const Config& config, std::FILE* out) {
  print_feeds(report, out);
  print_history_note(report, out);
  print_posts(report, out);
  print_skips(report, out);
  print_sums(report, out);
  (void)config;
}

void print_problems(const RunReport& report, const Config& config, bool quiet, std::FILE* out) {
  if (report.new_ledger && !report.dry_run) {
    std::size_t items = 0;
    std::string from;
    for (const FeedReport& feed : report.feeds) {
      if (feed.status != FeedReport::Status::seeded) continue;
      items += feed.items;
      from += fmt::format("{}{} {}", from.empty() ? "" : ", ", feed.name.value, feed.items);
    }
    constexpr std::size_t most = 300;
    if (from.size() > most) from = from.substr(0, most) + ", …";
    fmt::print(out, "crier: made a new ledger, {}: took {} as history{}{}{}\n",
               shown_path(config.state.string()), plural(items, "item"), from.empty() ? "" : " (",
               from, from.empty() ? "" : ")");
  }
  print_feed_problems(report, quiet, out);
  for (const Skip& skip : report.skipped) {
    if (!skip.suspect) continue;
    fmt::print(out, "crier: {} to {}: {}: {}\n", skip.feed.value, skip.account.value,
               printable(skip.item_id), printable(skip.reason));
  }
  for (const auto& [account, problem] : report.account_problems) {
    const bool mends_itself = problem.kind == ErrorKind::unavailable ||
                              problem.kind == ErrorKind::throttled ||
                              problem.kind == ErrorKind::uncertain;
    if (quiet && mends_itself) continue;
    fmt::print(out, "crier: account {}: {}\n", account.value, printable(problem.message));
  }
  print_post_problems(report, out);
  if (report.stopped)
    fmt::print(out, "crier: stopped by a signal; what was not done waits for the next run\n");
}

void print_history(const std::vector<Delivery>& deliveries, std::FILE* out) {
  if (deliveries.empty()) {
    fmt::print(out, "Nothing has been posted yet, and nothing waits.\n");
    return;
  }
  for (const Delivery& delivery : deliveries) {
    fmt::print(out, "{}  {:<10}  {} to {}: {}\n", to_iso8601(delivery.planned_at),
               name_of(delivery.stage), delivery.feed.value, delivery.account.value,
               printable(delivery.item_title.empty() ? delivery.item_id : delivery.item_title));
    if (!delivery.url.empty()) fmt::print(out, "    {}\n", printable(delivery.url));
    if (delivery.error && delivery.stage != Stage::published)
      fmt::print(out, "    {}\n", printable(delivery.error->message));
  }
}

}  // namespace crier
