#include "stats/order.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/bytes.hpp"

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;

Order integerOrder(const schema::Leaf& leaf) noexcept {
  const bool isUnsigned = leaf.logical.kind == LogicalKind::kInteger && leaf.logical.b == 0;
  if (leaf.type == PhysicalType::kInt32) {
    return isUnsigned ? Order::kUint32 : Order::kInt32;
  }
  return isUnsigned ? Order::kUint64 : Order::kInt64;
}

Order bytesOrder(const schema::Leaf& leaf, bool total) noexcept {
  switch (leaf.logical.kind) {
    case LogicalKind::kDecimal:
      return Order::kDecimalBytes;
    case LogicalKind::kFloat16:
      return total ? Order::kFloat16Total : Order::kFloat16;
    case LogicalKind::kInterval:
      return Order::kNone;
    default:
      return Order::kBytes;
  }
}

template <class T>
T load(std::string_view value) noexcept {
  T out;
  std::memcpy(&out, constBytes(value).data(), sizeof out);
  return out;
}

template <class T>
int compareAs(std::string_view a, std::string_view b) noexcept {
  const auto left = load<T>(a);
  const auto right = load<T>(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

template <class Int>
int compareTotal(std::string_view a, std::string_view b) noexcept {
  const Int left = totalOrderKey(load<Int>(a));
  const Int right = totalOrderKey(load<Int>(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

// By value: as in total order, but for the zeros.
int compareHalves(std::string_view a, std::string_view b) noexcept {
  constexpr unsigned kMagnitude = 0x7FFF;
  const bool zeros = ((load<std::uint16_t>(a) | load<std::uint16_t>(b)) & kMagnitude) == 0;
  return zeros ? 0 : compareTotal<std::int16_t>(a, b);
}

}  // namespace

Order orderOf(const schema::Leaf& leaf, FloatOrder floats) noexcept {
  const bool total = floats == FloatOrder::kIeee754Total;
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      return Order::kBoolean;
    case PhysicalType::kInt32:
    case PhysicalType::kInt64:
      return integerOrder(leaf);
    case PhysicalType::kFloat:
      return total ? Order::kFloatTotal : Order::kFloat;
    case PhysicalType::kDouble:
      return total ? Order::kDoubleTotal : Order::kDouble;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      return bytesOrder(leaf, total);
    case PhysicalType::kInt96:
      break;
  }
  return Order::kNone;
}

int compareDecimals(std::string_view a, std::string_view b) noexcept {
  const auto isNegative = [](std::string_view number) {
    return !number.empty() && (static_cast<unsigned char>(number[0]) & 0x80U) != 0;
  };
  if (isNegative(a) != isNegative(b)) {
    return isNegative(a) ? -1 : 1;
  }
  // Of one sign they compare like unsigned numbers of one length, the shorter one continued by its
  // sign. What the longer one has before that is compared with the sign.
  const char sign = isNegative(a) ? '\xFF' : '\0';
  const std::size_t common = std::min(a.size(), b.size());
  const auto differsFromSign = [sign](char byte) { return byte != sign; };
  const std::string_view headA = a.substr(0, a.size() - common);
  const std::string_view headB = b.substr(0, b.size() - common);
  if (std::ranges::any_of(headA, differsFromSign)) {
    return sign == '\0' ? 1 : -1;
  }
  if (std::ranges::any_of(headB, differsFromSign)) {
    return sign == '\0' ? -1 : 1;
  }
  return a.substr(headA.size()).compare(b.substr(headB.size()));
}

Moment momentOf(const char* value) noexcept {
  const auto nanos = loadLe<std::int64_t>(value);
  const std::int64_t inDay = nanos % kNanosOfDay;
  const std::int64_t days = nanos / kNanosOfDay - (inDay < 0 ? 1 : 0);
  return {std::int64_t{loadLe<std::uint32_t>(value + 8)} + days,
          inDay < 0 ? inDay + kNanosOfDay : inDay};
}

int compareValues(Order order, std::string_view a, std::string_view b) noexcept {
  switch (order) {
    case Order::kBoolean:
      return compareAs<std::uint8_t>(a, b);
    case Order::kInt32:
      return compareAs<std::int32_t>(a, b);
    case Order::kInt64:
      return compareAs<std::int64_t>(a, b);
    case Order::kUint32:
      return compareAs<std::uint32_t>(a, b);
    case Order::kUint64:
      return compareAs<std::uint64_t>(a, b);
    case Order::kFloat:
      return compareAs<float>(a, b);
    case Order::kDouble:
      return compareAs<double>(a, b);
    case Order::kFloat16:
      return compareHalves(a, b);
    case Order::kFloatTotal:
      return compareTotal<std::int32_t>(a, b);
    case Order::kDoubleTotal:
      return compareTotal<std::int64_t>(a, b);
    case Order::kFloat16Total:
      return compareTotal<std::int16_t>(a, b);
    case Order::kDecimalBytes:
      return compareDecimals(a, b);
    case Order::kInt96: {
      const auto compared = momentOf(a.data()) <=> momentOf(b.data());
      return compared < 0 ? -1 : compared > 0 ? 1 : 0;
    }
    case Order::kBytes:
    case Order::kNone:
      break;
  }
  return a.compare(b);
}

bool isNan(Order order, std::string_view value) noexcept {
  switch (order) {
    case Order::kFloat:
    case Order::kFloatTotal:
      return (loadLe<std::uint32_t>(value.data()) & 0x7FFF'FFFFU) > 0x7F80'0000U;
    case Order::kDouble:
    case Order::kDoubleTotal:
      return (loadLe<std::uint64_t>(value.data()) & 0x7FFF'FFFF'FFFF'FFFFU) >
             0x7FF0'0000'0000'0000U;
    case Order::kFloat16:
    case Order::kFloat16Total:
      return (loadLe<std::uint16_t>(value.data()) & 0x7FFFU) > 0x7C00U;
    default:
      return false;
  }
}

bool isComparable(const schema::Leaf& leaf, Order order, std::string_view bound) noexcept {
  std::size_t width =
      leaf.type == PhysicalType::kBoolean ? 1 : schema::fixedWidth(leaf.type, leaf.typeLength);
  if (order == Order::kBytes) width = 0;
  if (order == Order::kFloat16 || order == Order::kFloat16Total) width = 2;
  return (width == 0 || bound.size() == width) && !isNan(order, bound);
}

}  // namespace parquet_flow::stats
