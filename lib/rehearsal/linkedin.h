#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "network/json.h"
#include "rehearsal/double.h"

namespace crier::rehearsal {

/// LinkedIn's sign-in, Images and Posts APIs for two organisations, 1234567 and 7654321.
///
/// 1. A post's commentary ends at the first reserved character that no backslash stands before, as
///    LinkedIn's does: the answer is 201 all the same.
/// 2. The same content is refused a second time (422), with the name of the first.
/// 3. A version of the API that is older than a year, by the clock that is handed in, is answered
///    with 426.
/// Source: learn.microsoft.com/linkedin, community-management, 2026-09; the words of the refusals
/// as they were seen.
class LinkedinDouble final : public Double {
 public:
  using Double::Double;
  [[nodiscard]] Response answer(const Request& request) override;
  [[nodiscard]] bool publishes(const Request& request) const override;
  [[nodiscard]] Response too_many_requests(std::chrono::seconds wait) const override;
  [[nodiscard]] Response server_error() const override;
  [[nodiscard]] Credentials sign_in(const Account& account) override;
  void expire_tokens() override;

  bool refuses_duplicates = true;
  bool gives_refresh_tokens = false;    ///< only to approved partners
  bool lets_be_read = true;             ///< r_organization_social
  std::chrono::seconds shows_after{0};  ///< until a post can be read
  int polls_before_ready = 1;           ///< of a picture

 private:
  struct Upload {
    Picture picture;
    bool was_sent = false;
    int polls = 0;
  };
  struct Post {
    std::string id, author, content;  ///< content: what makes two posts the same
    Json shown;
    SysTime at;
  };

  Response route(const Request& request);
  Response consent(const Request& request);
  Response token(const Request& request);
  [[nodiscard]] Response acls(const Request& request) const;
  [[nodiscard]] Response organization(const std::string& number) const;
  Response begin_upload(const Request& request);
  Response take_picture(const std::string& path, const Request& request);
  Response image(const std::string& urn);
  Response create(const Request& request);
  [[nodiscard]] Response show(const std::string& urn) const;
  [[nodiscard]] Response list(const Request& request) const;
  [[nodiscard]] std::string fault_of_post(const Json& body) const;
  [[nodiscard]] bool has_token(const Request& request) const;
  [[nodiscard]] bool is_retired(std::string_view version) const;
  [[nodiscard]] std::string make_secret(std::string_view kind);
  void arrive(const Post& post, const Json& body);

  std::set<std::string> tokens_, refresh_tokens_;
  std::map<std::string, std::string> codes_;  ///< and the redirect address of each
  std::map<std::string, Upload> uploads_;     ///< by urn
  std::vector<Post> posts_;
};

}  // namespace crier::rehearsal
