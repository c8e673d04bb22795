// LogSink: records from hot threads into Parquet files. What each call does, its cost and what it
// returns stands in parquet_flow.h beside the pf_sink_ function of the same name.
//
//   auto sink = LogSink::open(std::move(options));
//   (*sink)->tryRecord(bytes, count);                   any thread, its own ring
//   auto producer = (*sink)->addProducer({.name = "md-a"});
//   (*producer)->tryRecord(bytes, count);               one thread at a time
//   (*sink)->close(kTimeoutInfinite);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "sink/options.hpp"
#include "sink/producer.hpp"
#include "sink/stats.hpp"
#include "sink/thread_rings.hpp"

namespace parquet_flow::sink {

inline constexpr std::uint64_t kTimeoutInfinite = UINT64_MAX;

class LogSink {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LogSink>> open(SinkOptions options);
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  // Closes without waiting when it is open: what is not drained then is lost, counted and logged.
  ~LogSink();

  // Any thread; kNoRing where its ring could not be made.
  [[gnu::always_inline]] RecordResult tryRecord(const void* payload, std::size_t bytes) noexcept {
    if (lastThreadRing.sink != id_) [[unlikely]]
      return recordAfterLookup(payload, bytes);
    return lastThreadRing.producer->tryRecord(payload, bytes);
  }
  [[nodiscard]] Result<void> prepareThread();

  // Lives until Producer::release.
  [[nodiscard]] Result<Producer*> addProducer(const ProducerOptions& options = {});

  // kTimeout, kClosed, kIo, kDataLost; rotate: kInvalidArgument with outputPath.
  [[nodiscard]] Result<void> flush(std::uint64_t timeoutNs);
  [[nodiscard]] Result<void> rotate(std::uint64_t timeoutNs);

  // WorkerMode::kPoll. True when work was left.
  [[nodiscard]] Result<bool> poll(std::uint64_t budgetNs);

  // kTimeout: may be called again. kDataLost: closed, and rows were lost. kClosed: closed before.
  [[nodiscard]] Result<void> close(std::uint64_t timeoutNs);

  // In the child of a fork it stays the parent's: every call is kNotOpen, the recording ones are
  // kClosed, and stats() are zeros.
  [[nodiscard]] bool isInChild() const noexcept;
  [[nodiscard]] SinkStats stats() const;

 private:
  explicit LogSink(std::unique_ptr<Core> core) noexcept;
  // Puts the calling thread's ring into lastThreadRing, making it if need be. kOk, kNoRing,
  // kClosed; these two are counted here.
  RecordResult findThreadRing() noexcept;
  // The other half of tryRecord: a tail call, so that the first half saves no registers.
  RecordResult recordAfterLookup(const void* payload, std::size_t bytes) noexcept;

  std::unique_ptr<Core> core_;
  std::uint64_t id_;  // never used again by another sink of the process
};

}  // namespace parquet_flow::sink
