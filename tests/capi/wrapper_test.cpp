// Goal: parquet_flow.hpp does what the C functions do, owns what it hands out, and needs neither
// exceptions nor RTTI (this file is compiled without both).
//
// Method: one situation for each class; what can be recorded by its bytes is asked of the compiler.
#include "parquet_flow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "int64_arrow.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow {
namespace {

using test::Int64Array;
using test::Int64Schema;
using test::TempDirectory;
using namespace std::string_view_literals;

// --- what can be recorded
// --------------------------------------------------------------------------

struct Order {
  std::int64_t id;
  double price;
};
struct NotTrivial {
  std::string text;
};
template <class T>
concept CanBeRecorded = requires(Producer& producer, const T& value) { producer.tryRecord(value); };

static_assert(CanBeRecorded<Order> && CanBeRecorded<int> && CanBeRecorded<std::array<int, 4>>);
static_assert(CanBeRecorded<std::string_view> && CanBeRecorded<std::span<const std::byte>>);
static_assert(!CanBeRecorded<NotTrivial> && !CanBeRecorded<std::vector<int>>);
// Their bytes are a pointer and a length.
static_assert(!CanBeRecorded<std::span<const int>> && !CanBeRecorded<const int*>);
static_assert(!CanBeRecorded<std::nullptr_t>);

static_assert(std::is_nothrow_move_constructible_v<LogSink> &&
              !std::is_copy_constructible_v<LogSink>);
static_assert(std::is_nothrow_move_constructible_v<Writer> &&
              std::is_nothrow_move_constructible_v<Producer>);

// `path` is borrowed by what it returns.
SinkOptions optionsFor(const char* path) {
  SinkOptions options;
  options.output_path = path;
  options.ring_bytes = 64 << 10;
  options.no_sync = 1;
  return options;
}

// --- sink
// --------------------------------------------------------------------------------------------

TEST(WrapperSink, recordsFromThreadsAndProducers) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  auto sink = LogSink::open(optionsFor(path.c_str()));
  ASSERT_TRUE(sink) << sink.error().message();
  EXPECT_TRUE(sink->prepareThread());
  EXPECT_EQ(sink->tryRecord(Order{1, 2.5}), RecordResult::kOk);
  EXPECT_EQ(sink->tryRecord("text"sv), RecordResult::kOk);
  std::thread([&] { EXPECT_EQ(sink->tryRecord(7), RecordResult::kOk); }).join();
  {
    auto producer = sink->addProducer("orders");
    ASSERT_TRUE(producer) << producer.error().message();
    EXPECT_EQ(producer->tryRecord(Order{1, 2.5}), RecordResult::kOk);
    EXPECT_EQ(producer->tryRecordAt(1, Order{1, 2.5}), RecordResult::kOk);
    EXPECT_EQ(producer->tryRecordLow(Order{1, 2.5}), RecordResult::kOk);
    EXPECT_EQ(producer->tryRecord(""sv), RecordResult::kTooLarge);
    if (Reservation reserved = producer->tryReserve(3)) {
      std::memcpy(reserved.bytes().data(), "abc", reserved.bytes().size());
      EXPECT_EQ(reserved.commit(), RecordResult::kOk);
      EXPECT_FALSE(reserved);
      EXPECT_EQ(reserved.commit(), RecordResult::kBusy);
    } else {
      ADD_FAILURE();
    }
    {
      const Reservation dropped = producer->tryReserve(3);
    }
    EXPECT_EQ(producer->tryReserve(1 << 20).result(), RecordResult::kTooLarge);
    EXPECT_EQ(producer->stats().aborted, 1U);
    EXPECT_EQ(producer->lastAttempt(), 7U);
    EXPECT_TRUE(producer->waitDurable(7));
    EXPECT_EQ(producer->durableAttempt(), 7U);
    EXPECT_EQ(producer->waitDurable(8, 1'000'000).error().status(), PF_STATUS_TIMEOUT);
    EXPECT_EQ(producer->recordBytesMax(), (64U << 10) / 4 - 24);
  }
  EXPECT_TRUE(sink->flush());
  EXPECT_EQ(sink->rotate().error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(sink->poll(0).error().status(), PF_STATUS_INVALID_ARGUMENT);
  const auto closed = sink->close();
  EXPECT_TRUE(closed) << closed.error().message();
  EXPECT_EQ(sink->stats().rows, 7U);
  EXPECT_EQ(sink->tryRecord(1), RecordResult::kClosed);
  const auto info = readFileInfo(path);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->rows, 7U);
}

TEST(WrapperSink, destructorClosesAndPublishes) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  {
    auto opened = LogSink::open(optionsFor(path.c_str()));
    ASSERT_TRUE(opened);
    LogSink sink = *std::move(opened);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(sink.tryRecord(i), RecordResult::kOk);
  }
  const auto info = readFileInfo(path);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->rows, 100U);
}

TEST(WrapperSink, callablesWithStateAreKeptByTheSink) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  Schema schema;
  schema.leaf("value", types::kInt32);
  std::vector<int> seen;
  std::string told;
  SinkOptions options = optionsFor(path.c_str());
  options.onRow(schema, [&seen](const pf_record_t& record, Row& row) {
    int value = 0;
    std::memcpy(&value, record.payload, sizeof value);
    seen.push_back(value);
    row.int32(value);
    return value != 13;  // rejects
  });
  options.onFile([&told](const pf_file_event_t& event) { told = event.path; });
  options.onLog(
      [](pf_log_level_t level, std::string_view line) { EXPECT_EQ(level, PF_LOG_INFO) << line; });
  options.onDoubt([](const pf_doubt_event_t&) { ADD_FAILURE(); });
  auto opened = LogSink::open(std::move(options));
  ASSERT_TRUE(opened) << opened.error().message();
  LogSink moved = *std::move(opened);  // the callables do not move with it
  for (const int value : {1, 13, 2}) EXPECT_EQ(moved.tryRecord(value), RecordResult::kOk);
  EXPECT_TRUE(moved.close());
  EXPECT_EQ(seen, (std::vector<int>{1, 13, 2}));
  EXPECT_EQ(moved.stats().rejected, 1U);
  EXPECT_EQ(moved.stats().rows, 2U);
  EXPECT_EQ(told, path);
}

// A callable that says when it has gone.
struct Counting {
  Counting(int* calls, bool* hasGone) : calls_(calls), hasGone_(hasGone) {}
  Counting(Counting&& other) noexcept
      : calls_(other.calls_), hasGone_(std::exchange(other.hasGone_, nullptr)) {}
  ~Counting() {
    if (hasGone_ != nullptr) *hasGone_ = true;
  }
  bool operator()(const pf_record_t& /*record*/, Row& row) {
    EXPECT_FALSE(hasGone_ == nullptr || *hasGone_) << "called after it was destroyed";
    row.int32(++*calls_);
    return true;
  }

 private:
  int* calls_;
  bool* hasGone_;
};

// What is still on its way to a sink when another takes its place is for its own callables.
TEST(WrapperSink, isClosedBeforeItsCallablesGo) {
  const TempDirectory directory;
  std::array<int, 2> calls{};
  std::array<bool, 2> hasGone{};
  const auto open = [&](std::size_t index) {
    Schema schema;
    schema.leaf("value", types::kInt32);
    const std::string path = directory.file(std::to_string(index).c_str());
    SinkOptions options = optionsFor(path.c_str());
    options.worker = PF_WORKER_POLL;  // nothing is drained before the close
    options.onRow(schema, Counting(&calls[index], &hasGone[index]));
    auto opened = LogSink::open(std::move(options));
    EXPECT_TRUE(opened) << opened.error().message();
    return *std::move(opened);
  };
  LogSink sink = open(0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sink.tryRecord(i), RecordResult::kOk);
  sink = open(1);
  EXPECT_EQ(calls[0], 3);
  EXPECT_TRUE(hasGone[0]);
  EXPECT_EQ(sink.tryRecord(4), RecordResult::kOk);
  EXPECT_TRUE(sink.close());
  EXPECT_EQ(calls[1], 1);
  EXPECT_FALSE(hasGone[1]);
}

TEST(WrapperSink, errorsHaveStatusAndSentence) {
  const auto none = LogSink::open(SinkOptions());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_NE(std::string_view(none.error().message()).find("output_path"), std::string_view::npos);
  const auto missing = LogSink::open(optionsFor("/no/such/directory/x"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().status(), PF_STATUS_IO);
  EXPECT_EQ(missing.error().systemError(), ENOENT);
}

TEST(WrapperWriter, takesArrowData) {
  const auto releaseSchema = [](ArrowSchema* mine) { mine->release = nullptr; };
  const auto releaseArray = [](ArrowArray* mine) { mine->release = nullptr; };
  ArrowSchema column{};
  column.format = "l";
  column.name = "x";
  column.release = releaseSchema;
  ArrowSchema* columns[] = {&column};
  ArrowSchema type{};
  type.format = "+s";
  type.n_children = 1;
  type.children = columns;
  type.release = releaseSchema;
  const std::int64_t values[] = {1, 2, 3};
  const void* buffers[] = {nullptr, values};
  ArrowArray array{};
  array.length = 3;
  array.n_buffers = 2;
  array.buffers = buffers;
  array.release = releaseArray;
  ArrowArray* arrays[] = {&array};
  const void* none[] = {nullptr};
  ArrowArray batch{};
  batch.length = 3;
  batch.n_buffers = 1;
  batch.buffers = none;
  batch.n_children = 1;
  batch.children = arrays;
  batch.release = releaseArray;

  EXPECT_EQ(Schema(type).leafCount(), 1U);
  auto writer = Writer::createForArrow(type, Output::memory());
  ASSERT_TRUE(writer) << writer.error().message();
  EXPECT_TRUE(writer->write(batch, type));
  EXPECT_TRUE(writer->close());
  EXPECT_EQ(writer->stats()->rows, 3U);

  type.format = "i";
  EXPECT_EQ(Writer::createForArrow(type, Output::memory()).error().status(),
            PF_STATUS_INVALID_ARGUMENT);
  ArrowArrayStream released{};
  EXPECT_EQ(writer->write(released).error().status(), PF_STATUS_NOT_OPEN);
}

TEST(WrapperSink, brokenRowSchemaComesBackFromOpen) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  Schema schema;
  schema.leaf("a", types::kInt32).leaf("a", types::kInt32);
  EXPECT_EQ(schema.error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(schema.leafCount(), 1U);
  SinkOptions options = optionsFor(path.c_str());
  options.onRow(schema, [](const pf_record_t&, Row& row) { row.int32(1); });
  const auto sink = LogSink::open(std::move(options));
  ASSERT_FALSE(sink);
  EXPECT_STREQ(sink.error().message(), schema.error().message());
}

TEST(WrapperSink, filesAreWrittenAsTheWritersOptionsSay) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  const auto bytesWith = [&](std::uint32_t pageIndex) {
    WriterOptions writer;
    writer.page_index = pageIndex;
    SinkOptions options = optionsFor(path.c_str());
    options.replace = 1;
    options.setWriter(writer);
    auto sink = LogSink::open(std::move(options));
    EXPECT_TRUE(sink) << sink.error().message();
    if (!sink) return std::uintmax_t{0};
    EXPECT_EQ(sink->tryRecord(7), RecordResult::kOk);
    EXPECT_TRUE(sink->close());
    return std::filesystem::file_size(path);
  };
  EXPECT_GT(bytesWith(1), bytesWith(0));
}

TEST(WrapperSink, memoryCeilingGrowsWithProducers) {
  const SinkOptions options = optionsFor("/tmp/x.parquet");
  const auto one = options.memoryCeiling(1);
  const auto two = options.memoryCeiling(2);
  ASSERT_TRUE(one && two) << one.error().message();
  EXPECT_GE(*two - *one, options.ring_bytes);
}

// --- writer
// ------------------------------------------------------------------------------------------

TEST(WrapperWriter, memoryCeilingGrowsWithRowGroups) {
  Schema schema;
  schema.leaf("x", types::kString);
  WriterOptions options;
  const auto large = options.memoryCeiling(schema, 8);
  options.row_group_bytes /= 2;
  const auto small = options.memoryCeiling(schema, 8);
  ASSERT_TRUE(large && small) << large.error().message();
  EXPECT_GE(*large - *small, options.row_group_bytes);
  EXPECT_FALSE(options.memoryCeiling(schema, 0));
}

TEST(WrapperWriter, columnsOfEveryKind) {
  Schema schema;
  schema.leaf("boolean", types::kBoolean)
      .leaf("int32", types::kInt32)
      .leaf("int64", types::timestamp(PF_TIME_NANOS))
      .leaf("float", types::kFloat)
      .leaf("double", types::kDouble)
      .leaf("string", types::kString, kOptional)
      .leaf("uuid", types::kUuid)
      .leaf("price", types::decimal(18, 4))
      .list("tags", kOptional, [](Group& list) { list.leaf("element", types::kString); })
      .map("counts", kRequired, [](Group& map) {
        map.leaf("key", types::kString).leaf("value", types::integer(32, false), kOptional);
      });
  ASSERT_TRUE(schema.error().isOk()) << schema.error().message();
  WriterOptions options;
  options.compression = PF_COMPRESSION_GZIP;
  const pf_key_value_t keys[] = {{"k", "v"}};
  options.setKeyValues(keys);
  auto writer = Writer::create(schema, Output::memory(), options);
  ASSERT_TRUE(writer) << writer.error().message();

  const std::array<std::uint8_t, 2> booleans{1, 0};
  const std::array<std::int32_t, 2> int32s{1, 2};
  const std::vector<std::int64_t> int64s{1, 2};
  const float floats[2] = {0.5F, 1.5F};
  const std::vector<double> doubles{0.5, 1.5};
  const std::array<std::uint32_t, 2> oneString{0, 3};
  const std::array<std::uint8_t, 2> secondIsNull{1, 0};
  const std::array<std::byte, 32> uuids{};
  const std::array<std::uint32_t, 3> twoStrings{0, 1, 2};
  const std::array<std::uint8_t, 3> tagDefinition{2, 2, 0};
  const std::array<std::uint8_t, 3> tagRepetition{0, 1, 0};
  const std::array<std::uint8_t, 2> emptyMaps{0, 0};
  using namespace columns;
  const auto written = writer->write(
      2, {columns::booleans(booleans), values(int32s), values(int64s), values(floats),
          values(doubles), withLevels(byteArrays("abc", oneString), secondIsNull), fixed(uuids),
          values(int64s), withLevels(byteArrays("xy", twoStrings), tagDefinition, tagRepetition),
          withLevels(Column{}, emptyMaps, emptyMaps), withLevels(Column{}, emptyMaps, emptyMaps)});
  ASSERT_TRUE(written) << written.error().message();
  EXPECT_FALSE(writer->write(2, {}));
  EXPECT_TRUE(writer->setKeyValue("later", "x"));
  EXPECT_EQ(writer->memory().error().status(), PF_STATUS_NOT_OPEN);
  ASSERT_TRUE(writer->close());
  const auto bytes = writer->memory();
  ASSERT_TRUE(bytes);
  EXPECT_EQ(std::memcmp(bytes->data(), "PAR1", 4), 0);
  const auto stats = writer->stats();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->rows, 2U);
  EXPECT_EQ(writer->close().error().status(), PF_STATUS_NOT_OPEN);
}

TEST(WrapperWriter, rowsThroughScopes) {
  Schema schema;
  schema.leaf("name", types::kString, kOptional).list("phones", kOptional, [](Group& list) {
    list.group("element", kRequired,
               [](Group& phone) { phone.leaf("number", types::kString, kOptional); });
  });
  auto writer = Writer::create(schema, Output::discard());
  ASSERT_TRUE(writer) << writer.error().message();
  auto rows = RowWriter::create(*writer, 100, 1 << 20);
  ASSERT_TRUE(rows) << rows.error().message();
  auto [row, error] = rows->next();
  ASSERT_TRUE(error.isOk());
  row.string("a").list([](Row& list) {
    list.group([](Row& phone) { phone.string("1"); });
    list.group([](Row& phone) { phone.null(); });
  });
  EXPECT_TRUE(row.isGood());
  auto next = rows->next();
  ASSERT_TRUE(next.error.isOk());
  next.row.int64(1);
  EXPECT_FALSE(next.row.isGood());
  next = rows->next();
  EXPECT_EQ(next.error.status(), PF_STATUS_INVALID_ARGUMENT);
  ASSERT_NE(next.row.get(), nullptr);
  next.row.null().null();
  EXPECT_EQ(writer->close().error().status(), PF_STATUS_NOT_OPEN);
  EXPECT_TRUE(rows->flush());
  EXPECT_TRUE(writer->close());
  EXPECT_EQ(writer->stats()->rows, 2U);
}

TEST(WrapperWriter, outputsToPathsDescriptorsAndObjects) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  Schema schema;
  schema.leaf("x", types::kInt64);
  const std::int64_t one = 1;
  const auto writeTo = [&](const Output& output) {
    auto writer = Writer::create(schema, output);
    if (!writer) return writer.error().status();
    EXPECT_TRUE(writer->write(1, {columns::values(std::span(&one, 1))}));
    return writer->close().error().status();
  };
  EXPECT_EQ(writeTo(Output::newPath(path)), PF_STATUS_OK);
  EXPECT_EQ(writeTo(Output::newPath(path)), PF_STATUS_EXISTS);
  EXPECT_EQ(writeTo(Output::path(path)), PF_STATUS_OK);
  EXPECT_EQ(writeTo(Output::descriptor(-1)), PF_STATUS_INVALID_ARGUMENT);

  struct Target {
    std::string bytes;
    int closes = 0;
    int write(std::span<const std::byte> part) {
      bytes.append(reinterpret_cast<const char*>(part.data()), part.size());
      return 0;
    }
    int close() {
      ++closes;
      return 0;
    }
  } target;
  EXPECT_EQ(writeTo(Output::callbacks(target)), PF_STATUS_OK);
  EXPECT_EQ(target.closes, 1);
  EXPECT_EQ(target.bytes, test::readWholeFile(path));
}

TEST(WrapperWriter, brokenSchemaComesBackFromCreate) {
  Schema schema;
  schema.leaf("x", types::fixed(0)).leaf("y", types::kInt32);
  EXPECT_EQ(schema.leafCount(), 0U);  // nothing is added after the first failure
  const auto writer = Writer::create(schema, Output::discard());
  ASSERT_FALSE(writer);
  EXPECT_STREQ(writer.error().message(), schema.error().message());
}

TEST(WrapperError, keepsWhatFits) {
  const Error named(PF_STATUS_TIMEOUT);
  EXPECT_STREQ(named.message(), pf_status_name(PF_STATUS_TIMEOUT));
  const Error cut(PF_STATUS_IO, std::string(1000, 'x'));
  EXPECT_EQ(std::strlen(cut.message()), std::size_t{PF_ERROR_MESSAGE_BYTES} - 1);
  EXPECT_TRUE(Error().isOk());
}

// --- pipeline
// -----------------------------------------------------------------------------------------

TEST(Pipeline, batchesOfVectorsThatItOwns) {
  Schema schema;
  schema.leaf("x", types::kInt64);
  auto encoders = Encoders::create(2);
  ASSERT_TRUE(encoders);
  EXPECT_EQ(encoders->threads(), 2U);
  PipelineOptions options;
  options.encoders = encoders->get();
  WriterOptions writer;
  writer.encoding = PF_ENCODING_PLAIN;
  auto pipeline = Pipeline::create(schema, Output::memory(), options, writer);
  ASSERT_TRUE(pipeline) << pipeline.error().message();
  int told = 0;
  std::vector<std::int64_t> borrowed = {1, 2};
  const Column column[] = {columns::values(borrowed)};
  ASSERT_TRUE(pipeline->submit(2, column, [owned = std::move(borrowed), &told](pf_status_t status) {
    told += status == PF_STATUS_OK && owned.size() == 2 ? 1 : 100;
  }));
  ASSERT_TRUE(pipeline->flush());
  const std::vector<std::int64_t> copied = {3};
  ASSERT_TRUE(pipeline->submit(1, {columns::values(copied)}));
  ASSERT_TRUE(pipeline->setKeyValue("made by", "a test"));
  // Neither taken nor told.
  EXPECT_FALSE(pipeline->submit(9, column, [&told](pf_status_t) { told = -1; }));
  const auto closed = pipeline->close();
  ASSERT_TRUE(closed) << closed.error().message();
  EXPECT_EQ(closed->rows, 3U);
  EXPECT_EQ(closed->row_groups, 2U);
  EXPECT_EQ(told, 1);
  ASSERT_TRUE(pipeline->progress());
  EXPECT_EQ(pipeline->progress()->rows_written, 3U);
  const auto file = pipeline->memory();
  ASSERT_TRUE(file);
  EXPECT_EQ(std::memcmp(file->data(), "PAR1", 4), 0);
}

int toldByFunction = 0;
void countTold(pf_status_t status) { toldByFunction += status == PF_STATUS_OK ? 1 : 100; }

TEST(Pipeline, functionsAndCallablesThatAreKeptMayBeTold) {
  const Int64Schema type;
  auto pipeline = Pipeline::createForArrow(type.schema, Output::discard());
  ASSERT_TRUE(pipeline) << pipeline.error().message();
  toldByFunction = 0;
  int told = 0;
  const auto keptHere = [&told](pf_status_t status) { told += status == PF_STATUS_OK ? 1 : 100; };
  const std::vector<std::int64_t> values = {1, 2};
  const Column column[] = {columns::values(values)};
  Int64Array first({1});
  Int64Array second({2});
  ASSERT_TRUE(pipeline->submit(first.array, countTold));
  ASSERT_TRUE(pipeline->submit(second.array, &countTold));
  ASSERT_TRUE(pipeline->submit(2, column, countTold));
  ASSERT_TRUE(pipeline->submit(2, column, keptHere));
  ASSERT_TRUE(pipeline->close());
  EXPECT_EQ(toldByFunction, 3);
  EXPECT_EQ(told, 1);
}

// Takes the magic, and nothing more before it may.
struct HeldOutput {
  int write(std::span<const std::byte> part) {
    if (part.size() > 4) mayGoOn.wait(false);
    return 0;
  }
  std::atomic<bool> mayGoOn{false};
};

TEST(Pipeline, functionThatWouldBlockComesBack) {
  Schema schema;
  schema.leaf("x", types::kInt64);
  PipelineOptions options;
  options.threads = 2;
  options.row_groups_in_flight = 1;
  WriterOptions writer;
  writer.row_group_rows = 300'000;
  HeldOutput output;
  auto pipeline = Pipeline::create(schema, Output::callbacks(output), options, writer);
  ASSERT_TRUE(pipeline) << pipeline.error().message();
  const std::vector<std::int64_t> many(300'000);
  ASSERT_TRUE(pipeline->submit(300'000, {columns::values(many)}));
  int told = 0;
  auto values = std::make_unique<std::vector<std::int64_t>>(3);
  const Column column[] = {columns::values(*values)};
  auto onDone = [owned = std::move(values), &told](pf_status_t status) {
    told += status == PF_STATUS_OK && owned->size() == 3 ? 1 : 100;
  };
  const auto refused = pipeline->submit(3, column, std::move(onDone), WhenFull::kRefuse);
  EXPECT_EQ(refused.error().status(), PF_STATUS_WOULD_BLOCK);
  output.mayGoOn = true;
  output.mayGoOn.notify_all();
  ASSERT_TRUE(pipeline->submit(3, column, std::move(onDone)));
  ASSERT_TRUE(pipeline->close());
  EXPECT_EQ(told, 1) << "with the values it owns";
}

TEST(Pipeline, arrowArrayTellsWhenItIsReleased) {
  const Int64Schema type;
  auto pipeline = Pipeline::createForArrow(type.schema, Output::discard());
  ASSERT_TRUE(pipeline) << pipeline.error().message();
  Int64Array array({1, 2, 3});
  int told = 0;
  int releasedThen = 0;
  ASSERT_TRUE(pipeline->submit(array.array, [&](pf_status_t status) {
    told += status == PF_STATUS_OK ? 1 : 100;
    releasedThen = array.released;
  }));
  ASSERT_TRUE(pipeline->close());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(releasedThen, 1);
}

TEST(Pipeline, cancelledOneSaysSo) {
  Schema schema;
  schema.leaf("x", types::kInt64);
  auto pipeline = Pipeline::create(schema, Output::discard());
  ASSERT_TRUE(pipeline);
  ASSERT_TRUE(pipeline->cancel());
  const std::vector<std::int64_t> values = {3};
  EXPECT_EQ(pipeline->submit(1, {columns::values(values)}).error().status(), PF_STATUS_CANCELLED);
  EXPECT_EQ(pipeline->close().error().status(), PF_STATUS_CANCELLED);
}

}  // namespace
}  // namespace parquet_flow
