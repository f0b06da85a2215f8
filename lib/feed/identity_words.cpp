#include <algorithm>

#include "core/hash.h"
#include "core/utf8.h"
#include "feed/identity.h"

namespace crier {
namespace {

/// What is looked at of a text, in bytes: a headline, or as much of a text that has none.
constexpr std::size_t looked_at = 1000;
/// Shorter words stand in every title.
constexpr std::size_t shortest_word = 3;
constexpr std::size_t most_words = 12;

bool is_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80U;
}

/// The longest first; without numbers, which change where the item stays ("12 places left").
std::vector<std::string> words_of(std::string_view text) {
  text = text.substr(0, looked_at);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_in_word) -
        text.begin());
    const std::string_view word = text.substr(at, end - at);
    const bool is_number =
        std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (word.size() >= shortest_word && !is_number) words.push_back(ascii_lower(word));
    at = end + 1;
  }
  std::sort(words.begin(), words.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  words.erase(std::unique(words.begin(), words.end()), words.end());
  if (words.size() > most_words) words.resize(most_words);
  return words;
}

bool has_guid(const Item& item) { return item.guid && !trimmed(*item.guid).empty(); }

}  // namespace

std::optional<SysTime> date_of(const Item& item) {
  return item.published ? item.published : item.updated;
}

std::vector<std::string> word_names(const Item& item) {
  const auto date = date_of(item);
  if (!date) return {};
  std::vector<std::string> names =
      words_of(item.title.value.empty() ? item.summary.value : item.title.value);
  const std::string kind = "word:" + to_iso8601(*date) + ' ';
  for (std::string& name : names) name.insert(0, kind);
  return names;
}

std::string whole_name(const Item& item) {
  std::string all;
  const auto date = date_of(item);
  for (const std::string& part :
       {item.guid.value_or(""), item.link, date ? to_iso8601(*date) : std::string(),
        collapse_space(item.title.value), collapse_space(item.summary.value)}) {
    all += part;
    all += '\0';  // stands in none of them
  }
  return "item:" + hash_hex(all);
}

std::vector<Warning> odd_names(const std::vector<Item>& items) {
  std::size_t nameless = 0, by_text = 0, same_guid = 0, same_link = 0;
  const std::vector<ItemNames> all = identify(items);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool has_address = has_guid(items[i]) || !items[i].link.empty();
    if (all[i].best().empty()) {
      ++nameless;
    } else if (!has_address && items[i].title.value.empty()) {
      ++by_text;
    }
    if (has_guid(items[i])) {
      if (!all[i].has(Rung::guid)) ++same_guid;
    } else if (!all[i].shared.empty()) {
      ++same_link;
    }
  }
  std::vector<Warning> odd;
  const auto add = [&](std::size_t count, const char* code, const char* says) {
    if (count == 0) return;
    odd.push_back({code, fmt::format("{} of {} items {} {}", count, all.size(),
                                     count == 1 ? "has" : "have", says)});
  };
  add(nameless, "no-names",
      "neither guid, link, title nor text: crier cannot know them again and never posts them. Ask "
      "those who run the website for a guid and a link");
  add(by_text, "text-only",
      "neither guid, link nor title: crier knows them again by date and text, and may post one "
      "again when its text is edited. Ask those who run the website for a guid and a link");
  add(same_guid, "same-guid",
      "a guid that others have, too: crier knows them again by link, title and date");
  add(same_link, "same-link",
      "no guid, and a link that others have, too: crier knows them again by title, date and text. "
      "If "
      "they are warnings or closures that share a page, set identity = \"alerts\" for this feed");
  return odd;
}

}  // namespace crier
