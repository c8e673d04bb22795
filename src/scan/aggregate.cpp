#include "scan/aggregate.hpp"

#include "scan/bound_accumulator.hpp"
#include "scan/count_accumulator.hpp"
#include "scan/row_key.hpp"
#include "scan/sum_accumulator.hpp"

namespace parquet_flow::scan {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::int32_t kSumDigits = 38;
constexpr std::uint32_t kSumBytes = 16;

Result<void> addLeaf(schema::Schema& schema, std::string_view name, PhysicalType type,
                     Repetition repetition, std::uint32_t length = 0, LogicalType logical = {}) {
  PF_TRY(schema.addLeaf(schema::kRoot, name, type, repetition, length, logical));
  return {};
}

}  // namespace

Result<void> addResult(const Aggregate& aggregate, const schema::Leaf* leaf,
                       schema::Schema& schema) {
  const AggregateKind kind = aggregate.kind;
  if (kind == AggregateKind::kCountRows) {
    return addLeaf(schema, aggregate.name, PhysicalType::kInt64, Repetition::kRequired);
  }
  const bool isBound = kind == AggregateKind::kMin || kind == AggregateKind::kMax;
  PF_TRY(isBound ? requireOrdered(*leaf) : requireComparable(*leaf));
  if (kind == AggregateKind::kCount || kind == AggregateKind::kCountDistinct) {
    return addLeaf(schema, aggregate.name, PhysicalType::kInt64, Repetition::kRequired);
  }
  if (kind == AggregateKind::kMin || kind == AggregateKind::kMax) {
    return addLeaf(schema, aggregate.name, leaf->type, Repetition::kOptional, leaf->typeLength,
                   leaf->logical);
  }
  if (!isSummable(*leaf)) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + leaf->dottedPath + "' is of a type that cannot be summed");
  }
  const bool isReal = leaf->type == PhysicalType::kFloat || leaf->type == PhysicalType::kDouble ||
                      leaf->logical.kind == LogicalKind::kFloat16;
  if (isReal || kind == AggregateKind::kAverage) {
    return addLeaf(schema, aggregate.name, PhysicalType::kDouble, Repetition::kOptional);
  }
  const std::int32_t scale = leaf->logical.kind == LogicalKind::kDecimal ? leaf->logical.b : 0;
  if (scale > kSumDigits) {
    return fail(ErrorCode::kUnsupported, "column '" + leaf->dottedPath +
                                             "' has more digits behind its point than sums have");
  }
  return addLeaf(schema, aggregate.name, PhysicalType::kFixedLenByteArray, Repetition::kOptional,
                 kSumBytes, {LogicalKind::kDecimal, kSumDigits, scale});
}

std::unique_ptr<Accumulator> makeAccumulator(AggregateKind kind, const schema::Leaf& leaf) {
  switch (kind) {
    case AggregateKind::kCountRows:
    case AggregateKind::kCount:
      return makeCount();
    case AggregateKind::kCountDistinct:
      return makeCountDistinct(leaf);
    case AggregateKind::kSum:
    case AggregateKind::kAverage:
      return makeSum(leaf, kind == AggregateKind::kAverage);
    case AggregateKind::kMin:
    case AggregateKind::kMax:
      return makeBound(leaf, kind == AggregateKind::kMax);
  }
  return nullptr;
}

}  // namespace parquet_flow::scan
