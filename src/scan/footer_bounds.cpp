#include "scan/footer_bounds.hpp"

#include "read/chunk_info.hpp"
#include "scan/append_values.hpp"
#include "scan/chunk_bounds.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {
namespace {

// As many bytes as the type has: what is in a footer was not looked at.
bool hasWidth(const schema::Leaf& leaf, ConstBytes value) noexcept {
  const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  return leaf.type == schema::PhysicalType::kByteArray ||
         value.size() == (leaf.type == schema::PhysicalType::kBoolean ? 1 : width);
}

}  // namespace

std::optional<std::uint64_t> nullsOf(const read::FileReader& file, const schema::Leaf& leaf) {
  if (leaf.maxRepetitionLevel != 0) {
    return std::nullopt;
  }
  std::uint64_t nulls = 0;
  for (std::size_t rowGroup = 0; rowGroup < file.rowGroupCount(); ++rowGroup) {
    const auto known = read::chunkInfo(file, rowGroup, leaf.index).nulls;
    const std::uint64_t rows = file.rowGroupRows(rowGroup);
    if (leaf.maxDefinitionLevel == 0) {
      continue;
    }
    if (!known || *known < 0 || static_cast<std::uint64_t>(*known) > rows) {
      return std::nullopt;
    }
    nulls += static_cast<std::uint64_t>(*known);
  }
  return nulls;
}

Result<bool> boundsOf(const read::FileReader& file, const schema::Leaf& leaf, bool isMax,
                      read::ColumnVector& out) {
  if (stats::isFloatOrder(stats::orderOf(leaf)) || storedOrder(file, leaf) == stats::Order::kNone) {
    return false;
  }
  for (std::size_t rowGroup = 0; rowGroup < file.rowGroupCount(); ++rowGroup) {
    const read::ChunkInfo chunk = read::chunkInfo(file, rowGroup, leaf.index);
    if (chunk.nulls && *chunk.nulls >= 0 &&
        static_cast<std::uint64_t>(*chunk.nulls) == file.rowGroupRows(rowGroup)) {
      continue;
    }
    const auto& bound = isMax ? chunk.most : chunk.least;
    if (!bound || !bound->isExact || !hasWidth(leaf, bound->value)) {
      return false;
    }
    PF_TRY(appendValue(leaf, bound->value, out));
  }
  return true;
}

}  // namespace parquet_flow::scan
