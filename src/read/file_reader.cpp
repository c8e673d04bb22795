#include "read/file_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "format/parquet_types.h"
#include "read/column_reader.hpp"
#include "read/schema_tree.hpp"

namespace parquet_flow::read {

struct FileReader::Impl {
  explicit Impl(const ReadOptions& options)
      : limits{std::min(options.pageBytesMax, kPageBytesMax), options.checkCrc},
        hasDecodedMax(options.hasDecodedMax) {}

  const PageLimits limits;
  const bool hasDecodedMax;
  std::shared_ptr<const io::InputFile> file;
  format::FileMetaData metaData;
  schema::Schema schema;
  Shape shape;
  FileInfo info;
  ColumnReader columns;
};

Result<std::unique_ptr<FileReader>> FileReader::open(std::unique_ptr<io::InputFile> file,
                                                     const ReadOptions& options) {
  std::unique_ptr<FileReader> reader(new FileReader());
  reader->impl_ = std::make_unique<Impl>(options);
  Impl& impl = *reader->impl_;
  impl.file = std::move(file);
  PF_TRY_ASSIGN(impl.info, readFooter(*impl.file, impl.metaData));
  Result<schema::Schema> schema = schemaOf(impl.metaData.schema);
  if (!schema) {
    return fail(std::move(schema).error().withContext(impl.file->name()));
  }
  impl.schema = std::move(*schema);
  impl.shape = shapeOf(impl.schema, impl.metaData.schema);
  return reader;
}

FileReader::~FileReader() = default;

const schema::Schema& FileReader::schema() const noexcept { return impl_->schema; }

const FileInfo& FileReader::info() const noexcept { return impl_->info; }

const format::FileMetaData& FileReader::metaData() const noexcept { return impl_->metaData; }

const Shape& FileReader::shape() const noexcept { return impl_->shape; }

const std::shared_ptr<const io::InputFile>& FileReader::file() const noexcept {
  return impl_->file;
}

const PageLimits& FileReader::limits() const noexcept { return impl_->limits; }

PageLimits FileReader::limitsOfScan(std::uint64_t factor) const {
  PageLimits limits = impl_->limits;
  limits.budget =
      budgetFor(limits.pageBytesMax, impl_->file->size(), impl_->hasDecodedMax ? factor : 0);
  return limits;
}

std::uint64_t FileReader::rows() const noexcept { return impl_->info.rows; }

std::size_t FileReader::rowGroupCount() const noexcept { return impl_->metaData.row_groups.size(); }

std::uint64_t FileReader::rowGroupRows(std::size_t rowGroup) const noexcept {
  return static_cast<std::uint64_t>(impl_->metaData.row_groups[rowGroup].num_rows);
}

Result<void> FileReader::readColumn(std::size_t rowGroup, std::uint32_t leaf,
                                    column::LeafBuffer& out) {
  PF_ASSERT(rowGroup < rowGroupCount() && leaf < impl_->schema.leaves().size());
  const schema::Leaf& column = impl_->schema.leaves()[leaf];
  const format::ColumnChunk& chunk = impl_->metaData.row_groups[rowGroup].columns[leaf];
  Result<void> read = impl_->columns.read(*impl_->file, column, chunk.meta_data,
                                          rowGroupRows(rowGroup), limitsOfScan(), out);
  if (!read) {
    return fail(std::move(read).error().withContext(std::string(impl_->file->name()) +
                                                    ": row group " + std::to_string(rowGroup) +
                                                    ", column '" + column.dottedPath + "'"));
  }
  return {};
}

Result<void> FileReader::readRowGroup(std::size_t rowGroup, column::Batch& out) {
  PF_ASSERT(out.leaves.size() == impl_->schema.leaves().size());
  out.rows = 0;
  for (std::uint32_t leaf = 0; leaf < out.leaves.size(); ++leaf) {
    PF_TRY(readColumn(rowGroup, leaf, out.leaves[leaf]));
  }
  out.rows = rowGroupRows(rowGroup);
  return {};
}

}  // namespace parquet_flow::read
