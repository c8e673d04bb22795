#include "stats/sort_order.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/bits.hpp"

namespace parquet_flow::stats {
namespace {

constexpr std::uint64_t kWordBits = 64;

std::string_view textOf(const std::byte* value, std::size_t bytes) noexcept {
  return {reinterpret_cast<const char*>(value), bytes};
}

// Each kind of values below has a Key that compares as its order says: before() and equal() of two,
// and the bytes from and to which the last one is kept between slices.
template <class T>
struct NumberKeys {
  using Key = T;
  static bool before(T a, T b) noexcept { return a < b; }
  static bool equal(T a, T b) noexcept { return a == b; }
  // Of two floats by value: neither before, nor equal, nor after.
  static bool unordered(T a, T b) noexcept { return !(a <= b) && !(b <= a); }
  static T fromBytes(const std::string& bytes) noexcept {
    T key = {};
    std::memcpy(&key, bytes.data(), std::min(bytes.size(), sizeof key));
    return key;
  }
  static void toBytes(T key, std::string& bytes) {
    bytes.assign(reinterpret_cast<const char*>(&key), sizeof key);
  }
};

template <class T>
struct Numbers : NumberKeys<T> {
  const std::byte* values;
  T operator[](std::uint64_t i) const noexcept {
    T value;
    std::memcpy(&value, values + i * sizeof value, sizeof value);
    return value;
  }
};

template <class Int>
struct TotalOrderFloats : NumberKeys<Int> {
  const std::byte* values;
  Int operator[](std::uint64_t i) const noexcept {
    return totalOrderKey(Numbers<Int>{{}, values}[i]);
  }
};

// By value: -0 is +0; NaNs stay outside the infinities.
template <class Int>
struct ValueOrderFloats : NumberKeys<Int> {
  const std::byte* values;
  Int operator[](std::uint64_t i) const noexcept {
    constexpr Int kMinusZero = -1;
    const Int key = TotalOrderFloats<Int>{{}, values}[i];
    return key == kMinusZero ? Int{0} : key;
  }
  static bool isNan(Int key) noexcept { return key > kInfinity || key < ~kInfinity; }
  static bool unordered(Int a, Int b) noexcept { return isNan(a) || isNan(b); }

 private:
  static constexpr int kFractionBits = sizeof(Int) == 2 ? 10 : sizeof(Int) == 4 ? 23 : 52;
  static constexpr Int kInfinity =
      static_cast<Int>(std::numeric_limits<Int>::max() >> kFractionBits << kFractionBits);
};

// The same with all NaNs as one number, beyond an infinity.
template <class Int>
struct PlacedNans : NumberKeys<Int> {
  const std::byte* values;
  Int nan;
  PlacedNans(const std::byte* itsValues, NanPlace place) noexcept
      : values(itsValues),
        nan(place == NanPlace::kAbove ? std::numeric_limits<Int>::max()
                                      : std::numeric_limits<Int>::min()) {}
  Int operator[](std::uint64_t i) const noexcept {
    const Int key = ValueOrderFloats<Int>{{}, values}[i];
    return ValueOrderFloats<Int>::isNan(key) ? nan : key;
  }
};

struct ByteBooleans : NumberKeys<bool> {
  const std::byte* values;
  bool operator[](std::uint64_t i) const noexcept { return values[i] != std::byte{0}; }
};

struct Bits : NumberKeys<bool> {
  const std::byte* bits;
  std::uint64_t bitOffset;
  bool operator[](std::uint64_t i) const noexcept { return bitmapGet(bits, bitOffset + i); }
};

struct StringKeys {
  using Key = std::string_view;
  static bool equal(Key a, Key b) noexcept { return a == b; }
  static bool unordered(Key, Key) noexcept { return false; }
  static Key fromBytes(const std::string& bytes) noexcept { return bytes; }
  static void toBytes(Key key, std::string& bytes) { bytes.assign(key); }
};
struct BytesOrder : StringKeys {
  static bool before(Key a, Key b) noexcept { return a < b; }
};
struct DecimalOrder : StringKeys {
  static bool before(Key a, Key b) noexcept { return compareDecimals(a, b) < 0; }
  // One number may be written in several lengths.
  static bool equal(Key a, Key b) noexcept { return compareDecimals(a, b) == 0; }
};

template <class Order>
struct FixedBytes : Order {
  const std::byte* values;
  std::size_t width;
  std::string_view operator[](std::uint64_t i) const noexcept {
    return textOf(values + i * width, width);
  }
};

template <class Order>
struct ByteArrays : Order {
  const std::byte* bytes;
  const std::uint32_t* offsets;
  std::string_view operator[](std::uint64_t i) const noexcept {
    return textOf(bytes + offsets[i], offsets[i + 1] - offsets[i]);
  }
};

}  // namespace

SortedColumn::SortedColumn(const schema::Leaf& leaf, bool descending, bool nullsFirst,
                           FloatOrder floats, NanPlace nans)
    : order_(orderOf(leaf, floats)),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      descending_(descending),
      nullsFirst_(nullsFirst),
      nans_(nans),
      usable_(leaf.maxRepetitionLevel == 0 && order_ != Order::kNone) {}

void SortedColumn::clear() noexcept {
  rows_ = 0;
  before_.clear();
  equal_.clear();
}

void SortedColumn::push(std::uint64_t before, std::uint64_t equal, std::uint64_t rows) {
  const std::uint64_t used = rows_ % kWordBits;
  if (used == 0) {
    before_.push_back(before);
    equal_.push_back(equal);
  } else {
    before_.back() |= before << used;
    equal_.back() |= equal << used;
    if (used + rows > kWordBits) {
      before_.push_back(before >> (kWordBits - used));
      equal_.push_back(equal >> (kWordBits - used));
    }
  }
  rows_ += rows;
}

template <bool kDescending, class Values>
void SortedColumn::addSteps(const Values& values, const std::byte* validity, std::size_t bitOffset,
                            std::uint64_t rows) {
  using Key = typename Values::Key;
  const auto isBefore = [](const Key& key, const Key& last) {
    return Values::unordered(key, last) ||
           (kDescending ? Values::before(last, key) : Values::before(key, last));
  };
  Key last = Values::fromBytes(last_);
  bool lastIsNull = lastIsNull_;
  std::uint64_t next = 0;  // of the dense values
  for (std::uint64_t start = 0; start < rows; start += kWordBits) {
    const std::uint64_t count = std::min(kWordBits, rows - start);
    std::uint64_t before = 0;
    std::uint64_t equal = 0;
    std::uint64_t row = 0;
    if (rows_ == 0) {  // the first row follows none
      lastIsNull = validity != nullptr && !bitmapGet(validity, bitOffset);
      last = lastIsNull ? last : values[next++];
      row = 1;
    }
    if (!lastIsNull &&
        (validity == nullptr || bitmapCount(validity, bitOffset + start, count) == count)) {
      for (; row < count; ++row) {
        const Key key = values[next++];
        before |= std::uint64_t{isBefore(key, last)} << row;
        equal |= std::uint64_t{Values::equal(key, last)} << row;
        last = key;
      }
    }
    for (; row < count; ++row) {
      const bool isNull = validity != nullptr && !bitmapGet(validity, bitOffset + start + row);
      const Key key = isNull ? last : values[next++];
      if (isNull || lastIsNull) {
        before |= std::uint64_t{isNull != lastIsNull && isNull == nullsFirst_} << row;
        equal |= std::uint64_t{isNull && lastIsNull} << row;
      } else {
        before |= std::uint64_t{isBefore(key, last)} << row;
        equal |= std::uint64_t{Values::equal(key, last)} << row;
      }
      last = key;
      lastIsNull = isNull;
    }
    push(before, equal, count);
  }
  if constexpr (std::is_same_v<Key, std::string_view>) {
    if (last.data() == last_.data()) {  // all of the slice was null
      lastIsNull_ = lastIsNull;
      return;
    }
  }
  Values::toBytes(last, last_);
  lastIsNull_ = lastIsNull;
}

template <class Values>
void SortedColumn::add(const Values& values, const std::byte* validity, std::size_t bitOffset,
                       std::uint64_t rows) {
  if (!usable_) {
    return;
  }
  if (descending_) {
    addSteps<true>(values, validity, bitOffset, rows);
  } else {
    addSteps<false>(values, validity, bitOffset, rows);
  }
}

void SortedColumn::addFixed(const std::byte* values, const std::byte* validity,
                            std::size_t bitOffset, std::uint64_t rows) {
  const auto addAs = [=, this](const auto& keys) { add(keys, validity, bitOffset, rows); };
  const bool arePlaced = nans_ != NanPlace::kNone;
  switch (order_) {
    case Order::kInt32:
      return addAs(Numbers<std::int32_t>{{}, values});
    case Order::kInt64:
      return addAs(Numbers<std::int64_t>{{}, values});
    case Order::kUint32:
      return addAs(Numbers<std::uint32_t>{{}, values});
    case Order::kUint64:
      return addAs(Numbers<std::uint64_t>{{}, values});
    case Order::kFloat:
      return arePlaced ? addAs(PlacedNans<std::int32_t>(values, nans_))
                       : addAs(Numbers<float>{{}, values});
    case Order::kDouble:
      return arePlaced ? addAs(PlacedNans<std::int64_t>(values, nans_))
                       : addAs(Numbers<double>{{}, values});
    case Order::kFloat16:
      return arePlaced ? addAs(PlacedNans<std::int16_t>(values, nans_))
                       : addAs(ValueOrderFloats<std::int16_t>{{}, values});
    case Order::kFloatTotal:
      return addAs(TotalOrderFloats<std::int32_t>{{}, values});
    case Order::kDoubleTotal:
      return addAs(TotalOrderFloats<std::int64_t>{{}, values});
    case Order::kFloat16Total:
      return addAs(TotalOrderFloats<std::int16_t>{{}, values});
    case Order::kBytes:
      return addAs(FixedBytes<BytesOrder>{{}, values, width_});
    case Order::kDecimalBytes:
      return addAs(FixedBytes<DecimalOrder>{{}, values, width_});
    case Order::kBoolean:
    case Order::kInt96:
    case Order::kNone:
      return;
  }
}

void SortedColumn::addByteBooleans(const std::byte* values, const std::byte* validity,
                                   std::size_t bitOffset, std::uint64_t rows) {
  add(ByteBooleans{{}, values}, validity, bitOffset, rows);
}

void SortedColumn::addBits(const std::byte* bits, std::uint64_t valueBitOffset,
                           const std::byte* validity, std::size_t bitOffset, std::uint64_t rows) {
  add(Bits{{}, bits, valueBitOffset}, validity, bitOffset, rows);
}

void SortedColumn::addByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                                 const std::byte* validity, std::size_t bitOffset,
                                 std::uint64_t rows) {
  if (order_ == Order::kDecimalBytes) {
    add(ByteArrays<DecimalOrder>{{}, bytes, offsets}, validity, bitOffset, rows);
  } else {
    add(ByteArrays<BytesOrder>{{}, bytes, offsets}, validity, bitOffset, rows);
  }
}

bool areSorted(std::span<const SortedColumn* const> columns) noexcept {
  const auto cannot = [&columns](const SortedColumn* column) {
    return !column->usable_ || column->rows_ != columns.front()->rows_;
  };
  if (columns.empty() || std::ranges::any_of(columns, cannot)) {
    return false;
  }
  for (std::size_t word = 0; word < columns.front()->before_.size(); ++word) {
    std::uint64_t undecided = ~std::uint64_t{0};
    for (const SortedColumn* column : columns) {
      if ((undecided & column->before_[word]) != 0) {
        return false;
      }
      undecided &= column->equal_[word];
    }
  }
  return true;
}

}  // namespace parquet_flow::stats
