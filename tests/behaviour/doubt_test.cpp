// What a lane does while nobody knows whether a post is public: with a network that shows posts
// late, and with one that is asked something more after the post.
#include <gtest/gtest.h>

#include <algorithm>

#include "network/registry.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* server = "https://slow.example.gov.uk";

/// Posts, then asks for the post's address; can be asked whether a post is there.
class SlowNetwork final : public Network {
 public:
  SlowNetwork() {
    traits_.name = "slow";
    traits_.title = "Slow";
    traits_.text = {TextRules::Unit::graphemes, 500, std::nullopt, false};
    traits_.settle_time = seconds{5};
    traits_.visible_within = seconds{60};
  }
  [[nodiscard]] const Traits& traits() const override { return traits_; }
  [[nodiscard]] std::vector<Request> inquire(const Account&, const AccountFacts&) const override {
    return {};
  }
  [[nodiscard]] AccountFacts learn(AccountFacts known, const Request&,
                                   const Response&) const override {
    return known;
  }
  [[nodiscard]] TextRules rules(const Account&, const AccountFacts&) const override {
    return traits_.text;
  }
  [[nodiscard]] Turn next(const Delivery& delivery, const Context& context,
                          const Response* last) const override {
    Notes notes = delivery.notes;
    if (delivery.post.text.find("Gone") != std::string::npos) {
      return {Finish{Deferred{{ErrorKind::uncertain, "it may be public"}, context.now}}, notes};
    }
    if (last == nullptr && notes["step"] != "address") {
      notes["step"] = "post";
      Request request = request_to("/posts");
      request.method = Method::post;
      request.body = delivery.post.text;
      return {Publish{std::move(request)}, notes};
    }
    if (notes["step"] == "address") {
      if (last == nullptr) return {Prepare{request_to("/address")}, notes};
      return {Finish{Receipt{notes["id"], last->body}}, notes};
    }
    if (last->status != 200) {
      return {Finish{Uncertain{{ErrorKind::uncertain, "it failed"}}}, notes};
    }
    notes["step"] = "address";
    notes["id"] = last->body;
    return {Prepare{request_to("/address")}, notes};
  }
  [[nodiscard]] std::optional<Request> look_for(const Delivery&, const Context&) const override {
    return request_to("/list");
  }
  [[nodiscard]] Result<std::optional<Receipt>> recognise(const Delivery& delivery, const Context&,
                                                         const Response& answer) const override {
    if (answer.body.find(delivery.post.text) == std::string::npos) return std::optional<Receipt>();
    return std::optional(Receipt{"found", ""});
  }
  [[nodiscard]] std::optional<Request> look_back(const Context&,
                                                 const std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] Result<PastPage> read_back(const Context&, const Response&) const override {
    return fail(ErrorKind::unavailable, "it has no list");
  }

 private:
  static Request request_to(const std::string& path) {
    Request request;
    request.url = server + path;
    return request;
  }
  Traits traits_;
};

const Network* find_slow(std::string_view name) {
  static const SlowNetwork slow;
  return name == "slow" ? &slow : find_network(name);
}

class Doubt : public testing::Test {
 protected:
  Doubt() {
    room.network = find_slow;
    room.config.accounts = {{{"slow"}, "slow", server, {}, {}}};
    room.config.feeds[0].accounts = {{"slow"}};
    const std::string at = server;
    room.site.on("POST " + at + "/posts", [this](const Request& request) -> Result<Response> {
      posts.push_back({request.body, room.clock.now()});
      if (loses_posts) return fail(ErrorKind::uncertain, "the connection broke off");
      return FakeSite::respond(200, "id-1");
    });
    room.site.on("GET " + at + "/address", [this](const Request&) -> Result<Response> {
      ++addresses_asked;
      if (loses_addresses) return fail(ErrorKind::uncertain, "the connection broke off");
      return FakeSite::respond(200, "https://slow.example.gov.uk/@council/1");
    });
    room.site.on("GET " + at + "/list", [this](const Request&) -> Result<Response> {
      looks.push_back(room.clock.now());
      std::string list;
      for (const auto& [text, time] : posts) {
        if (room.clock.now() - time >= shows_after && !never_there) list += text + "\n";
      }
      return FakeSite::respond(200, list);
    });
    room.add_item("Gritter driver");
    room.run();
    room.add_item("Librarian");
  }
  [[nodiscard]] std::vector<Delivery> history() const {
    HistoryQuery all;
    return SqliteStore(room.config.state, SqliteStore::Access::read).history(all);
  }

  Newsroom room;
  std::vector<std::pair<std::string, SysTime>> posts;
  std::vector<SysTime> looks;
  int addresses_asked = 0;
  bool loses_posts = false, loses_addresses = false, never_there = false;
  seconds shows_after{0};
};

TEST_F(Doubt, LooksUntilThePostMustBeVisibleBeforeItSaysThatItIsNotThere) {
  loses_posts = true;
  shows_after = seconds{45};
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 1U) << "found in the same run";
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_EQ(looks.size(), 3U) << "after 5, 25 and 45 seconds";
  room.run();
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_EQ(history().at(0).remote_id, "found");
}

TEST_F(Doubt, IsSaidToWhoeverWatches) {
  loses_posts = never_there = true;
  std::vector<seconds> to_the_next_look;
  std::size_t settled_at_first = 9;
  std::size_t settled = 9;
  room.watcher = [&](const DeliveryProgress& progress, std::size_t of) {
    EXPECT_EQ(of, 1U);
    settled = progress.settled;
    if (settled_at_first == 9) settled_at_first = settled;
    if (!progress.longest) return;
    EXPECT_EQ(progress.longest->what, Waiting::For::look);
    EXPECT_EQ(progress.longest->network, "Slow");
    EXPECT_EQ(progress.longest->account.value, "slow");
    if (to_the_next_look.empty() || to_the_next_look.back() != progress.longest->time) {
      to_the_next_look.push_back(progress.longest->time);
    }
  };
  room.run();
  ASSERT_GE(to_the_next_look.size(), 10U);
  EXPECT_EQ(to_the_next_look[0], seconds{5}) << "the first look comes when it has had time";
  EXPECT_EQ(to_the_next_look[1], seconds{4}) << "it is counted down";
  EXPECT_EQ(*std::ranges::max_element(to_the_next_look), seconds{20});
  EXPECT_EQ(settled_at_first, 0U) << "posts are counted, and not answers";
  EXPECT_EQ(settled, 1U);
}

TEST_F(Doubt, RepeatsAPostThatIsNotThereWhenItMustBeVisible) {
  loses_posts = never_there = true;
  room.run();
  ASSERT_EQ(posts.size(), 1U);
  ASSERT_GE(looks.size(), 4U);
  EXPECT_GE(looks.back() - posts[0].second, seconds{60});
  for (std::size_t i = 1; i < looks.size(); ++i) EXPECT_GE(looks[i] - looks[i - 1], seconds{15});
  EXPECT_EQ(history().at(0).stage, Stage::publishing) << "not again in the same run";
  loses_posts = never_there = false;
  posts.clear();
  room.clock.advance(minutes{2});
  room.run();
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_EQ(history().at(0).stage, Stage::published);
}

TEST_F(Doubt, EndsAfterADayThoughNothingSaysWhenItBegan) {
  room.add_item("Gone");
  never_there = true;
  const auto stage = [&] {
    for (const Delivery& one : history()) {
      if (one.item_title == "Gone") return one.stage;
    }
    return Stage::planned;
  };
  room.run();
  EXPECT_EQ(stage(), Stage::publishing);
  for (int hour = 0; hour < 27; ++hour) {
    room.clock.advance(minutes{60});
    room.run();
  }
  EXPECT_EQ(stage(), Stage::uncertain) << "a person is asked, and the account goes on";
}

TEST_F(Doubt, NeverRepeatsAPostWhoseQuestionAfterwardsHadNoAnswer) {
  loses_addresses = true;
  room.run();
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(addresses_asked, 1);
  EXPECT_EQ(history().at(0).stage, Stage::publishing) << "it is public, and that is not written";
  for (int run = 0; run < 3; ++run) {
    room.clock.advance(minutes{20});
    room.run();
  }
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_EQ(history().at(0).stage, Stage::published) << "it was looked for";
}

TEST_F(Doubt, StaysInDoubtWhereNeitherTheQuestionNorTheLookHasAnAnswer) {
  loses_addresses = true;
  room.site.on(std::string("GET ") + server + "/list", [this](const Request&) -> Result<Response> {
    looks.push_back(room.clock.now());
    return fail(ErrorKind::unavailable, "no connection");
  });
  for (int run = 0; run < 4; ++run) {
    room.run();
    EXPECT_EQ(history().at(0).stage, Stage::publishing);
    room.clock.advance(minutes{20});
  }
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_GE(looks.size(), 3U);
}

}  // namespace
}  // namespace crier
