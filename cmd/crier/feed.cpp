#include "crier/feed.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "crier/json_line.h"
#include "feed/identity.h"
#include "feed/item_text.h"
#include "feed/parse.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

void write(std::FILE* to, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), to);
}

Json date_json(const std::optional<SysTime>& date) {
  return date ? Json(to_iso8601(*date)) : Json(nullptr);
}

Json item_json(const Item& item) {
  Json images = Json::array();
  for (const Image& image : item.images) images.push_back({{"url", image.url}, {"alt", image.alt}});
  Json enclosures = Json::array();
  for (const Enclosure& each : item.enclosures) {
    enclosures.push_back({{"url", each.url}, {"type", each.type}, {"length", each.length}});
  }
  return {{"id", item.guid ? Json(*item.guid) : Json(nullptr)},
          {"title", item.title.value},
          {"link", item.link},
          {"published", date_json(item.published)},
          {"updated", date_json(item.updated)},
          {"summary", item.summary.value},
          {"categories", item.categories},
          {"images", std::move(images)},
          {"enclosures", std::move(enclosures)}};
}

/// Written item by item: a feed of 100,000 items is not held a second time as JSON.
void write_json(const std::string& source, Feed& feed, std::FILE* out) {
  write(out, fmt::format(
                 R"({{"source":{},"format":{},"title":{},"link":{},"language":{},"items":[)",
                 json_line(Json(source)), json_line(Json(feed.format)), json_line(Json(feed.title)),
                 json_line(Json(feed.link)), json_line(Json(feed.language))));
  bool first = true;
  for (Item& item : feed.items) {
    make_plain(item);
    if (!first) write(out, ",");
    first = false;
    write(out, json_line(item_json(item)));
    item = Item();
  }
  Json warnings = Json::array();
  for (const Warning& each : feed.warnings) {
    warnings.push_back({{"code", each.code}, {"message", each.message}});
  }
  write(out, "],\"warnings\":" + json_line(warnings) + "}\n");
}

/// The first words of a text, for a listing.
std::string beginning(const std::string& text) {
  constexpr std::size_t most = 160;
  return printable(beginning_of(text, most));
}

void write_item(Item& item, std::FILE* out) {
  make_plain(item);
  const auto line = [out](const char* label, const std::string& value) {
    if (!value.empty()) write(out, fmt::format("      {:<10} {}\n", label, value));
  };
  write(out,
        "  - " + (item.title.value.empty() ? "(no title)" : beginning(item.title.value)) + "\n");
  line("link", printable(item.link));
  line("published", item.published ? to_iso8601(*item.published) : "");
  line("updated", item.updated ? to_iso8601(*item.updated) : "");
  line("id", item.guid ? beginning(*item.guid) : "");
  line("summary", beginning(item.summary.value));
  std::string categories;
  for (const std::string& each : item.categories) {
    categories += (categories.empty() ? "" : ", ") + beginning(each);
  }
  line("categories", categories);
  for (const Image& image : item.images) {
    line("image", printable(image.url) +
                      (image.alt.empty() ? " (no description)" : ": " + beginning(image.alt)));
  }
  for (const Enclosure& each : item.enclosures) {
    line("file", fmt::format("{} {}", printable(each.url), each.type));
  }
}

void write_warnings(const std::string& source, const Feed& feed, std::FILE* out) {
  for (const Warning& each : feed.warnings) {
    write(out, fmt::format("{}: {} ({})\n", printable(source), printable(each.message), each.code));
  }
}

void write_listing(const std::string& source, Feed& feed, std::FILE* out) {
  write(out, fmt::format("{}: {}, {} {}\n", printable(source), feed.format, feed.items.size(),
                         feed.items.size() == 1 ? "item" : "items"));
  const auto line = [out](const char* label, const std::string& value) {
    if (!value.empty()) write(out, fmt::format("  {:<10} {}\n", label, beginning(value)));
  };
  line("title", feed.title);
  line("link", feed.link);
  line("language", feed.language);
  for (Item& item : feed.items) write_item(item, out);
  write_warnings(source, feed, out);
}

/// A name of feeds.toml, or an address without its beginning, is no file.
std::string meant_by(const std::string& source) {
  if (source == "-" || is_http_url(source) || std::filesystem::exists(source)) return {};
  const std::size_t dot = source.find('.'), slash = source.find('/');
  if (dot == std::string::npos && slash == std::string::npos)
    return " (of a feed in feeds.toml, write what stands behind its url)";
  if (source.starts_with("www.") || (dot > 0 && dot < slash && slash != std::string::npos))
    return fmt::format(" (an address begins with https:// or http://: https://{})", source);
  return {};
}

Result<Feed> understood(const std::string& source, const InspectOptions& options,
                        const ReadSource& read) {
  auto document = read(source);
  if (!document) return Failure(document.error());
  ParseOptions parsing;
  parsing.base_url = options.base_url.empty() && is_http_url(document->final_url)
                         ? document->final_url
                         : options.base_url;
  parsing.content_type = std::move(document->content_type);
  auto feed = parse_feed(std::move(document->bytes), parsing);
  if (!feed) return feed;
  if (!document->remark.empty()) feed->warnings.push_back({"wrong-encoding", document->remark});
  for (Warning& odd : odd_names(feed->items)) feed->warnings.push_back(std::move(odd));
  return feed;
}

}  // namespace

int inspect_feeds(const InspectOptions& options, const ReadSource& read, std::FILE* out,
                  std::FILE* err) {
  int exit_code = 0;
  for (const std::string& given : options.sources) {
    auto feed = understood(given, options, read);
    const std::string source = is_http_url(given) ? loggable(given) : given;
    if (!feed) {
      exit_code = 1;
      const std::string& why =
          feed.error().message;  // one from the reader names the source already
      write(err,
            fmt::format("crier: {}{}{}\n", why.starts_with(source) ? "" : printable(source) + ": ",
                        printable(why), printable(meant_by(given))));
      // One line for each of several sources; of one, the answer is the exit code and stderr.
      if (options.json && options.sources.size() > 1) {
        const Json line{{"source", source}, {"error", feed.error().message}};
        write(out, json_line(line) + "\n");
      }
    } else if (options.quiet) {
      write_warnings(source, *feed, err);
    } else if (options.json) {
      write_json(source, *feed, out);
    } else {
      write_listing(source, *feed, out);
    }
  }
  return exit_code;
}

}  // namespace crier
