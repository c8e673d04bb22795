// The footer of a finished file: read, and held against the file it is in.
//
// Source: parquet-format README.md, "File format".
//
//   file    := "PAR1" <pages> <FileMetaData> <its length: u32, little-endian> "PAR1"
//
// A file is valid if and only if
//   - it has both magics, and the length fits between them
//   - FileMetaData has a root and as many leaves as each row group has column chunks
//   - the rows of the row groups add up to the rows of the file, unless those are given as 0, and
//     none is negative
//   - each chunk lies whole between the first magic and FileMetaData, and all of them together have
//     no more bytes than that
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "io/file.hpp"

namespace parquet_flow::format {
class ColumnMetaData;
class FileMetaData;
}  // namespace parquet_flow::format

namespace parquet_flow::read {

struct FileInfo {
  std::uint64_t rows = 0;
  std::uint64_t rowGroups = 0;
  std::uint32_t leaves = 0;
  std::uint64_t fileBytes = 0;
};

// Reads the footer alone. Memory is bounded by a multiple of the footer's length, which is bounded
// by the file's. Returns kCorrupt naming the file and what contradicts it, kUnsupported (an
// encrypted footer or column, chunks in other files), kIo, kOutOfMemory.
[[nodiscard]] Result<FileInfo> readFileInfo(const io::InputFile& file);

// The same, and gives what it read: `metaData`, which is to be new, is as checked when this
// succeeds.
[[nodiscard]] Result<FileInfo> readFooter(const io::InputFile& file,
                                          format::FileMetaData& metaData);

// Where the first page of a chunk lies. Some writers give 0 for a dictionary page that is not
// there, and for data pages that are not.
[[nodiscard]] std::int64_t chunkOffset(const format::ColumnMetaData& column) noexcept;

}  // namespace parquet_flow::read
