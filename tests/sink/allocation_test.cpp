// Once they have met what records there are, worker and writer allocate nothing but what the footer
// grows by. Method: a polled sink does all its work on this thread, whose allocations are counted;
// records of each shape and several producers, so that ordering, sealing, encoding and writing all
// take part. And threads of ours, of which all that is not this one's is counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "io/discard_file.hpp"
#include "sink_harness.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/resident_memory.hpp"

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::AllocationWatch;
using test::kMs;
using test::kSecond;
using test::SinkHarness;

// While it is shut, writes wait.
class Gate {
 public:
  void shut() { isShut_.store(true); }
  void open() {
    isShut_.store(false);
    isShut_.notify_all();
  }
  void pass() const { isShut_.wait(true); }

 private:
  std::atomic<bool> isShut_{false};
};

class GatedFile final : public io::OutputFile {
 public:
  explicit GatedFile(const Gate& gate) : gate_(gate) {}
  using io::OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override {
    gate_.pass();
    return below_.write(parts);
  }
  Result<void> sync() override { return below_.sync(); }
  Result<void> truncate(std::uint64_t bytes) override { return below_.truncate(bytes); }
  Result<void> close() override { return below_.close(); }
  std::uint64_t position() const noexcept override { return below_.position(); }
  std::string_view name() const noexcept override { return below_.name(); }

 private:
  const Gate& gate_;
  io::DiscardFile below_;
};

// A directory whose files cost no memory.
class DiscardingDirectory final : public io::Directory {
 public:
  explicit DiscardingDirectory(std::shared_ptr<io::Directory> names) : names_(std::move(names)) {}
  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view name) override {
    PF_TRY(names_->createExclusive(name));
    return std::make_unique<GatedFile>(gate);
  }
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override {
    return names_->openForReading(name);
  }
  Result<void> publish(std::string_view from, std::string_view to) override {
    return names_->publish(from, to);
  }
  Result<void> replace(std::string_view from, std::string_view to) override {
    return names_->replace(from, to);
  }
  Result<void> remove(std::string_view name) override { return names_->remove(name); }
  Result<io::EntryKind> kind(std::string_view name) override { return names_->kind(name); }
  Result<std::vector<io::DirectoryEntry>> list(std::string_view name) override {
    return names_->list(name);
  }
  Result<void> makeDirectory(std::string_view name) override { return names_->makeDirectory(name); }
  Result<void> syncFile(std::string_view name) override { return names_->syncFile(name); }
  Result<void> sync(std::string_view name) override { return names_->sync(name); }
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view name) override {
    return names_->lock(name);
  }
  std::string_view path() const noexcept override { return "<discard>"; }

  Gate gate;

 private:
  std::shared_ptr<io::Directory> names_;
};

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
  // are not, it need not have come before: it only compresses worse.
  const bool meetsBoth = !GetParam().encoding;
  for (int i = 0; i < (meetsBoth ? 80 : 5); ++i) oneRowGroup(meetsBoth && i / 2 % 2 != 0);
  const SinkStats before = harness.sink->stats();
  const AllocationWatch watch;
  for (int i = 0; i < 50; ++i) oneRowGroup(!meetsBoth || i / 2 % 2 != 0);
  const std::uint64_t bytes = watch.bytes();
  const std::uint64_t allocations = watch.allocations();
  const SinkStats after = harness.sink->stats();
  const std::uint64_t groups = after.rowGroups - before.rowGroups;
  EXPECT_GE(groups, 40U);
  // The footer's records double their memory as they grow, which they do a few times.
  EXPECT_LE(allocations, 12U) << "over " << groups << " row groups";
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

// Of all threads but this one, while the writer stands still after two row groups, so that every
// piece of the pool is filled for the first time, and until all that was accepted then is written.
std::uint64_t allocationsOfAStall(bool prefault) {
  constexpr std::uint64_t kRowGroupBytes = 32 << 20;  // 256 pieces
  SinkHarness harness;
  const auto files = std::make_shared<DiscardingDirectory>(harness.options.files);
  harness.options.files = files;
  harness.options.worker = WorkerMode::kPark;
  harness.options.clock = ClockChoice::kAuto;
  harness.options.clockSources = systemClockSources();
  harness.options.encodeThreads = 1;
  harness.options.ringBytes = 1 << 20;
  harness.options.rowGroupBytes = kRowGroupBytes;
  harness.options.log = nullptr;
  harness.options.prefault = prefault;
  harness.open();
  auto added = harness.sink->addProducer();
  EXPECT_TRUE(added.has_value());
  Producer* const producer = *added;
  const std::string payload(200, 'x');
  const auto record = [&] {
    return producer->tryRecord(payload.data(), payload.size()) == RecordResult::kOk;
  };
  for (std::uint64_t bytes = 0; bytes < 3 * kRowGroupBytes; bytes += payload.size()) {
    while (!record()) std::this_thread::yield();
  }
  PF_EXPECT_OK(harness.sink->flush(60 * kSecond));
  EXPECT_GE(harness.sink->stats().rowGroups, 2U);

  using parquet_flow::test::processAllocations;
  const AllocationWatch own;
  const std::uint64_t before = processAllocations().allocations;
  files->gate.shut();
  std::uint64_t accepted = 0;
  for (int idleMs = 0; idleMs < 200;) {
    if (record()) {
      ++accepted;
      idleMs = 0;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      ++idleMs;
    }
  }
  files->gate.open();
  PF_EXPECT_OK(harness.sink->flush(60 * kSecond));
  const std::uint64_t all = processAllocations().allocations - before;
  EXPECT_GE(accepted * payload.size(), kRowGroupBytes);
  return all - own.allocations();
}

TEST(Threads, prefaultedAllocateNothingButTheFooterHoweverLateAPieceIsUsed) {
  constexpr std::uint64_t kFooter = 16;
  EXPECT_LE(allocationsOfAStall(true), kFooter);
  // Each piece has four columns, one of them with offsets.
  EXPECT_GT(allocationsOfAStall(false), 10 * kFooter);
}

TEST(Prefault, isResidentAndWithinTheCeiling) {
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
             encoding::Encoding::kPlain}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace parquet_flow::sink
