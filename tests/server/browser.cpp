#include "server/browser.h"

#include <httplib.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/url.h"

namespace crier {

namespace {

/// The value of an attribute in a tag's text; empty if it is not there.
std::string attribute(const std::string& tag, const std::string& name) {
  const std::size_t at = tag.find(" " + name + "=\"");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 3;
  std::string value = tag.substr(from, tag.find('"', from) - from);
  for (std::size_t amp = 0; (amp = value.find("&amp;", amp)) != std::string::npos; ++amp) {
    value.replace(amp, 5, "&");
  }
  return value;
}

}  // namespace

TestBrowser::TestBrowser(std::string user, std::string password)
    : user_(std::move(user)), password_(std::move(password)) {}

TestBrowser::Page TestBrowser::open(const std::string& url, const std::string* form) {
  const std::string origin = origin_of(url);
  if (!origin.starts_with("http://127.0.0.1:"))
    throw std::runtime_error("not a test server: " + url);
  httplib::Client client(origin);
  // What is asked for is written as an address has it; newer versions would encode it once more.
  client.set_url_encode(false);
  const std::string target = url.substr(origin.size());
  std::string jar;
  for (const auto& [cookie, value] : cookies_) {
    const auto& [name, path] = cookie;
    if (!target.starts_with(path)) continue;
    jar.append(jar.empty() ? "" : "; ").append(name).append("=").append(value);
  }
  httplib::Headers headers;
  if (!jar.empty()) headers.emplace("Cookie", jar);
  const httplib::Result answer =
      form == nullptr ? client.Get(target, headers)
                      : client.Post(target, headers, *form, "application/x-www-form-urlencoded");
  if (!answer) throw std::runtime_error("no answer from " + origin);
  for (auto [at, end] = answer->headers.equal_range("Set-Cookie"); at != end; ++at) {
    const std::string pair = at->second.substr(0, at->second.find(';'));
    const std::size_t equals = pair.find('=');
    // One name may have a value for each path, and the library hands them over in any order.
    const std::size_t path = at->second.find("path=");
    const std::string of = path == std::string::npos
                               ? "/"
                               : at->second.substr(path + 5, at->second.find(';', path) - path - 5);
    std::string value = pair.substr(equals + 1);
    if (value.empty()) {
      cookies_.erase({pair.substr(0, equals), of});
    } else {
      cookies_[{pair.substr(0, equals), of}] = std::move(value);
    }
  }
  std::string location = answer->get_header_value("Location");
  if (!location.empty()) location = resolve_link(url, location).value_or(location);
  return {answer->status, url, location, answer->body};
}

std::string TestBrowser::fill_form(const Page& page, std::string& action) const {
  const std::size_t from = page.body.find("<form");
  if (from == std::string::npos) return {};
  const std::string form = page.body.substr(from, page.body.find("</form>", from) - from);
  action = attribute(form.substr(0, form.find('>')), "action");
  action = action.empty() ? page.url : resolve_link(page.url, action).value_or(page.url);
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::size_t at = 0; (at = form.find("<input", at)) != std::string::npos; ++at) {
    const std::string tag = form.substr(at, form.find('>', at) - at);
    const std::string name = attribute(tag, "name");
    const std::string type = attribute(tag, "type");
    if (name.empty()) continue;
    if (type == "password") {
      fields.emplace_back(name, password_);
    } else {
      fields.emplace_back(name, type == "text" ? user_ : attribute(tag, "value"));
    }
  }
  return form_encode(fields);
}

std::string TestBrowser::approve(const std::string& url) {
  const std::string origin = origin_of(url);
  Page page = open(url, nullptr);
  constexpr int enough_pages = 12;
  for (int pages = 0; pages < enough_pages; ++pages) {
    if (!page.location.empty()) {
      if (origin_of(page.location) != origin) return page.location;
      page = open(page.location, nullptr);
      continue;
    }
    std::string action;
    const std::string form = page.status == 200 ? fill_form(page, action) : std::string();
    if (form.empty()) return page.body;
    page = open(action, &form);
  }
  return page.body;
}

std::string environment_of(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool servers_are_required() { return environment_of("CRIER_REQUIRE_SERVERS") == "1"; }

}  // namespace crier
