#include <algorithm>
#include <charconv>

#include "config/read.h"
#include "config/values.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::string_view url_example = "url = \"https://www.example.gov.uk/jobs/rss\"";

void read_url(Section& section, const std::filesystem::path& folder, FeedConfig& feed) {
  if (!section.has("url")) {
    section.tell("url", fmt::format("has no url; write {}", url_example));
    return;
  }
  const std::optional<std::string> given = section.text("url", url_example);
  if (!given) return;
  const std::string url(trimmed(*given));
  if (url == "-") {
    section.tell("url",
                 "a feed from standard input can be looked at with `crier feed inspect -`, but not "
                 "be followed; write an address or a path");
  } else if (is_http_url(url)) {
    if (is_web_address(url)) {
      feed.url = url;
    } else {
      section.tell("url",
                   fmt::format("{}; write it like {}", why_no_web_address(url), url_example));
    }
  } else if (url.find("://") != std::string::npos || url.starts_with("www.") ||
             url.starts_with("feed:")) {
    section.tell("url", fmt::format("an address begins with https:// or http://; write it like {}, "
                                    "or a path on this machine without any ://",
                                    url_example));
  } else if (const auto path = read_path(section, "url", url, folder)) {
    feed.url = path->string();
    feed.is_path = true;
  }
}

void read_accounts(Section& section, std::span<const std::string> defined, FeedConfig& feed) {
  const std::string example =
      fmt::format("accounts = [\"{}\"]", defined.empty() ? "town-hall" : printable(defined[0]));
  if (!section.has("accounts")) {
    section.tell("accounts",
                 fmt::format("has no accounts, so nobody would hear of it; write {}", example));
    return;
  }
  const auto names = section.texts("accounts", example);
  if (!names) return;
  if (names->empty()) {
    section.tell("accounts",
                 fmt::format("is empty, so nobody would hear of the feed; write {}", example));
  }
  for (const std::string& name : *names) {
    if (has_user_info(name)) continue;  // told of by refuse_secrets
    const AccountId id{name};
    if (std::ranges::find(feed.accounts, id) != feed.accounts.end()) {
      section.tell("accounts", fmt::format("names \"{}\" twice; once is enough", printable(name)));
    } else if (std::ranges::find(defined, name) == defined.end()) {
      const std::optional<std::string> meant = nearest(name, defined);
      std::string advice = defined.empty() ? "none is defined: begin one with [accounts.NAME]"
                                           : "the accounts are: " + listed(defined);
      if (meant) advice = fmt::format("did you mean \"{}\"?", *meant);
      section.tell("accounts",
                   fmt::format("there is no account \"{}\"; {}", printable(name), advice));
    } else {
      feed.accounts.push_back(id);
    }
  }
}

void read_wording(Section& section, FeedConfig& feed) {
  feed.prefix = section.text("prefix", "prefix = \"New job: \"").value_or(std::string());
  feed.text_template = "{{prefix}}{{title}} {{link}}";
  const auto text_template =
      section.text("template", "template = \"{{prefix}}{{title}} {{link}}\"");
  if (!text_template) return;
  if (trimmed(*text_template).empty()) {
    section.tell("template",
                 "is empty, so there would be nothing to post; write template = "
                 "\"{{prefix}}{{title}} {{link}}\", or take the line out");
  } else {
    feed.text_template = *text_template;
  }
}

/// Whom a feed's own words may call; all others are made harmless (compose/defuse).
void read_mentions(Section& section, FeedConfig& feed) {
  constexpr std::string_view example = "mentions = [\"@police\"]";
  const auto names = section.texts("mentions", example);
  if (!names) return;
  for (const std::string& given : *names) {
    const std::string name(trimmed(given));
    if (name.size() < 2 || name.front() != '@' ||
        name.find_first_of(" \t\r\n,") != std::string::npos) {
      section.tell("mentions", fmt::format("\"{}\" is no account's name as a post writes it; write "
                                           "it with its @, like {}",
                                           printable(given), example));
    } else {
      feed.mentions.push_back(name);
    }
  }
}

void read_first_run(Section& section, FeedConfig& feed) {
  const auto first_run = section.text("first_run", "first_run = \"skip\"");
  if (!first_run || *first_run == "skip") return;
  if (*first_run == "latest") {
    feed.first_run = FirstRun::latest;
  } else {
    section.tell("first_run", fmt::format("is \"{}\", and must be \"skip\" (what a new feed holds "
                                          "is history) or \"latest\" (its newest item is posted)",
                                          printable(*first_run)));
  }
}

/// "off", or the share of a feed's items that may be new at once: "50%".
std::optional<int> parse_share(std::string_view text) {
  if (text == "off") return 0;
  int percent = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (problem != std::errc() || trimmed(rest) != "%" || percent < 1 || percent > 100)
    return std::nullopt;
  return percent;
}

/// What guards residents against floods, repeats and old news.
void read_guards(Section& section, FeedConfig& feed) {
  constexpr std::size_t most = 100'000;
  if (const auto fuse = section.text("fuse", "fuse = \"50%\"")) {
    if (const auto percent = parse_share(trimmed(*fuse))) {
      feed.fuse.percent = *percent;
    } else {
      section.tell("fuse",
                   "must be a share of the feed's items from \"1%\" to \"100%\", or \"off\"; write "
                   "it like fuse = \"50%\"");
    }
  }
  feed.fuse.items = section.number("fuse_items", 1, most, 10).value_or(feed.fuse.items);
  if (const auto identity = section.text("identity", "identity = \"alerts\"")) {
    if (*identity == "alerts") {
      feed.identity = ItemIdentity::alerts;
    } else if (*identity != "items") {
      section.tell("identity",
                   fmt::format("is \"{}\", and must be \"items\" or \"alerts\" (an item that says "
                               "the same with another date is a new one)",
                               printable(*identity)));
    }
  }
  if (const auto suspect = section.text("on_suspect", "on_suspect = \"hold\"")) {
    if (*suspect == "post") {
      feed.on_suspect = OnSuspect::post;
    } else if (*suspect != "hold") {
      section.tell("on_suspect",
                   fmt::format("is \"{}\", and must be \"hold\" (what may be old news waits for "
                               "you) or \"post\" (it is posted)",
                               printable(*suspect)));
    }
  }
  feed.max_per_run = section.number("max_per_run", 1, most, 5).value_or(feed.max_per_run);
  feed.stale_after = section.duration("stale_after", "1h", "3650d", "stale_after = \"7d\"")
                         .value_or(feed.stale_after);
  feed.expect_every = section.duration("expect_every", "1h", "3650d", "expect_every = \"7d\"")
                          .value_or(feed.expect_every);
}

/// What goes out beside the words, and when.
void read_pages(Section& section, FeedConfig& feed) {
  if (const auto images = section.text("images", "images = \"described\"")) {
    if (*images == "none") {
      feed.images = AttachImages::none;
    } else if (*images == "all") {
      feed.images = AttachImages::all;
    } else if (*images != "described") {
      section.tell("images",
                   fmt::format("is \"{}\", and must be \"none\", \"described\" (pictures that "
                               "have a description are attached) or \"all\"",
                               printable(*images)));
    }
  }
  feed.require_page = section.flag("require_page");
  feed.urgent = section.flag("urgent").value_or(false);
}

void read_base_url(Section& section, FeedConfig& feed) {
  const auto base_url = section.text("base_url", "base_url = \"https://www.example.gov.uk/\"");
  if (!base_url || base_url->empty()) return;
  const std::string_view url = trimmed(*base_url);
  if (is_web_address(url)) {
    feed.base_url = url;
  } else {
    section.tell("base_url",
                 fmt::format("{}; write it like base_url = \"https://www.example.gov.uk/\"",
                             why_no_web_address(url)));
  }
}

}  // namespace

std::optional<FeedConfig> read_feed(const NamedNode& entry, const std::filesystem::path& folder,
                                    std::span<const std::string> accounts,
                                    std::vector<ConfigProblem>& problems) {
  const std::string shown = "feeds." + printable(entry.name);
  const toml::table* table = entry.node->as_table();
  if (table == nullptr) {
    problems.push_back(
        {entry.line,
         fmt::format(
             "{}: is a value, and must be a section; write [feeds.NAME] above the feed's settings",
             shown)});
    return std::nullopt;
  }
  if (!is_name(entry.name)) {
    problems.push_back(
        {entry.line,
         fmt::format("{}: the name of a feed has letters a-z, digits, - and _, at most 64 of them",
                     shown)});
  }
  Section section(*table, shown, entry.line, problems);
  FeedConfig feed;
  feed.id.value = entry.name;
  feed.line = entry.line;
  read_url(section, folder, feed);
  read_wording(section, feed);
  read_base_url(section, feed);
  feed.language = read_language(section);
  read_first_run(section, feed);
  read_guards(section, feed);
  read_pages(section, feed);
  read_mentions(section, feed);
  read_accounts(section, accounts, feed);
  section.refuse_the_rest();
  return feed;
}

}  // namespace crier
