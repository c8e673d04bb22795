#include "rows.hpp"

#include "base/bytes.hpp"
#include "read/decode_budget.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {
namespace {

using schema::PhysicalType;

// What a row's values may take, in proportion to what columns that are read together may hold.
std::uint64_t valuesMax(const read::FileReader& file) {
  return read::heldBytesMax(file.limits().pageBytesMax, file.file()->size()) /
         (sizeof(read::RowValue) + sizeof(pf_value_t));
}

std::int32_t kindOf(PhysicalType type) noexcept {
  switch (type) {
    case PhysicalType::kBoolean:
      return PF_VALUE_BOOLEAN;
    case PhysicalType::kInt32:
      return PF_VALUE_INT32;
    case PhysicalType::kInt64:
      return PF_VALUE_INT64;
    case PhysicalType::kFloat:
      return PF_VALUE_FLOAT;
    case PhysicalType::kDouble:
      return PF_VALUE_DOUBLE;
    default:
      return PF_VALUE_BYTES;
  }
}

std::int32_t kindOf(read::ShapeKind kind) noexcept {
  return kind == read::ShapeKind::kList  ? PF_VALUE_LIST
         : kind == read::ShapeKind::kMap ? PF_VALUE_MAP
                                         : PF_VALUE_GROUP;
}

}  // namespace

Rows::Rows(const read::FileReader& file, const read::Shape& shape,
           std::span<const std::uint32_t> leaves)
    : values_(file.schema(), shape, leaves, valuesMax(file)), fields_(values_.fields().size()) {
  for (std::size_t i = 0; i < fields_.size(); ++i) setField(file.schema(), i);
}

void Rows::setField(const schema::Schema& schema, std::size_t index) {
  const read::RowField& ours = values_.fields()[index];
  pf_field_t& field = fields_[index];
  field.name = ours.name.c_str();
  field.is_nullable = ours.isNullable && !ours.isKey ? 1 : 0;
  field.field_id = index == 0 ? schema::kNoFieldId : schema.nodes()[ours.node].fieldId;
  field.leaf_index = PF_NO_LEAF;
  field.kind = kindOf(ours.kind);
  if (ours.kind == read::ShapeKind::kLeaf) {
    const schema::Leaf& leaf = values_.leaf(ours);
    field.kind = kindOf(leaf.type);
    field.leaf_index = leaf.index;
    field.physical_type = static_cast<std::int32_t>(leaf.type);
    field.type_length = leaf.typeLength;
    field.logical = static_cast<std::int32_t>(leaf.logical.kind);
    field.logical_a = leaf.logical.a;
    field.logical_b = leaf.logical.b;
  } else {
    field.field_count = ours.childCount;
    field.fields = fields_.data() + ours.firstChild;
  }
}

Result<const pf_value_t*> Rows::next() {
  PF_TRY(values_.next());
  const std::span<const read::RowValue> all = values_.all();
  row_.resize(all.size());  // before toC, which points into it
  for (std::size_t i = 0; i < all.size(); ++i) row_[i] = toC(all[i]);
  return &row_.back();
}

pf_value_t Rows::toC(const read::RowValue& ours) const noexcept {
  pf_value_t value{};
  value.field = &fields_[ours.field];
  if (ours.isNull) return value;  // PF_VALUE_NULL
  value.kind = value.field->kind;
  value.count = ours.count;
  switch (value.kind) {
    case PF_VALUE_BOOLEAN:
      value.boolean = std::to_integer<std::int32_t>(*ours.data);
      break;
    case PF_VALUE_INT32:
      value.int32 = loadLe<std::int32_t>(ours.data);
      break;
    case PF_VALUE_INT64:
      value.int64 = loadLe<std::int64_t>(ours.data);
      break;
    case PF_VALUE_FLOAT:
      value.float32 = loadLe<float>(ours.data);
      break;
    case PF_VALUE_DOUBLE:
      value.float64 = loadLe<double>(ours.data);
      break;
    case PF_VALUE_BYTES:
      value.data = ours.count != 0 ? static_cast<const void*>(ours.data) : "";
      return value;
    case PF_VALUE_MAP:
      value.count /= 2;
      [[fallthrough]];
    default:
      value.values = row_.data() + ours.firstChild;
      return value;
  }
  value.count = 0;
  return value;
}

}  // namespace parquet_flow::capi
