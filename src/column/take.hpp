// Values picked by their numbers, and byte arrays of any form, to dense values as slices have them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Scratch space of the values that a call below returns, valid until the next with the same;
// reused.
struct TakeScratch {
  ByteBuffer units;  // values in their source's form
  ByteBuffer data;
  ByteBuffer offsets;
};

// Which value of those asked for a refusal is about.
inline constexpr std::size_t kNoValue = SIZE_MAX;

// The values number indices[0] .. indices[count - 1] of `from`, which is of the leaf, in any layout
// and form but indices; the numbers are below from.count. BYTE_ARRAYs: as many as it takes to come
// to `bytesMax` bytes, at least one. BOOLEANs come out as bytes.
// kInvalidArgument, and in `refused` which, where a value is not one of the leaf's; kOutOfMemory.
[[nodiscard]] Result<ValuesView> takeValues(const ValuesView& from, const schema::Leaf& leaf,
                                            const std::uint32_t* indices, std::size_t count,
                                            std::uint64_t bytesMax, TakeScratch& scratch,
                                            std::size_t& refused);

// The same of `count` views of 16 bytes each that stand one after the other.
[[nodiscard]] Result<ValuesView> takeViews(const std::byte* views, std::size_t count,
                                           std::span<const ConstBytes> buffers,
                                           std::uint64_t bytesMax, TakeScratch& scratch,
                                           std::size_t& refused);

// What a slice in kIndices stands for, for an encoder that has no use for indices. kOutOfMemory.
[[nodiscard]] Result<ValuesView> materializeIndices(const ValuesView& values,
                                                    const schema::Leaf& leaf, TakeScratch& scratch);

}  // namespace parquet_flow::column
