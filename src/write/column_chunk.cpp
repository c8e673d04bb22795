#include "write/column_chunk.hpp"

#include <algorithm>
#include <string>

#include "column/gather.hpp"
#include "write/encode_scratch.hpp"
#include "write/page.hpp"

namespace parquet_flow::write {

struct ColumnChunkWriter::Impl {
  Impl(const schema::Leaf& itsLeaf, const WriterOptions& options, const ColumnOptions& column,
       codec::Compressor* compressor, std::shared_ptr<EncodeScratch> itsScratch)
      : leaf(itsLeaf),
        pageRoom{
            .rows = options.pageRows, .entries = kPageEntriesMax, .valueBytes = options.pageBytes},
        scratch(std::move(itsScratch)),
        cursor(itsLeaf),
        page(itsLeaf, options, column, compressor, *scratch) {}

  [[nodiscard]] Result<void> appendSlices();
  [[nodiscard]] Result<void> leaveDictionary();
  [[nodiscard]] tl::unexpected<Error> refuseLargeRow(const column::LeafSlice& slice) const;

  const schema::Leaf& leaf;
  const column::PageRoom pageRoom;  // of a new page
  std::shared_ptr<EncodeScratch> scratch;
  column::SliceCursor cursor;
  PageWriter page;
  column::PageRoom room;  // of the open page
  std::uint64_t rows = 0;
};

Result<std::unique_ptr<ColumnChunkWriter>> ColumnChunkWriter::create(
    const schema::Leaf& leaf, const WriterOptions& options,
    std::shared_ptr<EncodeScratch> scratch) {
  const ColumnOptions column = columnOptions(options, leaf);
  PF_TRY_ASSIGN(codec::Compressor* const compressor,
                scratch->compressor(column.compression, column.compressionLevel));
  auto writer = std::unique_ptr<ColumnChunkWriter>(new ColumnChunkWriter());
  writer->impl_ = std::make_unique<Impl>(leaf, options, column, compressor, std::move(scratch));
  return writer;
}

ColumnChunkWriter::~ColumnChunkWriter() = default;

void EncodedColumnChunk::clear() noexcept {
  buffer.clear();
  segments.clear();
  entries = 0;
  plainBytes = 0;
  uncompressedBytes = 0;
  compressedBytes = 0;
  dictionaryBytes = 0;
  pages.clear();
  pagesByEncoding.fill(0);
  bloomFilter.clear();
}

Result<void> ColumnChunkWriter::begin(EncodedColumnChunk& out, std::uint64_t offset) {
  impl_->rows = 0;
  return impl_->page.beginChunk(out, offset);
}

Result<void> ColumnChunkWriter::append(const column::LeafView& view) {
  Result<void> appended = impl_->cursor.begin(view, impl_->rows);
  if (appended) {
    appended = impl_->appendSlices();
  }
  if (!appended) {
    return fail(std::move(appended).error().withContext("column '" + impl_->leaf.dottedPath + "'"));
  }
  return {};
}

Result<void> ColumnChunkWriter::Impl::appendSlices() {
  while (!cursor.atEnd()) {
    if (!page.pageIsOpen()) {
      room = pageRoom;
    }
    PF_TRY_ASSIGN(const column::LeafSlice slice, cursor.next(room));
    if (leaf.logical.kind == schema::LogicalKind::kUnknown && slice.values.count != 0) {
      return fail(ErrorCode::kInvalidArgument,
                  "row " + std::to_string(rows) +
                      " or one behind it has a value, and the column is of UNKNOWN: nulls alone");
    }
    if (!page.fits(slice)) {
      return refuseLargeRow(slice);
    }
    PF_TRY_ASSIGN(const bool taken, page.add(slice));
    if (!taken) {
      PF_TRY(leaveDictionary());
      PF_TRY(page.add(slice));
    }
    rows += slice.rows;
    room.take(slice.rows, slice.entries, slice.valueBytes);
    if (room.usedUp()) {
      PF_TRY(page.finishPage());
    }
  }
  return {};
}

// What the dictionary has no room for goes into pages of their own.
Result<void> ColumnChunkWriter::Impl::leaveDictionary() {
  if (page.pageIsOpen()) {
    PF_TRY(page.finishPage());
    room = pageRoom;
  }
  page.setEncoding(encoding::Encoding::kPlain);
  return {};
}

// Page bounds are far below the limit, so it is the last row of the slice that is too large.
tl::unexpected<Error> ColumnChunkWriter::Impl::refuseLargeRow(
    const column::LeafSlice& slice) const {
  return fail(ErrorCode::kLimit, "row " + std::to_string(rows + slice.rows - 1) +
                                     ": a page with it would be above 2^31 - 1 bytes");
}

Result<void> ColumnChunkWriter::finish() {
  if (impl_->page.pageIsOpen()) {
    PF_TRY(impl_->page.finishPage());
  }
  return impl_->page.finishChunk();
}

}  // namespace parquet_flow::write
