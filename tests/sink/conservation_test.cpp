// Nothing is lost in silence: every attempt of every producer is a row, or counted as what else it
// came to, in the files' ledgers and in the counters alike. Method: four threads overload a sink
// with real threads and small rings, abort, and send what is too large, while the disk fails now
// and then; then every payload handed over is looked for in the files. (Rejected records are
// soak_test's.)
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "sink_harness.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::sink {
namespace {

using test::CapturedFile;
using test::kMs;
using test::kSecond;
using test::SinkHarness;

// What one producer thread did, by its own account.
struct Done {
  std::map<std::uint64_t, std::uint64_t> accepted;  // attempt -> hash of the payload
  std::uint64_t attempts = 0;
  std::uint64_t aborted = 0;
  std::uint64_t refused = 0;
};

std::uint64_t hashOf(std::string_view text) { return std::hash<std::string_view>{}(text); }

// A mix of plain, low-priority and reserved records of all sizes, too large ones included.
void produce(Producer* producer, std::uint64_t seed, int count, Done* done) {
  std::mt19937_64 random(seed);
  std::string payload;
  for (int i = 0; i < count; ++i) {
    payload.assign(1 + random() % 600, static_cast<char>('a' + random() % 26));
    if (random() % 500 == 0) payload.assign(producer->recordBytesMax() + 1U, 'z');
    RecordResult result = RecordResult::kOk;
    bool aborted = false;
    switch (random() % 8) {
      case 0: {
        void* room = nullptr;
        result = producer->tryReserve(payload.size(), &room);
        if (result != RecordResult::kOk) break;
        std::copy(payload.begin(), payload.end(), static_cast<char*>(room));
        aborted = random() % 2 == 0;
        result = aborted ? producer->abort() : producer->commit();
        break;
      }
      case 1:
        result = producer->tryRecordLow(payload.data(), payload.size());
        break;
      default:
        result = producer->tryRecord(payload.data(), payload.size());
    }
    const std::uint64_t attempt = producer->lastAttempt();
    if (result != RecordResult::kOk) {
      ++done->refused;
    } else if (aborted) {
      ++done->aborted;
    } else {
      done->accepted[attempt] = hashOf(payload);
    }
    if (i % 4096 == 0) std::this_thread::yield();
  }
  done->attempts = producer->lastAttempt();
}

struct Told {
  std::uint64_t previous = 0;
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::uint64_t aborted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t writeLost = 0;
};

// Holds files and counters against what the producers know.
void expectConserved(SinkHarness& harness, const std::vector<Done>& producers) {
  std::map<std::uint32_t, Told> told;
  std::vector<std::map<std::uint64_t, std::uint64_t>> left;
  for (const Done& done : producers) left.push_back(done.accepted);
  for (const std::string& name : harness.files()) {
    SCOPED_TRACE(name);
    const CapturedFile file = harness.read(name);
    expectLedgerHolds(file);
    for (const auto& line : file.ledger["producers"]) {
      Told& sum = told[line["producer"].get<std::uint32_t>()];
      EXPECT_EQ(line["previous"].get<std::uint64_t>(), sum.previous) << "a gap between files";
      sum.previous = line["last"].get<std::uint64_t>();
      sum.rows += line["rows"].get<std::uint64_t>();
      sum.refused += line["refused"].get<std::uint64_t>();
      sum.aborted += line["aborted"].get<std::uint64_t>();
      sum.rejected += line["rejected"].get<std::uint64_t>();
      sum.writeLost += line["write_lost"].get<std::uint64_t>();
    }
    for (const auto& row : file.rows) {
      auto& accepted = left[row.producer];
      const auto found = accepted.find(row.attempt);
      ASSERT_NE(found, accepted.end())
          << "attempt " << row.attempt << " was not accepted, or twice";
      EXPECT_EQ(found->second, hashOf(row.payload));
      accepted.erase(found);
    }
  }
  std::uint64_t lost = 0;
  for (std::uint32_t i = 0; i < producers.size(); ++i) {
    const Done& done = producers[i];
    const Told& sum = told[i];
    EXPECT_EQ(sum.previous, done.attempts);
    EXPECT_EQ(sum.refused, done.refused);
    EXPECT_EQ(sum.aborted, done.aborted);
    EXPECT_EQ(sum.rows + sum.rejected + sum.writeLost, done.accepted.size());
    EXPECT_EQ(left[i].size(), sum.rejected + sum.writeLost);
    lost += sum.writeLost;
  }
  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.records.attempt, stats.rows + stats.records.refusedInAll() +
                                       stats.records.aborted + stats.rejected + stats.writeLost);
  EXPECT_EQ(stats.writeLost, lost);
}

void overload(SinkHarness& harness, int recordsEach) {
  parquet_flow::test::SeededRandom random;
  std::vector<Done> done(4);
  std::vector<Producer*> producers;
  for (std::size_t i = 0; i < done.size(); ++i) {
    PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
    producers.push_back(producer);
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < done.size(); ++i) {
    threads.emplace_back(produce, producers[i], random.bits(), recordsEach, &done[i]);
  }
  for (auto& thread : threads) thread.join();
  PF_ASSERT_OK(harness.close());
  expectConserved(harness, done);
}

// Real threads and real time, over the directory in memory.
void useThreads(SinkHarness& harness) {
  harness.useDirectory();
  harness.options.worker = WorkerMode::kPark;
  harness.options.clock = ClockChoice::kAuto;
  harness.options.clockSources = systemClockSources();
  harness.options.rowGroupRows = 5000;
  harness.options.rotateRows = 20'000;
}

TEST(Conservation, fourProducersThatOverloadSmallRings) {
  SinkHarness harness;
  useThreads(harness);
  harness.open();
  overload(harness, 50'000);
}

TEST(Conservation, encodedByTheWorkerItself) {
  SinkHarness harness;
  useThreads(harness);
  harness.options.encodeThreads = 0;
  harness.open();
  overload(harness, 20'000);
}

TEST(Conservation, fourEncodersWriteInOrder) {
  SinkHarness harness;
  useThreads(harness);
  harness.options.encodeThreads = 4;
  harness.options.rowGroupBuffers = 8;
  harness.options.rowGroupRows = 500;
  harness.options.writer.column.compression = codec::Compression::kGzip;
  harness.open();
  overload(harness, 20'000);
}

TEST(Conservation, writesThatFailNowAndThen) {
  SinkHarness harness;
  useThreads(harness);
  using parquet_flow::test::IoOperation;
  for (const std::uint64_t nth : {3U, 7U, 8U, 15U}) {
    harness.plan->fail(IoOperation::kWrite, nth, nth == 8 ? EIO : ENOSPC, 1, 100);
  }
  harness.plan->fail(IoOperation::kTruncate, 1, EIO);
  harness.plan->fail(IoOperation::kCreate, 3, ENOSPC);
  harness.plan->fail(IoOperation::kPublish, 2, EIO);
  // So that there are many of them, however much is refused.
  harness.options.rowGroupRows = 200;
  harness.options.rotateRows = 1000;
  harness.open();
  overload(harness, 50'000);
  EXPECT_EQ(harness.plan->faults(), 7U);
}

}  // namespace
}  // namespace parquet_flow::sink
