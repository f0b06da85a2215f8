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
#include "oauth/loopback.h"
#include "oauth/sign_in_bluesky.h"
#include "oauth/sign_in_oauth2.h"
#include "oauth/sign_in_x.h"

namespace crier {
namespace {

// The server's code lives for ten minutes; a person who has to find a password first needs some.
constexpr std::chrono::minutes patience{10};
constexpr int lines_allowed = 5;
/// X compares the redirect address with the registered one, port included.
constexpr std::uint16_t x_port = 8976;

/// How one account is signed in: what each network's methods need of this machine.
struct Way {
  std::string method;
  bool redirects = false;  ///< the browser comes back to an address
  bool pastes = false;     ///< that address is pasted, and not listened on
  std::uint16_t port = 0;  ///< to listen on; 0: any
  bool must_have_port = false;
  std::string redirect_uri;  ///< where none is listened on
};

std::vector<std::string> methods_of(SignIn sign_in) {
  switch (sign_in) {
    case SignIn::none: return {};
    case SignIn::mastodon: return {"oauth"};
    case SignIn::bluesky: return {"oauth", "app-password"};
    case SignIn::x: return {"pin", "tokens", "oauth2"};
  }
  return {};
}

std::string setting(const Account& account, const char* key) {
  const auto found = account.settings.find(key);
  return found == account.settings.end() ? std::string() : found->second;
}

Way way_of(const Account& account, const std::string& method, const Credentials& kept, bool paste) {
  Way way{method, false, paste, 0, false, {}};
  switch (sign_in_of(account)) {
    case SignIn::none: break;
    case SignIn::mastodon:
      way.redirects = true;
      // The server compares the port too, so that only the same one lets the registration serve
      // again.
      way.port = loopback_port(kept.app_redirect_uri);
      way.redirect_uri = out_of_band;
      break;
    case SignIn::bluesky:
      way.redirects = method == "oauth";
      way.redirect_uri = "http://127.0.0.1/callback";
      if (const std::string client = setting(account, "client_id"); !client.empty()) {
        way.pastes = true;
        way.redirect_uri = redirect_page_of(client);
      }
      break;
    case SignIn::x:
      way.redirects = method == "oauth2";
      way.port = x_port;
      way.must_have_port = true;
      way.redirect_uri = fmt::format("http://127.0.0.1:{}/callback", x_port);
      break;
  }
  return way;
}

Result<std::unique_ptr<SignInFlow>> make_flow(AuthWorld& world, const Account& account,
                                              const Way& way, const std::string& redirect_uri,
                                              const Credentials& kept) {
  std::unique_ptr<SignInFlow> flow;
  switch (sign_in_of(account)) {
    case SignIn::none: break;
    case SignIn::mastodon:
      flow = std::make_unique<OAuth2SignIn>(
          SignInPlan{.server = account.server, .redirect_uri = redirect_uri, .kept = kept},
          world.random);
      break;
    case SignIn::bluesky: {
      BlueskySignInPlan plan;
      plan.method = way.method == "oauth" ? BlueskySignInPlan::Method::oauth
                                          : BlueskySignInPlan::Method::app_password;
      plan.handle = setting(account, "handle");
      plan.server = account.server;
      plan.plc_directory = setting(account, "plc_directory");
      plan.client_id = setting(account, "client_id");
      plan.redirect_uri = redirect_uri;
      plan.allow_private_addresses = world.config.allow_private_addresses;
      if (way.redirects && !plan.client_id.empty()) {
        auto key = client_key(world, false);
        if (!key) return Failure(std::move(key).error());
        plan.client_key = *std::move(key);
      }
      flow = std::make_unique<BlueskySignIn>(std::move(plan), world.clock, world.random);
      break;
    }
    case SignIn::x: {
      const auto method = way.method == "pin"      ? XSignInPlan::Method::pin
                          : way.method == "tokens" ? XSignInPlan::Method::tokens
                                                   : XSignInPlan::Method::oauth2;
      flow = std::make_unique<XSignIn>(XSignInPlan{method, account.server, redirect_uri, kept},
                                       world.clock, world.random);
      break;
    }
  }
  CRIER_ENSURE(flow != nullptr, "every network with a sign-in has a flow");
  return flow;
}

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
    auto flow = make_flow(world_, account, way_, redirect_uri, kept);
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

void explain_redirect(const AuthWorld& world, const Account& account, const Way& way) {
  const bool shows_code = sign_in_of(account) == SignIn::mastodon;
  say(world.out,
      "1. {} Sign in there as the account\n"
      "   that crier is to post as; crier never sees the password.\n"
      "2. The page asks whether crier may post for the account. Allow it.\n"
      "3. {}\n",
      way.pastes ? "You open a page of that server in a browser."
                 : "A page of that server opens in your browser.",
      !way.pastes ? "The page then sends you back, and crier keeps a token for the account."
      : shows_code
          ? "The page then shows a code. Copy it, or the page's whole address, and paste it here."
          : "The browser then goes to another page, which may be missing. Copy that page's whole\n"
            "   address, and paste it here.");
}

void explain_x(const AuthWorld& world, const Way& way) {
  // Source: X's developer guidelines, and section XIV.C of its Pay-per-use agreement, 2026-08.
  say(world.out,
      "A word about X first: each post costs money there, and X's terms want government bodies to\n"
      "ask for its Enterprise plan (docs.x.com, developer guidelines; agreement, section XIV.C).\n"
      "Whether that means a council that posts to its own account only, ask X.\n");
  if (way.method == "pin") {
    say(world.out,
        "1. Have the API key and secret of your app at hand (X's developer console, Keys and\n"
        "   tokens; the app must be allowed to read and write).\n"
        "2. You open a page of X in a browser, signed in as the account that crier is to post as.\n"
        "3. X shows a number. Type it here.\n");
  } else if (way.method == "tokens") {
    say(world.out,
        "X's developer console (Keys and tokens) shows four texts for the account that owns the "
        "app."
        "\nThe app must be allowed to read and write before the access token is made.\n");
  } else {
    say(world.out, "In X's developer console, the app's callback address must be {}\n",
        way.redirect_uri);
    say(world.out, "{}",
        way.pastes ? "After you allow crier, copy the address that the browser is "
                     "sent to, quickly: it is good for 30 seconds.\n"
                   : "");
  }
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  const std::string where = !account.server.empty()  ? account.server
                            : account.network == "x" ? "X"
                                                     : "@" + setting(account, "handle");
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, where);
  if (sign_in_of(account) == SignIn::x) {
    explain_x(world, way);
  } else if (way.redirects) {
    explain_redirect(world, account, way);
  } else {
    say(world.out,
        "Make an app password in Bluesky's settings (Privacy and security, App passwords), and "
        "paste it here.\n");
  }
}

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
  if (!credentials.password.empty() && !looks_like_app_password(credentials.password)) {
    say(world.err,
        "crier: that did not look like an app password (abcd-efgh-ijkl-mnop). If it is the "
        "account's own: crier auth logout {0}, make an app password, and sign in with that.",
        account.id.value);
  }
  if (!credentials.ends_at) return;
  say(world.out, "This sign-in lasts until {} at the latest.",
      to_iso8601(*credentials.ends_at).substr(0, 10));
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
  const auto methods = methods_of(sign_in_of(*account));
  if (methods.empty()) {
    say(world.out, "“{}” is an account of the network “{}”, which needs no sign-in.",
        options.account, account->network);
    return exit_code::ok;
  }
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
  const Way way = way_of(*account, method, before, options.paste);
  explain(world, *account, way);
  const auto credentials = Drive(world, way).run(*account, before);
  if (!credentials) return report(world, credentials.error());
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
