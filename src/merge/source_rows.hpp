// The rows of files, one file after another, as columns of the output's schema.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "merge/column_map.hpp"
#include "merge/source_file.hpp"
#include "read/column_cursor.hpp"
#include "read/column_vector.hpp"
#include "read/page_stream.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::merge {

// What is made of a column that no file has: which session a row is of.
struct SessionColumn {
  // By the number of a session in the file's ledger: that in the output's.
  std::vector<std::int32_t> numbers;
};

// Memory of decoded rows. Whose it is, the views are of.
struct SourceBatch {
  std::vector<read::ColumnVector> vectors;  // one a leaf of the file, or more
  std::vector<ByteBuffer> made;         // one a leaf of the output: what its view has of its own
  ByteBuffer zeros;                     // levels and bits of columns that are null
  std::vector<column::LeafView> views;  // one a leaf of the output
};

// Of files that have the schema of the one before, schema and decoders are used again. One thread
// at a time.
class SourceRows {
 public:
  // The output's schema, which must live as long.
  // `leaves`: those of the output that are wanted, empty: all; views of others are not made.
  explicit SourceRows(const schema::Schema& output, std::vector<std::uint32_t> leaves = {});
  SourceRows(const SourceRows&) = delete;
  SourceRows& operator=(const SourceRows&) = delete;
  ~SourceRows();

  // Of files that are begun after it, as read::ReadOptions has it; without it the default.
  void setPageBytesMax(std::uint64_t bytes);

  // `file` must live until the next call; its rows have a budget of their own. Errors as
  // read::schemaOf, mapColumns and checkAnnotations. `session`: nullptr, or of the output's last
  // column; kInvalidArgument: the file has one of that name which is not the number of a session,
  // or should have it.
  [[nodiscard]] Result<void> beginFile(const SourceFile& file,
                                       const SessionColumn* session = nullptr);
  [[nodiscard]] const schema::Schema& output() const noexcept { return *output_; }
  // How the file's columns become the output's.
  [[nodiscard]] const ColumnMap& columns() const noexcept;

  // The rows of a row group from its first on. Errors name file, row group and column.
  [[nodiscard]] Result<void> beginRowGroup(std::size_t rowGroup);
  [[nodiscard]] std::uint64_t rowsLeft() const noexcept { return rowsLeft_; }
  // The next rows, at most `rowsMax`, at least one: fewer where values are so wide that nulls alone
  // would come to more than a page may have, and where texts of a dictionary are.
  [[nodiscard]] Result<std::uint64_t> next(std::uint64_t rowsMax);
  // Of them, one a leaf of the output; until the next call.
  [[nodiscard]] std::span<const column::LeafView> views() const noexcept { return batch_.views; }
  // After `next`: gives its rows away, for as long as the file is open, and takes memory for what
  // comes next.
  void swapBatch(SourceBatch& batch) noexcept { std::swap(batch_, batch); }

 private:
  struct Layout;
  [[nodiscard]] Result<Layout*> layoutOf(const std::vector<format::SchemaElement>& elements);
  [[nodiscard]] Result<void> checkSession(const SessionColumn& session) const;
  [[nodiscard]] Result<void> beginChunks(std::uint64_t skipped);
  [[nodiscard]] Result<void> readColumns(std::uint64_t& rows);
  [[nodiscard]] Result<void> makeView(std::uint32_t leaf, std::uint64_t rows);
  [[nodiscard]] Result<void> makeNulls(const schema::Leaf& leaf, std::uint64_t rows);
  [[nodiscard]] Result<void> widen(const MappedLeaf& mapped, ByteBuffer& wide,
                                   column::LeafView& view) const;
  [[nodiscard]] Result<void> widenDecimals(const MappedLeaf& mapped, ByteBuffer& wide,
                                           column::LeafView& view) const;
  [[nodiscard]] Result<void> makeSession(std::uint64_t rows);
  [[nodiscard]] tl::unexpected<Error> inColumn(Error error, std::uint32_t leaf) const;

  static constexpr std::size_t kLayoutsMax = 8;

  const schema::Schema* output_;
  std::vector<std::uint32_t> leaves_;  // of it
  std::uint64_t pageBytesMax_ = read::kPageBytesMaxDefault;
  format::CompactWriter thrift_;
  ByteBuffer elements_;
  std::vector<std::unique_ptr<Layout>> layouts_;  // the last one used comes first
  Layout* layout_ = nullptr;
  std::shared_ptr<read::DecodeBudget> budget_;  // of the file
  const SourceFile* file_ = nullptr;
  const SessionColumn* session_ = nullptr;
  std::size_t rowGroup_ = 0;
  std::uint64_t rowsLeft_ = 0;
  std::uint64_t batchRowsMax_ = 0;  // of the file
  SourceBatch batch_;
};

}  // namespace parquet_flow::merge
