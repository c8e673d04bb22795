#include "load/driver.hpp"

#include <algorithm>
#include <chrono>
#include <latch>
#include <limits>
#include <system_error>
#include <thread>

#include "load/c_api.hpp"
#include "load/pacer.hpp"

namespace parquet_flow::load {
namespace {

using Clock = Pacer::Clock;

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kClockEvery = 64;  // records between looks at the clock, flat out

std::uint64_t nsSince(Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
}

// How many records of `records` shared out in turn are producer's; kNever where there is no bound.
std::uint64_t shareOf(std::uint64_t records, std::uint32_t producer, std::uint32_t producers) {
  return records == 0 ? kNever : (records + producers - 1 - producer) / producers;
}

class ProducerThread {
 public:
  ProducerThread(const DriveOptions& options, std::uint32_t index, ProducerHandle producer,
                 std::unique_ptr<RecordSource> source)
      : options_(options),
        index_(index),
        producer_(std::move(producer)),
        source_(std::move(source)),
        observer_(options.observers.empty() ? nullptr : options.observers[index]) {
    report_.producer = pf_producer_index(producer_.get());
  }

  void run(Clock::time_point start) {
    const Pacer pacer(options_.ratePerSecond, options_.burst, start);
    const std::uint64_t records = shareOf(options_.records, index_, options_.producers);
    ProducerReport report = report_;  // on this thread's stack: no cache line shared with another
    for (std::uint64_t k = 0; k < records && !stopped() && !isPastEnd(k, start); ++k) {
      const std::span<const std::uint8_t> payload = source_->next();  // made before it is due
      if (payload.empty()) {
        break;
      }
      report.latestNs = std::max(report.latestNs, pacer.waitUntilDue(placeOf(k)));
      const pf_record_result_t result = record(payload);
      ++report.attempted;
      ++report.results[static_cast<std::size_t>(result)];
      report.acceptedBytes += result == PF_RECORD_OK ? payload.size() : 0;
    }
    report_ = report;
  }

  [[nodiscard]] const ProducerReport& report() const noexcept { return report_; }

 private:
  // The place of this producer's record k in the schedule of all: bursts take turns.
  [[nodiscard]] std::uint64_t placeOf(std::uint64_t k) const noexcept {
    const std::uint64_t burst = k / options_.burst;
    return (burst * options_.producers + index_) * options_.burst + k % options_.burst;
  }

  [[nodiscard]] bool stopped() const noexcept {
    return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  }

  // At a rate the schedule decides, so that the number of attempts does not depend on how they
  // went.
  [[nodiscard]] bool isPastEnd(std::uint64_t k, Clock::time_point start) const {
    if (options_.durationNs == 0) {
      return false;
    }
    if (options_.ratePerSecond != Pacer::kFlatOut) {
      return dueNs(placeOf(k), options_.ratePerSecond, options_.burst) >= options_.durationNs;
    }
    return k % kClockEvery == 0 && nsSince(start) >= options_.durationNs;
  }

  pf_record_result_t record(std::span<const std::uint8_t> payload) {
    if (observer_ == nullptr) {
      return pf_try_record(producer_.get(), payload.data(), payload.size());
    }
    const Clock::time_point before = Clock::now();
    const pf_record_result_t result =
        pf_try_record(producer_.get(), payload.data(), payload.size());
    observer_->call(nsSince(before));
    return result;
  }

  const DriveOptions& options_;
  std::uint32_t index_;
  ProducerHandle producer_;
  std::unique_ptr<RecordSource> source_;
  CallObserver* observer_;
  ProducerReport report_;
};

Result<> checkOptions(const DriveOptions& options) {
  if (options.producers == 0) {
    return fail(ErrorCode::kInvalidArgument, "drive: no producers");
  }
  if (options.ratePerSecond > 1'000'000'000) {
    return fail(ErrorCode::kInvalidArgument, "drive: more than 10^9 records a second");
  }
  if (options.burst == 0) {
    return fail(ErrorCode::kInvalidArgument, "drive: a burst has at least one record");
  }
  if (!options.observers.empty() && options.observers.size() != options.producers) {
    return fail(ErrorCode::kInvalidArgument, "drive: there is not one observer a producer");
  }
  return {};
}

Result<std::vector<ProducerThread>> makeProducers(pf_sink_t* sink, const SourceFactory& sources,
                                                  const DriveOptions& options) {
  std::vector<ProducerThread> producers;
  for (std::uint32_t i = 0; i < options.producers; ++i) {
    const std::string name = options.name + "-" + std::to_string(i);
    pf_producer_options_t producerOptions;
    pf_producer_options_init(&producerOptions, sizeof producerOptions);
    producerOptions.name = name.c_str();
    pf_error_t error = makeError();
    pf_producer_t* producer = nullptr;
    PF_TRY(checkStatus(pf_sink_add_producer(sink, &producerOptions, &producer, &error), error));
    producers.emplace_back(options, i, ProducerHandle(producer), sources(i, options.producers));
  }
  return producers;
}

// Runs all at once from a common start. False when a thread could not be started: then none has
// run.
bool runTogether(std::vector<ProducerThread>& producers, Clock::time_point& start) {
  std::latch begin(1);
  std::atomic<bool> abandoned = false;
  std::vector<std::thread> threads;
  try {
    for (ProducerThread& producer : producers) {
      threads.emplace_back([&] {
        begin.wait();  // orders the writes of start and abandoned before what follows
        if (!abandoned.load(std::memory_order_relaxed)) {
          producer.run(start);
        }
      });
    }
  } catch (const std::system_error&) {
    abandoned.store(true, std::memory_order_relaxed);
  }
  start = Clock::now();
  begin.count_down();
  for (std::thread& thread : threads) {
    thread.join();
  }
  return !abandoned.load(std::memory_order_relaxed);
}

}  // namespace

ProducerReport DriveReport::total() const noexcept {
  ProducerReport sum;
  for (const ProducerReport& report : producers) {
    sum.attempted += report.attempted;
    sum.acceptedBytes += report.acceptedBytes;
    for (std::size_t i = 0; i < sum.results.size(); ++i) {
      sum.results[i] += report.results[i];
    }
    sum.latestNs = std::max(sum.latestNs, report.latestNs);
  }
  return sum;
}

Result<DriveReport> drive(pf_sink_t* sink, const SourceFactory& sources,
                          const DriveOptions& options) {
  PF_TRY(checkOptions(options));
  PF_TRY_ASSIGN(std::vector<ProducerThread> producers, makeProducers(sink, sources, options));
  Clock::time_point start;
  if (!runTogether(producers, start)) {
    return fail(ErrorCode::kInternal, "drive: a producer's thread could not be started");
  }
  DriveReport report;
  report.elapsedNs = nsSince(start);
  for (const ProducerThread& producer : producers) {
    report.producers.push_back(producer.report());
  }
  return report;
}

}  // namespace parquet_flow::load
