#include "sink/row_group_buffer.hpp"

namespace parquet_flow::sink {

RowGroupBuffer::RowGroupBuffer(const FileSchema& schema) : schema_(schema) {
  makeLeaves();
  views.reserve(schema.file->leaves().size());
}

void RowGroupBuffer::makeLeaves() {
  const auto leaves = schema_.file->leaves();
  capture.leaves.clear();
  body.leaves.clear();
  for (const schema::Leaf& leaf : leaves.first(schema_.captureLeaves)) {
    capture.leaves.emplace_back(leaf);
  }
  for (const schema::Leaf& leaf : leaves.subspan(schema_.captureLeaves)) {
    body.leaves.emplace_back(leaf);
  }
}

void RowGroupBuffer::seal() {
  rows = body.rows;
  views.clear();
  if (rows == 0) return;
  for (const column::LeafBuffer& leaf : capture.leaves) views.push_back(leaf.view(rows));
  for (const column::LeafBuffer& leaf : body.leaves) views.push_back(leaf.view(rows));
}

void RowGroupBuffer::reset(std::uint64_t bytesMax) {
  rows = 0;
  views.clear();
  capture.clear();
  body.clear();
  deltas.clear();
  order = {};
  rowsSettled = false;
  deltasSettled = false;
  // Columns keep the size of the largest they ever were, each at another time; together they could
  // come to more than what the ceiling states.
  if (capture.capacityBytes() + body.capacityBytes() > bytesMax) makeLeaves();
  if (encoded.capacityBytes() > bytesMax) {
    for (write::EncodedColumnChunk& chunk : encoded.chunks) chunk.buffer.release();
  }
  heldBytes.store(capture.capacityBytes() + body.capacityBytes() + encoded.capacityBytes(),
                  std::memory_order_relaxed);
}

std::uint64_t RowGroupBuffer::filledBytes() const noexcept {
  return capture.bytes() + body.bytes();
}

}  // namespace parquet_flow::sink
