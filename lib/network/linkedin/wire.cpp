#include "network/linkedin/wire.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"
#include "network/json.h"
#include "network/linkedin/little_text.h"

namespace crier::linkedin {
namespace {

/// Source: learn.microsoft.com/linkedin, posts-api, 2026-09.
constexpr std::size_t most_alt = 4086;
constexpr std::size_t most_urn = 64;

std::string cut(const std::string& text, std::size_t most) {
  std::string out = text;
  if (count_code_points(out) <= most) return out;
  std::size_t fits = 0;
  for (const std::size_t end : grapheme_ends(text)) {
    if (count_code_points(std::string_view(text).substr(0, end)) > most) break;
    fits = end;
    if (end > 4 * most) break;
  }
  out.resize(fits);
  return out;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<SysTime> time_of(const Json* value) {
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  const auto at = value->get<std::int64_t>();
  if (at <= 0 || at > 99'999'999'999'999) return std::nullopt;
  return SysTime{std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds{at})};
}

Shown shown_of(const Json& entry) {
  Shown shown;
  const std::string id = text_of(entry, "id");
  if (is_post_urn(id)) shown.id = id;
  shown.commentary = text_of(entry, "commentary");
  shown.source = text_of(member(member(member(&entry, "content"), "article"), "source"));
  shown.created_at = time_of(member(&entry, "createdAt"));
  const std::string state = text_of(entry, "lifecycleState");
  shown.is_public = state.empty() || state == "PUBLISHED" || state == "PUBLISH_REQUESTED";
  const Json* reshare = member(&entry, "reshareContext");
  shown.is_reshare = reshare != nullptr && reshare->is_object() && !reshare->empty();
  return shown;
}

std::size_t count_of(const Json* paging, const char* name) {
  const Json* value = member(paging, name);
  if (value == nullptr || !value->is_number_integer()) return 0;
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(value->get<std::int64_t>(), 0, 1'000'000));
}

/// LinkedIn leaves posts out of a page that one may not see: a short page need not be the last.
std::string next_of(const Json& list, std::size_t elements) {
  const Json* paging = member(&list, "paging");
  const std::size_t count = count_of(paging, "count");
  if (elements == 0 || count == 0) return {};
  const Json* links = member(paging, "links");
  const bool says = links != nullptr && links->is_array() && !links->empty();
  const bool has_next =
      says ? std::ranges::any_of(*links,
                                 [](const Json& one) {
                                   return text_of(&one) == "next" || text_of(one, "rel") == "next";
                                 })
           : elements >= count;
  return has_next ? std::to_string(count_of(paging, "start") + count) : std::string();
}

Json content_of(const Draft& draft) {
  if (draft.media.size() == 1) {
    return {{"media", {{"id", draft.media[0].id}, {"altText", cut(draft.media[0].alt, most_alt)}}}};
  }
  if (!draft.media.empty()) {
    Json images = Json::array();
    for (const Media& one : draft.media) {
      images.push_back({{"id", one.id}, {"altText", cut(one.alt, most_alt)}});
    }
    return {{"multiImage", {{"images", std::move(images)}}}};
  }
  if (!draft.article) return {};
  Json article = {{"source", draft.article->source},
                  {"title", cut(draft.article->title, most_title)}};
  if (!draft.article->description.empty()) {
    article["description"] = cut(draft.article->description, most_description);
  }
  if (!draft.article->thumbnail.empty()) article["thumbnail"] = draft.article->thumbnail;
  return {{"article", std::move(article)}};
}

void add_code(Problem& problem, const Json* value) {
  std::string code = text_of(value);
  if (!code.empty()) problem.codes.push_back(std::move(code));
}

}  // namespace

std::string write_post(const Draft& draft) {
  Json body = {{"author", "urn:li:organization:" + draft.organization},
               {"commentary", write_little_text(draft.text, draft.link)},
               {"visibility", "PUBLIC"},
               {"distribution",
                {{"feedDistribution", "MAIN_FEED"},
                 {"targetEntities", Json::array()},
                 {"thirdPartyDistributionChannels", Json::array()}}},
               {"lifecycleState", "PUBLISHED"},
               {"isReshareDisabledByAuthor", false}};
  Json content = content_of(draft);
  if (!content.is_null()) body["content"] = std::move(content);
  return write_json(body);
}

std::string write_upload(const std::string& organization) {
  return write_json(
      {{"initializeUploadRequest", {{"owner", "urn:li:organization:" + organization}}}});
}

std::optional<Shown> read_post(std::string_view body) {
  const Json json = parse_json(body);
  if (!json.is_object()) return std::nullopt;
  const Json* commentary = member(&json, "commentary");
  if (commentary == nullptr || !commentary->is_string()) return std::nullopt;
  return shown_of(json);
}

std::optional<Listing> read_posts(std::string_view body) {
  const Json json = parse_json(body);
  const Json* elements = member(&json, "elements");
  if (elements == nullptr || !elements->is_array()) return std::nullopt;
  Listing listing;
  for (const Json& entry : *elements) {
    Shown shown = shown_of(entry);
    if (!shown.id.empty()) listing.posts.push_back(std::move(shown));
  }
  listing.next = next_of(json, elements->size());
  return listing;
}

std::optional<Upload> read_upload(std::string_view body) {
  const Json json = parse_json(body);
  const Json* value = member(&json, "value");
  Upload upload{text_of(member(value, "uploadUrl")), text_of(member(value, "image"))};
  const bool is_good = !upload.url.empty() && upload.image.starts_with("urn:li:") &&
                       upload.image.size() <= 4 * most_urn;
  if (!is_good) return std::nullopt;
  return upload;
}

std::string read_image_status(std::string_view body) { return text_of(parse_json(body), "status"); }

std::optional<std::vector<std::string>> read_organizations(std::string_view body) {
  const Json json = parse_json(body);
  const Json* elements = member(&json, "elements");
  if (elements == nullptr || !elements->is_array()) return std::nullopt;
  std::vector<std::string> numbers;
  for (const Json& entry : *elements) {
    std::string urn = text_of(entry, "organization");
    if (urn.empty()) urn = text_of(entry, "organizationTarget");
    const std::string number = number_of(urn);
    if (is_digits(number) && std::ranges::find(numbers, number) == numbers.end())
      numbers.push_back(number);
  }
  return numbers;
}

bool Problem::has(std::string_view code) const {
  return std::ranges::find(codes, code) != codes.end();
}

Problem read_problem(std::string_view body) {
  const Json json = parse_json(body);
  Problem problem;
  problem.message = text_of(json, "message");
  add_code(problem, member(&json, "code"));
  add_code(problem, member(&json, "errorDetailType"));
  const Json* service = member(&json, "serviceErrorCode");
  if (service != nullptr && service->is_number_integer())
    problem.service_code = service->get<std::int64_t>();
  const Json* inputs = member(member(&json, "errorDetails"), "inputErrors");
  if (inputs != nullptr && inputs->is_array()) {
    for (const Json& input : *inputs) add_code(problem, member(&input, "code"));
  }
  return problem;
}

std::string find_urn(std::string_view text) {
  constexpr std::array<std::string_view, 3> kinds{
      "urn:li:share:", "urn:li:ugcPost:", "urn:li:activity:"};
  std::size_t first = text.npos;
  std::string found;
  for (const std::string_view kind : kinds) {
    const std::size_t at = text.find(kind);
    if (at >= first) continue;
    const std::string_view digits = text.substr(at + kind.size());
    const std::size_t size = std::min(digits.find_first_not_of("0123456789"), digits.size());
    if (size == 0 || size > 32) continue;
    first = at;
    found = std::string(kind) + std::string(digits.substr(0, size));
  }
  return found;
}

bool is_post_urn(std::string_view text) { return !text.empty() && find_urn(text) == text; }

std::string number_of(std::string_view organization) {
  constexpr std::string_view prefix = "urn:li:organization:";
  if (organization.starts_with(prefix)) organization.remove_prefix(prefix.size());
  return std::string(organization);
}

}  // namespace crier::linkedin
