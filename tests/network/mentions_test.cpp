#include <gtest/gtest.h>

#include "compose/compose.h"
#include "network/linkedin/little_text.h"
#include "network/registry.h"

namespace crier {
namespace {

/// What an account of `network` says of an item with that title.
std::string said_on(const Network& network, std::string title, std::vector<std::string> mentions) {
  const Result<Template> parsed = Template::parse("{{prefix}}{{title}} {{link}}");
  Item item;
  item.title.value = std::move(title);
  item.link = "https://x.org.uk/1";
  auto post = compose(item, {*parsed, "News: ", "", std::move(mentions)}, network.traits().text);
  EXPECT_TRUE(post.has_value());
  return post ? post->text : std::string();
}

TEST(Mentions, AFeedsWordsCallNobodyOnAnyNetwork) {
  const std::string title = "Thanks to @admin and @NHSEngland, mail bins@x.org.uk";
  const std::string broken =
      "News: Thanks to @\u200Badmin and @\u200BNHSEngland, mail bins@x.org.uk https://x.org.uk/1";
  std::size_t asked = 0;
  for (const Network* network : networks()) {
    const std::string name = network->traits().name;
    const std::string said = said_on(*network, title, {});
    ++asked;
    if (name == "bluesky" || name == "outbox") {
      // Bluesky's posts mention whom they mark, and an outbox is a file.
      EXPECT_EQ(said, "News: " + title + " https://x.org.uk/1") << name;
    } else if (name == "linkedin") {
      const std::string written = linkedin::write_little_text(said, "https://x.org.uk/1");
      EXPECT_NE(written.find("\\@admin and \\@NHSEngland"), std::string::npos) << written;
    } else {
      EXPECT_EQ(said, broken) << name;
    }
  }
  EXPECT_GE(asked, 9U);
}

TEST(Mentions, WhomFeedsTomlNamesIsCalledOnEveryNetwork) {
  for (const Network* network : networks()) {
    EXPECT_EQ(said_on(*network, "Thanks to @police", {"@police"}),
              "News: Thanks to @police https://x.org.uk/1")
        << network->traits().name;
  }
}

}  // namespace
}  // namespace crier
