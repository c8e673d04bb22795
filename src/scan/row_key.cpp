#include "scan/row_key.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "scan/append_values.hpp"
#include "scan/point.hpp"
#include "scan/rows.hpp"

namespace parquet_flow::scan {
namespace {

using stats::Order;

template <class Int>
std::uint64_t signedKey(Int value) noexcept {
  using Unsigned = std::make_unsigned_t<Int>;
  constexpr Unsigned kTop = static_cast<Unsigned>(Unsigned{1} << (sizeof(Int) * 8 - 1));
  return static_cast<Unsigned>(static_cast<Unsigned>(value) ^ kTop);
}
template <class Int>
Int ofSignedKey(std::uint64_t key) noexcept {
  return static_cast<Int>(signedKey(static_cast<Int>(key)));
}

// One zero and one NaN, then in total order.
template <class Int, class Float>
std::uint64_t floatKey(const std::byte* value) noexcept {
  auto number = loadLe<Float>(value);
  if (std::isnan(number)) {
    number = std::numeric_limits<Float>::quiet_NaN();
  } else if (number == 0) {
    number = 0;
  }
  return signedKey(stats::totalOrderKey(std::bit_cast<Int>(number)));
}

std::uint64_t halfKey(const std::byte* value) noexcept {
  constexpr std::int16_t kInfinity = 0x7C00;
  constexpr std::int16_t kNan = 0x7E00;
  auto bits = loadLe<std::int16_t>(value);
  const auto magnitude = static_cast<std::int16_t>(bits & 0x7FFF);
  if (magnitude > kInfinity) {
    bits = kNan;
  } else if (magnitude == 0) {
    bits = 0;
  }
  return signedKey(stats::totalOrderKey(bits));
}

// No zero byte without 0xFF behind it, and two at the end: a prefix is less, and so is what ends.
void appendBytesKey(ConstBytes value, std::string& out) {
  const std::string_view text = asText(value);
  std::size_t at = 0;
  for (;;) {
    const std::size_t zero = text.find('\0', at);
    if (zero == std::string_view::npos) {
      break;
    }
    out.append(text, at, zero - at).append("\0\xFF", 2);
    at = zero + 1;
  }
  out.append(text, at).append(2, '\0');
}

void appendMomentKey(ConstBytes value, std::string& out) {
  const stats::Moment moment = stats::momentOf(reinterpret_cast<const char*>(value.data()));
  for (const std::int64_t part : {moment.day, moment.nanos}) {
    const std::uint64_t key = __builtin_bswap64(signedKey(part));
    out.append(reinterpret_cast<const char*>(&key), sizeof key);
  }
}

void appendBigEndian(std::uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// Sign and length, then the bytes: of two numbers of a sign the longer is further from zero.
void appendDecimalKey(ConstBytes value, std::string& out) {
  const bool isNegative = !value.empty() && (value[0] & std::byte{0x80}) != std::byte{0};
  const std::byte sign = isNegative ? std::byte{0xFF} : std::byte{0};
  while (
      !value.empty() && value[0] == sign &&
      (value.size() == 1 ? !isNegative : ((value[1] ^ sign) & std::byte{0x80}) == std::byte{0})) {
    value = value.subspan(1);
  }
  const auto length = static_cast<std::uint32_t>(value.size());
  appendBigEndian(isNegative ? 0x7FFFFFFFU - length : 0x80000000U + length, out);
  out.append(asText(value));
}

}  // namespace

Order keyOrder(const schema::Leaf& leaf) noexcept {
  return leaf.logical.kind == schema::LogicalKind::kUnknown ? stats::orderOf(leaf)
                                                            : valueOrder(leaf);
}

Result<void> requireComparable(const schema::Leaf& leaf) {
  if (leaf.maxRepetitionLevel != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + leaf.dottedPath + "' is in a list: its values are not one a row");
  }
  return {};
}

Result<void> requireOrdered(const schema::Leaf& leaf) {
  PF_TRY(requireComparable(leaf));
  if (leaf.logical.kind == schema::LogicalKind::kInterval) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + leaf.dottedPath + "' is of a type whose values have no order");
  }
  return {};
}

bool isNumberOrder(Order order) noexcept {
  return order != Order::kNone && order != Order::kBytes && order != Order::kDecimalBytes &&
         order != Order::kInt96;
}

std::uint64_t numberKey(Order order, const std::byte* value) noexcept {
  switch (order) {
    case Order::kBoolean:
      return std::to_integer<std::uint64_t>(value[0]);
    case Order::kInt32:
      return signedKey(loadLe<std::int32_t>(value));
    case Order::kInt64:
      return signedKey(loadLe<std::int64_t>(value));
    case Order::kUint32:
      return loadLe<std::uint32_t>(value);
    case Order::kFloat:
    case Order::kFloatTotal:
      return floatKey<std::int32_t, float>(value);
    case Order::kDouble:
    case Order::kDoubleTotal:
      return floatKey<std::int64_t, double>(value);
    case Order::kFloat16:
    case Order::kFloat16Total:
      return halfKey(value);
    default:
      return loadLe<std::uint64_t>(value);
  }
}

void numberOfKey(Order order, std::uint64_t key, std::byte* to) noexcept {
  switch (order) {
    case Order::kBoolean:
      *to = static_cast<std::byte>(key);
      return;
    case Order::kInt32:
      return storeLe(to, ofSignedKey<std::int32_t>(key));
    case Order::kInt64:
      return storeLe(to, ofSignedKey<std::int64_t>(key));
    case Order::kUint32:
      return storeLe(to, static_cast<std::uint32_t>(key));
    case Order::kFloat:
    case Order::kFloatTotal:
      return storeLe(to, stats::totalOrderKey(ofSignedKey<std::int32_t>(key)));
    case Order::kDouble:
    case Order::kDoubleTotal:
      return storeLe(to, stats::totalOrderKey(ofSignedKey<std::int64_t>(key)));
    case Order::kFloat16:
    case Order::kFloat16Total:
      return storeLe(to, stats::totalOrderKey(ofSignedKey<std::int16_t>(key)));
    default:
      return storeLe(to, key);
  }
}

void appendKey(Order order, ConstBytes value, std::string& out) {
  if (order == Order::kBytes) {
    appendBytesKey(value, out);
  } else if (order == Order::kDecimalBytes) {
    appendDecimalKey(value, out);
  } else if (order == Order::kInt96) {
    appendMomentKey(value, out);
  } else {
    const std::uint64_t key = __builtin_bswap64(numberKey(order, value.data()));
    out.append(reinterpret_cast<const char*>(&key), sizeof key);
  }
}

void appendRowKey(const schema::Leaf& leaf, Order order, const read::ColumnVector& column,
                  std::uint64_t row, bool descending, std::string& out) {
  if (!hasValue(column, row)) {
    out.push_back('\1');
    return;
  }
  out.push_back('\0');
  const std::size_t begin = out.size();
  std::byte boolean{};
  appendKey(order, valueAt(leaf, column, row, boolean), out);
  if (descending) {
    std::transform(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                   out.begin() + static_cast<std::ptrdiff_t>(begin),
                   [](char byte) { return static_cast<char>(~byte); });
  }
}

}  // namespace parquet_flow::scan
