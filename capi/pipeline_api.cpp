#include <memory>
#include <utility>

#include "arrow_schema.hpp"
#include "arrow_settings.hpp"
#include "base/process.hpp"
#include "boundary.hpp"
#include "pipeline.hpp"
#include "pipeline/parallelism.hpp"
#include "schema.hpp"
#include "struct_versions.hpp"
#include "text.hpp"

namespace {

using parquet_flow::Result;
using parquet_flow::capi::ArrowField;
using parquet_flow::capi::PipelineWriter;
namespace capi = parquet_flow::capi;
namespace pipeline = parquet_flow::pipeline;
namespace schema = parquet_flow::schema;

template <class Function>
pf_status_t onPipeline(pf_pipeline_t* handle, pf_error_t* error, Function&& function) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(handle, "pipeline"));
    return std::forward<Function>(function)(*handle->writer);
  });
}

Result<void> open(schema::Schema ours, const capi::WriterSettings& writer,
                  const pf_output_t* output, const pf_pipeline_options_t* options,
                  std::optional<ArrowField> arrow, pf_pipeline_t** opened) {
  PF_TRY_ASSIGN(const auto target, capi::readOutput(output));
  PF_TRY_ASSIGN(const auto settings, capi::readPipelineOptions(options));
  auto handle = std::make_unique<pf_pipeline>();
  PF_TRY_ASSIGN(handle->writer,
                PipelineWriter::open(std::move(ours), writer, target, settings, std::move(arrow)));
  *opened = handle.release();
  return {};
}

}  // namespace

extern "C" {

pf_status_t pf_encoders_create(uint32_t threads, pf_encoders_t** encoders,
                               pf_error_t* error) noexcept {
  return capi::guardMaking(encoders, "encoders", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(const std::uint32_t parallelism, pipeline::chooseParallelism(threads));
    *encoders = std::make_unique<pf_encoders>(pf_encoders{pipeline::makeEncodeThreads(parallelism),
                                                          parquet_flow::processId()})
                    .release();
    return {};
  });
}

uint32_t pf_encoders_threads(const pf_encoders_t* encoders) noexcept {
  if (encoders == nullptr) return 0;
  return 1 + (encoders->threads == nullptr ? 0 : encoders->threads->threads());
}

void pf_encoders_destroy(pf_encoders_t* encoders) noexcept {
  if (encoders == nullptr) return;
  if (encoders->threads != nullptr && encoders->owner != parquet_flow::processId()) {
    encoders->threads->abandon();
  }
  delete encoders;
}

pf_status_t pf_pipeline_create(const pf_schema_t* schema, const pf_writer_options_t* writer,
                               const pf_output_t* output, const pf_pipeline_options_t* options,
                               pf_pipeline_t** pipeline, pf_error_t* error) noexcept {
  return capi::guardMaking(pipeline, "pipeline", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY_ASSIGN(const auto settings, capi::readWriterOptions(writer));
    return open(schema->schema, settings, output, options, std::nullopt, pipeline);
  });
}

pf_status_t pf_pipeline_create_for_arrow(const struct ArrowSchema* arrow,
                                         const pf_writer_options_t* writer,
                                         const pf_output_t* output,
                                         const pf_pipeline_options_t* options,
                                         pf_pipeline_t** pipeline, pf_error_t* error) noexcept {
  return capi::guardMaking(pipeline, "pipeline", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(ArrowField type, capi::readArrowSchema(arrow));
    PF_TRY_ASSIGN(auto ours, capi::schemaOfArrow(type));
    PF_TRY_ASSIGN(auto settings, capi::readWriterOptions(writer));
    capi::addArrowSettings(type, ours, settings);
    return open(std::move(ours), settings, output, options, std::move(type), pipeline);
  });
}

pf_status_t pf_pipeline_submit(pf_pipeline_t* pipeline, uint64_t row_count,
                               const pf_column_input_with_levels_t* columns, size_t column_count,
                               const pf_submit_options_t* options, pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    PF_TRY_ASSIGN(const auto settings, capi::readSubmitOptions(options));
    if (row_count != 0) PF_TRY(capi::requirePointer(columns, "columns"));
    return writer.submit(row_count, {columns, column_count}, settings);
  });
}

pf_status_t pf_pipeline_submit_arrow(pf_pipeline_t* pipeline, struct ArrowArray* array,
                                     const struct ArrowSchema* schema,
                                     const pf_submit_options_t* options,
                                     pf_error_t* error) noexcept {
  const pf_status_t status =
      onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
        PF_TRY(capi::requirePointer(array, "array"));
        PF_TRY_ASSIGN(const auto settings, capi::readSubmitOptions(options));
        return writer.submitArrow(array, schema, settings);
      });
  const bool isOurs = status != PF_STATUS_OK && status != PF_STATUS_WOULD_BLOCK;
  if (isOurs && array != nullptr && array->release != nullptr) array->release(array);
  return status;
}

pf_status_t pf_pipeline_flush(pf_pipeline_t* pipeline, const pf_submit_options_t* options,
                              pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    PF_TRY_ASSIGN(const auto settings, capi::readSubmitOptions(options));
    if (settings.onDone != nullptr) return capi::invalid("options->on_done is for batches");
    return writer.flush(settings.whenFull);
  });
}

pf_status_t pf_pipeline_set_key_value(pf_pipeline_t* pipeline, const char* key, const char* value,
                                      pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    PF_TRY_ASSIGN(const auto keyText, capi::requireText(key, "key"));
    if (value == nullptr) return writer.setKeyValue(keyText, std::nullopt);
    PF_TRY_ASSIGN(const auto valueText, capi::requireText(value, "value"));
    return writer.setKeyValue(keyText, std::string(valueText));
  });
}

pf_status_t pf_pipeline_cancel(pf_pipeline_t* pipeline, pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [](PipelineWriter& writer) { return writer.cancel(); });
}

pf_status_t pf_pipeline_get_progress(pf_pipeline_t* pipeline, pf_pipeline_progress_t* progress,
                                     pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    PF_TRY(capi::checkStruct(progress, "progress"));
    PF_TRY_ASSIGN(const pf_pipeline_progress_t now, writer.progress());
    return capi::fillStruct(progress, "progress", now);
  });
}

pf_status_t pf_pipeline_close(pf_pipeline_t* pipeline, pf_file_info_t* info,
                              pf_error_t* error) noexcept {
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    if (info != nullptr) PF_TRY(capi::checkStruct(info, "info"));
    PF_TRY_ASSIGN(const pf_file_info_t closed, writer.close());
    return info == nullptr ? Result<void>() : capi::fillStruct(info, "info", closed);
  });
}

pf_status_t pf_pipeline_memory(pf_pipeline_t* pipeline, const void** data, size_t* bytes,
                               pf_error_t* error) noexcept {
  if (data != nullptr) *data = nullptr;
  if (bytes != nullptr) *bytes = 0;
  return onPipeline(pipeline, error, [&](PipelineWriter& writer) -> Result<void> {
    PF_TRY(capi::requirePointer(data, "data"));
    PF_TRY(capi::requirePointer(bytes, "bytes"));
    PF_TRY_ASSIGN(const auto contents, writer.memory());
    *data = contents.data();
    *bytes = contents.size();
    return {};
  });
}

void pf_pipeline_destroy(pf_pipeline_t* pipeline) noexcept { delete pipeline; }

}  // extern "C"
