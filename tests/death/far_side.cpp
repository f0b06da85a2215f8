#include "death/far_side.h"

#include "death/far/parts.h"
#include "death/scripted_network.h"
#include "support/signed_in.h"

namespace crier {
namespace {

std::shared_ptr<void> nothing(Newsroom& /*room*/) { return nullptr; }
Texts in_outbox(const Newsroom& room, const void* /*kept*/) { return room.in_outbox(); }
Texts on_mastodon(const Newsroom& room, const void* /*kept*/) { return room.on_mastodon(); }

std::shared_ptr<void> without_keys(Newsroom& room) {
  room.mastodon.honours_key = false;
  return nullptr;
}

/// Does the work, and then `answers` something else, the first time it is asked for each post.
template <class Answer>
std::shared_ptr<void> first_time(Newsroom& room, Answer answers) {
  room.mastodon.honours_key = false;
  const auto times = std::make_shared<Texts>();
  room.mastodon.after = [times,
                         answers](const Request& request) -> std::optional<Result<Response>> {
    if (++(*times)[request.body] > 1) return std::nullopt;
    return answers();
  };
  return nullptr;
}

std::shared_ptr<void> losing_answers(Newsroom& room) {
  return first_time(room, [] {
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed before the answer"));
  });
}

std::shared_ptr<void> failing_after_work(Newsroom& room) {
  return first_time(room, [] {
    return Result<Response>(FakeSite::respond(500, R"({"error":"Something went wrong"})"));
  });
}

/// Takes a post, says nothing, and makes it public 40 seconds later: the first time, for each post.
std::shared_ptr<void> acting_late(Newsroom& room) {
  struct Late {
    Texts times;
    std::vector<FakeMastodon::Status> under_way;
  };
  const auto late = std::make_shared<Late>();
  room.mastodon.honours_key = false;
  room.mastodon.before = [late, &room](const Request& request) -> std::optional<Result<Response>> {
    if (++late->times[request.body] > 1) return std::nullopt;
    const auto body = nlohmann::json::parse(request.body);
    late->under_way.push_back({std::to_string(9000 + late->times.size()), body.value("status", ""),
                               "", room.clock.now()});
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed before the answer"));
  };
  // Every run begins with the feed: what was finished in the meantime is there from then on.
  room.site.on(
      "GET https://www.example.gov.uk/jobs.xml", [late, &room](const Request&) -> Result<Response> {
        std::erase_if(late->under_way, [&](const FakeMastodon::Status& status) {
          if (room.clock.now() - status.created_at < std::chrono::seconds{40}) return false;
          room.mastodon.statuses.push_back(status);
          return true;
        });
        return FakeSite::respond(200, room.rss(), {{"Content-Type", "application/rss+xml"}});
      });
  return nullptr;
}

template <bool has_memory>
std::shared_ptr<void> scripted(Newsroom& room) {
  room.network = find_tested_network;
  room.config.accounts.push_back({{"wire"},
                                  has_memory ? "scripted-with-memory" : "scripted",
                                  ScriptedNetwork::server,
                                  {},
                                  {}});
  return std::make_shared<ScriptedServer>(room.site, room.clock, has_memory);
}

Texts on_scripted(const Newsroom& /*room*/, const void* kept) {
  return static_cast<const ScriptedServer*>(kept)->posted;
}

std::shared_ptr<FakeBluesky> bluesky_of(Newsroom& room, const std::string& kind = "bearer") {
  sign_in_to_bluesky(room, "sky", kind);
  return std::make_shared<FakeBluesky>(room.site);
}
std::shared_ptr<void> bluesky(Newsroom& room) { return bluesky_of(room); }
std::shared_ptr<void> bluesky_losing_answers(Newsroom& room) {
  auto fake = bluesky_of(room);
  fake->after = once_each(no_answer);
  return fake;
}
std::shared_ptr<void> bluesky_failing_after_work(Newsroom& room) {
  auto fake = bluesky_of(room);
  fake->after = once_each(server_error);
  return fake;
}
/// As a server that takes every repeat of a key for an error of its own.
std::shared_ptr<void> bluesky_failing_on_repeats(Newsroom& room) {
  auto fake = bluesky_of(room);
  fake->fails_on_a_repeat = true;
  fake->after = once_each(no_answer);
  return fake;
}
std::shared_ptr<void> bluesky_with_nonces(Newsroom& room) {
  auto fake = bluesky_of(room, "dpop");
  fake->wants_nonces = true;
  return fake;
}
Texts on_bluesky(const Newsroom& /*room*/, const void* kept) {
  return static_cast<const FakeBluesky*>(kept)->published();
}

std::shared_ptr<FakeX> x_of(Newsroom& room) {
  sign_in_to_x(room, "ex");
  return std::make_shared<FakeX>(room.site, room.clock);
}
std::shared_ptr<void> x(Newsroom& room) { return x_of(room); }
std::shared_ptr<void> x_taking_duplicates(Newsroom& room) {
  auto fake = x_of(room);
  fake->refuses_duplicates = false;
  return fake;
}
std::shared_ptr<void> x_losing_answers(Newsroom& room) {
  auto fake = x_of(room);
  fake->refuses_duplicates = false;
  fake->after = once_each(no_answer);
  return fake;
}
std::shared_ptr<void> x_failing_after_work(Newsroom& room) {
  auto fake = x_of(room);
  fake->refuses_duplicates = false;
  fake->after = once_each(server_error);
  return fake;
}
/// A post stands in the list 45 seconds after it was taken, and the same words are taken again.
std::shared_ptr<void> x_showing_late(Newsroom& room) {
  auto fake = x_of(room);
  fake->refuses_duplicates = false;
  fake->shows_after = std::chrono::seconds{45};
  fake->after = once_each(no_answer);
  return fake;
}
Texts on_x(const Newsroom& /*room*/, const void* kept) {
  return static_cast<const FakeX*>(kept)->published();
}

}  // namespace

const std::vector<FarSide>& far_sides() {
  static const std::vector<FarSide> all = [] {
    std::vector<FarSide> sides{
        {"outbox", "a file", {"noticeboard"}, true, nothing, in_outbox},
        {"mastodon", "honours keys", {"town-hall"}, true, nothing, on_mastodon},
        {"mastodon", "knows no keys", {"town-hall"}, true, without_keys, on_mastodon},
        {"mastodon", "loses first answers", {"town-hall"}, true, losing_answers, on_mastodon},
        {"mastodon", "500 after the work", {"town-hall"}, true, failing_after_work, on_mastodon},
        {"mastodon", "acts late", {"town-hall"}, true, acting_late, on_mastodon},
        {"bluesky", "keeps keys", {"sky"}, true, bluesky, on_bluesky},
        {"bluesky", "loses first answers", {"sky"}, true, bluesky_losing_answers, on_bluesky},
        {"bluesky", "500 after the work", {"sky"}, true, bluesky_failing_after_work, on_bluesky},
        {"bluesky", "500 to a repeat", {"sky"}, true, bluesky_failing_on_repeats, on_bluesky},
        {"bluesky", "nonces go stale", {"sky"}, true, bluesky_with_nonces, on_bluesky},
        {"x", "refuses duplicates", {"ex"}, true, x, on_x},
        {"x", "takes duplicates", {"ex"}, true, x_taking_duplicates, on_x},
        {"x", "loses first answers", {"ex"}, true, x_losing_answers, on_x},
        {"x", "500 after the work", {"ex"}, true, x_failing_after_work, on_x},
        {"x", "shows posts late", {"ex"}, true, x_showing_late, on_x},
        {"scripted", "cannot be asked", {"wire"}, false, scripted<false>, on_scripted},
        {"scripted-with-memory", "drops repeats", {"wire"}, false, scripted<true>, on_scripted},
    };
    for (const auto& more :
         {facebook_sides(), linkedin_sides(), threads_sides(), telegram_sides(), webhook_sides()}) {
      sides.insert(sides.end(), more.begin(), more.end());
    }
    return sides;
  }();
  return all;
}

const Network* find_tested_network(std::string_view name) {
  static const ScriptedNetwork plain("scripted", std::chrono::seconds{0});
  static const ScriptedNetwork with_memory("scripted-with-memory", std::chrono::minutes{55});
  for (const Network* network : {&plain, &with_memory}) {
    if (network->traits().name == name) return network;
  }
  return find_network(name);
}

}  // namespace crier
