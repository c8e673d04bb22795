// Callback: the application fills a row of its schema from each record.
#include <utility>

#include "sink/row_shape.hpp"

namespace parquet_flow::sink {
namespace {

class CallbackShape final : public RowShape {
 public:
  CallbackShape(const SinkOptions& options, std::unique_ptr<column::RowBuilder> builder,
                std::uint64_t captureBytes) noexcept
      : onRow_(options.onRow),
        user_(options.onRowUser),
        rowBytesMax_(options.rowGroupBytes),
        captureBytes_(captureBytes),
        builder_(std::move(builder)) {}

  Appended append(std::span<DrainedRecord> records, std::uint64_t room, bool atLeastOne,
                  column::Batch& rows) noexcept override {
    Appended done;
    const std::uint64_t first = rows.bytes();
    std::uint64_t bytes = first;
    builder_->attach(&rows);
    while (done.taken < records.size() && ((atLeastOne && done.accepted == 0) ||
                                           bytes - first + done.accepted * captureBytes_ < room)) {
      if (fill(records[done.taken], rows, bytes)) {
        std::swap(records[done.accepted], records[done.taken]);
        ++done.accepted;
      } else if (builder_->rejectionCode() == ErrorCode::kOutOfMemory) {
        done.outOfMemory = true;
        break;
      }
      ++done.taken;
      bytes = rows.bytes();
    }
    builder_->attach(nullptr);
    return done;
  }

 private:
  // False: the row is rejected, and the columns are as before.
  bool fill(const DrainedRecord& record, const column::Batch& rows,
            std::uint64_t bytesBefore) noexcept {
    const RecordInfo info{record.payload, record.bytes,    record.timeNs,
                          record.attempt, record.producer, 0};
    builder_->beginRow();
    bool filled = false;
    try {
      filled = onRow_(user_, info, *builder_) == 0;
    } catch (...) {
      filled = false;  // it must not; but an application's mistake costs a row, not its process
    }
    // A row that alone is more than a row group may hold would break the memory ceiling.
    return builder_->endRow(filled && rows.bytes() - bytesBefore <= rowBytesMax_);
  }

  RowFunction onRow_;
  void* user_;
  std::uint64_t rowBytesMax_;
  std::uint64_t captureBytes_;
  std::unique_ptr<column::RowBuilder> builder_;
};

}  // namespace

Result<std::unique_ptr<RowShape>> makeCallbackShape(
    const SinkOptions& options, const std::shared_ptr<const schema::Schema>& row,
    std::uint64_t captureBytes) {
  PF_TRY_ASSIGN(auto builder, column::RowBuilder::create(row));
  return std::make_unique<CallbackShape>(options, std::move(builder), captureBytes);
}

}  // namespace parquet_flow::sink
