#include "arrow_message.hpp"

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "base/utf8.hpp"

namespace parquet_flow::capi {
namespace {

using flatbuffers::FlatBufferBuilder;
template <class T>
using Offset = flatbuffers::Offset<T>;

// The tables below are named by their numbers of fields alone, in the order of Schema.fbs and
// Message.fbs; a field that is left out has the default that stands beside it there.
struct AnyTable {};
using TableOffset = Offset<AnyTable>;

class Table {
 public:
  explicit Table(FlatBufferBuilder& builder) : builder_(builder), start_(builder.StartTable()) {}

  template <class Number>
  Table& number(int field, Number value, Number itsDefault) {
    builder_.AddElement<Number>(position(field), value, itsDefault);
    return *this;
  }
  Table& flag(int field, bool value) { return number<std::uint8_t>(field, value ? 1 : 0, 0); }
  template <class T>
  Table& offset(int field, Offset<T> value) {
    builder_.AddOffset(position(field), value);
    return *this;
  }
  TableOffset end() { return TableOffset(builder_.EndTable(start_)); }

 private:
  static flatbuffers::voffset_t position(int field) noexcept {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * field);
  }
  FlatBufferBuilder& builder_;
  flatbuffers::uoffset_t start_;
};

// The numbers of the union Type.
enum class TypeId : std::uint8_t {
  kNull = 1,
  kInt = 2,
  kFloatingPoint = 3,
  kBinary = 4,
  kUtf8 = 5,
  kBool = 6,
  kDecimal = 7,
  kDate = 8,
  kTime = 9,
  kTimestamp = 10,
  kInterval = 11,
  kList = 12,
  kStruct = 13,
  kFixedSizeBinary = 15,
  kFixedSizeList = 16,
  kMap = 17,
  kDuration = 18,
  kLargeBinary = 19,
  kLargeUtf8 = 20,
  kLargeList = 21,
  kRunEndEncoded = 22,
  kBinaryView = 23,
  kUtf8View = 24,
  kListView = 25,
  kLargeListView = 26,
};

struct Type {
  TypeId id;
  TableOffset table;
};

class SchemaEncoder {
 public:
  // Message { version: V5 = 4, header: Schema = 1 }
  std::vector<std::uint8_t> encode(const ArrowField& root) {
    const auto fields = fieldsOf(root);
    const auto metadata = metadataOf(root);
    // Schema { 0: endianness little = 0, 1: fields, 2: custom_metadata }
    Table schema(builder_);
    schema.offset(1, fields);
    if (!root.metadata.empty()) schema.offset(2, metadata);
    const TableOffset header = schema.end();
    Table message(builder_);
    message.number<std::int16_t>(0, 4, 0).number<std::uint8_t>(1, 1, 0).offset(2, header);
    builder_.Finish(message.end());
    return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
  }

 private:
  using Tables = Offset<flatbuffers::Vector<TableOffset>>;

  Tables fieldsOf(const ArrowField& parent) {
    std::vector<TableOffset> fields;
    fields.reserve(parent.children.size());
    for (const ArrowField& child : parent.children) fields.push_back(fieldOf(child));
    return builder_.CreateVector(fields);
  }

  // KeyValue { 0: key, 1: value }, which are texts: Polars refuses a file where one is no UTF-8.
  Tables metadataOf(const ArrowField& field) {
    std::vector<TableOffset> pairs;
    for (const auto& [key, value] : field.metadata) {
      if (!isUtf8(key) || !isUtf8(value)) continue;
      const auto keyText = builder_.CreateString(key);
      const auto valueText = builder_.CreateString(value);
      pairs.push_back(Table(builder_).offset(0, keyText).offset(1, valueText).end());
    }
    return builder_.CreateVector(pairs);
  }

  // Int { 0: bitWidth, 1: is_signed }
  TableOffset integer(ArrowKind kind) {
    const int place = static_cast<int>(kind) - static_cast<int>(ArrowKind::kInt8);
    return Table(builder_)
        .number<std::int32_t>(0, 8 << (place / 2), 0)
        .flag(1, place % 2 == 0)
        .end();
  }
  // Dictionaries of booleans, at which arrow-rs 60.1 panics, and of decimals that are
  // FIXED_LEN_BYTE_ARRAY, which it refuses, Arrow C++ reads as their values all the same.
  static bool isSaid(const ArrowField* values) noexcept {
    if (values == nullptr || values->kind == ArrowKind::kBool) return false;
    return values->kind != ArrowKind::kDecimal || values->precision <= kInt64Digits;
  }
  // DictionaryEncoding { 0: id, 1: indexType, 2: isOrdered }
  TableOffset dictionaryOf(const ArrowField& field) {
    const TableOffset indices = integer(field.kind);
    return Table(builder_)
        .number<std::int64_t>(0, dictionaries_++, 0)
        .offset(1, indices)
        .flag(2, field.isOrdered)
        .end();
  }

  // Field { 0: name, 1: nullable, 2: type_type, 3: type, 4: dictionary, 5: children,
  //         6: custom_metadata }
  TableOffset fieldOf(const ArrowField& field) {
    const auto name = builder_.CreateString(field.name);
    // Runs are written out. Readers gain nothing from their type, and Polars 2.1 panics at it.
    const ArrowField& values = field.valueField();
    const Type type = typeOf(values);
    const auto children = fieldsOf(values);
    const auto metadata = metadataOf(field);
    TableOffset dictionary;
    const bool isDictionary = isSaid(field.dictionary.get());
    if (isDictionary) dictionary = dictionaryOf(field);
    Table table(builder_);
    table.offset(0, name)
        .flag(1, field.isNullable)
        .number<std::uint8_t>(2, static_cast<std::uint8_t>(type.id), 0)
        .offset(3, type.table)
        .offset(5, children);
    if (isDictionary) table.offset(4, dictionary);
    if (!field.metadata.empty()) table.offset(6, metadata);
    return table.end();
  }

  Type empty(TypeId id) { return {id, Table(builder_).end()}; }
  // A table of one field, which has no default but 0.
  template <class Number>
  Type ofOne(TypeId id, Number value) {
    return {id, Table(builder_).number<Number>(0, value, 0).end()};
  }
  // A unit whose default is MILLISECOND.
  Type ofUnit(TypeId id, ArrowUnit unit) {
    return {id, Table(builder_).number<std::int16_t>(0, static_cast<std::int16_t>(unit), 1).end()};
  }

  Type timeOf(const ArrowField& field) {
    // Time { 0: unit = MILLISECOND, 1: bitWidth = 32 }
    const std::int32_t bits = field.kind == ArrowKind::kTime32 ? 32 : 64;
    return {TypeId::kTime, Table(builder_)
                               .number<std::int16_t>(0, static_cast<std::int16_t>(field.unit), 1)
                               .number<std::int32_t>(1, bits, 32)
                               .end()};
  }

  // Timestamp { 0: unit = SECOND, 1: timezone }
  Type timestampOf(const ArrowField& field) {
    Offset<flatbuffers::String> timezone;
    if (!field.timezone.empty()) timezone = builder_.CreateString(field.timezone);
    Table table(builder_);
    table.number<std::int16_t>(0, static_cast<std::int16_t>(field.unit), 0);
    if (!field.timezone.empty()) table.offset(1, timezone);
    return {TypeId::kTimestamp, table.end()};
  }

  // Decimal { 0: precision, 1: scale, 2: bitWidth = 128 }
  Type decimalOf(const ArrowField& field) {
    return {TypeId::kDecimal, Table(builder_)
                                  .number<std::int32_t>(0, field.precision, 0)
                                  .number<std::int32_t>(1, field.scale, 0)
                                  .number<std::int32_t>(2, field.bits, 128)
                                  .end()};
  }

  Type typeOf(const ArrowField& field) {
    switch (field.kind) {
      case ArrowKind::kNull:
        return empty(TypeId::kNull);
      case ArrowKind::kBool:
        return empty(TypeId::kBool);
      case ArrowKind::kInt8:
      case ArrowKind::kUint8:
      case ArrowKind::kInt16:
      case ArrowKind::kUint16:
      case ArrowKind::kInt32:
      case ArrowKind::kUint32:
      case ArrowKind::kInt64:
      case ArrowKind::kUint64:
        return {TypeId::kInt, integer(field.kind)};
      case ArrowKind::kHalf:
        return ofOne<std::int16_t>(TypeId::kFloatingPoint, 0);
      case ArrowKind::kFloat:
        return ofOne<std::int16_t>(TypeId::kFloatingPoint, 1);
      case ArrowKind::kDouble:
        return ofOne<std::int16_t>(TypeId::kFloatingPoint, 2);
      case ArrowKind::kDecimal:
        return decimalOf(field);
      case ArrowKind::kDate32:
        return ofUnit(TypeId::kDate, ArrowUnit::kSecond);  // DAY = 0
      case ArrowKind::kDate64:
        return ofUnit(TypeId::kDate, ArrowUnit::kMilli);
      case ArrowKind::kTime32:
      case ArrowKind::kTime64:
        return timeOf(field);
      case ArrowKind::kTimestamp:
        return timestampOf(field);
      case ArrowKind::kDuration:
        return ofUnit(TypeId::kDuration, field.unit);
      case ArrowKind::kMonths:
        return ofOne<std::int16_t>(TypeId::kInterval, 0);
      case ArrowKind::kDayTime:
        return ofOne<std::int16_t>(TypeId::kInterval, 1);
      case ArrowKind::kMonthDayNano:
        // What the column has. arrow-rs refuses to read a file that says Interval(MonthDayNano).
        return ofOne<std::int32_t>(TypeId::kFixedSizeBinary, 12);
      default:
        return binaryOrNested(field);
    }
  }

  Type binaryOrNested(const ArrowField& field) {
    switch (field.kind) {
      case ArrowKind::kUtf8:
        return empty(TypeId::kUtf8);
      case ArrowKind::kLargeUtf8:
        return empty(TypeId::kLargeUtf8);
      case ArrowKind::kUtf8View:
        return empty(TypeId::kUtf8View);
      case ArrowKind::kBinary:
        return empty(TypeId::kBinary);
      case ArrowKind::kLargeBinary:
        return empty(TypeId::kLargeBinary);
      case ArrowKind::kBinaryView:
        return empty(TypeId::kBinaryView);
      case ArrowKind::kFixedBinary:
        return ofOne<std::int32_t>(TypeId::kFixedSizeBinary, field.size);
      case ArrowKind::kList:
        return empty(TypeId::kList);
      case ArrowKind::kLargeList:
        return empty(TypeId::kLargeList);
      case ArrowKind::kListView:
        return empty(TypeId::kListView);
      case ArrowKind::kLargeListView:
        return empty(TypeId::kLargeListView);
      case ArrowKind::kFixedList:
        return ofOne<std::int32_t>(TypeId::kFixedSizeList, field.size);
      case ArrowKind::kMap:
        return ofOne<std::uint8_t>(TypeId::kMap, field.keysSorted ? 1 : 0);
      default:
        return empty(TypeId::kStruct);
    }
  }

  FlatBufferBuilder builder_;
  std::int64_t dictionaries_ = 0;
};

}  // namespace

std::string encodeArrowSchema(const ArrowField& root) {
  const std::vector<std::uint8_t> message = SchemaEncoder().encode(root);
  // 0xFFFFFFFF, the length of what follows, and that to a multiple of 8 bytes.
  const std::size_t padded = (message.size() + 7) / 8 * 8;
  std::vector<std::uint8_t> bytes(8 + padded);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[i] = 0xFF;
    bytes[4 + i] = static_cast<std::uint8_t>(padded >> (8 * i));
  }
  std::copy(message.begin(), message.end(), bytes.begin() + 8);
  return encodeBase64(std::as_bytes(std::span(bytes)));
}

}  // namespace parquet_flow::capi
