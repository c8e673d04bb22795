#include "sink/struct_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace parquet_flow::sink {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;

struct FieldTraits {
  std::uint32_t bytes;  // 0: StructColumn::size
  PhysicalType physical;
  LogicalType logical;  // of a column for which none is given
  bool isInteger;
};

// In the order of FieldType. The physical types have no smaller integers than 32 bits
// (parquet-format, LogicalTypes.md, "INT_8 ...").
constexpr std::array<FieldTraits, 15> kFields = {{
    {1, PhysicalType::kBoolean, {}, false},
    {1, PhysicalType::kInt32, {LogicalKind::kInteger, 8, 1}, true},
    {2, PhysicalType::kInt32, {LogicalKind::kInteger, 16, 1}, true},
    {4, PhysicalType::kInt32, {}, true},
    {8, PhysicalType::kInt64, {}, true},
    {1, PhysicalType::kInt32, {LogicalKind::kInteger, 8, 0}, true},
    {2, PhysicalType::kInt32, {LogicalKind::kInteger, 16, 0}, true},
    {4, PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0}, true},
    {8, PhysicalType::kInt64, {LogicalKind::kInteger, 64, 0}, true},
    {4, PhysicalType::kFloat, {}, false},
    {8, PhysicalType::kDouble, {}, false},
    {0, PhysicalType::kByteArray, {LogicalKind::kString, 0, 0}, false},
    {0, PhysicalType::kFixedLenByteArray, {}, false},
    {8, PhysicalType::kByteArray, {}, false},
    {8, PhysicalType::kByteArray, {LogicalKind::kString, 0, 0}, false},
}};

const FieldTraits& traits(FieldType field) noexcept {
  return kFields[static_cast<std::size_t>(field)];
}

Result<void> refuse(const StructColumn& column, std::string_view sentence) {
  std::string message = "struct column \"";
  message.append(column.name).append("\": ").append(sentence);
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

Result<void> checkSize(const StructColumn& column) {
  const std::uint32_t bytes = traits(column.field).bytes;
  if (bytes == 0) {
    if (column.size >= 1 && column.size <= kFieldBytesMax) return {};
    return refuse(column, "size must be 1 .. 65535, not " + std::to_string(column.size));
  }
  if (column.size == 0 || column.size == bytes) return {};
  return refuse(column, "size must be 0 or " + std::to_string(bytes) + ", not " +
                            std::to_string(column.size));
}

Result<void> checkNullability(const StructColumn& column) {
  switch (column.nullability) {
    case Nullability::kNever:
      return {};
    case Nullability::kBitmap:
      if (column.nullBit <= kNullBitMax) return {};
      return refuse(column, "null_bit must be 0 .. 65535, not " + std::to_string(column.nullBit));
    case Nullability::kSentinel:
      break;
    default:
      return refuse(column, "nullability has no such value");
  }
  if (column.field == FieldType::kChars) {
    if (column.nullValue == 0) return {};
    return refuse(column, "null_value of CHARS must be 0: null where empty");
  }
  const std::uint32_t bytes = fieldBytes(column);
  if (bytes > 8) return refuse(column, "a field of more than 8 bytes cannot have a null_value");
  if (bytes == 8 || column.nullValue >> (8 * bytes) == 0) return {};
  return refuse(column, "null_value does not fit the field");
}

Result<void> checkLogical(const StructColumn& column) {
  switch (column.logical.kind) {
    case LogicalKind::kNone:
      return {};
    case LogicalKind::kDate:
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp:
    case LogicalKind::kDecimal:
      if (traits(column.field).isInteger) return {};
      return refuse(column, "logical goes with integer fields only");
    default:
      return refuse(column, "logical must be NONE, DATE, TIME, TIMESTAMP or DECIMAL");
  }
}

}  // namespace

std::uint32_t fieldBytes(const StructColumn& column) noexcept {
  const std::uint32_t bytes = traits(column.field).bytes;
  return bytes == 0 ? column.size : bytes;
}

Result<void> checkStructColumn(const StructColumn& column) {
  if (column.name.empty()) return refuse(column, "has no name");
  if (column.field > FieldType::kTailString) return refuse(column, "field has no such value");
  PF_TRY(checkSize(column));
  PF_TRY(checkNullability(column));
  return checkLogical(column);
}

Result<void> addStructColumns(std::span<const StructColumn> columns, schema::Schema* schema) {
  for (const StructColumn& column : columns) {
    const FieldTraits& field = traits(column.field);
    const std::uint32_t typeLength =
        field.physical == PhysicalType::kFixedLenByteArray ? column.size : 0;
    const auto repetition = column.nullability == Nullability::kNever
                                ? schema::Repetition::kRequired
                                : schema::Repetition::kOptional;
    const LogicalType logical =
        column.logical.kind == LogicalKind::kNone ? field.logical : column.logical;
    auto added = schema->addLeaf(schema::kRoot, column.name, field.physical, repetition, typeLength,
                                 logical);
    if (!added) {
      return fail(std::move(added).error().withContext("struct column \"" + column.name + "\""));
    }
  }
  return {};
}

std::uint64_t structBytes(std::span<const StructColumn> columns) noexcept {
  std::uint64_t bytes = 0;
  for (const StructColumn& column : columns) {
    bytes = std::max(bytes, std::uint64_t{column.offset} + fieldBytes(column));
    if (column.nullability == Nullability::kBitmap) {
      bytes = std::max(bytes, std::uint64_t{column.nullOffset} + column.nullBit / 8 + 1);
    }
  }
  return bytes;
}

}  // namespace parquet_flow::sink
