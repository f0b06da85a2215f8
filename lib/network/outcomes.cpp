#include "network/outcomes.h"

#include "core/url.h"

namespace crier {

bool is_turned_away(const Response& answer) {
  switch (answer.status) {
    case 401:
    case 404:
    case 405:
    case 408:
    case 410:
    case 425:
    case 429: return false;
    default: return answer.status >= 400 && answer.status < 500 && is_web_page(answer.body);
  }
}

Error turned_away(const std::string& said, std::string_view server) {
  return {ErrorKind::unavailable,
          fmt::format("{}; a firewall or a proxy may have answered in its place: if this goes on, "
                      "ask whoever looks after your network to let crier through to {}",
                      said, origin_of(server))};
}

}  // namespace crier
