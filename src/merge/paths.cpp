#include "merge/paths.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "io/directory.hpp"
#include "io/find_files.hpp"
#include "io/posix_directory.hpp"
#include "io/posix_file.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::string_view kSuffix = ".parquet";
constexpr std::size_t kPieceBytes = 256 << 10;

std::string_view trimmed(std::string_view line) noexcept {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

// kNone where nothing is there.
Result<io::EntryKind> kindOf(const std::string& path) {
  const io::SplitPath split = io::splitPath(path);
  auto directory = io::openDirectory(split.directory, io::IfMissing::kFail);
  if (!directory) return io::EntryKind::kNone;
  return split.name.empty() ? io::EntryKind::kDirectory : (*directory)->kind(split.name);
}

}  // namespace

Result<std::unique_ptr<Paths>> Paths::open(std::vector<std::string> inputs,
                                           const std::string& output) {
  if (inputs.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no list, directory or file to merge");
  }
  for (const std::string& input : inputs) {
    PF_TRY_ASSIGN(const io::EntryKind kind, kindOf(input));
    if (kind == io::EntryKind::kNone && !input.ends_with(kSuffix)) {
      return fail(ErrorCode::kInvalidArgument, input + " is not there");
    }
  }
  std::unique_ptr<Paths> paths(new Paths(std::move(inputs)));
  // What is wrong with it is said where it is opened.
  if (output.empty()) return paths;
  if (auto place = placeOf(output)) {
    auto real = io::realPath(place->directory);
    if (real) paths->output_ = {std::move(*real), std::move(place->name)};
  }
  return paths;
}

Result<std::unique_ptr<Paths>> Paths::ofMerge(const MergeOptions& options) {
  return open(options.inputs, options.replaces ? options.output : std::string());
}

Result<void> Paths::checkOutput(const MergeOptions& options) {
  if (!options.replaces) return {};
  PF_TRY_ASSIGN(const std::vector<std::string> files, filesAt(options.output));
  if (files.empty()) return {};
  PF_TRY_ASSIGN(const auto paths, ofMerge(options));
  for (const std::string& input : options.inputs) {
    PF_TRY_ASSIGN(const io::EntryKind kind, kindOf(input));
    if (kind != io::EntryKind::kDirectory) continue;
    PF_TRY(paths->openWalk(input));
    bool isFound = true;
    for (std::string path; isFound;) {
      PF_TRY_ASSIGN(isFound, paths->nextOfWalk(path));
    }
  }
  return {};
}

Result<bool> Paths::next(std::string& out) {
  for (;;) {
    if (!single_.empty()) {
      out = std::exchange(single_, {});
      ++counts_.paths;
      return true;
    }
    PF_TRY_ASSIGN(const bool isFound, list_ != nullptr ? nextOfList(out) : nextOfWalk(out));
    if (isFound) {
      ++counts_.paths;
      return true;
    }
    PF_TRY_ASSIGN(const bool isOpen, openInput());
    if (!isOpen) return false;
  }
}

Result<bool> Paths::openInput() {
  if (nextInput_ == inputs_.size()) return false;
  const std::string& input = inputs_[nextInput_++];
  PF_TRY_ASSIGN(const io::EntryKind kind, kindOf(input));
  if (kind == io::EntryKind::kDirectory) {
    PF_TRY(openWalk(input));
  } else if (input.ends_with(kSuffix)) {
    single_ = input;
  } else {
    PF_TRY_ASSIGN(list_, io::openInputFile(input));
    listOffset_ = 0;
    piece_.clear();
    pieceAt_ = 0;
  }
  return true;
}

// --- directories ---------------------------------------------------------------------------------

bool Paths::isOutput(const std::string& real, const std::string& name) const noexcept {
  if (real != output_.directory) return false;
  return output_.name.empty() ? numberOf(name) != 0 : name == output_.name;
}

// With its rows they would be there twice where the other inputs are still those of the last merge;
// without them they would be gone where these are not.
Result<void> Paths::checkNamed(const Walk& walk, const std::string& name) const {
  for (const std::string& input : inputs_) {
    if (!input.ends_with(kSuffix)) continue;
    PF_TRY_ASSIGN(const io::EntryKind kind, kindOf(input));
    if (kind != io::EntryKind::kFile) continue;
    const io::SplitPath named = io::splitPath(input);
    PF_TRY_ASSIGN(const std::string directory, io::realPath(named.directory));
    if (directory == walk.real && named.name == name) return {};
    // Either of the two may be a link.
    PF_TRY_ASSIGN(const std::string real, io::realPath(input));
    if (real == walk.real + "/" + name) return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              walk.prefix + name +
                  " is what the output is called, in a directory that is merged: name it as the "
                  "first input to keep its rows, or have the output elsewhere");
}

Result<void> Paths::openWalk(const std::string& path) {
  PF_TRY_ASSIGN(std::string real, io::realPath(path));
  // Each directory on the way to this one has its walk still.
  if (std::ranges::find(walks_, real, &Walk::real) != walks_.end()) return {};
  PF_TRY_ASSIGN(const auto directory, io::openDirectory(path, io::IfMissing::kFail));
  PF_TRY_ASSIGN(std::vector<io::DirectoryEntry> entries, directory->list(""));
  Walk walk;
  walk.real = std::move(real);
  walk.prefix = path.ends_with('/') ? path : path + "/";
  for (io::DirectoryEntry& entry : entries) {
    if (io::isPassedBy(entry.name)) continue;
    if (entry.kind == io::EntryKind::kDirectory) {
      walk.names.push_back(std::move(entry.name) + "/");
    } else if (!entry.name.ends_with(kSuffix)) {
      ++counts_.otherSuffix;
    } else if (isOutput(walk.real, entry.name)) {
      PF_TRY(checkNamed(walk, entry.name));
      ++counts_.outputs;
    } else {
      walk.names.push_back(std::move(entry.name));
    }
  }
  std::sort(walk.names.begin(), walk.names.end(), [](const std::string& a, const std::string& b) {
    const bool isDirectoryA = a.ends_with('/');
    const bool isDirectoryB = b.ends_with('/');
    return isDirectoryA != isDirectoryB ? isDirectoryA : a > b;
  });
  walks_.push_back(std::move(walk));
  return {};
}

Result<bool> Paths::nextOfWalk(std::string& out) {
  while (!walks_.empty()) {
    Walk& walk = walks_.back();
    if (walk.names.empty()) {
      walks_.pop_back();
      continue;
    }
    std::string path = walk.prefix + walk.names.back();
    walk.names.pop_back();
    if (!path.ends_with('/')) {
      out = std::move(path);
      return true;
    }
    PF_TRY(openWalk(path));
  }
  return false;
}

// --- lists ---------------------------------------------------------------------------------------

Result<bool> Paths::nextOfList(std::string& out) {
  std::string_view line;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, nextLine(line));
    if (!isThere) {
      list_.reset();
      return false;
    }
    const std::string_view path = trimmed(line);
    if (path.empty()) {
      ++counts_.blankLines;
    } else if (!path.ends_with(kSuffix)) {
      ++counts_.otherSuffix;
    } else {
      out = path;
      return true;
    }
  }
}

// Without its end; until the next call.
Result<bool> Paths::nextLine(std::string_view& out) {
  for (;;) {
    const std::string_view rest = asText(piece_.span().subspan(pieceAt_));
    const std::size_t end = rest.find('\n');
    const bool isLast = listOffset_ == list_->size();
    if (end != std::string_view::npos || (isLast && !rest.empty())) {
      out = rest.substr(0, end);
      pieceAt_ += std::min(out.size() + 1, rest.size());
      return true;
    }
    if (isLast) return false;
    if (rest.size() > kLineBytesMax) {
      return fail(ErrorCode::kInvalidArgument,
                  std::string(list_->name()) + ": a line of more than 65536 bytes is no path");
    }
    if (!rest.empty()) std::memmove(piece_.data(), piece_.data() + pieceAt_, rest.size());
    piece_.truncate(rest.size());
    pieceAt_ = 0;
    const std::uint64_t bytes = std::min<std::uint64_t>(kPieceBytes, list_->size() - listOffset_);
    PF_TRY_ASSIGN(std::byte* const at, piece_.appendUninitialized(bytes));
    PF_TRY(list_->readAt(listOffset_, {at, bytes}));
    listOffset_ += bytes;
  }
}

}  // namespace parquet_flow::merge
