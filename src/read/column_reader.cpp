#include "read/column_reader.hpp"

#include <string>

#include "column/level_scan.hpp"
#include "format/parquet_types.h"
#include "read/footer.hpp"
#include "read/page_reader.hpp"

namespace parquet_flow::read {
namespace {

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

// A row is an entry, or begins at each repetition level 0.
Result<void> checkRows(const schema::Leaf& leaf, std::uint64_t rows, std::uint64_t entries,
                       column::LeafBuffer& out) {
  if (leaf.maxRepetitionLevel != 0) {
    const ByteBuffer& levels = out.repetitionLevels();
    const auto* const first = reinterpret_cast<const std::uint8_t*>(levels.data());
    if (entries != 0 && *first != 0) {
      return corrupt("its first entry does not begin a row");
    }
    entries = column::scanLevels(first, levels.size(), 0).matches;
  }
  if (entries != rows) {
    return corrupt("it has " + std::to_string(entries) + " rows, its row group " +
                   std::to_string(rows));
  }
  return {};
}

}  // namespace

Result<void> ColumnReader::read(const io::InputFile& file, const schema::Leaf& leaf,
                                const format::ColumnMetaData& meta, std::uint64_t rows,
                                const PageLimits& limits, column::LeafBuffer& out) {
  out.clear();
  PF_TRY(checkChunk(leaf, meta));
  PF_TRY_ASSIGN(codec::Decompressor* const itsDecompressor, decompressor_.of(meta));
  const auto begin = static_cast<std::uint64_t>(chunkOffset(meta));
  chunk_.clear();
  PF_TRY(chunk_.appendUninitialized(static_cast<std::uint64_t>(meta.total_compressed_size)));
  PF_TRY(file.readAt(begin, chunk_.mutableSpan()));

  const auto entries = static_cast<std::uint64_t>(meta.num_values);
  PageReader pages(leaf, limits, scratch_);
  pages.begin(chunk_.span(), begin, itsDecompressor, entries);
  while (!pages.atEnd()) {
    PF_TRY(pages.next(out));
  }
  return checkRows(leaf, rows, entries, out);
}

}  // namespace parquet_flow::read
