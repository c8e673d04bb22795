#include "rows/column_choice.hpp"

namespace parquet_flow::rows {

Result<ColumnChoice> chooseColumns(const read::FileReader& file,
                                   std::span<const std::string> paths) {
  ColumnChoice choice;
  PF_TRY_ASSIGN(choice.leaves, read::leavesOf(file.schema(), paths));
  std::vector<bool> isTaken(file.schema().leaves().size(), false);
  for (const std::uint32_t leaf : choice.leaves) {
    isTaken[leaf] = true;
  }
  choice.shape = read::pruned(file.shape(), isTaken);
  read::putInOrder(choice.shape, file.schema(), paths);
  return choice;
}

}  // namespace parquet_flow::rows
