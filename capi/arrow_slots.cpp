#include "arrow_slots.hpp"

namespace parquet_flow::capi {

using column::IndexType;

std::uint32_t slotBytes(const ArrowField& field) noexcept {
  switch (field.kind) {
    case ArrowKind::kInt8:
    case ArrowKind::kUint8:
      return 1;
    case ArrowKind::kInt16:
    case ArrowKind::kUint16:
    case ArrowKind::kHalf:
      return 2;
    case ArrowKind::kInt32:
    case ArrowKind::kUint32:
    case ArrowKind::kFloat:
    case ArrowKind::kDate32:
    case ArrowKind::kTime32:
    case ArrowKind::kMonths:
      return 4;
    case ArrowKind::kInt64:
    case ArrowKind::kUint64:
    case ArrowKind::kDouble:
    case ArrowKind::kDate64:
    case ArrowKind::kTime64:
    case ArrowKind::kTimestamp:
    case ArrowKind::kDuration:
    case ArrowKind::kDayTime:
      return 8;
    case ArrowKind::kMonthDayNano:
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinaryView:
      return column::kViewBytes;
    case ArrowKind::kFixedBinary:
      return static_cast<std::uint32_t>(field.size);
    case ArrowKind::kDecimal:
      return static_cast<std::uint32_t>(field.bits / 8);
    default:
      return 0;
  }
}

IndexType indexTypeOf(ArrowKind kind) noexcept {
  switch (kind) {
    case ArrowKind::kInt8:
      return IndexType::kInt8;
    case ArrowKind::kUint8:
      return IndexType::kUint8;
    case ArrowKind::kInt16:
      return IndexType::kInt16;
    case ArrowKind::kUint16:
      return IndexType::kUint16;
    case ArrowKind::kInt32:
      return IndexType::kInt32;
    case ArrowKind::kUint32:
      return IndexType::kUint32;
    case ArrowKind::kInt64:
      return IndexType::kInt64;
    default:
      return IndexType::kUint64;
  }
}

}  // namespace parquet_flow::capi
