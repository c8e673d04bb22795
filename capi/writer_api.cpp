#include <cstdint>
#include <memory>
#include <utility>

#include "boundary.hpp"
#include "enums.hpp"
#include "schema.hpp"
#include "struct_versions.hpp"
#include "text.hpp"
#include "write/memory.hpp"
#include "writer.hpp"

namespace {

using parquet_flow::Result;
using parquet_flow::capi::WriterSettings;
namespace capi = parquet_flow::capi;

constexpr std::uint64_t kRowBytesMax = std::uint64_t{1} << 40;

// The boundary of a function whose sentence is kept by the writer, until the next one.
template <class Function>
pf_status_t onWriter(const pf_writer_handle_t* writer, Function&& function) noexcept {
  if (writer == nullptr) return PF_STATUS_INVALID_ARGUMENT;
  const Result<void> result = capi::contain(std::forward<Function>(function));
  if (result) return PF_STATUS_OK;
  capi::setError(&writer->error, result.error());
  return capi::statusOf(result.error().code());
}

}  // namespace

extern "C" {

pf_writer_handle_t* pf_writer_create(const char* path, pf_compression_t compression) noexcept {
  pf_writer_handle_t* writer = nullptr;
  (void)capi::contain([&]() -> Result<void> {
    WriterSettings settings;
    capi::OutputOptions output;
    const Result<void> checked = [&]() -> Result<void> {
      PF_TRY(capi::requirePointer(path, "path"));
      output.path = path;
      PF_TRY_ASSIGN(settings.options.column.compression, capi::toCompression(compression));
      return {};
    }();
    auto made =
        capi::makeWriter(parquet_flow::schema::Schema(), std::move(settings), std::move(output));
    if (!checked) made->writer.refuseToOpen(checked.error());
    writer = made.release();
    return {};
  });
  return writer;
}

pf_status_t pf_writer_add_column(pf_writer_handle_t* writer, const char* name,
                                 pf_physical_type_t physical_type, pf_repetition_t repetition,
                                 uint32_t type_length) noexcept {
  return onWriter(writer, [&]() -> Result<void> {
    PF_TRY_ASSIGN(const auto text, capi::requireText(name, "name"));
    PF_TRY_ASSIGN(const auto type, capi::toPhysicalType(physical_type));
    PF_TRY_ASSIGN(const auto ourRepetition, capi::toRepetition(repetition));
    return writer->writer.addColumn(text, type, ourRepetition, type_length);
  });
}

pf_status_t pf_writer_open(pf_writer_handle_t* writer) noexcept {
  return onWriter(writer, [&] { return writer->writer.open(); });
}

pf_status_t pf_writer_write_row_group(pf_writer_handle_t* writer, uint64_t row_count,
                                      const pf_column_input_t* columns,
                                      size_t column_count) noexcept {
  return onWriter(writer,
                  [&] { return writer->writer.writeColumns(row_count, columns, column_count); });
}

pf_status_t pf_writer_write_row_group_with_levels(pf_writer_handle_t* writer, uint64_t row_count,
                                                  const pf_column_input_with_levels_t* columns,
                                                  size_t column_count) noexcept {
  return onWriter(writer,
                  [&] { return writer->writer.writeColumns(row_count, columns, column_count); });
}

pf_status_t pf_writer_close(pf_writer_handle_t* writer) noexcept {
  return onWriter(writer, [&] { return writer->writer.close(); });
}

const char* pf_writer_last_error(const pf_writer_handle_t* writer) noexcept {
  return writer == nullptr ? "writer is NULL" : writer->error.message;
}

void pf_writer_destroy(pf_writer_handle_t* writer) noexcept { delete writer; }

pf_status_t pf_writer_create_with_options(const pf_schema_t* schema,
                                          const pf_writer_options_t* options,
                                          const pf_output_t* output, pf_writer_handle_t** writer,
                                          pf_error_t* error) noexcept {
  return capi::guardMaking(writer, "writer", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY_ASSIGN(auto settings, capi::readWriterOptions(options));
    PF_TRY_ASSIGN(auto target, capi::readOutput(output));
    auto made = capi::makeWriter(schema->schema, std::move(settings), std::move(target));
    PF_TRY(made->writer.open());
    *writer = made.release();
    return {};
  });
}

pf_status_t pf_writer_memory_ceiling(const pf_schema_t* schema, const pf_writer_options_t* options,
                                     uint64_t row_bytes_max, uint64_t* bytes,
                                     pf_error_t* error) noexcept {
  return capi::guardMaking(bytes, "bytes", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY(capi::requireRange(row_bytes_max, 1, kRowBytesMax, "row_bytes_max"));
    PF_TRY_ASSIGN(const WriterSettings settings, capi::readWriterOptions(options));
    PF_TRY(schema->schema.validate());
    PF_TRY(parquet_flow::write::validateOptions(settings.options, schema->schema));
    // A row is known when it is there, so that a row group may be one row above its bound.
    const std::uint64_t rowGroupBytes = settings.rowGroupBytes + row_bytes_max;
    *bytes = parquet_flow::write::writerBytesMax(schema->schema, settings.options,
                                                 {.rows = settings.rowGroupRows,
                                                  .bytes = rowGroupBytes,
                                                  .rowBytes = row_bytes_max,
                                                  .pieceBytes = rowGroupBytes});
    return {};
  });
}

pf_status_t pf_writer_set_key_value(pf_writer_handle_t* writer, const char* key,
                                    const char* value) noexcept {
  return onWriter(writer, [&]() -> Result<void> {
    PF_TRY_ASSIGN(const auto keyText, capi::requireText(key, "key"));
    if (value == nullptr) return writer->writer.setKeyValue(keyText, std::nullopt);
    PF_TRY_ASSIGN(const auto valueText, capi::requireText(value, "value"));
    return writer->writer.setKeyValue(keyText, valueText);
  });
}

pf_status_t pf_writer_memory(const pf_writer_handle_t* writer, const void** data,
                             size_t* bytes) noexcept {
  return onWriter(writer, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(data, "data"));
    PF_TRY(capi::requirePointer(bytes, "bytes"));
    PF_TRY_ASSIGN(const auto contents, writer->writer.memory());
    *data = contents.data();
    *bytes = contents.size();
    return {};
  });
}

pf_status_t pf_writer_get_stats(const pf_writer_handle_t* writer,
                                pf_writer_stats_t* stats) noexcept {
  return onWriter(writer, [&]() -> Result<void> {
    PF_TRY(capi::checkStruct(stats, "stats"));
    PF_TRY_ASSIGN(const pf_writer_stats_t ours, writer->writer.stats());
    return capi::fillStruct(stats, "stats", ours);
  });
}

pf_status_t pf_writer_get_column_stats(const pf_writer_handle_t* writer, uint32_t leaf_index,
                                       pf_column_stats_t* stats) noexcept {
  return onWriter(writer, [&]() -> Result<void> {
    PF_TRY(capi::checkStruct(stats, "stats"));
    PF_TRY_ASSIGN(const pf_column_stats_t ours, writer->writer.columnStats(leaf_index));
    return capi::fillStruct(stats, "stats", ours);
  });
}

}  // extern "C"
