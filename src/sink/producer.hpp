// Producer: one thread's way into a sink, a ring of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/status.hpp"
#include "ring/ring.hpp"
#include "sink/stats.hpp"

namespace parquet_flow::sink {

class Core;
struct Account;

using ring::RecordResult;
// PF_RECORD_NO_RING: only LogSink::tryRecord returns it.
inline constexpr RecordResult kNoRing = RecordResult{6};

struct ProducerOptions {
  std::string name = {};             // at most kProducerNameBytesMax bytes; "": "producer-<index>"
  std::uint64_t ringBytes = 0;       // 0: the sink's
  std::uint64_t recordBytesMax = 0;  // 0: the sink's, or this ring's most
};

// The handle, and what the sink keeps of it. The recording calls are the ring's own, in line; their
// contracts stand in ring/producer.hpp and parquet_flow.h. They are for one thread at a time, the
// others for any.
class Producer {
 public:
  Producer(ring::Ring ring, const ring::ProducerOptions& options, std::shared_ptr<Account> account,
           Core* core) noexcept;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  [[gnu::always_inline]] RecordResult tryRecord(const void* payload, std::size_t bytes) noexcept {
    return end_.tryRecord(payload, bytes);
  }
  [[gnu::always_inline]] RecordResult tryRecordAt(std::int64_t timeNs, const void* payload,
                                                  std::size_t bytes) noexcept {
    return end_.tryRecordAt(timeNs, payload, bytes);
  }
  [[gnu::always_inline]] RecordResult tryRecordLow(const void* payload,
                                                   std::size_t bytes) noexcept {
    return end_.tryRecordLow(payload, bytes);
  }
  RecordResult tryReserve(std::size_t bytes, void** payload) noexcept {
    return end_.tryReserve(bytes, payload);
  }
  RecordResult commit() noexcept { return end_.commit(); }
  RecordResult abort() noexcept { return end_.abort(); }

  // Gives the handle back: it must not be used any more. What was accepted is still drained, and an
  // open reservation aborted. Where
  // the sink was destroyed before, in the middle of a call on this producer: frees what it left.
  void release() noexcept;

  // See LogSink::isInChild.
  [[nodiscard]] bool isInChild() const noexcept;
  [[nodiscard]] std::uint32_t index() const noexcept;
  [[nodiscard]] std::uint32_t recordBytesMax() const noexcept { return end_.recordBytesMax(); }
  [[nodiscard]] std::uint64_t lastAttempt() const noexcept;
  [[nodiscard]] std::uint64_t durableAttempt() const noexcept;
  [[nodiscard]] ProducerStats stats() const noexcept;
  // As pf_producer_wait_durable.
  [[nodiscard]] Result<void> waitDurable(std::uint64_t attempt, std::uint64_t timeoutNs);

  // --- the sink's own ------------------------------------------------------------------------

  [[nodiscard]] ring::Producer& end() noexcept { return end_; }
  [[nodiscard]] ring::Ring& ring() noexcept { return ring_; }
  [[nodiscard]] const ring::Ring& ring() const noexcept { return ring_; }
  [[nodiscard]] const std::shared_ptr<Account>& account() const noexcept { return account_; }
  // Bytes of memory that the ring is mapped on.
  [[nodiscard]] std::uint64_t memoryBytes() const noexcept {
    return ring_.mapping().dataOffset() + ring_.mapping().capacity();
  }
  // The counters as of the end, with every attempt accounted for: a call that never came to an end
  // counts as refused, because the sink was closed.
  [[nodiscard]] ring::Counters finalCounters() const noexcept;

  // The sink is destroyed, and whoever has the handle frees this by release(): until then its
  // memory is there, and records are refused. In a child of a later fork the memory is not, and
  // nobody tells the producer then.
  void orphan() noexcept {
    end_.markDead();
    core_.store(nullptr, std::memory_order_release);
  }

  std::atomic<bool> released{false};                            // the handle was given back
  ring::CloseOutcome outcome{ring::CloseStatus::kFinal, true};  // of closing it

 private:
  // The sink, where it is there and this process's.
  [[nodiscard]] Core* liveCore() const noexcept;

  ring::Producer end_;  // first: what a handle points to is what a record needs
  ring::Ring ring_;
  std::shared_ptr<Account> account_;
  std::atomic<Core*> core_;  // nullptr: an orphan
};

}  // namespace parquet_flow::sink
