// What crier promises, kept with the real delivery before every double that there is.
#include "live.h"

#include <set>

#include "compose/measure.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_P(Live, PostsTheWordsAsAReaderIsToSeeThem) {
  room.add_item("Gärtner (m/w/d) &amp;amp; Co. [part_time] *new* {x} ~5 € \\o/ 🚧");
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const rehearsal::Arrived& post = far->arrived()[0];
  EXPECT_NE(post.text.find("New job: Gärtner (m/w/d) & Co. [part_time] *new* {x} ~5 € \\o/ 🚧"),
            std::string::npos)
      << post.text;
  EXPECT_TRUE(post.text.find(page) != std::string::npos || post.card.url == page) << post.text;
  EXPECT_FALSE(post.id.empty());
  EXPECT_TRUE(post.limit == 0 || post.length <= post.limit);
}

TEST_P(Live, WhatTheReceiptNamesIsThePost) {
  room.add_item("Lifeguard");
  const RunReport report = room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const auto mine = std::ranges::find_if(report.posts, [](const PostReport& post) {
    return post.delivered.delivery.account.value == "live";
  });
  ASSERT_NE(mine, report.posts.end());
  EXPECT_EQ(mine->delivered.delivery.stage, Stage::published);
  EXPECT_EQ(mine->delivered.delivery.remote_id, far->arrived()[0].id);
}

TEST_P(Live, SaysNothingTwice) {
  room.add_item("Lifeguard");
  for (int i = 0; i < 3; ++i) {
    room.run();
    room.clock.advance(hours{1});
  }
  EXPECT_EQ(far->arrived().size(), 1U);
}

TEST_P(Live, AnOutageOfADayLeavesAPersonLittle) {
  for (int i = 0; i < 96; ++i) {
    room.add_item(fmt::format("Item {}", i));
    room.run();
    room.clock.advance(minutes{15});
    if (i == 0) before = [](const Request&) { return FakeSite::respond(502, "<html></html>"); };
  }
  before = nullptr;
  run_until_quiet();
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  HistoryQuery query;
  query.account = AccountId{"live"};
  query.stage = Stage::uncertain;
  query.limit = 1000;
  // As many as one run tries before a server that fails over each of them, in doubt for a day; or
  // one in an hour, and some more until the pause is that long.
  EXPECT_LE(store.history(query).size(), can_be_looked_for() ? 4U : 30U);
}

TEST_P(Live, ALostAnswerAfterTheWorkIsNoSecondPost) {
  after = once([] {
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed before the answer"));
  });
  room.add_item("Lifeguard");
  room.run();
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  expect_exactly_once("Lifeguard");
}

TEST_P(Live, APostOfAnAccountThatNobodyHasNamedYetIsFoundAllTheSame) {
  if (!can_be_looked_for()) GTEST_SKIP() << "nobody can be asked in any case";
  // A token from the environment comes without a name, and the first question after it fails.
  Credentials& known = room.tokens.kept["live"];
  // Of the two Pages that its person looks after, feeds.toml has to say which.
  if (GetParam() == "linkedin") {
    room.config.accounts[0].settings["organization"] = known.account_id;
  }
  known.account_id.clear();
  std::set<std::string> failed;
  beside = [&](const Request& request) -> std::optional<Result<Response>> {
    if (request.method != Method::get || !failed.insert(request.url).second) return std::nullopt;
    return FakeSite::respond(500, "{}");
  };
  after =
      once([] { return Result<Response>(fail(ErrorKind::uncertain, "the connection closed")); });
  room.add_item("Lifeguard");
  room.run();
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(stage_of("Lifeguard"), Stage::published);
}

TEST_P(Live, AServerErrorAfterTheWorkIsNoSecondPost) {
  after = once([] { return Result<Response>(FakeSite::respond(500, "<html></html>")); });
  room.add_item("Lifeguard");
  room.run();
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  expect_exactly_once("Lifeguard");
}

TEST_P(Live, AServerErrorBeforeTheWorkLosesNothing) {
  before = once([this] { return Result<Response>(far->server_error()); });
  room.add_item("Lifeguard");
  room.run();
  run_until_quiet();
  expect_exactly_once("Lifeguard");
}

TEST_P(Live, AWebFilterInBetweenLosesNothing) {
  // As a refusal of the post, 406 would lose it.
  before = [count = 0](const Request&) mutable -> std::optional<Result<Response>> {
    if (++count > 2) return std::nullopt;
    return FakeSite::respond(count == 1 ? 406 : 403, "<!DOCTYPE html><title>Blocked</title>");
  };
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(count("Lifeguard"), 0U);
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(stage_of("Lifeguard"), Stage::published);
}

TEST_P(Live, ASignInThatMayNotReadLeavesADoubtForADayAtMost) {
  if (!can_be_looked_for()) GTEST_SKIP() << "nobody can be asked in any case";
  bool may_read = true;
  after = once([&] {
    may_read = false;
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed"));
  });
  beside = [&](const Request& request) -> std::optional<Result<Response>> {
    if (may_read || request.method != Method::get) return std::nullopt;
    return FakeSite::respond(403, R"({"error":{"code":10,"message":"no"},"code":"ACCESS_DENIED",)"
                                  R"("title":"Forbidden","status":403})");
  };
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(stage_of("Lifeguard"), Stage::publishing);
  for (int hour = 0; hour < 27; ++hour) {
    room.clock.advance(hours{1});
    room.run();
  }
  EXPECT_EQ(stage_of("Lifeguard"), Stage::uncertain);
  EXPECT_EQ(count("Lifeguard"), 1U);
  may_read = true;
  room.add_item("Librarian");
  room.run();
  run_until_quiet();
  EXPECT_EQ(count("Librarian"), 1U) << "the account goes on";
}

TEST_P(Live, AServerThatWantsAPauseGetsIt) {
  before = once([this] {
    Response answer = far->too_many_requests(minutes{5});
    answer.headers.push_back({"Retry-After", "300"});
    return Result<Response>(std::move(answer));
  });
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(count("Lifeguard"), 0U);
  room.clock.advance(minutes{2});
  room.run();
  EXPECT_EQ(count("Lifeguard"), 0U) << "it was asked to wait for five minutes";
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(stage_of("Lifeguard"), Stage::published);
}

TEST_P(Live, APauseOfYearsHasAnEnd) {
  const auto busy = [] {
    return Result<Response>(
        FakeSite::respond(503, R"({"error":"busy"})", {{"Retry-After", "99999999"}}));
  };
  before = once(busy);
  beside = once(busy);
  room.add_item("Lifeguard");
  room.run();
  room.add_item("Librarian");
  for (int i = 0; i < 60; ++i) {
    room.run();
    room.clock.advance(hours{1});
  }
  EXPECT_EQ(count("Librarian"), 1U);
  if (can_be_looked_for()) {
    EXPECT_EQ(count("Lifeguard"), 1U);
  }
}

TEST_P(Live, WhatTheNetworkSaidOfAPostOutlivesAQuestionThatGetsNoAnswer) {
  // Some ask after a post that they know is there; that may fail, and undoes nothing.
  bool is_public = false;
  after = [&](const Request&) -> std::optional<Result<Response>> {
    is_public = true;
    return std::nullopt;
  };
  beside = [&](const Request& request) -> std::optional<Result<Response>> {
    if (!is_public || request.method != Method::get) return std::nullopt;
    return fail(ErrorKind::unavailable, "no answer in 30 s");
  };
  room.add_item("Lifeguard");
  room.run();
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  for (const Delivery& delivery : store.open()) {
    if (delivery.account.value != "live") continue;
    EXPECT_TRUE(delivery.notes.contains("id")) << "what it is called is forgotten";
  }
  beside = nullptr;
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(stage_of("Lifeguard"), Stage::published);
}

TEST_P(Live, AnExpiredTokenIsRenewedOrThePostWaitsForAPerson) {
  const Credentials& kept = room.tokens.kept["live"];
  const bool is_renewable = !kept.refresh_token.empty();
  far->expire_tokens();
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(room.in_outbox().size(), 1U) << "the other account goes on";
  if (is_renewable) {
    EXPECT_EQ(count("Lifeguard"), 1U);
    return;
  }
  if (room.tokens.kept["live"].kind == "address" && count("Lifeguard") == 1) return;  // none ends
  EXPECT_EQ(count("Lifeguard"), 0U);
  room.clock.advance(hours{2});
  EXPECT_TRUE(room.run().needs_person());
  room.tokens.kept["live"] = far->sign_in(room.config.accounts[0]);
  run_until_quiet();
  EXPECT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(stage_of("Lifeguard"), Stage::published);
}

TEST_P(Live, EveryTextThatCrierComposesIsTaken) {
  const TextRules& rules = network.traits().text;
  room.config.feeds[0].fuse.percent = 0;
  std::vector<std::string> titles;
  const std::size_t limit = std::min<std::size_t>(rules.limit, 4000);
  for (const std::string letter : {"x", "ä", "語", "👍🏽", "क्षि", "a.gov.uk ", "*_"}) {
    for (const std::size_t length : {limit / 2, limit - 40, limit, limit + 40, limit * 2}) {
      std::string title = std::to_string(titles.size()) + " ";
      for (std::size_t i = 0; i < length; ++i) title += letter;
      titles.push_back(std::move(title));
    }
  }
  for (const std::string& title : titles) room.add_item(title);
  const RunReport report = room.run();
  run_until_quiet();
  EXPECT_EQ(far->arrived().size(), titles.size());
  for (const PostReport& post : report.posts) {
    const Delivery& delivery = post.delivered.delivery;
    // That a server wants a pause (Telegram, after 20 in a minute) is no refusal.
    const bool waits = delivery.error && delivery.error->kind == ErrorKind::throttled;
    if (delivery.error && !waits) ADD_FAILURE() << delivery.error->message;
  }
  for (const rehearsal::Arrived& post : far->arrived()) {
    EXPECT_TRUE(post.limit == 0 || post.length <= post.limit) << post.text;
  }
}

TEST_P(Live, ATextOfExactlyTheLimitIsTakenAndNoneThatIsLonger) {
  const TextRules& rules = network.traits().text;
  if (rules.limit > 70'000) GTEST_SKIP() << "there is no limit";
  room.config.feeds[0].prefix.clear();
  const std::string link = std::string(" ") + page;
  const std::size_t around = measure("x" + link, rules) - 1;
  room.add_item(std::string(rules.limit - around, 'x'));
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const rehearsal::Arrived& post = far->arrived()[0];
  if (post.text.ends_with(link) && post.limit > 0) {
    EXPECT_EQ(post.length, post.limit) << "nothing was cut";
  }

  // A unit that counts too much cuts what would fit: of letters that are one or two in some units.
  for (const std::string letter : {"語", "*"}) {
    const std::size_t each = measure(letter, rules);
    Delivery whole;
    whole.id = {letter == "*" ? "11111111111111111111111111111111"
                              : "22222222222222222222222222222222"};
    whole.account = {"live"};
    for (std::size_t i = 0; i < rules.limit / each; ++i) whole.post.text += letter;
    const auto taken = send(whole);
    EXPECT_TRUE(taken && std::holds_alternative<Receipt>(*taken)) << letter;
    const rehearsal::Arrived& last = far->arrived().back();
    if (last.limit > 0) {
      EXPECT_LT(last.limit, last.length + each) << letter;
    }
  }
  const std::size_t so_far = far->arrived().size();

  // And if crier miscounted: what it would never compose is refused, and not cut.
  Delivery delivery;
  delivery.id = {"0123456789abcdef0123456789abcdef"};
  delivery.account = {"live"};
  // Where the link stands beside the text, it takes nothing from it.
  const std::size_t room_for_words = post.text.ends_with(link) ? rules.limit - around : rules.limit;
  delivery.post.text = std::string(room_for_words + 1, 'y') + link;
  delivery.post.link = page;
  const std::optional<Outcome> outcome = send(delivery);
  if (far->arrived()[0].limit == 0) return;
  EXPECT_EQ(far->arrived().size(), so_far);
  EXPECT_TRUE(outcome && std::holds_alternative<Rejected>(*outcome));
}

TEST_P(Live, WhatWasPostedIsFoundWhenTheAccountIsReadBack) {
  room.add_item("Lifeguard");
  room.run();
  room.clock.advance(minutes{5});
  room.add_item("Librarian");
  room.run();
  ASSERT_EQ(far->arrived().size(), 2U);
  const Account& account = room.config.accounts[0];
  const AccountFacts known = facts();
  const auto request = network.look_back({account, known, room.clock.now()}, {});
  if (!request) GTEST_SKIP() << "it cannot be asked";
  SiteClient client(room.site, room.clock);
  AccountSession session(account, {room.tokens, room.authorizer, room.clock, room.random, client});
  const auto answer = fetch(session, client, *request);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  const auto past = network.read_back({account, known, room.clock.now()}, *answer);
  ASSERT_TRUE(past.has_value()) << past.error().message;
  ASSERT_EQ(past->posts.size(), 2U);
  EXPECT_EQ(past->posts[0].remote_id, far->arrived()[1].id) << "the newest first";
  EXPECT_EQ(past->posts[1].remote_id, far->arrived()[0].id);
  EXPECT_NE(past->posts[1].text.find("Lifeguard"), std::string::npos) << past->posts[1].text;
}

TEST_P(Live, APostThatIsAnothersIsNotTakenForThisOne) {
  room.add_item("Lifeguard");
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  HistoryQuery query;
  query.account = AccountId{"live"};
  query.stage = Stage::published;
  const std::vector<Delivery> made = store.history(query);
  ASSERT_EQ(made.size(), 1U);
  // Another item in the same words, which was sent at the same time and got no answer.
  Delivery twin = made[0];
  twin.notes.clear();
  twin.stage = Stage::publishing;
  twin.publishing_at = twin.sent_at;
  const Account& account = room.config.accounts[0];
  const AccountFacts known = facts();
  Context context{account, known, room.clock.now()};
  const auto request = network.look_for(twin, context);
  if (!request) GTEST_SKIP() << "it cannot be asked, or only by a key of the post's own";
  SiteClient client(room.site, room.clock);
  AccountSession session(account, {room.tokens, room.authorizer, room.clock, room.random, client});
  const auto answer = fetch(session, client, *request);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  const auto found = network.recognise(twin, context, *answer);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_TRUE(found->has_value()) << "without another to whom it belongs, it is this one";
  context.is_taken = [&](const std::string& id) { return id == far->arrived()[0].id; };
  const auto again = network.recognise(twin, context, *answer);
  EXPECT_FALSE(again && *again) << "the ledger knows it as another's";
}

TEST_P(Live, NothingThatIsPublicShowsASecret) {
  room.add_item("Lifeguard");
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const Credentials& by = room.tokens.kept["live"];
  for (const Secret* secret : {&by.access_token, &by.token_secret, &by.client_secret}) {
    if (secret->empty()) continue;
    EXPECT_EQ(far->arrived()[0].text.find(secret->reveal()), std::string::npos);
    EXPECT_EQ(read_file(room.config.state).find(secret->reveal()), std::string::npos);
  }
}

std::vector<std::string> stand_names() {
  std::vector<std::string> names;
  for (const rehearsal::Stand& stand : rehearsal::stands()) names.emplace_back(stand.network);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Doubles, Live, ::testing::ValuesIn(stand_names()),
                         [](const auto& stand) { return stand.param; });

}  // namespace
}  // namespace crier
