#include "load/itch_rows.hpp"

#include "load/itch_decode.hpp"

namespace parquet_flow::load {
namespace {

struct ParquetType {
  pf_physical_type_t physical;
  pf_logical_type_t logical;
  std::int32_t a;
  std::int32_t b;
};

ParquetType parquetTypeOf(ItchType type) noexcept {
  switch (type) {
    case ItchType::kText:
      return {PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_STRING, 0, 0};
    case ItchType::kUint16:
      return {PF_PHYSICAL_INT32, PF_LOGICAL_INTEGER, 16, 0};
    case ItchType::kUint32:
      return {PF_PHYSICAL_INT32, PF_LOGICAL_INTEGER, 32, 0};
    case ItchType::kUint64:
      return {PF_PHYSICAL_INT64, PF_LOGICAL_INTEGER, 64, 0};
    case ItchType::kShares:
      return {PF_PHYSICAL_INT64, PF_LOGICAL_NONE, 0, 0};
    case ItchType::kPrice4:
      return {PF_PHYSICAL_INT64, PF_LOGICAL_DECIMAL, 10, 4};
    case ItchType::kPrice8:
      return {PF_PHYSICAL_INT64, PF_LOGICAL_DECIMAL, 18, 8};
    case ItchType::kTime:
    case ItchType::kSeconds:
      break;
  }
  return {PF_PHYSICAL_INT64, PF_LOGICAL_TIME, PF_TIME_NANOS, 0};
}

// Appends as decodeItch calls; a row that breaks is noticed by its last value.
class RowVisitor {
 public:
  explicit RowVisitor(pf_row_t* row) noexcept : row_(row) {}

  void null(ItchColumn) noexcept { result_ = pf_row_null(row_); }
  void text(ItchColumn, std::string_view value) noexcept {
    result_ = pf_row_bytes(row_, value.data(), value.size());
  }
  void number(ItchColumn, ItchType type, std::uint64_t value) noexcept {
    if (type == ItchType::kUint16 || type == ItchType::kUint32) {
      result_ = pf_row_int32(row_, static_cast<std::int32_t>(static_cast<std::uint32_t>(value)));
    } else {
      result_ = pf_row_int64(row_, static_cast<std::int64_t>(value));
    }
  }

  [[nodiscard]] int result() const noexcept { return result_; }

 private:
  pf_row_t* row_;
  int result_ = 0;
};

}  // namespace

Result<SchemaHandle> makeItchSchema() {
  pf_error_t error = makeError();
  pf_schema_t* schema = nullptr;
  PF_TRY(checkStatus(pf_schema_create(&schema, &error), error));
  SchemaHandle owner(schema);
  for (std::size_t i = 0; i < kItchColumns; ++i) {
    const ItchColumnSpec& column = itchColumn(static_cast<ItchColumn>(i));
    const ParquetType type = parquetTypeOf(column.type);
    const pf_repetition_t repetition =
        i < kItchRequiredColumns ? PF_REPETITION_REQUIRED : PF_REPETITION_OPTIONAL;
    PF_TRY(checkStatus(
        pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, column.name, type.physical, repetition, 0,
                           type.logical, type.a, type.b, -1, nullptr, &error),
        error));
  }
  return owner;
}

int appendItchRow(void* /*user*/, const pf_record_t* record, pf_row_t* row) noexcept {
  RowVisitor visitor(row);
  if (!decodeItch({static_cast<const std::uint8_t*>(record->payload), record->bytes}, visitor)) {
    return 1;
  }
  return visitor.result();
}

}  // namespace parquet_flow::load
