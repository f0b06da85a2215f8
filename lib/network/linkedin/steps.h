#pragma once
#include <string>
#include <vector>

#include "network/linkedin/wire.h"
#include "network/network.h"

namespace crier::linkedin {

/// Source: learn.microsoft.com/linkedin, multiimage-post-api: 2 to 20; crier attaches fewer.
inline constexpr std::size_t most_pictures = 9;

/// One post's way through its turns. What was done stands in the notes; `N` is a picture's number,
/// or "thumb" for the card's:
///
///   urnN, upN    the name that LinkedIn gave for the picture, and where it is to be sent
///   sentN        it was sent; pollsN: how often LinkedIn was asked whether it is ready
///   mediaN       the name, once the picture may be used ("-": it is left out)
///   media_at     when the first was begun, in seconds
///   too_young    the token was refused as one is that was just made: once, that is waited for
///   id           the post's name: it is public
///   duplicate    the name of the post that LinkedIn took this one for
///   ghost        that post is not there: a deleted one stands in the way
///   step         what the next answer is about
class Steps {
 public:
  Steps(const Delivery& delivery, const Context& context);
  [[nodiscard]] Turn go_on();
  [[nodiscard]] Turn take(const Response& last);

 private:
  Turn picture(const std::string& which, const std::string& url, std::size_t max_side);
  Turn take_picture(const std::string& which, const Response& last);
  bool is_stuck(const std::string& upload, const Response& last);
  Turn take_begun(const std::string& which, const Response& last);
  Turn take_bytes(const std::string& which, const Response& last);
  Turn take_sent(const std::string& which, const Response& last);
  Turn take_status(const std::string& which, const Response& last);
  Turn use(const std::string& which);
  Turn leave_out(const std::string& which, std::string warning);
  Turn publish();
  Turn take_published(const Response& last);
  Turn take_back(const Response& last);
  Turn take_duplicate(const Response& last);
  Turn give_up(const Response& last, Outcome outcome);
  Turn finish(Outcome outcome);
  Turn prepare(const std::string& step, Request request);
  [[nodiscard]] std::string media(const std::string& which) const;
  [[nodiscard]] std::vector<Media> pictures() const;
  [[nodiscard]] bool has_media() const;
  [[nodiscard]] bool has_article() const;
  [[nodiscard]] std::string words() const;
  void forget_pictures();
  void forget_old_pictures();

  const Delivery& delivery_;
  const Context& context_;
  std::string organization_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::linkedin
