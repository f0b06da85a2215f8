#include "network/linkedin/requests.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/url.h"
#include "network/linkedin/wire.h"
#include "network/outcomes.h"

namespace crier::linkedin {
namespace {

/// LinkedIn gives 10 unless it is asked for more; should it give fewer than this, the rest is on
/// the next page.
constexpr const char* posts_in_a_page = "100";

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

constexpr std::array<std::pair<std::string_view, std::chrono::year_month_day>, 9> known_ends{{
    {"202510", year{2026} / month{10} / day{15}},
    {"202511", year{2026} / month{11} / day{16}},
    {"202601", year{2027} / month{1} / day{15}},
    {"202602", year{2027} / month{2} / day{15}},
    {"202603", year{2027} / month{3} / day{16}},
    {"202604", year{2027} / month{4} / day{15}},
    {"202605", year{2027} / month{5} / day{15}},
    {"202606", year{2027} / month{6} / day{15}},
    {"202607", year{2027} / month{7} / day{15}},
}};

unsigned number(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::string version_of(const Account& account) {
  std::string version = value_of(account.settings, "version");
  return version.empty() ? usual_version : version;
}

std::string organization_of(const Account& account, const AccountFacts& facts) {
  const std::string set = value_of(account.settings, "organization");
  return number_of(set.empty() ? value_of(facts.values, "account_id") : set);
}

bool is_version(std::string_view text) {
  if (text.size() != 6 || text.find_first_not_of("0123456789") != text.npos) return false;
  const unsigned of_year = number(text.substr(4));
  return text.starts_with("20") && of_year >= 1 && of_year <= 12;
}

std::string trouble_with_settings(const Account& account) {
  const std::string version = version_of(account);
  if (!is_version(version)) {
    return fmt::format(
        "`version` of account {} is \"{}\", and must be a year and a month of LinkedIn's API, like "
        "\"{}\"",
        account.id.value, excerpt(version), usual_version);
  }
  const std::string organization = number_of(value_of(account.settings, "organization"));
  if (organization.size() > 32 ||
      organization.find_first_not_of("0123456789") != std::string::npos) {
    return fmt::format(
        "`organization` of account {} is \"{}\", and must be the number of the Page, which stands "
        "in "
        "the address of its admin view: linkedin.com/company/NUMBER/admin",
        account.id.value, excerpt(organization));
  }
  return {};
}

SysTime end_of_version(std::string_view version) {
  const auto known =
      std::ranges::find(known_ends, version, [](const auto& entry) { return entry.first; });
  if (known != known_ends.end()) return SysTime{std::chrono::sys_days{known->second}};
  const year next{static_cast<int>(number(version.substr(0, 4))) + 1};
  return SysTime{std::chrono::sys_days{next / month{number(version.substr(4))} / day{15}}};
}

std::string how_to_renew_version(const Account& account) {
  const bool is_own = account.settings.contains("version");
  return fmt::format(
      "set `version` of account {} in feeds.toml to a newer one{} (learn.microsoft.com/linkedin, "
      "Versioning, lists them)",
      account.id.value, is_own ? "" : ", or install a newer crier");
}

Request get(const Account& account, const std::string& path) {
  const std::string version = version_of(account);
  Request request;
  request.url = account.server + path;
  request.headers = {{"X-Restli-Protocol-Version", "2.0.0"},
                     {"Linkedin-Version", is_version(version) ? version : usual_version}};
  request.sign = true;
  return request;
}

Request find(const Account& account, const std::string& path) {
  Request request = get(account, path);
  request.headers.push_back({"X-RestLi-Method", "FINDER"});
  return request;
}

Request post(const Account& account, const std::string& path, std::string body) {
  Request request = get(account, path);
  request.method = Method::post;
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = std::move(body);
  return request;
}

Request get_post(const Account& account, std::string_view urn) {
  return get(account, "/rest/posts/" + percent_encode(urn));
}

Request list_posts(const Account& account, std::string_view organization, std::string_view start) {
  std::string path = fmt::format(
      "/rest/posts?q=author&author={}&count={}&sortBy=CREATED",
      percent_encode(fmt::format("urn:li:organization:{}", organization)), posts_in_a_page);
  if (!start.empty()) path += "&start=" + percent_encode(start);
  return find(account, path);
}

bool takes_pictures(const Account& account, std::string_view url) {
  const std::string origin = origin_of(url);
  if (origin.empty()) return false;
  if (origin == origin_of(account.server)) return true;
  // Source: learn.microsoft.com/linkedin, images-api, 2026-08: uploadUrl is on www.linkedin.com.
  return account.server == "https://api.linkedin.com" && origin == "https://www.linkedin.com";
}

}  // namespace crier::linkedin
