#include "compose/template.h"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <optional>

#include "core/utf8.h"

namespace crier {
namespace {

// The library's parser and renderer call themselves once for each nested section.
constexpr std::size_t most_nested = 300;

/// One "{{…}}": its kind (0 for a plain name) and its name.
struct Tag {
  char kind = 0;
  std::string_view name;
};

Tag read_tag(std::string_view inside) {
  Tag tag;
  inside = trimmed(inside);
  if (!inside.empty() &&
      std::string_view("#^/&>!=").find(inside.front()) != std::string_view::npos) {
    tag.kind = inside.front();
    inside = trimmed(inside.substr(1));
  }
  tag.name = inside;
  return tag;
}

/// "the template", and the line where `at` is, if there is more than one.
std::string place(std::string_view text, std::size_t at) {
  if (text.find('\n') == std::string_view::npos) return "the template";
  return fmt::format("line {} of the template", 1 + std::ranges::count(text.substr(0, at), '\n'));
}

/// So much of a line as names a place in it.
std::string_view start_of(std::string_view text) {
  constexpr int most = 20;
  text = text.substr(0, text.find('\n'));
  std::size_t end = 0;
  for (int i = 0; i < most && end < text.size(); ++i) (void)next_code_point(text, end);
  return trimmed(text.substr(0, end));
}

std::optional<Error> check(const Tag& tag, const std::vector<std::string_view>& names,
                           const std::string& where) {
  const auto invalid = [](std::string message) {
    return Error{ErrorKind::invalid, std::move(message)};
  };
  if (tag.kind == '!') return std::nullopt;
  if (tag.kind == '>' || tag.kind == '=') {
    return invalid(
        fmt::format("{} uses \"{{{{{}\", which crier does not have; write only names in "
                    "double braces: {}",
                    where, tag.kind, fmt::join(names, ", ")));
  }
  if (std::ranges::find(names, tag.name) == names.end()) {
    return invalid(fmt::format("{} names \"{}\", which no item has; the names are: {}", where,
                               printable(tag.name), fmt::join(names, ", ")));
  }
  return std::nullopt;
}

/// The library fills an unknown name with nothing, and says so to nobody: names are checked here.
std::optional<Error> check_tags(std::string_view text, const std::vector<std::string_view>& names) {
  const auto invalid = [](std::string message) {
    return Error{ErrorKind::invalid, std::move(message)};
  };
  struct Part {
    std::string_view name;
    std::size_t at;
  };
  std::vector<Part> open;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const bool triple = text.substr(at).starts_with("{{{");
    const std::string_view closing = triple ? "}}}" : "}}";
    const std::size_t begin = at + closing.size();
    const std::size_t end = text.find(closing, begin);
    if (end == std::string_view::npos) {
      return invalid(
          fmt::format("{} opens \"{}\" and never closes it; write for example {{{{title}}}}",
                      place(text, at), printable(start_of(text.substr(at)))));
    }
    // In triple braces every character belongs to the name.
    const Tag tag = triple ? Tag{0, trimmed(text.substr(begin, end - begin))}
                           : read_tag(text.substr(begin, end - begin));
    if (auto error = check(tag, names, place(text, at))) return error;
    if (tag.kind == '#' || tag.kind == '^') open.push_back({tag.name, at});
    if (open.size() > most_nested) {
      return invalid(
          fmt::format("the template has more than {} parts within each other", most_nested));
    }
    if (tag.kind == '/') {
      if (open.empty() || open.back().name != tag.name) {
        return invalid(
            fmt::format("{0} closes \"{1}\" where it is not open; a part begins with {{{{#{1}}}}} "
                        "and ends with {{{{/{1}}}}}",
                        place(text, at), tag.name));
      }
      open.pop_back();
    }
    at = end + closing.size();
  }
  if (!open.empty()) {
    return invalid(
        fmt::format("{0} opens {{{{#{1}}}}} and never closes it; write {{{{/{1}}}}} where "
                    "that part ends",
                    place(text, open.back().at), open.back().name));
  }
  return std::nullopt;
}

/// As it stands between quotes in JSON (RFC 8259 section 7).
std::string json_escaped(std::string_view value) {
  std::string out;
  for (const char c : to_valid_utf8(value)) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out;
}

/// Folds runs of spaces into one, and more than one empty line into one; none at the ends of lines.
std::string tidied(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') {
      while (out.ends_with(' ')) out.pop_back();
      if (out.ends_with("\n\n")) continue;
    }
    if (c == ' ' && (out.ends_with(' ') || out.ends_with('\n'))) continue;
    out += c;
  }
  return std::string(trimmed(out));
}

}  // namespace

const TemplateRules& post_template_rules() {
  static const TemplateRules rules{{"prefix", "title", "link", "summary", "categories"}};
  return rules;
}

struct Template::Parsed {
  kainjow::mustache::mustache mustache;
  TemplateRules::Escape escape;
};

Template::Template(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::parse(std::string_view text, const TemplateRules& rules) {
  if (text.size() > rules.max_bytes) {
    return fail(ErrorKind::invalid, "the template has {} bytes; the most is {}", text.size(),
                rules.max_bytes);
  }
  if (!is_utf8(text))
    return fail(ErrorKind::invalid, "the template is not UTF-8; save the file as UTF-8");
  if (auto error = check_tags(text, rules.names)) return Failure(std::move(*error));
  auto parsed = std::make_unique<Parsed>(
      Parsed{kainjow::mustache::mustache(std::string(text)), rules.escape});
  if (!parsed->mustache.is_valid()) {
    return fail(ErrorKind::invalid, "the template cannot be read: {}",
                printable(parsed->mustache.error_message()));
  }
  parsed->mustache.set_custom_escape([](const std::string& value) { return value; });
  return Template(std::move(parsed));
}

std::string Template::fill(const Fields& fields) const {
  const bool is_json = parsed_->escape == TemplateRules::Escape::json;
  kainjow::mustache::data data;
  for (const auto& [name, value] : fields) {
    // To the library an empty text is something; only `false` leaves its {{#section}} out.
    data.set(name, value.empty() ? kainjow::mustache::data(false)
                                 : kainjow::mustache::data(is_json ? json_escaped(value) : value));
  }
  std::string text = parsed_->mustache.render(data);
  return is_json ? text : tidied(text);
}

}  // namespace crier
