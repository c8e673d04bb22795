#include "arrow_columns.hpp"

#include <algorithm>
#include <utility>

#include "arrow_check.hpp"
#include "arrow_guess.hpp"
#include "arrow_source.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

using column::LeafView;
using column::ListShape;
using column::NestedLevels;
using schema::Repetition;

ListShape shapeOf(const ArrowField& field, const ArrowArray& array) noexcept {
  using Kind = ListShape::Kind;
  const bool isWide =
      field.kind == ArrowKind::kLargeList || field.kind == ArrowKind::kLargeListView;
  const bool isView = field.kind == ArrowKind::kListView || field.kind == ArrowKind::kLargeListView;
  ListShape shape;
  shape.childCount = lengthOf(*array.children[0]);
  shape.first = offsetOf(array);
  if (field.kind == ArrowKind::kFixedList) {
    shape.kind = Kind::kFixedSize;
    shape.size = static_cast<std::uint64_t>(field.size);
    return shape;
  }
  const auto narrow = isView ? Kind::kViews32 : Kind::kOffsets32;
  shape.kind = isWide ? (isView ? Kind::kViews64 : Kind::kOffsets64) : narrow;
  const std::uint64_t skipped = offsetOf(array) * (isWide ? 8 : 4);
  if (array.buffers[1] != nullptr) shape.offsets = bufferOf(array, 1) + skipped;
  if (isView && array.buffers[2] != nullptr) shape.sizes = bufferOf(array, 2) + skipped;
  return shape;
}

Result<void> passRuns(const ArrowField& field, const ArrowArray& array, NestedLevels& levels) {
  const bool isContiguous = levels.isContiguous();
  const std::uint64_t first = isContiguous ? levels.firstSlot() : 0;
  std::vector<std::uint64_t> runs;
  PF_TRY(findRuns(field, array, first, isContiguous ? levels.slotCount() : lengthOf(array), runs));
  return levels.mapSlots(first, runs);
}

}  // namespace

ArrowColumns::ArrowColumns(const ArrowField& type, const schema::Schema& schema)
    : type_(&type),
      schema_(&schema),
      memory_(schema.leaves().size()),
      views_(schema.leaves().size()) {}

Result<std::span<const LeafView>> ArrowColumns::views(const ArrowArray& array, std::uint64_t first,
                                                      std::uint64_t rows) {
  first_ = offsetOf(array) + first;
  rowsBefore_ = first;
  rows_ = rows;
  steps_.clear();
  const auto& columns = schema_->nodes()[schema::kRoot].children;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    PF_TRY(visit(type_->children[i], *array.children[i], columns[i]));
  }
  return std::span<const LeafView>(views_);
}

// `node` is what the field has become.
Result<void> ArrowColumns::visit(const ArrowField& field, const ArrowArray& array,
                                 std::uint32_t node) {
  const auto nodes = schema_->nodes();
  if (hasNestedRuns(field)) {
    steps_.push_back({&field, &array, false});
    PF_TRY(visit(field.children[1], *array.children[1], node));
    steps_.pop_back();
    return {};
  }
  steps_.push_back({&field, &array, nodes[node].repetition == Repetition::kOptional});
  if (field.kind == ArrowKind::kStruct) {
    for (std::size_t i = 0; i < field.children.size(); ++i) {
      PF_TRY(visit(field.children[i], *array.children[i], nodes[node].children[i]));
    }
  } else if (isListKind(field.kind)) {
    const std::uint32_t repeated = nodes[node].children.front();
    PF_TRY(visit(field.children[0], *array.children[0], nodes[repeated].children.front()));
  } else if (field.kind == ArrowKind::kMap) {
    const std::uint32_t repeated = nodes[node].children.front();
    const ArrowField& entries = field.children[0];
    const ArrowArray& pairs = *array.children[0];
    steps_.push_back({&entries, &pairs, false});
    for (std::size_t i = 0; i < 2; ++i) {
      PF_TRY(visit(entries.children[i], *pairs.children[i], nodes[repeated].children[i]));
    }
    steps_.pop_back();
  } else {
    PF_TRY(addLeaf(nodes[node].leafIndex));
  }
  steps_.pop_back();
  return {};
}

Result<void> ArrowColumns::addLeaf(std::uint32_t leafIndex) {
  const schema::Leaf& leaf = schema_->leaves()[leafIndex];
  auto view = viewOfLeaf(leaf, memory_[leafIndex]);
  if (!view) return fail(std::move(view).error().withContext("column '" + leaf.dottedPath + "'"));
  views_[leafIndex] = *view;
  return {};
}

// The levels of all that stands over the leaf.
Result<void> ArrowColumns::addLevels(NestedLevels& levels) {
  for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.field->kind == ArrowKind::kRunEnd) {
      PF_TRY(passRuns(*step.field, *step.array, levels));
      continue;
    }
    const column::Validity validity = validityOf(*step.array);
    if (step.field->kind == ArrowKind::kStruct) {
      PF_TRY(levels.addStruct(step.isOptional, validity));
      levels.shiftSlots(offsetOf(*step.array));
    } else {
      PF_TRY(levels.addList(step.isOptional, validity, shapeOf(*step.field, *step.array)));
    }
  }
  return {};
}

Result<LeafView> ArrowColumns::viewOfLeaf(const schema::Leaf& leaf, LeafMemory& memory) {
  const Step& step = steps_.back();
  NestedLevels& levels = memory.levels;
  memory.extra.clear();
  levels.begin(first_, rows_, leaf.maxDefinitionLevel, rowsBefore_);
  PF_TRY(addLevels(levels));

  // Values that are not one after the other are taken from all that there are.
  const bool isContiguous = levels.isContiguous();
  const std::uint64_t first = isContiguous ? levels.firstSlot() : 0;
  const std::uint64_t count = isContiguous ? levels.slotCount() : lengthOf(*step.array);
  PF_TRY_ASSIGN(ArrowSource source,
                arrowSource(*step.field, *step.array, first, count, leaf, memory.extra));
  const bool isFlatOptional = steps_.size() == 1 && step.isOptional;
  // The bitmap of a flat column needs no levels made of it.
  if (!isFlatOptional) PF_TRY(levels.addStruct(step.isOptional, source.validity));
  if (!isContiguous && !source.isAllNull)
    source.values = takeSlots(source.values, levels.slots(), memory.extra);

  LeafView view;
  view.rows = rows_;
  view.rowsBefore = rowsBefore_;
  view.entries = levels.entries();
  view.values = source.values;
  if (isFlatOptional) {
    view.validity = source.validity.bits;
    view.validityBitOffset = source.validity.offset + first;
  } else {
    view.definitionLevels = levels.definition();
    view.repetitionLevels = levels.repetition();
  }
  view.spaced = !source.isAllNull;
  view.slotDefinitionLevel = view.definitionLevels == nullptr ? 0 : levels.slotDefinitionLevel();
  return view;
}

bool ArrowColumns::areBorrowed() const noexcept {
  for (const LeafView& view : views_) {
    if (view.definitionLevels != nullptr || view.repetitionLevels != nullptr) return true;
  }
  return !std::ranges::all_of(memory_,
                              [](const LeafMemory& memory) { return memory.extra.empty(); });
}

std::uint64_t ArrowColumns::guessBytes(const ArrowArray& array, std::uint64_t first,
                                       std::uint64_t rows) const noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < type_->children.size(); ++i) {
    bytes +=
        guessArrowBytes(type_->children[i], *array.children[i], offsetOf(array) + first, rows, 0);
  }
  return bytes;
}

}  // namespace parquet_flow::capi
