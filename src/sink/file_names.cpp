#include "sink/file_names.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/time_format.hpp"
#include "io/pending_file.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::string_view kDatePrefix = "date=";
constexpr std::string_view kExtension = ".parquet";
constexpr std::size_t kDigitsMin = 6;

std::string numberText(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kDigitsMin) digits.insert(0, kDigitsMin - digits.size(), '0');
  return digits;
}

// Where `name` ends and its extension begins; a leading dot begins none.
std::size_t extensionAt(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name.size() : dot;
}

}  // namespace

std::optional<std::uint64_t> fileNumber(std::string_view name, std::string_view prefix) noexcept {
  const bool hidden = name.ends_with(io::kPendingSuffix);
  if (hidden) {
    if (!name.starts_with('.')) return std::nullopt;
    name.remove_prefix(1);
  }
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  if (!name.starts_with('-')) return std::nullopt;
  name.remove_prefix(1);
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  std::uint64_t number = 0;
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the end is given
  const auto parsed = std::from_chars(name.data(), name.data() + digits, number);
  // No sink of ours came so far that the numbers behind it run out.
  if (digits < kDigitsMin || parsed.ec != std::errc{} || number > UINT64_MAX / 2) {
    return std::nullopt;
  }
  name.remove_prefix(digits);
  const bool fits = hidden ? name.starts_with(kExtension) : name == kExtension;
  return fits ? std::optional(number) : std::nullopt;
}

Result<FileNames> FileNames::ofPrefix(io::Directory& directory, std::string_view prefix) {
  std::uint64_t highest = 0;
  PF_TRY_ASSIGN(const auto dates, directory.list(""));
  for (const io::DirectoryEntry& date : dates) {
    if (date.kind != io::EntryKind::kDirectory || !date.name.starts_with(kDatePrefix)) continue;
    PF_TRY_ASSIGN(const auto files, directory.list(date.name));
    for (const io::DirectoryEntry& file : files) {
      highest = std::max(highest, fileNumber(file.name, prefix).value_or(0));
    }
  }
  return FileNames(std::string(prefix), std::string(kExtension), true, highest + 1);
}

FileNames FileNames::ofPath(std::string_view name) {
  const std::size_t extension = extensionAt(name);
  return {std::string(name.substr(0, extension)), std::string(name.substr(extension)), false, 0};
}

std::string FileNames::next(std::int64_t utcNowNs) const {
  std::string name;
  if (dated_) name.append(kDatePrefix).append(utcDateText(utcNowNs)).append("/");
  name.append(stem_);
  if (dated_ || number_ != 0) name.append("-").append(numberText(number_));
  return name.append(extension_);
}

std::string_view FileNames::directoryOf(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

}  // namespace parquet_flow::sink
