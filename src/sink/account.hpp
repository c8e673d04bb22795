// What a producer's attempts came to: the numbers of the ledger.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "ring/ring.hpp"

namespace parquet_flow::sink {

// The attempts (previous, last] of one producer. What is none of the others was refused, so the
// identity of the ledger holds by construction:
//   last - previous = rows + refused() + aborted + rejected + writeLost
struct LedgerLine {
  std::uint64_t previous = 0;
  std::uint64_t last = 0;
  std::uint64_t rows = 0;
  std::uint64_t aborted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t writeLost = 0;

  [[nodiscard]] std::uint64_t refused() const noexcept {
    return last - previous - rows - aborted - rejected - writeLost;
  }
  // Adds the line of the attempts right behind.
  void extend(const LedgerLine& next) noexcept {
    last = next.last;
    rows += next.rows;
    aborted += next.aborted;
    rejected += next.rejected;
    writeLost += next.writeLost;
  }
  void loseRows() noexcept { writeLost += std::exchange(rows, 0); }
};

using RefusedByReason = std::array<std::uint64_t, ring::kRefusalReasons>;

struct AttemptRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// Attempts of which a waiter has to be told something. They come in ascending order, and rarely.
// Any thread.
class AttemptRanges {
 public:
  // `first` to `last`. Where there is no room for one more range, the one before grows up to it:
  // rather too much is told than too little.
  void add(std::uint64_t first, std::uint64_t last) noexcept {
    const std::lock_guard lock(mutex_);
    if (count_ != 0 && (first <= ranges_[count_ - 1].last + 1 || count_ == ranges_.size())) {
      AttemptRange& before = ranges_[count_ - 1];
      before = {std::min(before.first, first), std::max(before.last, last)};
    } else {
      ranges_[count_++] = {first, last};
    }
  }
  // The one that `attempt` is in.
  [[nodiscard]] std::optional<AttemptRange> find(std::uint64_t attempt) const noexcept {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < count_; ++i) {
      if (attempt >= ranges_[i].first && attempt <= ranges_[i].last) return ranges_[i];
    }
    return std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  std::array<AttemptRange, 16> ranges_;
  std::size_t count_ = 0;
};

// One producer as the output sees it; outlives the ring for as long as a file has to speak of it.
struct Account {
  Account(std::uint32_t producerIndex, std::string producerName)
      : index(producerIndex), name(std::move(producerName)) {}

  const std::uint32_t index;
  const std::string name;

  // Written by the output, read by anyone: all attempts up to it are settled.
  std::atomic<std::uint64_t> durableAttempt{0};
  AttemptRanges inDoubt;  // their fsync failed
  AttemptRanges lost;     // not all of them that were accepted reached a file

  // --- the output's own ---
  LedgerLine line;                  // of the file being written
  bool hasLine = false;             // it is in that file's list
  std::uint64_t unsyncedFirst = 0;  // rows written but not synced: from here
  std::uint64_t unsyncedLast = 0;
  std::uint64_t unsyncedRows = 0;
  bool isUnsynced = false;
  // Set once the producer has come to its end.
  std::optional<RefusedByReason> refusedByReason;
};

// What a row group adds to an account.
struct LedgerDelta {
  std::shared_ptr<Account> account;
  LedgerLine line;
  std::optional<RefusedByReason> refusedByReason;  // with the producer's last delta
};

}  // namespace parquet_flow::sink
