// Handles of files that are read, and of scans over them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "arrow_out_array.hpp"
#include "arrow_out_stream.hpp"
#include "base/kept_error.hpp"
#include "base/status.hpp"
#include "io/posix_file.hpp"
#include "parquet_flow.h"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "rows.hpp"
#include "scan/filtered_reader.hpp"

struct pf_reader {
  std::shared_ptr<const parquet_flow::read::FileReader> file;
};

namespace parquet_flow::capi {

struct ReaderOptions {
  read::ReadOptions reading;
  io::InputAccess filesAccess = io::InputAccess::kRead;  // where there is no pf_input_t
};

[[nodiscard]] Result<std::unique_ptr<io::InputFile>> readInput(const pf_input_t* input);
[[nodiscard]] Result<ReaderOptions> readReaderOptions(const pf_reader_options_t* options);

// One of the two.
struct RowSource {
  std::unique_ptr<read::BatchReader> all;
  std::unique_ptr<scan::FilteredReader> filtered;  // compact
};

class Scan final : public ArrowSource {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Scan>> create(
      std::shared_ptr<const read::FileReader> file, const pf_scan_options_t* options);

  [[nodiscard]] const ArrowField& type() const noexcept override { return arrays_.type(); }
  [[nodiscard]] Result<void> nextArrow(ArrowArray* out) override;
  // The batch lasts until the next one; 0 rows: the end.
  [[nodiscard]] Result<std::uint64_t> nextColumns(pf_column_view_t* columns, std::size_t count);
  // The row lasts until the next one; nullptr: the end.
  [[nodiscard]] Result<const pf_value_t*> nextRow();
  // Of rows; for as long as the scan.
  [[nodiscard]] const pf_field_t* rowField() { return rows().field(); }
  // nullptr: without a predicate nothing is counted.
  [[nodiscard]] const scan::ScanStats* stats() const noexcept {
    return source_.filtered != nullptr ? &source_.filtered->stats() : nullptr;
  }

 private:
  Scan(std::shared_ptr<const read::FileReader> file, RowSource source,
       std::vector<std::uint32_t> leaves, read::Shape shape, ArrowField type);
  // Rows would go on in a batch that is gone.
  [[nodiscard]] Result<void> requireForm(bool isRows);
  [[nodiscard]] Result<bool> nextBatch();
  [[nodiscard]] Result<const pf_value_t*> nextRowOfBatches();
  [[nodiscard]] Rows& rows();

  std::shared_ptr<const read::FileReader> file_;
  RowSource source_;
  std::vector<std::uint32_t> leaves_;
  ArrowBatches arrays_;
  read::ColumnBatch batch_;
  scan::SelectedBatch selected_;   // what batch_ is taken out of
  std::unique_ptr<Rows> rows_;     // of who asks for them
  std::optional<bool> givesRows_;  // what was asked for first
  KeptError error_;
};

}  // namespace parquet_flow::capi

struct pf_scan {
  std::unique_ptr<parquet_flow::capi::Scan> scan;
};
