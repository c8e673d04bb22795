#include "rows/row_printer.hpp"

#include <utility>

#include "base/json_string.hpp"
#include "rows/text_printer.hpp"

namespace parquet_flow::rows {
namespace {

class CsvPrinter final : public TextPrinter {
 public:
  using TextPrinter::TextPrinter;

 private:
  Result<void> beginColumns() override {
    PF_TRY_ASSIGN(const bool isFirst, takeNames());
    for (std::size_t column = 0; isFirst && column < cells().columns(); ++column) {
      value_.clear();
      appendUtf8(cells().name(column), value_);
      appendField(column);
    }
    text().append(isFirst ? "\n" : "");
    return {};
  }

  Result<void> appendRow() override {
    for (std::size_t column = 0; column < cells().columns(); ++column) {
      value_.clear();
      PF_TRY_ASSIGN(const bool isThere, cells().append(column, TextForm::kPlain, value_));
      if (isThere) {
        appendField(column);
      } else if (column != 0) {
        text().push_back(',');
      }
    }
    text().push_back('\n');
    return {};
  }

  // value_, which is not null.
  void appendField(std::size_t column) {
    if (column != 0) {
      text().push_back(',');
    }
    if (!value_.empty() && value_.find_first_of(",\"\r\n") == std::string::npos) {
      text().append(value_);
      return;
    }
    text().push_back('"');
    for (const char c : value_) {
      text().append(c == '"' ? 2 : 1, c);
    }
    text().push_back('"');
  }

  std::string value_;
};

class JsonLinesPrinter final : public TextPrinter {
 public:
  using TextPrinter::TextPrinter;

 private:
  Result<void> beginColumns() override {
    keys_.clear();
    for (std::size_t column = 0; column < cells().columns(); ++column) {
      std::string& key = keys_.emplace_back(1, column == 0 ? '{' : ',');
      appendJsonString(cells().name(column), key);
      key.push_back(':');
    }
    return {};
  }

  Result<void> appendRow() override {
    for (std::size_t column = 0; column < cells().columns(); ++column) {
      text().append(keys_[column]);
      PF_TRY_ASSIGN(const bool isThere, cells().append(column, TextForm::kJson, text()));
      text().append(isThere ? "" : "null");
    }
    text().append(keys_.empty() ? "{}\n" : "}\n");
    return {};
  }

  std::vector<std::string> keys_;
};

}  // namespace

Result<bool> TextPrinter::takeNames() {
  std::vector<std::string> names;
  names.reserve(cells_->columns());
  for (std::size_t column = 0; column < cells_->columns(); ++column) {
    names.push_back(cells_->name(column));
  }
  if (!names_) {
    names_ = std::move(names);
    return true;
  }
  if (names != *names_) {
    return fail(ErrorCode::kInvalidArgument, "its columns have other names than those before it");
  }
  return false;
}

std::unique_ptr<RowPrinter> RowPrinter::make(RowFormat format, const TableLook& look,
                                             io::OutputFile& out) {
  switch (format) {
    case RowFormat::kTable:
      return makeTablePrinter(look, out);
    case RowFormat::kCsv:
      return std::make_unique<CsvPrinter>(out);
    case RowFormat::kJsonLines:
      break;
  }
  return std::make_unique<JsonLinesPrinter>(out);
}

}  // namespace parquet_flow::rows
