// Once they have met what records there are, worker and writer allocate nothing but what the footer
// grows by. Method: a polled sink does all its work on this thread, whose allocations are counted;
// records of each shape and several producers, so that ordering, sealing, encoding and writing all
// take part. And threads of ours, of which all that is not this one's is counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>

#include "base/thread.hpp"
#include "discarding_directory.hpp"
#include "sink_harness.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::AllocationWatch;
using test::DiscardingDirectory;
using test::kMs;
using test::kSecond;
using test::SinkHarness;

struct Sample {
  std::int32_t number;
  std::uint32_t tailOffset;
  std::uint32_t tailLength;
  char symbol[8];
  char tail[20];
};

SinkOptions structOptions(SinkOptions options) {
  options.shape = Shape::kStruct;
  options.structColumns.resize(3);
  options.structColumns[0].name = "number";
  options.structColumns[0].field = FieldType::kInt32;
  options.structColumns[0].nullability = Nullability::kSentinel;
  options.structColumns[1].name = "tail";
  options.structColumns[1].field = FieldType::kTailString;
  options.structColumns[1].offset = 4;
  options.structColumns[2].name = "symbol";
  options.structColumns[2].field = FieldType::kChars;
  options.structColumns[2].offset = 12;
  options.structColumns[2].size = 8;
  return options;
}

SinkOptions callbackOptions(SinkOptions options) {
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "number", schema::PhysicalType::kInt32,
                              schema::Repetition::kOptional));
  auto list = schema->addList(schema::kRoot, "tails", schema::Repetition::kOptional);
  EXPECT_TRUE(schema->addLeaf(*list, "element", schema::PhysicalType::kByteArray,
                              schema::Repetition::kRequired));
  options.shape = Shape::kCallback;
  options.schema = schema;
  options.onRow = [](void*, const RecordInfo& record, column::RowBuilder& row) {
    Sample sample;
    std::memcpy(&sample, record.payload, sizeof sample);
    if (sample.number == 0) {
      row.appendNull();
    } else {
      row.appendInt32(sample.number);
    }
    row.beginList();
    for (int i = 0; i < sample.number % 3; ++i) row.appendBytes(sample.tail, sizeof sample.tail);
    row.endList();
    return sample.number % 11 == 10 ? 1 : 0;  // some are rejected
  };
  return options;
}

struct Case {
  const char* name;
  SinkOptions (*change)(SinkOptions);
  codec::Compression compression;
  std::optional<encoding::Encoding> encoding = std::nullopt;
  bool isSteady = false;  // one kind of data from beginning to end
};

class Allocations : public ::testing::TestWithParam<Case> {};

TEST_P(Allocations, nothingButTheFooterGrows) {
  SinkHarness harness;
  harness.options.files = std::make_shared<DiscardingDirectory>(harness.options.files);
  harness.options.rowGroupRows = 2000;
  harness.options.ringBytes = 1 << 20;
  harness.options.writer.column.compression = GetParam().compression;
  harness.options.writer.column.encoding = GetParam().encoding;
  harness.options.log = nullptr;
  harness.options = GetParam().change(harness.options);
  harness.open();
  std::vector<Producer*> producers;
  for (int i = 0; i < 3; ++i) {
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producers.push_back(*added);
  }
  std::int64_t timeNs = 0;
  std::mt19937_64 random(1);
  const auto oneRowGroup = [&](bool noise) {
    Sample sample{};
    sample.tailOffset = 20;
    for (int i = 0; i < 2200; ++i) {
      sample.number = i % 5;
      sample.tailLength = static_cast<std::uint32_t>(i % 20);
      if (noise) {
        for (char& c : sample.tail) c = static_cast<char>(random() >> 32);
      }
      // Neighbours come in the wrong order, now and then one is aborted or refused.
      ASSERT_EQ(producers[static_cast<std::size_t>(i % 3)]->tryRecordAt(timeNs + (i ^ 3), &sample,
                                                                        sizeof sample),
                RecordResult::kOk);
    }
    void* room = nullptr;
    ASSERT_EQ(producers[0]->tryReserve(8, &room), RecordResult::kOk);
    ASSERT_EQ(producers[0]->abort(), RecordResult::kOk);
    ASSERT_EQ(producers[1]->tryRecord("", 0), RecordResult::kTooLarge);
    timeNs += 10'000;
    harness.poll();
    harness.pollAfter(600 * kMs);  // over the grace, and over the clock's refresh
  };
  // Where encodings are chosen, of each kind so many that this was done more than once. Where they
  // are not, it need not have come before: it only compresses worse. Of one kind two are enough.
  const bool isSteady = GetParam().isSteady;
  const bool meetsBoth = !GetParam().encoding && !isSteady;
  if (isSteady) {
    while (harness.sink->stats().rowGroups < 2) oneRowGroup(false);
  } else {
    for (int i = 0; i < (meetsBoth ? 80 : 5); ++i) oneRowGroup(meetsBoth && i / 2 % 2 != 0);
  }
  const SinkStats before = harness.sink->stats();
  const AllocationWatch watch;
  for (int i = 0; i < 50; ++i) oneRowGroup(!isSteady && (!meetsBoth || i / 2 % 2 != 0));
  const std::uint64_t bytes = watch.bytes();
  const std::uint64_t allocations = watch.allocations();
  const SinkStats after = harness.sink->stats();
  const std::uint64_t groups = after.rowGroups - before.rowGroups;
  EXPECT_GE(groups, 40U);
  // The footer's records and the two lists of the page index double their memory as they grow: each
  // once or twice from where there were many row groups, and five times from 2 row groups to 57.
  EXPECT_LE(allocations, isSteady ? 20U : 12U) << "over " << groups << " row groups";
  EXPECT_LE(bytes, 4 * after.retainedBytes + 4096);
}

// But for pool entries: a row group that begins before the last one has come back takes another
// one, which is then used for the first time. There are so few of them that it cannot be in every
// window.
TEST(Threads, allocateNothingButTheFooterGrows) {
  SinkHarness harness;
  harness.options.files = std::make_shared<DiscardingDirectory>(harness.options.files);
  harness.options.worker = WorkerMode::kPark;
  harness.options.clock = ClockChoice::kAuto;
  harness.options.clockSources = systemClockSources();
  harness.options.encodeThreads = 2;
  harness.options.ringBytes = 1 << 20;
  harness.options.writer.column.encoding = encoding::Encoding::kPlain;
  harness.options.log = nullptr;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const one, harness.sink->addProducer());
  PF_ASSERT_OK_ASSIGN(Producer* const other, harness.sink->addProducer());
  const std::string payload(200, 'x');
  const auto oneRowGroup = [&] {
    for (int i = 0; i < 1000; ++i) {
      Producer* const producer = i % 3 == 0 ? one : other;
      ASSERT_EQ(producer->tryRecord(payload.data(), payload.size()), RecordResult::kOk);
    }
    PF_ASSERT_OK(harness.sink->flush(60 * kSecond));
  };
  for (int i = 0; i < 3; ++i) oneRowGroup();
  using parquet_flow::test::processAllocations;
  constexpr int kRowGroups = 30;
  std::uint64_t least = UINT64_MAX;
  for (int window = 0; window < 5; ++window) {
    const std::uint64_t groups = harness.sink->stats().rowGroups;
    const AllocationWatch own;
    const std::uint64_t before = processAllocations().allocations;
    for (int i = 0; i < kRowGroups; ++i) oneRowGroup();
    const std::uint64_t all = processAllocations().allocations - before;
    least = std::min(least, all - own.allocations());
    EXPECT_EQ(harness.sink->stats().rowGroups - groups, kRowGroups);
  }
  EXPECT_LE(least, 12U) << "in " << kRowGroups << " row groups";
}

// It tries again for one now and then, which may allocate: at most once in these calls, or when the
// system has something else to do.
TEST(Recording, withoutARingAllocatesNothing) {
  constexpr int kCalls = 10'000;
  SinkHarness harness;
  harness.options.producersMax = 1;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  ASSERT_EQ(harness.sink->tryRecord("x", 1), kNoRing);
  {
    const AllocationWatch watch;
    for (int i = 0; i < kCalls; ++i) ASSERT_EQ(harness.sink->tryRecord("x", 1), kNoRing);
    EXPECT_LT(watch.allocations(), kCalls / 100);
  }
  EXPECT_EQ(harness.sink->stats().noRing, 1U + kCalls);
  producer->release();
  PF_ASSERT_OK(harness.close());
  const AllocationWatch watch;
  for (int i = 0; i < kCalls; ++i) {
    ASSERT_EQ(harness.sink->tryRecord("x", 1), RecordResult::kClosed);
  }
  EXPECT_EQ(watch.allocations(), 0U);
}

// A try is a call that allocates, if only the reason why there is none.
TEST(Recording, withoutARingTriesAgainAtTwiceTheDistanceEachTime) {
  SinkHarness harness;
  harness.options.producersMax = 1;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  const auto isTry = [&] {
    const AllocationWatch watch;
    EXPECT_EQ(harness.sink->tryRecord("x", 1), kNoRing);
    return watch.allocations() != 0;
  };
  std::uint64_t triedNs = monotonicNs();  // no later than that
  ASSERT_TRUE(isTry());
  for (std::uint64_t waitNs = kMs; waitNs <= 32 * kMs; waitNs *= 2) {
    std::uint64_t beforeNs = 0;
    do {
      beforeNs = monotonicNs();
      ASSERT_LT(beforeNs, triedNs + 30 * kSecond) << waitNs;
    } while (!isTry());
    EXPECT_GE(monotonicNs() - triedNs, waitNs);
    triedNs = beforeNs;
  }
  producer->release();
  PF_ASSERT_OK(harness.close());
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Allocations,
    ::testing::Values(
        Case{"opaque", [](SinkOptions o) { return o; }, codec::Compression::kUncompressed},
        Case{"struct", structOptions, codec::Compression::kUncompressed},
        Case{"callback", callbackOptions, codec::Compression::kUncompressed},
        Case{"opaque_gzip", [](SinkOptions o) { return o; }, codec::Compression::kGzip},
        Case{"struct_gzip", structOptions, codec::Compression::kGzip},
        Case{"callback_gzip", callbackOptions, codec::Compression::kGzip},
        Case{"opaque_gzip_plain", [](SinkOptions o) { return o; }, codec::Compression::kGzip,
             encoding::Encoding::kPlain},
        Case{"struct_gzip_plain", structOptions, codec::Compression::kGzip,
             encoding::Encoding::kPlain},
        Case{"callback_gzip_plain", callbackOptions, codec::Compression::kGzip,
             encoding::Encoding::kPlain},
        Case{"opaque_steady", [](SinkOptions o) { return o; }, codec::Compression::kUncompressed,
             std::nullopt, true},
        Case{"struct_steady", structOptions, codec::Compression::kUncompressed, std::nullopt, true},
        Case{"callback_steady", callbackOptions, codec::Compression::kGzip, std::nullopt, true}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace parquet_flow::sink
