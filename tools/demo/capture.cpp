#include "demo/capture.hpp"

#include <chrono>
#include <memory>

namespace parquet_flow::demo {
namespace {

struct DestroySink {
  void operator()(pf_sink_t* sink) const noexcept { pf_sink_destroy(sink); }
};
using SinkHandle = std::unique_ptr<pf_sink_t, DestroySink>;

class CallTimes final : public load::CallObserver {
 public:
  void call(std::uint64_t ns) noexcept override { histogram_.record(ns); }
  [[nodiscard]] const load::Histogram& histogram() const noexcept { return histogram_; }

 private:
  load::Histogram histogram_;
};

// A pf_file_fn; `user` is the Capture. The sink's own thread calls it, one call at a time, and
// pf_sink_close comes after the last one.
void noteFile(void* user, const pf_file_event_t* event) noexcept {
  auto& capture = *static_cast<Capture*>(user);
  if (event->rows_lost > 0) {
    capture.rowsLost += event->rows_lost;
  } else {
    capture.files.push_back({event->path, event->rows, event->bytes, event->row_groups});
  }
}

Result<SinkHandle> openSink(const Feed& feed, Capture& capture) {
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  if (feed.structColumns.empty()) {
    options.shape = PF_SHAPE_CALLBACK;
    options.schema = feed.schema.get();
    options.on_row = feed.onRow;
  } else {
    options.shape = PF_SHAPE_STRUCT;
    options.struct_columns = feed.structColumns.data();
    options.struct_column_count = feed.structColumns.size();
  }
  options.directory = feed.directory.c_str();
  options.prefix = feed.prefix.c_str();
  options.rotate_rows = feed.rotateRows;
  options.compression = PF_COMPRESSION_GZIP;
  options.on_file = noteFile;
  options.on_file_user = &capture;
  if (feed.ringBytes != 0) {
    options.ring_bytes = feed.ringBytes;
  }
  pf_error_t error = load::makeError();
  pf_sink_t* sink = nullptr;
  PF_TRY(load::checkStatus(pf_sink_open(&options, &sink, &error), error));
  return SinkHandle(sink);
}

Result<> checkFooters(const Capture& capture, std::uint64_t& rows) {
  rows = 0;
  for (const PublishedFile& file : capture.files) {
    pf_file_info_t info;
    pf_file_info_init(&info, sizeof info);
    pf_error_t error = load::makeError();
    PF_TRY(load::checkStatus(pf_file_info_read(file.path.c_str(), &info, &error), error));
    if (info.rows != file.rows || info.file_bytes != file.bytes) {
      return fail(ErrorCode::kCorrupt, file.path + ": the footer does not say what on_file said");
    }
    rows += info.rows;
  }
  return {};
}

}  // namespace

Result<Capture> capture(const Feed& feed) {
  Capture capture;
  PF_TRY_ASSIGN(const SinkHandle sink, openSink(feed, capture));
  std::vector<CallTimes> times(feed.drive.producers);
  load::DriveOptions drive = feed.drive;
  for (CallTimes& observer : times) {
    drive.observers.push_back(&observer);
  }
  PF_TRY_ASSIGN(capture.drive, load::drive(sink.get(), feed.sources, drive));
  for (const CallTimes& observer : times) {
    capture.callNs.add(observer.histogram());
  }
  pf_error_t error = load::makeError();
  PF_TRY(load::checkStatus(pf_sink_close(sink.get(), PF_TIMEOUT_INFINITE, &error), error));
  pf_sink_stats_init(&capture.stats, sizeof capture.stats);
  PF_TRY(load::checkStatus(pf_sink_stats(sink.get(), &capture.stats), error));
  return capture;
}

std::optional<std::string> discrepancyOf(const Capture& capture) {
  std::uint64_t rows = 0;
  if (const Result<> checked = checkFooters(capture, rows); !checked) {
    return checked.error().message();
  }
  const load::ProducerReport total = capture.drive.total();
  if (rows != total.accepted()) {
    return std::to_string(rows) + " rows are in the files, " + std::to_string(total.accepted()) +
           " records were accepted";
  }
  const pf_sink_stats_t& stats = capture.stats;
  if (stats.rows != rows || stats.accepted != rows || stats.attempted != total.attempted ||
      stats.rejected + stats.aborted + stats.write_lost + capture.rowsLost != 0) {
    return "the sink's counters do not say what its producers saw";
  }
  return std::nullopt;
}

load::Histogram emptyBracketNs() {
  using Clock = std::chrono::steady_clock;
  load::Histogram histogram;
  for (int i = 0; i < 100'000; ++i) {
    const Clock::time_point before = Clock::now();
    histogram.record(static_cast<std::uint64_t>((Clock::now() - before).count()));
  }
  return histogram;
}

}  // namespace parquet_flow::demo
