#include "read/footer.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

constexpr std::uint64_t kMagicBytes = 4;
constexpr std::uint64_t kTailBytes = kMagicBytes + sizeof(std::uint32_t);
constexpr std::size_t kFooterSignatureBytes = 28;  // a nonce of 12, a tag of 16
constexpr std::string_view kMagic = "PAR1";
constexpr std::string_view kEncryptedMagic = "PARE";

tl::unexpected<Error> corrupt(std::string what) {
  return fail(ErrorCode::kCorrupt, std::move(what));
}

// Where FileMetaData begins.
Result<std::uint64_t> locate(const io::InputFile& file, std::uint32_t& length) {
  const std::uint64_t bytes = file.size();
  if (bytes < kMagicBytes + kTailBytes) {
    return corrupt("not a Parquet file: " + std::to_string(bytes) + " bytes are too few");
  }
  std::byte head[kMagicBytes];
  std::byte tail[kTailBytes];
  PF_TRY(file.readAt(0, head));
  PF_TRY(file.readAt(bytes - kTailBytes, tail));
  const std::string_view magic = asText(ConstBytes(tail).subspan(sizeof(std::uint32_t)));
  if (magic == kEncryptedMagic) {
    return fail(ErrorCode::kUnsupported, "the footer is encrypted");
  }
  if (asText(head) != kMagic) {
    return corrupt("not a Parquet file: it does not begin with PAR1");
  }
  if (magic != kMagic) {
    return corrupt("not a finished Parquet file: it does not end with PAR1");
  }
  length = loadLe<std::uint32_t>(tail);
  if (length > bytes - kMagicBytes - kTailBytes) {
    return corrupt("offset " + std::to_string(bytes - kTailBytes) + ": a footer of " +
                   std::to_string(length) + " bytes in a file of " + std::to_string(bytes));
  }
  return bytes - kTailBytes - length;
}

Result<std::uint32_t> countLeaves(const format::FileMetaData& metaData) {
  if (metaData.schema.empty()) {
    return corrupt("the schema has no root");
  }
  std::uint32_t leaves = 0;
  for (std::size_t i = 1; i < metaData.schema.size(); ++i) {
    leaves += metaData.schema[i].__isset.type ? 1 : 0;
  }
  return leaves;
}

Result<void> checkChunk(const format::ColumnChunk& chunk, std::uint64_t end) {
  if (chunk.__isset.file_path) {
    return fail(ErrorCode::kUnsupported, "its pages are in another file, " + chunk.file_path);
  }
  // Encryption.md, 5.2: with a key of its own the metadata is in encrypted_column_metadata, and a
  // stripped one may stand beside it.
  if (chunk.__isset.crypto_metadata) {
    return fail(ErrorCode::kUnsupported, "it is encrypted");
  }
  if (!chunk.__isset.meta_data) {
    return corrupt("it has no ColumnMetaData");
  }
  const format::ColumnMetaData& column = chunk.meta_data;
  const std::int64_t offset = chunkOffset(column);
  // A chunk without pages has no place; some writers then give 0.
  if (column.num_values == 0 && column.total_compressed_size == 0) return {};
  const bool inside = offset >= static_cast<std::int64_t>(kMagicBytes) &&
                      column.total_compressed_size >= 0 &&
                      static_cast<std::uint64_t>(offset) <= end &&
                      static_cast<std::uint64_t>(column.total_compressed_size) <=
                          end - static_cast<std::uint64_t>(offset);
  if (!inside) {
    return corrupt("offset " + std::to_string(offset) + " and size " +
                   std::to_string(column.total_compressed_size) +
                   " are outside of the file's pages, which end at " + std::to_string(end));
  }
  return {};
}

Result<FileInfo> checked(const format::FileMetaData& metaData, std::uint64_t end) {
  FileInfo info;
  PF_TRY_ASSIGN(info.leaves, countLeaves(metaData));
  std::uint64_t pageBytes = 0;
  for (std::size_t group = 0; group < metaData.row_groups.size(); ++group) {
    const format::RowGroup& rowGroup = metaData.row_groups[group];
    const std::string where = "row group " + std::to_string(group);
    if (rowGroup.num_rows < 0) {
      return corrupt(where + ": " + std::to_string(rowGroup.num_rows) + " rows");
    }
    if (rowGroup.columns.size() != info.leaves) {
      return corrupt(where + ": " + std::to_string(rowGroup.columns.size()) +
                     " column chunks for " + std::to_string(info.leaves) + " leaves");
    }
    for (std::size_t column = 0; column < rowGroup.columns.size(); ++column) {
      Result<void> chunk = checkChunk(rowGroup.columns[column], end);
      if (!chunk) {
        return fail(
            std::move(chunk).error().withContext(where + ", column " + std::to_string(column)));
      }
      const format::ColumnMetaData& chunkData = rowGroup.columns[column].meta_data;
      // Nobody would look at such a chunk, and its rows be lost without a word.
      if (rowGroup.num_rows == 0 && chunkData.num_values != 0) {
        return corrupt(where + ", column " + std::to_string(column) + ": " +
                       std::to_string(chunkData.num_values) + " values in 0 rows");
      }
      const std::int64_t bytes = chunkData.total_compressed_size;
      pageBytes += static_cast<std::uint64_t>(bytes);
      // Else a small file could have a page read as often as its footer has room to name it.
      if (pageBytes > end - kMagicBytes) {
        return corrupt(where + ", column " + std::to_string(column) +
                       ": the chunks up to it have more bytes than the " + std::to_string(end) +
                       " before the footer");
      }
    }
    const auto rows = static_cast<std::uint64_t>(rowGroup.num_rows);
    if (rows > static_cast<std::uint64_t>(INT64_MAX) - info.rows) {
      return corrupt(where + ": the rows up to it are more than a file can have");
    }
    info.rows += rows;
  }
  // parquet-rs up to 0.3 left 0 there.
  const bool leftOut = metaData.num_rows == 0;
  if (!leftOut &&
      (metaData.num_rows < 0 || info.rows != static_cast<std::uint64_t>(metaData.num_rows))) {
    return corrupt("the footer counts " + std::to_string(metaData.num_rows) +
                   " rows, its row groups " + std::to_string(info.rows));
  }
  info.rowGroups = metaData.row_groups.size();
  return info;
}

Result<FileInfo> readInfo(const io::InputFile& file, format::FileMetaData& metaData) {
  std::uint32_t length = 0;
  PF_TRY_ASSIGN(const std::uint64_t begin, locate(file, length));
  ByteBuffer bytes;
  PF_TRY_ASSIGN(std::byte * at, bytes.appendUninitialized(length));
  PF_TRY(file.readAt(begin, {at, length}));
  format::CompactReader reader;
  PF_TRY_ASSIGN(const std::size_t used, reader.read(bytes.span(), metaData, begin));
  // Encryption.md, 4.2: a footer in the clear is signed where columns are encrypted.
  const bool isSigned =
      metaData.__isset.encryption_algorithm && length - used == kFooterSignatureBytes;
  if (used != length && !isSigned) {
    return corrupt("offset " + std::to_string(begin + used) + ": " + std::to_string(length - used) +
                   " bytes behind FileMetaData");
  }
  PF_TRY_ASSIGN(FileInfo info, checked(metaData, begin));
  info.fileBytes = file.size();
  return info;
}

}  // namespace

std::int64_t chunkOffset(const format::ColumnMetaData& column) noexcept {
  const bool hasDictionary =
      column.__isset.dictionary_page_offset && column.dictionary_page_offset > 0;
  const bool isFirst = hasDictionary && (column.data_page_offset <= 0 ||
                                         column.dictionary_page_offset < column.data_page_offset);
  return isFirst ? column.dictionary_page_offset : column.data_page_offset;
}

Result<FileInfo> readFileInfo(const io::InputFile& file) {
  format::FileMetaData metaData;
  return readFooter(file, metaData);
}

Result<FileInfo> readFooter(const io::InputFile& file, format::FileMetaData& metaData) {
  Result<FileInfo> info = readInfo(file, metaData);
  if (!info) {
    return fail(std::move(info).error().withContext(file.name()));
  }
  return info;
}

}  // namespace parquet_flow::read
