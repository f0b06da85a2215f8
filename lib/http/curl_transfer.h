#pragma once
#include <curl/curl.h>

#include <cstddef>
#include <string>

#include "http/client.h"
#include "http/curl_client.h"

namespace crier {

/// One request under way, or waiting for its turn.
struct Transfer {
  TransferId id = 0;
  Request request;
  std::string host;
  Response response;
  std::size_t sent = 0;  ///< bytes of the body that curl has taken
  bool too_large = false;
  bool is_out_of_memory = false;
  bool was_cut = false;        ///< the answer went on beyond what was wanted
  std::string private_place;   ///< where it led, and was not let go
  bool may_use_proxy = true;   ///< the environment's
  bool only_permanent = true;  ///< so far every redirect was 301 or 308
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  curl_mime* mime = nullptr;
  const CurlOptions* options = nullptr;
};

/// CURLOPT_WRITEFUNCTION: takes the body in, as it comes, up to the request's limit.
std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);
/// CURLOPT_READFUNCTION
std::size_t on_send(char* to, std::size_t, std::size_t room, void* user);
int on_rewind(void*, curl_off_t, int);
/// CURLOPT_HEADERFUNCTION: keeps the headers of the last answer only, as each hop of a redirect
/// begins with its own status line.
std::size_t on_header(char* data, std::size_t, std::size_t size, void* user);
/// CURLOPT_OPENSOCKETFUNCTION: opens the connection to an address that a name was looked up to.
/// What is checked here is what is connected to, whatever the name means a moment later.
curl_socket_t on_open(void* user, curlsocktype, struct curl_sockaddr* to);
/// CURLOPT_PREREQFUNCTION: asked before each request on a connection, also on one that stood
/// already for another request.
int on_connected(void* user, char* remote_address, char*, int remote_port, int);

/// A reading request changes nothing, so one that broke off can always be called unavailable. A
/// writing one is only that when curl failed before it could send.
[[nodiscard]] ErrorKind kind_of_break(const Transfer& transfer);
/// What a transfer that broke off means for the one who asked.
[[nodiscard]] Error explain(const Transfer& transfer, CURLcode code);

}  // namespace crier
