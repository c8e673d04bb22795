#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boundary.hpp"
#include "column/leaf_buffer.hpp"
#include "column/row_builder.hpp"
#include "parquet_flow.h"
#include "row.hpp"
#include "writer.hpp"

namespace {

using parquet_flow::fail;
using parquet_flow::Result;
using parquet_flow::capi::Writer;
namespace capi = parquet_flow::capi;
namespace column = parquet_flow::column;

constexpr std::uint64_t kRowsMax = (std::uint64_t{1} << 31) - 1;
constexpr std::uint64_t kBytesMin = std::uint64_t{1} << 10;
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;

}  // namespace

struct pf_row_writer {
 public:
  pf_row_writer(Writer& writer, std::uint64_t rowsMax, std::uint64_t bytesMax,
                std::unique_ptr<column::RowBuilder> builder)
      : writer_(writer),
        rowsMax_(rowsMax),
        bytesMax_(bytesMax),
        builder_(std::move(builder)),
        batch_(column::makeBatch(*writer.schema())) {
    views_.resize(batch_.leaves.size());
    builder_->attach(&batch_);
  }
  pf_row_writer(const pf_row_writer&) = delete;
  pf_row_writer& operator=(const pf_row_writer&) = delete;
  ~pf_row_writer() {
    if (std::exchange(isRowOpen_, false)) {
      writer_.removePendingRows(1);
      (void)builder_->endRow(false);
    }
    writer_.removePendingRows(batch_.rows);
  }

  // A row that was dropped is reported with the next one open already: it costs nothing else.
  [[nodiscard]] Result<void> next(pf_row_t** row) {
    Result<void> taken = takeRow();
    if (batch_.rows >= rowsMax_ || batch_.bytes() >= bytesMax_) PF_TRY(writeBatch());
    PF_TRY(writer_.requireOpen());
    builder_->beginRow();
    isRowOpen_ = true;
    writer_.addPendingRows(1);
    *row = capi::rowOf(*builder_);
    return taken;
  }

  [[nodiscard]] Result<void> flush() {
    Result<void> taken = takeRow();
    if (batch_.rows > 0) PF_TRY(writeBatch());
    PF_TRY(writer_.requireOpen());
    return taken;
  }

 private:
  [[nodiscard]] Result<void> takeRow() {
    if (!std::exchange(isRowOpen_, false)) return {};
    writer_.removePendingRows(1);
    const std::uint64_t before = batch_.rows;
    if (!builder_->endRow(true)) {
      return fail(builder_->rejectionCode(),
                  std::string("the row was dropped: ") + builder_->rejection());
    }
    writer_.addPendingRows(batch_.rows - before);
    return {};
  }

  [[nodiscard]] Result<void> writeBatch() {
    for (std::size_t i = 0; i < views_.size(); ++i) {
      views_[i] = batch_.leaves[i].view(batch_.rows);
    }
    PF_TRY(writer_.writeViews(batch_.rows, views_));
    writer_.removePendingRows(batch_.rows);
    batch_.clear();
    return {};
  }

  Writer& writer_;
  std::uint64_t rowsMax_;
  std::uint64_t bytesMax_;
  std::unique_ptr<column::RowBuilder> builder_;
  column::Batch batch_;
  std::vector<column::LeafView> views_;
  bool isRowOpen_ = false;
};

extern "C" {

pf_status_t pf_row_writer_create(pf_writer_handle_t* writer, uint64_t row_group_rows,
                                 uint64_t row_group_bytes, pf_row_writer_t** row_writer,
                                 pf_error_t* error) noexcept {
  return capi::guardMaking(row_writer, "row_writer", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(writer, "writer"));
    PF_TRY(capi::requireRange(row_group_rows, 1, kRowsMax, "row_group_rows"));
    PF_TRY(capi::requireRange(row_group_bytes, kBytesMin, kBytesMax, "row_group_bytes"));
    PF_TRY(writer->writer.requireOpen());
    PF_TRY_ASSIGN(auto builder, column::RowBuilder::create(writer->writer.schema()));
    *row_writer = std::make_unique<pf_row_writer>(writer->writer, row_group_rows, row_group_bytes,
                                                  std::move(builder))
                      .release();
    return {};
  });
}

pf_status_t pf_row_writer_next(pf_row_writer_t* row_writer, pf_row_t** row,
                               pf_error_t* error) noexcept {
  return capi::guardMaking(row, "row", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(row_writer, "row_writer"));
    return row_writer->next(row);
  });
}

pf_status_t pf_row_writer_flush(pf_row_writer_t* row_writer, pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(row_writer, "row_writer"));
    return row_writer->flush();
  });
}

void pf_row_writer_destroy(pf_row_writer_t* row_writer) noexcept { delete row_writer; }

}  // extern "C"
