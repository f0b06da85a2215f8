#include "network/facebook/version.h"

#include <array>
#include <charconv>

#include "core/url.h"
#include "network/outcomes.h"

namespace crier::facebook {
namespace {

constexpr const char* newest = "v26.0";
constexpr std::chrono::days told_before{60};

struct Ending {
  int major;
  std::chrono::year_month_day on;
};

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
constexpr std::array endings{
    Ending{20, year{2026} / month{9} / day{24}}, Ending{21, year{2027} / month{1} / day{21}},
    Ending{22, year{2027} / month{5} / day{20}}, Ending{23, year{2027} / month{10} / day{8}},
    Ending{24, year{2028} / month{2} / day{18}}, Ending{25, year{2028} / month{7} / day{29}}};

/// The number before the point of "v26.0" or "26.0"; nothing if it is neither.
std::optional<int> major_of(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  const std::string_view whole = text.substr(0, text.find('.'));
  const std::string_view rest = text.substr(whole.size());
  int major = 0;
  const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), major);
  const bool is_number = read.ec == std::errc() && read.ptr == whole.data() + whole.size();
  if (!is_number || major < 1 || major > 999) return std::nullopt;
  if (rest.empty()) return major;
  const bool has_minor = rest.size() == 2 && rest[1] >= '0' && rest[1] <= '9';
  return has_minor ? std::optional<int>(major) : std::nullopt;
}

}  // namespace

std::string version_of(const Account& account) {
  std::string written = value_of(account.settings, "version");
  if (written.empty()) return newest;
  if (!major_of(written)) return written;
  std::string version = written;
  if (version[0] == 'v' || version[0] == 'V') version.erase(0, 1);
  return "v" + version + (version.find('.') == std::string::npos ? ".0" : "");
}

std::string api_of(const Account& account) {
  return account.server + "/" + percent_encode(version_of(account));
}

std::vector<std::string> version_cautions(const Account& account, SysTime now) {
  const std::string version = version_of(account);
  const auto major = major_of(version);
  const std::string remedy =
      fmt::format("write version = \"{}\" under [accounts.{}]", newest, account.id.value);
  if (!major) {
    return {fmt::format("version = \"{}\" is no version of Facebook's API: {}", excerpt(version),
                        remedy)};
  }
  if (*major < endings.front().major) {
    return {fmt::format("version {} of Facebook's API has ended: {}", version, remedy)};
  }
  for (const Ending& ending : endings) {
    if (ending.major != *major) continue;
    const SysTime end = std::chrono::sys_days{ending.on};
    const std::string date = to_iso8601(end).substr(0, 10);
    if (now >= end) {
      return {fmt::format("version {} of Facebook's API ended on {}: {}", version, date, remedy)};
    }
    if (end - now <= told_before) {
      return {fmt::format("version {} of Facebook's API ends on {}: {}", version, date, remedy)};
    }
  }
  return {};
}

}  // namespace crier::facebook
