// Goal: a footer spliced from parts is the one that Thrift would have written in one go, and says
// of each type what LogicalTypes.md says. Method: small files in memory; their footer against the
// encoding of a FileMetaData filled in here, and parsed and encoded again; a table of types.
#include "write/metadata.hpp"

#include <gtest/gtest.h>

#include "encoded_pages.hpp"
#include "io/memory_file.hpp"
#include "support/expect_result.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;
using ConvertedType = format::ConvertedType;

Bytes encoded(const apache::thrift::TBase& value) {
  format::CompactWriter writer;
  ByteBuffer out;
  PF_EXPECT_OK(writer.write(value, out));
  return {out.data(), out.data() + out.size()};
}

Bytes footerOf(const io::OutputFile& file) {
  const ConstBytes bytes = static_cast<const io::MemoryOutputFile&>(file).contents();
  const auto footerBytes = loadLe<std::uint32_t>(bytes.data() + bytes.size() - 8);
  const ConstBytes footer = bytes.subspan(bytes.size() - 8 - footerBytes, footerBytes);
  return {footer.begin(), footer.end()};
}

// A file of `columns` INT32 columns and `groups` row groups of two rows.
Bytes footerOfFile(std::size_t columns, std::size_t groups, const WriterOptions& options) {
  auto schema = std::make_shared<schema::Schema>();
  for (std::size_t i = 0; i < columns; ++i) {
    PF_EXPECT_OK(schema->addLeaf(schema::kRoot, "c" + std::to_string(i), PhysicalType::kInt32,
                                 Repetition::kOptional));
  }
  auto writer = FileWriter::open(std::make_unique<io::MemoryOutputFile>(), schema, options);
  auto encoder = RowGroupEncoder::create(schema, options);
  const std::vector<std::int32_t> values = {1, 2};
  const std::vector<LeafView> views(columns, test::fixedView(values));
  EncodedRowGroup rowGroup;
  PF_EXPECT_OK((*encoder)->encode(2, views, rowGroup));
  for (std::size_t i = 0; i < groups; ++i) {
    PF_EXPECT_OK((*writer)->writeRowGroup(rowGroup));
  }
  PF_EXPECT_OK((*writer)->finish());
  return footerOf((*writer)->file());
}

format::ColumnChunk expectedChunk(std::int64_t offset, std::int64_t bytes) {
  format::ColumnChunk chunk;
  format::ColumnMetaData meta;
  meta.type = format::Type::INT32;
  meta.encodings = {format::Encoding::PLAIN, format::Encoding::RLE};
  meta.path_in_schema = {"c0"};
  meta.codec = format::CompressionCodec::UNCOMPRESSED;
  meta.num_values = 2;
  meta.total_uncompressed_size = bytes;
  meta.total_compressed_size = bytes;
  meta.data_page_offset = offset;
  format::Statistics statistics;
  statistics.__set_null_count(0);
  statistics.__set_min_value(std::string("\1\0\0\0", 4));
  statistics.__set_max_value(std::string("\2\0\0\0", 4));
  statistics.__set_is_min_value_exact(true);
  statistics.__set_is_max_value_exact(true);
  meta.__set_statistics(statistics);
  format::PageEncodingStats pages;
  pages.page_type = format::PageType::DATA_PAGE;
  pages.encoding = format::Encoding::PLAIN;
  pages.count = 1;
  meta.__set_encoding_stats({pages});
  chunk.__set_meta_data(meta);
  return chunk;
}

format::FileMetaData expectedFooter(std::int64_t chunkBytes) {
  format::FileMetaData footer;
  footer.version = 1;
  footer.num_rows = 4;
  format::SchemaElement root;
  root.name = "schema";
  root.__set_num_children(1);
  format::SchemaElement leaf;
  leaf.name = "c0";
  leaf.__set_type(format::Type::INT32);
  leaf.__set_repetition_type(format::FieldRepetitionType::OPTIONAL);
  footer.schema = {root, leaf};
  for (std::int16_t i = 0; i < 2; ++i) {
    format::RowGroup group;
    const std::int64_t offset = 4 + i * chunkBytes;
    group.columns = {expectedChunk(offset, chunkBytes)};
    group.total_byte_size = chunkBytes;
    group.num_rows = 2;
    group.__set_file_offset(offset);
    group.__set_total_compressed_size(chunkBytes);
    group.__set_ordinal(i);
    footer.row_groups.push_back(group);
  }
  format::KeyValue both;
  both.key = "k";
  both.__set_value("v");
  format::KeyValue keyAlone;
  keyAlone.key = "alone";
  footer.__set_key_value_metadata({both, keyAlone});
  footer.__set_created_by(std::string(createdBy()));
  format::ColumnOrder order;
  order.__set_TYPE_ORDER({});
  footer.__set_column_orders({order});
  return footer;
}

TEST(Footer, isByteForByteWhatThriftWritesInOneGo) {
  WriterOptions options = test::plainPages();
  options.keyValues = {{"k", "v"}, {"alone", std::nullopt}};
  const Bytes footer = footerOfFile(1, 2, options);
  format::CompactReader reader;
  format::FileMetaData parsed;
  PF_ASSERT_OK(reader.read(footer, parsed));
  ASSERT_EQ(parsed.row_groups.size(), 2U);
  const std::int64_t chunkBytes = parsed.row_groups[0].total_byte_size;
  EXPECT_EQ(footer, encoded(expectedFooter(chunkBytes)));
}

// The headers of lists differ below and above 14 elements, and the number of rows takes more bytes.
TEST(Footer, isTheSameForAnyNumberOfColumnsAndRowGroups) {
  for (const std::size_t columns : {1U, 14U, 15U, 200U}) {
    for (const std::size_t groups : {0U, 1U, 14U, 15U, 130U}) {
      const Bytes footer = footerOfFile(columns, groups, {});
      format::CompactReader reader;
      format::FileMetaData parsed;
      PF_ASSERT_OK_ASSIGN(const std::size_t taken, reader.read(footer, parsed));
      EXPECT_EQ(taken, footer.size());
      EXPECT_EQ(parsed.row_groups.size(), groups);
      EXPECT_EQ(parsed.num_rows, static_cast<std::int64_t>(2 * groups));
      EXPECT_EQ(parsed.column_orders.size(), columns);
      EXPECT_EQ(footer, encoded(parsed)) << columns << " columns, " << groups << " row groups";
    }
  }
}

TEST(Footer, sizeOfARecordIsKnownBeforeItIsSpliced) {
  for (const std::size_t columns : {1U, 14U, 15U, 200U}) {
    schema::Schema schema;
    EncodedRowGroup rowGroup;
    for (std::size_t i = 0; i < columns; ++i) {
      PF_ASSERT_OK(schema.addLeaf(schema::kRoot, std::to_string(i), PhysicalType::kDouble,
                                  Repetition::kRequired));
      rowGroup.chunks.emplace_back();
    }
    format::CompactWriter thrift;
    RowGroupMetadata metadata(schema, {}, thrift);
    ByteBuffer record;
    PF_ASSERT_OK(metadata.append(rowGroup, 4, 0, record));
    ByteBuffer spliced;
    ConstBytes rest = record.span();
    PF_ASSERT_OK(spliceRecord(rest, columns, nullptr, spliced));
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(spliced.size() + columns * kIndexLocationBytesMax,
              splicedBytesMax(record.span(), columns));
  }
}

TEST(CreatedBy, isWhatJavaReadersParse) {
  // "app version X.Y.Z (build HASH)": VersionParser's pattern.
  const std::string text(createdBy());
  EXPECT_EQ(text.find("parquet_flow version " PF_VERSION " (build "), 0U) << text;
  EXPECT_EQ(text.back(), ')');
  EXPECT_GT(text.size(), std::string("parquet_flow version " PF_VERSION " (build )").size());
}

struct TypeCase {
  const char* name;
  PhysicalType type;
  std::uint32_t typeLength;
  schema::LogicalType logical;
  int converted;  // -1: none
  bool (*isLogical)(const format::LogicalType&);
};

constexpr std::int32_t kMillis = 0;
constexpr std::int32_t kMicros = 1;
constexpr std::int32_t kNanos = 2;

const std::vector<TypeCase>& typeCases() {
  using L = format::LogicalType;
  static const std::vector<TypeCase> cases = {
      {"string",
       PhysicalType::kByteArray,
       0,
       {LogicalKind::kString},
       ConvertedType::UTF8,
       [](const L& l) { return l.__isset.STRING; }},
      {"enum",
       PhysicalType::kByteArray,
       0,
       {LogicalKind::kEnum},
       ConvertedType::ENUM,
       [](const L& l) { return l.__isset.ENUM; }},
      {"json",
       PhysicalType::kByteArray,
       0,
       {LogicalKind::kJson},
       ConvertedType::JSON,
       [](const L& l) { return l.__isset.JSON; }},
      {"bson",
       PhysicalType::kByteArray,
       0,
       {LogicalKind::kBson},
       ConvertedType::BSON,
       [](const L& l) { return l.__isset.BSON; }},
      {"uuid",
       PhysicalType::kFixedLenByteArray,
       16,
       {LogicalKind::kUuid},
       -1,
       [](const L& l) { return l.__isset.UUID; }},
      {"float16",
       PhysicalType::kFixedLenByteArray,
       2,
       {LogicalKind::kFloat16},
       -1,
       [](const L& l) { return l.__isset.FLOAT16; }},
      {"decimal",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kDecimal, 12, 4},
       ConvertedType::DECIMAL,
       [](const L& l) { return l.DECIMAL.precision == 12 && l.DECIMAL.scale == 4; }},
      {"date",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kDate},
       ConvertedType::DATE,
       [](const L& l) { return l.__isset.DATE; }},
      {"time_millis",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kTime, kMillis, 1},
       ConvertedType::TIME_MILLIS,
       [](const L& l) { return l.TIME.unit.__isset.MILLIS && l.TIME.isAdjustedToUTC; }},
      {"time_micros_local",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kTime, kMicros, 0},
       ConvertedType::TIME_MICROS,
       [](const L& l) { return l.TIME.unit.__isset.MICROS && !l.TIME.isAdjustedToUTC; }},
      {"time_nanos",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kTime, kNanos, 1},
       -1,
       [](const L& l) { return l.TIME.unit.__isset.NANOS; }},
      {"timestamp_millis",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kTimestamp, kMillis, 1},
       ConvertedType::TIMESTAMP_MILLIS,
       [](const L& l) { return l.TIMESTAMP.unit.__isset.MILLIS; }},
      {"timestamp_micros_local",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kTimestamp, kMicros, 0},
       ConvertedType::TIMESTAMP_MICROS,
       [](const L& l) { return l.TIMESTAMP.unit.__isset.MICROS && !l.TIMESTAMP.isAdjustedToUTC; }},
      {"timestamp_nanos",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kTimestamp, kNanos, 1},
       -1,
       [](const L& l) { return l.TIMESTAMP.unit.__isset.NANOS && l.TIMESTAMP.isAdjustedToUTC; }},
      {"int8",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 8, 1},
       ConvertedType::INT_8,
       [](const L& l) { return l.INTEGER.bitWidth == 8 && l.INTEGER.isSigned; }},
      {"int16",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 16, 1},
       ConvertedType::INT_16,
       [](const L& l) { return l.INTEGER.bitWidth == 16; }},
      {"int32",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 32, 1},
       ConvertedType::INT_32,
       [](const L& l) { return l.INTEGER.bitWidth == 32; }},
      {"int64",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kInteger, 64, 1},
       ConvertedType::INT_64,
       [](const L& l) { return l.INTEGER.bitWidth == 64; }},
      {"uint8",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 8, 0},
       ConvertedType::UINT_8,
       [](const L& l) { return l.INTEGER.bitWidth == 8 && !l.INTEGER.isSigned; }},
      {"uint16",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 16, 0},
       ConvertedType::UINT_16,
       [](const L& l) { return !l.INTEGER.isSigned; }},
      {"uint32",
       PhysicalType::kInt32,
       0,
       {LogicalKind::kInteger, 32, 0},
       ConvertedType::UINT_32,
       [](const L& l) { return !l.INTEGER.isSigned; }},
      {"uint64",
       PhysicalType::kInt64,
       0,
       {LogicalKind::kInteger, 64, 0},
       ConvertedType::UINT_64,
       [](const L& l) { return !l.INTEGER.isSigned; }},
  };
  return cases;
}

TEST(SchemaElements, haveLogicalAndConvertedTypeThatAgree) {
  for (const TypeCase& one : typeCases()) {
    SCOPED_TRACE(one.name);
    const test::OneColumn column(one.type, Repetition::kRequired, one.typeLength, one.logical);
    const std::vector<format::SchemaElement> elements = schemaElements(*column.schema);
    ASSERT_EQ(elements.size(), 2U);
    const format::SchemaElement& element = elements[1];
    EXPECT_EQ(element.__isset.converted_type, one.converted >= 0);
    EXPECT_EQ(element.__isset.converted_type ? element.converted_type : -1, one.converted);
    EXPECT_TRUE(element.__isset.logicalType);
    EXPECT_TRUE(one.isLogical(element.logicalType));
    EXPECT_EQ(element.__isset.precision, one.logical.kind == LogicalKind::kDecimal);
    EXPECT_EQ(element.__isset.type_length, one.typeLength != 0);
  }
}

TEST(SchemaElements, ofAnIntervalHaveTheConvertedTypeAlone) {
  const test::OneColumn column(PhysicalType::kFixedLenByteArray, Repetition::kRequired, 12,
                               {LogicalKind::kInterval});
  const std::vector<format::SchemaElement> elements = schemaElements(*column.schema);
  EXPECT_EQ(elements[1].converted_type, +ConvertedType::INTERVAL);
  EXPECT_FALSE(elements[1].__isset.logicalType);
}

TEST(SchemaElements, listGroupsDepthFirstWithTheirChildren) {
  schema::Schema schema;
  PF_ASSERT_OK_ASSIGN(const std::uint32_t map,
                      schema.addMap(schema::kRoot, "m", Repetition::kOptional, 1));
  PF_ASSERT_OK(schema.addLeaf(map, "key", PhysicalType::kByteArray, Repetition::kRequired, 0,
                              {LogicalKind::kString}, 2));
  PF_ASSERT_OK_ASSIGN(const std::uint32_t list,
                      schema.addList(map, "value", Repetition::kOptional, 3));
  PF_ASSERT_OK(
      schema.addLeaf(list, "element", PhysicalType::kInt32, Repetition::kOptional, 0, {}, 4));
  const std::vector<format::SchemaElement> elements = schemaElements(schema);
  struct Expected {
    const char* name;
    int children;
    int repetition;
    int converted;
  };
  const std::vector<Expected> expected = {
      {"schema", 1, -1, -1},
      {"m", 1, format::FieldRepetitionType::OPTIONAL, ConvertedType::MAP},
      {"key_value", 2, format::FieldRepetitionType::REPEATED, -1},
      {"key", -1, format::FieldRepetitionType::REQUIRED, ConvertedType::UTF8},
      {"value", 1, format::FieldRepetitionType::OPTIONAL, ConvertedType::LIST},
      {"list", 1, format::FieldRepetitionType::REPEATED, -1},
      {"element", -1, format::FieldRepetitionType::OPTIONAL, -1},
  };
  ASSERT_EQ(elements.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const format::SchemaElement& element = elements[i];
    EXPECT_EQ(element.name, expected[i].name);
    EXPECT_EQ(element.__isset.num_children ? element.num_children : -1, expected[i].children);
    EXPECT_EQ(element.__isset.repetition_type ? element.repetition_type : -1,
              expected[i].repetition);
    EXPECT_EQ(element.__isset.converted_type ? element.converted_type : -1, expected[i].converted);
    EXPECT_EQ(element.__isset.type, expected[i].children < 0);
  }
  EXPECT_EQ(elements[1].field_id, 1);
  EXPECT_EQ(elements[6].field_id, 4);
  EXPECT_FALSE(elements[0].__isset.field_id);
}

}  // namespace
}  // namespace parquet_flow::write
