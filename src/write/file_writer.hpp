// Writing a Parquet file: magic, row groups as they come, footer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "encoding/encoding.hpp"
#include "io/file.hpp"
#include "schema/schema.hpp"
#include "write/copied_row_group.hpp"
#include "write/options.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::write {

// Of one leaf's chunks.
struct ColumnTotals {
  std::optional<encoding::Encoding> encoding;  // of the last chunk's first data page
  std::uint64_t entries = 0;
  std::uint64_t plainBytes = 0;
  std::uint64_t uncompressedBytes = 0;
  std::uint64_t compressedBytes = 0;
  std::uint64_t dictionaryBytes = 0;
  std::uint64_t dictionaryPages = 0;
  std::uint64_t dictionaryEntriesMax = 0;    // of one dictionary page
  std::uint64_t valuesBesideDictionary = 0;  // as EncodedColumnChunk has it
  std::array<std::uint64_t, encoding::kEncodings> dataPages{};
};

struct FileTotals {
  std::uint64_t rowGroups = 0;
  std::uint64_t rows = 0;
  std::uint64_t pages = 0;
  std::uint64_t uncompressedBytes = 0;
  std::uint64_t compressedBytes = 0;
  std::uint64_t fileBytes = 0;
  std::uint64_t retainedBytes = 0;  // encoded footer state kept until close
};

// One thread at a time. What it keeps of a finished row group is its encoded metadata, which close
// splices into the footer.
class FileWriter {
 public:
  // Writes the magic. `file` is empty; `options` must have passed validateOptions.
  [[nodiscard]] static Result<std::unique_ptr<FileWriter>> open(
      std::unique_ptr<io::OutputFile> file, std::shared_ptr<const schema::Schema> schema,
      const WriterOptions& options);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  // 0 rows: nothing is written. kLimit for the 32 768th row group, a column chunk above 2^31 - 1
  // bytes, and where the footer would pass that; kInternal for a row group that is not whole:
  // nothing is written then. kIo and kOutOfMemory leave the file at an unknown length: cutBack, or
  // give it up; until then kNotOpen. What has not been written of the row group by writePages is
  // one write of `file`.
  [[nodiscard]] Result<void> writeRowGroup(const EncodedRowGroup& rowGroup);

  // A row group of another file: its bytes go over as they are, and its metadata with new offsets.
  // Errors as those of writeRowGroup, and those of reading; kInvalidArgument where its chunks are
  // not of the file's leaves.
  [[nodiscard]] Result<void> copyRowGroup(const CopiedRowGroup& rowGroup);

  // The pages that a row group has so far, before writeRowGroup is called with it; they are then
  // taken out of it. So what is encoded goes out while it is in the cache, and needs no memory for
  // all of it. Of an OutputFile that takesPieces(). Until the row group is written, or cut
  // back where it is not to be, finish is kNotOpen. Errors as above.
  [[nodiscard]] Result<void> writePages(EncodedRowGroup& rowGroup);

  // After a failed writeRowGroup or finish, or after writePages: cuts the file to its last whole
  // row group, which makes it usable again.
  [[nodiscard]] Result<void> cutBack();

  // Keys set here are written by finish; the last value of a key stays. kInvalidArgument: not
  // UTF-8; kLimit as above; kNotOpen after finish.
  [[nodiscard]] Result<void> setKeyValue(std::string_view key,
                                         const std::optional<std::string>& value);

  // Writes the footer. The file is complete then, but neither synced nor closed; may be tried again
  // after cutBack.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] io::OutputFile& file() noexcept;
  [[nodiscard]] const FileTotals& totals() const noexcept;
  // One a leaf.
  [[nodiscard]] std::span<const ColumnTotals> columnTotals() const noexcept;

 private:
  FileWriter() = default;
  struct Impl;
  class FooterPart;
  std::unique_ptr<Impl> impl_;
};

// Writes the pages of a row group while the rest of it is being encoded.
class RowGroupPieces final : public PageDrain {
 public:
  // Both must live as long.
  RowGroupPieces(FileWriter& file, EncodedRowGroup& rowGroup) noexcept
      : file_(file), rowGroup_(rowGroup) {}
  [[nodiscard]] Result<void> drain() override { return file_.writePages(rowGroup_); }

 private:
  FileWriter& file_;
  EncodedRowGroup& rowGroup_;
};

}  // namespace parquet_flow::write
