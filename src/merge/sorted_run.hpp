// Rows of a file, decoded batch by batch, ahead of whoever takes them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "column/leaf_view.hpp"
#include "io/file.hpp"
#include "merge/row_gather.hpp"
#include "merge/shared_work.hpp"
#include "merge/sort_key.hpp"
#include "merge/source_file.hpp"
#include "merge/source_rows.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {

// A file of rows, and how its sessions are numbered in the output.
struct SortedFile {
  std::string path;
  std::optional<SessionColumn> session = std::nullopt;
  // As it was when it was looked at: it has to be the same when it is read. None: a run of ours.
  std::optional<io::FileIdentity> identity = std::nullopt;
};

// Decoded rows, with what they are sorted by.
struct RowBatch {
  explicit RowBatch(const schema::Schema& schema) : copies(schema) {}

  SourceBatch decoded;
  column::RowCopies copies;  // where values come in a form that cannot be picked from
  std::span<const column::LeafView> views;
  RowSource source;
  SortKeys keys;

  [[nodiscard]] std::uint32_t rows() const noexcept {
    return static_cast<std::uint32_t>(keys.prefixes.size());
  }
};

// Batches are used again. Any thread; it lives as long as any of its batches.
class RowBatches : public std::enable_shared_from_this<RowBatches> {
 public:
  // `schema` must live as long.
  explicit RowBatches(const schema::Schema& schema) noexcept : schema_(&schema) {}
  [[nodiscard]] std::shared_ptr<RowBatch> take();

 private:
  const schema::Schema* schema_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RowBatch>> free_;
};

// How much a batch is to have: rows, and fewer of them, at least one, where they come to more
// bytes.
struct BatchSize {
  std::uint64_t rowsMax = 0;
  std::uint64_t bytesMax = 0;
};

// The next batch is decoded while the one before it is used. One thread at a time.
class SortedRun final : private Work {
 public:
  // All must live as long, but for `batches`.
  SortedRun(const Target& target, const MergeOptions& options, SharedWork& work,
            std::shared_ptr<RowBatches> batches);
  ~SortedRun() override { work_.withdraw(*this); }

  // Begins a file. What is wrong with it `next` says.
  void open(const SortedFile& file, const BatchSize& batchSize, bool checksOrder = true);
  // The next batch, which lives as long as it is held, but no longer than the file is open;
  // nullptr: that was all. Errors as SourceFile::open and SourceRows; kCorrupt where the rows are
  // not in order, and are to be, and where the file is another one than was looked at.
  [[nodiscard]] Result<std::shared_ptr<const RowBatch>> next();

 private:
  // Decodes a batch, or finds that there is none any more.
  [[nodiscard]] Result<void> perform() override;
  [[nodiscard]] Result<void> openFile(const SessionColumn* session);
  [[nodiscard]] std::uint64_t pageBytesMax() const noexcept;
  void sizeNext(const RowBatch& batch, std::uint64_t rows) noexcept;

  const MergeOptions& options_;
  SharedWork& work_;
  const std::shared_ptr<RowBatches> batches_;
  SortKeyMaker maker_;
  SourceFile source_;
  SourceRows rows_;
  SortedFile file_;
  BatchSize batchSize_;
  std::uint64_t rowsNext_ = 0;
  bool checksOrder_ = true;
  bool isOpen_ = false;
  bool needsCopies_ = false;
  std::size_t nextRowGroup_ = 0;
  SortKeys last_;  // of the last row of the batch before
  std::shared_ptr<RowBatch> decoded_;
};

// Whether the rows of a file are in order: a look through the columns that are sorted by. One
// thread at a time.
class SortedCheck {
 public:
  SortedCheck(const Target& target, const MergeOptions& options);
  [[nodiscard]] Result<bool> isSorted(const SourceFile& file, const SessionColumn* session);

 private:
  SortKeyMaker maker_;
  SourceRows rows_;
};

}  // namespace parquet_flow::merge
