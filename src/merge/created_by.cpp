#include "merge/created_by.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>

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

std::vector<std::string> writersOf(std::string_view createdBy, const std::string* copiedFrom) {
  if (!createdBy.starts_with("parquet_flow ")) return {std::string(createdBy)};
  if (copiedFrom == nullptr) return {};
  const auto list = nlohmann::json::parse(*copiedFrom, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> writers;
  for (const auto& each : list.is_array() ? list : nlohmann::json::array()) {
    if (each.is_string()) writers.push_back(each.get<std::string>());
  }
  // There are some, whatever their names were.
  if (writers.empty()) writers.emplace_back();
  return writers;
}

std::string copiedFromText(const std::set<std::string>& writers) {
  constexpr std::size_t kWritersMax = 64;
  constexpr std::size_t kNameBytesMax = 256;
  auto list = nlohmann::json::array();
  for (const std::string& writer : writers) {
    if (list.size() == kWritersMax) break;
    list.push_back(writer.substr(0, kNameBytesMax));
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace parquet_flow::merge
