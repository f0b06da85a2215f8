#include "publish/enrich.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "core/memory.h"
#include "core/url.h"
#include "core/utf8.h"
#include "feed/page.h"
#include "publish/picture.h"

namespace crier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds page_timeout{10};
constexpr seconds all_pages_together{30};
/// What stands in a page's head stands at its beginning.
constexpr std::size_t most_page_bytes = 1U << 20;

/// A page once it has answered, or has not.
struct Page {
  bool is_there = false;
  Card card;
  bool is_required = false;  ///< a post waits for it
  std::string why_not;       ///< a sentence without its subject: "answers 404"
};

class Pages {
 public:
  explicit Pages(const DeliveryWorld& world) : world_(world) {}

  void want(const std::string& link, bool is_required) {
    const auto [entry, is_new] = known_.emplace(link, Page{});
    entry->second.is_required |= is_required;
    if (!is_new) return;
    Request request = stranger_request(link, world_.config);
    request.headers = {{"Accept", "text/html, application/xhtml+xml, */*;q=0.5"}};
    request.timeout = std::min(page_timeout, world_.config.timeout);
    request.max_response_bytes = most_page_bytes;
    request.may_be_cut = true;
    asked_.emplace(world_.client.start(std::move(request)), link);
  }

  /// The half minute is for all pages of the run.
  void hear() {
    if (asked_.empty()) return;
    if (!end_) end_ = world_.clock.ticks() + all_pages_together;
    while (!asked_.empty() && !is_set(world_.stop) && world_.clock.ticks() < *end_) {
      for (Completion& completion : world_.client.wait(milliseconds{250})) {
        const auto found = asked_.find(completion.id);
        if (found == asked_.end()) continue;
        const std::string link = std::move(found->second);
        asked_.erase(found);
        take(link, completion.result);
      }
    }
    for (const auto& [transfer, link] : asked_) {
      world_.client.cancel(transfer);
      known_[link].why_not = "could not be looked at in time";
    }
    asked_.clear();
  }

  [[nodiscard]] const std::map<std::string, Page>& all() const { return known_; }

  [[nodiscard]] const Page* find(const std::string& link) const {
    const auto found = known_.find(link);
    return found == known_.end() ? nullptr : &found->second;
  }

 private:
  void take(const std::string& link, Result<Response>& result) {
    Page& page = known_[link];
    if (!result) {
      page.why_not = "does not answer (" + result.error().message + ")";
      if (result.error().kind == ErrorKind::unavailable) give_up(origin_of(link));
      return;
    }
    page.is_there = result->status == 200;
    if (!page.is_there) {
      page.why_not = fmt::format("answers {}", result->status);
      return;
    }
    const std::string type(find_header(result->headers, "Content-Type").value_or(""));
    const bool has_memory = has_memory_for(
        [&] { page.card = read_page(std::move(result->body), type, result->final_url); });
    if (!has_memory) page.card = {};
  }

  /// Its other pages would only take as long to say nothing. Where a post waits for one, it is
  /// asked for all the same: one broken page must not hold back those of its whole site.
  void give_up(const std::string& origin) {
    for (auto entry = asked_.begin(); entry != asked_.end();) {
      if (origin_of(entry->second) != origin || known_[entry->second].is_required) {
        ++entry;
        continue;
      }
      world_.client.cancel(entry->first);
      known_[entry->second].why_not = "was not looked at, because its server does not answer";
      entry = asked_.erase(entry);
    }
  }

  const DeliveryWorld& world_;
  std::map<std::string, Page> known_;
  std::unordered_map<TransferId, std::string> asked_;
  std::optional<Ticks> end_;
};

const Network* network_of(const Delivery& delivery, const DeliveryWorld& world) {
  const Account* account = world.config.account(delivery.account);
  return account != nullptr ? world.network(account->network) : nullptr;
}

bool wants_card(const Delivery& delivery, const DeliveryWorld& world) {
  const Network* network = network_of(delivery, world);
  return network != nullptr && network->traits().wants_card;
}

/// The page's words; where it has none, the item's.
Card card_of(const Delivery& delivery, const Page& page) {
  Card card = page.card;
  card.url = delivery.item_link;
  if (card.title.empty()) card.title = delivery.item_title;
  return card;
}

/// What a delivery needs of its page.
struct Need {
  bool card = false, page = false;
  [[nodiscard]] bool any() const { return card || page; }
};

Need need_of(const Delivery& delivery, const DeliveryWorld& world, bool wants_cards) {
  if (!is_http_url(delivery.item_link)) return {};
  const bool page =
      requires_page(delivery, world.config, world.network) && delivery.stage != Stage::publishing;
  return {wants_cards && wants_card(delivery, world), page};
}

}  // namespace

Enriched enrich(const std::vector<Delivery>& queue, Turns& turns, const DeliveryWorld& world,
                bool wants_cards) {
  Pages pages(world);
  Enriched result;
  const SysTime now = world.clock.now();
  // A post whose page is missing gives its place to another one, whose page is then looked at.
  for (bool asks_more = true; asks_more;) {
    result.foreseen = foresee(queue, turns, now);
    asks_more = false;
    for (const Foreseen& foreseen : result.foreseen) {
      const Delivery& delivery = foreseen.delivery;
      const Need need = need_of(delivery, world, wants_cards);
      if (!std::holds_alternative<Go>(foreseen.verdict) || !need.any()) continue;
      if (pages.find(delivery.item_link) != nullptr) continue;
      pages.want(delivery.item_link, need.page);
      asks_more = true;
    }
    pages.hear();
    for (const auto& [link, page] : pages.all()) {
      if (page.is_there) continue;
      turns.miss_page(link, fmt::format("its page {} {}, and require_page = true: it goes out once "
                                        "the page is there",
                                        printable(loggable(link)), page.why_not));
    }
  }
  for (Foreseen& foreseen : result.foreseen) {
    Delivery& delivery = foreseen.delivery;
    const Page* page = pages.find(delivery.item_link);
    if (page == nullptr && need_of(delivery, world, wants_cards).any())
      result.unseen.insert(delivery.id);
    const bool has_card = wants_cards && page != nullptr && wants_card(delivery, world);
    if (!has_card || !std::holds_alternative<Go>(foreseen.verdict)) continue;
    if (page->is_there) {
      delivery.post.card = card_of(delivery, *page);
    } else {
      result.warnings[delivery.id] = fmt::format(
          "no link card: the page {} {}", printable(loggable(delivery.item_link)), page->why_not);
    }
  }
  return result;
}

}  // namespace crier
