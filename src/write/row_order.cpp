#include "write/row_order.hpp"

#include "column/compact.hpp"

namespace parquet_flow::write {

RowOrder::RowOrder(const schema::Schema& schema, const WriterOptions& options) {
  for (const SortingColumn& sorting : options.sortingColumns) {
    columns_.push_back(
        std::make_unique<Column>(*schema.findLeaf(sorting.path), sorting, options.floatOrder));
  }
}

void RowOrder::clear() noexcept {
  for (const auto& column : columns_) {
    column->sorted.clear();
  }
}

Result<void> RowOrder::add(std::span<const column::LeafView> leaves) {
  for (const auto& column : columns_) {
    PF_TRY(addSlices(*column, leaves[column->leaf->index]));
  }
  return {};
}

Result<void> RowOrder::addSlices(Column& column, const column::LeafView& view) {
  PF_TRY(column.cursor.begin(view, 0));
  while (!column.cursor.atEnd()) {
    PF_TRY_ASSIGN(
        const column::LeafSlice slice,
        column.cursor.next({.rows = UINT64_MAX, .entries = UINT64_MAX, .valueBytes = UINT64_MAX}));
    PF_TRY(addSlice(column, slice));
  }
  return {};
}

Result<void> RowOrder::addSlice(Column& column, const column::LeafSlice& slice) {
  const std::byte* validity = nullptr;
  std::size_t bitOffset = 0;
  if (slice.nulls != 0 && slice.validity != nullptr) {
    validity = reinterpret_cast<const std::byte*>(slice.validity);
    bitOffset = slice.validityBitOffset;
  } else if (slice.nulls != 0) {
    mask_.clear();
    PF_TRY_ASSIGN(
        std::byte* const mask,
        mask_.appendUninitialized(column::maskWords(slice.entries) * sizeof(std::uint64_t)));
    const column::Presence presence = {.definitionLevels = slice.definitionLevels,
                                       .maxDefinitionLevel = column.leaf->maxDefinitionLevel};
    column::presenceMask(presence, slice.entries, reinterpret_cast<std::uint64_t*>(mask));
    validity = mask;
  }
  const column::ValuesView& values = slice.values;
  switch (values.layout) {
    case column::ValuesLayout::kFixed:
      column.sorted.addFixed(values.data, validity, bitOffset, slice.rows);
      break;
    case column::ValuesLayout::kOffsets32:
      column.sorted.addByteArrays(values.data, values.offsets, validity, bitOffset, slice.rows);
      break;
    case column::ValuesLayout::kByteBooleans:
      column.sorted.addByteBooleans(values.data, validity, bitOffset, slice.rows);
      break;
    case column::ValuesLayout::kBits:
      column.sorted.addBits(values.data, values.bitOffset, validity, bitOffset, slice.rows);
      break;
    case column::ValuesLayout::kIndices:
      return fail(ErrorCode::kInternal, "indices, which were not asked for");
  }
  return {};
}

bool RowOrder::isSorted() const {
  std::vector<const stats::SortedColumn*> sorted;
  sorted.reserve(columns_.size());
  for (const auto& column : columns_) {
    sorted.push_back(&column->sorted);
  }
  return !sorted.empty() && stats::areSorted(sorted);
}

}  // namespace parquet_flow::write
