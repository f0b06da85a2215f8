#include "feed/fetch.h"

#include "core/url.h"

namespace crier {

Request feed_request(const std::string& url, const Validators& known, std::chrono::seconds timeout,
                     std::size_t max_bytes) {
  Request request;
  request.url = url;
  request.follow_redirects = true;
  request.timeout = timeout;
  request.max_response_bytes = max_bytes;
  request.headers.push_back(
      {"Accept",
       "application/rss+xml, application/atom+xml, application/feed+json, "
       "application/rdf+xml;q=0.9, "
       "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"});
  if (!known.etag.empty()) request.headers.push_back({"If-None-Match", known.etag});
  if (!known.last_modified.empty())
    request.headers.push_back({"If-Modified-Since", known.last_modified});
  return request;
}

Result<FeedAnswer> read_feed_answer(const Response& response, const Validators& known,
                                    SysTime now) {
  const std::string where = loggable(response.final_url);
  FeedAnswer answer;
  answer.address = response.final_url;
  answer.moved_to = response.moved_to;
  const auto header = [&](std::string_view name) {
    return std::string(find_header(response.headers, name).value_or(""));
  };
  answer.validators = {header("ETag"), header("Last-Modified")};
  // Given back, a huge one would make the server refuse every later request (431).
  constexpr std::size_t longest = 1024;
  if (answer.validators.etag.size() > longest) answer.validators.etag.clear();
  if (answer.validators.last_modified.size() > longest) answer.validators.last_modified.clear();
  if (response.status == 304) {
    answer.not_modified = true;
    // RFC 9110 section 15.4.5: a 304 may bring a newer validator; what it leaves out still holds.
    if (answer.validators.etag.empty()) answer.validators.etag = known.etag;
    if (answer.validators.last_modified.empty())
      answer.validators.last_modified = known.last_modified;
    return answer;
  }
  if (auto problem = classify(response, now)) {
    if (response.status == 404 || response.status == 410) {
      problem->message = fmt::format(
          "{}: the server says {}: there is no feed at this address (any more). Put the new "
          "address into feeds.toml",
          where, response.status);
      return Failure(*problem);
    }
    if (response.status == 401 || response.status == 403) {
      problem->kind = ErrorKind::rejected;
      problem->message =
          fmt::format("{}: the server refuses access ({}): the feed must be readable by everyone",
                      where, response.status);
      return Failure(*problem);
    }
    problem->message = where + ": " + problem->message;
    return Failure(*problem);
  }
  answer.content_type = header("Content-Type");
  return answer;
}

}  // namespace crier
