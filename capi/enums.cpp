#include "enums.hpp"

#include <utility>

#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

using codec::Compression;
using encoding::Encoding;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using schema::TimeUnit;

template <class Enum>
constexpr bool agrees(Enum ours, int theirs) {
  return static_cast<int>(ours) == theirs;
}

static_assert(agrees(ErrorCode::kInvalidArgument, PF_STATUS_INVALID_ARGUMENT) &&
              agrees(ErrorCode::kNotOpen, PF_STATUS_NOT_OPEN) &&
              agrees(ErrorCode::kInternal, PF_STATUS_INTERNAL) &&
              agrees(ErrorCode::kOutOfMemory, PF_STATUS_OUT_OF_MEMORY) &&
              agrees(ErrorCode::kIo, PF_STATUS_IO) &&
              agrees(ErrorCode::kTimeout, PF_STATUS_TIMEOUT) &&
              agrees(ErrorCode::kUnsupported, PF_STATUS_UNSUPPORTED) &&
              agrees(ErrorCode::kCorrupt, PF_STATUS_CORRUPT) &&
              agrees(ErrorCode::kExists, PF_STATUS_EXISTS) &&
              agrees(ErrorCode::kLimit, PF_STATUS_LIMIT) &&
              agrees(ErrorCode::kClosed, PF_STATUS_CLOSED) &&
              agrees(ErrorCode::kDataLost, PF_STATUS_DATA_LOST) &&
              agrees(ErrorCode::kWouldBlock, PF_STATUS_WOULD_BLOCK) &&
              agrees(ErrorCode::kCancelled, PF_STATUS_CANCELLED));

static_assert(agrees(PhysicalType::kBoolean, PF_PHYSICAL_BOOLEAN) &&
              agrees(PhysicalType::kInt32, PF_PHYSICAL_INT32) &&
              agrees(PhysicalType::kInt64, PF_PHYSICAL_INT64) &&
              agrees(PhysicalType::kInt96, PF_PHYSICAL_INT96) &&
              agrees(PhysicalType::kFloat, PF_PHYSICAL_FLOAT) &&
              agrees(PhysicalType::kDouble, PF_PHYSICAL_DOUBLE) &&
              agrees(PhysicalType::kByteArray, PF_PHYSICAL_BYTE_ARRAY) &&
              agrees(PhysicalType::kFixedLenByteArray, PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY));

static_assert(agrees(Repetition::kRequired, PF_REPETITION_REQUIRED) &&
              agrees(Repetition::kOptional, PF_REPETITION_OPTIONAL) &&
              agrees(Repetition::kRepeated, PF_REPETITION_REPEATED));

static_assert(agrees(Compression::kUncompressed, PF_COMPRESSION_UNCOMPRESSED) &&
              agrees(Compression::kSnappy, PF_COMPRESSION_SNAPPY) &&
              agrees(Compression::kGzip, PF_COMPRESSION_GZIP) &&
              agrees(Compression::kBrotli, PF_COMPRESSION_BROTLI) &&
              agrees(Compression::kZstd, PF_COMPRESSION_ZSTD) &&
              agrees(Compression::kLz4Raw, PF_COMPRESSION_LZ4_RAW) &&
              codec::kLevelDefault == PF_LEVEL_DEFAULT);

static_assert(agrees(LogicalKind::kNone, PF_LOGICAL_NONE) &&
              agrees(LogicalKind::kString, PF_LOGICAL_STRING) &&
              agrees(LogicalKind::kEnum, PF_LOGICAL_ENUM) &&
              agrees(LogicalKind::kJson, PF_LOGICAL_JSON) &&
              agrees(LogicalKind::kBson, PF_LOGICAL_BSON) &&
              agrees(LogicalKind::kUuid, PF_LOGICAL_UUID) &&
              agrees(LogicalKind::kDecimal, PF_LOGICAL_DECIMAL) &&
              agrees(LogicalKind::kDate, PF_LOGICAL_DATE) &&
              agrees(LogicalKind::kTime, PF_LOGICAL_TIME) &&
              agrees(LogicalKind::kTimestamp, PF_LOGICAL_TIMESTAMP) &&
              agrees(LogicalKind::kInteger, PF_LOGICAL_INTEGER) &&
              agrees(LogicalKind::kFloat16, PF_LOGICAL_FLOAT16) &&
              agrees(LogicalKind::kInterval, PF_LOGICAL_INTERVAL) &&
              agrees(LogicalKind::kUnknown, PF_LOGICAL_UNKNOWN));

static_assert(agrees(Encoding::kPlain, PF_ENCODING_PLAIN) &&
              agrees(Encoding::kPlainDictionary, PF_ENCODING_PLAIN_DICTIONARY) &&
              agrees(Encoding::kRle, PF_ENCODING_RLE) &&
              agrees(Encoding::kDeltaBinaryPacked, PF_ENCODING_DELTA_BINARY_PACKED) &&
              agrees(Encoding::kDeltaLengthByteArray, PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY) &&
              agrees(Encoding::kDeltaByteArray, PF_ENCODING_DELTA_BYTE_ARRAY) &&
              agrees(Encoding::kRleDictionary, PF_ENCODING_RLE_DICTIONARY) &&
              agrees(Encoding::kByteStreamSplit, PF_ENCODING_BYTE_STREAM_SPLIT) &&
              encoding::kEncodings <= PF_COLUMN_STATS_ENCODINGS);

static_assert(agrees(write::Profile::kModern, PF_WRITER_PROFILE_MODERN) &&
              agrees(write::Profile::kBaseline, PF_WRITER_PROFILE_BASELINE) &&
              agrees(stats::FloatOrder::kTypeDefined, PF_FLOAT_ORDER_TYPE) &&
              agrees(stats::FloatOrder::kIeee754Total, PF_FLOAT_ORDER_TOTAL) &&
              agrees(write::FieldIds::kSchemas, PF_FIELD_IDS_SCHEMA) &&
              agrees(write::FieldIds::kNone, PF_FIELD_IDS_NONE) &&
              agrees(write::FieldIds::kAssigned, PF_FIELD_IDS_ASSIGNED));

static_assert(agrees(TimeUnit::kMillis, PF_TIME_MILLIS) &&
              agrees(TimeUnit::kMicros, PF_TIME_MICROS) && agrees(TimeUnit::kNanos, PF_TIME_NANOS));

static_assert(schema::kRoot == PF_SCHEMA_ROOT);

template <class Enum>
Result<Enum> between(std::int32_t value, Enum first, Enum last, const char* name,
                     const char* enumeration) {
  if (value >= static_cast<std::int32_t>(first) && value <= static_cast<std::int32_t>(last)) {
    return static_cast<Enum>(value);
  }
  return notEnumerated(value, name, enumeration);
}

}  // namespace

Result<PhysicalType> toPhysicalType(std::int32_t value) {
  return between(value, PhysicalType::kBoolean, PhysicalType::kFixedLenByteArray, "physical_type",
                 "pf_physical_type_t");
}

Result<Repetition> toRepetition(std::int32_t value) {
  return between(value, Repetition::kRequired, Repetition::kRepeated, "repetition",
                 "pf_repetition_t");
}

Result<LogicalKind> toLogicalKind(std::int32_t value) {
  return between(value, LogicalKind::kNone, LogicalKind::kUnknown, "logical", "pf_logical_type_t");
}

Result<Compression> toCompression(std::int32_t value) {
  switch (value) {
    case PF_COMPRESSION_UNCOMPRESSED:
    case PF_COMPRESSION_SNAPPY:
    case PF_COMPRESSION_GZIP:
    case PF_COMPRESSION_BROTLI:
    case PF_COMPRESSION_ZSTD:
    case PF_COMPRESSION_LZ4_RAW:
      return static_cast<Compression>(value);
    default:
      return notEnumerated(value, "compression", "pf_compression_t");
  }
}

Result<std::optional<Encoding>> toEncoding(std::int32_t value) {
  switch (value) {
    case PF_ENCODING_AUTO:
      return std::nullopt;
    case PF_ENCODING_PLAIN:
    case PF_ENCODING_RLE:
    case PF_ENCODING_DELTA_BINARY_PACKED:
    case PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY:
    case PF_ENCODING_DELTA_BYTE_ARRAY:
    case PF_ENCODING_RLE_DICTIONARY:
    case PF_ENCODING_BYTE_STREAM_SPLIT:
      return static_cast<Encoding>(value);
    case PF_ENCODING_PLAIN_DICTIONARY:
      return invalid(
          "encoding is PF_ENCODING_PLAIN_DICTIONARY: ask for RLE_DICTIONARY, under the "
          "baseline profile if that is meant");
    default:
      return notEnumerated(value, "encoding", "pf_encoding_t");
  }
}

Result<write::Profile> toProfile(std::int32_t value) {
  return between(value, write::Profile::kModern, write::Profile::kBaseline, "profile",
                 "pf_writer_profile_t");
}

Result<stats::FloatOrder> toFloatOrder(std::int32_t value) {
  return between(value, stats::FloatOrder::kTypeDefined, stats::FloatOrder::kIeee754Total,
                 "float_order", "pf_float_order_t");
}

Result<write::FieldIds> toFieldIds(std::int32_t value) {
  return between(value, write::FieldIds::kSchemas, write::FieldIds::kAssigned, "field_ids",
                 "pf_field_ids_t");
}

}  // namespace parquet_flow::capi
