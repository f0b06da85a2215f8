#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "config/load.h"
#include "config/schemas.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

/// Each folder of tests/golden/config: what is said of its feeds.toml.
TEST(ConfigGolden, SaysOfEachCaseWhatItsFileWants) {
  const std::filesystem::path cases =
      std::filesystem::path(CRIER_SOURCE_DIR) / "tests/golden/config";
  std::set<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(cases)) folders.insert(entry.path());
  ASSERT_FALSE(folders.empty());
  for (const std::filesystem::path& folder : folders) {
    SCOPED_TRACE(folder.filename().string());
    const LoadedConfig loaded =
        load_config(read_file(folder / "feeds.toml"), "/srv/crier/feeds.toml", test_networks());
    const std::string said = describe(loaded.problems, "feeds.toml");
    if (std::getenv("CRIER_UPDATE_GOLDEN") != nullptr) write_file(folder / "want.txt", said);
    EXPECT_EQ(said, read_file(folder / "want.txt"));
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << "a secret in a message";
  }
}

}  // namespace
}  // namespace crier
