#include "merge/sorted_merge.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/thread.hpp"
#include "merge/gather_queue.hpp"
#include "merge/output.hpp"
#include "merge/replaced_inputs.hpp"
#include "merge/run_merger.hpp"
#include "merge/shared_work.hpp"
#include "merge/sort_buffer.hpp"
#include "merge/sorted_input.hpp"
#include "merge/sorted_run.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::size_t kRunsMax = 128;  // open at a time
constexpr std::uint64_t kFilesPerProgress = 1000;

tl::unexpected<Error> failStopped() {
  return fail(ErrorCode::kCancelled, "stopped while it was sorting: there is no output");
}

tl::unexpected<Error> failReplaced() {
  return fail(ErrorCode::kCorrupt,
              "a file was replaced while it was sorted: it has other rows than before");
}

Error naming(const std::string& path, Error error) {
  const bool isNamed = error.message().find(path) != std::string::npos;
  return isNamed ? error : std::move(error).withContext(path);
}

class SortedMerge {
 public:
  SortedMerge(const MergeOptions& options, MergeEvents& events, const Target& target)
      : options_(options), events_(events), target_(target), keyValues_(target) {}

  [[nodiscard]] Result<MergeResult> run();

 private:
  [[nodiscard]] Result<void> readAll();
  [[nodiscard]] Result<void> takeFile(SortedInputFile& file);
  [[nodiscard]] Result<void> bufferSmall(SortedInputFile& file);
  [[nodiscard]] Result<void> bufferFile(const SortedInputFile& file);
  [[nodiscard]] std::uint64_t sortBytes() const noexcept;
  [[nodiscard]] Result<void> spill();
  [[nodiscard]] AppendRows appendToRun();
  [[nodiscard]] Result<bool> mergeSome(std::span<const SortedFile> files, const AppendRows& append);
  [[nodiscard]] Result<void> shorten();
  [[nodiscard]] Result<void> mergeRuns();
  [[nodiscard]] Result<void> appendToOutput(std::uint64_t rows,
                                            std::span<const column::LeafView> views,
                                            std::unique_ptr<pipeline::BatchOwner>&& owner);
  void progress();

  const MergeOptions& options_;
  MergeEvents& events_;
  const Target& target_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<SharedWork> work_;  // of the ones behind it
  std::unique_ptr<RunFiles> runFiles_;
  std::unique_ptr<SortedInput> input_;
  std::unique_ptr<SortedRun> reader_;  // of files that are not in order
  std::unique_ptr<SortBuffer> buffer_;
  std::unique_ptr<RunMerger> merger_;
  std::vector<SortedFile> sorted_;
  std::optional<ReplacedInputs> replaced_;
  OutputKeyValues keyValues_;
  std::vector<write::KeyValue> outputKeyValues_;  // of each output, once all files are read
  MergeResult result_;
  std::optional<Error> firstFailure_;
  // The open file cannot be left out any more: its rows, or those of files before it, are about to
  // be in a run.
  bool isPartial_ = false;
  bool hasRunFailed_ = false;  // the error is no fault of the open file
  std::uint64_t rowsOut_ = 0;
  std::uint64_t beganNs_ = monotonicNs();
};

Result<MergeResult> SortedMerge::run() {
  if (options_.fileBytes != 0 && target_.captures) {
    return fail(ErrorCode::kInvalidArgument,
                "sorted captures are one file: their ledgers could not be split");
  }
  PF_TRY_ASSIGN(output_, Output::open(options_, target_.schema, target_.writer));
  PF_TRY_ASSIGN(replaced_, ReplacedInputs::find(options_));
  PF_TRY(events_.onBegin());
  work_ = std::make_unique<SharedWork>(output_->threads());
  runFiles_ = std::make_unique<RunFiles>(target_, output_->directory(), output_->prefix(),
                                         output_->threads());
  input_ = std::make_unique<SortedInput>(target_, options_, *work_);
  reader_ = std::make_unique<SortedRun>(target_, options_, *work_,
                                        std::make_shared<RowBatches>(*target_.schema));
  buffer_ = std::make_unique<SortBuffer>(target_, *work_);
  merger_ = std::make_unique<RunMerger>(target_, options_, events_, *work_);
  PF_TRY(input_->open());
  PF_TRY(readAll());
  if (result_.files == 0 && firstFailure_) {
    return tl::unexpected<Error>(ofFile(std::move(*firstFailure_)));
  }
  outputKeyValues_ = keyValues_.take();
  PF_TRY(mergeRuns());
  PF_TRY(output_->endFile(outputKeyValues_));
  PF_TRY_ASSIGN(result_.outputs, output_->publish());
  result_.spilledRuns = runFiles_->count();
  result_.blankLines = input_->counts().blankLines;
  result_.otherSuffix = input_->counts().otherSuffix;
  result_.outputsPassed = input_->counts().outputs;
  result_.sessions = target_.captures ? target_.captures->book.sessions() : 0;
  result_.seconds = static_cast<double>(monotonicNs() - beganNs_) * 1e-9;
  return std::move(result_);
}

Result<void> SortedMerge::readAll() {
  while (true) {
    if (events_.isStopped()) return failStopped();
    PF_TRY_ASSIGN(SortedInputFile* const file, input_->next());
    if (file == nullptr) return {};
    isPartial_ = false;
    Result<void> taken = takeFile(*file);
    const std::string& path = file->file().path;
    if (taken) {
      ++result_.files;
      replaced_->take(path);
    } else {
      Error error = std::move(taken).error();
      if (error.code() == ErrorCode::kCancelled || hasRunFailed_) return fail(std::move(error));
      error = naming(path, std::move(error));
      ++result_.failures;
      if (!firstFailure_) firstFailure_ = error;
      events_.onFailure({0, path, error, 0});
      if (replaced_->needs(path)) return fail(ReplacedInputs::leftOut(path, std::move(error)));
      if (options_.stopsAtFailure || isPartial_) return fail(ofFile(std::move(error)));
    }
    progress();
  }
}

void SortedMerge::progress() {
  const std::uint64_t done = result_.files + result_.failures;
  if (done % kFilesPerProgress != 0) return;
  events_.onProgress({done, result_.rows, static_cast<double>(monotonicNs() - beganNs_) * 1e-9});
}

Result<void> SortedMerge::takeFile(SortedInputFile& file) {
  PF_TRY(std::move(file.result()));
  switch (file.kind()) {
    case SortedInputFile::Kind::kSmall:
      PF_TRY(bufferSmall(file));
      break;
    case SortedInputFile::Kind::kSorted:
      // Rows that are equal come in the order of the files: those in the buffer are before it.
      isPartial_ = true;
      PF_TRY(spill());
      sorted_.push_back(file.file());
      break;
    case SortedInputFile::Kind::kOther:
      PF_TRY(bufferFile(file));
      break;
  }
  isPartial_ = true;
  result_.rows += file.rowsInAll();
  return keyValues_.add(file.keyValues());
}

Result<void> SortedMerge::bufferSmall(SortedInputFile& file) {
  if (buffer_->bytes() + file.rows().bytes() > kSortBytesMax) {
    isPartial_ = true;
    PF_TRY(spill());
    isPartial_ = false;
  }
  const SortBuffer::Mark mark = buffer_->mark();
  Result<void> appended = buffer_->append(file.rows().rows(), file.rows().views(), file.keys());
  if (!appended) {
    buffer_->rollBack(mark);
    return appended;
  }
  if (buffer_->bytes() < sortBytes()) return {};
  isPartial_ = true;
  return spill();
}

Result<void> SortedMerge::bufferFile(const SortedInputFile& file) {
  const SortBuffer::Mark mark = buffer_->mark();
  const auto read = [&]() -> Result<void> {
    // Two of them are there, the next one being decoded.
    reader_->open(file.file(), {options_.batchRows, sortBytes() / 4}, false);
    std::uint64_t rows = 0;
    while (true) {
      PF_TRY_ASSIGN(const auto batch, reader_->next());
      // Key-values and ledger are of what was looked at.
      if (batch == nullptr) return rows == file.rowsInAll() ? Result<void>{} : failReplaced();
      rows += batch->rows();
      PF_TRY(buffer_->append(batch->rows(), batch->views, batch->keys));
      if (buffer_->bytes() < sortBytes()) continue;
      if (events_.isStopped()) return failStopped();
      isPartial_ = true;
      PF_TRY(spill());
    }
  };
  Result<void> done = read();
  // Once a run has begun the mark is of rows that are in it.
  if (!done && !isPartial_) buffer_->rollBack(mark);
  return done;
}

std::uint64_t SortedMerge::sortBytes() const noexcept {
  return std::min(options_.sortBytes, kSortBytesMax);
}

Result<void> SortedMerge::spill() {
  if (buffer_->rows() == 0) return {};
  const auto write = [this]() -> Result<void> {
    PF_TRY(runFiles_->begin());
    PF_TRY(buffer_->drain(appendToRun()));
    PF_TRY_ASSIGN(auto run, runFiles_->finish());
    sorted_.push_back(std::move(run));
    return {};
  };
  Result<void> written = write();
  hasRunFailed_ = !written;
  return written;
}

AppendRows SortedMerge::appendToRun() {
  return [this](std::uint64_t rows, std::span<const column::LeafView> views,
                std::unique_ptr<pipeline::BatchOwner>&& owner) {
    return runFiles_->append(rows, views, std::move(owner));
  };
}

// A file that was in order fails when it is read: rows of it may have been handed on.
Result<bool> SortedMerge::mergeSome(std::span<const SortedFile> files, const AppendRows& append) {
  auto isWhole = merger_->merge(files, append);
  const SortedFile* const failed = isWhole ? nullptr : merger_->failed();
  if (failed == nullptr || !failed->identity) return isWhole;
  Error error = naming(failed->path, std::move(isWhole).error());
  events_.onFailure({0, failed->path, error, 0});
  return fail(ofFile(std::move(error)));
}

// Where there are more runs than may be open: the first ones become one, in their place, and so on.
Result<void> SortedMerge::shorten() {
  std::vector<SortedFile> shorter;
  for (std::size_t at = 0; at < sorted_.size(); at += kRunsMax) {
    const auto some = std::span(sorted_).subspan(at, std::min(kRunsMax, sorted_.size() - at));
    PF_TRY(runFiles_->begin());
    PF_TRY_ASSIGN(const bool isWhole, mergeSome(some, appendToRun()));
    if (!isWhole) return failStopped();
    PF_TRY_ASSIGN(auto run, runFiles_->finish());
    for (const SortedFile& file : some) PF_TRY(runFiles_->remove(file));
    shorter.push_back(std::move(run));
  }
  sorted_ = std::move(shorter);
  return {};
}

Result<void> SortedMerge::mergeRuns() {
  const AppendRows append = [this](std::uint64_t rows, std::span<const column::LeafView> views,
                                   std::unique_ptr<pipeline::BatchOwner>&& owner) {
    return appendToOutput(rows, views, std::move(owner));
  };
  bool isWhole = true;
  if (sorted_.empty()) {
    PF_TRY(buffer_->drain(append));
  } else {
    PF_TRY(spill());
    while (sorted_.size() > kRunsMax) PF_TRY(shorten());
    PF_TRY_ASSIGN(isWhole, mergeSome(sorted_, append));
  }
  if (isWhole ? rowsOut_ != result_.rows : rowsOut_ > result_.rows) return failReplaced();
  if (isWhole) return {};
  // The ledger of captures would not hold for a part of them.
  if (target_.captures) return failStopped();
  replaced_->takeBack();
  PF_TRY(replaced_->checkStopped());
  result_.rowsLeft = result_.rows - rowsOut_;
  result_.rows = rowsOut_;
  return {};
}

Result<void> SortedMerge::appendToOutput(std::uint64_t rows,
                                         std::span<const column::LeafView> views,
                                         std::unique_ptr<pipeline::BatchOwner>&& owner) {
  const Output::EndFile endsFile = [this]() -> Result<void> {
    // Their ledger holds for all of them.
    if (target_.captures) return fail(ErrorCode::kLimit, "sorted captures do not fit one file");
    return output_->endFile(outputKeyValues_);
  };
  PF_TRY_ASSIGN(const bool isFull, output_->isFull());
  if (isFull) PF_TRY(endsFile());
  rowsOut_ += rows;
  return output_->append(rows, views, std::move(owner), endsFile);
}

}  // namespace

Result<MergeResult> mergeSorted(const MergeOptions& options, MergeEvents& events,
                                const Target& target) {
  return SortedMerge(options, events, target).run();
}

}  // namespace parquet_flow::merge
