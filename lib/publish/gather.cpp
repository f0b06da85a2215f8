#include "publish/gather.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/memory.h"
#include "core/url.h"
#include "publish/attention.h"
#include "publish/known_feeds.h"
#include "publish/polling.h"
#include "publish/read_document.h"
#include "publish/read_source.h"
#include "publish/site_fuse.h"

namespace crier {
namespace {

/// A host that has let crier wait in vain so often is left alone for the rest of the run.
constexpr int enough_timeouts = 2;

/// One run over all feeds.
class Gathering {
 public:
  Gathering(const GatherQuestion& question, HttpClient& client, const Clock& clock, Random& random)
      : question_(question), client_(client), clock_(clock), random_(random) {
    rules_.began = clock.now();
    rules_.min_interval = question.config.min_interval;
    rules_.ask_all = question.ask_all || question.backfill > 0;
    waits_ = waiting_hosts(question.states, rules_.began);
    restless_ = restless_sites(question.states, rules_.began);
  }

  std::vector<Gathered> run() {
    all_.reserve(question_.feeds.size());
    for (const FeedConfig* feed : question_.feeds) begin(*feed);
    std::vector<std::size_t> last;
    for (std::size_t index = 0; index < all_.size(); ++index) {
      if (all_[index].feed->is_path) {
        isolate(all_[index], [&] { take_file(all_[index]); });
        finished();
      } else if (all_[index].before.failures > 0) {
        last.push_back(index);
      } else {
        ask(index);
      }
    }
    listen();
    // After the others of its host: were it refused again, or let crier wait in vain, it would keep
    // them from their turn in every run. So would one that fails always, one that failed once.
    std::ranges::stable_sort(last, {}, [&](std::size_t at) { return all_[at].before.failures; });
    for (const std::size_t index : last) ask(index);
    listen();
    abandon();
    mind_the_sites(all_, rules_.began);
    for (Gathered& gathered : all_) tell_silence(gathered);
    return std::move(all_);
  }

 private:
  void begin(const FeedConfig& feed) {
    Gathered& gathered = all_.emplace_back();
    gathered.feed = &feed;
    const auto found = question_.states.find(feed.id);
    if (found != question_.states.end()) gathered.before = found->second;
    gathered.after = state_now(gathered.before, feed);
  }

  [[nodiscard]] FeedState state_now(const FeedState& before, const FeedConfig& feed) const {
    FeedState state = state_for(before, feed);
    const FeedId id_name = id_name_of(feed.id, question_.states);
    if (id_name != feed.id) state.ids_of = id_name.value;
    return state;
  }

  /// What a backfill asks for may lie behind a 304.
  [[nodiscard]] Validators validators_to_send(const Gathered& gathered) const {
    if (question_.backfill > 0) return {};
    return {gathered.after.etag, gathered.after.last_modified};
  }

  void ask(std::size_t index) {
    Gathered& gathered = all_[index];
    if (const auto why = why_not_asked(gathered.after, waits_, rules_)) {
      leave_alone(gathered, *why);
      finished();
      return;
    }
    if (lets_wait_in_vain(host_of(address_of(gathered.after)))) {
      leave_unasked(gathered);
      finished();
      return;
    }
    Request request = feed_request(address_of(gathered.after), validators_to_send(gathered),
                                   question_.config.timeout, question_.config.max_feed_bytes);
    // A move that the ledger remembers is the server's word, not feeds.toml's.
    request.named_by_operator = gathered.feed->url;
    request.public_only = !question_.config.allow_private_addresses;
    under_way_.emplace(client_.start(std::move(request)), index);
  }

  void leave_alone(Gathered& gathered, const NotAsked& not_asked) {
    const FeedState& state = gathered.after;
    gathered.not_due = true;
    switch (not_asked.why) {
      case NotAsked::Why::is_fresh: return;
      case NotAsked::Why::host_waits: wait_for_host(gathered, not_asked.until); return;
      case NotAsked::Why::backs_off:
        gathered.needs_person = needs_person(state, *gathered.feed, rules_.began);
        gathered.error = Error{
            state.failure.value_or(ErrorKind::unavailable),
            fmt::format("{}: has failed {} times in a row since {}; it is asked again after {}",
                        loggable(address_of(state)), state.failures,
                        to_iso8601(state.failing_since.value_or(rules_.began)),
                        to_iso8601(not_asked.until))};
        return;
      case NotAsked::Why::is_gone: tell_gone(gathered); return;
    }
  }

  [[nodiscard]] bool lets_wait_in_vain(const std::string& host) const {
    const auto found = timeouts_.find(host);
    return found != timeouts_.end() && found->second >= enough_timeouts;
  }

  /// Each of its feeds would only take as long to say nothing.
  void leave_unasked(Gathered& gathered) const {
    gathered.not_due = true;
    gathered.needs_person = has_failed_for_long(gathered.after, rules_.began);
    gathered.error = Error{
        ErrorKind::unavailable,
        fmt::format("{}: not asked, because its server let crier wait in vain {} times in this "
                    "run; it is asked again in the next",
                    loggable(address_of(gathered.after)), enough_timeouts)};
  }

  void wait_for_host(Gathered& gathered, SysTime until) const {
    FeedState& state = gathered.after;
    gathered.not_due = true;
    gathered.needs_person = has_failed_for_long(state, rules_.began);
    gathered.error =
        Error{ErrorKind::throttled, fmt::format("{}: its server asked for no request before {}",
                                                loggable(address_of(state)), to_iso8601(until))};
    if (state.not_before && *state.not_before >= until) return;
    state.not_before = until;
    state.waits_from = rules_.began;
  }

  static void tell_gone(Gathered& gathered) {
    const std::string& name = gathered.feed->id.value;
    gathered.gone = true;
    gathered.not_due = false;
    gathered.needs_person = true;
    gathered.error = Error{
        ErrorKind::rejected,
        fmt::format("{}: its server says that it is gone for good (410, since {}), so crier does "
                    "not ask it any more. Put its new url into feeds.toml or take [feeds.{}] out; "
                    "if it is back: crier feed resume {}",
                    loggable(address_of(gathered.after)), to_iso8601(*gathered.after.gone_at), name,
                    name)};
  }

  void listen() {
    while (!under_way_.empty() && !is_set(question_.stop)) {
      HostWaits asked_for;
      for (Completion& completion : client_.wait(std::chrono::milliseconds{250})) {
        const auto found = under_way_.find(completion.id);
        if (found == under_way_.end()) continue;
        Gathered& gathered = all_[found->second];
        under_way_.erase(found);
        const std::string asked = address_of(gathered.after);
        const std::string answered = completion.result ? completion.result->final_url : asked;
        isolate(gathered, [&] { take_answer(gathered, std::move(completion.result)); });
        finished();
        if (completion.timed_out && ++timeouts_[host_of(asked)] == enough_timeouts) {
          break_off(host_of(asked), [this](Gathered& other) { leave_unasked(other); });
        }
        if (!gathered.error || !gathered.after.not_before) continue;
        for (const std::string& address : {asked, answered}) {
          put_latest(asked_for, host_of(address), *gathered.after.not_before);
        }
      }
      // The feeds of that host that are not done yet wait with the one that was refused.
      for (const auto& [host, until] : asked_for) {
        put_latest(waits_, host, until);
        break_off(host, [this, until = until](Gathered& other) { wait_for_host(other, until); });
      }
    }
  }

  static void put_latest(HostWaits& waits, const std::string& host, SysTime until) {
    SysTime& latest = waits.try_emplace(host, until).first->second;
    latest = std::max(latest, until);
  }

  void break_off(const std::string& host, const std::function<void(Gathered&)>& tell) {
    for (auto each = under_way_.begin(); each != under_way_.end();) {
      Gathered& gathered = all_[each->second];
      if (host_of(address_of(gathered.after)) != host) {
        ++each;
        continue;
      }
      client_.cancel(each->first);
      tell(gathered);
      each = under_way_.erase(each);
      finished();
    }
  }

  /// A feed that takes more memory than there is costs itself, and no other.
  template <class Work>
  void isolate(Gathered& gathered, Work work) {
    if (has_memory_for(work)) return;
    const FeedConfig& feed = *gathered.feed;
    const FeedState before = std::move(gathered.before);
    gathered = Gathered{};
    gathered.feed = &feed;
    gathered.before = before;
    gathered.after = state_now(before, feed);
    fail_at(gathered,
            Error{ErrorKind::rejected,
                  loggable(feed.url) + ": reading it takes more memory than this machine has. Is "
                                       "it as large as it should be?"},
            false);
  }

  void take_answer(Gathered& gathered, Result<Response> result) {
    if (!result) {
      const bool is_no_address = result.error().kind == ErrorKind::invalid;
      fail_at(gathered, std::move(result).error(), is_no_address);
      return;
    }
    const Validators sent = validators_to_send(gathered);
    const std::string remark = result->remark;
    auto answer = read_feed_answer(*result, sent, rules_.began);
    if (!answer) {
      const bool is_missing = result->status == 404 || result->status == 410;
      // Behind a temporary redirect, it is not this address that is gone.
      const bool is_here =
          result->final_url == address_of(gathered.after) ||
          (!result->moved_to.empty() && is_same_site(result->moved_to, address_of(gathered.after)));
      const bool may_be_back = !gathered.after.moved_to.empty() || !is_here;
      fail_at(gathered, std::move(answer).error(), is_missing);
      if (result->status != 410 || may_be_back) return;
      gathered.after.gone_at = clock_.now();
      tell_gone(gathered);
      return;
    }
    if (answer->not_modified && sent == Validators{}) {
      fail_at(gathered,
              Error{ErrorKind::unavailable,
                    loggable(gathered.feed->url) + ": answered 304 to an unconditional request"},
              false);
      return;
    }
    if (answer->not_modified) {
      gathered.not_modified = true;
      note_success(gathered.after, answer->fresh_for, rules_);
    } else if (!take_in(gathered, {std::move(result->body), answer->content_type, answer->address},
                        answer->fresh_for)) {
      if (!remark.empty()) gathered.error->message += ". Besides, " + remark;
      return;
    }
    if (!remark.empty()) {
      gathered.warnings.push_back(
          {"wrong-encoding", fmt::format("{}: {}", loggable(answer->address), remark)});
    }
    // Without validators it comes whole again: to be told of again for as long as that lasts, or
    // because the next reading tells what this one left open.
    const bool must_come_whole = gathered.after.shrunk_at || gathered.fresh.is_undecided;
    const Validators kept = must_come_whole ? Validators{} : answer->validators;
    gathered.after.etag = kept.etag;
    gathered.after.last_modified = kept.last_modified;
    tell_move(gathered, *answer);
  }

  /// A redirect to a page that is no feed is a mistake on the way, not a move: only asked once a
  /// feed was found there.
  void tell_move(Gathered& gathered, const FeedAnswer& answer) const {
    const std::string asked = address_of(gathered.after);
    if (is_downgrade(asked, answer.address)) {
      gathered.warnings.push_back(
          {"insecure-redirect",
           fmt::format(
               "{} leads from https to {}: whoever is on the way can change what is posted. "
               "Tell those who run the website",
               loggable(asked), loggable(answer.address))});
    }
    const Move move = note_move(gathered.after, answer.moved_to, rules_.began);
    if (move == Move::none) return;
    gathered.moved_to = answer.moved_to;
    gathered.notices.push_back(
        {move == Move::kept ? "moved" : "redirected", describe(move, asked, answer.moved_to)});
  }

  /// `none_there`: what answered is no feed, and will not be one.
  void fail_at(Gathered& gathered, Error error, bool none_there) {
    FeedState& state = gathered.after;
    if (none_there && !state.moved_to.empty()) {
      error.kind = ErrorKind::unavailable;
      error.message +=
          ". crier was sent there by a redirect, and asks the address in feeds.toml "
          "in the next run";
      forget_move(state);
    }
    const SysTime now = clock_.now();
    note_failure(state, error, now, rules_, random_);
    const bool is_long = now - *state.failing_since >= feed_patience;
    // The new address may have died for good: the old one may know of another.
    if (is_long && error.kind == ErrorKind::unavailable && !state.moved_to.empty())
      forget_move(state);
    gathered.needs_person = needs_person(state, *gathered.feed, now);
    gathered.error = std::move(error);
  }

  /// Only if it could be read may its validators be kept.
  bool take_in(Gathered& gathered, Document document, std::chrono::seconds fresh_for) {
    auto read = read_document(gathered, std::move(document), {question_, restless_, clock_.now()});
    if (!read) {
      Error error = std::move(read).error();
      // A page in place of a feed, once, is maintenance.
      if (was_ever_read(gathered.after)) error.kind = ErrorKind::unavailable;
      fail_at(gathered, std::move(error), true);
      return false;
    }
    note_success(gathered.after, fresh_for, rules_);
    return true;
  }

  void take_file(Gathered& gathered) {
    auto bytes = read_local(gathered.feed->url, question_.config.max_feed_bytes);
    if (!bytes) {
      fail_at(gathered, std::move(bytes).error(), false);
    } else {
      (void)take_in(gathered, {*std::move(bytes), {}, {}}, std::chrono::seconds{0});
    }
    // A file is nobody's server: it is read in every run.
    gathered.after.next_at.reset();
    gathered.after.waits_from.reset();
  }

  void abandon() {
    for (const auto& [id, index] : under_way_) {
      client_.cancel(id);
      all_[index].after = all_[index].before;
      all_[index].error = Error{ErrorKind::unavailable,
                                loggable(all_[index].feed->url) + ": stopped before it answered"};
    }
    under_way_.clear();
  }

  void tell_silence(Gathered& gathered) const {
    gathered.silent_since = silent_since(gathered.after, *gathered.feed, rules_.began);
    if (!gathered.silent_since) return;
    std::string& concern = gathered.concern;
    concern += fmt::format(
        "{}{} has had nothing new since {}, and expect_every is {}: is its source still alive?",
        concern.empty() ? "" : ". ", loggable(gathered.feed->url),
        to_iso8601(*gathered.silent_since), in_words(gathered.feed->expect_every));
    gathered.needs_person = true;
  }

  /// As it stands in feeds.toml: "7d", "36h", "90m".
  static std::string in_words(std::chrono::seconds time) {
    const auto count = time.count();
    if (count % 86400 == 0) return fmt::format("{}d", count / 86400);
    if (count % 3600 == 0) return fmt::format("{}h", count / 3600);
    return count % 60 == 0 ? fmt::format("{}m", count / 60) : fmt::format("{}s", count);
  }

  void finished() {
    ++done_;
    if (question_.progress) question_.progress(done_);
  }

  const GatherQuestion& question_;
  HttpClient& client_;
  const Clock& clock_;
  Random& random_;
  PollingRules rules_;
  HostWaits waits_;
  std::map<std::string, int> timeouts_;  ///< of hosts, in this run
  std::set<std::string> restless_;
  std::vector<Gathered> all_;
  std::unordered_map<TransferId, std::size_t> under_way_;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<Gathered> gather(const GatherQuestion& question, HttpClient& client, const Clock& clock,
                             Random& random) {
  return Gathering(question, client, clock, random).run();
}

}  // namespace crier
