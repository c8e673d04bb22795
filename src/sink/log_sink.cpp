#include "sink/log_sink.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sink/core.hpp"
#include "sink/fork_guard.hpp"

namespace parquet_flow::sink {

constinit thread_local LastThreadRing lastThreadRing;

namespace {

// Set once the thread's rings are given back: destructors that run later get no new one.
constinit thread_local bool threadEnds = false;

// A thread's rings in all sinks; gives them back when the thread ends.
struct ThreadRings {
  struct Entry {
    std::uint64_t sink;
    Producer* producer;
  };
  std::vector<Entry> entries;

  ThreadRings() = default;
  ThreadRings(const ThreadRings&) = delete;
  ThreadRings& operator=(const ThreadRings&) = delete;
  ~ThreadRings() {
    threadEnds = true;
    lastThreadRing = {};
    for (const Entry& entry : entries) releaseIn(entry.sink, entry.producer);
  }
};

thread_local ThreadRings threadRings;

// The calling thread's ring, made now if there is none.
Result<Producer*> ringOf(Core& core) {
  if (core.isInChild()) return fail(ErrorCode::kClosed, "the sink is the parent process's");
  if (threadEnds) return fail(ErrorCode::kLimit, "the thread has given its ring back: it ends");
  auto& entries = threadRings.entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.sink == core.id(); });
  if (found != entries.end()) return found->producer;
  std::erase_if(entries, [](const auto& entry) { return !isSinkThere(entry.sink); });
  entries.reserve(entries.size() + 1);
  PF_TRY_ASSIGN(Producer* const added, core.registry().add({}));
  entries.push_back({core.id(), added});
  return added;
}

}  // namespace

LogSink::LogSink(std::unique_ptr<Core> core) noexcept : core_(std::move(core)), id_(core_->id()) {}

LogSink::~LogSink() {
  if (core_->isInChild()) Core::freeInChild(std::move(core_));
}

Result<std::unique_ptr<LogSink>> LogSink::open(SinkOptions options) {
  PF_TRY_ASSIGN(auto core, Core::open(std::move(options)));
  return std::unique_ptr<LogSink>(new LogSink(std::move(core)));
}

// The boundary of the calling thread: a feed thread gets a code, not an exception.
RecordResult LogSink::findThreadRing() noexcept {
  try {
    auto ring = ringOf(*core_);
    if (ring) {
      lastThreadRing = {id_, *ring};
      return RecordResult::kOk;
    }
    if (ring.error().code() == ErrorCode::kClosed) return RecordResult::kClosed;
    // NOLINTNEXTLINE(bugprone-empty-catch): memory; no ring could be made, which is counted below
  } catch (...) {
  }
  core_->countNoRing();
  return kNoRing;
}

RecordResult LogSink::recordAfterLookup(const void* payload, std::size_t bytes) noexcept {
  const RecordResult found = findThreadRing();
  return found == RecordResult::kOk ? lastThreadRing.producer->tryRecord(payload, bytes) : found;
}

Result<void> LogSink::prepareThread() {
  if (core_->isInChild()) return fail(parentsSink());
  PF_TRY(ringOf(*core_));
  return {};
}

Result<Producer*> LogSink::addProducer(const ProducerOptions& options) {
  if (core_->isInChild()) return fail(parentsSink());
  return core_->registry().add(options);
}

Result<void> LogSink::flush(std::uint64_t timeoutNs) { return core_->flush(timeoutNs); }
Result<void> LogSink::rotate(std::uint64_t timeoutNs) { return core_->rotate(timeoutNs); }
Result<bool> LogSink::poll(std::uint64_t budgetNs) { return core_->poll(budgetNs); }
Result<void> LogSink::close(std::uint64_t timeoutNs) { return core_->close(timeoutNs); }
bool LogSink::isInChild() const noexcept { return core_->isInChild(); }
SinkStats LogSink::stats() const { return core_->stats(); }

}  // namespace parquet_flow::sink
