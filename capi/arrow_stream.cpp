#include "arrow_stream.hpp"

#include <algorithm>
#include <cmath>

#include "arrow_check.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

// Rows that are gathered at once.
constexpr std::uint64_t kRowsAtOnce = 16 << 10;
// Where a batch is cut, bitmaps go on with a whole word, if that fits.
constexpr std::uint64_t kCutRows = 64;
// A stretch is at most that part of a row group's bytes.
constexpr std::uint64_t kStretches = 16;
// Of sums of shares.
constexpr double kRounding = 1e-6;

constexpr std::uint64_t divideRoundingUp(std::uint64_t all, std::uint64_t each) noexcept {
  return all / each + (all % each != 0 ? 1 : 0);
}

constexpr std::uint64_t roundUpToCut(std::uint64_t rows) noexcept {
  return divideRoundingUp(rows, kCutRows) * kCutRows;
}

}  // namespace

ArrowRowGroups::ArrowRowGroups(const ArrowField& type, Writer& writer)
    : writer_(writer),
      columns_(type, *writer.schema()),
      rows_(*writer.schema()),
      rowsMax_(writer.settings().rowGroupRows),
      bytesMax_(writer.settings().rowGroupBytes) {}

Result<void> ArrowRowGroups::append(const ArrowArray& batch) {
  batch_ = &batch;
  first_ = 0;
  stretches_.clear();
  next_ = 0;
  const std::uint64_t rows = lengthOf(batch);
  if (rows == 0) return {};
  measure(0, {rows, columns_.guessBytes(batch, 0, rows)});
  while (next_ < stretches_.size()) {
    if (rows_.rows() == 0 && fillsRowGroup()) return writeInPlace();
    PF_TRY(gather());
  }
  return {};
}

// Of what is even, two looks at each row.
void ArrowRowGroups::measure(std::uint64_t first, const Extent& extent) {
  const std::uint64_t largest = bytesMax_ / kStretches;
  if (extent.bytes <= largest || extent.rows == 1) {
    stretches_.push_back(extent);
    return;
  }
  std::uint64_t each =
      divideRoundingUp(extent.rows, std::min(divideRoundingUp(extent.bytes, largest), extent.rows));
  if (each > kCutRows) each = roundUpToCut(each);
  for (std::uint64_t done = 0; done < extent.rows; done += each) {
    const std::uint64_t some = std::min(each, extent.rows - done);
    measure(first + done, {some, columns_.guessBytes(*batch_, first + done, some)});
  }
}

bool ArrowRowGroups::fillsRowGroup() const noexcept {
  Extent left;
  for (std::size_t i = next_; i < stretches_.size(); ++i) left += stretches_[i];
  return left.rows >= rowsMax_ || left.bytes >= bytesMax_;
}

// Of a row group, of which one row is never more than the whole.
double ArrowRowGroups::shareOf(const Extent& extent) const noexcept {
  const double share = std::max(static_cast<double>(extent.rows) / static_cast<double>(rowsMax_),
                                static_cast<double>(extent.bytes) / static_cast<double>(bytesMax_));
  return extent.rows == 1 ? std::min(share, 1.0) : share;
}

// The next rows, no more than the next stretch has.
ArrowRowGroups::Extent ArrowRowGroups::nextRows(std::uint64_t rowsMost) const noexcept {
  const Extent& next = stretches_[next_];
  if (rowsMost >= next.rows) return next;
  return {rowsMost, columns_.guessBytes(*batch_, first_, rowsMost)};
}

// What nextRows has given.
void ArrowRowGroups::take(const Extent& extent) noexcept {
  Extent& next = stretches_[next_];
  next.rows -= extent.rows;
  next.bytes -= std::min(next.bytes, extent.bytes);
  if (next.rows == 0) ++next_;
  first_ += extent.rows;
}

// What is to be added to `rowGroup`, of which a share `room` is still wanted; no rows: nothing.
ArrowRowGroups::Extent ArrowRowGroups::nextInto(const Extent& rowGroup,
                                                double room) const noexcept {
  const auto fits = [&](const Extent& extent) {
    return extent.rows <= rowsMax_ - rowGroup.rows &&
           extent.bytes <= bytesMax_ - std::min(rowGroup.bytes, bytesMax_);
  };
  const Extent& next = stretches_[next_];
  const double share = shareOf(next);
  if (share <= room + kRounding && fits(next)) return next;
  const double rows = static_cast<double>(next.rows) * room / share;
  if (room > kRounding) {
    const auto atLeast = static_cast<std::uint64_t>(std::ceil(rows));
    for (const std::uint64_t some :
         {roundUpToCut(atLeast), atLeast, static_cast<std::uint64_t>(rows)}) {
      if (some == 0) continue;
      const Extent part = nextRows(some);
      if (fits(part)) return part;
    }
  }
  return rowGroup.rows == 0 ? nextRows(1) : Extent{};
}

// Into row groups of about the same size: full ones would leave rows to be gathered.
Result<void> ArrowRowGroups::writeInPlace() {
  double left = 0;
  for (std::size_t i = next_; i < stretches_.size(); ++i) left += shareOf(stretches_[i]);
  while (next_ < stretches_.size()) {
    const double rowGroups = std::ceil(left - kRounding);
    const double each = rowGroups > 1 ? left / rowGroups : 1;
    Extent rowGroup;
    double share = 0;
    while (next_ < stretches_.size()) {
      const Extent some = nextInto(rowGroup, each - share);
      if (some.rows == 0) break;
      rowGroup += some;
      share += shareOf(some);
      take(some);
    }
    left -= share;
    PF_TRY_ASSIGN(const auto views, columns_.views(*batch_, first_ - rowGroup.rows, rowGroup.rows));
    PF_TRY(writer_.writeViews(rowGroup.rows, views));
  }
  return {};
}

// Rows that still fit are added to those that are there already; or these are written.
Result<void> ArrowRowGroups::gather() {
  const std::uint64_t rowsRoom = std::min(rowsMax_ - rows_.rows(), kRowsAtOnce);
  const std::uint64_t bytesRoom = bytesMax_ - std::min(rows_.bytes(), bytesMax_);
  Extent some;
  while (next_ < stretches_.size() && some.rows < rowsRoom) {
    const Extent more = nextRows(rowsRoom - some.rows);
    const bool isLargeRow = rows_.rows() + some.rows == 0 && more.rows == 1;
    if (more.bytes > bytesRoom - some.bytes && !isLargeRow) break;
    some += more;
    take(more);
    if (isLargeRow) break;
  }
  if (some.rows == 0) return finish();
  PF_TRY_ASSIGN(const auto views, columns_.views(*batch_, first_ - some.rows, some.rows));
  PF_TRY(rows_.append(some.rows, views));
  return rows_.rows() >= rowsMax_ || rows_.bytes() >= bytesMax_ ? finish() : Result<void>{};
}

Result<void> ArrowRowGroups::finish() {
  if (rows_.rows() == 0) return {};
  PF_TRY(writer_.writeViews(rows_.rows(), rows_.views()));
  rows_.clear();
  return {};
}

}  // namespace parquet_flow::capi
