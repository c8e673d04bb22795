// Goal: options that would give a wrong or unreadable file are refused before there is one. Method:
// each limit from both sides; overrides of columns that are there, that are not, and twice.
#include "write/options.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "support/expect_result.hpp"
#include "support/optional_codecs.hpp"

namespace parquet_flow::write {
namespace {

using codec::Compression;
using schema::PhysicalType;
using schema::Repetition;

schema::Schema twoColumns() {
  schema::Schema schema;
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "a", PhysicalType::kInt32, Repetition::kRequired));
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "b", PhysicalType::kInt64, Repetition::kOptional));
  return schema;
}

TEST(Options, defaultsAreValid) { PF_EXPECT_OK(validateOptions({}, twoColumns())); }

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
      {"gzip_level_above",
       [](auto& o) {
         o.column.compression = Compression::kGzip;
         o.column.compressionLevel = 10;
       },
       "10"},
      {"override_of_a_column_that_is_there",
       [](auto& o) { o.overrides = {{.path = "b", .compression = Compression::kGzip}}; }, nullptr},
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
  const schema::Schema schema = twoColumns();
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
    const Result<void> validated = validateOptions(options, twoColumns());
    if (codec.built) {
      PF_EXPECT_OK(validated);
    } else {
      PF_EXPECT_ERROR(validated, ErrorCode::kUnsupported, codec.name);
    }
  }
}

TEST(ColumnOptions, takeFromTheOverrideWhatItSays) {
  const schema::Schema schema = twoColumns();
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

}  // namespace
}  // namespace parquet_flow::write
