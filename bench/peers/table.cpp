#include "table.hpp"

#include <functional>
#include <numeric>
#include <regex>

#include "batch.hpp"
#include "lines.hpp"
#include "verify.hpp"
#include "works.hpp"

namespace parquet_flow::peers {
namespace {

void compare(const Work& work, unsigned nullPercent, const TableOptions& options) {
  const Batch batch(makeBatch(work, {options.rows, nullPercent}));
  WriteOptions write = options.write;
  write.encoding = work.encoding;
  verify(batch, write);
  std::uint64_t ourBytes = 0;
  std::uint64_t arrowBytes = 0;
  const auto timings = runRounds({[&] { ourBytes = batch.writeOurs(write, {}); },
                                  [&] { arrowBytes = batch.writeArrows(write, {}); }},
                                 options.rounds);
  const std::uint64_t values = batch.leafValues();
  const auto ours = rates(values, timings[0]);
  const auto arrows = rates(values, timings[1]);
  const auto ratio = ratios(arrows, ours);
  printLine(lineName(work.name, nullPercent) + median("ours_mvalues_per_sec", ours, 1) +
            median("arrow_mvalues_per_sec", arrows, 1) + median("ratio", ratio, 2) +
            spread("ratio", ratio, 2) + spread("ours", ours, 1) + spread("arrow", arrows, 1) +
            " ours_bytes=" + std::to_string(ourBytes) + " arrow_bytes=" +
            std::to_string(arrowBytes) + " crc_and_index=" + (*write.crc ? "on" : "off"));
}

// All bytes once, and nothing else: values that are stored as they lie are not looked at where
// nothing is made of them.
std::uint64_t readOnce(const std::vector<std::uint64_t>& words) noexcept {
  return std::accumulate(words.begin(), words.end(), std::uint64_t{0});
}

std::vector<double> nsOfEach(const std::vector<double>& seconds, double bytes) {
  std::vector<double> ns;
  ns.reserve(seconds.size());
  for (const double each : seconds) {
    ns.push_back(each * 1e9 / bytes);
  }
  return ns;
}

void overhead(const Work& work, unsigned nullPercent, const TableOptions& options) {
  const Batch batch(makeBatch(work, {options.rows, nullPercent}));
  WriteOptions off = options.write;
  off.encoding = work.encoding;
  off.statistics = off.pageIndex = off.crc = false;
  WriteOptions statistics = off;
  statistics.statistics = true;
  WriteOptions crc = off;
  crc.crc = true;
  WriteOptions on = off;
  on.statistics = on.pageIndex = on.crc = true;
  std::uint64_t bytes[4] = {};
  const std::vector<std::uint64_t> words(batch.writeOurs(on, {}) / sizeof(std::uint64_t) + 1);
  volatile std::uint64_t sum = 0;
  const auto timings =
      runRounds({[&] { bytes[0] = batch.writeOurs(off, {}); },
                 [&] { bytes[1] = batch.writeOurs(statistics, {}); },
                 [&] { bytes[2] = batch.writeOurs(crc, {}); },
                 [&] { bytes[3] = batch.writeOurs(on, {}); }, [&] { sum = readOnce(words); }},
                options.rounds);
  const auto percentOf = [&timings](std::size_t with) {
    std::vector<double> percent;
    percent.reserve(timings[0].size());
    for (std::size_t i = 0; i < timings[0].size(); ++i) {
      percent.push_back((timings[with][i] / timings[0][i] - 1) * 100);
    }
    return percent;
  };
  std::vector<double> cost;
  cost.reserve(timings[0].size());
  for (std::size_t i = 0; i < timings[0].size(); ++i) {
    cost.push_back(timings[3][i] - timings[0][i]);
  }
  const std::vector<double> nsPerByte = nsOfEach(cost, static_cast<double>(bytes[3]));
  const std::vector<double> nsToRead =
      nsOfEach(timings[4], static_cast<double>(words.size() * sizeof(std::uint64_t)));
  const std::uint64_t values = batch.leafValues();
  const std::vector<double> percent = percentOf(3);
  printLine(lineName(std::string("overhead_") + work.name, nullPercent) +
            median("on_mvalues_per_sec", rates(values, timings[3]), 1) +
            median("off_mvalues_per_sec", rates(values, timings[0]), 1) +
            median("ns_per_byte", nsPerByte, 4) + median("percent", percent, 1) +
            median("statistics_percent", percentOf(1), 1) + median("crc_percent", percentOf(2), 1) +
            spread("ns_per_byte", nsPerByte, 4) + spread("percent", percent, 1) +
            median("read_ns_per_byte", nsToRead, 4) + spread("read_ns_per_byte", nsToRead, 4));
}

}  // namespace

void forEachWork(const std::string& prefix, const TableOptions& options,
                 void (*measure)(const Work&, unsigned, const TableOptions&)) {
  const std::regex pattern(options.work);
  for (const Work& work : works()) {
    for (const unsigned nullPercent : {0U, 10U}) {
      if ((nullPercent == 0 || work.withNulls) &&
          std::regex_search(lineName(prefix + work.name, nullPercent), pattern)) {
        measure(work, nullPercent, options);
      }
    }
  }
}

void runTable(const TableOptions& options) { forEachWork("", options, compare); }
void runOverhead(const TableOptions& options) { forEachWork("overhead_", options, overhead); }

}  // namespace parquet_flow::peers
