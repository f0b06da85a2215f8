// What a person gives as a post's address, and what each network calls that post.
#include "network/post_address.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "network/registry.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

const std::map<std::string, Account> accounts{
    {"mastodon", {{"hall"}, "mastodon", "https://social.example.gov.uk", "", {}}},
    {"bluesky", {{"sky"}, "bluesky", "", "", {{"handle", "council.example.gov.uk"}}}},
    {"x", {{"x"}, "x", "https://api.x.com", "", {}}},
    {"facebook", {{"page"}, "facebook", "https://graph.facebook.com", "", {}}},
    {"linkedin", {{"in"}, "linkedin", "https://api.linkedin.com", "", {}}},
    {"threads", {{"threads"}, "threads", "https://graph.threads.net", "", {}}},
    {"telegram", {{"tg"}, "telegram", "https://api.telegram.org", "", {{"chat", "@council"}}}},
    {"webhook", {{"hook"}, "webhook", "", "", {}}},
    {"outbox", {{"board"}, "outbox", "", "", {{"path", "/tmp/outbox.jsonl"}}}}};
const std::map<std::string, AccountFacts> all_facts{
    {"mastodon", {{{"account_id", "7"}, {"acct", "council"}}, {}}},
    {"bluesky", {{{"account_id", "did:plc:council"}, {"handle", "@council.example.gov.uk"}}, {}}},
    {"x", {{{"account_id", "7"}, {"handle", "@council"}}, {}}},
    {"facebook", {{{"account_id", "77"}, {"handle", "Council"}}, {}}},
    {"linkedin", {{{"account_id", "7"}}, {}}},
    {"threads", {{{"account_id", "7"}, {"handle", "@council"}}, {}}},
    {"telegram", {{{"account_id", "7"}, {"handle", "@bot"}}, {}}},
    {"webhook", {}},
    {"outbox", {}}};

Context context_of(const std::string& network) {
  return {accounts.at(network), all_facts.at(network), now, {}};
}

Result<Receipt> read(const std::string& network, const std::string& address) {
  return find_network(network)->receipt_at(context_of(network), address);
}

struct Row {
  std::string network, address, id;
};

const std::vector<Row> known{
    {"mastodon", "https://social.example.gov.uk/@council/112", "112"},
    {"mastodon", "https://social.example.gov.uk/@council/112/", "112"},
    {"mastodon", "https://social.example.gov.uk/@council/112?utm_source=x#now", "112"},
    {"mastodon", "HTTPS://Social.Example.gov.UK/@Council/112", "112"},
    {"mastodon", "https://social.example.gov.uk:443/@council/112", "112"},
    {"mastodon", "https://social.example.gov.uk/@council@social.example.gov.uk/112", "112"},
    {"mastodon", "https://social.example.gov.uk/%40council/112", "112"},
    {"mastodon", "https://social.example.gov.uk/web/statuses/112", "112"},
    {"mastodon", "https://social.example.gov.uk/web/@council/112", "112"},
    {"mastodon", "https://social.example.gov.uk/deck/@council/112", "112"},
    {"mastodon", "https://social.example.gov.uk/users/council/statuses/112", "112"},
    {"mastodon", "https://social.example.gov.uk/ap/users/7/statuses/112", "112"},
    {"mastodon", "https://social.example.gov.uk/@council/statuses/01JQ8ZK3", "01JQ8ZK3"},
    {"mastodon", "https://social.example.gov.uk/notice/AbCdEf9", "AbCdEf9"},
    {"mastodon", "https://social.example.gov.uk/@council/posts/AbCdEf9", "AbCdEf9"},
    {"mastodon", "https://social.example.gov.uk/notes/a1b2c3", "a1b2c3"},
    {"mastodon", "https://social.example.gov.uk/objects/5f0c-11/",
     "social.example.gov.uk/objects/5f0c-11"},
    {"mastodon", "https://social.example.gov.uk/council/p/1772442000.12",
     "social.example.gov.uk/council/p/1772442000.12"},
    {"bluesky", "https://bsky.app/profile/council.example.gov.uk/post/3lab",
     "at://did:plc:council/app.bsky.feed.post/3lab"},
    {"bluesky", "https://bsky.app/profile/Council.Example.gov.uk/post/3lab/?ref=x",
     "at://did:plc:council/app.bsky.feed.post/3lab"},
    {"bluesky", "https://bsky.app/profile/did:plc:council/post/3lab",
     "at://did:plc:council/app.bsky.feed.post/3lab"},
    {"bluesky", "https://bsky.app/profile/did%3Aplc%3Acouncil/post/3lab",
     "at://did:plc:council/app.bsky.feed.post/3lab"},
    {"bluesky", "at://did:plc:council/app.bsky.feed.post/3lab",
     "at://did:plc:council/app.bsky.feed.post/3lab"},
    {"x", "https://x.com/council/status/19", "19"},
    {"x", "https://twitter.com/council/status/19/photo/1", "19"},
    {"x", "https://mobile.twitter.com/council/statuses/19?s=20", "19"},
    {"x", "https://www.x.com/i/web/status/19/", "19"},
    {"x", "https://x.com/i/status/19", "19"},
    {"facebook", "https://www.facebook.com/permalink.php?story_fbid=99&id=77", "77_99"},
    {"facebook", "https://m.facebook.com/story.php?id=100064&story_fbid=99&refid=17", "77_99"},
    {"facebook", "https://www.facebook.com/examplecouncil/posts/99/?__cft__=x", "77_99"},
    {"facebook", "https://www.facebook.com/examplecouncil/posts/new-job-lifeguard/99", "77_99"},
    {"facebook", "https://www.facebook.com/77_99", "77_99"},
    {"facebook", "https://www.facebook.com/permalink.php?story_fbid=pfbid0aB&id=77", "pfbid0aB"},
    {"facebook", "https://www.facebook.com/examplecouncil/posts/pfbid0aB", "pfbid0aB"},
    {"facebook", "https://www.facebook.com/photo/?fbid=55&set=a.1", "photo:55"},
    {"facebook", "https://www.facebook.com/photo.php?fbid=55", "photo:55"},
    {"facebook", "https://www.facebook.com/examplecouncil/photos/a.1/55/", "photo:55"},
    {"facebook", "https://www.facebook.com/share/p/1AbC/?mibextid=x", "facebook.com/share/p/1AbC"},
    {"linkedin", "https://www.linkedin.com/feed/update/urn:li:share:71", "urn:li:share:71"},
    {"linkedin", "https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A71/?x=1",
     "urn:li:ugcPost:71"},
    {"linkedin", "https://uk.linkedin.com/posts/council_new-job-activity-71-AbCd?utm_source=share",
     "urn:li:activity:71"},
    {"linkedin", "https://www.linkedin.com/posts/council_a-share-of-it-share-71-AbCd/",
     "urn:li:share:71"},
    {"linkedin",
     "https://www.linkedin.com/posts/council_an-activity-2026-share-71-AbCd?x=urn:li:share:9",
     "urn:li:share:71"},
    {"linkedin", "https://www.linkedin.com/posts/council_our-share-3-of-it-activity-71-AbCd",
     "urn:li:activity:71"},
    {"linkedin", "https://www.linkedin.com/feed/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A71",
     "urn:li:activity:71"},
    {"linkedin", "https://www.linkedin.com/embed/feed/update/urn:li:share:71", "urn:li:share:71"},
    {"threads", "https://www.threads.com/@council/post/DAb_1-x", "code:DAb_1-x"},
    {"threads", "https://www.threads.net/@council/post/DAb_1-x/media?xmt=A", "code:DAb_1-x"},
    {"threads", "https://threads.net/t/DAb_1-x/", "code:DAb_1-x"},
    {"telegram", "https://t.me/council/123", "123"},
    {"telegram", "https://t.me/s/Council/123?single", "123"},
    {"telegram", "https://telegram.me/council/4/123", "123"},
    {"telegram", "https://t.me/c/1234567890/123", "123"},
    {"webhook", "https://teams.example.org/channel/1", ""},
    {"outbox", "https://www.example.gov.uk/news", ""},
};

TEST(PostAddress, TellsWhatItsNetworkCallsThePost) {
  for (const Row& row : known) {
    const auto receipt = read(row.network, row.address);
    ASSERT_TRUE(receipt) << row.address << ": " << receipt.error().message;
    EXPECT_EQ(receipt->remote_id, row.id) << row.address;
    if (row.address.starts_with("at://")) continue;
    EXPECT_EQ(receipt->url, row.address);
  }
  EXPECT_EQ(read("bluesky", "at://did:plc:council/app.bsky.feed.post/3lab")->url,
            "https://bsky.app/profile/council.example.gov.uk/post/3lab");
}

TEST(PostAddress, ThatIsNoneOfItsNetworksIsToldWithWhatOneLooksLike) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"mastodon", "https://elk.example.org/@council/112"},
      {"mastodon", "https://social.example.gov.uk:8443/@council/112"},
      {"mastodon", "https://social.example.gov.uk/@council"},
      {"mastodon", "https://social.example.gov.uk/@council/media"},
      {"mastodon", "https://social.example.gov.uk/"},
      {"bluesky", "https://bsky.app/profile/council.example.gov.uk"},
      {"bluesky", "https://bsky.example.org/profile/council.example.gov.uk/post/3lab"},
      {"bluesky", "at://did:plc:council/app.bsky.feed.like/3lab"},
      {"x", "https://x.com/council"},
      {"x", "https://x.com/council/status/now"},
      {"x", "https://notx.com/council/status/19"},
      {"facebook", "https://www.facebook.com/examplecouncil"},
      {"facebook", "https://www.facebook.com/profile.php?id=77"},
      {"facebook", "https://notfacebook.com/examplecouncil/posts/99"},
      {"linkedin", "https://www.linkedin.com/company/examplecouncil/posts/"},
      {"linkedin", "https://lnkd.in/urn:li:share:71"},
      {"threads", "https://www.threads.com/@council"},
      {"threads", "https://www.instagram.com/@council/post/DAb"},
      {"telegram", "https://t.me/council"},
      {"telegram", "https://telegram.org/council/123"},
  };
  for (const auto& [network, address] : rows) {
    const auto receipt = read(network, address);
    ASSERT_FALSE(receipt) << address << " is " << receipt->remote_id;
    const std::string& why = receipt.error().message;
    EXPECT_EQ(receipt.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(why.starts_with(address + " leads to no post on ")) << why;
    // What is shown as an example is one.
    const std::string example = why.substr(why.rfind(' ') + 1);
    EXPECT_TRUE(read(network, example)) << why;
  }
  for (const auto& [network, account] : accounts) {
    for (const std::string text : {"", "the website", "mailto:clerk@example.gov.uk", "https://",
                                   "at://", "javascript:alert(1)", "\xFF"}) {
      EXPECT_FALSE(read(network, text)) << network << ": " << text;
    }
  }
}

TEST(PostAddress, OfAnothersPostIsRefused) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"mastodon", "https://social.example.gov.uk/@library/112"},
      {"mastodon", "https://social.example.gov.uk/users/library/statuses/112"},
      {"bluesky", "https://bsky.app/profile/library.example.gov.uk/post/3lab"},
      {"bluesky", "at://did:plc:other/app.bsky.feed.post/3lab"},
      {"telegram", "https://t.me/library/123"},
  };
  for (const auto& [network, address] : rows) {
    const auto receipt = read(network, address);
    ASSERT_FALSE(receipt) << address;
    EXPECT_NE(receipt.error().message.find(" is a post "), std::string::npos)
        << receipt.error().message;
  }
  // A number is all that the settings have: of a name nobody can tell whether it is that channel's.
  const Account numbered{{"tg"}, "telegram", "", "", {{"chat", "-1001234567890"}}};
  const AccountFacts none;
  const auto at = [&](const char* address) {
    return find_network("telegram")->receipt_at({numbered, none, now, {}}, address).has_value();
  };
  EXPECT_TRUE(at("https://t.me/council/123"));
  EXPECT_TRUE(at("https://t.me/c/1234567890/123"));
  EXPECT_FALSE(at("https://t.me/c/999/123"));
}

TEST(PostAddress, WithoutFactsOfTheAccountIsReadAsFarAsItGoes) {
  const AccountFacts none;
  for (const auto& [network, account] : accounts) {
    for (const Row& row : known) {
      if (row.network != network) continue;
      const bool is_of_did = row.address.find("did") != std::string::npos;
      EXPECT_EQ(
          find_network(network)->receipt_at({account, none, now, {}}, row.address).has_value(),
          !is_of_did)
          << row.address;
    }
  }
}

/// A list with one post that has the words of `sent`, as each network shows it.
Response list_with(const Delivery& sent, const std::string& id, const std::string& url) {
  const std::string text = sent.post.text;
  const json mastodon = json::array({{{"id", id},
                                      {"url", url},
                                      {"content", "<p>" + text + "</p>"},
                                      {"created_at", "2026-03-02T09:00:05Z"}}});
  const json meta{{"data",
                   {{{"id", id},
                     {"message", text},
                     {"text", text},
                     {"permalink_url", url},
                     {"permalink", url},
                     {"created_time", "2026-03-02T09:00:05+0000"},
                     {"timestamp", "2026-03-02T09:00:05+0000"}}}}};
  Response answer;
  answer.status = 200;
  answer.body = (sent.account.value == "hall" ? mastodon : meta).dump();
  return answer;
}

TEST(PostAddress, GivenByAPersonKeepsThatPostFromBeingTakenForAnotherItems) {
  const std::vector<std::tuple<std::string, std::string, std::string>> rows{
      {"mastodon", "177244200012ab", "https://social.example.gov.uk/council/p/1772442000.12"},
      {"facebook", "77_99", "https://www.facebook.com/examplecouncil/posts/pfbid0aB"},
      {"facebook", "77_99", "https://www.facebook.com/photo.php?fbid=55"},
      {"threads", "18", "https://www.threads.net/@council/post/DAb"},
  };
  for (const auto& [name, id, url] : rows) {
    const Network& network = *find_network(name);
    Delivery sent;
    sent.id = {"0123456789abcdef0123456789abcdef"};
    sent.account = accounts.at(name).id;
    sent.post.text = "The pool is open";
    sent.planned_at = now;
    sent.publishing_at = now;
    Context context = context_of(name);
    const Response answer = list_with(sent, id, url);
    const auto free = network.recognise(sent, context, answer);
    ASSERT_TRUE(free && *free) << name;
    EXPECT_EQ((*free)->remote_id, id);
    const std::string plain = read(name, url)->remote_id;
    context.is_taken = [&](const std::string& one) { return one == plain; };
    const auto taken = network.recognise(sent, context, answer);
    ASSERT_TRUE(taken) << name;
    EXPECT_FALSE(*taken) << name << ": " << plain;
    EXPECT_TRUE(network.is_anothers(context, id, url));
    EXPECT_FALSE(network.is_anothers(context, id, ""));
  }
}

}  // namespace
}  // namespace crier
