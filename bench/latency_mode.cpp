// Latency mode: what one call costs the thread that makes it.
//
// Each call stands in a bracket of fenced counter reads; the empty bracket and a bracket around one
// clock read are measured the same way, beside the baselines, in interleaved rounds. Arrivals are
// open loop: the schedule does not wait for slow calls. Every attempt must be found again, as
// accepted (and drained at the other end) or refused, or the run is void.
#include <sched.h>
#include <x86intrin.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "load/histogram.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "report.hpp"
#include "subjects.hpp"

namespace parquet_flow::bench {
namespace {

constexpr std::uint64_t kBurst = 32;
constexpr std::size_t kFullRingBytes = 64 << 10;

// The read cannot begin before what precedes it has finished, nor what follows before the read.
inline std::uint64_t fencedTicks() noexcept {
  _mm_lfence();
  const std::uint64_t ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}

double measureNsPerTick() {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  };
  const double startNs = now();
  const std::uint64_t start = fencedTicks();
  while (now() - startNs < 1e8) {
  }
  const double endNs = now();
  return (endNs - startNs) / static_cast<double>(fencedTicks() - start);
}

// The smallest difference of two reads that is not rare: some counters advance in steps of many
// ticks, and a scaled one is then rounded to a tick more or less now and again.
std::uint64_t measureStepTicks() {
  constexpr int kReads = 1'000'000;
  constexpr std::size_t kTicksMax = 1024;
  std::vector<std::uint64_t> seen(kTicksMax, 0);
  std::uint64_t last = __rdtsc();
  for (int i = 0; i < kReads; ++i) {
    const std::uint64_t now = __rdtsc();
    if (now - last < kTicksMax) {
      ++seen[now - last];
    }
    last = now;
  }
  std::size_t step = 1;
  while (step + 1 < kTicksMax && seen[step] < kReads / 100) {
    ++step;
  }
  return step;
}

struct Tally {
  load::Histogram ticks;
  std::uint64_t attempted = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t warmup = 0;   // of the attempts: those that are not in `ticks`
  std::uint64_t filling = 0;  // calls before, until there was no room
  std::uint64_t drained = 0;  // at the other end
  bool endless = false;       // the subject has no other end
  std::string voidReason;
};

struct Schedule {
  std::uint64_t intervalTicks;  // between arrivals, or between bursts
  std::uint64_t burst;
};

// One segment of arrivals. Late arrivals are made up for back to back: an open loop.
template <class Subject>
void runSegment(Subject& subject, const Payloads& payloads, const Schedule& schedule,
                std::uint64_t calls, Tally& tally) {
  std::uint64_t due = __rdtsc() + schedule.intervalTicks;
  for (std::uint64_t done = 0; done < calls;) {
    while (__rdtsc() < due) {
    }
    due += schedule.intervalTicks;
    for (std::uint64_t i = 0; i < schedule.burst && done < calls; ++i, ++done) {
      const std::byte* payload = payloads.at(done);
      const std::uint64_t start = fencedTicks();
      const bool accepted = subject.call(payload);
      const std::uint64_t end = fencedTicks();
      tally.ticks.record(end - start);
      ++(accepted ? tally.accepted : tally.refused);
    }
  }
  tally.attempted += calls;
}

// The mean of a call without a bracket of its own: bursts of 32 calls, each burst timed as one.
template <class Subject>
void runMeanSegment(Subject& subject, const Payloads& payloads, std::uint64_t intervalTicks,
                    std::uint64_t bursts, Tally& tally) {
  std::uint64_t due = __rdtsc() + intervalTicks;
  std::uint64_t next = 0;
  for (std::uint64_t burst = 0; burst < bursts; ++burst) {
    while (__rdtsc() < due) {
    }
    due += intervalTicks;
    std::uint64_t accepted = 0;
    const std::uint64_t start = fencedTicks();
    for (std::uint64_t i = 0; i < kBurst; ++i) {
      accepted += subject.call(payloads.at(next++)) ? 1 : 0;
    }
    tally.ticks.record(fencedTicks() - start);
    tally.accepted += accepted;
  }
  tally.attempted += bursts * kBurst;
}

// A subject with its tallies of all regimes.
struct Row {
  std::string name;
  Tally steady;
  Tally burst;
  Tally full;
  Tally mean;
  std::vector<double> meanRounds;  // ticks of a burst, of each round kept
  std::function<void(const Schedule&, std::uint64_t, Tally&)> segment;
  std::function<void(std::uint64_t, std::uint64_t, Tally&)> meanSegment;
  std::function<void(const Schedule&, std::uint64_t, Tally&)> fullSegment;
  std::function<void(Row&)> finish;
};

template <class Subject>
Row makeRow(std::string name, const std::shared_ptr<Subject>& subject, const Payloads& payloads) {
  Row row;
  row.name = std::move(name);
  row.segment = [subject, &payloads](const Schedule& schedule, std::uint64_t calls, Tally& tally) {
    runSegment(*subject, payloads, schedule, calls, tally);
  };
  row.meanSegment = [subject, &payloads](std::uint64_t interval, std::uint64_t bursts,
                                         Tally& tally) {
    runMeanSegment(*subject, payloads, interval, bursts, tally);
  };
  return row;
}

void account(Row& row, std::uint64_t drained, std::uint64_t overrun) {
  const std::uint64_t attempted = row.steady.attempted + row.burst.attempted + row.mean.attempted;
  const std::uint64_t accepted = row.steady.accepted + row.burst.accepted + row.mean.accepted;
  if (drained + overrun != accepted || accepted > attempted) {
    row.steady.voidReason = "accepted " + std::to_string(accepted) + ", drained " +
                            std::to_string(drained) + ", overrun " + std::to_string(overrun);
  }
}

// Fills a subject that nobody drains, then times calls on it: each must be refused.
template <class Subject>
std::function<void(const Schedule&, std::uint64_t, Tally&)> fullOf(
    const std::shared_ptr<Subject>& subject, const Payloads& payloads) {
  return [subject, &payloads](const Schedule& schedule, std::uint64_t calls, Tally& tally) {
    do {
      ++tally.filling;
    } while (subject->call(payloads.at(0)));
    runSegment(*subject, payloads, schedule, calls, tally);
    if (tally.accepted != 0) {
      tally.voidReason = "a full ring accepted " + std::to_string(tally.accepted);
    }
  };
}

struct Cpus {
  int producer;
  int worker;
};

// The last two that this process may run on.
Cpus chooseCpus() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {-1, -1};
  Cpus chosen{-1, -1};
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) chosen = {.producer = cpu, .worker = chosen.producer};
  }
  return chosen.worker == -1 ? Cpus{-1, -1} : chosen;
}

// What the producer counted against what was called.
void checkCounters(const pf_producer_stats_t& stats, std::uint64_t attempted,
                   std::uint64_t accepted, Tally& tally) {
  const std::uint64_t refused = stats.refused_full + stats.refused_too_large +
                                stats.refused_closed + stats.refused_busy + stats.refused_reserved;
  if (stats.attempted != attempted || stats.accepted != accepted ||
      stats.accepted + refused != attempted) {
    tally.voidReason = "the producer counted " + std::to_string(stats.attempted) + " attempts, " +
                       std::to_string(stats.accepted) + " accepted, " + std::to_string(refused) +
                       " refused, of " + std::to_string(attempted) + " with " +
                       std::to_string(accepted) + " accepted";
  }
}

Row sinkRow(const Options& o, const Payloads& payloads, const Cpus& cpus) {
  auto sink = std::make_shared<SinkSubject>(o, o.ringBytes, false, cpus.worker);
  auto full = std::make_shared<SinkSubject>(o, kFullRingBytes, true, -1);
  if (!sink->failure().empty() || !full->failure().empty()) {
    Row failed;
    failed.steady.voidReason = sink->failure() + full->failure();
    return failed;
  }
  Row row = makeRow("parquet_flow", sink, payloads);
  row.fullSegment = fullOf(full, payloads);
  row.finish = [sink, full](Row& r) {
    const pf_producer_stats_t stats = sink->producerStats();
    const std::uint64_t rows = sink->finish();
    account(r, rows, 0);
    const std::uint64_t accepted = r.steady.accepted + r.burst.accepted + r.mean.accepted;
    checkCounters(stats, r.steady.attempted + r.burst.attempted + r.mean.attempted, accepted,
                  r.steady);
    r.steady.drained = rows;
    if (r.full.attempted != 0) {  // the last call that filled it was refused
      checkCounters(full->producerStats(), r.full.filling + r.full.attempted, r.full.filling - 1,
                    r.full);
    }
  };
  return row;
}

std::vector<Row> makeRows(const Options& o, const Payloads& payloads, const Cpus& cpus) {
  std::vector<Row> rows;
  rows.push_back(sinkRow(o, payloads, cpus));
  const auto endless = [&rows](Row row) {
    row.steady.endless = true;
    row.finish = [](Row&) {};
    rows.push_back(std::move(row));
  };
  endless(makeRow("empty", std::make_shared<EmptySubject>(), payloads));
  endless(makeRow("clock", std::make_shared<ClockSubject>(), payloads));
  if (o.alone) {
    return rows;
  }
  endless(makeRow("memcpy", std::make_shared<MemcpySubject>(o.ringBytes), payloads));

  auto queue = std::make_shared<MoodycamelSubject>(o.ringBytes, true, cpus.worker);
  Row moodycamel = makeRow("moodycamel", queue, payloads);
  moodycamel.fullSegment =
      fullOf(std::make_shared<MoodycamelSubject>(kFullRingBytes, false, -1), payloads);
  moodycamel.finish = [queue](Row& r) { account(r, queue->finish(), 0); };
  rows.push_back(std::move(moodycamel));

  auto logger = std::make_shared<SpdlogSubject>(o.ringBytes, cpus.worker);
  Row spdlog = makeRow("spdlog", logger, payloads);
  spdlog.finish = [logger](Row& r) {
    const std::uint64_t drained = logger->finish();
    account(r, drained, logger->overrun());
  };
  rows.push_back(std::move(spdlog));
  return rows;
}

void addPercentiles(Report& report, const Tally& tally, double nsPerTick) {
  const auto ns = [&](double percentile) {
    return static_cast<double>(tally.ticks.valueAt(percentile)) * nsPerTick;
  };
  report.add("p50_ns", ns(50));
  report.add("p90_ns", ns(90));
  report.add("p99_ns", ns(99));
  report.add("p999_ns", ns(99.9));
  report.add("max_ns", static_cast<double>(tally.ticks.max()) * nsPerTick);
  report.add("attempted", tally.attempted);
  report.add("accepted", tally.accepted);
  report.add("refused", tally.refused);
  report.add("warmup", tally.warmup);
}

// "void" where a refusal spoils the mean. The median of the rounds, each less the clock reads of
// its own round, and their spread.
void addCallMean(Report& report, const Row& row, const Row& clock, double nsPerTick) {
  if (row.mean.attempted == 0) {
    return;
  }
  if (row.mean.accepted != row.mean.attempted) {
    report.add("call_mean_ns", std::string_view("void"));
    return;
  }
  std::vector<double> rounds;
  rounds.reserve(row.meanRounds.size());
  for (std::size_t i = 0; i < row.meanRounds.size(); ++i) {
    rounds.push_back((row.meanRounds[i] - clock.meanRounds[i]) * nsPerTick /
                     static_cast<double>(kBurst));
  }
  const Spread spread = spreadOf(rounds);
  report.add("call_mean_ns", spread.median);
  report.add("call_mean_ns_min", spread.min);
  report.add("call_mean_ns_max", spread.max);
}

const Row& rowNamed(const std::vector<Row>& rows, const std::string& name) {
  return *std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
}

bool writeHistograms(const Options& o, const std::vector<Row>& rows, double nsPerTick) {
  for (const Row& row : rows) {
    for (const auto& [regime, tally] : {std::pair<const char*, const Tally*>{"steady", &row.steady},
                                        {"burst32", &row.burst},
                                        {"full", &row.full}}) {
      if (tally->attempted == 0) {
        continue;
      }
      const std::string path = o.hgrmPrefix + "-" + row.name + "-" + regime + ".hgrm";
      if (!tally->ticks.writeHgrm(path, nsPerTick)) {
        std::perror(path.c_str());
        return false;
      }
    }
  }
  return true;
}

// What was measured beside the subjects.
struct Beside {
  double nsPerTick;
  double stepNs;
  double lineNs;
  double steal;
};

int print(const Options& o, const std::vector<Row>& rows, const Beside& beside) {
  const double nsPerTick = beside.nsPerTick;
  const Row& ours = rows.front();
  const Row& clock = rowNamed(rows, "clock");
  Report report;
  std::string voidReason;
  for (const Row& row : rows) {
    for (const Tally* tally : {&row.steady, &row.full}) {
      if (!tally->voidReason.empty()) {
        voidReason += row.name + ": " + tally->voidReason + "; ";
      }
    }
  }
  report.add("mode", std::string_view("latency"));
  report.add("row_size", std::uint64_t{kRecordBytes});
  report.add("rate", o.rate);
  report.add("worker", std::string_view(o.spin ? "spin" : "park"));
  report.add("prefault", std::uint64_t{o.prefault ? 1U : 0U});
  report.add("row_group_bytes", o.rowGroupBytes);
  report.add("rounds", o.rounds);
  report.add("steal_ms", beside.steal);
  report.add("line_transfer_ns", beside.lineNs);
  report.add("clock_step_ns", beside.stepNs);
  report.add("empty_p50_ns",
             static_cast<double>(rowNamed(rows, "empty").steady.ticks.valueAt(50)) * nsPerTick);
  report.add("clock_p50_ns", static_cast<double>(clock.steady.ticks.valueAt(50)) * nsPerTick);
  addPercentiles(report, ours.steady, nsPerTick);
  addCallMean(report, ours, clock, nsPerTick);
  report.add("void", voidReason.empty() ? std::string_view("no") : std::string_view(voidReason));
  const auto addRegime = [&](const Row& row, const char* key, const char* regime,
                             const Tally& tally) {
    if (tally.attempted == 0) {
      return;
    }
    Report line;
    line.add("regime", std::string_view(regime));
    addPercentiles(line, tally, nsPerTick);
    if (&tally == &row.steady && &row != &clock) {
      addCallMean(line, row, clock, nsPerTick);
    }
    report.addRow(key, row.name, line);
  };
  for (const Row& row : rows) {
    const char* key = &row == &ours ? "subject" : "baseline";
    if (&row != &ours) {
      addRegime(row, key, "steady", row.steady);
    }
    addRegime(row, key, "burst32", row.burst);
    addRegime(row, key, "full", row.full);
  }
  std::fputs((o.json ? report.asJson() : report.asText()).c_str(), stdout);
  return voidReason.empty() ? 0 : 2;
}

// Bursts timed call by call, and as a whole for the mean of a call.
void runBursts(Row& row, const Schedule& burst, std::uint64_t calls, bool isKept) {
  row.segment(burst, calls / 4, row.burst);
  const load::Histogram meanBefore = std::exchange(row.mean.ticks, load::Histogram());
  row.meanSegment(burst.intervalTicks, std::max<std::uint64_t>(1, calls / kBurst), row.mean);
  if (isKept) row.meanRounds.push_back(row.mean.ticks.mean());
  row.mean.ticks.add(meanBefore);
}

}  // namespace

int runLatencyMode(const Options& options) {
  const Cpus cpus = chooseCpus();
  pinThisThread(cpus.producer);
  const Payloads payloads;
  const double nsPerTick = measureNsPerTick();
  const double stepNs = static_cast<double>(measureStepTicks()) * nsPerTick;
  const double lineNs = lineTransferNs(cpus.producer, cpus.worker, nsPerTick);
  const double stealBefore = stealMs();
  std::vector<Row> rows = makeRows(options, payloads, cpus);
  if (rows.front().name.empty()) {
    std::fprintf(stderr, "pf_bench: %s\n", rows.front().steady.voidReason.c_str());
    return 1;
  }

  const double interval = 1e9 / static_cast<double>(options.rate) / nsPerTick;
  const Schedule steady{static_cast<std::uint64_t>(interval), 1};
  const Schedule burst{static_cast<std::uint64_t>(interval * static_cast<double>(kBurst)), kBurst};
  const double perRound =
      options.seconds * static_cast<double>(options.rate) / static_cast<double>(options.rounds);
  const auto calls = std::max<std::uint64_t>(kBurst, static_cast<std::uint64_t>(perRound));
  constexpr std::uint64_t kFewCalls = 20'000;
  // The first round warms caches, page tables and branch predictors, and is not kept.
  for (std::uint64_t round = 0; round <= options.rounds; ++round) {
    const std::uint64_t now = round == 0 ? std::min(calls, kFewCalls) : calls;
    for (Row& row : rows) {
      const bool isOurs = &row == &rows.front();
      row.segment(steady, options.alone && !isOurs ? kFewCalls : now, row.steady);
      if (!options.alone) {
        runBursts(row, burst, now, round != 0);
      }
      if (!options.alone && row.fullSegment && round == options.rounds) {
        row.fullSegment(steady, std::min<std::uint64_t>(calls, 1'000'000), row.full);
      }
      if (round == 0) {
        for (Tally* const tally : {&row.steady, &row.burst, &row.mean}) {
          tally->ticks = load::Histogram();
          tally->warmup = tally->attempted;
        }
      }
    }
  }
  for (Row& row : rows) {
    row.finish(row);
  }
  if (!options.hgrmPrefix.empty() && !writeHistograms(options, rows, nsPerTick)) {
    return 1;
  }
  return print(options, rows, {nsPerTick, stepNs, lineNs, stealMs() - stealBefore});
}

}  // namespace parquet_flow::bench
