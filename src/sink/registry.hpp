// A sink's producers: who is there, who has gone, what they all came to.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/status.hpp"
#include "ring/ring.hpp"
#include "sink/options.hpp"
#include "sink/producer.hpp"

namespace parquet_flow::sink {

// A producer is freed, and its ring unmapped, when its handle was given back and the worker has
// drained it; once the worker has ended, when the handle is given back.
class Registry {
 public:
  Registry(const SinkOptions& options, Core* core) noexcept : options_(options), core_(core) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  // Frees all of them, but those whose ring may still be written to: these are orphans.
  ~Registry();

  // --- any thread ----------------------------------------------------------------------------

  // kInvalidArgument, kLimit, kClosed, kIo, kOutOfMemory.
  [[nodiscard]] Result<Producer*> add(const ProducerOptions& options);
  void release(Producer* producer) noexcept;

  struct Totals {
    std::uint32_t producers = 0;  // live rings
    std::uint64_t memoryBytes = 0;
    ring::Counters records;  // those of freed producers too
  };
  [[nodiscard]] Totals totals() const;

  // --- the worker ----------------------------------------------------------------------------

  // Appends those that came since the last call. Cheap when there are none.
  void takeNew(std::vector<Producer*>* producers);
  // A producer that is drained and released. Nothing may point to it any more.
  void free(Producer* producer) noexcept;
  // From now on release() frees. Whatever was released is freed here.
  void endWorker() noexcept;
  // What all producers are to stamp from now on.
  void setStamp(TimeBase base) noexcept;

  // --- whoever closes ------------------------------------------------------------------------

  // No more producers; records are refused from here on. Repeatable.
  void beginClose() noexcept;
  // Waits until no call is in flight. kTimeout naming a producer whose call goes on.
  [[nodiscard]] Result<void> awaitCalls(std::uint64_t deadlineNs);
  // Takes positions as final, whatever is in flight.
  void forceFinal() noexcept;
  // After these two: rings that must be left mapped, because calls on them may go on.
  [[nodiscard]] std::uint32_t unproven() const noexcept;

  // --- forks ---------------------------------------------------------------------------------

  void lock() noexcept { mutex_.lock(); }
  void unlock() noexcept { mutex_.unlock(); }
  // In the child, locked.
  void markAllDead() noexcept;
  // In the child: frees the handles.
  void clear() noexcept { producers_.clear(); }

 private:
  [[nodiscard]] Result<void> check(const ProducerOptions& options) const;
  [[nodiscard]] Result<std::uint32_t> takeIndex();
  [[nodiscard]] Result<std::unique_ptr<Producer>> make(const ProducerOptions& options,
                                                       std::uint32_t index) const;
  void retire(std::size_t position) noexcept;

  const SinkOptions& options_;
  Core* core_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<Producer*> new_;
  std::atomic<bool> hasNew_{false};
  ring::Counters retired_;   // sums of those that were freed
  std::size_t opening_ = 0;  // on their way into producers_
  std::uint64_t nextIndex_ = 0;
  TimeBase stamp_ = TimeBase::kNone;
  bool closing_ = false;
  bool workerEnded_ = false;
};

void addCounters(const ring::Counters& more, ring::Counters* sum) noexcept;

}  // namespace parquet_flow::sink
