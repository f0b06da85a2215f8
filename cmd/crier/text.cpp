#include "crier/text.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "compose/entities.h"
#include "compose/measure.h"
#include "config/values.h"
#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/json_line.h"
#include "network/registry.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

// A post has some thousand characters at most; what is far beyond is no text to be measured.
constexpr std::size_t most_bytes = 16U << 20U;

void write(std::FILE* to, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), to);
}

/// A text as a network sees it.
struct Measured {
  std::size_t length = 0;
  bool fits = false;
  std::vector<Entity> entities;
};

Measured measured(std::string_view text, const TextRules& rules) {
  Measured seen;
  seen.length = measure(text, rules);
  // X takes no empty post; the others could have pictures alone.
  const bool is_empty = rules.unit == TextRules::Unit::weighted && seen.length == 0;
  seen.fits = fits(text, rules) && !is_empty;
  seen.entities = find_entities(text, rules.entities);
  return seen;
}

std::string unknown_network(std::string_view name) {
  std::vector<std::string> names;
  for (const Network* network : networks()) names.push_back(network->traits().name);
  const auto meant = nearest(name, names);
  return fmt::format(
      "there is no network \"{}\"; {}", printable(name),
      meant ? fmt::format("did you mean \"{}\"?", *meant) : "crier knows " + listed(names));
}

Json entities_json(const std::vector<Entity>& entities, Entity::Kind kind, const char* key) {
  Json list = Json::array();
  for (const Entity& entity : entities) {
    if (entity.kind != kind) continue;
    list.push_back({{"start", entity.begin}, {"end", entity.end}, {key, entity.value}});
  }
  return list;
}

Json answer(const Network& network, std::string_view text) {
  const TextRules& rules = network.traits().text;
  const Measured seen = measured(text, rules);
  Json line = {{"network", network.traits().name},
               {"length", seen.length},
               {"bytes", text.size()},
               {"limit", rules.limit},
               {"fits", seen.fits},
               {"urls", entities_json(seen.entities, Entity::Kind::url, "url")},
               {"hashtags", entities_json(seen.entities, Entity::Kind::hashtag, "tag")},
               {"mentions", entities_json(seen.entities, Entity::Kind::mention, "handle")}};
  if (rules.entities == TextRules::Entities::x) {
    line["cashtags"] = entities_json(seen.entities, Entity::Kind::cashtag, "tag");
  }
  return line;
}

/// One line of JSON answered: with an object that has "error" where it cannot be.
Json answer_line(std::string_view line, const std::string& usual_network) {
  if (!is_utf8(line)) return {{"error", "the line is not valid UTF-8"}};
  const Json asked = Json::parse(line, nullptr, false);
  if (!asked.is_object()) {
    return {{"error", R"(the line is no JSON object like {"network":"x","text":"…"})"}};
  }
  const auto word = [&](const char* key) -> const std::string* {
    const auto found = asked.find(key);
    return found == asked.end() ? nullptr : found->get_ptr<const std::string*>();
  };
  const std::string* text = word("text");
  if (text == nullptr) return {{"error", "\"text\" is missing, or no string"}};
  const std::string* name = word("network");
  if (name == nullptr && (asked.contains("network") || usual_network.empty())) {
    return {{"error", "\"network\" is missing, or no string"}};
  }
  const Network* network = find_network(name == nullptr ? usual_network : *name);
  if (network == nullptr) return {{"error", unknown_network(*name)}};
  return answer(*network, *text);
}

/// Reads a line without its end; nothing is left when false. What is too long to be a text is cut.
bool read_line(std::FILE* in, std::string& line) {
  line.clear();
  int c = 0;
  while ((c = std::getc(in)) != EOF && c != '\n') {
    if (line.size() <= most_bytes) line += static_cast<char>(c);
  }
  return c != EOF || !line.empty();
}

int answer_lines(const TextOptions& options, std::FILE* in, std::FILE* out) {
  int code = exit_code::ok;
  std::string line;
  while (read_line(in, line)) {
    if (trimmed(line).empty()) continue;
    const Json answered = line.size() > most_bytes
                              ? Json{{"error", "the line is longer than any text"}}
                              : answer_line(line, options.network);
    if (answered.contains("error")) code = exit_code::usage;
    write(out, json_line(answered) + "\n");
    // Whoever asks line by line waits for the answer.
    (void)std::fflush(out);
  }
  return code;
}

std::string read_all(std::FILE* in) {
  std::string text;
  std::array<char, 65536> block{};
  std::size_t count = 0;
  while (text.size() <= most_bytes && (count = std::fread(block.data(), 1, block.size(), in)) > 0) {
    text.append(block.data(), count);
  }
  return text;
}

const char* kind_name(Entity::Kind kind) {
  switch (kind) {
    case Entity::Kind::url: return "link";
    case Entity::Kind::hashtag: return "hashtag";
    case Entity::Kind::mention: return "mention";
    case Entity::Kind::cashtag: return "cashtag";
  }
  return "";
}

void tell(const Network& network, std::string_view text, std::FILE* out) {
  const TextRules& rules = network.traits().text;
  const Measured seen = measured(text, rules);
  const bool is_over_bytes = rules.max_bytes != 0 && text.size() > rules.max_bytes;
  std::string verdict = "it fits";
  if (seen.length > rules.limit) {
    verdict = fmt::format("{} too many", seen.length - rules.limit);
  } else if (is_over_bytes) {
    verdict = fmt::format("{} bytes too many", text.size() - rules.max_bytes);
  } else if (!seen.fits) {
    verdict = seen.length == 0 ? "there is nothing to post"
                               : "it holds a character that the network refuses";
  }
  const std::string bytes = rules.max_bytes == 0
                                ? fmt::format("{} bytes", text.size())
                                : fmt::format("{} of {} bytes", text.size(), rules.max_bytes);
  write(out, fmt::format("{}: {} of {} characters, {}: {}\n", network.traits().name, seen.length,
                         rules.limit, bytes, verdict));
  for (const Entity& entity : seen.entities) {
    write(out, fmt::format("  {:<8} {}\n", kind_name(entity.kind), printable(entity.value)));
  }
}

}  // namespace

int measure_text(const TextOptions& options, std::FILE* in, std::FILE* out, std::FILE* err) {
  const Network* network = find_network(options.network);
  if (!options.network.empty() && network == nullptr) {
    write(err, fmt::format("crier: {}\n", unknown_network(options.network)));
    return exit_code::usage;
  }
  if (options.json) return answer_lines(options, in, out);
  if (network == nullptr) {
    write(err, "crier: which network? Say --network x, for example\n");
    return exit_code::usage;
  }
  std::string text = read_all(in);
  // The end of the last line belongs to the terminal, not to the text.
  if (text.ends_with('\n')) text.pop_back();
  if (text.size() > most_bytes || !is_utf8(text)) {
    write(err, text.size() > most_bytes ? "crier: that is longer than any text\n"
                                        : "crier: the text is not valid UTF-8\n");
    return exit_code::usage;
  }
  tell(*network, text, out);
  return exit_code::ok;
}

}  // namespace crier
