#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "core/html.h"
#include "core/random.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"
#include "rehearsal/answers.h"

/// What the doubles that let a person sign in share: their pages, their secrets, their forms.
namespace crier::rehearsal {

/// A page of a network; `body` is HTML.
[[nodiscard]] inline Response respond_page(int status, std::string_view title,
                                           std::string_view body) {
  const std::string head = html_escaped(title);
  return respond(status,
                 "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + head +
                     "</title><h1>" + head + "</h1>" + std::string(body) + "</html>",
                 {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}});
}

/// A page on which a person agrees, or does not: a form that posts `fields` to `path`, with
/// "decision" beside them: "yes" or "no".
[[nodiscard]] inline Response respond_consent(std::string_view network, std::string_view who,
                                              std::string_view path, const FormFields& fields) {
  std::string form =
      "<p>A rehearsal: nothing leaves this machine.</p><form method=\"post\" action=\"" +
      html_escaped(path) + "\"><p>crier wants to post as <b>" + html_escaped(who) + "</b>.</p>";
  for (const auto& [name, value] : fields) {
    form += "<input type=\"hidden\" name=\"" + html_escaped(name) + "\" value=\"" +
            html_escaped(value) + "\">";
  }
  form +=
      "<button name=\"decision\" value=\"yes\">Authorize</button> "
      "<button name=\"decision\" value=\"no\">Deny</button></form>";
  return respond_page(200, std::string(network) + " (rehearsal)", form);
}

[[nodiscard]] inline Response respond_redirect(std::string location) {
  return respond(303, "", {{"Location", std::move(location)}, {"Cache-Control", "no-store"}});
}

/// The value of a field; empty if it is not there.
[[nodiscard]] inline std::string field_of(const FormFields& fields, std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const auto& entry) { return entry.first == name; });
  return found == fields.end() ? std::string() : found->second;
}

[[nodiscard]] inline std::string header_of(const Request& request, std::string_view name) {
  return std::string(find_header(request.headers, name).value_or(""));
}

/// `address` with further fields in its query.
[[nodiscard]] inline std::string with_query(std::string address, const FormFields& fields) {
  address += address.find('?') == std::string::npos ? '?' : '&';
  return address + form_encode(fields);
}

[[nodiscard]] inline std::string make_token(Random& random, std::string_view prefix = {}) {
  return std::string(prefix) + hex(random.bytes(16));
}

/// What the first bytes of a picture say that it is; empty if it is none.
[[nodiscard]] inline std::string picture_type(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return "image/png";
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "image/gif";
  if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) return "image/webp";
  return {};
}

}  // namespace crier::rehearsal
