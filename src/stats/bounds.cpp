#include "stats/bounds.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/bits.hpp"
#include "stats/prefix.hpp"
#include "stats/range.hpp"

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;

template <class T>
T load(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
std::uint64_t bitsOf(T value) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

template <class T>
T fromBits(std::uint64_t bits) noexcept {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <class T>
struct SameWidthInt {
  using Type = std::int32_t;
};
template <>
struct SameWidthInt<double> {
  using Type = std::int64_t;
};

std::string_view textOf(const std::byte* value, std::size_t bytes) noexcept {
  return {reinterpret_cast<const char*>(value), bytes};
}

// The bytes of a prefix that a value of each length has; of eight and more all.
constexpr std::uint64_t kPrefixMask[] = {
    0,
    ~std::uint64_t{0} << 56U,
    ~std::uint64_t{0} << 48U,
    ~std::uint64_t{0} << 40U,
    ~std::uint64_t{0} << 32U,
    ~std::uint64_t{0} << 24U,
    ~std::uint64_t{0} << 16U,
    ~std::uint64_t{0} << 8U,
    ~std::uint64_t{0},
};

// Byte arrays as they lie. fastPrefix() reads eight bytes whatever the length: of the values before
// fastCount() alone.
class ByteArrays {
 public:
  ByteArrays(const std::byte* bytes, const std::uint32_t* offsets, std::uint64_t count) noexcept
      : bytes_(bytes), offsets_(offsets), fastCount_(count) {
    while (fastCount_ > 0 &&
           std::uint64_t{offsets[fastCount_ - 1]} + sizeof(std::uint64_t) > offsets[count]) {
      --fastCount_;
    }
  }
  [[nodiscard]] std::uint64_t fastCount() const noexcept { return fastCount_; }
  // The next value from `from` on whose prefix is not between the two, or fastCount().
  [[nodiscard]] std::uint64_t firstOutside(std::uint64_t from, std::uint64_t least,
                                           std::uint64_t greatest) const noexcept {
    return rangeKernels().firstOutside(bytes_, offsets_, from, fastCount_, least, greatest);
  }
  [[nodiscard]] static std::uint64_t prefix(std::string_view value) noexcept {
    return prefixOf(value);
  }
  [[nodiscard]] std::uint64_t fastPrefix(std::uint64_t i) const noexcept {
    const std::size_t bytes = offsets_[i + 1] - offsets_[i];
    return __builtin_bswap64(load<std::uint64_t>(bytes_ + offsets_[i])) &
           kPrefixMask[std::min(bytes, sizeof(std::uint64_t))];
  }
  [[nodiscard]] std::string_view operator[](std::uint64_t i) const noexcept {
    return textOf(bytes_ + offsets_[i], offsets_[i + 1] - offsets_[i]);
  }

 private:
  const std::byte* bytes_;
  const std::uint32_t* offsets_;
  std::uint64_t fastCount_;
};

// Values of one length above eight. Decimals compare as bytes once the sign is flipped, which the
// prefix has.
class FixedBytes {
 public:
  FixedBytes(const std::byte* values, std::size_t width, std::uint64_t count,
             bool isSigned) noexcept
      : values_(values),
        width_(width),
        count_(count),
        flip_(isSigned ? std::uint64_t{1} << 63U : 0) {}
  [[nodiscard]] std::uint64_t fastCount() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t firstOutside(std::uint64_t from, std::uint64_t least,
                                           std::uint64_t greatest) const noexcept {
    while (from < count_ && fastPrefix(from) > least && fastPrefix(from) < greatest) {
      ++from;
    }
    return from;
  }
  [[nodiscard]] std::uint64_t prefix(std::string_view value) const noexcept {
    return prefixOf(value) ^ flip_;
  }
  [[nodiscard]] std::uint64_t fastPrefix(std::uint64_t i) const noexcept {
    return __builtin_bswap64(load<std::uint64_t>(values_ + i * width_)) ^ flip_;
  }
  [[nodiscard]] std::string_view operator[](std::uint64_t i) const noexcept {
    return textOf(values_ + i * width_, width_);
  }

 private:
  const std::byte* values_;
  std::size_t width_;
  std::uint64_t count_;
  std::uint64_t flip_;
};

// The length that all have; SIZE_MAX: they differ.
std::size_t commonWidth(const std::uint32_t* offsets, std::uint64_t count) noexcept {
  const std::uint32_t width = offsets[1] - offsets[0];
  return rangeKernels().areEvenlySpaced(offsets, count, width) ? width : SIZE_MAX;
}

bool mayTruncate(const schema::Leaf& leaf) noexcept {
  if (leaf.type != PhysicalType::kByteArray) {
    return false;  // readers take the bounds of a FIXED_LEN_BYTE_ARRAY to have its length
  }
  switch (leaf.logical.kind) {
    case LogicalKind::kNone:
    case LogicalKind::kString:
    case LogicalKind::kEnum:
    case LogicalKind::kJson:
      return true;
    default:
      return false;
  }
}

void setBytes(std::string& out, std::uint64_t bits, std::size_t bytes) {
  out.resize(bytes);
  std::memcpy(out.data(), &bits, bytes);
}

}  // namespace

BoundsCollector::BoundsCollector(const schema::Leaf& leaf, std::uint32_t truncateBytes,
                                 FloatOrder floats)
    : order_(orderOf(leaf, floats)),
      logical_(leaf.logical.kind),
      truncates_(mayTruncate(leaf)),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      truncateBytes_(truncateBytes) {}

void BoundsCollector::clear() noexcept {
  nulls_ = 0;
  nans_ = 0;
  numbers_.any = false;
  nanValues_.any = false;
  anyBytes_ = false;
}

// Numbers are kept as bits, and compared as what the order says they are.
void BoundsCollector::widen(Extremes& extremes, std::uint64_t min,
                            std::uint64_t max) const noexcept {
  const auto widenAs = [&extremes, min, max]<class T>(T) {
    if (!extremes.any || fromBits<T>(min) < fromBits<T>(extremes.min)) {
      extremes.min = min;
    }
    if (!extremes.any || fromBits<T>(max) > fromBits<T>(extremes.max)) {
      extremes.max = max;
    }
  };
  switch (order_) {
    case Order::kInt32:
    case Order::kFloatTotal:
      widenAs(std::int32_t{});
      break;
    case Order::kInt64:
    case Order::kDoubleTotal:
      widenAs(std::int64_t{});
      break;
    case Order::kFloat16:
    case Order::kFloat16Total:
      widenAs(std::int16_t{});
      break;
    case Order::kFloat:
      widenAs(float{});
      break;
    case Order::kDouble:
      widenAs(double{});
      break;
    default:
      widenAs(std::uint64_t{});
      break;
  }
  extremes.any = true;
}

template <class T>
void BoundsCollector::addFloats(const std::byte* values, std::uint64_t count) noexcept {
  using Int = typename SameWidthInt<T>::Type;
  const FloatRange<T> range = [values, count] {
    if constexpr (sizeof(T) == sizeof(float)) {
      return rangeKernels().float32(values, count);
    } else {
      return rangeKernels().float64(values, count);
    }
  }();
  nans_ += range.nans;
  const bool total = order_ == Order::kFloatTotal || order_ == Order::kDoubleTotal;
  if (!total) {
    if (range.nans < count) {
      widen(numbers_, bitsOf(range.min), bitsOf(range.max));
    }
    return;
  }
  // What the kernels do not tell apart, NaNs and zeros, is looked at again where it decides.
  if (range.nans == count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t key = bitsOf(totalOrderKey(load<Int>(values + i * sizeof(T))));
      widen(nanValues_, key, key);
    }
    return;
  }
  const auto has = [values, count](T zero) {
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      found += bitsOf(load<T>(values + i * sizeof(T))) == bitsOf(zero) ? 1 : 0;
    }
    return found > 0;
  };
  const T min = range.min == 0 ? (has(-T{0}) ? -T{0} : T{0}) : range.min;
  const T max = range.max == 0 ? (has(T{0}) ? T{0} : -T{0}) : range.max;
  widen(numbers_, bitsOf(totalOrderKey(fromBits<Int>(bitsOf(min)))),
        bitsOf(totalOrderKey(fromBits<Int>(bitsOf(max)))));
}

void BoundsCollector::addHalves(const std::byte* values, std::uint64_t count) noexcept {
  const FloatRange<std::int16_t> range = rangeKernels().half(values, count);
  nans_ += range.nans;
  if (range.nans < count) {
    widen(numbers_, bitsOf(range.min), bitsOf(range.max));
  } else if (order_ == Order::kFloat16Total) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto key = totalOrderKey(load<std::int16_t>(values + i * sizeof(std::int16_t)));
      widen(nanValues_, bitsOf(key), bitsOf(key));
    }
  }
}

void BoundsCollector::addFixed(const std::byte* values, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  const auto take = [this](auto range) { widen(numbers_, bitsOf(range.min), bitsOf(range.max)); };
  switch (order_) {
    case Order::kInt32:
      return take(rangeKernels().int32(values, count));
    case Order::kInt64:
      return take(rangeKernels().int64(values, count));
    case Order::kUint32:
      return take(rangeKernels().uint32(values, count));
    case Order::kUint64:
      return take(rangeKernels().uint64(values, count));
    case Order::kFloat:
    case Order::kFloatTotal:
      return addFloats<float>(values, count);
    case Order::kDouble:
    case Order::kDoubleTotal:
      return addFloats<double>(values, count);
    case Order::kFloat16:
    case Order::kFloat16Total:
      return addHalves(values, count);
    case Order::kBytes:
    case Order::kDecimalBytes:
      if (width_ <= sizeof(std::uint64_t)) {
        return addShortBytes(values, width_, count);
      }
      return addBytesValues(count,
                            FixedBytes(values, width_, count, order_ == Order::kDecimalBytes));
    case Order::kBoolean:
    case Order::kInt96:
    case Order::kNone:
      return;
  }
}

void BoundsCollector::addByteBooleans(const std::byte* values, std::uint64_t count) noexcept {
  if (count > 0) {
    const bool first = values[0] != std::byte{0};
    const bool isMixed = std::any_of(values + 1, values + count, [first](std::byte value) {
      return (value != std::byte{0}) != first;
    });
    widen(numbers_, first && !isMixed ? 1 : 0, first || isMixed ? 1 : 0);
  }
}

void BoundsCollector::addBits(const std::byte* bits, std::uint64_t bitOffset,
                              std::uint64_t count) noexcept {
  if (count > 0) {
    const bool first = bitmapCount(bits, bitOffset, 1) != 0;
    bool isMixed = false;
    for (std::uint64_t i = 0; i < count && !isMixed; i += 64) {
      const std::uint64_t some = std::min<std::uint64_t>(count - i, 64);
      const std::uint64_t trues = bitmapCount(bits, bitOffset + i, some);
      isMixed = trues != (first ? some : 0);
    }
    widen(numbers_, first && !isMixed ? 1 : 0, first || isMixed ? 1 : 0);
  }
}

void BoundsCollector::widenBytes(std::string_view value) {
  if (!anyBytes_ || compareValues(order_, value, minBytes_) < 0) {
    minBytes_.assign(value);
  }
  if (!anyBytes_ || compareValues(order_, value, maxBytes_) > 0) {
    maxBytes_.assign(value);
  }
  anyBytes_ = true;
}

// Values of one length of up to eight bytes are numbers, big-endian; there may be none of length 0.
void BoundsCollector::addShortBytes(const std::byte* values, std::size_t width,
                                    std::uint64_t count) {
  if (width == 0) {
    return widenBytes({});
  }
  const bool isSigned = order_ == Order::kDecimalBytes;
  const Range<std::uint64_t> range = rangeKernels().bytes(values, width, isSigned, count);
  for (const std::uint64_t number : {range.min, range.max}) {
    const std::uint64_t bytes =
        __builtin_bswap64(isSigned ? number ^ (std::uint64_t{1} << 63U) : number);
    widenBytes({reinterpret_cast<const char*>(&bytes), width});
  }
}

// Values are compared by their prefixes with the bounds so far, many at a time as long as none is
// outside; where some are, and in sorted columns all are, one by one. What widens the bounds is
// copied once, at the end.
template <class Values>
void BoundsCollector::addBytesValues(std::uint64_t count, const Values& values) {
  constexpr std::uint64_t kOneByOne = 16;
  std::string_view min = anyBytes_ ? std::string_view(minBytes_) : values[0];
  std::string_view max = anyBytes_ ? std::string_view(maxBytes_) : values[0];
  std::uint64_t minPrefix = values.prefix(min);
  std::uint64_t maxPrefix = values.prefix(max);
  // Whether value i was outside, as far as prefixes tell. Equal ones are rare but for constant
  // columns, where the comparison ends in equality.
  const auto take = [&](std::uint64_t prefix, std::uint64_t i) {
    const bool isLow = prefix <= minPrefix;
    const bool isHigh = prefix >= maxPrefix;
    if (isLow && (prefix < minPrefix || values[i] < min)) {
      minPrefix = prefix;
      min = values[i];
    }
    if (isHigh && (prefix > maxPrefix || max < values[i])) {
      maxPrefix = prefix;
      max = values[i];
    }
    return isLow || isHigh;
  };
  const std::uint64_t fast = values.fastCount();
  for (std::uint64_t i = 0; i < fast;) {
    i = values.firstOutside(i, minPrefix, maxPrefix);
    for (std::uint64_t end = std::min(fast, i + kOneByOne); i < end; ++i) {
      if (take(values.fastPrefix(i), i)) {
        end = std::min(fast, i + kOneByOne);
      }
    }
  }
  for (std::uint64_t i = fast; i < count; ++i) {
    take(values.prefix(values[i]), i);
  }
  if (!anyBytes_ || min.data() != minBytes_.data()) {
    minBytes_.assign(min);
  }
  if (!anyBytes_ || max.data() != maxBytes_.data()) {
    maxBytes_.assign(max);
  }
  anyBytes_ = true;
}

void BoundsCollector::addDecimals(const std::byte* bytes, const std::uint32_t* offsets,
                                  std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    widenBytes(textOf(bytes + offsets[i], offsets[i + 1] - offsets[i]));
  }
}

void BoundsCollector::addByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                                    std::uint64_t count) {
  if (order_ == Order::kNone || count == 0) {
    return;
  }
  const std::size_t width = commonWidth(offsets, count);
  if (width <= sizeof(std::uint64_t)) {
    return addShortBytes(bytes + offsets[0], width, count);
  }
  if (order_ == Order::kDecimalBytes) {
    return addDecimals(bytes, offsets, count);
  }
  addBytesValues(count, ByteArrays(bytes, offsets, count));
}

void BoundsCollector::merge(const BoundsCollector& other) {
  nulls_ += other.nulls_;
  nans_ += other.nans_;
  if (other.numbers_.any) {
    widen(numbers_, other.numbers_.min, other.numbers_.max);
  }
  if (other.nanValues_.any) {
    widen(nanValues_, other.nanValues_.min, other.nanValues_.max);
  }
  if (other.anyBytes_) {
    widenBytes(other.minBytes_);
    widenBytes(other.maxBytes_);
  }
}

void BoundsCollector::finishBytes(ColumnStatistics& out) const {
  const bool utf8 = logical_ == LogicalKind::kString || logical_ == LogicalKind::kEnum ||
                    logical_ == LogicalKind::kJson;
  out.min.assign(minBytes_);
  out.max.assign(maxBytes_);
  if (truncates_) {
    truncateMin(out.min, truncateBytes_, utf8);
    out.minExact = out.min.size() == minBytes_.size();
    out.maxExact = out.max.size() <= truncateBytes_ || !truncateMax(out.max, truncateBytes_, utf8);
  }
  const std::size_t most =
      std::max<std::size_t>(kWholeBoundBytesMax, truncates_ ? truncateBytes_ : 0);
  out.hasBounds = out.min.size() <= most && out.max.size() <= most;
}

void BoundsCollector::finishFloats(const Extremes& extremes, ColumnStatistics& out) const {
  const auto setByValue = [&]<class T>(T zero) {
    const bool zeroMin = fromBits<T>(extremes.min) == zero;
    const bool zeroMax = fromBits<T>(extremes.max) == zero;
    setBytes(out.min, zeroMin ? bitsOf(-zero) : extremes.min, sizeof(T));
    setBytes(out.max, zeroMax ? bitsOf(zero) : extremes.max, sizeof(T));
  };
  const auto setKeys = [&]<class Int>(Int) {
    setBytes(out.min, bitsOf(totalOrderKey(fromBits<Int>(extremes.min))), sizeof(Int));
    setBytes(out.max, bitsOf(totalOrderKey(fromBits<Int>(extremes.max))), sizeof(Int));
  };
  constexpr std::int16_t kPlusZero = 0;
  constexpr std::int16_t kMinusZero = totalOrderKey(std::int16_t{INT16_MIN});
  switch (order_) {
    case Order::kFloat:
      return setByValue(0.0F);
    case Order::kDouble:
      return setByValue(0.0);
    case Order::kFloatTotal:
      return setKeys(std::int32_t{});
    case Order::kDoubleTotal:
      return setKeys(std::int64_t{});
    default:
      break;
  }
  setKeys(std::int16_t{});
  if (order_ == Order::kFloat16) {
    if (fromBits<std::int16_t>(extremes.min) == kPlusZero) {
      setBytes(out.min, 0x8000, sizeof(std::int16_t));
    }
    if (fromBits<std::int16_t>(extremes.max) == kMinusZero) {
      setBytes(out.max, 0, sizeof(std::int16_t));
    }
  }
}

void BoundsCollector::finish(ColumnStatistics& out) const {
  out.nullCount = nulls_;
  out.nanCount = isFloatOrder(order_) ? std::optional<std::uint64_t>(nans_) : std::nullopt;
  out.minExact = true;
  out.maxExact = true;
  out.hasBounds = numbers_.any || nanValues_.any;
  if (anyBytes_) {
    finishBytes(out);
  } else if (isFloatOrder(order_) && out.hasBounds) {
    finishFloats(numbers_.any ? numbers_ : nanValues_, out);
  } else if (numbers_.any) {
    const std::size_t width = order_ == Order::kBoolean ? 1 : width_;
    setBytes(out.min, numbers_.min, width);
    setBytes(out.max, numbers_.max, width);
  }
}

}  // namespace parquet_flow::stats
