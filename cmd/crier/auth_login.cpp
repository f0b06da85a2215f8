#include <algorithm>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "crier/way.h"
#include "oauth/loopback.h"

namespace crier {
namespace {

// The server's code lives for ten minutes; a person who has to find a password first needs some.
constexpr std::chrono::minutes patience{10};
constexpr int lines_allowed = 5;

bool is_stopped(const AuthWorld& world) { return world.stop != nullptr && *world.stop != 0; }

/// Asks the person until the answer will do.
template <class Take>
Result<SignInStep> read_lines(AuthWorld& world, const std::string& what, bool is_hidden,
                              const Take& take) {
  for (int tries = 0; tries < lines_allowed; ++tries) {
    (void)std::fputs((what + ": ").c_str(), world.out);
    (void)std::fflush(world.out);
    const bool hides = is_hidden && world.read_secret;
    const auto line = hides ? world.read_secret() : world.read_line();
    if (!line || is_stopped(world)) {
      return fail(ErrorKind::unavailable, "no {} was given", ascii_lower(what));
    }
    Result<SignInStep> step = take(*line);
    if (step || step.error().kind != ErrorKind::invalid) return step;
    say(world.err, "crier: {}", step.error().message);
  }
  return fail(ErrorKind::unauthorized, "none of these was a {}: start again", ascii_lower(what));
}

void show_address(AuthWorld& world, const std::string& url, bool paste) {
  say(world.out, "Open this address{}:\n\n  {}\n", paste ? " in a browser, on any machine" : "",
      url);
  if (paste) return;
  const bool is_open = world.open_browser && world.open_browser(url);
  say(world.out, "{} Waiting for the answer …",
      is_open ? "(It should open by itself in your browser.)"
              : "No browser could be opened: open the address in one on this machine, or start "
                "again with --paste.");
}

/// One sign-in, from its first step to its last.
class Drive {
 public:
  Drive(AuthWorld& world, Way way) : world_(world), way_(std::move(way)) {}

  Result<Credentials> run(const Account& account, const Credentials& kept) {
    std::string redirect_uri = way_.redirect_uri;
    if (listens()) {
      if (auto listening = listen(way_.port); !listening) return Failure(listening.error());
      redirect_uri = listener_->redirect_uri();
    }
    auto flow = ways_of(sign_in_of(account))->flow({world_, account, way_, redirect_uri, kept});
    if (!flow) return Failure(flow.error());
    auto step = (*flow)->begin();
    while (step && !std::holds_alternative<SignedIn>(*step)) {
      if (is_stopped(world_)) return fail(ErrorKind::unavailable, "stopped");
      step = take(**flow, *step);
    }
    if (!step) return Failure(std::move(step.error()));
    return std::get<SignedIn>(*step).credentials;
  }

 private:
  [[nodiscard]] bool listens() const { return way_.redirects && !way_.pastes; }

  Result<void> listen(std::uint16_t port) {
    listener_.reset();
    auto opened = LoopbackListener::open(world_.clock, port);
    if (!opened) return fail(std::move(opened.error()), "use --paste");
    listener_ = std::move(*opened);
    if (way_.must_have_port && loopback_port(listener_->redirect_uri()) != port) {
      return fail(ErrorKind::unavailable,
                  "port {} of this machine is taken, and the answer comes to no other: end what "
                  "uses it, or use --paste",
                  port);
    }
    return {};
  }

  Result<SignInStep> take(SignInFlow& flow, SignInStep& step) {
    return std::visit(
        Overloaded{[&](Ask& ask_step) -> Result<SignInStep> {
                     auto answer = ask(world_, std::move(ask_step.request));
                     if (!answer) return flow.unanswered(answer.error());
                     return flow.answered(*answer, world_.clock.now());
                   },
                   [&](const Prompt& prompt) {
                     for (std::size_t i = 0; i < prompt.choices.size(); ++i) {
                       say(world_.out, "  {}  {}", i + 1, printable(prompt.choices[i]));
                     }
                     return read_lines(world_, prompt.what, prompt.is_hidden,
                                       [&](const std::string& line) { return flow.told(line); });
                   },
                   [&](const LookUp& name) {
                     return flow.told(world_.look_up_txt ? world_.look_up_txt(name.name)
                                                         : std::string());
                   },
                   [&](const Browse& browse) { return show(flow, browse); },
                   [&](const SignedIn&) { return Result<SignInStep>(std::move(step)); }},
        step);
  }

  Result<SignInStep> show(SignInFlow& flow, const Browse& browse) {
    const bool pastes = browse.shows_code || !listens();
    if (!pastes && was_shown_) {
      const std::string before = listener_->redirect_uri();
      if (auto listening = listen(loopback_port(before)); !listening) {
        return Failure(listening.error());
      }
      if (listener_->redirect_uri() != before) {
        return fail(ErrorKind::unavailable, "the port for the answer is taken: start again");
      }
    }
    was_shown_ = true;
    show_address(world_, browse.url, pastes);
    if (pastes) {
      return read_lines(world_, browse.shows_code ? "Number" : "Code or address", false,
                        [&](const std::string& line) { return flow.redirected(line); });
    }
    const auto target = listener_->wait(
        patience, world_.stop, [&](std::string_view heard) { return flow.is_expected(heard); });
    if (!target) return Failure(target.error());
    return flow.redirected(*target);
  }

  AuthWorld& world_;
  Way way_;
  std::unique_ptr<LoopbackListener> listener_;
  bool was_shown_ = false;
};

/// Four groups of four, as Bluesky makes them.
bool looks_like_app_password(const Secret& password) {
  const std::string& text = password.reveal();
  if (text.size() != 19) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((i % 5 == 4) != (text[i] == '-')) return false;
  }
  return true;
}

/// What the person should know about how long this lasts.
void tell_duration(const AuthWorld& world, const Account& account, const Credentials& credentials) {
  if (const Account* twin = twin_of(world.config, world.tokens, account, credentials)) {
    say(world.err,
        "crier: account {} is signed in as the same one: a feed that names both says everything "
        "there twice. Take one of the two out of feeds.toml.",
        twin->id.value);
  }
  if (!credentials.password.empty() && !looks_like_app_password(credentials.password)) {
    say(world.err,
        "crier: that did not look like an app password (abcd-efgh-ijkl-mnop). If it is the "
        "account's own: crier auth logout {0}, make an app password, and sign in with that.",
        account.id.value);
  }
  if (!credentials.ends_at) return;
  say(world.out, "This sign-in lasts until {} at the latest.",
      day_for_reader(*credentials.ends_at));
  if (credentials.kind == "dpop" && credentials.client_key.empty()) {
    say(world.out,
        "(Two weeks is the most that Bluesky gives a program without a home of its own. For two\n"
        "years, give it one: crier auth client-metadata --url https://YOUR-SITE/crier. Or use an\n"
        "app password: crier auth login --method app-password {})",
        account.id.value);
  }
}

int keep(AuthWorld& world, const Account& account, const Credentials& credentials) {
  const auto lease = world.tokens.lease(account.id);
  if (!lease) return report(world, lease.error());
  const auto saved = world.tokens.save(account.id, credentials);
  return saved ? exit_code::ok : report(world, saved.error());
}

}  // namespace

int auth_login(AuthWorld& world, const LoginOptions& options) {
  const Account* const account = world.config.account(AccountId{options.account});
  if (account == nullptr) return report_unknown_account(world, options.account);
  const Ways* const ways = ways_of(sign_in_of(*account));
  if (ways == nullptr) {
    say(world.out, "“{}” is an account of the network “{}”, which needs no sign-in.",
        options.account, account->network);
    return exit_code::ok;
  }
  const auto& methods = ways->methods;
  const std::string method = options.method.empty() ? methods.front() : options.method;
  if (std::ranges::find(methods, method) == methods.end()) {
    say(world.err, "crier: {} knows no method “{}”; it has: {}", account->network,
        printable(method), fmt::join(methods, ", "));
    return exit_code::usage;
  }
  const auto kept = world.tokens.load(account->id);
  if (!kept && kept.error().kind != ErrorKind::unauthorized) return report(world, kept.error());
  if (kept && is_from_environment(*kept)) {
    say(world.err, "crier: {} holds a token, and wins over the sign-in for as long as it is set.",
        kept->source);
  }
  const Credentials before = kept.value_or(Credentials{});
  const Way way = ways->way(*account, method, before, options.paste);
  ways->explain(world, *account, way);
  const auto credentials = Drive(world, way).run(*account, before);
  if (!credentials) return report(world, credentials.error());
  if (world.config.is_rehearsal &&
      !origin_of(credentials->server).starts_with("http://127.0.0.1")) {
    say(world.err, "crier: this is a rehearsal's feeds.toml, and {} is no stand-in: not kept",
        printable(credentials->server));
    return exit_code::usage;
  }
  if (const int code = keep(world, *account, *credentials); code != exit_code::ok) return code;
  say(world.out, "\nSigned in as {}.", credentials->handle);
  tell_duration(world, *account, *credentials);
  if (!before.handle.empty() && before.account_id != credentials->account_id) {
    say(world.out, "(Before, “{}” was {}: what was posted there stays there.)", options.account,
        printable(before.handle));
  }
  return exit_code::ok;
}

}  // namespace crier
