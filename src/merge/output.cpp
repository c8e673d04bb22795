#include "merge/output.hpp"

#include <algorithm>
#include <cerrno>

#include "base/limits.hpp"
#include "io/posix_directory.hpp"
#include "merge/output_names.hpp"
#include "pipeline/batch_rows.hpp"
#include "pipeline/parallelism.hpp"

namespace parquet_flow::merge {
namespace {

// Row groups on their way when a file is found to be full still have to fit.
constexpr std::uint64_t kRowGroupsLimit = kRowGroupsMax - 512;

}  // namespace

Output::Output(const MergeOptions& options, std::shared_ptr<const schema::Schema> schema,
               const write::WriterOptions& writer)
    : options_(options), schema_(std::move(schema)), writer_(writer) {}

Result<std::unique_ptr<Output>> Output::open(const MergeOptions& options,
                                             std::shared_ptr<const schema::Schema> schema,
                                             const write::WriterOptions& writer) {
  std::unique_ptr<Output> output(new Output(options, std::move(schema), writer));
  PF_TRY_ASSIGN(const OutputPlace place, placeOf(options.output));
  const bool isDirectory = place.name.empty();
  PF_TRY_ASSIGN(output->directory_,
                io::openDirectory(place.directory,
                                  isDirectory ? io::IfMissing::kCreate : io::IfMissing::kFail));
  output->singleName_ = place.name;
  output->prefix_ = options.output.substr(0, options.output.size() - place.name.size());
  if (isDirectory && !options.output.ends_with('/')) output->prefix_ += '/';
  if (options.fileBytes != 0 && !isDirectory) {
    return fail(ErrorCode::kInvalidArgument,
                options.output + " is not a directory: files have a size in directories alone");
  }
  PF_TRY_ASSIGN(const std::uint32_t parallelism, pipeline::chooseParallelism(options.parallelism));
  output->pipelineOptions_ = {.rowGroupRows = options.rowGroupRows,
                              .rowGroupBytes = rowGroupBytesOf(options),
                              .threads = pipeline::makeEncodeThreads(parallelism)};
  if (isDirectory) PF_TRY(output->findOthers());
  PF_TRY(output->beginFile());
  return output;
}

Result<void> Output::findOthers() {
  PF_TRY_ASSIGN(const std::vector<io::DirectoryEntry> entries, directory_->list(""));
  for (const io::DirectoryEntry& entry : entries) {
    const std::uint64_t number = numberOf(entry.name);
    if (number != 0 && entry.kind == io::EntryKind::kFile) others_.push_back(number);
  }
  if (options_.replaces || others_.empty()) return {};
  return fail(ErrorCode::kExists,
              prefix_ + numberedName(*std::min_element(others_.begin(), others_.end())) +
                  " exists already");
}

Output::~Output() {
  for (File& file : files_) {
    file.pipeline.reset();
    if (keepsHidden_) continue;
    // Of what is left hidden nobody would know more by a message here.
    static_cast<void>(file.pending->discard());
  }
}

Result<void> Output::beginFile() {
  File file;
  file.name = singleName_;
  if (singleName_.empty()) file.name = numberedName(files_.size() + 1);
  const io::IfTaken ifTaken = options_.replaces ? io::IfTaken::kReplace : io::IfTaken::kRefuse;
  PF_TRY_ASSIGN(auto pending, io::PendingFile::create(*directory_, file.name, ifTaken));
  file.pending = std::make_unique<io::PendingFile>(std::move(pending));
  files_.push_back(std::move(file));
  File& opened = files_.back();
  PF_TRY_ASSIGN(opened.pipeline, pipeline::Pipeline::open(opened.pending->takeFile(), schema_,
                                                          writer_, pipelineOptions_));
  opened.result.path = prefix_ + opened.name;
  isOpen_ = true;
  return {};
}

Result<void> Output::submit(std::uint64_t rows, std::span<const column::LeafView> views,
                            std::unique_ptr<pipeline::BatchOwner>&& owner) {
  if (!isOpen_) PF_TRY(beginFile());
  return files_.back().pipeline->submit(rows, views, std::move(owner));
}

Result<void> Output::append(std::uint64_t rows, std::span<const column::LeafView> views,
                            std::unique_ptr<pipeline::BatchOwner>&& owner,
                            const EndFile& endsFile) {
  if (options_.fileBytes == 0) return submit(rows, views, std::move(owner));
  pipeline::BatchRows all(*schema_, rows, views);
  all.cut({}, {.rows = pipelineOptions_.rowGroupRows, .bytes = pipelineOptions_.rowGroupBytes});
  const auto count = [this](const column::RowExtent& some) {
    submitted_.rows += some.rows;
    submitted_.bytes += some.bytes;
  };
  if (endsFile == nullptr || all.pieces().size() <= 1) {
    PF_TRY(submit(rows, views, std::move(owner)));
    for (const auto& piece : all.pieces()) count(piece.extent);
    return {};
  }
  bool isFirst = true;
  for (const auto& piece : all.pieces()) {
    if (piece.extent.rows == 0) continue;
    if (!isFirst) {
      PF_TRY_ASSIGN(const bool isEnd, isFull());
      if (isEnd) PF_TRY(endsFile());
    }
    PF_TRY_ASSIGN(const auto some, all.next(piece));
    // Copies, as the batch has one owner.
    PF_TRY(submit(piece.extent.rows, some, nullptr));
    count(piece.extent);
    isFirst = false;
  }
  return {};
}

Result<void> Output::copy(const write::CopiedRowGroup& rowGroup) {
  if (!isOpen_) PF_TRY(beginFile());
  PF_TRY(files_.back().pipeline->copyRowGroup(rowGroup));
  copied_.rows += write::rowsOf(rowGroup);
  for (const write::CopiedChunk& chunk : rowGroup.chunks) {
    copied_.bytes += chunk.bytes + chunk.bloomFilter.size();
  }
  return {};
}

// Of the open file, when all that was submitted is written.
std::uint64_t Output::bytesExpected(const pipeline::Progress& progress) noexcept {
  const std::uint64_t rows = progress.rowsWritten - copied_.rows;
  if (rows != 0) {
    rowBytes_ =
        static_cast<double>(progress.bytesWritten - copied_.bytes) / static_cast<double>(rows);
  }
  const std::uint64_t left = submitted_.rows - rows;
  if (left == 0) return progress.bytesWritten;
  // Before there is any file values take about what they take as they are.
  const double rowBytes =
      rowBytes_ != 0 ? rowBytes_
                     : static_cast<double>(submitted_.bytes) / static_cast<double>(submitted_.rows);
  return progress.bytesWritten + static_cast<std::uint64_t>(static_cast<double>(left) * rowBytes);
}

Result<bool> Output::isFull() {
  if (!isOpen_ || !singleName_.empty()) return false;
  pipeline::Pipeline& pipeline = *files_.back().pipeline;
  const pipeline::Progress progress = pipeline.progress();
  if (progress.rowGroupsWritten >= kRowGroupsLimit) return true;
  if (options_.fileBytes == 0 || bytesExpected(progress) < options_.fileBytes) return false;
  PF_TRY(pipeline.waitForWritten());
  const pipeline::Progress written = pipeline.progress();
  const std::uint64_t expected = bytesExpected(written);
  // The first row group of all becomes whole: nobody knows before what values take.
  return (rowBytes_ == 0 ? written.bytesWritten : expected) >= options_.fileBytes;
}

Result<void> Output::endFile(std::span<const write::KeyValue> keyValues) {
  if (!isOpen_) return {};
  File& file = files_.back();
  for (const auto& [key, value] : keyValues) PF_TRY(file.pipeline->setKeyValue(key, value));
  PF_TRY(file.pipeline->finish());
  const write::FileTotals& totals = file.pipeline->totals();
  file.result.rows = totals.rows;
  file.result.rowGroups = totals.rowGroups;
  file.result.bytes = totals.fileBytes;
  if (options_.syncs) PF_TRY(file.pipeline->file().sync());
  PF_TRY(file.pipeline->file().close());
  // With the memory of its row groups: there may be any number of files.
  file.pipeline.reset();
  isOpen_ = false;
  submitted_ = {};
  copied_ = {};
  return {};
}

Result<std::vector<OutputResult>> Output::publish() {
  Result<void> published = publishAll();
  if (!published) return fail(takeBack(std::move(published).error()));
  std::vector<OutputResult> results;
  results.reserve(files_.size());
  for (const File& file : files_) results.push_back(file.result);
  return results;
}

Result<void> Output::publishAll() {
  for (File& file : files_) PF_TRY(file.pending->publishClosed(file.name));
  // Beside these they would be rows that are there twice, or of what was merged before.
  for (const std::uint64_t number : others_) {
    if (number <= files_.size()) continue;
    Result<void> removed = directory_->remove(numberedName(number));
    if (!removed && removed.error().systemError() != ENOENT) return removed;
  }
  return options_.syncs ? directory_->sync("") : Result<void>{};
}

// What was replaced is gone: then the new file is better than none. Its rows may be in files that
// have no name yet.
Error Output::takeBack(Error error) {
  std::size_t left = 0;
  const std::string* first = nullptr;
  std::string hidden;
  for (const File& file : files_) {
    if (!file.pending->isPublished()) {
      if (hidden.empty()) hidden = prefix_ + std::string(file.pending->hiddenName());
      continue;
    }
    if (!options_.replaces && directory_->remove(file.name)) continue;
    first = left++ == 0 ? &file.result.path : first;
  }
  if (left == 0) return error;
  keepsHidden_ = options_.replaces && !hidden.empty();
  // Whatever the reason is called: something was touched.
  return Error(ErrorCode::kIo, error.systemError(), std::string(error.message()))
      .withContext(*first + " and " + std::to_string(left - 1) +
                   " more files of the output are there, and whole, " +
                   (keepsHidden_ ? "and the others from " + hidden + " on, but" : "but"));
}

}  // namespace parquet_flow::merge
