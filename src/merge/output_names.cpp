#include "merge/output_names.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "io/directory.hpp"
#include "io/posix_directory.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::string_view kPrefix = "merged-";
constexpr std::string_view kSuffix = ".parquet";

}  // namespace

Result<OutputPlace> placeOf(const std::string& output) {
  const io::SplitPath split = io::splitPath(output);
  if (split.name.empty()) return OutputPlace{output, {}};
  PF_TRY_ASSIGN(const auto directory, io::openDirectory(split.directory, io::IfMissing::kFail));
  PF_TRY_ASSIGN(const io::EntryKind kind, directory->kind(split.name));
  if (kind == io::EntryKind::kDirectory) return OutputPlace{output, {}};
  return OutputPlace{split.directory, split.name};
}

Result<std::vector<std::string>> filesAt(const std::string& output) {
  const auto isMissing = [](const Error& error) { return error.systemError() == ENOENT; };
  std::vector<std::string> paths;
  const auto place = placeOf(output);
  if (!place && isMissing(place.error())) return paths;
  if (!place) return fail(Error(place.error()));
  const auto directory = io::openDirectory(place->directory, io::IfMissing::kFail);
  if (!directory && isMissing(directory.error())) return paths;
  if (!directory) return fail(Error(directory.error()));
  if (!place->name.empty()) {
    PF_TRY_ASSIGN(const io::EntryKind kind, (*directory)->kind(place->name));
    if (kind == io::EntryKind::kFile) paths.push_back(output);
    return paths;
  }
  PF_TRY_ASSIGN(const std::vector<io::DirectoryEntry> entries, (*directory)->list(""));
  const std::string prefix = output.ends_with('/') ? output : output + "/";
  for (const io::DirectoryEntry& entry : entries) {
    if (entry.kind != io::EntryKind::kFile || numberOf(entry.name) == 0) continue;
    paths.push_back(prefix + entry.name);
  }
  return paths;
}

std::string numberedName(std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%06llu", static_cast<unsigned long long>(number));
  return std::string(kPrefix) + digits + std::string(kSuffix);
}

std::uint64_t numberOf(std::string_view name) noexcept {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return 0;
  const std::string_view digits =
      name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool isWhole = error == std::errc() && end == digits.data() + digits.size();
  // As they are written: six digits, more where they are needed.
  const bool isPadded = digits.size() == 6 || (digits.size() > 6 && digits.front() != '0');
  return isWhole && isPadded ? number : 0;
}

}  // namespace parquet_flow::merge
