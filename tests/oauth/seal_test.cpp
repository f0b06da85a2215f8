#include "oauth/seal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "oauth/crypto.h"
#include "oauth/file_token_store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

class Seal : public testing::Test {
 protected:
  TempDir folder;
  SeededRandom random;
  const Secret key{std::string(32, 'k')};
  const Secret other{std::string(31, 'k') + 'K'};
  const std::filesystem::path file = folder.path() / "token.key";
  const AccountId account{"town-hall"};

  void write_key(const std::string& content, mode_t mode = 0600) {
    write_file(file, content);
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
  }
  static Credentials credentials() {
    Credentials made;
    made.server = "https://social.example";
    made.access_token = Secret("the-token-in-clear");
    return made;
  }
};

TEST_F(Seal, OpensWhatItSealedAndShowsNothingOfIt) {
  const std::string sealed = seal_file(key, "town-hall", "the-content", random);
  EXPECT_EQ(sealed.find("the-content"), std::string::npos);
  const auto opened = open_file(key, "town-hall", sealed, "f");
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(*opened, "the-content");
}

TEST_F(Seal, IsAnotherTextEachTime) {
  EXPECT_NE(seal_file(key, "a", "the-content", random), seal_file(key, "a", "the-content", random));
}

TEST_F(Seal, DoesNotOpenWithAnotherKeyOrForAnotherAccount) {
  const std::string sealed = seal_file(key, "town-hall", "the-content", random);
  for (const auto& opened :
       {open_file(other, "town-hall", sealed, "f"), open_file(key, "library", sealed, "f")}) {
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
    EXPECT_NE(opened.error().message.find("sealed with another key"), std::string::npos);
  }
}

TEST_F(Seal, DoesNotOpenWithASingleBitChangedOrAByteMissing) {
  const std::string sealed = seal(key, "a", "the-content", random);
  ASSERT_TRUE(open_sealed(key, "a", sealed).has_value());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      ASSERT_FALSE(open_sealed(key, "a", changed).has_value()) << at << "." << bit;
    }
    ASSERT_FALSE(open_sealed(key, "a", sealed.substr(0, at)).has_value()) << at;
  }
  EXPECT_FALSE(open_sealed(key, "a", sealed + "x").has_value());
}

TEST_F(Seal, SaysWhereTheKeyIsNamedWhenThereIsNone) {
  const auto opened = open_file(Secret(), "a", seal_file(key, "a", "x", random), "/t/a.json");
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.find("token_key"), std::string::npos);
  EXPECT_NE(opened.error().message.find("/t/a.json"), std::string::npos);
}

TEST_F(Seal, LeavesAPlainFileAsItIsWithAKeyAndWithout) {
  for (const Secret& with : {key, Secret()}) {
    const auto opened = open_file(with, "a", R"({"version":1})", "f");
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(*opened, R"({"version":1})");
  }
}

TEST_F(Seal, SealsAPlainTokenFileWhenItIsWrittenNext) {
  const std::filesystem::path tokens = folder.path() / "tokens";
  ASSERT_TRUE(FileTokenStore(tokens).save(account, credentials()).has_value());
  EXPECT_NE(read_file(tokens / "town-hall.json").find("the-token-in-clear"), std::string::npos);
  FileTokenStore sealing(tokens, key);
  const auto plain = sealing.load(account);
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  ASSERT_TRUE(sealing.save(account, *plain).has_value());
  const std::string content = read_file(tokens / "town-hall.json");
  EXPECT_EQ(content.find("the-token-in-clear"), std::string::npos);
  EXPECT_EQ(content.find("social.example"), std::string::npos);
  EXPECT_EQ(sealing.load(account)->access_token.reveal(), "the-token-in-clear");
  for (const Secret& wrong : {other, Secret()}) {
    const auto loaded = FileTokenStore(tokens, wrong).load(account);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
  }
}

TEST_F(Seal, DoesNotOpenAFileThatWasGivenAnotherAccountsName) {
  const std::filesystem::path tokens = folder.path() / "tokens";
  FileTokenStore store(tokens, key);
  ASSERT_TRUE(store.save(account, credentials()).has_value());
  std::filesystem::copy_file(tokens / "town-hall.json", tokens / "library.json");
  EXPECT_FALSE(store.load(AccountId{"library"}).has_value());
}

TEST_F(Seal, ReadsAKeyAsHexBase64OrBytes) {
  const std::string bytes = sha256("a key");
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02X}", static_cast<unsigned char>(c));
  for (const std::string& content :
       {bytes, hex + "\n", base64(bytes) + "\n", base64url(bytes), "  " + hex}) {
    write_key(content);
    const auto read = read_token_key(file, false);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->reveal(), bytes);
  }
}

TEST_F(Seal, RefusesAKeyOfAnotherLengthWithoutShowingIt) {
  for (const std::string& content :
       {std::string(), std::string("secretive"), std::string(31, 'x'), std::string(33, 'x'),
        std::string(62, 'a'), std::string(66, 'a'), std::string(64, 'g'),
        std::string(100'000, 'a')}) {
    write_key(content);
    const auto read = read_token_key(file, false);
    ASSERT_FALSE(read.has_value()) << content.size();
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_EQ(read.error().message.find("secretive"), std::string::npos);
    EXPECT_NE(read.error().message.find("openssl rand -hex 32"), std::string::npos);
  }
}

TEST_F(Seal, RefusesAKeyThatOthersCanReadButForSystemdsWayOfHandingItOver) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0602U}) {
    write_key(std::string(64, 'a'), mode);
    EXPECT_FALSE(read_token_key(file, false).has_value()) << mode;
    EXPECT_EQ(read_token_key(file, true).has_value(), mode == 0640U) << mode;
  }
}

TEST_F(Seal, SaysHowToMakeAKeyThatIsNotThere) {
  const auto read = read_token_key(folder.path() / "none", false);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("openssl rand -hex 32"), std::string::npos);
}

}  // namespace
}  // namespace crier
