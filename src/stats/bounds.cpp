#include "stats/bounds.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

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

// IEEE 754 binary16; NaN and the infinities are kept.
float halfToFloat(std::uint16_t half) noexcept {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t mantissa = half & 0x3FFU;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t wide = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23U) | (mantissa << 13U));
}

// Of a float that came from a half: exact.
std::uint16_t floatToHalf(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
  const std::uint32_t exponent = (bits >> 23U) & 0xFFU;
  const std::uint32_t mantissa = bits & 0x7FFFFFU;
  if (exponent == 0xFF) {
    return static_cast<std::uint16_t>(sign | 0x7C00U);
  }
  constexpr std::uint32_t kBias = 127 - 15;
  if (exponent > kBias) {
    return static_cast<std::uint16_t>(sign | ((exponent - kBias) << 10U) | (mantissa >> 13U));
  }
  const float magnitude = value < 0 ? -value : value;
  return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(magnitude * 0x1p24F));
}

// The first eight bytes as one number: where it differs it decides the order.
std::uint64_t prefixOf(std::string_view value) noexcept {
  std::uint64_t prefix = 0;
  if (value.size() >= sizeof prefix) [[likely]] {
    std::memcpy(&prefix, value.data(), sizeof prefix);
  } else if (!value.empty()) {  // an empty one may lie at NULL
    std::memcpy(&prefix, value.data(), value.size());
  }
  return __builtin_bswap64(prefix);
}

std::string_view textOf(const std::byte* value, std::size_t bytes) noexcept {
  return {reinterpret_cast<const char*>(value), bytes};
}

// -1, 0, 1 for two's complement numbers, big-endian, of any lengths; an empty one is 0.
int compareDecimals(std::string_view a, std::string_view b) noexcept {
  const auto byteAt = [](std::string_view number, std::size_t fromEnd) -> unsigned {
    if (fromEnd < number.size()) {
      return static_cast<unsigned char>(number[number.size() - 1 - fromEnd]);
    }
    const bool negative = !number.empty() && (static_cast<unsigned char>(number[0]) & 0x80U) != 0;
    return negative ? 0xFFU : 0U;
  };
  const std::size_t bytes = std::max<std::size_t>({a.size(), b.size(), 1});
  for (std::size_t i = bytes; i-- > 0;) {
    // The first byte carries the sign: flipping its top bit makes it compare as unsigned.
    const unsigned flip = i == bytes - 1 ? 0x80U : 0U;
    const unsigned left = byteAt(a, i) ^ flip;
    const unsigned right = byteAt(b, i) ^ flip;
    if (left != right) {
      return left < right ? -1 : 1;
    }
  }
  return 0;
}

Order integerOrder(const schema::Leaf& leaf) noexcept {
  const bool isUnsigned = leaf.logical.kind == LogicalKind::kInteger && leaf.logical.b == 0;
  if (leaf.type == PhysicalType::kInt32) {
    return isUnsigned ? Order::kUint32 : Order::kInt32;
  }
  return isUnsigned ? Order::kUint64 : Order::kInt64;
}

Order bytesOrder(const schema::Leaf& leaf) noexcept {
  switch (leaf.logical.kind) {
    case LogicalKind::kDecimal:
      return Order::kDecimalBytes;
    case LogicalKind::kFloat16:
      return Order::kFloat16;
    case LogicalKind::kInterval:
      return Order::kNone;
    default:
      return Order::kBytes;
  }
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

Order orderOf(const schema::Leaf& leaf) noexcept {
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      return Order::kBoolean;
    case PhysicalType::kInt32:
    case PhysicalType::kInt64:
      return integerOrder(leaf);
    case PhysicalType::kFloat:
      return Order::kFloat;
    case PhysicalType::kDouble:
      return Order::kDouble;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      return bytesOrder(leaf);
    case PhysicalType::kInt96:
      break;
  }
  return Order::kNone;
}

BoundsCollector::BoundsCollector(const schema::Leaf& leaf, std::uint32_t truncateBytes)
    : order_(orderOf(leaf)),
      logical_(leaf.logical.kind),
      truncates_(mayTruncate(leaf)),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      truncateBytes_(truncateBytes) {}

void BoundsCollector::clear() noexcept {
  nulls_ = 0;
  nans_ = 0;
  any_ = false;
}

// Numbers are kept as bits, and compared as what the order says they are.
void BoundsCollector::widenNumber(std::uint64_t min, std::uint64_t max) noexcept {
  const auto widen = [this, min, max]<class T>(T) {
    if (!any_ || fromBits<T>(min) < fromBits<T>(number_.min)) {
      number_.min = min;
    }
    if (!any_ || fromBits<T>(max) > fromBits<T>(number_.max)) {
      number_.max = max;
    }
  };
  switch (order_) {
    case Order::kInt32:
      widen(std::int32_t{});
      break;
    case Order::kInt64:
      widen(std::int64_t{});
      break;
    case Order::kFloat:
    case Order::kFloat16:
      widen(float{});
      break;
    case Order::kDouble:
      widen(double{});
      break;
    default:
      widen(std::uint64_t{});
      break;
  }
  any_ = true;
}

template <class T>
void BoundsCollector::addNumbers(const std::byte* values, std::uint64_t count) noexcept {
  // Four of each, so that the next comparison does not wait for the last.
  T min[4];
  T max[4];
  std::fill(min, min + 4, std::numeric_limits<T>::max());
  std::fill(max, max + 4, std::numeric_limits<T>::min());
  std::uint64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::uint64_t lane = 0; lane < 4; ++lane) {
      const T value = load<T>(values + (i + lane) * sizeof(T));
      min[lane] = value < min[lane] ? value : min[lane];
      max[lane] = value > max[lane] ? value : max[lane];
    }
  }
  for (; i < count; ++i) {
    const T value = load<T>(values + i * sizeof(T));
    min[0] = std::min(min[0], value);
    max[0] = std::max(max[0], value);
  }
  widenNumber(bitsOf(std::min({min[0], min[1], min[2], min[3]})),
              bitsOf(std::max({max[0], max[1], max[2], max[3]})));
}

template <class T>
void BoundsCollector::addFloats(const std::byte* values, std::uint64_t count) noexcept {
  T min[4];
  T max[4];
  std::uint64_t nans[4] = {};
  std::fill(min, min + 4, std::numeric_limits<T>::infinity());
  std::fill(max, max + 4, -std::numeric_limits<T>::infinity());
  const auto take = [&](T value, std::uint64_t lane) {
    // A comparison with NaN is false: it never becomes a bound.
    min[lane] = value < min[lane] ? value : min[lane];
    max[lane] = value > max[lane] ? value : max[lane];
    nans[lane] += value != value ? 1 : 0;
  };
  std::uint64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::uint64_t lane = 0; lane < 4; ++lane) {
      take(load<T>(values + (i + lane) * sizeof(T)), lane);
    }
  }
  for (; i < count; ++i) {
    take(load<T>(values + i * sizeof(T)), 0);
  }
  const std::uint64_t nanCount = nans[0] + nans[1] + nans[2] + nans[3];
  nans_ += nanCount;
  if (nanCount < count) {
    widenNumber(bitsOf(std::min({min[0], min[1], min[2], min[3]})),
                bitsOf(std::max({max[0], max[1], max[2], max[3]})));
  }
}

// As floats, which hold every half; finish() puts the halves back.
void BoundsCollector::addHalves(const std::byte* values, std::uint64_t count) noexcept {
  for (std::uint64_t i = 0; i < count; ++i) {
    const float value = halfToFloat(load<std::uint16_t>(values + i * sizeof(std::uint16_t)));
    if (value != value) {
      ++nans_;
    } else {
      widenNumber(bitsOf(value), bitsOf(value));
    }
  }
}

void BoundsCollector::addFixed(const std::byte* values, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  switch (order_) {
    case Order::kInt32:
      return addNumbers<std::int32_t>(values, count);
    case Order::kInt64:
      return addNumbers<std::int64_t>(values, count);
    case Order::kUint32:
      return addNumbers<std::uint32_t>(values, count);
    case Order::kUint64:
      return addNumbers<std::uint64_t>(values, count);
    case Order::kFloat:
      return addFloats<float>(values, count);
    case Order::kDouble:
      return addFloats<double>(values, count);
    case Order::kFloat16:
      return addHalves(values, count);
    case Order::kBytes:
    case Order::kDecimalBytes:
      return addBytesValues(count, [values, width = std::size_t{width_}](std::uint64_t i) {
        return textOf(values + i * width, width);
      });
    case Order::kBoolean:
    case Order::kNone:
      return;
  }
}

void BoundsCollector::addByteBooleans(const std::byte* values, std::uint64_t count) noexcept {
  std::uint64_t trues = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    trues += values[i] != std::byte{0} ? 1 : 0;
  }
  if (count > 0) {
    widenNumber(trues == count ? 1 : 0, trues > 0 ? 1 : 0);
  }
}

void BoundsCollector::addBits(const std::byte* bits, std::uint64_t bitOffset,
                              std::uint64_t count) noexcept {
  std::uint64_t trues = 0;
  for (std::uint64_t i = bitOffset; i < bitOffset + count; ++i) {
    trues += (static_cast<unsigned>(bits[i / 8]) >> (i % 8)) & 1U;
  }
  if (count > 0) {
    widenNumber(trues == count ? 1 : 0, trues > 0 ? 1 : 0);
  }
}

void BoundsCollector::widenBytes(std::string_view value) {
  const bool decimal = order_ == Order::kDecimalBytes;
  const auto less = [decimal](std::string_view a, std::string_view b) {
    return decimal ? compareDecimals(a, b) < 0 : a < b;
  };
  if (!any_ || less(value, minBytes_)) {
    minBytes_.assign(value);
  }
  if (!any_ || less(maxBytes_, value)) {
    maxBytes_.assign(value);
  }
  any_ = true;
}

template <class ValueAt>
void BoundsCollector::addBytesValues(std::uint64_t count, const ValueAt& valueAt) {
  if (order_ == Order::kDecimalBytes) {
    for (std::uint64_t i = 0; i < count; ++i) {
      widenBytes(valueAt(i));
    }
    return;
  }
  // The bounds of this range by their position: copied once, at the end.
  std::uint64_t minAt = 0;
  std::uint64_t maxAt = 0;
  std::uint64_t minPrefix = prefixOf(valueAt(0));
  std::uint64_t maxPrefix = minPrefix;
  for (std::uint64_t i = 1; i < count; ++i) {
    const std::uint64_t prefix = prefixOf(valueAt(i));
    // Equal prefixes are rare but for constant columns, where the comparison ends in equality.
    if (prefix <= minPrefix && (prefix < minPrefix || valueAt(i) < valueAt(minAt))) {
      minPrefix = prefix;
      minAt = i;
    }
    if (prefix >= maxPrefix && (prefix > maxPrefix || valueAt(maxAt) < valueAt(i))) {
      maxPrefix = prefix;
      maxAt = i;
    }
  }
  widenBytes(valueAt(minAt));
  widenBytes(valueAt(maxAt));
}

void BoundsCollector::addByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                                    std::uint64_t count) {
  if (order_ == Order::kNone || count == 0) {
    return;
  }
  addBytesValues(count, [bytes, offsets](std::uint64_t i) {
    return textOf(bytes + offsets[i], offsets[i + 1] - offsets[i]);
  });
}

void BoundsCollector::merge(const BoundsCollector& other) {
  nulls_ += other.nulls_;
  nans_ += other.nans_;
  if (!other.any_) {
    return;
  }
  if (order_ == Order::kBytes || order_ == Order::kDecimalBytes) {
    widenBytes(other.minBytes_);
    widenBytes(other.maxBytes_);
  } else {
    widenNumber(other.number_.min, other.number_.max);
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
  out.hasBounds = out.min.size() <= kWholeBoundBytesMax && out.max.size() <= kWholeBoundBytesMax;
}

void BoundsCollector::finishHalves(ColumnStatistics& out) const {
  const auto min = fromBits<float>(number_.min);
  const auto max = fromBits<float>(number_.max);
  setBytes(out.min, min == 0 ? 0x8000U : floatToHalf(min), sizeof(std::uint16_t));
  setBytes(out.max, max == 0 ? 0U : floatToHalf(max), sizeof(std::uint16_t));
}

void BoundsCollector::finish(ColumnStatistics& out) const {
  const bool floats =
      order_ == Order::kFloat || order_ == Order::kDouble || order_ == Order::kFloat16;
  out.nullCount = nulls_;
  out.nanCount = floats ? std::optional<std::uint64_t>(nans_) : std::nullopt;
  out.hasBounds = any_;
  out.minExact = true;
  out.maxExact = true;
  if (!any_) {
    return;
  }
  const auto setFloats = [this, &out]<class T>(T zero) {
    setBytes(out.min, fromBits<T>(number_.min) == zero ? bitsOf(-zero) : number_.min, sizeof(T));
    setBytes(out.max, fromBits<T>(number_.max) == zero ? bitsOf(zero) : number_.max, sizeof(T));
  };
  switch (order_) {
    case Order::kBoolean:
      setBytes(out.min, number_.min, 1);
      setBytes(out.max, number_.max, 1);
      break;
    case Order::kFloat:
      setFloats(0.0F);
      break;
    case Order::kDouble:
      setFloats(0.0);
      break;
    case Order::kFloat16:
      finishHalves(out);
      break;
    case Order::kBytes:
    case Order::kDecimalBytes:
      finishBytes(out);
      break;
    default:
      setBytes(out.min, number_.min, width_);
      setBytes(out.max, number_.max, width_);
      break;
  }
}

}  // namespace parquet_flow::stats
