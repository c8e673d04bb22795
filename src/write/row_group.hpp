// Encoding a row group: leaves in, encoded column chunks out. Knows nothing of files and positions,
// so that row groups can be encoded on any thread and written in order by another.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"
#include "write/choice_chain.hpp"
#include "write/column_chunk.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// One encoded row group. The chunks' segments may borrow from the views that were appended, unless
// those say that they are transient: they must live, unchanged, until FileWriter::writeRowGroup has
// returned. Reused by encoding into it again: no allocation in the steady state.
struct EncodedRowGroup {
  std::uint64_t rows = 0;
  std::vector<EncodedColumnChunk> chunks;  // one a leaf, in schema order
  bool isSorted = false;                   // by WriterOptions::sortingColumns
  // Of the chunk that is laid out as if it began at a multiple of kRowGroupAlignment: the first one
  // where the offsets of all were known, else the largest one.
  std::uint32_t alignedChunk = 0;

  // Of the chunks: all pages with their headers.
  [[nodiscard]] std::uint64_t compressedBytes() const noexcept;
  [[nodiscard]] std::uint64_t bloomFilterBytes() const noexcept;
  // Sets alignedChunk for chunks whose offsets were not known.
  void alignLargestChunk() noexcept;
  // Memory held by the buffers.
  [[nodiscard]] std::uint64_t capacityBytes() const noexcept;
  void releaseMemory() noexcept;
  // Takes and touches memory for chunks of so many bytes before they are encoded, one number a
  // leaf. Of one that was not used yet. kOutOfMemory.
  [[nodiscard]] Result<void> prefault(std::span<const std::uint64_t> bytes);
};

// How row groups come: each in one call of encode, or also in pieces, for which every column needs
// scratch space and a codec context of its own.
enum class Feeding : std::uint8_t { kWhole, kPieces };

// One per thread that encodes. Keeps scratch space and codec contexts.
class RowGroupEncoder {
 public:
  // `options` must have passed validateOptions.
  [[nodiscard]] static Result<std::unique_ptr<RowGroupEncoder>> create(
      std::shared_ptr<const schema::Schema> schema, const WriterOptions& options,
      Feeding feeding = Feeding::kWhole);
  RowGroupEncoder(const RowGroupEncoder&) = delete;
  RowGroupEncoder& operator=(const RowGroupEncoder&) = delete;
  ~RowGroupEncoder();

  // The whole row group in one call: one view a leaf, in schema order, all of `rows` rows. Checks
  // what the encoder itself relies on (entries, row counts, levels within their maximum, values
  // enough, offsets not going backwards, pages below 2 GiB) and names the column and row; `out` is
  // then unspecified, and may be encoded into again.
  //
  // `drain`: nullptr, or for pages of `out` before all of it is encoded; its errors are passed on.
  [[nodiscard]] Result<void> encode(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                    EncodedRowGroup& out, PageDrain* drain = nullptr);

  // The same in pieces: begin, append many times, finish. So a row group can be far larger than
  // what is in memory of it as columns, and what is encoded is still in the cache. A page goes on
  // from one piece to the next. Errors as above; after one, and before it is begun again, nothing
  // else is to be called. Of an encoder made for Feeding::kPieces. Views of append are read until
  // it returns; they must be transient unless they live on as those of encode do.
  //
  //   shareOfWhole   about which share of the row group's bytes the first piece is, above 0: `out`
  //                  gets memory for the whole by it, at once; 1 where that is not known.
  void begin(EncodedRowGroup& out);
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                    double shareOfWhole);
  [[nodiscard]] Result<void> finish();

  // --- one column of it, for columns encoded by several threads ---------------------------------

  // Whether the options leave the encoding of any column open, so that a chain may be waited for.
  [[nodiscard]] bool hasChoice() const noexcept;

  // out.chunks[leafIndex] alone, of a row group of `rows` rows: `pieces` are the leaf's views, one
  // behind the other. `chain` is the leaf's, `ordinal` the row group's number in it; nullptr: what
  // is chosen does not depend on the row groups before. Errors as those of encode, and kCancelled
  // where the chain is broken. An encoder made for Feeding::kWhole.
  //
  // `parts`: nullptr, or where it may put a chunk that several threads had better encode: true if
  // it has. Then nothing is encoded yet: encodePart is to be called for each of them, in any order,
  // of any encoder, and joinParts once they are all done. `pieces` must live as those of encode.
  [[nodiscard]] Result<bool> encodeColumn(std::uint32_t leafIndex, std::uint64_t rows,
                                          std::span<const column::LeafView> pieces,
                                          ChoiceChain* chain, std::uint64_t ordinal,
                                          EncodedColumnChunk& out, ColumnParts* parts = nullptr);
  [[nodiscard]] Result<void> encodePart(std::uint32_t leafIndex, ColumnParts& parts,
                                        std::uint32_t index);
  // `out` borrows from `parts`.
  [[nodiscard]] Result<void> joinParts(std::uint32_t leafIndex, ColumnParts& parts,
                                       EncodedColumnChunk& out);
  // When all of its chunks are there: what else an EncodedRowGroup says. `pieces` are all views,
  // those of leaf i in pieces[i].
  [[nodiscard]] Result<void> complete(std::uint64_t rows,
                                      std::span<const std::vector<column::LeafView>> pieces,
                                      EncodedRowGroup& out);

 private:
  RowGroupEncoder() = default;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::write
