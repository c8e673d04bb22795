// A sink on one file, opened, driven by a mode, closed, and its counts held together.
#pragma once

#include <chrono>
#include <cstdint>

#include "options.hpp"
#include "parquet_flow.h"
#include "report.hpp"

namespace parquet_flow::bench {

inline constexpr double kMiB = 1024.0 * 1024.0;

class SinkRun {
 public:
  SinkRun() = default;
  SinkRun(const SinkRun&) = delete;
  SinkRun& operator=(const SinkRun&) = delete;
  ~SinkRun();

  // The options of the command line in those of the sink; removes an output of before.
  [[nodiscard]] static pf_sink_options_t sinkOptions(const Options& o);

  // Each says on stderr what failed, and returns false.
  [[nodiscard]] bool open(const pf_sink_options_t& options);
  // The clock starts here.
  void start() noexcept { start_ = std::chrono::steady_clock::now(); }
  // After the last record: drains, publishes, takes the figures below, and checks that every
  // attempt is in the file or counted.
  [[nodiscard]] bool finish(const Options& o);

  [[nodiscard]] pf_sink_t* sink() const noexcept { return sink_; }
  [[nodiscard]] double recordSeconds() const noexcept { return recordSeconds_; }  // start to finish
  [[nodiscard]] double seconds() const noexcept { return seconds_; }  // and until it was closed
  [[nodiscard]] const pf_sink_stats_t& stats() const noexcept { return stats_; }
  [[nodiscard]] const pf_file_info_t& file() const noexcept { return file_; }

  // The settings, and the counts of this run.
  void addTo(Report& report, const Options& o) const;

 private:
  pf_sink_t* sink_ = nullptr;
  std::chrono::steady_clock::time_point start_;
  double recordSeconds_ = 0;
  double seconds_ = 0;
  pf_sink_stats_t stats_{};
  pf_file_info_t file_{};
};

// False, and said on stderr, unless `status` is PF_STATUS_OK.
[[nodiscard]] bool succeeded(const char* what, pf_status_t status, const pf_error_t& error);

}  // namespace parquet_flow::bench
