#include "columns.hpp"

#include <arrow/array.h>
#include <arrow/builder.h>

#include <array>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "arrow_status.hpp"

namespace parquet_flow::peers {
namespace {

constexpr std::size_t kDistinct = 1000;

// One seed a column; nulls come from a generator of their own, so that the values are the same with
// and without.
struct Random {
  explicit Random(std::uint64_t seed) : values(seed), nulls(seed + 1) {}
  std::mt19937_64 values;
  std::mt19937_64 nulls;

  std::uint64_t below(std::uint64_t bound) { return values() % bound; }
};

template <class Builder, class Next>
std::shared_ptr<arrow::Array> build(Shape shape, Builder&& builder, Random& random, Next next) {
  check(builder.Reserve(static_cast<std::int64_t>(shape.rows)));
  for (std::uint64_t row = 0; row < shape.rows; ++row) {
    const auto value = next();
    if (shape.nullPercent != 0 && random.nulls() % 100 < shape.nullPercent) {
      check(builder.AppendNull());
    } else {
      check(builder.Append(value));
    }
  }
  return check(builder.Finish());
}

std::string letters(Random& random, std::size_t count, char first, unsigned range) {
  std::string text(count, first);
  for (char& c : text) {
    c = static_cast<char>(first + static_cast<int>(random.below(range)));
  }
  return text;
}

std::string randomText(Random& random) {
  return letters(random, 16 + random.below(32), ' ', '~' - ' ');
}

// Offsets of lists of 0 to 7 elements; the last one is their sum.
std::shared_ptr<arrow::Array> listOffsets(std::uint64_t rows, Random& random) {
  arrow::Int32Builder builder;
  std::int32_t offset = 0;
  check(builder.Append(offset));
  for (std::uint64_t row = 0; row < rows; ++row) {
    offset += static_cast<std::int32_t>(random.below(8));
    check(builder.Append(offset));
  }
  return check(builder.Finish());
}

std::shared_ptr<arrow::Array> lists(Shape shape, std::shared_ptr<arrow::Array> (*elements)(Shape)) {
  Random random(20);
  const auto offsets = listOffsets(shape.rows, random);
  const auto& typed = static_cast<const arrow::Int32Array&>(*offsets);
  const auto count = static_cast<std::uint64_t>(typed.Value(typed.length() - 1));
  return check(arrow::ListArray::FromArrays(*offsets, *elements({count, 0})));
}

}  // namespace

std::shared_ptr<arrow::Array> randomInt64s(Shape shape) {
  Random random(1);
  return build(shape, arrow::Int64Builder(), random,
               [&] { return static_cast<std::int64_t>(random.values()); });
}

std::shared_ptr<arrow::Array> randomInt32s(Shape shape) {
  Random random(2);
  return build(shape, arrow::Int32Builder(), random,
               [&] { return static_cast<std::int32_t>(random.values()); });
}

std::shared_ptr<arrow::Array> randomDoubles(Shape shape) {
  Random random(3);
  std::normal_distribution<double> distribution(0, 1e6);
  return build(shape, arrow::DoubleBuilder(), random, [&] { return distribution(random.values); });
}

std::shared_ptr<arrow::Array> randomFloats(Shape shape) {
  Random random(4);
  std::normal_distribution<float> distribution(0, 1e6F);
  return build(shape, arrow::FloatBuilder(), random, [&] { return distribution(random.values); });
}

std::shared_ptr<arrow::Array> randomBooleans(Shape shape) {
  Random random(5);
  return build(shape, arrow::BooleanBuilder(), random, [&] { return random.below(2) == 1; });
}

std::shared_ptr<arrow::Array> climbingInt64s(Shape shape) {
  Random random(6);
  std::int64_t value = 1'700'000'000'000'000'000;
  return build(shape, arrow::Int64Builder(), random,
               [&] { return value += static_cast<std::int64_t>(random.below(256)); });
}

std::shared_ptr<arrow::Array> climbingInt32s(Shape shape) {
  Random random(7);
  // Wraps where there are more rows than it has room for.
  std::uint32_t value = 0;
  return build(shape, arrow::Int32Builder(), random, [&] {
    value += static_cast<std::uint32_t>(random.below(256));
    return static_cast<std::int32_t>(value);
  });
}

std::shared_ptr<arrow::Array> repeatedInt32s(Shape shape) {
  Random random(8);
  std::array<std::int32_t, kDistinct> distinct{};
  for (auto& value : distinct) {
    value = static_cast<std::int32_t>(random.values());
  }
  return build(shape, arrow::Int32Builder(), random,
               [&] { return distinct[random.below(kDistinct)]; });
}

std::shared_ptr<arrow::Array> repeatedSymbols(Shape shape) {
  Random random(9);
  std::array<std::string, kDistinct> distinct;
  for (auto& value : distinct) {
    value = letters(random, 6, 'A', 26);
  }
  return build(shape, arrow::StringBuilder(), random,
               [&] { return std::string_view(distinct[random.below(kDistinct)]); });
}

std::shared_ptr<arrow::Array> priceDoubles(Shape shape) {
  Random random(10);
  std::int64_t cents = 1'000'000;
  return build(shape, arrow::DoubleBuilder(), random, [&] {
    cents += static_cast<std::int64_t>(random.below(21)) - 10;
    return static_cast<double>(cents) / 100.0;
  });
}

std::shared_ptr<arrow::Array> randomSymbols(Shape shape) {
  Random random(11);
  return build(shape, arrow::StringBuilder(), random, [&] { return letters(random, 6, 'A', 26); });
}

std::shared_ptr<arrow::Array> randomTexts(Shape shape) {
  Random random(12);
  return build(shape, arrow::StringBuilder(), random, [&] { return randomText(random); });
}

std::shared_ptr<arrow::Array> int32Lists(Shape shape) { return lists(shape, randomInt32s); }
std::shared_ptr<arrow::Array> textLists(Shape shape) { return lists(shape, randomTexts); }

std::shared_ptr<arrow::Array> primitiveStructs(Shape shape) {
  const std::vector<std::string> names = {"i64", "i32", "f64", "f32", "b"};
  return check(
      arrow::StructArray::Make({randomInt64s(shape), randomInt32s(shape), randomDoubles(shape),
                                randomFloats(shape), randomBooleans(shape)},
                               names));
}

std::uint64_t leafValues(const arrow::Array& array) {
  if (array.type_id() == arrow::Type::LIST) {
    return leafValues(*static_cast<const arrow::ListArray&>(array).values());
  }
  if (array.type_id() == arrow::Type::STRUCT) {
    std::uint64_t sum = 0;
    for (const auto& field : static_cast<const arrow::StructArray&>(array).fields()) {
      sum += leafValues(*field);
    }
    return sum;
  }
  return static_cast<std::uint64_t>(array.length());
}

}  // namespace parquet_flow::peers
