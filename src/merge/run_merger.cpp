#include "merge/run_merger.hpp"

#include <algorithm>
#include <utility>

namespace parquet_flow::merge {
namespace {

constexpr std::uint64_t kBatchRowsMin = 1024;
constexpr std::uint64_t kBatchBytesMin = 64 << 10;
// From so many wins on it is worth looking for the second.
constexpr std::uint32_t kWinsMany = 4;

}  // namespace

RunMerger::RunMerger(const Target& target, const MergeOptions& options, const MergeEvents& events,
                     SharedWork& work)
    : target_(target),
      options_(options),
      events_(events),
      work_(work),
      batches_(std::make_shared<RowBatches>(*target.schema)),
      gather_(*target.schema, work) {}

BatchSize RunMerger::batchSize(std::size_t runs) const noexcept {
  constexpr std::uint64_t kBatches = 3;  // decoded ahead, in use, and gathered from
  std::uint64_t rowBytes = sizeof(std::uint64_t);
  for (const schema::Leaf& leaf : target_.schema->leaves()) {
    constexpr std::uint64_t kTextBytes = 32;
    const std::uint64_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
    rowBytes += width == 0 ? kTextBytes : width;
  }
  const std::uint64_t bytes = std::max(options_.sortBytes / (kBatches * runs), kBatchBytesMin);
  return {std::min(std::max(bytes / rowBytes, kBatchRowsMin), options_.batchRows), bytes};
}

Result<void> RunMerger::open() {
  runs_.clear();
  runs_.resize(files_.size());
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    runs_[i].rows = std::make_unique<SortedRun>(target_, options_, work_, batches_);
    runs_[i].rows->open(files_[i], batchSize(files_.size()));
  }
  for (std::uint32_t i = 0; i < runs_.size(); ++i) PF_TRY(advance(i));
  losers_.assign(runs_.size(), {});
  winner_ = build(1);
  wins_ = 0;
  return {};
}

// To the run's next batch.
Result<void> RunMerger::advance(std::uint32_t run) {
  Run& one = runs_[run];
  one.at = 0;
  one.block = UINT64_MAX;
  auto batch = one.rows->next();
  if (!batch) {
    // Not the file's fault; the rest would have no memory either.
    if (batch.error().code() != ErrorCode::kOutOfMemory) failed_ = &files_[run];
    return tl::unexpected<Error>(std::move(batch).error());
  }
  one.batch = std::move(*batch);
  return {};
}

RunMerger::Player RunMerger::playerOf(std::uint32_t run) const noexcept {
  const Run& one = runs_[run];
  return {one.batch == nullptr ? UINT64_MAX : one.batch->keys.prefixes[one.at], run};
}

bool RunMerger::isTieBefore(std::uint32_t a, std::uint32_t b) const noexcept {
  const Run& left = runs_[a];
  const Run& right = runs_[b];
  if (left.batch == nullptr || right.batch == nullptr) return left.batch != nullptr;
  const int order = left.batch->keys.key(left.at).compare(right.batch->keys.key(right.at));
  return order != 0 ? order < 0 : a < b;
}

// Nodes are 1 to n - 1, leaves n to 2 n - 1. Returns who wins below the node.
RunMerger::Player RunMerger::build(std::size_t node) {
  if (node >= runs_.size()) return playerOf(static_cast<std::uint32_t>(node - runs_.size()));
  const Player left = build(2 * node);
  const Player right = build(2 * node + 1);
  const bool isLeft = isBefore(left, right);
  losers_[node] = isLeft ? right : left;
  return isLeft ? left : right;
}

// The winner's next row plays on its way up.
void RunMerger::replay() noexcept {
  Player player = playerOf(winner_.run);
  for (std::size_t node = (player.run + runs_.size()) / 2; node >= 1; node /= 2) {
    const Player other = losers_[node];
    const bool isOther = isBefore(other, player);
    losers_[node] = isOther ? player : other;
    player = isOther ? other : player;
  }
  wins_ = player.run == winner_.run ? wins_ + 1 : 0;
  winner_ = player;
}

// Who would win without the winner: one of those that lost against it.
RunMerger::Player RunMerger::second() const noexcept {
  Player best = losers_[(winner_.run + runs_.size()) / 2];
  for (std::size_t node = (winner_.run + runs_.size()) / 4; node >= 1; node /= 2) {
    if (isBefore(losers_[node], best)) best = losers_[node];
  }
  return best;
}

// How many of its rows come before any other; the run stands behind them then.
std::uint32_t RunMerger::winningRows() noexcept {
  Run& run = runs_[winner_.run];
  const std::uint32_t begin = run.at++;
  if (wins_ < kWinsMany && runs_.size() > 1) return 1;
  const auto end = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      run.batch->rows(), begin + std::max<std::uint64_t>(gather_.room(), 1)));
  if (runs_.size() == 1) {
    run.at = end;
    return end - begin;
  }
  const Player other = second();
  const std::vector<std::uint64_t>& prefixes = run.batch->keys.prefixes;
  while (run.at < end && isBefore({prefixes[run.at], winner_.run}, other)) ++run.at;
  return run.at - begin;
}

Result<bool> RunMerger::merge(std::span<const SortedFile> files, const AppendRows& append) {
  if (files.empty()) return true;
  files_ = files;
  failed_ = nullptr;
  Result<bool> isWhole = false;
  const Result<void> opened = open();
  if (opened) isWhole = mergeOpen(append);
  gather_.clear();
  runs_.clear();
  if (!opened) return tl::unexpected<Error>(Error(opened.error()));
  return isWhole;
}

Result<bool> RunMerger::mergeOpen(const AppendRows& append) {
  while (runs_[winner_.run].batch != nullptr) {
    Run& run = runs_[winner_.run];
    if (run.block != block_) {
      run.source = gather_.addSource(run.batch->source, run.batch);
      run.block = block_;
    }
    const std::uint32_t begin = run.at;
    gather_.add(run.source, begin, winningRows());
    if (run.at == run.batch->rows()) PF_TRY(advance(winner_.run));
    replay();
    if (gather_.room() != 0) continue;
    if (events_.isStopped()) {
      PF_TRY(gather_.finish(append));
      return false;
    }
    PF_TRY(gather_.send(append));
    ++block_;
  }
  PF_TRY(gather_.finish(append));
  ++block_;
  return true;
}

}  // namespace parquet_flow::merge
