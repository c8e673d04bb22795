// Column statistics: null and NaN counts, and the least and greatest value in the leaf's order.
//
// Source: parquet-format parquet.thrift, Statistics and ColumnOrder (TYPE_ORDER); LogicalTypes.md
// for the order of each logical type. Wrong bounds are silent data loss for a reader that skips by
// them, therefore:
//   - NaNs are counted, and none is a bound. Where all values are NaN there are no bounds; in total
//     order they are the least and the greatest NaN
//   - a zero is -0.0 as the least and +0.0 as the greatest value; in total order as it is
//   - INT96 and INTERVAL have no order, so no bounds
//   - a greatest value that was cut short is incremented, so that it is still not below any value
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::stats {

// As Statistics of the format has them: bounds in PLAIN encoding, without the length of a
// BYTE_ARRAY.
struct ColumnStatistics {
  std::uint64_t nullCount = 0;
  std::optional<std::uint64_t> nanCount;  // FLOAT, DOUBLE, FLOAT16: always
  bool hasBounds = false;
  std::string min;
  std::string max;
  bool minExact = true;
  bool maxExact = true;
};

// Values that are not to be cut short (BSON, FIXED_LEN_BYTE_ARRAY, DECIMAL, and a greatest value
// that cannot be incremented) have bounds up to this many bytes, else none.
inline constexpr std::size_t kWholeBoundBytesMax = 4096;
// To how many bytes others may be cut.
inline constexpr std::uint32_t kTruncateBytesMax = 65'535;

// Collects the statistics of a page, and of pages those of a chunk. Allocates only while the
// longest bound grows.
class BoundsCollector {
 public:
  // `truncateBytes`: the longest bound of STRING, ENUM, JSON and raw BYTE_ARRAY leaves.
  BoundsCollector(const schema::Leaf& leaf, std::uint32_t truncateBytes,
                  FloatOrder floats = FloatOrder::kTypeDefined);

  [[nodiscard]] Order order() const noexcept { return order_; }

  void clear() noexcept;
  void addNulls(std::uint64_t count) noexcept { nulls_ += count; }

  // `count` values, as they lie: fixed width one after the other (any alignment), byte booleans,
  // bits from `bitOffset`, or BYTE_ARRAY i at bytes[offsets[i]] .. bytes[offsets[i + 1]]. The one
  // that is the leaf's.
  void addFixed(const std::byte* values, std::uint64_t count);
  void addByteBooleans(const std::byte* values, std::uint64_t count) noexcept;
  void addBits(const std::byte* bits, std::uint64_t bitOffset, std::uint64_t count) noexcept;
  void addByteArrays(const std::byte* bytes, const std::uint32_t* offsets, std::uint64_t count);
  // One BYTE_ARRAY. Many cost less together.
  void addByteArray(std::string_view value) {
    if (order_ != Order::kNone) {
      widenBytes(value);
    }
  }

  // Adds what `other` of the same leaf has collected.
  void merge(const BoundsCollector& other);

  void finish(ColumnStatistics& out) const;

 private:
  // A least and a greatest value while they are sought: FLOAT and DOUBLE by value as their bits,
  // FLOAT16 and all in total order as totalOrderKey, numbers of up to eight bytes.
  struct Extremes {
    bool any = false;
    std::uint64_t min = 0;
    std::uint64_t max = 0;
  };
  template <class T>
  void addFloats(const std::byte* values, std::uint64_t count) noexcept;
  void addHalves(const std::byte* values, std::uint64_t count) noexcept;
  void addShortBytes(const std::byte* values, std::size_t width, std::uint64_t count);
  template <class Values>
  void addBytesValues(std::uint64_t count, const Values& values);
  void addDecimals(const std::byte* bytes, const std::uint32_t* offsets, std::uint64_t count);
  void widenBytes(std::string_view value);
  void widen(Extremes& extremes, std::uint64_t min, std::uint64_t max) const noexcept;
  void finishFloats(const Extremes& extremes, ColumnStatistics& out) const;
  void finishBytes(ColumnStatistics& out) const;

  Order order_;
  schema::LogicalKind logical_;
  bool truncates_;
  std::uint32_t width_;
  std::uint32_t truncateBytes_;
  std::uint64_t nulls_ = 0;
  std::uint64_t nans_ = 0;
  Extremes numbers_;
  Extremes nanValues_;  // in total order, of batches that are all NaN
  bool anyBytes_ = false;
  std::string minBytes_;
  std::string maxBytes_;
};

// The longest prefix of at most `bytes` bytes: at a character boundary for UTF-8. Not above
// `value`.
void truncateMin(std::string& value, std::size_t bytes, bool utf8);
// The same prefix with its last character (byte) incremented that can be, and without those behind
// it, so that it is above everything that begins with the prefix; UTF-8 stays UTF-8. False: there
// is no such character, all are at their maximum or are no text; `value` is unchanged.
[[nodiscard]] bool truncateMax(std::string& value, std::size_t bytes, bool utf8);

}  // namespace parquet_flow::stats
