// The memory that a sink comes to stays below the ceiling that its options state, whatever the
// load. Method: four producers overload it while the disk is full, so that every pool fills up to
// its bound, then while it writes; resident memory and the sink's own count are looked at
// meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "io/posix_directory.hpp"
#include "sink/log_sink.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "support/resident_memory.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::FaultPlan;
using parquet_flow::test::FaultyDirectory;
using parquet_flow::test::IoOperation;
using parquet_flow::test::kSanitized;
using parquet_flow::test::residentBytes;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Case {
  const char* name;
  std::uint32_t encodeThreads;
  codec::Compression compression;
  std::size_t payloadMax;  // 0: as large as they may be
  bool drifts = false;     // from few different payloads to ever more: dictionaries overflow
  bool hasTails = false;   // structs, each column of which is all that stands behind its head
};

constexpr std::uint64_t kHeadBytes = 8;  // offset and length of the tail

class Memory : public ::testing::TestWithParam<Case> {
 protected:
  // Flat out, now and then giving way to those who work.
  static void produce(Producer* producer, std::uint64_t seed, std::size_t payloadMax,
                      const Case& load, const std::atomic<bool>* stop) {
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> bytes(payloadMax / sizeof(std::uint64_t) + 1);
    std::generate(bytes.begin(), bytes.end(), random);
    for (std::uint64_t turn = 0; !stop->load(std::memory_order_relaxed); ++turn) {
      for (int i = 0; i < 64; ++i) {
        if (load.hasTails) {
          const std::size_t tail = random() % (payloadMax - kHeadBytes);
          bytes[0] = kHeadBytes | std::uint64_t{tail} << 32;
          static_cast<void>(producer->tryRecord(bytes.data(), kHeadBytes + tail));
          continue;
        }
        if (load.drifts) {
          bytes[0] = random() >> (63 - turn / 16 % 24);
          static_cast<void>(producer->tryRecord(bytes.data(), payloadMax));
          continue;
        }
        static_cast<void>(producer->tryRecord(bytes.data(), 1 + random() % payloadMax));
      }
      std::this_thread::yield();
    }
  }
};

TEST_P(Memory, overloadStaysBelowTheCeiling) {
  constexpr std::uint32_t kProducers = 4;
  const parquet_flow::test::TempDirectory place;
  PF_ASSERT_OK_ASSIGN(const auto below, io::openDirectory(place.path(), io::IfMissing::kFail));
  const auto plan = std::make_shared<FaultPlan>();
  SinkOptions options;
  options.directory = place.path();
  options.files = std::make_shared<FaultyDirectory>(*below, plan);
  options.syncOnPublish = false;
  options.rotateBytes = 64 << 20;
  options.rowGroupBytes = 4 << 20;
  options.ringBytes = 1 << 20;
  options.encodeThreads = GetParam().encodeThreads;
  options.writer.column.compression = GetParam().compression;
  if (GetParam().hasTails) {
    options.shape = Shape::kStruct;
    options.structColumns.resize(3);
    for (std::size_t i = 0; i < options.structColumns.size(); ++i) {
      options.structColumns[i].name = "tail" + std::to_string(i);
      options.structColumns[i].field = FieldType::kTailBytes;
    }
  }
  PF_ASSERT_OK_ASSIGN(const std::uint64_t ceiling, memoryCeilingBytes(options, kProducers));

  const std::uint64_t before = residentBytes();
  PF_ASSERT_OK_ASSIGN(const auto sink, LogSink::open(options));
  parquet_flow::test::SeededRandom random;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kProducers; ++i) {
    PF_ASSERT_OK_ASSIGN(Producer* const producer, sink->addProducer());
    const std::size_t most =
        GetParam().payloadMax == 0 ? producer->recordBytesMax() : GetParam().payloadMax;
    threads.emplace_back(produce, producer, random.bits(), most, GetParam(), &stop);
  }
  plan->fail(IoOperation::kWrite, 2, ENOSPC, FaultPlan::kForEver);
  std::uint64_t peak = 0;
  std::uint64_t counted = 0;
  const auto watch = [&](auto isDone) {
    for (const auto begin = steady_clock::now();;) {
      peak = std::max(peak, residentBytes());
      const SinkStats stats = sink->stats();
      counted = std::max(counted, stats.memoryBytes);
      const auto passed = steady_clock::now() - begin;
      if (isDone(stats, passed) || passed > std::chrono::minutes(1)) return;
      std::this_thread::sleep_for(milliseconds(2));
    }
  };
  // Until all pools are full and nothing is taken any more, however little of the machine there is
  // for that.
  std::uint64_t accepted = 0;
  auto acceptedAt = steady_clock::now();
  watch([&](const SinkStats& stats, auto) {
    const auto now = steady_clock::now();
    if (stats.records.accepted != accepted) acceptedAt = now;
    accepted = stats.records.accepted;
    return stats.records.refusedInAll() != 0 && now - acceptedAt > milliseconds(300);
  });
  plan->heal();
  // Encoded forms count once they are written.
  const std::uint64_t full = kProducers * options.ringBytes + 2 * options.rowGroupBytes;
  watch(
      [&](const SinkStats&, auto passed) { return passed > milliseconds(400) && counted >= full; });
  stop = true;
  for (auto& thread : threads) thread.join();
  PF_ASSERT_OK(sink->close(60'000'000'000));
  const SinkStats stats = sink->stats();
  EXPECT_GT(stats.records.refusedInAll(), 0U) << "it was no overload";
  EXPECT_EQ(stats.rows, stats.records.accepted);
  EXPECT_LE(counted, ceiling);
  // Sanitizers hold back what was freed, and add to each allocation. What tests before this one
  // freed may go back meanwhile.
  const std::uint64_t more = peak - std::min(before, peak);
  EXPECT_TRUE(kSanitized || more <= ceiling) << more << " of " << ceiling;
  EXPECT_GE(counted, full);
  std::printf("resident %.1f MiB more, counted %.1f, ceiling %.1f\n",
              static_cast<double>(more) / (1 << 20), static_cast<double>(counted) / (1 << 20),
              static_cast<double>(ceiling) / (1 << 20));
}

INSTANTIATE_TEST_SUITE_P(
    Loads, Memory,
    ::testing::Values(Case{"small_records", 1, codec::Compression::kUncompressed, 300},
                      Case{"large_records", 1, codec::Compression::kUncompressed, 0},
                      Case{"three_encoders", 3, codec::Compression::kUncompressed, 300},
                      Case{"no_encoder", 0, codec::Compression::kUncompressed, 300},
                      Case{"gzip", 1, codec::Compression::kGzip, 300},
                      Case{"dictionaries", 1, codec::Compression::kUncompressed, 16, true},
                      Case{"tails", 1, codec::Compression::kUncompressed, 300, false, true},
                      Case{"large_tails", 1, codec::Compression::kUncompressed, 0, false, true}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace parquet_flow::sink
