// When row groups are sealed and files end, what files are called, and that nothing that is there
// is overwritten. Method: a sink whose clock moves by hand, over a directory in memory.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "sink/file_names.hpp"
#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::record;
using test::SinkHarness;
using Names = std::vector<std::string>;

class Files : public ::testing::Test {
 protected:
  void open() {
    harness.open();
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  void records(int count, std::size_t bytes = 8) {
    for (int i = 0; i < count; ++i) record(producer, std::string(bytes, 'x'));
    harness.poll();
  }
  // What no encoding makes smaller.
  void noise(int count, std::size_t bytes) {
    for (int i = 0; i < count; ++i) {
      std::string payload(bytes, '\0');
      for (char& c : payload) c = static_cast<char>(random());
      record(producer, payload);
    }
    harness.poll();
  }
  void putThere(const std::string& name) {
    const auto folder = FileNames::directoryOf(name);
    if (!folder.empty()) PF_ASSERT_OK(harness.directory->makeDirectory(folder));
    PF_ASSERT_OK_ASSIGN(auto file, harness.directory->createExclusive(name));
    PF_ASSERT_OK(file->write(constBytes("theirs")));
    PF_ASSERT_OK(file->close());
  }

  SinkHarness harness;
  Producer* producer = nullptr;
  std::mt19937 random;
};

TEST_F(Files, rowGroupIsSealedByRows) {
  harness.options.rowGroupRows = 10;
  open();
  records(25);
  EXPECT_EQ(harness.sink->stats().rowGroups, 2U);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.read("out.parquet").groupRows, (std::vector<std::uint64_t>{10, 10, 5}));
}

TEST_F(Files, rowGroupIsSealedByBytesBeforeItPassesThem) {
  harness.options.rowGroupBytes = 64 << 10;
  open();
  // A row is 1000 bytes of payload, 4 of offset and 20 of capture columns; the column of offsets
  // begins with one more. So 63 rows are 64516 bytes, and 64 would be 65540.
  for (int i = 0; i < 4; ++i) records(40, 1000);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.read("out.parquet").groupRows, (std::vector<std::uint64_t>{63, 63, 34}));
}

TEST_F(Files, recordLargerThanARowGroupStandsAlone) {
  harness.options.ringBytes = 1 << 20;
  harness.options.rowGroupBytes = 64 << 10;
  open();
  records(1, 10);
  records(1, 200'000);
  records(2, 10);
  PF_ASSERT_OK(harness.close());
  const auto file = harness.read("out.parquet");
  EXPECT_EQ(file.groupRows, (std::vector<std::uint64_t>{1, 1, 2}));
  EXPECT_EQ(file.rows[1].payload.size(), 200'000U);
}

// Each of the large ones has a piece of its own; the one between them makes no row of one.
TEST_F(Files, rejectedRecordBetweenLargeOnesIsNoPiece) {
  constexpr std::uint32_t kLarge = 300 << 10;
  harness.options.shape = Shape::kStruct;
  harness.options.structColumns.resize(1);
  harness.options.structColumns[0].name = "tail";
  harness.options.structColumns[0].field = FieldType::kTailBytes;
  harness.options.ringBytes = 4 << 20;
  harness.options.recordBytesMax = 512 << 10;
  open();
  std::string large(kLarge + 8, 'x');
  const std::uint32_t head[2] = {8, kLarge};
  std::memcpy(large.data(), head, sizeof head);
  std::string bad = large.substr(0, 8);  // its tail is not there
  for (const std::string& payload : {large, bad, large, large, bad, bad, large}) {
    record(producer, payload);
  }
  harness.poll();
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.sink->stats().rows, 4U);
  EXPECT_EQ(harness.sink->stats().rejected, 3U);
}

TEST_F(Files, rowGroupIsSealedByTimeWhenNoRecordArrives) {
  harness.options.rowGroupTimeNs = kSecond;
  open();
  records(3);
  harness.pollAfter(kSecond - 1);
  EXPECT_EQ(harness.sink->stats().rowGroups, 0U);
  harness.pollAfter(1);
  EXPECT_EQ(harness.sink->stats().rowGroups, 1U);
  harness.pollAfter(10 * kSecond);
  EXPECT_EQ(harness.sink->stats().rowGroups, 1U) << "nothing to seal";
}

TEST_F(Files, directoryGetsOneFileADateAndNumber) {
  harness.useDirectory();
  open();
  records(1);
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  harness.clock.advance(24 * 3600 * kSecond);
  records(1);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.files(),
            (Names{"date=2026-11-20/feed-000001.parquet", "date=2026-11-21/feed-000002.parquet"}));
  ASSERT_EQ(harness.events.size(), 2U);
  EXPECT_EQ(harness.events[0].path, "<memory>/date=2026-11-20/feed-000001.parquet");
  EXPECT_EQ(harness.events[0].rows, 1U);
  EXPECT_EQ(harness.events[0].rowsLost, 0U);
}

TEST_F(Files, fileBeingWrittenIsHidden) {
  harness.useDirectory();
  open();
  EXPECT_TRUE(harness.files().empty());
  ASSERT_EQ(harness.hiddenFiles().size(), 2U);  // and the lock
  EXPECT_TRUE(harness.hiddenFiles()[1].starts_with("date=2026-11-20/.feed-000001.parquet."));
  EXPECT_TRUE(harness.hiddenFiles()[1].ends_with(".pending"));
}

TEST_F(Files, rotatesByRowsExactly) {
  harness.useDirectory();
  harness.options.rotateRows = 10;
  harness.options.rowGroupRows = 4;
  open();
  records(25);
  EXPECT_EQ(harness.files().size(), 2U);
  PF_ASSERT_OK(harness.close());
  std::vector<std::size_t> rows;
  for (const auto& name : harness.files()) rows.push_back(harness.read(name).rows.size());
  EXPECT_EQ(rows, (std::vector<std::size_t>{10, 10, 5}));
}

TEST_F(Files, rotatesBeforeTheBytesArePassed) {
  harness.useDirectory();
  harness.options.rowGroupBytes = 64 << 10;
  harness.options.rotateBytes = 200'000;  // three row groups of 64 KiB
  open();
  for (int i = 0; i < 10; ++i) noise(60, 1000);
  PF_ASSERT_OK(harness.close());
  ASSERT_EQ(harness.files().size(), 4U);
  for (const auto& name : harness.files()) {
    EXPECT_LE(harness.read(name).groupRows.size(), 3U);
    EXPECT_LE(harness.directory->contents(name).size(), 210'000U) << "and a footer";
  }
}

TEST_F(Files, rotatesByTimeWhenNoRecordArrives) {
  harness.useDirectory();
  harness.options.rotateTimeNs = 60 * kSecond;
  open();
  harness.pollAfter(59 * kSecond);
  records(1);
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  harness.pollAfter(kSecond - kMs);
  EXPECT_TRUE(harness.files().empty());
  harness.pollAfter(kMs);
  EXPECT_EQ(harness.files(), (Names{"date=2026-11-20/feed-000001.parquet"}));
}

TEST_F(Files, fileWithoutRowsIsNeverPublishedByTime) {
  harness.useDirectory();
  harness.options.rotateTimeNs = 60 * kSecond;
  open();
  harness.pollAfter(24 * 3600 * kSecond);
  EXPECT_TRUE(harness.files().empty());
  records(1);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.files(), (Names{"date=2026-11-21/feed-000001.parquet"}))
      << "the old empty one gave way to one of the day";
}

TEST_F(Files, rotateWithoutRowsPublishesNothing) {
  harness.useDirectory();
  open();
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  PF_ASSERT_OK(harness.close());
  EXPECT_TRUE(harness.files().empty());
  EXPECT_EQ(harness.hiddenFiles(), Names{".feed.lock"});
}

TEST_F(Files, outputPathWithoutRowsIsAFileWithoutRows) {
  open();
  PF_ASSERT_OK(harness.close());
  ASSERT_EQ(harness.files(), Names{"out.parquet"});
  EXPECT_TRUE(harness.read("out.parquet").rows.empty());
}

TEST_F(Files, restartGoesOnBehindWhatIsThere) {
  harness.useDirectory();
  putThere("date=2026-11-19/feed-000041.parquet");
  putThere("date=2026-11-19/.feed-000042.parquet.12345678.pending");
  open();
  records(1);
  PF_ASSERT_OK(harness.close());
  producer = nullptr;
  harness.sink.reset();
  open();
  records(2);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.files(),
            (Names{"date=2026-11-19/feed-000041.parquet", "date=2026-11-20/feed-000043.parquet",
                   "date=2026-11-20/feed-000044.parquet"}));
  EXPECT_EQ(harness.directory->contents("date=2026-11-19/feed-000041.parquet"), "theirs");
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000044.parquet").rows.size(), 2U);
}

TEST_F(Files, nameThatSomebodyTakesMeanwhileIsLeftAlone) {
  harness.useDirectory();
  open();
  records(1);
  putThere("date=2026-11-20/feed-000001.parquet");
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.directory->contents("date=2026-11-20/feed-000001.parquet"), "theirs");
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000002.parquet").rows.size(), 1U);
}

TEST_F(Files, secondSinkOnAPrefixIsRefused) {
  harness.useDirectory();
  open();
  PF_EXPECT_ERROR(LogSink::open(harness.options), ErrorCode::kExists, "prefix \"feed\"");
  SinkOptions other = harness.options;
  other.prefix = "other";
  PF_ASSERT_OK_ASSIGN(auto second, LogSink::open(other));
  PF_EXPECT_OK(second->close(kSecond));
  PF_ASSERT_OK(harness.close());
  PF_ASSERT_OK_ASSIGN(auto third, LogSink::open(harness.options));
  PF_EXPECT_OK(third->close(kSecond));
}

TEST_F(Files, outputPathThatIsThereIsRefusedAtOpen) {
  putThere("out.parquet");
  PF_EXPECT_ERROR(LogSink::open(harness.options), ErrorCode::kExists, "out.parquet");
  EXPECT_EQ(harness.directory->contents("out.parquet"), "theirs");
  EXPECT_TRUE(harness.hiddenFiles().empty());
}

TEST_F(Files, outputPathIsReplacedWhereThatIsAskedFor) {
  putThere("out.parquet");
  harness.options.replace = true;
  open();
  records(2);
  EXPECT_EQ(harness.directory->contents("out.parquet"), "theirs") << "until it is whole";
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 2U);
}

TEST_F(Files, outputPathTakenMeanwhileIsFollowedByANumberedFile) {
  open();
  records(2);
  putThere("out.parquet");
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.directory->contents("out.parquet"), "theirs");
  EXPECT_EQ(harness.read("out-000001.parquet").rows.size(), 2U);
  ASSERT_EQ(harness.events.size(), 1U);
  EXPECT_EQ(harness.events[0].path, "<memory>/out-000001.parquet");
}

TEST_F(Files, rotateIsRefusedWithAnOutputPath) {
  open();
  PF_EXPECT_ERROR(harness.sink->rotate(kSecond), ErrorCode::kInvalidArgument, "output_path");
}

TEST_F(Files, fileEndsBeforeItsOrdinalsAreUsedUp) {
  harness.options.rowGroupRows = 1;
  open();
  for (int i = 0; i < 33'000; i += 500) records(500, 1);
  PF_ASSERT_OK(harness.close());
  ASSERT_EQ(harness.files(), (Names{"out-000001.parquet", "out.parquet"}));
  EXPECT_EQ(harness.read("out.parquet").groupRows.size(), 32'767U);
  EXPECT_EQ(harness.read("out-000001.parquet").groupRows.size(), 233U);
  EXPECT_EQ(harness.sink->stats().filesPublished, 2U);
}

TEST_F(Files, keyValuesStandInEachFile) {
  harness.useDirectory();
  harness.options.writer.keyValues = {{"venue", "X"}, {"empty", std::nullopt}};
  open();
  records(1);
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  records(1);
  PF_ASSERT_OK(harness.close());
  for (const auto& name : harness.files()) {
    EXPECT_EQ(harness.read(name).keyValues["venue"], "X");
    EXPECT_TRUE(harness.read(name).keyValues.contains("empty"));
  }
}

TEST_F(Files, failedOpenLeavesNoFileBehind) {
  harness.plan->fail(parquet_flow::test::IoOperation::kWrite, 1, ENOSPC);
  PF_EXPECT_ERROR(LogSink::open(harness.options), ErrorCode::kIo, "No space left");
  EXPECT_TRUE(harness.hiddenFiles().empty());
  EXPECT_TRUE(harness.files().empty());
}

}  // namespace
}  // namespace parquet_flow::sink
