#include "core/local_time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>

namespace crier {
namespace {

constexpr std::size_t iso_length = std::string_view("2026-07-01T09:00:00Z").size();

LocalTime split(const std::string& text) {
  return {text.substr(0, 10), text.substr(11, 5), text.substr(17)};
}

bool may_stand_before(char c) {
  return std::string_view(" \n(\"").find(c) != std::string_view::npos;
}
bool may_stand_behind(char c) {
  return std::string_view(" \n)\",;:.").find(c) != std::string_view::npos;
}

/// The instant that begins at `at`, with nothing around it that it could be a part of.
std::optional<SysTime> instant_at(std::string_view text, std::size_t at) {
  if (text.size() - at < iso_length || text[at + iso_length - 1] != 'Z') return std::nullopt;
  if (at > 0 && !may_stand_before(text[at - 1])) return std::nullopt;
  const std::size_t end = at + iso_length;
  if (end < text.size() && !may_stand_behind(text[end])) return std::nullopt;
  return from_iso8601(text.substr(at, iso_length));
}

}  // namespace

LocalTime to_local(SysTime time, const std::string& zone) {
  constexpr const char* shape = "%F %R %Z";
  try {
    return split(date::format(shape, date::make_zoned(zone, time)));
  } catch (const std::runtime_error&) {  // no such zone, or no database
    return split(date::format("%F %R UTC", time));
  }
}

std::string with_local_times(std::string_view text, const std::string& zone) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (const auto instant = instant_at(text, at)) {
      const LocalTime local = to_local(*instant, zone);
      out += fmt::format("{} {} {}", local.day, local.time, local.zone);
      at += iso_length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace crier
