#include "sink/row_piece.hpp"

#include <string>
#include <utility>

namespace parquet_flow::sink {

void RowPiece::prepare() {
  const auto leaves = schema_.file->leaves();
  if (capture.leaves.size() + body.leaves.size() == leaves.size()) return;
  capture.leaves.clear();  // of a try that found no memory
  body.leaves.clear();
  views.reserve(leaves.size());
  capture.leaves.reserve(schema_.captureLeaves);
  body.leaves.reserve(leaves.size() - schema_.captureLeaves);
  for (const schema::Leaf& leaf : leaves.first(schema_.captureLeaves)) {
    capture.leaves.emplace_back(leaf);
  }
  for (const schema::Leaf& leaf : leaves.subspan(schema_.captureLeaves)) {
    body.leaves.emplace_back(leaf);
  }
}

Result<void> RowPiece::prefault(std::span<const LeafRoom> rooms) {
  prepare();
  auto room = rooms.begin();
  for (column::Batch* const batch : {&capture, &body}) {
    for (column::LeafBuffer& leaf : batch->leaves) {
      if (!leaf.reserve(room->entries, room->values, room->valueBytes)) {
        return fail(ErrorCode::kOutOfMemory, std::string());
      }
      leaf.touch();
      ++room;
    }
  }
  count(capture.capacityBytes() + body.capacityBytes());
  return {};
}

void RowPiece::seal() {
  rows = body.rows;
  views.clear();
  for (const column::LeafBuffer& leaf : capture.leaves) views.push_back(leaf.view(rows));
  for (const column::LeafBuffer& leaf : body.leaves) views.push_back(leaf.view(rows));
  for (column::LeafView& view : views) view.transient = true;
  count(capture.capacityBytes() + body.capacityBytes());
}

void RowPiece::onEncoded() noexcept {
  rows = 0;
  views.clear();
  capture.clear();
  body.clear();
  // Large rows leave large columns behind, and a few of those are kept for the next ones.
  if (countedBytes_ <= memory_.plan.keepBytes ||
      memory_.bytes.load(std::memory_order_relaxed) <= memory_.plan.keepAnyBelowBytes) {
    return;
  }
  capture = {};
  body = {};
  count(0);
}

void RowPiece::count(std::uint64_t bytes) noexcept {
  memory_.bytes.fetch_add(bytes - std::exchange(countedBytes_, bytes), std::memory_order_relaxed);
}

}  // namespace parquet_flow::sink
