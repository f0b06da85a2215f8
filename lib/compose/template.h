#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace crier {

/// The names that a template may use, with their values for one item.
using Fields = std::map<std::string, std::string>;

/// A Mustache template, parsed once and filled often. Values stand as they are: nothing is escaped.
class Template {
 public:
  /// Errors: invalid, for unbalanced tags or a name that no item has; the message lists the names.
  [[nodiscard]] static Result<Template> parse(std::string_view text);
  /// The text with its fields filled in: runs of spaces that an empty field leaves are folded, ends
  /// trimmed.
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
