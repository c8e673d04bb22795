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

Result<write::ColumnOverride> readOverride(const pf_column_options_t& given,
                                           codec::Compression writers) {
  write::ColumnOverride override;
  PF_TRY_ASSIGN(override.path, requireText(given.path, "path"));
  if (given.compression != -1) {
    PF_TRY_ASSIGN(override.compression, toCompression(given.compression));
  } else if (given.compression_level != PF_LEVEL_DEFAULT) {
    override.compression = writers;  // a level goes with a codec
  }
  override.compressionLevel = given.compression_level;
  if (given.statistics != -1) {
    if (given.statistics != 0 && given.statistics != 1) {
      return invalid("statistics is ", given.statistics, ", it must be 0, 1 or -1");
    }
    override.statistics = given.statistics == 1;
  }
  PF_TRY(requireZero(static_cast<std::uint32_t>(given.reserved), "reserved"));
  return override;
}

Result<std::vector<write::ColumnOverride>> readOverrides(const pf_column_options_t* columns,
                                                         std::size_t count,
                                                         codec::Compression writers) {
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
  PF_TRY_ASSIGN(ours.overrides,
                readOverrides(given.columns, given.column_count, ours.column.compression));
  return settings;
}

}  // namespace parquet_flow::capi
