#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace crier {

/// The names that a template may use, with their values for one item.
using Fields = std::map<std::string, std::string>;

/// What a template may name, and how values stand in it.
struct TemplateRules {
  /// json: each value is written as JSON wants it between quotes, in triple braces, too; what
  /// stands around the values stays as it is.
  enum class Escape : std::uint8_t { none, json };
  std::vector<std::string_view> names;
  Escape escape = Escape::none;
  std::size_t max_bytes = 4096;
};

/// The rules for a post's text: prefix, title, link, summary, categories; nothing is escaped.
[[nodiscard]] const TemplateRules& post_template_rules();

/// A Mustache template, parsed once and filled often.
class Template {
 public:
  /// Errors: invalid, for unbalanced tags or a name that no item has; the message lists the names.
  [[nodiscard]] static Result<Template> parse(std::string_view text,
                                              const TemplateRules& rules = post_template_rules());
  /// The text with its fields filled in. Where nothing is escaped, runs of spaces that an empty
  /// field leaves are folded, and the ends trimmed.
  [[nodiscard]] std::string fill(const Fields& fields) const;

  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

 private:
  struct Parsed;
  explicit Template(std::unique_ptr<Parsed> parsed);
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace crier
