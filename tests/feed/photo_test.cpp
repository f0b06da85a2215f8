#include "feed/photo.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "feed/parse.h"

namespace crier {
namespace {

std::vector<std::string> pictures_of(const std::string& item) {
  const auto feed = parse_feed(
      "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\">"
      "<channel><title>News</title><item><title>A</title>" +
          item + "</item></channel></rss>",
      {"https://www.example.gov.uk/feed.xml", ""});
  EXPECT_TRUE(feed);
  std::vector<std::string> urls;
  if (!feed || feed->items.empty()) return urls;
  for (const Image& image : feed->items.front().images) urls.push_back(image.url);
  return urls;
}

TEST(Photo, WhatAnItemNamesAsItsPictureIsOneWhateverItsFolderIsCalled) {
  const std::string poster = "https://www.example.gov.uk/events/avatar/poster.jpg";
  const std::vector<std::string> one{poster};
  EXPECT_EQ(pictures_of("<enclosure url='" + poster + "' type='image/jpeg' length='1'/>"), one);
  EXPECT_EQ(pictures_of("<media:content url='" + poster + "' medium='image'/>"), one);
}

TEST(Photo, AFoldersNameTellsPortraitsAndSmileysWhereNothingElseDoes) {
  const std::string clerk = "https://www.example.gov.uk/avatars/clerk.jpg";
  EXPECT_TRUE(pictures_of("<media:thumbnail url='" + clerk + "'/>").empty());
  EXPECT_TRUE(pictures_of("<description>&lt;img src='" + clerk + "'&gt;</description>").empty());
}

TEST(Photo, AServerThatHasNothingButPortraitsGivesNoPicture) {
  EXPECT_TRUE(
      pictures_of("<media:content url='https://secure.gravatar.com/7?s=96' medium='image'/>")
          .empty());
}

TEST(Photo, AParameterThatMaySayWhichPictureItIsTellsTwoApart) {
  const std::string script = "https://www.example.gov.uk/img.php?w=100&";
  for (const std::string name :
       {"s", "q", "mode", "format", "sig", "zoom", "crop", "anchor", "id"}) {
    EXPECT_NE(photo_of(script + name + "=one"), photo_of(script + name + "=two")) << name;
  }
}

TEST(Photo, WhatSaysASizeOrAQualityTellsNoPicturesApart) {
  const std::string photo = photo_of("https://www.example.gov.uk/img.php?id=7");
  for (const char* size :
       {"w=100", "height=90&width=120", "resize=300,200&quality=80", "fit=100&dpr=2"}) {
    EXPECT_EQ(photo_of("https://www.example.gov.uk/img.php?id=7&" + std::string(size)), photo)
        << size;
  }
}

TEST(Photo, WhereThePathNamesAPictureASignatureBesideItsSizeDoesNot) {
  EXPECT_EQ(photo_of("https://img.example.gov.uk/a.jpg?width=140&auto=format&fit=max&s=0a1b"),
            photo_of("https://img.example.gov.uk/a.jpg?width=700&auto=format&fit=max&s=2c3d"));
}

}  // namespace
}  // namespace crier
