#pragma once
#include <string>
#include <vector>

#include "network/network.h"

namespace crier::x {

/// The account's number: as its facts have it, or as it was asked for on the way to this post.
[[nodiscard]] std::string account_id_of(const Delivery& delivery, const Context& context);

/// One post's way through its turns. What was done stands in the notes:
///
///   media0 … media3   what the upload gave for each picture ("-": it is left out)
///   described0 …      its description has been sent
///   media_at          when the first was uploaded, in seconds
///   account_id        where nothing else says it; asked: it was asked for
///   duplicate         X has refused the words as said already
///   step              what the next answer is about
class Steps {
 public:
  Steps(const Delivery& delivery, const Context& context);
  [[nodiscard]] Turn go_on();
  [[nodiscard]] Turn take(const Response& last);

 private:
  Turn take_identity(const Response& last);
  Turn take_image(const std::string& which, const Response& last);
  std::optional<Outcome> trouble_of_picture(const std::string& upload, const Response& last);
  Turn take_upload(const std::string& which, const Response& last);
  Turn describe(std::size_t which);
  Turn publish();
  [[nodiscard]] std::vector<std::string> media() const;
  Turn finish(Outcome outcome);
  void forget_old_media();
  [[nodiscard]] Request post(const std::string& path, std::string body) const;

  const Delivery& delivery_;
  const Context& context_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::x
