// Goal: the directory that other tests crash loses exactly what was not synced. A lenient one would
// let code pass that forgets an fsync.
#include "support/memory_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/expect_result.hpp"

namespace parquet_flow::test {
namespace {

using io::EntryKind;

class MemoryDirectoryTest : public testing::Test {
 protected:
  std::unique_ptr<io::OutputFile> create(std::string_view name, std::string_view content) {
    auto file = directory_.createExclusive(name).value();
    PF_EXPECT_OK(file->write(constBytes(content)));
    return file;
  }
  bool exists(std::string_view name) { return directory_.kind(name).value() == EntryKind::kFile; }

  MemoryDirectory directory_;
};

TEST_F(MemoryDirectoryTest, aSyncedFileWhoseNameWasNotSyncedIsGone) {
  PF_EXPECT_OK(create("f", "data")->sync());
  EXPECT_TRUE(exists("f"));
  directory_.crash();
  EXPECT_FALSE(exists("f"));
}

TEST_F(MemoryDirectoryTest, aSyncedNameWhoseDataWasNotSyncedIsEmpty) {
  create("f", "data");
  PF_EXPECT_OK(directory_.sync(""));
  directory_.crash();
  EXPECT_EQ(directory_.contents("f"), "");
}

TEST_F(MemoryDirectoryTest, whatWasWrittenAfterTheSyncIsGone) {
  const auto file = create("f", "synced");
  PF_EXPECT_OK(file->sync());
  PF_EXPECT_OK(directory_.sync(""));
  PF_EXPECT_OK(file->write(constBytes(" and not")));
  EXPECT_EQ(directory_.contents("f"), "synced and not");
  directory_.crash();
  EXPECT_EQ(directory_.contents("f"), "synced");
}

TEST_F(MemoryDirectoryTest, aCutThatWasNotSyncedIsUndone) {
  const auto file = create("f", "0123456789");
  PF_EXPECT_OK(file->sync());
  PF_EXPECT_OK(directory_.sync(""));
  PF_EXPECT_OK(file->truncate(4));
  PF_EXPECT_OK(file->write(constBytes("ab")));
  EXPECT_EQ(directory_.contents("f"), "0123ab");
  PF_EXPECT_OK(file->truncate(5));
  directory_.crash();
  EXPECT_EQ(directory_.contents("f"), "0123456789");
}

TEST_F(MemoryDirectoryTest, aCutThatWasSyncedStays) {
  const auto file = create("f", "0123456789");
  PF_EXPECT_OK(file->sync());
  PF_EXPECT_OK(directory_.sync(""));
  PF_EXPECT_OK(file->truncate(4));
  PF_EXPECT_OK(file->write(constBytes("ab")));
  PF_EXPECT_OK(file->sync());
  directory_.crash();
  EXPECT_EQ(directory_.contents("f"), "0123ab");
}

TEST_F(MemoryDirectoryTest, renamesAndRemovalsAreUndoneUntilTheirDirectoryIsSynced) {
  PF_EXPECT_OK(directory_.makeDirectory("d"));
  for (const char* name : {"d/published", "d/removed", "d/replacing", "d/replaced"}) {
    PF_EXPECT_OK(create(name, name)->sync());
  }
  PF_EXPECT_OK(directory_.sync("d"));
  const auto change = [&] {
    PF_EXPECT_OK(directory_.publish("d/published", "d/new"));
    PF_EXPECT_OK(directory_.remove("d/removed"));
    PF_EXPECT_OK(directory_.replace("d/replacing", "d/replaced"));
  };
  change();
  PF_EXPECT_OK(directory_.sync(""));  // another directory
  directory_.crash();
  EXPECT_TRUE(exists("d/published") && exists("d/removed") && exists("d/replacing"));
  EXPECT_FALSE(exists("d/new"));
  EXPECT_EQ(directory_.contents("d/replaced"), "d/replaced");
  change();
  PF_EXPECT_OK(directory_.sync("d"));
  directory_.crash();
  EXPECT_FALSE(exists("d/published") || exists("d/removed") || exists("d/replacing"));
  EXPECT_EQ(directory_.contents("d/new"), "d/published");
  EXPECT_EQ(directory_.contents("d/replaced"), "d/replacing");
}

TEST_F(MemoryDirectoryTest, openFilesAndLocksDoNotOutliveTheCrash) {
  const auto file = create("f", "data");
  PF_EXPECT_OK(file->sync());
  PF_EXPECT_OK(directory_.sync(""));
  PF_ASSERT_OK_ASSIGN(auto held, directory_.lock(".lock"));
  PF_EXPECT_ERROR(directory_.lock(".lock"), ErrorCode::kExists, "somebody holds");
  directory_.crash();
  PF_EXPECT_ERROR(file->write(constBytes("x")), ErrorCode::kIo, "writing");
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "syncing");
  PF_EXPECT_ERROR(file->close(), ErrorCode::kIo, "closing");
  PF_ASSERT_OK_ASSIGN(const auto heldAgain, directory_.lock(".lock"));
  held.reset();  // the dead one's: must not free the new one
  PF_EXPECT_ERROR(directory_.lock(".lock"), ErrorCode::kExists, "somebody holds");
  EXPECT_EQ(directory_.contents("f"), "data");
}

TEST_F(MemoryDirectoryTest, isADirectoryLikeTheSystems) {
  PF_EXPECT_OK(directory_.makeDirectory("a/b"));
  create("a/f", "1");
  create("f", "2");
  EXPECT_EQ(directory_.kind("a").value(), EntryKind::kDirectory);
  EXPECT_EQ(directory_.kind("missing").value(), EntryKind::kNone);
  std::set<std::string> names;
  const auto entries = directory_.list("a").value();
  for (const io::DirectoryEntry& entry : entries) {
    names.insert(entry.name);
  }
  EXPECT_EQ(names, (std::set<std::string>{"b", "f"}));
  PF_EXPECT_ERROR(directory_.createExclusive("f"), ErrorCode::kExists, "f");
  PF_EXPECT_ERROR(directory_.createExclusive("a"), ErrorCode::kExists, "a");
  PF_EXPECT_ERROR(directory_.createExclusive("missing/f"), ErrorCode::kIo, "No such file");
  PF_EXPECT_ERROR(directory_.publish("f", "a/f"), ErrorCode::kExists, "a/f");
  PF_EXPECT_ERROR(directory_.publish("missing", "g"), ErrorCode::kIo, "No such file");
  PF_EXPECT_ERROR(directory_.replace("f", "a"), ErrorCode::kInvalidArgument, "not a regular file");
  PF_EXPECT_ERROR(directory_.makeDirectory("f/g"), ErrorCode::kIo, "Not a directory");
  PF_EXPECT_ERROR(directory_.remove("missing"), ErrorCode::kIo, "No such file");
  PF_EXPECT_ERROR(directory_.list("missing"), ErrorCode::kIo, "No such file");
  PF_ASSERT_OK_ASSIGN(const auto opened, directory_.openForReading("a/f"));
  EXPECT_EQ(opened->size(), 1U);
}

TEST(MemoryDirectoryTorn, everyPartOfAnUnsyncedTailMaySurviveAndNoMore) {
  SeededRandom random;
  std::set<std::string> seen;
  for (int round = 0; round < 400; ++round) {
    MemoryDirectory directory;
    const auto file = directory.createExclusive("f").value();
    PF_EXPECT_OK(file->write(constBytes("ab")));
    PF_EXPECT_OK(file->sync());
    PF_EXPECT_OK(directory.sync(""));
    PF_EXPECT_OK(file->write(constBytes("cd")));
    PF_EXPECT_OK(directory.publish("f", "g"));
    directory.crashTorn(random);
    const bool renamed = directory.kind("g").value() == EntryKind::kFile;
    EXPECT_NE(renamed, directory.kind("f").value() == EntryKind::kFile);
    seen.insert(directory.contents(renamed ? "g" : "f") + (renamed ? "+" : "-"));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"ab-", "abc-", "abcd-", "ab+", "abc+", "abcd+"}));
}

}  // namespace
}  // namespace parquet_flow::test
