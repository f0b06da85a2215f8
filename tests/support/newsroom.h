#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compose/template.h"
#include "config/config.h"
#include "network/outbox/outbox_client.h"
#include "oauth/authorizer.h"
#include "publish/publish.h"
#include "store/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/fake_mastodon.h"
#include "support/fake_site.h"
#include "support/memory_tokens.h"
#include "support/temp_dir.h"

namespace crier {

class WatchedProgress final : public Progress {
 public:
  using Watcher = std::function<void(const DeliveryProgress&, std::size_t of)>;
  explicit WatchedProgress(const Watcher& watcher) : watcher_(watcher) {}
  void feeds(std::size_t, std::size_t) override {}
  void posts(const DeliveryProgress& progress, std::size_t of) override {
    if (watcher_) watcher_(progress, of);
  }

 private:
  const Watcher& watcher_;
};

/// A council in a folder: one feed on its website, a Mastodon account and an outbox, a real SQLite
/// ledger.
class Newsroom {
 public:
  Newsroom() : mastodon(site, clock) {
    config.file = dir.path() / "feeds.toml";
    config.state = dir.path() / "crier.db";
    config.max_feed_bytes = 10'000'000;
    config.accounts = {{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "", {}},
                       {{"noticeboard"}, "outbox", "", "", {{"path", outbox().string()}}}};
    FeedConfig feed;
    feed.id = {"jobs"};
    feed.url = "https://www.example.gov.uk/jobs.xml";
    feed.prefix = "New job: ";
    feed.text_template = "{{prefix}}{{title}} {{link}}";
    feed.accounts = {{"town-hall"}, {"noticeboard"}};
    config.feeds = {feed};
    Credentials credentials;
    credentials.server = "https://social.example.gov.uk";
    credentials.access_token = Secret("good-token");
    credentials.account_id = "7";
    tokens.kept["town-hall"] = credentials;
    site.on("GET https://www.example.gov.uk/jobs.xml",
            [this](const Request& request) -> Result<Response> {
              const std::string etag = "\"" + guid_prefix + std::to_string(items.size()) + "\"";
              if (find_header(request.headers, "If-None-Match") ==
                  std::optional<std::string_view>(etag)) {
                return FakeSite::respond(304, "", {{"ETag", etag}});
              }
              return FakeSite::respond(200, rss(),
                                       {{"ETag", etag}, {"Content-Type", "application/rss+xml"}});
            });
  }

  [[nodiscard]] std::filesystem::path outbox() const { return dir.path() / "outbox.jsonl"; }

  void add_item(const std::string& title) { items.push_back(title); }

  /// The newest item stands first, as in real feeds.
  [[nodiscard]] std::string rss() const {
    std::string out =
        R"(<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Jobs</title>)";
    for (std::size_t i = items.size(); i-- > 0;) {
      const std::string number = std::to_string(i);
      out += fmt::format(
          "<item><title>{0}</title><link>https://www.example.gov.uk/jobs/{1}{2}</link>"
          "<guid isPermaLink=\"false\">{3}job-{2}</guid></item>",
          items[i], mints_guids ? "" : guid_prefix, number, guid_prefix);
    }
    return out + "</channel></rss>";
  }

  /// One run with the store and the client that are handed in, as `crier publish` does it.
  RunReport run(Store& store, HttpClient& client, const PublishOptions& options = {}) {
    Templates templates;
    for (const FeedConfig& feed : config.feeds)
      templates.emplace(feed.id, *Template::parse(feed.text_template));
    WatchedProgress progress(watcher);
    DeliveryWorld world{config, store, client, tokens, authorizer, clock, random};
    world.network = network;
    world.images = images;
    RunReport report = publish(options, templates, world, progress);
    const Batch told = told_by(report, store, clock.now());
    if (!options.dry_run && tells && !told.is_empty()) store.put(told, clock.now());
    return report;
  }

  /// One undisturbed run.
  RunReport run(const PublishOptions& options = {}) {
    SqliteStore store(config.state,
                      options.dry_run ? SqliteStore::Access::read : SqliteStore::Access::write);
    SiteClient far(site, clock);
    OutboxClient client(far, clock);
    return run(store, client, options);
  }

  [[nodiscard]] std::size_t open_deliveries() const {
    return SqliteStore(config.state, SqliteStore::Access::read).open().size();
  }

  /// How often each text became public on the Mastodon server.
  [[nodiscard]] std::map<std::string, int> on_mastodon() const {
    std::map<std::string, int> count;
    for (const auto& status : mastodon.statuses) ++count[status.text];
    return count;
  }
  [[nodiscard]] std::map<std::string, int> in_outbox() const {
    std::map<std::string, int> count;
    std::string all = std::filesystem::exists(outbox()) ? read_file(outbox()) : std::string();
    std::size_t from = 0;
    while (from < all.size()) {
      const std::size_t to = std::min(all.find('\n', from), all.size());
      const auto line = nlohmann::json::parse(all.substr(from, to - from));
      ++count[line.value("text", "")];
      from = to + 1;
    }
    return count;
  }

  WatchedProgress::Watcher watcher;  ///< told how far a run is
  bool tells = true;                 ///< what a run has to say reaches a person
  TempDir dir;
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  FakeMastodon mastodon;
  MemoryTokens tokens;
  KindAuthorizer authorizer;
  Config config;
  const Network* (*network)(std::string_view name) = find_network;
  ImageFitter* images = nullptr;
  std::vector<std::string> items;  ///< titles, oldest first
  bool mints_guids = false;        ///< only guids change, not links
  std::string guid_prefix;         ///< changed when the website mints new guids and links
};

}  // namespace crier
