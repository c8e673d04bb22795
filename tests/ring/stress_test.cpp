// Goal: two threads at full speed lose nothing, mix nothing up, and end in a close that is exact.
// Method: the payload of each record is made from its attempt number, so the worker can tell each
// byte; rings of one page, so that both sides meet all the time. Meant for the thread sanitizer
// too.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "ring/ring.hpp"
#include "ring_fixture.hpp"

namespace parquet_flow::ring {
namespace {

constexpr std::uint64_t kCalls = 200'000;

// A payload of 8..503 bytes that tells its attempt number in every word.
std::size_t fill(std::uint64_t attempt, std::array<std::uint64_t, 64>* words) {
  const std::size_t count = 1 + attempt * 11 % 62;
  for (std::size_t i = 0; i < count; ++i) (*words)[i] = attempt * 0x9E3779B97F4A7C15U + i;
  return count * sizeof(std::uint64_t);
}
bool isFilledRightly(const RecordView& record) {
  std::array<std::uint64_t, 64> words{};
  const std::size_t bytes = fill(record.attempt, &words);
  return record.payload.size() == bytes &&
         std::memcmp(record.payload.data(), words.data(), bytes) == 0;
}

struct Given {
  std::uint64_t calls = 0;
  std::uint64_t ok = 0;
  std::uint64_t aborted = 0;
};

// Hands records over in each of the ways until `calls` are made or the ring is closed.
Given produce(Producer& producer, std::uint64_t calls) {
  Given given;
  std::array<std::uint64_t, 64> words{};
  bool isClosed = false;
  while (given.calls < calls && !isClosed) {
    const std::uint64_t attempt = ++given.calls;
    const std::size_t bytes = fill(attempt, &words);
    RecordResult result = RecordResult::kOk;
    bool isAborted = false;
    if (attempt % 5 == 0) {
      void* room = nullptr;
      result = producer.tryReserve(bytes, &room);
      if (result == RecordResult::kOk) {
        std::memcpy(room, words.data(), bytes);
        isAborted = attempt % 10 == 0;
        result = isAborted ? producer.abort() : producer.commit();
      }
    } else if (attempt % 5 == 1) {
      result = producer.tryRecordLow(words.data(), bytes);
    } else {
      result = producer.tryRecord(words.data(), bytes);
    }
    if (result == RecordResult::kOk) ++(isAborted ? given.aborted : given.ok);
    if (result == RecordResult::kFull) std::this_thread::yield();
    isClosed = result == RecordResult::kClosed;
  }
  return given;
}

struct Seen {
  std::uint64_t data = 0;
  std::uint64_t aborted = 0;
  std::uint64_t wrong = 0;
};

void drain(Consumer& consumer, Seen* seen) {
  if (consumer.refresh() == 0) std::this_thread::yield();
  RecordView record;
  NextRecord found = consumer.next(&record);
  for (; found == NextRecord::kRecord; found = consumer.next(&record)) {
    if (record.kind == RecordKind::kAborted) {
      ++seen->aborted;
    } else {
      ++seen->data;
      seen->wrong += isFilledRightly(record) ? 0 : 1;
    }
  }
  seen->wrong += found == NextRecord::kBroken ? 1 : 0;
  consumer.release(consumer.cursor());
}

void expectConserved(const Ends& ends, const Given& given, const Seen& seen) {
  EXPECT_EQ(seen.wrong, 0U);
  EXPECT_EQ(seen.data, given.ok);
  EXPECT_EQ(seen.aborted, given.aborted);
  const Counters counters = ends.counters();
  EXPECT_EQ(counters.attempt, given.calls);
  EXPECT_EQ(counters.accepted, given.ok);
  EXPECT_EQ(counters.aborted, given.aborted);
  EXPECT_EQ(counters.pending(), 0U);
}

TEST(RingStress, nothingIsLostBetweenTwoThreads) {
  Ends ends({}, {.stamp = TimeBase::kTicks, .lowPriorityBytes = pageBytes() / 2});
  std::atomic<bool> done{false};
  Given given;
  std::thread producer([&] {
    given = produce(ends.producer, kCalls);
    done = true;
  });
  Seen seen;
  while (!done) drain(ends.consumer, &seen);
  producer.join();
  drain(ends.consumer, &seen);
  expectConserved(ends, given, seen);
  EXPECT_GT(seen.data, 0U);
}

TEST(RingStress, closeInMidFlightIsExact) {
  for (int round = 0; round < 200; ++round) {
    Ends ends({}, {.stamp = TimeBase::kTicks, .lowPriorityBytes = pageBytes() / 2});
    std::atomic<bool> started{false};
    Given given;
    std::thread producer([&] {
      started = true;
      given = produce(ends.producer, ~std::uint64_t{0});
    });
    while (!started) std::this_thread::yield();
    Seen seen;
    for (int pass = 0; pass < round; ++pass) drain(ends.consumer, &seen);
    const CloseOutcome outcome = ends.producer.close([] { return false; });
    EXPECT_TRUE(outcome.mayUnmap());
    drain(ends.consumer, &seen);  // the final position is known now, whatever the producer does
    producer.join();
    expectConserved(ends, given, seen);
  }
}

TEST(RingStress, anchorsAreReadWholeOrNotAtAll) {
  Ends ends;
  std::atomic<bool> done{false};
  std::thread worker([&] {
    for (std::uint64_t i = 1; i <= kCalls; ++i) {
      const auto value = static_cast<std::int64_t>(i);
      ends.consumer.storeAnchor({i, value, i, value, i});
    }
    done = true;
  });
  std::uint64_t last = 0;
  while (!done) {
    ClockAnchor anchor;
    if (!tryReadAnchor(*ends.view.header, &anchor)) continue;
    const auto value = static_cast<std::int64_t>(anchor.ticks);
    ASSERT_TRUE(anchor.utcNs == value && anchor.nsPerTick == anchor.ticks &&
                anchor.errorNs == value && anchor.epoch == anchor.ticks);
    ASSERT_GE(anchor.ticks, last);
    last = anchor.ticks;
  }
  worker.join();
}

}  // namespace
}  // namespace parquet_flow::ring
