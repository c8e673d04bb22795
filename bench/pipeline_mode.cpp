// Pipeline mode: batches in memory through a pipeline to an output that discards, with one thread
// and with two, beside what a loop that only computes gains from the second one in the same run.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "compute_loop.hpp"
#include "options.hpp"
#include "pipeline_feed.hpp"
#include "report.hpp"

namespace parquet_flow::bench {
namespace {

constexpr double kRoundSeconds = 0.05;  // at least, of each subject

struct Size {
  std::uint64_t rows;
  std::uint64_t batchRows;
  std::uint64_t rowGroupRows;
};
constexpr Size kSizes[] = {
    {1000, 100, 1000}, {100'000, 1000, 64'000}, {1'000'000, 10'000, 100'000}};

struct Codec {
  const char* name;
  pf_compression_t compression;
  std::int32_t level;
};
constexpr Codec kCodecs[] = {{"uncompressed", PF_COMPRESSION_UNCOMPRESSED, PF_LEVEL_DEFAULT},
                             {"zstd-1", PF_COMPRESSION_ZSTD, 1},
                             {"zstd-3", PF_COMPRESSION_ZSTD, 3}};

void require(pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) throw std::runtime_error(error.message);
}

// From the pipeline's creation to its end; the file's bytes.
std::uint64_t writeFile(const PipelineFeed& feed, const Size& size, const Codec& codec,
                        std::uint32_t threads) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_writer_options_t writer;
  pf_writer_options_init(&writer, sizeof writer);
  writer.compression = codec.compression;
  writer.compression_level = codec.level;
  writer.row_group_rows = size.rowGroupRows;
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_DISCARD;
  pf_pipeline_options_t options;
  pf_pipeline_options_init(&options, sizeof options);
  options.threads = threads;
  pf_pipeline_t* pipeline = nullptr;
  require(pf_pipeline_create(feed.schema(), &writer, &output, &options, &pipeline, &error), error);
  // The batches outlive the pipeline.
  pf_submit_options_t submit;
  pf_submit_options_init(&submit, sizeof submit);
  submit.on_done = [](void*, pf_status_t) {};
  pf_status_t status = PF_STATUS_OK;
  for (std::uint64_t i = 0; i < size.rows / size.batchRows && status == PF_STATUS_OK; ++i) {
    const auto& columns = feed.batch(i);
    status = pf_pipeline_submit(pipeline, size.batchRows, columns.data(), columns.size(), &submit,
                                &error);
  }
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  if (status == PF_STATUS_OK) status = pf_pipeline_close(pipeline, &info, &error);
  pf_pipeline_destroy(pipeline);
  require(status, error);
  return info.file_bytes;
}

template <class Function>
double secondsOf(std::uint64_t times, Function&& function) {
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < times; ++i) function();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / static_cast<double>(times);
}

void addCell(Report& report, const Options& options, const std::string& name,
             const PipelineFeed& feed, const Size& size, const Codec& codec) {
  const std::uint64_t bytes = writeFile(feed, size, codec, 1);
  if (writeFile(feed, size, codec, 2) != bytes) {
    throw std::runtime_error(name + ": the file depends on the threads");
  }
  const double once = secondsOf(1, [&] { writeFile(feed, size, codec, 1); });
  const auto times = static_cast<std::uint64_t>(std::ceil(kRoundSeconds / once));
  std::vector<double> seconds[2];
  std::vector<double> cpuSeconds[2];  // of all threads together
  std::vector<double> gains;
  std::vector<double> ratios;
  std::uint64_t checksum = 0;
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    for (const std::uint32_t threads : {1U, 2U}) {
      const std::clock_t began = std::clock();
      seconds[threads - 1].push_back(
          secondsOf(times, [&] { writeFile(feed, size, codec, threads); }));
      cpuSeconds[threads - 1].push_back(static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC /
                                        static_cast<double>(times));
    }
    gains.push_back(2 * computeSeconds(1, checksum) / computeSeconds(2, checksum));
    ratios.push_back(seconds[0].back() / seconds[1].back());
  }
  const double mib = feed.arrowBytesPerRow() * static_cast<double>(size.rows) / (1 << 20);
  const double gain = spreadOf(gains).median;
  Report row;
  const double one = spreadOf(seconds[0]).median;
  const double two = spreadOf(seconds[1]).median;
  row.add("one_thread_ms", 1e3 * one);
  row.add("two_threads_ms", 1e3 * two);
  row.add("one_thread_cpu_ms", 1e3 * spreadOf(cpuSeconds[0]).median);
  row.add("two_threads_cpu_ms", 1e3 * spreadOf(cpuSeconds[1]).median);
  row.add("one_thread_mib_per_sec", mib / one);
  row.add("two_threads_mib_per_sec", mib / two);
  row.add("gain", spreadOf(ratios).median);
  row.add("gain_min", spreadOf(ratios).min);
  row.add("gain_max", spreadOf(ratios).max);
  row.add("compute_gain", gain);
  row.add("of_compute_gain", spreadOf(ratios).median / gain);
  row.add("arrow_mib", mib);
  row.add("file_bytes", bytes);
  row.add("compute_checksum", checksum);
  report.addRow("cell", name, row);
}

}  // namespace

int runPipelineMode(const Options& options) {
  const std::regex wanted(options.cells);
  Report report;
  report.add("mode", std::string_view("pipeline"));
  report.add("rounds", options.rounds);
  for (const FeedShape shape : {FeedShape::kSimple, FeedShape::kComplex}) {
    for (const std::uint32_t columns : {10U, 30U}) {
      for (const Size& size : kSizes) {
        std::unique_ptr<PipelineFeed> feed;
        for (const Codec& codec : kCodecs) {
          const std::string name = std::string(shape == FeedShape::kSimple ? "simple" : "complex") +
                                   "-" + std::to_string(columns) + "-" + std::to_string(size.rows) +
                                   "-" + codec.name;
          if (size.rows > options.rows || !std::regex_search(name, wanted)) continue;
          if (feed == nullptr) {
            feed = std::make_unique<PipelineFeed>(shape, columns, size.rows, size.batchRows);
          }
          addCell(report, options, name, *feed, size, codec);
        }
      }
    }
  }
  std::fputs((options.json ? report.asJson() : report.asText()).c_str(), stdout);
  return 0;
}

}  // namespace parquet_flow::bench
