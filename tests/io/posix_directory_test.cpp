// Goal: names in a directory of the system: nothing is ever replaced unasked, errors name the path,
// and locks hold between and within processes.
#include "io/posix_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "support/expect_result.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::io {
namespace {

class PosixDirectoryTest : public testing::Test {
 protected:
  PosixDirectoryTest() : directory_(openDirectory(temp_.path(), IfMissing::kFail).value()) {}

  void put(std::string_view name, std::string_view content) {
    test::writeWholeFile(temp_.file(name), content);
  }
  std::string get(std::string_view name) const { return test::readWholeFile(temp_.file(name)); }
  EntryKind kind(std::string_view name) { return directory_->kind(name).value(); }
  std::vector<std::string> names(std::string_view name = "") {
    std::vector<std::string> found;
    const auto entries = directory_->list(name).value();
    for (const DirectoryEntry& entry : entries) {
      found.push_back(entry.name + (entry.kind == EntryKind::kFile        ? ""
                                    : entry.kind == EntryKind::kDirectory ? "/"
                                                                          : "?"));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  test::TempDirectory temp_;
  std::unique_ptr<Directory> directory_;
};

using Names = std::vector<std::string>;

TEST_F(PosixDirectoryTest, aNameThatIsTakenIsNotCreatedAgain) {
  put("f", "kept");
  PF_EXPECT_ERROR(directory_->createExclusive("f"), ErrorCode::kExists, temp_.file("f"));
  // Nor through a link that leads nowhere: its target would appear.
  ASSERT_EQ(::symlink("target", temp_.file("link").c_str()), 0);
  PF_EXPECT_ERROR(directory_->createExclusive("link"), ErrorCode::kExists, "link");
  EXPECT_EQ(get("f"), "kept");
  EXPECT_EQ(kind("target"), EntryKind::kNone);
}

TEST_F(PosixDirectoryTest, createdFilesFollowTheUmask) {
  const mode_t before = ::umask(027);
  PF_EXPECT_OK(directory_->createExclusive("f"));
  PF_EXPECT_OK(directory_->makeDirectory("d"));
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat(temp_.file("f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
  ASSERT_EQ(::stat(temp_.file("d").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0750U);
}

TEST_F(PosixDirectoryTest, publishMovesAndNeverReplaces) {
  put("new", "new");
  put("old", "old");
  PF_EXPECT_ERROR(directory_->publish("new", "old"), ErrorCode::kExists, temp_.file("old"));
  EXPECT_EQ(get("old"), "old");
  EXPECT_EQ(get("new"), "new");
  PF_EXPECT_OK(directory_->publish("new", "free"));
  EXPECT_EQ(get("free"), "new");
  EXPECT_EQ(names(), (Names{"free", "old"}));
  PF_EXPECT_ERROR(directory_->publish("missing", "other"), ErrorCode::kIo, "No such file");
}

TEST_F(PosixDirectoryTest, publishIsTheSameWhereTheSystemCannotRenameWithoutReplacing) {
  for (const int error : {EINVAL, ENOSYS}) {
    put("new", "new");
    put("old", "old");
    const test::SystemCallFaults faults({.onRename = [&] { return error; }});
    PF_EXPECT_ERROR(directory_->publish("new", "old"), ErrorCode::kExists, temp_.file("old"));
    EXPECT_EQ(get("old"), "old");
    EXPECT_EQ(get("new"), "new");
    PF_EXPECT_OK(directory_->publish("new", "free"));
    EXPECT_EQ(get("free"), "new");
    EXPECT_EQ(names(), (Names{"free", "old"}));
    PF_EXPECT_ERROR(directory_->publish("missing", "other"), ErrorCode::kIo, "No such file");
    PF_EXPECT_OK(directory_->remove("free"));
  }
}

TEST_F(PosixDirectoryTest, otherFailuresOfRenameAreReportedAndNotGotAround) {
  put("new", "new");
  const test::SystemCallFaults faults({.onRename = [] { return EROFS; }});
  const auto published = directory_->publish("new", "free");
  PF_EXPECT_ERROR(published, ErrorCode::kIo, "Read-only file system");
  EXPECT_EQ(published.error().systemError(), EROFS);
  EXPECT_EQ(names(), (Names{"new"}));
}

TEST_F(PosixDirectoryTest, replaceTakesThePlaceOfFilesAlone) {
  put("new", "new");
  put("old", "old");
  PF_EXPECT_OK(directory_->replace("new", "old"));
  EXPECT_EQ(names(), (Names{"old"}));
  EXPECT_EQ(get("old"), "new");
  PF_EXPECT_OK(directory_->replace("old", "free"));
  EXPECT_EQ(names(), (Names{"free"}));

  ASSERT_EQ(::mkfifo(temp_.file("fifo").c_str(), 0600), 0);
  PF_EXPECT_OK(directory_->makeDirectory("d"));
  ASSERT_EQ(::symlink("/dev/null", temp_.file("null").c_str()), 0);
  for (const char* target : {"fifo", "d", "null"}) {
    PF_EXPECT_ERROR(directory_->replace("free", target), ErrorCode::kInvalidArgument,
                    "not a regular file");
  }
  EXPECT_EQ(names(), (Names{"d/", "fifo?", "free", "null?"}));
}

TEST_F(PosixDirectoryTest, kindsAreThoseOfWhatLinksLeadTo) {
  put("f", "");
  PF_EXPECT_OK(directory_->makeDirectory("d"));
  ASSERT_EQ(::symlink("f", temp_.file("toFile").c_str()), 0);
  ASSERT_EQ(::symlink("d", temp_.file("toDirectory").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", temp_.file("toNothing").c_str()), 0);
  EXPECT_EQ(kind("f"), EntryKind::kFile);
  EXPECT_EQ(kind("d"), EntryKind::kDirectory);
  EXPECT_EQ(kind("toFile"), EntryKind::kFile);
  EXPECT_EQ(kind("toDirectory"), EntryKind::kDirectory);
  EXPECT_EQ(kind("toNothing"), EntryKind::kOther);
  EXPECT_EQ(kind("missing"), EntryKind::kNone);
  EXPECT_EQ(kind("missing/f"), EntryKind::kNone);
  PF_EXPECT_ERROR(directory_->kind("f/below"), ErrorCode::kIo, "Not a directory");
  EXPECT_EQ(names(), (Names{"d/", "f", "toDirectory/", "toFile", "toNothing?"}));
}

TEST_F(PosixDirectoryTest, listsHiddenNamesAndDirectoriesBelow) {
  EXPECT_EQ(names(), Names{});
  put(".hidden", "");
  PF_EXPECT_OK(directory_->makeDirectory("date=2026-11-20"));
  put("date=2026-11-20/feed-000001.parquet", "");
  EXPECT_EQ(names(), (Names{".hidden", "date=2026-11-20/"}));
  EXPECT_EQ(names("date=2026-11-20"), (Names{"feed-000001.parquet"}));
  EXPECT_EQ(names(), (Names{".hidden", "date=2026-11-20/"}));  // from the first entry again
  PF_EXPECT_ERROR(directory_->list("missing"), ErrorCode::kIo, "missing");
  PF_EXPECT_ERROR(directory_->list(".hidden"), ErrorCode::kIo, "Not a directory");
}

TEST_F(PosixDirectoryTest, makesEveryDirectoryOnTheWayAndSyncsWhereItMadeOne) {
  int syncs = 0;
  const test::SystemCallFaults faults({.onSync = [&](int) {
    ++syncs;
    return 0;
  }});
  PF_EXPECT_OK(directory_->makeDirectory("a/b/c"));
  EXPECT_EQ(kind("a/b/c"), EntryKind::kDirectory);
  EXPECT_EQ(syncs, 3);
  PF_EXPECT_OK(directory_->makeDirectory("a/b/c"));
  PF_EXPECT_OK(directory_->makeDirectory("a/b/c/"));
  EXPECT_EQ(syncs, 3);
  PF_EXPECT_OK(directory_->makeDirectory("a/d"));
  EXPECT_EQ(syncs, 4);
  put("f", "");
  PF_EXPECT_ERROR(directory_->makeDirectory("f"), ErrorCode::kIo, "Not a directory");
  PF_EXPECT_ERROR(directory_->makeDirectory("f/g"), ErrorCode::kIo, "Not a directory");
}

TEST_F(PosixDirectoryTest, syncReachesTheDirectoryThatIsNamed) {
  PF_EXPECT_OK(directory_->makeDirectory("d"));
  std::vector<ino_t> synced;
  const test::SystemCallFaults faults({.onSync = [&](int descriptor) {
    struct stat status{};
    EXPECT_EQ(::fstat(descriptor, &status), 0);
    synced.push_back(status.st_ino);
    return 0;
  }});
  PF_EXPECT_OK(directory_->sync(""));
  PF_EXPECT_OK(directory_->sync("d"));
  struct stat root{};
  struct stat below{};
  ASSERT_EQ(::stat(temp_.path().c_str(), &root), 0);
  ASSERT_EQ(::stat(temp_.file("d").c_str(), &below), 0);
  EXPECT_EQ(synced, (std::vector<ino_t>{root.st_ino, below.st_ino}));
  PF_EXPECT_ERROR(directory_->sync("missing"), ErrorCode::kIo, "missing");
}

TEST_F(PosixDirectoryTest, aFailedSyncIsReportedUnlessTheFilesystemKnowsNoSuchThing) {
  int error = EIO;
  const test::SystemCallFaults faults({.onSync = [&](int) { return error; }});
  PF_EXPECT_ERROR(directory_->sync(""), ErrorCode::kIo, temp_.path());
  error = EINVAL;
  PF_EXPECT_OK(directory_->sync(""));
}

TEST_F(PosixDirectoryTest, removesFiles) {
  put("f", "");
  PF_EXPECT_OK(directory_->remove("f"));
  PF_EXPECT_ERROR(directory_->remove("f"), ErrorCode::kIo, "No such file");
}

TEST_F(PosixDirectoryTest, whatIsNoNameBelowItIsRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view name : {""sv, "/etc/passwd"sv, "a\0b"sv}) {
    PF_EXPECT_ERROR(directory_->createExclusive(name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->openForReading(name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->publish(name, "x"), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->publish("x", name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->replace(name, "x"), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->replace("x", name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->remove(name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->kind(name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->makeDirectory(name), ErrorCode::kInvalidArgument, "not a name");
    PF_EXPECT_ERROR(directory_->lock(name), ErrorCode::kInvalidArgument, "not a name");
    if (!name.empty()) {
      PF_EXPECT_ERROR(directory_->list(name), ErrorCode::kInvalidArgument, "not a name");
      PF_EXPECT_ERROR(directory_->sync(name), ErrorCode::kInvalidArgument, "not a name");
    }
  }
}

TEST_F(PosixDirectoryTest, aLockIsHeldOnceInThisProcess) {
  PF_ASSERT_OK_ASSIGN(auto held, directory_->lock(".feed.lock"));
  PF_EXPECT_ERROR(directory_->lock(".feed.lock"), ErrorCode::kExists, temp_.file(".feed.lock"));
  // Nor through another opening of the same directory.
  PF_ASSERT_OK_ASSIGN(const auto other, openDirectory(temp_.path() + "/.", IfMissing::kFail));
  PF_EXPECT_ERROR(other->lock(".feed.lock"), ErrorCode::kExists, "somebody holds the lock");
  PF_EXPECT_OK(other->lock(".quotes.lock"));
  held.reset();
  PF_EXPECT_OK(other->lock(".feed.lock"));
}

TEST_F(PosixDirectoryTest, aLockIsHeldAgainstOtherProcessesUntilItsOwnerDies) {
  std::array<int, 2> ready{};
  std::array<int, 2> leave{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(leave.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = directory_->lock(".feed.lock");
    char byte = held.has_value() ? '1' : '0';
    if (::write(ready[1], &byte, 1) == 1 && ::read(leave[0], &byte, 1) == 1) {
      ::_exit(0);  // as a crash: no destructor runs
    }
    ::_exit(1);
  }
  char byte = '?';
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, '1');
  PF_EXPECT_ERROR(directory_->lock(".feed.lock"), ErrorCode::kExists, "somebody holds the lock");
  ASSERT_EQ(::write(leave[1], &byte, 1), 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  PF_EXPECT_OK(directory_->lock(".feed.lock"));
  for (const int end : {ready[0], ready[1], leave[0], leave[1]}) {
    ::close(end);
  }
}

TEST_F(PosixDirectoryTest, aForkedChildThatLetsGoDoesNotFreeTheParentsLock) {
  PF_ASSERT_OK_ASSIGN(auto held, directory_->lock(".feed.lock"));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    held.reset();
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  PF_EXPECT_ERROR(directory_->lock(".feed.lock"), ErrorCode::kExists, "somebody holds the lock");
}

TEST_F(PosixDirectoryTest, aLockThatIsLetGoIsFreeWhateverAForkedChildKeepsOpen) {
  PF_ASSERT_OK_ASSIGN(auto held, directory_->lock(".feed.lock"));
  std::array<int, 2> leave{};
  ASSERT_EQ(::pipe(leave.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    ::close(leave[1]);
    ::_exit(::read(leave[0], &byte, 1) == 0 ? 0 : 1);
  }
  held.reset();
  PF_EXPECT_OK(directory_->lock(".feed.lock"));
  ::close(leave[0]);
  ::close(leave[1]);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(PosixDirectoryTest, staysTheSameDirectoryWhenItIsRenamed) {
  PF_ASSERT_OK_ASSIGN(const auto inner, openDirectory(temp_.file("old"), IfMissing::kCreate));
  ASSERT_EQ(::rename(temp_.file("old").c_str(), temp_.file("new").c_str()), 0);
  PF_EXPECT_OK(inner->createExclusive("f"));
  EXPECT_EQ(kind("new/f"), EntryKind::kFile);
}

TEST_F(PosixDirectoryTest, openingMakesWhatIsMissingOnlyWhenAsked) {
  const std::string path = temp_.file("a//b/c/");
  const auto missing = openDirectory(path, IfMissing::kFail);
  PF_EXPECT_ERROR(missing, ErrorCode::kIo, "No such file or directory");
  EXPECT_EQ(kind("a"), EntryKind::kNone);
  PF_EXPECT_OK(openDirectory(path, IfMissing::kCreate));
  EXPECT_EQ(kind("a/b/c"), EntryKind::kDirectory);
  PF_EXPECT_OK(openDirectory(path, IfMissing::kFail));

  put("f", "");
  PF_EXPECT_ERROR(openDirectory(temp_.file("f"), IfMissing::kCreate), ErrorCode::kIo,
                  "Not a directory");
  PF_EXPECT_ERROR(openDirectory(temp_.file("f/g"), IfMissing::kCreate), ErrorCode::kIo,
                  "Not a directory");
  PF_EXPECT_ERROR(openDirectory("", IfMissing::kCreate), ErrorCode::kInvalidArgument, "path");
}

TEST_F(PosixDirectoryTest, relativePathsAreMadeWhereTheProcessStands) {
  std::array<char, 4096> before{};
  ASSERT_NE(::getcwd(before.data(), before.size()), nullptr);
  ASSERT_EQ(::chdir(temp_.path().c_str()), 0);
  const auto made = openDirectory("x/y", IfMissing::kCreate);
  const auto here = openDirectory(".", IfMissing::kFail);
  ASSERT_EQ(::chdir(before.data()), 0);
  PF_ASSERT_OK(made);
  PF_ASSERT_OK(here);
  EXPECT_EQ(kind("x/y"), EntryKind::kDirectory);
  // Names in "." are shown as they were given.
  PF_ASSERT_OK_ASSIGN(const auto file, here.value()->createExclusive("f.parquet"));
  EXPECT_EQ(file->name(), "f.parquet");
  EXPECT_EQ(kind("f.parquet"), EntryKind::kFile);
}

TEST_F(PosixDirectoryTest, aFileIsTheSameByWhateverPath) {
  put("f", "");
  put("other", "");
  ASSERT_EQ(::symlink("f", temp_.file("link").c_str()), 0);
  PF_ASSERT_OK_ASSIGN(const Inode file, inodeOf(temp_.file("f")));
  EXPECT_EQ(inodeOf(temp_.path() + "/./f"), file);
  EXPECT_EQ(inodeOf(temp_.file("link")), file);
  EXPECT_NE(inodeOf(temp_.file("other")), file);
  PF_EXPECT_ERROR(inodeOf(temp_.file("no")), ErrorCode::kIo, temp_.file("no"));
}

TEST(SplitPath, directoryAndName) {
  struct {
    const char* path;
    const char* directory;
    const char* name;
  } const cases[] = {
      {"feed.parquet", ".", "feed.parquet"},
      {"./feed.parquet", ".", "feed.parquet"},
      {"/feed.parquet", "/", "feed.parquet"},
      {"/data/feed.parquet", "/data", "feed.parquet"},
      {"data/2026/feed.parquet", "data/2026", "feed.parquet"},
      {"data/", "data", ""},
      {"/", "/", ""},
      {"", ".", ""},
  };
  for (const auto& test : cases) {
    const SplitPath split = splitPath(test.path);
    EXPECT_EQ(split.directory, test.directory) << test.path;
    EXPECT_EQ(split.name, test.name) << test.path;
  }
}

}  // namespace
}  // namespace parquet_flow::io
