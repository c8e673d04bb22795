#include "sink/log_sink.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/thread.hpp"
#include "sink/core.hpp"
#include "sink/fork_guard.hpp"

namespace parquet_flow::sink {

constinit thread_local LastThreadRing lastThreadRing;

namespace {

// Set once the thread's rings are given back: destructors that run later get no new one.
constinit thread_local bool threadEnds = false;

// A ring that could not be made may be there to be had later: a call tries again when the last try
// is so long ago, doubling from the first to the last of these.
constexpr std::uint64_t kRetryMinNs = 1'000'000;
constexpr std::uint64_t kRetryMaxNs = 1'000'000'000;

// A thread's rings in all sinks; gives them back when the thread ends.
struct ThreadRings {
  struct Entry {
    std::uint64_t sink;
    Producer* producer = nullptr;  // nullptr: there was none to be had
    std::uint64_t retryNs = 0;
    std::uint64_t retryAtNs = 0;
  };
  std::vector<Entry> entries;

  ThreadRings() = default;
  ThreadRings(const ThreadRings&) = delete;
  ThreadRings& operator=(const ThreadRings&) = delete;
  ~ThreadRings() {
    threadEnds = true;
    lastThreadRing = {};
    for (const Entry& entry : entries) {
      if (entry.producer != nullptr) releaseIn(entry.sink, entry.producer);
    }
  }
};

thread_local ThreadRings threadRings;

// What the calling thread has in the sink; nullptr: it has not asked yet.
ThreadRings::Entry* entryOf(std::uint64_t sink) noexcept {
  auto& entries = threadRings.entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [sink](const auto& entry) { return entry.sink == sink; });
  return found == entries.end() ? nullptr : &*found;
}

// The calling thread's ring, made now if there is none.
Result<Producer*> ringOf(Core& core) {
  if (threadEnds) return fail(ErrorCode::kLimit, "the thread has given its ring back: it ends");
  ThreadRings::Entry* entry = entryOf(core.id());
  if (entry == nullptr) {
    auto& entries = threadRings.entries;
    std::erase_if(entries, [](const auto& other) { return !isSinkThere(other.sink); });
    entry = &entries.emplace_back(core.id());
  }
  if (entry->producer != nullptr) return entry->producer;
  entry->retryNs = std::clamp(2 * entry->retryNs, kRetryMinNs, kRetryMaxNs);
  entry->retryAtNs = monotonicNs() + entry->retryNs;
  PF_TRY_ASSIGN(entry->producer, core.registry().add({}));
  return entry->producer;
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
  if (core_->isInChild()) return RecordResult::kClosed;
  const ThreadRings::Entry* const entry = threadEnds ? nullptr : entryOf(id_);
  const bool hasRing = entry != nullptr && entry->producer != nullptr;
  if (!hasRing && core_->isClosing()) {
    core_->countClosed();
    return RecordResult::kClosed;
  }
  try {
    if (hasRing || entry == nullptr || monotonicNs() >= entry->retryAtNs) {
      const auto ring = ringOf(*core_);
      if (ring) {
        lastThreadRing = {id_, *ring};
        return RecordResult::kOk;
      }
      if (ring.error().code() == ErrorCode::kClosed) {
        core_->countClosed();
        return RecordResult::kClosed;
      }
    }
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
