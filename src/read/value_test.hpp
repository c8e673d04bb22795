// What values are held against before they are wanted: one by one, without nulls among them, as
// they lie in a page or its dictionary.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"

namespace parquet_flow::read {

// BOOLEAN: bits from `bitOffset` on; BYTE_ARRAY i: data[offsets[i]] .. data[offsets[i + 1]]; else
// values of the leaf's width, of any alignment.
struct DenseValues {
  const std::byte* data = nullptr;
  const std::uint32_t* offsets = nullptr;
  std::size_t bitOffset = 0;
  std::size_t count = 0;
};

class ValueTest {
 public:
  ValueTest() = default;
  ValueTest(const ValueTest&) = delete;
  ValueTest& operator=(const ValueTest&) = delete;
  virtual ~ValueTest() = default;

  // Bit i % 64 of word i / 64: whether it is true of value i; behind the last in its word, 0.
  virtual void test(const DenseValues& values, std::uint64_t* bits) = 0;
};

// How many of a dictionary's entries a test is true of.
enum class Share : std::uint8_t { kNone, kSome, kAll };

// A test of rows, given to ColumnCursor::test of one chunk after the other.
struct RowTest {
  ValueTest* test = nullptr;  // nullptr: whether there is a value
  // A bit for each row, zeros before: whether there is a value that the test is true of.
  std::uint64_t* bits = nullptr;

  // What the cursor knows of its dictionary: a byte for each entry.
  ByteBuffer entries;
  std::uint64_t dictionary = 0;  // its number; 0: none
  Share share = Share::kSome;
};

}  // namespace parquet_flow::read
