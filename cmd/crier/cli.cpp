#include "crier/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <sstream>

#include "config/values.h"
#include "crier/cli_mistakes.h"
#include "crier/exit_code.h"
#include "crier/version.h"
#include "rehearsal/server.h"
#include "store/foreign_state.h"

namespace crier {
namespace {

// The library gives an option with a list every word behind it: a FILE that follows would be taken
// for a name. Each of these takes one word.

/// An option that is given once.
CLI::Option* add_name(CLI::App& app, const std::string& option, std::vector<std::string>& to,
                      const std::string& help) {
  return app
      .add_option_function<std::string>(
          option, [&to](const std::string& name) { to = {name}; }, help)
      ->type_name("NAME");
}

/// An option that may be given again and again.
CLI::Option* add_names(CLI::App& app, const std::string& option, std::vector<std::string>& to,
                       const std::string& help) {
  return app.add_option(option, to, help)->type_name("NAME")->expected(-1)->allow_extra_args(false);
}

void add_publish(CLI::App& app, CommandLine& line) {
  CLI::App* publish = app.add_subcommand("publish", "Read the feeds and post what is new");
  publish->add_flag("-n,--dry-run", line.dry_run,
                    "Show every post as it would go out; send and write nothing");
  add_names(*publish, "--feed", line.feeds, "Only this feed (may be given more than once)");
  add_names(*publish, "--account", line.accounts,
            "Post to this account only; what is new for others waits");
  publish
      ->add_option("--backfill", line.backfill,
                   "Of the newest N items of each feed, post those that were not posted yet")
      ->type_name("N")
      ->check(number_between(1, 1000));
  publish->add_flag("--now", line.ask_all,
                    "Ask every feed now, also those that said how long they stay the same");
  publish->add_flag("--json", line.json, "Print one JSON object in place of the table");
  publish->add_flag("-q,--quiet", line.quiet, "Print nothing but problems");
  publish->callback([&line] { line.command = Command::publish; });
}

void add_rehearse(CLI::App& app, CommandLine& line) {
  CLI::App* rehearse = app.add_subcommand(
      "rehearse",
      "Run feeds.toml against stand-ins of every network on this machine; needs no account");
  std::vector<std::string> faults(rehearsal::fault_names.begin(), rehearsal::fault_names.end());
  rehearse
      ->add_option("--fault", line.fault,
                   "What goes wrong once with the first post of each account: " + listed(faults))
      ->type_name("FAULT")
      ->check(one_of(faults));
  rehearse->add_option("--posts", line.backfill, "Post the newest N items of each feed (2)")
      ->type_name("N")
      ->check(number_between(1, 1000));
  rehearse
      ->add_option("--port", line.port, "Where to show the page (8700, or the next that is free)")
      ->type_name("N")
      ->check(number_between(1024, 65535));
  rehearse->add_flag("--once", line.once, "End after the run; show no page");
  rehearse
      ->add_option("--folder", line.folder,
                   "Where to keep all of it; a new folder, or an earlier rehearsal's")
      ->type_name("DIR");
  rehearse->callback([&line] {
    line.command = Command::rehearse;
    if (line.backfill == 0) line.backfill = 2;
  });
}

void add_auth(CLI::App& app, CommandLine& line) {
  CLI::App* auth = app.add_subcommand("auth", "Sign in to accounts, and see who is signed in");
  auth->require_subcommand(1);
  CLI::App* login = auth->add_subcommand("login", "Sign in to an account");
  login->add_option("ACCOUNT", line.account, "Its name in feeds.toml")->required();
  login->add_flag("--paste", line.paste, "Paste the code by hand: for a machine without a browser");
  login->add_option(
      "--method", line.method,
      "How: Bluesky oauth or app-password; X pin, tokens or oauth2; the first, if none is named");
  login->callback([&line] { line.command = Command::auth_login; });
  CLI::App* status = auth->add_subcommand("status", "Show who is signed in");
  status->add_flag("--json", line.json, "Print one JSON object");
  status->add_flag("--ask", line.ask_all, "Ask X, too, which takes $0.01 for it");
  status->callback([&line] { line.command = Command::auth_status; });
  CLI::App* logout = auth->add_subcommand("logout", "Sign out of an account and forget its token");
  logout->add_option("ACCOUNT", line.account, "Its name in feeds.toml")->required();
  logout->callback([&line] { line.command = Command::auth_logout; });
  CLI::App* metadata = auth->add_subcommand(
      "client-metadata", "Write two files for your website, so that Bluesky sign-ins last");
  metadata->add_option("--url", line.url, "The folder on your website where they will be")
      ->required();
  metadata->add_option("--name", line.name, "Your council's name, as Bluesky is to show it");
  metadata->add_option("--folder", line.folder, "Where to write them; this folder, if not said");
  metadata->callback([&line] { line.command = Command::auth_client_metadata; });
}

void add_feed(CLI::App& app, CommandLine& line) {
  CLI::App* feed = app.add_subcommand("feed", "Look at feeds, and decide about them");
  feed->require_subcommand(1);
  CLI::App* inspect = feed->add_subcommand("inspect", "Show what crier understands of a feed");
  inspect->add_option("SOURCE", line.sources, "An address, a file, or - for standard input")
      ->required();
  inspect->add_option("--base-url", line.base_url, "What relative links in a file hang on")
      ->type_name("URL");
  inspect->add_flag("--json", line.json, "Print one JSON object a line for each source");
  inspect->add_flag("-q,--quiet", line.quiet, "Print nothing but problems");
  inspect->callback([&line] { line.command = Command::feed_inspect; });
  const auto decision = [&](const char* name, const char* help, Command command) {
    CLI::App* sub = feed->add_subcommand(name, help);
    sub->add_option("FEED", line.feed, "Its name in feeds.toml")->required();
    sub->callback([&line, command] { line.command = command; });
  };
  decision("release", "What is held of a feed is news: post it in the next run",
           Command::feed_release);
  decision("adopt", "What is held of a feed was said before: leave it out for good",
           Command::feed_adopt);
  decision("resume", "Ask a feed again whose server said that it is gone", Command::feed_resume);
}

void add_decisions(CLI::App& app, CommandLine& line) {
  CLI::App* status =
      app.add_subcommand("status", "Show what waits, for what, and what needs you; ask no server");
  status->add_flag("--json", line.json, "Print one JSON object");
  status->callback([&line] { line.command = Command::status; });
  CLI::App* resolve =
      app.add_subcommand("resolve",
                         "Settle a post that is held or in doubt: of one in doubt, look "
                         "at the account first");
  resolve->add_option("NUMBER", line.delivery, "Its number, as crier status shows it")->required();
  resolve->add_option("--posted", line.posted, "It is there, at this address")->type_name("URL");
  resolve->add_flag("--not-posted", line.not_posted, "Leave it out for good");
  resolve->add_flag("--retry", line.retry, "Post it in the next run");
  resolve->add_flag("--undo", line.undo,
                    "Take --posted, --not-posted or feed adopt back: as it was before");
  resolve->callback([&line] { line.command = Command::resolve; });
}

void add_rest(CLI::App& app, CommandLine& line) {
  CLI::App* check =
      app.add_subcommand("check", "Check feeds.toml, the feeds and the accounts; post nothing");
  check->add_flag("--json", line.json, "Print one JSON object");
  check->callback([&line] { line.command = Command::check; });
}

void add_text(CLI::App& app, CommandLine& line) {
  CLI::App* text = app.add_subcommand(
      "text", "Measure a text on standard input as a network measures it; needs no feeds.toml");
  text->add_option("--network", line.network, "Whose measure: mastodon, bluesky, x, facebook, …")
      ->type_name("NAME");
  text->add_flag("--json", line.json,
                 "Each line is {\"network\":\"x\",\"text\":\"...\"}; print one object for each");
  text->callback([&line] { line.command = Command::text; });
}

void add_history_import(CLI::App& history, CommandLine& line) {
  CLI::App* import = history.add_subcommand(
      "import", "Take items as known that another program has announced; post nothing");
  add_name(*import, "--feed", line.feeds, "The feed that they belong to")->required();
  import->add_option("FILE", line.sources, "One id or link a line; - for standard input")
      ->expected(1)
      ->required();
  std::vector<std::string> programs;
  programs.reserve(foreign_programs.size());
  for (const StateFormatName& program : foreign_programs) programs.emplace_back(program.name);
  import->add_option("--from", line.from, "FILE is the memory of this program: " + listed(programs))
      ->type_name("PROGRAM")
      ->check(one_of(programs));
  import->add_option("--as", line.as, "What the feed is called there, if it is not NAME")
      ->type_name("NAME");
  import->callback([&line] { line.command = Command::history_import;
});
}  // namespace

void add_history_export(CLI::App& history, CommandLine& line) {
  CLI::App* out =
      history.add_subcommand("export", "Print every post, oldest first, for a spreadsheet");
  out->add_option("--since", line.since, "Only what was planned then or later, in UTC")
      ->type_name("YYYY-MM-DD");
  add_name(*out, "--feed", line.feeds, "Only this feed");
  add_name(*out, "--account", line.accounts, "Only this account");
  CLI::Option* csv = out->add_flag_function(
      "--csv", [](std::int64_t) {}, "Print a table for a spreadsheet (as without this)");
  out->add_flag("--json", line.json, "Print one JSON object instead")->excludes(csv);
  out->callback([&line] { line.command = Command::history_export; });
}

void add_history_rebuild(CLI::App& history, CommandLine& line) {
  CLI::App* rebuild = history.add_subcommand(
      "rebuild", "Fill a ledger that was lost from what an account has posted; post nothing");
  add_name(*rebuild, "--account", line.accounts, "The account whose posts are read back")
      ->required();
  rebuild->add_flag("-n,--dry-run", line.dry_run,
                    "Show what would be taken as known; write nothing");
  rebuild->add_flag("--json", line.json, "Print one JSON object");
  rebuild->callback([&line] { line.command = Command::history_rebuild; });
}

void add_history(CLI::App& app, CommandLine& line) {
  CLI::App* history =
      app.add_subcommand("history", "Show what was posted, and what waits or was refused");
  add_name(*history, "--feed", line.feeds, "Only this feed");
  add_name(*history, "--account", line.accounts, "Only this account");
  CLI::Option* limit =
      history->add_option("--limit", line.limit, "At most so many, newest first (50)")
          ->type_name("N")
          ->check(number_between(1, 1'000'000));
  CLI::Option* uncertain = history->add_flag(
      "--uncertain", line.uncertain, "Only what may be public, and nobody could be asked about");
  history->add_flag("--json", line.json, "Print one JSON object");
  history->require_subcommand(0, 1);
  add_history_import(*history, line);
  add_history_export(*history, line);
  add_history_rebuild(*history, line);
  history->callback([=, &line] {
    if (history->get_subcommands().empty()) {
      line.command = Command::history;
    } else if (limit->count() > 0 || uncertain->count() > 0) {
      throw CLI::ValidationError("--limit and --uncertain are for `crier history` alone");
    }
  });
}

/// `crier help history import` is `crier history import --help`.
std::vector<std::string> words_of(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  return words;
}

}  // namespace crier

CommandLine read_command_line(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app{"Posts what is new in RSS feeds to social accounts: each item once per account.",
               "crier"};
  app.set_version_flag("--version", std::string("crier ") + version);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option(
         "-c,--config", line.config,
         "feeds.toml to use (else $CRIER_CONFIG, ./feeds.toml, ~/.config/crier, /etc/crier)")
      ->type_name("FILE");
  add_publish(app, line);
  add_rehearse(app, line);
  add_rest(app, line);
  add_decisions(app, line);
  add_history(app, line);
  add_auth(app, line);
  add_feed(app, line);
  add_text(app, line);
  std::vector<std::string> words = words_of(argc, argv);
  if (tell_unknown_command(app, words)) {
    line.exit = exit_code::usage;
    return line;
  }
  std::ranges::reverse(words);  // as the library wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::Success& wish) {
    // The library's own streams would pass by what makes output safe for a terminal.
    std::ostringstream out;
    (void)app.exit(wish, out, out);
    fmt::print("{}", out.str());
    line.exit = exit_code::ok;
  } catch (const CLI::ParseError& problem) {
    tell_mistake(app, problem);
    line.exit = exit_code::usage;
  }
  return line;
}

}  // namespace crier
