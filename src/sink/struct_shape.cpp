// Struct: a table of columns, compiled to a list of functions, one a column, that each run over
// many records: no look at a field's type is left for the record.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "sink/row_shape.hpp"
#include "sink/struct_plan.hpp"

namespace parquet_flow::sink {
namespace {

struct ColumnPlan;
using AppendColumn = bool (*)(const ColumnPlan& column, std::span<const DrainedRecord> records,
                              column::LeafBuffer& leaf) noexcept;

struct ColumnPlan {
  AppendColumn append = nullptr;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t nullByte = 0;  // kBitmap
  std::byte nullMask{};
  std::uint64_t nullValue = 0;  // kSentinel
};

// A BYTE_ARRAY value in the payload.
struct Bytes {
  const std::byte* data;
  std::uint32_t bytes;
};

// Each kind of field: how it is read. kWidth is that of the value in its column, 0 for BYTE_ARRAY,
// -1 for FIXED_LEN_BYTE_ARRAY; kFieldWidth that of the field, 0 where it is the plan's.
template <class Field, class Value>
struct Number {
  static constexpr int kWidth = sizeof(Value);
  static constexpr std::uint32_t kFieldWidth = sizeof(Field);
  static void store(std::byte* to, const ColumnPlan& /*column*/, const std::byte* field) noexcept {
    storeLe<Value>(to, static_cast<Value>(loadLe<Field>(field)));
  }
};
struct Bool8 {
  static constexpr int kWidth = 1;
  static constexpr std::uint32_t kFieldWidth = 1;
  static void store(std::byte* to, const ColumnPlan& /*column*/, const std::byte* field) noexcept {
    *to = *field == std::byte{0} ? std::byte{0} : std::byte{1};
  }
};
struct FixedBytes {
  static constexpr int kWidth = -1;
  static constexpr std::uint32_t kFieldWidth = 0;
  static void store(std::byte* to, const ColumnPlan& column, const std::byte* field) noexcept {
    std::memcpy(to, field, column.size);
  }
};
struct Chars {
  static constexpr int kWidth = 0;
  static Bytes bytes(const ColumnPlan& column, const DrainedRecord& record) noexcept {
    const std::byte* const field = record.payload + column.offset;
    std::uint32_t size = column.size;
    while (size != 0 && (field[size - 1] == std::byte{0} || field[size - 1] == std::byte{' '})) {
      --size;
    }
    return {field, size};
  }
};
struct Tail {
  static constexpr int kWidth = 0;
  static constexpr std::uint32_t kFieldWidth = 8;
  static Bytes bytes(const ColumnPlan& column, const DrainedRecord& record) noexcept {
    const std::byte* const field = record.payload + column.offset;
    return {record.payload + loadLe<std::uint32_t>(field), loadLe<std::uint32_t>(field + 4)};
  }
};

// The field's bytes, zero-extended.
std::uint64_t loadField(const std::byte* field, std::uint32_t bytes) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, field, bytes);
  return value;
}

template <class Kind, Nullability kNull>
bool isNull(const ColumnPlan& column, const DrainedRecord& record) noexcept {
  if constexpr (kNull == Nullability::kBitmap) {
    return (record.payload[column.nullByte] & column.nullMask) == std::byte{0};
  } else if constexpr (kNull == Nullability::kSentinel) {
    if constexpr (std::is_same_v<Kind, Chars>) {
      return Chars::bytes(column, record).bytes == 0;
    } else {
      constexpr std::uint32_t kBytes = Kind::kFieldWidth;
      return loadField(record.payload + column.offset, kBytes == 0 ? column.size : kBytes) ==
             column.nullValue;
    }
  } else {
    return false;
  }
}

template <class Kind, Nullability kNull>
bool appendLevels(const ColumnPlan& column, std::span<const DrainedRecord> records,
                  column::LeafBuffer& leaf) noexcept {
  if constexpr (kNull != Nullability::kNever) {
    auto levels = leaf.definitionLevels().reserveExtra(records.size());
    if (!levels) return false;
    std::byte* level = *levels;
    for (const DrainedRecord& record : records) {
      *level++ = isNull<Kind, kNull>(column, record) ? std::byte{0} : std::byte{1};
    }
    leaf.definitionLevels().commit(records.size());
  }
  return true;
}

template <class Kind, Nullability kNull>
bool appendFixed(const ColumnPlan& column, std::span<const DrainedRecord> records,
                 column::LeafBuffer& leaf) noexcept {
  const std::size_t width = Kind::kWidth < 0 ? column.size : static_cast<std::size_t>(Kind::kWidth);
  auto values = leaf.values().reserveExtra(records.size() * width);
  if (!values || !appendLevels<Kind, kNull>(column, records, leaf)) return false;
  std::byte* value = *values;
  for (const DrainedRecord& record : records) {
    if (isNull<Kind, kNull>(column, record)) continue;
    Kind::store(value, column, record.payload + column.offset);
    value += width;
  }
  leaf.values().commit(static_cast<std::size_t>(value - *values));
  return true;
}

template <class Kind, Nullability kNull>
bool appendVariable(const ColumnPlan& column, std::span<const DrainedRecord> records,
                    column::LeafBuffer& leaf) noexcept {
  if (!beginOffsets(leaf)) return false;
  auto offsets = leaf.offsets().reserveExtra(records.size() * sizeof(std::uint32_t));
  if (!offsets || !appendLevels<Kind, kNull>(column, records, leaf)) return false;
  std::byte* offset = *offsets;
  for (const DrainedRecord& record : records) {
    if (isNull<Kind, kNull>(column, record)) continue;
    const Bytes value = Kind::bytes(column, record);
    if (!leaf.values().append(value.data, value.bytes)) return false;
    storeLe(offset, static_cast<std::uint32_t>(leaf.values().size()));
    offset += sizeof(std::uint32_t);
  }
  leaf.offsets().commit(static_cast<std::size_t>(offset - *offsets));
  return true;
}

template <class Kind, Nullability kNull>
constexpr AppendColumn appendOf() noexcept {
  if constexpr (Kind::kWidth == 0) {
    return appendVariable<Kind, kNull>;
  } else {
    return appendFixed<Kind, kNull>;
  }
}
template <class Kind>
constexpr std::array<AppendColumn, 3> appendsOf() noexcept {  // by Nullability
  return {appendOf<Kind, Nullability::kNever>(), appendOf<Kind, Nullability::kBitmap>(),
          appendOf<Kind, Nullability::kSentinel>()};
}

// In the order of FieldType.
constexpr std::array<std::array<AppendColumn, 3>, 15> kAppends = {
    appendsOf<Bool8>(),
    appendsOf<Number<std::int8_t, std::int32_t>>(),
    appendsOf<Number<std::int16_t, std::int32_t>>(),
    appendsOf<Number<std::int32_t, std::int32_t>>(),
    appendsOf<Number<std::int64_t, std::int64_t>>(),
    appendsOf<Number<std::uint8_t, std::int32_t>>(),
    appendsOf<Number<std::uint16_t, std::int32_t>>(),
    appendsOf<Number<std::uint32_t, std::int32_t>>(),
    appendsOf<Number<std::uint64_t, std::int64_t>>(),
    appendsOf<Number<std::uint32_t, std::uint32_t>>(),  // FLOAT, as it lies
    appendsOf<Number<std::uint64_t, std::uint64_t>>(),  // DOUBLE
    appendsOf<Chars>(),
    appendsOf<FixedBytes>(),
    appendsOf<Tail>(),
    appendsOf<Tail>(),
};

ColumnPlan planOf(const StructColumn& column) noexcept {
  ColumnPlan plan;
  plan.append = kAppends[static_cast<std::size_t>(column.field)]
                        [static_cast<std::size_t>(column.nullability)];
  plan.offset = column.offset;
  plan.size = fieldBytes(column);
  plan.nullByte = column.nullOffset + column.nullBit / 8;
  plan.nullMask = std::byte{1} << (column.nullBit % 8);
  plan.nullValue = column.nullValue;
  return plan;
}

// A column with a tail, for the check that comes before anything is appended.
struct TailPlan {
  ColumnPlan column;
  bool (*isNull)(const ColumnPlan& column, const DrainedRecord& record) noexcept;
};

TailPlan tailOf(const StructColumn& column) noexcept {
  constexpr std::array<decltype(TailPlan::isNull), 3> kIsNull = {
      isNull<Tail, Nullability::kNever>, isNull<Tail, Nullability::kBitmap>,
      isNull<Tail, Nullability::kSentinel>};
  return {planOf(column), kIsNull[static_cast<std::size_t>(column.nullability)]};
}

// Most bytes that one value adds to its column, tails apart: level, offset, value.
std::uint64_t columnBytes(const StructColumn& column) noexcept {
  constexpr std::uint64_t kLevelAndOffset = 1 + sizeof(std::uint32_t);
  const bool hasTail =
      column.field == FieldType::kTailBytes || column.field == FieldType::kTailString;
  return kLevelAndOffset + (hasTail ? 0 : std::max<std::uint64_t>(fieldBytes(column), 4));
}

class StructShape final : public RowShape {
 public:
  StructShape(std::span<const StructColumn> columns, std::uint64_t captureBytes)
      : payloadBytesMin_(structBytes(columns)), rowBytes_(captureBytes) {
    for (const StructColumn& column : columns) {
      columns_.push_back(planOf(column));
      rowBytes_ += columnBytes(column);
      if (column.field == FieldType::kTailBytes || column.field == FieldType::kTailString) {
        tails_.push_back(tailOf(column));
      }
    }
    marks_.resize(columns_.size());
  }

  Appended append(std::span<DrainedRecord> records, std::uint64_t room, bool atLeastOne,
                  column::Batch& rows) noexcept override {
    Appended done;
    std::uint64_t used = 0;
    while (done.taken < records.size()) {
      const auto bytes = rowBytes(records[done.taken]);
      if (bytes) {
        used += *bytes;
        if (used > room && (done.accepted != 0 || !atLeastOne)) break;
        std::swap(records[done.accepted], records[done.taken]);
        ++done.accepted;
      }
      ++done.taken;
    }
    if (!appendColumns(records.first(done.accepted), rows)) return {0, 0, true};
    rows.rows += done.accepted;
    return done;
  }

 private:
  // What the row adds to the columns; nothing where the record is to be rejected.
  [[nodiscard]] std::optional<std::uint64_t> rowBytes(const DrainedRecord& record) const noexcept {
    if (record.bytes < payloadBytesMin_) return std::nullopt;
    std::uint64_t bytes = rowBytes_;
    for (const TailPlan& tail : tails_) {
      if (tail.isNull(tail.column, record)) continue;
      const std::byte* const field = record.payload + tail.column.offset;
      const auto offset = loadLe<std::uint32_t>(field);
      const auto length = loadLe<std::uint32_t>(field + 4);
      if (offset > record.bytes || length > record.bytes - offset) return std::nullopt;
      bytes += length;
    }
    return bytes;
  }

  // All columns, or none.
  bool appendColumns(std::span<const DrainedRecord> records, column::Batch& rows) noexcept {
    for (std::size_t i = 0; i < columns_.size(); ++i) marks_[i] = rows.leaves[i].mark();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].append(columns_[i], records, rows.leaves[i])) continue;
      for (std::size_t j = 0; j <= i; ++j) rows.leaves[j].rollBack(marks_[j]);
      return false;
    }
    return true;
  }

  std::uint64_t payloadBytesMin_;
  std::uint64_t rowBytes_;  // without tails
  std::vector<ColumnPlan> columns_;
  std::vector<TailPlan> tails_;
  std::vector<column::LeafBuffer::Mark> marks_;
};

}  // namespace

std::unique_ptr<RowShape> makeStructShape(std::span<const StructColumn> columns,
                                          std::uint64_t captureBytes) {
  return std::make_unique<StructShape>(columns, captureBytes);
}

}  // namespace parquet_flow::sink
