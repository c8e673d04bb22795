#include "sink/registry.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <string>
#include <utility>

#include "base/thread.hpp"
#include "sink/account.hpp"

namespace parquet_flow::sink {
namespace {

// The producer column is an INT32.
constexpr std::uint64_t kIndexMax = (std::uint64_t{1} << 31) - 1;

// A call takes some hundred nanoseconds; what takes longer than this was interrupted for good, or
// is a reservation.
constexpr std::uint64_t kForceNs = 10'000'000;

// A producer on its way into the list; no more on its way at the end, also where memory ended.
struct Opening {
  std::unique_lock<std::mutex>* lock;
  std::size_t* count;

  Opening(std::unique_lock<std::mutex>* itsLock, std::size_t* itsCount) noexcept
      : lock(itsLock), count(itsCount) {}
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  ~Opening() {
    if (!lock->owns_lock()) lock->lock();
    --*count;
  }
};

}  // namespace

void addCounters(const ring::Counters& more, ring::Counters* sum) noexcept {
  sum->attempt += more.attempt;
  sum->accepted += more.accepted;
  sum->aborted += more.aborted;
  for (std::size_t i = 0; i < sum->refused.size(); ++i) sum->refused[i] += more.refused[i];
  sum->highWaterBytes = std::max(sum->highWaterBytes, more.highWaterBytes);
}

Registry::~Registry() {
  for (auto& producer : producers_) {
    if (producer->outcome.mayUnmap() || producer->released.load(std::memory_order_acquire))
      continue;
    // Some thread may still be in a call: it goes on with memory that nobody else gets, until it
    // gives its handle back.
    producer->orphan();
    // NOLINTNEXTLINE(bugprone-unused-return-value): see orphan
    static_cast<void>(producer.release());
  }
}

Result<void> Registry::check(const ProducerOptions& options) const {
  const auto refuse = [](std::string sentence) {
    return fail(ErrorCode::kInvalidArgument, std::move(sentence));
  };
  if (options.name.size() > kProducerNameBytesMax) {
    return refuse("a producer's name must be at most 63 bytes, not " +
                  std::to_string(options.name.size()));
  }
  std::uint64_t ringBytes = options_.ringBytes;
  if (options.ringBytes != 0) {
    if (options.ringBytes < kRingBytesMin || options.ringBytes > kRingBytesMax) {
      return refuse("ring_bytes must be 65536 .. 17179869184, not " +
                    std::to_string(options.ringBytes));
    }
    ringBytes = std::bit_ceil(options.ringBytes);
  }
  const std::uint64_t most = std::min(ring::recordBytesLimit(ringBytes), kRecordBytesMax);
  if (options.recordBytesMax > most) {
    return refuse("record_bytes_max must be 1 .. " + std::to_string(most) + ", not " +
                  std::to_string(options.recordBytesMax));
  }
  return {};
}

// Making a ring zeroes it, which takes long when it is large: nobody is kept waiting for that.
Result<Producer*> Registry::add(const ProducerOptions& options) {
  PF_TRY(check(options));
  PF_TRY_ASSIGN(const std::uint32_t index, takeIndex());
  std::unique_lock lock(mutex_, std::defer_lock);
  const Opening opening{&lock, &opening_};
  auto producer = make(options, index);
  lock.lock();
  if (!producer) return fail(std::move(producer).error());
  if (closing_) return fail(ErrorCode::kClosed, "the sink is closed");
  new_.reserve(new_.size() + 1);
  producers_.push_back(std::move(*producer));
  Producer* const added = producers_.back().get();
  added->end().setStamp(stamp_);
  new_.push_back(added);
  hasNew_.store(true, std::memory_order_release);
  return added;
}

Result<std::uint32_t> Registry::takeIndex() {
  const std::lock_guard lock(mutex_);
  if (closing_) return fail(ErrorCode::kClosed, "the sink is closed");
  const std::size_t there = producers_.size() + opening_;
  if (there >= options_.producersMax) {
    return fail(ErrorCode::kLimit, "there are " + std::to_string(there) +
                                       " producers already, which is producers_max");
  }
  if (nextIndex_ > kIndexMax) return fail(ErrorCode::kLimit, "all producer numbers are used up");
  ++opening_;
  return static_cast<std::uint32_t>(nextIndex_++);
}

Result<std::unique_ptr<Producer>> Registry::make(const ProducerOptions& options,
                                                 std::uint32_t index) const {
  const std::string name =
      options.name.empty() ? "producer-" + std::to_string(index) : options.name;
  ring::RingOptions ringOptions;
  ringOptions.name = name;
  ringOptions.capacity =
      options.ringBytes == 0 ? options_.ringBytes : std::bit_ceil(options.ringBytes);
  const std::uint64_t most =
      std::min(ring::recordBytesLimit(ringOptions.capacity), kRecordBytesMax);
  ringOptions.recordBytesMax = static_cast<std::uint32_t>(
      options.recordBytesMax == 0 ? std::min(options_.recordBytesMax, most)
                                  : options.recordBytesMax);
  ringOptions.hugePages = options_.hugePages ? ring::HugePages::kRequire : ring::HugePages::kOff;
  ringOptions.lockInMemory = options_.lockMemory;
  PF_TRY_ASSIGN(auto ring, ring::Ring::open(ringOptions));
  const ring::ProducerOptions endOptions{TimeBase::kNone,
                                         ringOptions.capacity * options_.lowPriorityPercent / 100};
  return std::make_unique<Producer>(std::move(ring), endOptions,
                                    std::make_shared<Account>(index, name), core_);
}

void Registry::release(Producer* producer) noexcept {
  const std::lock_guard lock(mutex_);
  producer->released.store(true, std::memory_order_release);
  if (!workerEnded_) return;
  for (std::size_t i = 0; i < producers_.size(); ++i) {
    if (producers_[i].get() == producer) return retire(i);
  }
}

// Locked. The ring goes, the numbers stay.
void Registry::retire(std::size_t position) noexcept {
  std::unique_ptr<Producer>& producer = producers_[position];
  if (!producer->outcome.mayUnmap()) return;  // left to the end
  addCounters(producer->finalCounters(), &retired_);
  std::swap(producer, producers_.back());
  producers_.pop_back();
}

void Registry::takeNew(std::vector<Producer*>* producers) {
  if (!hasNew_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  producers->insert(producers->end(), new_.begin(), new_.end());
  new_.clear();
  hasNew_.store(false, std::memory_order_relaxed);
}

void Registry::free(Producer* producer) noexcept {
  const std::lock_guard lock(mutex_);
  if (closing_) return;  // whoever closes looks at them all
  for (std::size_t i = 0; i < producers_.size(); ++i) {
    if (producers_[i].get() == producer) return retire(i);
  }
}

void Registry::endWorker() noexcept {
  const std::lock_guard lock(mutex_);
  workerEnded_ = true;
  for (std::size_t i = producers_.size(); i-- > 0;) {
    if (producers_[i]->released.load(std::memory_order_acquire)) retire(i);
  }
}

void Registry::setStamp(TimeBase base) noexcept {
  const std::lock_guard lock(mutex_);
  stamp_ = base;
  for (const auto& producer : producers_) producer->end().setStamp(base);
}

void Registry::beginClose() noexcept {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  for (const auto& producer : producers_) producer->end().beginClose();
}

Result<void> Registry::awaitCalls(std::uint64_t deadlineNs) {
  // Nobody is added or freed once closing_ is set.
  for (const auto& producer : producers_) {
    producer->outcome = producer->end().close([&] { return monotonicNs() >= deadlineNs; });
    if (producer->outcome.status == ring::CloseStatus::kFinal) continue;
    const bool reserved = producer->outcome.status == ring::CloseStatus::kReservationOpen;
    return fail(ErrorCode::kTimeout, producer->account()->name +
                                         (reserved ? " has a reservation open" : " is in a call"));
  }
  return {};
}

void Registry::forceFinal() noexcept {
  const std::uint64_t deadlineNs = monotonicNs() + kForceNs;
  for (const auto& producer : producers_) {
    producer->outcome = producer->end().forceFinal([&] { return monotonicNs() >= deadlineNs; });
  }
}

std::uint32_t Registry::unproven() const noexcept {
  return static_cast<std::uint32_t>(
      std::count_if(producers_.begin(), producers_.end(),
                    [](const auto& producer) { return !producer->outcome.mayUnmap(); }));
}

void Registry::markAllDead() noexcept {
  for (const auto& producer : producers_) producer->end().markDead();
}

Registry::Totals Registry::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals;
  totals.producers = static_cast<std::uint32_t>(producers_.size());
  totals.records = retired_;
  for (const auto& producer : producers_) {
    totals.memoryBytes += producer->memoryBytes();
    addCounters(ring::readCounters(producer->ring().header()), &totals.records);
  }
  return totals;
}

}  // namespace parquet_flow::sink
