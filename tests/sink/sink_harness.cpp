#include "sink_harness.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/expect_result.hpp"

namespace parquet_flow::sink::test {

ClockSources HandClock::sources() noexcept {
  ClockSources sources{};
  sources.ticks = [](void*) { return std::uint64_t{0}; };
  sources.monotonicRawNs = [](void* self) { return static_cast<HandClock*>(self)->ns.load(); };
  sources.realtimeNs = [](void* self) { return static_cast<HandClock*>(self)->utcNs(); };
  sources.sleepNs = [](void* self, std::int64_t byNs) {
    static_cast<HandClock*>(self)->ns += byNs;
  };
  sources.context = this;
  return sources;
}

SinkHarness::SinkHarness() {
  options.outputPath = "out.parquet";
  options.files = std::make_shared<parquet_flow::test::FaultyDirectory>(*directory, plan);
  options.worker = WorkerMode::kPoll;
  options.clock = ClockChoice::kWorker;
  options.clockSources = clock.sources();
  options.rowGroupTimeNs = 0;
  options.ringBytes = 64 << 10;
  options.logUser = this;
  options.log = [](void* user, LogLevel /*level*/, const char* line) {
    auto* self = static_cast<SinkHarness*>(user);
    const std::lock_guard lock(self->mutex);
    self->log.emplace_back(line);
  };
  options.onFileUser = this;
  options.onFile = [](void* user, const FileEvent& event) {
    auto* self = static_cast<SinkHarness*>(user);
    const std::lock_guard lock(self->mutex);
    self->events.push_back({event.path, event.rows, event.rowGroups, event.rowsLost});
  };
  options.onDoubtUser = this;
  options.onDoubt = [](void* user, const DoubtEvent& event) {
    auto* self = static_cast<SinkHarness*>(user);
    const std::lock_guard lock(self->mutex);
    self->doubts.push_back({event.producer, event.firstAttempt, event.lastAttempt});
  };
}

void SinkHarness::open() {
  auto opened = LogSink::open(options);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  sink = std::move(*opened);
}

SinkHarness::~SinkHarness() { sink.reset(); }

bool SinkHarness::poll() {
  while (true) {
    const auto busy = sink->poll(0);
    if (!busy) return true;
    if (!*busy) return false;
  }
}

std::vector<std::string> SinkHarness::filesIn(std::string_view folder, bool hidden) {
  std::vector<std::string> names;
  auto entries = directory->list(folder);
  if (!entries) return names;
  for (const io::DirectoryEntry& entry : *entries) {
    const std::string name =
        folder.empty() ? entry.name : std::string(folder).append("/").append(entry.name);
    if (entry.kind == io::EntryKind::kDirectory) {
      for (auto& inner : filesIn(name, hidden)) names.push_back(std::move(inner));
    } else if (entry.name.starts_with('.') == hidden) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> SinkHarness::files() { return filesIn("", false); }
std::vector<std::string> SinkHarness::hiddenFiles() { return filesIn("", true); }

std::vector<CapturedRow> SinkHarness::allRows() {
  std::vector<CapturedRow> rows;
  for (const std::string& name : files()) {
    for (CapturedRow& row : read(name).rows) rows.push_back(std::move(row));
  }
  return rows;
}

bool SinkHarness::hasLogged(std::string_view text) {
  const std::lock_guard lock(mutex);
  return std::any_of(log.begin(), log.end(),
                     [&](const auto& line) { return line.find(text) != std::string::npos; });
}

std::uint64_t record(Producer* producer, std::string_view payload) {
  EXPECT_EQ(producer->tryRecord(payload.data(), payload.size()), RecordResult::kOk);
  return producer->lastAttempt();
}

}  // namespace parquet_flow::sink::test
