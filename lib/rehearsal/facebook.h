#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/answers.h"
#include "rehearsal/double.h"

namespace crier::rehearsal::facebook {

using Fields = std::map<std::string, std::string>;

struct PageNode {
  const char* id;
  const char* name;
  const char* username;
};
inline constexpr std::array pages = {
    PageNode{"100000000000001", "Example Council", "examplecouncil"},
    PageNode{"100000000000002", "Example Libraries", "examplelibraries"}};
inline constexpr std::size_t nobodys = pages.size();

/// Graph's shape of an error.
[[nodiscard]] Response refuse(int status, int code, std::string_view words, int subcode = 0,
                              const char* type = "OAuthException");
[[nodiscard]] std::string value_in(const Fields& fields, const std::string& name);
/// The names in `fields`, without what stands in braces behind them.
[[nodiscard]] std::vector<std::string> names_in(std::string_view fields);

/// The Graph API, as much of it as a Page's posts need.
///
/// 1. It takes any app: the secret that an app comes with first is the app's from then on, and
///    proofs are checked with it.
/// 2. Stricter than Facebook in one thing: a field of a post that it does not know is refused,
///    where Facebook overlooks it.
class Facebook final : public Double {
 public:
  using Double::Double;
  Response answer(const Request& request) override;
  [[nodiscard]] bool publishes(const Request& request) const override {
    return request.method == Method::post && path_of(request).ends_with("/feed");
  }
  [[nodiscard]] Response too_many_requests(std::chrono::seconds /*wait*/) const override {
    return refuse(400, 4, "(#4) Application request limit reached");
  }
  [[nodiscard]] Response server_error() const override {
    return refuse(500, 2, "Service temporarily unavailable");
  }
  Credentials sign_in(const Account& account) override;
  void expire_tokens() override {
    for (auto& [token, known] : tokens_) known.has_ended = true;
  }

 private:
  struct Token {
    std::string app;
    std::size_t page = nobodys;  ///< nobodys: a person's
    bool lasts = false;
    bool has_ended = false;
    SysTime given{};
  };
  struct Code {
    std::string app, redirect_uri;
    bool is_used = false;
  };
  struct Photo {
    Picture picture;
    std::size_t page = 0;
    SysTime at{};
  };
  struct Post {
    std::size_t page = 0;
    std::string link;
  };

  std::string make_text(const char* start);
  std::string make_token(Token token);
  /// Null, and `why`, if the token or its proof is not taken.
  const Token* token_of(const Fields& fields, Response& why) const;
  /// nobodys if `name` is no Page that the token is for.
  static std::size_t page_for(const std::string& name, const Token& token);

  // Tokens, and who has them: facebook.cpp
  Response consent(const Request& request, const Fields& fields);
  Response give_token(const Fields& fields);
  Response give_person_token(const Fields& fields);
  Response extend(const Fields& fields);
  [[nodiscard]] Response inspect(const Fields& fields) const;
  Response read(const std::string& path, const Fields& fields, const Token& token);
  Response write(const std::string& path, const Request& request, const Fields& fields,
                 const Token& token);
  [[nodiscard]] Response node(std::size_t page, const Fields& fields) const;
  Response list_pages(const Token& token, bool tells_tasks);
  // What a Page shows: facebook_posts.cpp
  [[nodiscard]] Response list_posts(std::size_t page, const Fields& fields) const;
  Response take_photo(std::size_t page, const Request& request, const Fields& fields);
  Response take_post(std::size_t page, const Fields& fields);
  /// The photos that a post names; `why` if one is none.
  std::vector<Picture> photos_for(std::size_t page, const Fields& fields,
                                  std::optional<Response>& why);
  [[nodiscard]] Response scrape(const Fields& fields) const;

  std::map<std::string, Token> tokens_;
  std::map<std::string, std::string> secrets_;  ///< by app
  std::map<std::string, Code> codes_;
  std::map<std::string, Photo> photos_;
  std::vector<Post> posts_;  ///< beside arrived_
  std::size_t photos_taken_ = 0;
};

}  // namespace crier::rehearsal::facebook
