#include "read/row_walker.hpp"

#include <algorithm>

#include "read/column_vector.hpp"

namespace parquet_flow::read {
namespace {

constexpr std::byte kBooleans[] = {std::byte{0}, std::byte{1}};

}  // namespace

RowWalker::RowWalker(const schema::Schema& schema, const Shape& shape,
                     std::span<const std::uint32_t> leaves) {
  for (const std::uint32_t index : leaves) {
    const schema::Leaf& leaf = schema.leaves()[index];
    Cursor& cursor = cursors_.emplace_back();
    cursor.leaf = &leaf;
    cursor.width = schema::fixedWidth(leaf.type, leaf.typeLength);
    cursor.slotDefinitionLevel = slotDefinitionLevel(leaf);
  }
  addFields(shape);
}

void RowWalker::addFields(const Shape& root) {
  std::vector<const Shape*> shapes = {&root};  // of fields_
  fields_.emplace_back();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Shape& shape = *shapes[i];
    const auto firstChild = static_cast<std::uint32_t>(shapes.size());
    for (const Shape& child : shape.children) {
      shapes.push_back(&child);
      RowField& field = fields_.emplace_back();
      field.isKey = shape.kind == ShapeKind::kMap && &child == shape.children.data();
      field.slotDefinitionLevel =
          shape.kind == ShapeKind::kStruct ? shape.definitionLevel : shape.elementDefinitionLevel;
    }
    RowField& field = fields_[i];
    field.kind = shape.kind;
    field.isNullable = shape.isNullable;
    field.definitionLevel = shape.definitionLevel;
    field.elementDefinitionLevel = shape.elementDefinitionLevel;
    field.node = shape.node;
    field.firstChild = firstChild;
    field.childCount = static_cast<std::uint32_t>(shape.children.size());
    field.name = shape.name;
    if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
      field.elementRepetitionLevel = shape.children[0].repetitionLevel;
    }
    if (shape.kind == ShapeKind::kLeaf) {
      const auto found = std::ranges::lower_bound(
          cursors_, shape.leaf, {}, [](const Cursor& cursor) { return cursor.leaf->index; });
      field.firstColumn = static_cast<std::uint32_t>(found - cursors_.begin());
      field.columnEnd = field.firstColumn + 1;
    }
  }
  // Children stand behind their parents, and those of all but the root in the order of the schema.
  for (std::size_t i = fields_.size(); i-- > 1;) {
    RowField& field = fields_[i];
    if (field.kind != ShapeKind::kLeaf) {
      field.firstColumn = fields_[field.firstChild].firstColumn;
      field.columnEnd = fields_[field.firstChild + field.childCount - 1].columnEnd;
    }
  }
  fields_[0].columnEnd = static_cast<std::uint32_t>(cursors_.size());
}

Result<void> RowWalker::begin(const ColumnBatch& batch) {
  for (std::uint32_t i = 0; i < cursors_.size(); ++i) {
    Cursor& cursor = cursors_[i];
    const ColumnVector& column = batch.columns[i];
    const bool hasLevels = keepsLevels(*cursor.leaf);
    cursor.data = column.data();
    cursor.offsets = reinterpret_cast<const std::uint32_t*>(column.offsets.data());
    cursor.bitOffset = column.lentBitOffset;
    cursor.validity = column.nulls == 0 ? nullptr : column.validity.data();
    cursor.definitionLevels = hasLevels ? column.definitionLevels.data() : nullptr;
    cursor.repetitionLevels =
        cursor.leaf->maxRepetitionLevel != 0 ? column.repetitionLevels.data() : nullptr;
    cursor.entries = column.entries;
    cursor.entry = 0;
    cursor.slot = 0;
    if (cursor.entries < batch.rows) {
      return refuse(i, "has fewer entries than there are rows");
    }
  }
  return {};
}

Result<void> RowWalker::end() const {
  for (std::uint32_t column = 0; column < cursors_.size(); ++column) {
    if (hasEntry(column)) {
      return refuse(column, "does not repeat as the columns beside it do");
    }
  }
  return {};
}

tl::unexpected<Error> RowWalker::refuse(std::uint32_t column, const char* sentence) const {
  return fail(ErrorCode::kCorrupt,
              "column '" + cursors_[column].leaf->dottedPath + "' " + sentence);
}

ConstBytes RowWalker::valueAt(const Cursor& cursor, std::uint64_t slot) noexcept {
  if (cursor.width != 0) {
    return {cursor.data + slot * cursor.width, cursor.width};
  }
  if (cursor.leaf->type == schema::PhysicalType::kBoolean) {
    return {&kBooleans[bitmapGet(cursor.data, cursor.bitOffset + slot) ? 1 : 0], 1};
  }
  const std::uint32_t begin = cursor.offsets[slot];
  return {cursor.data + begin, cursor.offsets[slot + 1] - begin};
}

Result<void> RowWalker::takeEntry(std::uint32_t column, std::uint8_t definition,
                                  std::uint8_t repetition) {
  if (!hasEntry(column) || repetitionLevel(column) != repetition) {
    return refuse(column, "does not repeat as the columns beside it do");
  }
  if (definitionLevel(column) != definition) {
    return refuse(column, "is absent where the columns beside it are present, or the reverse");
  }
  Cursor& cursor = cursors_[column];
  ++cursor.entry;
  cursor.slot += definition >= cursor.slotDefinitionLevel ? 1 : 0;
  return {};
}

Result<void> RowWalker::takeAbsent(const RowField& field, std::uint8_t definition,
                                   std::uint8_t repetition) {
  for (std::uint32_t column = field.firstColumn; column < field.columnEnd; ++column) {
    PF_TRY(takeEntry(column, definition, repetition));
  }
  return {};
}

}  // namespace parquet_flow::read
