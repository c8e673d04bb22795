#include "merge/created_by.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace parquet_flow::merge {
namespace {

using Version = std::array<std::uint32_t, 3>;

struct Known {
  std::string_view name;
  Version pages;
  Version statistics;
};

constexpr std::uint32_t kNever = UINT32_MAX;
constexpr Known kKnown[] = {
    {"parquet_flow", {0, 0, 0}, {0, 0, 0}},
    {"parquet-cpp-arrow", {4, 0, 0}, {10, 0, 0}},
    {"parquet-mr", {1, 8, 0}, {1, 11, 0}},
    {"parquet-rs", {4, 0, 0}, {50, 0, 0}},
    {"DuckDB", {0, 3, 0}, {1, 0, 0}},
    {"Polars", {0, 0, 0}, {kNever, 0, 0}},
    {"fastparquet-python", {0, 0, 0}, {kNever, 0, 0}},
};

// "parquet-mr version 1.13.1 (build ...)", "DuckDB version v1.4.2 (build ...)": the numbers behind
// " version ", 0 where there are none.
Version versionOf(std::string_view text) noexcept {
  constexpr std::string_view kWord = " version ";
  Version version{};
  if (!text.starts_with(kWord)) return version;
  text.remove_prefix(kWord.size());
  if (text.starts_with('v')) text.remove_prefix(1);
  for (std::uint32_t& number : version) {
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return version;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    if (!text.starts_with('.')) return version;
    text.remove_prefix(1);
  }
  return version;
}

}  // namespace

WriterTrust trustOf(std::string_view createdBy) noexcept {
  for (const Known& known : kKnown) {
    if (!createdBy.starts_with(known.name)) continue;
    const std::string_view rest = createdBy.substr(known.name.size());
    if (!rest.empty() && rest.front() != ' ') continue;
    const Version version = versionOf(rest);
    if (version >= known.statistics) return WriterTrust::kStatistics;
    return version >= known.pages ? WriterTrust::kPages : WriterTrust::kNothing;
  }
  return WriterTrust::kNothing;
}

}  // namespace parquet_flow::merge
