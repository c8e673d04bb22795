// What the footer says, from our types to the structs of parquet.thrift, and its bytes.
//
// A row group's metadata is encoded once, when it is written, and kept as bytes: a record of
//
//   u32 bytes   ColumnChunk without its stop byte    for each leaf
//   u32 bytes   RowGroup behind its list of columns, with its stop byte
//
// because the one thing that is still to come, where a chunk's page index lies, goes between
// meta_data and the stop byte. The footer is spliced from the records: FileMetaData up to its row
// groups, for each the header of the list and its chunks, the rest of FileMetaData.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "format/compact.hpp"
#include "schema/schema.hpp"
#include "stats/bounds.hpp"
#include "write/options.hpp"
#include "write/page_index.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::format {
class ColumnChunk;
class RowGroup;
class SchemaElement;
class Statistics;
}  // namespace parquet_flow::format

namespace parquet_flow::write {

// "parquet_flow version X.Y.Z (build HASH)".
[[nodiscard]] std::string_view createdBy() noexcept;

// The elements of the footer, depth first, logical and converted types both.
[[nodiscard]] std::vector<format::SchemaElement> schemaElements(
    const schema::Schema& schema, FieldIds fieldIds = FieldIds::kSchemas);

// Reuses the memory of `out`.
void setStatistics(const stats::ColumnStatistics& statistics, format::Statistics& out);

// Encodes the records of row groups. One thread at a time; allocates nothing but what `out` grows
// by, once the bounds have their size.
class RowGroupMetadata {
 public:
  // `options` must have passed validateOptions; `thrift` must live as long.
  RowGroupMetadata(const schema::Schema& schema, const WriterOptions& options,
                   format::CompactWriter& thrift);
  RowGroupMetadata(const RowGroupMetadata&) = delete;
  RowGroupMetadata& operator=(const RowGroupMetadata&) = delete;
  ~RowGroupMetadata();

  // Appends the record of a row group whose first page lies at `offset`, and whose bloom filters
  // behind its last; `rowGroup` has a chunk for each leaf.
  [[nodiscard]] Result<void> append(const EncodedRowGroup& rowGroup, std::uint64_t offset,
                                    std::uint32_t ordinal, ByteBuffer& out);

 private:
  // Where a chunk's first page lies, and its bloom filter.
  struct Offsets {
    std::uint64_t chunk = 0;
    std::uint64_t bloomFilter = 0;
  };
  [[nodiscard]] Result<void> appendChunk(const EncodedColumnChunk& chunk, const Offsets& offsets,
                                         format::ColumnChunk& meta, ByteBuffer& out);
  [[nodiscard]] Result<void> appendTail(ByteBuffer& out);

  const WriterOptions options_;
  format::CompactWriter& thrift_;
  std::vector<format::ColumnChunk> chunks_;  // one a leaf, with what never changes
  std::unique_ptr<format::RowGroup> tail_;
};

// Appends the record of a row group whose metadata is there, as it is to be but for the page index.
[[nodiscard]] Result<void> appendRowGroupRecord(const format::RowGroup& rowGroup,
                                                format::CompactWriter& thrift, ByteBuffer& out);

// What of FileMetaData is in front of its row groups (schema, number of rows; the header of field 4
// included) and behind them.
struct FooterEnds {
  ByteBuffer head;
  ByteBuffer tail;
};
// `options` but for its key-values.
[[nodiscard]] Result<void> encodeFooterEnds(const schema::Schema& schema,
                                            const WriterOptions& options, std::uint64_t rows,
                                            std::span<const KeyValue> keyValues,
                                            format::CompactWriter& thrift, FooterEnds& out);

// The most bytes of both, without key-values.
[[nodiscard]] std::uint64_t footerEndsBytesMax(const schema::Schema& schema) noexcept;

// The most bytes that a record takes in the footer.
[[nodiscard]] std::uint64_t splicedBytesMax(ConstBytes record, std::size_t leafCount) noexcept;
// Appends the record at the front of `records` as the RowGroup of a footer, and takes it off;
// `index`: nullptr, or where the page index of its chunks lies.
[[nodiscard]] Result<void> spliceRecord(ConstBytes& records, std::size_t leafCount,
                                        PageIndexBuilder::Cursor* index, ByteBuffer& out);

}  // namespace parquet_flow::write
