// N threads that hand a feed to a sink, each through a producer of its own, at a rate or flat out.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "load/sources.hpp"
#include "parquet_flow.h"

namespace parquet_flow::load {

// Told how long each pf_try_record took, on the thread that called it.
class CallObserver {
 public:
  CallObserver() = default;
  CallObserver(const CallObserver&) = delete;
  CallObserver& operator=(const CallObserver&) = delete;
  virtual ~CallObserver() = default;

  virtual void call(std::uint64_t ns) noexcept = 0;
};

struct DriveOptions {
  std::string name = "load";        // producers are called <name>-0, <name>-1, ...
  std::uint32_t producers = 1;      // threads, 1 ..
  std::uint64_t ratePerSecond = 0;  // of all of them together, up to 10^9; 0: flat out
  std::uint64_t burst = 1;          // records that one producer hands over back to back at a rate

  // The drive ends at the first of these, or when the sources do. At least one is set unless they
  // end.
  std::uint64_t records = 0;  // attempts of all producers together; 0: no bound
  std::uint64_t durationNs =
      0;  // 0: no bound. At a rate, whatever is due before this is handed over
  const std::atomic<bool>* stop = nullptr;  // looked at before each record

  std::vector<CallObserver*> observers = {};  // empty, or one for each producer
};

struct ProducerReport {
  std::uint32_t producer = 0;  // the number in the `producer` column
  std::uint64_t attempted = 0;
  std::uint64_t acceptedBytes = 0;         // of payloads
  std::array<std::uint64_t, 7> results{};  // by pf_record_result_t
  std::uint64_t latestNs = 0;  // the furthest that a record was handed over behind its due time

  [[nodiscard]] std::uint64_t accepted() const noexcept { return results[PF_RECORD_OK]; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return attempted - accepted(); }
};

struct DriveReport {
  std::vector<ProducerReport> producers;
  std::uint64_t elapsedNs = 0;  // from the common start to the end of the last producer

  [[nodiscard]] ProducerReport total() const noexcept;  // .producer is 0
};

// Drives `sink` and returns when all producers are done; they are released then. Refused records
// are counted and not tried again: the load does not wait for the sink. Threads: as
// pf_sink_add_producer; several drives of one sink may run together. Returns kInvalidArgument for
// options outside of what they say, or what pf_sink_add_producer returned, or kInternal when a
// thread could not be started; nothing was handed over then.
[[nodiscard]] Result<DriveReport> drive(pf_sink_t* sink, const SourceFactory& sources,
                                        const DriveOptions& options);

}  // namespace parquet_flow::load
