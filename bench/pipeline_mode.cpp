// Pipeline mode: batches in memory through a pipeline to an output that discards, with one thread
// and with more, beside what a loop that only computes gains from these in the same run.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>
#include <regex>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/cpu_count.hpp"
#include "cells.hpp"
#include "compute_loop.hpp"
#include "options.hpp"
#include "pipeline_feed.hpp"
#include "report.hpp"
#include "speedup_plot.hpp"

namespace parquet_flow::bench {
namespace {

constexpr double kRoundSeconds = 0.05;  // at least, of each subject

void require(pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) throw std::runtime_error(error.message);
}

// From the pipeline's creation to its end; the file's bytes.
std::uint64_t writeFile(const PipelineFeed& feed, const CellSize& size, const CellCodec& codec,
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

// 1, 2, 4 and so on, up to `most`, which is among them.
std::vector<std::uint32_t> threadCounts(std::uint32_t most) {
  std::vector<std::uint32_t> counts;
  for (std::uint32_t count = 1; count < most; count *= 2) counts.push_back(count);
  counts.push_back(most);
  return counts;
}

// Of one number of threads.
struct Samples {
  std::vector<double> seconds;
  std::vector<double> cpuSeconds;  // of all threads together
  std::vector<double> gains;
  std::vector<double> computeGains;
};

struct Cell {
  std::string name;
  std::string line;  // in its panel of the plot
  const PipelineFeed& feed;
  const CellSize& size;
  const CellCodec& codec;
};

// By number of threads. Throws where the file is not the same for all.
std::vector<Samples> measure(const Cell& cell, const std::vector<std::uint32_t>& counts,
                             std::uint64_t rounds, std::uint64_t& fileBytes,
                             std::uint64_t& checksum) {
  const auto write = [&](std::uint32_t threads) {
    return writeFile(cell.feed, cell.size, cell.codec, threads);
  };
  fileBytes = write(1);
  for (const std::uint32_t threads : counts) {
    if (write(threads) != fileBytes) {
      throw std::runtime_error(cell.name + ": the file depends on the threads");
    }
  }
  const double once = secondsOf(1, [&] { write(1); });
  const auto times = static_cast<std::uint64_t>(std::ceil(kRoundSeconds / once));
  std::vector<Samples> samples(counts.size());
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const double computeAlone = computeSeconds(1, checksum);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      Samples& of = samples[i];
      const std::clock_t began = std::clock();
      of.seconds.push_back(secondsOf(times, [&] { write(counts[i]); }));
      of.cpuSeconds.push_back(static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC /
                              static_cast<double>(times));
      of.gains.push_back(samples[0].seconds.back() / of.seconds.back());
      of.computeGains.push_back(
          counts[i] == 1 ? 1 : counts[i] * computeAlone / computeSeconds(counts[i], checksum));
    }
  }
  return samples;
}

void addCell(Report& report, const Cell& cell, const std::vector<std::uint32_t>& counts,
             std::uint64_t rounds, SpeedupPanel& panel) {
  std::uint64_t fileBytes = 0;
  std::uint64_t checksum = 0;
  const std::vector<Samples> samples = measure(cell, counts, rounds, fileBytes, checksum);
  const double mib = cell.feed.arrowBytesPerRow() * static_cast<double>(cell.size.rows) / (1 << 20);
  SpeedupLine line{cell.line, {}};
  SpeedupLine compute{"a loop that computes", {}, true};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Samples& of = samples[i];
    const double seconds = spreadOf(of.seconds).median;
    const Spread gain = spreadOf(of.gains);
    const double computeGain = spreadOf(of.computeGains).median;
    Report row;
    row.add("threads", std::uint64_t{counts[i]});
    row.add("ms", 1e3 * seconds);
    row.add("cpu_ms", 1e3 * spreadOf(of.cpuSeconds).median);
    row.add("mib_per_sec", mib / seconds);
    row.add("gain", gain.median);
    row.add("gain_min", gain.min);
    row.add("gain_max", gain.max);
    row.add("compute_gain", computeGain);
    row.add("of_compute_gain", gain.median / computeGain);
    row.add("arrow_mib", mib);
    row.add("file_bytes", fileBytes);
    row.add("compute_checksum", checksum);
    report.addRow("cell", cell.name, row);
    line.gains.push_back(gain.median);
    compute.gains.push_back(computeGain);
  }
  panel.lines.push_back(line);
  // One reference a panel: the first cell's.
  if (panel.lines.size() == 1) panel.lines.insert(panel.lines.begin(), compute);
}

struct Shape {
  FeedShape shape;
  const char* name;
  std::vector<std::uint32_t> columns;
  std::span<const CellSize> sizes;
};
const Shape kShapes[] = {{FeedShape::kSimple, "simple", {10, 30}, kCellSizes},
                         {FeedShape::kComplex, "complex", {10, 30}, kCellSizes},
                         {FeedShape::kInt64, "int64", {1}, {&kOneColumnSize, 1}},
                         {FeedShape::kDouble, "double", {1}, {&kOneColumnSize, 1}},
                         {FeedShape::kString, "string", {1}, {&kOneColumnSize, 1}}};

void writePlot(const std::string& path, const std::vector<std::uint32_t>& counts,
               const std::vector<SpeedupPanel>& panels) {
  const std::string svg = speedupSvg("Gain by number of threads, one file", counts, panels);
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error("cannot create " + path);
  const bool written = std::fwrite(svg.data(), 1, svg.size(), file) == svg.size();
  if (std::fclose(file) != 0 || !written) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int runPipelineMode(const Options& options) {
  const std::regex wanted(options.cells);
  const auto most = static_cast<std::uint32_t>(options.threads);
  const auto counts = threadCounts(most != 0 ? most : std::max(usableCpus(), 2U));
  Report report;
  report.add("mode", std::string_view("pipeline"));
  report.add("rounds", options.rounds);
  report.add("cpus", std::uint64_t{usableCpus()});
  std::vector<SpeedupPanel> panels;
  const auto addPanel = [&](const Shape& shape, const CellSize& size) {
    SpeedupPanel panel{std::string(shape.name) + ", " + std::to_string(size.rows) + " rows", {}};
    for (const std::uint32_t columns : shape.columns) {
      std::unique_ptr<PipelineFeed> feed;
      for (const CellCodec& codec : kCellCodecs) {
        const std::string line = std::to_string(columns) + " columns, " + codec.name;
        const std::string name = std::string(shape.name) + "-" + std::to_string(columns) + "-" +
                                 std::to_string(size.rows) + "-" + codec.name;
        if (size.rows > options.rows || !std::regex_search(name, wanted)) continue;
        if (feed == nullptr) {
          feed = std::make_unique<PipelineFeed>(shape.shape, columns, size.rows, size.batchRows);
        }
        addCell(report, {name, line, *feed, size, codec}, counts, options.rounds, panel);
      }
    }
    if (!panel.lines.empty()) panels.push_back(std::move(panel));
  };
  for (const Shape& shape : kShapes) {
    for (const CellSize& size : shape.sizes) addPanel(shape, size);
  }
  if (panels.empty()) {
    std::fprintf(stderr, "pf_bench: --cells '%s' is in the name of no cell of so many rows\n",
                 options.cells.c_str());
    return 2;
  }
  if (!options.plot.empty() && counts.size() > 1 && !panels.empty()) {
    writePlot(options.plot, counts, panels);
  }
  std::fputs((options.json ? report.asJson() : report.asText()).c_str(), stdout);
  return 0;
}

}  // namespace parquet_flow::bench
