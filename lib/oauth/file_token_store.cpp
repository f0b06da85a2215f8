#include "oauth/file_token_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "core/url.h"
#include "oauth/json_text.h"
#include "oauth/seal.h"

namespace crier {

namespace {

constexpr std::size_t max_file_bytes = 64U << 10;
constexpr int format_version = 1;
constexpr std::chrono::milliseconds lease_step{50};

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) (void)::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

class FileLease final : public Lease {
 public:
  explicit FileLease(int number) : file_(number) {}

 private:
  Descriptor file_;  // closing it gives the lock back
};

std::string reason() { return std::error_code(errno, std::generic_category()).message(); }

std::string file_name(const AccountId& account) { return percent_encode(account.value) + ".json"; }

/// Checks who can get at what `file` is opened on. `is_folder`: others may look, but not write.
Result<void> check_owner(int file, const std::filesystem::path& path, bool is_folder) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) {
    return fail(ErrorKind::unavailable, "{}: {}", path.string(), reason());
  }
  if (!is_folder && !S_ISREG(facts.st_mode)) {
    return fail(ErrorKind::invalid, "{} is not a plain file: remove it and sign in again",
                path.string());
  }
  if (facts.st_uid != ::geteuid()) {
    return fail(ErrorKind::invalid,
                "{} belongs to user {}, and crier runs as user {}: run crier as that user, or: "
                "chown {} {}",
                path.string(), facts.st_uid, ::geteuid(), ::geteuid(), path.string());
  }
  const mode_t forbidden = is_folder ? S_IWGRP | S_IWOTH : S_IRWXG | S_IRWXO;
  if ((facts.st_mode & forbidden) != 0) {
    return fail(ErrorKind::invalid, "{} can be {} by others: chmod {} {}", path.string(),
                is_folder ? "changed" : "read or changed", is_folder ? "700" : "600",
                path.string());
  }
  return {};
}

Result<int> open_folder(const std::filesystem::path& folder) {
  const int number = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (number < 0) {
    const ErrorKind kind = errno == ENOENT ? ErrorKind::unauthorized : ErrorKind::invalid;
    return fail(kind, "{}: {}", folder.string(), reason());
  }
  auto checked = check_owner(number, folder, true);
  if (!checked) {
    (void)::close(number);
    return Failure(checked.error());
  }
  return number;
}

Result<int> make_and_open_folder(const std::filesystem::path& folder) {
  if (folder.empty()) {
    return fail(ErrorKind::unavailable, "there is no folder to keep tokens in: set HOME");
  }
  std::error_code problem;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), problem);
  if (problem) {
    return fail(ErrorKind::unavailable, "making {}: {}", folder.parent_path().string(),
                problem.message());
  }
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail(ErrorKind::unavailable, "making {}: {}", folder.string(), reason());
  }
  auto number = open_folder(folder);
  if (!number) return fail(Error{ErrorKind::unavailable, number.error().message}, "token folder");
  return number;
}

Result<std::string> read_all(int file, const std::filesystem::path& path) {
  std::string content;
  std::array<char, 4096> buffer{};
  while (content.size() <= max_file_bytes) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::invalid, "reading {}: {}", path.string(), reason());
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return fail(ErrorKind::invalid, "{} is too big to be a token file: remove it and sign in again",
              path.string());
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = ::write(file, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return ::fsync(file) == 0;
}

std::string to_json(const Credentials& credentials) {
  nlohmann::json object = {
      {"version", format_version},
      {"kind", credentials.kind},
      {"server", credentials.server},
      {"client_id", credentials.client_id},
      {"client_secret", credentials.client_secret.reveal()},
      {"access_token", credentials.access_token.reveal()},
      {"refresh_token", credentials.refresh_token.reveal()},
      {"client_auth", credentials.client_auth},
      {"scope", credentials.scope},
      {"account_id", credentials.account_id},
      {"handle", credentials.handle},
      {"app_redirect_uri", credentials.app_redirect_uri},
      {"app_scope", credentials.app_scope},
      {"revocation_endpoint", credentials.revocation_endpoint},
      {"issuer", credentials.issuer},
      {"upload_server", credentials.upload_server},
      {"token_endpoint", credentials.token_endpoint},
      {"client_key", credentials.client_key.reveal()},
      {"token_secret", credentials.token_secret.reveal()},
      {"dpop_key", credentials.dpop_key.reveal()},
      {"password", credentials.password.reveal()},
  };
  if (credentials.obtained_at) object["obtained_at"] = to_iso8601(*credentials.obtained_at);
  if (credentials.expires_at) object["expires_at"] = to_iso8601(*credentials.expires_at);
  if (credentials.signed_in_at) object["signed_in_at"] = to_iso8601(*credentials.signed_in_at);
  if (credentials.ends_at) object["ends_at"] = to_iso8601(*credentials.ends_at);
  return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::optional<Credentials> from_json(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return std::nullopt;
  const auto version = object->find("version");
  if (version == object->end() || *version != format_version) return std::nullopt;
  Credentials credentials;
  credentials.kind = text_of(*object, "kind");
  credentials.server = text_of(*object, "server");
  credentials.client_id = text_of(*object, "client_id");
  credentials.client_secret = Secret(text_of(*object, "client_secret"));
  credentials.access_token = Secret(text_of(*object, "access_token"));
  credentials.refresh_token = Secret(text_of(*object, "refresh_token"));
  credentials.client_auth = text_of(*object, "client_auth");
  credentials.scope = text_of(*object, "scope");
  credentials.account_id = text_of(*object, "account_id");
  credentials.handle = text_of(*object, "handle");
  credentials.app_redirect_uri = text_of(*object, "app_redirect_uri");
  credentials.app_scope = text_of(*object, "app_scope");
  credentials.revocation_endpoint = text_of(*object, "revocation_endpoint");
  credentials.issuer = text_of(*object, "issuer");
  credentials.upload_server = text_of(*object, "upload_server");
  credentials.token_endpoint = text_of(*object, "token_endpoint");
  credentials.client_key = Secret(text_of(*object, "client_key"));
  credentials.token_secret = Secret(text_of(*object, "token_secret"));
  credentials.dpop_key = Secret(text_of(*object, "dpop_key"));
  credentials.password = Secret(text_of(*object, "password"));
  credentials.signed_in_at = from_iso8601(text_of(*object, "signed_in_at"));
  credentials.ends_at = from_iso8601(text_of(*object, "ends_at"));
  credentials.obtained_at = from_iso8601(text_of(*object, "obtained_at"));
  credentials.expires_at = from_iso8601(text_of(*object, "expires_at"));
  if (credentials.server.empty() || credentials.access_token.empty()) return std::nullopt;
  return credentials;
}

}  // namespace

FileTokenStore::FileTokenStore(std::filesystem::path folder, Secret key,
                               std::chrono::milliseconds patience)
    : folder_(std::move(folder)), key_(std::move(key)), patience_(patience) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "tokens/" is "tokens"
}

Result<Credentials> FileTokenStore::load(const AccountId& account) const {
  const auto not_signed_in = [&] {
    return fail(ErrorKind::unauthorized, "not signed in: run crier auth login {}", account.value);
  };
  const auto opened = open_folder(folder_);
  if (!opened && opened.error().kind == ErrorKind::unauthorized) return not_signed_in();
  if (!opened) return Failure(opened.error());
  const Descriptor folder(*opened);
  const std::string name = file_name(account);
  const std::filesystem::path path = folder_ / name;
  const Descriptor file(
      ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return not_signed_in();
    if (errno == ELOOP) {
      return fail(ErrorKind::invalid, "{} is a symbolic link: remove it and sign in again",
                  path.string());
    }
    return fail(ErrorKind::invalid, "opening {}: {}", path.string(), reason());
  }
  if (auto checked = check_owner(file.get(), path, false); !checked) {
    return Failure(checked.error());
  }
  const auto content = read_all(file.get(), path);
  if (!content) return Failure(content.error());
  const auto opened_content = open_file(key_, account.value, *content, path);
  if (!opened_content) return Failure(opened_content.error());
  auto credentials = from_json(*opened_content);
  if (!credentials) {
    return fail(ErrorKind::invalid,
                "{} is damaged or from a newer crier: remove it and run crier auth login {}",
                path.string(), account.value);
  }
  credentials->source = path.string();
  return std::move(*credentials);
}

Result<void> FileTokenStore::save(const AccountId& account, const Credentials& credentials) {
  const auto opened = make_and_open_folder(folder_);
  if (!opened) return Failure(opened.error());
  const Descriptor folder(*opened);
  const std::string name = file_name(account);
  std::string content = to_json(credentials);
  if (!key_.empty()) {
    SystemRandom random;
    content = seal_file(key_, account.value, content, random);
  }
  const std::string new_name = name + ".new";
  (void)::unlinkat(folder.get(), new_name.c_str(), 0);  // what a run that died left behind
  const Descriptor file(::openat(folder.get(), new_name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                 S_IRUSR | S_IWUSR));
  const bool is_written =
      file.is_open() && ::fchmod(file.get(), S_IRUSR | S_IWUSR) == 0 &&
      write_all(file.get(), content) &&
      ::renameat(folder.get(), new_name.c_str(), folder.get(), name.c_str()) == 0 &&
      ::fsync(folder.get()) == 0;
  if (is_written) return {};
  auto failure =
      fail(ErrorKind::unavailable, "writing {}: {}", (folder_ / name).string(), reason());
  (void)::unlinkat(folder.get(), new_name.c_str(), 0);
  return failure;
}

Result<void> FileTokenStore::remove(const AccountId& account) {
  const auto opened = open_folder(folder_);
  if (!opened && opened.error().kind == ErrorKind::unauthorized) return {};
  if (!opened) return Failure(opened.error());
  const Descriptor folder(*opened);
  const std::string name = file_name(account);
  if ((::unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT) ||
      ::fsync(folder.get()) != 0) {
    return fail(ErrorKind::unavailable, "removing {}: {}", (folder_ / name).string(), reason());
  }
  return {};
}

Result<std::unique_ptr<Lease>> FileTokenStore::lease(const AccountId& account) {
  const auto opened = make_and_open_folder(folder_);
  if (!opened) return Failure(opened.error());
  const Descriptor folder(*opened);
  const std::string name = percent_encode(account.value) + ".lock";
  Descriptor file(::openat(folder.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return fail(ErrorKind::unavailable, "locking {}: {}", (folder_ / name).string(), reason());
  }
  // flock, not fcntl: fcntl's lock is lost when any other descriptor of the file is closed.
  for (auto waited = std::chrono::milliseconds{0}; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0;
       waited += lease_step) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(ErrorKind::unavailable, "locking {}: {}", (folder_ / name).string(), reason());
    }
    if (waited >= patience_) {
      return fail(ErrorKind::unavailable,
                  "another crier has been renewing the sign-in of {} for too long: if none runs, "
                  "end what holds {}",
                  account.value, (folder_ / name).string());
    }
    std::this_thread::sleep_for(lease_step);
  }
  return std::make_unique<FileLease>(file.release());
}

}  // namespace crier
