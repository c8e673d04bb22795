// The files of a sorted merge, looked at ahead of whoever takes them, in order.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "merge/options.hpp"
#include "merge/paths.hpp"
#include "merge/shared_work.hpp"
#include "merge/sort_key.hpp"
#include "merge/sorted_run.hpp"
#include "merge/source_file.hpp"
#include "merge/source_rows.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {

// A file, once it has been looked at.
class SortedInputFile final : public Work {
 public:
  enum class Kind : std::uint8_t {
    kSmall,   // by rows and bytes; `rows` and `keys` are its rows
    kSorted,  // rows in order
    kOther,
  };
  // Files below this are sorted here whether they are in order or not: a run of them would be
  // another file to be held open.
  static constexpr std::uint64_t kRunRowsMin = 64 << 10;

  // Small ones have fewer than `smallBytes`.
  SortedInputFile(const Target& target, const MergeOptions& options, std::uint64_t smallBytes);
  // To be looked at.
  void begin(std::string path, std::uint64_t number);

  // Why it cannot be read; of the others as far as is known by now.
  [[nodiscard]] Result<void>& result() noexcept { return result_; }
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const SortedFile& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t rowsInAll() const noexcept { return rowsInAll_; }
  [[nodiscard]] const KeyValues& keyValues() const noexcept { return keyValues_; }
  [[nodiscard]] column::RowCopies& rows() noexcept { return copies_; }
  [[nodiscard]] const SortKeys& keys() const noexcept { return keys_; }

 private:
  [[nodiscard]] Result<void> perform() override;
  [[nodiscard]] Result<void> look();
  [[nodiscard]] Result<void> readSmall();

  const Target& target_;
  const MergeOptions& options_;
  const std::uint64_t smallBytes_;
  std::uint64_t number_ = 0;
  SourceFile source_;
  SourceRows sourceRows_;
  SortedCheck check_;
  SortKeyMaker maker_;
  Kind kind_ = Kind::kOther;
  SortedFile file_;
  std::uint64_t rowsInAll_ = 0;
  KeyValues keyValues_;
  column::RowCopies copies_;
  SortKeys keys_;
};

// One thread. Two files for each thread are looked at ahead.
class SortedInput {
 public:
  // All must live as long.
  SortedInput(const Target& target, const MergeOptions& options, SharedWork& work)
      : target_(target), options_(options), work_(work) {}
  ~SortedInput();
  SortedInput(const SortedInput&) = delete;
  SortedInput& operator=(const SortedInput&) = delete;

  // Errors as Paths::open, by ofFile.
  [[nodiscard]] Result<void> open();
  // The next file, until the next call; nullptr: there are no more. Errors as Paths::next,
  // by ofFile.
  [[nodiscard]] Result<SortedInputFile*> next();
  [[nodiscard]] const PathCounts& counts() const noexcept { return paths_->counts(); }

 private:
  const Target& target_;
  const MergeOptions& options_;
  SharedWork& work_;
  std::unique_ptr<Paths> paths_;
  bool isEnd_ = false;
  std::uint64_t number_ = 0;
  std::deque<std::unique_ptr<SortedInputFile>> ahead_;  // in order
  std::unique_ptr<SortedInputFile> taken_;
};

}  // namespace parquet_flow::merge
