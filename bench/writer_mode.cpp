// Writer mode: row groups of prepared values through the C writer, beside the interleave-and-write
// limit, and beside zlib where GZIP is asked for. Rounds alternate between the subjects; medians
// are printed, and the spread of their ratio.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "limits.hpp"
#include "options.hpp"
#include "payload.hpp"
#include "report.hpp"

namespace parquet_flow::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

// The levels of one row group. They repeat with a period, so that one array serves all row groups:
// that of the group which begins at row r starts at levels[r % period].
struct Levels {
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  std::uint64_t period = 1;
};

Levels makeLevels(const Options& o) {
  Levels levels;
  if (o.repetition == PF_REPETITION_OPTIONAL && o.nullEvery > 0) {
    levels.period = o.nullEvery;
    levels.definition.resize(o.rowGroupRows + o.nullEvery);
    for (std::uint64_t i = 0; i < levels.definition.size(); ++i) {
      levels.definition[i] = (i + 1) % o.nullEvery == 0 ? 0 : 1;
    }
  }
  if (o.repetition == PF_REPETITION_REPEATED) {
    const std::uint64_t perRow = std::max<std::uint64_t>(1, o.valuesPerRow);
    levels.definition.assign(o.rowGroupRows * perRow, o.valuesPerRow == 0 ? 0 : 1);
    levels.repetition.resize(o.rowGroupRows * perRow);
    for (std::uint64_t i = 0; i < levels.repetition.size(); ++i) {
      levels.repetition[i] = i % perRow == 0 ? 0 : 1;
    }
  }
  return levels;
}

std::uint64_t nullsUpTo(const Options& o, std::uint64_t row) {
  return o.repetition == PF_REPETITION_OPTIONAL && o.nullEvery > 0 ? row / o.nullEvery : 0;
}

// Values of `rows` rows from row `first`.
std::uint64_t valuesOf(const Options& o, std::uint64_t first, std::uint64_t rows) {
  if (o.repetition == PF_REPETITION_REPEATED) return rows * o.valuesPerRow;
  return rows - (nullsUpTo(o, first + rows) - nullsUpTo(o, first));
}

// The input of the row group of `rows` rows from row `first`.
pf_column_input_with_levels_t columnOf(const Options& o, const PayloadPool& pool,
                                       const Levels& levels, std::uint64_t group,
                                       std::uint64_t first, std::uint64_t rows) {
  pf_column_input_with_levels_t column{};
  const std::uint64_t values = valuesOf(o, first, rows);
  if (o.repetition == PF_REPETITION_REPEATED) {
    const std::uint64_t entries = rows * std::max<std::uint64_t>(1, o.valuesPerRow);
    column.definition_levels = levels.definition.data();
    column.definition_levels_len = entries;
    column.repetition_levels = levels.repetition.data();
    column.repetition_levels_len = entries;
  } else if (!levels.definition.empty()) {
    column.definition_levels = levels.definition.data() + first % levels.period;
    column.definition_levels_len = rows;
  }
  column.values = pool.values(group);
  column.values_len = values * o.rowSize;
  column.offsets = pool.offsets();
  column.offsets_len = values + 1;
  return column;
}

struct Written {
  double seconds = 0;
  pf_writer_stats_t stats{};
};

// Creates, writes, closes. False: said on stderr what failed.
bool writeFile(const Options& o, const PayloadPool& pool, const Levels& levels, Written& written) {
  ::unlink(o.output.c_str());
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_schema_t* schema = nullptr;
  pf_status_t status = pf_schema_create(&schema, &error);
  if (status == PF_STATUS_OK) {
    status = pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "payload", PF_PHYSICAL_BYTE_ARRAY,
                                o.repetition, 0, PF_LOGICAL_NONE, 0, 0, -1, nullptr, &error);
  }
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.compression = o.compression;
  options.compression_level = o.compressionLevel;
  if (pool.pageRows() != 0) {
    options.page_rows = pool.pageRows();
  }
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = o.output.c_str();

  pf_writer_handle_t* writer = nullptr;
  const auto start = std::chrono::steady_clock::now();
  if (status == PF_STATUS_OK) {
    status = pf_writer_create_with_options(schema, &options, &output, &writer, &error);
  }
  if (status != PF_STATUS_OK) {
    std::fprintf(stderr, "pf_bench: %s\n", error.message);
    pf_schema_destroy(schema);
    return false;
  }
  for (std::uint64_t row = 0, group = 0; status == PF_STATUS_OK && row < o.rows;
       row += o.rowGroupRows, ++group) {
    const std::uint64_t rows = std::min(o.rowGroupRows, o.rows - row);
    const auto column = columnOf(o, pool, levels, group, row, rows);
    status = pf_writer_write_row_group_with_levels(writer, rows, &column, 1);
  }
  if (status == PF_STATUS_OK) {
    status = pf_writer_close(writer);
  }
  written.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (status != PF_STATUS_OK) {
    std::fprintf(stderr, "pf_bench: %s\n", pf_writer_last_error(writer));
  }
  pf_writer_stats_init(&written.stats, sizeof written.stats);
  pf_writer_get_stats(writer, &written.stats);
  pf_writer_destroy(writer);
  pf_schema_destroy(schema);
  return status == PF_STATUS_OK;
}

struct Samples {
  std::vector<double> seconds;
  std::vector<double> limitMiB;
  std::vector<double> limitRatio;
  std::vector<double> zlib1MiB;
  std::vector<double> zlib6MiB;
  std::vector<double> zlib1Speedup;
  std::vector<double> zlib6Speedup;
  double zlib1Size = 0;  // compressed / original
  double zlib6Size = 0;
};

// zlib on the bytes that the pages hold: lengths and values. Without values there is nothing to
// sample.
void sampleZlib(const Options& o, const PayloadPool& pool, double oursPageMiB, Samples& samples) {
  constexpr std::uint64_t kSampleBytes = 4 << 20;
  const auto length = static_cast<std::uint32_t>(o.rowSize);
  std::vector<std::byte> bytes;
  if (o.repetition == PF_REPETITION_REPEATED && o.valuesPerRow == 0) return;
  for (std::uint64_t group = 0; bytes.size() < kSampleBytes; ++group) {
    const std::byte* values = pool.values(group);
    const std::uint64_t count = valuesOf(o, group * o.rowGroupRows, o.rowGroupRows);
    for (std::uint64_t i = 0; i < count; ++i, values += o.rowSize) {
      const auto* prefix = reinterpret_cast<const std::byte*>(&length);
      bytes.insert(bytes.end(), prefix, prefix + sizeof length);
      bytes.insert(bytes.end(), values, values + o.rowSize);
    }
  }
  bytes.resize(kSampleBytes);
  const auto sample = [&](int level, std::vector<double>& speeds, std::vector<double>& speedups,
                          double& size) {
    const Deflated deflated = deflateWithZlib(bytes, level);
    speeds.push_back(static_cast<double>(bytes.size()) / kMiB / deflated.seconds);
    speedups.push_back(oursPageMiB / speeds.back());
    size = static_cast<double>(deflated.bytes) / static_cast<double>(bytes.size());
  };
  sample(1, samples.zlib1MiB, samples.zlib1Speedup, samples.zlib1Size);
  sample(6, samples.zlib6MiB, samples.zlib6Speedup, samples.zlib6Size);
}

std::string repetitionName(pf_repetition_t repetition) {
  return repetition == PF_REPETITION_REQUIRED   ? "required"
         : repetition == PF_REPETITION_OPTIONAL ? "optional"
                                                : "repeated";
}

void print(const Options& o, const Samples& samples, const Written& last, double payloadMiB,
           double valueMiB, double pageMiB) {
  const double elapsed = spreadOf(samples.seconds).median;
  Report report;
  report.add("rows", o.rows);
  report.add("row_size", o.rowSize);
  report.add("row_group_rows", o.rowGroupRows);
  report.add("row_groups", std::uint64_t{last.stats.row_groups});
  report.add("repetition", repetitionName(o.repetition));
  report.add("null_every", o.nullEvery);
  if (o.repetition == PF_REPETITION_REPEATED) {
    report.add("values_per_row", o.valuesPerRow);
  }
  report.add("compression", o.compressionName);
  report.add("payload", o.payloadName);
  report.add("rounds", o.rounds);
  report.add("elapsed_s", elapsed);
  report.add("rows_per_sec", static_cast<double>(o.rows) / elapsed);
  report.add("payload_mib_per_sec", payloadMiB / elapsed);
  report.add("value_mib_per_sec", valueMiB / elapsed);
  const double fileMiB = static_cast<double>(last.stats.file_bytes) / kMiB;
  report.add("file_mib_per_sec", fileMiB / elapsed);
  report.add("output_size_bytes", std::uint64_t{last.stats.file_bytes});
  // Of lengths and values, as the ratios of zlib below.
  report.add("size_ratio", pageMiB == 0 ? 0.0 : fileMiB / pageMiB);
  report.add("output_path", o.output);
  const auto addSpread = [&report](const std::string& key, const std::vector<double>& values) {
    const Spread spread = spreadOf(values);
    report.add(key, spread.median);
    report.add(key + "_min", spread.min);
    report.add(key + "_max", spread.max);
  };
  report.add("limit_mib_per_sec", spreadOf(samples.limitMiB).median);
  addSpread("limit_ratio", samples.limitRatio);
  if (!samples.zlib1MiB.empty()) {
    report.add("zlib1_mib_per_sec", spreadOf(samples.zlib1MiB).median);
    addSpread("zlib1_speedup", samples.zlib1Speedup);
    report.add("zlib1_size_ratio", samples.zlib1Size);
    report.add("zlib6_mib_per_sec", spreadOf(samples.zlib6MiB).median);
    addSpread("zlib6_speedup", samples.zlib6Speedup);
    report.add("zlib6_size_ratio", samples.zlib6Size);
  }
  std::fputs((o.json ? report.asJson() : report.asText()).c_str(), stdout);
}

}  // namespace

int runWriterMode(const Options& options) {
  const bool repeated = options.repetition == PF_REPETITION_REPEATED;
  const std::uint64_t perRow = repeated ? options.valuesPerRow : 1;
  const std::uint64_t groupValues = options.rowGroupRows * perRow;
  const std::uint64_t groups = (options.rows + options.rowGroupRows - 1) / options.rowGroupRows;
  if (groupValues * options.rowSize > UINT32_MAX) {
    std::fprintf(stderr, "pf_bench: a row group of over 4 GiB: lower --row-group-rows\n");
    return 1;
  }
  // The limit takes its rows from the same pool: at least a row group of single values.
  const PayloadPool pool(options, std::max(groupValues, options.rowGroupRows), groups);
  const Levels levels = makeLevels(options);

  const double rowMiB = static_cast<double>(options.rowSize) / kMiB;
  const double payloadMiB = rowMiB * static_cast<double>(options.rows * perRow);
  const double valueMiB =
      payloadMiB - rowMiB * static_cast<double>(nullsUpTo(options, options.rows));
  const double pageMiB =
      valueMiB * static_cast<double>(options.rowSize + 4) / static_cast<double>(options.rowSize);
  Samples samples;
  Written written;
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    const double limitSeconds = interleaveAndWrite(options.output + ".limit", pool, options);
    if (limitSeconds < 0 || !writeFile(options, pool, levels, written)) {
      return 1;
    }
    samples.seconds.push_back(written.seconds);
    samples.limitMiB.push_back(rowMiB * static_cast<double>(options.rows) / limitSeconds);
    samples.limitRatio.push_back(payloadMiB / written.seconds / samples.limitMiB.back());
    if (options.compression == PF_COMPRESSION_GZIP && valueMiB > 0) {
      sampleZlib(options, pool, pageMiB / written.seconds, samples);
    }
  }
  print(options, samples, written, payloadMiB, valueMiB, pageMiB);
  return 0;
}

}  // namespace parquet_flow::bench
