#include "scan/point.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "scan/half.hpp"
#include "scan/int128.hpp"
#include "scan/number.hpp"
#include "scan/time_text.hpp"

namespace parquet_flow::scan {
namespace {

using schema::Leaf;
using schema::LogicalKind;
using stats::Order;

template <class T>
std::string plain(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

Point valuePoint(const std::string& value) { return {Position::kValue, value, value}; }

tl::unexpected<Error> mismatch(const Leaf& leaf, const Literal& literal) {
  return fail(ErrorCode::kInvalidArgument, "column '" + leaf.dottedPath + "' is " + typeText(leaf) +
                                               ", which " + describe(literal) + " is no value of");
}

// The digits of a literal that counts, exact; nullopt: it does not, or is not finite.
std::optional<std::string> numberText(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kInteger:
      return std::to_string(literal.integer);
    case LiteralKind::kUnsigned:
      return std::to_string(literal.unsignedInteger);
    case LiteralKind::kDouble:
      return std::isfinite(literal.real) ? std::optional(exactText(literal.real)) : std::nullopt;
    case LiteralKind::kNumber:
    case LiteralKind::kText:
      return isNumber(literal.text) ? std::optional(literal.text) : std::nullopt;
    default:
      return std::nullopt;
  }
}

// A double as itself, and what text reads as one: "nan", "inf", "-Infinity".
std::optional<double> specialOf(const Literal& literal) {
  if (literal.kind == LiteralKind::kDouble) {
    return literal.real;
  }
  if (literal.kind != LiteralKind::kText) {
    return std::nullopt;
  }
  double value = 0;
  std::string_view text = literal.text;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const char* const end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

// Nanoseconds since 1970 as those of a day and a Julian day, from 0 on. nullopt: out of range.
std::optional<std::string> encodeMoment(const WholeNumber& number) {
  constexpr std::size_t kDigitsMax = 24;  // of 2^32 days
  constexpr Int128 kJulianDayOf1970 = 2'440'588;
  if (number.digits.size() > kDigitsMax) {
    return std::nullopt;
  }
  Int128 nanos = 0;
  for (const char digit : number.digits) {
    nanos = nanos * 10 + (digit - '0');
  }
  nanos = (number.isNegative ? -nanos : nanos) + kJulianDayOf1970 * stats::kNanosOfDay;
  const Int128 day = nanos / stats::kNanosOfDay;
  if (nanos < 0 || day > UINT32_MAX) {
    return std::nullopt;
  }
  return plain(static_cast<std::int64_t>(nanos % stats::kNanosOfDay)) +
         plain(static_cast<std::uint32_t>(day));
}

// nullopt: out of range.
std::optional<std::string> encodeWhole(const WholeNumber& number, const Leaf& leaf, Order order) {
  switch (order) {
    case Order::kInt32: {
      const auto value = asInt64(number);
      return value && *value >= INT32_MIN && *value <= INT32_MAX
                 ? std::optional(plain(static_cast<std::int32_t>(*value)))
                 : std::nullopt;
    }
    case Order::kUint32: {
      const auto value = asUint64(number);
      return value && *value <= UINT32_MAX
                 ? std::optional(plain(static_cast<std::uint32_t>(*value)))
                 : std::nullopt;
    }
    case Order::kInt64: {
      const auto value = asInt64(number);
      return value ? std::optional(plain(*value)) : std::nullopt;
    }
    case Order::kUint64: {
      const auto value = asUint64(number);
      return value ? std::optional(plain(*value)) : std::nullopt;
    }
    case Order::kInt96:
      return encodeMoment(number);
    default:
      return asTwosComplement(number, leaf.typeLength);
  }
}

// `text` times 10^scale among the whole numbers that the column has.
Point wholePoint(const Leaf& leaf, Order order, std::string_view text, std::int32_t scale) {
  const WholeNumber number = wholeNumber(text, scale);
  std::optional<std::string> floor = encodeWhole(floorOf(number), leaf, order);
  std::optional<std::string> ceiling = encodeWhole(ceilingOf(number), leaf, order);
  // Half a step outside of the range, one of the two is in it.
  if (!floor) {
    return {number.isNegative ? Position::kBelow : Position::kAbove, {}, {}};
  }
  if (!ceiling) {
    return {Position::kAbove, {}, {}};
  }
  return {number.hasFraction ? Position::kBetween : Position::kValue, std::move(*floor),
          std::move(*ceiling)};
}

template <class T>
T nextUp(T value) noexcept {
  return std::nextafter(value, std::numeric_limits<T>::infinity());
}
template <class T>
T nextDown(T value) noexcept {
  return std::nextafter(value, -std::numeric_limits<T>::infinity());
}

// Below 0, 0, above 0 as the number of `text` is below, at or above the finite `value`.
int compareToDouble(std::string_view text, double value) {
  const std::string exact = exactText(value);
  constexpr std::int32_t kFinest = 1074;  // where any double is a whole number
  const WholeNumber a = wholeNumber(text, kFinest);
  const WholeNumber b = wholeNumber(exact, kFinest);
  const auto signOf = [](const WholeNumber& number) {
    return number.digits.empty() && !number.hasFraction ? 0 : number.isNegative ? -1 : 1;
  };
  if (signOf(a) != signOf(b)) {
    return signOf(a) < signOf(b) ? -1 : 1;
  }
  int magnitude = a.digits.size() != b.digits.size() ? (a.digits.size() < b.digits.size() ? -1 : 1)
                                                     : a.digits.compare(b.digits);
  magnitude = magnitude == 0 && a.hasFraction ? 1 : magnitude;
  return signOf(a) < 0 ? -magnitude : magnitude;
}

// A number exactly among values of T. `nearest`: the value of T that is nearest to it.
template <class T>
Point exactFloatPoint(std::string_view text, T nearest) {
  if (std::isinf(nearest)) {
    return nearest > 0 ? Point{Position::kBetween, plain(std::numeric_limits<T>::max()),
                               plain(std::numeric_limits<T>::infinity())}
                       : Point{Position::kBetween, plain(-std::numeric_limits<T>::infinity()),
                               plain(std::numeric_limits<T>::lowest())};
  }
  const int order = compareToDouble(text, static_cast<double>(nearest));
  if (order == 0) {
    return valuePoint(plain(nearest));
  }
  return {Position::kBetween, plain(order < 0 ? nextDown(nearest) : nearest),
          plain(order < 0 ? nearest : nextUp(nearest))};
}

double toDouble(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    // Too large, or too small to be told from 0.
    const bool isLarge = wholeNumber(text, 0).digits.size() > 1;
    value = isLarge ? std::numeric_limits<double>::infinity() : 0.0;
    value = text.starts_with('-') ? -value : value;
  }
  return value;
}

float toFloat(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  float value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc::result_out_of_range ? static_cast<float>(toDouble(text)) : value;
}

// Whole numbers and doubles are compared exactly; what is written as a decimal fraction stands for
// the value of the column's type that is nearest to it, as "0.1" does in a program. No number
// stands for infinity: what is beyond the greatest is between the two.
template <class T>
std::optional<Point> floatPoint(const Literal& literal, T (*parse)(std::string_view)) {
  if (const std::optional<double> real = specialOf(literal)) {
    if (std::isnan(*real)) {
      return Point{Position::kNan, {}, {}};
    }
    if (std::isinf(*real)) {
      return valuePoint(plain(static_cast<T>(*real)));
    }
  }
  const std::optional<std::string> text = numberText(literal);
  if (!text) {
    return std::nullopt;
  }
  const T nearest = parse(*text);
  const bool isNearest = literal.kind == LiteralKind::kNumber || literal.kind == LiteralKind::kText;
  return isNearest && std::isfinite(nearest) ? valuePoint(plain(nearest))
                                             : exactFloatPoint(*text, nearest);
}

// The halves around `value`: by their bits they are in order, each side of zero.
Point halfPoint(float value, bool isNearest) {
  constexpr std::uint16_t kInfinity = 0x7C00;
  const bool isNegative = std::signbit(value);
  const float magnitude = std::abs(value);
  std::uint16_t below = 0;  // the greatest that is not above the magnitude
  for (std::uint16_t bit = 0x4000; bit != 0; bit = static_cast<std::uint16_t>(bit >> 1U)) {
    const auto tried = static_cast<std::uint16_t>(below | bit);
    below = tried <= kInfinity && halfToFloat(tried) <= magnitude ? tried : below;
  }
  const auto above = static_cast<std::uint16_t>(below + 1);
  const auto signedHalf = [&](std::uint16_t half) {
    return plain(static_cast<std::uint16_t>(isNegative ? half | 0x8000U : half));
  };
  const float low = halfToFloat(below);
  if (low == magnitude) {
    return valuePoint(signedHalf(below));
  }
  if (isNearest) {  // ties to the even one; no number stands for infinity
    const float high = above == kInfinity ? 65536.0F : halfToFloat(above);
    const float toLow = magnitude - low;
    const float toHigh = high - magnitude;
    const bool isLow = toLow < toHigh || (toLow == toHigh && below % 2 == 0);
    if (isLow || above != kInfinity) {
      return valuePoint(signedHalf(isLow ? below : above));
    }
  }
  return isNegative ? Point{Position::kBetween, signedHalf(above), signedHalf(below)}
                    : Point{Position::kBetween, signedHalf(below), signedHalf(above)};
}

// The float nearest to a number, or, where that is not it, the one of the two around it that is
// odd: between that and the number no half lies, nor the middle of two, so that the half nearest to
// it is the number's.
float oddAround(std::string_view text, float nearest) {
  const int order =
      std::isfinite(nearest) ? compareToDouble(text, static_cast<double>(nearest)) : 0;
  if (order == 0) {
    return nearest;
  }
  const bool isFarther = std::signbit(nearest) ? order > 0 : order < 0;
  const auto bits = std::bit_cast<std::uint32_t>(nearest);
  return std::bit_cast<float>((bits - (isFarther ? 1U : 0U)) | 1U);
}

std::optional<Point> float16Point(const Literal& literal) {
  std::optional<Point> wide = floatPoint<float>(literal, toFloat);
  if (!wide || wide->position == Position::kNan) {
    return wide;
  }
  float floor = 0;
  float ceiling = 0;
  std::memcpy(&floor, wide->floor.data(), sizeof floor);
  std::memcpy(&ceiling, wide->ceiling.data(), sizeof ceiling);
  if (wide->position == Position::kValue) {
    const bool isNearest =
        literal.kind == LiteralKind::kNumber || literal.kind == LiteralKind::kText;
    const auto text = isNearest ? numberText(literal) : std::nullopt;
    return halfPoint(text ? oddAround(*text, floor) : floor, isNearest);
  }
  return Point{Position::kBetween, halfPoint(floor, false).floor,
               halfPoint(ceiling, false).ceiling};
}

std::int32_t unitDigits(std::int32_t unit) noexcept {
  return unit == static_cast<std::int32_t>(schema::TimeUnit::kMillis)   ? 3
         : unit == static_cast<std::int32_t>(schema::TimeUnit::kMicros) ? 6
                                                                        : 9;
}

// What a whole-number column reads out of a literal: its number, and the power of ten to take it
// times.
std::optional<Point> wholeColumnPoint(const Leaf& leaf, Order order, const Literal& literal) {
  const LogicalKind kind = leaf.logical.kind;
  std::optional<std::string> text;
  std::int32_t scale = 0;
  if (literal.kind == LiteralKind::kText && kind == LogicalKind::kDate) {
    const auto days = parseDate(literal.text);
    if (days) {
      return wholePoint(leaf, order, std::to_string(*days), 0);
    }
    text = parseTimestamp(literal.text);
    if (text) {  // a moment within a day
      const WholeNumber seconds = wholeNumber(*text, 0);
      const std::int64_t whole = *asInt64(floorOf(seconds));
      const std::int64_t day = whole / 86'400 - (whole % 86'400 < 0 ? 1 : 0);
      const bool isMidnight = day * 86'400 == whole && !seconds.hasFraction;
      const std::string between =
          day < 0 ? "-" + std::to_string(-(day + 1)) + ".5" : std::to_string(day) + ".5";
      return wholePoint(leaf, order, isMidnight ? std::to_string(day) : between, 0);
    }
    return std::nullopt;
  }
  if (literal.kind == LiteralKind::kText && kind == LogicalKind::kTime) {
    text = parseTime(literal.text);
    scale = unitDigits(leaf.logical.a);
  } else if (literal.kind == LiteralKind::kText && kind == LogicalKind::kTimestamp) {
    text = parseTimestamp(literal.text);
    scale = unitDigits(leaf.logical.a);
  } else if (literal.kind == LiteralKind::kText && order == Order::kInt96) {
    text = parseTimestamp(literal.text);
    scale = 9;
  } else {
    if (const auto special = specialOf(literal); special && !std::isfinite(*special)) {
      return Point{*special < 0 ? Position::kBelow : Position::kAbove, {}, {}};
    }
    text = numberText(literal);
    scale = kind == LogicalKind::kDecimal ? leaf.logical.b : 0;
  }
  return text ? std::optional(wholePoint(leaf, order, *text, scale)) : std::nullopt;
}

std::optional<Point> booleanPoint(const Literal& literal) {
  if (literal.kind == LiteralKind::kBoolean) {
    return valuePoint(plain(static_cast<std::uint8_t>(literal.boolean ? 1 : 0)));
  }
  if (literal.kind == LiteralKind::kText && (literal.text == "true" || literal.text == "false")) {
    return valuePoint(plain(static_cast<std::uint8_t>(literal.text == "true" ? 1 : 0)));
  }
  return std::nullopt;
}

std::optional<Point> bytesPoint(const Leaf& leaf, const Literal& literal) {
  if (literal.kind != LiteralKind::kText && literal.kind != LiteralKind::kBytes) {
    return std::nullopt;
  }
  if (leaf.logical.kind == LogicalKind::kUuid) {
    if (literal.kind == LiteralKind::kText) {
      const std::optional<std::string> uuid = parseUuid(literal.text);
      return uuid ? std::optional(valuePoint(*uuid)) : std::nullopt;
    }
    if (literal.text.size() != leaf.typeLength) {
      return std::nullopt;
    }
  }
  if (leaf.logical.kind == LogicalKind::kInterval && literal.kind == LiteralKind::kText) {
    const std::optional<std::string> interval = parseInterval(literal.text);
    return interval ? std::optional(valuePoint(*interval)) : std::nullopt;
  }
  if (leaf.logical.kind == LogicalKind::kInterval && literal.text.size() != leaf.typeLength) {
    return std::nullopt;
  }
  return valuePoint(literal.text);
}

}  // namespace

Order valueOrder(const Leaf& leaf) noexcept {
  if (leaf.logical.kind == LogicalKind::kUnknown) {
    return Order::kNone;
  }
  if (leaf.logical.kind == LogicalKind::kInterval) {
    return Order::kBytes;
  }
  return leaf.type == schema::PhysicalType::kInt96 ? Order::kInt96 : stats::orderOf(leaf);
}

std::string typeText(const Leaf& leaf) {
  const auto& logical = leaf.logical;
  switch (logical.kind) {
    case LogicalKind::kString:
      return "STRING";
    case LogicalKind::kEnum:
      return "ENUM";
    case LogicalKind::kJson:
      return "JSON";
    case LogicalKind::kBson:
      return "BSON";
    case LogicalKind::kUuid:
      return "UUID";
    case LogicalKind::kDecimal:
      return "DECIMAL(" + std::to_string(logical.a) + ", " + std::to_string(logical.b) + ")";
    case LogicalKind::kDate:
      return "DATE";
    case LogicalKind::kTime:
      return "TIME";
    case LogicalKind::kTimestamp:
      return "TIMESTAMP";
    case LogicalKind::kInteger:
      return std::string(logical.b != 0 ? "INT" : "UINT") + std::to_string(logical.a);
    case LogicalKind::kFloat16:
      return "FLOAT16";
    case LogicalKind::kInterval:
      return "INTERVAL";
    case LogicalKind::kUnknown:
      return "UNKNOWN";
    case LogicalKind::kNone:
      break;
  }
  return std::string(schema::physicalTypeName(leaf.type));
}

Result<Point> pointOf(const Leaf& leaf, const Literal& literal) {
  const Order order = valueOrder(leaf);
  std::optional<Point> point;
  switch (order) {
    case Order::kNone:
      return fail(ErrorCode::kInvalidArgument,
                  "column '" + leaf.dottedPath + "' is " + typeText(leaf) + ", which has no order");
    case Order::kBoolean:
      point = booleanPoint(literal);
      break;
    case Order::kFloat:
      point = floatPoint<float>(literal, toFloat);
      break;
    case Order::kDouble:
      point = floatPoint<double>(literal, toDouble);
      break;
    case Order::kFloat16:
      point = float16Point(literal);
      break;
    case Order::kBytes:
      point = bytesPoint(leaf, literal);
      break;
    default:
      point = wholeColumnPoint(leaf, order, literal);
      break;
  }
  return point ? Result<Point>(std::move(*point)) : mismatch(leaf, literal);
}

}  // namespace parquet_flow::scan
