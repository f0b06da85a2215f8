#include "network/facebook/wire.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/message.h"
#include "network/json.h"

namespace crier::facebook {
namespace {

constexpr std::size_t most_description = 1000;
constexpr std::size_t opening = 80;
constexpr std::size_t most_trace = 40;
constexpr const char* site = "https://www.facebook.com";

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 &&
         text.find_first_not_of("0123456789_") == std::string_view::npos;
}

/// 0 if it is no whole number that fits.
std::int64_t number_of(const Json* value) {
  if (value == nullptr || !value->is_number_integer()) return 0;
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return 0;
  }
  return value->get<std::int64_t>();
}

int code_of(const Json* value) {
  const std::int64_t number = number_of(value);
  return number > 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number) : 0;
}

/// Graph writes "2026-03-02T09:00:00+0000", without the colon that ISO 8601 wants there.
std::optional<SysTime> time_of(std::string text) {
  const std::size_t size = text.size();
  if (size > 5 && (text[size - 5] == '+' || text[size - 5] == '-')) text.insert(size - 2, ":");
  return parse_iso_time(text);
}

std::string page_of(const std::string& id, const std::string& told) {
  if (is_http_url(told)) return told;
  return site + (told.starts_with('/') ? told : "/" + id);
}

std::string joined(const Json* texts) {
  std::string all;
  if (texts == nullptr || !texts->is_array()) return all;
  for (const Json& one : *texts) {
    const std::string text = text_of(&one);
    if (!text.empty()) all += (all.empty() ? "" : " ") + text;
  }
  return all;
}

Shown shown_of(const Json& entry) {
  Shown shown;
  shown.id = text_of(entry, "id");
  shown.text = to_valid_utf8(text_of(entry, "message"));
  shown.url = page_of(shown.id, text_of(entry, "permalink_url"));
  shown.at = time_of(text_of(entry, "created_time"));
  const Json* cards = member(member(&entry, "attachments"), "data");
  if (cards != nullptr && cards->is_array()) {
    for (const Json& card : *cards) {
      std::string link = text_of(card, "unshimmed_url");
      if (is_http_url(link)) shown.links.push_back(std::move(link));
    }
  }
  return shown;
}

}  // namespace

std::string write_post(const std::string& text, const std::string& link,
                       const std::vector<std::string>& media_ids) {
  std::vector<std::pair<std::string, std::string>> fields{{"message", text}};
  if (media_ids.empty() && !link.empty()) fields.emplace_back("link", link);
  for (std::size_t i = 0; i < media_ids.size(); ++i) {
    fields.emplace_back("attached_media[" + std::to_string(i) + "]",
                        write_json({{"media_fbid", media_ids[i]}}));
  }
  fields.emplace_back("fields", "id,permalink_url");
  return form_encode(fields);
}

std::string cut_description(const std::string& text) {
  std::string cut = text;
  const auto ends = grapheme_ends(cut);
  while (count_code_points(cut) > most_description) {
    const auto last = std::lower_bound(ends.begin(), ends.end(), cut.size());
    cut.resize(last == ends.begin() ? 0 : *std::prev(last));
  }
  return cut;
}

std::string read_id(std::string_view body) {
  const Json json = parse_json(body);
  const std::string id = text_of(json, "id");
  return is_id(id) ? id : std::string();
}

std::optional<Posted> read_posted(std::string_view body) {
  const Json json = parse_json(body);
  Posted posted{text_of(json, "id"), {}};
  if (!is_id(posted.id)) return std::nullopt;
  posted.url = page_of(posted.id, text_of(json, "permalink_url"));
  return posted;
}

std::optional<Listing> read_listing(std::string_view body) {
  const Json json = parse_json(body);
  const Json* data = member(&json, "data");
  if (data == nullptr || !data->is_array()) return std::nullopt;
  Listing listing;
  for (const Json& entry : *data) {
    Shown shown = shown_of(entry);
    if (is_id(shown.id)) listing.posts.push_back(std::move(shown));
  }
  // There is a cursor behind the last page, too; `next` (an address with the token in it) is not.
  // A page may be empty and not the last: what may not be shown is left out after counting.
  // Source: developers.facebook.com/docs/graph-api/results, "Paging", 2026-08.
  const Json* paging = member(&json, "paging");
  listing.has_more = !text_of(member(paging, "next")).empty();
  if (listing.has_more) {
    listing.next = text_of(member(member(paging, "cursors"), "after"));
  }
  return listing;
}

std::optional<Identity> read_identity(std::string_view body) {
  const Json json = parse_json(body);
  Identity identity{text_of(json, "id"), to_valid_utf8(text_of(json, "name")),
                    text_of(json, "link")};
  if (!is_id(identity.id)) return std::nullopt;
  return identity;
}

std::optional<Inspection> read_inspection(std::string_view body) {
  const Json json = parse_json(body);
  const Json* data = member(&json, "data");
  if (data == nullptr || !data->is_object()) return std::nullopt;
  Inspection inspection;
  for (const char* name : {"expires_at", "data_access_expires_at"}) {
    const std::int64_t at = number_of(member(data, name));
    if (at <= 0) continue;
    inspection.ends_at = inspection.ends_at == 0 ? at : std::min(inspection.ends_at, at);
  }
  inspection.scopes = joined(member(data, "scopes"));
  return inspection;
}

std::optional<Problem> read_problem(std::string_view body) {
  const Json json = parse_json(body);
  const Json* error = member(&json, "error");
  Problem problem;
  problem.code = code_of(member(error, "code"));
  problem.subcode = code_of(member(error, "error_subcode"));
  const Json* transient = member(error, "is_transient");
  problem.is_transient = transient != nullptr && transient->is_boolean() && transient->get<bool>();
  if (problem.code == 0 && !problem.is_transient) return std::nullopt;
  problem.words = text_of(member(error, "error_user_msg"));
  if (problem.words.empty()) problem.words = text_of(member(error, "message"));
  for (const char c : text_of(member(error, "fbtrace_id")).substr(0, most_trace)) {
    if (c > ' ' && c <= '~') problem.trace += c;
  }
  return problem;
}

std::string folded(std::string_view text) { return compared_words(text); }

std::string opening_of(std::string_view text) {
  const std::string whole = folded(text);
  std::size_t end = 0;
  for (std::size_t count = 0; count < opening && end < whole.size(); ++count) {
    (void)next_code_point(whole, end);
  }
  return whole.substr(0, end);
}

}  // namespace crier::facebook
