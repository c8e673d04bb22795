#include "merge/sorted_input.hpp"

#include <algorithm>
#include <utility>

namespace parquet_flow::merge {

SortedInputFile::SortedInputFile(const Target& target, const MergeOptions& options,
                                 std::uint64_t smallBytes)
    : target_(target),
      options_(options),
      smallBytes_(smallBytes),
      sourceRows_(*target.schema),
      check_(target, options),
      maker_(*target.schema, options.sortBy),
      copies_(*target.schema) {
  sourceRows_.setPageBytesMax(options.pageBytesMax);
}

void SortedInputFile::begin(std::string path, std::uint64_t number) {
  file_ = {.path = std::move(path)};
  number_ = number;
}

Result<void> SortedInputFile::perform() {
  Result<void> looked = look();
  source_.close();
  return looked;
}

Result<void> SortedInputFile::look() {
  kind_ = Kind::kOther;
  copies_.clear();
  keys_.clear();
  PF_TRY(source_.open(file_.path));
  file_.identity = source_.file()->identity();
  PF_TRY_ASSIGN(file_.session, sessionsOf(target_, source_, number_));
  const SessionColumn* const session = file_.session ? &*file_.session : nullptr;
  PF_TRY(sourceRows_.beginFile(source_, session));
  rowsInAll_ = source_.info().rows;
  keyValues_ = keyValuesOf(source_, sourceRows_.columns().isIdentity);
  if (rowsInAll_ < kRunRowsMin && source_.uncompressedBytes() < smallBytes_) return readSmall();
  PF_TRY_ASSIGN(const bool isSorted, check_.isSorted(source_, session));
  if (isSorted) kind_ = Kind::kSorted;
  return {};
}

Result<void> SortedInputFile::readSmall() {
  kind_ = Kind::kSmall;
  for (std::size_t group = 0; group < source_.metaData().row_groups.size(); ++group) {
    PF_TRY(sourceRows_.beginRowGroup(group));
    while (sourceRows_.rowsLeft() != 0) {
      PF_TRY_ASSIGN(const std::uint64_t rows, sourceRows_.next(options_.batchRows));
      PF_TRY(copies_.append(rows, sourceRows_.views()));
      if (copies_.bytes() > smallBytes_) {  // it has said less than it is
        copies_.clear();
        kind_ = Kind::kOther;
        return {};
      }
    }
  }
  return maker_.append(copies_.views(), keys_);
}

SortedInput::~SortedInput() {
  for (const auto& file : ahead_) work_.withdraw(*file);
}

Result<void> SortedInput::open() {
  PF_TRY_ASSIGN(paths_, Paths::ofMerge(options_).map_error(ofFile));
  return {};
}

Result<SortedInputFile*> SortedInput::next() {
  const std::size_t aheadMax = 2 * std::size_t{work_.threads()};
  // What is read ahead of whoever sorts comes to half of what is sorted.
  const std::uint64_t smallBytes = std::min(options_.sortBytes, kSortBytesMax) / (2 * aheadMax);
  while (!isEnd_ && ahead_.size() < aheadMax) {
    std::string path;
    PF_TRY_ASSIGN(const bool isThere, paths_->next(path).map_error(ofFile));
    if (!isThere) {
      isEnd_ = true;
      break;
    }
    auto file = std::move(taken_);
    if (file == nullptr) file = std::make_unique<SortedInputFile>(target_, options_, smallBytes);
    file->begin(std::move(path), number_++);
    ahead_.push_back(std::move(file));
    work_.post(*ahead_.back());
  }
  if (ahead_.empty()) return nullptr;
  work_.finish(*ahead_.front());
  taken_ = std::move(ahead_.front());
  ahead_.pop_front();
  return taken_.get();
}

}  // namespace parquet_flow::merge
