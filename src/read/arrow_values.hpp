// From values as Parquet has them to those that Arrow has another form for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "read/column_vector.hpp"

namespace parquet_flow::read {

// Each appends a value for each of the vector's slots to `out`. At a null it is not specified.

// INT32 to its low `width` bytes: 1 or 2.
[[nodiscard]] Result<void> narrowInt32(const ColumnVector& from, std::size_t width,
                                       ByteBuffer& out);
// INT32 days to milliseconds of 8 bytes.
[[nodiscard]] Result<void> daysToMillis(const ColumnVector& from, ByteBuffer& out);
// INT96, nanoseconds of the day and a Julian day number, to nanoseconds since 1970, modulo 2^64.
[[nodiscard]] Result<void> int96ToNanos(const ColumnVector& from, ByteBuffer& out);
// INTERVAL, months, days and milliseconds, to months of 4 bytes; days and milliseconds; or months,
// days and nanoseconds of 8 bytes.
enum class IntervalForm : std::uint8_t { kMonths, kDayMillis, kMonthDayNanos };
[[nodiscard]] Result<void> intervals(const ColumnVector& from, IntervalForm form, ByteBuffer& out);

// Where the numbers of a DECIMAL lie: little-endian ones of 4 or 8 bytes, big-endian ones of any
// width, or of each its own (0, BYTE_ARRAY).
struct DecimalForm {
  std::size_t width;
  bool isBigEndian;
};
// To two's complement of `bytes` bytes, little-endian. kCorrupt: a number that does not fit.
[[nodiscard]] Result<void> decimals(const ColumnVector& from, DecimalForm form, std::size_t bytes,
                                    ByteBuffer& out);

// BYTE_ARRAY: slots + 1 offsets of 64 bits.
[[nodiscard]] Result<void> wideOffsets(const ColumnVector& from, ByteBuffer& out);
// BYTE_ARRAY: views of 16 bytes each into the values, buffer 0: the length; then up to 12 bytes of
// the value, zeros behind them, or its first 4, 0 and its offset.
[[nodiscard]] Result<void> stringViews(const ColumnVector& from, ByteBuffer& out);

}  // namespace parquet_flow::read
