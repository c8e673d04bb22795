#include "arrow_message_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "base/flat_table.hpp"
#include "base/utf8.hpp"
#include "schema/arrow_schema.hpp"

namespace parquet_flow::capi {
namespace {

constexpr int kDepthMax = 64;

class SchemaDecoder {
 public:
  // One table or text may stand for many, as offsets can point anywhere: what is made of all of
  // them together is at most so many bytes of the message.
  explicit SchemaDecoder(std::size_t bytesMax) : bytesLeft_(bytesMax) {}

  // Message { 1: header_type, 2: header }; Schema { 0: endianness, 1: fields, 2: metadata }
  std::optional<ArrowField> decode(ConstBytes message) {
    const FlatTable root = FlatTable::root(message);
    const FlatTable schema = root.table(2);
    if (root.number<std::uint8_t>(1, 0) != 1 || !schema.isThere() ||
        schema.number<std::int16_t>(0, 0) != 0) {
      return std::nullopt;
    }
    ArrowField field;
    field.kind = ArrowKind::kStruct;
    field.isNullable = false;
    if (!takeMetadata(schema, 2, field) || !addChildren(field, schema, 1, 1)) return std::nullopt;
    return field;
  }

 private:
  // An element of a vector is an offset and the table that it is to.
  static constexpr std::size_t kElementBytes = 8;

  bool spend(std::size_t bytes) noexcept {
    if (bytes > bytesLeft_) return false;
    bytesLeft_ -= bytes;
    return true;
  }
  bool takeText(const FlatTable& table, int field, std::string& out) {
    const std::string_view text = table.text(field);
    if (!spend(text.size())) return false;
    out = text;
    return true;
  }
  bool takeMetadata(const FlatTable& table, int field, ArrowField& out) {
    const std::size_t count = table.tableCount(field);
    if (!spend(count * kElementBytes)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const FlatTable pair = table.tableAt(field, i);
      auto& [key, value] = out.metadata.emplace_back();
      if (!takeText(pair, 0, key) || !takeText(pair, 1, value)) return false;
    }
    return true;
  }
  bool addChildren(ArrowField& parent, const FlatTable& table, int field, int depth) {
    const std::size_t count = table.tableCount(field);
    if (!spend(count * kElementBytes)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!addChild(parent, table.tableAt(field, i), depth)) return false;
    }
    return true;
  }

  bool addChild(ArrowField& parent, const FlatTable& table, int depth) {
    if (!table.isThere() || depth > kDepthMax) return false;
    // Field { 0: name, 1: nullable, 2: type_type, 3: type, 4: dictionary, 5: children,
    //         6: custom_metadata }
    ArrowField field;
    field.isNullable = table.number<std::uint8_t>(1, 0) != 0;
    if (!takeText(table, 0, field.name) || !isUtf8(field.name) || !takeMetadata(table, 6, field) ||
        !readType(table.number<std::uint8_t>(2, 0), table.table(3), field) ||
        !addChildren(field, table, 5, depth + 1)) {
      return false;
    }
    const FlatTable dictionary = table.table(4);
    if (dictionary.isThere()) field = dictionaryOf(std::move(field), dictionary);
    parent.children.push_back(std::move(field));
    return true;
  }

  // DictionaryEncoding { 0: id, 1: indexType, 2: isOrdered }
  static ArrowField dictionaryOf(ArrowField values, const FlatTable& encoding) {
    ArrowField field;
    field.name = values.name;
    field.isNullable = values.isNullable;
    field.metadata = std::move(values.metadata);
    field.isOrdered = encoding.number<std::uint8_t>(2, 0) != 0;
    field.kind = ArrowKind::kInt32;
    field.dictionary = std::make_shared<const ArrowField>(std::move(values));
    return field;
  }

  static ArrowUnit unitAt(const FlatTable& type, int field, std::int16_t itsDefault) {
    const auto unit = type.number<std::int16_t>(field, itsDefault);
    return static_cast<ArrowUnit>(std::clamp<std::int16_t>(unit, 0, 3));
  }

  // By the numbers of the union Type; defaults as in Schema.fbs.
  bool readType(std::uint8_t id, const FlatTable& type, ArrowField& field) {
    constexpr std::array<std::pair<std::uint8_t, ArrowKind>, 17> kPlain = {{
        {1, ArrowKind::kNull},
        {4, ArrowKind::kBinary},
        {5, ArrowKind::kUtf8},
        {6, ArrowKind::kBool},
        {12, ArrowKind::kList},
        {13, ArrowKind::kStruct},
        {15, ArrowKind::kFixedBinary},
        {16, ArrowKind::kFixedList},
        {17, ArrowKind::kMap},
        {19, ArrowKind::kLargeBinary},
        {20, ArrowKind::kLargeUtf8},
        {21, ArrowKind::kLargeList},
        {22, ArrowKind::kRunEnd},
        {23, ArrowKind::kBinaryView},
        {24, ArrowKind::kUtf8View},
        {25, ArrowKind::kListView},
        {26, ArrowKind::kLargeListView},
    }};
    for (const auto& [number, kind] : kPlain) {
      if (number != id) continue;
      field.kind = kind;
      const bool isFixed = kind == ArrowKind::kFixedBinary || kind == ArrowKind::kFixedList;
      field.size = isFixed ? type.number<std::int32_t>(0, 0) : 0;
      field.keysSorted = kind == ArrowKind::kMap && type.number<std::uint8_t>(0, 0) != 0;
      return true;
    }
    return readNumberType(id, type, field);
  }

  bool readNumberType(std::uint8_t id, const FlatTable& type, ArrowField& field) {
    switch (id) {
      case 2: {  // Int
        const auto bits = type.number<std::int32_t>(0, 0);
        if (bits != 8 && bits != 16 && bits != 32 && bits != 64) return false;
        const int place = bits == 8 ? 0 : bits == 16 ? 2 : bits == 32 ? 4 : 6;
        const int isUnsigned = type.number<std::uint8_t>(1, 0) != 0 ? 0 : 1;
        field.kind =
            static_cast<ArrowKind>(static_cast<int>(ArrowKind::kInt8) + place + isUnsigned);
        return true;
      }
      case 3: {  // FloatingPoint
        const auto precision = type.number<std::int16_t>(0, 0);
        field.kind = precision == 0   ? ArrowKind::kHalf
                     : precision == 1 ? ArrowKind::kFloat
                                      : ArrowKind::kDouble;
        return true;
      }
      case 7:  // Decimal
        field.kind = ArrowKind::kDecimal;
        field.precision = type.number<std::int32_t>(0, 0);
        field.scale = type.number<std::int32_t>(1, 0);
        field.bits = type.number<std::int32_t>(2, 128);
        return true;
      case 8:  // Date
        field.kind = type.number<std::int16_t>(0, 1) == 0 ? ArrowKind::kDate32 : ArrowKind::kDate64;
        return true;
      case 9:  // Time
        field.kind =
            type.number<std::int32_t>(1, 32) == 32 ? ArrowKind::kTime32 : ArrowKind::kTime64;
        field.unit = unitAt(type, 0, 1);
        return true;
      case 10:  // Timestamp
        field.kind = ArrowKind::kTimestamp;
        field.unit = unitAt(type, 0, 0);
        return takeText(type, 1, field.timezone) && isUtf8(field.timezone);
      case 11: {  // Interval
        const auto unit = type.number<std::int16_t>(0, 0);
        field.kind = unit == 0   ? ArrowKind::kMonths
                     : unit == 1 ? ArrowKind::kDayTime
                                 : ArrowKind::kMonthDayNano;
        return true;
      }
      case 18:  // Duration
        field.kind = ArrowKind::kDuration;
        field.unit = unitAt(type, 0, 1);
        return true;
      default:
        return false;
    }
  }

  std::size_t bytesLeft_;
};

}  // namespace

std::optional<ArrowField> decodeArrowSchema(std::string_view base64) {
  const auto decoded = decodeBase64(base64);
  if (!decoded) return std::nullopt;
  const ConstBytes message = schema::arrowMessageIn(*decoded);
  if (message.empty()) return std::nullopt;
  return SchemaDecoder(2 * decoded->size()).decode(message);
}

}  // namespace parquet_flow::capi
