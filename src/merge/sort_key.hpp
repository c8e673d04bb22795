// What rows are sorted by, as bytes that compare as the rows do.
//
//   key := for each column, the most significant first: whether it is null (1 byte: 0, or 1, so
//   that
//          nulls come last), and where it is not, the value:
//
//     integers, date and time    big-endian, the sign bit inverted where there is a sign
//     FLOAT, DOUBLE, FLOAT16     the bits in total order (stats/order.hpp), zeros and NaNs all
//     alike:
//                                NaN comes behind infinity
//     BOOLEAN                    a byte
//     text and bytes             0 as 0 255, and 0 0 behind them
//     DECIMAL of bytes           the length without bytes that only repeat the sign, 5 bytes with
//                                the sign in front, and these; of fixed length as integers
//
//   all bits of a value inverted where the column is descending
//
// A prefix of 8 bytes decides most comparisons. Of one column of numbers of at most 8 bytes it is
// the value alone, and there is no key but that of a null, whose prefix no value's is above.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/gather.hpp"
#include "column/leaf_view.hpp"
#include "merge/options.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::merge {

// Of rows, one behind the other.
struct SortKeys {
  std::vector<std::uint64_t> prefixes;
  // Into `bytes`: one more than rows; none where prefixes always decide.
  std::vector<std::uint64_t> offsets;
  ByteBuffer bytes;

  void clear() noexcept;
  void truncate(std::size_t rows) noexcept;
  // Those of `more`, made by the same SortKeyMaker.
  [[nodiscard]] Result<void> append(const SortKeys& more);
  // From here on, and for all rows so far, with keys; the latter's are empty.
  void beginKeys();
  [[nodiscard]] std::uint64_t memoryBytes() const noexcept {
    return (prefixes.size() + offsets.size()) * sizeof(std::uint64_t) + bytes.size();
  }
  // Only where prefixes do not decide; empty where they always do.
  [[nodiscard]] std::string_view key(std::size_t row) const noexcept {
    if (offsets.empty()) return {};
    return {reinterpret_cast<const char*>(bytes.data()) + offsets[row],
            static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
  }
};

// Below 0, 0, above 0, as row `a` of the one comes before, with, behind row `b` of the other.
[[nodiscard]] inline int compareKeys(const SortKeys& left, std::size_t a, const SortKeys& right,
                                     std::size_t b) noexcept {
  if (left.prefixes[a] != right.prefixes[b]) return left.prefixes[a] < right.prefixes[b] ? -1 : 1;
  return left.key(a).compare(right.key(b));
}

// One thread at a time.
class SortKeyMaker {
 public:
  // The columns are in the schema, which must live as long, do not repeat, and have an order.
  SortKeyMaker(const schema::Schema& schema, std::span<const SortColumn> columns);

  // The leaves that are looked at.
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept { return leaves_; }
  // Appends those of all rows of `views`, one a leaf of the schema. Errors as SliceCursor::next.
  [[nodiscard]] Result<void> append(std::span<const column::LeafView> views, SortKeys& out);

 private:
  struct Column {
    Column(const schema::Leaf& itsLeaf, bool isDescending)
        : leaf(&itsLeaf),
          order(stats::orderOf(itsLeaf)),
          descending(isDescending),
          cursor(itsLeaf) {}
    const schema::Leaf* leaf;
    stats::Order order;
    bool descending;
    column::SliceCursor cursor;
    ByteBuffer pieces;  // of the keys, row by row
    std::vector<std::uint64_t> ends;
  };
  [[nodiscard]] Result<void> appendNumbers(Column& column, const column::LeafView& view,
                                           SortKeys& out);
  [[nodiscard]] Result<void> makePieces(Column& column, const column::LeafView& view);
  [[nodiscard]] Result<void> appendPiece(Column& column, std::string_view value);

  std::vector<std::unique_ptr<Column>> columns_;
  std::vector<std::uint32_t> leaves_;
  bool isNumber_ = false;
};

}  // namespace parquet_flow::merge
