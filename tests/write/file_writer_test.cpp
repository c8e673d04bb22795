// Goal: whatever fails on the way, what is left is a whole file of whole row groups. Method: each
// write of a run fails once, in each way, and the file that is then cut back and finished must be,
// byte for byte, the one of a run in which nothing failed.
#include "write/file_writer.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "encoded_pages.hpp"
#include "io/discard_file.hpp"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using parquet_flow::test::FaultPlan;
using parquet_flow::test::FaultyOutputFile;
using parquet_flow::test::IoOperation;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;

// Two columns: numbers, borrowed by the row group, and text, which is not.
struct Feed {
  explicit Feed(const std::string& text = "row") {
    options.pageBytes = 64 << 10;
    EXPECT_TRUE(schema->addLeaf(schema::kRoot, "n", PhysicalType::kInt64, Repetition::kRequired));
    EXPECT_TRUE(
        schema->addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional));
    for (std::size_t group = 0; group < 4; ++group) {
      // The third is large enough to be aligned, and has several pages.
      const std::size_t rows = (group == 2 ? 100'000 : 1000) + group;
      numbers.emplace_back(rows, static_cast<std::int64_t>(group));
      strings.emplace_back(std::vector<std::string>(rows, text + std::to_string(group)));
    }
    auto made = RowGroupEncoder::create(schema, options);
    EXPECT_TRUE(made.has_value());
    for (std::size_t group = 0; group < numbers.size(); ++group) {
      const std::vector<LeafView> views = {test::fixedView(numbers[group]), strings[group].view()};
      EXPECT_TRUE((*made)->encode(numbers[group].size(), views, groups.emplace_back()));
    }
  }

  std::shared_ptr<schema::Schema> schema = std::make_shared<schema::Schema>();
  WriterOptions options = test::plainPages();
  std::vector<std::vector<std::int64_t>> numbers;
  std::vector<test::Strings> strings;
  std::vector<EncodedRowGroup> groups;
};

// Keeps what was written when its file is gone.
struct Output {
  std::unique_ptr<io::OutputFile> file(std::shared_ptr<FaultPlan> plan) {
    auto memory = std::make_unique<io::MemoryOutputFile>();
    memory_ = memory.get();
    return std::make_unique<FaultyOutputFile>(std::move(memory), std::move(plan));
  }
  [[nodiscard]] Bytes contents() const {
    const ConstBytes bytes = memory_->contents();
    return {bytes.begin(), bytes.end()};
  }
  io::MemoryOutputFile* memory_ = nullptr;
};

Bytes wholeFile(const Feed& feed, const std::vector<std::size_t>& which) {
  Output output;
  auto writer =
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options);
  EXPECT_TRUE(writer.has_value());
  for (const std::size_t group : which) {
    PF_EXPECT_OK((*writer)->writeRowGroup(feed.groups[group]));
  }
  PF_EXPECT_OK((*writer)->finish());
  return output.contents();
}

TEST(FileWriter, writesMagicRowGroupsFooterItsLengthAndMagic) {
  const Feed feed;
  const Bytes file = wholeFile(feed, {0, 1});
  ASSERT_GT(file.size(), 12U);
  EXPECT_EQ(Bytes(file.begin(), file.begin() + 4), test::textBytes("PAR1"));
  EXPECT_EQ(Bytes(file.end() - 4, file.end()), test::textBytes("PAR1"));
  const auto footerBytes = loadLe<std::uint32_t>(file.data() + file.size() - 8);
  const std::size_t groupBytes =
      feed.groups[0].compressedBytes() + feed.groups[1].compressedBytes();
  EXPECT_EQ(file.size(), 4 + groupBytes + footerBytes + 8);
}

TEST(FileWriter, countsWhatItHasWritten) {
  const Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  EXPECT_EQ(writer->totals().fileBytes, 4U);
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[0]));
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[1]));
  const FileTotals totals = writer->totals();
  EXPECT_EQ(totals.rowGroups, 2U);
  EXPECT_EQ(totals.rows, 2001U);
  EXPECT_EQ(totals.pages, 4U);
  EXPECT_EQ(totals.compressedBytes,
            feed.groups[0].compressedBytes() + feed.groups[1].compressedBytes());
  EXPECT_EQ(totals.fileBytes, 4 + totals.compressedBytes);
  EXPECT_GT(totals.retainedBytes, 0U);
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(writer->totals().fileBytes, output.contents().size());
}

// What the system copies into its cache is to lie there as it lies in our buffers; page.cpp has the
// measurement. All pages but the first, before which nothing is known of headers, and the last,
// whose header is shorter.
TEST(FileWriter, alignsLargeRowGroupsToTheirBuffers) {
  const Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[0]));
  const std::uint64_t end = writer->totals().fileBytes;
  EXPECT_EQ(end, 4 + feed.groups[0].compressedBytes());  // a small one follows without a gap
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[2]));
  const std::uint64_t begin = writer->totals().fileBytes - feed.groups[2].compressedBytes();
  EXPECT_EQ(begin % kRowGroupAlignment, 0U);
  EXPECT_LT(begin - end, kRowGroupAlignment);
  const Bytes file = output.contents();
  EXPECT_EQ(Bytes(file.begin() + static_cast<std::ptrdiff_t>(end),
                  file.begin() + static_cast<std::ptrdiff_t>(begin)),
            Bytes(begin - end));

  const EncodedColumnChunk& strings = feed.groups[2].chunks[1];
  std::uint64_t position = begin + feed.groups[2].chunks[0].compressedBytes;
  std::size_t aligned = 0;
  for (const Segment& segment : strings.segments) {
    if (segment.bytes > 1000 && position % kRowGroupAlignment == segment.offset % 64) {
      ++aligned;
    }
    position += segment.bytes;
  }
  EXPECT_GT(strings.pages.size(), 4U);
  EXPECT_GE(aligned, strings.pages.size() - 2U);
}

TEST(FileWriter, writesAFileWithoutRows) {
  const Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  EncodedRowGroup empty;
  PF_EXPECT_OK(writer->writeRowGroup(empty));
  PF_ASSERT_OK(writer->finish());
  const Bytes file = output.contents();
  PF_ASSERT_OK_ASSIGN(const auto footer, read::readFileInfo(io::MemoryInputFile(file)));
  EXPECT_EQ(footer.rows, 0U);
  EXPECT_EQ(footer.rowGroups, 0U);
}

TEST(FileWriter, refusesARowGroupThatIsNotWhole) {
  const Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  EncodedRowGroup half;
  half.rows = 1;
  half.chunks.resize(1);
  PF_EXPECT_ERROR(writer->writeRowGroup(half), ErrorCode::kInternal, "not whole");
  half.chunks.resize(2);
  PF_EXPECT_ERROR(writer->writeRowGroup(half), ErrorCode::kInternal, "not whole");
  EXPECT_EQ(output.contents().size(), 4U);
  PF_EXPECT_OK(writer->writeRowGroup(feed.groups[0]));
}

TEST(FileWriter, refusesEverythingOnceItIsFinished) {
  const Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  PF_ASSERT_OK(writer->finish());
  PF_EXPECT_ERROR(writer->writeRowGroup(feed.groups[0]), ErrorCode::kNotOpen, "is finished");
  PF_EXPECT_ERROR(writer->setKeyValue("k", "v"), ErrorCode::kNotOpen, "is finished");
  PF_EXPECT_ERROR(writer->finish(), ErrorCode::kNotOpen, "is finished");
  PF_EXPECT_ERROR(writer->cutBack(), ErrorCode::kNotOpen, "is finished");
}

TEST(FileWriter, keepsTheLastValueOfAKey) {
  const Feed feed;
  WriterOptions options = feed.options;
  options.keyValues = {{"a", "1"}, {"b", std::nullopt}};
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, options));
  PF_ASSERT_OK(writer->setKeyValue("a", "2"));
  PF_ASSERT_OK(writer->setKeyValue("b", "3"));
  PF_ASSERT_OK(writer->setKeyValue("a", std::nullopt));
  PF_EXPECT_ERROR(writer->setKeyValue("\xFF", "x"), ErrorCode::kInvalidArgument, "UTF-8");
  PF_ASSERT_OK(writer->finish());

  WriterOptions expectedOptions = feed.options;
  expectedOptions.keyValues = {{"a", std::nullopt}, {"b", "3"}};
  Output expected;
  PF_ASSERT_OK_ASSIGN(
      const auto other,
      FileWriter::open(expected.file(std::make_shared<FaultPlan>()), feed.schema, expectedOptions));
  PF_ASSERT_OK(other->finish());
  EXPECT_EQ(output.contents(), expected.contents());
}

// `ordinal` is an i16, and readers that split files count on it.
TEST(FileWriter, refusesTheRowGroupWhoseOrdinalWouldNotFit) {
  const test::OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(std::make_unique<io::DiscardFile>(), column.schema, {}));
  PF_ASSERT_OK_ASSIGN(const auto encoder, RowGroupEncoder::create(column.schema, {}));
  const std::vector<std::int32_t> one = {1};
  const LeafView view = test::fixedView(one);
  EncodedRowGroup rowGroup;
  PF_ASSERT_OK(encoder->encode(1, {&view, 1}, rowGroup));
  for (int i = 0; i < 32'767; ++i) {
    ASSERT_TRUE(writer->writeRowGroup(rowGroup)) << i;
  }
  const std::uint64_t bytes = writer->totals().fileBytes;
  PF_EXPECT_ERROR(writer->writeRowGroup(rowGroup), ErrorCode::kLimit, "32767 row groups");
  EXPECT_EQ(writer->file().position(), bytes);
  PF_EXPECT_OK(writer->finish());
}

// Readers take a chunk into one array. Nothing of it is looked at: its bytes are not there.
TEST(FileWriter, refusesChunksAbove2GiB) {
  Feed feed;
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  EncodedColumnChunk& chunk = feed.groups[0].chunks[1];
  const std::uint64_t added = (std::uint64_t{1} << 31U) - chunk.compressedBytes;
  chunk.segments.back().bytes += added;
  chunk.compressedBytes += added;
  const std::uint64_t bytes = writer->totals().fileBytes;
  PF_EXPECT_ERROR(writer->writeRowGroup(feed.groups[0]), ErrorCode::kLimit,
                  "column 's': 2147483648 bytes in one row group");
  PF_EXPECT_ERROR(writer->writePages(feed.groups[0]), ErrorCode::kLimit, "column 's'");
  EXPECT_EQ(writer->file().position(), bytes);
  PF_EXPECT_OK(writer->writeRowGroup(feed.groups[1]));
  PF_EXPECT_OK(writer->finish());
  EXPECT_EQ(output.contents(), wholeFile(feed, {1}));
}

struct Failure {
  const char* name;
  int systemError;
  std::uint64_t bytesTaken;
};
constexpr Failure kFailures[] = {
    {"nothing_written", EIO, 0},
    {"disk_full_after_a_byte", ENOSPC, 1},
    {"disk_full_in_the_middle", ENOSPC, 5000},
};

// Every write of a run fails once: the magic, each row group, the footer.
TEST(FileWriter, isWholeAfterAnyWriteFailedAndWasTriedAgain) {
  const Feed feed;
  const Bytes expected = wholeFile(feed, {0, 1, 2, 3});
  for (const Failure& failure : kFailures) {
    SCOPED_TRACE(failure.name);
    for (std::uint64_t nth = 2; nth <= 6; ++nth) {  // the first is the magic, see below
      SCOPED_TRACE(nth);
      Output output;
      auto plan = std::make_shared<FaultPlan>();
      plan->fail(IoOperation::kWrite, nth, failure.systemError, 1, failure.bytesTaken);
      PF_ASSERT_OK_ASSIGN(const auto writer,
                          FileWriter::open(output.file(plan), feed.schema, feed.options));
      for (std::size_t group = 0; group < feed.groups.size(); ++group) {
        const auto written = writer->writeRowGroup(feed.groups[group]);
        if (!written) {
          PF_EXPECT_ERROR(written, ErrorCode::kIo, "row group " + std::to_string(group));
          PF_EXPECT_ERROR(writer->writeRowGroup(feed.groups[group]), ErrorCode::kNotOpen, "");
          PF_EXPECT_ERROR(writer->finish(), ErrorCode::kNotOpen, "");
          PF_ASSERT_OK(writer->cutBack());
          PF_ASSERT_OK(writer->writeRowGroup(feed.groups[group]));
        }
      }
      const auto finished = writer->finish();
      if (!finished) {
        PF_EXPECT_ERROR(finished, ErrorCode::kIo, "footer");
        PF_ASSERT_OK(writer->cutBack());
        PF_ASSERT_OK(writer->finish());
      }
      EXPECT_EQ(plan->faults(), 1U);
      EXPECT_EQ(plan->count(IoOperation::kWrite), 7U);
      ASSERT_EQ(output.contents(), expected);
    }
  }
}

TEST(FileWriter, isWholeWithoutTheRowGroupThatCouldNotBeWritten) {
  const Feed feed;
  const Bytes expected = wholeFile(feed, {0, 1, 3});
  Output output;
  auto plan = std::make_shared<FaultPlan>();
  plan->fail(IoOperation::kWrite, 4, ENOSPC, 1, 777);
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(output.file(plan), feed.schema, feed.options));
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[0]));
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[1]));
  PF_EXPECT_ERROR(writer->writeRowGroup(feed.groups[2]), ErrorCode::kIo, "No space left");
  PF_ASSERT_OK(writer->cutBack());
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[3]));
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(output.contents(), expected);
}

// Whatever goes out of a row group before it is whole, the file is the one that it is at once.
struct InPieces {
  explicit InPieces(const Feed& itsFeed) : feed(itsFeed) {
    auto made = RowGroupEncoder::create(feed.schema, feed.options);
    EXPECT_TRUE(made.has_value());
    encoder = std::move(*made);
  }
  // The third row group's, with more text than is kept back.
  [[nodiscard]] Result<void> encode(FileWriter& writer) {
    RowGroupPieces pieces(writer, rowGroup);
    const std::vector<LeafView> views = {test::fixedView(feed.numbers[2]), feed.strings[2].view()};
    return encoder->encode(feed.numbers[2].size(), views, rowGroup, &pieces);
  }

  const Feed& feed;
  std::unique_ptr<RowGroupEncoder> encoder;
  EncodedRowGroup rowGroup;
};

TEST(FileWriter, writesARowGroupInPiecesAsAtOnce) {
  const Feed feed("row group ");
  Output output;
  auto plan = std::make_shared<FaultPlan>();
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(output.file(plan), feed.schema, feed.options));
  InPieces pieces(feed);
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[0]));
  PF_ASSERT_OK(pieces.encode(*writer));
  EXPECT_GT(plan->count(IoOperation::kWrite), 3U);  // the magic, a row group, pieces
  PF_EXPECT_ERROR(writer->finish(), ErrorCode::kNotOpen, "in the middle of a row group");
  PF_ASSERT_OK(writer->writeRowGroup(pieces.rowGroup));
  PF_ASSERT_OK(pieces.encode(*writer));  // again, into what is left of the one before
  PF_ASSERT_OK(writer->writeRowGroup(pieces.rowGroup));
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(output.contents(), wholeFile(feed, {0, 2, 2}));
}

TEST(FileWriter, isWholeWithoutTheRowGroupThatWasGivenUpInTheMiddle) {
  const Feed feed("row group ");
  Output output;
  PF_ASSERT_OK_ASSIGN(
      const auto writer,
      FileWriter::open(output.file(std::make_shared<FaultPlan>()), feed.schema, feed.options));
  InPieces pieces(feed);
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[0]));
  PF_ASSERT_OK(pieces.encode(*writer));
  PF_ASSERT_OK(writer->cutBack());
  PF_ASSERT_OK(writer->writeRowGroup(feed.groups[1]));
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(output.contents(), wholeFile(feed, {0, 1}));
}

TEST(FileWriter, isWholeAfterAnyPieceFailedAndAllWereTriedAgain) {
  const Feed feed("row group ");
  const Bytes expected = wholeFile(feed, {2});
  for (std::uint64_t nth = 2; nth <= 4; ++nth) {  // two pieces, and what is left of the row group
    SCOPED_TRACE(nth);
    Output output;
    auto plan = std::make_shared<FaultPlan>();
    plan->fail(IoOperation::kWrite, nth, ENOSPC, 1, 5000);
    PF_ASSERT_OK_ASSIGN(const auto writer,
                        FileWriter::open(output.file(plan), feed.schema, feed.options));
    InPieces pieces(feed);
    auto written = pieces.encode(*writer);
    EXPECT_EQ(written.has_value(), nth == 4);
    if (written) written = writer->writeRowGroup(pieces.rowGroup);
    PF_EXPECT_ERROR(written, ErrorCode::kIo, "writing row group 0");
    PF_EXPECT_ERROR(writer->writePages(pieces.rowGroup), ErrorCode::kNotOpen, "");
    PF_ASSERT_OK(writer->cutBack());
    PF_ASSERT_OK(pieces.encode(*writer));
    PF_ASSERT_OK(writer->writeRowGroup(pieces.rowGroup));
    PF_ASSERT_OK(writer->finish());
    ASSERT_EQ(output.contents(), expected);
  }
}

TEST(FileWriter, doesNotOpenWhereTheMagicCannotBeWritten) {
  const Feed feed;
  Output output;
  auto plan = std::make_shared<FaultPlan>();
  plan->fail(IoOperation::kWrite, 1, EIO);
  PF_EXPECT_ERROR(FileWriter::open(output.file(plan), feed.schema, feed.options), ErrorCode::kIo,
                  "beginning");
}

TEST(FileWriter, staysTornWhereItCannotBeCutBack) {
  const Feed feed;
  Output output;
  auto plan = std::make_shared<FaultPlan>();
  plan->fail(IoOperation::kWrite, 2, EIO);
  plan->fail(IoOperation::kTruncate, 1, EIO);
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(output.file(plan), feed.schema, feed.options));
  PF_EXPECT_ERROR(writer->writeRowGroup(feed.groups[0]), ErrorCode::kIo, "row group 0");
  PF_EXPECT_ERROR(writer->cutBack(), ErrorCode::kIo, "cutting back");
  PF_EXPECT_ERROR(writer->finish(), ErrorCode::kNotOpen, "");
  PF_ASSERT_OK(writer->cutBack());
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(output.contents(), wholeFile(feed, {}));
}

TEST(FileWriter, refusesAFileThatIsNotEmpty) {
  const Feed feed;
  auto file = std::make_unique<io::MemoryOutputFile>();
  PF_ASSERT_OK(file->write(constBytes("x")));
  PF_EXPECT_ERROR(FileWriter::open(std::move(file), feed.schema, feed.options),
                  ErrorCode::kInvalidArgument, "not empty");
}

}  // namespace
}  // namespace parquet_flow::write
