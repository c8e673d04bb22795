#include "merge/source_file.hpp"

#include <algorithm>
#include <utility>

#include "io/memory_file.hpp"
#include "io/posix_file.hpp"

namespace parquet_flow::merge {

Result<void> SourceFile::open(const std::string& path) {
  close();
  PF_TRY_ASSIGN(file_, io::openInputFile(path));
  const std::uint64_t size = file_->size();
  if (size <= kWholeBytes) {
    whole_.clear();
    PF_TRY_ASSIGN(std::byte* const at, whole_.appendUninitialized(size));
    PF_TRY(file_->readAt(0, {at, size}));
    memory_ = std::make_unique<io::MemoryInputFile>(whole_.span(), path);
  }
  metaData_ = std::make_unique<format::FileMetaData>();
  PF_TRY_ASSIGN(info_, read::readFooter(bytes(), *metaData_));
  return {};
}

void SourceFile::close() noexcept {
  memory_.reset();
  file_.reset();
  metaData_.reset();
}

std::uint64_t SourceFile::uncompressedBytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const format::RowGroup& group : metaData_->row_groups) {
    for (const format::ColumnChunk& chunk : group.columns) {
      bytes += static_cast<std::uint64_t>(
          std::max<std::int64_t>(chunk.meta_data.total_uncompressed_size, 0));
    }
  }
  return bytes;
}

const std::string* SourceFile::keyValue(std::string_view key) const noexcept {
  for (const format::KeyValue& pair : metaData_->key_value_metadata) {
    if (pair.key == key) return pair.__isset.value ? &pair.value : nullptr;
  }
  return nullptr;
}

}  // namespace parquet_flow::merge
