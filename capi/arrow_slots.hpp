// The buffer of values of an Arrow array: what a slot of it is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arrow_type.hpp"
#include "base/bytes.hpp"
#include "column/leaf_view.hpp"

namespace parquet_flow::capi {

// Bytes of a slot in the buffer of values; 0 where that has none.
[[nodiscard]] std::uint32_t slotBytes(const ArrowField& field) noexcept;

// `kind`: of indices into a dictionary, or of run ends.
[[nodiscard]] column::IndexType indexTypeOf(ArrowKind kind) noexcept;

template <class Number>
[[nodiscard]] std::uint64_t numberAt(const std::byte* numbers, std::uint64_t slot) noexcept {
  return static_cast<std::uint64_t>(loadLe<Number>(numbers + slot * sizeof(Number)));
}

// Number `slot` of those that `values` has as indices. A negative one becomes a large one, which is
// refused where it is used. In the header, because there is one of these calls a row.
[[nodiscard]] inline std::uint64_t indexAt(const column::ValuesView& values,
                                           std::uint64_t slot) noexcept {
  switch (values.indexType) {
    case column::IndexType::kInt8:
      return numberAt<std::int8_t>(values.data, slot);
    case column::IndexType::kUint8:
      return numberAt<std::uint8_t>(values.data, slot);
    case column::IndexType::kInt16:
      return numberAt<std::int16_t>(values.data, slot);
    case column::IndexType::kUint16:
      return numberAt<std::uint16_t>(values.data, slot);
    case column::IndexType::kInt32:
      return numberAt<std::int32_t>(values.data, slot);
    case column::IndexType::kUint32:
      return numberAt<std::uint32_t>(values.data, slot);
    case column::IndexType::kInt64:
      return numberAt<std::int64_t>(values.data, slot);
    case column::IndexType::kUint64:
      break;
  }
  return numberAt<std::uint64_t>(values.data, slot);
}

}  // namespace parquet_flow::capi
