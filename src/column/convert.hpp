// Fixed-width values of a source's own form to those of the leaf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Whether `form`, of values of `sourceWidth` bytes, is one that values of the leaf can come in.
[[nodiscard]] bool canConvert(SourceForm form, std::uint32_t sourceWidth,
                              const schema::Leaf& leaf) noexcept;

// Converts the `count` values at `from` to values of the leaf at `to`, for which canConvert holds.
// Returns how many it could: below `count`, the next one is not one of the leaf's type.
[[nodiscard]] std::size_t convertFixed(SourceForm form, std::uint32_t sourceWidth,
                                       const schema::Leaf& leaf, const std::byte* from,
                                       std::size_t count, std::byte* to) noexcept;

// Why a value could not be converted: "the value ...".
[[nodiscard]] std::string_view conversionRefusal(SourceForm form) noexcept;

[[nodiscard]] std::uint32_t indexWidth(IndexType type) noexcept;
// Bytes from one value's place in `data` to the next; not of offsets and bits.
[[nodiscard]] std::uint32_t valueStride(const schema::Leaf& leaf,
                                        const ValuesView& values) noexcept;

// Numbers of `type` to 32 bits; returns how many are, one after the other, below `limit`.
[[nodiscard]] std::size_t convertIndices(IndexType type, const std::byte* from, std::size_t count,
                                         std::uint64_t limit, std::uint32_t* to) noexcept;

}  // namespace parquet_flow::column
