#include "pipeline_cells.hpp"

#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "../cells.hpp"
#include "arrow_status.hpp"
#include "arrow_writer.hpp"
#include "lines.hpp"
#include "our_writer.hpp"
#include "page_bytes.hpp"
#include "pipeline_data.hpp"
#include "verify.hpp"
#include "zstd_time.hpp"

namespace parquet_flow::peers {
namespace {

using bench::CellCodec;
using bench::CellSize;
using bench::kCellRowsMade;

// The batches of a cell, as each writer takes them.
class Feed {
 public:
  Feed(CellShape shape, unsigned columns, const CellSize& size)
      : size_(size),
        batches_(makeBatches(shape, columns, std::min(size.rows, kCellRowsMade), size.batchRows)),
        exported_(batches_.size()) {
    for (std::size_t i = 0; i < batches_.size(); ++i) {
      check(arrow::ExportRecordBatch(*batches_[i], &exported_[i]));
    }
    check(arrow::ExportSchema(*batches_.front()->schema(), &schema_));
  }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed() {
    for (ArrowArray& array : exported_) array.release(&array);
    schema_.release(&schema_);
  }

  std::uint64_t writeOurs(const WriteOptions& options, const Output& output) const {
    return writeBatchesWithOurs(schema_, exported_, times(), options, output);
  }
  std::uint64_t writeArrows(const WriteOptions& options, const Output& output) const {
    return writeBatchesWithArrow(batches_, times(), options, output);
  }
  [[nodiscard]] double mib() const {
    return static_cast<double>(arrowBytes(batches_) * times()) / (1 << 20);
  }

 private:
  [[nodiscard]] std::uint64_t times() const {
    return size_.rows / (size_.batchRows * batches_.size());
  }

  CellSize size_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches_;
  std::vector<ArrowArray> exported_;
  ArrowSchema schema_{};
};

std::vector<double> minus(const std::vector<double>& all, double part) {
  std::vector<double> rest(all.size());
  std::transform(all.begin(), all.end(), rest.begin(), [=](double one) { return one - part; });
  return rest;
}

double middle(const std::vector<double>& samples) { return spreadOf(samples).median; }

// Writes, and keeps count of the time in libzstd.
struct OurRuns {
  const Feed& feed;
  const WriteOptions& write;
  double zstd = 0;
  double runs = 0;

  void operator()() {
    const double before = zstdSeconds();
    feed.writeOurs(write, {});
    zstd += zstdSeconds() - before;
    ++runs;
  }
};

std::string outsideZstd(const Timings& timings, double ourZstd) {
  const double arrowsZstd = middle(timings[2]);
  const auto outside = ratios(minus(timings[0], ourZstd), minus(timings[1], arrowsZstd));
  return median("ours_zstd_of_time", {ourZstd / middle(timings[0])}, 2) +
         median("arrow_zstd_of_time", {arrowsZstd / middle(timings[1])}, 2) +
         median("outside_zstd_ratio", outside, 2) + spread("outside_zstd_ratio", outside, 2);
}

void runCell(const std::string& name, const Feed& feed, const WriteOptions& write,
             const TableOptions& options) {
  std::vector<std::byte> ourFile;
  std::vector<std::byte> arrowsFile;
  feed.writeOurs(write, {.memory = &ourFile});
  feed.writeArrows(write, {.memory = &arrowsFile});
  verifyValues(ourFile, arrowsFile);
  OurRuns ourRuns{feed, write};
  std::vector<std::function<void()>> subjects = {std::ref(ourRuns),
                                                 [&] { feed.writeArrows(write, {}); }};
  const bool isZstd = write.compression == PF_COMPRESSION_ZSTD;
  const Pages arrowsPages = isZstd ? pagesOf(arrowsFile) : Pages();
  if (isZstd) {
    subjects.emplace_back([&] { compressWithArrow(arrowsPages, write.compressionLevel); });
  }
  const Timings timings = runRounds(subjects, options.rounds);
  const auto rate = [&](const std::vector<double>& seconds) {
    std::vector<double> rates;
    rates.reserve(seconds.size());
    for (const double second : seconds) rates.push_back(feed.mib() / second);
    return rates;
  };
  const auto ours = rate(timings[0]);
  const auto arrows = rate(timings[1]);
  const auto ratio = ratios(timings[0], timings[1]);
  printLine("work=" + name + median("ours_mib_per_sec", ours, 1) +
            median("arrow_mib_per_sec", arrows, 1) + median("ratio", ratio, 2) +
            spread("ratio", ratio, 2) +
            (isZstd ? outsideZstd(timings, ourRuns.zstd / ourRuns.runs) : std::string()) +
            spread("ours", ours, 1) + spread("arrow", arrows, 1) + " ours_bytes=" +
            std::to_string(ourFile.size()) + " arrow_bytes=" + std::to_string(arrowsFile.size()));
}

// The cells of one shape, number of columns and number of rows.
void runSize(const std::string& prefix, CellShape shape, unsigned columns, const CellSize& size,
             const TableOptions& options) {
  const std::regex pattern(options.work);
  std::unique_ptr<Feed> feed;
  for (const CellCodec& codec : bench::kCellCodecs) {
    const std::string name =
        prefix + std::to_string(columns) + "-" + std::to_string(size.rows) + "-" + codec.name;
    if (!std::regex_search("work=" + name, pattern)) continue;
    if (feed == nullptr) feed = std::make_unique<Feed>(shape, columns, size);
    // All else is each writer's default.
    runCell(name, *feed,
            {.compression = codec.compression,
             .compressionLevel = codec.level,
             .rowGroupRows = size.rowGroupRows},
            options);
  }
}

}  // namespace

void runPipelineCells(const TableOptions& options, bool isTiny) {
  for (const CellShape shape : {CellShape::kSimple, CellShape::kComplex}) {
    for (const unsigned columns : {10U, 30U}) {
      for (const CellSize& size : bench::kCellSizes) {
        if (isTiny && size.rows > 1000) continue;
        runSize(shape == CellShape::kSimple ? "simple-" : "complex-", shape, columns, size,
                options);
      }
    }
  }
}

}  // namespace parquet_flow::peers
