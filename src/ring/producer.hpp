// The producer's end of a ring: private to one process, used by one thread at a time.
//
// The hot path is tryRecord: one compare for the size, one against the cached limit, a clock read,
// a copy, one release store. It allocates nothing, locks nothing, calls nothing that enters the
// kernel, and has no locked instruction; a test disassembles it to hold it to that.
//
// The limit, one past the last byte that may be written, is the read position as last seen plus the
// capacity. An open reservation sets it to 0, so that what must be refused falls off the same
// compare that finds a full ring.
//
// Measured (2-vCPU EPYC, 256 bytes at 2 M/s in bursts of 32, a worker that parks 100 us; mean of a
// call less that of a clock read): 1.4 ns where the two processors share a near cache; else it goes
// with what a line takes from one to the other (docs/performance.md, "Capture"). Prefetching the
// ring for writing, 512 bytes to 64 KiB ahead, made the 1.4 ns 1.7 to 2.1, and 3 to 5 instead of 2
// in a ring larger than the caches: the hardware sees the stream by itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "ring/atomics.hpp"
#include "ring/layout.hpp"

namespace parquet_flow::ring {

// Where a ring's parts are, in this process. Borrowed from whoever owns the mapping.
template <class Policy>
struct RingViewOf {
  HeaderOf<Policy>* header = nullptr;
  typename Policy::Location data{};
  std::uint64_t capacity = 0;  // a power of two
  std::uint32_t recordBytesMax = 0;
};

struct ProducerOptions {
  // What tryRecord stamps a record with, see Clock::base().
  TimeBase stamp = TimeBase::kNone;
  // A low-priority record is refused where it would make the ring hold more bytes than this. At
  // most the capacity.
  std::uint64_t lowPriorityBytes = 0;
};

enum class CloseStatus : std::uint8_t {
  kFinal,            // no call is in flight, none will publish: the published position is final
  kReservationOpen,  // somebody reserved and neither committed nor aborted
  kCallRunning,      // a call began and has not come back; its thread may be gone
};

struct CloseOutcome {
  CloseStatus status;
  bool barrier;  // membarrier ran; without it `status` is an observation, not a proof

  // Only then will no thread touch the ring's data again.
  [[nodiscard]] bool mayUnmap() const noexcept { return status == CloseStatus::kFinal && barrier; }
};

template <class Policy>
class alignas(kGroupBytes) ProducerOf {
 public:
  // The first and only producer of a new ring.
  ProducerOf(const RingViewOf<Policy>& ring, const ProducerOptions& options) noexcept
      : limit_(ring.capacity),
        mask_(ring.capacity - 1),
        header_(ring.header),
        data_(ring.data),
        spareBytes_(ring.capacity - options.lowPriorityBytes),
        recordBytesMax_(ring.recordBytesMax),
        stamp_(options.stamp) {
    PF_ASSERT(options.lowPriorityBytes <= ring.capacity && isTimeBase(options.stamp));
  }
  ProducerOf(const ProducerOf&) = delete;
  ProducerOf& operator=(const ProducerOf&) = delete;

  // --- the producer's thread -----------------------------------------------------------------

  // Copies one record into the ring, stamped by the configured clock.
  //
  //   bytes   1 .. recordBytesMax(); the payload alone.
  //
  // Every call takes the next attempt number and is counted, whatever comes of it.
  // Threads: one at a time. Cost: wait-free.
  // Returns kOk: published; kFull, kTooLarge, kClosed, kBusy (a reservation is open): refused, and
  // nothing was written.
  [[gnu::always_inline]] RecordResult tryRecord(const void* payload, std::size_t bytes) noexcept {
    return record<false>(payload, bytes, 0, 0);
  }

  // The same with the caller's own time, nanoseconds since 1970 UTC.
  [[gnu::always_inline]] RecordResult tryRecordAt(std::int64_t timeNs, const void* payload,
                                                  std::size_t bytes) noexcept {
    return record<true>(payload, bytes, 0, static_cast<std::uint64_t>(timeNs));
  }

  // The same as tryRecord, but also refused, with kReserved, where it would fill the ring above
  // ProducerOptions::lowPriorityBytes.
  [[gnu::always_inline]] RecordResult tryRecordLow(const void* payload,
                                                   std::size_t bytes) noexcept {
    return record<false>(payload, bytes, spareBytes_, 0);
  }

  // Room for one record, to be filled in place and then committed or aborted; until then every
  // other call is refused with kBusy. The record's time is that of this call.
  //
  //   out   set on kOk alone: 8-byte aligned, `bytes` bytes, contents undefined; ours again at
  //         commit, abort and never later than that.
  //
  // Returns as tryRecord.
  RecordResult tryReserve(std::size_t bytes, typename Policy::Pointer* out) noexcept;

  // Publishes the reserved record. kOk; kBusy: nothing is reserved; kClosed: close has taken the
  // final position before this call, the record is not in the ring and counts as refused.
  RecordResult commit() noexcept { return resolve(RecordKind::kData); }

  // Gives the reservation up: publishes a record of kind aborted, which keeps the attempt number
  // from looking like a refusal. Returns as commit.
  RecordResult abort() noexcept { return resolve(RecordKind::kAborted); }

  [[nodiscard]] std::uint32_t recordBytesMax() const noexcept { return recordBytesMax_; }

  // --- the child of a fork, and whoever leaves the producer alone ----------------------------

  // From now on every call is kClosed and touches nothing but this object: in a child, where the
  // mapping does not exist, and where nobody reads the ring any more, for children to come. A call
  // that has begun goes on.
  void markDead() noexcept { state_.storeRelaxed(kDead); }

  // --- the worker ----------------------------------------------------------------------------

  // Changes what tryRecord stamps, from one of the next calls on.
  void setStamp(TimeBase stamp) noexcept { stamp_.storeRelaxed(stamp); }

  // --- whoever closes: one thread, not the producer's --------------------------------------

  // From now on new records are refused. Calls that have begun go on. May be repeated.
  void beginClose() noexcept {
    if (state_.loadRelaxed() == kOpen) state_.storeRelaxed(kClosing);
  }

  // beginClose, then waits until no call is in flight or expired() says true. An open reservation
  // is a call in flight, and may still be committed. May be repeated until the status is kFinal.
  template <class Expired>
  CloseOutcome close(Expired&& expired) noexcept {
    beginClose();
    const bool barrier = Policy::heavyFence();
    return await(barrier, [&](std::uint32_t call) { return call != kIdle && !expired(); });
  }

  // Takes the published position as final although a reservation is open: its commit or abort will
  // be kClosed. Waits for a running call until expired() says true.
  //
  // kFinal and kReservationOpen: the position is final; kCallRunning: that call may still publish a
  // record that nobody will read.
  template <class Expired>
  CloseOutcome forceFinal(Expired&& expired) noexcept {
    state_.storeRelaxed(kEnded);
    const bool barrier = Policy::heavyFence();
    return await(barrier, [&](std::uint32_t call) { return call == kRecording && !expired(); });
  }

 private:
  // inCall_
  static constexpr std::uint32_t kIdle = 0;
  static constexpr std::uint32_t kRecording = 1;  // between entry and return of a call
  static constexpr std::uint32_t kReserving = 2;  // between calls, with a reservation open
  // state_
  static constexpr std::uint32_t kOpen = 0;
  static constexpr std::uint32_t kClosing = 1;  // an open reservation may still be committed
  static constexpr std::uint32_t kEnded = 2;    // it may not
  static constexpr std::uint32_t kDead = 3;     // the mapping is not there, or nobody's

  using Counter = typename Policy::template Atomic<std::uint64_t>;

  struct Reservation {
    std::uint64_t limit = 0;  // what limit_ was
    std::uint64_t end = 0;
    RecordHead head = {};
    bool isOpen = false;
  };

  // The first half of every call; kRecording is what close waits for.
  [[gnu::always_inline]] std::uint32_t enter() noexcept {
    inCall_.storeRelaxed(kRecording);
    Policy::lightFence();
    return state_.loadRelaxed();
  }
  [[gnu::always_inline]] static std::uint64_t increment(Counter& counter) noexcept {
    const std::uint64_t value = counter.loadRelaxed() + 1;
    counter.storeRelaxed(value);
    return value;
  }
  [[gnu::always_inline]] void publish(HeaderOf<Policy>* header, std::uint64_t end,
                                      Counter& counter) noexcept {
    writePosition_ = end;
    header->published.written.storeRelease(end, Edge::kPublish);
    increment(counter);
    inCall_.storeRelease(kIdle, Edge::kCallEnd);
  }

  // A leaf: what it does not do itself it leaves to one of the functions below by a jump, so that
  // no register needs saving.
  template <bool kCallersTime>
  [[gnu::always_inline]] RecordResult record(const void* payload, std::size_t bytes,
                                             std::uint64_t spareBytes,
                                             std::uint64_t time) noexcept {
    if (enter() != kOpen) [[unlikely]]
      return refuseClosed();
    HeaderOf<Policy>* const header = header_;
    const std::uint64_t attempt = increment(header->counters.attempt);
    // 0 wraps around to more than any maximum. Before rounding up, which could wrap too.
    if (bytes - 1 >= recordBytesMax_) [[unlikely]]
      return refuse(RecordResult::kTooLarge);
    const std::uint64_t position = writePosition_;
    const std::uint64_t end = position + recordBytes(bytes);
    const bool isOurs = kCallersTime || stamp_.loadRelaxed() == TimeBase::kTicks;
    if (end + spareBytes > limit_ || bytes > kInlineCopyBytesMax || !isOurs) [[unlikely]] {
      return recordSlowly<kCallersTime>(payload, bytes, spareBytes, time);
    }
    const auto place = Policy::at(data_, position & mask_);
    Policy::writeHead(place, {static_cast<std::uint32_t>(bytes), RecordKind::kData,
                              kCallersTime ? TimeBase::kUtcNs : TimeBase::kTicks,
                              kCallersTime ? time : readTicks(), attempt});
    Policy::copyShort(Policy::at(place, kRecordHeadBytes), payload, bytes);
    publish(header, end, header->counters.accepted);
    return RecordResult::kOk;
  }

  // The rest of record(): a long record, another clock, a limit to be looked up again. The call is
  // entered, the attempt counted, the size checked.
  template <bool kCallersTime>
  [[gnu::noinline]] RecordResult recordSlowly(const void* payload, std::size_t bytes,
                                              std::uint64_t spareBytes,
                                              std::uint64_t time) noexcept {
    const std::uint64_t end = writePosition_ + recordBytes(bytes);
    const RecordResult room = makeRoom(end, spareBytes);
    if (room != RecordResult::kOk) return refuse(room);
    const auto place = Policy::at(data_, writePosition_ & mask_);
    const TimeBase base = kCallersTime ? TimeBase::kUtcNs : stamp_.loadRelaxed();
    Policy::writeHead(
        place, {static_cast<std::uint32_t>(bytes), RecordKind::kData, base,
                kCallersTime ? time : stampWith(base), header_->counters.attempt.loadRelaxed()});
    Policy::copyLong(Policy::at(place, kRecordHeadBytes), payload, bytes);
    publish(header_, end, header_->counters.accepted);
    return RecordResult::kOk;
  }

  static std::uint64_t stampWith(TimeBase base) noexcept {
    return base == TimeBase::kTicks ? readTicks() : stampOf(base);
  }

  // kOk, or why there is no room below `end` with `spareBytes` to be left.
  RecordResult makeRoom(std::uint64_t end, std::uint64_t spareBytes) noexcept {
    if (end + spareBytes <= limit_) return RecordResult::kOk;
    if (reservation_.isOpen) return RecordResult::kBusy;
    limit_ = header_->consumed.read.loadAcquire(Edge::kRelease) + mask_ + 1;
    if (end + spareBytes <= limit_) return RecordResult::kOk;
    return end <= limit_ ? RecordResult::kReserved : RecordResult::kFull;
  }

  RecordResult resolve(RecordKind kind) noexcept;

  [[gnu::noinline, gnu::cold]] RecordResult refuseClosed() noexcept {
    if (state_.loadRelaxed() == kDead) return endRefused(RecordResult::kClosed);
    increment(header_->counters.attempt);
    return refuse(RecordResult::kClosed);
  }
  [[gnu::noinline, gnu::cold]] RecordResult refuse(RecordResult reason) noexcept {
    increment(header_->counters.refused[static_cast<std::size_t>(reason) - 1]);
    return endRefused(reason);
  }
  RecordResult endRefused(RecordResult reason) noexcept {
    inCall_.storeRelease(reservation_.isOpen ? kReserving : kIdle, Edge::kCallEnd);
    return reason;
  }

  template <class GoOn>
  CloseOutcome await(bool barrier, GoOn&& goOn) noexcept {
    std::uint32_t call = inCall_.loadAcquire(Edge::kCallEnd);
    while (goOn(call)) {
      Policy::pause();
      call = inCall_.loadAcquire(Edge::kCallEnd);
    }
    const CloseStatus status = call == kIdle        ? CloseStatus::kFinal
                               : call == kReserving ? CloseStatus::kReservationOpen
                                                    : CloseStatus::kCallRunning;
    return {status, barrier};
  }

  // One cache line: all that a record needs to know.
  typename Policy::template Atomic<std::uint32_t> inCall_{kIdle};
  typename Policy::template Atomic<std::uint32_t> state_{kOpen};
  std::uint64_t writePosition_ = 0;
  std::uint64_t limit_;
  std::uint64_t mask_;
  HeaderOf<Policy>* header_;
  typename Policy::Location data_;
  std::uint64_t spareBytes_;
  std::uint32_t recordBytesMax_;
  typename Policy::template Atomic<TimeBase> stamp_;
  // The next one: what a reservation needs besides.
  Reservation reservation_;
};

template <class Policy>
RecordResult ProducerOf<Policy>::tryReserve(std::size_t bytes,
                                            typename Policy::Pointer* out) noexcept {
  if (enter() != kOpen) [[unlikely]]
    return refuseClosed();
  const std::uint64_t attempt = increment(header_->counters.attempt);
  if (bytes - 1 >= recordBytesMax_) [[unlikely]]
    return refuse(RecordResult::kTooLarge);
  const std::uint64_t end = writePosition_ + recordBytes(bytes);
  const RecordResult room = makeRoom(end, 0);
  if (room != RecordResult::kOk) [[unlikely]]
    return refuse(room);
  const TimeBase base = stamp_.loadRelaxed();
  reservation_.limit = limit_;
  reservation_.end = end;
  reservation_.head = {static_cast<std::uint32_t>(bytes), RecordKind::kData, base, stampWith(base),
                       attempt};
  reservation_.isOpen = true;
  limit_ = 0;
  *out = Policy::pointer(Policy::at(data_, (writePosition_ & mask_) + kRecordHeadBytes));
  inCall_.storeRelease(kReserving, Edge::kCallEnd);
  return RecordResult::kOk;
}

template <class Policy>
RecordResult ProducerOf<Policy>::resolve(RecordKind kind) noexcept {
  if (!reservation_.isOpen) return RecordResult::kBusy;
  const std::uint32_t state = enter();
  reservation_.isOpen = false;
  if (state == kDead) [[unlikely]]
    return endRefused(RecordResult::kClosed);
  if (state == kEnded) [[unlikely]]
    return refuse(RecordResult::kClosed);
  limit_ = reservation_.limit;
  RecordHead head = reservation_.head;
  std::uint64_t end = reservation_.end;
  Counter* counter = &header_->counters.accepted;
  if (kind == RecordKind::kAborted) {
    head.kind = kind;
    head.bytes = 0;
    end = writePosition_ + kRecordHeadBytes;
    counter = &header_->counters.aborted;
  }
  Policy::writeHead(Policy::at(data_, writePosition_ & mask_), head);
  publish(header_, end, *counter);
  return RecordResult::kOk;
}

}  // namespace parquet_flow::ring
