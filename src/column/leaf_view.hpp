// LeafView: what every source of columns looks like to the encoder.
//
// A view borrows. It stands for a range of rows of one leaf: their values, where they are null, and
// how they nest. Sources differ, and none is made to copy: the C writer brings dense values with
// byte levels and byte booleans, the sink and the generators buffers of their own, Arrow bitmaps,
// wide offsets, views and dictionaries. What a source has in another form than the encoder takes is
// turned into that slice by slice by the gather stage, and is seen by nothing behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace parquet_flow::column {

enum class ValuesLayout : std::uint8_t {
  kFixed,         // `data`: values of the leaf's fixed width, one after the other, any alignment
  kByteBooleans,  // `data`: one byte each, nonzero is true
  kBits,          // `data`: least significant bit first, from bit `bitOffset`
  kOffsets32,     // `data` and `offsets`: value i is data[offsets[i]] .. data[offsets[i + 1]]
  kIndices,       // value i is value indices[i] of `dictionary`, which is kFixed or kOffsets32
};

// How a source has its values, where that is not what `layout` says. Slices have kAsLayout alone.
enum class SourceForm : std::uint8_t {
  kAsLayout,
  // kFixed; values of `sourceWidth` bytes, little-endian:
  kInt8,             // to INT32, as are the next three
  kUint8,            //
  kInt16,            //
  kUint16,           //
  kSecondsToMillis,  // of 4 bytes to INT32, of 8 to INT64
  kMillisToDays,     // of 8 bytes to INT32
  kDecimal,          // two's complement, to INT32, INT64 or FIXED_LEN_BYTE_ARRAY (big-endian)
  kMonths,           // of 4 bytes to INTERVAL, as the next two
  kDayMillis,        // days and milliseconds of 4 bytes each
  kMonthDayNanos,    // months and days of 4 bytes each, nanoseconds of 8
  // kOffsets32:
  kOffsets64,  // `data` and `offsets64`
  kViews,      // `data`: kViewBytes each: the length, then up to kViewInlineBytesMax of the value
               // itself, or its first 4, the number of its buffer in `viewBuffers` and its offset
               // in there
  // Any: value i is value data[i] of `dictionary`, data being numbers of `indexType`.
  kIndices,  // `layout` kIndices; the dictionary of any layout and form but this one
  kTake,     // `layout` as the dictionary's, which is just values that are not in order
};

// Of a view as Arrow's columnar format lays it out, "Variable-size Binary View Layout".
inline constexpr std::uint32_t kViewBytes = 16;
inline constexpr std::uint32_t kViewInlineBytesMax = 12;

enum class IndexType : std::uint8_t {
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
};

struct ValuesView {
  ValuesLayout layout = ValuesLayout::kFixed;
  const std::byte* data = nullptr;
  const std::uint32_t* offsets = nullptr;  // kOffsets32: count + 1 entries, never going backwards
  std::uint64_t bitOffset = 0;             // kBits
  std::uint64_t count = 0;                 // values there are
  // Offsets: bytes that `data` has, where the source knows: offsets past them are refused.
  std::uint64_t dataBytes = UINT64_MAX;

  // kIndices: below dictionary->count each. The dictionary lives, unchanged, as long as the view
  // that the slice is of.
  const std::uint32_t* indices = nullptr;
  const ValuesView* dictionary = nullptr;

  SourceForm form = SourceForm::kAsLayout;
  IndexType indexType = IndexType::kUint32;
  std::uint32_t sourceWidth = 0;
  const std::int64_t* offsets64 = nullptr;
  std::span<const ConstBytes> viewBuffers = {};
};

// Where rows of a batch begin in a chunk, for messages.
struct BatchStart {
  std::uint64_t row = 0;  // of the chunk
  std::uint64_t rowInBatch = 0;
  std::uint64_t batch = 0;
};

// Entries are what levels count: a value, a null, an empty list. Without repetition an entry is a
// row.
struct LeafView {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  // What messages are to add, modulo 2^64, to the number that a row has in its chunk, or in the
  // view where that is read alone, so that they name it as the source's caller counts rows.
  std::uint64_t rowsBefore = 0;
  // Which of several batches of the source messages are to name too.
  static constexpr std::uint64_t kNoBatch = UINT64_MAX;
  std::uint64_t batch = kNoBatch;
  // In place of both, of rows of several batches: the first one begins at the view's first row.
  std::span<const BatchStart> batches = {};

  ValuesView values;
  // Whether `values` has a slot for each entry with a definition level of at least
  // `slotDefinitionLevel` (its content at a null is not read), or for present values only.
  bool spaced = false;
  std::uint8_t slotDefinitionLevel = 0;
  // Whether the memory of `values` is the source's only until the view is taken in: what is encoded
  // then has a copy, where else it might point into them.
  bool transient = false;

  // Which entries are present: neither (all), a bitmap (1 = present; leaves with maximum definition
  // level 1 only), or one definition level a byte.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validityBitOffset = 0;
  const std::uint8_t* definitionLevels = nullptr;

  // One repetition level a byte; needed where the leaf's maximum is above 0.
  const std::uint8_t* repetitionLevels = nullptr;
};

}  // namespace parquet_flow::column
