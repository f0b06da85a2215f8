#include "crier/rehearsal_verdict.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "core/utf8.h"
#include "crier/reader.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

using rehearsal::Arrivals;
using rehearsal::Fault;

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// What the ledger knows of one account's posts.
struct Known {
  std::size_t published = 0, waiting = 0, uncertain = 0, refused = 0, held = 0;
};

std::map<AccountId, Known> what_is_known(const std::filesystem::path& ledger) {
  std::map<AccountId, Known> known;
  SqliteStore store(ledger, SqliteStore::Access::read);
  store.each({}, [&](const Delivery& delivery) {
    Known& account = known[delivery.account];
    switch (delivery.stage) {
      case Stage::published: ++account.published; break;
      case Stage::planned:
      case Stage::preparing:
      case Stage::publishing: ++account.waiting; break;
      case Stage::uncertain: ++account.uncertain; break;
      case Stage::rejected: ++account.refused; break;
      case Stage::held:
      case Stage::dropped: ++account.held; break;
    }
  });
  return known;
}

/// How many posts say what another one of the same account says.
std::size_t repeats_among(const Arrivals& arrivals) {
  std::map<std::string, std::size_t> said;
  for (const rehearsal::Arrived& post : arrivals.posts) ++said[post.text + '\n' + post.card.url];
  return arrivals.posts.size() - said.size();
}

/// Why the account's posts wait, as the run has said it.
std::string why_waiting(const RunReport& report, const AccountId& account) {
  const auto problem = report.account_problems.find(account);
  return problem == report.account_problems.end() ? std::string() : ": " + problem->second.message;
}

class Ruling {
 public:
  Ruling(const RunReport& first, Fault fault) : first_(first), fault_(fault) {
    for (const FeedReport& feed : first.feeds) {
      if (feed.error) {
        wrong_.push_back(
            fmt::format("feed {} could not be read: nothing of it is here", feed.name.value));
      }
    }
  }

  void hear(const Arrivals& arrivals, const Known& known) {
    const AccountId& account = arrivals.account.id;
    const std::string& name = account.value;
    const std::size_t arrived = arrivals.posts.size();
    count_ += arrived;
    if (const std::size_t repeats = repeats_among(arrivals); repeats > 0) {
      wrong_.push_back(
          fmt::format("{}: {} twice", name, counted(repeats, "post arrived", "posts arrived")));
    }
    // One whose answer was lost may be there, and the ledger can't know.
    if (arrived < known.published || arrived > known.published + known.uncertain) {
      wrong_.push_back(fmt::format("{}: {} arrived, and the ledger has {} as posted", name,
                                   counted(arrived, "post", "posts"), known.published));
    }
    if (known.refused > 0) {
      wrong_.push_back(
          fmt::format("{}: {} refused", name, counted(known.refused, "post was", "posts were")));
    }
    if (known.waiting > 0) {
      auto& list = fault_ == Fault::none ? to_know_ : wrong_;
      list.push_back(fmt::format("{}: {} for a later run{}", name,
                                 counted(known.waiting, "post waits", "posts wait"),
                                 fault_ == Fault::none ? why_waiting(first_, account) : ""));
    }
    if (known.held > 0) {
      to_know_.push_back(fmt::format("{}: {} for your decision", name,
                                     counted(known.held, "post is held", "posts are held")));
    }
    if (known.uncertain > 0) {
      // The stand-in knows what in earnest nobody can say.
      const std::size_t there =
          std::min(arrived - std::min(arrived, known.published), known.uncertain);
      to_know_.push_back(fmt::format(
          "{}: of {} crier can't say whether it arrived, for this network can't be asked; here, {} "
          "of {} did. crier does not send it again: in earnest you would look, and say so with "
          "crier resolve",
          name, counted(known.uncertain, "post", "posts"),
          there == 0 ? "none" : std::to_string(there), known.uncertain));
    }
  }

  [[nodiscard]] bool tell(const std::set<AccountId>& struck) const {
    fmt::print("\n{}{}\n", counted(count_, "post arrived", "posts arrived"),
               count_ > 0 && wrong_.empty() ? ", each once." : ".");
    if (fault_ == Fault::timeout_after_accept && !struck.empty()) {
      std::string names;
      for (const AccountId& account : struck) names += (names.empty() ? "" : ", ") + account.value;
      fmt::print(
          "The answer to one post was lost for each of: {}.\nWhere the network can be asked, crier "
          "looked for the post before it sent anything again.\n",
          printable(names));
    }
    list("Wrong:", wrong_);
    list("To know:", to_know_);
    return wrong_.empty();
  }

 private:
  static void list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    fmt::print("{}\n", title);
    for (const std::string& line : lines) fmt::print("  {}\n", for_reader(line));
  }

  const RunReport& first_;
  Fault fault_;
  std::size_t count_ = 0;
  std::vector<std::string> wrong_, to_know_;
};

}  // namespace

bool tell_verdict(const RehearsalStage& stage, const RunReport& first, Fault fault) {
  const auto known = what_is_known(stage.found().config.state);
  Ruling verdict(first, fault);
  for (const Arrivals& arrivals : stage.arrivals()) {
    const auto found = known.find(arrivals.account.id);
    verdict.hear(arrivals, found == known.end() ? Known{} : found->second);
  }
  return verdict.tell(stage.server().struck());
}

}  // namespace crier
