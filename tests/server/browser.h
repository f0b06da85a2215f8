#pragma once
#include <map>
#include <string>
#include <utility>

namespace crier {

/// A person with a browser, as far as sign-in pages need one: cookies, redirects, the page's form.
class TestBrowser {
 public:
  TestBrowser(std::string user, std::string password);

  /// Opens an authorization address, signs in and agrees to what is asked.
  /// Gives the address on another server that the browser is sent to in the end; the last page's
  /// text, if there is none.
  std::string approve(const std::string& url);

 private:
  struct Page {
    int status = 0;
    std::string url, location, body;
  };
  Page open(const std::string& url, const std::string* form);
  [[nodiscard]] std::string fill_form(const Page& page, std::string& action) const;

  std::string user_, password_;
  std::map<std::pair<std::string, std::string>, std::string> cookies_;  ///< by name and path
};

/// Why a server is not there, for GTEST_SKIP or FAIL; see CRIER_REQUIRE_SERVERS.
[[nodiscard]] bool servers_are_required();
[[nodiscard]] std::string environment_of(const char* name);

}  // namespace crier
