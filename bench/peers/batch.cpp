#include "batch.hpp"

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>

#include "arrow_status.hpp"
#include "arrow_writer.hpp"
#include "columns.hpp"
#include "our_writer.hpp"

namespace parquet_flow::peers {

Batch::Batch(const std::shared_ptr<arrow::RecordBatch>& batch)
    : table_(check(arrow::Table::FromRecordBatches({batch}))) {
  check(arrow::ExportRecordBatch(*batch, &array_, &schema_));
}

Batch::~Batch() {
  array_.release(&array_);
  schema_.release(&schema_);
}

std::uint64_t Batch::writeOurs(const WriteOptions& options, const Output& output) const {
  return writeWithOurs(schema_, array_, options, output);
}

std::uint64_t Batch::writeOurStream(const WriteOptions& options, const Output& output) const {
  ArrowArrayStream stream;
  check(arrow::ExportRecordBatchReader(std::make_shared<arrow::TableBatchReader>(table_), &stream));
  const std::uint64_t bytes = writeStreamWithOurs(schema_, stream, options, output);
  stream.release(&stream);
  return bytes;
}

std::uint64_t Batch::writeArrows(const WriteOptions& options, const Output& output) const {
  return writeWithArrow(table_, options, output);
}

std::uint64_t Batch::leafValues() const {
  std::uint64_t sum = 0;
  for (const auto& column : table_->columns()) {
    sum += peers::leafValues(*column->chunk(0));
  }
  return sum;
}

}  // namespace parquet_flow::peers
