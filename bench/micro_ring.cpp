// What one call on a ring costs, with nobody on the other end: caches warm, the worker's share done
// between the timed batches. What a hand-over costs beside a running worker is pf_bench's business.
//
// `checksum` is the sum of the attempt numbers that came out again, and it is checked.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "ring/ring.hpp"

namespace parquet_flow::ring {
namespace {

// Aborts rather than skips: a skipped benchmark would pass in the test run.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "micro_ring: %s\n", what);
  std::abort();
}

// Takes what is in the ring; returns the sum of the attempt numbers.
std::uint64_t drain(Consumer& consumer) {
  consumer.refresh();
  std::uint64_t sum = 0;
  RecordView record;
  while (consumer.next(&record) == NextRecord::kRecord) sum += record.attempt;
  consumer.release(consumer.cursor());
  return sum;
}

Ring openOrAbort() {
  auto ring = Ring::open({.name = "micro"});
  require(ring.has_value(), ring ? "" : ring.error().message().c_str());
  return std::move(*ring);
}

// The calls as the C API makes them: through a function that is not inlined into its caller.
[[gnu::noinline]] RecordResult record(Producer& producer, const void* payload, std::size_t bytes) {
  return producer.tryRecord(payload, bytes);
}
[[gnu::noinline]] RecordResult recordInPlace(Producer& producer, const void* payload,
                                             std::size_t bytes) {
  void* room = nullptr;
  const RecordResult result = producer.tryReserve(bytes, &room);
  if (result != RecordResult::kOk) return result;
  std::memcpy(room, payload, bytes);
  return producer.commit();
}

using Call = RecordResult (*)(Producer&, const void*, std::size_t);

// Calls in batches of half a ring.
void runCalls(benchmark::State& state, Call call, TimeBase stamp) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const Ring ring = openOrAbort();
  Producer producer(ring.view(), {.stamp = stamp, .lowPriorityBytes = ring.view().capacity});
  Consumer consumer(ring.view());
  const std::string payload(bytes, 'p');
  const auto batch = static_cast<std::int64_t>(ring.view().capacity / 2 / recordBytes(bytes));
  std::uint64_t checksum = 0;
  std::uint64_t refused = 0;
  while (state.KeepRunningBatch(batch)) {
    for (std::int64_t i = 0; i < batch; ++i) {
      refused += call(producer, payload.data(), bytes) == RecordResult::kOk ? 0 : 1;
    }
    state.PauseTiming();
    checksum += drain(consumer);
    state.ResumeTiming();
  }
  const auto calls = static_cast<std::uint64_t>(state.iterations());
  require(refused == 0 && checksum == calls * (calls + 1) / 2, "records are missing");
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.counters["checksum"] = static_cast<double>(checksum);
}

void tryRecord(benchmark::State& state) { runCalls(state, record, TimeBase::kTicks); }
void tryRecordUnstamped(benchmark::State& state) { runCalls(state, record, TimeBase::kNone); }
void reserveAndCommit(benchmark::State& state) { runCalls(state, recordInPlace, TimeBase::kTicks); }
BENCHMARK(tryRecord)->Arg(16)->Arg(64)->Arg(100)->Arg(128)->Arg(256)->Arg(512)->Arg(1024)->Arg(
    4096);
BENCHMARK(tryRecordUnstamped)->Arg(256);
BENCHMARK(reserveAndCommit)->Arg(64)->Arg(256);

// What of the above is the clock's.
void readClock(benchmark::State& state) {
  std::uint64_t checksum = 0;
  while (state.KeepRunning()) checksum ^= readTicks();
  benchmark::DoNotOptimize(checksum);
}
BENCHMARK(readClock);

// A refusal by a full ring, which looks up the read position every time.
void refusedWhenFull(benchmark::State& state) {
  const Ring ring = openOrAbort();
  Producer producer(ring.view(), {.stamp = TimeBase::kTicks});
  const std::string payload(256, 'p');
  while (record(producer, payload.data(), payload.size()) == RecordResult::kOk) continue;
  std::uint64_t refused = 0;
  while (state.KeepRunning()) {
    refused += record(producer, payload.data(), payload.size()) == RecordResult::kFull ? 1 : 0;
  }
  require(refused == static_cast<std::uint64_t>(state.iterations()), "a full ring took a record");
  state.counters["checksum"] = static_cast<double>(refused);
}
BENCHMARK(refusedWhenFull);

// The worker's side: per record, without doing anything with it.
void nextRecord(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const Ring ring = openOrAbort();
  Producer producer(ring.view(), {.stamp = TimeBase::kTicks});
  Consumer consumer(ring.view());
  const std::string payload(bytes, 'p');
  const auto batch = static_cast<std::int64_t>(ring.view().capacity / 2 / recordBytes(bytes));
  std::uint64_t checksum = 0;
  while (state.KeepRunningBatch(batch)) {
    state.PauseTiming();
    for (std::int64_t i = 0; i < batch; ++i) record(producer, payload.data(), bytes);
    state.ResumeTiming();
    checksum += drain(consumer);
  }
  const auto calls = static_cast<std::uint64_t>(state.iterations());
  require(checksum == calls * (calls + 1) / 2, "records are missing");
  state.counters["checksum"] = static_cast<double>(checksum);
}
BENCHMARK(nextRecord)->Arg(64)->Arg(256);

}  // namespace
}  // namespace parquet_flow::ring

BENCHMARK_MAIN();
