#include "merge/sort_key.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::merge {
namespace {

using stats::Order;

using column::bitAt;

constexpr column::PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

template <class Unsigned>
constexpr Unsigned signBit() noexcept {
  return static_cast<Unsigned>(Unsigned{1} << (sizeof(Unsigned) * 8 - 1));
}

// Bits of a number that compares by value, as unsigned ones that do: `isNan` and zeros as one.
template <class Unsigned>
Unsigned floatKey(Unsigned bits, Unsigned infinity) noexcept {
  const auto magnitude = static_cast<Unsigned>(bits & ~signBit<Unsigned>());
  if (magnitude > infinity) return static_cast<Unsigned>(~Unsigned{0});
  if (magnitude == 0) return signBit<Unsigned>();
  const bool isNegative = (bits & signBit<Unsigned>()) != 0;
  return static_cast<Unsigned>(isNegative ? ~bits : bits | signBit<Unsigned>());
}

// A value of a fixed width of at most 8 bytes, as an unsigned number that compares as it does.
template <Order kOrder>
std::uint64_t numberOf(const std::byte* value) noexcept {
  if constexpr (kOrder == Order::kBoolean) {
    return std::to_integer<std::uint64_t>(*value);
  } else if constexpr (kOrder == Order::kInt32) {
    return loadLe<std::uint32_t>(value) ^ signBit<std::uint32_t>();
  } else if constexpr (kOrder == Order::kUint32) {
    return loadLe<std::uint32_t>(value);
  } else if constexpr (kOrder == Order::kInt64) {
    return loadLe<std::uint64_t>(value) ^ signBit<std::uint64_t>();
  } else if constexpr (kOrder == Order::kUint64) {
    return loadLe<std::uint64_t>(value);
  } else if constexpr (kOrder == Order::kFloat) {
    return floatKey<std::uint32_t>(loadLe<std::uint32_t>(value), 0x7F80'0000);
  } else if constexpr (kOrder == Order::kDouble) {
    return floatKey<std::uint64_t>(loadLe<std::uint64_t>(value), 0x7FF0'0000'0000'0000);
  } else {
    static_assert(kOrder == Order::kFloat16);
    return floatKey<std::uint16_t>(loadLe<std::uint16_t>(value), 0x7C00);
  }
}

// Calls `use` with the numberOf of the order; not for others.
template <class Use>
void withNumbers(Order order, Use&& use) {
  switch (order) {
    case Order::kBoolean:
      return use(numberOf<Order::kBoolean>);
    case Order::kInt32:
      return use(numberOf<Order::kInt32>);
    case Order::kUint32:
      return use(numberOf<Order::kUint32>);
    case Order::kInt64:
      return use(numberOf<Order::kInt64>);
    case Order::kUint64:
      return use(numberOf<Order::kUint64>);
    case Order::kFloat:
      return use(numberOf<Order::kFloat>);
    case Order::kDouble:
      return use(numberOf<Order::kDouble>);
    case Order::kFloat16:
      return use(numberOf<Order::kFloat16>);
    default:
      PF_ASSERT(false);
  }
}

std::uint64_t numberOf(Order order, const std::byte* value) noexcept {
  std::uint64_t number = 0;
  withNumbers(order, [&](auto numbers) { number = numbers(value); });
  return number;
}

// Bytes of such a number in a key; 0: it is none.
std::size_t numberBytes(Order order) noexcept {
  switch (order) {
    case Order::kBoolean:
      return 1;
    case Order::kFloat16:
      return 2;
    case Order::kInt32:
    case Order::kUint32:
    case Order::kFloat:
      return 4;
    case Order::kInt64:
    case Order::kUint64:
    case Order::kDouble:
      return 8;
    default:
      return 0;
  }
}

Result<void> appendBigEndian(std::uint64_t number, std::size_t bytes, ByteBuffer& out) {
  std::byte text[sizeof number];
  for (std::size_t i = 0; i < bytes; ++i) {
    text[i] = static_cast<std::byte>(number >> (8 * (bytes - 1 - i)) & 0xFF);
  }
  return out.append(text, bytes);
}

Result<void> appendText(std::string_view value, ByteBuffer& out) {
  while (!value.empty()) {
    const std::size_t zero = value.find('\0');
    const std::string_view piece = value.substr(0, zero);
    PF_TRY(out.append(piece.data(), piece.size()));
    if (zero == std::string_view::npos) break;
    PF_TRY(out.append("\0\xFF", 2));
    value.remove_prefix(zero + 1);
  }
  return out.append("\0\0", 2);
}

Result<void> appendDecimal(std::string_view value, ByteBuffer& out) {
  const bool isNegative = !value.empty() && (value.front() & 0x80) != 0;
  const char repeated = isNegative ? '\xFF' : '\0';
  while (!value.empty() && value.front() == repeated &&
         (value.size() == 1 ? !isNegative : ((value[1] & 0x80) != 0) == isNegative)) {
    value.remove_prefix(1);
  }
  const auto length = static_cast<std::uint32_t>(value.size());
  PF_TRY(appendBigEndian(isNegative ? 0 : 1, 1, out));
  PF_TRY(appendBigEndian(isNegative ? ~length : length, 4, out));
  return out.append(value.data(), value.size());
}

// Calls `take` with each row's value, in order, or with nullptr for a null.
template <class Take>
Result<void> forEachRow(const schema::Leaf& leaf, const column::LeafSlice& slice, Take&& take) {
  const std::size_t width =
      std::max<std::size_t>(schema::fixedWidth(leaf.type, leaf.typeLength), 1);
  const bool isBits = slice.values.layout == column::ValuesLayout::kBits;
  const bool isText = slice.values.layout == column::ValuesLayout::kOffsets32;
  std::size_t value = 0;
  for (std::size_t entry = 0; entry < slice.entries; ++entry) {
    bool isThere = true;
    if (slice.validity != nullptr) {
      isThere = bitAt(slice.validity, slice.validityBitOffset + entry);
    } else if (slice.definitionLevels != nullptr) {
      isThere = slice.definitionLevels[entry] == leaf.maxDefinitionLevel;
    }
    if (!isThere) {
      PF_TRY(take(nullptr, 0));
    } else if (isBits) {
      const auto* const bits = reinterpret_cast<const std::uint8_t*>(slice.values.data);
      const std::byte bit{bitAt(bits, slice.values.bitOffset + value++)};
      PF_TRY(take(&bit, 1));
    } else if (isText) {
      // Where all texts are empty there may be no bytes to point to.
      static constexpr std::byte kNoBytes{};
      const std::uint32_t* const offsets = slice.values.offsets + value++;
      const std::uint32_t bytes = offsets[1] - offsets[0];
      PF_TRY(take(bytes == 0 ? &kNoBytes : slice.values.data + offsets[0], bytes));
    } else {
      PF_TRY(take(slice.values.data + width * value++, width));
    }
  }
  return {};
}

}  // namespace

void SortKeys::clear() noexcept {
  prefixes.clear();
  offsets.clear();
  bytes.clear();
}

void SortKeys::truncate(std::size_t rows) noexcept {
  prefixes.resize(rows);
  if (offsets.empty()) return;
  bytes.truncate(static_cast<std::size_t>(offsets[rows]));
  offsets.resize(rows + 1);
}

void SortKeys::beginKeys() { offsets.assign(prefixes.size() + 1, 0); }

Result<void> SortKeys::append(const SortKeys& more) {
  if (offsets.empty() && !more.offsets.empty()) beginKeys();
  prefixes.insert(prefixes.end(), more.prefixes.begin(), more.prefixes.end());
  if (more.offsets.empty()) {
    if (!offsets.empty()) offsets.resize(prefixes.size() + 1, bytes.size());
    return {};
  }
  const std::uint64_t before = bytes.size();
  PF_TRY(bytes.append(more.bytes.span()));
  for (std::size_t row = 1; row < more.offsets.size(); ++row) {
    offsets.push_back(before + more.offsets[row]);
  }
  return {};
}

SortKeyMaker::SortKeyMaker(const schema::Schema& schema, std::span<const SortColumn> columns) {
  for (const SortColumn& column : columns) {
    const schema::Leaf& leaf = *schema.findLeaf(column.path);
    columns_.push_back(std::make_unique<Column>(leaf, column.isDescending));
    leaves_.push_back(leaf.index);
  }
  isNumber_ = columns_.size() == 1 && numberBytes(columns_.front()->order) != 0;
}

Result<void> SortKeyMaker::append(std::span<const column::LeafView> views, SortKeys& out) {
  if (isNumber_) {
    return appendNumbers(*columns_.front(), views[leaves_.front()], out);
  }
  for (const auto& column : columns_) PF_TRY(makePieces(*column, views[column->leaf->index]));
  if (out.offsets.empty()) out.offsets.push_back(0);
  const std::uint64_t rows = views[leaves_.front()].rows;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t begin = out.bytes.size();
    for (const auto& column : columns_) {
      const std::uint64_t from = row == 0 ? 0 : column->ends[row - 1];
      PF_TRY(out.bytes.append(column->pieces.data() + from, column->ends[row] - from));
    }
    std::uint64_t prefix = 0;
    const std::size_t bytes = out.bytes.size() - begin;
    for (std::size_t i = 0; i < sizeof prefix; ++i) {
      prefix = prefix << 8 |
               (i < bytes ? std::to_integer<std::uint64_t>(out.bytes.data()[begin + i]) : 0);
    }
    out.prefixes.push_back(prefix);
    out.offsets.push_back(out.bytes.size());
  }
  return {};
}

Result<void> SortKeyMaker::appendNumbers(Column& column, const column::LeafView& view,
                                         SortKeys& out) {
  const std::uint64_t inverted = column.descending ? ~std::uint64_t{0} : 0;
  const std::size_t width = numberBytes(column.order);
  const auto take = [&](const std::byte* value, std::size_t) -> Result<void> {
    if (value == nullptr) {
      if (out.offsets.empty()) out.beginKeys();
      PF_TRY(out.bytes.appendLe(std::uint8_t{1}));
    }
    out.prefixes.push_back(value == nullptr ? UINT64_MAX
                                            : numberOf(column.order, value) ^ inverted);
    if (!out.offsets.empty()) out.offsets.push_back(out.bytes.size());
    return {};
  };
  PF_TRY(column.cursor.begin(view, 0));
  while (!column.cursor.atEnd()) {
    PF_TRY_ASSIGN(const column::LeafSlice slice, column.cursor.next(kWide));
    if (slice.nulls != 0 || slice.values.layout != column::ValuesLayout::kFixed) {
      PF_TRY(forEachRow(*column.leaf, slice, take));
      continue;
    }
    const std::size_t before = out.prefixes.size();
    out.prefixes.resize(before + slice.entries);
    std::uint64_t* const to = out.prefixes.data() + before;
    withNumbers(column.order, [&](auto number) {
      for (std::size_t i = 0; i < slice.entries; ++i) {
        to[i] = number(slice.values.data + i * width) ^ inverted;
      }
    });
    if (!out.offsets.empty()) out.offsets.resize(out.prefixes.size() + 1, out.bytes.size());
  }
  return {};
}

Result<void> SortKeyMaker::makePieces(Column& column, const column::LeafView& view) {
  column.pieces.clear();
  column.ends.clear();
  const auto take = [&](const std::byte* value, std::size_t bytes) -> Result<void> {
    PF_TRY(column.pieces.appendLe(std::uint8_t{value == nullptr}));
    if (value != nullptr) PF_TRY(appendPiece(column, asText({value, bytes})));
    column.ends.push_back(column.pieces.size());
    return {};
  };
  PF_TRY(column.cursor.begin(view, 0));
  while (!column.cursor.atEnd()) {
    PF_TRY_ASSIGN(const column::LeafSlice slice, column.cursor.next(kWide));
    PF_TRY(forEachRow(*column.leaf, slice, take));
  }
  return {};
}

Result<void> SortKeyMaker::appendPiece(Column& column, std::string_view value) {
  const std::size_t begin = column.pieces.size();
  const auto* const bytes = reinterpret_cast<const std::byte*>(value.data());
  if (const std::size_t width = numberBytes(column.order); width != 0) {
    PF_TRY(appendBigEndian(numberOf(column.order, bytes), width, column.pieces));
  } else if (column.order != Order::kDecimalBytes) {
    PF_TRY(appendText(value, column.pieces));
  } else if (column.leaf->type == schema::PhysicalType::kFixedLenByteArray) {
    PF_TRY(column.pieces.append(value.data(), value.size()));
    if (!value.empty()) column.pieces.data()[begin] ^= std::byte{0x80};
  } else {
    PF_TRY(appendDecimal(value, column.pieces));
  }
  if (column.descending) {
    for (std::size_t i = begin; i < column.pieces.size(); ++i) {
      column.pieces.data()[i] = ~column.pieces.data()[i];
    }
  }
  return {};
}

}  // namespace parquet_flow::merge
