#include "feed/fetch.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

using std::chrono::seconds;

/// A number of seconds as these headers have it; nothing if it is none. More than fits is long.
std::optional<seconds> delta_seconds(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  constexpr int long_time = 1'000'000'000;
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return seconds{problem == std::errc{} ? std::min(value, long_time) : long_time};
}

/// What Cache-Control says, over all the lines that it may stand in.
struct CacheControl {
  bool is_there = false;
  bool forbids = false;            ///< no-cache, no-store, or a max-age that is no number
  std::optional<seconds> max_age;  ///< the shortest of several
};

void read_directive(std::string_view directive, CacheControl& control) {
  const std::size_t equals = directive.find('=');
  const std::string_view name = trimmed(directive.substr(0, equals));
  if (ascii_iequals(name, "no-cache") || ascii_iequals(name, "no-store")) control.forbids = true;
  if (!ascii_iequals(name, "max-age")) return;
  const auto age =
      equals == std::string_view::npos ? std::nullopt : delta_seconds(directive.substr(equals + 1));
  if (!age) control.forbids = true;
  if (age) control.max_age = std::min(*age, control.max_age.value_or(*age));
}

CacheControl cache_control(const Headers& headers) {
  CacheControl control;
  for (const Header& header : headers) {
    if (!ascii_iequals(header.name, "Cache-Control")) continue;
    control.is_there = true;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      read_directive(rest.substr(0, comma), control);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return control;
}

}  // namespace

seconds fresh_for(const Headers& headers, SysTime now) {
  const CacheControl control = cache_control(headers);
  if (control.forbids) return seconds{0};
  std::optional<seconds> lifetime = control.max_age;
  if (!lifetime) {
    const auto pragma = find_header(headers, "Pragma");
    if (!control.is_there && pragma && ascii_iequals(trimmed(*pragma), "no-cache"))
      return seconds{0};
    const auto expires = find_header(headers, "Expires");
    const auto at = expires ? parse_http_date(*expires) : std::nullopt;
    if (!at) return seconds{0};
    const auto date = find_header(headers, "Date");
    lifetime = *at - (date ? parse_http_date(*date) : std::nullopt).value_or(now);
  }
  const auto age = find_header(headers, "Age");
  if (age) *lifetime -= delta_seconds(*age).value_or(seconds{0});
  return std::clamp<seconds>(*lifetime, seconds{0}, std::chrono::hours{24});
}

Request feed_request(const std::string& url, const Validators& known, std::chrono::seconds timeout,
                     std::size_t max_bytes) {
  Request request;
  request.url = url;
  request.follow_redirects = true;
  request.public_only = true;
  request.named_by_operator = url;
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
  answer.fresh_for = fresh_for(response.headers, now);
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
