#include "column/convert.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/bytes.hpp"

namespace parquet_flow::column {
namespace {

using schema::PhysicalType;

constexpr std::int64_t kMillisPerSecond = 1000;
constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr std::int64_t kNanosPerMilli = 1'000'000;
// Values between two looks whether all of them could be converted, so that the loops in between
// have no branch and become vector code.
constexpr std::size_t kBlock = 1024;

// One value: `convert(from, to)` writes what it can, and returns whether it is right.
template <std::size_t kFrom, std::size_t kTo, class Convert>
std::size_t convertEach(const std::byte* from, std::size_t count, std::byte* to,
                        Convert convert) noexcept {
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t end = std::min(count, first + kBlock);
    bool right = true;
    for (std::size_t i = first; i < end; ++i) {
      right &= convert(from + i * kFrom, to + i * kTo);
    }
    if (!right) [[unlikely]] {
      while (convert(from + first * kFrom, to + first * kTo)) {
        ++first;
      }
      return first;
    }
  }
  return count;
}

template <class From>
std::size_t widen(const std::byte* from, std::size_t count, std::byte* to) noexcept {
  return convertEach<sizeof(From), 4>(from, count, to, [](const std::byte* in, std::byte* out) {
    storeLe(out, static_cast<std::int32_t>(loadLe<From>(in)));
    return true;
  });
}

template <class Number>
std::size_t secondsToMillis(const std::byte* from, std::size_t count, std::byte* to) noexcept {
  constexpr std::size_t kWidth = sizeof(Number);
  return convertEach<kWidth, kWidth>(from, count, to, [](const std::byte* in, std::byte* out) {
    using Limits = std::numeric_limits<Number>;
    using Unsigned = std::make_unsigned_t<Number>;
    const auto seconds = loadLe<Number>(in);
    storeLe(out, static_cast<Number>(static_cast<Unsigned>(seconds) *
                                     static_cast<Unsigned>(kMillisPerSecond)));
    return seconds <= Limits::max() / kMillisPerSecond &&
           seconds >= Limits::min() / kMillisPerSecond;
  });
}

bool millisToDays(const std::byte* in, std::byte* out) noexcept {
  const auto millis = loadLe<std::int64_t>(in);
  const std::int64_t days = millis / kMillisPerDay - (millis % kMillisPerDay < 0 ? 1 : 0);
  storeLe(out, static_cast<std::int32_t>(days));
  return days == static_cast<std::int32_t>(days);
}

// --- decimals ----------------------------------------------------------------------------------

template <std::size_t kWidth>
using Words = std::array<std::int64_t, kWidth / 8>;

// A two's complement number of `kFrom` bytes to one of 4 or 8.
template <std::size_t kFrom, class To>
bool narrowDecimal(const std::byte* in, std::byte* out) noexcept {
  if constexpr (kFrom <= 8) {
    const std::int64_t value = kFrom == 4 ? loadLe<std::int32_t>(in) : loadLe<std::int64_t>(in);
    storeLe(out, static_cast<To>(value));
    return value == static_cast<To>(value);
  } else {
    const auto words = loadLe<Words<kFrom>>(in);
    storeLe(out, static_cast<To>(words[0]));
    const std::int64_t sign = words[0] >> 63;
    bool fits = words[0] == static_cast<To>(words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
      fits &= words[i] == sign;
    }
    return fits;
  }
}

template <class To>
std::size_t narrowDecimals(std::uint32_t width, const std::byte* from, std::size_t count,
                           std::byte* to) noexcept {
  switch (width) {
    case 4:
      return convertEach<4, sizeof(To)>(from, count, to, narrowDecimal<4, To>);
    case 8:
      return convertEach<8, sizeof(To)>(from, count, to, narrowDecimal<8, To>);
    case 16:
      return convertEach<16, sizeof(To)>(from, count, to, narrowDecimal<16, To>);
    default:
      return convertEach<32, sizeof(To)>(from, count, to, narrowDecimal<32, To>);
  }
}

// To the low `length` bytes, big-endian (LogicalTypes.md, "DECIMAL").
template <std::size_t kFrom>
std::size_t reverseDecimals(std::size_t length, const std::byte* from, std::size_t count,
                            std::byte* to) noexcept {
  for (std::size_t i = 0; i < count; ++i, from += kFrom, to += length) {
    const auto words = loadLe<Words<kFrom>>(from);
    std::array<std::uint64_t, kFrom / 8> reversed;
    for (std::size_t word = 0; word < words.size(); ++word) {
      reversed[words.size() - 1 - word] =
          __builtin_bswap64(static_cast<std::uint64_t>(words[word]));
    }
    std::array<std::byte, kFrom> bytes;
    std::memcpy(bytes.data(), reversed.data(), kFrom);
    const std::size_t dropped = kFrom - length;
    const std::byte sign =
        (bytes[dropped] & std::byte{0x80}) != std::byte{0} ? std::byte{0xFF} : std::byte{0};
    std::byte differs{0};
    for (std::size_t high = 0; high < dropped; ++high) {
      differs |= bytes[high] ^ sign;
    }
    if (differs != std::byte{0}) [[unlikely]] {
      return i;
    }
    std::memcpy(to, bytes.data() + dropped, length);
  }
  return count;
}

std::size_t convertDecimals(std::uint32_t width, const schema::Leaf& leaf, const std::byte* from,
                            std::size_t count, std::byte* to) noexcept {
  switch (leaf.type) {
    case PhysicalType::kInt32:
      return narrowDecimals<std::int32_t>(width, from, count, to);
    case PhysicalType::kInt64:
      return narrowDecimals<std::int64_t>(width, from, count, to);
    default:
      return width == 16 ? reverseDecimals<16>(leaf.typeLength, from, count, to)
                         : reverseDecimals<32>(leaf.typeLength, from, count, to);
  }
}

// --- INTERVAL: months, days and milliseconds, four bytes each, unsigned ------------------------

bool storeInterval(std::int64_t months, std::int64_t days, std::int64_t millis,
                   std::byte* out) noexcept {
  storeLe(out, static_cast<std::uint32_t>(months));
  storeLe(out + 4, static_cast<std::uint32_t>(days));
  storeLe(out + 8, static_cast<std::uint32_t>(millis));
  return (months | days | millis) >= 0 && millis <= std::int64_t{UINT32_MAX};
}

bool monthsToInterval(const std::byte* in, std::byte* out) noexcept {
  return storeInterval(loadLe<std::int32_t>(in), 0, 0, out);
}
bool dayMillisToInterval(const std::byte* in, std::byte* out) noexcept {
  return storeInterval(0, loadLe<std::int32_t>(in), loadLe<std::int32_t>(in + 4), out);
}
bool monthDayNanosToInterval(const std::byte* in, std::byte* out) noexcept {
  const auto nanos = loadLe<std::int64_t>(in + 8);
  return storeInterval(loadLe<std::int32_t>(in), loadLe<std::int32_t>(in + 4),
                       nanos / kNanosPerMilli, out) &&
         nanos % kNanosPerMilli == 0;
}

template <class Number>
std::size_t convertNumbers(const std::byte* from, std::size_t count, std::uint64_t limit,
                           std::uint32_t* to) noexcept {
  return convertEach<sizeof(Number), 4>(from, count, reinterpret_cast<std::byte*>(to),
                                        [limit](const std::byte* in, std::byte* out) noexcept {
                                          // A negative one becomes a large one.
                                          const Number number = loadLe<Number>(in);
                                          // NOLINTNEXTLINE(bugprone-signed-char-misuse)
                                          const auto index = static_cast<std::uint64_t>(number);
                                          storeLe(out, static_cast<std::uint32_t>(index));
                                          return index < limit;
                                        });
}

bool isInterval(const schema::Leaf& leaf) noexcept {
  return leaf.type == PhysicalType::kFixedLenByteArray && leaf.typeLength == 12;
}

}  // namespace

bool canConvert(SourceForm form, std::uint32_t sourceWidth, const schema::Leaf& leaf) noexcept {
  const PhysicalType type = leaf.type;
  switch (form) {
    case SourceForm::kInt8:
    case SourceForm::kUint8:
      return sourceWidth == 1 && type == PhysicalType::kInt32;
    case SourceForm::kInt16:
    case SourceForm::kUint16:
      return sourceWidth == 2 && type == PhysicalType::kInt32;
    case SourceForm::kSecondsToMillis:
      return sourceWidth == 4 ? type == PhysicalType::kInt32
                              : sourceWidth == 8 && type == PhysicalType::kInt64;
    case SourceForm::kMillisToDays:
      return sourceWidth == 8 && type == PhysicalType::kInt32;
    case SourceForm::kDecimal:
      if (type == PhysicalType::kFixedLenByteArray) {
        return (sourceWidth == 16 || sourceWidth == 32) && leaf.typeLength <= sourceWidth;
      }
      return (sourceWidth == 4 || sourceWidth == 8 || sourceWidth == 16 || sourceWidth == 32) &&
             (type == PhysicalType::kInt32 || type == PhysicalType::kInt64);
    case SourceForm::kMonths:
      return sourceWidth == 4 && isInterval(leaf);
    case SourceForm::kDayMillis:
      return sourceWidth == 8 && isInterval(leaf);
    case SourceForm::kMonthDayNanos:
      return sourceWidth == 16 && isInterval(leaf);
    default:
      return false;
  }
}

std::size_t convertFixed(SourceForm form, std::uint32_t sourceWidth, const schema::Leaf& leaf,
                         const std::byte* from, std::size_t count, std::byte* to) noexcept {
  switch (form) {
    case SourceForm::kInt8:
      return widen<std::int8_t>(from, count, to);
    case SourceForm::kUint8:
      return widen<std::uint8_t>(from, count, to);
    case SourceForm::kInt16:
      return widen<std::int16_t>(from, count, to);
    case SourceForm::kUint16:
      return widen<std::uint16_t>(from, count, to);
    case SourceForm::kSecondsToMillis:
      return sourceWidth == 4 ? secondsToMillis<std::int32_t>(from, count, to)
                              : secondsToMillis<std::int64_t>(from, count, to);
    case SourceForm::kMillisToDays:
      return convertEach<8, 4>(from, count, to, millisToDays);
    case SourceForm::kDecimal:
      return convertDecimals(sourceWidth, leaf, from, count, to);
    case SourceForm::kMonths:
      return convertEach<4, 12>(from, count, to, monthsToInterval);
    case SourceForm::kDayMillis:
      return convertEach<8, 12>(from, count, to, dayMillisToInterval);
    case SourceForm::kMonthDayNanos:
      return convertEach<16, 12>(from, count, to, monthDayNanosToInterval);
    default:
      return 0;
  }
}

std::string_view conversionRefusal(SourceForm form) noexcept {
  switch (form) {
    case SourceForm::kSecondsToMillis:
      return "the time is too far from 1970 for milliseconds";
    case SourceForm::kMillisToDays:
      return "the date is too far from 1970 for days of 32 bits";
    case SourceForm::kDecimal:
      return "the decimal has more digits than the precision of its column has room for";
    case SourceForm::kMonths:
    case SourceForm::kDayMillis:
    case SourceForm::kMonthDayNanos:
      return "the interval has a negative part, or nanoseconds that are no whole milliseconds, "
             "which INTERVAL cannot hold";
    default:
      return "the value is not one of the column's type";
  }
}

std::uint32_t indexWidth(IndexType type) noexcept {
  switch (type) {
    case IndexType::kInt8:
    case IndexType::kUint8:
      return 1;
    case IndexType::kInt16:
    case IndexType::kUint16:
      return 2;
    case IndexType::kInt32:
    case IndexType::kUint32:
      return 4;
    case IndexType::kInt64:
    case IndexType::kUint64:
      break;
  }
  return 8;
}

std::uint32_t valueStride(const schema::Leaf& leaf, const ValuesView& values) noexcept {
  switch (values.form) {
    case SourceForm::kIndices:
    case SourceForm::kTake:
      return indexWidth(values.indexType);
    case SourceForm::kViews:
      return kViewBytes;
    case SourceForm::kAsLayout:
      return values.layout == ValuesLayout::kByteBooleans
                 ? 1
                 : schema::fixedWidth(leaf.type, leaf.typeLength);
    default:
      return values.sourceWidth;
  }
}

std::size_t convertIndices(IndexType type, const std::byte* from, std::size_t count,
                           std::uint64_t limit, std::uint32_t* to) noexcept {
  // They are to fit 32 bits in any case.
  limit = std::min<std::uint64_t>(limit, std::uint64_t{1} << 32);
  switch (type) {
    case IndexType::kInt8:
      return convertNumbers<std::int8_t>(from, count, limit, to);
    case IndexType::kUint8:
      return convertNumbers<std::uint8_t>(from, count, limit, to);
    case IndexType::kInt16:
      return convertNumbers<std::int16_t>(from, count, limit, to);
    case IndexType::kUint16:
      return convertNumbers<std::uint16_t>(from, count, limit, to);
    case IndexType::kInt32:
      return convertNumbers<std::int32_t>(from, count, limit, to);
    case IndexType::kUint32:
      return convertNumbers<std::uint32_t>(from, count, limit, to);
    case IndexType::kInt64:
      return convertNumbers<std::int64_t>(from, count, limit, to);
    case IndexType::kUint64:
      break;
  }
  return convertNumbers<std::uint64_t>(from, count, limit, to);
}

}  // namespace parquet_flow::column
