#include <memory>
#include <string>
#include <utility>

#include "arrow_check.hpp"
#include "arrow_columns.hpp"
#include "arrow_schema.hpp"
#include "arrow_settings.hpp"
#include "arrow_stream.hpp"
#include "arrow_type.hpp"
#include "boundary.hpp"
#include "schema.hpp"
#include "writer.hpp"

namespace {

using parquet_flow::Error;
using parquet_flow::ErrorCode;
using parquet_flow::fail;
using parquet_flow::Result;
using parquet_flow::capi::ArrowField;
using parquet_flow::capi::Writer;
namespace capi = parquet_flow::capi;

// The boundary of a function on a writer that also has an error of its own to fill.
template <class Function>
pf_status_t onWriter(pf_writer_handle_t* writer, pf_error_t* error, Function&& function) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(writer, "writer"));
    Result<void> result = capi::contain([&] { return function(*writer); });
    if (!result) capi::setError(&writer->error, result.error());
    return result;
  });
}

// What came from the stream is ours to release.
template <class Struct>
class Received {
 public:
  Received() = default;
  Received(const Received&) = delete;
  Received& operator=(const Received&) = delete;
  ~Received() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  [[nodiscard]] Struct* get() noexcept { return &value_; }

 private:
  Struct value_{};
};

Result<void> checkReceived(ArrowArrayStream& stream, int failure, const char* what) {
  if (failure == 0) return {};
  const char* const said =
      stream.get_last_error == nullptr ? nullptr : stream.get_last_error(&stream);
  return fail(Error(ErrorCode::kIo, failure,
                    "the Arrow stream: " + std::string(what) + ": " +
                        (said == nullptr ? "it does not say why" : said)));
}

// It holds until the next call.
Result<const ArrowField*> readTypeFor(pf_writer& handle, const ArrowSchema* schema) {
  if (const ArrowField* const seen = handle.arrow.find(schema)) return seen;
  PF_TRY_ASSIGN(ArrowField type, capi::readArrowSchema(schema));
  PF_TRY_ASSIGN(const auto arrows, capi::schemaOfArrow(type));
  PF_TRY(capi::requireSameSchema(arrows, *handle.writer.schema()));
  return &handle.arrow.keep(*schema, std::move(type));
}

Result<void> writeArray(pf_writer& handle, const ArrowArray* array, const ArrowSchema* schema) {
  Writer& writer = handle.writer;
  PF_TRY(capi::requirePointer(array, "array"));
  PF_TRY_ASSIGN(const ArrowField* const type, readTypeFor(handle, schema));
  PF_TRY(capi::checkArrowArray(*type, array));
  if (array->length == 0) return {};
  const std::uint64_t rows = capi::lengthOf(*array);
  capi::ArrowColumns columns(*type, *writer.schema());
  PF_TRY_ASSIGN(const auto views, columns.views(*array, 0, rows));
  return writer.writeViews(rows, views);
}

// What the stream itself says is put into `received`: that is no failure of the writer.
Result<void> writeBatches(pf_writer& handle, ArrowArrayStream* stream, Result<void>& received) {
  PF_TRY(capi::requirePointer(stream, "stream"));
  if (stream->release == nullptr) return capi::invalid("the Arrow stream has been released");
  if (stream->get_schema == nullptr || stream->get_next == nullptr) {
    return capi::invalid("get_schema or get_next of the Arrow stream is NULL");
  }
  Received<ArrowSchema> schema;
  received = checkReceived(*stream, stream->get_schema(stream, schema.get()), "get_schema");
  if (!received) return {};
  PF_TRY_ASSIGN(const ArrowField* const type, readTypeFor(handle, schema.get()));
  capi::ArrowRowGroups rowGroups(*type, handle.writer);
  for (std::uint64_t batch = 0;; ++batch) {
    Received<ArrowArray> array;
    received = checkReceived(*stream, stream->get_next(stream, array.get()), "get_next");
    if (!received) return {};
    if (array.get()->release == nullptr) return rowGroups.finish();  // the end
    auto taken = capi::checkArrowArray(*type, array.get());
    if (taken) taken = rowGroups.append(*array.get());
    if (!taken) {
      return fail(std::move(taken).error().withContext("batch " + std::to_string(batch)));
    }
  }
}

}  // namespace

extern "C" {

pf_status_t pf_schema_create_from_arrow(const struct ArrowSchema* arrow, pf_schema_t** schema,
                                        pf_error_t* error) noexcept {
  return capi::guardMaking(schema, "schema", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(const ArrowField type, capi::readArrowSchema(arrow));
    PF_TRY_ASSIGN(auto ours, capi::schemaOfArrow(type));
    *schema = std::make_unique<pf_schema>(pf_schema{std::move(ours)}).release();
    return {};
  });
}

pf_status_t pf_writer_create_for_arrow(const struct ArrowSchema* arrow,
                                       const pf_writer_options_t* options,
                                       const pf_output_t* output, pf_writer_handle_t** writer,
                                       pf_error_t* error) noexcept {
  return capi::guardMaking(writer, "writer", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(ArrowField type, capi::readArrowSchema(arrow));
    PF_TRY_ASSIGN(auto ours, capi::schemaOfArrow(type));
    PF_TRY_ASSIGN(auto settings, capi::readWriterOptions(options));
    PF_TRY_ASSIGN(auto target, capi::readOutput(output));
    capi::addArrowSettings(type, ours, settings);
    auto made = capi::makeWriter(std::move(ours), std::move(settings), std::move(target));
    PF_TRY(made->writer.open());
    made->arrow.keep(*arrow, std::move(type));
    *writer = made.release();
    return {};
  });
}

pf_status_t pf_writer_write_arrow(pf_writer_handle_t* writer, const struct ArrowArray* array,
                                  const struct ArrowSchema* schema, pf_error_t* error) noexcept {
  return onWriter(writer, error, [&](pf_writer& handle) {
    return handle.writer.bringRows([&] { return writeArray(handle, array, schema); });
  });
}

pf_status_t pf_writer_write_arrow_stream(pf_writer_handle_t* writer,
                                         struct ArrowArrayStream* stream,
                                         pf_error_t* error) noexcept {
  return onWriter(writer, error, [&](pf_writer& handle) -> Result<void> {
    Result<void> received;
    PF_TRY(handle.writer.bringRows([&] { return writeBatches(handle, stream, received); }));
    return received;
  });
}

}  // extern "C"
