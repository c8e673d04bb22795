#include "captures.hpp"

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "load/contact_rows.hpp"
#include "load/itch_rows.hpp"

namespace parquet_flow::choices {
namespace {

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// As sink/struct_shape makes them of the fields that orders have.
load::SchemaHandle makeOrderSchema() {
  pf_schema_t* schema = nullptr;
  pf_error_t error = load::makeError();
  require(load::checkStatus(pf_schema_create(&schema, &error), error));
  load::SchemaHandle owner(schema);
  for (const pf_struct_column_t& column : load::orderColumns()) {
    pf_physical_type_t physical = PF_PHYSICAL_INT64;
    auto logical = static_cast<pf_logical_type_t>(column.logical);
    std::int32_t a = column.logical_a;
    std::int32_t b = column.logical_b;
    switch (column.field) {
      case PF_FIELD_CHARS:
        physical = PF_PHYSICAL_BYTE_ARRAY;
        logical = PF_LOGICAL_STRING;
        break;
      case PF_FIELD_BOOL8:
        physical = PF_PHYSICAL_BOOLEAN;
        break;
      case PF_FIELD_UINT16:
      case PF_FIELD_UINT32:
        physical = PF_PHYSICAL_INT32;
        logical = PF_LOGICAL_INTEGER;
        a = column.field == PF_FIELD_UINT16 ? 16 : 32;
        break;
      case PF_FIELD_UINT64:
        logical = PF_LOGICAL_INTEGER;
        a = 64;
        break;
      default:
        break;
    }
    b = logical == PF_LOGICAL_INTEGER ? 0 : b;
    require(load::checkStatus(
        pf_schema_add_leaf(
            schema, PF_SCHEMA_ROOT, column.name, physical,
            column.nullability == PF_NULL_NEVER ? PF_REPETITION_REQUIRED : PF_REPETITION_OPTIONAL,
            0, logical, a, b, -1, nullptr, &error),
        error));
  }
  return owner;
}

template <class T>
T loadField(const std::uint8_t* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void appendField(const pf_struct_column_t& column, const std::uint8_t* at, pf_row_t* row) noexcept {
  switch (column.field) {
    case PF_FIELD_CHARS: {
      std::string_view text(reinterpret_cast<const char*>(at), column.size);
      text = text.substr(0, text.find('\0'));
      const bool isNull = column.nullability != PF_NULL_NEVER && text.empty();
      isNull ? pf_row_null(row) : pf_row_bytes(row, text.data(), text.size());
      return;
    }
    case PF_FIELD_BOOL8:
      pf_row_boolean(row, *at);
      return;
    case PF_FIELD_UINT16:
      pf_row_int32(row, loadField<std::uint16_t>(at));
      return;
    case PF_FIELD_UINT32:
      pf_row_int32(row, loadField<std::int32_t>(at));
      return;
    default: {
      const auto value = loadField<std::int64_t>(at);
      const bool isNull = column.nullability != PF_NULL_NEVER &&
                          value == static_cast<std::int64_t>(column.null_value);
      isNull ? pf_row_null(row) : pf_row_int64(row, value);
      return;
    }
  }
}

int appendOrderRow(void* /*user*/, const pf_record_t* record, pf_row_t* row) noexcept {
  const auto* payload = static_cast<const std::uint8_t*>(record->payload);
  for (const pf_struct_column_t& column : load::orderColumns()) {
    appendField(column, payload + column.offset, row);
  }
  return 0;
}

constexpr std::int64_t kStartNs = 1'795'132'800'000'000'000;

}  // namespace

std::vector<Capture> makeCaptures(const std::string& itchPath) {
  static const load::OrderFeed kFeed(1, kStartNs, 2'000'000);
  std::vector<Capture> captures;
  captures.push_back({"orders", makeOrderSchema(), appendOrderRow, load::orderSource(kFeed)});
  captures.push_back({"contacts", require(load::makeContactSchema()), load::appendContactRow,
                      load::contactSource({})});
  if (!itchPath.empty()) {
    static const load::ItchFile kFile = require(load::ItchFile::read(itchPath));
    captures.push_back({"itch", require(load::makeItchSchema()), load::appendItchRow,
                        load::itchReplaySource(kFile, load::ItchReplay::kForever)});
  }
  return captures;
}

}  // namespace parquet_flow::choices
