// Rows in the order of some of their columns: all of them, or the first so many.
//
// Of the first so many the rest is let go of as soon as it is known: a heap has the best so far,
// and rows that do not come before the worst of them are not taken in. Rows that are equal stay in
// the order in which they came. Nulls are last in either direction.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "scan/append_values.hpp"
#include "scan/rows.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

struct SortColumn {
  const schema::Leaf* leaf = nullptr;  // ordered (requireOrdered)
  bool isDescending = false;
};

// Where a row came from.
struct RowOrigin {
  std::uint32_t source = 0;
  std::uint64_t row = 0;
};

// One thread at a time.
class SortedRows {
 public:
  // The leaves must live as long. `kept`: those of the columns that rows are kept with, perhaps
  // none. `rowsMax`: how many rows come out at most. `bytesMax`: of memory, and beside it what a
  // batch adds and a column is copied, see add, and where rows of lists begin. `textBytesMax`: what
  // the texts of a column may come to, as appendRows says; less in tests.
  SortedRows(std::vector<SortColumn> by, std::vector<const schema::Leaf*> kept,
             std::uint64_t rowsMax, std::uint64_t bytesMax,
             std::uint64_t textBytesMax = UINT32_MAX);

  // The rows of a batch that count; the first row of it comes from `origin`. kLimit: they would
  // take more than bytesMax, or the texts of a column come to 4 GiB with the batch's, without those
  // that others have come before.
  [[nodiscard]] Result<void> add(std::span<const read::ColumnVector* const> by,
                                 std::span<const read::ColumnVector* const> kept, const Rows& rows,
                                 RowOrigin origin);

  // Which sources the rows that are among the first up to now came from, each once, in order.
  [[nodiscard]] std::vector<std::uint32_t> sources() const;

  // No more comes. The rows, in order, without the first `skip`.
  [[nodiscard]] Result<void> finish(std::uint64_t skip);
  // Once finished: where they came from.
  [[nodiscard]] std::vector<RowOrigin> origins() const;
  // Of memory, up to now.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  // The next rows, at most so many and a batch (rowsOfBatch), in place of what the columns, of the
  // leaves kept, have. False: there are none left.
  [[nodiscard]] Result<bool> next(std::uint64_t rowsMax, std::span<read::ColumnVector> kept);

 private:
  // `number` decides where it can: the key of a single number, else the first bytes of the key.
  struct Entry {
    std::uint64_t number = 0;
    std::uint64_t sequence = 0;  // rows come in this order
    std::uint32_t stored = 0;
  };

  [[nodiscard]] std::string_view keyOf(std::uint32_t stored) const noexcept;
  [[nodiscard]] bool isBefore(const Entry& a, const Entry& b) const noexcept;
  void addNumbers(const read::ColumnVector& by, const Rows& rows);
  [[nodiscard]] bool hasBetter(const std::byte* values, std::uint64_t count) const noexcept;
  void addNumber(const read::ColumnVector& by, std::uint32_t row);
  void addKeys(std::span<const read::ColumnVector* const> by, const Rows& rows);
  [[nodiscard]] bool isFull() const noexcept { return entries_.size() >= rowsMax_; }
  void take(std::uint64_t number, std::uint32_t row);
  [[nodiscard]] bool haveRoomFor(std::span<const read::ColumnVector* const> kept) const noexcept;
  [[nodiscard]] bool haveSpare() const noexcept {
    return origins_.size() > entries_.size() + nulls_.size();
  }
  [[nodiscard]] Result<void> compact();
  [[nodiscard]] Result<void> checkBytes() const;

  const std::vector<SortColumn> by_;
  const std::vector<const schema::Leaf*> kept_;
  const std::uint64_t rowsMax_;
  const std::uint64_t bytesMax_;
  const std::uint64_t textBytesMax_;
  std::vector<stats::Order> orders_;
  const bool isNumber_;  // one column of numbers
  std::uint64_t flip_ = 0;
  std::size_t width_ = 0;

  std::vector<Entry> entries_;  // a heap, its worst in front, once there are rowsMax_
  std::vector<Entry> nulls_;    // isNumber_: behind all others, as many as there is room for
  std::uint64_t sequence_ = 0;

  // What is kept of rows that were taken in, by their number; also of some that were let go of.
  std::vector<read::ColumnVector> columns_;
  std::vector<RowOrigin> origins_;
  std::string keys_;
  std::vector<std::uint64_t> keyEnds_;

  std::vector<std::uint32_t> taken_;  // of the batch
  std::string key_;
  RowOrigin origin_;

  std::vector<std::uint32_t> order_;  // once finished; so the next
  std::vector<RowPicker> pickers_;    // of columns_
  std::size_t given_ = 0;
};

}  // namespace parquet_flow::scan
