#include "crier/rehearsal_stage.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "compose/measure.h"
#include "network/json.h"
#include "network/outbox/outbox_file.h"
#include "network/registry.h"
#include "oauth/file_token_store.h"
#include "publish/read_source.h"

namespace crier {
namespace {

constexpr std::size_t most_config_bytes = 16U << 20;
constexpr std::size_t most_posts_shown = 500;

/// Whether a folder holds nothing but what an earlier rehearsal has left there.
bool is_old_rehearsal(const std::filesystem::path& folder) {
  std::ifstream file(folder / "feeds.toml", std::ios::binary);
  std::string start(rehearsal_mark.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return file.gcount() == static_cast<std::streamsize>(start.size()) && start == rehearsal_mark;
}

/// The stand-ins know nothing of what an earlier rehearsal has posted, so its ledger must not, too.
void clear(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const char* name : {"feeds.toml", "crier.db", "crier.db-wal", "crier.db-shm",
                           "crier.db-journal", "crier.db.lock", "crier", "outboxes"}) {
    std::filesystem::remove_all(folder / name, ignored);
  }
}

rehearsal::Arrived read_outbox_line(const std::string& line, const Account& account) {
  const Json object = parse_json(line);
  const TextRules rules = find_network("outbox")->rules(account, {});
  rehearsal::Arrived post;
  post.id = text_of(object, "id");
  post.text = text_of(object, "text");
  post.language = text_of(object, "language");
  post.length = measure(post.text, rules);
  post.limit = rules.limit;
  post.at = from_iso8601(text_of(object, "posted_at")).value_or(SysTime{});
  if (const Json* images = member(&object, "images"); images != nullptr && images->is_array()) {
    for (const Json& image : *images) {
      post.pictures.push_back({{}, {}, text_of(image, "alt"), text_of(image, "url")});
    }
  }
  return post;
}

std::vector<rehearsal::Arrived> read_outbox(const std::filesystem::path& file,
                                            const Account& account) {
  std::vector<rehearsal::Arrived> posts;
  const auto outbox = OutboxFile::open(file, OutboxFile::For::reading);
  if (!outbox) return posts;
  const auto lines = outbox->last_lines(most_posts_shown);
  if (!lines) return posts;
  for (const std::string& line : *lines) {
    rehearsal::Arrived post = read_outbox_line(line, account);
    if (!post.id.empty()) posts.push_back(std::move(post));
  }
  return posts;
}

/// Where the account's posts would go in earnest.
std::string real_place(const Account& account) {
  if (!account.server.empty()) return account.server;
  const auto handle = account.settings.find("handle");
  return handle == account.settings.end() ? find_network(account.network)->traits().title
                                          : handle->second;
}

}  // namespace

Result<std::unique_ptr<RehearsalStage>> RehearsalStage::build(const FoundConfig& real,
                                                              const std::string& folder,
                                                              const Clock& clock, Random& random,
                                                              rehearsal::Fault fault) {
  std::unique_ptr<RehearsalStage> stage(new RehearsalStage(real, clock, random, fault));
  if (auto made = stage->make_folder(folder); !made) return Failure(made.error());
  if (auto ready = stage->set_up(); !ready) return Failure(ready.error());
  return stage;
}

RehearsalStage::~RehearsalStage() {
  std::error_code ignored;
  if (is_temporary_) std::filesystem::remove_all(folder_, ignored);
}

Result<void> RehearsalStage::make_folder(const std::string& folder) {
  std::error_code problem;
  if (folder.empty()) {
    std::string name =
        (std::filesystem::temp_directory_path(problem) / "crier-rehearsal-XXXXXX").string();
    if (problem || ::mkdtemp(name.data()) == nullptr) {
      return fail(ErrorKind::unavailable,
                  "no folder could be made for the rehearsal in the folder for temporary files; "
                  "name another one with --folder DIR");
    }
    folder_ = name;
    is_temporary_ = true;
    return {};
  }
  folder_ = std::filesystem::absolute(folder, problem).lexically_normal();
  if (::mkdir(folder_.c_str(), S_IRWXU) == 0) return {};
  if (errno != EEXIST || !std::filesystem::is_directory(folder_, problem)) {
    return fail(ErrorKind::invalid, "--folder: {} cannot be made a folder", folder_.string());
  }
  if (is_old_rehearsal(folder_)) {
    clear(folder_);
  } else if (!std::filesystem::is_empty(folder_, problem) || problem) {
    return fail(ErrorKind::invalid, "--folder: {} is not empty; name a folder that is new",
                folder_.string());
  }
  if (::chmod(folder_.c_str(), S_IRWXU) != 0) {
    return fail(ErrorKind::invalid, "--folder: {} belongs to somebody else", folder_.string());
  }
  return {};
}

Result<void> RehearsalStage::set_up() {
  const Config& config = real_.config;
  std::error_code ignored;
  for (const Account& account : config.accounts) {
    if (find_network(account.network)->traits().sign_in == SignIn::none) {
      const auto file = folder_ / "outboxes" / (account.id.value + ".jsonl");
      std::filesystem::create_directory(file.parent_path(), ignored);
      stand_ins_[account.id] = {{}, file};
      roles_.push_back({account.id.value, account.network, "a file of the rehearsal's own"});
    } else if (auto origin = server_.open(account)) {
      roles_.push_back({account.id.value, account.network,
                        fmt::format("{} in place of {}", *origin, real_place(account))});
      stand_ins_[account.id] = {*std::move(origin), {}};
    } else if (origin.error().kind == ErrorKind::invalid) {
      roles_.push_back(
          {account.id.value, account.network, fmt::format("left out: {}", origin.error().message)});
    } else {
      return Failure(origin.error());
    }
  }
  const auto text = read_local(config.file.string(), most_config_bytes);
  if (!text) return fail(ErrorKind::invalid, "{}", text.error().message);
  const auto rewritten = write_rehearsal(*text, {config.file, template_folder()}, network_schemas(),
                                         stand_ins_, folder_ / "crier.db");
  if (!rewritten) return Failure(rewritten.error());
  if (auto written = replace_file(folder_ / "feeds.toml", *rewritten); !written) return written;
  auto found = find_config((folder_ / "feeds.toml").string());
  if (!found) return Failure(found.error());
  found_ = std::move(*found);
  for (const auto& [account, stand_in] : stand_ins_) {
    if (stand_in.origin.empty()) continue;
    if (auto signed_in = sign_in(account); !signed_in) return signed_in;
  }
  return {};
}

Result<void> RehearsalStage::sign_in(const AccountId& account) {
  return FileTokenStore(folder_ / "crier").save(account, server_.sign_in(account));
}

std::vector<rehearsal::Arrivals> RehearsalStage::arrivals() const {
  std::vector<rehearsal::Arrivals> served = server_.arrivals();
  std::vector<rehearsal::Arrivals> all;
  for (const Account& account : real_.config.accounts) {
    const auto stand_in = stand_ins_.find(account.id);
    if (stand_in == stand_ins_.end()) {
      all.push_back({account, {}, "Left out: there is no stand-in for this network yet."});
    } else if (std::ranges::none_of(real_.config.feeds, [&](const FeedConfig& feed) {
                 return std::ranges::find(feed.accounts, account.id) != feed.accounts.end();
               })) {
      all.push_back({account, {}, "No feed names this account: nothing is posted to it."});
    } else if (!stand_in->second.path.empty()) {
      all.push_back({account, read_outbox(stand_in->second.path, account)});
    } else {
      for (rehearsal::Arrivals& arrivals : served) {
        if (arrivals.account.id == account.id) all.push_back(std::move(arrivals));
      }
    }
  }
  return all;
}

}  // namespace crier
