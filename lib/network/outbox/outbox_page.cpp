#include "network/outbox/outbox_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/html.h"
#include "core/local_time.h"
#include "core/model.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

using Json = nlohmann::json;

constexpr std::string_view generator = R"(<meta name="generator" content="crier">)";

/// The style's colours have a contrast of 7:1 and more (WCAG 2.2, 1.4.6).
constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{0}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>Outbox: what has been posted</title>
<style>
body {{ margin: 0 auto; padding: 1rem; max-width: 40rem; font: 1.125rem/1.5 sans-serif; color: #1a1a1a; background: #fff; }}
article {{ margin: 1.5rem 0; padding: 0 1rem; border: 1px solid #595959; border-radius: .25rem; }}
h2 {{ font-size: 1rem; color: #404040; }}
a {{ color: #0b3d91; overflow-wrap: anywhere; }}
a:focus {{ outline: 3px solid #0b3d91; outline-offset: 2px; }}
.post {{ white-space: pre-line; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>What has been posted</h1>
<p>{1} Last written {2}.</p>
)";

constexpr std::string_view foot = "</main>\n</body>\n</html>\n";

struct Shown {
  std::string id, account, feed, text, language, posted_at;
  std::vector<Image> images;
};

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Shown> read_line(std::string_view line) {
  const Json object = Json::parse(line.begin(), line.end(), nullptr, false);
  if (!object.is_object()) return std::nullopt;
  Shown shown{text_of(object, "id"),
              text_of(object, "account"),
              text_of(object, "feed"),
              text_of(object, "text"),
              text_of(object, "language"),
              text_of(object, "posted_at"),
              {}};
  if (shown.id.empty()) return std::nullopt;
  const auto images = object.find("images");
  if (images == object.end() || !images->is_array()) return shown;
  for (const Json& image : *images) {
    if (image.is_object()) shown.images.push_back({text_of(image, "url"), text_of(image, "alt")});
  }
  return shown;
}

/// Where the address at the start of `text` ends: at a space or a quoting character, and before the
/// punctuation of the sentence around it.
std::size_t length_of_link(std::string_view text) {
  std::size_t length = std::min(text.find_first_of(" \t\r\n\"<>"), text.size());
  while (length > 0 && std::string_view(".,;:!?)]}'").find(text[length - 1]) != std::string::npos) {
    --length;
  }
  return length;
}

std::string with_anchors(std::string_view text) {
  std::string out;
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = is_http_url(text.substr(i, 8)) ? length_of_link(text.substr(i)) : 0;
    if (length <= std::string_view("https://").size()) {
      ++i;
      continue;
    }
    out += html_shown(text.substr(plain, i - plain));
    out += html_link(text.substr(i, length), text.substr(i, length));
    i += length;
    plain = i;
  }
  return out + html_shown(text.substr(plain));
}

bool is_language_tag(std::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

/// "2026-03-02T09:00:00Z" -> "2026-03-02 09:00 GMT", marked as a time; other text stays text.
std::string time_of(const std::string& text, const std::string& zone) {
  if (!from_iso8601(text)) return html_shown(text);
  return fmt::format(R"(<time datetime="{}">{}</time>)", text,
                     html_shown(with_local_times(text, zone)));
}

std::string article_of(const Shown& shown, const std::string& zone) {
  const std::string id = percent_encode(shown.id);
  const std::string language =
      is_language_tag(shown.language) ? fmt::format(R"( lang="{}")", shown.language) : "";
  std::string out = fmt::format(
      R"(<article id="post-{0}" aria-labelledby="title-{0}">
<h2 id="title-{0}">{1}, <bdi>{2}</bdi> to <bdi>{3}</bdi></h2>
<p class="post" dir="auto"{4}>{5}</p>
)",
      id, time_of(shown.posted_at, zone), html_shown(shown.feed), html_shown(shown.account),
      language, with_anchors(shown.text));
  if (!shown.images.empty()) {
    out += "<ul aria-label=\"Images\">\n";
    for (const Image& image : shown.images) {
      const std::string_view label =
          trimmed(image.alt).empty() ? "image without a description" : std::string_view(image.alt);
      out += fmt::format("<li>{}</li>\n",
                         is_http_url(image.url) ? html_link(image.url, label) : html_shown(label));
    }
    out += "</ul>\n";
  }
  return out + "</article>\n";
}

}  // namespace

std::filesystem::path page_of(const std::filesystem::path& outbox) {
  std::filesystem::path page = outbox;
  if (page.extension() == ".jsonl") return page.replace_extension(".html");
  page += ".html";
  return page;
}

std::string render_page(const std::vector<std::string>& lines, SysTime now,
                        const std::string& zone) {
  std::string articles;
  std::size_t count = 0;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (const auto shown = read_line(*line)) {
      articles += article_of(*shown, zone);
      ++count;
    }
  }
  const std::string summary =
      count == 0 ? "Nothing yet."
                 : fmt::format("{} {}, newest first{}.", count, count == 1 ? "post" : "posts",
                               count >= posts_on_page ? "; older ones are in the file" : "");
  return fmt::format(fmt::runtime(head), generator, summary, time_of(to_iso8601(now), zone)) +
         articles + std::string(foot);
}

bool is_our_page(std::string_view content) {
  return content.substr(0, 1024).find(generator) != std::string_view::npos;
}

}  // namespace crier
