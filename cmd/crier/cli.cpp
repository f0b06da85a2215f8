#include "crier/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "crier/exit_code.h"
#include "crier/version.h"

namespace crier {
namespace {

void add_publish(CLI::App& app, CommandLine& line) {
  CLI::App* publish = app.add_subcommand("publish", "Read the feeds and post what is new");
  publish->add_flag("-n,--dry-run", line.dry_run,
                    "Show every post as it would go out; send and write nothing");
  publish->add_option("--feed", line.feeds, "Only this feed (may be given more than once)")
      ->type_name("NAME");
  publish
      ->add_option("--account", line.accounts,
                   "Post to this account only; what is new for others waits")
      ->type_name("NAME");
  publish
      ->add_option("--backfill", line.backfill,
                   "Of the newest N items of each feed, post those that were not posted yet")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  publish->add_flag("--json", line.json, "Print one JSON object in place of the table");
  publish->add_flag("-q,--quiet", line.quiet, "Print nothing but problems");
  publish->callback([&line] { line.command = Command::publish; });
}

void add_auth(CLI::App& app, CommandLine& line) {
  CLI::App* auth = app.add_subcommand("auth", "Sign in to accounts, and see who is signed in");
  auth->require_subcommand(1);
  CLI::App* login = auth->add_subcommand("login", "Sign in to an account");
  login->add_option("ACCOUNT", line.account, "Its name in feeds.toml")->required();
  login->add_flag("--paste", line.paste, "Paste the code by hand: for a machine without a browser");
  login->callback([&line] { line.command = Command::auth_login; });
  CLI::App* status = auth->add_subcommand("status", "Show who is signed in");
  status->add_flag("--json", line.json, "Print one JSON object");
  status->callback([&line] { line.command = Command::auth_status; });
  CLI::App* logout = auth->add_subcommand("logout", "Sign out of an account and forget its token");
  logout->add_option("ACCOUNT", line.account, "Its name in feeds.toml")->required();
  logout->callback([&line] { line.command = Command::auth_logout; });
}

void add_feed(CLI::App& app, CommandLine& line) {
  CLI::App* feed = app.add_subcommand("feed", "Look at feeds");
  feed->require_subcommand(1);
  CLI::App* inspect = feed->add_subcommand("inspect", "Show what crier understands of a feed");
  inspect->add_option("SOURCE", line.sources, "An address, a file, or - for standard input")
      ->required();
  inspect->add_option("--base-url", line.base_url, "What relative links in a file hang on")
      ->type_name("URL");
  inspect->add_flag("--json", line.json, "Print one JSON object a line for each source");
  inspect->add_flag("-q,--quiet", line.quiet, "Print nothing but problems");
  inspect->callback([&line] { line.command = Command::feed_inspect; });
}

void add_rest(CLI::App& app, CommandLine& line) {
  CLI::App* check =
      app.add_subcommand("check", "Check feeds.toml, the feeds and the accounts; post nothing");
  check->add_flag("--json", line.json, "Print one JSON object");
  check->callback([&line] { line.command = Command::check; });
  CLI::App* history =
      app.add_subcommand("history", "Show what was posted, and what waits or was refused");
  history->add_option("--feed", line.feeds, "Only this feed")->type_name("NAME")->expected(1);
  history->add_option("--account", line.accounts, "Only this account")
      ->type_name("NAME")
      ->expected(1);
  history->add_option("--limit", line.limit, "At most so many, newest first (50)")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  history->add_flag("--json", line.json, "Print one JSON object");
  history->callback([&line] { line.command = Command::history; });
}

}  // namespace

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
  add_rest(app, line);
  add_auth(app, line);
  add_feed(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    line.exit = code == 0 ? exit_code::ok : exit_code::usage;
  }
  return line;
}

}  // namespace crier
