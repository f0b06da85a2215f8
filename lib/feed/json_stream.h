#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crier {

/// The texts of one JSON object by their names. A number is a text, too: ids are, often enough.
class JsonTexts {
 public:
  void set(std::string_view name, std::string value) {
    values_[std::string(name)] = std::move(value);
  }
  /// Empty, if there is none of that name.
  [[nodiscard]] const std::string& at(std::string_view name) const;
  /// Says whether it has more than white space.
  [[nodiscard]] bool says(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// What a JSON Feed says of itself.
struct JsonHead {
  JsonTexts texts;  ///< version, title, language, home_page_url, feed_url
  bool has_items = false;
  std::vector<std::string> names;  ///< the first members' names, whatever they are
};

/// One member of its `items`.
struct JsonItem {
  bool is_object = true;
  bool is_empty = true;
  JsonTexts texts;
  std::vector<std::string> tags;
  std::vector<JsonTexts> attachments;
};

/// Follows a JSON document as far as a JSON Feed goes, in memory that does not grow with it: all
/// else is stepped over, in any depth. `on_item` gets each item as it ends, and says whether to go
/// on. Gives false for what is no JSON, and when `on_item` stopped it.
[[nodiscard]] bool read_json_stream(std::string_view text, JsonHead& head,
                                    const std::function<bool(const JsonItem&)>& on_item);

}  // namespace crier
