// Goal: encoder and writer reach a state in which a row group costs no allocation, but what the
// footer grows by. Method: row groups of the same size, of every physical type, nullable and
// nested, plain and compressed; allocations of the thread are counted once some are written.
#include <gtest/gtest.h>

#include "encoded_pages.hpp"
#include "io/discard_file.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using column::ValuesLayout;
using parquet_flow::test::AllocationWatch;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::size_t kRows = 20'000;

// Every third entry is null, where the leaf may be.
struct Column {
  std::vector<std::byte> values = std::vector<std::byte>(kRows * 16, std::byte{'x'});
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition = std::vector<std::uint8_t>(kRows, 0);
  LeafView view;

  explicit Column(const schema::Leaf& leaf) {
    std::size_t present = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      const bool isNull = leaf.maxDefinitionLevel > 0 && i % 3 == 0;
      definition.push_back(isNull ? 0 : leaf.maxDefinitionLevel);
      present += isNull ? 0 : 1;
    }
    for (std::uint32_t i = 0; i <= present; ++i) {
      offsets.push_back(i * 10);
    }
    view.rows = view.entries = kRows;
    view.values.count = present;
    view.values.data = values.data();
    view.definitionLevels = leaf.maxDefinitionLevel > 0 ? definition.data() : nullptr;
    view.repetitionLevels = leaf.maxRepetitionLevel > 0 ? repetition.data() : nullptr;
    if (leaf.type == PhysicalType::kByteArray) {
      view.values.layout = ValuesLayout::kOffsets32;
      view.values.offsets = offsets.data();
    } else if (leaf.type == PhysicalType::kBoolean) {
      view.values.layout = ValuesLayout::kByteBooleans;
    }
  }
};

std::shared_ptr<schema::Schema> everyType() {
  auto schema = std::make_shared<schema::Schema>();
  const auto add = [&schema](PhysicalType type, Repetition repetition, std::uint32_t length = 0,
                             schema::LogicalType logical = {}) {
    const std::string name = "c" + std::to_string(schema->leaves().size());
    EXPECT_TRUE(
        schema->addLeaf(schema::kRoot, name, type, repetition, length, logical).has_value());
  };
  for (const Repetition repetition :
       {Repetition::kRequired, Repetition::kOptional, Repetition::kRepeated}) {
    add(PhysicalType::kBoolean, repetition);
    add(PhysicalType::kInt32, repetition);
    add(PhysicalType::kInt64, repetition);
    add(PhysicalType::kInt96, repetition);
    add(PhysicalType::kFloat, repetition);
    add(PhysicalType::kDouble, repetition);
    add(PhysicalType::kByteArray, repetition);
    add(PhysicalType::kByteArray, repetition, 0, {LogicalKind::kString});
    add(PhysicalType::kFixedLenByteArray, repetition, 16, {LogicalKind::kUuid});
  }
  return schema;
}

TEST(Allocation, noneAfterTwoRowGroupsButFooterGrowth) {
  const auto schema = everyType();
  WriterOptions options;
  options.pageBytes = 16 << 10;
  for (std::size_t i = 0; i < schema->leaves().size(); i += 2) {
    options.overrides.push_back(
        {.path = schema->leaves()[i].dottedPath, .compression = codec::Compression::kGzip});
  }
  PF_ASSERT_OK(validateOptions(options, *schema));
  std::vector<std::unique_ptr<Column>> columns;
  std::vector<LeafView> views;
  for (const schema::Leaf& leaf : schema->leaves()) {
    columns.push_back(std::make_unique<Column>(leaf));
    views.push_back(columns.back()->view);
  }
  PF_ASSERT_OK_ASSIGN(const auto encoder, RowGroupEncoder::create(schema, options));
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(std::make_unique<io::DiscardFile>(), schema, options));
  EncodedRowGroup rowGroup;
  std::uint64_t writeAllocations = 0;
  for (int group = 0; group < 12; ++group) {
    const AllocationWatch encoding;
    PF_ASSERT_OK(encoder->encode(kRows, views, rowGroup));
    const std::uint64_t encodeAllocations = encoding.allocations();
    const AllocationWatch writing;
    PF_ASSERT_OK(writer->writeRowGroup(rowGroup));
    if (group >= 2) {
      EXPECT_EQ(encodeAllocations, 0U) << "row group " << group;
      writeAllocations += writing.allocations();
    }
  }
  // Four buffers double, those of the records and of the page index: from 2 to 12 row groups at
  // most three times each.
  EXPECT_LE(writeAllocations, 12U);
}

// What a page comes to is bounded by its PLAIN form, for which there is room from the beginning.
TEST(Allocation, dataThatCompressesWorseGrowsNoPlainColumn) {
  const auto schema = everyType();
  WriterOptions options;
  options.pageBytes = 16 << 10;
  options.column.compression = codec::Compression::kGzip;
  options.column.encoding = encoding::Encoding::kPlain;
  PF_ASSERT_OK(validateOptions(options, *schema));
  std::vector<std::unique_ptr<Column>> columns;
  std::vector<LeafView> views;
  for (const schema::Leaf& leaf : schema->leaves()) {
    columns.push_back(std::make_unique<Column>(leaf));
    views.push_back(columns.back()->view);
  }
  PF_ASSERT_OK_ASSIGN(const auto encoder,
                      RowGroupEncoder::create(schema, options, Feeding::kPieces));
  EncodedRowGroup rowGroup;
  const auto encode = [&]() -> Result<void> {
    encoder->begin(rowGroup);
    PF_TRY(encoder->append(kRows, views, 0.5));
    PF_TRY(encoder->append(kRows, views, 0.5));
    return encoder->finish();
  };
  PF_ASSERT_OK(encode());
  PF_ASSERT_OK(encode());
  const std::uint64_t before = rowGroup.compressedBytes();
  parquet_flow::test::SeededRandom random;
  for (const auto& column : columns) {
    const bool isBoolean = column->view.values.layout == ValuesLayout::kByteBooleans;
    for (std::byte& value : column->values) {
      value = static_cast<std::byte>(random.bits() % (isBoolean ? 2 : 128));
    }
  }
  const AllocationWatch watch;
  PF_ASSERT_OK(encode());
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_GT(rowGroup.compressedBytes(), 10 * before);
}

}  // namespace
}  // namespace parquet_flow::write
