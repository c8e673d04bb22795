#include "sink/options.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "io/posix_directory.hpp"
#include "ring/ring.hpp"
#include "sink/struct_plan.hpp"

namespace parquet_flow::sink {
namespace {

tl::unexpected<Error> refuse(std::string_view option, std::string_view sentence) {
  std::string message(option);
  return fail(ErrorCode::kInvalidArgument, message.append(" ").append(sentence));
}

Result<void> checkRange(std::string_view option, std::uint64_t value, std::uint64_t least,
                        std::uint64_t most) {
  if (value >= least && value <= most) return {};
  return refuse(option, "must be " + std::to_string(least) + " .. " + std::to_string(most) +
                            ", not " + std::to_string(value));
}

template <class Enum>
Result<void> checkEnum(std::string_view option, Enum value, Enum last) {
  if (value <= last) return {};
  return refuse(option, "has no value " + std::to_string(static_cast<unsigned>(value)));
}

Result<void> checkRows(const SinkOptions& options) {
  PF_TRY(checkEnum("shape", options.shape, Shape::kCallback));
  PF_TRY(checkEnum("profile", options.profile, Profile::kPortable));
  if (options.shape == Shape::kCallback) {
    if (options.schema == nullptr) return refuse("schema", "is needed by the callback shape");
    if (options.onRow == nullptr) return refuse("on_row", "is needed by the callback shape");
    if (auto valid = options.schema->validate(); !valid) {
      return fail(std::move(valid).error().withContext("schema"));
    }
  } else if (options.schema != nullptr) {
    return refuse("schema", "goes with the callback shape only");
  } else if (options.onRow != nullptr) {
    return refuse("on_row", "goes with the callback shape only");
  }
  if (options.shape == Shape::kStruct) {
    if (options.structColumns.empty()) {
      return refuse("struct_columns", "must describe at least one column");
    }
    for (const StructColumn& column : options.structColumns) PF_TRY(checkStructColumn(column));
  } else if (!options.structColumns.empty()) {
    return refuse("struct_columns", "go with the struct shape only");
  }
  return {};
}

bool isPrefixCharacter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// Longest file name that Linux takes, less what the number and the hidden name add.
constexpr std::size_t kPrefixBytesMax = 180;

Result<void> checkFiles(const SinkOptions& options) {
  if (options.outputPath.empty() == options.directory.empty()) {
    return refuse("output_path", "or directory must be given, and not both");
  }
  if (!options.outputPath.empty()) {
    const std::string name = io::splitPath(options.outputPath).name;
    if (name.empty() || name == "." || name == "..") {
      return refuse("output_path", "must name a file, not \"" + options.outputPath + "\"");
    }
    return {};
  }
  if (options.replace) return refuse("replace", "goes with output_path only");
  if (options.prefix.empty() || options.prefix.front() == '.' ||
      options.prefix.size() > kPrefixBytesMax ||
      !std::all_of(options.prefix.begin(), options.prefix.end(), isPrefixCharacter)) {
    return refuse("prefix", "must be letters, digits, '.', '_' and '-', at most " +
                                std::to_string(kPrefixBytesMax) + " and not beginning with '.'");
  }
  return {};
}

// Keys of ours begin so; the ledger must not be shadowed.
constexpr std::string_view kOwnKeys = "parquet_flow.";

Result<void> checkRowGroups(const SinkOptions& options) {
  PF_TRY(checkRange("row_group_rows", options.rowGroupRows, 1, kRowGroupRowsMax));
  PF_TRY(
      checkRange("row_group_bytes", options.rowGroupBytes, kRowGroupBytesMin, kRowGroupBytesMax));
  for (const auto& [key, value] : options.writer.keyValues) {
    if (key.empty()) return refuse("key_values", "must not have an empty key");
    if (key.starts_with(kOwnKeys)) {
      return refuse("key_values",
                    "must not have the key \"" + key + "\": \"parquet_flow.\" is ours");
    }
  }
  return {};
}

Result<void> checkRings(const SinkOptions& options) {
  PF_TRY(checkRange("ring_bytes", options.ringBytes, kRingBytesMin, kRingBytesMax));
  if (options.recordBytesMax != 0) {
    const std::uint64_t most =
        std::min(ring::recordBytesLimit(std::bit_ceil(options.ringBytes)), kRecordBytesMax);
    PF_TRY(checkRange("record_bytes_max", options.recordBytesMax, 1, most));
  }
  PF_TRY(checkRange("low_priority_percent", options.lowPriorityPercent, 0, 100));
  return checkRange("producers_max", options.producersMax, 1, kProducersMax);
}

Result<void> checkTimeAndThreads(const SinkOptions& options) {
  PF_TRY(checkEnum("clock", options.clock, ClockChoice::kWorker));
  PF_TRY(checkEnum("worker", options.worker, WorkerMode::kPoll));
  PF_TRY(checkRange("grace_ns", options.graceNs, 0, kGraceNsMax));
  PF_TRY(checkRange("held_bytes_max", options.heldBytesMax, kHeldBytesMin, kHeldBytesMax));
  PF_TRY(checkRange("park_ns", options.parkNs, kParkNsMin, kParkNsMax));
  PF_TRY(checkRange("park_max_ns", options.parkMaxNs, options.parkNs, kParkNsMax));
  PF_TRY(checkRange("encode_threads", options.encodeThreads, 0, kEncodeThreadsMax));
  return checkRange("row_group_buffers", options.rowGroupBuffers, kRowGroupBuffersMin,
                    kRowGroupBuffersMax);
}

}  // namespace

Result<SinkOptions> normalizeOptions(SinkOptions options) {
  PF_TRY(checkRows(options));
  PF_TRY(checkFiles(options));
  PF_TRY(checkRowGroups(options));
  PF_TRY(checkRings(options));
  PF_TRY(checkTimeAndThreads(options));

  options.ringBytes = std::bit_ceil(options.ringBytes);
  if (options.recordBytesMax == 0) {
    options.recordBytesMax = std::min(ring::recordBytesLimit(options.ringBytes), kRecordBytesMax);
  }
  if (!options.outputPath.empty()) {  // one file, so nothing rotates
    options.rotateBytes = 0;
    options.rotateRows = 0;
    options.rotateTimeNs = 0;
  }
  // Longer than any program runs.
  if (options.rotateTimeNs > INT64_MAX / 2) options.rotateTimeNs = 0;
  if (options.rowGroupTimeNs > INT64_MAX / 2) options.rowGroupTimeNs = 0;
  if (options.worker == WorkerMode::kPoll) options.encodeThreads = 0;
  return options;
}

}  // namespace parquet_flow::sink
