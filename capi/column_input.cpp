#include "column_input.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "boundary.hpp"
#include "column/level_scan.hpp"
#include "levels.hpp"

namespace parquet_flow::capi {
namespace {

using column::LeafView;
using column::ValuesLayout;
using column::ValuesView;
using schema::Leaf;
using schema::PhysicalType;
using Input = pf_column_input_with_levels_t;

template <class... Parts>
tl::unexpected<Error> invalidColumn(const Leaf& leaf, Parts&&... parts) {
  return invalid("column ", leaf.dottedPath, ": ", std::forward<Parts>(parts)...);
}

Result<void> requireArray(const Leaf& leaf, const void* data, std::size_t length,
                          const char* name) {
  if (data != nullptr || length == 0) return {};
  return invalidColumn(leaf, name, " is NULL and ", name, "_len is ", length);
}

// --- levels ------------------------------------------------------------------------------------

Result<void> checkLevelLengths(const Leaf& leaf, const Input& in, std::uint64_t rows) {
  PF_TRY(requireArray(leaf, in.definition_levels, in.definition_levels_len, "definition_levels"));
  PF_TRY(requireArray(leaf, in.repetition_levels, in.repetition_levels_len, "repetition_levels"));
  if (leaf.maxDefinitionLevel == 0 && in.definition_levels_len != 0) {
    return invalidColumn(leaf, "definition_levels_len is ", in.definition_levels_len,
                         ", but the column is REQUIRED throughout and has no such levels");
  }
  if (leaf.maxRepetitionLevel == 0) {
    if (in.repetition_levels_len != 0) {
      return invalidColumn(leaf, "repetition_levels_len is ", in.repetition_levels_len,
                           ", but nothing in the column repeats");
    }
    if (in.definition_levels_len != 0 && in.definition_levels_len != rows) {
      return invalidColumn(leaf, "definition_levels_len is ", in.definition_levels_len,
                           ", row_count is ", rows);
    }
    return {};
  }
  if (in.repetition_levels_len < rows) {
    return invalidColumn(leaf, "repetition_levels_len is ", in.repetition_levels_len,
                         ", below row_count, which is ", rows);
  }
  if (in.definition_levels_len != 0 && in.definition_levels_len != in.repetition_levels_len) {
    return invalidColumn(leaf, "definition_levels_len is ", in.definition_levels_len,
                         ", repetition_levels_len is ", in.repetition_levels_len);
  }
  return {};
}

Levels levelsOf(const Leaf& leaf, const Input& in, std::uint64_t rows) noexcept {
  Levels levels{.leaf = &leaf, .definition = {}, .repetition = {}, .entries = rows};
  if (in.definition_levels_len != 0) {
    levels.definition = {in.definition_levels, in.definition_levels_len};
  }
  if (leaf.maxRepetitionLevel > 0) {
    levels.repetition = {in.repetition_levels, in.repetition_levels_len};
    levels.entries = in.repetition_levels_len;
  }
  return levels;
}

// --- values ------------------------------------------------------------------------------------

// `unit`: how much of values_len a value takes.
Result<ValuesView> checkFixed(const Leaf& leaf, const Input& in, std::uint64_t count,
                              std::uint32_t unit) {
  if (in.offsets_len != 0) {
    return invalidColumn(leaf, "offsets_len is ", in.offsets_len, ", but only BYTE_ARRAY has them");
  }
  if (in.values_len % unit != 0 || in.values_len / unit != count) {
    return invalidColumn(leaf, "values_len is ", in.values_len, ", rows and levels need ", count,
                         " values",
                         unit == 1 ? std::string() : " of " + std::to_string(unit) + " bytes");
  }
  return ValuesView{.layout = leaf.type == PhysicalType::kBoolean ? ValuesLayout::kByteBooleans
                                                                  : ValuesLayout::kFixed,
                    .data = static_cast<const std::byte*>(in.values),
                    .count = count};
}

Result<void> checkOffsets(const Leaf& leaf, const Input& in) {
  const std::span<const std::uint32_t> offsets(in.offsets, in.offsets_len);
  if (!column::neverDecreases(offsets.data(), offsets.size() - 1)) {
    const auto before =
        std::adjacent_find(offsets.begin(), offsets.end(), std::greater<std::uint32_t>());
    return invalidColumn(leaf, "offsets go backwards at value ", before - offsets.begin(),
                         ", from ", *before, " to ", *(before + 1));
  }
  if (offsets.back() > in.values_len) {
    return invalidColumn(leaf, "the last offset is ", offsets.back(),
                         ", past values_len, which is ", in.values_len);
  }
  return {};
}

Result<ValuesView> checkByteArrays(const Leaf& leaf, const Input& in, std::uint64_t count) {
  if (count == 0 && in.offsets_len == 0) return ValuesView{.layout = ValuesLayout::kOffsets32};
  if (in.offsets_len == 0 || in.offsets_len - 1 != count) {
    return invalidColumn(leaf, "offsets_len is ", in.offsets_len,
                         ", it is to be one more than the values, of which rows and levels need ",
                         count);
  }
  PF_TRY(checkOffsets(leaf, in));
  return ValuesView{.layout = ValuesLayout::kOffsets32,
                    .data = static_cast<const std::byte*>(in.values),
                    .offsets = in.offsets,
                    .count = count};
}

Result<ValuesView> checkValues(const Leaf& leaf, const Input& in, std::uint64_t count) {
  PF_TRY(requireArray(leaf, in.values, in.values_len, "values"));
  PF_TRY(requireArray(leaf, in.offsets, in.offsets_len, "offsets"));
  switch (leaf.type) {
    case PhysicalType::kByteArray:
      return checkByteArrays(leaf, in, count);
    case PhysicalType::kInt96:
    case PhysicalType::kFixedLenByteArray:
      return checkFixed(leaf, in, count, schema::fixedWidth(leaf.type, leaf.typeLength));
    default:
      return checkFixed(leaf, in, count, 1);
  }
}

// Found here and not when it is encoded: a pipeline would have taken the rows by then.
Result<void> checkUnknown(const Levels& levels, std::uint64_t present) {
  const Leaf& leaf = *levels.leaf;
  if (leaf.logical.kind != schema::LogicalKind::kUnknown || present == 0) return {};
  std::uint64_t entry = 0;
  while (levels.definitionAt(entry) != leaf.maxDefinitionLevel) ++entry;
  return invalidColumn(leaf, "entry ", entry,
                       " has a value, and the column is of UNKNOWN: nulls alone");
}

// The deepest node that both leaves are under, as a number of steps of their paths.
std::size_t commonDepth(const Leaf& left, const Leaf& right) noexcept {
  const auto [end, other] =
      std::mismatch(left.path.begin(), left.path.end(), right.path.begin(), right.path.end());
  return static_cast<std::size_t>(end - left.path.begin());
}

// The nodes from the root's child down to the leaf.
std::vector<const schema::Node*> nodesTo(const schema::Schema& schema, const Leaf& leaf) {
  std::vector<const schema::Node*> nodes;
  for (std::uint32_t at = leaf.node; at != schema::kRoot; at = schema.nodes()[at].parent) {
    nodes.push_back(&schema.nodes()[at]);
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

ColumnInputs::ColumnInputs(std::shared_ptr<const schema::Schema> schema)
    : schema_(std::move(schema)) {
  const auto leaves = schema_->leaves();
  for (const Leaf& leaf : leaves) {
    const auto nodes = nodesTo(*schema_, leaf);
    flat_ = flat_ && nodes.size() == 1 && leaf.maxRepetitionLevel == 0;

    auto& repeated = repeatedDefinition_.emplace_back();
    for (const schema::Node* node : nodes) {
      if (node->repetition == schema::Repetition::kRepeated) {
        repeated.push_back(node->definitionLevel);
      }
    }

    Shared shared;
    if (leaf.index > 0) {
      const std::size_t depth = commonDepth(leaves[leaf.index - 1], leaf);
      if (depth > 0) {
        shared = {nodes[depth - 1]->definitionLevel, nodes[depth - 1]->repetitionLevel};
      }
    }
    sharedWithPrevious_.push_back(shared);
  }
  withoutLevels_.resize(leaves.size());
  views_.resize(leaves.size());
}

Result<void> ColumnInputs::checkCount(std::size_t columns) const {
  if (columns == schema_->leaves().size()) return {};
  return invalid("column_count is ", columns, ", the schema has ", schema_->leaves().size(),
                 " columns");
}

Result<std::span<const LeafView>> ColumnInputs::check(std::uint64_t rows,
                                                      std::span<const pf_column_input_t> columns) {
  PF_TRY(checkCount(columns.size()));
  if (!flat_) {
    for (const Leaf& leaf : schema_->leaves()) {
      if (leaf.maxRepetitionLevel == 0 && leaf.path.size() == 1) continue;
      return invalidColumn(leaf,
                           "it is repeated or nested, which is to be written with levels "
                           "(pf_writer_write_row_group_with_levels)");
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    withoutLevels_[i] = {.values = columns[i].values,
                         .values_len = columns[i].values_len,
                         .offsets = columns[i].offsets,
                         .offsets_len = columns[i].offsets_len,
                         .definition_levels = nullptr,
                         .definition_levels_len = 0,
                         .repetition_levels = nullptr,
                         .repetition_levels_len = 0};
  }
  return check(rows, withoutLevels_);
}

Result<std::span<const LeafView>> ColumnInputs::check(std::uint64_t rows,
                                                      std::span<const Input> columns) {
  PF_TRY(checkCount(columns.size()));
  Levels previous;
  for (const Leaf& leaf : schema_->leaves()) {
    const Input& in = columns[leaf.index];
    PF_TRY(checkLevelLengths(leaf, in, rows));
    const Levels levels = levelsOf(leaf, in, rows);
    PF_TRY(checkLevels(levels, rows, repeatedDefinition_[leaf.index]));
    const Shared shared = sharedWithPrevious_[leaf.index];
    if (shared.definitionLevel > 0) {
      PF_TRY(checkAgreement(previous, levels, shared.definitionLevel, shared.repetitionLevel));
    }
    const std::uint64_t present = countPresent(levels);
    PF_TRY(checkUnknown(levels, present));
    PF_TRY_ASSIGN(const ValuesView values, checkValues(leaf, in, present));
    views_[leaf.index] = {.rows = rows,
                          .entries = levels.entries,
                          .values = values,
                          .definitionLevels = levels.definition.data(),
                          .repetitionLevels = levels.repetition.data()};
    previous = levels;
  }
  return std::span<const LeafView>(views_);
}

}  // namespace parquet_flow::capi
