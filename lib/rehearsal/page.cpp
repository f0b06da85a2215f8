#include "rehearsal/page.h"

#include <algorithm>
#include <array>

#include "compose/entities.h"
#include "core/html.h"
#include "core/local_time.h"
#include "core/url.h"
#include "core/utf8.h"
#include "network/percent.h"
#include "network/registry.h"
#include "oauth/crypto.h"
#include "rehearsal/answers.h"

namespace crier::rehearsal {
namespace {

/// The colours and the style are a file of their own, so that nothing on the page can bring some.
constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{0}: a rehearsal of crier</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<h1>What your readers would see</h1>
<p>A rehearsal: nothing on this page has left this machine. {0}, as of {1}. <a href="/">Refresh</a></p>
)";

constexpr std::string_view foot = R"(<footer>
<p>Each network would show these posts in its own dress; the words, pictures, cards and lengths are what crier sent.</p>
</footer>
</body>
</html>
)";

constexpr std::string_view nothing_yet = R"(<div class="empty">
<h2>No post has arrived yet</h2>
<p>What a feed holds when crier first sees it is history, not news. To see its newest items here all the same, stop this
rehearsal with Ctrl-C and begin another with <code>crier rehearse --posts 3</code>; or, in another terminal, run the
command that crier has shown below the address of this page.</p>
</div>
)";

constexpr std::string_view policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

const Traits& traits_of(std::string_view network) {
  static const Traits nothing;
  const Network* const known = find_network(network);
  return known == nullptr ? nothing : known->traits();
}

std::string shown_name(std::string_view network) {
  const std::string& title = traits_of(network).title;
  return title.empty() ? std::string(network) : title;
}

/// The text as the network shows it, with the links that it makes. Tags and mentions lead nowhere
/// from here. Where crier need not know how a network finds links, whole addresses are.
std::string linked_text(std::string_view text, std::string_view network) {
  using Rules = TextRules::Entities;
  const std::string valid = to_valid_utf8(text);
  const Rules rules = traits_of(network).text.entities;
  std::string out;
  std::size_t done = 0;
  for (const Entity& entity :
       find_entities(valid, rules == Rules::none ? Rules::mastodon : rules)) {
    if (entity.kind != Entity::Kind::url || entity.begin < done) continue;
    const std::string label = valid.substr(entity.begin, entity.end - entity.begin);
    const std::string target = is_http_url(label) ? label : "https://" + label;
    out += html_shown(std::string_view(valid).substr(done, entity.begin - done));
    out += html_link(target, label);
    done = entity.end;
  }
  return out + html_shown(std::string_view(valid).substr(done));
}

std::string language_attribute(std::string_view tag) {
  const bool is_tag =
      tag.size() >= 2 && tag.size() <= 35 && std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
      });
  return is_tag ? fmt::format(R"( lang="{}")", tag) : std::string();
}

/// "2 March 2026, 09:00 GMT", marked as a time.
std::string time_of(SysTime at, const std::string& zone) {
  constexpr std::array<std::string_view, 12> months{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const LocalTime local = to_local(at, zone);
  const auto number = [&](std::size_t from) {
    return static_cast<std::size_t>(local.day[from] - '0') * 10 +
           static_cast<std::size_t>(local.day[from + 1] - '0');
  };
  return fmt::format(R"(<time datetime="{}">{} {} {}, {} {}</time>)", to_iso8601(at), number(8),
                     months.at((number(5) + 11) % 12), local.day.substr(0, 4), local.time,
                     html_shown(local.zone));
}

std::string picture_name(const Picture& picture) {
  return hex(sha256(picture.bytes)).substr(0, 20);
}

bool can_be_shown(const Picture& picture) { return picture_type(picture.bytes).has_value(); }

std::string host_of(std::string_view url) {
  const auto parts = parse_url(url);
  return parts ? parts->host : std::string();
}

std::string picture_html(const Picture& picture, const std::string& lang) {
  const bool is_described = !trimmed(picture.alt).empty();
  std::string out = "<figure>\n";
  if (can_be_shown(picture)) {
    out += fmt::format("<img src=\"/picture/{}\" alt=\"{}\"{}>\n", picture_name(picture),
                       html_shown(picture.alt), is_described ? lang : std::string());
  } else if (is_http_url(picture.url)) {
    out += fmt::format(
        "<p class=\"away\">Not sent, only its address is: the other side gets it from {}.</p>\n",
        html_link(picture.url, host_of(picture.url)));
  } else {
    out += "<p class=\"away\">A picture that no browser can show.</p>\n";
  }
  if (is_described) {
    out += fmt::format(
        "<figcaption><strong>Read out as:</strong> <span dir=\"auto\"{}>{}</span>"
        "</figcaption>\n",
        lang, html_shown(picture.alt));
  } else {
    out += "<figcaption><strong>No description.</strong></figcaption>\n";
  }
  return out + "</figure>\n";
}

/// Where the network makes the card, crier sends a link and no more.
std::string card_note(const Arrived& post, std::string_view network) {
  const Traits& traits = traits_of(network);
  const bool has_link = !post.card.url.empty() || post.text.find("://") != std::string::npos;
  if (!traits.makes_card || !has_link || !post.pictures.empty()) return {};
  return fmt::format(
      "<p class=\"away\">{} makes a card here by itself, of the page's title, description and "
      "picture.</p>\n",
      html_shown(traits.title));
}

std::string card_html(const Arrived& post, const std::string& lang) {
  if (post.card.url.empty() && post.card.title.empty()) return {};
  std::string out = "<div class=\"card\">\n";
  // The title below says what it would say.
  if (post.thumbnail && can_be_shown(*post.thumbnail)) {
    out += fmt::format("<img src=\"/picture/{}\" alt=\"\">\n", picture_name(*post.thumbnail));
  }
  const std::string host = host_of(post.card.url);
  const std::string title = post.card.title.empty() ? host : post.card.title;
  out += fmt::format(
      "<div>\n<p class=\"host\">{}</p>\n<p class=\"title\"{}>{}</p>\n", html_shown(host), lang,
      is_http_url(post.card.url) ? html_link(post.card.url, title) : html_shown(title));
  if (!post.card.description.empty()) {
    out += fmt::format("<p{}>{}</p>\n", lang, html_shown(post.card.description));
  }
  return out + "</div>\n</div>\n";
}

std::string length_html(const Arrived& post) {
  if (post.limit == 0) {
    return fmt::format("<li class=\"length\">{} {}</li>\n", post.length, post.unit);
  }
  const std::size_t used = std::min<std::size_t>(100, post.length * 100 / post.limit);
  return fmt::format(
      "<li class=\"length\">{} of {} {}\n"
      "<svg class=\"gauge\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><rect class=\"all\" width=\"100\" height=\"4\"/>"
      "<rect class=\"used\" width=\"{}\" height=\"4\"/></svg></li>\n",
      post.length, post.limit, post.unit, used);
}

/// Who speaks, as readers would see it.
std::string speaker_of(const Account& account) {
  const auto handle = account.settings.find("handle");
  if (handle != account.settings.end()) return "@" + handle->second;
  const auto path = account.settings.find("path");
  if (path != account.settings.end()) return path->second.substr(path->second.rfind('/') + 1);
  return host_of(account.server);
}

/// The first letter of the account's name.
std::string face_of(const Account& account) {
  const char first = account.id.value.empty() ? '?' : account.id.value.front();
  const bool is_small = first >= 'a' && first <= 'z';
  return std::string(1, is_small ? static_cast<char>(first - 'a' + 'A') : first);
}

std::string article(const Account& account, const Arrived& post, std::size_t number, std::size_t of,
                    const std::string& zone) {
  const std::string lang = language_attribute(post.language);
  const std::string id = fmt::format("{}-{}", percent_encode(account.id.value), number);
  std::string out = fmt::format(
      "<article aria-labelledby=\"post-{0}\">\n<div class=\"who\">"
      "<span class=\"face\" aria-hidden=\"true\">{1}</span>"
      "<div><h3 id=\"post-{0}\"><bdi>{2}</bdi>, post {3} of {4}</h3><p><bdi>{5}</bdi></p></div>"
      "</div>\n",
      id, html_shown(face_of(account)), html_shown(account.id.value), number, of,
      html_shown(speaker_of(account)));
  if (!post.note.empty()) out += fmt::format("<p class=\"note\">{}</p>\n", html_shown(post.note));
  out += fmt::format("<p class=\"text\" dir=\"auto\"{}>{}</p>\n", lang,
                     linked_text(post.text, account.network));
  if (!post.pictures.empty()) {
    out += "<div class=\"pictures\">\n";
    for (const Picture& picture : post.pictures) out += picture_html(picture, lang);
    out += "</div>\n";
  }
  out += card_html(post, lang) + card_note(post, account.network);
  out += "<ul class=\"facts\">\n" + length_html(post);
  out += fmt::format("<li>{}</li>\n", time_of(post.at, zone));
  if (!post.language.empty()) {
    out += fmt::format("<li>language: {}</li>\n", html_shown(post.language));
  }
  out += "</ul>\n";
  const auto warnings = warnings_about(post, traits_of(account.network).has_languages);
  if (!warnings.empty()) {
    out += "<ul class=\"warnings\" aria-label=\"To look at\">\n";
    for (const std::string& warning : warnings) out += "<li>" + html_shown(warning) + "</li>\n";
    out += "</ul>\n";
  }
  return out + "</article>\n";
}

std::string posts(std::size_t count) {
  return count == 1 ? "1 post" : fmt::format("{} posts", count);
}

std::string section(const Arrivals& arrivals, const std::string& zone) {
  const Account& account = arrivals.account;
  const std::string id = percent_encode(account.id.value);
  std::string out = fmt::format(
      "<section class=\"{0}\" aria-labelledby=\"account-{1}\">\n<h2 id=\"account-{1}\">{2} "
      "<span><bdi>{3}</bdi>, {4}</span></h2>\n",
      html_shown(account.network), id, html_shown(shown_name(account.network)),
      html_shown(account.id.value), posts(arrivals.posts.size()));
  if (!arrivals.problem.empty()) {
    out += fmt::format("<p class=\"nothing\">{}</p>\n", html_shown(arrivals.problem));
  } else if (arrivals.posts.empty()) {
    out += "<p class=\"nothing\">Nothing yet.</p>\n";
  }
  // The newest first, as every network has it.
  for (std::size_t i = arrivals.posts.size(); i > 0; --i) {
    out += article(account, arrivals.posts[i - 1], i, arrivals.posts.size(), zone);
  }
  return out + "</section>\n";
}

const Picture* find_picture(const std::vector<Arrivals>& all, std::string_view name) {
  for (const Arrivals& arrivals : all) {
    for (const Arrived& post : arrivals.posts) {
      if (post.thumbnail && picture_name(*post.thumbnail) == name) return &*post.thumbnail;
      for (const Picture& picture : post.pictures) {
        if (picture_name(picture) == name) return &picture;
      }
    }
  }
  return nullptr;
}

Headers headers_for(std::string_view type) {
  return {{"Content-Type", std::string(type)},
          {"Content-Security-Policy", std::string(policy)},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cache-Control", "no-store"}};
}

}  // namespace

std::optional<std::string_view> picture_type(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return std::nullopt;
}

std::vector<std::string> warnings_about(const Arrived& post, bool has_languages) {
  std::vector<std::string> warnings;
  const auto undescribed = std::ranges::count_if(
      post.pictures, [](const Picture& picture) { return trimmed(picture.alt).empty(); });
  if (undescribed > 0) {
    warnings.push_back(
        fmt::format("{} has no description: people who cannot see it learn nothing from it.",
                    undescribed == 1 ? std::string("A picture")
                                     : fmt::format("Each of {} pictures", undescribed)));
  }
  if (post.limit > 0 && post.length > post.limit) {
    warnings.emplace_back("It is longer than the network takes.");
  }
  if (has_languages && post.language.empty()) {
    warnings.emplace_back(
        "It does not say its language: a screen reader may read it with the wrong voice. Set "
        "`language` for the feed or the account.");
  }
  if (post.card.url.empty() && post.text.find("://") == std::string::npos) {
    warnings.emplace_back("No link leads from it to the page it is about.");
  }
  return warnings;
}

std::string render_page(const std::vector<Arrivals>& all, SysTime now, const std::string& zone) {
  std::size_t count = 0;
  std::vector<const Arrivals*> order;
  for (const Arrivals& arrivals : all) {
    count += arrivals.posts.size();
    order.push_back(&arrivals);
  }
  // An account without a post must not stand before those that have some.
  const auto silent =
      std::stable_partition(order.begin(), order.end(),
                            [](const Arrivals* arrivals) { return !arrivals->posts.empty(); });
  const auto speaking = silent - order.begin();
  const std::string summary =
      count == 0 ? "No posts yet"
                 : fmt::format("{} on {}", posts(count),
                               speaking == 1 ? "1 account" : fmt::format("{} accounts", speaking));
  std::string out = fmt::format(fmt::runtime(head), summary, time_of(now, zone));
  if (all.size() > 1) {
    out += "<nav aria-label=\"Accounts\">\n<ul>\n";
    for (const Arrivals* arrivals : order) {
      out += fmt::format("<li class=\"{}\"><a href=\"#account-{}\">{} ({})</a></li>\n",
                         html_shown(arrivals->account.network),
                         html_shown(percent_encode(arrivals->account.id.value)),
                         html_shown(arrivals->account.id.value), arrivals->posts.size());
    }
    out += "</ul>\n</nav>\n";
  }
  out += "</header>\n<main>\n";
  if (count == 0) out += nothing_yet;
  for (const Arrivals* arrivals : order) out += section(*arrivals, zone);
  return out + "</main>\n" + std::string(foot);
}

Response answer_page(const Request& request, const std::vector<Arrivals>& all, SysTime now,
                     const std::string& zone) {
  const std::string path = path_of(request);
  if (request.method != Method::get) {
    return respond(405, "This page can only be read.\n", headers_for("text/plain; charset=utf-8"));
  }
  if (path == "/")
    return respond(200, render_page(all, now, zone), headers_for("text/html; charset=utf-8"));
  if (path == "/style.css") {
    return respond(200, std::string(page_style()), headers_for("text/css; charset=utf-8"));
  }
  constexpr std::string_view pictures = "/picture/";
  if (path.starts_with(pictures)) {
    const Picture* const picture = find_picture(all, path.substr(pictures.size()));
    const auto type = picture != nullptr ? picture_type(picture->bytes) : std::nullopt;
    if (type) return respond(200, picture->bytes, headers_for(*type));
  }
  return respond(404, "There is nothing here; the page is at /.\n",
                 headers_for("text/plain; charset=utf-8"));
}

}  // namespace crier::rehearsal
