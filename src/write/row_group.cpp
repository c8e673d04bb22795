#include "write/row_group.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "write/encode_scratch.hpp"
#include "write/row_order.hpp"

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
             chunk.pages.capacity() * sizeof(EncodedPage) + chunk.bloomFilter.capacity() +
             (chunk.columnIndex ? chunk.columnIndex->bytes() : 0);
  }
  return bytes;
}

void EncodedRowGroup::alignLargestChunk() noexcept {
  alignedChunk = 0;
  for (std::uint32_t i = 0; i < chunks.size(); ++i) {
    if (chunks[i].compressedBytes > chunks[alignedChunk].compressedBytes) alignedChunk = i;
  }
}

void EncodedRowGroup::releaseMemory() noexcept {
  for (EncodedColumnChunk& chunk : chunks) {
    chunk = EncodedColumnChunk();
  }
}

Result<void> EncodedRowGroup::prefault(std::span<const std::uint64_t> bytes) {
  chunks.resize(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    PF_TRY(chunks[i].buffer.reserve(chunkBytesReserved(static_cast<double>(bytes[i]))));
    chunks[i].buffer.touch();
  }
  return {};
}

struct RowGroupEncoder::Impl {
  std::shared_ptr<const schema::Schema> schema;
  std::vector<std::unique_ptr<ColumnChunkWriter>> columns;  // one a leaf
  std::optional<RowOrder> order;
  EncodedRowGroup* open = nullptr;  // between begin and finish

  [[nodiscard]] Result<void> checkLeaves(std::span<const column::LeafView> leaves) const;
  [[nodiscard]] Result<void> checkRows(std::uint64_t rows, std::uint32_t leafIndex,
                                       std::uint64_t leafRows) const;
};

RowGroupEncoder::~RowGroupEncoder() = default;

Result<std::unique_ptr<RowGroupEncoder>> RowGroupEncoder::create(
    std::shared_ptr<const schema::Schema> schema, const WriterOptions& options, Feeding feeding) {
  auto encoder = std::unique_ptr<RowGroupEncoder>(new RowGroupEncoder());
  encoder->impl_ = std::make_unique<Impl>();
  std::shared_ptr<EncodeScratch> scratch;
  for (const schema::Leaf& leaf : schema->leaves()) {
    if (scratch == nullptr || feeding == Feeding::kPieces) {
      scratch = std::make_shared<EncodeScratch>();
    }
    PF_TRY_ASSIGN(auto column, ColumnChunkWriter::create(leaf, options, scratch));
    encoder->impl_->columns.push_back(std::move(column));
  }
  encoder->impl_->order.emplace(*schema, options);
  encoder->impl_->schema = std::move(schema);
  return encoder;
}

Result<void> RowGroupEncoder::Impl::checkLeaves(std::span<const column::LeafView> leaves) const {
  if (leaves.size() == columns.size()) return {};
  return fail(ErrorCode::kInvalidArgument, std::to_string(leaves.size()) +
                                               " columns for a schema with " +
                                               std::to_string(columns.size()));
}

Result<void> RowGroupEncoder::Impl::checkRows(std::uint64_t rows, std::uint32_t leafIndex,
                                              std::uint64_t leafRows) const {
  if (leafRows == rows) return {};
  return fail(ErrorCode::kInvalidArgument, "column '" + schema->leaves()[leafIndex].dottedPath +
                                               "': " + std::to_string(leafRows) +
                                               " rows in a row group of " + std::to_string(rows));
}

Result<void> RowGroupEncoder::encode(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                     EncodedRowGroup& out, PageDrain* drain) {
  PF_TRY(impl_->checkLeaves(leaves));
  out.rows = rows;
  out.alignedChunk = 0;
  out.chunks.resize(leaves.size());
  for (EncodedColumnChunk& chunk : out.chunks) {
    chunk.takePages();  // those of the row group before are not to be drained
  }
  std::uint64_t offset = 0;
  for (std::uint32_t i = 0; i < leaves.size(); ++i) {
    PF_TRY(impl_->checkRows(rows, i, leaves[i].rows));
    ColumnChunkWriter& column = *impl_->columns[i];
    column.begin(out.chunks[i], offset);
    PF_TRY(column.append(leaves[i], 1, drain));
    PF_TRY(column.finish());
    offset += out.chunks[i].compressedBytes;
  }
  impl_->order->clear();
  PF_TRY(impl_->order->add(leaves));
  out.isSorted = impl_->order->isSorted();
  return {};
}

bool RowGroupEncoder::hasChoice() const noexcept {
  return std::ranges::any_of(impl_->columns, [](const auto& each) { return each->hasChoice(); });
}

Result<bool> RowGroupEncoder::encodeColumn(std::uint32_t leafIndex, std::uint64_t rows,
                                           std::span<const column::LeafView> pieces,
                                           ChoiceChain* chain, std::uint64_t ordinal,
                                           EncodedColumnChunk& out, ColumnParts* parts) {
  ColumnChunkWriter& column = *impl_->columns[leafIndex];
  column.begin(out, 0);
  std::uint64_t rowsThere = 0;
  std::uint64_t entries = 0;
  for (const column::LeafView& piece : pieces) {
    rowsThere += piece.rows;
    entries += piece.entries;
  }
  PF_TRY(impl_->checkRows(rows, leafIndex, rowsThere));
  if (!column.hasChoice()) chain = nullptr;
  ChoiceHistory history;
  if (chain != nullptr && !ChoiceHistory::isLarge(static_cast<double>(entries))) {
    const auto before = chain->take(ordinal);
    if (!before) return fail(ErrorCode::kCancelled, "the row group in front will not be whole");
    history = *before;
  }
  Result<void> chosen = column.choose(pieces, history);
  if (chain != nullptr) chain->give(ordinal, history);
  if (!chosen) return fail(std::move(chosen).error());
  if (parts != nullptr && column.cut(pieces, *parts)) return true;
  PF_TRY(column.reserve(pieces));
  for (const column::LeafView& piece : pieces) PF_TRY(column.append(piece));
  PF_TRY(column.finish());
  return false;
}

Result<void> RowGroupEncoder::encodePart(std::uint32_t leafIndex, ColumnParts& parts,
                                         std::uint32_t index) {
  return impl_->columns[leafIndex]->encodePart(parts, index);
}

Result<void> RowGroupEncoder::joinParts(std::uint32_t leafIndex, ColumnParts& parts,
                                        EncodedColumnChunk& out) {
  return impl_->columns[leafIndex]->join(parts, out);
}

Result<void> RowGroupEncoder::complete(std::uint64_t rows,
                                       std::span<const std::vector<column::LeafView>> pieces,
                                       EncodedRowGroup& out) {
  out.rows = rows;
  out.alignLargestChunk();
  impl_->order->clear();
  if (impl_->order->isWanted()) {
    std::vector<column::LeafView> leaves(pieces.size());
    for (std::size_t piece = 0; piece < pieces.front().size(); ++piece) {
      for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i] = pieces[i][piece];
      PF_TRY(impl_->order->add(leaves));
    }
  }
  out.isSorted = impl_->order->isSorted();
  return {};
}

void RowGroupEncoder::begin(EncodedRowGroup& out) {
  out.rows = 0;
  out.chunks.resize(impl_->columns.size());
  for (std::size_t i = 0; i < out.chunks.size(); ++i) {
    impl_->columns[i]->begin(out.chunks[i], 0);
  }
  impl_->order->clear();
  impl_->open = &out;
}

Result<void> RowGroupEncoder::append(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                     double shareOfWhole) {
  PF_TRY(impl_->checkLeaves(leaves));
  for (std::uint32_t i = 0; i < leaves.size(); ++i) {
    PF_TRY(impl_->checkRows(rows, i, leaves[i].rows));
    PF_TRY(impl_->columns[i]->append(leaves[i], shareOfWhole));
  }
  PF_TRY(impl_->order->add(leaves));
  impl_->open->rows += rows;
  return {};
}

Result<void> RowGroupEncoder::finish() {
  EncodedRowGroup& out = *impl_->open;
  for (const auto& column : impl_->columns) PF_TRY(column->finish());
  out.alignLargestChunk();
  out.isSorted = impl_->order->isSorted();
  impl_->open = nullptr;
  return {};
}

}  // namespace parquet_flow::write
