// The worker's side of one ring: what it has seen, since when, what it has taken, and what that
// came to.
//
//        released        taken          next()        seen
//   ────────┼──────────────┼──────────────┼─────────────┼──────▶ positions in the ring
//           │ rows already │ looked at,   │ published   │
//           │ in columns   │ waiting      │             │
//
// Records that wait for those of other producers wait in place, in the ring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "ring/ring.hpp"
#include "sink/account.hpp"
#include "sink/producer.hpp"
#include "sink/row_shape.hpp"

namespace parquet_flow::sink {

// When which part of a ring was first seen. A few entries are enough, because what is seen within a
// sixteenth of the grace shares one, and waits that sixteenth longer.
class Sightings {
 public:
  struct Sighting {
    std::uint64_t end = 0;  // of what was seen
    std::int64_t ns = 0;    // on ClockSources::monotonicRawNs
    std::int64_t utcNs = 0;
  };

  void add(const Sighting& sighting, std::int64_t graceNs) noexcept;
  // Forgets those of records below `position`.
  void drop(std::uint64_t position) noexcept;
  // Forgets those of records behind `position`.
  void cutBack(std::uint64_t position) noexcept;
  // Up to where records have waited for the grace; 0: none has.
  [[nodiscard]] std::uint64_t dueEnd(std::int64_t nowNs, std::int64_t graceNs) const noexcept;
  // When the first of those that wait will have waited; INT64_MAX: none waits.
  [[nodiscard]] std::int64_t nextDueNs(std::int64_t graceNs) const noexcept;
  // UTC when the record that ends at `end` was first seen.
  [[nodiscard]] std::int64_t utcNs(std::uint64_t end) const noexcept;

 private:
  static constexpr std::size_t kEntries = 32;
  [[nodiscard]] const Sighting& at(std::size_t i) const noexcept {
    return entries_[(first_ + i) % kEntries];
  }
  static std::int64_t waitNs(std::int64_t graceNs) noexcept {
    return graceNs == 0 ? 0 : graceNs + graceNs / 16;
  }

  std::array<Sighting, kEntries> entries_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

class RingReader {
 public:
  explicit RingReader(Producer* producer, std::shared_ptr<Account> account) noexcept;

  // Looks how far the producer has come; the bytes that are new.
  std::uint64_t refresh(std::int64_t nowNs, std::int64_t utcNs, std::int64_t graceNs) noexcept;

  // The next record of those seen. False: there is none, or the ring is broken.
  bool next(const Clock& clock, DrainedRecord* out) noexcept;
  // The same into head(), where it stays until the next call.
  bool nextHead(const Clock& clock) noexcept { return hasHead_ = next(clock, &head_); }
  [[nodiscard]] bool hasHead() const noexcept { return hasHead_; }
  [[nodiscard]] const DrainedRecord& head() const noexcept { return head_; }
  void dropHead() noexcept { hasHead_ = false; }

  [[nodiscard]] std::uint64_t seenEnd() const noexcept { return seenEnd_; }
  [[nodiscard]] const Sightings& sightings() const noexcept { return sightings_; }
  // Of a broken one too little of the room is given back for that to say anything.
  [[nodiscard]] bool isQuarterFull() const noexcept {
    return !broken_ && consumer_.isQuarterFull();
  }
  // Seen, and not yet in columns.
  [[nodiscard]] std::uint64_t heldBytes() const noexcept { return seenEnd_ - takenEnd_; }
  [[nodiscard]] bool isDrained() const noexcept { return takenEnd_ == seenEnd_; }
  [[nodiscard]] bool isBroken() const noexcept { return broken_; }

  // What became of a record. They come in the ring's order, but for rejected ones.
  void countRow(const DrainedRecord& record) noexcept { take(record, &line_.rows); }
  void countRejected(const DrainedRecord& record) noexcept { take(record, &line_.rejected); }
  void countLost(const DrainedRecord& record) noexcept { take(record, &line_.writeLost); }
  void countAborted(const DrainedRecord& record) noexcept { take(record, &line_.aborted); }

  // Gives the bytes of what was taken back to the producer.
  void release() noexcept;

  // All attempts up to this one have come to something: those behind the last record were refused.
  void settle(std::uint64_t attempt) noexcept;
  // Of the records that had been accepted by then, how many were neither taken nor settled as lost.
  [[nodiscard]] std::uint64_t lostOf(const ring::Counters& counters) const noexcept;
  // As settle, of a ring from which no more is taken: lostOf() are lost.
  void settleLost(const ring::Counters& counters) noexcept;

  // What has happened since the last call.
  [[nodiscard]] bool hasNews() const noexcept { return line_.last != line_.previous; }
  LedgerLine takeLine() noexcept;

  // Tells other processes what the account says.
  void publishDurable() noexcept;

  // How far records are in columns.
  [[nodiscard]] std::uint64_t takenEnd() const noexcept { return takenEnd_; }
  [[nodiscard]] Producer& producer() const noexcept { return *producer_; }
  [[nodiscard]] const std::shared_ptr<Account>& account() const noexcept { return account_; }
  [[nodiscard]] ring::Consumer& consumer() noexcept { return consumer_; }

  // --- for whoever drains -------------------------------------------------------------------

  std::uint64_t dueEnd = 0;      // in this pass: records up to here are not to wait any longer
  std::uint64_t flushEnd = 0;    // a flush waits for records up to here
  ring::Counters flushCounters;  // and for these attempts; 0 of them: some are still in a call
  bool isReported = false;       // that it is broken
  bool isReleased = false;       // the handle was given back before the last refresh

 private:
  void take(const DrainedRecord& record, std::uint64_t* count) noexcept;
  [[nodiscard]] bool isBehind(const ring::Counters& counters) const noexcept;

  Producer* producer_;
  std::shared_ptr<Account> account_;
  ring::Consumer consumer_;
  Sightings sightings_;
  DrainedRecord head_{};
  bool hasHead_ = false;
  bool broken_ = false;
  std::uint64_t seenEnd_ = 0;
  std::uint64_t takenEnd_ = 0;
  std::uint64_t releasedEnd_ = 0;
  LedgerLine line_;
  // Of what was accepted and aborted, what has become something.
  std::uint64_t dataTaken_ = 0;
  std::uint64_t abortedTaken_ = 0;
  std::uint64_t durableAttempt_ = 0;  // as published
};

}  // namespace parquet_flow::sink
