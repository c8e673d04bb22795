// What the latency mode calls: one record handed over, each in its own way. `call` is inlined into
// the measured bracket; what lies behind it (a worker, a consumer thread) drains while it is
// measured.
#pragma once

#include <x86intrin.h>

#include <concurrentqueue/concurrentqueue.h>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "options.hpp"
#include "parquet_flow.h"

namespace parquet_flow::bench {

inline constexpr std::size_t kRecordBytes = 256;

// Payloads in turn, so that the source is not one line that never leaves the first-level cache's
// read ports.
class Payloads {
 public:
  Payloads();
  [[nodiscard]] const std::byte* at(std::uint64_t i) const noexcept {
    return bytes_.data() + (i % kPayloads) * kRecordBytes;
  }

 private:
  static constexpr std::uint64_t kPayloads = 32;
  std::vector<std::byte> bytes_;
};

// Nothing: the bracket alone.
struct EmptySubject {
  bool call(const std::byte*) noexcept { return true; }
};

// What every stamped hand-over pays: one unfenced read of the time stamp counter.
struct ClockSubject {
  std::uint64_t last = 0;
  bool call(const std::byte*) noexcept {
    last = __rdtsc();
    asm volatile("" : : "r"(last));
    return true;
  }
};

// The floor: a stamp and the bytes copied into a ring that nobody reads and that is never full, as
// far apart as our records.
class MemcpySubject {
 public:
  explicit MemcpySubject(std::size_t ringBytes)
      : ring_(ringBytes + kSlotBytes), mask_(ringBytes - 1) {}
  bool call(const std::byte* payload) noexcept {
    std::byte* slot = ring_.data() + (position_ & mask_);
    const std::uint64_t time = __rdtsc();
    std::memcpy(slot, &time, sizeof time);
    std::memcpy(slot + kHeaderBytes, payload, kRecordBytes);
    position_ += kSlotBytes;
    asm volatile("" : : "r"(slot) : "memory");
    return true;
  }

 private:
  static constexpr std::size_t kHeaderBytes = 24;
  static constexpr std::size_t kSlotBytes = kHeaderBytes + kRecordBytes;
  std::vector<std::byte> ring_;
  std::size_t mask_;
  std::size_t position_ = 0;
};

// moodycamel's queue with an explicit producer token, bounded by its initial capacity, drained in
// bulk at our worker's pace.
class MoodycamelSubject {
 public:
  // drain false: nobody reads, for the full regime.
  MoodycamelSubject(std::size_t ringBytes, bool drain, int consumerCpu);
  ~MoodycamelSubject();
  MoodycamelSubject(const MoodycamelSubject&) = delete;
  MoodycamelSubject& operator=(const MoodycamelSubject&) = delete;

  bool call(const std::byte* payload) noexcept {
    Item item;
    item.time = __rdtsc();
    std::memcpy(item.bytes, payload, kRecordBytes);
    return queue_.try_enqueue(token_, item);
  }
  // After the last call: how many came out at the other end.
  [[nodiscard]] std::uint64_t finish();

 private:
  struct Item {
    std::uint64_t time;
    std::byte bytes[kRecordBytes];
  };
  void consume();
  void stop();

  moodycamel::ConcurrentQueue<Item> queue_;
  moodycamel::ProducerToken token_;
  std::atomic<bool> stop_{false};
  std::uint64_t consumed_ = 0;
  std::thread consumer_;
};

// spdlog's asynchronous logger: its bounded queue, one thread, the oldest overrun when it is full,
// and a sink that counts.
class SpdlogSubject {
 public:
  SpdlogSubject(std::size_t ringBytes, int consumerCpu);
  ~SpdlogSubject();
  SpdlogSubject(const SpdlogSubject&) = delete;
  SpdlogSubject& operator=(const SpdlogSubject&) = delete;
  bool call(const std::byte* payload) noexcept;
  // After the last call: messages that came out at the other end.
  [[nodiscard]] std::uint64_t finish();
  // Those overwritten in the full queue; after finish.
  [[nodiscard]] std::uint64_t overrun() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A sink whose files are discarded, with one producer.
class SinkSubject {
 public:
  // poll: no worker, nothing drains (the full regime).
  SinkSubject(const Options& o, std::size_t ringBytes, bool poll, int workerCpu);
  ~SinkSubject();
  SinkSubject(const SinkSubject&) = delete;
  SinkSubject& operator=(const SinkSubject&) = delete;

  bool call(const std::byte* payload) noexcept {
    return pf_try_record(producer_, payload, kRecordBytes) == PF_RECORD_OK;
  }
  [[nodiscard]] pf_producer_stats_t producerStats() const;
  // Closes; rows that came out at the other end.
  [[nodiscard]] std::uint64_t finish();
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  pf_producer_t* producer_ = nullptr;
  std::string failure_;
};

void pinThisThread(int cpu);

}  // namespace parquet_flow::bench
