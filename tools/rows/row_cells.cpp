#include "rows/row_cells.hpp"

#include <algorithm>
#include <utility>

#include "base/bits.hpp"
#include "base/json_string.hpp"

namespace parquet_flow::rows {

using read::ShapeKind;

RowCells::RowCells(const schema::Schema& schema, const read::Shape& shape,
                   std::span<const std::uint32_t> leaves) {
  for (const std::uint32_t index : leaves) {
    const schema::Leaf& leaf = schema.leaves()[index];
    cursors_.push_back({&leaf, LeafText(leaf), read::keepsLevels(leaf),
                        read::slotDefinitionLevel(leaf),
                        schema::fixedWidth(leaf.type, leaf.typeLength)});
  }
  for (const read::Shape& column : shape.children) {
    fields_.push_back(fieldOf(column));
  }
}

RowCells::Field RowCells::fieldOf(const read::Shape& shape) const {
  Field field;
  field.kind = shape.kind;
  field.isNullable = shape.isNullable;
  field.definitionLevel = shape.definitionLevel;
  field.elementDefinitionLevel = shape.elementDefinitionLevel;
  field.name = shape.name;
  appendJsonString(shape.name, field.key);
  field.key.push_back(':');
  for (const read::Shape& child : shape.children) {
    field.children.push_back(fieldOf(child));
  }
  if (shape.kind == ShapeKind::kMap) {
    field.children[0].key = "\"key\":";
    field.children[1].key = "\"value\":";
  }
  if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
    field.elementRepetitionLevel = shape.children[0].repetitionLevel;
  }
  if (shape.kind == ShapeKind::kLeaf) {
    const auto found = std::ranges::find_if(
        cursors_, [&](const Cursor& cursor) { return cursor.leaf->index == shape.leaf; });
    field.firstLeaf = static_cast<std::size_t>(found - cursors_.begin());
    field.leafEnd = field.firstLeaf + 1;
  } else {
    field.firstLeaf = field.children.front().firstLeaf;
    field.leafEnd = field.children.back().leafEnd;
  }
  return field;
}

Result<void> RowCells::begin(const read::ColumnBatch& batch) {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    Cursor& cursor = cursors_[i];
    cursor.column = &batch.columns[i];
    cursor.entry = 0;
    cursor.slot = 0;
    if (cursor.column->entries < batch.rows) {
      return failLeaf(i, "has fewer entries than there are rows");
    }
  }
  return {};
}

Result<bool> RowCells::append(std::size_t column, TextForm form, std::string& out) {
  return appendField(fields_[column], 0, form, out);
}

bool RowCells::isNumber(std::size_t column) const noexcept {
  return !isNested(column) && cursors_[fields_[column].firstLeaf].text.isNumber();
}

tl::unexpected<Error> RowCells::failLeaf(std::size_t leaf, const char* sentence) const {
  return fail(ErrorCode::kCorrupt, "column '" + cursors_[leaf].leaf->dottedPath + "' " + sentence);
}

bool RowCells::hasEntry(std::size_t leaf) const noexcept {
  return cursors_[leaf].entry < cursors_[leaf].column->entries;
}

std::uint8_t RowCells::definitionLevel(std::size_t leaf) const noexcept {
  const Cursor& cursor = cursors_[leaf];
  const read::ColumnVector& column = *cursor.column;
  if (cursor.keepsLevels) {
    return std::to_integer<std::uint8_t>(column.definitionLevels.data()[cursor.entry]);
  }
  const std::uint8_t defined = cursor.leaf->maxDefinitionLevel;
  return column.nulls == 0 || bitmapGet(column.validity.data(), cursor.entry)
             ? defined
             : static_cast<std::uint8_t>(defined - 1);
}

std::uint8_t RowCells::repetitionLevel(std::size_t leaf) const noexcept {
  const Cursor& cursor = cursors_[leaf];
  return cursor.leaf->maxRepetitionLevel == 0
             ? std::uint8_t{0}
             : std::to_integer<std::uint8_t>(cursor.column->repetitionLevels.data()[cursor.entry]);
}

Result<void> RowCells::takeEntry(std::size_t leaf, std::uint8_t definition,
                                 std::uint8_t repetition) {
  if (!hasEntry(leaf) || repetitionLevel(leaf) != repetition) {
    return failLeaf(leaf, "does not repeat as the columns beside it do");
  }
  if (definitionLevel(leaf) != definition) {
    return failLeaf(leaf, "is absent where the columns beside it are present, or the reverse");
  }
  Cursor& cursor = cursors_[leaf];
  ++cursor.entry;
  cursor.slot += definition >= cursor.slotDefinitionLevel ? 1 : 0;
  return {};
}

Result<void> RowCells::takeAbsent(const Field& field, std::uint8_t definition,
                                  std::uint8_t repetition) {
  for (std::size_t leaf = field.firstLeaf; leaf < field.leafEnd; ++leaf) {
    PF_TRY(takeEntry(leaf, definition, repetition));
  }
  return {};
}

// Recursion ends at the schema's depth, which schemaOf bounds.
Result<bool> RowCells::appendField(const Field& field, std::uint8_t repetition, TextForm form,
                                   std::string& out) {
  const std::size_t first = field.firstLeaf;
  if (!hasEntry(first)) {
    return failLeaf(first, "ends within a row");
  }
  const std::uint8_t level = definitionLevel(first);
  if (level < field.definitionLevel) {
    if (!field.isNullable) {
      return failLeaf(first, "is null where it cannot be");
    }
    PF_TRY(takeAbsent(field, level, repetition));
    return false;
  }
  switch (field.kind) {
    case ShapeKind::kLeaf: {
      const std::uint64_t slot = cursors_[first].slot;
      PF_TRY(takeEntry(first, field.definitionLevel, repetition));
      appendValue(cursors_[first], slot, form, out);
      break;
    }
    case ShapeKind::kStruct:
      PF_TRY(appendStruct(field, repetition, out));
      break;
    case ShapeKind::kList:
    case ShapeKind::kMap:
      if (level < field.elementDefinitionLevel) {
        PF_TRY(takeAbsent(field, level, repetition));
        out.append("[]");
      } else {
        PF_TRY(appendElements(field, repetition, out));
      }
      break;
  }
  return true;
}

Result<void> RowCells::appendJson(const Field& field, std::uint8_t repetition, std::string& out) {
  PF_TRY_ASSIGN(const bool isThere, appendField(field, repetition, TextForm::kJson, out));
  if (!isThere) {
    out.append("null");
  }
  return {};
}

Result<void> RowCells::appendStruct(const Field& field, std::uint8_t repetition, std::string& out) {
  char before = '{';
  for (const Field& child : field.children) {
    out.push_back(std::exchange(before, ','));
    out.append(child.key);
    PF_TRY(appendJson(child, repetition, out));
  }
  out.push_back('}');
  return {};
}

Result<void> RowCells::appendElements(const Field& field, std::uint8_t repetition,
                                      std::string& out) {
  char before = '[';
  do {
    out.push_back(std::exchange(before, ','));
    if (field.kind == ShapeKind::kMap) {
      PF_TRY(appendStruct(field, repetition, out));
    } else {
      PF_TRY(appendJson(field.children[0], repetition, out));
    }
    repetition = field.elementRepetitionLevel;
  } while (hasEntry(field.firstLeaf) && repetitionLevel(field.firstLeaf) == repetition);
  out.push_back(']');
  return {};
}

void RowCells::appendValue(const Cursor& cursor, std::uint64_t slot, TextForm form,
                           std::string& out) {
  const read::ColumnVector& column = *cursor.column;
  if (cursor.leaf->type == schema::PhysicalType::kBoolean) {
    const std::byte value{bitmapGet(column.data(), column.lentBitOffset + slot)};
    cursor.text.append({&value, 1}, form, out);
  } else if (cursor.leaf->type == schema::PhysicalType::kByteArray) {
    const auto* const offsets = reinterpret_cast<const std::uint32_t*>(column.offsets.data());
    const std::size_t bytes = offsets[slot + 1] - offsets[slot];
    cursor.text.append({column.data() + offsets[slot], bytes}, form, out);
  } else {
    cursor.text.append({column.data() + slot * cursor.width, cursor.width}, form, out);
  }
}

}  // namespace parquet_flow::rows
