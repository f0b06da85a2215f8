#include "http/curl_transfer.h"

#include <sys/socket.h>

#include <algorithm>

#include "core/memory.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/address.h"
#include "http/curl_words.h"
#include "http/proxy.h"

namespace crier {
namespace {

/// Where a transfer is now: its request's address, or where redirects have led.
std::string current_address(const Transfer& transfer) {
  char* address = nullptr;
  curl_easy_getinfo(transfer.easy, CURLINFO_EFFECTIVE_URL, &address);
  return address != nullptr ? address : transfer.request.url;
}

bool is_by_proxy(const Transfer& transfer, [[maybe_unused]] const std::string& here) {
  if (!transfer.may_use_proxy) return false;
#if LIBCURL_VERSION_NUM >= 0x080700
  long used = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_USED_PROXY, &used);
  return used != 0;
#else
  return has_proxy(here);
#endif
}

/// Where the transfer would go on to, if it may not; `address` is what it is connected to. Empty:
/// it may.
std::string forbidden_place(const Transfer& transfer, const std::string& address) {
  const Request& request = transfer.request;
  if (!request.public_only) return {};
  const std::string here = current_address(transfer);
  if (!request.named_by_operator.empty() && is_same_place(here, request.named_by_operator))
    return {};
  // A proxy looks names up by itself: of where it leads, the name is all that is known here.
  if (is_by_proxy(transfer, here)) {
    const auto parts = parse_url(here);
    if (!parts) return printable(loggable(here));
    return reach_of(parts->host) == HostReach::anywhere ? std::string() : printable(parts->host);
  }
  const auto& exempt = transfer.options->counts_as_public;
  const bool may = is_public_address(std::string_view(address)) ||
                   std::find(exempt.begin(), exempt.end(), address) != exempt.end();
  return may ? std::string() : address;
}

/// An empty query is sent as it stands: libcurl since 8.8 would leave its mark out, and "/jobs" is
/// another address than "/jobs?". Not to a proxy, which is told whole addresses. By then that
/// libcurl says of no address that it has one; so of a redirect's none is kept there.
void keep_empty_query(const Transfer& transfer) {
  long redirects = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_REDIRECT_COUNT, &redirects);
  const std::string here = redirects == 0 ? transfer.request.url : current_address(transfer);
  const std::string_view whole = std::string_view(here).substr(0, here.find('#'));
  const auto path = whole.find('/', whole.find("://") + 3);
  const bool is_kept = whole.find('?') == whole.size() - 1 && path != std::string_view::npos &&
                       !is_by_proxy(transfer, here);
  curl_easy_setopt(transfer.easy, CURLOPT_REQUEST_TARGET,
                   is_kept ? std::string(whole.substr(path)).c_str() : nullptr);
}

Ending ending_of(const Transfer& transfer, CURLcode code) {
  Ending ending;
  const std::string here = current_address(transfer);
  // The same code stands for a scheme that is not ours and for an answer without a status line.
  const bool is_no_http = code == CURLE_UNSUPPORTED_PROTOCOL && is_http_url(here);
  ending.code = is_no_http ? CURLE_WEIRD_SERVER_REPLY : code;
  const auto parts = parse_url(here);
  ending.host = parts ? parts->host : loggable(here);
  curl_off_t took = 0;
  curl_off_t received = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_TOTAL_TIME_T, &took);
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  ending.took = std::chrono::round<std::chrono::seconds>(std::chrono::microseconds{took});
  ending.has_begun = received > 0 || !transfer.response.headers.empty();
  curl_easy_getinfo(transfer.easy, CURLINFO_SSL_VERIFYRESULT, &ending.certificate);
  curl_easy_getinfo(transfer.easy, CURLINFO_HTTP_CONNECTCODE, &ending.proxy_status);
  return ending;
}

}  // namespace

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t room = transfer.request.max_response_bytes - transfer.response.body.size();
  transfer.too_large = size > room && !transfer.request.may_be_cut;
  transfer.was_cut = size > room && transfer.request.may_be_cut;
  if (transfer.too_large) return 0;
  // No exception may pass through libcurl.
  transfer.is_out_of_memory =
      !has_memory_for([&] { transfer.response.body.append(data, std::min(size, room)); });
  return size > room || transfer.is_out_of_memory ? 0 : size;
}

int on_rewind(void*, curl_off_t, int) { return CURL_SEEKFUNC_OK; }

std::size_t on_send(char* to, std::size_t, std::size_t room, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t count = std::min(room, transfer.request.body.size() - transfer.sent);
  std::copy_n(transfer.request.body.data() + transfer.sent, count, to);
  transfer.sent += count;
  return count;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    const std::size_t space = line.find(' ');
    const std::string_view status =
        space == std::string_view::npos ? "" : line.substr(space + 1, 3);
    transfer.response.headers.clear();
    transfer.response.body.clear();
    // A 304 is no redirect.
    if (status.starts_with('3') && status != "301" && status != "308" && status != "304")
      transfer.only_permanent = false;
    return size;
  }
  constexpr std::size_t most_headers = 200;
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && transfer.response.headers.size() < most_headers) {
    transfer.response.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
  }
  return size;
}

curl_socket_t on_open(void* user, curlsocktype, struct curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (std::string place = forbidden_place(transfer, written(to->addr)); !place.empty()) {
    transfer.private_place = std::move(place);
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

int on_connected(void* user, char* remote_address, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(user);
  // One of a name's addresses may have been refused, and another one taken.
  transfer.private_place = forbidden_place(transfer, remote_address);
  keep_empty_query(transfer);
  return transfer.private_place.empty() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

ErrorKind kind_of_break(const Transfer& transfer) {
  long sent = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &sent);
  const bool is_harmless = transfer.request.method == Method::get || sent == 0;
  return is_harmless ? ErrorKind::unavailable : ErrorKind::uncertain;
}

Error explain(const Transfer& transfer, CURLcode code) {
  const std::string where = loggable(transfer.request.url);
  if (transfer.too_large) {
    return {ErrorKind::invalid, fmt::format("{}: the answer is larger than {} bytes", where,
                                            transfer.request.max_response_bytes)};
  }
  if (!transfer.private_place.empty()) {
    return {ErrorKind::invalid,
            fmt::format("{}: leads to {}, a private address, and what feeds and pages name is only "
                        "fetched from public ones. If your own site is there: "
                        "allow_private_addresses = true in feeds.toml",
                        where, transfer.private_place)};
  }
  if (transfer.is_out_of_memory) code = CURLE_OUT_OF_MEMORY;
  const Ending ending = ending_of(transfer, code);
  return {is_about_the_address(ending.code) ? ErrorKind::invalid : kind_of_break(transfer),
          fmt::format("{}: {}", where, words_for(ending))};
}

}  // namespace crier
