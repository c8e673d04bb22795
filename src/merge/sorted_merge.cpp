#include "merge/sorted_merge.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/thread.hpp"
#include "io/posix_directory.hpp"
#include "merge/output.hpp"
#include "merge/paths.hpp"
#include "merge/sorted_runs.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::size_t kRunsMax = 128;  // open at a time
constexpr std::uint64_t kFilesPerProgress = 1000;
// Files below this go through the sort buffer whether they are sorted or not: a run of them would
// be another file to be held open.
constexpr std::uint64_t kRunRowsMin = 64 << 10;
constexpr std::uint64_t kBatchRowsMin = 1024;
// Of the sort buffer: the texts of a column have offsets of 32 bits.
constexpr std::uint64_t kSortBytesMax = 2ULL << 30;

tl::unexpected<Error> failStopped() {
  return fail(ErrorCode::kCancelled, "stopped while it was sorting: there is no output");
}

// Takes the rows of several runs in order. The run whose row is next is found by a tournament: a
// leaf for each run, and in each node the loser of the two below, so that a row costs as many
// comparisons as the tree is high.
class RunMerger {
 public:
  RunMerger(const Target& target, const MergeOptions& options, const MergeEvents& events)
      : target_(target), options_(options), events_(events), gather_(*target.schema) {}

  template <class Append>
  [[nodiscard]] Result<void> merge(std::span<const SortedFile> files, Append&& append);

 private:
  struct Run {
    std::unique_ptr<SortedRun> rows;
    std::uint32_t at = 0;
    std::uint32_t end = 0;  // of the batch; at == end: there is no row any more
  };
  [[nodiscard]] Result<void> open(std::span<const SortedFile> files);
  [[nodiscard]] Result<void> advance(std::uint32_t run);
  [[nodiscard]] bool isBefore(std::uint32_t a, std::uint32_t b) const noexcept;
  std::uint32_t build(std::size_t node);
  void replay(std::uint32_t run) noexcept;
  [[nodiscard]] std::uint64_t batchRows(std::size_t runs) const noexcept;

  const Target& target_;
  const MergeOptions& options_;
  const MergeEvents& events_;
  RowGather gather_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> losers_;
  std::uint32_t winner_ = 0;
  std::vector<RowPick> picks_;
};

std::uint64_t RunMerger::batchRows(std::size_t runs) const noexcept {
  std::uint64_t rowBytes = 8;
  for (const schema::Leaf& leaf : target_.schema->leaves()) {
    constexpr std::uint64_t kTextBytes = 32;
    const std::uint64_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
    rowBytes += width == 0 ? kTextBytes : width;
  }
  return std::clamp(options_.sortBytes / (runs * rowBytes), kBatchRowsMin, options_.batchRows);
}

Result<void> RunMerger::open(std::span<const SortedFile> files) {
  runs_.clear();
  runs_.resize(files.size());
  for (std::uint32_t i = 0; i < runs_.size(); ++i) {
    runs_[i].rows = std::make_unique<SortedRun>(target_, options_);
    PF_TRY(runs_[i].rows->open(files[i], batchRows(files.size())));
    PF_TRY(advance(i));
  }
  losers_.assign(runs_.size(), 0);
  winner_ = build(1);
  return {};
}

// To the run's next batch.
Result<void> RunMerger::advance(std::uint32_t run) {
  Run& one = runs_[run];
  one.at = 0;
  one.end = 0;
  PF_TRY_ASSIGN(const bool isThere, one.rows->next());
  if (!isThere) return {};
  one.end = static_cast<std::uint32_t>(one.rows->rows());
  return gather_.setSource(run, one.rows->views());
}

bool RunMerger::isBefore(std::uint32_t a, std::uint32_t b) const noexcept {
  const Run& left = runs_[a];
  const Run& right = runs_[b];
  if (left.at == left.end) return false;
  if (right.at == right.end) return true;
  const int order = compareKeys(left.rows->keys(), left.at, right.rows->keys(), right.at);
  return order != 0 ? order < 0 : a < b;
}

// Nodes are 1 to n - 1, leaves n to 2 n - 1. Returns who wins below the node.
std::uint32_t RunMerger::build(std::size_t node) {
  if (node >= runs_.size()) return static_cast<std::uint32_t>(node - runs_.size());
  const std::uint32_t left = build(2 * node);
  const std::uint32_t right = build(2 * node + 1);
  const bool isLeft = isBefore(left, right) || (!isBefore(right, left) && left < right);
  losers_[node] = isLeft ? right : left;
  return isLeft ? left : right;
}

void RunMerger::replay(std::uint32_t run) noexcept {
  std::uint32_t winner = run;
  for (std::size_t node = (run + runs_.size()) / 2; node >= 1; node /= 2) {
    if (isBefore(losers_[node], winner)) std::swap(losers_[node], winner);
  }
  winner_ = winner;
}

template <class Append>
Result<void> RunMerger::merge(std::span<const SortedFile> files, Append&& append) {
  if (files.empty()) return {};
  PF_TRY(open(files));
  const auto flush = [&]() -> Result<void> {
    if (events_.isStopped()) return failStopped();
    gather_.clear();
    PF_TRY(gather_.append(picks_));
    picks_.clear();
    return append(gather_.rows(), gather_.views());
  };
  while (runs_[winner_].at != runs_[winner_].end) {
    Run& run = runs_[winner_];
    picks_.push_back({winner_, run.at++});
    if (picks_.size() == kGatherRows) PF_TRY(flush());
    if (run.at == run.end) {
      // Its views are of the batch that goes.
      if (!picks_.empty()) PF_TRY(flush());
      PF_TRY(advance(winner_));
    }
    replay(winner_);
  }
  return picks_.empty() ? Result<void>{} : flush();
}

class SortedMerge {
 public:
  SortedMerge(const MergeOptions& options, MergeEvents& events, const Target& target)
      : options_(options),
        events_(events),
        target_(target),
        rows_(*target.schema),
        check_(target, options),
        buffer_(target, options),
        merger_(target, options, events),
        keyValues_(target) {}

  [[nodiscard]] Result<MergeResult> run();

 private:
  [[nodiscard]] Result<void> readAll();
  [[nodiscard]] Result<void> readFile(const std::string& path, std::uint64_t number);
  [[nodiscard]] Result<void> bufferFile(const SessionColumn* session);
  [[nodiscard]] Result<void> spill();
  [[nodiscard]] Result<void> shorten();
  [[nodiscard]] Result<void> mergeRuns();
  [[nodiscard]] Result<void> appendToOutput(std::uint64_t rows,
                                            std::span<const column::LeafView> views);
  void progress();

  const MergeOptions& options_;
  MergeEvents& events_;
  const Target& target_;
  std::unique_ptr<Paths> input_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<RunFiles> runFiles_;
  std::vector<SortedFile> sorted_;
  SourceFile source_;
  SourceRows rows_;
  SortedCheck check_;
  SortBuffer buffer_;
  RunMerger merger_;
  OutputKeyValues keyValues_;
  MergeResult result_;
  std::optional<Error> firstFailure_;
  bool isPartial_ = false;  // rows of the open file are in a run already
  std::uint64_t beganNs_ = monotonicNs();
};

Result<MergeResult> SortedMerge::run() {
  if (options_.fileBytes != 0 && target_.captures) {
    return fail(ErrorCode::kInvalidArgument,
                "sorted captures are one file: their ledgers could not be split");
  }
  PF_TRY_ASSIGN(output_, Output::open(options_, target_.schema, target_.writer));
  runFiles_ = std::make_unique<RunFiles>(target_, output_->directory(), output_->prefix(),
                                         output_->threads());
  PF_TRY_ASSIGN(input_, Paths::open(options_.inputs));
  PF_TRY(readAll());
  if (result_.files == 0 && firstFailure_) return tl::unexpected<Error>(std::move(*firstFailure_));
  PF_TRY(mergeRuns());
  PF_TRY(output_->endFile(keyValues_.take()));
  PF_TRY_ASSIGN(result_.outputs, output_->publish());
  result_.spilledRuns = runFiles_->count();
  result_.blankLines = input_->counts().blankLines;
  result_.otherSuffix = input_->counts().otherSuffix;
  result_.sessions = target_.captures ? target_.captures->book.sessions() : 0;
  result_.seconds = static_cast<double>(monotonicNs() - beganNs_) * 1e-9;
  return std::move(result_);
}

Result<void> SortedMerge::readAll() {
  std::string path;
  for (std::uint64_t number = 0;; ++number) {
    if (events_.isStopped()) return failStopped();
    PF_TRY_ASSIGN(const bool isThere, input_->next(path));
    if (!isThere) return {};
    isPartial_ = false;
    Result<void> read = readFile(path, number);
    if (read) {
      ++result_.files;
    } else {
      Error error = std::move(read).error();
      if (error.message().find(path) == std::string::npos) {
        error = std::move(error).withContext(path);
      }
      if (options_.stopsAtFailure || isPartial_) return fail(std::move(error));
      ++result_.failures;
      if (!firstFailure_) firstFailure_ = error;
      events_.onFailure({0, path, std::move(error), 0});
    }
    progress();
  }
}

void SortedMerge::progress() {
  const std::uint64_t done = result_.files + result_.failures;
  if (done % kFilesPerProgress != 0) return;
  events_.onProgress({done, result_.rows, static_cast<double>(monotonicNs() - beganNs_) * 1e-9});
}

Result<void> SortedMerge::readFile(const std::string& path, std::uint64_t number) {
  PF_TRY(source_.open(path));
  PF_TRY_ASSIGN(const auto session, sessionsOf(target_, source_, number));
  PF_TRY(rows_.beginFile(source_, session ? &*session : nullptr));
  bool isRun = source_.info().rows >= kRunRowsMin;
  if (isRun) {
    PF_TRY_ASSIGN(isRun, check_.isSorted(source_, session ? &*session : nullptr));
  }
  if (isRun) {
    // Rows that are equal come in the order of the files: those in the buffer are before it.
    PF_TRY(spill());
    sorted_.push_back({path, session});
  } else {
    PF_TRY(bufferFile(session ? &*session : nullptr));
  }
  result_.rows += source_.info().rows;
  return keyValues_.add(keyValuesOf(source_));
}

Result<void> SortedMerge::bufferFile(const SessionColumn* session) {
  PF_TRY(rows_.beginFile(source_, session));
  SortBuffer::Mark mark = buffer_.mark();
  const auto read = [&]() -> Result<void> {
    for (std::size_t group = 0; group < source_.metaData().row_groups.size(); ++group) {
      PF_TRY(rows_.beginRowGroup(group));
      while (rows_.rowsLeft() != 0) {
        PF_TRY_ASSIGN(const std::uint64_t rows, rows_.next(options_.batchRows));
        PF_TRY(buffer_.append(rows, rows_.views()));
        if (buffer_.bytes() < std::min(options_.sortBytes, kSortBytesMax)) continue;
        if (events_.isStopped()) return failStopped();
        isPartial_ = true;
        PF_TRY(spill());
        mark = buffer_.mark();
      }
    }
    return {};
  };
  Result<void> done = read();
  if (!done) buffer_.rollBack(mark);
  return done;
}

Result<void> SortedMerge::spill() {
  if (buffer_.rows() == 0) return {};
  PF_TRY(runFiles_->begin());
  PF_TRY(buffer_.drain([this](std::uint64_t rows, std::span<const column::LeafView> views) {
    return runFiles_->append(rows, views);
  }));
  PF_TRY_ASSIGN(auto run, runFiles_->finish());
  sorted_.push_back(std::move(run));
  return {};
}

// Where there are more runs than may be open: the first ones become one, in their place, and so on.
Result<void> SortedMerge::shorten() {
  std::vector<SortedFile> shorter;
  for (std::size_t at = 0; at < sorted_.size(); at += kRunsMax) {
    const auto some = std::span(sorted_).subspan(at, std::min(kRunsMax, sorted_.size() - at));
    PF_TRY(runFiles_->begin());
    PF_TRY(merger_.merge(some, [this](std::uint64_t rows, std::span<const column::LeafView> views) {
      return runFiles_->append(rows, views);
    }));
    PF_TRY_ASSIGN(auto run, runFiles_->finish());
    for (const SortedFile& file : some) PF_TRY(runFiles_->remove(file));
    shorter.push_back(std::move(run));
  }
  sorted_ = std::move(shorter);
  return {};
}

Result<void> SortedMerge::mergeRuns() {
  const auto append = [this](std::uint64_t rows, std::span<const column::LeafView> views) {
    return appendToOutput(rows, views);
  };
  if (sorted_.empty()) return buffer_.drain(append);
  PF_TRY(spill());
  while (sorted_.size() > kRunsMax) PF_TRY(shorten());
  return merger_.merge(sorted_, append);
}

Result<void> SortedMerge::appendToOutput(std::uint64_t rows,
                                         std::span<const column::LeafView> views) {
  if (output_->isFull()) PF_TRY(output_->endFile({}));
  return output_->append(rows, views);
}

}  // namespace

Result<MergeResult> mergeSorted(const MergeOptions& options, MergeEvents& events,
                                const Target& target) {
  return SortedMerge(options, events, target).run();
}

}  // namespace parquet_flow::merge
