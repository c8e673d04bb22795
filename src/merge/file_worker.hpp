// A thread of a merge that opens files and makes results of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "merge/copied_source.hpp"
#include "merge/options.hpp"
#include "merge/queues.hpp"
#include "merge/source_file.hpp"
#include "merge/source_rows.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {

// Copies of rows that are used again. Any thread.
class RowCopiesPool {
 public:
  explicit RowCopiesPool(const schema::Schema& schema) noexcept : schema_(&schema) {}
  [[nodiscard]] std::unique_ptr<column::RowCopies> take();
  void give(std::unique_ptr<column::RowCopies> rows) noexcept;

  static constexpr std::size_t kKept = 32;

 private:
  const schema::Schema* schema_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<column::RowCopies>> free_;
};

// What is copied of a file, by the options: nothing where they say so, or where rows are sorted.
[[nodiscard]] CopyBounds copyBounds(const MergeOptions& options) noexcept;

// So many row groups are copied to one file, however large: others are put together. Between two
// that are copied there may be a small one, and all have to stay below kRowGroupsMax.
inline constexpr std::int64_t kCopiesMax = kRowGroupsMax / 4;
// Where the options ask for files of a size there is always a next one.
[[nodiscard]] std::int64_t copiesMax(const MergeOptions& options) noexcept;

// What all workers have in common; all of it must outlive them.
struct MergeShared {
  const MergeOptions& options;
  const MergeEvents& events;
  const Target& target;
  PathQueue& paths;
  ResultQueue& results;
  RowCopiesPool& pool;
  std::atomic<std::int64_t>& copiesLeft;  // row groups that may be copied; below 0: none
};

class FileWorker {
 public:
  FileWorker(const MergeShared& shared, std::uint32_t number)
      : shared_(shared), number_(number), rows_(*shared.target.schema) {
    rows_.setPageBytesMax(shared.options.pageBytesMax);
  }

  // Takes units until there are none.
  void run();

 private:
  void takeFile(const std::string& path, std::uint64_t number);
  [[nodiscard]] Result<void> readFile(const std::string& path, FileDone& done);
  [[nodiscard]] Result<void> readSmall(FileDone& done);
  [[nodiscard]] Result<void> readLarge(FileDone& done);
  [[nodiscard]] Result<void> readRowGroup(FileDone& done,
                                          const std::shared_ptr<const KeyValues>& keyValues);
  // Rows that are held back until all of the file could be read, or it has come to kHeldBytesMax.
  void hold(ResultItem item);
  void releaseHeld(FileDone& done);
  void flush();
  void put(ResultItem item);

  static constexpr std::uint64_t kHeldBytesMax = 32 << 20;
  static constexpr std::uint64_t kItemBytes = 4 << 20;

  const MergeShared& shared_;
  const std::uint32_t number_;
  SourceFile source_;
  SourceRows rows_;
  std::uint64_t sequence_ = 0;
  ResultItem item_;  // of small files, one behind the other
  std::vector<ResultItem> held_;
  std::uint64_t heldBytes_ = 0;
  std::uint64_t heldRows_ = 0;
  bool isUnwanted_ = false;  // nobody takes results any more
};

}  // namespace parquet_flow::merge
