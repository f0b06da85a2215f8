#include "crier/progress_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "core/utf8.h"
#include "crier/terminal.h"

namespace crier {
namespace {

constexpr std::size_t usual_width = 80;

/// A line that is wider than the terminal could not be written over.
std::string fitted(const std::string& words) {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  const std::size_t width = known ? size.ws_col : usual_width;
  std::size_t at = 0;
  for (std::size_t count = 0; at < words.size(); ++count) {
    // As a rule a letter is one column; the last stays free.
    if (count + 1 == width) return words.substr(0, at);
    (void)next_code_point(words, at);
  }
  return words;
}

std::string words_of(const Waiting& wait) {
  const std::string who = fmt::format("{} ({})", wait.network, printable(wait.account.value));
  const auto seconds = wait.time.count();
  switch (wait.what) {
    case Waiting::For::answer: return fmt::format("{} has not answered for {} s", who, seconds);
    case Waiting::For::look:
      return fmt::format("{}: is the post there? crier looks in {} s", who, seconds);
    case Waiting::For::network:
      return fmt::format("{} is at work on a post; crier asks in {} s", who, seconds);
    case Waiting::For::picture:
      return fmt::format("{}: a picture is asked for again in {} s", who, seconds);
    case Waiting::For::turn: return fmt::format("{}: the next post goes out in {} s", who, seconds);
  }
  return {};
}

}  // namespace

ProgressLine::~ProgressLine() {
  if (!written_.empty()) write_to_terminal("\r\033[K");
}

void ProgressLine::feeds(std::size_t done, std::size_t of) {
  if (shown_) write(fmt::format("reading feeds {}/{}", done, of));
}

void ProgressLine::posts(const DeliveryProgress& progress, std::size_t of) {
  if (!shown_) return;
  std::string words = fmt::format("posting {}/{}", progress.settled, of);
  if (progress.longest) words += "; " + words_of(*progress.longest);
  write(std::move(words));
}

void ProgressLine::write(std::string words) {
  words = fitted(words);
  if (words == written_) return;
  written_ = std::move(words);
  write_to_terminal("\r\033[K" + printable(written_));
}

}  // namespace crier
