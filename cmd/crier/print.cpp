#include "crier/print.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "core/safe_text.h"
#include "core/utf8.h"
#include "crier/reader.h"
#include "plan/budget.h"

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
    case FeedReport::Status::not_due:
      return feed.next_at ? "not asked before " + for_reader(*feed.next_at) +
                                " (by its own word, or ours; --now asks it)"
                          : "not asked yet";
    case FeedReport::Status::gone: return "gone: not asked any more";
    case FeedReport::Status::held: return "HELD: most of it looks new at once";
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
                        feed.status == FeedReport::Status::not_modified ||
                        feed.status == FeedReport::Status::not_due ||
                        feed.status == FeedReport::Status::gone;
    fmt::print(out, "{:<{}}  {:>5}  {:>4}  {}\n", feed.name.value, width,
               unread ? "-" : std::to_string(feed.items), unread ? "-" : std::to_string(feed.fresh),
               feed_state(feed));
  }
}

/// What became of a post, in the words of the person who wonders.
std::string fate(const Delivered& delivered, bool dry_run, bool goes_out = true) {
  if (delivered.delivery.stage == Stage::held) {
    return fmt::format("{} for your decision: {}", dry_run ? "would be held" : "held",
                       delivered.why_not);
  }
  if (!delivered.outcome) {
    if (dry_run && !goes_out) return "would wait: " + delivered.why_not;
    if (dry_run)
      return delivered.why_not.empty() ? "would be posted"
                                       : "would be posted (" + delivered.why_not + ")";
    return "waits: " + delivered.why_not;
  }
  return std::visit(
      Overloaded{[&](const Receipt& receipt) {
                   return (delivered.was_there ? "is public already" : "posted") +
                          (receipt.url.empty() ? "" : "  " + receipt.url);
                 },
                 [](const Rejected& rejected) { return "refused: " + rejected.why.message; },
                 [](const Deferred& deferred) {
                   // A person ends this wait, no time does.
                   if (deferred.why.kind == ErrorKind::unauthorized ||
                       deferred.why.kind == ErrorKind::invalid) {
                     return "waits: " + deferred.why.message;
                   }
                   return fmt::format("waits until {}: {}", for_reader(deferred.until),
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

/// A whole feed that is held would fill the screen: its count and three samples say as much.
bool is_held_by_fuse(const RunReport& report, const Delivery& delivery) {
  if (delivery.stage != Stage::held) return false;
  const auto feed = std::find_if(report.feeds.begin(), report.feeds.end(),
                                 [&](const FeedReport& f) { return f.name == delivery.feed; });
  return feed != report.feeds.end() && feed->fuse;
}

void print_posts(const RunReport& report, std::FILE* out) {
  for (const PostReport& post : report.posts) {
    const Delivery& delivery = post.delivered.delivery;
    if (is_held_by_fuse(report, delivery)) continue;
    fmt::print(out, "\n  {} to {}", printable(delivery.feed.value), delivery.account.value);
    if (post.limit > 0 && !delivery.post.text.empty())
      fmt::print(out, "  ({} of {} characters)", post.length, post.limit);
    fmt::print(out, "\n");
    const std::string text = delivery.post.text.empty() ? delivery.item_title : delivery.post.text;
    fmt::print(out, "{}\n", indented(printable_lines(text)));
    fmt::print(out, "    -> {}\n", for_reader(fate(post.delivered, report.dry_run, post.goes_out)));
    for (const std::string& warning : post.delivered.warnings)
      fmt::print(out, "       {}\n", for_reader(warning));
  }
}

void print_skips(const RunReport& report, std::FILE* out) {
  if (report.skipped.empty()) return;
  fmt::print(out, "\nLeft out:\n");
  constexpr std::size_t enough = 3;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> alike;
  for (const Skip& skip : report.skipped) {
    if (++alike[{skip.feed.value, skip.account.value, skip.reason}] > enough) continue;
    fmt::print(out, "  {} to {}: {}: {}\n", skip.feed.value, skip.account.value,
               shown_name(skip.item_title, skip.item_id), for_reader(skip.reason));
  }
  for (const auto& [group, count] : alike) {
    if (count <= enough) continue;
    fmt::print(out, "  {} to {}: and {} more: {}\n", std::get<0>(group), std::get<1>(group),
               count - enough, for_reader(std::get<2>(group)));
  }
}

/// What was paid, or would be: "3 posts, about $0.60 of $10.00 this month".
void print_spending(const RunReport& report, std::FILE* out) {
  for (const SpendingReport& entry : report.spending) {
    const std::int64_t all = report.dry_run ? entry.spent + entry.run : entry.spent;
    fmt::print(out, "{}: {}, about {}", entry.account.value, plural(entry.posts, "post"),
               dollars(entry.run));
    if (entry.monthly) fmt::print(out, " of {}", dollars(*entry.monthly));
    fmt::print(out, " this month");
    if (all != entry.run) fmt::print(out, ", {} with what went before", dollars(all));
    if (entry.waiting > 0) {
      fmt::print(
          out, "; {} the budget: until {}",
          entry.waiting == 1 ? "1 post waits for" : fmt::format("{} posts wait for", entry.waiting),
          day_for_reader(entry.month_ends));
    }
    fmt::print(out, ".\n");
  }
}

/// What waits and was not tried: the table of posts does not speak of it.
void print_waiting(const RunReport& report, std::FILE* out) {
  constexpr std::size_t enough = 3;
  for (std::size_t i = 0; i < std::min(enough, report.waits.size()); ++i) {
    const WaitingReport& post = report.waits[i];
    fmt::print(out, "  {} to {}: {}: waits {}{}\n", printable(post.feed.value), post.account.value,
               shown_name(post.title, ""),
               post.until ? "until " + for_reader(*post.until) : std::string("for the next run"),
               post.why.empty() ? std::string() : ": " + for_reader(post.why));
  }
  if (report.waits.size() > enough) {
    fmt::print(out, "  and {} more: {} shows them\n", report.waits.size() - enough,
               for_reader("crier history"));
  }
}

void print_sums(const RunReport& report, std::FILE* out) {
  const Totals& totals = report.totals;
  if (report.dry_run) {
    const auto going = std::count_if(report.posts.begin(), report.posts.end(),
                                     [](const PostReport& post) { return post.goes_out; });
    fmt::print(out, "\nDry run: {} would go out. Nothing was sent or written.\n",
               plural(static_cast<std::size_t>(going), "post"));
    return;
  }
  const bool all_asked =
      std::all_of(report.feeds.begin(), report.feeds.end(), [](const FeedReport& feed) {
        return feed.status != FeedReport::Status::not_due &&
               feed.status != FeedReport::Status::gone;
      });
  const bool says_nothing = report.posts.empty() && report.waiting == 0 && report.held.empty() &&
                            totals.failed_feeds == 0 && totals.fresh == 0 && all_asked;
  std::size_t held = 0;
  for (const HeldReport& each : report.held) held += each.posts;
  fmt::print(out, "\n{} posted", totals.posted);
  if (totals.found > 0) fmt::print(out, ", {} public already", totals.found);
  if (totals.rejected > 0) fmt::print(out, ", {} refused", totals.rejected);
  if (totals.uncertain > 0) fmt::print(out, ", {} uncertain", totals.uncertain);
  if (held > 0) fmt::print(out, ", {} held for your decision", held);
  if (report.waiting > 0) fmt::print(out, ", {} waiting for a later run", report.waiting);
  fmt::print(out, "{}\n", says_nothing ? ": nothing new to say." : ".");
  print_waiting(report, out);
}

void print_history_note(const RunReport& report, std::FILE* out) {
  const bool seeded =
      std::any_of(report.feeds.begin(), report.feeds.end(),
                  [](const FeedReport& f) { return f.status == FeedReport::Status::seeded; });
  if (!seeded || report.backfill) return;
  fmt::print(out,
             "\nWhat a feed holds when crier first sees it is history, not news; what comes after "
             "is posted.\n"
             "To post the newest item of each feed all the same: {}\n",
             for_reader("crier publish --backfill 1"));
}

/// Whether a cron job's mail should speak of this feed: it will not mend itself.
bool is_worth_mail(const FeedReport& feed) { return feed.error && feed.needs_person; }

void print_feed_problems(const RunReport& report, bool quiet, std::FILE* out) {
  for (const FeedReport& feed : report.feeds) {
    if (feed.error && (!quiet || is_worth_mail(feed))) {
      fmt::print(out, "crier: feed {}: {}{}\n", feed.name.value, for_reader(feed.error->message),
                 feed.needs_person || feed.status != FeedReport::Status::failed
                     ? ""
                     : " (it is tried again by itself)");
    }
    for (const Warning& notice : feed.notices) {
      fmt::print(out, "crier: feed {}: {}\n", feed.name.value, for_reader(notice.message));
    }
    if (quiet) continue;
    std::map<std::string, std::size_t> warnings;
    for (const Warning& warning : feed.warnings) ++warnings[warning.message];
    for (const auto& [message, times] : warnings) {
      fmt::print(out, "crier: feed {}: {}{}\n", feed.name.value, for_reader(message),
                 times > 1 ? fmt::format(" ({} times)", times) : std::string());
    }
  }
}

/// Of a dry run: what to do about a feed that the next run holds, or some of it.
void print_would_hold(const RunReport& report, std::FILE* out) {
  std::set<std::string> names;
  for (const PostReport& post : report.posts) {
    if (post.delivered.delivery.stage == Stage::held)
      names.insert(post.delivered.delivery.feed.value);
  }
  for (const std::string& name : names) {
    fmt::print(out,
               "crier: feed {0}: {1} holds this for your decision. Then: {2}, if it was said "
               "before; {3}, if it is news\n",
               name, for_reader("crier publish"), for_reader("crier feed adopt " + name),
               for_reader("crier feed release " + name));
  }
}

/// What only a person can decide, and the two commands that do.
void print_held(const RunReport& report, bool quiet, std::FILE* out) {
  for (const FeedReport& feed : report.feeds) {
    if (!feed.fuse) continue;
    fmt::print(out,
               "crier: feed {}: {} of its {} items look new at once, as after a move of the "
               "website. Nothing of it is posted. For example:\n",
               feed.name.value, feed.fuse->looks_new, feed.fuse->of);
    for (const std::string& sample : feed.fuse->samples)
      fmt::print(out, "    {}\n", printable(sample));
  }
  for (const HeldReport& held : report.held) {
    const std::string& name = held.feed.value;
    if (quiet && held.was_told) continue;
    fmt::print(out, "crier: feed {}: {} for your decision.", name,
               held.posts == 1 ? "1 post waits" : fmt::format("{} posts wait", held.posts));
    const std::string adopt = for_reader("crier feed adopt " + shell_word(name));
    const std::string release = for_reader("crier feed release " + shell_word(name));
    if (held.by_fuse) {
      fmt::print(out, " If these are the old items under new names: {}\n", adopt);
      fmt::print(out, "    If it really is news: {}\n", release);
      continue;
    }
    fmt::print(out, "\n");
    for (const std::string& sample : held.samples) fmt::print(out, "    {}\n", printable(sample));
    fmt::print(out, "    To post them: {}. To leave them out: {}\n", release, adopt);
  }
  if (report.dry_run) print_would_hold(report, out);
  if (report.in_doubt > 0) {
    fmt::print(out, "crier: {} may have been posted, and nobody can be asked: see {}\n",
               plural(report.in_doubt, "post"),
               for_reader("crier history --uncertain, then crier resolve"));
  }
}

/// Refused in an earlier run, whose words were lost.
void print_untold(const RunReport& report, std::FILE* out) {
  for (const Finding& finding : report.findings) {
    const bool is_of_this_run = std::ranges::any_of(report.posts, [&](const PostReport& post) {
      return post.delivered.delivery.id == finding.delivery;
    });
    if (!finding.delivery || is_of_this_run) continue;
    fmt::print(out, "crier: {} {}{}\n", finding.subject, for_reader(finding.sentence),
               finding.command.empty()
                   ? std::string()
                   : fmt::format(" (to post it all the same: {})", for_reader(finding.command)));
  }
}

/// An account is newer than the ledger: what became of what would have been said again.
void print_taken_in(const RunReport& report, std::FILE* out) {
  for (const TakenIn& taken : report.taken_in) {
    std::string titles;
    for (const std::string& title : taken.titles)
      titles += (titles.empty() ? "" : "; ") + shown_name(title, "");
    if (taken.posts > taken.titles.size())
      titles += fmt::format("; and {} more", taken.posts - taken.titles.size());
    fmt::print(out,
               "crier: account {}: {} public that this ledger does not know: it is older than the "
               "account (a backup, or a cache that was not saved). {} taken in, not posted again: "
               "{}. What else it lacks: {}\n",
               taken.account.value,
               taken.posts == 1 ? "a post is" : plural(taken.posts, "post") + " are",
               report.dry_run ? "What would be" : "What was", titles,
               for_reader("crier history rebuild --account " + taken.account.value));
  }
}

void print_post_problems(const RunReport& report, std::FILE* out) {
  for (const PostReport& post : report.posts) {
    const auto& outcome = post.delivered.outcome;
    const bool refused = outcome && std::holds_alternative<Rejected>(*outcome);
    const bool in_doubt = outcome && std::holds_alternative<Uncertain>(*outcome);
    if (!refused && !in_doubt && !post.overdue) continue;
    const Delivery& delivery = post.delivered.delivery;
    const std::string retry =
        refused && !delivery.post.text.empty()
            ? fmt::format(" (to post it all the same: {})",
                          for_reader(fmt::format("crier resolve {} --retry",
                                                 delivery.id.value.substr(0, 8))))
            : std::string();
    fmt::print(out, "crier: {} to {}: {}: {}{}\n", delivery.feed.value, delivery.account.value,
               shown_name(delivery), for_reader(fate(post.delivered, report.dry_run)), retry);
  }
}

}  // namespace

std::string shown_name(std::string_view title, std::string_view id) {
  constexpr std::size_t most = 200;
  return printable(beginning_of(title.empty() ? id : title, most));
}

std::string shown_name(const Delivery& delivery) {
  return shown_name(delivery.item_title, delivery.item_id);
}

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
  print_spending(report, out);
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
  if (!report.clock_problem.empty()) fmt::print(out, "crier: {}\n", report.clock_problem);
  print_feed_problems(report, quiet, out);
  print_taken_in(report, out);
  print_held(report, quiet, out);
  for (const auto& [account, problem] : report.account_problems) {
    const bool mends_itself = problem.kind == ErrorKind::unavailable ||
                              problem.kind == ErrorKind::throttled ||
                              problem.kind == ErrorKind::uncertain;
    if (quiet && mends_itself) continue;
    fmt::print(out, "crier: account {}: {}\n", account.value, for_reader(problem.message));
  }
  print_untold(report, out);
  print_post_problems(report, out);
  if (report.stopped && !config.is_rehearsal)
    fmt::print(out, "crier: stopped by a signal; what was not done waits for the next run\n");
}

void print_history(const std::vector<Delivery>& deliveries, std::FILE* out) {
  if (deliveries.empty()) {
    fmt::print(out, "Nothing has been posted yet, and nothing waits.\n");
    return;
  }
  for (const Delivery& delivery : deliveries) {
    fmt::print(out, "{}  {}  {:<10}  {} to {}: {}\n", delivery.id.value.substr(0, 8),
               for_reader(delivery.planned_at), name_of(delivery.stage), delivery.feed.value,
               delivery.account.value, shown_name(delivery));
    if (!delivery.url.empty()) fmt::print(out, "    {}\n", printable(delivery.url));
    if (delivery.error && delivery.stage != Stage::published)
      fmt::print(out, "    {}\n", for_reader(delivery.error->message));
  }
}

}  // namespace crier
