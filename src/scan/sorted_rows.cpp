#include "scan/sorted_rows.hpp"

#include <algorithm>

#include "scan/append_values.hpp"
#include "scan/row_key.hpp"
#include "stats/prefix.hpp"
#include "stats/range.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using stats::Order;

// Values whose range is looked at before they are: once most rows come too late, that is all there
// is to do, and few blocks have a row that does not.
constexpr std::uint64_t kBlockRows = 1024;
static_assert(kBlockRows % 64 == 0, "a block begins a word of the selection");

}  // namespace

SortedRows::SortedRows(std::vector<SortColumn> by, std::vector<const schema::Leaf*> kept,
                       std::uint64_t rowsMax, std::uint64_t bytesMax, std::uint64_t textBytesMax)
    : by_(std::move(by)),
      kept_(std::move(kept)),
      rowsMax_(rowsMax),
      bytesMax_(bytesMax),
      textBytesMax_(textBytesMax),
      isNumber_(by_.size() == 1 && isNumberOrder(keyOrder(*by_[0].leaf))),
      columns_(kept_.size()) {
  for (const SortColumn& column : by_) {
    orders_.push_back(keyOrder(*column.leaf));
  }
  if (isNumber_) {
    flip_ = by_[0].isDescending ? UINT64_MAX : 0;
    width_ = schema::fixedWidth(by_[0].leaf->type, by_[0].leaf->typeLength);
  }
}

std::string_view SortedRows::keyOf(std::uint32_t stored) const noexcept {
  const std::uint64_t begin = stored == 0 ? 0 : keyEnds_[stored - 1];
  return std::string_view(keys_).substr(begin, keyEnds_[stored] - begin);
}

bool SortedRows::isBefore(const Entry& a, const Entry& b) const noexcept {
  if (a.number != b.number) {
    return a.number < b.number;
  }
  if (!isNumber_) {
    const int compared = keyOf(a.stored).compare(keyOf(b.stored));
    if (compared != 0) {
      return compared < 0;
    }
  }
  return a.sequence < b.sequence;
}

Result<void> SortedRows::add(std::span<const ColumnVector* const> by,
                             std::span<const ColumnVector* const> kept, const Rows& rows,
                             RowOrigin origin) {
  if (rowsMax_ == 0) {
    return {};
  }
  if (haveSpare() && !haveRoomFor(kept)) {
    PF_TRY(compact());
  }
  taken_.clear();
  origin_ = origin;
  if (isNumber_) {
    addNumbers(*by[0], rows);
  } else {
    addKeys(by, rows);
  }
  sequence_ += rows.rows;
  if (taken_.empty()) {
    return {};
  }
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    PF_TRY(appendRows(*kept_[i], *kept[i], taken_, columns_[i]));
  }
  // What was let go of is kept till it is as much as the rest, or there is no room for it.
  constexpr std::uint64_t kSpareBytes = 4ULL << 20;
  const std::uint64_t live = entries_.size() + nulls_.size();
  const std::uint64_t now = bytes();
  if (haveSpare() && (now > bytesMax_ || (origins_.size() > 2 * live && now > kSpareBytes))) {
    PF_TRY(compact());
  }
  return checkBytes();
}

// Block by block: also nulls and rows that do not count are looked at for whether a block has a
// row that matters, as what stands in their place may at most be looked at in vain.
void SortedRows::addNumbers(const ColumnVector& by, const Rows& rows) {
  const auto add = [&](std::uint32_t row) {
    if (hasValue(by, row)) {
      addNumber(by, row);
    } else if (entries_.size() + nulls_.size() < rowsMax_) {
      nulls_.push_back({0, sequence_ + row, static_cast<std::uint32_t>(origins_.size())});
      take(0, row);
    }
  };
  for (std::uint64_t first = 0; first < rows.rows; first += kBlockRows) {
    const std::uint64_t count = std::min(kBlockRows, rows.rows - first);
    if (isFull() && !hasBetter(by.data() + first * width_, count)) {
      continue;
    }
    const std::uint64_t* const selected =
        rows.selected == nullptr ? nullptr : rows.selected + first / 64;
    forEachRow({count, 0, selected}, [&](std::uint32_t row) {
      add(static_cast<std::uint32_t>(first) + row);
      return true;
    });
  }
}

// Whether one of `count` values might come before the worst.
bool SortedRows::hasBetter(const std::byte* values, std::uint64_t count) const noexcept {
  const stats::RangeKernels& kernels = stats::rangeKernels();
  const auto isBetter = [this](const auto& range) {
    const auto& best = by_[0].isDescending ? range.max : range.min;
    const auto* const bytes = reinterpret_cast<const std::byte*>(&best);
    return (numberKey(orders_[0], bytes) ^ flip_) < entries_.front().number;
  };
  switch (orders_[0]) {
    case Order::kInt32:
      return isBetter(kernels.int32(values, count));
    case Order::kInt64:
      return isBetter(kernels.int64(values, count));
    case Order::kUint32:
      return isBetter(kernels.uint32(values, count));
    case Order::kUint64:
      return isBetter(kernels.uint64(values, count));
    case Order::kFloat: {
      const auto range = kernels.float32(values, count);
      return range.nans != 0 || isBetter(range);
    }
    case Order::kDouble: {
      const auto range = kernels.float64(values, count);
      return range.nans != 0 || isBetter(range);
    }
    default:
      return true;
  }
}

void SortedRows::addNumber(const ColumnVector& by, std::uint32_t row) {
  std::byte boolean{};
  const std::uint64_t number =
      numberKey(orders_[0], valueAt(*by_[0].leaf, by, row, boolean).data()) ^ flip_;
  if (!isFull() || number < entries_.front().number) {
    take(number, row);
  }
}

void SortedRows::addKeys(std::span<const ColumnVector* const> by, const Rows& rows) {
  forEachRow(rows, [&](std::uint32_t row) {
    key_.clear();
    for (std::size_t i = 0; i < by_.size(); ++i) {
      appendRowKey(*by_[i].leaf, orders_[i], *by[i], row, by_[i].isDescending, key_);
    }
    const std::uint64_t number = stats::prefixOf(key_);
    if (isFull()) {
      const Entry& worst = entries_.front();
      if (number > worst.number || (number == worst.number && key_ >= keyOf(worst.stored))) {
        return true;
      }
    }
    keys_ += key_;
    keyEnds_.push_back(keys_.size());
    take(number, row);
    return true;
  });
}

// Takes a row in; one that is null by the only column stands in nulls_ already.
void SortedRows::take(std::uint64_t number, std::uint32_t row) {
  const auto stored = static_cast<std::uint32_t>(origins_.size());
  taken_.push_back(row);
  origins_.push_back({origin_.source, origin_.row + row});
  if (!nulls_.empty() && nulls_.back().stored == stored) {
    return;
  }
  const auto worstFirst = [this](const Entry& a, const Entry& b) { return isBefore(a, b); };
  if (isFull()) {
    std::pop_heap(entries_.begin(), entries_.end(), worstFirst);
    entries_.back() = {number, sequence_ + row, stored};
    std::push_heap(entries_.begin(), entries_.end(), worstFirst);
    return;
  }
  entries_.push_back({number, sequence_ + row, stored});
  if (entries_.size() + nulls_.size() > rowsMax_) {
    nulls_.pop_back();
  }
  if (isFull()) {
    std::make_heap(entries_.begin(), entries_.end(), worstFirst);
  }
}

// Whether the texts of a batch fit behind those of its columns, all of its rows taken: with the
// memory for it a column comes to its end before most of its rows are let go of.
bool SortedRows::haveRoomFor(std::span<const ColumnVector* const> kept) const noexcept {
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (kept_[i]->type == schema::PhysicalType::kByteArray &&
        columns_[i].values.size() + kept[i]->values.size() > textBytesMax_) {
      return false;
    }
  }
  return true;
}

// Lets go of rows that others have come before.
Result<void> SortedRows::compact() {
  std::vector<std::uint32_t> live;
  std::string keys;
  std::vector<std::uint64_t> keyEnds;
  std::vector<RowOrigin> origins;
  for (std::vector<Entry>* const entries : {&entries_, &nulls_}) {
    for (Entry& entry : *entries) {
      if (!isNumber_) {
        keys += keyOf(entry.stored);
        keyEnds.push_back(keys.size());
      }
      origins.push_back(origins_[entry.stored]);
      live.push_back(entry.stored);
      entry.stored = static_cast<std::uint32_t>(live.size() - 1);
    }
  }
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    ColumnVector column;
    PF_TRY(appendRows(*kept_[i], columns_[i], live, column));
    columns_[i] = std::move(column);
  }
  keys_ = std::move(keys);
  keyEnds_ = std::move(keyEnds);
  origins_ = std::move(origins);
  return {};
}

std::uint64_t SortedRows::bytes() const noexcept {
  std::uint64_t bytes =
      (entries_.size() + nulls_.size()) * (sizeof(Entry) + sizeof(std::uint32_t)) +
      origins_.size() * sizeof(RowOrigin) + keys_.size() + keyEnds_.size() * sizeof(std::uint64_t);
  for (const ColumnVector& column : columns_) {
    bytes += bytesOf(column);
  }
  return bytes;
}

Result<void> SortedRows::checkBytes() const {
  if (bytes() > bytesMax_ || origins_.size() >= UINT32_MAX) {
    return fail(ErrorCode::kLimit, "sorting " + std::to_string(entries_.size() + nulls_.size()) +
                                       " rows takes more than the " + std::to_string(bytesMax_) +
                                       " bytes it may have");
  }
  return {};
}

Result<void> SortedRows::finish(std::uint64_t skip) {
  std::sort(entries_.begin(), entries_.end(),
            [this](const Entry& a, const Entry& b) { return isBefore(a, b); });
  for (const std::vector<Entry>* const entries : {&entries_, &nulls_}) {
    for (const Entry& entry : *entries) {
      order_.push_back(entry.stored);
    }
  }
  given_ = static_cast<std::size_t>(std::min<std::uint64_t>(skip, order_.size()));
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    pickers_.emplace_back(*kept_[i], columns_[i]);
  }
  return {};
}

std::vector<std::uint32_t> SortedRows::sources() const {
  std::vector<std::uint32_t> all;
  for (const std::vector<Entry>* const entries : {&entries_, &nulls_}) {
    for (const Entry& entry : *entries) {
      all.push_back(origins_[entry.stored].source);
    }
  }
  std::ranges::sort(all);
  const auto rest = std::ranges::unique(all);
  all.erase(rest.begin(), rest.end());
  return all;
}

std::vector<RowOrigin> SortedRows::origins() const {
  std::vector<RowOrigin> all;
  for (std::size_t i = given_; i < order_.size(); ++i) {
    all.push_back(origins_[order_[i]]);
  }
  return all;
}

Result<bool> SortedRows::next(std::uint64_t rowsMax, std::span<ColumnVector> kept) {
  auto rows = std::span<const std::uint32_t>(order_).subspan(given_);
  rows = rows.first(static_cast<std::size_t>(std::min<std::uint64_t>(rowsMax, rows.size())));
  rows = rows.first(rowsOfBatch(pickers_, rows));
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    kept[i].clear();
    PF_TRY(pickers_[i].append(rows, kept[i]));
  }
  given_ += rows.size();
  return !rows.empty();
}

}  // namespace parquet_flow::scan
