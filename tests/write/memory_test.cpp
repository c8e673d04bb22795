// Encoding stays within what memory.hpp states, whatever the values. Method: row groups whose
// values are few in the first piece, so that a dictionary is chosen, and all different from then
// on, so that it overflows, of each type, codec and choice of encoding; after each piece the
// allocator is asked for what is in use.
#include "write/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/expect_result.hpp"
#include "support/resident_memory.hpp"
#include "support/seeded_random.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using column::ValuesLayout;
using encoding::Encoding;
using parquet_flow::test::allocatedBytes;
using parquet_flow::test::kSanitized;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::size_t kRows = 40'000;  // of a piece
constexpr std::size_t kPieces = 6;

// One piece of one leaf.
struct Column {
  std::vector<std::byte> values;
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint8_t> levels;
  LeafView view;

  // `distinct`: how many different values there are.
  Column(const schema::Leaf& leaf, std::uint64_t distinct, std::mt19937_64& random) {
    view.rows = view.entries = kRows;
    view.transient = true;
    if (leaf.maxDefinitionLevel > 0) levels.resize(kRows, 1);
    for (std::size_t i = 0; i < kRows; ++i) {
      if (leaf.maxDefinitionLevel > 0 && i % 3 == 0) {
        levels[i] = 0;
      } else {
        add(leaf, random() % distinct * 0x9E3779B97F4A7C15U);
      }
    }
    view.values.data = values.data();
    view.definitionLevels = levels.empty() ? nullptr : levels.data();
    if (leaf.type == PhysicalType::kByteArray) {
      view.values.layout = ValuesLayout::kOffsets32;
      view.values.offsets = offsets.data();
    } else if (leaf.type == PhysicalType::kBoolean) {
      view.values.layout = ValuesLayout::kByteBooleans;
    }
  }

  void add(const schema::Leaf& leaf, std::uint64_t value) {
    ++view.values.count;
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    if (leaf.type == PhysicalType::kByteArray) {
      if (offsets.empty()) offsets.push_back(0);
      values.insert(values.end(), bytes, bytes + value % 9);
      offsets.push_back(static_cast<std::uint32_t>(values.size()));
      view.values.dataBytes = values.size();
    } else if (leaf.type == PhysicalType::kBoolean) {
      values.push_back(static_cast<std::byte>(value >> 63));
    } else {
      const std::size_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
      for (std::size_t at = 0; at < width; at += sizeof value) {
        values.insert(values.end(), bytes, bytes + std::min(width - at, sizeof value));
      }
    }
  }
  [[nodiscard]] std::uint64_t bytes() const {
    return values.size() + offsets.size() * sizeof(std::uint32_t) + levels.size();
  }
};

struct Piece {
  std::vector<Column> columns;
  std::vector<LeafView> views;
  std::uint64_t bytes = 0;
};

std::shared_ptr<const schema::Schema> everyWidth() {
  auto schema = std::make_shared<schema::Schema>();
  for (const Repetition repetition : {Repetition::kRequired, Repetition::kOptional}) {
    for (const PhysicalType type :
         {PhysicalType::kBoolean, PhysicalType::kInt32, PhysicalType::kInt64, PhysicalType::kDouble,
          PhysicalType::kByteArray, PhysicalType::kFixedLenByteArray}) {
      const std::string name = "c" + std::to_string(schema->leaves().size());
      PF_EXPECT_OK(schema->addLeaf(schema::kRoot, name, type, repetition,
                                   type == PhysicalType::kFixedLenByteArray ? 12 : 0));
    }
  }
  return schema;
}

struct Case {
  const char* name;
  codec::Compression compression;
  std::int32_t level;
  std::optional<Encoding> encoding;
  bool overflows;  // dictionaries do
};

class EncoderMemory : public ::testing::TestWithParam<Case> {};

TEST_P(EncoderMemory, staysBelowWhatIsStated) {
  const Case& one = GetParam();
  if (!codec::checkCodec(one.compression, one.level)) GTEST_SKIP() << "not built";
  const auto schema = everyWidth();
  WriterOptions options;
  options.pageBytes = 64 << 10;
  options.dictionaryBytes = 256 << 10;
  options.column.compression = one.compression;
  options.column.compressionLevel = one.level;
  options.column.encoding = one.encoding;
  PF_ASSERT_OK(validateOptions(options, *schema));
  parquet_flow::test::SeededRandom random;
  std::vector<Piece> pieces(kPieces);
  RowGroupLimits limits{.rows = kRows * kPieces, .bytes = 0, .rowBytes = 256, .pieceBytes = 0};
  for (std::size_t i = 0; i < kPieces; ++i) {
    for (const schema::Leaf& leaf : schema->leaves()) {
      const Column& column =
          pieces[i].columns.emplace_back(leaf, i == 0 ? 100 : UINT64_MAX, random.engine());
      pieces[i].bytes += column.bytes();
    }
    for (const Column& column : pieces[i].columns) pieces[i].views.push_back(column.view);
    limits.bytes += pieces[i].bytes;
    limits.pieceBytes = std::max(limits.pieceBytes, pieces[i].bytes);
  }

  const std::uint64_t before = allocatedBytes();
  std::uint64_t most = 0;
  std::size_t overflows = 0;
  PF_ASSERT_OK_ASSIGN(const auto encoder,
                      RowGroupEncoder::create(schema, options, Feeding::kPieces));
  EncodedRowGroup out;
  for (int group = 0; group < 2; ++group) {
    encoder->begin(out);
    for (const Piece& piece : pieces) {
      PF_ASSERT_OK(encoder->append(kRows, piece.views, 1.0 / kPieces));
      most = std::max(most, allocatedBytes() - before - out.capacityBytes());
    }
    PF_ASSERT_OK(encoder->finish());
    most = std::max(most, allocatedBytes() - before - out.capacityBytes());
    EXPECT_LE(out.compressedBytes(), encodedBytesMax(*schema, options, limits));
    for (const EncodedColumnChunk& chunk : out.chunks) {
      const auto inDictionary =
          chunk.pagesByEncoding[static_cast<std::size_t>(Encoding::kRleDictionary)];
      overflows += inDictionary != 0 && inDictionary < chunk.pages.size() ? 1 : 0;
    }
  }
  EXPECT_EQ(overflows != 0, one.overflows);
  const std::uint64_t stated = encoderBytesMax(*schema, options, limits);
  EXPECT_TRUE(kSanitized || most <= stated) << most << " of " << stated;
  std::printf("in use %.1f MiB, stated %.1f\n", static_cast<double>(most) / (1 << 20),
              static_cast<double>(stated) / (1 << 20));
}

INSTANTIATE_TEST_SUITE_P(
    Options, EncoderMemory,
    ::testing::Values(
        Case{"chosen", codec::Compression::kUncompressed, codec::kLevelDefault, {}, true},
        Case{"gzip", codec::Compression::kGzip, codec::kLevelDefault, {}, true},
        Case{"snappy", codec::Compression::kSnappy, codec::kLevelDefault, {}, true},
        Case{"lz4_hc", codec::Compression::kLz4Raw, 2, {}, true},
        Case{"zstd_3", codec::Compression::kZstd, 3, {}, true},
        Case{"zstd_6", codec::Compression::kZstd, 6, {}, true},
        Case{"brotli_1", codec::Compression::kBrotli, 1, {}, true},
        Case{"brotli_4", codec::Compression::kBrotli, 4, {}, true},
        Case{"plain", codec::Compression::kGzip, codec::kLevelDefault, Encoding::kPlain, false},
        Case{"dictionary", codec::Compression::kUncompressed, codec::kLevelDefault,
             Encoding::kRleDictionary, true},
        Case{"delta_byte_array", codec::Compression::kUncompressed, codec::kLevelDefault,
             Encoding::kDeltaByteArray, true},
        Case{"byte_stream_split", codec::Compression::kGzip, codec::kLevelDefault,
             Encoding::kByteStreamSplit, true}),
    [](const auto& each) { return each.param.name; });

// A filter is made for the entries that are expected, which may all be null: a million of them are
// 1 MiB of levels, and would be 95 MiB of values.
TEST(EncoderMemoryOfBloomFilters, countsEntriesThatAreNull) {
  constexpr std::size_t kEntries = 1 << 20;
  auto schema = std::make_shared<schema::Schema>();
  PF_ASSERT_OK(schema->addLeaf(schema::kRoot, "c", PhysicalType::kFixedLenByteArray,
                               Repetition::kOptional, 95));
  const std::vector<std::uint8_t> levels(kEntries, 0);
  LeafView view;
  view.rows = view.entries = kEntries;
  view.definitionLevels = levels.data();
  view.transient = true;
  const RowGroupLimits limits{
      .rows = kEntries, .bytes = kEntries, .rowBytes = 96, .pieceBytes = kEntries};
  struct Bytes {
    std::uint64_t inUse = 0;
    std::uint64_t stated = 0;
  };
  const auto measure = [&](bool hasFilter, Bytes& bytes) {
    WriterOptions options;
    if (hasFilter) options.column.bloomFilter.emplace();
    PF_ASSERT_OK(validateOptions(options, *schema));
    const std::uint64_t before = allocatedBytes();
    PF_ASSERT_OK_ASSIGN(const auto encoder,
                        RowGroupEncoder::create(schema, options, Feeding::kPieces));
    EncodedRowGroup out;
    encoder->begin(out);
    PF_ASSERT_OK(encoder->append(kEntries, {&view, 1}, 1));
    bytes.inUse = allocatedBytes() - before - out.capacityBytes();
    PF_ASSERT_OK(encoder->finish());
    bytes.stated = encoderBytesMax(*schema, options, limits);
  };
  Bytes without;
  Bytes with;
  ASSERT_NO_FATAL_FAILURE(measure(false, without));
  ASSERT_NO_FATAL_FAILURE(measure(true, with));
  if (kSanitized) GTEST_SKIP() << "a sanitizer's malloc says nothing of what is in use";
  EXPECT_GT(with.inUse, without.inUse + kEntries) << "it had no filter";
  EXPECT_GE(with.stated - without.stated, with.inUse - without.inUse);
}

}  // namespace
}  // namespace parquet_flow::write
