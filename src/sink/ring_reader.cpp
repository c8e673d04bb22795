#include "sink/ring_reader.hpp"

#include <algorithm>
#include <utility>

namespace parquet_flow::sink {

void Sightings::add(const Sighting& sighting, std::int64_t graceNs) noexcept {
  if (count_ != 0) {
    Sighting& last = entries_[(first_ + count_ - 1) % kEntries];
    if (sighting.ns - last.ns <= graceNs / 16 || count_ == kEntries) {
      last.end = sighting.end;
      return;
    }
  }
  entries_[(first_ + count_) % kEntries] = sighting;
  ++count_;
}

void Sightings::drop(std::uint64_t position) noexcept {
  while (count_ != 0 && at(0).end <= position) {
    first_ = (first_ + 1) % kEntries;
    --count_;
  }
}

void Sightings::cutBack(std::uint64_t position) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    Sighting& sighting = entries_[(first_ + i) % kEntries];
    sighting.end = std::min(sighting.end, position);
  }
}

std::uint64_t Sightings::dueEnd(std::int64_t nowNs, std::int64_t graceNs) const noexcept {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < count_ && nowNs - at(i).ns >= waitNs(graceNs); ++i) end = at(i).end;
  return end;
}

std::int64_t Sightings::nextDueNs(std::int64_t graceNs) const noexcept {
  return count_ == 0 ? INT64_MAX : at(0).ns + waitNs(graceNs);
}

std::int64_t Sightings::utcNs(std::uint64_t end) const noexcept {
  std::size_t i = 0;
  while (i + 1 < count_ && at(i).end < end) ++i;
  return at(i).utcNs;
}

RingReader::RingReader(Producer* producer, std::shared_ptr<Account> account) noexcept
    : producer_(producer), account_(std::move(account)), consumer_(producer->ring().view()) {}

std::uint64_t RingReader::refresh(std::int64_t nowNs, std::int64_t utcNs,
                                  std::int64_t graceNs) noexcept {
  if (broken_) return 0;
  consumer_.refresh();
  const std::uint64_t end = releasedEnd_ + consumer_.usedBytes();
  const std::uint64_t found = end - seenEnd_;
  if (found != 0) {
    seenEnd_ = end;
    sightings_.add({end, nowNs, utcNs}, graceNs);
  }
  return found;
}

bool RingReader::next(const Clock& clock, DrainedRecord* out) noexcept {
  ring::RecordView view;
  switch (consumer_.next(&view)) {
    case ring::NextRecord::kNone:
      return false;
    case ring::NextRecord::kBroken:
      // What comes behind cannot be found any more. What came before is fine.
      broken_ = true;
      seenEnd_ = consumer_.cursor();
      sightings_.cutBack(seenEnd_);
      sightings_.drop(releasedEnd_);
      return false;
    case ring::NextRecord::kRecord:
      break;
  }
  out->payload = view.payload.data();
  out->bytes = static_cast<std::uint32_t>(view.payload.size());
  out->producer = account_->index;
  out->timeNs = view.base == TimeBase::kTicks   ? clock.toUtcNs(view.time)
                : view.base == TimeBase::kUtcNs ? static_cast<std::int64_t>(view.time)
                                                : sightings_.utcNs(view.end);
  out->attempt = view.attempt;
  out->end = view.end;
  out->reader = this;
  return true;
}

void RingReader::take(const DrainedRecord& record, std::uint64_t* count) noexcept {
  ++*count;
  // Rejected ones come after accepted ones that stand behind them.
  line_.last = std::max(line_.last, record.attempt);
  takenEnd_ = std::max(takenEnd_, record.end);
  if (record.bytes == 0) {
    ++abortedTaken_;
  } else {
    ++dataTaken_;
  }
}

void RingReader::release() noexcept {
  if (takenEnd_ == releasedEnd_) return;
  consumer_.release(takenEnd_);
  releasedEnd_ = takenEnd_;
  sightings_.drop(takenEnd_);
}

void RingReader::settle(std::uint64_t attempt) noexcept {
  line_.last = std::max(line_.last, attempt);
}

// Records come in their order, so they are behind when there are fewer of them in all. A call in
// flight may have published one that it has not counted yet.
bool RingReader::isBehind(const ring::Counters& counters) const noexcept {
  return dataTaken_ + abortedTaken_ < counters.accepted + counters.aborted;
}

std::uint64_t RingReader::lostOf(const ring::Counters& counters) const noexcept {
  return isBehind(counters) ? counters.accepted - dataTaken_ : 0;
}

void RingReader::settleLost(const ring::Counters& counters) noexcept {
  settle(counters.attempt);
  if (!isBehind(counters)) return;
  line_.writeLost += counters.accepted - std::exchange(dataTaken_, counters.accepted);
  line_.aborted += counters.aborted - std::exchange(abortedTaken_, counters.aborted);
}

void RingReader::publishDurable() noexcept {
  const std::uint64_t attempt = account_->durableAttempt.load(std::memory_order_acquire);
  if (attempt == durableAttempt_) return;
  durableAttempt_ = attempt;
  consumer_.storeDurableAttempt(attempt);
}

LedgerLine RingReader::takeLine() noexcept {
  const LedgerLine line = line_;
  line_ = {};
  line_.previous = line.last;
  line_.last = line.last;
  return line;
}

}  // namespace parquet_flow::sink
