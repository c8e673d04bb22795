// Goal: a large column is encoded in parts by several threads, and its file is that of one thread,
// and where pages end by their rows that of a writer that knows of no parts: every byte, and so
// every bound, count, index and filter.
//
// Method: one row group of flat, optional and nested leaves, large enough that each is cut, through
// pipelines with 1 to 8 threads; an encoder that is fed in pieces, which never cuts; a part that
// takes much longer than those behind it; values that are wrong in the middle of a part.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "support/expect_result.hpp"
#include "support/optional_codecs.hpp"
#include "support/resident_memory.hpp"
#include "write/column_parts.hpp"
#include "write/encode_scratch.hpp"
#include "write/file_writer.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline {
namespace {

using column::LeafView;
using encoding::Encoding;
using parquet_flow::test::allocatedBytes;
using parquet_flow::test::kSanitized;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using test::FeedBatch;
using test::KeptFile;

constexpr std::uint64_t kRows = 300'000;

std::shared_ptr<const schema::Schema> largeSchema() {
  auto schema = std::make_shared<schema::Schema>();
  const auto add = [&](std::uint32_t parent, const char* name, PhysicalType type,
                       Repetition repetition, LogicalKind kind = LogicalKind::kNone) {
    EXPECT_TRUE(schema->addLeaf(parent, name, type, repetition, 0, {kind}));
  };
  add(schema::kRoot, "number", PhysicalType::kInt64, Repetition::kRequired);
  add(schema::kRoot, "real", PhysicalType::kDouble, Repetition::kOptional);
  add(schema::kRoot, "text", PhysicalType::kByteArray, Repetition::kOptional, LogicalKind::kString);
  const auto numbers = schema->addList(schema::kRoot, "numbers", Repetition::kOptional);
  add(*numbers, "element", PhysicalType::kInt32, Repetition::kOptional);
  const auto texts = schema->addList(schema::kRoot, "texts", Repetition::kOptional);
  add(*texts, "element", PhysicalType::kByteArray, Repetition::kOptional, LogicalKind::kString);
  add(schema::kRoot, "flag", PhysicalType::kBoolean, Repetition::kRequired);
  return schema;
}

// One leaf's values and levels, of which a batch takes a range.
struct LeafData {
  std::vector<std::byte> values;
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  // Before each row, and behind the last.
  std::vector<std::size_t> valuesAt = {0};
  std::vector<std::size_t> entriesAt = {0};
  std::size_t count = 0;
  std::size_t width = 0;  // 0: byte arrays

  template <class T>
  void add(T value) {
    width = sizeof value;
    const auto* from = reinterpret_cast<const std::byte*>(&value);
    values.insert(values.end(), from, from + sizeof value);
    ++count;
  }
  void addText(const std::string& text) {
    if (offsets.empty()) offsets.push_back(0);
    const auto* from = reinterpret_cast<const std::byte*>(text.data());
    values.insert(values.end(), from, from + text.size());
    offsets.push_back(static_cast<std::uint32_t>(values.size()));
    ++count;
  }
  void addLevels(int defined, int repeated = 0) {
    definition.push_back(static_cast<std::uint8_t>(defined));
    repetition.push_back(static_cast<std::uint8_t>(repeated));
  }
  void endRow() {
    valuesAt.push_back(count);
    entriesAt.push_back(std::max(definition.size(), entriesAt.size()));
  }
  [[nodiscard]] LeafView view(const schema::Leaf& leaf, std::uint64_t first,
                              std::uint64_t rows) const {
    LeafView view;
    view.rows = rows;
    view.entries = entriesAt[first + rows] - entriesAt[first];
    view.values.count = valuesAt[first + rows] - valuesAt[first];
    view.values.data = values.data() + valuesAt[first] * width;
    if (leaf.type == PhysicalType::kByteArray) {
      view.values.layout = column::ValuesLayout::kOffsets32;
      view.values.offsets = offsets.data() + valuesAt[first];
    } else if (leaf.type == PhysicalType::kBoolean) {
      view.values.layout = column::ValuesLayout::kByteBooleans;
    }
    if (leaf.maxDefinitionLevel > 0) view.definitionLevels = definition.data() + entriesAt[first];
    if (leaf.maxRepetitionLevel > 0) view.repetitionLevels = repetition.data() + entriesAt[first];
    return view;
  }
};

std::string textOf(std::uint64_t row) {
  // The ends are no one's but a few rows' in the middle of a part, and too long to be whole bounds.
  const char* const begin = row == 130'001 ? "\x01" : row == 230'017 ? "\xC3\xBF\xC3\xBF" : "row ";
  return begin + std::to_string(FeedBatch::numberOf(row)) +
         std::string(row % 3 == 0 ? 70 : row % 11, 'x');
}

// Every list is null, empty, or of 1 to 3 elements, of which every fifth is null.
template <class Add>
void addList(LeafData& leaf, std::uint64_t row, Add&& addValue) {
  if (row % 7 < 2) {
    leaf.addLevels(row % 7 == 0 ? 0 : 1);
    return;
  }
  for (std::uint64_t i = 0; i <= row % 3; ++i) {
    const bool isNull = (row + i) % 5 == 0;
    leaf.addLevels(isNull ? 2 : 3, i == 0 ? 0 : 1);
    if (!isNull) addValue(row * 3 + i);
  }
}

const std::vector<LeafData>& largeRows() {
  static const std::vector<LeafData> rows = [] {
    std::vector<LeafData> leaves(6);
    for (std::uint64_t row = 0; row < kRows; ++row) {
      leaves[0].add(FeedBatch::numberOf(row));
      const bool isNull = row % 5 == 0 || (row > 170'000 && row < 200'000);
      leaves[1].addLevels(isNull ? 0 : 1);
      const double real = row % 13 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                        : static_cast<double>(FeedBatch::numberOf(row)) / 3;
      if (!isNull) leaves[1].add(real);
      leaves[2].addLevels(row % 9 == 0 ? 0 : 1);
      if (row % 9 != 0) leaves[2].addText(textOf(row));
      addList(leaves[3], row, [&](std::uint64_t n) {
        leaves[3].add(static_cast<std::int32_t>(FeedBatch::numberOf(n)));
      });
      addList(leaves[4], row, [&](std::uint64_t n) { leaves[4].addText(textOf(n)); });
      leaves[5].add(static_cast<std::uint8_t>(FeedBatch::numberOf(row) & 1));
      for (LeafData& leaf : leaves) leaf.endRow();
    }
    return leaves;
  }();
  return rows;
}

std::vector<LeafView> viewsOf(const schema::Schema& schema, std::uint64_t first,
                              std::uint64_t rows) {
  std::vector<LeafView> views;
  for (const schema::Leaf& leaf : schema.leaves()) {
    views.push_back(largeRows()[leaf.index].view(leaf, first, rows));
  }
  return views;
}

class Forgetful final : public BatchOwner {
 public:
  void onDone(const Error* /*failure*/) noexcept override {}
};

// 0: no threads of its own.
Result<void> writeWith(std::uint32_t threads, const write::WriterOptions& options,
                       const std::shared_ptr<const schema::Schema>& schema,
                       const std::vector<std::vector<LeafView>>& batches, std::string& bytes) {
  bytes.clear();
  PF_TRY_ASSIGN(const auto pipeline,
                Pipeline::open(std::make_unique<KeptFile>(bytes), schema, options,
                               {.threads = threads == 0 ? nullptr : makeEncodeThreads(threads)}));
  for (const auto& batch : batches) {
    PF_TRY(pipeline->submit(batch.front().rows, batch, std::make_unique<Forgetful>()));
  }
  return pipeline->finish();
}

std::vector<std::vector<LeafView>> batchesOf(const schema::Schema& schema, std::uint64_t rows) {
  std::vector<std::vector<LeafView>> batches;
  for (std::uint64_t first = 0; first < kRows; first += rows) {
    batches.push_back(viewsOf(schema, first, std::min(rows, kRows - first)));
  }
  return batches;
}

// What an encoder makes of the rows in one piece of a row group that could go on.
std::string uncutFile(const write::WriterOptions& options) {
  std::string bytes;
  const auto schema = largeSchema();
  auto encoder = write::RowGroupEncoder::create(schema, options, write::Feeding::kPieces);
  auto writer = write::FileWriter::open(std::make_unique<KeptFile>(bytes), schema, options);
  EXPECT_TRUE(encoder && writer);
  write::EncodedRowGroup encoded;
  (*encoder)->begin(encoded);
  PF_EXPECT_OK((*encoder)->append(kRows, viewsOf(*schema, 0, kRows), 0.999));
  PF_EXPECT_OK((*encoder)->finish());
  PF_EXPECT_OK((*writer)->writeRowGroup(encoded));
  PF_EXPECT_OK((*writer)->finish());
  return bytes;
}

write::WriterOptions plainPages() {
  write::WriterOptions options;
  options.column.encoding = Encoding::kPlain;
  return options;
}

// How it is said that nobody chooses, and how pages end.
write::WriterOptions rowPages(Encoding numbers, Encoding texts) {
  write::WriterOptions options = plainPages();
  options.pageRows = 5000;
  options.pageBytes = 1 << 30;
  options.overrides = {{.path = "number", .encoding = {{numbers}}},
                       {.path = "numbers.list.element", .encoding = {{numbers}}},
                       {.path = "text", .encoding = {{texts}}},
                       {.path = "texts.list.element", .encoding = {{texts}}}};
  return options;
}

TEST(ColumnParts, everyLeafOfTheseRowsIsCut) {
  const auto schema = largeSchema();
  const auto views = viewsOf(*schema, 0, kRows);
  const auto options = rowPages(Encoding::kPlain, Encoding::kPlain);
  for (const schema::Leaf& leaf : schema->leaves()) {
    const auto writer =
        write::ColumnChunkWriter::create(leaf, options, std::make_shared<write::EncodeScratch>());
    ASSERT_TRUE(writer);
    write::EncodedColumnChunk out;
    write::ChoiceHistory history;
    write::ColumnParts parts;
    (*writer)->begin(out, 0);
    PF_ASSERT_OK((*writer)->choose(std::span(views).subspan(leaf.index, 1), history));
    EXPECT_TRUE((*writer)->cut(std::span(views).subspan(leaf.index, 1), parts)) << leaf.dottedPath;
    EXPECT_GE(parts.count(), 2U);
  }
}

// 1 Mi texts of 50 bytes are more than the 32 MiB that 16 parts of 2 MiB have, in any form.
TEST(ColumnParts, textsAreCutByTheirBytesInEachForm) {
  constexpr std::uint64_t kTexts = 1 << 20;
  constexpr std::uint64_t kBytes = 50;
  auto schema = std::make_shared<schema::Schema>();
  ASSERT_TRUE(schema->addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kRequired));
  const std::string text(kTexts * kBytes, 't');
  std::vector<std::byte> views(kTexts * 16);
  std::vector<std::int64_t> wide(kTexts + 1);
  std::vector<std::uint32_t> narrow(kTexts + 1);
  for (std::uint64_t i = 0; i <= kTexts; ++i) {
    wide[i] = static_cast<std::int64_t>(i * kBytes);
    narrow[i] = static_cast<std::uint32_t>(i * kBytes);
    if (i == kTexts) break;
    storeLe(views.data() + 16 * i, static_cast<std::uint32_t>(kBytes));
    std::memcpy(views.data() + 16 * i + 4, text.data(), 4);
    storeLe(views.data() + 16 * i + 12, narrow[i]);
  }
  const ConstBytes buffers[] = {constBytes(text.data(), text.size())};
  for (const auto form : {column::SourceForm::kAsLayout, column::SourceForm::kOffsets64,
                          column::SourceForm::kViews}) {
    LeafView view;
    view.rows = view.entries = view.values.count = kTexts;
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.form = form;
    view.values.data = buffers[0].data();
    view.values.dataBytes = text.size();
    view.values.offsets = narrow.data();
    view.values.offsets64 = wide.data();
    if (form == column::SourceForm::kViews) view.values.data = views.data();
    view.values.viewBuffers = buffers;
    write::WriterOptions options;
    options.column.encoding = Encoding::kPlain;
    auto writer = write::ColumnChunkWriter::create(schema->leaves()[0], options,
                                                   std::make_shared<write::EncodeScratch>());
    ASSERT_TRUE(writer);
    write::EncodedColumnChunk out;
    (*writer)->begin(out, 0);
    write::ChoiceHistory history;
    PF_ASSERT_OK((*writer)->choose(std::span(&view, 1), history));
    write::ColumnParts parts;
    ASSERT_TRUE((*writer)->cut(std::span(&view, 1), parts)) << static_cast<int>(form);
    EXPECT_GE(parts.count(), 16U);
  }
}

TEST(ColumnParts, pagesThatEndByRowsAreThoseOfAnUncutChunk) {
  std::vector<write::WriterOptions> all = {
      rowPages(Encoding::kPlain, Encoding::kPlain),
      rowPages(Encoding::kDeltaBinaryPacked, Encoding::kDeltaByteArray),
      rowPages(Encoding::kByteStreamSplit, Encoding::kDeltaLengthByteArray)};
  all[1].dataPageVersion = 2;
  all[1].column.compression = codec::Compression::kGzip;
  all[1].column.bloomFilter.emplace();
  all[1].overrides.push_back({.path = "flag",
                              .encoding = {{Encoding::kRle}},
                              .bloomFilter = write::ColumnOverride::BloomFilterChoice{}});
  all[2].floatOrder = stats::FloatOrder::kIeee754Total;
  all[2].pageIndex = false;
  all[2].truncateBytes = 5;
  for (const auto& options : all) {
    const std::string expected = uncutFile(options);
    std::string bytes;
    for (const std::uint32_t threads : {0U, 2U, 3U}) {
      PF_ASSERT_OK(
          writeWith(threads, options, largeSchema(), batchesOf(*largeSchema(), 100'000), bytes));
      EXPECT_TRUE(bytes == expected) << threads << " threads, options " << &options - all.data();
    }
  }
}

// As by the page's bytes a page is shorter where a part ends, whoever encodes it.
TEST(ColumnParts, fileDoesNotDependOnTheThreads) {
  std::vector<write::WriterOptions> all(4);
  all[1].column.bloomFilter.emplace();
  all[1].overrides = {{.path = "flag", .bloomFilter = write::ColumnOverride::BloomFilterChoice{}}};
  all[2] = plainPages();
  all[2].pageBytes = 10'000;
  all[2].column.statistics = false;
  all[3].profile = write::Profile::kBaseline;
  all[3].column.encoding = Encoding::kPlain;
  const auto schema = largeSchema();
  for (const auto& options : all) {
    std::string one;
    PF_ASSERT_OK(writeWith(1, options, schema, batchesOf(*schema, 77'777), one));
    std::string bytes;
    for (const std::uint32_t threads : {0U, 2U, 3U, 8U}) {
      PF_ASSERT_OK(writeWith(threads, options, schema, batchesOf(*schema, 77'777), bytes));
      EXPECT_TRUE(bytes == one) << threads << " threads, options " << &options - all.data();
    }
  }
}

TEST(ColumnParts, everyCodecCompressesThem) {
  using codec::Compression;
  const auto schema = largeSchema();
  for (const auto compression : {Compression::kSnappy, Compression::kGzip, Compression::kBrotli,
                                 Compression::kZstd, Compression::kLz4Raw}) {
    if (!parquet_flow::test::isBuilt(static_cast<int>(compression))) continue;
    write::WriterOptions options = rowPages(Encoding::kPlain, Encoding::kPlain);
    options.column.compression = compression;
    options.column.compressionLevel =
        compression == Compression::kBrotli ? 1 : codec::kLevelDefault;
    std::string bytes;
    PF_ASSERT_OK(writeWith(3, options, schema, batchesOf(*schema, kRows), bytes));
    EXPECT_TRUE(bytes == uncutFile(options)) << codec::compressionName(compression);
  }
}

TEST(ColumnParts, rowGroupsReuseWhatTheOnesBeforeHad) {
  // Chunks of the same leaf that are cut, that are not, and that have fewer parts.
  const auto schema = largeSchema();
  const write::WriterOptions options = rowPages(Encoding::kPlain, Encoding::kPlain);
  std::string expected;
  std::string bytes;
  for (const std::uint32_t threads : {1U, 3U}) {
    bytes.clear();
    auto opened = Pipeline::open(std::make_unique<KeptFile>(bytes), schema, options,
                                 {.rowGroupsInFlight = 1, .threads = makeEncodeThreads(threads)});
    ASSERT_TRUE(opened);
    for (const std::uint64_t rows : {kRows, kRows / 4, kRows, kRows - 40'000, kRows}) {
      PF_ASSERT_OK(
          (*opened)->submit(rows, viewsOf(*schema, 0, rows), std::make_unique<Forgetful>()));
      PF_ASSERT_OK((*opened)->flush());
    }
    PF_ASSERT_OK((*opened)->finish());
    if (threads == 1) expected = bytes;
  }
  EXPECT_TRUE(bytes == expected);
}

TEST(ColumnParts, theirMemoryGoesWithTheNextChunkThatIsNotCut) {
  if (kSanitized) GTEST_SKIP() << "malloc is the sanitizer's";
  const auto schema = largeSchema();
  std::string bytes;
  bytes.reserve(64 << 20);
  auto opened = Pipeline::open(std::make_unique<KeptFile>(bytes), schema,
                               rowPages(Encoding::kPlain, Encoding::kPlain),
                               {.rowGroupsInFlight = 1, .threads = makeEncodeThreads(3)});
  ASSERT_TRUE(opened);
  PF_ASSERT_OK((*opened)->submit(kRows, viewsOf(*schema, 0, kRows), std::make_unique<Forgetful>()));
  PF_ASSERT_OK((*opened)->flush());
  // Refused until the row group is written and its memory may be used again.
  Result<void> taken;
  do {
    std::this_thread::yield();
    taken = (*opened)->submit(1000, viewsOf(*schema, 0, 1000), std::make_unique<Forgetful>(),
                              WhenFull::kRefuse);
  } while (!taken && taken.error().code() == ErrorCode::kWouldBlock);
  PF_ASSERT_OK(taken);
  const std::uint64_t withParts = allocatedBytes();
  PF_ASSERT_OK((*opened)->flush());  // so few rows are encoded here
  // Two levels and 4 bytes of each element of `numbers` are copied whatever the encoding.
  EXPECT_LT(allocatedBytes() + kRows * 4, withParts);
  PF_ASSERT_OK((*opened)->finish());
}

// Of one column and one row group all that encodes is a part of it, or comes before or behind them
// all: where threads were at it for longer together than the whole took, two parts overlapped.
TEST(ColumnParts, partsOfOneColumnAreEncodedAtTheSameTimeAndComeOutInOrder) {
  constexpr std::uint64_t kLongRows = 1 << 20;
  auto schema = std::make_shared<schema::Schema>();
  ASSERT_TRUE(schema->addLeaf(schema::kRoot, "n", PhysicalType::kInt64, Repetition::kRequired));
  // The first part takes long to compress, the others do not.
  std::vector<std::int64_t> numbers(kLongRows);
  for (std::uint64_t row = 0; row < kLongRows; ++row) {
    numbers[row] = static_cast<std::int64_t>(
        row < kLongRows / 8 ? FeedBatch::numberOf(row) & 0x0F0F0F0F : row >> 10);
  }
  LeafView view;
  view.rows = view.entries = view.values.count = kLongRows;
  view.values.data = reinterpret_cast<const std::byte*>(numbers.data());
  write::WriterOptions options = plainPages();
  options.column.compression = codec::Compression::kGzip;
  options.column.compressionLevel = 9;
  std::string expected;
  PF_ASSERT_OK(writeWith(1, options, schema, {{view}}, expected));
  bool overlapped = false;
  for (int attempt = 0; attempt < 50 && !overlapped; ++attempt) {
    std::string bytes;
    const auto began = std::chrono::steady_clock::now();
    auto opened = Pipeline::open(std::make_unique<KeptFile>(bytes), schema, options,
                                 {.threads = makeEncodeThreads(2)});
    ASSERT_TRUE(opened);
    PF_ASSERT_OK((*opened)->submit(kLongRows, std::span(&view, 1), std::make_unique<Forgetful>()));
    PF_ASSERT_OK((*opened)->finish());
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - began;
    overlapped = (*opened)->progress().encodeNs > static_cast<std::uint64_t>(took.count());
    ASSERT_TRUE(bytes == expected);
  }
  EXPECT_TRUE(overlapped);
}

TEST(ColumnParts, whatIsWrongInAPartIsNamedByItsRowInItsBatch) {
  const auto schema = largeSchema();
  const auto options = rowPages(Encoding::kPlain, Encoding::kPlain);
  auto views = viewsOf(*schema, 0, kRows);
  std::vector<std::uint8_t> levels = largeRows()[2].definition;
  levels[250'001] = 2;
  views[2].definitionLevels = levels.data();
  std::string bytes;
  for (const std::uint32_t threads : {1U, 3U}) {
    const auto done =
        writeWith(threads, options, schema, {viewsOf(*schema, 0, 1000), views}, bytes);
    PF_EXPECT_ERROR(done, ErrorCode::kInvalidArgument,
                    "encoding row group 0 of <kept>: batch 1: column 'text': row 250001: ");
  }
}

// Levels that do not make the rows cannot be cut; the chunk as it is says what is wrong.
TEST(ColumnParts, viewsThatCannotBeCutFailAsTheyDoWhole) {
  const auto schema = largeSchema();
  const auto options = rowPages(Encoding::kPlain, Encoding::kPlain);
  auto views = viewsOf(*schema, 0, kRows);
  views[3].entries = 1000;
  std::string bytes;
  const auto whole = writeWith(1, options, schema, {views}, bytes);
  const auto parted = writeWith(3, options, schema, {views}, bytes);
  PF_EXPECT_ERROR(whole, ErrorCode::kInvalidArgument, "column 'numbers.list.element'");
  PF_EXPECT_ERROR(parted, ErrorCode::kInvalidArgument, whole.error().message());
}

}  // namespace
}  // namespace parquet_flow::pipeline
