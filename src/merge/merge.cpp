#include "merge/merge.hpp"

#include <utility>
#include <vector>

#include "base/contained.hpp"
#include "base/thread.hpp"
#include "merge/file_worker.hpp"
#include "merge/output.hpp"
#include "merge/paths.hpp"
#include "merge/queues.hpp"
#include "merge/replaced_inputs.hpp"
#include "merge/sorted_merge.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::uint64_t kFilesPerProgress = 1000;
// Batches from here on are lent to the encoder; smaller ones are copied together, so that it has
// few pieces.
constexpr std::uint64_t kLentBytes = 512 << 10;
const Output::EndFile kStaysTogether;

// Gives the rows back when they are encoded.
class LentRows final : public pipeline::BatchOwner {
 public:
  LentRows(std::unique_ptr<column::RowCopies> rows, RowCopiesPool& pool) noexcept
      : rows_(std::move(rows)), pool_(pool) {}
  ~LentRows() override { pool_.give(std::move(rows_)); }
  void onDone(const Error* /*failure*/) noexcept override {}

 private:
  std::unique_ptr<column::RowCopies> rows_;
  RowCopiesPool& pool_;
};

class Merge {
 public:
  Merge(const MergeOptions& options, MergeEvents& events, const Target& target)
      : options_(options),
        events_(events),
        target_(target),
        paths_(options.queuedPaths, options.workers),
        results_(options.queuedResults),
        pool_(*target.schema),
        copiesLeft_(copiesMax(options)),
        shared_{options, events, target, paths_, results_, pool_, copiesLeft_},
        keyValues_(target) {}
  ~Merge() { join(); }

  [[nodiscard]] Result<MergeResult> run();

 private:
  struct Worker {
    Worker(const MergeShared& shared, std::uint32_t number, Merge& itsMerge)
        : files(shared, number), merge(itsMerge) {}
    FileWorker files;
    Merge& merge;
    Thread thread;
  };
  [[nodiscard]] Result<void> start();
  static void runLister(void* raw) noexcept;
  static void runWorker(void* raw) noexcept;
  void list();
  void fail(Error error) noexcept;
  void leave() noexcept;
  void join() noexcept;

  [[nodiscard]] Result<void> write();
  [[nodiscard]] Result<void> writeItem(ResultItem& item);
  [[nodiscard]] Result<void> writeRows(ResultItem& item);
  [[nodiscard]] Result<void> copyRowGroup(const write::CopiedRowGroup& group,
                                          const ResultItem& item);
  [[nodiscard]] Result<void> countFile(FileDone& file);
  [[nodiscard]] Result<void> splitOutput();
  void addPairs(const ResultItem& item);

  const MergeOptions& options_;
  MergeEvents& events_;
  const Target& target_;
  std::unique_ptr<Paths> input_;
  PathQueue paths_;
  ResultQueue results_;
  RowCopiesPool pool_;
  std::atomic<std::int64_t> copiesLeft_;
  const MergeShared shared_;
  std::unique_ptr<Output> output_;  // lets go of what it has of the pool
  std::vector<std::unique_ptr<Worker>> workers_;
  Thread lister_;
  std::mutex mutex_;
  std::uint32_t running_ = 0;     // workers
  std::optional<Error> failure_;  // of a thread
  std::optional<std::string> unlisted_;
  std::optional<ReplacedInputs> replaced_;
  OutputKeyValues keyValues_;
  MergeResult result_;
  std::optional<Error> firstFailure_;  // of a file
  // Of the file that results are of, up to the one with its end: nothing more of it is taken.
  std::optional<Error> copyFailure_;
  std::uint64_t rowsLost_ = 0;
  std::uint64_t beganNs_ = monotonicNs();
};

Result<void> Merge::start() {
  PF_TRY_ASSIGN(input_, Paths::ofMerge(options_).map_error(ofFile));
  for (std::uint32_t i = 0; i < options_.workers; ++i) {
    workers_.push_back(std::make_unique<Worker>(shared_, i, *this));
  }
  running_ = options_.workers;
  for (std::uint32_t i = 0; i < options_.workers; ++i) {
    const std::string name = "pf-merge-" + std::to_string(i % 1000);
    auto thread = Thread::start({.name = name, .cpus = {}}, runWorker, workers_[i].get());
    if (!thread) {
      for (std::uint32_t rest = i; rest < options_.workers; ++rest) leave();
      return tl::unexpected<Error>(std::move(thread).error());
    }
    workers_[i]->thread = std::move(*thread);
  }
  PF_TRY_ASSIGN(lister_, Thread::start({.name = "pf-merge-list", .cpus = {}}, runLister, this));
  return {};
}

void Merge::join() noexcept {
  static_cast<void>(paths_.stop());
  results_.stop();
  lister_.join();
  for (const auto& worker : workers_) worker->thread.join();
}

// The boundary of our threads: what the standard library throws ends as the merge's failure.
void Merge::runLister(void* raw) noexcept {
  Merge& merge = *static_cast<Merge*>(raw);
  auto listed = contained([&]() -> Result<void> {
    merge.list();
    return {};
  });
  if (!listed) merge.paths_.close(std::move(listed).error());
}

void Merge::runWorker(void* raw) noexcept {
  Worker& worker = *static_cast<Worker*>(raw);
  auto done = contained([&]() -> Result<void> {
    worker.files.run();
    return {};
  });
  if (!done) worker.merge.fail(std::move(done).error());
  worker.merge.leave();
}

void Merge::list() {
  std::string path;
  for (;;) {
    auto isThere = input_->next(path);
    if (!isThere) {
      paths_.close(std::move(isThere).error());
      return;
    }
    if (!*isThere) break;
    if (events_.isStopped() || !paths_.put(path)) {
      unlisted_ = path;
      break;
    }
  }
  paths_.close(std::nullopt);
}

void Merge::fail(Error error) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_.emplace(std::move(error));
  }
  static_cast<void>(paths_.stop());
  results_.stop();
}

void Merge::leave() noexcept {
  const std::lock_guard lock(mutex_);
  if (--running_ == 0) results_.close();
}

Result<MergeResult> Merge::run() {
  PF_TRY_ASSIGN(output_, Output::open(options_, target_.schema, target_.writer));
  PF_TRY_ASSIGN(replaced_, ReplacedInputs::find(options_));
  PF_TRY(events_.onBegin());
  PF_TRY(start());
  PF_TRY(write());
  const std::optional<std::string> next = paths_.stop();
  join();
  if (failure_) return tl::unexpected<Error>(std::move(*failure_));
  if (paths_.failure()) return tl::unexpected<Error>(ofFile(*paths_.failure()));
  if (!result_.stoppedBefore) result_.stoppedBefore = next ? next : unlisted_;
  // An empty output would be no part of what was asked for, in the place of one that is there.
  if (result_.stoppedBefore && result_.files == 0) return failStoppedAtOnce();
  if (result_.files == 0 && firstFailure_) {
    return tl::unexpected<Error>(ofFile(std::move(*firstFailure_)));
  }
  if (result_.stoppedBefore) PF_TRY(replaced_->checkStopped());
  PF_TRY(output_->endFile(keyValues_.take()));
  PF_TRY_ASSIGN(result_.outputs, output_->publish());
  result_.blankLines = input_->counts().blankLines;
  result_.otherSuffix = input_->counts().otherSuffix;
  result_.outputsPassed = input_->counts().outputs;
  result_.sessions = target_.captures ? target_.captures->book.sessions() : 0;
  result_.seconds = static_cast<double>(monotonicNs() - beganNs_) * 1e-9;
  return std::move(result_);
}

Result<void> Merge::write() {
  ResultItem item;
  while (!result_.stoppedBefore && results_.take(item)) {
    PF_TRY(writeItem(item));
  }
  return {};
}

Result<void> Merge::writeItem(ResultItem& item) {
  if (item.fatal) return tl::unexpected<Error>(std::move(*item.fatal));
  if (item.rows != nullptr) PF_TRY(writeRows(item));
  for (const write::CopiedRowGroup& group : item.copies) PF_TRY(copyRowGroup(group, item));
  for (FileDone& file : item.files) PF_TRY(countFile(file));
  if (target_.captures && !item.files.empty()) PF_TRY(splitOutput());
  result_.stoppedBefore = std::move(item.stoppedBefore);
  return {};
}

Result<void> Merge::writeRows(ResultItem& item) {
  const std::uint64_t rows = item.rows->rows();
  // Rows that come together with the end of a file are of others behind it.
  if (copyFailure_ && item.files.empty()) {
    rowsLost_ += rows;
    pool_.give(std::move(item.rows));
    return {};
  }
  // Captures go whole into one file: their ledgers do.
  if (!target_.captures) PF_TRY(splitOutput());
  addPairs(item);
  const Output::EndFile endsFile = [&]() -> Result<void> {
    PF_TRY(output_->endFile(keyValues_.take()));
    addPairs(item);
    return {};
  };
  const Output::EndFile& ends = target_.captures ? kStaysTogether : endsFile;
  const auto views = item.rows->views();
  if (item.rows->bytes() >= kLentBytes) {
    auto lent = std::make_unique<LentRows>(std::move(item.rows), pool_);
    PF_TRY(output_->append(rows, views, std::move(lent), ends));
  } else {
    PF_TRY(output_->append(rows, views, nullptr, ends));
    pool_.give(std::move(item.rows));
  }
  result_.rows += rows;
  return {};
}

// Of the files that rows are of: one may end in another output than its first rows do.
void Merge::addPairs(const ResultItem& item) {
  if (item.keyValues != nullptr) {
    keyValues_.addPairs(*item.keyValues);
    return;
  }
  for (const FileDone& file : item.files) {
    if (!file.error) keyValues_.addPairs(file.keyValues);
  }
}

Result<void> Merge::copyRowGroup(const write::CopiedRowGroup& group, const ResultItem& item) {
  const std::uint64_t rows = write::rowsOf(group);
  if (!copyFailure_) {
    if (!target_.captures) PF_TRY(splitOutput());
    Result<void> copied = output_->copy(group);
    if (!copied && canRead(group)) return copied;
    if (!copied) copyFailure_ = std::move(copied).error();
  }
  if (copyFailure_) {
    rowsLost_ += rows;
    return {};
  }
  keyValues_.addCopied(item.writers);
  addPairs(item);
  result_.rows += rows;
  ++result_.rowGroupsCopied;
  return {};
}

Result<void> Merge::countFile(FileDone& file) {
  if (copyFailure_) {
    file.rows -= std::exchange(rowsLost_, 0);
    if (!file.error) file.error = std::move(copyFailure_);
    copyFailure_.reset();
  }
  if (file.error) {
    const bool isNeeded = replaced_->needs(file.path);
    const bool ends = isNeeded || options_.stopsAtFailure || (target_.captures && file.rows != 0);
    ++result_.failures;
    if (!firstFailure_) firstFailure_ = file.error;
    events_.onFailure({file.worker, file.path, *file.error, ends ? 0 : file.rows});
    if (!ends && file.rows != 0) result_.partialFiles.push_back({file.path, file.rows});
    if (isNeeded) {
      return tl::unexpected<Error>(ReplacedInputs::leftOut(file.path, std::move(*file.error)));
    }
    if (ends) return tl::unexpected<Error>(ofFile(std::move(*file.error)));
  } else {
    ++result_.files;
    replaced_->take(file.path);
    // Its rows are in the output already.
    if (auto added = keyValues_.add(file.keyValues); !added) {
      return tl::unexpected<Error>(ofFile(std::move(added).error().withContext(file.path)));
    }
  }
  const std::uint64_t done = result_.files + result_.failures;
  if (done % kFilesPerProgress == 0) {
    events_.onProgress({done, result_.rows, static_cast<double>(monotonicNs() - beganNs_) * 1e-9});
  }
  return {};
}

Result<void> Merge::splitOutput() {
  PF_TRY_ASSIGN(const bool isFull, output_->isFull());
  return isFull ? output_->endFile(keyValues_.take()) : Result<void>{};
}

// What would become of the open file.
Result<void> planFile(const MergeOptions& options, const Target& target, const SourceFile& file,
                      SourceRows& rows, std::uint64_t number, std::int64_t& copiesLeft,
                      FilePlan& plan) {
  PF_TRY_ASSIGN(const auto sessions, sessionsOf(target, file, number));
  PF_TRY(rows.beginFile(file, sessions ? &*sessions : nullptr));
  plan.rows = file.info().rows;
  plan.rowGroups = file.metaData().row_groups.size();
  if (!rows.columns().isIdentity || !canCopyFrom(file)) return {};
  for (const format::RowGroup& group : file.metaData().row_groups) {
    plan.rowGroupsCopied += isLargeEnough(group, copyBounds(options)) && copiesLeft-- > 0 ? 1 : 0;
  }
  return {};
}

}  // namespace

Result<MergeResult> mergeFiles(const MergeOptions& options, MergeEvents& events) {
  PF_TRY(validate(options));
  PF_TRY(Paths::checkOutput(options));
  std::optional<Result<void>> begun;
  const auto tell = [&](const std::string& path, const Error& error) {
    if (!begun) begun = events.onBegin();
    events.onFailure({0, path, error, 0});
    return !options.stopsAtFailure;
  };
  auto chosen = chooseTarget(options, events, tell);
  if (begun) PF_TRY(std::move(*begun));
  if (!chosen) return fail(std::move(chosen).error());
  const Target target = std::move(*chosen);
  if (!options.sortBy.empty()) return mergeSorted(options, events, target);
  return Merge(options, events, target).run();
}

Result<MergeResult> planMerge(const MergeOptions& options, const MergeEvents& events,
                              PlanEvents& plan) {
  PF_TRY(validate(options));
  PF_TRY(Paths::checkOutput(options));
  const auto tell = [&](const std::string& path, const Error& error) {
    plan.onFile({.path = path, .error = error});
    return true;
  };
  PF_TRY_ASSIGN(const Target target, chooseTarget(options, events, tell));
  PF_TRY_ASSIGN(const auto paths, Paths::ofMerge(options));
  PF_TRY_ASSIGN(ReplacedInputs replaced, ReplacedInputs::find(options));
  MergeResult result;
  SourceFile file;
  SourceRows rows(*target.schema);
  std::int64_t copiesLeft = copiesMax(options);
  for (std::uint64_t number = 0;; ++number) {
    FilePlan one;
    PF_TRY_ASSIGN(const bool isThere, paths->next(one.path));
    if (!isThere) break;
    if (events.isStopped()) {
      result.stoppedBefore = std::move(one.path);
      break;
    }
    Result<void> planned = file.open(one.path);
    if (planned) planned = planFile(options, target, file, rows, number, copiesLeft, one);
    if (planned) {
      replaced.take(one.path);
      ++result.files;
      result.rows += one.rows;
      result.rowGroupsCopied += one.rowGroupsCopied;
    } else {
      ++result.failures;
      one.error = std::move(planned).error();
    }
    plan.onFile(one);
    if (one.error && replaced.needs(one.path)) {
      return fail(ReplacedInputs::leftOut(one.path, std::move(*one.error)));
    }
  }
  result.blankLines = paths->counts().blankLines;
  result.otherSuffix = paths->counts().otherSuffix;
  result.outputsPassed = paths->counts().outputs;
  result.sessions = target.captures ? target.captures->book.sessions() : 0;
  return result;
}

}  // namespace parquet_flow::merge
