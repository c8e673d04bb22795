// Sink mode: producers flat out or at a rate, opaque records, into one file; what was accepted is
// in it, all else counted. Flat out, each round begins with the interleave-and-write limit.
#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "limits.hpp"
#include "load/pacer.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "payload.hpp"
#include "report.hpp"
#include "sink_run.hpp"

namespace parquet_flow::bench {
namespace {

// Until `records` were accepted. A refused record is not tried again; the next one is.
void produce(const Options& o, pf_producer_t* producer, const PayloadPool& pool,
             std::uint64_t records) {
  const load::Pacer pacer(o.flatOut ? load::Pacer::kFlatOut : o.rate, 1, load::Pacer::Clock::now());
  const std::byte* values = pool.values(0);
  for (std::uint64_t accepted = 0, row = 0, attempt = 0; accepted < records; ++attempt) {
    pacer.waitUntilDue(attempt);
    if (pf_try_record(producer, values + row * o.rowSize, o.rowSize) == PF_RECORD_OK) {
      ++accepted;
    }
    row = row + 1 == o.rowGroupRows ? 0 : row + 1;
  }
}

bool runOnce(const Options& o, const PayloadPool& pool, SinkRun& run) {
  if (!run.open(SinkRun::sinkOptions(o))) {
    return false;
  }
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  std::vector<pf_producer_t*> producers(o.producers, nullptr);
  for (pf_producer_t*& producer : producers) {
    if (!succeeded("pf_sink_add_producer",
                   pf_sink_add_producer(run.sink(), nullptr, &producer, &error), error)) {
      return false;
    }
  }
  run.start();
  std::vector<std::thread> threads;
  threads.reserve(o.producers);
  for (std::uint64_t i = 0; i < o.producers; ++i) {
    const std::uint64_t records = o.rows / o.producers + (i < o.rows % o.producers ? 1 : 0);
    threads.emplace_back(
        [&o, &pool, producer = producers[i], records] { produce(o, producer, pool, records); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const bool finished = run.finish(o);
  for (pf_producer_t* producer : producers) {
    pf_producer_release(producer);
  }
  return finished;
}

}  // namespace

int runSinkMode(const Options& options) {
  const PayloadPool pool(options, options.rowGroupRows, 1);
  const double payloadMiB =
      static_cast<double>(options.rows) * static_cast<double>(options.rowSize) / kMiB;
  std::vector<double> speeds;
  std::vector<double> steals;
  std::vector<double> limits;  // GiB/s; of a round each where producers are flat out
  std::vector<double> ratios;
  Report report;
  report.add("mode", std::string_view("sink"));
  report.add("rows", options.rows);
  report.add("row_size", options.rowSize);
  report.add("rounds", options.rounds);
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    if (options.flatOut) {
      const double seconds = interleaveAndWrite(options.output + ".limit", pool, options);
      if (seconds < 0) {
        return 1;
      }
      limits.push_back(payloadMiB / 1024 / seconds);
    }
    SinkRun run;
    const double stealBefore = stealMs();
    if (!runOnce(options, pool, run)) {
      return 1;
    }
    speeds.push_back(payloadMiB / 1024 / run.seconds());
    steals.push_back(stealMs() - stealBefore);
    if (options.flatOut) {
      ratios.push_back(speeds.back() / limits.back());
    }
    if (round + 1 == options.rounds) {
      run.addTo(report, options);
    }
  }
  const auto addSpread = [&report](const std::string& key, const std::vector<double>& values) {
    const Spread spread = spreadOf(values);
    report.add(key, spread.median);
    report.add(key + "_min", spread.min);
    report.add(key + "_max", spread.max);
  };
  addSpread("accepted_gib_per_sec", speeds);
  if (options.flatOut) {
    addSpread("limit_gib_per_sec", limits);
    addSpread("limit_ratio", ratios);
  }
  for (std::size_t round = 0; round < speeds.size(); ++round) {
    Report line;
    line.add("accepted_gib_per_sec", speeds[round]);
    if (options.flatOut) {
      line.add("limit_gib_per_sec", limits[round]);
    }
    line.add("steal_ms", steals[round]);
    report.addRow("run", std::to_string(round + 1), line);
  }
  std::fputs((options.json ? report.asJson() : report.asText()).c_str(), stdout);
  return 0;
}

}  // namespace parquet_flow::bench
