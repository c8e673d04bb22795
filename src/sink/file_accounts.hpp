// Whose attempts the file being written speaks of, and which of them are not yet safe on the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sink/account.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

// The output's, one thread at a time. Allocates only while more producers take part than before.
class FileAccounts {
 public:
  // Takes in what a row group adds, all of it or, without memory, nothing; its rows are in the file
  // now.
  void add(std::span<const LedgerDelta> deltas);

  // In the order of their index.
  [[nodiscard]] std::span<const std::shared_ptr<Account>> lines();
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  [[nodiscard]] std::uint64_t rows() const noexcept;
  // The file is published: the next one begins without lines.
  void clear() noexcept;
  // The file is given up: what was rows is lost, and the next file's ledger says so.
  void loseRows() noexcept;

  // Rows not known to be on the disk.
  [[nodiscard]] std::uint64_t unsyncedRows() const noexcept { return unsyncedRows_; }
  // Everything so far is on the disk, or lost and reported.
  void settle() noexcept;
  // The same, but it is not known to be on the disk: says so of each producer.
  void doubt(const std::string& path, DoubtFunction onDoubt, void* user) noexcept;

 private:
  std::vector<std::shared_ptr<Account>> lines_;
  std::vector<std::shared_ptr<Account>> unsynced_;
  std::uint64_t unsyncedRows_ = 0;
};

}  // namespace parquet_flow::sink
