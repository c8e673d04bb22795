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

Result<void> checkLeaf(const schema::Leaf& leaf, const format::ColumnMetaData& meta) {
  if (meta.path_in_schema != leaf.path) {
    return corrupt("its chunk is of another column");
  }
  if (meta.type != static_cast<std::int32_t>(leaf.type)) {
    return corrupt("its chunk has type " + std::to_string(meta.type) + ", its schema " +
                   std::string(schema::physicalTypeName(leaf.type)));
  }
  if (meta.num_values < 0) {
    return corrupt("its chunk has " + std::to_string(meta.num_values) + " entries");
  }
  return {};
}

Result<codec::Compression> compressionOf(const format::ColumnMetaData& meta) {
  constexpr codec::Compression kKnown[] = {
      codec::Compression::kUncompressed, codec::Compression::kSnappy, codec::Compression::kGzip,
      codec::Compression::kBrotli,       codec::Compression::kLz4,    codec::Compression::kZstd,
      codec::Compression::kLz4Raw};
  for (const codec::Compression compression : kKnown) {
    if (meta.codec == static_cast<std::int32_t>(compression)) {
      return compression;
    }
  }
  return fail(ErrorCode::kUnsupported,
              "codec " + std::to_string(meta.codec) + " is not read by this version");
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

Result<codec::Decompressor*> ColumnReader::decompressor(codec::Compression compression) {
  if (compression != compression_) {
    PF_TRY_ASSIGN(decompressor_, codec::makeDecompressor(compression));
    compression_ = compression;
  }
  return decompressor_.get();
}

Result<void> ColumnReader::read(const io::InputFile& file, const schema::Leaf& leaf,
                                const format::ColumnMetaData& meta, std::uint64_t rows,
                                column::LeafBuffer& out) {
  out.clear();
  PF_TRY(checkLeaf(leaf, meta));
  PF_TRY_ASSIGN(const codec::Compression compression, compressionOf(meta));
  PF_TRY_ASSIGN(codec::Decompressor* const itsDecompressor, decompressor(compression));
  const auto begin = static_cast<std::uint64_t>(chunkOffset(meta));
  chunk_.clear();
  PF_TRY(chunk_.appendUninitialized(static_cast<std::uint64_t>(meta.total_compressed_size)));
  PF_TRY(file.readAt(begin, chunk_.mutableSpan()));

  const auto entries = static_cast<std::uint64_t>(meta.num_values);
  PageReader pages(leaf, pageBytesMax_, scratch_);
  pages.begin(chunk_.span(), begin, itsDecompressor, entries);
  while (!pages.atEnd()) {
    PF_TRY(pages.next(out));
  }
  return checkRows(leaf, rows, entries, out);
}

}  // namespace parquet_flow::read
