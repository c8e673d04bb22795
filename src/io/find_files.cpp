#include "io/find_files.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>

#include "io/directory.hpp"
#include "io/posix_directory.hpp"

namespace parquet_flow::io {
namespace {

namespace fs = std::filesystem;

// What lies below a directory, in no order.
struct Below {
  std::vector<std::string> files;        // that end in ".parquet"
  std::vector<std::string> directories;  // itself among them
};

// `way`: the directories that lead here, without links. A link to one of them would have all its
// files again, and so on until paths are too long.
Result<void> walk(const std::string& path, std::vector<std::string>& way, Below& below) {
  PF_TRY_ASSIGN(std::string real, realPath(path));
  if (std::ranges::find(way, real) != way.end()) {
    return {};
  }
  PF_TRY_ASSIGN(const auto directory, openDirectory(path, IfMissing::kFail));
  PF_TRY_ASSIGN(const std::vector<DirectoryEntry> entries, directory->list(""));
  way.push_back(std::move(real));
  below.directories.push_back(path);
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  for (const DirectoryEntry& entry : entries) {
    if (isPassedBy(entry.name)) {
      continue;
    }
    if (entry.kind == EntryKind::kDirectory) {
      PF_TRY(walk(prefix + entry.name, way, below));
    } else if (entry.name.ends_with(".parquet")) {
      below.files.push_back(prefix + entry.name);
    }
  }
  way.pop_back();
  return {};
}

Result<void> addDirectory(const std::string& path, std::vector<std::string>& files) {
  std::vector<std::string> way;
  Below below;
  PF_TRY(walk(path, way, below));
  if (below.files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no file in " + path + " ends in .parquet");
  }
  std::sort(below.files.begin(), below.files.end());
  std::move(below.files.begin(), below.files.end(), std::back_inserter(files));
  return {};
}

bool isPattern(const std::string& word) { return word.find_first_of("*?[") != std::string::npos; }

// A pattern that is like the path alone.
std::string literally(const std::string& path) {
  std::string pattern;
  for (const char byte : path) {
    pattern += std::string_view("*?[\\").find(byte) != std::string_view::npos ? "\\" : "";
    pattern += byte;
  }
  return pattern;
}

// None: nothing is like it.
Result<std::vector<std::string>> matches(const std::string& pattern) {
  glob_t found{};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): its races are those of GLOB_TILDE and GLOB_ALTDIRFUNC
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_NOMATCH) {
    return std::vector<std::string>{};
  }
  if (result != 0) {
    return fail(ErrorCode::kIo, "looking for files like " + pattern + " failed");
  }
  return paths;
}

// Where the first part that is "**" begins, which stands for any number of directories.
std::size_t findAnyDepth(const std::string& pattern) {
  for (std::size_t at = pattern.find("**"); at != std::string::npos;
       at = pattern.find("**", at + 1)) {
    const bool begins = at == 0 || pattern[at - 1] == '/';
    if (begins && (at + 2 == pattern.size() || pattern[at + 2] == '/')) {
      return at;
    }
  }
  return std::string::npos;
}

// Files, not directories: those below would be there twice.
Result<void> addAnyDepth(const std::string& pattern, std::vector<std::string>& files) {
  std::error_code error;
  const std::size_t at = findAnyDepth(pattern);
  if (at == std::string::npos) {
    PF_TRY_ASSIGN(const std::vector<std::string> found, matches(pattern));
    std::ranges::copy_if(found, std::back_inserter(files),
                         [&](const std::string& path) { return !fs::is_directory(path, error); });
    return {};
  }
  const std::string before = at == 0 ? "." : pattern.substr(0, at);
  PF_TRY_ASSIGN(const std::vector<std::string> roots, matches(before));
  Below below;
  for (const std::string& root : roots) {
    std::vector<std::string> way;
    if (fs::is_directory(root, error)) {
      PF_TRY(walk(root, way, below));
    }
  }
  const std::string behind = at + 2 == pattern.size() ? "" : pattern.substr(at + 3);
  if (behind.empty()) {
    std::move(below.files.begin(), below.files.end(), std::back_inserter(files));
    return {};
  }
  for (std::string& directory : below.directories) {
    if (!directory.ends_with('/')) directory += '/';
    PF_TRY(addAnyDepth(literally(directory).append(behind), files));
  }
  return {};
}

Result<void> addPath(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return addDirectory(path, files);
  }
  files.push_back(path);
  return {};
}

}  // namespace

bool isPassedBy(std::string_view name) noexcept {
  return name.starts_with('.') ||
         (name.starts_with('_') && name.find('=') == std::string_view::npos);
}

Result<void> findFiles(const std::string& word, std::vector<std::string>& files) {
  std::error_code error;
  if (!isPattern(word) || fs::exists(word, error)) {
    return addPath(word, files);
  }
  std::vector<std::string> paths;
  if (findAnyDepth(word) == std::string::npos) {
    PF_TRY_ASSIGN(paths, matches(word));
  } else {
    PF_TRY(addAnyDepth(word, paths));
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  }
  if (paths.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no file is like " + word);
  }
  for (const std::string& path : paths) {
    PF_TRY(addPath(path, files));
  }
  return {};
}

}  // namespace parquet_flow::io
