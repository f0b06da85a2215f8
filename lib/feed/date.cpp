#include "feed/date.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80U;
}

struct Number {
  int value = 0;
  int digits = 0;  ///< 0: there is none
};

/// Reads forward over a text, one small thing at a time.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip(std::size_t count = 1) { at_ = std::min(at_ + count, text_.size()); }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  /// Takes at most `most` digits; ten fit an epoch and no int overflows.
  Number number(int most = 9) {
    Number out;
    while (out.digits < most && is_digit(peek())) {
      out.value = out.value * 10 + (peek() - '0');
      ++out.digits;
      ++at_;
    }
    return out;
  }
  std::string_view word() {
    const std::size_t begin = at_;
    while (!done() && is_letter(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  [[nodiscard]] std::size_t digits_ahead() const {
    std::size_t count = 0;
    while (is_digit(peek(count))) ++count;
    return count;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct TimeOfDay {
  int hour = 0, minute = 0, second = 0;
  [[nodiscard]] bool ok() const {
    return hour <= 24 && minute <= 59 && second <= 60 &&
           (hour < 24 || (minute == 0 && second == 0));
  }
};

std::optional<SysTime> combined(int year, int month, int day, const TimeOfDay& time,
                                std::chrono::minutes offset) {
  if (year < 1 || year > 9999 || month < 1 || day < 1 || !time.ok()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(time.hour) +
         std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) - offset;
}

/// Source: RFC 2822 section 4.3 for years of two and three digits.
int full_year(Number year) {
  if (year.digits == 2) return year.value + (year.value < 50 ? 2000 : 1900);
  if (year.digits == 3) return year.value + 1900;
  return year.value;
}

struct Zone {
  std::string_view name;
  int minutes;
};

/// Source: RFC 822 section 5.1 for the American zones; the rest are the usual national ones. IST
/// and other names that mean several zones are left out and so read as UTC.
constexpr std::array<Zone, 26> kZones{
    {{"ut", 0},     {"utc", 0},    {"gmt", 0},    {"z", 0},      {"wet", 0},    {"bst", 60},
     {"west", 60},  {"cet", 60},   {"met", 60},   {"cest", 120}, {"mest", 120}, {"eet", 120},
     {"eest", 180}, {"msk", 180},  {"jst", 540},  {"kst", 540},  {"aest", 600}, {"aedt", 660},
     {"nzst", 720}, {"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420},
     {"mdt", -360}, {"pst", -480}}};

std::optional<int> zone_minutes(std::string_view word) {
  if (ascii_iequals(word, "pdt")) return -420;
  for (const Zone& zone : kZones) {
    if (ascii_iequals(word, zone.name)) return zone.minutes;
  }
  return std::nullopt;
}

/// Reads "+01:00", "+0100" or "+1" after its sign. More than a day's half away is a mistake: UTC.
std::chrono::minutes offset_after_sign(Cursor& cursor, bool negative) {
  const auto ahead = cursor.digits_ahead();
  const Number hours = cursor.number(ahead == 3 ? 1 : 2);
  Number minutes;
  if (cursor.peek() == ':' && is_digit(cursor.peek(1))) cursor.skip();
  if (is_digit(cursor.peek())) minutes = cursor.number(2);
  if (hours.value > 14 || minutes.value > 59) return std::chrono::minutes(0);
  const int total = hours.value * 60 + minutes.value;
  return std::chrono::minutes(negative ? -total : total);
}

struct Month {
  std::string_view start;
  int month;
};

/// The beginnings by which a month's name is known.
constexpr std::array<Month, 47> kMonths{{
    // English
    {"jan", 1},
    {"feb", 2},
    {"mar", 3},
    {"apr", 4},
    {"may", 5},
    {"jun", 6},
    {"jul", 7},
    {"aug", 8},
    {"sep", 9},
    {"oct", 10},
    {"nov", 11},
    {"dec", 12},
    // Welsh
    {"ion", 1},
    {"chwe", 2},
    {"maw", 3},
    {"ebr", 4},
    {"mai", 5},
    {"meh", 6},
    {"gor", 7},
    {"awst", 8},
    {"medi", 9},
    {"hyd", 10},
    {"tach", 11},
    {"rhag", 12},
    // French
    {"f\xC3\xA9v", 2},
    {"fev", 2},
    {"avr", 4},
    {"juin", 6},
    {"juil", 7},
    {"ao\xC3\xBB", 8},
    {"aout", 8},
    {"d\xC3\xA9\x63", 12},
    // German
    {"j\xC3\xA4n", 1},
    {"m\xC3\xA4r", 3},
    {"mrz", 3},
    {"okt", 10},
    {"dez", 12},
    // Spanish and Italian
    {"ene", 1},
    {"abr", 4},
    {"ago", 8},
    {"set", 9},
    {"dic", 12},
    {"gen", 1},
    {"mag", 5},
    {"giu", 6},
    {"lug", 7},
    {"ott", 10},
}};

int month_of(std::string_view word) {
  if (word.size() < 3) return 0;
  for (const Month& month : kMonths) {
    if ((word.front() | 0x20) == (month.start.front() | 0x20) &&
        ascii_iequals(word.substr(0, month.start.size()), month.start))
      return month.month;
  }
  return 0;
}

/// Says whether a month-like word is a weekday: mardi, martes and martedì begin like March, and
/// before a comma Welsh "Mawrth" and the short "mar" are Tuesday.
bool is_weekday(std::string_view word, char next) {
  for (const std::string_view day : {"mardi", "marted", "martes"}) {
    if (ascii_iequals(word.substr(0, day.size()), day)) return true;
  }
  return next == ',' && month_of(word) != 0;
}

/// Reads hh:mm, hh:mm:ss and their dotted and fractional forms; `hour` is read already.
bool rest_of_time(Cursor& cursor, Number hour, TimeOfDay& time) {
  time.hour = hour.value;
  if (!cursor.take(':') && !cursor.take('.')) return false;
  const Number minute = cursor.number(2);
  if (minute.digits == 0) return false;
  time.minute = minute.value;
  if (cursor.peek() == ':' && is_digit(cursor.peek(1))) {
    cursor.skip();
    time.second = cursor.number(2).value;
  }
  if ((cursor.peek() == '.' || cursor.peek() == ',') && is_digit(cursor.peek(1))) {
    cursor.skip();
    while (is_digit(cursor.peek())) cursor.skip();
  }
  return true;
}

/// ISO 8601's clock: 09, 09:00, 0900, 09:00:00.5, 090000.
std::optional<TimeOfDay> iso_time(Cursor& cursor) {
  TimeOfDay time;
  const Number hour = cursor.number(2);
  if (hour.digits != 2) return std::nullopt;
  time.hour = hour.value;
  const auto next = [&cursor](int& into) {
    const bool colon = cursor.peek() == ':';
    if (!is_digit(cursor.peek(colon ? 1 : 0))) return;
    if (colon) cursor.skip();
    into = cursor.number(2).value;
  };
  next(time.minute);
  next(time.second);
  if (cursor.take('.') || cursor.take(',')) {
    while (is_digit(cursor.peek())) cursor.skip();
  }
  return time;
}

std::optional<std::chrono::minutes> iso_zone(Cursor& cursor) {
  while (cursor.take(' ')) {
  }
  if (cursor.done()) return std::chrono::minutes(0);
  if (cursor.take('+')) return offset_after_sign(cursor, false);
  if (cursor.take('-')) return offset_after_sign(cursor, true);
  if (const auto named = zone_minutes(cursor.word())) return std::chrono::minutes(*named);
  return std::nullopt;
}

struct IsoDay {
  int year = 1, month = 1, day = 1;
  int day_of_year = 0;  ///< 0: month and day say it
};

/// 2026-03-02, 20260302, 2026-03, 2026, 2026-061, 2026061.
std::optional<IsoDay> iso_day(Cursor& cursor) {
  const auto digits = cursor.digits_ahead();
  if (digits != 4 && digits != 6 && digits != 7 && digits != 8) return std::nullopt;
  IsoDay out;
  out.year = cursor.number(4).value;
  const bool dashed = cursor.take('-');
  const auto next = cursor.digits_ahead();
  if (next == 0 && !dashed) return out;
  if (next == 3) {
    out.day_of_year = cursor.number(3).value;
    if (out.day_of_year == 0) return std::nullopt;
    return out;
  }
  if (next != 4 && next != 2 && !(dashed && next == 1)) return std::nullopt;
  out.month = cursor.number(2).value;
  if (next == 4 || cursor.take('-')) out.day = cursor.number(2).value;
  return out;
}

std::optional<SysTime> parse_iso(std::string_view text) {
  Cursor cursor(text);
  const auto date = iso_day(cursor);
  if (!date) return std::nullopt;
  while (cursor.take(' ')) {
  }
  (void)(cursor.take('T') || cursor.take('t'));
  while (cursor.take(' ')) {
  }
  TimeOfDay time;
  if (is_digit(cursor.peek())) {
    const auto clock = iso_time(cursor);
    if (!clock) return std::nullopt;
    time = *clock;
  }
  const auto offset = iso_zone(cursor);
  if (!offset || !cursor.done()) return std::nullopt;
  if (date->day_of_year == 0) {
    return combined(date->year, date->month, date->day, time, *offset);
  }
  const bool is_leap = std::chrono::year{date->year}.is_leap();
  const auto first = combined(date->year, 1, 1, time, *offset);
  if (!first || date->day_of_year > (is_leap ? 366 : 365)) return std::nullopt;
  return *first + std::chrono::days(date->day_of_year - 1);
}

/// What the words and numbers of a free form say.
struct Parts {
  std::vector<Number> numbers;
  int month = 0;
  TimeOfDay time;
  bool has_time = false;
  std::chrono::minutes offset{0};
};

void read_word(Cursor& cursor, Parts& parts) {
  const std::string_view word = cursor.word();
  if (const int month = month_of(word);
      month != 0 && parts.month == 0 && !is_weekday(word, cursor.peek())) {
    parts.month = month;
  } else if (!parts.has_time) {
    return;
  } else if (const auto zone = zone_minutes(word)) {
    parts.offset = std::chrono::minutes(*zone);
  } else if (ascii_iequals(word, "pm") && parts.time.hour < 12) {
    parts.time.hour += 12;
  } else if (ascii_iequals(word, "am") && parts.time.hour == 12) {
    parts.time.hour = 0;
  }
}

bool read_number(Cursor& cursor, Parts& parts) {
  const Number number = cursor.number();
  if (is_digit(cursor.peek())) return false;
  const bool colon = cursor.peek() == ':' && is_digit(cursor.peek(1));
  // "4.30pm" is a time, "29.03.2026" is a date: a dot makes a time only after a full date.
  const bool dotted = cursor.peek() == '.' && is_digit(cursor.peek(1)) &&
                      (parts.numbers.size() + (parts.month != 0 ? 1U : 0U)) >= 3;
  if (!parts.has_time && number.digits <= 2 && (colon || dotted)) {
    parts.has_time = true;
    return rest_of_time(cursor, number, parts.time);
  }
  if (!parts.has_time && number.digits <= 2 &&
      (ascii_iequals(std::string{cursor.peek(), cursor.peek(1)}, "pm") ||
       ascii_iequals(std::string{cursor.peek(), cursor.peek(1)}, "am"))) {
    parts.has_time = true;
    parts.time.hour = number.value;
    return true;
  }
  if (parts.numbers.size() < 4) parts.numbers.push_back(number);
  return true;
}

std::optional<SysTime> date_from(const Parts& parts) {
  const auto& numbers = parts.numbers;
  Number year;
  int month = parts.month;
  int day = 0;
  if (month != 0) {
    if (numbers.size() < 2) return std::nullopt;
    const bool year_first = numbers[0].digits > 2;
    year = year_first ? numbers[0] : numbers[1];
    day = year_first ? numbers[1].value : numbers[0].value;
  } else {
    if (numbers.size() < 3) return std::nullopt;
    const bool year_first = numbers[0].digits > 2;
    year = year_first ? numbers[0] : numbers[2];
    month = numbers[1].value;
    day = year_first ? numbers[2].value : numbers[0].value;
    if (!year_first && month > 12 && day <= 12) std::swap(month, day);
  }
  if (year.digits < 2 || year.digits > 4) return std::nullopt;
  return combined(full_year(year), month, day, parts.time, parts.offset);
}

std::optional<SysTime> parse_free(std::string_view text) {
  Cursor cursor(text);
  Parts parts;
  while (!cursor.done()) {
    const char c = cursor.peek();
    if (is_digit(c)) {
      if (!read_number(cursor, parts)) return std::nullopt;
    } else if (is_letter(c)) {
      read_word(cursor, parts);
    } else if ((c == '+' || c == '-') && parts.has_time && is_digit(cursor.peek(1))) {
      cursor.skip();
      parts.offset = offset_after_sign(cursor, c == '-');
    } else {
      cursor.skip();
    }
  }
  return date_from(parts);
}

/// Ten digits alone are seconds since 1970, thirteen milliseconds.
std::optional<SysTime> parse_epoch(std::string_view text) {
  if (text.size() != 10 && text.size() != 13) return std::nullopt;
  long long value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return SysTime{std::chrono::seconds{text.size() == 13 ? value / 1000 : value}};
}

/// The days from which systems count, or to which; they stand where a program had no date.
constexpr std::array<std::chrono::sys_days, 7> kZeroDays{
    std::chrono::year{1} / 1 / 1,     std::chrono::year{1601} / 1 / 1,    // .NET, Windows
    std::chrono::year{1753} / 1 / 1,  std::chrono::year{1899} / 12 / 30,  // SQL Server, OLE
    std::chrono::year{1900} / 1 / 1,  std::chrono::year{1970} / 1 / 1,    // spreadsheets, Unix
    std::chrono::year{9999} / 12 / 31};
constexpr std::chrono::hours kFurthestZone{14};

}  // namespace

std::optional<SysTime> parse_date(std::string_view text) {
  text = trimmed(text);
  constexpr std::size_t longest_sensible = 80;
  if (text.empty() || text.size() > longest_sensible) return std::nullopt;
  if (is_digit(text.front())) {
    if (const auto epoch = parse_epoch(text)) return epoch;
    if (const auto iso = parse_iso(text)) return iso;
  }
  return parse_free(text);
}

bool is_placeholder_date(SysTime time) {
  return std::any_of(kZeroDays.begin(), kZeroDays.end(), [time](std::chrono::sys_days day) {
    return time >= day - kFurthestZone && time < day + std::chrono::days{1};
  });
}

}  // namespace crier
