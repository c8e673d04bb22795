// Whether an ArrowArray is one of its type, as far as that can be seen.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arrow_type.hpp"
#include "base/status.hpp"
#include "column/nested_levels.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

// The array of a struct of columns, and all in it: released or not, lengths and offsets, how many
// buffers and children there are, and that none is missing. kInvalidArgument, naming the column.
[[nodiscard]] Result<void> checkArrowArray(const ArrowField& type, const ArrowArray* array);

// What follows is of arrays that have passed.

[[nodiscard]] inline const std::byte* bufferOf(const ArrowArray& array,
                                               std::size_t index) noexcept {
  return static_cast<const std::byte*>(array.buffers[index]);
}
[[nodiscard]] inline std::uint64_t offsetOf(const ArrowArray& array) noexcept {
  return static_cast<std::uint64_t>(array.offset);
}
[[nodiscard]] inline std::uint64_t lengthOf(const ArrowArray& array) noexcept {
  return static_cast<std::uint64_t>(array.length);
}
// Of an array that has a validity bitmap at all: neither null type nor run-end encoded.
[[nodiscard]] inline column::Validity validityOf(const ArrowArray& array) noexcept {
  if (array.null_count == 0) return {};
  return {reinterpret_cast<const std::uint8_t*>(array.buffers[0]), offsetOf(array)};
}

}  // namespace parquet_flow::capi
