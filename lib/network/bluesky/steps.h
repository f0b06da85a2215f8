#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "network/bluesky/record.h"
#include "network/network.h"

namespace crier::bluesky {

/// Where an account's signed requests go: the PDS that it signed in to, else the one that its
/// settings name; or empty.
[[nodiscard]] std::string service_of(const Account& account, const AccountFacts& facts);

/// Say whether a text has the shape of one ("did:plc:…", "council.example.gov.uk").
[[nodiscard]] bool is_did(std::string_view text);
[[nodiscard]] bool is_handle(std::string_view text);

/// One post's way through its turns. What was done stands in the notes:
///
///   rkey, made_at   the record's key, and its moment ("SECONDS ORDINAL")
///   record          the record itself, from the first time that it is sent
///   blob0 … blob3   what uploadBlob gave for each picture ("-": it is left out); size0 …
///   thumb           the same for the card's picture
///   blobs_at        when the first of them was uploaded, in seconds
///   taken           the server has said that there is a record under the key already
///   step            what the next answer is about: image0, upload0, thumb, upload-thumb, record
class Steps {
 public:
  Steps(const Delivery& delivery, const Context& context);
  [[nodiscard]] Turn go_on();
  [[nodiscard]] Turn take(const Response& last);

 private:
  Turn take_image(const std::string& which, const Response& last);
  Turn take_upload(const std::string& which, const Response& last);
  Turn take_record(const Response& last);
  Turn ask_who();
  Turn take_who(const Response& last);
  Turn publish();
  Turn finish(Outcome outcome);
  void forget_what_is_old();
  void forget_blobs();
  void forget_key();
  void make_key();
  bool gives_up(const std::string& blob, const std::string& which);
  [[nodiscard]] Moment moment() const;
  [[nodiscard]] std::vector<Picture> pictures() const;
  [[nodiscard]] Picture picture(const std::string& which, const std::string& alt) const;

  const Delivery& delivery_;
  const Context& context_;
  std::string service_, did_;
  Notes notes_;
  std::string warning_;
};

}  // namespace crier::bluesky
