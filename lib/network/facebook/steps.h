#pragma once
#include <string>

#include "network/facebook/answer.h"
#include "network/network.h"

namespace crier::facebook {

/// The Page in an address: its number, where the sign-in has told it; "me" is the Page whose token
/// it is.
[[nodiscard]] std::string page_in(const Context& context);

/// One post's way through its turns. What was done stands in the notes:
///
///   media0 … media3   the id of each picture that was uploaded ("-": it is left out)
///   tried0 …          how often it was sent, and not taken in
///   media_at          when the first was uploaded, in seconds
///   scraped           the linked page was shown to Facebook, for its card
///   link              "later": its page could not be read once; "-": the post goes without a card
///   duplicate         Facebook says that it has this post
///   step              what the next answer is about
class Steps {
 public:
  Steps(const Delivery& delivery, const Context& context);
  [[nodiscard]] Turn go_on();
  [[nodiscard]] Turn take(const Response& last);

 private:
  Turn scrape();
  Turn publish();
  Turn take_image(const std::string& which, const Response& last);
  Turn without_upload(const std::string& which, const Response& last, Meaning meaning);
  Turn take_upload(const std::string& which, const Response& last);
  Turn take_post(const Response& last);
  Turn without_link(const Response& last);
  Turn without_pictures(const Response& last);
  Turn finish(Outcome outcome);
  Turn wait(std::string message, std::chrono::seconds wait);
  void forget_old_media();
  [[nodiscard]] std::string another_page() const;
  [[nodiscard]] std::vector<std::string> media() const;
  [[nodiscard]] Request post(const std::string& path) const;

  const Delivery& delivery_;
  const Context& context_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::facebook
