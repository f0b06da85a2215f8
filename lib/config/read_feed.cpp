#include <algorithm>

#include "config/read.h"
#include "config/values.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::string_view url_example = "url = \"https://www.example.gov.uk/jobs/rss\"";
constexpr std::string_view accounts_example = "accounts = [\"town-hall\"]";

bool is_usable_address(std::string_view text) {
  if (!is_http_url(text) || text.find_first_of(" \t\r\n\"<>") != std::string_view::npos)
    return false;
  const std::optional<Url> url = parse_url(text);
  return url && !url->host.empty();
}

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
    if (is_usable_address(url)) {
      feed.url = url;
    } else {
      section.tell("url", fmt::format("is no web address; write it like {}", url_example));
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
  if (!section.has("accounts")) {
    section.tell("accounts", fmt::format("has no accounts, so nobody would hear of it; write {}",
                                         accounts_example));
    return;
  }
  const auto names = section.texts("accounts", accounts_example);
  if (!names) return;
  if (names->empty()) {
    section.tell("accounts", fmt::format("is empty, so nobody would hear of the feed; write {}",
                                         accounts_example));
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

void read_base_url(Section& section, FeedConfig& feed) {
  const auto base_url = section.text("base_url", "base_url = \"https://www.example.gov.uk/\"");
  if (!base_url || base_url->empty()) return;
  const std::string_view url = trimmed(*base_url);
  if (is_usable_address(url)) {
    feed.base_url = url;
  } else {
    section.tell("base_url",
                 "is no web address; write it like base_url = \"https://www.example.gov.uk/\"");
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
  read_accounts(section, accounts, feed);
  section.refuse_the_rest();
  return feed;
}

}  // namespace crier
