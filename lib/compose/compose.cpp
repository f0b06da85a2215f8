#include "compose/compose.h"

#include <string_view>

#include "compose/defuse.h"
#include "compose/measure.h"
#include "compose/shorten.h"
#include "core/utf8.h"

namespace crier {
namespace {

// Real writing stays far below: the flag of Wales, the longest emoji in use in a council, has 28
// bytes. A grapheme of a thousand accents would make a post of megabytes that counts as one.
constexpr std::size_t max_bytes_per_unit = 32;
// Less of a summary says nothing.
constexpr std::size_t min_summary_bytes = 20;

/// The start of `text` that a post could use at most, and a little more, so that it is seen to be
/// too long. Keeps the work in proportion to the post and not to the feed.
std::string clipped(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  text.resize(end);
  return text;
}

std::string joined(const std::vector<std::string>& categories) {
  std::string out;
  for (const std::string& category : categories) {
    const std::string name = collapse_space(category);
    if (name.empty()) continue;
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

/// One post on its way to fitting: what it says, and how much of it there may be.
class Draft {
 public:
  Draft(const Template& text_template, const TextRules& rules, Fields fields)
      : template_(text_template), rules_(rules), fields_(std::move(fields)) {
    max_bytes_ = max_bytes_per_unit * rules_.limit + fields_["link"].size();
    own_ = template_.fill({{"prefix", fields_["prefix"]}});
    for (const char* name : {"title", "summary", "categories"}) {
      fields_[name] = clipped(std::move(fields_[name]), max_bytes_);
    }
  }

  [[nodiscard]] std::string text() const {
    return defused(template_.fill(fields_), own_, fields_.at("link"), rules_);
  }

  [[nodiscard]] bool fits() const {
    const std::string filled = text();
    return filled.size() <= max_bytes_ && crier::fits(filled, rules_);
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
  const Template& template_;
  const TextRules& rules_;
  Fields fields_;
  std::string own_;  ///< what stands around the item's words
  std::size_t max_bytes_ = 0;
};

}  // namespace

Result<Post> compose(const Item& item, const Wording& wording, const TextRules& rules) {
  Fields fields{{"prefix", wording.prefix},
                {"title", collapse_space(item.title.value)},
                {"summary", collapse_space(item.summary.value)},
                {"link", item.link},
                {"categories", joined(item.categories)}};
  if (fields["title"].empty()) std::swap(fields["title"], fields["summary"]);

  Draft draft(wording.text_template, rules, std::move(fields));
  const std::string prefix_alone = wording.text_template.fill({{"prefix", wording.prefix}});
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
  if (!item.link.empty() && post.text.find(item.link) != std::string::npos) post.link = item.link;
  post.images = item.images;
  return post;
}

}  // namespace crier
