#include "read/column_vector.hpp"

namespace parquet_flow::read {

column::LeafView ColumnVector::view(const schema::Leaf& leaf) const noexcept {
  column::LeafView view;
  view.rows = rows;
  view.entries = entries;
  view.spaced = true;
  view.slotDefinitionLevel = slotDefinitionLevel(leaf);
  view.values.data = data();
  view.values.count = slots;
  if (leaf.type == schema::PhysicalType::kBoolean) {
    view.values.layout = column::ValuesLayout::kBits;
    view.values.bitOffset = lentBitOffset;
  } else if (leaf.type == schema::PhysicalType::kByteArray) {
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.offsets = reinterpret_cast<const std::uint32_t*>(offsets.data());
    view.values.dataBytes = values.size();
  }
  if (keepsLevels(leaf)) {
    view.definitionLevels = reinterpret_cast<const std::uint8_t*>(definitionLevels.data());
    if (leaf.maxRepetitionLevel != 0) {
      view.repetitionLevels = reinterpret_cast<const std::uint8_t*>(repetitionLevels.data());
    }
  } else if (nulls != 0) {
    view.validity = reinterpret_cast<const std::uint8_t*>(validity.data());
  }
  return view;
}

void ColumnVector::clear() noexcept {
  rows = 0;
  entries = 0;
  slots = 0;
  nulls = 0;
  values.clear();
  offsets.clear();
  validity.clear();
  definitionLevels.clear();
  repetitionLevels.clear();
  lent = nullptr;
  lentBitOffset = 0;
}

}  // namespace parquet_flow::read
