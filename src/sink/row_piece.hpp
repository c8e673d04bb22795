// One piece of the pool: the columns that rows are put into, a cache-sized part of a row group.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "column/row_builder.hpp"
#include "pipeline/row_group_stage.hpp"
#include "sink/file_schema.hpp"
#include "sink/memory.hpp"

namespace parquet_flow::sink {

// What all pieces have in common.
struct PieceMemory {
  PiecePlan plan;
  // Of the columns of all, each as large as it was when it was last handed over.
  std::atomic<std::uint64_t> bytes{0};
};

struct RowPiece final : pipeline::RowGroupPiece {
  // Both must outlive it. Takes no memory before it is first used.
  RowPiece(const FileSchema& schema, PieceMemory& memory) noexcept
      : schema_(schema), memory_(memory) {}

  // Its columns are there, empty. Of a piece that was just acquired.
  void prepare();
  // Takes and touches memory for its columns, one room a leaf. kOutOfMemory.
  [[nodiscard]] Result<void> prefault(std::span<const LeafRoom> rooms);
  // Points `views` and `rows` at what was filled.
  void seal();
  // The columns are empty again, and no larger than they may stay.
  void onEncoded() noexcept override;
  [[nodiscard]] std::uint64_t filledBytes() const noexcept {
    return capture.bytes() + body.bytes();
  }

  column::Batch capture;  // the leaves that come first
  column::Batch body;     // those of the shape

 private:
  void count(std::uint64_t bytes) noexcept;

  const FileSchema& schema_;
  PieceMemory& memory_;
  std::uint64_t countedBytes_ = 0;  // in memory_.bytes
};

}  // namespace parquet_flow::sink
