#include "compose/compose.h"

#include <string_view>

#include "compose/defuse.h"
#include "compose/links.h"
#include "compose/measure.h"
#include "compose/shorten.h"
#include "core/safe_text.h"
#include "core/utf8.h"

namespace crier {
namespace {

// Real writing stays far below: the flag of Wales, the longest emoji in use in a council, has 28
// bytes. A grapheme of a thousand accents would make a post of megabytes that counts as one.
constexpr std::size_t max_bytes_per_cluster = 32;
constexpr std::size_t max_bytes_per_character = 4;  // of UTF-8
// More than any network takes of a picture's description.
constexpr std::size_t most_alt_characters = 2000;
// Less of a summary says nothing.
constexpr std::size_t min_summary_bytes = 20;

/// How many bytes a text that fits has at most for each unit of the limit.
std::size_t max_bytes_per_unit(const TextRules& rules) {
  const bool counts_clusters =
      rules.unit == TextRules::Unit::graphemes || rules.unit == TextRules::Unit::weighted;
  const bool counts_short = rules.link_weight.has_value() || rules.remote_mentions_short;
  return counts_clusters || counts_short ? max_bytes_per_cluster : max_bytes_per_character;
}

/// The start of `text` that a post could use at most, and a little more, so that it is seen to be
/// too long. Keeps the work in proportion to the post and not to the feed.
std::string clipped(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  text.resize(end);
  return text;
}

/// An item's own words, on one line.
std::string words_of(std::string_view text) { return collapse_space(post_words(text)); }

std::string joined(const std::vector<std::string>& categories) {
  std::string out;
  for (const std::string& category : categories) {
    const std::string name = words_of(category);
    if (name.empty()) continue;
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

/// One post on its way to fitting: what it says, and how much of it there may be.
class Draft {
 public:
  Draft(const Wording& wording, const TextRules& rules, Fields fields)
      : template_(wording.text_template), rules_(rules), fields_(std::move(fields)) {
    max_bytes_ = max_bytes_per_unit(rules_) * rules_.limit + fields_["link"].size();
    own_ = template_.fill({{"prefix", fields_["prefix"]}});
    for (const std::string& name : wording.mentions) own_ += " " + name;
    for (const char* name : {"title", "summary", "categories"}) {
      fields_[name] = clipped(std::move(fields_[name]), max_bytes_);
    }
  }

  [[nodiscard]] std::string text() const { return called_off(filled()); }

  [[nodiscard]] bool fits() const {
    std::string words = filled();
    // What is called off gets no shorter by it.
    if (words.size() > max_bytes_) return false;
    words = called_off(std::move(words));
    return words.size() <= max_bytes_ && crier::fits(words, rules_);
  }

  void drop(const char* name) { fields_[name].clear(); }

  /// Leaves as much of a field as there is room for; nothing where that is less than `min_bytes`.
  void shorten_field(const char* name, std::size_t min_bytes) {
    const std::string whole = std::move(fields_[name]);
    fields_[name].clear();
    if (whole.empty() || !fits()) return;
    const auto with = [&](const std::string& part) {
      fields_[name] = part;
      return fits();
    };
    const std::optional<std::string> part = shorten(whole, with);
    fields_[name] = part && part->size() >= min_bytes ? *part : std::string();
  }

 private:
  [[nodiscard]] std::string filled() const { return post_words(template_.fill(fields_)); }

  [[nodiscard]] std::string called_off(std::string words) const {
    return defused(std::move(words), own_, fields_.at("link"), rules_);
  }

  const Template& template_;
  const TextRules& rules_;
  Fields fields_;
  std::string own_;  ///< what stands around the item's words
  std::size_t max_bytes_ = 0;
};

}  // namespace

Result<Post> compose(const Item& item, const Wording& wording, const TextRules& rules) {
  const std::string link = link_that_calls_nobody(whole_link(item.link, rules.entities), rules);
  Fields fields{{"prefix", wording.prefix},
                {"title", words_of(item.title.value)},
                {"summary", words_of(item.summary.value)},
                {"link", link},
                {"categories", joined(item.categories)}};
  if (fields["title"].empty()) std::swap(fields["title"], fields["summary"]);

  Draft draft(wording, rules, std::move(fields));
  const std::string prefix_alone =
      post_words(wording.text_template.fill({{"prefix", wording.prefix}}));
  if (draft.text() == prefix_alone) {
    return fail(ErrorKind::invalid,
                "nothing is left to say: the item has none of what the template asks for; "
                "give it a title or a link");
  }
  if (!draft.fits()) draft.shorten_field("summary", min_summary_bytes);
  if (!draft.fits()) draft.drop("categories");
  if (!draft.fits()) draft.shorten_field("title", 1);

  Post post;
  post.text = draft.text();
  if (!draft.fits()) {
    return fail(ErrorKind::invalid,
                "prefix and link alone take {} of {} characters; shorten the feed's prefix or "
                "template, or the link",
                measure(post.text, rules), rules.limit);
  }
  if (post.text == prefix_alone) {
    return fail(ErrorKind::invalid, "nothing is left to say in {} characters; shorten the prefix",
                rules.limit);
  }
  post.language = wording.language;
  if (!link.empty() && post.text.find(link) != std::string::npos) post.link = link;
  post.images = item.images;
  for (Image& image : post.images) {
    image.alt = post_words(beginning_of(image.alt, most_alt_characters));
  }
  return post;
}

}  // namespace crier
