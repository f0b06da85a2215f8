#include "network/x/wire.h"

#include <algorithm>

#include "compose/entities.h"
#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/message.h"
#include "network/json.h"

namespace crier::x {
namespace {

constexpr std::size_t most_description = 1000;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// X writes "&", "<" and ">" as HTML does.
std::string unescaped(std::string text) {
  static constexpr std::pair<std::string_view, char> names[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};
  for (const auto& [name, c] : names) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      text.replace(at, name.size(), 1, c);
    }
  }
  return text;
}

Shown shown_of(const Json& entry) {
  Shown shown;
  shown.id = text_of(entry, "id");
  shown.created_at = parse_iso_time(text_of(entry, "created_at"));
  const Json* note = member(&entry, "note_tweet");
  if (note == nullptr) note = member(&entry, "note_post");
  const Json* whole = note != nullptr && !text_of(*note, "text").empty() ? note : &entry;
  shown.text = text_of(*whole, "text");
  const Json* urls = member(member(whole, "entities"), "urls");
  if (urls != nullptr && urls->is_array()) {
    for (const Json& url : *urls) {
      const std::string short_form = text_of(url, "url");
      const std::string link = text_of(url, "expanded_url");
      if (short_form.empty() || link.empty()) continue;
      // A picture has an address in the text, too, which was never written there.
      const bool is_picture = member(&url, "media_key") != nullptr;
      if (!is_picture) shown.links.push_back(link);
      if (const std::size_t at = shown.text.find(short_form); at != std::string::npos) {
        shown.text.replace(at, short_form.size(), is_picture ? std::string() : link);
      }
    }
  }
  shown.text = unescaped(std::move(shown.text));
  return shown;
}

}  // namespace

std::string write_post(const std::string& text, const std::vector<std::string>& media_ids) {
  Json body = {{"text", text}};
  if (!media_ids.empty()) body["media"] = {{"media_ids", media_ids}};
  return write_json(body);
}

std::string write_description(const std::string& media_id, const std::string& text) {
  std::string cut = text;
  const auto ends = grapheme_ends(cut);
  while (count_code_points(cut) > most_description) {
    const auto last = std::lower_bound(ends.begin(), ends.end(), cut.size());
    cut.resize(last == ends.begin() ? 0 : *std::prev(last));
  }
  return write_json({{"id", media_id}, {"metadata", {{"alt_text", {{"text", cut}}}}}});
}

std::string read_id(std::string_view body) {
  const Json json = parse_json(body);
  const std::string id = text_of(member(member(&json, "data"), "id"));
  return is_number(id) ? id : std::string();
}

std::optional<Timeline> read_timeline(std::string_view body) {
  const Json json = parse_json(body);
  if (!json.is_object()) return std::nullopt;
  Timeline timeline;
  const Json* meta = member(&json, "meta");
  const Json* data = member(&json, "data");
  if (data == nullptr) {
    // An account without posts has no `data`, and says that it has none.
    const Json* count = member(meta, "result_count");
    if (count == nullptr || !count->is_number() || *count != 0) return std::nullopt;
    return timeline;
  }
  if (!data->is_array()) return std::nullopt;
  for (const Json& entry : *data) {
    Shown shown = shown_of(entry);
    if (is_number(shown.id)) timeline.posts.push_back(std::move(shown));
  }
  timeline.next = text_of(member(meta, "next_token"));
  return timeline;
}

std::optional<User> read_user(std::string_view body) {
  const Json json = parse_json(body);
  const Json* data = member(&json, "data");
  User user{text_of(member(data, "id")), text_of(member(data, "username"))};
  if (!is_number(user.id)) return std::nullopt;
  return user;
}

Problem read_problem(std::string_view body) {
  const Json json = parse_json(body);
  Problem problem;
  problem.title = text_of(json, "title");
  problem.detail = text_of(json, "detail");
  std::string type = text_of(json, "type");
  const Json* errors = member(&json, "errors");
  if (errors != nullptr && errors->is_array() && !errors->empty()) {
    const Json& first = errors->front();
    if (problem.detail.empty()) problem.detail = text_of(first, "message");
    if (problem.detail.empty()) problem.detail = text_of(first, "detail");
    if (type.empty()) type = text_of(first, "type");
    const Json* code = member(&first, "code");
    if (code != nullptr && code->is_number_integer()) problem.code = code->get<int>();
  }
  // Its host is api.twitter.com or api.x.com, by turns.
  problem.type = type.substr(type.rfind('/') + 1);
  return problem;
}

std::string bare_words(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (const Entity& entity : find_entities(text, TextRules::Entities::x)) {
    if (entity.kind != Entity::Kind::url) continue;
    out += text.substr(done, entity.begin - done);
    done = entity.end;
  }
  out += text.substr(done);
  return compared_words(out);
}

}  // namespace crier::x
