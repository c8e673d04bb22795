// What happens, in numbers that any thread may read at any time.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace parquet_flow::sink {

// Each is written by one thread at a time and exact by itself; relaxed, because nothing is inferred
// from one about another.
class Counter {
 public:
  void add(std::uint64_t count) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t count) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) - count, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// The worker's.
struct WorkerCounters {
  Counter rejected;
  Counter lost;  // accepted, and never made into rows
  Counter heldBytes;
  Counter passes;
  Counter outOfOrder;
  Counter clockErrorNs;
  Counter clockEpochs;
  std::atomic<ClockChoice> clock{ClockChoice::kWorker};
};

// The output's.
struct OutputCounters {
  Counter lost;  // rows that did not reach a file
  Counter rows;
  Counter rowsDurable;
  Counter rowGroups;
  Counter filesPublished;
  Counter bytesWritten;
  Counter retainedBytes;
};

}  // namespace parquet_flow::sink
