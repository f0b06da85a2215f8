#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace crier {

/// An outbox's file, opened and locked against other runs until this is destroyed.
///
/// 1. A line is there as a whole and on disk, or not at all.
/// 2. What a crash or a full disk left half written at the end is cut off before the next line.
/// 3. A file that is reached by a link, symbolic or hard, is neither read nor written: who may make
/// one could choose the file. Links below /dev/ are the system's.
/// 4. The lock is flock's: it ends with the process, whatever ends the process.
class OutboxFile {
 public:
  enum class For : std::uint8_t { reading, appending };

  /// Opens the file; `appending` makes it if it is not there. A file that is not there is for
  /// `reading` an empty one.
  /// Errors: unavailable, if it cannot be opened, is a link, or another program keeps it locked.
  [[nodiscard]] static Result<OutboxFile> open(const std::filesystem::path& file, For purpose);

  OutboxFile(OutboxFile&& other) noexcept;
  OutboxFile& operator=(OutboxFile&&) = delete;
  OutboxFile(const OutboxFile&) = delete;
  OutboxFile& operator=(const OutboxFile&) = delete;
  ~OutboxFile();

  /// Adds `line` (without a line end) unless a line with that `id` is among the last 1 MiB.
  /// Errors: unavailable, if nothing was added; uncertain, if that cannot be told.
  [[nodiscard]] Result<void> append(std::string_view line, std::string_view id);

  /// Says whether any line has that `id`. Reads the whole file.
  [[nodiscard]] Result<bool> holds(std::string_view id) const;

  /// The last `count` lines, oldest first, of at most the last 8 MiB.
  [[nodiscard]] Result<std::vector<std::string>> last_lines(std::size_t count) const;

  /// False for a pipe, a terminal or a device, which can be written to and not be read.
  [[nodiscard]] bool is_regular() const { return is_regular_; }

 private:
  OutboxFile(std::filesystem::path file, int descriptor, bool is_regular)
      : file_(std::move(file)), descriptor_(descriptor), is_regular_(is_regular) {}
  [[nodiscard]] Result<std::string> read_from(std::size_t offset) const;
  [[nodiscard]] Result<std::size_t> size() const;
  [[nodiscard]] Result<void> mend_last_line();
  [[nodiscard]] Result<void> write_line(const std::string& line);

  std::filesystem::path file_;
  int descriptor_;  ///< -1: there is no file
  bool is_regular_;
};

/// Puts `content` into `file` by way of a new file and a rename, so that a reader never sees half.
/// Errors: unavailable.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& file,
                                        std::string_view content);

}  // namespace crier
