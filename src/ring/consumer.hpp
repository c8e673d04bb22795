// The worker's end of a ring, and what anyone may read from its header.
//
// A pass: refresh() once, next() until there is no more, release() once. So the producer's cache
// lines are touched once a pass, not once a record. Records seen but not yet released stay where
// they are and can be held, in place, for as long as the worker wants to order them with those of
// other rings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "ring/atomics.hpp"
#include "ring/layout.hpp"
#include "ring/producer.hpp"

namespace parquet_flow::ring {

// One record, in place: valid until its bytes are released.
template <class Policy>
struct RecordViewOf {
  typename Policy::Payload payload;
  std::uint64_t time = 0;  // what it counts: base
  std::uint64_t attempt = 0;
  std::uint64_t end = 0;  // position behind it, for release()
  RecordKind kind = RecordKind::kData;
  TimeBase base = TimeBase::kNone;
};

enum class NextRecord : std::uint8_t {
  kRecord,  // *out is set
  kNone,    // nothing more below what the last refresh saw
  kBroken,  // what stands there is no record: somebody wrote over the ring. It stays so.
};

// Threads: one at a time.
template <class Policy>
class ConsumerOf {
 public:
  explicit ConsumerOf(const RingViewOf<Policy>& ring) noexcept : ring_(ring) {}

  // Looks how far the producer has come. Returns the bytes between the cursor and there.
  std::uint64_t refresh() noexcept {
    written_ = ring_.header->published.written.loadAcquire(Edge::kPublish);
    return written_ - cursor_;
  }

  // The record at the cursor, which moves behind it.
  NextRecord next(RecordViewOf<Policy>* out) noexcept {
    const std::uint64_t available = written_ - cursor_;
    if (available == 0) return NextRecord::kNone;
    const auto place = Policy::at(ring_.data, cursor_ & (ring_.capacity - 1));
    const RecordHead head = Policy::readHead(place);
    if (!isValid(head, available)) [[unlikely]]
      return NextRecord::kBroken;
    const std::uint64_t bytes = recordBytes(head.bytes);
    // The lines stand in the producer's cache. To have them come takes longer than all that is done
    // with a record, so those of later records are asked for now: as many as this one takes.
    if (available - bytes >= kPrefetchBytes) {
      Policy::prefetch(Policy::at(place, kPrefetchBytes), bytes);
    }
    cursor_ += bytes;
    lastAttempt_ = head.attempt;
    *out = {Policy::payload(Policy::at(place, kRecordHeadBytes), head.bytes),
            head.time,
            head.attempt,
            cursor_,
            head.kind,
            head.base};
    return NextRecord::kRecord;
  }

  // Gives the bytes below `position` back to the producer; a record's `end`, at most cursor().
  // Notes how full the ring was: it is at its fullest just before bytes are given back.
  void release(std::uint64_t position) noexcept {
    PF_ASSERT(read_ <= position && position <= cursor_);
    if (position == read_) return;  // leave the producer's lines alone
    auto& consumed = ring_.header->consumed;
    const std::uint64_t used = ring_.header->published.written.loadRelaxed() - read_;
    if (used > consumed.highWater.loadRelaxed()) consumed.highWater.storeRelaxed(used);
    read_ = position;
    consumed.read.storeRelease(position, Edge::kRelease);
  }

  // Position of the next record, in bytes since the ring was opened.
  [[nodiscard]] std::uint64_t cursor() const noexcept { return cursor_; }
  // Bytes seen but not released.
  [[nodiscard]] std::uint64_t heldBytes() const noexcept { return cursor_ - read_; }
  // Bytes in the ring as of the last refresh, held ones included.
  [[nodiscard]] std::uint64_t usedBytes() const noexcept { return written_ - read_; }
  // The ring is a quarter full, so held records must go.
  [[nodiscard]] bool isQuarterFull() const noexcept { return usedBytes() >= ring_.capacity / 4; }
  // Attempt number of the last record that next() returned, 0 before the first.
  [[nodiscard]] std::uint64_t lastAttempt() const noexcept { return lastAttempt_; }

  // Says that everything up to this attempt is in files that are synced.
  void storeDurableAttempt(std::uint64_t attempt) noexcept {
    ring_.header->worker.durableAttempt.storeRelease(attempt, Edge::kDurable);
  }
  void storeAnchor(const ClockAnchor& anchor) noexcept;

 private:
  // How far ahead. Some microseconds of draining; the mapping reaches a record's length further.
  static constexpr std::uint64_t kPrefetchBytes = 4096;

  [[nodiscard]] bool isValid(const RecordHead& head, std::uint64_t available) const noexcept {
    const bool sized = head.kind == RecordKind::kData
                           ? head.bytes - 1U < ring_.recordBytesMax
                           : head.kind == RecordKind::kAborted && head.bytes == 0;
    return sized && recordBytes(head.bytes) <= available && isTimeBase(head.base) &&
           head.attempt > lastAttempt_ && isAttempt(head.attempt);
  }
  // The producer's counter is looked at only where attempts before this one were refused: its line
  // would else come over for each record of a worker that spins. Records without a gap are no more
  // than were attempted.
  [[nodiscard]] bool isAttempt(std::uint64_t attempt) const noexcept {
    return attempt == lastAttempt_ + 1 || attempt <= ring_.header->counters.attempt.loadRelaxed();
  }

  RingViewOf<Policy> ring_;
  std::uint64_t written_ = 0;
  std::uint64_t cursor_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t lastAttempt_ = 0;
};

// What a producer's calls came to. At any time each number is exact by itself; together they are
// once the producer is closed.
struct Counters {
  std::uint64_t attempt = 0;
  std::uint64_t accepted = 0;
  std::uint64_t aborted = 0;
  std::array<std::uint64_t, kRefusalReasons> refused = {};  // [RecordResult - 1]
  std::uint64_t highWaterBytes = 0;

  [[nodiscard]] std::uint64_t refusedFor(RecordResult reason) const noexcept {
    return refused[static_cast<std::size_t>(reason) - 1];
  }
  [[nodiscard]] std::uint64_t refusedInAll() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : refused) sum += count;
    return sum;
  }
  // Attempts that have not come to anything yet: a reservation or a call in flight. After
  // forceFinal an open reservation can only end as refused with kClosed.
  [[nodiscard]] std::uint64_t pending() const noexcept {
    return attempt - accepted - aborted - refusedInAll();
  }
};

// Threads: any.
template <class Policy>
[[nodiscard]] Counters readCounters(const HeaderOf<Policy>& header) noexcept {
  Counters counters;
  // What is noted when bytes are given back, and what is there now where that is more.
  const std::uint64_t written = header.published.written.loadRelaxed();
  const std::uint64_t read = header.consumed.read.loadRelaxed();
  counters.highWaterBytes = header.consumed.highWater.loadRelaxed();
  if (read < written && written - read > counters.highWaterBytes) {
    counters.highWaterBytes = written - read;
  }
  for (std::size_t i = 0; i < kRefusalReasons; ++i) {
    counters.refused[i] = header.counters.refused[i].loadRelaxed();
  }
  counters.aborted = header.counters.aborted.loadRelaxed();
  counters.accepted = header.counters.accepted.loadRelaxed();
  counters.attempt = header.counters.attempt.loadRelaxed();
  return counters;
}

// Threads: any.
template <class Policy>
[[nodiscard]] std::uint64_t readDurableAttempt(const HeaderOf<Policy>& header) noexcept {
  return header.worker.durableAttempt.loadAcquire(Edge::kDurable);
}

template <class Policy>
void ConsumerOf<Policy>::storeAnchor(const ClockAnchor& anchor) noexcept {
  auto& to = ring_.header->worker;
  const std::uint64_t sequence = to.anchorSequence.loadRelaxed();
  to.anchorSequence.storeRelaxed(sequence + 1);
  to.anchorTicks.storeRelease(anchor.ticks, Edge::kAnchor);
  to.anchorUtcNs.storeRelease(anchor.utcNs, Edge::kAnchor);
  to.anchorNsPerTick.storeRelease(anchor.nsPerTick, Edge::kAnchor);
  to.anchorErrorNs.storeRelease(anchor.errorNs, Edge::kAnchor);
  to.anchorEpoch.storeRelease(anchor.epoch, Edge::kAnchor);
  to.anchorSequence.storeRelease(sequence + 2, Edge::kAnchor);
}

// The last anchor the worker stored. False when it was being changed: try again.
// Threads: any.
template <class Policy>
[[nodiscard]] bool tryReadAnchor(const HeaderOf<Policy>& header, ClockAnchor* out) noexcept {
  const auto& from = header.worker;
  const std::uint64_t sequence = from.anchorSequence.loadAcquire(Edge::kAnchor);
  if ((sequence & 1) != 0) return false;
  out->ticks = from.anchorTicks.loadAcquire(Edge::kAnchor);
  out->utcNs = from.anchorUtcNs.loadAcquire(Edge::kAnchor);
  out->nsPerTick = from.anchorNsPerTick.loadAcquire(Edge::kAnchor);
  out->errorNs = from.anchorErrorNs.loadAcquire(Edge::kAnchor);
  out->epoch = from.anchorEpoch.loadAcquire(Edge::kAnchor);
  return from.anchorSequence.loadRelaxed() == sequence;
}

}  // namespace parquet_flow::ring
