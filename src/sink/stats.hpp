// What a sink and a producer say of themselves: pf_sink_stats_t and pf_producer_stats_t.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/status.hpp"
#include "ring/ring.hpp"

namespace parquet_flow::sink {

struct SinkStats {
  std::uint32_t producers = 0;
  // Of all producers, released ones too; and of threads that came without a ring after the close.
  ring::Counters records;
  std::uint64_t noRing = 0;
  std::uint64_t rejected = 0;
  std::uint64_t writeLost = 0;
  std::uint64_t rows = 0;
  std::uint64_t rowsDurable = 0;
  std::uint64_t rowGroups = 0;
  std::uint64_t filesPublished = 0;
  std::uint64_t bytesWritten = 0;
  std::uint64_t retainedBytes = 0;
  std::uint64_t heldBytes = 0;
  std::uint64_t memoryBytes = 0;
  std::uint64_t workerPasses = 0;
  std::uint64_t outOfOrder = 0;
  std::uint64_t clockErrorNs = 0;
  std::uint64_t clockEpochs = 1;
  ClockChoice clock = ClockChoice::kAuto;  // never kAuto once open
  std::optional<ErrorCode> failed;         // the failure in force
};

struct ProducerStats {
  std::uint32_t index = 0;
  ring::Counters records;
  std::uint64_t durableAttempt = 0;
  std::uint64_t ringBytes = 0;
  std::uint64_t ringUsedBytes = 0;
};

}  // namespace parquet_flow::sink
