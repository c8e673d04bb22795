// Goal: every bad argument of pf_sink_* and pf_producer_* gives a status and a sentence naming it,
// and leaves nothing behind: no file, no directory, no thread.
//
// Method: tables of options with one thing broken in each, tried on pf_sink_open and, where the
// answer does not depend on the disk, on pf_sink_memory_ceiling.
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

#include "capi_fixture.hpp"
#include "support/optional_codecs.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

using O = pf_sink_options_t;

const pf_schema_t* rowSchema() {
  static const SchemaHandle kSchema = oneColumn();
  return kSchema.get();
}
const pf_schema_t* emptySchema() {
  static const SchemaHandle kSchema = makeSchema();
  return kSchema.get();
}
int onRow(void* /*user*/, const pf_record_t* /*record*/, pf_row_t* row) {
  return pf_row_int64(row, 1);
}

pf_struct_column_t goodColumn() {
  pf_struct_column_t column{};
  column.name = "a";
  column.field = PF_FIELD_INT64;
  return column;
}

// Sets one struct column that differs from a good one.
template <class Change>
void structColumn(O& options, Change change) {
  static pf_struct_column_t column;
  column = goodColumn();
  change(column);
  options.shape = PF_SHAPE_STRUCT;
  options.struct_columns = &column;
  options.struct_column_count = 1;
}

// Sets a writer that differs from the default one.
template <class Change>
void writer(O& options, Change change) {
  static pf_writer_options_t writer;
  pf_writer_options_init(&writer, sizeof writer);
  change(writer);
  options.writer = &writer;
}

pf_column_options_t columnEncoded(const char* path, pf_encoding_t encoding) {
  pf_column_options_t column;
  pf_column_options_init(&column);
  column.path = path;
  column.encoding = encoding;
  return column;
}

struct BadSink {
  const char* what;
  void (*breakIt)(O&);
  const char* part;
};

const uint32_t kNoSuchCpu[] = {100000};
const pf_key_value_t kNullKey[] = {{nullptr, nullptr}};
const pf_key_value_t kLedgerKey[] = {{"parquet_flow.ledger", "{}"}};
const pf_column_options_t kNoSuchColumn[] = {columnEncoded("x", PF_ENCODING_PLAIN)};
const pf_column_options_t kDeltaPayload[] = {
    columnEncoded("payload", PF_ENCODING_DELTA_BINARY_PACKED)};

const BadSink kBadSinks[] = {
    {"not initialised", [](O& o) { o.struct_size = 0; }, "options->struct_size is 0"},
    {"a size of garbage", [](O& o) { o.struct_size = 0xFFFFFFFF; }, "options->struct_size"},
    // Rows.
    {"no shape", [](O& o) { o.shape = 3; }, "shape is 3"},
    {"shape -1", [](O& o) { o.shape = -1; }, "shape is -1"},
    {"callback without schema",
     [](O& o) {
       o.shape = PF_SHAPE_CALLBACK;
       o.on_row = onRow;
     },
     "schema"},
    {"callback without function",
     [](O& o) {
       o.shape = PF_SHAPE_CALLBACK;
       o.schema = rowSchema();
     },
     "on_row"},
    {"callback with an empty schema",
     [](O& o) {
       o.shape = PF_SHAPE_CALLBACK;
       o.on_row = onRow;
       o.schema = emptySchema();
     },
     ""},
    {"struct without columns", [](O& o) { o.shape = PF_SHAPE_STRUCT; }, "struct_column"},
    {"struct columns NULL",
     [](O& o) {
       o.shape = PF_SHAPE_STRUCT;
       o.struct_column_count = 1;
     },
     "options->struct_columns is NULL"},
    {"no_capture_columns 2", [](O& o) { o.no_capture_columns = 2; }, "no_capture_columns is 2"},
    {"no profile", [](O& o) { o.profile = 2; }, "profile is 2"},
    // Struct columns.
    {"column name NULL",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.name = nullptr; }); },
     "options->struct_columns[0]: name is NULL"},
    {"column name empty", [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.name = ""; }); },
     ""},
    {"no such field", [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.field = 15; }); },
     "field is 15"},
    {"field -1", [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.field = -1; }); },
     "field is -1"},
    {"INT64 of 4 bytes", [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.size = 4; }); },
     "size"},
    {"CHARS of 0",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.field = PF_FIELD_CHARS; }); },
     "size"},
    {"BYTES of 65 536",
     [](O& o) {
       structColumn(o, [](pf_struct_column_t& c) {
         c.field = PF_FIELD_BYTES;
         c.size = 65536;
       });
     },
     "size"},
    {"no such nullability",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.nullability = 3; }); },
     "nullability is 3"},
    {"null bit above",
     [](O& o) {
       structColumn(o, [](pf_struct_column_t& c) {
         c.nullability = PF_NULL_BITMAP;
         c.null_bit = 65536;
       });
     },
     "null_bit"},
    {"sentinel of a wide field",
     [](O& o) {
       structColumn(o, [](pf_struct_column_t& c) {
         c.field = PF_FIELD_BYTES;
         c.size = 9;
         c.nullability = PF_NULL_SENTINEL;
       });
     },
     ""},
    {"STRING on an integer",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.logical = PF_LOGICAL_STRING; }); },
     "logical"},
    {"no logical type",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.logical = 99; }); }, "logical is 99"},
    {"reserved of a column",
     [](O& o) { structColumn(o, [](pf_struct_column_t& c) { c.reserved = 1; }); }, "reserved is 1"},
    // Files.
    {"neither path nor directory", [](O& o) { o.output_path = nullptr; }, "output_path"},
    {"both path and directory", [](O& o) { o.directory = "/tmp"; }, "directory"},
    {"path of a directory", [](O& o) { o.output_path = "/tmp/"; }, "/tmp/"},
    {"replace 2", [](O& o) { o.replace = 2; }, "replace is 2"},
    {"no_sync 2", [](O& o) { o.no_sync = 2; }, "no_sync is 2"},
    // Row groups.
    {"row_group_rows 0", [](O& o) { o.row_group_rows = 0; }, "row_group_rows"},
    {"row_group_rows above", [](O& o) { o.row_group_rows = 1ULL << 31; }, "row_group_rows"},
    {"row_group_bytes below", [](O& o) { o.row_group_bytes = 65535; }, "row_group_bytes"},
    {"row_group_bytes above", [](O& o) { o.row_group_bytes = (1ULL << 30) + 1; },
     "row_group_bytes"},
    {"no codec", [](O& o) { o.compression = 5; }, "compression is 5"},
    {"GZIP level 10",
     [](O& o) {
       o.compression = PF_COMPRESSION_GZIP;
       o.compression_level = 10;
     },
     "10"},
    {"key_values NULL", [](O& o) { o.key_value_count = 2; }, "options->key_values is NULL"},
    {"key NULL",
     [](O& o) {
       o.key_values = kNullKey;
       o.key_value_count = 1;
     },
     "options->key_values[0].key is NULL"},
    // The writer.
    {"writer not initialised", [](O& o) { writer(o, [](auto& w) { w.struct_size = 0; }); },
     "options->writer->struct_size is 0"},
    {"writer's statistics 2", [](O& o) { writer(o, [](auto& w) { w.statistics = 2; }); },
     "options->writer: options->statistics is 2"},
    {"writer's page version 3", [](O& o) { writer(o, [](auto& w) { w.data_page_version = 3; }); },
     "data_page_version"},
    {"writer's sync", [](O& o) { writer(o, [](auto& w) { w.sync = 1; }); },
     "options->writer->sync"},
    {"writer's row_group_rows", [](O& o) { writer(o, [](auto& w) { w.row_group_rows = 1000; }); },
     "options->writer->row_group_rows"},
    {"writer's row_group_bytes",
     [](O& o) { writer(o, [](auto& w) { w.row_group_bytes = 64 << 20; }); },
     "options->writer->row_group_rows and row_group_bytes"},
    {"writer's other codec",
     [](O& o) {
       writer(o, [](auto& w) { w.compression = PF_COMPRESSION_SNAPPY; });
       o.compression = PF_COMPRESSION_GZIP;
     },
     "options->writer has another compression"},
    {"writer's other level",
     [](O& o) {
       writer(o, [](auto& w) {
         w.compression = PF_COMPRESSION_GZIP;
         w.compression_level = 2;
       });
       o.compression = PF_COMPRESSION_GZIP;
       o.compression_level = 1;
     },
     "options->writer has another compression or compression_level"},
    {"writer's key of ours",
     [](O& o) {
       writer(o, [](auto& w) {
         w.key_values = kLedgerKey;
         w.key_value_count = 1;
       });
     },
     "parquet_flow.ledger"},
    {"writer's column that the file has not",
     [](O& o) {
       writer(o, [](auto& w) {
         w.columns = kNoSuchColumn;
         w.column_count = 1;
       });
     },
     "'x'"},
    {"writer's encoding that the column has not",
     [](O& o) {
       writer(o, [](auto& w) {
         w.columns = kDeltaPayload;
         w.column_count = 1;
       });
     },
     "'payload'"},
    // Rings.
    {"ring_bytes below", [](O& o) { o.ring_bytes = 65535; }, "ring_bytes"},
    {"ring_bytes above", [](O& o) { o.ring_bytes = (16ULL << 30) + 1; }, "ring_bytes"},
    {"ring_bytes absurd", [](O& o) { o.ring_bytes = UINT64_MAX; }, "ring_bytes"},
    {"record_bytes_max above a quarter of the ring",
     [](O& o) { o.record_bytes_max = (8ULL << 20) / 4 - 23; }, "record_bytes_max"},
    {"record_bytes_max absurd", [](O& o) { o.record_bytes_max = UINT64_MAX; }, "record_bytes_max"},
    {"lock_memory 2", [](O& o) { o.lock_memory = 2; }, "lock_memory is 2"},
    {"huge_pages 2", [](O& o) { o.huge_pages = 2; }, "huge_pages is 2"},
    {"low_priority_percent 101", [](O& o) { o.low_priority_percent = 101; },
     "low_priority_percent"},
    {"producers_max 0", [](O& o) { o.producers_max = 0; }, "producers_max"},
    {"producers_max above", [](O& o) { o.producers_max = 65536; }, "producers_max"},
    // Time, order, threads.
    {"no clock", [](O& o) { o.clock = 4; }, "clock is 4"},
    {"no worker mode", [](O& o) { o.worker = 3; }, "worker is 3"},
    {"held_bytes_max below", [](O& o) { o.held_bytes_max = 65535; }, "held_bytes_max"},
    {"held_bytes_max above", [](O& o) { o.held_bytes_max = (1ULL << 30) + 1; }, "held_bytes_max"},
    {"park_ns below", [](O& o) { o.park_ns = 999; }, "park_ns"},
    {"park_max_ns below park_ns", [](O& o) { o.park_max_ns = 49999; }, "park_max_ns"},
    {"park_max_ns above", [](O& o) { o.park_max_ns = 1000000001; }, "park_max_ns"},
    {"worker_cpus NULL", [](O& o) { o.worker_cpu_count = 1; }, "options->worker_cpus is NULL"},
    {"no such CPU",
     [](O& o) {
       o.worker_cpus = kNoSuchCpu;
       o.worker_cpu_count = 1;
     },
     "100000"},
    {"encode_threads 65", [](O& o) { o.encode_threads = 65; }, "encode_threads"},
    {"row_group_buffers 1", [](O& o) { o.row_group_buffers = 1; }, "row_group_buffers"},
    {"prefault 2", [](O& o) { o.prefault = 2; }, "prefault is 2"},
    {"reserved 1", [](O& o) { o.reserved = 1; }, "options->reserved"},
    {"row_group_buffers 65", [](O& o) { o.row_group_buffers = 65; }, "row_group_buffers"},
};

TEST(SinkArguments, eachBadOptionIsRefusedByItsNameAndNothingIsLeftBehind) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  for (const BadSink& bad : kBadSinks) {
    SCOPED_TRACE(bad.what);
    O options;
    pf_sink_options_init(&options, sizeof options);
    options.output_path = path.c_str();
    bad.breakIt(options);
    ErrorText error;
    auto* sink = reinterpret_cast<pf_sink_t*>(&error);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_sink_open(&options, &sink, &error),
                     error.message, bad.part);
    EXPECT_EQ(sink, nullptr);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
    SinkHandle(sink).reset();
  }
}

TEST(SinkArguments, prefixOfSeveralFilesHasToBeAName) {
  const TempDirectory directory;
  for (const char* prefix : {"", ".feed", "a/b", "../x", "a b", "x\n", "\xC3\xA9"}) {
    SCOPED_TRACE(prefix);
    O options;
    pf_sink_options_init(&options, sizeof options);
    options.directory = directory.path().c_str();
    options.prefix = prefix;
    ErrorText error;
    pf_sink_t* sink = nullptr;
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_sink_open(&options, &sink, &error),
                     error.message, "prefix");
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  }
}

TEST(SinkArguments, aCodecThatIsNotBuiltSaysSo) {
  for (const OptionalCodec& codec : kOptionalCodecs) {
    O options;
    pf_sink_options_init(&options, sizeof options);
    options.output_path = "/nonexistent/x.parquet";
    options.compression = codec.compression;
    ErrorText error;
    pf_sink_t* sink = nullptr;
    PF_EXPECT_STATUS(codec.built ? PF_STATUS_IO : PF_STATUS_UNSUPPORTED,
                     pf_sink_open(&options, &sink, &error), error.message,
                     codec.built ? "/nonexistent" : codec.name);
  }
}

TEST(SinkArguments, pathThatCannotBeCreatedIsAnIoError) {
  O options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = "/no/such/directory/x.parquet";
  ErrorText error;
  pf_sink_t* sink = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_IO, pf_sink_open(&options, &sink, &error), error.message,
                   "/no/such/directory");
  EXPECT_EQ(error.system_error, ENOENT);
}

TEST(SinkArguments, whatIsThereIsNotOverwritten) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  writeWholeFile(path, "mine");
  O options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = path.c_str();
  ErrorText error;
  pf_sink_t* sink = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_sink_open(&options, &sink, &error), error.message, path);
  EXPECT_EQ(readWholeFile(path), "mine");
}

TEST(SinkArguments, memoryCeilingChecksTheSameOptions) {
  uint64_t bytes = 0;
  for (const BadSink& bad : kBadSinks) {
    SCOPED_TRACE(bad.what);
    O options;
    pf_sink_options_init(&options, sizeof options);
    options.output_path = "/tmp/x.parquet";
    bad.breakIt(options);
    ErrorText error;
    bytes = 7;
    const pf_status_t status = pf_sink_memory_ceiling(&options, 1, &bytes, &error);
    // A processor that is not there and a path that is a directory are found at open.
    if (std::string_view(bad.what) == "no such CPU" ||
        std::string_view(bad.what) == "path of a directory") {
      continue;
    }
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(bytes, 0U);
  }
  O options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = "/tmp/x.parquet";
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_sink_memory_ceiling(nullptr, 1, &bytes, &error),
                   error.message, "options is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_sink_memory_ceiling(&options, 1, nullptr, &error),
                   error.message, "bytes is NULL");
  uint64_t one = 0;
  uint64_t two = 0;
  ASSERT_EQ(pf_sink_memory_ceiling(&options, 1, &one, &error), PF_STATUS_OK) << error.message;
  ASSERT_EQ(pf_sink_memory_ceiling(&options, 2, &two, &error), PF_STATUS_OK) << error.message;
  EXPECT_GE(two - one, options.ring_bytes);
  EXPECT_GE(one, options.ring_bytes + options.row_group_buffers * options.row_group_bytes);
}

// --- with an open sink
// -----------------------------------------------------------------------------

class OpenSink : public testing::Test {
 protected:
  OpenSink() {
    O options;
    pf_sink_options_init(&options, sizeof options);
    options.output_path = path_.c_str();
    options.producers_max = 2;
    pf_sink_t* sink = nullptr;
    EXPECT_EQ(pf_sink_open(&options, &sink, &error_), PF_STATUS_OK) << error_.message;
    sink_.reset(sink);
  }
  TempDirectory directory_;
  std::string path_ = directory_.file("x.parquet");
  ErrorText error_;
  SinkHandle sink_;
};

TEST_F(OpenSink, nullHandlesAndPlaces) {
  O options;
  pf_sink_options_init(&options, sizeof options);
  pf_sink_t* none = nullptr;
  pf_producer_t* producer = nullptr;
  pf_sink_stats_t stats;
  pf_sink_stats_init(&stats, sizeof stats);
  pf_producer_stats_t producerStats;
  pf_producer_stats_init(&producerStats, sizeof producerStats);
  int busy = 7;
  const auto refused = [&](pf_status_t status, const char* part) {
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, status, error_.message, part);
  };
  refused(pf_sink_open(nullptr, &none, &error_), "options is NULL");
  refused(pf_sink_open(&options, nullptr, &error_), "sink is NULL");
  refused(pf_sink_prepare_thread(nullptr, &error_), "sink is NULL");
  refused(pf_sink_add_producer(nullptr, nullptr, &producer, &error_), "sink is NULL");
  refused(pf_sink_add_producer(sink_.get(), nullptr, nullptr, &error_), "producer is NULL");
  refused(pf_sink_flush(nullptr, 0, &error_), "sink is NULL");
  refused(pf_sink_rotate(nullptr, 0, &error_), "sink is NULL");
  refused(pf_sink_close(nullptr, 0, &error_), "sink is NULL");
  refused(pf_sink_poll(nullptr, 0, &busy, &error_), "sink is NULL");
  refused(pf_sink_poll(sink_.get(), 0, &busy, &error_), "worker");
  EXPECT_EQ(busy, 0);
  refused(pf_sink_rotate(sink_.get(), 0, &error_), "output_path");
  EXPECT_EQ(pf_sink_stats(nullptr, &stats), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_sink_stats(sink_.get(), nullptr), PF_STATUS_INVALID_ARGUMENT);
  stats.struct_size = 9;
  EXPECT_EQ(pf_sink_stats(sink_.get(), &stats), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_producer_stats(nullptr, &producerStats), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_producer_wait_durable(nullptr, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_producer_record_bytes_max(nullptr), 0U);
  EXPECT_EQ(pf_producer_index(nullptr), 0U);
  EXPECT_EQ(pf_producer_last_attempt(nullptr), 0U);
  EXPECT_EQ(pf_producer_durable_attempt(nullptr), 0U);
  pf_producer_release(nullptr);
  pf_sink_destroy(nullptr);
}

TEST_F(OpenSink, badProducerOptions) {
  using P = pf_producer_options_t;
  struct Bad {
    const char* what;
    void (*breakIt)(P&);
    const char* part;
  };
  static const std::string kLongName(64, 'n');
  const Bad cases[] = {
      {"not initialised", [](P& p) { p.struct_size = 0; }, "options->struct_size is 0"},
      {"reserved", [](P& p) { p.reserved = 1; }, "options->reserved is 1"},
      {"name empty", [](P& p) { p.name = ""; }, "options->name is empty"},
      {"name of 64 bytes", [](P& p) { p.name = kLongName.c_str(); }, "name"},
      {"name not UTF-8", [](P& p) { p.name = "\xFF"; }, "options->name is not UTF-8"},
      {"ring_bytes below", [](P& p) { p.ring_bytes = 1; }, "ring_bytes"},
      {"ring_bytes above", [](P& p) { p.ring_bytes = (16ULL << 30) + 1; }, "ring_bytes"},
      {"record_bytes_max above", [](P& p) { p.record_bytes_max = 1ULL << 40; }, "record_bytes_max"},
  };
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.what);
    P options;
    pf_producer_options_init(&options, sizeof options);
    bad.breakIt(options);
    auto* producer = reinterpret_cast<pf_producer_t*>(this);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_sink_add_producer(sink_.get(), &options, &producer, &error_),
                     error_.message, bad.part);
    EXPECT_EQ(producer, nullptr);
  }
  // Both of producers_max are still to be had, and no third.
  std::array<ProducerHandle, 2> taken;
  for (ProducerHandle& handle : taken) {
    pf_producer_t* producer = nullptr;
    ASSERT_EQ(pf_sink_add_producer(sink_.get(), nullptr, &producer, &error_), PF_STATUS_OK)
        << error_.message;
    handle.reset(producer);
  }
  pf_producer_t* third = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_LIMIT, pf_sink_add_producer(sink_.get(), nullptr, &third, &error_),
                   error_.message, "producers_max");
  EXPECT_EQ(third, nullptr);
}

TEST_F(OpenSink, afterCloseEverythingSaysSo) {
  pf_producer_t* added = nullptr;
  ASSERT_EQ(pf_sink_add_producer(sink_.get(), nullptr, &added, &error_), PF_STATUS_OK);
  const ProducerHandle producer(added);
  ASSERT_EQ(pf_sink_try_record(sink_.get(), "a", 1), PF_RECORD_OK);
  ASSERT_EQ(pf_sink_close(sink_.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
      << error_.message;
  pf_producer_t* another = nullptr;
  void* place = nullptr;
  EXPECT_EQ(pf_sink_close(sink_.get(), 0, &error_), PF_STATUS_CLOSED);
  EXPECT_EQ(pf_sink_flush(sink_.get(), 0, &error_), PF_STATUS_CLOSED);
  std::thread([this] {
    EXPECT_EQ(pf_sink_prepare_thread(sink_.get(), nullptr), PF_STATUS_CLOSED);
    EXPECT_EQ(pf_sink_try_record(sink_.get(), "a", 1), PF_RECORD_CLOSED);
  }).join();
  EXPECT_EQ(pf_sink_add_producer(sink_.get(), nullptr, &another, &error_), PF_STATUS_CLOSED);
  EXPECT_EQ(pf_producer_wait_durable(producer.get(), 1, 0), PF_STATUS_CLOSED);
  EXPECT_EQ(pf_sink_try_record(sink_.get(), "a", 1), PF_RECORD_CLOSED);
  EXPECT_EQ(pf_try_record(producer.get(), "a", 1), PF_RECORD_CLOSED);
  EXPECT_EQ(pf_try_record_at(producer.get(), 1, "a", 1), PF_RECORD_CLOSED);
  EXPECT_EQ(pf_try_record_low(producer.get(), "a", 1), PF_RECORD_CLOSED);
  EXPECT_EQ(pf_try_reserve(producer.get(), 1, &place), PF_RECORD_CLOSED);
  EXPECT_EQ(pf_commit(producer.get()), PF_RECORD_BUSY);
  EXPECT_EQ(pf_abort(producer.get()), PF_RECORD_BUSY);
  pf_sink_stats_t stats;
  pf_sink_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_sink_stats(sink_.get(), &stats), PF_STATUS_OK);
  EXPECT_EQ(stats.rows, 1U);
}

}  // namespace
}  // namespace parquet_flow::test
