#include "scan/rows.hpp"

#include <algorithm>

#include "base/bits.hpp"

namespace parquet_flow::scan {

void listRows(const Rows& rows, std::vector<std::uint32_t>& list) {
  list.resize(rows.count);
  std::uint32_t* to = list.data();
  forEachRow(rows, [&to](std::uint32_t row) {
    *to++ = row;
    return true;
  });
}

Rows withValue(const Rows& rows, const read::ColumnVector& column,
               std::vector<std::uint64_t>& words) {
  if (column.nulls == 0) {
    return rows;
  }
  words.resize((rows.rows + 63) / 64);
  Rows there{rows.rows, 0, words.data()};
  for (std::uint64_t first = 0; first < rows.rows; first += 64) {
    std::uint64_t word =
        loadBits(column.validity.data(), first, std::min<std::uint64_t>(rows.rows - first, 64));
    if (rows.selected != nullptr) {
      word &= rows.selected[first / 64];
    }
    words[first / 64] = word;
    there.count += static_cast<unsigned>(std::popcount(word));
  }
  return there;
}

}  // namespace parquet_flow::scan
