#include "chunks.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include "parquet_flow.hpp"

namespace parquet_flow::choices {
namespace {

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace

bool isBuilt(pf_compression_t compression) {
  Schema schema;
  schema.leaf("c", types::kInt32);
  WriterOptions options;
  options.compression = compression;
  return Writer::create(schema, Output::discard(), options).error().status() !=
         PF_STATUS_UNSUPPORTED;
}

struct ChunkWriter::Impl {
  Column column{};
  std::uint64_t rows = 0;
  std::uint64_t chunks = 0;
  std::optional<Writer> writer;
};

ChunkWriter::ChunkWriter(const ColumnType& type, const ColumnData& data, pf_encoding_t encoding,
                         pf_compression_t compression)
    : impl_(std::make_unique<Impl>()) {
  const bool countsBytes =
      type.physical == PF_PHYSICAL_BYTE_ARRAY || type.physical == PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY;
  impl_->rows = data.rows;
  Column& column = impl_->column;
  column.values = data.bytes.data();
  column.values_len = countsBytes ? data.bytes.size() : data.values;
  column.offsets = data.offsets.data();
  column.offsets_len = data.offsets.size();
  column.definition_levels = data.definitionLevels.data();
  column.definition_levels_len = data.definitionLevels.size();
  Schema schema;
  schema.leaf("c", {type.physical, type.logical, 0, 0, type.length},
              data.isOptional() ? kOptional : kRequired);
  WriterOptions options;
  options.encoding = encoding;
  options.compression = compression;
  impl_->writer.emplace(require(Writer::create(schema, Output::discard(), options)));
}

ChunkWriter::~ChunkWriter() = default;

double ChunkWriter::write() {
  const auto start = std::chrono::steady_clock::now();
  require(impl_->writer->write(impl_->rows, {impl_->column}));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  ++impl_->chunks;
  return elapsed.count();
}

std::uint64_t ChunkWriter::bytes() const {
  return require(impl_->writer->columnStats(0)).compressed_bytes / impl_->chunks;
}

pf_encoding_t ChunkWriter::encoding() const {
  return static_cast<pf_encoding_t>(require(impl_->writer->columnStats(0)).encoding);
}

}  // namespace parquet_flow::choices
