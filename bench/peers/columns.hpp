// The data of the table's rows, in Arrow memory. Every call with the same arguments makes the same.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

namespace parquet_flow::peers {

// Rows, and which of a hundred are null, at random.
struct Shape {
  std::uint64_t rows = 0;
  unsigned nullPercent = 0;
};

// All values of the type; floats and doubles are finite.
std::shared_ptr<arrow::Array> randomInt64s(Shape shape);
std::shared_ptr<arrow::Array> randomInt32s(Shape shape);
std::shared_ptr<arrow::Array> randomDoubles(Shape shape);
std::shared_ptr<arrow::Array> randomFloats(Shape shape);
std::shared_ptr<arrow::Array> randomBooleans(Shape shape);

// Each value 0 to 255 above the one before it.
std::shared_ptr<arrow::Array> climbingInt64s(Shape shape);
std::shared_ptr<arrow::Array> climbingInt32s(Shape shape);

// 1 000 different values, drawn at random.
std::shared_ptr<arrow::Array> repeatedInt32s(Shape shape);
std::shared_ptr<arrow::Array> repeatedSymbols(Shape shape);

// Prices: a random walk in cents.
std::shared_ptr<arrow::Array> priceDoubles(Shape shape);

// Six letters, all different enough that no dictionary would help.
std::shared_ptr<arrow::Array> randomSymbols(Shape shape);
// 16 to 47 printable bytes.
std::shared_ptr<arrow::Array> randomTexts(Shape shape);

// 0 to 7 elements a row, none null.
std::shared_ptr<arrow::Array> int32Lists(Shape shape);
std::shared_ptr<arrow::Array> textLists(Shape shape);

// int64, int32, double, float, boolean: random as above.
std::shared_ptr<arrow::Array> primitiveStructs(Shape shape);

// Leaf entries of an array: what the rates count.
std::uint64_t leafValues(const arrow::Array& array);

}  // namespace parquet_flow::peers
