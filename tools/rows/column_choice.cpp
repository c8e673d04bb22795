#include "rows/column_choice.hpp"

#include <algorithm>

namespace parquet_flow::rows {
namespace {

bool isOf(const std::string& path, const std::string& column) {
  return path == column || path.starts_with(column + '.');
}

}  // namespace

Result<ColumnChoice> chooseColumns(const read::FileReader& file,
                                   std::span<const std::string> paths) {
  ColumnChoice choice;
  PF_TRY_ASSIGN(choice.leaves, read::leavesOf(file.schema(), paths));
  std::vector<bool> isTaken(file.schema().leaves().size(), false);
  for (const std::uint32_t leaf : choice.leaves) {
    isTaken[leaf] = true;
  }
  choice.shape = read::pruned(file.shape(), isTaken);
  const auto place = [&](const read::Shape& column) {
    return std::ranges::find_if(paths, [&](const auto& path) { return isOf(path, column.name); });
  };
  if (!paths.empty()) {
    std::ranges::sort(choice.shape.children, {}, place);
  }
  return choice;
}

}  // namespace parquet_flow::rows
