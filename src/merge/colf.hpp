// COLF: the files of a small column store.
//
//   file    := "COLF" 01 [codec: u8] columns: u32  rows: u32  entry*  ...
//   entry   := metadata offset: u64  data offset: u64  size: u32  00 00 00 00
//   metadata:= length: u32  name  type: u8  nullable: u8
//   data    := size: u32, then so many bytes: nulls, values
//
// The size of an entry is not looked at: of compressed data there are files with the size before
// and with that after compression, and data has its own.
//
// All integers are big-endian. The first form has no codec; in the later one it is 0, none, or 1,
// Snappy: then the bytes behind `size` are one block of it. The forms are told apart by the first
// metadata offset, which is that of the end of the entries: 13 + 24 columns, or 14 + 24 columns.
//
//   nulls   := a bit a row, 1 = null, least significant first, in whole bytes
//   values  := of the rows that are not null: int32 (type 1), length: u32 and UTF-8 (2), u8 (3)
//
// A file is valid if and only if
//   - entries, metadata and data lie within the file, and nothing behind the last of them
//   - data has no bytes behind its values
//   - a column that is not nullable has no null, booleans are 0 or 1, text is UTF-8
//   - there is a column, and no name is there twice
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/byte_reader.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_buffer.hpp"
#include "column/leaf_view.hpp"
#include "io/file.hpp"
#include "merge/options.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::merge {

// Reads the columns side by side. Memory: the columns as they were before compression, and a batch.
// One thread.
class ColfReader {
 public:
  // kCorrupt, naming file, offset or column, where the bytes are not as above, or names are none
  // that Parquet takes; kIo; kUnsupported: another version or codec.
  [[nodiscard]] static Result<std::unique_ptr<ColfReader>> open(
      std::unique_ptr<io::InputFile> file);

  // INT32, STRING and BOOLEAN leaves, OPTIONAL where the column is nullable.
  [[nodiscard]] const std::shared_ptr<const schema::Schema>& schema() const noexcept {
    return schema_;
  }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  // The next rows, at most `rowsMax`; 0: there are none left. kCorrupt naming column and row.
  [[nodiscard]] Result<std::uint64_t> next(std::uint64_t rowsMax);
  // Of them; until the next call.
  [[nodiscard]] std::span<const column::LeafView> views() const noexcept { return views_; }

 private:
  enum class Type : std::uint8_t { kInt32 = 1, kString = 2, kBoolean = 3 };
  struct Column {
    std::string name;
    Type type = Type::kInt32;
    bool isNullable = false;
    std::uint64_t dataOffset = 0;
    ByteBuffer data;  // as it was before compression
    ByteReader values{{}};
    std::unique_ptr<column::LeafBuffer> batch;
  };

  ColfReader() = default;
  [[nodiscard]] Result<void> readHead();
  [[nodiscard]] Result<void> readEntries(std::uint64_t headBytes, std::uint32_t columns);
  [[nodiscard]] Result<void> readMetadata(std::uint64_t offset, Column& out);
  [[nodiscard]] Result<void> readData(Column& column);
  [[nodiscard]] Result<void> inflate(ConstBytes block, ByteBuffer& out);
  [[nodiscard]] Result<void> makeSchema();
  [[nodiscard]] Result<void> readBatch(Column& column, std::uint64_t rows);
  [[nodiscard]] Result<void> readValue(Column& column);
  // Bytes of the file, read into `scratch_`.
  [[nodiscard]] Result<ConstBytes> bytesAt(std::uint64_t offset, std::uint64_t bytes);

  std::unique_ptr<io::InputFile> file_;
  std::unique_ptr<codec::Decompressor> decompressor_;  // nullptr: not compressed
  std::uint64_t end_ = 0;                              // of what was read of the file
  ByteBuffer scratch_;
  std::vector<Column> columns_;
  std::shared_ptr<const schema::Schema> schema_;
  std::uint64_t rows_ = 0;
  std::uint64_t row_ = 0;  // the next one
  std::vector<column::LeafView> views_;
};

// What `pf import` does, of a COLF file: of `options`, which name it as their input, what is about
// the output holds. Errors as above, and those of Output. kCancelled: it was stopped, and there is
// no output.
[[nodiscard]] Result<MergeResult> importColf(const MergeOptions& options,
                                             std::unique_ptr<io::InputFile> file,
                                             const MergeEvents& events);

}  // namespace parquet_flow::merge
