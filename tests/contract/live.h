#pragma once
#include <gtest/gtest.h>

#include "network/registry.h"
#include "publish/account_session.h"
#include "rehearsal/doubles.h"
#include "support/newsroom.h"

/// The real delivery before the double of one network.
namespace crier {

inline constexpr const char* origin = "http://127.0.0.1:8701";
inline constexpr const char* page = "https://www.example.gov.uk/jobs/1";
inline constexpr const char* picture = "https://www.example.gov.uk/pool.jpg";
inline constexpr std::string_view jpeg = "\xFF\xD8\xFF the pool";

/// Takes every picture as it is.
class PassingFitter final : public ImageFitter {
 public:
  Result<FittedImage> fit(std::string_view bytes, const ImageLimits& /*limits*/) override {
    return FittedImage{std::string(bytes), "image/jpeg", 800, 600};
  }
};

/// What feeds.toml would have to say of an account there.
inline std::map<std::string, std::string> settings_for(const Network& network) {
  std::map<std::string, std::string> settings;
  for (const Setting& setting : network.traits().schema.settings) {
    if (!setting.required) continue;
    std::string value = "council";
    if (!setting.choices.empty()) value = setting.choices.front();
    if (setting.is_number || setting.key == "page" || setting.key == "organization") {
      value = "1234567";
    }
    if (setting.key == "handle") value = "council.test";
    if (setting.key == "chat") value = "@council";
    settings[setting.key] = value;
  }
  return settings;
}

class Live : public ::testing::TestWithParam<std::string> {
 protected:
  using Wish = std::function<std::optional<Result<Response>>(const Request&)>;

  Live()
      : network(*find_network(GetParam())),
        far(rehearsal::make_double(GetParam(), {room.clock, room.random, origin})) {
    Account account{{"live"}, GetParam(), origin, "en", settings_for(network)};
    room.config.accounts = {account, room.config.accounts[1]};
    room.config.feeds[0].accounts = {{"live"}, {"noticeboard"}};
    room.tokens.kept.clear();
    room.tokens.kept["live"] = far->sign_in(account);
    room.images = &fitter;
    room.site.on_origin(origin, [this](const Request& request) { return answer(request); });
    put(page, R"(<meta property="og:title" content="Lifeguard wanted">)"
              R"(<meta property="og:description" content="At the pool">)"
              R"(<meta property="og:image" content="/pool.jpg">)");
    put(picture, std::string(jpeg), "image/jpeg");
    room.add_item("What was there before");
    room.run();
  }

  Result<Response> answer(const Request& request) {
    const bool publishes = far->publishes(request);
    if (publishes && before) {
      if (auto instead = before(request)) return *std::move(instead);
    }
    if (!publishes && beside) {
      if (auto instead = beside(request)) return *std::move(instead);
    }
    Response response = far->answer(request);
    if (publishes && after) {
      if (auto instead = after(request)) return *std::move(instead);
    }
    return response;
  }

  void put(const std::string& url, const std::string& body,
           const std::string& type = "text/html; charset=utf-8") {
    room.site.on("GET " + url, [=](const Request&) -> Result<Response> {
      return FakeSite::respond(200, body, {{"Content-Type", type}});
    });
  }

  /// The feed's newest item, with a picture, or several.
  void give_item_a_picture(std::size_t several = 1) {
    std::string html = std::string("<img src=\"") + picture + "\" alt=\"The pool\">";
    for (std::size_t i = 1; i < several; ++i) {
      const std::string other = fmt::format("https://www.example.gov.uk/pool-{}.jpg", i);
      put(other, std::string(jpeg), "image/jpeg");
      html += fmt::format("<img src=\"{}\" alt=\"The pool, {}\">", other, i);
    }
    room.site.on("GET https://www.example.gov.uk/jobs.xml",
                 [this, html](const Request&) -> Result<Response> {
                   std::string rss = room.rss();
                   rss.insert(rss.find("</item>"),
                              "<description><![CDATA[" + html + "]]></description>");
                   return FakeSite::respond(200, rss, {{"Content-Type", "application/rss+xml"}});
                 });
  }

  [[nodiscard]] bool takes_uploads() const {
    return network.traits().most_images > 0 && !network.traits().fetches_images;
  }
  /// Whether a request carries the picture's bytes.
  static bool uploads(const Request& request) {
    return request.body.find(jpeg) != std::string::npos ||
           std::ranges::any_of(request.parts, [](const Part& part) {
             return part.content.find(jpeg) != std::string::npos;
           });
  }

  /// From now on each upload of a picture gets `answer`, in place of the double's.
  void answer_uploads(std::function<std::optional<Result<Response>>()> answer) {
    beside = [answer =
                  std::move(answer)](const Request& request) -> std::optional<Result<Response>> {
      if (!uploads(request)) return std::nullopt;
      return answer();
    };
  }

  /// Once: a mishap that happens to one request.
  static Wish once(std::function<Result<Response>()> what) {
    return [what = std::move(what),
            done = false](const Request&) mutable -> std::optional<Result<Response>> {
      if (std::exchange(done, true)) return std::nullopt;
      return what();
    };
  }

  /// Runs until nothing waits, or for three days.
  void run_until_quiet() {
    for (int i = 0; i < 72 && room.open_deliveries() > 0; ++i) {
      room.clock.advance(std::chrono::hours{1});
      room.run();
    }
  }

  [[nodiscard]] std::size_t count(const std::string& words) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(far->arrived(), [&](const rehearsal::Arrived& post) {
          return post.text.find(words) != std::string::npos;
        }));
  }
  [[nodiscard]] Stage stage_of(const std::string& title) const {
    const SqliteStore store(room.config.state, SqliteStore::Access::read);
    for (const Delivery& delivery : store.history({})) {
      if (delivery.account.value == "live" && delivery.item_title == title) return delivery.stage;
    }
    for (const Delivery& delivery : store.open()) {
      if (delivery.account.value == "live" && delivery.item_title == title) return delivery.stage;
    }
    return Stage::dropped;
  }
  [[nodiscard]] bool can_be_looked_for() const {
    const Account& account = room.config.accounts[0];
    Delivery delivery;
    delivery.id = {"0123456789abcdef0123456789abcdef"};
    delivery.notes = {{"rkey", "3lzzzzzzzzzz2"}};
    delivery.post.text = "words";
    AccountFacts facts;
    facts.values = {{"service", origin}, {"account_id", "1"}};
    return network.look_for(delivery, {account, facts, room.clock.now()}).has_value();
  }
  /// Whether a post whose answer is lost can be settled without a person.
  [[nodiscard]] bool can_be_settled() const {
    return can_be_looked_for() ||
           network.drops_repeats_for(room.config.accounts[0]) > std::chrono::seconds{0};
  }
  /// Public once; or, where nobody can be asked, at most once and a person knows.
  void expect_exactly_once(const std::string& title) {
    if (can_be_settled()) {
      EXPECT_EQ(count(title), 1U);
      EXPECT_EQ(stage_of(title), Stage::published);
    } else {
      EXPECT_LE(count(title), 1U);
      const Stage stage = stage_of(title);
      EXPECT_TRUE(stage == Stage::uncertain || (stage == Stage::published && count(title) == 1));
    }
    EXPECT_EQ(room.in_outbox().size(), 1U) << "the other account goes on";
  }

  [[nodiscard]] AccountFacts facts() const {
    return SqliteStore(room.config.state, SqliteStore::Access::read).account({"live"}).facts;
  }

  /// Sends a post past the ledger, turn by turn.
  [[nodiscard]] std::optional<Outcome> send(Delivery delivery) {
    const Account& account = room.config.accounts[0];
    SiteClient client(room.site, room.clock);
    AccountSession session(account,
                           {room.tokens, room.authorizer, room.clock, room.random, client});
    const AccountFacts known = facts();
    std::optional<Response> last;
    for (int i = 0; i < 20; ++i) {
      const Turn turn =
          network.next(delivery, {account, known, room.clock.now()}, last ? &*last : nullptr);
      delivery.notes = turn.notes;
      const Request* request = nullptr;
      if (const auto* prepare = std::get_if<Prepare>(&turn.step)) request = &prepare->request;
      if (const auto* publish = std::get_if<Publish>(&turn.step)) request = &publish->request;
      if (const auto* finish = std::get_if<Finish>(&turn.step)) return finish->outcome;
      last.reset();
      if (request == nullptr) continue;
      auto answer = fetch(session, client, *request);
      if (!answer) return std::nullopt;
      last = *std::move(answer);
    }
    return std::nullopt;
  }

  Newsroom room;
  PassingFitter fitter;
  const Network& network;
  std::unique_ptr<rehearsal::Double> far;
  Wish before,
      after;    ///< of the request that makes a post public: in place of its work, its answer
  Wish beside;  ///< of the others
};

}  // namespace crier
