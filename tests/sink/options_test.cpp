// Each option that cannot be is refused with one sentence that names it; each that can be is taken,
// at both ends of its range. Method: a table of changes to options that are fine.
#include "sink/options.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "sink/file_schema.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

int acceptRow(void* /*user*/, const RecordInfo& /*record*/, column::RowBuilder& /*row*/) {
  return 0;
}

SinkOptions fine() {
  SinkOptions options;
  options.directory = "/data";
  return options;
}

std::shared_ptr<const schema::Schema> oneLeaf() {
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "x", schema::PhysicalType::kInt64,
                              schema::Repetition::kRequired));
  return schema;
}

StructColumn intColumn() {
  StructColumn column;
  column.name = "x";
  column.field = FieldType::kInt32;
  return column;
}

struct Case {
  const char* name;
  std::function<void(SinkOptions&)> change;
  const char* sentence;  // nullptr: taken
};

TEST(Options, whatCannotBeIsRefusedByName) {
  const std::vector<Case> cases = {
      {"neither_path_nor_directory", [](auto& o) { o.directory = ""; }, "output_path or directory"},
      {"grace_above_a_minute", [](auto& o) { o.graceNs = 60'000'000'001; },
       "grace_ns must be 0 .. 60000000000"},
      {"path_and_directory", [](auto& o) { o.outputPath = "x.parquet"; },
       "output_path or directory"},
      {"path_without_a_name",
       [](auto& o) {
         o.directory = "";
         o.outputPath = "/data/";
       },
       "output_path must name a file"},
      {"path_is_a_directory",
       [](auto& o) {
         o.directory = "";
         o.outputPath = "/data/..";
       },
       "output_path must name a file"},
      {"replace_in_a_directory", [](auto& o) { o.replace = true; },
       "replace goes with output_path"},
      {"empty_prefix", [](auto& o) { o.prefix = ""; }, "prefix must be letters"},
      {"hidden_prefix", [](auto& o) { o.prefix = ".feed"; }, "prefix must be letters"},
      {"prefix_with_a_slash", [](auto& o) { o.prefix = "a/b"; }, "prefix must be letters"},
      {"prefix_of_180", [](auto& o) { o.prefix = std::string(180, 'x'); }, nullptr},
      {"prefix_of_181", [](auto& o) { o.prefix = std::string(181, 'x'); }, "prefix must be"},
      {"every_prefix_character", [](auto& o) { o.prefix = "aZ09._-"; }, nullptr},
      {"shape_9", [](auto& o) { o.shape = Shape{9}; }, "shape has no value 9"},
      {"profile_2", [](auto& o) { o.profile = Profile{2}; }, "profile has no value 2"},
      {"schema_without_callback", [](auto& o) { o.schema = oneLeaf(); }, "schema goes with"},
      {"on_row_without_callback", [](auto& o) { o.onRow = acceptRow; }, "on_row goes with"},
      {"callback_without_schema",
       [](auto& o) {
         o.shape = Shape::kCallback;
         o.onRow = acceptRow;
       },
       "schema is needed"},
      {"callback_without_function",
       [](auto& o) {
         o.shape = Shape::kCallback;
         o.schema = oneLeaf();
       },
       "on_row is needed"},
      {"callback_of_an_empty_schema",
       [](auto& o) {
         o.shape = Shape::kCallback;
         o.schema = std::make_shared<schema::Schema>();
         o.onRow = acceptRow;
       },
       "schema: "},
      {"struct_without_columns", [](auto& o) { o.shape = Shape::kStruct; }, "struct_columns must"},
      {"columns_without_struct", [](auto& o) { o.structColumns = {intColumn()}; },
       "struct_columns go with"},
      {"no_rows_a_group", [](auto& o) { o.rowGroupRows = 0; }, "row_group_rows must be 1 .."},
      {"2^31_rows_a_group", [](auto& o) { o.rowGroupRows = 1ULL << 31; }, "row_group_rows must"},
      {"2^31-1_rows_a_group", [](auto& o) { o.rowGroupRows = (1ULL << 31) - 1; }, nullptr},
      {"small_groups", [](auto& o) { o.rowGroupBytes = 65'535; }, "row_group_bytes must be 65536"},
      {"smallest_groups", [](auto& o) { o.rowGroupBytes = 65'536; }, nullptr},
      {"large_groups", [](auto& o) { o.rowGroupBytes = (1ULL << 30) + 1; }, "row_group_bytes must"},
      {"key_without_a_name", [](auto& o) { o.writer.keyValues = {{"", "x"}}; },
       "key_values must not"},
      {"key_of_ours", [](auto& o) { o.writer.keyValues = {{"parquet_flow.ledger", "x"}}; },
       "\"parquet_flow.ledger\""},
      {"key_without_a_value", [](auto& o) { o.writer.keyValues = {{"x", std::nullopt}}; }, nullptr},
      {"tiny_ring", [](auto& o) { o.ringBytes = 65'535; }, "ring_bytes must be 65536"},
      {"huge_ring", [](auto& o) { o.ringBytes = (16ULL << 30) + 1; }, "ring_bytes must be 65536"},
      {"largest_ring", [](auto& o) { o.ringBytes = 16ULL << 30; }, nullptr},
      {"record_over_a_quarter", [](auto& o) { o.recordBytesMax = (2U << 20) - 23; },
       "record_bytes_max must be 1 .. 2097128, not 2097129"},
      {"record_of_a_quarter", [](auto& o) { o.recordBytesMax = (2U << 20) - 24; }, nullptr},
      {"priority_101", [](auto& o) { o.lowPriorityPercent = 101; }, "low_priority_percent must"},
      {"no_producers", [](auto& o) { o.producersMax = 0; }, "producers_max must be 1 .. 65535"},
      {"65536_producers", [](auto& o) { o.producersMax = 65'536; }, "producers_max must"},
      {"clock_4", [](auto& o) { o.clock = ClockChoice{4}; }, "clock has no value 4"},
      {"worker_3", [](auto& o) { o.worker = WorkerMode{3}; }, "worker has no value 3"},
      {"little_held", [](auto& o) { o.heldBytesMax = 1; }, "held_bytes_max must"},
      {"short_park", [](auto& o) { o.parkNs = 999; }, "park_ns must be 1000"},
      {"longest_park_below_shortest", [](auto& o) { o.parkMaxNs = 49'999; },
       "park_max_ns must be 50000 .. 1000000000"},
      {"65_encoders", [](auto& o) { o.encodeThreads = 65; }, "encode_threads must be 0 .. 64"},
      {"one_buffer", [](auto& o) { o.rowGroupBuffers = 1; }, "row_group_buffers must be 2 .. 64"},
      {"nothing_changed", [](auto&) {}, nullptr},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    SinkOptions options = fine();
    each.change(options);
    const auto normal = normalizeOptions(options);
    if (each.sentence == nullptr) {
      PF_EXPECT_OK(normal);
      continue;
    }
    ASSERT_FALSE(normal.has_value());
    EXPECT_NE(normal.error().message().find(each.sentence), std::string::npos)
        << normal.error().message();
  }
}

TEST(Options, structColumnThatCannotBeIsRefusedByName) {
  struct ColumnCase {
    const char* name;
    std::function<void(StructColumn&)> change;
    const char* sentence;  // nullptr: taken
  };
  const auto sentinel = [](FieldType field, std::uint32_t size, std::uint64_t value) {
    return [=](StructColumn& column) {
      column.field = field;
      column.size = size;
      column.nullability = Nullability::kSentinel;
      column.nullValue = value;
    };
  };
  const std::vector<ColumnCase> cases = {
      {"no_name", [](auto& c) { c.name = ""; }, "has no name"},
      {"field_15", [](auto& c) { c.field = FieldType{15}; }, "field has no such value"},
      {"its_own_size", [](auto& c) { c.size = 4; }, nullptr},
      {"another_size", [](auto& c) { c.size = 8; }, "size must be 0 or 4"},
      {"chars_without_size", [](auto& c) { c.field = FieldType::kChars; },
       "size must be 1 .. 65535"},
      {"bytes_too_long",
       [](auto& c) {
         c.field = FieldType::kBytes;
         c.size = 65'536;
       },
       "size must be 1 .. 65535"},
      {"nullability_3", [](auto& c) { c.nullability = Nullability{3}; }, "nullability has no such"},
      {"null_bit_65536",
       [](auto& c) {
         c.nullability = Nullability::kBitmap;
         c.nullBit = 65'536;
       },
       "null_bit must be"},
      {"sentinel_that_fits", sentinel(FieldType::kInt16, 0, 0xFFFF), nullptr},
      {"sentinel_too_wide", sentinel(FieldType::kInt16, 0, 0x10000), "null_value does not fit"},
      {"sentinel_of_64_bits", sentinel(FieldType::kUint64, 0, ~0ULL), nullptr},
      {"sentinel_of_9_bytes", sentinel(FieldType::kBytes, 9, 0), "more than 8 bytes"},
      {"sentinel_of_8_bytes", sentinel(FieldType::kBytes, 8, 1), nullptr},
      {"sentinel_of_chars", sentinel(FieldType::kChars, 16, 0), nullptr},
      {"sentinel_of_chars_not_0", sentinel(FieldType::kChars, 16, 1), "null_value of CHARS"},
      {"date", [](auto& c) { c.logical = {schema::LogicalKind::kDate, 0, 0}; }, nullptr},
      {"uuid", [](auto& c) { c.logical = {schema::LogicalKind::kUuid, 0, 0}; }, "logical must be"},
      {"date_of_a_double",
       [](auto& c) {
         c.field = FieldType::kDouble;
         c.logical = {schema::LogicalKind::kDate, 0, 0};
       },
       "integer fields only"},
  };
  for (const ColumnCase& each : cases) {
    SCOPED_TRACE(each.name);
    SinkOptions options = fine();
    options.shape = Shape::kStruct;
    options.structColumns = {intColumn()};
    each.change(options.structColumns.front());
    if (each.sentence == nullptr) {
      PF_EXPECT_OK(normalizeOptions(options));
      PF_EXPECT_OK(makeFileSchema(options));
    } else {
      PF_EXPECT_ERROR(normalizeOptions(options), ErrorCode::kInvalidArgument, each.sentence);
    }
  }
}

TEST(Options, writersThatDoNotFitTheFileAreRefusedBeforeThereIsOne) {
  const std::vector<Case> cases = {
      {"gzip_10",
       [](auto& o) {
         o.writer.column.compression = codec::Compression::kGzip;
         o.writer.column.compressionLevel = 10;
       },
       "10"},
      {"capture_column", [](auto& o) { o.writer.overrides = {{.path = "attempt"}}; }, nullptr},
      {"no_such_column", [](auto& o) { o.writer.overrides = {{.path = "x"}}; }, "column 'x'"},
      {"sorted_by_payload", [](auto& o) { o.writer.sortingColumns = {{.path = "payload"}}; },
       nullptr},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    SinkOptions options = fine();
    each.change(options);
    if (each.sentence == nullptr) {
      PF_EXPECT_OK(memoryCeilingBytes(options, 1));
    } else {
      PF_EXPECT_ERROR(memoryCeilingBytes(options, 1), ErrorCode::kInvalidArgument, each.sentence);
    }
  }
}

TEST(Options, ceilingGoesByWhatTheWriterKeeps) {
  const auto ceiling = [](auto change) {
    SinkOptions options = fine();
    options.recordBytesMax = 1 << 10;
    change(options.writer);
    const auto bytes = memoryCeilingBytes(options, 1);
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().message());
    return bytes.value_or(0);
  };
  const std::uint64_t usual = ceiling([](auto&) {});
  // Of the payload alone: a page, gathered and encoded; tables of 64 bytes for each of the 2^18
  // more entries that a dictionary page has room for, two and a half times.
  EXPECT_GE(ceiling([](auto& w) { w.pageBytes = 16 << 20; }) - usual, 2ULL * (15 << 20));
  EXPECT_GE(ceiling([](auto& w) { w.dictionaryBytes = 2 << 20; }) - usual, 40ULL << 20);
  // Headers and indexes of a million pages, and a filter of a million values, 10 bits for each.
  EXPECT_GE(ceiling([](auto& w) { w.pageRows = 1; }) - usual, 4ULL * 100 << 20);
  EXPECT_GE(ceiling([](auto& w) { w.column.bloomFilter.emplace(); }) - usual, 4ULL << 20);
}

TEST(Options, whatStandsForSomethingElseIsFilledIn) {
  SinkOptions options = fine();
  options.ringBytes = (1 << 20) + 1;
  PF_ASSERT_OK_ASSIGN(auto normal, normalizeOptions(options));
  EXPECT_EQ(normal.ringBytes, 2U << 20);
  EXPECT_EQ(normal.recordBytesMax, (512U << 10) - 24);
  EXPECT_EQ(normal.rotateBytes, 1ULL << 30);

  options.rowGroupTimeNs = UINT64_MAX;
  options.rotateTimeNs = INT64_MAX;
  PF_ASSERT_OK_ASSIGN(normal, normalizeOptions(options));
  EXPECT_EQ(normal.rowGroupTimeNs, 0U) << "no bound";
  EXPECT_EQ(normal.rotateTimeNs, 0U);

  options.directory = "";
  options.outputPath = "/data/x.parquet";
  options.worker = WorkerMode::kPoll;
  PF_ASSERT_OK_ASSIGN(normal, normalizeOptions(options));
  EXPECT_EQ(normal.rotateBytes, 0U);
  EXPECT_EQ(normal.rotateTimeNs, 0U);
  EXPECT_EQ(normal.encodeThreads, 0U) << "polling means no thread of ours";
}

TEST(Options, recordsStayBelowWhatAPageHolds) {
  SinkOptions options = fine();
  options.ringBytes = 16ULL << 30;
  PF_ASSERT_OK_ASSIGN(const auto normal, normalizeOptions(options));
  EXPECT_EQ(normal.recordBytesMax, 1ULL << 30);
}

std::vector<std::string> leafPaths(const SinkOptions& options) {
  std::vector<std::string> paths;
  const auto schema = makeFileSchema(options);
  EXPECT_TRUE(schema.has_value()) << (schema ? "" : schema.error().message());
  if (!schema) return paths;
  for (const auto& leaf : schema->file->leaves()) paths.push_back(leaf.dottedPath);
  return paths;
}

TEST(FileSchema, captureColumnsComeFirstUnlessSwitchedOff) {
  SinkOptions options = fine();
  EXPECT_EQ(leafPaths(options),
            (std::vector<std::string>{"capture_time", "producer", "attempt", "payload"}));
  options.profile = Profile::kPortable;
  EXPECT_EQ(leafPaths(options), (std::vector<std::string>{"capture_time", "capture_time_ns",
                                                          "producer", "attempt", "payload"}));
  options.captureColumns = false;
  EXPECT_EQ(leafPaths(options), (std::vector<std::string>{"payload"}));
}

TEST(FileSchema, captureTimeSaysItsUnit) {
  SinkOptions options = fine();
  PF_ASSERT_OK_ASSIGN(const auto nanos, makeFileSchema(options));
  const auto& exact = nanos.file->leaves()[0].logical;
  EXPECT_EQ(exact.kind, schema::LogicalKind::kTimestamp);
  EXPECT_EQ(exact.a, 2);  // NANOS
  EXPECT_EQ(exact.b, 1);  // UTC
  options.profile = Profile::kPortable;
  PF_ASSERT_OK_ASSIGN(const auto portable, makeFileSchema(options));
  EXPECT_EQ(portable.file->leaves()[0].logical.a, 1);  // MICROS
  EXPECT_EQ(portable.file->leaves()[1].logical.kind, schema::LogicalKind::kNone);
}

TEST(FileSchema, callbacksNestedSchemaIsTakenOverWhole) {
  using schema::PhysicalType;
  using schema::Repetition;
  auto row = std::make_shared<schema::Schema>();
  PF_ASSERT_OK(row->addLeaf(schema::kRoot, "name", PhysicalType::kByteArray, Repetition::kOptional,
                            0, {schema::LogicalKind::kString, 0, 0}));
  PF_ASSERT_OK_ASSIGN(const auto list,
                      row->addList(schema::kRoot, "phones", Repetition::kOptional));
  PF_ASSERT_OK_ASSIGN(const auto phone, row->addGroup(list, "element", Repetition::kOptional));
  PF_ASSERT_OK(row->addLeaf(phone, "number", PhysicalType::kByteArray, Repetition::kOptional));
  PF_ASSERT_OK_ASSIGN(const auto map, row->addMap(schema::kRoot, "tags", Repetition::kRequired));
  PF_ASSERT_OK(row->addLeaf(map, "key", PhysicalType::kInt32, Repetition::kRequired));
  PF_ASSERT_OK(row->addLeaf(map, "value", PhysicalType::kInt64, Repetition::kOptional));

  SinkOptions options = fine();
  options.shape = Shape::kCallback;
  options.schema = row;
  options.onRow = acceptRow;
  PF_ASSERT_OK_ASSIGN(const auto made, makeFileSchema(options));
  ASSERT_EQ(made.captureLeaves, 3U);
  ASSERT_EQ(made.file->leaves().size(), 3 + row->leaves().size());
  for (std::size_t i = 0; i < row->leaves().size(); ++i) {
    const auto& copied = made.file->leaves()[i + 3];
    EXPECT_EQ(copied.dottedPath, row->leaves()[i].dottedPath);
    EXPECT_EQ(copied.maxDefinitionLevel, row->leaves()[i].maxDefinitionLevel);
    EXPECT_EQ(copied.maxRepetitionLevel, row->leaves()[i].maxRepetitionLevel);
    EXPECT_EQ(copied.logical.kind, row->leaves()[i].logical.kind);
  }
}

TEST(FileSchema, columnWithTheNameOfACaptureColumnIsRefused) {
  SinkOptions options = fine();
  options.shape = Shape::kStruct;
  options.structColumns = {intColumn()};
  options.structColumns.front().name = "attempt";
  PF_EXPECT_ERROR(makeFileSchema(options), ErrorCode::kInvalidArgument, "attempt");
  options.captureColumns = false;
  PF_EXPECT_OK(makeFileSchema(options));
}

TEST(FileSchema, fieldIdsNeedCaptureColumnsSwitchedOff) {
  auto row = std::make_shared<schema::Schema>();
  PF_ASSERT_OK(row->addLeaf(schema::kRoot, "x", schema::PhysicalType::kInt32,
                            schema::Repetition::kRequired, 0, {}, 7));
  SinkOptions options = fine();
  options.shape = Shape::kCallback;
  options.schema = row;
  options.onRow = acceptRow;
  PF_EXPECT_ERROR(makeFileSchema(options), ErrorCode::kInvalidArgument, "no_capture_columns");
  options.captureColumns = false;
  PF_ASSERT_OK_ASSIGN(const auto made, makeFileSchema(options));
  EXPECT_EQ(made.file->nodes()[1].fieldId, 7);
}

}  // namespace
}  // namespace parquet_flow::sink
