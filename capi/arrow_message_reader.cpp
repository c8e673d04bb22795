#include "arrow_message_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/utf8.hpp"

namespace parquet_flow::capi {
namespace {

constexpr int kDepthMax = 64;

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t word = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    word = word << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::byte>(word >> bits));
    }
  }
  return bytes;
}

// A FlatBuffers table: where its fields are is in a vtable, {bytes of the vtable, bytes of the
// table, an offset in the table for each field}, 16 bits each; 0: the field has its default. What
// is not inside of the buffer reads as absent.
class Table {
 public:
  Table() = default;
  Table(ConstBytes buffer, std::size_t at) : buffer_(buffer), at_(at) {
    std::int32_t distance = 0;
    if (!load(at, distance)) return;
    const std::int64_t vtable = static_cast<std::int64_t>(at) - distance;
    if (vtable < 0 || !load(static_cast<std::size_t>(vtable), vtableBytes_)) return;
    vtable_ = static_cast<std::size_t>(vtable);
    isThere_ = true;
  }
  [[nodiscard]] static Table root(ConstBytes buffer) {
    const Table whole(buffer);
    std::uint32_t at = 0;
    return whole.load(0, at) ? Table(buffer, at) : Table();
  }

  [[nodiscard]] bool isThere() const noexcept { return isThere_; }

  template <class T>
  [[nodiscard]] T number(int field, T itsDefault) const {
    T value = itsDefault;
    std::size_t at = 0;
    return find(field, at) && load(at, value) ? value : itsDefault;
  }
  [[nodiscard]] Table table(int field) const {
    std::size_t at = 0;
    return follow(field, at) ? Table(buffer_, at) : Table();
  }
  [[nodiscard]] std::string_view text(int field) const {
    std::size_t at = 0;
    std::uint32_t bytes = 0;
    if (!follow(field, at) || !load(at, bytes) || bytes > buffer_.size() - at - sizeof bytes) {
      return {};
    }
    return asText(buffer_.subspan(at + sizeof bytes, bytes));
  }
  // How many tables a vector has, and one of them.
  [[nodiscard]] std::size_t tableCount(int field) const {
    std::size_t at = 0;
    std::uint32_t count = 0;
    return follow(field, at) && load(at, count) && count <= (buffer_.size() - at) / 4 ? count : 0;
  }
  [[nodiscard]] Table tableAt(int field, std::size_t index) const {
    std::size_t at = 0;
    std::uint32_t distance = 0;
    if (!follow(field, at)) return {};
    at += 4 + 4 * index;
    return load(at, distance) ? Table(buffer_, at + distance) : Table();
  }

 private:
  explicit Table(ConstBytes buffer) : buffer_(buffer) {}

  template <class T>
  [[nodiscard]] bool load(std::size_t at, T& value) const {
    if (at > buffer_.size() || buffer_.size() - at < sizeof(T)) return false;
    value = loadLe<T>(buffer_.data() + at);
    return true;
  }
  [[nodiscard]] bool find(int field, std::size_t& at) const {
    const auto entry = 4 + 2 * static_cast<std::size_t>(field);
    std::uint16_t offset = 0;
    if (!isThere_ || entry + 2 > vtableBytes_ || !load(vtable_ + entry, offset) || offset == 0) {
      return false;
    }
    at = at_ + offset;
    return true;
  }
  [[nodiscard]] bool follow(int field, std::size_t& at) const {
    std::uint32_t distance = 0;
    if (!find(field, at) || !load(at, distance)) return false;
    at += distance;
    return at <= buffer_.size();
  }

  ConstBytes buffer_;
  std::size_t at_ = 0;
  std::size_t vtable_ = 0;
  std::uint16_t vtableBytes_ = 0;
  bool isThere_ = false;
};

class SchemaDecoder {
 public:
  // One table or text may stand for many, as offsets can point anywhere: what is made of all of
  // them together is at most so many bytes of the message.
  explicit SchemaDecoder(std::size_t bytesMax) : bytesLeft_(bytesMax) {}

  // Message { 1: header_type, 2: header }; Schema { 0: endianness, 1: fields, 2: metadata }
  std::optional<ArrowField> decode(ConstBytes message) {
    const Table root = Table::root(message);
    const Table schema = root.table(2);
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
  bool takeText(const Table& table, int field, std::string& out) {
    const std::string_view text = table.text(field);
    if (!spend(text.size())) return false;
    out = text;
    return true;
  }
  bool takeMetadata(const Table& table, int field, ArrowField& out) {
    const std::size_t count = table.tableCount(field);
    if (!spend(count * kElementBytes)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const Table pair = table.tableAt(field, i);
      auto& [key, value] = out.metadata.emplace_back();
      if (!takeText(pair, 0, key) || !takeText(pair, 1, value)) return false;
    }
    return true;
  }
  bool addChildren(ArrowField& parent, const Table& table, int field, int depth) {
    const std::size_t count = table.tableCount(field);
    if (!spend(count * kElementBytes)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!addChild(parent, table.tableAt(field, i), depth)) return false;
    }
    return true;
  }

  bool addChild(ArrowField& parent, const Table& table, int depth) {
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
    const Table dictionary = table.table(4);
    if (dictionary.isThere()) field = dictionaryOf(std::move(field), dictionary);
    parent.children.push_back(std::move(field));
    return true;
  }

  // DictionaryEncoding { 0: id, 1: indexType, 2: isOrdered }
  static ArrowField dictionaryOf(ArrowField values, const Table& encoding) {
    ArrowField field;
    field.name = values.name;
    field.isNullable = values.isNullable;
    field.metadata = std::move(values.metadata);
    field.isOrdered = encoding.number<std::uint8_t>(2, 0) != 0;
    field.kind = ArrowKind::kInt32;
    field.dictionary = std::make_unique<ArrowField>(std::move(values));
    return field;
  }

  static ArrowUnit unitAt(const Table& type, int field, std::int16_t itsDefault) {
    const auto unit = type.number<std::int16_t>(field, itsDefault);
    return static_cast<ArrowUnit>(std::clamp<std::int16_t>(unit, 0, 3));
  }

  // By the numbers of the union Type; defaults as in Schema.fbs.
  bool readType(std::uint8_t id, const Table& type, ArrowField& field) {
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

  bool readNumberType(std::uint8_t id, const Table& type, ArrowField& field) {
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
  if (!decoded || decoded->size() < 8) return std::nullopt;
  ConstBytes bytes(*decoded);
  // 0xFFFFFFFF, which messages before version 0.15 do not have, and the length of what follows.
  if (loadLe<std::uint32_t>(bytes.data()) == UINT32_MAX) bytes = bytes.subspan(4);
  const auto length = loadLe<std::uint32_t>(bytes.data());
  bytes = bytes.subspan(4);
  if (length > bytes.size()) return std::nullopt;
  return SchemaDecoder(2 * decoded->size()).decode(bytes.first(length));
}

}  // namespace parquet_flow::capi
