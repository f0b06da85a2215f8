#include "compose/shorten.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "compose/links.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t longest_usual_word = 30;  // bytes
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

using Fits = std::function<bool(const std::string&)>;

/// Takes off what looks unfinished before an ellipsis: spaces, commas, dashes, open brackets.
std::string_view without_loose_end(std::string_view text) {
  static constexpr std::array<std::string_view, 14> loose{" ",
                                                          ",",
                                                          ";",
                                                          ":",
                                                          ".",
                                                          "-",
                                                          "(",
                                                          "[",
                                                          "/",
                                                          "&",
                                                          "\xE2\x80\x93",
                                                          "\xE2\x80\x94",
                                                          "\xE2\x80\xA6",
                                                          "\xE2\x80\x9C"};
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::string_view end : loose) {
      if (!text.ends_with(end)) continue;
      text.remove_suffix(end.size());
      changed = true;
    }
  }
  return text;
}

/// The start of `text` up to `end`, as it would be shown; empty if nothing worth showing is left.
std::string cut_at(std::string_view text, std::size_t end, const std::vector<LinkSpan>& links) {
  const auto ends_here = [&](std::size_t at) {
    return std::ranges::binary_search(links, at, {}, &LinkSpan::end);
  };
  // A slash at the end of a link is part of it.
  std::string_view kept = text.substr(0, end);
  if (!ends_here(end)) kept = without_loose_end(kept);
  if (kept.empty()) return {};
  std::string out(kept);
  // Behind a link, an ellipsis would be taken for a part of it.
  if (ends_here(kept.size())) out += ' ';
  return out += ellipsis;
}

/// The last of `ends` (ascending) at which the cut text fits; nothing if at none.
std::optional<std::size_t> last_fitting(std::string_view text, const std::vector<std::size_t>& ends,
                                        const std::vector<LinkSpan>& links, const Fits& fits) {
  // Nothing is left of the shortest starts when they are all dashes and dots: not too long either.
  const auto is_short_enough = [&](std::size_t end) {
    const std::string candidate = cut_at(text, end, links);
    return candidate.empty() || fits(candidate);
  };
  const auto too_long = std::partition_point(ends.begin(), ends.end(), is_short_enough);
  if (too_long == ends.begin()) return std::nullopt;
  const std::size_t end = *std::prev(too_long);
  if (cut_at(text, end, links).empty()) return std::nullopt;
  return end;
}

bool is_inside(std::size_t at, const std::vector<LinkSpan>& links) {
  const auto link = std::partition_point(links.begin(), links.end(),
                                         [&](const LinkSpan& span) { return span.end <= at; });
  return link != links.end() && link->begin < at;
}

}  // namespace

std::optional<std::string> shorten(std::string_view text, const Fits& fits) {
  const std::vector<LinkSpan> links = find_links(text);
  std::vector<std::size_t> words;
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    words.push_back(at);
  }
  std::vector<std::size_t> graphemes = grapheme_ends(text);
  if (!graphemes.empty()) graphemes.pop_back();
  std::erase_if(graphemes, [&](std::size_t end) { return is_inside(end, links); });
  const std::optional<std::size_t> by_word = last_fitting(text, words, links, fits);
  const std::optional<std::size_t> by_grapheme = last_fitting(text, graphemes, links, fits);
  if (!by_grapheme) return std::nullopt;
  const bool between_words =
      by_word && (*by_word >= *by_grapheme / 2 || *by_grapheme - *by_word <= longest_usual_word);
  return cut_at(text, between_words ? *by_word : *by_grapheme, links);
}

}  // namespace crier
