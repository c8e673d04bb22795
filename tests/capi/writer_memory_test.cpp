// Goal: a writer stays below what pf_writer_memory_ceiling states for its schema and options,
// whatever the values are and in whatever order they come; and the ceiling is not so high that it
// says nothing.
//
// Method: an allocator that knows the most that was in use. Row groups of 4 MiB as unlike each
// other as can be, one after the other, so that each buffer is left as large as one of them needs
// it: few values; values that a dictionary overflows at; nulls alone; long texts, in each column in
// turn; empty texts and long lists. They go to an output that takes whole row groups and to one
// that takes pages, as columns, as rows and as a stream of Arrow data.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"
#include "support/allocation_counter.hpp"
#include "support/sanitizers.hpp"
#include "support/seeded_random.hpp"
#include "unlike_row_groups.hpp"

namespace parquet_flow::test {
namespace {

// --- options -------------------------------------------------------------------------------------

using O = pf_writer_options_t;
struct Choice {
  const char* name;
  std::function<void(O&)> change;
  bool inAllWays = false;  // else to callbacks alone, as columns
};

const std::vector<Choice>& choices() {
  static const std::vector<Choice> kAll = {
      {"chosen", [](O&) {}, true},
      {"plain", [](O& o) { o.encoding = PF_ENCODING_PLAIN; }},
      {"dictionary", [](O& o) { o.encoding = PF_ENCODING_RLE_DICTIONARY; }, true},
      {"delta_byte_array", [](O& o) { o.encoding = PF_ENCODING_DELTA_BYTE_ARRAY; }},
      {"byte_stream_split", [](O& o) { o.encoding = PF_ENCODING_BYTE_STREAM_SPLIT; }},
      {"bloom_filters", [](O& o) { o.bloom_filter = 1; }, true},
      {"short_pages", [](O& o) { o.page_rows = 100; }, true},
      {"v2_zstd", [](O& o) { o.data_page_version = 2, o.compression = PF_COMPRESSION_ZSTD; }},
      {"zstd_6", [](O& o) { o.compression = PF_COMPRESSION_ZSTD, o.compression_level = 6; }},
      {"gzip", [](O& o) { o.compression = PF_COMPRESSION_GZIP; }, true},
      {"gzip_6", [](O& o) { o.compression = PF_COMPRESSION_GZIP, o.compression_level = 6; }},
      {"brotli", [](O& o) { o.compression = PF_COMPRESSION_BROTLI; }},
      {"snappy_plain",
       [](O& o) { o.compression = PF_COMPRESSION_SNAPPY, o.encoding = PF_ENCODING_PLAIN; }},
      {"baseline", [](O& o) { o.profile = PF_WRITER_PROFILE_BASELINE; }},
  };
  return kAll;
}

O optionsOf(const Choice& choice) {
  O options;
  pf_writer_options_init(&options, sizeof options);
  options.row_group_bytes = kRowGroupBytes;
  options.page_bytes = 256 << 10;
  options.dictionary_bytes = 256 << 10;
  choice.change(options);
  return options;
}

SchemaHandle schemaOf(const Shape& shape) {
  SchemaHandle schema = makeSchema();
  for (std::size_t i = 0; i < shape.leaves.size(); ++i) {
    const LeafKind& leaf = shape.leaves[i];
    addLeaf(schema.get(), PF_SCHEMA_ROOT, ("c" + std::to_string(i)).c_str(), leaf.type,
            leaf.repetition, leaf.type == PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY ? kFixedBytes : 0);
  }
  return schema;
}

// --- ways ----------------------------------------------------------------------------------------

using Feed = std::function<void(pf_writer_handle_t*)>;

int forget(void*, const void*, std::size_t) { return 0; }

// The most that was in use beyond what there was before and what the footer retains.
std::uint64_t mostInUse(const pf_schema_t* schema, const O& options, pf_output_kind_t kind,
                        const Feed& feed) {
  OutputTo output(kind);
  output.write = kind == PF_OUTPUT_CALLBACKS ? forget : nullptr;
  const std::uint64_t before = bytesInUse();
  beginPeak();
  const WriterHandle writer = makeWriter(schema, output, &options);
  feed(writer.get());
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  const std::uint64_t most = peakBytesInUse() - before;
  return most - std::min(most, 3 * stats.retained_bytes);
}

void writeColumns(const Shape& shape, const std::vector<RowGroup>& groups,
                  pf_writer_handle_t* writer) {
  for (const RowGroup& group : groups) {
    std::vector<pf_column_input_with_levels_t> inputs;
    for (std::size_t i = 0; i < shape.leaves.size(); ++i) {
      inputs.push_back(group.columns[i].input(shape.leaves[i]));
    }
    EXPECT_EQ(
        pf_writer_write_row_group_with_levels(writer, group.rows, inputs.data(), inputs.size()),
        PF_STATUS_OK)
        << pf_writer_last_error(writer);
  }
}

int appendValue(const LeafKind& leaf, const Column& column, std::size_t value, pf_row_t* row) {
  const char* const at = column.values.data() + column.offsets[value];
  const auto number = [&](auto made) {
    std::memcpy(&made, at, sizeof made);
    return made;
  };
  switch (leaf.type) {
    case PF_PHYSICAL_BOOLEAN:
      return pf_row_boolean(row, *at);
    case PF_PHYSICAL_INT32:
      return pf_row_int32(row, number(std::int32_t{0}));
    case PF_PHYSICAL_INT64:
      return pf_row_int64(row, number(std::int64_t{0}));
    case PF_PHYSICAL_DOUBLE:
      return pf_row_double(row, number(0.0));
    default:
      return pf_row_bytes(row, at, column.offsets[value + 1] - column.offsets[value]);
  }
}

// Of leaves that do not repeat.
void writeRows(const Shape& shape, const std::vector<RowGroup>& groups,
               pf_writer_handle_t* writer) {
  ErrorText error;
  pf_row_writer_t* made = nullptr;
  ASSERT_EQ(pf_row_writer_create(writer, 1 << 20, kRowGroupBytes, &made, &error), PF_STATUS_OK)
      << error.message;
  const RowWriterHandle rowWriter(made);
  for (const RowGroup& group : groups) {
    std::vector<std::size_t> values(shape.leaves.size());
    for (std::uint64_t i = 0; i < group.rows; ++i) {
      pf_row_t* row = nullptr;
      ASSERT_EQ(pf_row_writer_next(made, &row, &error), PF_STATUS_OK) << error.message;
      for (std::size_t leaf = 0; leaf < shape.leaves.size(); ++leaf) {
        const Column& column = group.columns[leaf];
        ASSERT_EQ(column.isPresent[i] == 0
                      ? pf_row_null(row)
                      : appendValue(shape.leaves[leaf], column, values[leaf]++, row),
                  0);
      }
    }
  }
  ASSERT_EQ(pf_row_writer_flush(made, &error), PF_STATUS_OK) << error.message;
}

// --- tests ---------------------------------------------------------------------------------------

class WriterMemory : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "a sanitizer's malloc holds back what was freed";
    SeededRandom random;
    for (const Rows& rows : rowKinds()) {
      groups_.push_back(makeRowGroup(shape(), rows, random.engine()));
    }
  }
  [[nodiscard]] static const Shape& shape() { return shapes()[GetParam()]; }

  void expectBelow(const Choice& choice, pf_output_kind_t kind, const char* way, const Feed& feed) {
    SCOPED_TRACE(std::string(choice.name) + ", " + way);
    const SchemaHandle schema = schemaOf(shape());
    const O options = optionsOf(choice);
    ErrorText error;
    std::uint64_t ceiling = 0;
    const pf_status_t status =
        pf_writer_memory_ceiling(schema.get(), &options, kRowBytesMax, &ceiling, &error);
    if (status == PF_STATUS_UNSUPPORTED) return;  // the codec is not built
    ASSERT_EQ(status, PF_STATUS_OK) << error.message;
    const std::uint64_t most = mostInUse(schema.get(), options, kind, feed);
    EXPECT_LE(most, ceiling);
    highest_ = std::max(highest_, static_cast<double>(most) / static_cast<double>(ceiling));
    std::printf("%s, %s, %s: in use %.1f MiB, ceiling %.1f\n", shape().name, choice.name, way,
                static_cast<double>(most) / (1 << 20), static_cast<double>(ceiling) / (1 << 20));
  }

  std::vector<RowGroup> groups_;
  double highest_ = 0;  // part of a ceiling that was in use
};

TEST_P(WriterMemory, ofWholeRowGroups) {
  for (const Choice& choice : choices()) {
    expectBelow(choice, PF_OUTPUT_CALLBACKS, "columns to callbacks",
                [&](pf_writer_handle_t* writer) { writeColumns(shape(), groups_, writer); });
  }
  EXPECT_GT(highest_, 0.05) << "the ceiling is far above all that ever is in use";
}

TEST_P(WriterMemory, ofRowGroupsThatGoOutPageByPage) {
  for (const Choice& choice : choices()) {
    if (!choice.inAllWays) continue;
    expectBelow(choice, PF_OUTPUT_DISCARD, "columns to pieces",
                [&](pf_writer_handle_t* writer) { writeColumns(shape(), groups_, writer); });
  }
}

TEST_P(WriterMemory, ofRows) {
  if (shape().leaves.front().repetition == PF_REPETITION_REPEATED) GTEST_SKIP() << "as columns";
  for (const Choice& choice : choices()) {
    if (!choice.inAllWays) continue;
    expectBelow(choice, PF_OUTPUT_CALLBACKS, "rows to callbacks",
                [&](pf_writer_handle_t* writer) { writeRows(shape(), groups_, writer); });
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, WriterMemory, testing::Range<std::size_t>(0, 4),
                         [](const auto& each) { return std::string(shapes()[each.param].name); });

// A stream of batches that are gathered until a row group is full; and of ones that fill several.
TEST(WriterMemoryOfStreams, isBelowTheCeiling) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's malloc holds back what was freed";
  SeededRandom random;
  std::vector<std::int64_t> numbers(1'000'000);
  for (auto& number : numbers) number = static_cast<std::int64_t>(random.bits());
  const auto arrow = field("+s", "", std::vector{field("l", "x"), field("l", "y")}, false);
  pf_schema_t* made = nullptr;
  ASSERT_EQ(pf_schema_create_from_arrow(arrow.get(), &made, nullptr), PF_STATUS_OK);
  const SchemaHandle schema(made);
  for (const std::int64_t rows : {10'000, 1'000'000}) {
    const auto column =
        std::make_shared<Array>(rows, std::vector<const void*>{nullptr, numbers.data()});
    const Array batch(rows, {nullptr}, {column, column});
    for (const Choice& choice : choices()) {
      SCOPED_TRACE(std::string(choice.name) + ", batches of " + std::to_string(rows));
      const O options = optionsOf(choice);
      std::uint64_t ceiling = 0;
      const pf_status_t status =
          pf_writer_memory_ceiling(schema.get(), &options, 1024, &ceiling, nullptr);
      if (status == PF_STATUS_UNSUPPORTED) continue;
      ASSERT_EQ(status, PF_STATUS_OK);
      const std::uint64_t most =
          mostInUse(schema.get(), options, PF_OUTPUT_CALLBACKS, [&](pf_writer_handle_t* writer) {
            BatchStream stream(*arrow, batch, rows == 10'000 ? 50 : 1);
            EXPECT_EQ(pf_writer_write_arrow_stream(writer, &stream, nullptr), PF_STATUS_OK);
          });
      EXPECT_LE(most, ceiling);
    }
  }
}

// --- what it says by itself ----------------------------------------------------------------------

std::uint64_t ceilingOf(const pf_schema_t* schema, const O& options,
                        std::uint64_t rowBytesMax = 1024) {
  ErrorText error;
  std::uint64_t ceiling = 0;
  EXPECT_EQ(pf_writer_memory_ceiling(schema, &options, rowBytesMax, &ceiling, &error), PF_STATUS_OK)
      << error.message;
  return ceiling;
}

TEST(WriterMemoryCeiling, growsWithWhatItIsMadeOf) {
  const SchemaHandle schema = schemaOf(shapes()[3]);
  O options;
  pf_writer_options_init(&options, sizeof options);
  const std::uint64_t byDefault = ceilingOf(schema.get(), options);
  EXPECT_GT(byDefault, options.row_group_bytes);
  EXPECT_GT(ceilingOf(schema.get(), options, 16 << 20), byDefault);
  const auto with = [&](const std::function<void(O&)>& change) {
    O changed = options;
    change(changed);
    return ceilingOf(schema.get(), changed);
  };
  EXPECT_LT(with([](O& o) { o.row_group_bytes /= 2; }), byDefault);
  EXPECT_GT(with([](O& o) { o.dictionary_bytes *= 16; }), byDefault);
  EXPECT_GT(with([](O& o) { o.page_bytes *= 16; }), byDefault);
  EXPECT_GT(with([](O& o) { o.page_rows = 10; }), byDefault);
  EXPECT_GT(with([](O& o) { o.bloom_filter = 1; }), byDefault);
  EXPECT_GT(with([](O& o) { o.compression = PF_COMPRESSION_GZIP; }), byDefault);
  // Flat columns of fixed width have no more than their rows.
  const SchemaHandle flat = schemaOf(shapes()[0]);
  const std::uint64_t many = ceilingOf(flat.get(), options);
  options.row_group_rows = 10'000;
  EXPECT_LT(ceilingOf(flat.get(), options), many / 4);
}

// Columns share the encoder's buffers: of a thousand, each adds what it has of the row group.
TEST(WriterMemoryCeiling, doesNotCountTheEncoderForEachColumn) {
  const auto columns = [](std::size_t count) {
    return schemaOf(
        {"", std::vector<LeafKind>(count, {PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED})});
  };
  O options;
  pf_writer_options_init(&options, sizeof options);
  const std::uint64_t one = ceilingOf(columns(1).get(), options);
  const std::uint64_t thousand = ceilingOf(columns(1000).get(), options, 8000);
  EXPECT_LT(thousand, one + 1000 * (std::uint64_t{5} << 18));
}

TEST(WriterMemoryCeiling, checksWhatTheWriterDoes) {
  const SchemaHandle schema = oneColumn();
  O options;
  pf_writer_options_init(&options, sizeof options);
  ErrorText error;
  std::uint64_t bytes = 7;
  const auto expect = [&](pf_status_t status, const char* part) {
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, status, error.message, part);
    EXPECT_EQ(bytes, 0U);
  };
  expect(pf_writer_memory_ceiling(nullptr, &options, 1, &bytes, &error), "schema is NULL");
  expect(pf_writer_memory_ceiling(schema.get(), &options, 1, nullptr, &error), "bytes is NULL");
  expect(pf_writer_memory_ceiling(schema.get(), &options, 0, &bytes, &error), "row_bytes_max");
  expect(pf_writer_memory_ceiling(schema.get(), &options, (std::uint64_t{1} << 40) + 1, &bytes,
                                  &error),
         "row_bytes_max");
  expect(pf_writer_memory_ceiling(makeSchema().get(), &options, 1, &bytes, &error), "");
  options.page_bytes = 1;
  expect(pf_writer_memory_ceiling(schema.get(), &options, 1, &bytes, &error), "page_bytes");
  EXPECT_EQ(pf_writer_memory_ceiling(schema.get(), nullptr, 1, &bytes, &error), PF_STATUS_OK);
  EXPECT_GT(bytes, 7U);
}

}  // namespace
}  // namespace parquet_flow::test
