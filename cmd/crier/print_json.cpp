#include <nlohmann/json.hpp>

#include "crier/findings_json.h"
#include "crier/json_line.h"
#include "crier/print.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

void write(const Json& json, std::FILE* out) { fmt::print(out, "{}\n", json_line(json)); }

Json totals_of(const Totals& totals) {
  return {{"feeds", totals.feeds},
          {"not_modified", totals.not_modified},
          {"failed_feeds", totals.failed_feeds},
          {"items", totals.items},
          {"new", totals.fresh},
          {"planned", totals.planned},
          {"found", totals.found},
          {"posted", totals.posted},
          {"deferred", totals.deferred},
          {"rejected", totals.rejected},
          {"uncertain", totals.uncertain},
          {"held", totals.held}};
}

Json fuse_of(const std::optional<FuseBlown>& fuse) {
  if (!fuse) return nullptr;
  return {{"looks_new", fuse->looks_new}, {"of", fuse->of}, {"samples", fuse->samples}};
}

Json held_of(const RunReport& report) {
  Json list = Json::array();
  for (const HeldReport& held : report.held) {
    list.push_back({{"feed", held.feed.value},
                    {"posts", held.posts},
                    {"by_fuse", held.by_fuse},
                    {"samples", held.samples}});
  }
  return list;
}

Json taken_in_of(const RunReport& report) {
  Json list = Json::array();
  for (const TakenIn& taken : report.taken_in) {
    list.push_back({{"account", taken.account.value},
                    {"posts", taken.posts},
                    {"held", taken.held},
                    {"samples", taken.titles}});
  }
  return list;
}

/// Amounts are in dollars.
Json money(std::int64_t millionths) { return static_cast<double>(millionths) / 1e6; }

Json spending_of(const RunReport& report) {
  Json list = Json::array();
  for (const SpendingReport& entry : report.spending) {
    list.push_back({{"account", entry.account.value},
                    {"posts", entry.posts},
                    {"cost", money(entry.run)},
                    {"waiting", entry.waiting},
                    {"spent_this_month", money(entry.spent)},
                    {"monthly_budget", entry.monthly ? money(*entry.monthly) : Json(nullptr)},
                    {"month_ends", to_iso8601(entry.month_ends)}});
  }
  return list;
}

Json feed_of(const FeedReport& feed) {
  Json warnings = Json::array();
  for (const auto* list : {&feed.notices, &feed.warnings}) {
    for (const Warning& warning : *list)
      warnings.push_back({{"code", warning.code}, {"message", warning.message}});
  }
  return {{"name", feed.name.value},
          {"source", feed.source},
          {"status", name_of(feed.status)},
          {"items", feed.items},
          {"new", feed.fresh},
          {"error", feed.error ? Json(feed.error->message) : Json(nullptr)},
          {"moved_to", text_or_null(feed.moved_to)},
          {"fuse", fuse_of(feed.fuse)},
          {"warnings", std::move(warnings)}};
}

Json item_of(const Delivery& delivery) {
  return {{"id", delivery.item_id},
          {"title", delivery.item_title},
          {"link", text_or_null(delivery.item_link)}};
}

Json images_of(const Delivery& delivery) {
  Json images = Json::array();
  for (const Image& image : delivery.post.images)
    images.push_back({{"url", image.url}, {"alt", image.alt}});
  return images;
}

Json error_of(const Delivered& delivered) {
  if (delivered.delivery.error) return delivered.delivery.error->message;
  return text_or_null(delivered.outcome ? "" : delivered.why_not);
}

Json delivery_of(const PostReport& post) {
  const Delivery& delivery = post.delivered.delivery;
  return {{"id", delivery.id.value},
          {"feed", delivery.feed.value},
          {"account", delivery.account.value},
          {"network", post.network},
          {"item", item_of(delivery)},
          {"text", delivery.post.text},
          {"length", post.length},
          {"limit", post.limit},
          {"language", text_or_null(delivery.post.language)},
          {"images", images_of(delivery)},
          {"stage", name_of(delivery.stage)},
          {"url", text_or_null(delivery.url)},
          {"error", error_of(post.delivered)},
          {"warnings", post.delivered.warnings}};
}

Json entry_of(const Delivery& delivery) {
  return {
      {"id", delivery.id.value},
      {"feed", delivery.feed.value},
      {"account", delivery.account.value},
      {"item", item_of(delivery)},
      {"text", delivery.post.text},
      {"language", text_or_null(delivery.post.language)},
      {"stage", name_of(delivery.stage)},
      {"planned_at", to_iso8601(delivery.planned_at)},
      {"not_before", delivery.not_before ? Json(to_iso8601(*delivery.not_before)) : Json(nullptr)},
      {"attempts", delivery.attempts},
      {"url", text_or_null(delivery.url)},
      {"error", delivery.error ? Json(delivery.error->message) : Json(nullptr)}};
}

}  // namespace

void print_json(const RunReport& report, std::FILE* out) {
  Json feeds = Json::array();
  for (const FeedReport& feed : report.feeds) feeds.push_back(feed_of(feed));
  Json deliveries = Json::array();
  for (const PostReport& post : report.posts) deliveries.push_back(delivery_of(post));
  Json skipped = Json::array();
  for (const Skip& skip : report.skipped) {
    skipped.push_back({{"feed", skip.feed.value},
                       {"account", skip.account.value},
                       {"item", {{"id", skip.item_id}}},
                       {"reason", skip.reason}});
  }
  Json accounts = Json::array();
  for (const auto& [account, problem] : report.account_problems) {
    accounts.push_back(
        {{"account", account.value}, {"kind", name_of(problem.kind)}, {"error", problem.message}});
  }
  write({{"dry_run", report.dry_run},
         {"totals", totals_of(report.totals)},
         {"feeds", std::move(feeds)},
         {"deliveries", std::move(deliveries)},
         {"skipped", std::move(skipped)},
         {"held", held_of(report)},
         {"taken_in", taken_in_of(report)},
         {"spending", spending_of(report)},
         {"account_problems", std::move(accounts)},
         {"findings", findings_json(report.findings)},
         {"reminders", report.reminders},
         {"clock_problem", report.clock_problem}},
        out);
}

void print_history_json(const std::vector<Delivery>& deliveries, std::FILE* out) {
  Json list = Json::array();
  for (const Delivery& delivery : deliveries) list.push_back(entry_of(delivery));
  write({{"deliveries", std::move(list)}}, out);
}

std::string history_entry(const Delivery& delivery) { return json_line(entry_of(delivery)); }

}  // namespace crier
