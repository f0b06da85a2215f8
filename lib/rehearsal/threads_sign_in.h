#pragma once
#include <map>
#include <optional>
#include <string>

#include "rehearsal/answers.h"
#include "rehearsal/double.h"

/// What both halves of the double of Threads share.
namespace crier::rehearsal::threads {

using Form = std::map<std::string, std::string>;
[[nodiscard]] Form form_of(std::string_view text);
/// The value of a field; empty if there is none.
[[nodiscard]] std::string take(const Form& form, const std::string& name);
/// Meta's way of saying no.
[[nodiscard]] Response refuse(int status, int code, const std::string& words, int subcode = 0);

/// Consent, codes and tokens of one account, as graph.threads.net and threads.net have them.
/// Source: developers.facebook.com, Threads, "Get access tokens" and "Long-lived tokens", 2026-08.
class ThreadsSignIns {
 public:
  static constexpr const char* account_number = "17841400000000042";
  static constexpr const char* account_name = "council.rehearsal";
  static constexpr const char* app_number = "1234567890";
  static constexpr const char* app_secret = "rehearsal-threads-app-secret";

  explicit ThreadsSignIns(const DoubleWorld& world) : world_(world) {}

  /// Nothing: it is no request about a sign-in.
  [[nodiscard]] std::optional<Response> answer(const Request& request);
  [[nodiscard]] bool is_good(const std::string& token) const;
  [[nodiscard]] Credentials sign_in();
  void expire_all();

 private:
  struct Life {
    SysTime given_at, ends_at;
    bool is_over = false;
  };
  struct Code {
    std::string redirect_uri;
    bool is_used = false;
  };
  std::string make_secret(const char* prefix);
  std::string give_token(std::chrono::seconds lasts);
  Response consent(const Form& query);
  Response exchange(const Form& form);
  Response give_long(const std::string& token);
  Response lengthen(const Form& query);
  Response refresh(const Form& query);
  Response inspect(const Form& query);

  const DoubleWorld& world_;
  std::map<std::string, Life> tokens_;
  std::map<std::string, Code> codes_;
};

}  // namespace crier::rehearsal::threads
