#include "pipeline_data.hpp"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/byte_size.h>

#include <random>
#include <string>
#include <utility>

#include "arrow_status.hpp"

namespace parquet_flow::peers {
namespace {

constexpr std::uint64_t kNullPercent = 10;
constexpr std::uint64_t kListMax = 10;

// A column's generator: the rows of a batch go on where those of the batch before it ended.
struct Random {
  explicit Random(std::uint64_t seed) : bits(seed) {}
  std::mt19937_64 bits;

  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }
  bool isNull() { return below(100) < kNullPercent; }
};

std::string textOf(std::uint64_t number) { return "value " + std::to_string(number); }

arrow::Status append(arrow::Int64Builder& builder, std::uint64_t number) {
  return builder.Append(static_cast<std::int64_t>(number));
}
arrow::Status append(arrow::Int32Builder& builder, std::uint64_t number) {
  return builder.Append(static_cast<std::int32_t>(number));
}
arrow::Status append(arrow::DoubleBuilder& builder, std::uint64_t number) {
  return builder.Append(static_cast<double>(number) / 100);
}
arrow::Status append(arrow::BooleanBuilder& builder, std::uint64_t number) {
  return builder.Append(number != 0);
}
arrow::Status append(arrow::StringBuilder& builder, std::uint64_t number) {
  return builder.Append(textOf(number));
}

template <class Builder>
std::shared_ptr<arrow::Array> numbers(std::uint64_t rows, std::uint64_t distinct, Random& random) {
  Builder builder;
  for (std::uint64_t row = 0; row < rows; ++row) check(append(builder, random.below(distinct)));
  return check(builder.Finish());
}

std::shared_ptr<arrow::Array> optionalTexts(std::uint64_t rows, std::uint64_t distinct,
                                            Random& random) {
  arrow::StringBuilder builder;
  for (std::uint64_t row = 0; row < rows; ++row) {
    check(random.isNull() ? builder.AppendNull() : append(builder, random.below(distinct)));
  }
  return check(builder.Finish());
}

template <class Builder>
std::shared_ptr<arrow::Array> lists(std::uint64_t rows, std::uint64_t distinct, Random& random) {
  const auto elements = std::make_shared<Builder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), elements,
                             arrow::list(arrow::field("element", elements->type(), false)));
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (random.isNull()) {
      check(builder.AppendNull());
      continue;
    }
    check(builder.Append());
    const std::uint64_t count = 1 + random.below(kListMax);
    for (std::uint64_t i = 0; i < count; ++i) check(append(*elements, random.below(distinct)));
  }
  return check(builder.Finish());
}

std::shared_ptr<arrow::Array> structs(std::uint64_t rows, Random& random) {
  auto integers = numbers<arrow::Int64Builder>(rows, 1U << 30, random);
  auto texts = numbers<arrow::StringBuilder>(rows, 1U << 20, random);
  auto reals = numbers<arrow::DoubleBuilder>(rows, 1U << 20, random);
  return check(arrow::StructArray::Make(
      {integers, texts, reals},
      {arrow::field("number", arrow::int64(), false), arrow::field("text", arrow::utf8(), false),
       arrow::field("real", arrow::float64(), false)}));
}

struct Column {
  std::shared_ptr<arrow::Array> values;
  bool isOptional;
};

Column makeColumn(CellShape shape, unsigned column, std::uint64_t rows, Random& random) {
  if (shape == CellShape::kSimple) {
    return {column % 2 == 0 ? numbers<arrow::Int64Builder>(rows, 100, random)
                            : numbers<arrow::StringBuilder>(rows, 5, random),
            false};
  }
  switch (column % 6) {
    case 0:
      return {numbers<arrow::Int64Builder>(rows, 1U << 30, random), false};
    case 1:
      return {optionalTexts(rows, 1U << 20, random), true};
    case 2:
      return {lists<arrow::Int32Builder>(rows, 1U << 20, random), true};
    case 3:
      return {lists<arrow::StringBuilder>(rows, 1000, random), true};
    case 4:
      return {structs(rows, random), false};
    default:
      return {numbers<arrow::BooleanBuilder>(rows, 2, random), false};
  }
}

}  // namespace

std::vector<std::shared_ptr<arrow::RecordBatch>> makeBatches(CellShape shape, unsigned columns,
                                                             std::uint64_t rows,
                                                             std::uint64_t batchRows) {
  std::vector<Random> randoms;
  randoms.reserve(columns);
  for (unsigned column = 0; column < columns; ++column) randoms.emplace_back(column + 1);
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  std::shared_ptr<arrow::Schema> schema;
  for (std::uint64_t row = 0; row < rows; row += batchRows) {
    arrow::ArrayVector arrays;
    arrow::FieldVector fields;
    for (unsigned column = 0; column < columns; ++column) {
      auto [values, isOptional] = makeColumn(shape, column, batchRows, randoms[column]);
      fields.push_back(arrow::field("c" + std::to_string(column), values->type(), isOptional));
      arrays.push_back(std::move(values));
    }
    if (schema == nullptr) schema = arrow::schema(fields);
    batches.push_back(
        arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(batchRows), std::move(arrays)));
  }
  return batches;
}

std::uint64_t arrowBytes(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) {
  std::uint64_t sum = 0;
  for (const auto& batch : batches) {
    sum += static_cast<std::uint64_t>(check(arrow::util::ReferencedBufferSize(*batch)));
  }
  return sum;
}

}  // namespace parquet_flow::peers
