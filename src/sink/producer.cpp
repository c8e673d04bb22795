#include "sink/producer.hpp"

#include <algorithm>
#include <utility>

#include "sink/account.hpp"
#include "sink/core.hpp"

namespace parquet_flow::sink {

Producer::Producer(ring::Ring ring, const ring::ProducerOptions& options,
                   std::shared_ptr<Account> account, Core* core) noexcept
    : end_(ring.view(), options),
      ring_(std::move(ring)),
      account_(std::move(account)),
      core_(core) {}

Core* Producer::liveCore() const noexcept {
  Core* const core = core_.load(std::memory_order_acquire);
  return core == nullptr || core->isInChild() ? nullptr : core;
}

bool Producer::isInChild() const noexcept {
  const Core* const core = core_.load(std::memory_order_acquire);
  return core != nullptr && core->isInChild();
}

void Producer::release() noexcept {
  if (core_.load(std::memory_order_acquire) == nullptr) {
    delete this;
  } else if (Core* const core = liveCore()) {
    // Nobody can commit it any more, and close would wait for that.
    static_cast<void>(end_.abort());
    core->registry().release(this);
  }
}

std::uint32_t Producer::index() const noexcept { return account_->index; }

std::uint64_t Producer::lastAttempt() const noexcept {
  if (liveCore() == nullptr) return 0;
  return ring_.header().counters.attempt.loadRelaxed();
}

std::uint64_t Producer::durableAttempt() const noexcept {
  return account_->durableAttempt.load(std::memory_order_acquire);
}

ProducerStats Producer::stats() const noexcept {
  ProducerStats stats;
  stats.index = account_->index;
  stats.durableAttempt = durableAttempt();
  stats.ringBytes = ring_.mapping().capacity();
  if (liveCore() == nullptr) return stats;
  const ring::Header& header = ring_.header();
  stats.records = ring::readCounters(header);
  // The position read first is the one that trails.
  const std::uint64_t read = header.consumed.read.loadRelaxed();
  stats.ringUsedBytes = header.published.written.loadRelaxed() - read;
  return stats;
}

Result<void> Producer::waitDurable(std::uint64_t attempt, std::uint64_t timeoutNs) {
  Core* const core = core_.load(std::memory_order_acquire);
  if (core == nullptr) return fail(ErrorCode::kClosed, "the sink is destroyed");
  return core->waitDurable(*this, attempt, timeoutNs);
}

ring::Counters Producer::finalCounters() const noexcept {
  constexpr auto kClosed = static_cast<std::size_t>(RecordResult::kClosed) - 1;
  ring::Counters counters = ring::readCounters(ring_.header());
  const std::uint64_t over = counters.accepted + counters.aborted + counters.refusedInAll();
  // Calls that come after the end are refused and go on counting: then what is over is the end.
  // A reservation left open, and a call that never came back, can only be refused.
  std::uint64_t open = 0;
  if (released.load(std::memory_order_acquire) ||
      outcome.status == ring::CloseStatus::kCallRunning) {
    open = counters.attempt - over;
  } else if (outcome.status == ring::CloseStatus::kReservationOpen) {
    open =
        std::min<std::uint64_t>(counters.attempt - over, 1);  // 0: resolved meanwhile, and counted
  }
  counters.refused[kClosed] += open;
  counters.attempt = over + open;
  return counters;
}

}  // namespace parquet_flow::sink
