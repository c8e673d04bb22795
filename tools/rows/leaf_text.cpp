#include "rows/leaf_text.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/json_string.hpp"
#include "base/uuid.hpp"
#include "rows/number_text.hpp"
#include "rows/time_text.hpp"

namespace parquet_flow::rows {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;
using schema::TimeUnit;

// Longer numbers stand there as bytes, and those with more places: digits take time with the square
// of the length, and a scale is a number of zeros that costs its file nothing.
constexpr std::size_t kDecimalBytesMax = 1'024;
constexpr std::int32_t kDecimalScaleMax = 4'096;

// Decimal digits that each double keeps: DBL_DIG.
constexpr std::int32_t kDoublePrecision = 15;

bool isText(LogicalKind kind) noexcept {
  return kind == LogicalKind::kString || kind == LogicalKind::kEnum || kind == LogicalKind::kJson;
}

template <class T>
bool tryAppendSpecial(T value, TextForm form, std::string& out) {
  if (std::isfinite(value)) {
    return false;
  }
  const std::string_view quote = form == TextForm::kJson ? "\"" : "";
  out.append(quote);
  out.append(std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity");
  out.append(quote);
  return true;
}

}  // namespace

LeafText::LeafText(const schema::Leaf& leaf) noexcept
    : kind_(kindOf(leaf)),
      width_(leaf.type == PhysicalType::kBoolean ? 1
                                                 : schema::fixedWidth(leaf.type, leaf.typeLength)),
      logical_(leaf.logical) {}

LeafText::Kind LeafText::kindOf(const schema::Leaf& leaf) noexcept {
  const LogicalKind logical = leaf.logical.kind;
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      return Kind::kBoolean;
    case PhysicalType::kInt32:
      return logical == LogicalKind::kDecimal                          ? Kind::kDecimal32
             : logical == LogicalKind::kDate                           ? Kind::kDate
             : logical == LogicalKind::kTime                           ? Kind::kTime32
             : logical == LogicalKind::kInteger && leaf.logical.b == 0 ? Kind::kUint32
                                                                       : Kind::kInt32;
    case PhysicalType::kInt64:
      return logical == LogicalKind::kDecimal                          ? Kind::kDecimal64
             : logical == LogicalKind::kTime                           ? Kind::kTime64
             : logical == LogicalKind::kTimestamp                      ? Kind::kTimestamp
             : logical == LogicalKind::kInteger && leaf.logical.b == 0 ? Kind::kUint64
                                                                       : Kind::kInt64;
    case PhysicalType::kInt96:
      return Kind::kInt96;
    case PhysicalType::kFloat:
      return Kind::kFloat;
    case PhysicalType::kDouble:
      return Kind::kDouble;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      break;
  }
  const bool hasDigits = logical == LogicalKind::kDecimal && leaf.logical.b <= kDecimalScaleMax;
  return hasDigits                           ? Kind::kDecimalBytes
         : logical == LogicalKind::kFloat16  ? Kind::kFloat16
         : logical == LogicalKind::kInterval ? Kind::kInterval
         : logical == LogicalKind::kUuid     ? Kind::kUuid
         : isText(logical)                   ? Kind::kText
                                             : Kind::kBytes;
}

void LeafText::append(ConstBytes value, TextForm form, std::string& out) const {
  const bool isJson = form == TextForm::kJson;
  if (kind_ == Kind::kText) {
    isJson ? appendJsonString(asText(value), out) : appendUtf8(asText(value), out);
    return;
  }
  const bool isOfWidth = width_ == 0 || value.size() == width_;
  if (isOfWidth && tryAppendReal(value, form, out)) {
    return;
  }
  const bool isBytes = !isOfWidth || kind_ == Kind::kBytes ||
                       (kind_ == Kind::kDecimalBytes && value.size() > kDecimalBytesMax);
  const std::string_view quote = isJson && (isBytes || !isBareInJson(value)) ? "\"" : "";
  out.append(quote);
  isBytes ? appendHex(value, out) : appendBare(value, out);
  out.append(quote);
}

bool LeafText::tryAppendReal(ConstBytes value, TextForm form, std::string& out) const {
  if (kind_ == Kind::kDouble) {
    const auto number = loadLe<double>(value.data());
    if (!tryAppendSpecial(number, form, out)) {
      appendDouble(number, out);
    }
    return true;
  }
  if (kind_ == Kind::kFloat || kind_ == Kind::kFloat16) {
    const float number = kind_ == Kind::kFloat ? loadLe<float>(value.data())
                                               : halfToFloat(loadLe<std::uint16_t>(value.data()));
    if (!tryAppendSpecial(number, form, out)) {
      appendFloat(number, out);
    }
    return true;
  }
  return false;
}

bool LeafText::isBareInJson(ConstBytes value) const noexcept {
  if (kind_ == Kind::kTime32) {
    return !isTimeOfDay(loadLe<std::int32_t>(value.data()), static_cast<TimeUnit>(logical_.a));
  }
  if (kind_ == Kind::kTime64) {
    return !isTimeOfDay(loadLe<std::int64_t>(value.data()), static_cast<TimeUnit>(logical_.a));
  }
  if (kind_ >= Kind::kDecimal32 && kind_ <= Kind::kDecimalBytes) {
    return logical_.a <= kDoublePrecision;
  }
  return kind_ <= Kind::kBoolean;
}

void LeafText::appendBare(ConstBytes value, std::string& out) const {
  switch (kind_) {
    case Kind::kInt32:
      return appendInteger(loadLe<std::int32_t>(value.data()), out);
    case Kind::kInt64:
      return appendInteger(loadLe<std::int64_t>(value.data()), out);
    case Kind::kUint32:
      return appendInteger(loadLe<std::uint32_t>(value.data()), out);
    case Kind::kUint64:
      return appendInteger(loadLe<std::uint64_t>(value.data()), out);
    case Kind::kDecimal32:
      return appendDecimal(loadLe<std::int32_t>(value.data()), logical_.b, out);
    case Kind::kDecimal64:
      return appendDecimal(loadLe<std::int64_t>(value.data()), logical_.b, out);
    case Kind::kDecimalBytes:
      return appendDecimal(value, logical_.b, out);
    case Kind::kBoolean:
      out.append(value[0] != std::byte{0} ? "true" : "false");
      return;
    case Kind::kUuid: {
      Uuid uuid;
      std::copy(value.begin(), value.end(), uuid.bytes.begin());
      out.append(uuidText(uuid));
      return;
    }
    default:
      return appendTemporal(value, out);
  }
}

void LeafText::appendTemporal(ConstBytes value, std::string& out) const {
  const auto unit = static_cast<TimeUnit>(logical_.a);
  const std::string_view zone = logical_.b != 0 ? "Z" : "";
  if (kind_ == Kind::kDate) {
    return appendDate(loadLe<std::int32_t>(value.data()), out);
  }
  if (kind_ == Kind::kTimestamp) {
    appendTimestamp(loadLe<std::int64_t>(value.data()), unit, out);
    out.append(zone);
    return;
  }
  if (kind_ == Kind::kInt96) {
    return appendInt96(loadLe<std::int64_t>(value.data()), loadLe<std::uint32_t>(value.data() + 8),
                       out);
  }
  if (kind_ == Kind::kInterval) {
    return appendInterval(loadLe<std::uint32_t>(value.data()),
                          loadLe<std::uint32_t>(value.data() + 4),
                          loadLe<std::uint32_t>(value.data() + 8), out);
  }
  const std::int64_t time = kind_ == Kind::kTime32 ? loadLe<std::int32_t>(value.data())
                                                   : loadLe<std::int64_t>(value.data());
  if (!isTimeOfDay(time, unit)) {
    return appendInteger(time, out);
  }
  appendTimeOfDay(time, unit, out);
  out.append(zone);
}

}  // namespace parquet_flow::rows
