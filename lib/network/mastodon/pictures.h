#pragma once
#include <string>

#include "network/network.h"

namespace crier::mastodon {

/// A post's pictures on their way to the server, before the post. What was done stands in the
/// notes:
///
///   media0 … media3   the server's id for each picture ("-": it is left out)
///   wait0 …           the server is still at work on it; polls0: how often it said so
///   media_at          when the first was uploaded, in seconds
///   words_only        a server has refused the post, and gets it without pictures
///   media_api         "v1" for a server without /api/v2/media
///   step              what the next answer is about: image0, upload0, poll0; none: not a picture
inline constexpr const char* words_only = "words_only";

class Pictures {
 public:
  Pictures(const Delivery& delivery, const Context& context, Notes notes)
      : delivery_(delivery), context_(context), notes_(std::move(notes)) {}

  /// The next thing to do for the pictures; nothing when the post can be sent.
  [[nodiscard]] std::optional<Turn> go_on();
  /// Takes an answer in, if it is about a picture, and goes on.
  [[nodiscard]] bool is_about_picture() const;
  [[nodiscard]] std::optional<Turn> take(const Response& last);

  /// Takes in that a post was refused, if that is for its pictures: then it goes out without.
  [[nodiscard]] std::optional<Turn> take_refusal(const Response& last);

  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] const Notes& notes() const { return notes_; }
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  std::optional<Turn> take_image(const std::string& which, const Response& last);
  std::optional<Turn> take_upload(const std::string& which, const Response& last);
  std::optional<Turn> take_poll(const std::string& which, const Response& last);
  std::optional<Turn> leave_out(const std::string& which, const Response& last);
  [[nodiscard]] std::optional<Turn> wait_out(const std::string& tried, const Response& last);
  void give_up(const std::string& which, std::string_view why);
  void forget_old();
  [[nodiscard]] std::size_t count() const;

  const Delivery& delivery_;
  const Context& context_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::mastodon
