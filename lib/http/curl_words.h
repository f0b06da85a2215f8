#pragma once
#include <curl/curl.h>

#include <chrono>
#include <string>

namespace crier {

/// How a transfer ended that brought no whole answer.
struct Ending {
  CURLcode code = CURLE_OK;
  std::string host;  ///< that it was at, behind redirects too
  std::chrono::seconds took{0};
  bool has_begun = false;  ///< something of the answer has come
  long certificate = 0;    ///< CURLINFO_SSL_VERIFYRESULT
  long proxy_status = 0;   ///< CURLINFO_HTTP_CONNECTCODE: what a proxy said; 0: none did
};

/// That it is the address which is wrong, or what it leads to: asking again changes nothing.
[[nodiscard]] bool is_about_the_address(CURLcode code);

/// The ending in words that are put behind "ADDRESS: ". libcurl's own are not shown to people.
[[nodiscard]] std::string words_for(const Ending& ending);

}  // namespace crier
