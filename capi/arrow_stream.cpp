#include "arrow_stream.hpp"

#include <algorithm>

#include "arrow_check.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

// Rows that are gathered between two looks at the bounds.
constexpr std::uint64_t kRowsAtOnce = 16 << 10;
// Where a batch is cut, bitmaps go on with a whole word.
constexpr std::uint64_t kCutRows = 64;

constexpr std::uint64_t divideRoundingUp(std::uint64_t all, std::uint64_t each) noexcept {
  return all / each + (all % each != 0 ? 1 : 0);
}

}  // namespace

ArrowRowGroups::ArrowRowGroups(const ArrowField& type, Writer& writer)
    : writer_(writer), columns_(type, *writer.schema()), rows_(*writer.schema()) {}

Result<void> ArrowRowGroups::append(const ArrowArray& batch) {
  const std::uint64_t rows = lengthOf(batch);
  const WriterSettings& settings = writer_.settings();
  const std::uint64_t rowBytes = rows == 0 ? 1 : columns_.guessBytes(batch) / rows + 1;
  const std::uint64_t whole =
      std::clamp<std::uint64_t>(settings.rowGroupBytes / rowBytes, 1, settings.rowGroupRows);
  for (std::uint64_t first = 0; first < rows;) {
    if (rows_.rows() == 0 && rows - first >= whole) return writeInPlace(batch, first, whole);
    const std::uint64_t room = std::min(settings.rowGroupRows - rows_.rows(), kRowsAtOnce);
    const std::uint64_t some = std::min({rows - first, room, whole});
    PF_TRY(gather(batch, first, some));
    first += some;
    if (rows_.rows() >= settings.rowGroupRows || rows_.bytes() >= settings.rowGroupBytes)
      PF_TRY(finish());
  }
  return {};
}

// Into row groups of about the same size: full ones would leave rows to be gathered.
Result<void> ArrowRowGroups::writeInPlace(const ArrowArray& batch, std::uint64_t first,
                                          std::uint64_t rowsMax) {
  const std::uint64_t rows = lengthOf(batch);
  const std::uint64_t rowGroups = divideRoundingUp(rows - first, rowsMax);
  const std::uint64_t even = divideRoundingUp(rows - first, rowGroups);
  const std::uint64_t each = std::min(divideRoundingUp(even, kCutRows) * kCutRows, rowsMax);
  while (first < rows) {
    const std::uint64_t some = std::min(rows - first, each);
    PF_TRY_ASSIGN(const auto views, columns_.views(batch, first, some));
    PF_TRY(writer_.writeViews(some, views));
    first += some;
  }
  return {};
}

Result<void> ArrowRowGroups::gather(const ArrowArray& batch, std::uint64_t first,
                                    std::uint64_t rows) {
  PF_TRY_ASSIGN(const auto views, columns_.views(batch, first, rows));
  return rows_.append(rows, views);
}

Result<void> ArrowRowGroups::finish() {
  if (rows_.rows() == 0) return {};
  PF_TRY(writer_.writeViews(rows_.rows(), rows_.views()));
  rows_.clear();
  return {};
}

}  // namespace parquet_flow::capi
