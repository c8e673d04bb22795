// Goal: options that would give a wrong or unreadable file are refused before there is one. Method:
// each limit from both sides; overrides of columns that are there, that are not, and twice.
#include "write/options.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <tuple>

#include "support/expect_result.hpp"
#include "support/optional_codecs.hpp"

namespace parquet_flow::write {
namespace {

using codec::Compression;
using encoding::Encoding;
using schema::PhysicalType;
using schema::Repetition;

schema::Schema sixColumns() {
  schema::Schema schema;
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "a", PhysicalType::kInt32, Repetition::kRequired));
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "b", PhysicalType::kInt64, Repetition::kOptional));
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "c", PhysicalType::kBoolean, Repetition::kRequired));
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "d", PhysicalType::kInt32, Repetition::kRepeated));
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "e.f", PhysicalType::kInt32, Repetition::kRequired));
  const auto group = schema.addGroup(schema::kRoot, "e", Repetition::kRequired);
  EXPECT_TRUE(group && schema.addLeaf(*group, "f", PhysicalType::kInt32, Repetition::kRequired));
  return schema;
}

TEST(Options, defaultsAreValid) { PF_EXPECT_OK(validateOptions({}, sixColumns())); }

struct Case {
  const char* name;
  std::function<void(WriterOptions&)> change;
  const char* refusal;  // nullptr: taken
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"page_bytes_least", [](auto& o) { o.pageBytes = 1024; }, nullptr},
      {"page_bytes_below", [](auto& o) { o.pageBytes = 1023; }, "page_bytes is 1023"},
      {"page_bytes_most", [](auto& o) { o.pageBytes = 1 << 30; }, nullptr},
      {"page_bytes_above", [](auto& o) { o.pageBytes = (1 << 30) + 1; }, "page_bytes"},
      {"page_rows_zero", [](auto& o) { o.pageRows = 0; }, "page_rows is 0"},
      {"page_rows_most", [](auto& o) { o.pageRows = INT32_MAX; }, nullptr},
      {"page_rows_above", [](auto& o) { o.pageRows = std::uint64_t{1} << 31U; }, "page_rows"},
      {"truncate_bytes_zero", [](auto& o) { o.truncateBytes = 0; }, "truncate_bytes is 0"},
      {"truncate_bytes_most", [](auto& o) { o.truncateBytes = 65'535; }, nullptr},
      {"truncate_bytes_above", [](auto& o) { o.truncateBytes = 65'536; }, "truncate_bytes"},
      {"dictionary_bytes_least", [](auto& o) { o.dictionaryBytes = 1024; }, nullptr},
      {"dictionary_bytes_below", [](auto& o) { o.dictionaryBytes = 1023; },
       "dictionary_bytes is 1023"},
      {"dictionary_bytes_most", [](auto& o) { o.dictionaryBytes = 1 << 30; }, nullptr},
      {"dictionary_bytes_above", [](auto& o) { o.dictionaryBytes = (1 << 30) + 1; },
       "dictionary_bytes"},
      {"page_version_0", [](auto& o) { o.dataPageVersion = 0; }, "data_page_version is 0"},
      {"page_version_2", [](auto& o) { o.dataPageVersion = 2; }, nullptr},
      {"page_version_3", [](auto& o) { o.dataPageVersion = 3; }, "data_page_version is 3"},
      {"baseline_of_version_2",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.dataPageVersion = 2;
       },
       "version 1 alone"},
      {"baseline_with_a_dictionary",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.column.encoding = Encoding::kRleDictionary;
       },
       nullptr},
      {"baseline_with_deltas",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.column.encoding = Encoding::kDeltaBinaryPacked;
       },
       "DELTA_BINARY_PACKED is not in the baseline profile"},
      {"baseline_with_gzip",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.column.compression = Compression::kGzip;
       },
       nullptr},
      {"baseline_with_zstd",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.column.compression = Compression::kZstd;
       },
       "ZSTD"},
      {"baseline_with_brotli_in_one_column",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.overrides = {{.path = "b", .compression = Compression::kBrotli}};
       },
       "BROTLI"},
      {"baseline_with_deltas_in_one_column",
       [](auto& o) {
         o.profile = Profile::kBaseline;
         o.overrides = {{.path = "b", .encoding = {{Encoding::kDeltaBinaryPacked}}}};
       },
       "column 'b'"},
      {"the_old_dictionary", [](auto& o) { o.column.encoding = Encoding::kPlainDictionary; },
       "PLAIN_DICTIONARY is not written on demand"},
      {"bit_packed", [](auto& o) { o.column.encoding = Encoding::kBitPacked; }, "BIT_PACKED"},
      {"an_encoding_that_no_column_has", [](auto& o) { o.column.encoding = Encoding::kRle; },
       nullptr},
      {"an_encoding_that_the_column_does_not_have",
       [](auto& o) { o.overrides = {{.path = "b", .encoding = {{Encoding::kRle}}}}; },
       "INT64 cannot be encoded as RLE"},
      {"bloom_filter_rate_least",
       [](auto& o) { o.column.bloomFilter = {.falsePositiveRate = 1e-6}; }, nullptr},
      {"bloom_filter_rate_below",
       [](auto& o) { o.column.bloomFilter = {.falsePositiveRate = 9e-7}; }, "1e-6 to 0.5"},
      {"bloom_filter_rate_most", [](auto& o) { o.column.bloomFilter = {.falsePositiveRate = 0.5}; },
       nullptr},
      {"bloom_filter_rate_above",
       [](auto& o) { o.column.bloomFilter = {.falsePositiveRate = 0.51}; }, "1e-6 to 0.5"},
      {"bloom_filter_rate_that_is_no_number",
       [](auto& o) { o.column.bloomFilter = {.falsePositiveRate = std::nan("")}; }, "1e-6 to 0.5"},
      {"bloom_filter_of_booleans",
       [](auto& o) { o.overrides = {{.path = "c", .bloomFilter = {{BloomFilterOptions{}}}}}; },
       "BOOLEAN has no bloom filter"},
      {"sorting_column_that_is_there", [](auto& o) { o.sortingColumns = {{.path = "b"}}; },
       nullptr},
      {"sorting_column_that_is_not", [](auto& o) { o.sortingColumns = {{.path = "x"}}; },
       "sorting column 'x'"},
      {"sorting_column_that_repeats", [](auto& o) { o.sortingColumns = {{.path = "d"}}; },
       "'d' repeats"},
      {"sorting_column_twice",
       [](auto& o) {
         o.sortingColumns = {{.path = "b"}, {.path = "a"}, {.path = "b", .descending = true}};
       },
       "sorting column 'b' twice"},
      {"key_of_a_column_that_is_not_utf8",
       [](auto& o) { o.overrides = {{.path = "a", .keyValues = {{"\xC0", "v"}}}}; }, "UTF-8"},
      {"gzip_level_above",
       [](auto& o) {
         o.column.compression = Compression::kGzip;
         o.column.compressionLevel = 10;
       },
       "10"},
      {"override_of_a_column_that_is_there",
       [](auto& o) { o.overrides = {{.path = "b", .compression = Compression::kGzip}}; }, nullptr},
      {"override_of_a_path_that_two_columns_have", [](auto& o) { o.overrides = {{.path = "e.f"}}; },
       "'e.f', a path that two columns of the schema have"},
      {"sorting_column_of_such_a_path", [](auto& o) { o.sortingColumns = {{.path = "e.f"}}; },
       "sorting column 'e.f', a path that two columns"},
      {"override_of_no_column", [](auto& o) { o.overrides = {{.path = "x"}}; }, "column 'x'"},
      {"override_twice", [](auto& o) { o.overrides = {{.path = "a"}, {.path = "a"}}; },
       "column 'a' twice"},
      {"override_with_a_wrong_level",
       [](auto& o) {
         o.overrides = {{.path = "b", .compression = Compression::kGzip, .compressionLevel = -2}};
       },
       "column 'b'"},
      {"key_that_is_not_utf8", [](auto& o) { o.keyValues = {{"\xC0", "v"}}; }, "UTF-8"},
      {"value_that_is_not_utf8", [](auto& o) { o.keyValues = {{"k", "\xED\xA0\x80"}}; }, "UTF-8"},
      {"key_without_a_value", [](auto& o) { o.keyValues = {{"k", std::nullopt}}; }, nullptr},
  };
  return all;
}

TEST(Options, areRefusedOutOfRange) {
  const schema::Schema schema = sixColumns();
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    WriterOptions options;
    one.change(options);
    const auto validated = validateOptions(options, schema);
    if (one.refusal == nullptr) {
      PF_EXPECT_OK(validated);
    } else {
      PF_EXPECT_ERROR(validated, ErrorCode::kInvalidArgument, one.refusal);
    }
  }
}

TEST(Options, refuseACodecThatIsNotBuilt) {
  for (const test::OptionalCodec& codec : test::kOptionalCodecs) {
    WriterOptions options;
    options.column.compression = static_cast<Compression>(codec.compression);
    const Result<void> validated = validateOptions(options, sixColumns());
    if (codec.built) {
      PF_EXPECT_OK(validated);
    } else {
      PF_EXPECT_ERROR(validated, ErrorCode::kUnsupported, codec.name);
    }
  }
}

TEST(ColumnOptions, takeFromTheOverrideWhatItSays) {
  const schema::Schema schema = sixColumns();
  WriterOptions options;
  options.column.compression = Compression::kGzip;
  options.column.compressionLevel = 6;
  options.overrides = {{.path = "b", .statistics = false}};
  const ColumnOptions a = columnOptions(options, schema.leaves()[0]);
  EXPECT_EQ(a.compressionLevel, 6);
  EXPECT_TRUE(a.statistics);
  const ColumnOptions b = columnOptions(options, schema.leaves()[1]);
  EXPECT_EQ(b.compression, Compression::kGzip);
  EXPECT_EQ(b.compressionLevel, 6);
  EXPECT_FALSE(b.statistics);
  // Another codec comes with its own level, not with that of the writer's.
  options.overrides = {{.path = "b", .compression = Compression::kUncompressed}};
  EXPECT_EQ(columnOptions(options, schema.leaves()[1]).compressionLevel, codec::kLevelDefault);
}

// An encoding of the writer's holds for the columns that can have it, one of a column's only there.
TEST(ColumnOptions, takeTheEncodingsAndFiltersThatTheirTypesHave) {
  const schema::Schema schema = sixColumns();
  WriterOptions options;
  options.column.encoding = Encoding::kDeltaBinaryPacked;
  options.column.bloomFilter = BloomFilterOptions{};
  options.overrides = {{.path = "b",
                        .encoding = ColumnOverride::EncodingChoice{std::nullopt},
                        .bloomFilter = ColumnOverride::BloomFilterChoice{std::nullopt}}};
  PF_EXPECT_OK(validateOptions(options, schema));
  const ColumnOptions a = columnOptions(options, schema.leaves()[0]);
  EXPECT_EQ(a.encoding, Encoding::kDeltaBinaryPacked);
  EXPECT_TRUE(a.bloomFilter.has_value());
  const ColumnOptions b = columnOptions(options, schema.leaves()[1]);
  EXPECT_EQ(b.encoding, std::nullopt);
  EXPECT_FALSE(b.bloomFilter.has_value());
  const ColumnOptions c = columnOptions(options, schema.leaves()[2]);
  EXPECT_EQ(c.encoding, std::nullopt);
  EXPECT_FALSE(c.bloomFilter.has_value());
}

// What is to be read as a dictionary is not left to be chosen for.
TEST(ColumnOptions, haveTheDictionaryUnlessAnEncodingIsNamed) {
  const schema::Schema schema = sixColumns();
  WriterOptions options;
  options.dictionaryLeaves = {1};
  const schema::Leaf& b = schema.leaves()[1];
  EXPECT_EQ(columnOptions(options, b).encoding, Encoding::kRleDictionary);
  EXPECT_EQ(columnOptions(options, schema.leaves()[0]).encoding, std::nullopt);
  options.overrides = {{.path = "b", .encoding = ColumnOverride::EncodingChoice{std::nullopt}}};
  EXPECT_EQ(columnOptions(options, b).encoding, Encoding::kRleDictionary);
  options.overrides = {{.path = "b", .encoding = {{Encoding::kDeltaBinaryPacked}}}};
  EXPECT_EQ(columnOptions(options, b).encoding, Encoding::kDeltaBinaryPacked);
  options.overrides = {{.path = "b", .statistics = false}};
  options.column.encoding = Encoding::kPlain;
  EXPECT_EQ(columnOptions(options, b).encoding, Encoding::kRleDictionary);
}

// Of each leaf among several that are listed, and beside them.
TEST(ColumnOptions, areByTheLeavesThatAreListed) {
  const schema::Schema schema = sixColumns();
  WriterOptions options;
  options.dictionaryLeaves = {0, 3, 5};
  options.leavesWithoutDeltas = {1, 3, 4};
  for (const schema::Leaf& leaf : schema.leaves()) {
    const ColumnOptions column = columnOptions(options, leaf);
    const bool isDictionary = leaf.index == 0 || leaf.index == 3 || leaf.index == 5;
    EXPECT_EQ(column.encoding == Encoding::kRleDictionary, isDictionary) << leaf.index;
    const bool isWithout = leaf.index == 1 || leaf.index == 3 || leaf.index == 4;
    EXPECT_EQ(column.mayChooseDeltas, !isWithout) << leaf.index;
  }
}

// A number may be stored in more or fewer bytes, and a filter knows only the bytes.
TEST(ColumnOptions, haveNoFilterOfDecimalsOfAnyLength) {
  const schema::LogicalType decimal = {.kind = schema::LogicalKind::kDecimal, .a = 9, .b = 2};
  schema::Schema schema;
  for (const auto& [name, type, length] :
       {std::tuple{"any", PhysicalType::kByteArray, 0U},
        std::tuple{"fixed", PhysicalType::kFixedLenByteArray, 5U},
        std::tuple{"int", PhysicalType::kInt32, 0U}}) {
    ASSERT_TRUE(schema.addLeaf(schema::kRoot, name, type, Repetition::kRequired, length, decimal));
  }
  WriterOptions options;
  options.column.bloomFilter = BloomFilterOptions{};
  PF_EXPECT_OK(validateOptions(options, schema));
  EXPECT_FALSE(columnOptions(options, schema.leaves()[0]).bloomFilter.has_value());
  EXPECT_TRUE(columnOptions(options, schema.leaves()[1]).bloomFilter.has_value());
  EXPECT_TRUE(columnOptions(options, schema.leaves()[2]).bloomFilter.has_value());
  options.overrides = {{.path = "fixed", .bloomFilter = {{BloomFilterOptions{}}}},
                       {.path = "any", .bloomFilter = {{BloomFilterOptions{}}}}};
  const auto refused = validateOptions(options, schema);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("column 'any': DECIMAL of BYTE_ARRAY has no bloom"),
            std::string::npos)
      << refused.error().message();
}

}  // namespace
}  // namespace parquet_flow::write
