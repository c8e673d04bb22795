// What an ArrowSchema says, checked and copied: a tree of fields.
//
// Source: Arrow's "The Arrow C data interface", format strings and metadata.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

// Decimals of more digits are FIXED_LEN_BYTE_ARRAY in Parquet.
inline constexpr std::int32_t kInt64Digits = 18;

enum class ArrowKind : std::uint8_t {
  kNull,
  kBool,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kHalf,
  kFloat,
  kDouble,
  kUtf8,
  kLargeUtf8,
  kUtf8View,
  kBinary,
  kLargeBinary,
  kBinaryView,
  kFixedBinary,
  kDecimal,
  kDate32,
  kDate64,
  kTime32,
  kTime64,
  kTimestamp,
  kDuration,
  kMonths,
  kDayTime,
  kMonthDayNano,
  kList,
  kLargeList,
  kListView,
  kLargeListView,
  kFixedList,
  kStruct,
  kMap,
  kRunEnd,
};

// The numbers are those of Arrow's own metadata (Schema.fbs).
enum class ArrowUnit : std::uint8_t { kSecond = 0, kMilli = 1, kMicro = 2, kNano = 3 };

// Keys of a field's metadata that name its extension type.
inline constexpr std::string_view kExtensionName = "ARROW:extension:name";
inline constexpr std::string_view kExtensionMetadata = "ARROW:extension:metadata";
// That of a field's id in Parquet.
inline constexpr std::string_view kFieldId = "PARQUET:field_id";

struct ArrowField {
  std::string name;
  std::string path;  // dotted, for messages
  ArrowKind kind = ArrowKind::kNull;
  bool isNullable = true;
  ArrowUnit unit = ArrowUnit::kSecond;  // times
  std::string timezone;                 // kTimestamp
  std::int32_t precision = 0;           // kDecimal, as the next two
  std::int32_t scale = 0;
  std::int32_t bits = 0;
  std::int32_t size = 0;  // kFixedBinary: bytes; kFixedList: elements
  bool keysSorted = false;
  bool isOrdered = false;  // of a dictionary
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<ArrowField> children;
  // Of the values; `kind` is then that of the indices.
  std::shared_ptr<const ArrowField> dictionary;

  // nullptr: there is none.
  [[nodiscard]] const std::string* findMetadata(std::string_view key) const noexcept;
  // Of values that the field has in the end: behind dictionaries and run ends.
  [[nodiscard]] const ArrowField& valueField() const noexcept;
};

[[nodiscard]] bool isNested(ArrowKind kind) noexcept;
[[nodiscard]] bool isListKind(ArrowKind kind) noexcept;
// Whether the field is run-end encoded, of lists, structs or maps in the end.
[[nodiscard]] bool hasNestedRuns(const ArrowField& field) noexcept;
// "int8", "list", ...
[[nodiscard]] const char* arrowKindName(ArrowKind kind) noexcept;

// The format string of a type: what readArrowSchema reads.
[[nodiscard]] std::string arrowFormat(const ArrowField& field);

// A struct of columns: format "+s", with children. `schema` is not released.
// kInvalidArgument, kUnsupported (unions, formats that are not known), kLimit (more than 64
// levels), naming the column.
[[nodiscard]] Result<ArrowField> readArrowSchema(const ArrowSchema* schema);

}  // namespace parquet_flow::capi
