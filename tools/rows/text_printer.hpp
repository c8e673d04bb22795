// What the printers of rows share: the cells of the open file, and text on its way out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "rows/row_cells.hpp"
#include "rows/row_printer.hpp"

namespace parquet_flow::rows {

class TextPrinter : public RowPrinter {
 public:
  explicit TextPrinter(io::OutputFile& out) : out_(out) {}

  Result<void> begin(const schema::Schema& schema, const read::Shape& shape,
                     std::span<const std::uint32_t> leaves) final {
    cells_.emplace(schema, shape, leaves);
    return beginColumns();
  }
  Result<void> print(const read::ColumnBatch& batch) final {
    PF_TRY(cells_->begin(batch));
    for (std::uint64_t row = 0; row < batch.rows; ++row) {
      const std::size_t rowBegin = text_.size();
      if (auto appended = appendRow(); !appended) {
        text_.resize(rowBegin);  // finish writes the whole rows before it
        return appended;
      }
      if (text_.size() >= kPieceBytes) {
        PF_TRY(flush());
      }
    }
    return cells_->end();
  }
  Result<void> finish() override { return flush(); }

 protected:
  [[nodiscard]] virtual Result<void> beginColumns() = 0;
  // The next row of the batch, to text(); what a failure leaves there is taken back.
  [[nodiscard]] virtual Result<void> appendRow() = 0;

  [[nodiscard]] RowCells& cells() noexcept { return *cells_; }
  [[nodiscard]] std::string& text() noexcept { return text_; }
  // Whether the names are the ones that were there before, or the first.
  [[nodiscard]] Result<bool> takeNames();

 private:
  static constexpr std::size_t kPieceBytes = 64U << 10;

  [[nodiscard]] Result<void> flush() {
    if (!text_.empty()) {
      PF_TRY(out_.write(constBytes(text_)));
      text_.clear();
    }
    return {};
  }

  io::OutputFile& out_;
  std::optional<RowCells> cells_;
  std::string text_;
  std::optional<std::vector<std::string>> names_;
};

[[nodiscard]] std::unique_ptr<RowPrinter> makeTablePrinter(const TableLook& look,
                                                           io::OutputFile& out);

}  // namespace parquet_flow::rows
