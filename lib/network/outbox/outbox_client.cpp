#include "network/outbox/outbox_client.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/url.h"
#include "network/outbox/outbox_file.h"
#include "network/outbox/outbox_page.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

Response json_response(const Json& body) {
  Response response;
  response.status = 200;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

/// The post's place on the outbox's page, for a browser on this machine.
std::string url_of(const std::filesystem::path& outbox, const std::string& id) {
  const std::filesystem::path page = page_of(outbox);
  std::string url = "file://";
  for (const char c : page.native()) {
    url += c == '/' ? "/" : percent_encode(std::string_view(&c, 1));
  }
  return url + "#post-" + percent_encode(id);
}

std::string text_in(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string id_in(std::string_view line) {
  return text_in(Json::parse(line.begin(), line.end(), nullptr, false), "id");
}

}  // namespace

OutboxClient::~OutboxClient() { (void)finish(); }

TransferId OutboxClient::start(Request request) {
  if (!parse_outbox_address(request.url)) return wrapped_.start(std::move(request));
  queue_.push_back({++last_id_, std::move(request)});
  return last_id_;
}

std::vector<Completion> OutboxClient::wait(std::chrono::milliseconds at_most) {
  std::vector<Completion> completions;
  for (const Queued& queued : std::exchange(queue_, {})) {
    completions.push_back({queued.id, answer(queued.request)});
  }
  auto others = wrapped_.wait(completions.empty() ? at_most : std::chrono::milliseconds{0});
  std::move(others.begin(), others.end(), std::back_inserter(completions));
  return completions;
}

void OutboxClient::cancel(TransferId id) {
  if (id <= first_id) {
    wrapped_.cancel(id);
    return;
  }
  std::erase_if(queue_, [id](const Queued& queued) { return queued.id == id; });
}

Result<Response> OutboxClient::answer(const Request& request) {
  const auto address = parse_outbox_address(request.url);
  if (!address || !address->file.is_absolute()) {
    return fail(ErrorKind::invalid, "{} is not the address of an outbox", loggable(request.url));
  }
  const std::filesystem::path& path = address->file;
  if (request.method == Method::get) {
    if (!address->account.empty()) return list_posts(*address);
    auto file = OutboxFile::open(path, OutboxFile::For::reading);
    if (!file) return Failure(file.error());
    const auto found = file->holds(address->id);
    if (!found) return Failure(found.error());
    used_.try_emplace(path, false);
    if (!*found) return json_response({{"found", false}});
    return json_response(
        {{"found", true}, {"id", address->id}, {"url", url_of(path, address->id)}});
  }
  const std::string id = id_in(request.body);
  if (request.method != Method::post || id.empty() ||
      request.body.find('\n') != std::string::npos) {
    return fail(ErrorKind::invalid, "an outbox takes one line of JSON with an id at a time");
  }
  auto file = OutboxFile::open(path, OutboxFile::For::appending);
  if (!file) return Failure(file.error());
  if (auto appended = file->append(request.body, id); !appended) return Failure(appended.error());
  if (file->is_regular()) used_[path] = true;
  return json_response({{"id", id}, {"url", file->is_regular() ? url_of(path, id) : ""}});
}

Result<Response> OutboxClient::list_posts(const OutboxAddress& address) {
  const auto file = OutboxFile::open(address.file, OutboxFile::For::reading);
  if (!file) return Failure(file.error());
  if (!file->is_regular()) {
    return fail(ErrorKind::unavailable, "{} cannot be read back", address.file.native());
  }
  const auto lines = file->last_lines(std::numeric_limits<std::size_t>::max());
  if (!lines) return Failure(lines.error());
  Json posts = Json::array();
  for (auto line = lines->rbegin(); line != lines->rend() && posts.size() < most_listed; ++line) {
    Json post = Json::parse(*line, nullptr, false);
    // What a crash left half written at the end is no line.
    if (text_in(post, "account") != address.account) continue;
    post["url"] = url_of(address.file, text_in(post, "id"));
    posts.push_back(std::move(post));
  }
  return json_response({{"posts", std::move(posts)}});
}

Result<void> OutboxClient::finish() {
  Result<void> first;
  for (const auto& [outbox, has_new] : std::exchange(used_, {})) {
    auto written = write_page(outbox, has_new);
    if (!written && first) first = std::move(written);
  }
  return first;
}

Result<void> OutboxClient::write_page(const std::filesystem::path& outbox, bool has_new) const {
  namespace fs = std::filesystem;
  // The lock keeps a second run from putting an older page in the place of ours.
  const auto file = OutboxFile::open(outbox, OutboxFile::For::reading);
  if (!file) return Failure(file.error());
  const fs::path page = page_of(outbox);
  std::error_code no_outbox;
  std::error_code no_page;
  const auto posted = fs::last_write_time(outbox, no_outbox);
  const auto shown = fs::last_write_time(page, no_page);
  if (no_outbox || (!has_new && !no_page && shown > posted)) return {};
  if (!no_page) {
    std::ifstream old(page, std::ios::binary);
    std::string start(1024, '\0');
    old.read(start.data(), static_cast<std::streamsize>(start.size()));
    if (old.gcount() > 0 && !is_our_page(start)) {
      return fail(ErrorKind::unavailable,
                  "{} was not written by crier, so it was left as it is; give the outbox another "
                  "`path`",
                  page.native());
    }
  }
  const auto lines = file->last_lines(posts_on_page);
  if (!lines) return Failure(lines.error());
  return replace_file(page, render_page(*lines, clock_.now(), zone_));
}

}  // namespace crier
