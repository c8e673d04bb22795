#include "write/row_group.hpp"

#include <string>

#include "write/encode_scratch.hpp"

namespace parquet_flow::write {

std::uint64_t EncodedRowGroup::compressedBytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const EncodedColumnChunk& chunk : chunks) {
    bytes += chunk.compressedBytes;
  }
  return bytes;
}

std::uint64_t EncodedRowGroup::bloomFilterBytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const EncodedColumnChunk& chunk : chunks) {
    bytes += chunk.bloomFilter.size();
  }
  return bytes;
}

std::uint64_t EncodedRowGroup::capacityBytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const EncodedColumnChunk& chunk : chunks) {
    bytes += chunk.buffer.capacity() + chunk.segments.capacity() * sizeof(Segment) +
             chunk.pages.capacity() * sizeof(EncodedPage) + chunk.bloomFilter.capacity();
  }
  return bytes;
}

struct RowGroupEncoder::Impl {
  std::shared_ptr<const schema::Schema> schema;
  std::vector<std::unique_ptr<ColumnChunkWriter>> columns;  // one a leaf
};

RowGroupEncoder::~RowGroupEncoder() = default;

Result<std::unique_ptr<RowGroupEncoder>> RowGroupEncoder::create(
    std::shared_ptr<const schema::Schema> schema, const WriterOptions& options) {
  auto encoder = std::unique_ptr<RowGroupEncoder>(new RowGroupEncoder());
  encoder->impl_ = std::make_unique<Impl>();
  const auto scratch = std::make_shared<EncodeScratch>();
  for (const schema::Leaf& leaf : schema->leaves()) {
    PF_TRY_ASSIGN(auto column, ColumnChunkWriter::create(leaf, options, scratch));
    encoder->impl_->columns.push_back(std::move(column));
  }
  encoder->impl_->schema = std::move(schema);
  return encoder;
}

Result<void> RowGroupEncoder::encode(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                     EncodedRowGroup& out) {
  const std::size_t leafCount = impl_->columns.size();
  if (leaves.size() != leafCount) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::to_string(leaves.size()) + " columns for a schema with " + std::to_string(leafCount));
  }
  out.rows = rows;
  out.chunks.resize(leafCount);
  std::uint64_t offset = 0;
  for (std::uint32_t i = 0; i < leafCount; ++i) {
    if (leaves[i].rows != rows) {
      return fail(ErrorCode::kInvalidArgument, "column '" + impl_->schema->leaves()[i].dottedPath +
                                                   "': " + std::to_string(leaves[i].rows) +
                                                   " rows in a row group of " +
                                                   std::to_string(rows));
    }
    PF_TRY(encodeColumn(i, leaves[i], out.chunks[i], offset));
    offset += out.chunks[i].compressedBytes;
  }
  return {};
}

Result<void> RowGroupEncoder::encodeColumn(std::uint32_t leafIndex, const column::LeafView& leaf,
                                           EncodedColumnChunk& out, std::uint64_t offset) {
  ColumnChunkWriter& column = *impl_->columns[leafIndex];
  column.begin(out, offset);
  PF_TRY(column.append(leaf));
  return column.finish();
}

}  // namespace parquet_flow::write
