// Whether the rows of a row group are sorted: sorting columns are verified, not believed.
//
// Source: parquet-format parquet.thrift, SortingColumn. A writer sees the columns of a row group
// one after the other, so each keeps two bits a row, how the row compares with the one before, and
// the verdict is made of those when all are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stats/order.hpp"

namespace parquet_flow::stats {

// Where NaNs are among floats that compare by value. Parquet does not say: engines sort them above
// every number (DuckDB, Spark, Polars) or to the end in either direction (ClickHouse, pandas), so a
// writer vouches for neither.
enum class NanPlace : std::uint8_t { kNone, kAbove, kBelow };

// How the rows of one flat column follow one another. Appended to in order, in slices of any
// length; one thread at a time. Memory: a quarter of a byte a row, and one value.
//
// Two nulls are equal. Floats compare by the leaf's order; by value two zeros are equal, NaNs are
// where NanPlace says and equal there, and without a place a row that is one, or follows one, is
// out of order.
class SortedColumn {
 public:
  // `leaf` has no repetition and an order other than kNone, else no row group is sorted by it.
  // `nans` is of no account in total order.
  SortedColumn(const schema::Leaf& leaf, bool descending, bool nullsFirst,
               FloatOrder floats = FloatOrder::kTypeDefined, NanPlace nans = NanPlace::kNone);

  void clear() noexcept;

  // The next `rows` rows. `validity` has a bit for each from `bitOffset` on; nullptr: none is null.
  // The values are dense, those that are there alone, laid out as BoundsCollector takes them.
  void addFixed(const std::byte* values, const std::byte* validity, std::size_t bitOffset,
                std::uint64_t rows);
  void addByteBooleans(const std::byte* values, const std::byte* validity, std::size_t bitOffset,
                       std::uint64_t rows);
  void addBits(const std::byte* bits, std::uint64_t valueBitOffset, const std::byte* validity,
               std::size_t bitOffset, std::uint64_t rows);
  void addByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                     const std::byte* validity, std::size_t bitOffset, std::uint64_t rows);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  friend bool areSorted(std::span<const SortedColumn* const> columns) noexcept;

  template <class Values>
  void add(const Values& values, const std::byte* validity, std::size_t bitOffset,
           std::uint64_t rows);
  template <bool kDescending, class Values>
  void addSteps(const Values& values, const std::byte* validity, std::size_t bitOffset,
                std::uint64_t rows);
  void push(std::uint64_t before, std::uint64_t equal, std::uint64_t rows);

  Order order_;
  std::uint32_t width_;
  bool descending_;
  bool nullsFirst_;
  NanPlace nans_;
  bool usable_;
  std::uint64_t rows_ = 0;
  // The last row there was.
  bool lastIsNull_ = false;
  std::string last_;
  // Bit r: row r comes before row r - 1 in the order asked for, or is equal to it.
  std::vector<std::uint64_t> before_;
  std::vector<std::uint64_t> equal_;
};

// Whether the rows are sorted by `columns`, the most significant first, all of the same row group:
// each row is after the one before by the first column that tells them apart, or equal to it in
// all. False where a column is not usable, the numbers of rows differ, or there is no column.
[[nodiscard]] bool areSorted(std::span<const SortedColumn* const> columns) noexcept;

}  // namespace parquet_flow::stats
