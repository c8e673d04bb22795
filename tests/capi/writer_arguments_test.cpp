// Goal: every bad argument of pf_writer_* gives a status and a sentence naming it, and leaves the
// writer usable.
//
// Method: tables of calls with one thing broken in each. After every refusal the same writer takes
// a good row group; at the end the file must hold exactly the good ones.
#include <array>
#include <limits>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

// --- creating ------------------------------------------------------------------------------------

struct BadOptions {
  const char* what;
  void (*breakIt)(pf_writer_options_t&);
  const char* part;
  pf_status_t status = PF_STATUS_INVALID_ARGUMENT;
};

const pf_key_value_t kNullKey[] = {{nullptr, "v"}};
const pf_key_value_t kBadValue[] = {{"k", "v"}, {"k2", "\xFF"}};
// The options of one column, with one thing changed.
template <class Change>
pf_column_options_t columnNamed(const char* path, Change&& change) {
  pf_column_options_t options;
  pf_column_options_init(&options);
  options.path = path;
  change(options);
  return options;
}
void unchanged(pf_column_options_t& /*options*/) {}

const pf_column_options_t kNoSuchColumn[] = {columnNamed("y", unchanged)};
const pf_column_options_t kNullPath[] = {columnNamed(nullptr, unchanged)};
const pf_column_options_t kTwice[] = {columnNamed("x", unchanged), columnNamed("x", unchanged)};
const pf_column_options_t kColumnCodec[] = {columnNamed("x", [](auto& o) { o.compression = 3; })};
const pf_column_options_t kColumnStatistics[] = {
    columnNamed("x", [](auto& o) { o.statistics = 2; })};
const pf_column_options_t kColumnReserved[] = {columnNamed("x", [](auto& o) { o.reserved = 1; })};

const pf_column_options_t kColumnEncoding[] = {
    columnNamed("x", [](auto& o) { o.encoding = PF_ENCODING_RLE; })};
const pf_column_options_t kColumnBloomFilter[] = {
    columnNamed("x", [](auto& o) { o.bloom_filter = 2; })};
const pf_sorting_column_t kSortingNullPath[] = {{nullptr, 0, 0}};
const pf_sorting_column_t kSortingNoSuchColumn[] = {{"y", 0, 0}};
const pf_sorting_column_t kSortingDescending[] = {{"x", 2, 0}};
const pf_sorting_column_t kSortingNullsFirst[] = {{"x", 0, 2}};

TEST(WriterOptions, eachBadOptionIsRefusedByItsName) {
  using O = pf_writer_options_t;
  const BadOptions cases[] = {
      {"not initialised", [](O& o) { o.struct_size = 0; }, "options->struct_size is 0"},
      {"size of garbage", [](O& o) { o.struct_size = 0x20202020; }, "struct_size"},
      {"codec 3", [](O& o) { o.compression = 3; }, "compression is 3"},
      {"codec -1", [](O& o) { o.compression = -1; }, "compression is -1"},
      {"codec 8", [](O& o) { o.compression = 8; }, "compression is 8"},
      {"GZIP level 10",
       [](O& o) {
         o.compression = PF_COMPRESSION_GZIP;
         o.compression_level = 10;
       },
       "10"},
      {"GZIP level -1",
       [](O& o) {
         o.compression = PF_COMPRESSION_GZIP;
         o.compression_level = -1;
       },
       "-1"},
      {"the old LZ4", [](O& o) { o.compression = 5; }, "compression is 5"},
      {"level of no compression", [](O& o) { o.compression_level = 1; },
       "UNCOMPRESSED has no compression level"},
      {"statistics 2", [](O& o) { o.statistics = 2; }, "statistics is 2"},
      {"crc 2", [](O& o) { o.crc = 2; }, "crc is 2"},
      {"sync 7", [](O& o) { o.sync = 7; }, "sync is 7"},
      {"page_bytes below", [](O& o) { o.page_bytes = 1023; }, "1023"},
      {"page_bytes above", [](O& o) { o.page_bytes = (1ULL << 30) + 1; }, "1073741825"},
      {"page_rows 0", [](O& o) { o.page_rows = 0; }, "page_rows"},
      {"page_rows above", [](O& o) { o.page_rows = 1ULL << 31; }, "2147483648"},
      {"truncate_bytes 0", [](O& o) { o.truncate_bytes = 0; }, "truncate_bytes"},
      {"truncate_bytes above", [](O& o) { o.truncate_bytes = 65536; }, "65536"},
      {"reserved", [](O& o) { o.reserved = 1; }, "options->reserved is 1"},
      {"encoding", [](O& o) { o.encoding = 1; }, "encoding is 1"},
      {"encoding in statistics alone", [](O& o) { o.encoding = PF_ENCODING_PLAIN_DICTIONARY; },
       "ask for RLE_DICTIONARY"},
      {"profile", [](O& o) { o.profile = 2; }, "profile is 2"},
      {"data_page_version", [](O& o) { o.data_page_version = 3; }, "data_page_version is 3"},
      {"baseline of version 2",
       [](O& o) {
         o.profile = PF_WRITER_PROFILE_BASELINE;
         o.data_page_version = 2;
       },
       "baseline"},
      {"page_index", [](O& o) { o.page_index = 2; }, "options->page_index is 2"},
      {"size_statistics", [](O& o) { o.size_statistics = 2; }, "options->size_statistics is 2"},
      {"float_order", [](O& o) { o.float_order = 2; }, "float_order is 2"},
      {"field_ids", [](O& o) { o.field_ids = 3; }, "field_ids is 3"},
      {"bloom_filter", [](O& o) { o.bloom_filter = 2; }, "options->bloom_filter is 2"},
      {"bloom_filter_fpp",
       [](O& o) {
         o.bloom_filter = 1;
         o.bloom_filter_fpp = 0.6;
       },
       "0.5"},
      {"bloom_filter_fpp without a filter", [](O& o) { o.bloom_filter_fpp = 7; }, "0.5"},
      {"dictionary_bytes below", [](O& o) { o.dictionary_bytes = 1023; }, "1023"},
      {"dictionary_bytes above", [](O& o) { o.dictionary_bytes = (1ULL << 30) + 1; }, "1073741825"},
      {"sorting_columns NULL", [](O& o) { o.sorting_column_count = 1; },
       "options->sorting_columns is NULL"},
      {"sorting column without a path",
       [](O& o) {
         o.sorting_columns = kSortingNullPath;
         o.sorting_column_count = 1;
       },
       "path is NULL"},
      {"sorting column that is not there",
       [](O& o) {
         o.sorting_columns = kSortingNoSuchColumn;
         o.sorting_column_count = 1;
       },
       "'y'"},
      {"sorting column descending",
       [](O& o) {
         o.sorting_columns = kSortingDescending;
         o.sorting_column_count = 1;
       },
       "descending is 2"},
      {"sorting column nulls_first",
       [](O& o) {
         o.sorting_columns = kSortingNullsFirst;
         o.sorting_column_count = 1;
       },
       "nulls_first is 2"},
      {"row_group_rows 0", [](O& o) { o.row_group_rows = 0; }, "options->row_group_rows is 0"},
      {"row_group_rows above", [](O& o) { o.row_group_rows = 1ULL << 31; }, "2147483648"},
      {"row_group_bytes below", [](O& o) { o.row_group_bytes = 1023; }, "1023"},
      {"row_group_bytes above", [](O& o) { o.row_group_bytes = (1ULL << 40) + 1; },
       "options->row_group_bytes is 1099511627777"},
      {"encoding of a column",
       [](O& o) {
         o.columns = kColumnEncoding;
         o.column_count = 1;
       },
       "RLE"},
      {"bloom filter of a column",
       [](O& o) {
         o.columns = kColumnBloomFilter;
         o.column_count = 1;
       },
       "options->columns[0]: bloom_filter is 2"},
      {"key_values NULL", [](O& o) { o.key_value_count = 1; }, "options->key_values is NULL"},
      {"key NULL",
       [](O& o) {
         o.key_values = kNullKey;
         o.key_value_count = 1;
       },
       "options->key_values[0].key is NULL"},
      {"value not UTF-8",
       [](O& o) {
         o.key_values = kBadValue;
         o.key_value_count = 2;
       },
       "options->key_values[1].value is not UTF-8"},
      {"columns NULL", [](O& o) { o.column_count = 1; }, "options->columns is NULL"},
      {"no such column",
       [](O& o) {
         o.columns = kNoSuchColumn;
         o.column_count = 1;
       },
       "y"},
      {"path NULL",
       [](O& o) {
         o.columns = kNullPath;
         o.column_count = 1;
       },
       "options->columns[0]: path is NULL"},
      {"column named twice",
       [](O& o) {
         o.columns = kTwice;
         o.column_count = 2;
       },
       "options->columns[1]: x has been named before"},
      {"codec of a column",
       [](O& o) {
         o.columns = kColumnCodec;
         o.column_count = 1;
       },
       "options->columns[0]: compression is 3"},
      {"statistics of a column",
       [](O& o) {
         o.columns = kColumnStatistics;
         o.column_count = 1;
       },
       "options->columns[0]: statistics is 2"},
      {"reserved of a column",
       [](O& o) {
         o.columns = kColumnReserved;
         o.column_count = 1;
       },
       "options->columns[0]: reserved is 1"},
  };
  const SchemaHandle schema = oneColumn();
  const OutputTo output(PF_OUTPUT_MEMORY);
  for (const BadOptions& bad : cases) {
    SCOPED_TRACE(bad.what);
    pf_writer_options_t options;
    pf_writer_options_init(&options, sizeof options);
    bad.breakIt(options);
    ErrorText error;
    auto* writer = reinterpret_cast<pf_writer_handle_t*>(&error);
    PF_EXPECT_STATUS(
        bad.status, pf_writer_create_with_options(schema.get(), &options, &output, &writer, &error),
        error.message, bad.part);
    EXPECT_EQ(writer, nullptr);
  }
}

struct BadOutput {
  const char* what;
  void (*breakIt)(pf_output_t&);
  const char* part;
};

TEST(WriterOutput, eachBadOutputIsRefused) {
  const BadOutput cases[] = {
      {"not initialised", [](pf_output_t& o) { o.struct_size = 8; }, "output->struct_size is 8"},
      {"no kind", [](pf_output_t& o) { o.kind = 5; }, "output->kind is 5"},
      {"kind -1", [](pf_output_t& o) { o.kind = -1; }, "output->kind is -1"},
      {"path NULL", [](pf_output_t& o) { o.kind = PF_OUTPUT_PATH; }, "output->path is NULL"},
      {"path empty",
       [](pf_output_t& o) {
         o.kind = PF_OUTPUT_PATH;
         o.path = "";
       },
       "path is empty"},
      {"path of a directory",
       [](pf_output_t& o) {
         o.kind = PF_OUTPUT_PATH;
         o.path = "/tmp/";
       },
       "/tmp/"},
      {"path that is a directory",
       [](pf_output_t& o) {
         o.kind = PF_OUTPUT_PATH;
         o.path = "/tmp";
       },
       "/tmp"},
      {"path that is a device",
       [](pf_output_t& o) {
         o.kind = PF_OUTPUT_PATH;
         o.path = "/dev/null";
       },
       "/dev/null"},
      {"descriptor -1", [](pf_output_t& o) { o.kind = PF_OUTPUT_DESCRIPTOR; }, "descriptor is -1"},
      {"descriptor not open",
       [](pf_output_t& o) {
         o.kind = PF_OUTPUT_DESCRIPTOR;
         o.descriptor = 1000000;
       },
       "1000000"},
      {"no write", [](pf_output_t& o) { o.kind = PF_OUTPUT_CALLBACKS; }, "output->write is NULL"},
      {"no_replace 2", [](pf_output_t& o) { o.no_replace = 2; }, "output->no_replace is 2"},
  };
  const SchemaHandle schema = oneColumn();
  for (const BadOutput& bad : cases) {
    SCOPED_TRACE(bad.what);
    OutputTo output(PF_OUTPUT_MEMORY);
    bad.breakIt(output);
    ErrorText error;
    pf_writer_handle_t* writer = nullptr;
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_create_with_options(schema.get(), nullptr, &output, &writer, &error),
                     error.message, bad.part);
    EXPECT_EQ(writer, nullptr);
  }
}

TEST(WriterOutput, pathThatCannotBeCreatedIsAnIoError) {
  const SchemaHandle schema = oneColumn();
  const std::string path = "/no/such/directory/x.parquet";
  const OutputTo output(path);
  ErrorText error;
  pf_writer_handle_t* writer = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_IO,
                   pf_writer_create_with_options(schema.get(), nullptr, &output, &writer, &error),
                   error.message, "/no/such/directory");
  EXPECT_EQ(error.system_error, ENOENT);
  EXPECT_EQ(writer, nullptr);
}

TEST(WriterArguments, nullHandlesAndPlaces) {
  const SchemaHandle schema = oneColumn();
  const OutputTo output(PF_OUTPUT_MEMORY);
  ErrorText error;
  pf_writer_handle_t* none = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_create_with_options(nullptr, nullptr, &output, &none, &error),
                   error.message, "schema is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_create_with_options(schema.get(), nullptr, nullptr, &none, &error),
                   error.message, "output is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_create_with_options(schema.get(), nullptr, &output, nullptr, &error),
                   error.message, "writer is NULL");

  const void* data = nullptr;
  size_t bytes = 0;
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_writer_add_column(nullptr, "x", PF_PHYSICAL_INT32, PF_REPETITION_REQUIRED, 0),
            PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_open(nullptr), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_write_row_group(nullptr, 0, nullptr, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_write_row_group_with_levels(nullptr, 0, nullptr, 0),
            PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_set_key_value(nullptr, "k", "v"), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_memory(nullptr, &data, &bytes), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_get_stats(nullptr, &stats), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_close(nullptr), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_STREQ(pf_writer_last_error(nullptr), "writer is NULL");
  pf_writer_destroy(nullptr);

  const WriterHandle writer = makeWriter(schema.get(), output);
  ASSERT_NE(writer, nullptr);
  EXPECT_STREQ(pf_writer_last_error(writer.get()), "");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_set_key_value(writer.get(), nullptr, "v"),
                   pf_writer_last_error(writer.get()), "key is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_set_key_value(writer.get(), "k", "\xC0\x80"),
                   pf_writer_last_error(writer.get()), "value is not UTF-8");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_get_stats(writer.get(), nullptr),
                   pf_writer_last_error(writer.get()), "stats is NULL");
  stats.struct_size = 12;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_get_stats(writer.get(), &stats),
                   pf_writer_last_error(writer.get()), "stats->struct_size is 12");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_memory(writer.get(), nullptr, &bytes),
                   pf_writer_last_error(writer.get()), "data is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_memory(writer.get(), &data, nullptr),
                   pf_writer_last_error(writer.get()), "bytes is NULL");
}

// --- columns
// ---------------------------------------------------------------------------------------

// A flat schema with a column of every kind, and good columns of two rows for it.
struct AllTypes {
  std::array<uint8_t, 2> booleans{1, 0};
  std::array<int32_t, 2> int32s{1, 2};
  std::array<uint8_t, 24> int96s{};
  std::array<double, 2> doubles{0.5, -0.5};
  std::string bytes = "abcde";
  std::array<uint32_t, 3> offsets{0, 2, 5};
  std::string fixed = "0123456";  // two of three bytes, one to spare

  enum Index : std::size_t { kBoolean, kInt32, kInt96, kDouble, kBytes, kFixed, kOptional, kCount };

  static SchemaHandle schema() {
    SchemaHandle schema = makeSchema();
    addLeaf(schema.get(), 0, "boolean", PF_PHYSICAL_BOOLEAN);
    addLeaf(schema.get(), 0, "int32", PF_PHYSICAL_INT32);
    addLeaf(schema.get(), 0, "int96", PF_PHYSICAL_INT96);
    addLeaf(schema.get(), 0, "double", PF_PHYSICAL_DOUBLE);
    addLeaf(schema.get(), 0, "bytes", PF_PHYSICAL_BYTE_ARRAY);
    addLeaf(schema.get(), 0, "fixed", PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_REPETITION_REQUIRED, 3);
    addLeaf(schema.get(), 0, "optional", PF_PHYSICAL_INT32, PF_REPETITION_OPTIONAL);
    return schema;
  }
  std::vector<pf_column_input_t> columns() const {
    return {{booleans.data(), 2, nullptr, 0},     {int32s.data(), 2, nullptr, 0},
            {int96s.data(), 24, nullptr, 0},      {doubles.data(), 2, nullptr, 0},
            {bytes.data(), 5, offsets.data(), 3}, {fixed.data(), 6, nullptr, 0},
            {int32s.data(), 2, nullptr, 0}};
  }
};

struct BadColumn {
  const char* what;
  void (*breakIt)(std::vector<pf_column_input_t>&);
  const char* part;
};

const uint32_t kBackwards[] = {0, 5, 2};
const uint32_t kPastTheEnd[] = {0, 2, 6};
const uint32_t kFour[] = {0, 1, 2, 3};

TEST(WriterColumns, eachBadColumnIsRefusedAndTheWriterGoesOn) {
  using C = std::vector<pf_column_input_t>;
  using A = AllTypes;
  const BadColumn cases[] = {
      {"a column too few", [](C& c) { c.pop_back(); }, "column_count is 6, the schema has 7"},
      {"a column too many", [](C& c) { c.push_back(c[1]); }, "column_count is 8"},
      {"no column", [](C& c) { c.clear(); }, "column"},
      {"values NULL", [](C& c) { c[A::kInt32].values = nullptr; },
       "column int32: values is NULL and values_len is 2"},
      {"a value too few", [](C& c) { c[A::kInt32].values_len = 1; },
       "column int32: values_len is 1, rows and levels need 2 values"},
      {"a value too many", [](C& c) { c[A::kDouble].values_len = 3; }, "column double: values_len"},
      {"an optional value too few", [](C& c) { c[A::kOptional].values_len = 1; },
       "column optional: values_len is 1"},
      {"a boolean too few", [](C& c) { c[A::kBoolean].values_len = 1; }, "column boolean"},
      {"INT96 in values", [](C& c) { c[A::kInt96].values_len = 2; },
       "column int96: values_len is 2, rows and levels need 2 values of 12 bytes"},
      {"fixed with a byte too many", [](C& c) { c[A::kFixed].values_len = 7; },
       "column fixed: values_len is 7, rows and levels need 2 values of 3 bytes"},
      {"offsets of INT32",
       [](C& c) {
         c[A::kInt32].offsets = kFour;
         c[A::kInt32].offsets_len = 3;
       },
       "column int32: offsets_len is 3, but only BYTE_ARRAY has them"},
      {"offsets NULL", [](C& c) { c[A::kBytes].offsets = nullptr; },
       "column bytes: offsets is NULL and offsets_len is 3"},
      {"offsets_len of the values", [](C& c) { c[A::kBytes].offsets_len = 2; },
       "column bytes: offsets_len is 2"},
      {"offsets_len 0", [](C& c) { c[A::kBytes].offsets_len = 0; },
       "column bytes: offsets_len is 0"},
      {"offsets_len 4",
       [](C& c) {
         c[A::kBytes].offsets = kFour;
         c[A::kBytes].offsets_len = 4;
       },
       "column bytes: offsets_len is 4"},
      {"offsets backwards", [](C& c) { c[A::kBytes].offsets = kBackwards; },
       "column bytes: offsets go backwards at value 1, from 5 to 2"},
      {"offsets past the end", [](C& c) { c[A::kBytes].offsets = kPastTheEnd; },
       "column bytes: the last offset is 6, past values_len, which is 5"},
      {"bytes NULL", [](C& c) { c[A::kBytes].values = nullptr; }, "column bytes: values is NULL"},
  };
  const AllTypes all;
  const SchemaHandle schema = AllTypes::schema();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  ASSERT_NE(writer, nullptr);
  for (const BadColumn& bad : cases) {
    SCOPED_TRACE(bad.what);
    auto columns = all.columns();
    bad.breakIt(columns);
    PF_EXPECT_STATUS(
        PF_STATUS_INVALID_ARGUMENT,
        pf_writer_write_row_group(writer.get(), 2, columns.empty() ? nullptr : columns.data(),
                                  columns.size()),
        pf_writer_last_error(writer.get()), bad.part);
    columns = all.columns();
    ASSERT_EQ(pf_writer_write_row_group(writer.get(), 2, columns.data(), columns.size()),
              PF_STATUS_OK)
        << pf_writer_last_error(writer.get());
  }
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  ASSERT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  EXPECT_EQ(stats.row_groups, std::size(cases));
  EXPECT_EQ(stats.rows, 2 * std::size(cases));
}

// Row counts for which lengths would only agree after an overflow.
TEST(WriterColumns, absurdRowCountsAreRefused) {
  const AllTypes all;
  const SchemaHandle schema = AllTypes::schema();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_DISCARD));
  const auto columns = all.columns();
  for (const uint64_t rows : {UINT64_MAX, UINT64_MAX / 12 + 3, uint64_t{1} << 63, uint64_t{3}}) {
    EXPECT_EQ(pf_writer_write_row_group(writer.get(), rows, columns.data(), columns.size()),
              PF_STATUS_INVALID_ARGUMENT)
        << rows;
  }
  // values_len and offsets_len 0 agree with 2^64 - 1 rows of a BYTE_ARRAY, if one adds 1 to that.
  const SchemaHandle bytes = makeSchema();
  addLeaf(bytes.get(), 0, "bytes", PF_PHYSICAL_BYTE_ARRAY);
  const WriterHandle bytesWriter = makeWriter(bytes.get(), OutputTo(PF_OUTPUT_DISCARD));
  const pf_column_input_t none{};
  EXPECT_EQ(pf_writer_write_row_group(bytesWriter.get(), UINT64_MAX, &none, 1),
            PF_STATUS_INVALID_ARGUMENT);
}

TEST(WriterColumns, zeroRowsAreANoOpWhateverTheColumns) {
  const SchemaHandle schema = oneColumn();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  EXPECT_EQ(pf_writer_write_row_group(writer.get(), 0, nullptr, 0), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_write_row_group_with_levels(writer.get(), 0, nullptr, 17), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  ASSERT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  EXPECT_EQ(stats.row_groups, 0U);
}

TEST(WriterColumns, repeatedAndNestedColumnsNeedLevels) {
  const SchemaHandle nested = contactSchema();
  const WriterHandle writer = makeWriter(nested.get(), OutputTo(PF_OUTPUT_DISCARD));
  const std::array<pf_column_input_t, 3> columns{};
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_row_group(writer.get(), 1, columns.data(), columns.size()),
                   pf_writer_last_error(writer.get()), "column phones.list.element.number");

  const SchemaHandle repeated = makeSchema();
  addLeaf(repeated.get(), 0, "r", PF_PHYSICAL_INT32, PF_REPETITION_REPEATED);
  const WriterHandle repeatedWriter = makeWriter(repeated.get(), OutputTo(PF_OUTPUT_DISCARD));
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_row_group(repeatedWriter.get(), 1, columns.data(), 1),
                   pf_writer_last_error(repeatedWriter.get()), "column r");
}

// --- levels
// ----------------------------------------------------------------------------------------

// The columns of contactSchema for two rows: ("ab", [("1", null), (null, null)]); (null, null).
struct ContactColumns {
  std::string name = "ab";
  std::array<uint32_t, 2> nameOffsets{0, 2};
  std::array<uint8_t, 2> nameDefinition{1, 0};
  std::string number = "1";
  std::array<uint32_t, 2> numberOffsets{0, 1};
  std::array<uint8_t, 3> numberDefinition{3, 2, 0};
  std::array<uint8_t, 3> typeDefinition{2, 2, 0};
  std::array<uint8_t, 3> repetition{0, 1, 0};

  std::vector<pf_column_input_with_levels_t> columns() const {
    return {{name.data(), 2, nameOffsets.data(), 2, nameDefinition.data(), 2, nullptr, 0},
            {number.data(), 1, numberOffsets.data(), 2, numberDefinition.data(), 3,
             repetition.data(), 3},
            {nullptr, 0, nullptr, 0, typeDefinition.data(), 3, repetition.data(), 3}};
  }
};

struct BadLevels {
  const char* what;
  void (*breakIt)(std::vector<pf_column_input_with_levels_t>&);
  const char* part;
};

const uint8_t kAboveDefinition[] = {3, 4, 0};
const uint8_t kAboveRepetition[] = {0, 2, 0};
const uint8_t kOneRow[] = {0, 1, 1};
const uint8_t kGoesOn[] = {1, 0, 0};
const uint8_t kMoreValues[] = {3, 3, 0};
const uint8_t kEmptyList[] = {2, 2, 1};
const uint8_t kNullGoesOn[] = {0, 2, 0};

TEST(WriterLevels, eachBadLevelIsRefusedAndTheWriterGoesOn) {
  using C = std::vector<pf_column_input_with_levels_t>;
  const BadLevels cases[] = {
      {"definition level above", [](C& c) { c[1].definition_levels = kAboveDefinition; },
       "column phones.list.element.number, row 0, entry 1: definition level 4 is above"},
      {"repetition level above", [](C& c) { c[1].repetition_levels = kAboveRepetition; },
       "repetition level 2 is above the maximum 1"},
      {"rows do not match", [](C& c) { c[1].repetition_levels = kOneRow; },
       "repetition_levels begin 1 rows, row_count is 2"},
      {"begins in the middle of a row", [](C& c) { c[1].repetition_levels = kGoesOn; },
       "the first entry begins a row"},
      {"null list goes on", [](C& c) { c[1].definition_levels = kNullGoesOn; },
       "goes on with a list that is null or empty"},
      {"definition levels NULL", [](C& c) { c[0].definition_levels = nullptr; },
       "column name: definition_levels is NULL and definition_levels_len is 2"},
      {"repetition levels NULL", [](C& c) { c[1].repetition_levels = nullptr; },
       "repetition_levels is NULL and repetition_levels_len is 3"},
      {"no repetition levels", [](C& c) { c[1].repetition_levels_len = 0; },
       "repetition_levels_len is 0"},
      {"lengths disagree", [](C& c) { c[1].definition_levels_len = 2; },
       "definition_levels_len is 2, repetition_levels_len is 3"},
      {"a definition level too many", [](C& c) { c[0].definition_levels_len = 3; },
       "column name: definition_levels_len is 3, row_count is 2"},
      {"repetition levels of a flat column",
       [](C& c) {
         c[0].repetition_levels = kGoesOn;
         c[0].repetition_levels_len = 2;
       },
       "column name: repetition_levels_len is 2, but nothing in the column repeats"},
      {"more values than there are", [](C& c) { c[1].definition_levels = kMoreValues; },
       "column phones.list.element.number: offsets_len is 2"},
      {"columns of one list disagree", [](C& c) { c[2].definition_levels = kEmptyList; },
       "the levels disagree with those of column"},
  };
  const ContactColumns good;
  const SchemaHandle schema = contactSchema();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  ASSERT_NE(writer, nullptr);
  for (const BadLevels& bad : cases) {
    SCOPED_TRACE(bad.what);
    auto columns = good.columns();
    bad.breakIt(columns);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_write_row_group_with_levels(writer.get(), 2, columns.data(), 3),
                     pf_writer_last_error(writer.get()), bad.part);
    columns = good.columns();
    ASSERT_EQ(pf_writer_write_row_group_with_levels(writer.get(), 2, columns.data(), 3),
              PF_STATUS_OK)
        << pf_writer_last_error(writer.get());
  }
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_row_group_with_levels(writer.get(), 2, nullptr, 3),
                   pf_writer_last_error(writer.get()), "columns is NULL");
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
}

TEST(WriterLevels, requiredColumnHasNoLevels) {
  const SchemaHandle schema = oneColumn();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_DISCARD));
  const int64_t value = 1;
  const uint8_t level = 0;
  pf_column_input_with_levels_t column{};
  column.values = &value;
  column.values_len = 1;
  column.definition_levels = &level;
  column.definition_levels_len = 1;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_row_group_with_levels(writer.get(), 1, &column, 1),
                   pf_writer_last_error(writer.get()), "column x: definition_levels_len is 1");
}

}  // namespace
}  // namespace parquet_flow::test
