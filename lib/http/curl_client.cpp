#include "http/curl_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

#include "core/memory.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/content_coding.h"
#include "http/curl_transfer.h"
#include "http/utf8_names.h"

namespace crier {
namespace {

using std::chrono::milliseconds;

void set_method(CURL* easy, Transfer& transfer) {
  const Request& request = transfer.request;
  if (!request.parts.empty()) {
    transfer.mime = curl_mime_init(easy);
    for (const Part& part : request.parts) {
      curl_mimepart* to = curl_mime_addpart(transfer.mime);
      curl_mime_name(to, part.name.c_str());
      curl_mime_data(to, part.content.data(), part.content.size());
      if (!part.filename.empty()) curl_mime_filename(to, part.filename.c_str());
      if (!part.type.empty()) curl_mime_type(to, part.type.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, transfer.mime);
  } else if (request.method != Method::get &&
             (request.method != Method::del || !request.body.empty())) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    // Read through a callback that cannot rewind, not from CURLOPT_POSTFIELDS: when a kept-alive
    // connection closes without an answer, libcurl would send such a body again by itself, and a
    // server that had already acted on it would post twice. This way it gives up, and we look
    // first.
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, nullptr);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method != Method::get && request.method != Method::post) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, name_of(request.method));
  }
}

}  // namespace

/// 1. At most max_connections transfers run, at most max_connections_per_host of them to one host.
/// 2. What waits is kept per host, and a host with a free place is found without a search.
/// 3. Easy handles are reused, so that connections, and the parsed trust store, are kept.
class CurlClient::Engine {
 public:
  explicit Engine(CurlOptions options) : options_(std::move(options)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (const std::string& entry : options_.resolve) {
      resolve_ = curl_slist_append(resolve_, entry.c_str());
    }
    multi_ = curl_multi_init();
    CRIER_ENSURE(multi_ != nullptr, "curl_multi_init failed");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1024L);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }

  ~Engine() {
    for (auto& [id, transfer] : running_) curl_multi_remove_handle(multi_, transfer->easy);
    for (auto& [id, transfer] : running_) release(*transfer);
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(resolve_);
  }

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  TransferId start(Request request) {
    const TransferId id = ++last_id_;
    auto transfer = std::make_unique<Transfer>();
    transfer->id = id;
    transfer->host = origin_of(request.url);
    transfer->request = std::move(request);
    if (transfer->host.empty() || !is_http_url(transfer->request.url)) {
      const bool has_space = transfer->request.url.find(' ') != std::string::npos;
      failed_.push_back(
          {id, fail(ErrorKind::invalid, "{}: {}", printable(loggable(transfer->request.url)),
                    has_space ? "has a space in it: in an address it is written %20"
                              : "not an http or https address")});
      return id;
    }
    Host& host = hosts_[transfer->host];
    host.waiting.push_back(std::move(transfer));
    offer(host);
    return id;
  }

  std::vector<Completion> wait(milliseconds at_most) {
    std::vector<Completion> done = std::move(failed_);
    failed_.clear();
    fill();
    int running = 0;
    const Utf8Names names;
    curl_multi_perform(multi_, &running);
    collect(done);
    if (done.empty()) {  // with nothing under way too: a lane may be waiting for its time
      curl_multi_poll(multi_, nullptr, 0, static_cast<int>(at_most.count()), nullptr);
      curl_multi_perform(multi_, &running);
      collect(done);
    }
    return done;
  }

  void cancel(TransferId id) {
    if (const auto found = running_.find(id); found != running_.end()) {
      curl_multi_remove_handle(multi_, found->second->easy);
      leave(*found->second);
      running_.erase(found);
      return;
    }
    for (auto& [name, host] : hosts_) {
      std::erase_if(host.waiting, [&](const auto& transfer) { return transfer->id == id; });
    }
  }

 private:
  struct Host {
    std::deque<std::unique_ptr<Transfer>> waiting;
    std::size_t running = 0;
    bool offered = false;  ///< stands in ready_
  };

  /// Puts a host that has both work and a free place into the queue for a connection.
  void offer(Host& host) {
    if (host.offered || host.waiting.empty() || host.running >= options_.max_connections_per_host)
      return;
    host.offered = true;
    ready_.push_back(&host);
  }

  void fill() {
    while (running_.size() < options_.max_connections && !ready_.empty()) {
      Host& host = *ready_.front();
      ready_.pop_front();
      host.offered = false;
      if (host.waiting.empty()) continue;
      std::unique_ptr<Transfer> transfer = std::move(host.waiting.front());
      host.waiting.pop_front();
      ++host.running;
      offer(host);
      begin(std::move(transfer));
    }
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    CURL* easy = nullptr;
    if (idle_.empty()) {
      easy = curl_easy_init();
      CRIER_ENSURE(easy != nullptr, "curl_easy_init failed");
      set_common(easy);
    } else {
      easy = idle_.back();
      idle_.pop_back();
    }
    transfer->easy = easy;
    transfer->options = &options_;
    set_request(*transfer);
    curl_multi_add_handle(multi_, easy);
    running_.emplace(transfer->id, std::move(transfer));
  }

  void set_common(CURL* easy) const {
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
    // libcurl 7.88 has known trouble with HTTP/2 in multi (curl issue 10936).
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 15L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    if (resolve_ != nullptr) curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve_);
    if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    // libcurl keeps one parsed trust store for all connections only where no CA directory is set.
    // With Debian's default one it parses some 140 certificates anew for each: 37 to 47 ms apiece.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }

  static void set_request(Transfer& transfer) {
    CURL* easy = transfer.easy;
    const Request& request = transfer.request;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    // The server may well mean "/a/../b" by it: an address is sent as it was given.
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION,
                     request.follow_redirects && !request.sign ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer);
    // A proxy looks names up by itself, so nobody here could say where it goes; and what it would
    // call this machine is its own.
    const bool is_here = request.url.starts_with("http://127.0.0.1:");
    const bool is_stranger = request.public_only && request.named_by_operator.empty();
    transfer.may_use_proxy = !is_stranger && !is_here;
    curl_easy_setopt(easy, CURLOPT_PROXY, transfer.may_use_proxy ? nullptr : "");
    // A name and password that a redirect brings along are nobody's that crier speaks for.
    const auto parts = parse_url(request.url);
    const bool is_signed_in = parts && !(parts->user.empty() && parts->password.empty());
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, is_signed_in ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    // It sends nothing that would have to be rewound; libcurl since 8.7 asks all the same, before
    // it sends it again where a kept-alive connection had died.
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_rewind);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
    for (const Header& header : request.headers) {
      const std::string line = header.name + ": " + header.value;
      if (line.find_first_of("\r\n") != std::string::npos)
        continue;  // nothing may add a header of its own
      transfer.headers = curl_slist_append(transfer.headers, line.c_str());
    }
    // Not CURLOPT_ACCEPT_ENCODING: libcurl would decode, and give up where the announcement is
    // wrong.
    const std::string codings = fmt::format("Accept-Encoding: {}", readable_codings);
    transfer.headers = curl_slist_append(transfer.headers, codings.c_str());
    // Without this, curl waits a second for leave to send a large body.
    if (request.method != Method::get)
      transfer.headers = curl_slist_append(transfer.headers, "Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
    set_method(easy, transfer);
  }

  void collect(std::vector<Completion>& done) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* found = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
      curl_multi_remove_handle(multi_, message->easy_handle);
      std::unique_ptr<Transfer> transfer = std::move(running_.at(found->id));
      running_.erase(found->id);
      Completion completion{transfer->id, finish(*transfer, code),
                            code == CURLE_OPERATION_TIMEDOUT};
      leave(*transfer);
      fill();  // refill first: the caller may take its time with what is done
      done.push_back(std::move(completion));
    }
  }

  /// Undoes what the body was packed with. Gives what keeps it from that.
  static std::optional<Error> take_in(Transfer& transfer) {
    Response& response = transfer.response;
    Result<Unpacked> unpacked;
    const bool has_memory = has_memory_for([&] {
      unpacked = unpack(std::move(response.body), response.headers,
                        transfer.request.max_response_bytes, transfer.request.may_be_cut);
    });
    if (!has_memory) {
      transfer.is_out_of_memory = true;
      return explain(transfer, CURLE_OUT_OF_MEMORY);
    }
    if (!unpacked) {
      Error why = std::move(unpacked).error();
      why.message = loggable(transfer.request.url) + ": " + why.message;
      if (why.kind == ErrorKind::unavailable) why.kind = kind_of_break(transfer);
      return why;
    }
    response.body = std::move(unpacked->body);
    response.remark = std::move(unpacked->remark);
    return std::nullopt;
  }

  static Result<Response> finish(Transfer& transfer, CURLcode code) {
    const bool is_whole = code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer.was_cut);
    if (!is_whole) return Failure(explain(transfer, code));
    Response& response = transfer.response;
    long status = 0;
    long redirects = 0;
    char* effective = nullptr;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer.easy, CURLINFO_REDIRECT_COUNT, &redirects);
    curl_easy_getinfo(transfer.easy, CURLINFO_EFFECTIVE_URL, &effective);
    response.status = static_cast<int>(status);
    response.final_url = redirects > 0 && effective != nullptr ? effective : transfer.request.url;
    if (redirects > 0 && transfer.only_permanent) response.moved_to = response.final_url;
    if (auto unread = take_in(transfer)) {
      // A refusal is one whatever its body holds: its status and headers say what is to be done.
      if (status >= 200 && status < 300) return Failure(*std::move(unread));
      response.body.clear();
      response.remark = std::move(unread->message);
    }
    return std::move(response);
  }

  /// Gives a transfer's handle back and its host's place free.
  void leave(Transfer& transfer) {
    curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(transfer.easy, CURLOPT_MIMEPOST, nullptr);
    curl_slist_free_all(transfer.headers);
    curl_mime_free(transfer.mime);
    transfer.headers = nullptr;
    transfer.mime = nullptr;
    idle_.push_back(transfer.easy);
    transfer.easy = nullptr;
    Host& host = hosts_[transfer.host];
    --host.running;
    offer(host);
  }

  static void release(Transfer& transfer) {
    curl_easy_cleanup(transfer.easy);
    curl_slist_free_all(transfer.headers);
    curl_mime_free(transfer.mime);
  }

  CurlOptions options_;
  CURLM* multi_ = nullptr;
  curl_slist* resolve_ = nullptr;
  TransferId last_id_ = 0;
  std::map<std::string, Host> hosts_;  // a map: its nodes stay where they are
  std::deque<Host*> ready_;
  std::unordered_map<TransferId, std::unique_ptr<Transfer>> running_;
  std::vector<CURL*> idle_;
  std::vector<Completion> failed_;
};

CurlClient::CurlClient(CurlOptions options)
    : engine_(std::make_unique<Engine>(std::move(options))) {}
CurlClient::~CurlClient() = default;
TransferId CurlClient::start(Request request) { return engine_->start(std::move(request)); }
std::vector<Completion> CurlClient::wait(milliseconds at_most) { return engine_->wait(at_most); }
void CurlClient::cancel(TransferId id) { engine_->cancel(id); }

}  // namespace crier
