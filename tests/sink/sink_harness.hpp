// A sink over a directory in memory, driven by hand: polled, with a clock that stands still until
// it is moved. So what happens when is the test's to say.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "captured_file.hpp"
#include "sink/log_sink.hpp"
#include "support/faulty_io.hpp"
#include "support/memory_directory.hpp"

namespace parquet_flow::sink::test {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

struct HandClock {
  static constexpr std::int64_t kStartUtcNs = 1'795'132'800'000'000'000;  // 2026-11-20T00:00:00Z
  std::atomic<std::int64_t> ns{1'000};

  [[nodiscard]] ClockSources sources() noexcept;
  void advance(std::uint64_t byNs) noexcept { ns += static_cast<std::int64_t>(byNs); }
  [[nodiscard]] std::int64_t utcNs() const noexcept { return kStartUtcNs + ns.load(); }
};

class SinkHarness {
 public:
  struct Event {
    std::string path;
    std::uint64_t rows;
    std::uint64_t rowGroups;
    std::uint64_t rowsLost;
  };
  struct Doubt {
    std::uint32_t producer;
    std::uint64_t first;
    std::uint64_t last;
  };

  // Polled, records stamped by the worker, one file "out.parquet", no seal but by rows and bytes.
  SinkHarness();
  // The same with files by date and number.
  void useDirectory() {
    options.outputPath.clear();
    options.directory = "/data";
    options.rotateTimeNs = 0;
  }

  void open();
  // Closes it if the test has not, and expects that nothing went wrong.
  ~SinkHarness();

  // Turns until there is nothing to do; whether the sink is in a failure.
  bool poll();
  // Lets time go by, and polls.
  bool pollAfter(std::uint64_t ns) {
    clock.advance(ns);
    return poll();
  }
  Result<void> close() { return sink->close(60 * kSecond); }

  // Names of published files, in order; hidden files and locks are left out.
  [[nodiscard]] std::vector<std::string> files();
  [[nodiscard]] std::vector<std::string> hiddenFiles();
  [[nodiscard]] CapturedFile read(std::string_view name) {
    return readCaptured(directory->contents(name));
  }
  // Rows of all published files, in order.
  [[nodiscard]] std::vector<CapturedRow> allRows();
  [[nodiscard]] bool hasLogged(std::string_view text);

  HandClock clock;
  std::shared_ptr<parquet_flow::test::MemoryDirectory> directory =
      std::make_shared<parquet_flow::test::MemoryDirectory>();
  std::shared_ptr<parquet_flow::test::FaultPlan> plan =
      std::make_shared<parquet_flow::test::FaultPlan>();
  SinkOptions options;
  std::unique_ptr<LogSink> sink;

  std::mutex mutex;  // of the three below
  std::vector<std::string> log;
  std::vector<Event> events;
  std::vector<Doubt> doubts;

 private:
  std::vector<std::string> filesIn(std::string_view folder, bool hidden);
};

// Expects that it is taken; its attempt number.
std::uint64_t record(Producer* producer, std::string_view payload);

}  // namespace parquet_flow::sink::test
