// Hardware counters of this process and the threads it starts, where the machine lets them be had.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "report.hpp"

namespace parquet_flow::bench {

// One thread at a time. Counts what runs in user mode.
class PerfCounters {
 public:
  // Opens them; those of threads that are started later are included.
  PerfCounters();
  PerfCounters(const PerfCounters&) = delete;
  PerfCounters& operator=(const PerfCounters&) = delete;
  ~PerfCounters();

  void start() noexcept;
  void stop() noexcept;
  // Instructions per cycle, and each counter by `rows`; or why there are none.
  void addTo(Report& report, std::uint64_t rows) const;

 private:
  static constexpr std::size_t kCounters = 4;
  std::array<int, kCounters> descriptors_;
  std::string refusal_;  // empty: they count
};

}  // namespace parquet_flow::bench
