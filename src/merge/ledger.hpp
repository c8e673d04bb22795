// The ledgers of captures, put together so that what they say of each file holds for the merged
// one: docs/ledger.md.
//
// Lines of a producer whose attempts follow one another become one line. Where a file between them
// is missing they stay apart: each of them still adds up. Attempts that are there twice are
// refused, as rows would be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::merge {

class LedgerBook {
 public:
  LedgerBook();
  LedgerBook(LedgerBook&&) noexcept;
  LedgerBook& operator=(LedgerBook&&) noexcept;
  ~LedgerBook();

  // One with the same sessions, under the same numbers, without what came of them: their files and
  // producers, how they ended, the clock.
  [[nodiscard]] LedgerBook emptied() const;

  // Takes in the ledger of a file. kCorrupt: it is none; kInvalidArgument: some of its attempts are
  // in the book already. The book is as before then.
  [[nodiscard]] Result<void> add(std::string_view text);
  // By the number of a session in that ledger: its number here. kInvalidArgument: it is not here.
  [[nodiscard]] Result<std::vector<std::int32_t>> numbersOf(std::string_view text) const;

  [[nodiscard]] std::size_t sessions() const noexcept;
  // The combined ledger.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::merge
