// Goal: row groups are within their bytes whatever the sizes of rows are, wherever in a batch the
// large ones stand, and none is smaller than its next row makes it; all rows are there, in order.
//
// Method: rows whose bytes are known one by one, in batches that are borrowed and copied; the row
// groups held against sums of single rows, and what is read back against what was submitted.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "column/leaf_buffer.hpp"
#include "feed.hpp"
#include "io/memory_file.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "read/file_reader.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"
#include "watched_file.hpp"

namespace parquet_flow::pipeline {
namespace {

using column::LeafBuffer;
using parquet_flow::test::SeededRandom;
using schema::PhysicalType;
using schema::Repetition;
using test::Gate;
using test::KeptFile;
using test::WatchedFile;

// Of texts of so many bytes each.
struct Row {
  std::optional<std::uint64_t> text;
  std::vector<std::uint64_t> list;

  // With a level of the text, two of each entry of the list, and an offset a value.
  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t all = 1 + (text ? 4 + *text : 0) + 2 * std::max<std::uint64_t>(list.size(), 1);
    for (const std::uint64_t element : list) all += 4 + element;
    return all;
  }
};

using Rows = std::vector<Row>;

Rows rowsOf(std::size_t count, std::optional<std::uint64_t> text,
            const std::vector<std::uint64_t>& list = {}) {
  return Rows(count, Row{text, list});
}

Rows operator+(Rows front, const Rows& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

std::shared_ptr<const schema::Schema> unevenSchema() {
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional));
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "l", PhysicalType::kByteArray, Repetition::kRepeated));
  return schema;
}

// What leaves hold, one behind the other, however they are cut.
struct Contents {
  std::vector<std::string> values;
  std::string definitionLevels;
  std::string repetitionLevels;
  bool operator==(const Contents&) const = default;

  void add(LeafBuffer& leaf, std::uint64_t rows) {
    const column::ValuesView view = leaf.view(rows).values;
    for (std::uint64_t i = 0; i < view.count; ++i) {
      const std::uint32_t from = view.offsets[i];
      values.emplace_back(asText({view.data + from, view.offsets[i + 1] - from}));
    }
    definitionLevels += asText(leaf.definitionLevels().span());
    repetitionLevels += asText(leaf.repetitionLevels().span());
  }
};

// Texts that say which row they are of.
class UnevenBatch {
 public:
  UnevenBatch(const schema::Schema& schema, const Rows& rows, std::uint64_t firstRow)
      : rows_(rows.size()), text_(schema.leaves()[0]), list_(schema.leaves()[1]) {
    bool isKept = true;
    const auto add = [&](LeafBuffer& leaf, std::uint64_t row, std::uint64_t bytes) {
      std::string text = std::to_string(row);
      text.resize(bytes, static_cast<char>('a' + row % 26));
      isKept = isKept && leaf.appendBytes(text.data(), text.size());
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row& row = rows[i];
      isKept = isKept && text_.appendLevels(row.text ? 1 : 0, 0);
      if (row.text) add(text_, firstRow + i, *row.text);
      if (row.list.empty()) isKept = isKept && list_.appendLevels(0, 0);
      for (std::size_t k = 0; k < row.list.size(); ++k) {
        isKept = isKept && list_.appendLevels(1, k == 0 ? 0 : 1);
        add(list_, firstRow + i + k, row.list[k]);
      }
    }
    EXPECT_TRUE(isKept);
  }

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] std::vector<column::LeafView> views() const {
    return {text_.view(rows_), list_.view(rows_)};
  }
  void addTo(std::vector<Contents>& contents) {
    contents[0].add(text_, rows_);
    contents[1].add(list_, rows_);
  }

 private:
  std::uint64_t rows_;
  LeafBuffer text_;
  LeafBuffer list_;
};

// Batches outlive the pipeline.
class NoOwner final : public BatchOwner {
 public:
  void onDone(const Error* /*failure*/) noexcept override {}
};

enum class Given : std::uint8_t { kBorrowed, kCopied };

// So many threads encode, the submitting one included.
class UnevenRowsTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void open(PipelineOptions options, std::unique_ptr<io::OutputFile> file = nullptr) {
    bytes.clear();
    batches.clear();
    all.clear();
    most = options.rowGroupBytes;
    mostRows = options.rowGroupRows;
    if (file == nullptr) file = std::make_unique<KeptFile>(bytes);
    options.threads = makeEncodeThreads(GetParam());
    auto opened = Pipeline::open(std::move(file), schema, {}, options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    pipeline = std::move(*opened);
  }

  Result<void> submit(const Rows& rows, Given given = Given::kBorrowed,
                      WhenFull whenFull = WhenFull::kWait) {
    auto batch = std::make_unique<UnevenBatch>(*schema, rows, all.size());
    std::unique_ptr<BatchOwner> owner;
    if (given == Given::kBorrowed) owner = std::make_unique<NoOwner>();
    const auto views = batch->views();
    PF_TRY(pipeline->submit(rows.size(), views, std::move(owner), whenFull));
    batches.push_back(std::move(batch));
    all.insert(all.end(), rows.begin(), rows.end());
    return {};
  }

  // Rows of each, by single ones.
  [[nodiscard]] std::vector<std::uint64_t> expectedRowGroups() const {
    std::vector<std::uint64_t> rowGroups;
    std::uint64_t filled = 0;
    for (const Row& row : all) {
      if (rowGroups.empty() || filled + row.bytes() > most || rowGroups.back() == mostRows) {
        rowGroups.push_back(0);
        filled = 0;
      }
      filled += row.bytes();
      ++rowGroups.back();
    }
    return rowGroups;
  }

  // Ends the file.
  void expectAllRowsInTheirRowGroups() {
    PF_ASSERT_OK(pipeline->finish());
    PF_ASSERT_OK_ASSIGN(
        const auto reader,
        read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(bytes))));
    std::vector<Contents> expected(2);
    for (const auto& batch : batches) batch->addTo(expected);
    std::vector<Contents> found(2);
    std::vector<std::uint64_t> rowGroups;
    std::size_t row = 0;
    for (std::size_t group = 0; group < reader->rowGroupCount(); ++group) {
      const std::uint64_t rows = reader->rowGroupRows(group);
      rowGroups.push_back(rows);
      std::uint64_t filled = 0;
      for (std::uint64_t i = 0; i < rows; ++i) filled += all.at(row++).bytes();
      EXPECT_TRUE(filled <= most || rows == 1) << filled << " bytes in row group " << group;
      for (const schema::Leaf& leaf : reader->schema().leaves()) {
        LeafBuffer read(leaf);
        PF_ASSERT_OK(reader->readColumn(group, leaf.index, read));
        found[leaf.index].add(read, rows);
      }
    }
    EXPECT_EQ(rowGroups, expectedRowGroups());
    EXPECT_TRUE(found == expected);
  }

  // In one batch, borrowed and copied.
  void expectAsOneBatch(const Rows& rows, std::uint64_t rowGroupBytes) {
    for (const Given given : {Given::kBorrowed, Given::kCopied}) {
      SCOPED_TRACE(given == Given::kBorrowed ? "borrowed" : "copied");
      open({.rowGroupBytes = rowGroupBytes});
      PF_ASSERT_OK(submit(rows, given));
      expectAllRowsInTheirRowGroups();
    }
  }

  const std::shared_ptr<const schema::Schema> schema = unevenSchema();
  std::string bytes;
  std::vector<std::unique_ptr<UnevenBatch>> batches;
  Rows all;
  std::uint64_t most = 0;
  std::uint64_t mostRows = 0;
  // Goes first: it borrows from the batches.
  std::unique_ptr<Pipeline> pipeline;
};

TEST_P(UnevenRowsTest, longTextsInFrontOfShortOnes) {
  // Rows of 4007 and 11 bytes; their mean is 90.
  expectAsOneBatch(rowsOf(400, 4000) + rowsOf(20'000, 4), 128 << 10);
}

TEST_P(UnevenRowsTest, shortTextsInFrontOfLongOnes) {
  expectAsOneBatch(rowsOf(20'000, 4) + rowsOf(400, 4000), 128 << 10);
}

TEST_P(UnevenRowsTest, longTextsAmongNulls) {
  expectAsOneBatch(rowsOf(10'000, std::nullopt) + rowsOf(100, 4000) + rowsOf(10'000, std::nullopt) +
                       rowsOf(100, 4000),
                   64 << 10);
}

TEST_P(UnevenRowsTest, longListsInFrontOfEmptyOnes) {
  expectAsOneBatch(rowsOf(200, 1, std::vector<std::uint64_t>(300, 10)) +
                       rowsOf(20'000, std::nullopt) + rowsOf(200, 1, {1000, 0, 2000}),
                   64 << 10);
}

TEST_P(UnevenRowsTest, rowLargerThanTheBoundIsARowGroup) {
  const Rows large = rowsOf(1, 100'000);
  expectAsOneBatch(large + rowsOf(5000, 10), 64 << 10);
  expectAsOneBatch(rowsOf(5000, 10) + large + large + rowsOf(5000, 10) + large, 64 << 10);
}

TEST_P(UnevenRowsTest, rowOfTheBoundItselfFitsIt) {
  // Of 1 + 4 + n + 2 bytes.
  expectAsOneBatch(rowsOf(3, (32 << 10) - 7) + rowsOf(2, (16 << 10) - 7) + rowsOf(10, 1), 32 << 10);
}

TEST_P(UnevenRowsTest, openRowGroupThatTakesNoRowOfABatchEnds) {
  for (const Given given : {Given::kBorrowed, Given::kCopied}) {
    open({.rowGroupBytes = 64 << 10});
    PF_ASSERT_OK(submit(rowsOf(1000, 50), given));
    PF_ASSERT_OK(submit(rowsOf(1, 20'000) + rowsOf(100, 1), given));
    PF_ASSERT_OK(submit(rowsOf(1, 100'000), given));
    PF_ASSERT_OK(submit(rowsOf(1, 1), given));
    expectAllRowsInTheirRowGroups();
  }
}

TEST_P(UnevenRowsTest, batchesOfAnySizes) {
  SeededRandom random;
  for (int round = 0; round < 8; ++round) {
    open({.rowGroupRows = 1 + random.below(3000), .rowGroupBytes = 1 + random.below(100'000)});
    for (int i = 0; i < 20; ++i) {
      Rows rows;
      for (std::uint64_t stretch = random.below(4); stretch != 0; --stretch) {
        const std::uint64_t size = std::uint64_t{1} << random.below(12);
        for (std::uint64_t row = random.below(300); row != 0; --row) {
          Row& added = rows.emplace_back();
          if (random.below(4) != 0) added.text = random.below(size);
          added.list.resize(random.below(4));
          for (std::uint64_t& element : added.list) element = random.below(size);
        }
      }
      PF_ASSERT_OK(submit(rows, random.below(2) == 0 ? Given::kBorrowed : Given::kCopied));
    }
    expectAllRowsInTheirRowGroups();
  }
}

// Where the submitter encodes alone, nothing is left behind that has no room.
class UnevenRowsInFlightTest : public UnevenRowsTest {};

TEST_P(UnevenRowsInFlightTest, callThatIsNotToWaitHasRoomForTheRowGroupsThatItsRowsEnd) {
  // Two rows a row group: the third would take it above the bound.
  const Rows large = rowsOf(2, 40'000);
  Gate gate;
  open({.rowGroupBytes = 100'000, .rowGroupsInFlight = 3},
       std::make_unique<WatchedFile>(bytes, gate.waiting()));
  PF_ASSERT_OK(submit(large + large, Given::kCopied, WhenFull::kRefuse));
  gate.awaitWriter();
  const auto submitNow = [&](const Rows& rows) {
    return std::async(std::launch::async,
                      [&, rows] { return submit(rows, Given::kCopied, WhenFull::kRefuse); });
  };
  // With the two that are open, seven rows end three row groups, and six two.
  auto ofThree = submitNow(large + large + rowsOf(1, 40'000));
  EXPECT_TRUE(test::isDone(ofThree));
  auto ofTwo = submitNow(large + large);
  EXPECT_TRUE(test::isDone(ofTwo));
  EXPECT_EQ(pipeline->progress().rowGroupsSubmitted, 3U);
  gate.open();
  PF_EXPECT_ERROR(ofThree.get(), ErrorCode::kWouldBlock, "as many row groups");
  PF_EXPECT_OK(ofTwo.get());
  expectAllRowsInTheirRowGroups();
}

// Memory that nobody may look at.
class Unreadable {
 public:
  explicit Unreadable(std::size_t bytes)
      : bytes_(bytes),
        begin_(
            ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    EXPECT_NE(begin_, MAP_FAILED);
  }
  Unreadable(const Unreadable&) = delete;
  Unreadable& operator=(const Unreadable&) = delete;
  ~Unreadable() { ::munmap(begin_, bytes_); }

  // With rows of both leaves, each a value.
  [[nodiscard]] std::array<column::LeafView, 2> views(std::uint64_t rows) const {
    std::array<column::LeafView, 2> views;
    for (column::LeafView& view : views) {
      view.rows = view.entries = view.values.count = rows;
      view.values.layout = column::ValuesLayout::kOffsets32;
      view.values.data = static_cast<const std::byte*>(begin_);
      view.values.offsets = static_cast<const std::uint32_t*>(begin_);
      view.definitionLevels = static_cast<const std::uint8_t*>(begin_);
    }
    views[1].repetitionLevels = views[1].definitionLevels;
    return views;
  }

 private:
  std::size_t bytes_;
  void* begin_;
};

TEST_P(UnevenRowsInFlightTest, rowsThatCannotBeTakenAreNotLookedAt) {
  const Unreadable unreadable(1 << 20);
  Gate gate;
  open({.rowGroupRows = 100, .rowGroupsInFlight = 3},
       std::make_unique<WatchedFile>(bytes, gate.waiting()));
  PF_ASSERT_OK(submit(rowsOf(150, 10), Given::kCopied, WhenFull::kRefuse));
  gate.awaitWriter();
  const auto refuse = [&](std::uint64_t rows) {
    PF_EXPECT_ERROR(pipeline->submit(rows, unreadable.views(rows), nullptr, WhenFull::kRefuse),
                    ErrorCode::kWouldBlock, "as many row groups");
  };
  refuse(250);  // with the 50 that are open, three row groups, and there is room for two
  refuse(100'000);
  PF_ASSERT_OK(submit(rowsOf(240, 10), Given::kCopied, WhenFull::kRefuse));
  refuse(1);  // no room at all
  gate.open();
  expectAllRowsInTheirRowGroups();
}

INSTANTIATE_TEST_SUITE_P(Threads, UnevenRowsTest, ::testing::Values(1, 3));
INSTANTIATE_TEST_SUITE_P(Threads, UnevenRowsInFlightTest, ::testing::Values(3));

}  // namespace
}  // namespace parquet_flow::pipeline
