#include "merge/options.hpp"

#include <algorithm>

namespace parquet_flow::merge {

std::uint64_t rowGroupBytesMax(const MergeOptions& options) noexcept {
  constexpr std::uint64_t kBytesMin = 2 << 20;
  return options.fileBytes == 0 ? UINT64_MAX : std::max(options.fileBytes, kBytesMin);
}

std::uint64_t rowGroupBytesOf(const MergeOptions& options) noexcept {
  return std::min(options.rowGroupBytes, rowGroupBytesMax(options));
}

Result<void> validate(const MergeOptions& options) {
  const auto refuse = [](const char* what) { return fail(ErrorCode::kInvalidArgument, what); };
  if (options.inputs.empty()) return refuse("no list, directory or file to merge");
  if (options.output.empty()) return refuse("no output");
  if (options.workers == 0 || options.workers > 256) return refuse("workers are 1 to 256");
  if (options.queuedPaths == 0 || options.queuedResults == 0) {
    return refuse("queues have room for at least 1");
  }
  if (options.batchRows == 0) return refuse("batches have at least 1 row");
  if (options.rowGroupRows == 0 || options.rowGroupBytes == 0) {
    return refuse("row groups have at least 1 row and 1 byte");
  }
  if (options.sortBytes < 1'000'000) return refuse("sorting takes at least 1 MB");
  return {};
}

}  // namespace parquet_flow::merge
