// LeafView: what every source of columns looks like to the encoder.
//
// A view borrows. It stands for a range of rows of one leaf: their values, where they are null, and
// how they nest. Sources differ, and none is made to copy: the C writer brings dense values with
// byte levels and byte booleans, the sink and the generators buffers of their own. A further layout
// of a source becomes another case here and in the gather stage, and is seen by nothing behind it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parquet_flow::column {

enum class ValuesLayout : std::uint8_t {
  kFixed,         // `data`: values of the leaf's fixed width, one after the other, any alignment
  kByteBooleans,  // `data`: one byte each, nonzero is true
  kBits,          // `data`: least significant bit first, from bit `bitOffset`
  kOffsets32,     // `data` and `offsets`: value i is data[offsets[i]] .. data[offsets[i + 1]]
};

struct ValuesView {
  ValuesLayout layout = ValuesLayout::kFixed;
  const std::byte* data = nullptr;
  const std::uint32_t* offsets = nullptr;  // kOffsets32: count + 1 entries, never going backwards
  std::uint64_t bitOffset = 0;             // kBits
  std::uint64_t count = 0;                 // values there are
  // kOffsets32: bytes that `data` has, where the source knows: offsets past them are refused.
  std::uint64_t dataBytes = UINT64_MAX;
};

// Entries are what levels count: a value, a null, an empty list. Without repetition an entry is a
// row.
struct LeafView {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;

  ValuesView values;
  // Whether `values` has a slot for each entry (its content at a null is not read), or for present
  // values only.
  bool spaced = false;

  // Which entries are present: neither (all), a bitmap (1 = present; leaves with maximum definition
  // level 1 only), or one definition level a byte.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validityBitOffset = 0;
  const std::uint8_t* definitionLevels = nullptr;

  // One repetition level a byte; needed where the leaf's maximum is above 0.
  const std::uint8_t* repetitionLevels = nullptr;
};

}  // namespace parquet_flow::column
