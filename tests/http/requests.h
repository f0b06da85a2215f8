#pragma once
#include <string>

#include "http/curl_client.h"
#include "support/loopback_server.h"

/// What the tests of CurlClient share.
namespace crier {

using Reply = LoopbackServer::Reply;

inline CurlOptions options() { return {"crier-test/1", 64, 2, {}}; }

inline Request get(const std::string& url) {
  Request request;
  request.url = url;
  request.timeout = std::chrono::seconds{5};
  return request;
}

inline Request post(const std::string& url, const std::string& body) {
  Request request = get(url);
  request.method = Method::post;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  return request;
}

inline Reply redirect(int status, const std::string& to) {
  return {"HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + to +
              "\r\nContent-Length: 0\r\n\r\n",
          false, false};
}

inline bool asks_for(const std::string& request, const std::string& path) {
  return request.find(" " + path + " ") != std::string::npos;
}

}  // namespace crier
