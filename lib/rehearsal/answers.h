#pragma once
#include <string>
#include <utility>

#include "core/url.h"
#include "http/message.h"
#include "network/json.h"

/// What the doubles say in the same way.
namespace crier::rehearsal {

[[nodiscard]] inline Response respond(int status, std::string body, Headers headers = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

[[nodiscard]] inline Response respond_json(int status, const Json& body, Headers headers = {}) {
  headers.push_back({"Content-Type", "application/json"});
  return respond(status, write_json(body), std::move(headers));
}

/// The path of a request's address, without its origin and query; "/" if there is none.
[[nodiscard]] inline std::string path_of(const Request& request) {
  const std::size_t from = request.url.find('/', request.url.find("://") + 3);
  if (from == std::string::npos) return "/";
  return request.url.substr(from, request.url.find_first_of("?#", from) - from);
}

/// The query of a request's address, still encoded.
[[nodiscard]] inline std::string query_of(const Request& request) {
  const std::size_t from = request.url.find('?');
  return from == std::string::npos ? std::string()
                                   : request.url.substr(from + 1, request.url.find('#') - from - 1);
}

}  // namespace crier::rehearsal
