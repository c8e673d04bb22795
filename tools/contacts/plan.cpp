#include "contacts/plan.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "contact/generator.hpp"

namespace parquet_flow::contacts {
namespace {

Result<void> checkRange(const char* what, std::uint64_t value, std::uint64_t least,
                        std::uint64_t most) {
  if (value >= least && value <= most) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, std::string(what) + " " + std::to_string(value) +
                                               " is not " + std::to_string(least) + " to " +
                                               std::to_string(most));
}

std::string_view suffixOf(const RunOptions& options) noexcept {
  return options.format == Format::kParquet ? ".parquet" : ".jsonl";
}

}  // namespace

Result<void> validate(const RunOptions& options) {
  PF_TRY(checkRange("rows", options.rows, 1, contact::kRowsMax));
  PF_TRY(checkRange("files", options.files, 1, kFilesMax));
  PF_TRY(checkRange("threads", options.threads, 1, kThreadsMax));
  PF_TRY(checkRange("chunk size", options.chunkRows, 1, contact::kFillRowsMax));
  PF_TRY(checkRange("row group rows", options.rowGroupRows, 1, INT32_MAX));
  PF_TRY(codec::checkCodec(options.compression, options.compressionLevel));
  const std::uint64_t rowsOfFile = (options.rows - 1) / options.files + 1;
  const std::uint64_t rowGroups = (rowsOfFile - 1) / options.rowGroupRows + 1;
  if (options.format == Format::kParquet && rowGroups > kRowGroupsMax) {
    return fail(ErrorCode::kLimit, std::to_string(rowGroups) + " row groups in a file, which has " +
                                       std::to_string(kRowGroupsMax) +
                                       " at most: ask for more files or larger row groups");
  }
  return {};
}

std::uint64_t fileBegin(const RunOptions& options, std::uint64_t file) noexcept {
  return options.rows / options.files * file + std::min(file, options.rows % options.files);
}

bool Units::next(Unit& unit) noexcept {
  // The first file is one of the longest.
  while (ordinal_ * options_.rowGroupRows < fileBegin(options_, 1)) {
    if (file_ == options_.files) {
      file_ = 0;
      ++ordinal_;
      continue;
    }
    const std::uint64_t file = file_++;
    const std::uint64_t fileEnd = fileBegin(options_, file + 1);
    const std::uint64_t begin = fileBegin(options_, file) + ordinal_ * options_.rowGroupRows;
    if (begin < fileEnd) {
      unit = {file, ordinal_, begin, std::min(begin + options_.rowGroupRows, fileEnd)};
      return true;
    }
  }
  return false;
}

std::string fileName(const RunOptions& options, std::uint64_t file) {
  const std::string suffix(suffixOf(options));
  return options.files == 1 ? "contacts" + suffix : "contacts_" + std::to_string(file + 1) + suffix;
}

bool isOfOtherRun(const RunOptions& options, std::string_view name) noexcept {
  const std::string_view suffix = suffixOf(options);
  if (!name.starts_with("contacts") || !name.ends_with(suffix)) return false;
  name.remove_prefix(std::string_view("contacts").size());
  name.remove_suffix(suffix.size());
  if (name.empty()) return options.files != 1;
  // As it is written: no zero in front.
  if (name.size() < 2 || name[0] != '_' || name[1] == '0') return false;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return false;
  if (number > kFilesMax) return false;  // no run has so many: somebody else's
  return options.files == 1 || number > options.files;
}

}  // namespace parquet_flow::contacts
