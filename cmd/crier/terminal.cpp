#include "crier/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "core/characters.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// Where a character, or a CR LF, begins at the end of `text` whose last bytes are still to come;
/// its size if there is none.
std::size_t begun_at(std::string_view text) {
  if (text.ends_with('\r')) return text.size() - 1;
  constexpr std::size_t longest = 4;
  for (std::size_t back = 1; back < longest && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

bool is_shown_as_it_is(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == '\n' || c == '\t' || (c >= ' ' && c <= '~'); });
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

struct Guarded {
  int file;
  std::string rest;
};

/// For fopencookie: 0 tells the stream that it failed; errno says why.
ssize_t write_guarded(void* cookie, const char* bytes, std::size_t count) {
  auto& guarded = *static_cast<Guarded*>(cookie);
  const std::string shown = shown_on_terminal({bytes, count}, guarded.rest);
  return write_all(guarded.file, shown) ? static_cast<ssize_t>(count) : 0;
}

std::FILE* guard(Guarded& guarded, int buffering) {
  cookie_io_functions_t functions{};
  functions.write = write_guarded;
  std::FILE* stream = ::fopencookie(&guarded, "w", functions);
  if (stream != nullptr) (void)std::setvbuf(stream, nullptr, buffering, BUFSIZ);
  return stream;
}

}  // namespace

std::string shown_on_terminal(std::string_view bytes, std::string& rest) {
  if (rest.empty() && is_shown_as_it_is(bytes)) return std::string(bytes);
  std::string text = std::move(rest);
  text += bytes;
  const std::size_t end = begun_at(text);
  rest = text.substr(end);
  text.resize(end);
  std::string out;
  out.reserve(text.size());
  const std::string valid = to_valid_utf8(text);
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(valid, at);
    // The line ends of a CSV.
    const bool ends_line = c == '\r' && at < valid.size() && valid[at] == '\n';
    const bool acts = (is_control(c) && c != '\n' && c != '\t' && !ends_line) || turns_the_line(c);
    if (acts) {
      append_utf8(out, replacement_character);
    } else {
      out.append(valid, begin, at - begin);
    }
  }
  return out;
}

void guard_terminal() {
  // They live as long as the program: streams are flushed after main has ended.
  static Guarded out{STDOUT_FILENO, {}};
  static Guarded errors{STDERR_FILENO, {}};
  std::FILE* const guarded_out = guard(out, ::isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF);
  std::FILE* const guarded_errors = guard(errors, _IONBF);
  if (guarded_out != nullptr) stdout = guarded_out;
  if (guarded_errors != nullptr) stderr = guarded_errors;
}

void write_to_terminal(std::string_view bytes) {
  (void)std::fflush(stderr);
  (void)write_all(STDERR_FILENO, bytes);
}

}  // namespace crier
