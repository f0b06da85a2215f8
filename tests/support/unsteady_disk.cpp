#include "support/unsteady_disk.h"

#include <algorithm>
#include <filesystem>

#include "core/result.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

UnsteadyDisk* the_disk = nullptr;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs our_vfs;

/// SQLite's file, with the real one behind it in the same piece of memory.
struct DiskFile : sqlite3_file {
  std::string* path;  ///< null: a temporary file, which nothing must survive
};
static_assert(sizeof(DiskFile) % 8 == 0);

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(static_cast<DiskFile*>(file) + 1);
}
const std::string* path_of(sqlite3_file* file) { return static_cast<DiskFile*>(file)->path; }

template <class Work, class Note>
int step(DiskStep kind, sqlite3_file* file, Work&& work, Note&& note) {
  if (the_disk == nullptr || path_of(file) == nullptr) return work();
  if (const int refused = the_disk->ask(kind); refused != SQLITE_OK) return refused;
  const int result = work();
  if (result == SQLITE_OK) note(the_disk->file(*path_of(file)));
  the_disk->tell(kind);
  return result;
}

void apply(std::string& content, const UnsteadyDisk::Change& change, std::size_t length) {
  if (change.is_truncation) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + length) content.resize(change.offset + length);
  content.replace(change.offset, length, change.bytes, 0, length);
}

int close_file(sqlite3_file* file) {
  const int result = real(file)->pMethods->xClose(real(file));
  delete static_cast<DiskFile*>(file)->path;
  return result;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return step(
      DiskStep::write, file,
      [&] { return real(file)->pMethods->xWrite(real(file), data, size, offset); },
      [&](UnsteadyDisk::File& kept) {
        kept.unsynced.push_back(
            {false, static_cast<std::size_t>(offset),
             std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
      });
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return step(
      DiskStep::truncate, file, [&] { return real(file)->pMethods->xTruncate(real(file), size); },
      [&](UnsteadyDisk::File& kept) {
        kept.unsynced.push_back({true, static_cast<std::size_t>(size), {}});
      });
}

int sync(sqlite3_file* file, int flags) {
  return step(
      DiskStep::sync, file, [&] { return real(file)->pMethods->xSync(real(file), flags); },
      [&](UnsteadyDisk::File& kept) {
        for (const auto& change : kept.unsynced) apply(kept.durable, change, change.bytes.size());
        kept.unsynced.clear();
        kept.exists = true;
      });
}

/// Hands everything else to the real file.
const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;  // without memory maps of the file: every write passes here
    m.xClose = close_file;
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return real(f)->pMethods->xRead(real(f), to, n, at);
    };
    m.xWrite = write;
    m.xTruncate = truncate;
    m.xSync = sync;
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) {
      return real(f)->pMethods->xFileSize(real(f), n);
    };
    m.xLock = [](sqlite3_file* f, int kind) { return real(f)->pMethods->xLock(real(f), kind); };
    m.xUnlock = [](sqlite3_file* f, int kind) { return real(f)->pMethods->xUnlock(real(f), kind); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return real(f)->pMethods->xCheckReservedLock(real(f), out);
    };
    m.xFileControl = [](sqlite3_file* f, int what, void* argument) {
      return real(f)->pMethods->xFileControl(real(f), what, argument);
    };
    m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) {
      return real(f)->pMethods->xDeviceCharacteristics(real(f));
    };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
      return real(f)->pMethods->xShmLock(real(f), at, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) {
      return real(f)->pMethods->xShmUnmap(real(f), remove);
    };
    return m;
  }();
  return all;
}

int open_file(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
  file->pMethods = nullptr;
  real(file)->pMethods = nullptr;
  if (the_disk != nullptr && name != nullptr) (void)the_disk->file(name);
  const int result = real_vfs->xOpen(real_vfs, name, real(file), flags, out);
  if (real(file)->pMethods == nullptr) return result;
  static_cast<DiskFile*>(file)->path = name == nullptr ? nullptr : new std::string(name);
  file->pMethods = &methods();
  return result;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* name, int sync_folder) {
  const int result = real_vfs->xDelete(real_vfs, name, sync_folder);
  if (the_disk != nullptr && result == SQLITE_OK) the_disk->forget(name, sync_folder != 0);
  return result;
}

}  // namespace

UnsteadyDisk::UnsteadyDisk() {
  CRIER_ENSURE(the_disk == nullptr, "one disk at a time");
  the_disk = this;
  real_vfs = sqlite3_vfs_find(nullptr);
  our_vfs = *real_vfs;
  our_vfs.pNext = nullptr;
  our_vfs.zName = "unsteady";
  our_vfs.szOsFile = static_cast<int>(sizeof(DiskFile)) + real_vfs->szOsFile;
  our_vfs.xOpen = open_file;
  our_vfs.xDelete = delete_file;
  CRIER_ENSURE(sqlite3_vfs_register(&our_vfs, 1) == SQLITE_OK, "SQLite takes our disk");
}

UnsteadyDisk::~UnsteadyDisk() {
  (void)sqlite3_vfs_unregister(&our_vfs);
  (void)sqlite3_vfs_register(real_vfs, 1);
  the_disk = nullptr;
}

UnsteadyDisk::File& UnsteadyDisk::file(const std::string& path) {
  if (const auto old = files_.find(path); old != files_.end() && old->second.is_removed) {
    old->second = {};
    return old->second;
  }
  const auto [found, is_new] = files_.try_emplace(path);
  // What was there before we were is taken for safe.
  if (is_new && std::filesystem::exists(path)) {
    found->second.exists = true;
    found->second.durable = read_file(path);
  }
  return found->second;
}

std::map<std::string, std::string> UnsteadyDisk::after_power_cut(Unsynced unsynced,
                                                                 std::mt19937& chance) const {
  std::map<std::string, std::string> images;
  for (const auto& [path, file] : files_) {
    // A name that was removed may come back with what it had, until its folder is synced.
    if (file.is_removed &&
        (unsynced == Unsynced::all || (unsynced == Unsynced::some && chance() % 2))) {
      continue;
    }
    std::string content = file.durable;
    for (const Change& change : file.unsynced) {
      if (unsynced == Unsynced::none) continue;
      std::size_t length = change.bytes.size();
      if (unsynced == Unsynced::some) {
        const auto fortune = chance() % 3;
        if (fortune == 0) continue;
        if (fortune == 1) length -= std::min<std::size_t>(length, 512 * (1 + chance() % 4));
      }
      apply(content, change, length);
    }
    if (file.exists || !content.empty()) images[path] = std::move(content);
  }
  return images;
}

void restore_after_power_cut(const std::string& ledger,
                             const std::map<std::string, std::string>& images) {
  for (const char* tail : {"", "-journal"}) {
    std::filesystem::remove(ledger + tail);
    if (const auto found = images.find(ledger + tail); found != images.end()) {
      write_file(ledger + tail, found->second);
    }
  }
}

}  // namespace crier
