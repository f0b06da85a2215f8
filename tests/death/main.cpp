// Deaths and sick disks, counted. What was counted is printed at the end, and written to the file
// that CRIER_DEATH_REPORT names.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "death/report.h"
#include "support/temp_dir.h"

/// Memory that was freed is not kept back for long: it would be copied with every fork.
extern "C" const char* __asan_default_options();   // NOLINT
extern "C" const char* __asan_default_options() {  // NOLINT: the sanitizer's name
  return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=4";
}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  // Thousands of ledgers are written: in memory, where there is such a folder.
  if (std::filesystem::is_directory("/dev/shm")) (void)::setenv("TMPDIR", "/dev/shm", 0);
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  const int code = RUN_ALL_TESTS();
  const std::string report = crier::DeathReport::get().text();
  if (report.empty()) return code;
  fmt::print("\n{}", report);
  (void)std::fflush(stdout);
  if (const char* file = std::getenv("CRIER_DEATH_REPORT")) crier::write_file(file, report);
  // NOLINTEND(concurrency-mt-unsafe)
  return code;
}
