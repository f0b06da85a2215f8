#include "compose/emoji.h"

#include <algorithm>

#include "compose/x_tables.h"

namespace crier {
namespace {

constexpr char32_t joiner = 0x200D, as_emoji = 0xFE0F, as_text = 0xFE0E, key = 0x20E3;
constexpr char32_t woman = 0x1F469, man = 0x1F468;

bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_region(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

/// A place in a text that goes forward character by character.
class Cursor {
 public:
  Cursor(const Units& text, std::size_t at) : text_(&text), at_(at) {}

  [[nodiscard]] char32_t here() const { return at_ < text_->size() ? text_->code_point(at_) : 0; }
  [[nodiscard]] std::size_t at() const { return at_; }
  void step() { at_ += unit_count(here()); }
  bool take(char32_t wanted) {
    if (here() != wanted) return false;
    step();
    return true;
  }
  bool take_any(bool (*is_wanted)(char32_t)) {
    if (!is_wanted(here())) return false;
    step();
    return true;
  }

 private:
  const Units* text_;
  std::size_t at_;
};

/// The ends, as positions in the text; 0 where the form is not there.
std::size_t sequence_end(const Cursor& from) {
  for (const std::u32string_view sequence : x_tables::emoji_sequences()) {
    Cursor cursor = from;
    if (std::ranges::all_of(sequence, [&](char32_t wanted) { return cursor.take(wanted); })) {
      return cursor.at();
    }
  }
  return 0;
}

std::size_t work_end(Cursor cursor) {
  const char32_t who = cursor.here();
  if (who != woman && who != man) return 0;
  cursor.step();
  (void)cursor.take_any(is_skin_tone);
  if (!cursor.take(joiner)) return 0;
  const char32_t sign = cursor.here();
  cursor.step();
  if (contains(x_tables::emoji_work(), sign)) return cursor.at();
  return contains(x_tables::emoji_work_variant(), sign) && cursor.take(as_emoji) ? cursor.at() : 0;
}

std::size_t gender_end(Cursor cursor) {
  const char32_t who = cursor.here();
  cursor.step();
  CharRanges allowed = x_tables::emoji_gender();
  if (cursor.take(as_emoji)) {
    allowed = x_tables::emoji_gender_variant();
  } else if (cursor.take_any(is_skin_tone)) {
    allowed = x_tables::emoji_gender_skin();
  }
  constexpr char32_t female = 0x2640, male = 0x2642;
  const bool is_there = contains(allowed, who) && cursor.take(joiner) &&
                        (cursor.take(female) || cursor.take(male)) && cursor.take(as_emoji);
  return is_there ? cursor.at() : 0;
}

std::size_t keycap_end(Cursor cursor) {
  if (!contains(x_tables::emoji_keycaps(), cursor.here())) return 0;
  cursor.step();
  (void)cursor.take(as_emoji);
  return cursor.take(key) ? cursor.at() : 0;
}

std::size_t flag_end(Cursor cursor) {
  const char32_t first = cursor.here();
  if (!is_region(first)) return 0;
  cursor.step();
  const char32_t second = cursor.here();
  if (!is_region(second)) return 0;
  const std::string name{static_cast<char>('a' + (first - 0x1F1E6)),
                         static_cast<char>('a' + (second - 0x1F1E6))};
  if (!std::ranges::binary_search(x_tables::flags(), std::string_view(name))) return 0;
  cursor.step();
  return cursor.at();
}

std::size_t single_end(Cursor cursor) {
  const char32_t what = cursor.here();
  cursor.step();
  if (what == as_emoji) return cursor.at();
  const bool is_alone = contains(x_tables::emoji_alone(), what);
  if (cursor.here() == as_text && contains(x_tables::emoji_not_as_text(), what)) return 0;
  if (cursor.here() == as_emoji && contains(x_tables::emoji_variant(), what)) {
    cursor.step();
    if (contains(x_tables::emoji_skinned_variant(), what)) (void)cursor.take_any(is_skin_tone);
    return cursor.at();
  }
  if (is_alone && contains(x_tables::emoji_skinned(), what)) (void)cursor.take_any(is_skin_tone);
  return is_alone ? cursor.at() : 0;
}

}  // namespace

std::size_t emoji_length(const Units& text, std::size_t at) {
  const char16_t first = text[at];
  const bool may_begin = first >= 0x200D || first == 0xA9 || first == 0xAE ||
                         contains(x_tables::emoji_keycaps(), first);
  const bool is_east_asian = first >= 0x3300 && first <= 0xD7FF;  // none there; there are many
  if (!may_begin || is_east_asian || text.is_low(at)) return 0;
  const Cursor from(text, at);
  const std::size_t end = std::max({sequence_end(from), work_end(from), gender_end(from),
                                    keycap_end(from), flag_end(from), single_end(from)});
  return end == 0 ? 0 : end - at;
}

}  // namespace crier
