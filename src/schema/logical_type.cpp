#include "schema/logical_type.hpp"

#include <cstdint>
#include <string>

namespace parquet_flow::schema {
namespace {

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

Result<void> require(bool holds, const char* sentence) {
  return holds ? Result<void>{} : refuse(sentence);
}

bool isFlag(std::int32_t value) noexcept { return value == 0 || value == 1; }

bool isTimeUnit(std::int32_t value) noexcept {
  return value >= static_cast<std::int32_t>(TimeUnit::kMillis) &&
         value <= static_cast<std::int32_t>(TimeUnit::kNanos);
}

Result<void> checkDecimal(PhysicalType type, std::uint32_t typeLength, const LogicalType& logical) {
  const std::int32_t precisionMax = decimalPrecisionMax(type, typeLength);
  PF_TRY(require(precisionMax != 0,
                 "DECIMAL goes with INT32, INT64, BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY only"));
  if (logical.a < 1 || logical.a > precisionMax) {
    return refuse("DECIMAL precision " + std::to_string(logical.a) + " is not in 1 .. " +
                  std::to_string(precisionMax) + ", what the physical type has room for");
  }
  if (logical.b < 0 || logical.b > logical.a) {
    return refuse("DECIMAL scale " + std::to_string(logical.b) + " is not in 0 .. " +
                  std::to_string(logical.a) + ", the precision");
  }
  return {};
}

Result<void> checkTime(PhysicalType type, const LogicalType& logical) {
  PF_TRY(require(isTimeUnit(logical.a), "the unit of TIME is not one of pf_time_unit_t"));
  PF_TRY(require(isFlag(logical.b), "TIME is adjusted to UTC (1) or not (0)"));
  if (logical.a == static_cast<std::int32_t>(TimeUnit::kMillis)) {
    return require(type == PhysicalType::kInt32, "TIME in milliseconds goes with INT32 only");
  }
  return require(type == PhysicalType::kInt64,
                 "TIME in microseconds or nanoseconds goes with INT64 only");
}

Result<void> checkTimestamp(PhysicalType type, const LogicalType& logical) {
  PF_TRY(require(isTimeUnit(logical.a), "the unit of TIMESTAMP is not one of pf_time_unit_t"));
  PF_TRY(require(isFlag(logical.b), "TIMESTAMP is adjusted to UTC (1) or not (0)"));
  return require(type == PhysicalType::kInt64, "TIMESTAMP goes with INT64 only");
}

Result<void> checkInteger(PhysicalType type, const LogicalType& logical) {
  PF_TRY(require(isFlag(logical.b), "INTEGER is signed (1) or not (0)"));
  switch (logical.a) {
    case 8:
    case 16:
    case 32:
      return require(type == PhysicalType::kInt32,
                     "INTEGER of 8, 16 or 32 bits goes with INT32 only");
    case 64:
      return require(type == PhysicalType::kInt64, "INTEGER of 64 bits goes with INT64 only");
    default:
      return refuse("INTEGER has 8, 16, 32 or 64 bits, not " + std::to_string(logical.a));
  }
}

Result<void> checkFixedLength(PhysicalType type, std::uint32_t typeLength, std::uint32_t expected,
                              const char* sentence) {
  return require(type == PhysicalType::kFixedLenByteArray && typeLength == expected, sentence);
}

}  // namespace

std::int32_t decimalPrecisionMax(PhysicalType type, std::uint32_t typeLength) noexcept {
  // No power of two is a power of ten, so the -1 in the definition never matters.
  constexpr double kLog10Of2 = 0.30102999566398119521;
  switch (type) {
    case PhysicalType::kInt32:
      return 9;
    case PhysicalType::kInt64:
      return 18;
    case PhysicalType::kByteArray:
      return INT32_MAX;
    case PhysicalType::kFixedLenByteArray:
      return static_cast<std::int32_t>((8.0 * typeLength - 1.0) * kLog10Of2);
    default:
      return 0;
  }
}

Result<void> checkLogicalType(PhysicalType type, std::uint32_t typeLength,
                              const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kDecimal:
      return checkDecimal(type, typeLength, logical);
    case LogicalKind::kTime:
      return checkTime(type, logical);
    case LogicalKind::kTimestamp:
      return checkTimestamp(type, logical);
    case LogicalKind::kInteger:
      return checkInteger(type, logical);
    default:
      break;
  }
  PF_TRY(
      require(logical.a == 0 && logical.b == 0,
              "parameters a and b are for DECIMAL, TIME, TIMESTAMP and INTEGER; else they are 0"));
  const bool isByteArray = type == PhysicalType::kByteArray;
  switch (logical.kind) {
    case LogicalKind::kNone:
      return {};
    case LogicalKind::kString:
      return require(isByteArray, "STRING goes with BYTE_ARRAY only");
    case LogicalKind::kEnum:
      return require(isByteArray, "ENUM goes with BYTE_ARRAY only");
    case LogicalKind::kJson:
      return require(isByteArray, "JSON goes with BYTE_ARRAY only");
    case LogicalKind::kBson:
      return require(isByteArray, "BSON goes with BYTE_ARRAY only");
    case LogicalKind::kUuid:
      return checkFixedLength(type, typeLength, 16,
                              "UUID goes with FIXED_LEN_BYTE_ARRAY of 16 bytes only");
    case LogicalKind::kDate:
      return require(type == PhysicalType::kInt32, "DATE goes with INT32 only");
    case LogicalKind::kFloat16:
      return checkFixedLength(type, typeLength, 2,
                              "FLOAT16 goes with FIXED_LEN_BYTE_ARRAY of 2 bytes only");
    case LogicalKind::kInterval:
      return checkFixedLength(type, typeLength, 12,
                              "INTERVAL goes with FIXED_LEN_BYTE_ARRAY of 12 bytes only");
    case LogicalKind::kUnknown:
      return {};
    default:
      return refuse("logical type " + std::to_string(static_cast<int>(logical.kind)) +
                    " is not one of pf_logical_type_t");
  }
}

}  // namespace parquet_flow::schema
