#include "sink/worker.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "base/contained.hpp"
#include "sink/grow.hpp"

namespace parquet_flow::sink {
namespace {

// After a pass that found less, more than this is not lost by waiting for the next one.
constexpr std::uint64_t kBusyPassBytes = std::uint64_t{64} << 10;
// A pass gives room back at its end; a longer one would keep producers waiting for it.
constexpr std::uint64_t kPassBytesMax = std::uint64_t{1} << 20;
// Pieces handed over that the encoder needs to have something to do, and how long the worker waits
// for it to come down to that before it fills one more: pieces of 256 KiB are then 1.3 GB/s.
constexpr std::size_t kPiecesAhead = 2;
constexpr std::uint64_t kPatienceNs = 200'000;
// Anchors of epochs that the ledger lists.
constexpr std::size_t kAnchorsMax = 16;

ClockChoice choiceOf(TimeBase base) noexcept {
  switch (base) {
    case TimeBase::kTicks:
      return ClockChoice::kTicks;
    case TimeBase::kUtcNs:
      return ClockChoice::kSystem;
    case TimeBase::kNone:
      break;
  }
  return ClockChoice::kWorker;
}

void relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Worker::Worker(const WorkerParts& parts, Clock clock, std::unique_ptr<RowShape> shape)
    : parts_(parts),
      options_(*parts.options),
      clock_(clock),
      capture_(options_),
      shape_(std::move(shape)),
      parkNs_(options_.parkNs) {
  clockReport_.anchors.reserve(kAnchorsMax);
  parts_.registry->setStamp(clock_.base());
  reportClock();
}

bool Worker::isDone() const noexcept {
  return lastSealed_ && (options_.encodeThreads != 0 || parts_.requests->finished());
}

void Worker::run() noexcept {
  while (!isDone()) {
    const std::uint32_t seen = parts_.wake->look();
    const std::uint64_t waitNs = turn();
    if (waitNs == 0 || isDone()) continue;
    if (options_.worker == WorkerMode::kSpin && !lastSealed_) {
      relax();
    } else {
      parts_.wake->waitFor(seen, waitNs);
    }
  }
}

// The boundary of this thread: what the standard library throws ends as the sink's failure.
std::uint64_t Worker::turn() noexcept {
  try {
    return turnInside();
  } catch (const std::bad_alloc&) {
    parts_.failure->last(ErrorCode::kOutOfMemory, "out of memory in the worker");
    // Where nobody waits, the end takes no memory.
    if (finishing_ && !lastSealed_ && parts_.requests->isAbandoned()) finishAll();
  } catch (const std::exception& exception) {
    parts_.failure->last(ErrorCode::kInternal, exception.what());
  } catch (...) {
    parts_.failure->last(ErrorCode::kInternal, "unexpected exception in the worker");
  }
  return options_.parkNs;
}

std::uint64_t Worker::turnInside() {
  parts_.counters->passes.add(1);
  const std::uint64_t retryNs = parts_.stage->pump();
  if (lastSealed_) return retryNs;
  nowNs_ = options_.clockSources.monotonicRawNs(options_.clockSources.context);
  utcNs_ = clock_.utcNowNs();
  starved_ = false;
  // Before the look at the rings: nothing is published any more once this is set.
  finishing_ = parts_.requests->isFinishing();
  refreshClock();
  lookAround();
  takeRequests();

  if (parts_.requests->isAbandoned() || parts_.failure->isLasting()) {
    if (finishing_) {
      finishAll();
    } else if (flush_) {
      parts_.requests->answer(flush_->number, parts_.failure->error());
      flush_.reset();
    }
    return lastSealed_ ? 0 : options_.parkMaxNs;
  }

  std::uint64_t found = 0;
  for (const auto& reader : readers_) found += reader->refresh(nowNs_, utcNs_, graceNs_);
  const bool more = drain();
  giveRoomBack();
  retireReleased();
  answerFlush();
  sealWhatIsDue();
  if (finishing_ && !more) finishAll();
  if (lastSealed_ || (more && !starved_)) return 0;
  return pace(found, retryNs);
}

// --- what has changed around us ------------------------------------------------------------------

void Worker::lookAround() {
  takeArrivals();
  for (const auto& reader : readers_) {
    // Before the look at the ring: what is in it then is all there will be.
    reader->isReleased = reader->producer().released.load(std::memory_order_acquire);
    reader->publishDurable();
  }
}

void Worker::takeArrivals() {
  parts_.registry->takeNew(&arrivals_);
  // One by one: without memory for one of them it is still to come.
  for (; !arrivals_.empty(); arrivals_.pop_back()) {
    Producer* const producer = arrivals_.back();
    auto reader = std::make_unique<RingReader>(producer, producer->account());
    growFor(1, &readers_);
    merge_.reserve(readers_.capacity());
    growFor(readers_.capacity(), &ended_);  // for when they all come to their end
    if (clock_.base() == TimeBase::kTicks) reader->consumer().storeAnchor(clock_.anchor());
    readers_.push_back(std::move(reader));
  }
  // One producer's records are in order by themselves.
  graceNs_ = readers_.size() > 1 ? static_cast<std::int64_t>(options_.graceNs) : 0;
}

void Worker::refreshClock() {
  if (nowNs_ < clockRefreshAtNs_) return;
  clockRefreshAtNs_ = nowNs_ + kClockRefreshNs;
  switch (clock_.refresh()) {
    case Clock::Refresh::kNothing:
      return;
    case Clock::Refresh::kLeftTicks:
      parts_.registry->setStamp(clock_.base());
      ++clockReport_.epochs;
      parts_.log->warning(
          [&] { return "time stamps: " + std::string(clockReasonText(clock_.reason())); });
      break;
    case Clock::Refresh::kStepped:
      ++clockReport_.epochs;
      parts_.log->warning(
          [] { return "the system's clock was set: a new epoch of capture_time begins"; });
      break;
    case Clock::Refresh::kSteady:
      break;
  }
  reportClock();
  for (const auto& reader : readers_) reader->consumer().storeAnchor(clock_.anchor());
}

void Worker::reportClock() {
  const ClockAnchor& anchor = clock_.anchor();
  auto& anchors = clockReport_.anchors;
  clockReport_.source = choiceOf(clock_.base());
  clockReport_.reason = clock_.reason();
  clockReport_.errorNs = anchor.errorNs;
  if (anchor.ticks != 0) {
    if (anchors.empty() || anchors.back().epoch != anchor.epoch) {
      if (anchors.size() == kAnchorsMax) anchors.erase(anchors.begin());
      anchors.push_back(anchor);
    }
    anchors.back() = anchor;
  }
  parts_.session->setClock(clockReport_);
  parts_.counters->clock.store(clockReport_.source, std::memory_order_relaxed);
  parts_.counters->clockErrorNs.set(static_cast<std::uint64_t>(anchor.errorNs));
  parts_.counters->clockEpochs.set(clockReport_.epochs);
}

void Worker::takeRequests() {
  if (flush_ || finishing_) return;
  const Requests::Asked asked = parts_.requests->take();
  if (asked.number != 0) beginFlush(asked);
}

// Everything accepted by now is to be settled: the records in the rings, and the attempts behind
// them that were refused. An attempt is known to have come to something when every attempt so far
// has: when the sum of what came of them, read first, is the number of attempts, read later, with a
// barrier in every core between the two.
void Worker::beginFlush(const Requests::Asked& asked) {
  flush_ = asked;
  // A producer may have come between the last look and the request: its records are meant too.
  takeArrivals();
  for (const auto& reader : readers_) {
    ring::Counters& counters = reader->flushCounters;
    counters = ring::readCounters(reader->producer().ring().header());
    counters.attempt = counters.accepted + counters.aborted + counters.refusedInAll();
  }
  ring::StdAtomics::heavyFence();
  for (const auto& reader : readers_) {
    const auto& header = reader->producer().ring().header();
    std::uint64_t& attempt = reader->flushCounters.attempt;
    if (header.counters.attempt.loadRelaxed() != attempt) attempt = 0;
    reader->refresh(nowNs_, utcNs_, graceNs_);
    reader->flushEnd = reader->seenEnd();
  }
}

// --- from rings to columns -----------------------------------------------------------------------

// Whether records must not wait for those of other producers now.
bool Worker::mustRelease() const noexcept {
  if (graceNs_ == 0 || flush_ || finishing_) return true;
  std::uint64_t held = 0;
  for (const auto& reader : readers_) {
    if (reader->isQuarterFull()) return true;
    held += reader->heldBytes();
  }
  return held > options_.heldBytesMax;
}

bool Worker::drain() {
  if (runBegin_ != runEnd_ && !appendRun()) return true;
  const bool all = mustRelease();
  for (const auto& reader : readers_) {
    reader->dueEnd = all ? reader->seenEnd() : reader->sightings().dueEnd(nowNs_, graceNs_);
  }
  return readers_.size() == 1 ? drainOne(*readers_.front()) : drainMerged();
}

bool Worker::drainOne(RingReader& reader) {
  const std::uint64_t stopAt = reader.takenEnd() + kPassBytesMax;
  while (true) {
    if (reader.hasHead()) {  // of when there were others
      run_[runEnd_++] = reader.head();
      reader.dropHead();
    }
    while (runEnd_ < run_.size() && reader.next(clock_, &run_[runEnd_])) ++runEnd_;
    const bool none = runEnd_ < run_.size();
    if (!appendRun()) return true;
    if (none) return false;
    if (reader.takenEnd() >= stopAt) return true;
  }
}

// Takes records in order until none of those that are due is left. So a record goes before its time
// when it belongs before one that is due, and nobody waits for a record whose time is far ahead.
bool Worker::drainMerged() {
  merge_.clear();
  std::size_t owing = 0;  // rings whose next record is due
  const auto owes = [](const RingReader& reader) {
    return reader.hasHead() && reader.head().end <= reader.dueEnd;
  };
  for (const auto& reader : readers_) {
    if (!reader->hasHead() && !reader->nextHead(clock_)) continue;
    merge_.push(reader.get());
    if (owes(*reader)) ++owing;
  }
  std::uint64_t bytes = 0;
  while (owing != 0) {
    RingReader& first = merge_.first();
    if (owes(first)) --owing;
    run_[runEnd_++] = first.head();
    bytes += ring::recordBytes(first.head().bytes);
    first.nextHead(clock_);
    if (owes(first)) ++owing;
    merge_.firstChanged();
    if (runEnd_ == run_.size() && !appendRun()) return true;
    if (bytes >= kPassBytesMax) break;
  }
  return !appendRun() || owing != 0;
}

bool Worker::appendRun() {
  while (runBegin_ != runEnd_) {
    if (newsSinceNs_ == 0) newsSinceNs_ = nowNs_;
    const DrainedRecord& next = run_[runBegin_];
    if (next.bytes == 0) {
      next.reader->countAborted(next);
      ++runBegin_;
      continue;
    }
    if (!acquireRowGroup() || !acquirePiece()) return false;
    std::size_t end = runBegin_ + 1;
    while (end != runEnd_ && run_[end].bytes != 0) ++end;
    if (!appendRows(end - runBegin_)) return false;
  }
  runBegin_ = 0;
  runEnd_ = 0;
  return true;
}

// Of the next `count` records of the run, as many as the piece takes; hands it over when it is
// full, and the row group with it when that is.
bool Worker::appendRows(std::size_t count) {
  const std::uint64_t most = rowsMax() - group_->rows - piece_->body.rows;
  const std::span<DrainedRecord> offered(&run_[runBegin_], std::min<std::uint64_t>(count, most));
  bool isFull = false;
  const Appended appended = fillPiece(offered, &isFull);
  const auto taken = offered.first(appended.taken);
  capture_.append(taken.first(appended.accepted), piece_->capture);
  countTaken(taken, appended);
  runBegin_ += appended.taken;
  if (appended.outOfMemory) {
    parts_.failure->last(ErrorCode::kOutOfMemory, "out of memory for a row group");
    parts_.log->error([] { return "out of memory for a row group: no more records are taken"; });
    return false;
  }
  const std::uint64_t filled = piece_->filledBytes();
  if (isFull || group_->rows + piece_->body.rows >= rowsMax() ||
      handedOverBytes_ + filled >= options_.rowGroupBytes) {
    seal({});
  } else if (piece_->body.rows != 0 &&
             (appended.taken < offered.size() || filled >= parts_.pieceMemory->plan.bytes)) {
    submitPiece(false);
  }
  return true;
}

// A record larger than what the piece may still take goes into the next one; one that is larger
// than a piece has one for itself; only one that is larger than a row group may be has a row group
// for itself.
Appended Worker::fillPiece(std::span<DrainedRecord> offered, bool* sealGroup) {
  const std::uint64_t filled = piece_->filledBytes();
  const auto roomOf = [](std::uint64_t most, std::uint64_t used) {
    return most - std::min(most, used);
  };
  const std::uint64_t groupRoom = roomOf(options_.rowGroupBytes, handedOverBytes_ + filled);
  const std::uint64_t pieceRoom = roomOf(parts_.pieceMemory->plan.bytes, filled);
  const bool pieceEmpty = piece_->body.rows == 0;
  const bool groupEmpty = pieceEmpty && group_->rows == 0;
  Appended appended;
  appended.outOfMemory = !capture_.reserve(offered.size(), piece_->capture);
  if (appended.outOfMemory) return appended;
  appended = shape_->append(offered, std::min(groupRoom, pieceRoom), groupEmpty, piece_->body);
  if (appended.taken == 0 && pieceEmpty && !groupEmpty && !appended.outOfMemory) {
    appended = shape_->append(offered.first(1), groupRoom, false, piece_->body);
  }
  *sealGroup = appended.taken < offered.size() && !appended.outOfMemory &&
               (groupRoom <= pieceRoom || (appended.taken == 0 && pieceEmpty));
  return appended;
}

void Worker::countTaken(std::span<const DrainedRecord> records, const Appended& appended) noexcept {
  std::uint64_t outOfOrder = 0;
  for (const DrainedRecord& record : records.first(appended.accepted)) {
    record.reader->countRow(record);
    outOfOrder += record.timeNs < lastTimeNs_ ? 1 : 0;
    lastTimeNs_ = record.timeNs;
  }
  for (const DrainedRecord& record : records.subspan(appended.accepted)) {
    record.reader->countRejected(record);
  }
  if (outOfOrder != 0) parts_.counters->outOfOrder.add(outOfOrder);
  if (appended.taken != appended.accepted) {
    parts_.counters->rejected.add(appended.taken - appended.accepted);
  }
}

void Worker::giveRoomBack() {
  std::uint64_t held = 0;
  for (const auto& reader : readers_) {
    reader->release();
    held += reader->heldBytes();
    if (reader->isBroken() && !std::exchange(reader->isReported, true)) {
      parts_.log->error([&] {
        return reader->account()->name + ": its ring was overwritten, and is not read any further";
      });
    }
  }
  parts_.counters->heldBytes.set(held);
}

// --- row groups ----------------------------------------------------------------------------------

bool Worker::acquireRowGroup() {
  if (group_ == nullptr) group_ = static_cast<RowGroup*>(parts_.stage->tryAcquire());
  starved_ = group_ == nullptr;
  return !starved_;
}

bool Worker::acquirePiece() {
  if (piece_ != nullptr) return true;
  starved_ = !mayTakePiece();
  if (starved_) return false;
  auto* const piece = static_cast<RowPiece*>(parts_.stage->tryAcquirePiece());
  starved_ = piece == nullptr;
  if (starved_) return false;
  piece->prepare();
  piece_ = piece;
  return true;
}

// While the encoder has more to do than it needs to be kept busy, what would be filled now is out
// of the cache before its turn comes: so records rather wait in their rings, but not for long,
// since the encoder may be writing.
bool Worker::mayTakePiece() {
  const std::size_t ahead = parts_.stage->piecesOnTheirWay();
  if (ahead < kPiecesAhead) {
    hurriedNs_ = 0;
    return true;
  }
  if (parts_.pieceMemory->bytes.load(std::memory_order_relaxed) >
      parts_.pieceMemory->plan.bytesMax) {
    return false;
  }
  if (hurriedNs_ == 0) hurriedNs_ = nowNs_;
  if (static_cast<std::uint64_t>(nowNs_ - hurriedNs_) < kPatienceNs) return false;
  hurriedNs_ = 0;
  return true;
}

void Worker::submitPiece(bool isWhole) {
  const std::uint64_t filled = piece_->filledBytes();
  const auto shareOf = [](std::uint64_t part, std::uint64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  piece_->shareOfWhole = isWhole ? 1.0
                                 : std::max(shareOf(filled, options_.rowGroupBytes),
                                            shareOf(piece_->body.rows, options_.rowGroupRows));
  piece_->seal();
  handedOverBytes_ += filled;
  parts_.stage->append(group_, std::exchange(piece_, nullptr));
}

std::uint64_t Worker::rowsMax() const noexcept {
  if (options_.rotateRows == 0) return options_.rowGroupRows;
  return std::min(options_.rowGroupRows, options_.rotateRows - rowsSinceRotation_);
}

bool Worker::hasNews() const noexcept {
  return !ended_.empty() || std::any_of(readers_.begin(), readers_.end(),
                                        [](const auto& reader) { return reader->hasNews(); });
}

// Hands the row group being filled over, with what it adds to the ledger. False: there is none to
// do it with, try again.
bool Worker::seal(const Order& order) {
  if (!acquireRowGroup()) return false;
  const bool hasLines = makeRoomForLines();
  if (hasLines) {
    // From here on nothing fails, so that no line is taken for nothing.
    for (const auto& reader : readers_) {
      if (reader->hasNews()) {
        group_->deltas.push_back({reader->account(), reader->takeLine(), std::nullopt});
      }
    }
    for (LedgerDelta& delta : ended_) group_->deltas.push_back(std::move(delta));
  }
  ended_.clear();
  group_->order = order;
  group_->order.lacksLines = !hasLines;
  if (piece_ != nullptr && piece_->body.rows != 0) submitPiece(group_->rows == 0);
  handedOverBytes_ = 0;
  rowsSinceRotation_ += group_->rows;
  if (order.publish || rowsSinceRotation_ >= options_.rotateRows) rowsSinceRotation_ = 0;
  newsSinceNs_ = 0;
  parts_.stage->submit(std::exchange(group_, nullptr));
  return true;
}

// False: there is no memory, and nobody waits until there is: nothing more can be written that a
// ledger would hold for.
bool Worker::makeRoomForLines() {
  const auto make = [this]() -> Result<void> {
    growFor(readers_.size() + ended_.size(), &group_->deltas);
    return {};
  };
  return (parts_.requests->isAbandoned() ? contained(make) : make()).has_value();
}

void Worker::sealWhatIsDue() {
  if (newsSinceNs_ != 0 && options_.rowGroupTimeNs != 0 &&
      static_cast<std::uint64_t>(nowNs_ - newsSinceNs_) >= options_.rowGroupTimeNs) {
    seal({});
  }
  const std::int64_t since = parts_.output->fileSinceNs();
  if (options_.rotateTimeNs != 0 && since != 0 && since != rotationAskedFor_ &&
      static_cast<std::uint64_t>(nowNs_ - since) >= options_.rotateTimeNs) {
    if (seal({.rotateIfDue = true})) rotationAskedFor_ = since;
  }
}

void Worker::answerFlush() {
  if (!flush_ || runBegin_ != runEnd_) return;
  for (const auto& reader : readers_) {
    if (!reader->isBroken() && reader->takenEnd() < reader->flushEnd) return;
  }
  if (!acquireRowGroup()) return;
  const std::uint64_t lost = settleFlushed();
  const bool sealed =
      seal({.ticket = flush_->number, .sync = true, .publish = flush_->publish, .lost = lost});
  if (sealed) flush_.reset();
}

// How many of the records that the flush was for are lost. The ledger says so with it, but where a
// call went on when the flush began: then the next flush, or the producer's end, has it say so.
std::uint64_t Worker::settleFlushed() noexcept {
  std::uint64_t lost = std::exchange(lostUntold_, 0);
  for (const auto& reader : readers_) {
    const ring::Counters& counters = reader->flushCounters;
    if (!reader->isBroken()) {
      reader->settle(counters.attempt);
    } else if (counters.attempt != 0) {
      lost += settleLost(*reader, counters);
    } else {
      lost += reader->lostOf(counters);
    }
  }
  return lost;
}

// --- the end of a producer, and of all -----------------------------------------------------------

void Worker::retireReleased() {
  if (finishing_) return;  // finishAll takes them all
  std::erase_if(readers_, [this](const std::unique_ptr<RingReader>& reader) {
    const bool gone = reader->isReleased && !reader->hasHead() && runBegin_ == runEnd_ &&
                      (reader->isDrained() || reader->isBroken());
    if (!gone) return false;
    lostUntold_ += finishReader(*reader);
    parts_.registry->free(&reader->producer());
    return true;
  });
}

std::uint64_t Worker::finishReader(RingReader& reader) noexcept {
  const ring::Counters counters = reader.producer().finalCounters();
  const std::uint64_t lost = settleLost(reader, counters);
  for (std::size_t i = 0; i < refusedInAll_.size(); ++i) refusedInAll_[i] += counters.refused[i];
  // Without attempts that are new it still has to be said why some were refused.
  if (reader.hasNews() || counters.refusedInAll() != 0) {
    ended_.push_back({reader.account(), reader.takeLine(), counters.refused});
    if (newsSinceNs_ == 0) newsSinceNs_ = nowNs_;
  }
  return lost;
}

std::uint64_t Worker::settleLost(RingReader& reader, const ring::Counters& counters) noexcept {
  const std::uint64_t lost = reader.lostOf(counters);
  reader.settleLost(counters);
  if (lost == 0) return 0;
  parts_.counters->lost.add(lost);
  parts_.log->error([&] {
    return reader.account()->name + ": " + std::to_string(lost) + " accepted records are lost" +
           (reader.isBroken() ? ": its ring was overwritten" : "");
  });
  return lost;
}

// Nothing comes any more, or nothing is taken any more: the last row group. Whoever asked for a
// flush before that gets it.
void Worker::finishAll() {
  if (!acquireRowGroup()) return;
  Order order{.last = true, .lost = std::exchange(lostUntold_, 0)};
  for (const auto& reader : readers_) order.lost += finishReader(*reader);
  readers_.clear();
  parts_.session->setTotals({refusedInAll_, parts_.noRing->load(std::memory_order_relaxed)});
  if (flush_) order.ticket = flush_->number;
  if (const Requests::Asked asked = parts_.requests->take(); asked.number != 0) {
    order.ticket = asked.number;
  }
  order.sync = order.ticket != 0 && !parts_.requests->isAbandoned();
  lastSealed_ = seal(order);
}

std::uint64_t Worker::pace(std::uint64_t found, std::uint64_t retryNs) {
  if (starved_) {
    if (retryNs != 0) return retryNs;
    return hurriedNs_ != 0 ? kPatienceNs : options_.parkMaxNs;
  }
  if (found >= kBusyPassBytes) return 0;
  parkNs_ = found != 0 ? options_.parkNs : std::min(2 * parkNs_, options_.parkMaxNs);
  std::int64_t until = nowNs_ + static_cast<std::int64_t>(parkNs_);
  const auto notAfter = [&](std::int64_t ns) { until = std::min(until, ns); };
  for (const auto& reader : readers_) {
    if (graceNs_ != 0) notAfter(reader->sightings().nextDueNs(graceNs_));
  }
  if (newsSinceNs_ != 0 && options_.rowGroupTimeNs != 0) {
    notAfter(newsSinceNs_ + static_cast<std::int64_t>(options_.rowGroupTimeNs));
  }
  notAfter(clockRefreshAtNs_);
  if (retryNs != 0) notAfter(nowNs_ + static_cast<std::int64_t>(retryNs));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(until - nowNs_, 1'000));
}

}  // namespace parquet_flow::sink
