#include "sink_run.hpp"

#include <unistd.h>

#include <cstdio>

namespace parquet_flow::bench {
namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool conserved(const pf_sink_stats_t& s, const pf_file_info_t& file) {
  const std::uint64_t refused =
      s.refused_full + s.refused_too_large + s.refused_closed + s.refused_busy + s.refused_reserved;
  return s.attempted == s.accepted + refused + s.aborted && s.rows == s.accepted &&
         file.rows == s.rows && s.rejected == 0 && s.write_lost == 0;
}

}  // namespace

bool succeeded(const char* what, pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) {
    std::fprintf(stderr, "pf_bench: %s: %s: %s\n", what, pf_status_name(status), error.message);
  }
  return status == PF_STATUS_OK;
}

SinkRun::~SinkRun() { pf_sink_destroy(sink_); }

pf_sink_options_t SinkRun::sinkOptions(const Options& o) {
  ::unlink(o.output.c_str());
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = o.output.c_str();
  options.no_sync = 1;
  options.compression = o.compression;
  options.compression_level = o.compressionLevel;
  options.ring_bytes = o.ringBytes;
  options.row_group_bytes = o.rowGroupBytes;
  options.encode_threads = static_cast<std::uint32_t>(o.encodeThreads);
  options.prefault = o.prefault ? 1 : 0;
  options.worker = o.spin ? PF_WORKER_SPIN : PF_WORKER_PARK;
  return options;
}

bool SinkRun::open(const pf_sink_options_t& options) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  return succeeded("pf_sink_open", pf_sink_open(&options, &sink_, &error), error);
}

bool SinkRun::finish(const Options& o) {
  recordSeconds_ = secondsSince(start_);
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  const pf_status_t closed = pf_sink_close(sink_, PF_TIMEOUT_INFINITE, &error);
  seconds_ = secondsSince(start_);
  pf_sink_stats_init(&stats_, sizeof stats_);
  pf_sink_stats(sink_, &stats_);
  pf_file_info_init(&file_, sizeof file_);
  if (!succeeded("pf_sink_close", closed, error) ||
      !succeeded("pf_file_info_read", pf_file_info_read(o.output.c_str(), &file_, &error), error)) {
    return false;
  }
  if (!conserved(stats_, file_)) {
    std::fprintf(stderr, "pf_bench: attempts, refusals and rows do not add up\n");
    return false;
  }
  return true;
}

void SinkRun::addTo(Report& report, const Options& o) const {
  report.add("producers", o.producers);
  report.add("rate", o.flatOut ? 0 : o.rate);
  report.add("worker", std::string_view(o.spin ? "spin" : "park"));
  report.add("encode_threads", o.encodeThreads);
  report.add("prefault", std::uint64_t{o.prefault ? 1U : 0U});
  report.add("ring_bytes", o.ringBytes);
  report.add("row_group_bytes", o.rowGroupBytes);
  report.add("compression", o.compressionName);
  report.add("record_s", recordSeconds_);
  report.add("elapsed_s", seconds_);
  report.add("attempted", std::uint64_t{stats_.attempted});
  report.add("accepted", std::uint64_t{stats_.accepted});
  report.add("refused", std::uint64_t{stats_.attempted - stats_.accepted});
  report.add("rows_written", std::uint64_t{stats_.rows});
  report.add("row_groups", std::uint64_t{stats_.row_groups});
  report.add("output_size_bytes", std::uint64_t{file_.file_bytes});
  report.add("output_path", o.output);
}

}  // namespace parquet_flow::bench
