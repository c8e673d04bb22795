// Reads a finished Parquet file: its schema, and its row groups as the batches they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "column/row_builder.hpp"
#include "io/file.hpp"
#include "read/footer.hpp"
#include "read/page_stream.hpp"
#include "read/shape.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class FileMetaData;
}

namespace parquet_flow::read {

struct ReadOptions {
  // A page that had more bytes, or stands for far more, is refused as above the limit; see
  // page_stream.hpp. At most 2^31 - 1 count.
  std::uint64_t pageBytesMax = kPageBytesMaxDefault;
  // Whether pages that have a checksum are held against it.
  bool checkCrc = true;
  // Whether what all pages of a scan come to is bounded too, by pageBytesMax and the file's size:
  // 64 KiB then never take more than a second or so, but not all rows are read of a small file that
  // has a thousand million equal ones; some three hundred million are.
  bool hasDecodedMax = true;
};

// One thread at a time. What can be read is said in page_stream.hpp; the rest is kUnsupported,
// naming it. Nothing that a file says is believed before it has been held against the bytes there
// are.
class FileReader {
 public:
  // Reads and checks the footer. Returns as readFileInfo, and kCorrupt or kLimit for its schema.
  [[nodiscard]] static Result<std::unique_ptr<FileReader>> open(std::unique_ptr<io::InputFile> file,
                                                                const ReadOptions& options = {});
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  ~FileReader();

  [[nodiscard]] const schema::Schema& schema() const noexcept;
  [[nodiscard]] std::uint64_t rows() const noexcept;
  [[nodiscard]] std::size_t rowGroupCount() const noexcept;
  // `rowGroup` below rowGroupCount().
  [[nodiscard]] std::uint64_t rowGroupRows(std::size_t rowGroup) const noexcept;

  [[nodiscard]] const FileInfo& info() const noexcept;
  [[nodiscard]] const format::FileMetaData& metaData() const noexcept;
  // Where the file lists, maps and structs are, whatever form its writer gave them.
  [[nodiscard]] const Shape& shape() const noexcept;
  // Which lives as long as whoever has it: what was read may point into it.
  [[nodiscard]] const std::shared_ptr<const io::InputFile>& file() const noexcept;
  [[nodiscard]] const PageLimits& limits() const noexcept;
  // With a budget, for all cursors of one scan; `factor`: see budgetFor.
  [[nodiscard]] PageLimits limitsOfScan(std::uint64_t factor = 1) const;

  // One leaf of a row group, into a buffer of that leaf, which is cleared first. A call is a scan
  // by itself: `out`, which has all of it, is within a budget. Errors name the file, the row group
  // and the column; the content of `out` is unspecified then.
  [[nodiscard]] Result<void> readColumn(std::size_t rowGroup, std::uint32_t leaf,
                                        column::LeafBuffer& out);
  // All of them, into a batch that was made for schema().
  [[nodiscard]] Result<void> readRowGroup(std::size_t rowGroup, column::Batch& out);

 private:
  FileReader() = default;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::read
