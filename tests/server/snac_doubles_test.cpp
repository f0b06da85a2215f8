// Mastodon's double and a real server that speaks Mastodon's client API: what the adapter makes of
// their answers must be the same.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/hash.h"
#include "core/utf8.h"
#include "network/registry.h"
#include "rehearsal/doubles.h"
#include "server/snac_room.h"
#include "support/png.h"

namespace crier {
namespace {

constexpr const char* link = "https://www.example.gov.uk/jobs/17";

/// One far side: the account there, and how to reach it.
struct Side {
  Account account;
  Credentials credentials;
  AccountFacts facts;
  std::function<Response(Request)> send;
};

class SNACDoubles : public SnacRoom {
 protected:
  void SetUp() override {
    SnacRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto signed_in = sign_in();
    ASSERT_TRUE(signed_in.has_value()) << signed_in.error().message;
    real.account = {{"alice"}, "mastodon", server, "en", {}};
    real.credentials = *std::move(signed_in);
    real.send = [this](Request request) {
      auto answer = ask(std::move(request));
      EXPECT_TRUE(answer.has_value()) << answer.error().message;
      return std::move(answer).value_or(Response{});
    };
    twin.account = {{"alice"}, "mastodon", "http://127.0.0.1:8701", "en", {}};
    double_ = rehearsal::make_mastodon({clock, random, twin.account.server});
    twin.credentials = double_->sign_in(twin.account);
    twin.send = [this](const Request& request) { return double_->answer(request); };
    for (Side* side : {&real, &twin}) {
      side->facts.values = {{"account_id", side->credentials.account_id},
                            {"service", side->account.server},
                            {"handle", side->credentials.handle}};
    }
  }

  [[nodiscard]] static Response send(const Side& side, Request request) {
    if (request.sign) {
      request.headers.push_back(
          {"Authorization", "Bearer " + std::string(side.credentials.access_token.reveal())});
    }
    return side.send(std::move(request));
  }

  [[nodiscard]] Delivery delivery(const std::string& text) const {
    Delivery one;
    one.id = {hash_hex(text)};
    one.feed = {"jobs"};
    one.account = {"alice"};
    one.item_title = text;
    one.item_link = link;
    one.post.text = "New job: " + text + " " + link;
    one.post.language = "en";
    one.post.link = link;
    one.planned_at = clock.now();
    return one;
  }
  [[nodiscard]] Context context(const Side& side) const {
    return {side.account, side.facts, clock.now()};
  }

  /// Sends a post turn by turn, and leaves what was learned in its notes.
  [[nodiscard]] Outcome publish(const Side& side, Delivery& one) const {
    std::optional<Response> last;
    for (int i = 0; i < 20; ++i) {
      const Turn turn = network.next(one, context(side), last ? &*last : nullptr);
      one.notes = turn.notes;
      last.reset();
      if (const auto* finish = std::get_if<Finish>(&turn.step)) return finish->outcome;
      if (const auto* step = std::get_if<Prepare>(&turn.step)) last = send(side, step->request);
      if (const auto* step = std::get_if<Publish>(&turn.step)) {
        one.publishing_at = one.sent_at = clock.now();
        last = send(side, step->request);
      }
      if (std::holds_alternative<GetImage>(turn.step)) {
        last = Response{};
        last->status = 200;
        last->headers = {{"Content-Type", "image/png"}, {"Width", "8"}, {"Height", "8"}};
        last->body = make_png(8, 8, noise);
      }
    }
    return Uncertain{{ErrorKind::uncertain, "it came to no end"}};
  }

  [[nodiscard]] std::string look(const Side& side, const Delivery& one,
                                 const std::string& wanted) const {
    const auto request = network.look_for(one, context(side));
    if (!request) return "cannot be asked";
    const auto found = network.recognise(one, context(side), send(side, *request));
    if (!found) return std::string(name_of(found.error().kind));
    if (!*found) return "not there";
    return (*found)->remote_id == wanted ? "that one" : "another";
  }

  /// The newest post of the account, as `crier history rebuild` reads it.
  [[nodiscard]] PastPost newest(const Side& side) const {
    const auto request = network.look_back(context(side), {});
    EXPECT_TRUE(request.has_value());
    const auto page = network.read_back(context(side), send(side, *request));
    EXPECT_TRUE(page.has_value()) << page.error().message;
    return page && !page->posts.empty() ? page->posts.front() : PastPost{};
  }

  /// What a post says before its link.
  static std::string words(const PastPost& past) {
    return std::string(trimmed(past.text.substr(0, past.text.find(" http"))));
  }

  void both(const std::string& what, const std::string& wanted,
            const std::function<std::string(const Side&)>& answer) const {
    EXPECT_EQ(answer(real), wanted) << what << ", at the real server";
    EXPECT_EQ(answer(twin), wanted) << what << ", at the double";
  }

  static std::string seen(const Outcome& outcome) {
    return std::visit(
        Overloaded{[](const Receipt& receipt) {
                     return std::string(receipt.remote_id.empty() || receipt.url.empty()
                                            ? "half a receipt"
                                            : "receipt");
                   },
                   [](const Rejected&) { return std::string("rejected"); },
                   [](const Deferred& deferred) {
                     return "deferred " + std::string(name_of(deferred.why.kind));
                   },
                   [](const Uncertain& uncertain) { return "uncertain " + uncertain.why.message; }},
        outcome);
  }
  static std::string id_of(const Outcome& outcome) {
    const auto* receipt = std::get_if<Receipt>(&outcome);
    return receipt != nullptr ? receipt->remote_id : std::string();
  }

  const Network& network = *find_network("mastodon");
  Side real, twin;
  std::unique_ptr<rehearsal::Double> double_;
};

TEST_F(SNACDoubles, SayWhoTheAccountIs) {
  both("whose sign-in it is", "it is known", [&](const Side& side) {
    AccountFacts facts;
    for (const Request& request : network.inquire(side.account, facts)) {
      facts = network.learn(std::move(facts), request, send(side, request));
    }
    return facts.values["account_id"] == side.credentials.account_id ? "it is known" : "unknown";
  });
}

TEST_F(SNACDoubles, TakeAPostAndShowIt) {
  both("a post", "receipt; that one; New job: Lifeguard", [&](const Side& side) {
    Delivery one = delivery("Lifeguard");
    const Outcome outcome = publish(side, one);
    const PastPost past = newest(side);
    return seen(outcome) + "; " + look(side, one, id_of(outcome)) + "; " + words(past);
  });
  both("its link", link, [&](const Side& side) {
    const PastPost past = newest(side);
    const bool stands_there = past.text.find(link) != std::string::npos ||
                              std::ranges::find(past.links, link) != past.links.end();
    return std::string(stands_there ? link : "is missing");
  });
  both("its time", "now", [&](const Side& side) {
    const auto at = newest(side).at;
    return at && std::chrono::abs(clock.now() - *at) < std::chrono::minutes{5} ? "now" : "another";
  });
  both("one that was not sent", "not there", [&](const Side& side) {
    Delivery other = delivery("Gritter driver");
    other.publishing_at = other.sent_at = clock.now();
    return look(side, other, {});
  });
}

TEST_F(SNACDoubles, KeepWordsAsTheyAre) {
  for (const char* said : {"Gärtner (m/w/d) & Co. \"full time\" 'now'", "🚧 Road closed 5 €",
                           "Prices <5 € and a_b_c"}) {
    both(said, std::string("that one; New job: ") + said, [&](const Side& side) {
      Delivery one = delivery(said);
      const Outcome outcome = publish(side, one);
      return look(side, one, id_of(outcome)) + "; " + words(newest(side));
    });
  }
}

/// snac reads tags and emphasis in what is sent as plain text, and shows it without them.
TEST_F(SNACDoubles, APostIsFoundThoughItsMarkUpIsGone) {
  for (const char* said : {"<b>Now</b> open", "From 3 < 4 > 2", "*New* and `old` and ~~gone~~",
                           "**Warning** of C:\\temp", "# Heading", "[Form](x)"}) {
    both(said, "that one", [&](const Side& side) {
      Delivery one = delivery(said);
      return look(side, one, id_of(publish(side, one)));
    });
  }
}

TEST_F(SNACDoubles, TakeAPicture) {
  both("a picture", "receipt without a warning; that one", [&](const Side& side) {
    Delivery one = delivery("Pool reopens");
    one.post.images = {{"https://www.example.gov.uk/pool.png", "The pool"}};
    const Outcome outcome = publish(side, one);
    return seen(outcome) + (one.notes.empty() ? " with no note" : " without a warning") + "; " +
           look(side, one, id_of(outcome));
  });
}

TEST_F(SNACDoubles, TellATokenThatIsNotGood) {
  for (Side* side : {&real, &twin}) side->credentials.access_token = Secret("of-nobody");
  both("a post", "deferred unauthorized", [&](const Side& side) {
    Delivery one = delivery("Lifeguard");
    return seen(publish(side, one));
  });
}

/// Where the two part: Mastodon drops a repeat of a key within the hour, snac posts it again. So a
/// post is always looked for first; the key is for what cannot be asked.
TEST_F(SNACDoubles, OnlyMastodonDropsARepeatWithTheSameKey) {
  const auto repeated = [&](const Side& side) {
    Delivery one = delivery("Once");
    Delivery again = one;
    const std::string id = id_of(publish(side, one));
    return id_of(publish(side, again)) == id ? "the same id" : "another id";
  };
  EXPECT_STREQ(repeated(real), "another id");
  EXPECT_STREQ(repeated(twin), "the same id");
}

}  // namespace
}  // namespace crier
