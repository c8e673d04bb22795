#include <algorithm>
#include <string>
#include <utility>

#include "boundary.hpp"
#include "defaults.hpp"
#include "enums.hpp"
#include "key_values.hpp"
#include "struct_versions.hpp"
#include "text.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {
namespace {

// -1 is the writer's.
Result<std::optional<bool>> readSwitch(std::int32_t value, const char* name) {
  if (value == -1) return std::nullopt;
  if (value != 0 && value != 1) return invalid(name, " is ", value, ", it must be 0, 1 or -1");
  return value == 1;
}

write::BloomFilterOptions bloomFilterOf(double fpp, std::uint64_t ndv,
                                        const pf_writer_options_t& writers) {
  return {.falsePositiveRate = fpp != 0 ? fpp : writers.bloom_filter_fpp,
          .distinctCount = ndv != 0 ? ndv : writers.bloom_filter_ndv};
}

// 0 is the writer's, or the default. Looked at where there is no filter too: it is a mistake there.
Result<void> checkRate(double rate) {
  return rate == 0 ? Result<void>{} : write::validateFalsePositiveRate(rate);
}

Result<write::ColumnOverride> readOverride(const pf_column_options_t& given,
                                           const pf_writer_options_t& writers) {
  write::ColumnOverride override;
  PF_TRY_ASSIGN(override.path, requireText(given.path, "path"));
  if (given.compression != -1) {
    PF_TRY_ASSIGN(override.compression, toCompression(given.compression));
  } else if (given.compression_level != PF_LEVEL_DEFAULT) {
    PF_TRY_ASSIGN(override.compression, toCompression(writers.compression));
  }
  override.compressionLevel = given.compression_level;
  if (given.encoding != -1) {
    PF_TRY_ASSIGN(const auto encoding, toEncoding(given.encoding));
    override.encoding = write::ColumnOverride::EncodingChoice{encoding};
  }
  PF_TRY_ASSIGN(override.statistics, readSwitch(given.statistics, "statistics"));
  PF_TRY_ASSIGN(const auto bloomFilter, readSwitch(given.bloom_filter, "bloom_filter"));
  PF_TRY(checkRate(given.bloom_filter_fpp));
  const bool hasOwnNumbers = given.bloom_filter_fpp != 0 || given.bloom_filter_ndv != 0;
  if (bloomFilter || (hasOwnNumbers && writers.bloom_filter != 0)) {
    override.bloomFilter.emplace();
    if (bloomFilter.value_or(true)) {
      override.bloomFilter->bloomFilter =
          bloomFilterOf(given.bloom_filter_fpp, given.bloom_filter_ndv, writers);
    }
  }
  PF_TRY_ASSIGN(override.keyValues, readKeyValues(given.key_values, given.key_value_count));
  PF_TRY(requireZero(static_cast<std::uint32_t>(given.reserved), "reserved"));
  return override;
}

Result<std::vector<write::ColumnOverride>> readOverrides(const pf_column_options_t* columns,
                                                         std::size_t count,
                                                         const pf_writer_options_t& writers) {
  std::vector<write::ColumnOverride> overrides;
  if (count == 0) return overrides;
  PF_TRY(requirePointer(columns, "options->columns"));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string where = "options->columns[" + std::to_string(i) + "]";
    auto override = readOverride(columns[i], writers);
    if (!override) return fail(std::move(override).error().withContext(where));
    const bool isTwice = std::any_of(overrides.begin(), overrides.end(),
                                     [&](const auto& each) { return each.path == override->path; });
    if (isTwice) return invalid(where, ": ", override->path, " has been named before");
    overrides.push_back(std::move(*override));
  }
  return overrides;
}

Result<std::vector<write::SortingColumn>> readSortingColumns(const pf_sorting_column_t* columns,
                                                             std::size_t count) {
  std::vector<write::SortingColumn> sorting;
  if (count == 0) return sorting;
  PF_TRY(requirePointer(columns, "options->sorting_columns"));
  for (std::size_t i = 0; i < count; ++i) {
    write::SortingColumn& column = sorting.emplace_back();
    PF_TRY_ASSIGN(column.path, requireText(columns[i].path, "options->sorting_columns[].path"));
    PF_TRY_ASSIGN(column.descending, requireSwitch(columns[i].descending, "descending"));
    PF_TRY_ASSIGN(column.nullsFirst, requireSwitch(columns[i].nulls_first, "nulls_first"));
  }
  return sorting;
}

Result<std::uint64_t> readBound(std::uint64_t value, std::uint64_t least, std::uint64_t most,
                                const char* name) {
  if (value >= least && value <= most) return value;
  return invalid(name, " is ", value, "; ", least, " to ", most, " is allowed");
}

// What the structure of pages and footer is to be like.
Result<void> readStructure(const pf_writer_options_t& given, write::WriterOptions& ours) {
  PF_TRY_ASSIGN(ours.column.encoding, toEncoding(given.encoding));
  PF_TRY_ASSIGN(ours.profile, toProfile(given.profile));
  ours.dataPageVersion = given.data_page_version;
  PF_TRY_ASSIGN(ours.pageIndex, requireSwitch(given.page_index, "options->page_index"));
  PF_TRY_ASSIGN(ours.sizeStatistics,
                requireSwitch(given.size_statistics, "options->size_statistics"));
  PF_TRY_ASSIGN(ours.floatOrder, toFloatOrder(given.float_order));
  PF_TRY_ASSIGN(ours.fieldIds, toFieldIds(given.field_ids));
  PF_TRY_ASSIGN(const bool bloomFilter, requireSwitch(given.bloom_filter, "options->bloom_filter"));
  PF_TRY(checkRate(given.bloom_filter_fpp));
  if (bloomFilter) ours.column.bloomFilter = bloomFilterOf(0, 0, given);
  ours.dictionaryBytes = given.dictionary_bytes;
  PF_TRY_ASSIGN(ours.sortingColumns,
                readSortingColumns(given.sorting_columns, given.sorting_column_count));
  return {};
}

}  // namespace

Result<WriterSettings> readWriterOptions(const pf_writer_options_t* options) {
  WriterSettings settings;
  if (options == nullptr) return settings;
  PF_TRY_ASSIGN(const pf_writer_options_t given,
                readStruct(options, "options", defaultWriterOptions()));
  PF_TRY(requireZero(given.reserved, "options->reserved"));
  write::WriterOptions& ours = settings.options;
  PF_TRY_ASSIGN(ours.column.compression, toCompression(given.compression));
  ours.column.compressionLevel = given.compression_level;
  PF_TRY_ASSIGN(ours.column.statistics, requireSwitch(given.statistics, "options->statistics"));
  PF_TRY_ASSIGN(ours.crc, requireSwitch(given.crc, "options->crc"));
  PF_TRY_ASSIGN(settings.sync, requireSwitch(given.sync, "options->sync"));
  ours.pageBytes = given.page_bytes;
  ours.pageRows = given.page_rows;
  ours.truncateBytes = given.truncate_bytes;
  PF_TRY_ASSIGN(ours.keyValues, readKeyValues(given.key_values, given.key_value_count));
  PF_TRY(readStructure(given, ours));
  PF_TRY_ASSIGN(ours.overrides, readOverrides(given.columns, given.column_count, given));
  PF_TRY_ASSIGN(settings.rowGroupRows,
                readBound(given.row_group_rows, 1, INT32_MAX, "options->row_group_rows"));
  PF_TRY_ASSIGN(settings.rowGroupBytes,
                readBound(given.row_group_bytes, std::uint64_t{1} << 10, std::uint64_t{1} << 40,
                          "options->row_group_bytes"));
  return settings;
}

}  // namespace parquet_flow::capi
