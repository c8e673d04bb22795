#include <string>
#include <utility>
#include <vector>

#include "boundary.hpp"
#include "defaults.hpp"
#include "enums.hpp"
#include "key_values.hpp"
#include "row.hpp"
#include "schema.hpp"
#include "sink.hpp"
#include "struct_versions.hpp"
#include "text.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {
namespace {

using sink::SinkOptions;

// --- enumerations ------------------------------------------------------------------------------

// The last value of each; they all begin with 0 and have no gaps.
template <class Enum>
Result<Enum> toEnum(std::int32_t value, Enum last, const char* name, const char* enumeration) {
  if (value >= 0 && value <= static_cast<std::int32_t>(last)) return static_cast<Enum>(value);
  return notEnumerated(value, name, enumeration);
}

static_assert(static_cast<int>(sink::Shape::kCallback) == PF_SHAPE_CALLBACK &&
              static_cast<int>(sink::FieldType::kTailString) == PF_FIELD_TAIL_STRING &&
              static_cast<int>(sink::Nullability::kSentinel) == PF_NULL_SENTINEL &&
              static_cast<int>(sink::Profile::kPortable) == PF_PROFILE_PORTABLE &&
              static_cast<int>(sink::WorkerMode::kPoll) == PF_WORKER_POLL &&
              static_cast<int>(sink::LogLevel::kError) == PF_LOG_ERROR &&
              static_cast<int>(ClockChoice::kAuto) == PF_CLOCK_AUTO &&
              static_cast<int>(ClockChoice::kTicks) == PF_CLOCK_TSC &&
              static_cast<int>(ClockChoice::kSystem) == PF_CLOCK_SYSTEM &&
              static_cast<int>(ClockChoice::kWorker) == PF_CLOCK_WORKER);

// --- callbacks: C++ functions for the sink that call the application's ---------------------------

int callRow(void* user, const sink::RecordInfo& info, column::RowBuilder& row) {
  const auto& callbacks = *static_cast<const SinkCallbacks*>(user);
  const pf_record_t record{.payload = info.payload,
                           .bytes = info.bytes,
                           .time_ns = info.timeNs,
                           .attempt = info.attempt,
                           .producer = info.producer,
                           .reserved = 0};
  return callbacks.onRow(callbacks.onRowUser, &record, rowOf(row));
}

void callLog(void* user, sink::LogLevel level, const char* message) {
  const auto& callbacks = *static_cast<const SinkCallbacks*>(user);
  callbacks.log(callbacks.logUser, static_cast<pf_log_level_t>(level), message);
}

void callFile(void* user, const sink::FileEvent& event) {
  const auto& callbacks = *static_cast<const SinkCallbacks*>(user);
  const pf_file_event_t told{.struct_size = sizeof told,
                             .reserved = 0,
                             .path = event.path,
                             .rows = event.rows,
                             .bytes = event.bytes,
                             .row_groups = event.rowGroups,
                             .rows_lost = event.rowsLost};
  callbacks.onFile(callbacks.onFileUser, &told);
}

void callDoubt(void* user, const sink::DoubtEvent& event) {
  const auto& callbacks = *static_cast<const SinkCallbacks*>(user);
  const pf_doubt_event_t told{.struct_size = sizeof told,
                              .producer = event.producer,
                              .first_attempt = event.firstAttempt,
                              .last_attempt = event.lastAttempt,
                              .path = event.path};
  callbacks.onDoubt(callbacks.onDoubtUser, &told);
}

void readCallbacks(const pf_sink_options_t& given, SinkCallbacks& callbacks, SinkOptions& ours) {
  callbacks = {.onRow = given.on_row,
               .onRowUser = given.on_row_user,
               .log = given.log,
               .logUser = given.log_user,
               .onFile = given.on_file,
               .onFileUser = given.on_file_user,
               .onDoubt = given.on_doubt,
               .onDoubtUser = given.on_doubt_user};
  if (given.on_row != nullptr) ours.onRow = callRow;
  if (given.log != nullptr) ours.log = callLog;
  if (given.on_file != nullptr) ours.onFile = callFile;
  if (given.on_doubt != nullptr) ours.onDoubt = callDoubt;
  ours.onRowUser = ours.logUser = ours.onFileUser = ours.onDoubtUser = &callbacks;
}

// --- rows --------------------------------------------------------------------------------------

Result<sink::StructColumn> readStructColumn(const pf_struct_column_t& given) {
  sink::StructColumn column;
  PF_TRY_ASSIGN(column.name, requireText(given.name, "name"));
  column.offset = given.offset;
  column.size = given.size;
  PF_TRY_ASSIGN(column.field,
                toEnum(given.field, sink::FieldType::kTailString, "field", "pf_struct_field_t"));
  PF_TRY_ASSIGN(column.nullability, toEnum(given.nullability, sink::Nullability::kSentinel,
                                           "nullability", "pf_nullability_t"));
  column.nullOffset = given.null_offset;
  column.nullBit = given.null_bit;
  column.nullValue = given.null_value;
  PF_TRY_ASSIGN(column.logical.kind, toLogicalKind(given.logical));
  column.logical.a = given.logical_a;
  column.logical.b = given.logical_b;
  PF_TRY(requireZero(static_cast<std::uint32_t>(given.reserved), "reserved"));
  return column;
}

Result<void> readRows(const pf_sink_options_t& given, SinkOptions& ours) {
  PF_TRY_ASSIGN(ours.shape,
                toEnum(given.shape, sink::Shape::kCallback, "options->shape", "pf_shape_t"));
  if (given.schema != nullptr) {
    ours.schema = std::make_shared<const schema::Schema>(given.schema->schema);
  }
  if (given.struct_column_count > 0) {
    PF_TRY(requirePointer(given.struct_columns, "options->struct_columns"));
  }
  for (std::size_t i = 0; i < given.struct_column_count; ++i) {
    auto column = readStructColumn(given.struct_columns[i]);
    if (!column) {
      return fail(std::move(column).error().withContext("options->struct_columns[" +
                                                        std::to_string(i) + "]"));
    }
    ours.structColumns.push_back(std::move(*column));
  }
  PF_TRY_ASSIGN(const bool noCaptureColumns,
                requireSwitch(given.no_capture_columns, "options->no_capture_columns"));
  ours.captureColumns = !noCaptureColumns;
  PF_TRY_ASSIGN(ours.profile, toEnum(given.profile, sink::Profile::kPortable, "options->profile",
                                     "pf_profile_t"));
  return {};
}

// --- files, row groups, rings, time, threads -----------------------------------------------------

Result<void> readFiles(const pf_sink_options_t& given, SinkOptions& ours) {
  if (given.output_path != nullptr) ours.outputPath = given.output_path;
  if (given.directory != nullptr) ours.directory = given.directory;
  if (given.prefix != nullptr) ours.prefix = given.prefix;
  PF_TRY_ASSIGN(ours.replace, requireSwitch(given.replace, "options->replace"));
  PF_TRY_ASSIGN(const bool noSync, requireSwitch(given.no_sync, "options->no_sync"));
  ours.syncOnPublish = !noSync;
  ours.rotateBytes = given.rotate_bytes;
  ours.rotateRows = given.rotate_rows;
  ours.rotateTimeNs = given.rotate_time_ns;
  return {};
}

void readRowGroups(const pf_sink_options_t& given, SinkOptions& ours) {
  ours.rowGroupRows = given.row_group_rows;
  ours.rowGroupBytes = given.row_group_bytes;
  ours.rowGroupTimeNs = given.row_group_time_ns;
}

// --- the writer ----------------------------------------------------------------------------------

bool namesCodec(std::int32_t compression, std::int32_t level) noexcept {
  return compression != PF_COMPRESSION_UNCOMPRESSED || level != PF_LEVEL_DEFAULT;
}

// What the sink has options of its own for.
Result<void> takeSinksCodec(const pf_sink_options_t& given, pf_writer_options_t& writer) {
  if (!namesCodec(given.compression, given.compression_level)) return {};
  if (namesCodec(writer.compression, writer.compression_level) &&
      (writer.compression != given.compression ||
       writer.compression_level != given.compression_level)) {
    return invalid("options->writer has another compression or compression_level than options");
  }
  writer.compression = given.compression;
  writer.compression_level = given.compression_level;
  return {};
}

Result<void> requireUntouched(const pf_writer_options_t& writer) {
  const pf_writer_options_t untouched = defaultWriterOptions();
  if (writer.sync != untouched.sync) {
    return invalid("options->writer->sync is not for a sink, which has no_sync");
  }
  if (writer.row_group_rows != untouched.row_group_rows ||
      writer.row_group_bytes != untouched.row_group_bytes) {
    return invalid(
        "options->writer->row_group_rows and row_group_bytes are not for a sink, which has its "
        "own");
  }
  return {};
}

Result<void> readWriter(const pf_sink_options_t& given, SinkOptions& ours) {
  pf_writer_options_t writer = defaultWriterOptions();
  if (given.writer != nullptr) {
    PF_TRY_ASSIGN(writer, readStruct(given.writer, "options->writer", writer));
  }
  writer.struct_size = sizeof writer;
  PF_TRY(takeSinksCodec(given, writer));
  PF_TRY(requireUntouched(writer));
  auto settings = readWriterOptions(&writer);
  if (!settings) {
    return given.writer == nullptr
               ? fail(std::move(settings).error())
               : fail(std::move(settings).error().withContext("options->writer"));
  }
  ours.writer = std::move(settings->options);
  PF_TRY_ASSIGN(auto keyValues, readKeyValues(given.key_values, given.key_value_count));
  for (write::KeyValue& each : keyValues) setKeyValue(ours.writer.keyValues, std::move(each));
  return {};
}

Result<void> readRings(const pf_sink_options_t& given, SinkOptions& ours) {
  ours.ringBytes = given.ring_bytes;
  ours.recordBytesMax = given.record_bytes_max;
  PF_TRY_ASSIGN(ours.lockMemory, requireSwitch(given.lock_memory, "options->lock_memory"));
  PF_TRY_ASSIGN(ours.hugePages, requireSwitch(given.huge_pages, "options->huge_pages"));
  ours.lowPriorityPercent = given.low_priority_percent;
  ours.producersMax = given.producers_max;
  return {};
}

Result<void> readTimeAndThreads(const pf_sink_options_t& given, SinkOptions& ours) {
  PF_TRY_ASSIGN(ours.clock,
                toEnum(given.clock, ClockChoice::kWorker, "options->clock", "pf_clock_t"));
  PF_TRY_ASSIGN(ours.worker, toEnum(given.worker, sink::WorkerMode::kPoll, "options->worker",
                                    "pf_worker_mode_t"));
  ours.graceNs = given.grace_ns;
  ours.heldBytesMax = given.held_bytes_max;
  ours.parkNs = given.park_ns;
  ours.parkMaxNs = given.park_max_ns;
  if (given.worker_cpu_count > 0) {
    PF_TRY(requirePointer(given.worker_cpus, "options->worker_cpus"));
    ours.workerCpus.assign(given.worker_cpus, given.worker_cpus + given.worker_cpu_count);
  }
  ours.encodeThreads = given.encode_threads;
  ours.rowGroupBuffers = given.row_group_buffers;
  PF_TRY_ASSIGN(ours.prefault, requireSwitch(given.prefault, "options->prefault"));
  return requireZero(given.reserved, "options->reserved");
}

}  // namespace

Result<SinkOptions> readSinkOptions(const pf_sink_options_t* options, SinkCallbacks& callbacks) {
  PF_TRY_ASSIGN(const pf_sink_options_t given,
                readStruct(options, "options", defaultSinkOptions()));
  SinkOptions ours;
  PF_TRY(readRows(given, ours));
  PF_TRY(readFiles(given, ours));
  readRowGroups(given, ours);
  PF_TRY(readWriter(given, ours));
  PF_TRY(readRings(given, ours));
  PF_TRY(readTimeAndThreads(given, ours));
  readCallbacks(given, callbacks, ours);
  return ours;
}

}  // namespace parquet_flow::capi
