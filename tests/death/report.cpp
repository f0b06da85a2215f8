#include "death/report.h"

namespace crier {
namespace {

std::string line_of(const std::string& what, const Count& count) {
  return fmt::format("{:<44} {:>6} {:>7} {:>7} {:>7} {:>9} {:>10} {:>6}\n", what, count.tales,
                     count.kills, count.faults, count.posts, count.uncertain, count.duplicates,
                     count.losses);
}

}  // namespace

DeathReport& DeathReport::get() {
  static DeathReport report;
  return report;
}

void DeathReport::add(const std::string& what, const Count& count) {
  lines_ += line_of(what, count);
  total_ += count;
}

std::string DeathReport::text() const {
  if (lines_.empty()) return {};
  return fmt::format("{:<44} {:>6} {:>7} {:>7} {:>7} {:>9} {:>10} {:>6}\n", "", "tales", "kills",
                     "faults", "posts", "uncertain", "duplicates", "losses") +
         lines_ + line_of("all", total_);
}

}  // namespace crier
