// Goal: POSIX files get through short writes, signals and full devices, and report what they cannot
// get through. Method: faults at the system calls themselves.
#include "io/posix_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "io/posix_directory.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::io {
namespace {

using test::SystemCallFaults;
using test::WriteFault;

class PosixFileTest : public testing::Test {
 protected:
  PosixFileTest()
      : directory_(openDirectory(temp_.path(), IfMissing::kFail).value()),
        file_(directory_->createExclusive("f.parquet").value()) {}

  std::string content() const { return test::readWholeFile(temp_.file("f.parquet")); }

  test::TempDirectory temp_;
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<OutputFile> file_;
};

TEST_F(PosixFileTest, goesOnAfterEveryShortWrite) {
  const std::string text = "0123456789abcdefghij";
  const ConstBytes parts[] = {
      constBytes(text).first(3), {}, constBytes(text).subspan(3, 9), constBytes(text).subspan(12)};
  for (std::size_t bytesMax = 1; bytesMax <= text.size(); ++bytesMax) {
    PF_ASSERT_OK(file_->truncate(0));
    std::vector<std::size_t> asked;
    const SystemCallFaults faults({.onWrite = [&](int, std::size_t bytes) {
      asked.push_back(bytes);
      return WriteFault{.bytesMax = bytesMax};
    }});
    PF_ASSERT_OK(file_->write(parts));
    EXPECT_EQ(content(), text);
    EXPECT_EQ(file_->position(), text.size());
    // Each call asks for all that is left.
    std::size_t left = text.size();
    for (const std::size_t bytes : asked) {
      EXPECT_EQ(bytes, left);
      left -= std::min(bytesMax, left);
    }
  }
}

// Longer ones would have the page cache in huge pages.
TEST_F(PosixFileTest, longWritesAreCutAtMultiplesOf512KiBInTheFile) {
  constexpr std::size_t kMost = 512 * 1024;
  test::SeededRandom random;
  std::vector<std::byte> data(3 * kMost + 1000);
  random.fill(data);
  std::vector<std::size_t> asked;
  const SystemCallFaults faults({.onWrite = [&](int, std::size_t bytes) {
    asked.push_back(bytes);
    return WriteFault{};
  }});
  PF_ASSERT_OK(file_->write(constBytes("PAR1")));
  const ConstBytes parts[] = {ConstBytes(data).first(700), ConstBytes(data).subspan(700, kMost),
                              ConstBytes(data).subspan(700 + kMost)};
  PF_ASSERT_OK(file_->write(parts));
  EXPECT_EQ(asked, (std::vector<std::size_t>{4, kMost - 4, kMost, kMost, 1004}));
  EXPECT_EQ(content(), "PAR1" + std::string(asText(data)));
}

TEST_F(PosixFileTest, randomShortWritesOverManyParts) {
  test::SeededRandom random;
  std::vector<std::byte> data(200'000);
  random.fill(data);
  std::vector<ConstBytes> parts;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t bytes = std::min<std::size_t>(random.below(60), data.size() - at);
    parts.push_back(ConstBytes(data).subspan(at, bytes));
    at += bytes;
  }
  ASSERT_GT(parts.size(), 1024U * 3);
  const SystemCallFaults faults({.onWrite = [&](int, std::size_t) {
    return random.chance(1, 3) ? WriteFault{.systemError = EINTR}
                               : WriteFault{.bytesMax = 1 + random.below(5000)};
  }});
  PF_ASSERT_OK(file_->write(parts));
  EXPECT_EQ(content(), asText(data));
}

TEST_F(PosixFileTest, aSignalIsNoFailure) {
  int calls = 0;
  const SystemCallFaults faults({
      .onWrite =
          [&](int, std::size_t) {
            return ++calls <= 3 ? WriteFault{.systemError = EINTR} : WriteFault{};
          },
      .onSync = [&, syncs = 0](int) mutable { return ++syncs == 1 ? EINTR : 0; },
      .onClose = [](int) { return EINTR; },
  });
  PF_ASSERT_OK(file_->write(constBytes("PAR1")));
  EXPECT_EQ(calls, 4);
  PF_EXPECT_OK(file_->sync());
  PF_EXPECT_OK(file_->close());
  EXPECT_EQ(content(), "PAR1");
}

TEST_F(PosixFileTest, aFullDiskIsReportedWithWhatWasTakenAndCanBeCutBack) {
  PF_ASSERT_OK(file_->write(constBytes("row group 1")));
  {
    int calls = 0;
    const SystemCallFaults faults({.onWrite = [&](int, std::size_t) {
      return ++calls == 1 ? WriteFault{.bytesMax = 4} : WriteFault{.systemError = ENOSPC};
    }});
    const auto written = file_->write(constBytes("row group 2"));
    PF_EXPECT_ERROR(written, ErrorCode::kIo, "f.parquet: No space left on device");
    EXPECT_EQ(written.error().systemError(), ENOSPC);
  }
  EXPECT_EQ(file_->position(), 15U);
  EXPECT_EQ(content(), "row group 1row ");
  PF_ASSERT_OK(file_->truncate(11));
  PF_ASSERT_OK(file_->write(constBytes(", footer")));
  EXPECT_EQ(content(), "row group 1, footer");
}

TEST_F(PosixFileTest, aDeviceThatTakesNothingIsAnErrorNotAnEndlessLoop) {
  int calls = 0;
  const SystemCallFaults faults({.onWrite = [&](int, std::size_t) {
    EXPECT_LT(++calls, 10);
    return WriteFault{.bytesMax = 0};
  }});
  const auto written = file_->write(constBytes("PAR1"));
  PF_EXPECT_ERROR(written, ErrorCode::kIo, "f.parquet");
  EXPECT_EQ(written.error().systemError(), EIO);
}

TEST_F(PosixFileTest, aFailedSyncStaysFailed) {
  PF_ASSERT_OK(file_->write(constBytes("PAR1")));
  int syncs = 0;
  const SystemCallFaults faults({.onSync = [&](int) { return ++syncs == 1 ? EIO : 0; }});
  PF_EXPECT_ERROR(file_->sync(), ErrorCode::kIo, "syncing");
  // The system would say yes now, without having written the pages that it dropped.
  const auto again = file_->sync();
  PF_EXPECT_ERROR(again, ErrorCode::kIo, "syncing");
  EXPECT_EQ(again.error().systemError(), EIO);
  EXPECT_EQ(syncs, 1);
}

TEST_F(PosixFileTest, anErrorAtCloseIsReportedOnceAndTheDescriptorIsGone) {
  int closes = 0;
  const SystemCallFaults faults({.onClose = [&](int) {
    ++closes;
    return EDQUOT;
  }});
  const auto closed = file_->close();
  PF_EXPECT_ERROR(closed, ErrorCode::kIo, "closing");
  EXPECT_EQ(closed.error().systemError(), EDQUOT);
  PF_EXPECT_OK(file_->close());
  file_.reset();
  EXPECT_EQ(closes, 1);
}

TEST_F(PosixFileTest, descriptorsAreNotInheritedByOtherPrograms) {
  // Every descriptor above the standard ones that leads to our file or its directory.
  int found = 0;
  for (int descriptor = 3; descriptor < 256; ++descriptor) {
    std::array<char, 4096> target{};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    if (::readlink(link.c_str(), target.data(), target.size() - 1) > 0 &&
        std::string_view(target.data()).starts_with(temp_.path())) {
      ++found;
      EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0) << target.data();
    }
  }
  EXPECT_EQ(found, 2);
}

TEST_F(PosixFileTest, writingAllocatesNothing) {
  const std::vector<ConstBytes> parts(600, constBytes("0123456789"));
  const test::AllocationWatch watch;
  const bool written = file_->write(parts).has_value() && file_->truncate(100).has_value();
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_TRUE(written);
}

// Of the extents of a file up to 64 of them, those that have no place on the disk yet.
std::uint32_t delayedExtents(const std::string& path) {
  constexpr std::uint32_t kExtentsMax = 64;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  constexpr std::size_t kBytes = sizeof(fiemap) + kExtentsMax * sizeof(fiemap_extent);
  std::vector<std::uint64_t> space(kBytes / sizeof(std::uint64_t) + 1);
  auto* const map = reinterpret_cast<fiemap*>(space.data());
  map->fm_length = FIEMAP_MAX_OFFSET;
  map->fm_extent_count = kExtentsMax;
  EXPECT_EQ(::ioctl(descriptor, FS_IOC_FIEMAP, map), 0);
  ::close(descriptor);
  EXPECT_GT(map->fm_mapped_extents, 0U);
  std::uint32_t delayed = 0;
  for (std::uint32_t i = 0; i < map->fm_mapped_extents; ++i) {
    if ((map->fm_extents[i].fe_flags & FIEMAP_EXTENT_DELALLOC) != 0) ++delayed;
  }
  return delayed;
}

TEST_F(PosixFileTest, spaceIsReservedForLongWritesAndNoneBeyondThem) {
  struct statfs filesystem{};
  ASSERT_EQ(::statfs(temp_.path().c_str(), &filesystem), 0);
  if (filesystem.f_type != EXT4_SUPER_MAGIC) GTEST_SKIP() << "not on ext4";
  const std::string long1(1'000'001, 'x');
  const std::string long2(300'000, 'y');
  const ConstBytes parts[] = {constBytes(long1), constBytes(long2)};
  PF_ASSERT_OK(file_->write(parts));
  PF_ASSERT_OK(file_->write(parts));
  EXPECT_EQ(delayedExtents(temp_.file("f.parquet")), 0U);
  const std::uint64_t bytes = 2 * (long1.size() + long2.size());
  const auto expectNoMoreThan = [&](std::uint64_t expected) {
    struct stat status{};
    ASSERT_EQ(::stat(temp_.file("f.parquet").c_str(), &status), 0);
    EXPECT_EQ(static_cast<std::uint64_t>(status.st_size), expected);
    constexpr std::uint64_t kBlockBytes = 512;  // of st_blocks
    EXPECT_LE(static_cast<std::uint64_t>(status.st_blocks) * kBlockBytes,
              expected + 2 * static_cast<std::uint64_t>(status.st_blksize));
  };
  expectNoMoreThan(bytes);
  EXPECT_EQ(content(), long1 + long2 + long1 + long2);

  // What was reserved for a write that failed goes with what is cut back.
  {
    const SystemCallFaults faults(
        {.onWrite = [](int, std::size_t) { return WriteFault{.systemError = ENOSPC}; }});
    PF_EXPECT_ERROR(file_->write(parts), ErrorCode::kIo, "No space");
  }
  PF_ASSERT_OK(file_->truncate(bytes));
  expectNoMoreThan(bytes);
  PF_ASSERT_OK(file_->truncate(bytes / 2));
  expectNoMoreThan(bytes / 2);
}

class InputFileTest : public testing::Test {
 protected:
  InputFileTest() { test::writeWholeFile(temp_.file("in"), "PAR1....PAR1"); }

  test::TempDirectory temp_;
};

TEST_F(InputFileTest, readsAtAnyOffset) {
  PF_ASSERT_OK_ASSIGN(const auto file, openInputFile(temp_.file("in")));
  EXPECT_EQ(file->size(), 12U);
  std::array<std::byte, 4> bytes{};
  PF_ASSERT_OK(file->readAt(8, bytes));
  EXPECT_EQ(asText(bytes), "PAR1");
  PF_ASSERT_OK(file->readAt(2, bytes));
  EXPECT_EQ(asText(bytes), "R1..");
  PF_EXPECT_OK(file->readAt(12, {}));
}

TEST_F(InputFileTest, whatLiesBehindTheEndIsCorrupt) {
  PF_ASSERT_OK_ASSIGN(const auto file, openInputFile(temp_.file("in")));
  std::array<std::byte, 4> bytes{};
  PF_EXPECT_ERROR(file->readAt(9, bytes), ErrorCode::kCorrupt, "in: 4 bytes at 9 of a file of 12");
  PF_EXPECT_ERROR(file->readAt(13, {}), ErrorCode::kCorrupt, "13");
  PF_EXPECT_ERROR(file->readAt(~std::uint64_t{0}, bytes), ErrorCode::kCorrupt, "of a file of 12");
  PF_EXPECT_ERROR(file->readAt(~std::uint64_t{0} - 3, bytes), ErrorCode::kCorrupt,
                  "of a file of 12");
}

TEST_F(InputFileTest, aFileThatBecameShorterIsAnIoError) {
  PF_ASSERT_OK_ASSIGN(const auto file, openInputFile(temp_.file("in")));
  ASSERT_EQ(::truncate(temp_.file("in").c_str(), 9), 0);
  std::array<std::byte, 4> bytes{};
  PF_EXPECT_ERROR(file->readAt(8, bytes), ErrorCode::kIo, "shorter");
}

TEST_F(InputFileTest, isKnownAgainUntilItIsReplacedOrWrittenTo) {
  for (const InputAccess access : {InputAccess::kRead, InputAccess::kMapping}) {
    const auto identity = [&](const char* name) {
      const auto file = openInputFile(temp_.file(name), access);
      EXPECT_TRUE(file) << file.error().message();
      return file ? (*file)->identity() : FileIdentity{};
    };
    const auto setTime = [this](const char* name, long nanoseconds) {
      const timespec times[] = {{1'000, 0}, {2'000, nanoseconds}};
      ASSERT_EQ(::utimensat(AT_FDCWD, temp_.file(name).c_str(), times, 0), 0);
    };
    test::writeWholeFile(temp_.file("other"), "PAR1....PAR1");
    setTime("in", 5);
    setTime("other", 5);
    const FileIdentity first = identity("in");
    EXPECT_EQ(first.bytes, 12U);
    EXPECT_EQ(first.modifiedNs, 2'000'000'000'005);
    EXPECT_EQ(identity("in"), first);
    EXPECT_NE(identity("other"), first);
    setTime("in", 6);
    EXPECT_NE(identity("in"), first);
    setTime("in", 5);
    EXPECT_EQ(identity("in"), first);
    test::writeWholeFile(temp_.file("in"), "PAR1...PAR1");
    setTime("in", 5);
    EXPECT_NE(identity("in"), first);
    test::writeWholeFile(temp_.file("in"), "PAR1....PAR1");
  }
}

TEST_F(InputFileTest, onlyRegularFilesAreRead) {
  ASSERT_EQ(::mkfifo(temp_.file("fifo").c_str(), 0600), 0);
  // Without a writer: an ordinary open would wait for one.
  PF_EXPECT_ERROR(openInputFile(temp_.file("fifo")), ErrorCode::kInvalidArgument,
                  "not a regular file");
  PF_EXPECT_ERROR(openInputFile(temp_.path()), ErrorCode::kInvalidArgument, "not a regular file");
  const auto missing = openInputFile(temp_.file("missing"));
  PF_EXPECT_ERROR(missing, ErrorCode::kIo, "missing: No such file or directory");
  EXPECT_EQ(missing.error().systemError(), ENOENT);
}

}  // namespace
}  // namespace parquet_flow::io
