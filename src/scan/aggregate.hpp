// What is made of many rows: counts, sums, averages, least and greatest values.
//
// Nulls are left out of all but the count of rows; of no value at all sum, average, least and
// greatest are null. What each gives:
//
//   count         INT64
//   distinct      INT64: values that differ, as row_key.hpp has them
//   sum           of whole numbers and DECIMAL: DECIMAL(38, the same scale), exact; above its 38
//                 digits kLimit. Of FLOAT, DOUBLE, FLOAT16: DOUBLE, compensated (Neumaier)
//   avg           DOUBLE: the sum as above by the count
//   min, max      of the column's type, in its order; NaN is above every other number
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "scan/rows.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

enum class AggregateKind : std::uint8_t {
  kCountRows,
  kCount,
  kCountDistinct,
  kSum,
  kAverage,
  kMin,
  kMax,
};

struct Aggregate {
  AggregateKind kind = AggregateKind::kCountRows;
  std::string column;  // a leaf's dotted path; kCountRows: none
  std::string name;    // of the result
};

// The type of what is made of a leaf's values, under `name`, added to `schema`; `leaf`: nullptr for
// kCountRows. kInvalidArgument, naming the column: it is in a list, has no order, or cannot be
// summed.
[[nodiscard]] Result<void> addResult(const Aggregate& aggregate, const schema::Leaf* leaf,
                                     schema::Schema& schema);

// Rows with the groups they are of.
struct GroupedRows {
  const Rows& rows;
  std::span<const std::uint32_t> list;    // the rows that count, where not all do
  std::span<const std::uint32_t> groups;  // one for each that counts
};

// An aggregate of each group, so far. One thread at a time.
class Accumulator {
 public:
  Accumulator() = default;
  Accumulator(const Accumulator&) = delete;
  Accumulator& operator=(const Accumulator&) = delete;
  virtual ~Accumulator() = default;

  // All rows that count, into group 0, which is there.
  [[nodiscard]] virtual Result<void> add(const read::ColumnVector& column, const Rows& rows) = 0;
  // Each into its own.
  [[nodiscard]] virtual Result<void> addGrouped(const read::ColumnVector& column,
                                                const GroupedRows& rows) = 0;
  // There are groups 0 to `groups` - 1 from now on.
  virtual void resize(std::size_t groups) = 0;
  // Group i is group numbers[i] from now on, no two of which that have rows are the same; there are
  // `groups`.
  virtual void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) = 0;
  [[nodiscard]] virtual std::uint64_t bytes() const noexcept = 0;
  // Of these groups, appended to a column of the result's leaf. kLimit: a sum that does not fit.
  [[nodiscard]] virtual Result<void> finish(std::span<const std::uint32_t> groups,
                                            const schema::Leaf& result,
                                            read::ColumnVector& out) const = 0;
};

// addResult has taken both, and the kind is not kCountRows. The leaf must live as long.
[[nodiscard]] std::unique_ptr<Accumulator> makeAccumulator(AggregateKind kind,
                                                           const schema::Leaf& leaf);

}  // namespace parquet_flow::scan
