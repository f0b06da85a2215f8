#include <algorithm>
#include <charconv>

#include "compose/measure.h"
#include "core/utf8.h"
#include "network/registry.h"
#include "rehearsal/bluesky.h"
#include "rehearsal/web.h"

namespace crier::rehearsal {
namespace {

constexpr const char* posts = "app.bsky.feed.post";
/// Source: the lexicons app.bsky.feed.post, app.bsky.embed.images and external, 2026-08.
constexpr std::size_t most_images = 4;
constexpr std::size_t most_image_bytes = 2'000'000;
constexpr std::size_t most_thumb_bytes = 1'000'000;
constexpr std::size_t most_languages = 3;
constexpr unsigned char raw = 0x55;
constexpr unsigned char dag_cbor = 0x71;

const TextRules& text_rules() { return find_network("bluesky")->traits().text; }

bool is_record_key(std::string_view key) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._:~-").find(c) != std::string_view::npos;
  };
  return !key.empty() && key.size() <= 512 && key != "." && key != ".." &&
         std::ranges::all_of(key, is_plain);
}

/// A key of app.bsky.feed.post is a TID: 13 digits of base 32 that sort as they count.
bool is_tid(std::string_view key) {
  return key.size() == 13 &&
         std::string_view("234567abcdefghij").find(key.front()) != std::string_view::npos &&
         key.find_first_not_of("234567abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

std::string uri_of(const std::string& did, const std::string& key) {
  return "at://" + did + "/" + posts + "/" + key;
}

std::string cid_in(const Json* blob) { return text_of(member(member(blob, "ref"), "$link")); }

std::optional<std::size_t> size_in(const Json& object, const char* name) {
  const Json* value = member(&object, name);
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  return value->get<std::size_t>();
}

std::string why_no_facets(const Json& facets, const std::string& text) {
  if (!facets.is_array()) return "Expected array value type at $.record.facets";
  for (const Json& facet : facets) {
    const Json* index = member(&facet, "index");
    const Json* features = member(&facet, "features");
    if (index == nullptr || features == nullptr || !features->is_array()) {
      return "Missing required key \"index\" at $.record.facets";
    }
    const auto begin = size_in(*index, "byteStart");
    const auto end = size_in(*index, "byteEnd");
    if (!begin || !end) return "Expected integer value type at $.record.facets.index";
    if (*begin >= *end || *end > text.size() || !is_utf8(text.substr(*begin, *end - *begin))) {
      return "A facet lies outside the text or inside a character at $.record.facets.index";
    }
    for (const Json& feature : *features) {
      const std::string type = text_of(feature, "$type");
      const bool is_link = type == "app.bsky.richtext.facet#link";
      if (is_link && text_of(feature, "uri").find(':') == std::string::npos) {
        return "Invalid URI at $.record.facets.features.uri";
      }
      if (type == "app.bsky.richtext.facet#tag" && text_of(feature, "tag").empty()) {
        return "Missing required key \"tag\" at $.record.facets.features";
      }
    }
  }
  return {};
}

/// What the lexicon says of a picture, by what the record says of it.
std::string why_no_blob(const Json* blob, std::size_t most_bytes) {
  const auto size = blob == nullptr ? std::nullopt : size_in(*blob, "size");
  if (cid_in(blob).empty() || text_of(*blob, "$type") != "blob" || !size) {
    return "Expected blob value type";
  }
  const std::string type = text_of(*blob, "mimeType");
  if (!type.starts_with("image/")) return "Expected \"image/*\" (got \"" + type + "\")";
  return *size > most_bytes ? "blob too big" : std::string();
}

std::string why_no_embed(const Json& embed) {
  const std::string type = text_of(embed, "$type");
  if (type == "app.bsky.embed.images") {
    const Json* images = member(&embed, "images");
    if (images == nullptr || !images->is_array()) {
      return "Missing required key \"images\" at $.record.embed";
    }
    if (images->size() > most_images) {
      return "array too big (maximum 4) at $.record.embed.images";
    }
    for (const Json& image : *images) {
      const Json* alt = member(&image, "alt");
      if (alt == nullptr || !alt->is_string()) {
        return "Missing required key \"alt\" at $.record.embed.images";
      }
      if (std::string why = why_no_blob(member(&image, "image"), most_image_bytes); !why.empty()) {
        return why + " at $.record.embed.images.image";
      }
    }
  } else if (type == "app.bsky.embed.external") {
    const Json* external = member(&embed, "external");
    for (const char* key : {"uri", "title", "description"}) {
      const Json* value = member(external, key);
      if (value == nullptr || !value->is_string()) {
        return std::string("Missing required key \"") + key + "\" at $.record.embed.external";
      }
    }
    if (const Json* thumb = member(external, "thumb"); thumb != nullptr) {
      if (std::string why = why_no_blob(thumb, most_thumb_bytes); !why.empty()) {
        return why + " at $.record.embed.external.thumb";
      }
    }
  }
  return {};
}

/// BCP 47, as roughly as it takes to tell one from words.
bool is_language(std::string_view tag) {
  return tag.size() >= 2 && tag.size() <= 128 && std::ranges::all_of(tag, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

bool is_time(const std::string& text) {
  return text.find('T') != std::string::npos && parse_iso_time(text).has_value();
}

}  // namespace

std::string why_no_post(const Json& record) {
  const Json* text = member(&record, "text");
  if (text == nullptr) return "Missing required key \"text\" at $.record";
  if (!text->is_string()) return "Expected string value type at $.record.text";
  const std::string words = text_of(text);
  const TextRules& rules = text_rules();
  if (words.size() > rules.max_bytes) {
    return "string too big (maximum 3000) at $.record.text (got " + std::to_string(words.size()) +
           ")";
  }
  if (const std::size_t length = measure(words, rules); length > rules.limit) {
    return "grapheme too big (maximum 300) at $.record.text (got " + std::to_string(length) + ")";
  }
  if (!is_time(text_of(record, "createdAt"))) {
    return "Invalid datetime at $.record.createdAt";
  }
  if (const Json* languages = member(&record, "langs"); languages != nullptr) {
    const bool is_good =
        languages->is_array() && languages->size() <= most_languages &&
        std::ranges::all_of(*languages, [](const Json& one) { return is_language(text_of(&one)); });
    if (!is_good) return "Invalid language at $.record.langs";
  }
  if (const Json* facets = member(&record, "facets"); facets != nullptr) {
    if (std::string why = why_no_facets(*facets, words); !why.empty()) return why;
  }
  const Json* embed = member(&record, "embed");
  return embed == nullptr ? std::string() : why_no_embed(*embed);
}

Response Bluesky::upload_blob(const Request& request) {
  auto signer = signer_of(request);
  if (auto* refusal = std::get_if<Response>(&signer)) return std::move(*refusal);
  Person& person = *std::get<Person*>(signer);
  std::string type = header_of(request, "Content-Type");
  if (type.empty()) {
    return xrpc_error(400, "InvalidRequest", "Request encoding (Content-Type) required");
  }
  if (const std::string seen = picture_type(request.body); !seen.empty()) type = seen;
  const std::string cid = cid_of(request.body, raw);
  person.blobs[cid] = {request.body, type};
  return respond_json(200, {{"blob",
                             {{"$type", "blob"},
                              {"ref", {{"$link", cid}}},
                              {"mimeType", type},
                              {"size", request.body.size()}}}});
}

/// What a record says of its pictures must be what was uploaded.
std::optional<Response> Bluesky::missing_blob(const Person& person, const Json& record) {
  std::vector<const Json*> named;
  const Json* embed = member(&record, "embed");
  if (const Json* images = member(embed, "images"); images != nullptr && images->is_array()) {
    for (const Json& image : *images) named.push_back(member(&image, "image"));
  }
  if (const Json* thumb = member(member(embed, "external"), "thumb"); thumb != nullptr) {
    named.push_back(thumb);
  }
  for (const Json* blob : named) {
    const auto found = person.blobs.find(cid_in(blob));
    if (found == person.blobs.end()) {
      return xrpc_error(400, "BlobNotFound", "Could not find blob: " + cid_in(blob));
    }
    if (found->second.bytes.size() != size_in(*blob, "size")) {
      return xrpc_error(400, "InvalidSize", "Referenced Size does not match stored blob.");
    }
  }
  return std::nullopt;
}

Response Bluesky::put_record(const Request& request) {
  auto signer = signer_of(request);
  if (auto* refusal = std::get_if<Response>(&signer)) return std::move(*refusal);
  Person& person = *std::get<Person*>(signer);
  if (!header_of(request, "Content-Type").starts_with("application/json")) {
    return xrpc_error(400, "InvalidRequest", "Wrong request encoding (Content-Type)");
  }
  const Json body = parse_json(request.body);
  if (body.is_discarded()) return xrpc_error(400, "SyntaxError", "Expected property name");
  const Json* given = member(&body, "record");
  const std::string key = text_of(body, "rkey");
  const std::string repo = text_of(body, "repo");
  if (given == nullptr || !given->is_object() || !is_record_key(key) || repo.empty()) {
    return xrpc_error(400, "InvalidRequest", "Invalid request body");
  }
  const Person* const owner = find(repo);
  if (owner == nullptr) return xrpc_error(403, "AccountNotFound", "Account not found");
  if (owner != &person) {
    return xrpc_error(401, "AuthenticationRequired", "Authentication Required");
  }
  if (text_of(body, "collection") != posts) {
    return xrpc_error(400, "InvalidRequest", "This double keeps posts only");
  }
  Json record = *given;
  if (!record.contains("$type")) record["$type"] = posts;
  std::string why;
  if (text_of(record, "$type") != posts) {
    why = "Invalid $type: expected app.bsky.feed.post, got " + text_of(record, "$type");
  } else if (!is_tid(key)) {
    why = "Invalid record key for app.bsky.feed.post: Invalid TID";
  } else {
    why = why_no_post(record);
    if (!why.empty()) why = "Invalid app.bsky.feed.post record: " + why;
  }
  if (!why.empty()) return xrpc_error(400, "InvalidRequest", why);

  const std::string cid = cid_of(write_json(record), dag_cbor);
  const Json answer = {
      {"uri", uri_of(person.did, key)}, {"cid", cid}, {"validationStatus", "valid"}};
  const auto known = person.posts.find(key);
  if (known != person.posts.end() && known->second.cid == cid) return respond_json(200, answer);
  if (const Json* swap = member(&body, "swapRecord"); swap != nullptr) {
    const std::string now = known == person.posts.end() ? std::string() : known->second.cid;
    if (text_of(swap) != now) {
      return xrpc_error(400, "InvalidSwap", "Record was at " + (now.empty() ? "null" : now));
    }
  }
  if (auto refusal = missing_blob(person, record)) return *std::move(refusal);
  Record& kept = person.posts[key];
  kept = {write_json(record), cid};
  make_public(person, key, kept);
  Json whole = answer;
  whole["commit"] = {{"cid", cid_of(key + std::to_string(++revisions_), dag_cbor)},
                     {"rev", fmt::format("3m{:011}", revisions_)}};
  return respond_json(200, whole);
}

void Bluesky::make_public(const Person& person, const std::string& key, const Record& record) {
  const Json value = parse_json(record.json);
  Arrived post;
  post.id = uri_of(person.did, key);
  post.text = text_of(value, "text");
  post.url = "https://bsky.app/profile/" + person.handle + "/post/" + key;
  const TextRules& rules = text_rules();
  post.length = measure(post.text, rules);
  post.limit = rules.limit;
  post.at = parse_iso_time(text_of(value, "createdAt")).value_or(world_.clock.now());
  if (const Json* languages = member(&value, "langs");
      languages != nullptr && !languages->empty()) {
    post.language = text_of(&languages->front());
  }
  const auto picture_of = [&](const Json* blob, std::string alt) -> std::optional<Picture> {
    const auto found = person.blobs.find(cid_in(blob));
    if (found == person.blobs.end()) return std::nullopt;
    return Picture{found->second.bytes, found->second.type, std::move(alt), {}};
  };
  const Json* embed = member(&value, "embed");
  if (const Json* images = member(embed, "images"); images != nullptr) {
    for (const Json& image : *images) {
      if (auto one = picture_of(member(&image, "image"), text_of(image, "alt"))) {
        post.pictures.push_back(*std::move(one));
      }
    }
  }
  if (const Json* external = member(embed, "external"); external != nullptr) {
    post.card = {text_of(*external, "uri"),
                 text_of(*external, "title"),
                 text_of(*external, "description"),
                 {}};
    post.thumbnail = picture_of(member(external, "thumb"), {});
  }
  const auto same = std::ranges::find(arrived_, post.id, &Arrived::id);
  if (same != arrived_.end()) {
    *same = std::move(post);
  } else {
    arrived_.push_back(std::move(post));
  }
}

Response Bluesky::get_record(const Request& request) {
  const FormFields query = read_form(query_of(request));
  const std::string repo = field_of(query, "repo");
  const std::string key = field_of(query, "rkey");
  if (repo.empty() || key.empty()) {
    return xrpc_error(400, "InvalidRequest", "Missing required key \"rkey\"");
  }
  Person* const person = find(repo);
  if (person == nullptr) return xrpc_error(400, "InvalidRequest", "Could not locate record");
  const bool is_post = field_of(query, "collection") == posts;
  const auto found = is_post ? person->posts.find(key) : person->posts.end();
  if (found == person->posts.end()) {
    return xrpc_error(
        400, "RecordNotFound",
        "Could not locate record: at://" + repo + "/" + field_of(query, "collection") + "/" + key);
  }
  return respond_json(200, {{"uri", uri_of(person->did, key)},
                            {"cid", found->second.cid},
                            {"value", parse_json(found->second.json)}});
}

Response Bluesky::list_records(const Request& request) {
  const FormFields query = read_form(query_of(request));
  const std::string repo = field_of(query, "repo");
  Person* const person = find(repo);
  if (person == nullptr) {
    return xrpc_error(400, "InvalidRequest", "Could not find repo: " + repo);
  }
  std::size_t limit = 50;
  if (const std::string given = field_of(query, "limit"); !given.empty()) {
    const auto read = std::from_chars(given.data(), given.data() + given.size(), limit);
    if (read.ptr != given.data() + given.size() || limit < 1 || limit > 100) {
      return xrpc_error(400, "InvalidRequest", "Invalid limit");
    }
  }
  const std::string cursor = field_of(query, "cursor");
  const bool is_reverse = field_of(query, "reverse") == "true";
  std::vector<std::string> keys;
  if (field_of(query, "collection") == posts) {
    for (const auto& [key, record] : person->posts) keys.push_back(key);
  }
  if (!is_reverse) std::ranges::reverse(keys);
  std::erase_if(keys, [&](const std::string& key) {
    return !cursor.empty() && (is_reverse ? key <= cursor : key >= cursor);
  });
  keys.resize(std::min(keys.size(), limit));
  Json body = {{"records", Json::array()}};
  for (const std::string& key : keys) {
    const Record& record = person->posts.at(key);
    body["records"].push_back({{"uri", uri_of(person->did, key)},
                               {"cid", record.cid},
                               {"value", parse_json(record.json)}});
  }
  if (!keys.empty()) body["cursor"] = keys.back();
  return respond_json(200, body);
}

}  // namespace crier::rehearsal
