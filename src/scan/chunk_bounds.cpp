#include "scan/chunk_bounds.hpp"

#include <cmath>

#include "base/bytes.hpp"
#include "format/parquet_types.h"
#include "scan/half.hpp"

namespace parquet_flow::scan {
namespace {

using schema::Leaf;
using stats::Order;

// 0: of any.
std::size_t widthOf(const Leaf& leaf) noexcept {
  return leaf.type == schema::PhysicalType::kBoolean
             ? 1
             : schema::fixedWidth(leaf.type, leaf.typeLength);
}

bool isNan(const Leaf& leaf, const std::string& value) noexcept {
  switch (valueOrder(leaf)) {
    case Order::kFloat:
      return std::isnan(loadLe<float>(value.data()));
    case Order::kDouble:
      return std::isnan(loadLe<double>(value.data()));
    case Order::kFloat16:
      return std::isnan(halfToFloat(loadLe<std::uint16_t>(value.data())));
    default:
      return false;
  }
}

bool isTotal(Order order) noexcept {
  return order == Order::kFloatTotal || order == Order::kDoubleTotal ||
         order == Order::kFloat16Total;
}

// Of which the deprecated pair was always written in the order of the type.
bool isSigned(Order order) noexcept {
  return order == Order::kInt32 || order == Order::kInt64 || order == Order::kFloat ||
         order == Order::kDouble || order == Order::kBoolean;
}

}  // namespace

Order storedOrder(const read::FileReader& file, const Leaf& leaf) {
  const format::FileMetaData& meta = file.metaData();
  const Order order = valueOrder(leaf);
  // What has no order in the format has no bounds that mean anything.
  if (leaf.index >= meta.column_orders.size() || order == Order::kNone ||
      stats::orderOf(leaf) == Order::kNone) {
    return Order::kNone;
  }
  const format::ColumnOrder& stored = meta.column_orders[leaf.index];
  if (stored.__isset.TYPE_ORDER) {
    return order;
  }
  return stored.__isset.IEEE_754_TOTAL_ORDER && stats::isFloatOrder(order)
             ? stats::orderOf(leaf, stats::FloatOrder::kIeee754Total)
             : Order::kNone;
}

void setBounds(const Leaf& leaf, Order stored, const std::string* least, const std::string* most,
               std::optional<std::int64_t> nans, std::optional<std::uint64_t> values,
               ValueBounds& out) {
  const std::size_t width = widthOf(leaf);
  const auto isWhole = [&](const std::string* bound) {
    return bound != nullptr && (width == 0 || bound->size() == width);
  };
  least = isWhole(least) ? least : nullptr;
  most = isWhole(most) ? most : nullptr;
  const bool hasNanBound =
      (least != nullptr && isNan(leaf, *least)) || (most != nullptr && isNan(leaf, *most));
  if (stats::isFloatOrder(stored)) {
    out.mayHaveNan = !nans || *nans != 0 || hasNanBound;
    out.isAllNan = nans && values && *nans > 0 && static_cast<std::uint64_t>(*nans) == *values;
  }
  if (hasNanBound) {  // by value it cannot be, so that the other is not to be relied on either
    const bool isKept = isTotal(stored);
    least = isKept && least != nullptr && !isNan(leaf, *least) ? least : nullptr;
    most = isKept && most != nullptr && !isNan(leaf, *most) ? most : nullptr;
  }
  if (least != nullptr && most != nullptr &&
      stats::compareValues(valueOrder(leaf), *least, *most) > 0) {
    return;
  }
  if (least != nullptr) {
    out.least = *least;
  }
  if (most != nullptr) {
    out.most = *most;
  }
}

ValueBounds chunkBounds(const read::FileReader& file, std::size_t rowGroup, const Leaf& leaf) {
  const format::ColumnMetaData& meta =
      file.metaData().row_groups[rowGroup].columns[leaf.index].meta_data;
  ValueBounds bounds;
  bounds.mayHaveNan = stats::isFloatOrder(valueOrder(leaf));
  bounds.mayHaveNulls = leaf.maxDefinitionLevel != 0;
  if (!meta.__isset.statistics) {
    return bounds;
  }
  const format::Statistics& statistics = meta.statistics;
  const auto& isset = statistics.__isset;
  std::optional<std::uint64_t> values;
  if (!bounds.mayHaveNulls) {
    values = static_cast<std::uint64_t>(meta.num_values);
  } else if (isset.null_count && statistics.null_count >= 0 &&
             statistics.null_count <= meta.num_values) {
    values = static_cast<std::uint64_t>(meta.num_values - statistics.null_count);
    bounds.mayHaveNulls = statistics.null_count != 0;
    bounds.mayHaveValues = *values != 0;
  }
  std::optional<std::int64_t> nans;
  if (isset.nan_count) {
    nans = statistics.nan_count;
  }
  const Order stored = storedOrder(file, leaf);
  if (stored != Order::kNone && (isset.min_value || isset.max_value || nans)) {
    setBounds(leaf, stored, isset.min_value ? &statistics.min_value : nullptr,
              isset.max_value ? &statistics.max_value : nullptr, nans, values, bounds);
  } else if (isSigned(valueOrder(leaf))) {
    setBounds(leaf, valueOrder(leaf), isset.min ? &statistics.min : nullptr,
              isset.max ? &statistics.max : nullptr, std::nullopt, values, bounds);
  }
  return bounds;
}

}  // namespace parquet_flow::scan
