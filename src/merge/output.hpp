// Where merged rows go: a Parquet file, or several in a directory, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/row_bytes.hpp"
#include "io/directory.hpp"
#include "io/pending_file.hpp"
#include "merge/options.hpp"
#include "pipeline/pipeline.hpp"
#include "schema/schema.hpp"
#include "write/copied_row_group.hpp"
#include "write/options.hpp"

namespace parquet_flow::merge {

// One thread. Files get their names when all of them are whole; the destructor discards what has
// none yet.
class Output {
 public:
  // kExists: the output is there, or files of another one in its directory, and are not to be
  // replaced; kInvalidArgument: a file size for what is not a directory.
  [[nodiscard]] static Result<std::unique_ptr<Output>> open(
      const MergeOptions& options, std::shared_ptr<const schema::Schema> schema,
      const write::WriterOptions& writer);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // What ends the open file in the middle of a batch: calls endFile.
  using EndFile = std::function<Result<void>()>;

  // As Pipeline::submit. `endsFile`: where files have a size, a batch of more than a row group may
  // go into several; nullptr: it stays together.
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> views,
                                    std::unique_ptr<pipeline::BatchOwner>&& owner,
                                    const EndFile& endsFile);
  // As Pipeline::copyRowGroup.
  [[nodiscard]] Result<void> copy(const write::CopiedRowGroup& rowGroup);

  // Whether the open file has its size: endFile is due, at the next place where it may be. Rows
  // that are not written yet count as those that are; where these seem to make it full, they are
  // waited for. Errors are the pipeline's.
  [[nodiscard]] Result<bool> isFull();
  // Completes the open file, if there is one; what comes next goes into a new one.
  [[nodiscard]] Result<void> endFile(std::span<const write::KeyValue> keyValues);
  // After endFile: gives all files their names, at least one, if need be without rows; where the
  // directory had files of more numbers these are gone then. After an error none has its name, but
  // for those that have replaced others: the error says so, and names the first of the rest, which
  // stay under their hidden names then.
  [[nodiscard]] Result<std::vector<OutputResult>> publish();

  // The directory that the output is in, for what has to lie beside it.
  [[nodiscard]] io::Directory& directory() noexcept { return *directory_; }
  // Of it, with '/' at its end; empty: the working directory.
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] const std::shared_ptr<pipeline::EncodeThreads>& threads() const noexcept {
    return pipelineOptions_.threads;
  }

 private:
  struct File {
    std::string name;
    std::unique_ptr<io::PendingFile> pending;
    std::unique_ptr<pipeline::Pipeline> pipeline;  // has the file; nullptr: it is whole, and closed
    OutputResult result;
  };

  Output(const MergeOptions& options, std::shared_ptr<const schema::Schema> schema,
         const write::WriterOptions& writer);
  [[nodiscard]] Result<void> findOthers();
  [[nodiscard]] Result<void> beginFile();
  [[nodiscard]] Result<void> submit(std::uint64_t rows, std::span<const column::LeafView> views,
                                    std::unique_ptr<pipeline::BatchOwner>&& owner);
  [[nodiscard]] std::uint64_t bytesExpected(const pipeline::Progress& progress) noexcept;
  [[nodiscard]] Result<void> publishAll();
  [[nodiscard]] Error takeBack(Error error);

  const MergeOptions options_;
  const std::shared_ptr<const schema::Schema> schema_;
  const write::WriterOptions writer_;
  pipeline::PipelineOptions pipelineOptions_;
  std::unique_ptr<io::Directory> directory_;
  std::string singleName_;             // empty: a directory
  std::string prefix_;                 // of names, for messages
  std::vector<std::uint64_t> others_;  // numbers of files that were there when it was opened
  std::vector<File> files_;
  bool isOpen_ = false;  // the last one
  // Of it, where files have a size: what was submitted, and what was copied.
  column::RowExtent submitted_;
  column::RowExtent copied_;
  // As encoded; 0: nothing is written yet.
  double rowBytes_ = 0;
  bool keepsHidden_ = false;
};

}  // namespace parquet_flow::merge
