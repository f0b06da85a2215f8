#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crier {

/// The vocabularies that feeds are written in.
enum class Vocabulary : std::uint8_t {
  core,  ///< no prefix, or the address of any RSS
  atom,
  rdf,
  dublin_core,
  dublin_core_terms,
  content,
  media,
  itunes,
  xhtml,
  feedburner,
  other,
};

/// An element's name with its prefix resolved.
struct ElementName {
  Vocabulary vocabulary = Vocabulary::core;
  std::string_view local;
  /// `lower` is in lower case; feeds are not careful about it.
  [[nodiscard]] bool is(Vocabulary of, std::string_view lower) const;
  [[nodiscard]] bool is_core(std::string_view lower) const { return is(Vocabulary::core, lower); }
};

/// A document as a tree over its own bytes.
///
/// 1. pugixml parses in place: `bytes` is the tree's memory and must outlive it.
/// 2. No external entity or document type is ever read. Entities that the document declares are
///    expanded when they are short; those that would grow into each other stay as they are written.
/// 3. A document that is not well-formed is mended once (mend_markup), if it is not huge.
/// 4. Nothing here recurses: nesting may be of any depth.
/// 5. The tree takes at most 64 MB and ten times the document's size; a document that would take
///    more is refused.
class XmlDocument {
 public:
  /// Empty: the tree is good. Else what is wrong with the document, in a sentence.
  [[nodiscard]] std::string parse(std::string& bytes);

  [[nodiscard]] pugi::xml_node root() const { return root_; }
  [[nodiscard]] bool was_mended() const { return was_mended_; }

  [[nodiscard]] ElementName name_of(pugi::xml_node element) const;
  /// Resolves an address that stands in `element` (feed/address.h): on xml:base of it and all above
  /// it, and on `base`.
  [[nodiscard]] std::optional<std::string> resolve(pugi::xml_node element, std::string_view base,
                                                   std::string_view reference) const;
  /// Gives back the memory of an element of a large document, once it has been read. It must not be
  /// used again.
  void forget(pugi::xml_node element);

 private:
  [[nodiscard]] std::string base_of(pugi::xml_node element, std::string_view base) const;
  [[nodiscard]] Vocabulary vocabulary_of(std::string_view prefix, pugi::xml_node from) const;
  [[nodiscard]] pugi::xml_parse_result load(std::string& bytes, unsigned options);
  void settle_root();

  pugi::xml_document document_;
  pugi::xml_node root_;
  std::vector<std::pair<std::string_view, Vocabulary>> root_prefixes_;
  bool has_bases_ = false;
  bool was_mended_ = false;
  bool is_large_ = false;
};

/// Says whether an element holds other elements.
[[nodiscard]] bool has_elements(pugi::xml_node element);

/// An element's own text: a view into the tree, or into `scratch` if it had to be put together.
/// CDATA marks that were escaped with their text are none of it.
[[nodiscard]] std::string_view text_of(pugi::xml_node element, std::string& scratch);

/// Writes an element's content as HTML: local names, text escaped.
[[nodiscard]] std::string inner_html(pugi::xml_node element);

/// The value of the attribute of that local name, whatever its prefix and case; empty if none.
[[nodiscard]] std::string_view attribute(pugi::xml_node element, std::string_view lower);

}  // namespace crier
