// What passes between the threads of a merge: paths to the workers, results to the writer. Both
// have a bound.
//
//   Paths ─▶ PathQueue ─▶ unit n: a few paths ─▶ [worker] ─▶ ResultQueue ─▶ writer, unit by unit
//
// Results come out in the order of the paths, whichever worker was first: whoever works on the unit
// whose turn it is may always add to it, and all others wait where the queue is full. So nobody
// waits for ever, and memory has a bound.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "write/copied_row_group.hpp"

namespace parquet_flow::merge {

// Paths that one worker takes at a time.
struct Unit {
  std::uint64_t sequence = 0;   // 0, 1, ...
  std::uint64_t firstFile = 0;  // the number of the first path, from 0
  std::vector<std::string> paths;
};

// One thread puts, any number take.
class PathQueue {
 public:
  PathQueue(std::size_t pathsMax, std::uint32_t takers) noexcept
      : pathsMax_(pathsMax), takers_(takers) {}

  // Waits for room; false: nobody takes any more.
  bool put(std::string path);
  // Nothing more comes, for `failure` or because that was all.
  void close(std::optional<Error> failure);
  // Waits for a path; false: there will be none. Where many wait to be taken, some at once.
  bool take(Unit& out);
  // Nobody takes any more. What was the next path; nullopt: all were taken.
  std::optional<std::string> stop();

  // After close.
  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
  static constexpr std::size_t kUnitPathsMax = 32;

 private:
  const std::size_t pathsMax_;
  const std::uint32_t takers_;
  std::mutex mutex_;
  std::condition_variable hasPaths_;
  std::condition_variable hasRoom_;
  std::deque<std::string> paths_;
  std::uint64_t nextSequence_ = 0;
  std::uint64_t nextFile_ = 0;
  std::optional<Error> failure_;
  bool isClosed_ = false;
  bool isStopped_ = false;
};

// A file that is done with.
struct FileDone {
  std::string path;
  std::uint64_t number = 0;
  std::uint32_t worker = 0;
  std::uint64_t rows = 0;  // that came, in this result and those before it
  std::optional<Error> error = std::nullopt;
  std::vector<std::pair<std::string, std::string>> keyValues = {};
};

// Rows first, then the row groups, then what files these were the last of.
struct ResultItem {
  std::unique_ptr<column::RowCopies> rows = nullptr;
  std::vector<write::CopiedRowGroup> copies = {};
  std::vector<std::string> writers = {};  // of them, see writersOf
  std::uint64_t copyBytes = 0;            // in memory, of them
  // Of the file that rows and copies are of; nullptr: said when it is done with.
  std::shared_ptr<const std::vector<std::pair<std::string, std::string>>> keyValues = nullptr;
  std::vector<FileDone> files = {};
  std::optional<std::string> stoppedBefore = std::nullopt;  // the unit goes no further
  std::optional<Error> fatal = std::nullopt;                // nor does the merge

  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return copyBytes + (rows == nullptr ? 0 : rows->bytes());
  }
  [[nodiscard]] bool isEmpty() const noexcept {
    return rows == nullptr && copies.empty() && files.empty() && !stoppedBefore && !fatal;
  }
};

// Any number of threads put, one takes.
class ResultQueue {
 public:
  explicit ResultQueue(std::size_t itemsMax) noexcept : itemsMax_(itemsMax) {}

  // Of unit `sequence`. Waits for room; false: nobody takes any more.
  bool put(std::uint64_t sequence, ResultItem item);
  // The unit has no more.
  void end(std::uint64_t sequence);
  // There are no other units than those that have ended, once they have: `workers` threads are
  // through.
  void close();

  // Waits; false: that was all.
  bool take(ResultItem& out);
  // Nobody takes any more.
  void stop();

  static constexpr std::uint64_t kBytesMax = 256 << 20;

 private:
  struct Slot {
    std::deque<ResultItem> items;
    bool isEnded = false;
  };
  [[nodiscard]] bool hasRoom(std::uint64_t sequence) const;

  const std::size_t itemsMax_;
  std::mutex mutex_;
  std::condition_variable hasResults_;
  std::condition_variable hasRoom_;
  std::map<std::uint64_t, Slot> slots_;
  std::uint64_t head_ = 0;
  std::size_t items_ = 0;
  std::uint64_t bytes_ = 0;
  bool isClosed_ = false;
  bool isStopped_ = false;
};

}  // namespace parquet_flow::merge
