#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json_string.hpp"
#include "rows/printable.hpp"
#include "rows/text_printer.hpp"

namespace parquet_flow::rows {
namespace {

constexpr std::size_t kMeasuredRows = 1'000;
constexpr std::string_view kEllipsis = "…";

bool beginsCharacter(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), beginsCharacter));
}

// The bytes of the first `count` characters of valid UTF-8.
std::size_t bytesOfCharacters(std::string_view text, std::size_t count) noexcept {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (beginsCharacter(text[at]) && count-- == 0) {
      break;
    }
  }
  return at;
}

class TablePrinter final : public TextPrinter {
 public:
  TablePrinter(const TableLook& look, io::OutputFile& out) : TextPrinter(out), look_(look) {}

  Result<void> finish() override {
    printWaiting();
    return TextPrinter::finish();
  }

 private:
  struct Cell {
    std::string text;
    std::size_t width = 0;
    bool isNull = false;
  };

  Result<void> beginColumns() override {
    PF_TRY_ASSIGN(const bool isFirst, takeNames());
    for (std::size_t column = 0; isFirst && column < cells().columns(); ++column) {
      Cell name;
      appendUtf8(cells().name(column), name.text);
      measure(name);
      widths_.push_back(name.width);
      names_.push_back(std::move(name));
      isRight_.push_back(cells().isNumber(column));
    }
    return {};
  }

  // Rows wait until it is known how wide they are.
  Result<void> appendRow() override {
    std::vector<Cell> row(names_.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
      Cell& cell = row[column];
      PF_TRY_ASSIGN(const bool isThere, cells().append(column, TextForm::kPlain, cell.text));
      cell.isNull = !isThere;
      if (!isThere) {
        cell.text = "null";
      }
      measure(cell);
    }
    if (isMeasured_) {
      printRow(row);
      return {};
    }
    waiting_.push_back(std::move(row));
    if (waiting_.size() == kMeasuredRows) {
      printWaiting();
    }
    return {};
  }

  void measure(Cell& cell) const {
    if (hasControls(cell.text)) {
      escapeControls(cell.text);
    }
    cell.width = characters(cell.text);
    if (look_.cellWidthMax != 0 && cell.width > look_.cellWidthMax) {
      cell.text.resize(bytesOfCharacters(cell.text, look_.cellWidthMax - 1));
      cell.text.append(kEllipsis);
      cell.width = look_.cellWidthMax;
    }
  }

  void printWaiting() {
    if (!isMeasured_) {
      isMeasured_ = true;
      for (const std::vector<Cell>& row : waiting_) {
        for (std::size_t column = 0; column < row.size(); ++column) {
          widths_[column] = std::max(widths_[column], row[column].width);
        }
      }
      printHead();
    }
    for (const std::vector<Cell>& row : waiting_) {
      printRow(row);
    }
    waiting_.clear();
  }

  void printHead() {
    for (std::size_t column = 0; column < names_.size(); ++column) {
      printCell(column, names_[column], "\033[1m");
    }
    text().push_back('\n');
    for (std::size_t column = 0; column < names_.size(); ++column) {
      text().append(column == 0 ? "" : "-+-");
      text().append(widths_[column], '-');
    }
    text().push_back('\n');
  }

  void printRow(const std::vector<Cell>& row) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      printCell(column, row[column], row[column].isNull ? "\033[2m" : "");
    }
    text().push_back('\n');
  }

  void printCell(std::size_t column, const Cell& cell, std::string_view colour) {
    const bool isLast = column + 1 == names_.size();
    const std::size_t padding = widths_[column] - std::min(widths_[column], cell.width);
    text().append(column == 0 ? "" : " | ");
    text().append(isRight_[column] ? padding : 0, ' ');
    const bool isColoured = look_.hasColour && !colour.empty();
    text().append(isColoured ? colour : "");
    text().append(cell.text);
    text().append(isColoured ? "\033[0m" : "");
    text().append(isRight_[column] || isLast ? 0 : padding, ' ');
  }

  const TableLook look_;
  std::vector<Cell> names_;
  std::vector<bool> isRight_;
  std::vector<std::size_t> widths_;
  bool isMeasured_ = false;
  std::vector<std::vector<Cell>> waiting_;
};

}  // namespace

std::unique_ptr<RowPrinter> makeTablePrinter(const TableLook& look, io::OutputFile& out) {
  return std::make_unique<TablePrinter>(look, out);
}

}  // namespace parquet_flow::rows
