// Memory that is taken when the sink is opened is there from then on, is enough for rows of any
// kind, stays when they have gone through, and is within the ceiling.
//
// Method: allocations of all threads are counted while a writer stands still, so that each piece of
// the pool is filled for the first time; resident memory; the sink's own count while rows of odd
// kinds go through a polled one.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "discarding_directory.hpp"
#include "sink_harness.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/resident_memory.hpp"

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::AllocationWatch;
using test::DiscardingDirectory;
using test::kSecond;
using test::SinkHarness;

// Records of one kind.
struct Case {
  const char* name;
  void (*shape)(SinkOptions& options);
  std::string payload;
  // Of a piece that is filled for the first time.
  std::uint64_t allocations = 0;
  // Whether the piece keeps what it allocated then.
  bool isKept = true;
};

StructColumn column(std::string name, FieldType field, std::uint32_t offset,
                    std::uint32_t size = 0) {
  StructColumn column;
  column.name = std::move(name);
  column.field = field;
  column.offset = offset;
  column.size = size;
  return column;
}

// Offset and length of a tail, and so on; then `bytes` bytes for the last of them to have.
std::string tails(std::size_t count, std::uint32_t bytes) {
  std::vector<std::uint32_t> head(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    head[2 * i] = static_cast<std::uint32_t>(head.size() * sizeof(std::uint32_t));
    head[2 * i + 1] = i + 1 == count ? bytes : 2;
  }
  std::string record(head.size() * sizeof(std::uint32_t) + bytes, 'x');
  std::memcpy(record.data(), head.data(), head.size() * sizeof(std::uint32_t));
  return record;
}

void useTails(SinkOptions& options) {
  options.shape = Shape::kStruct;
  for (std::uint32_t i = 0; i < 3; ++i) {
    options.structColumns.push_back(
        column("tail" + std::to_string(i), FieldType::kTailString, i * 8));
  }
}

// Ten numbers behind ten bits, that they are there.
void useNulls(SinkOptions& options) {
  options.shape = Shape::kStruct;
  for (std::uint32_t i = 0; i < 10; ++i) {
    StructColumn number = column("n" + std::to_string(i), FieldType::kInt64, 8 + i * 8);
    number.nullability = Nullability::kBitmap;
    number.nullBit = i;
    options.structColumns.push_back(number);
  }
}

void useWide(SinkOptions& options) {
  options.shape = Shape::kStruct;
  options.structColumns.push_back(column("tail", FieldType::kTailBytes, 0));
  options.structColumns.push_back(column("wide", FieldType::kBytes, 8, 1000));
}

void useList(SinkOptions& options) {
  auto schema = std::make_shared<schema::Schema>();
  const auto list = schema->addList(schema::kRoot, "list", schema::Repetition::kOptional);
  EXPECT_TRUE(schema->addLeaf(*list, "element", schema::PhysicalType::kInt64,
                              schema::Repetition::kOptional));
  options.shape = Shape::kCallback;
  options.schema = schema;
  options.onRow = [](void*, const RecordInfo& /*record*/, column::RowBuilder& row) {
    row.beginList();
    for (int i = 0; i < 7; ++i) row.appendInt64(i);
    row.endList();
    return 0;
  };
}

std::string wideRecord() {
  std::string record = tails(1, 900);
  record.insert(8, 1000, 'w');
  const std::uint32_t offset = 1008;
  std::memcpy(record.data(), &offset, sizeof offset);
  return record;
}

// What a writer that stands still has all threads but the test's allocate.
struct Stalls {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

constexpr std::uint64_t kRowGroupBytes = 8 << 20;

SinkOptions stallOptions(const Case& rows) {
  SinkOptions options;
  options.outputPath = "out.parquet";
  options.rowGroupBytes = kRowGroupBytes;
  options.ringBytes = 4 << 20;
  options.recordBytesMax = std::max<std::uint64_t>(rows.payload.size(), 4096);
  options.writer.column.encoding = encoding::Encoding::kPlain;
  options.prefault = true;
  rows.shape(options);
  return options;
}

// The writer stands still after two row groups and more, so that every piece of the pool is filled
// for the first time, until all that was accepted then is written; and once more.
void stallTwice(const Case& rows, Stalls* out) {
  const SinkHarness names;
  const auto files = std::make_shared<DiscardingDirectory>(names.options.files);
  SinkOptions options = stallOptions(rows);
  options.files = files;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t ceiling, memoryCeilingBytes(options, 1));
  PF_ASSERT_OK_ASSIGN(const auto sink, LogSink::open(options));
  PF_ASSERT_OK_ASSIGN(Producer* const producer, sink->addProducer());
  const std::uint64_t opened = sink->stats().memoryBytes;
  const auto record = [&] {
    return producer->tryRecord(rows.payload.data(), rows.payload.size()) == RecordResult::kOk;
  };
  // Slowly, so that not all pieces are used by then.
  constexpr std::uint64_t kBytesATime = 64 << 10;
  while (sink->stats().rowGroups < 3) {
    for (std::uint64_t bytes = 0; bytes < kBytesATime; bytes += rows.payload.size()) record();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  PF_ASSERT_OK(sink->flush(60 * kSecond));

  for (std::uint64_t* const allocations : {&out->first, &out->second}) {
    using parquet_flow::test::processAllocations;
    const AllocationWatch own;
    const std::uint64_t before = processAllocations().allocations;
    files->gate.shut();
    for (int idleMs = 0; idleMs < 300;) {
      if (record()) {
        idleMs = 0;
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++idleMs;
      }
    }
    const std::uint64_t rowGroups = sink->stats().rowGroups;
    files->gate.open();
    PF_ASSERT_OK(sink->flush(60 * kSecond));
    *allocations = processAllocations().allocations - before - own.allocations();
    EXPECT_GE(sink->stats().rowGroups, rowGroups + 2) << "the pool was not filled";
    EXPECT_GE(sink->stats().memoryBytes, opened) << "what was prefaulted is given back";
    EXPECT_LE(sink->stats().memoryBytes, ceiling);
  }
  PF_ASSERT_OK(sink->close(60 * kSecond));
}

class Prefault : public ::testing::TestWithParam<Case> {};

TEST_P(Prefault, isEnoughForPiecesThatAreUsedLateAndStays) {
  Stalls prefaulted;
  ASSERT_NO_FATAL_FAILURE(stallTwice(GetParam(), &prefaulted));
  constexpr std::uint64_t kPieces = 2 * kRowGroupBytes / (256 << 10);
  constexpr std::uint64_t kFooter = 16;
  EXPECT_LE(prefaulted.first, kFooter + kPieces * GetParam().allocations);
  EXPECT_LE(prefaulted.second,
            kFooter + (GetParam().isKept ? 0 : kPieces * GetParam().allocations));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Prefault,
    ::testing::Values(Case{"usual", [](SinkOptions&) {}, std::string(200, 'x')},
                      Case{"short", [](SinkOptions&) {}, "x"},
                      Case{"long", [](SinkOptions&) {}, std::string(700'000, 'x'), 8, false},
                      Case{"tails", useTails, tails(3, 200), 4},
                      Case{"noneNull", useNulls, std::string(8, '\xff') + std::string(80, '\0')},
                      Case{"allNull", useNulls, std::string(88, '\0')},
                      Case{"wide", useWide, wideRecord()}, Case{"list", useList, "x", 16}),
    [](const auto& each) { return each.param.name; });

TEST(Prefaulted, isResidentAndWithinTheCeiling) {
  if (parquet_flow::test::kSanitized) GTEST_SKIP() << "a sanitizer adds memory of its own";
  for (const std::uint32_t encodeThreads : {0U, 1U, 2U}) {
    SinkHarness harness;
    harness.options.worker = WorkerMode::kPark;
    harness.options.encodeThreads = encodeThreads;
    harness.options.prefault = true;
    const std::uint64_t before = parquet_flow::test::residentBytes();
    harness.open();
    const std::uint64_t resident = parquet_flow::test::residentBytes();
    const std::uint64_t counted = harness.sink->stats().memoryBytes;
    // Columns of two row groups at least, and the encoded form.
    const std::uint64_t forms = encodeThreads == 1 ? 1 : harness.options.rowGroupBuffers;
    EXPECT_GE(counted, (2 + forms) * harness.options.rowGroupBytes) << encodeThreads;
    EXPECT_GE(resident, counted / 16 * 15) << encodeThreads;
    PF_ASSERT_OK_ASSIGN(const std::uint64_t ceiling, memoryCeilingBytes(harness.options, 0));
    EXPECT_LE(resident - before, ceiling) << encodeThreads;
    EXPECT_LE(counted, ceiling) << encodeThreads;
  }
}

}  // namespace
}  // namespace parquet_flow::sink
