#include "read_table.hpp"

#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/io/memory.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>
#include <parquet/properties.h>

#include <functional>
#include <stdexcept>
#include <vector>

#include "arrow_status.hpp"
#include "batch.hpp"
#include "lines.hpp"
#include "parquet_flow.h"
#include "works.hpp"

namespace parquet_flow::peers {
namespace {

constexpr std::int64_t kBatchRows = 1 << 16;

void check(pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) throw std::runtime_error(error.message);
}

// A stream of a file in memory; nothing else of ours has to be kept.
ArrowArrayStream streamOfOurs(const std::vector<std::byte>& file) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file.data();
  input.memory_bytes = file.size();
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  options.batch_rows = kBatchRows;
  pf_reader_t* reader = nullptr;
  check(pf_reader_open(&input, nullptr, &reader, &error), error);
  ArrowArrayStream stream{};
  const pf_status_t made = pf_reader_export_arrow_stream(reader, &options, &stream, &error);
  pf_reader_destroy(reader);
  check(made, error);
  return stream;
}

void readWithOurs(const std::vector<std::byte>& file) {
  ArrowArrayStream stream = streamOfOurs(file);
  for (;;) {
    ArrowArray array{};
    if (stream.get_next(&stream, &array) != 0) {
      throw std::runtime_error(stream.get_last_error(&stream));
    }
    if (array.release == nullptr) break;
    array.release(&array);
  }
  stream.release(&stream);
}

std::unique_ptr<parquet::arrow::FileReader> openWithArrow(const std::vector<std::byte>& file) {
  const auto buffer = std::make_shared<arrow::Buffer>(
      reinterpret_cast<const std::uint8_t*>(file.data()), static_cast<std::int64_t>(file.size()));
  parquet::ArrowReaderProperties properties(false);
  properties.set_batch_size(kBatchRows);
  properties.set_pre_buffer(false);
  parquet::ReaderProperties pages;
  pages.set_page_checksum_verification(true);  // as ours; its own default is not to
  parquet::arrow::FileReaderBuilder builder;
  peers::check(builder.Open(std::make_shared<arrow::io::BufferReader>(buffer), pages));
  builder.properties(properties);
  return peers::check(builder.Build());
}

void readWithArrow(const std::vector<std::byte>& file) {
  const auto reader = openWithArrow(file);
  const auto batches = peers::check(reader->GetRecordBatchReader());
  for (;;) {
    std::shared_ptr<arrow::RecordBatch> batch;
    peers::check(batches->ReadNext(&batch));
    if (batch == nullptr) break;
  }
}

void requireSame(const Work& work, const std::vector<std::byte>& file) {
  ArrowArrayStream stream = streamOfOurs(file);
  const auto ours = peers::check(peers::check(arrow::ImportRecordBatchReader(&stream))->ToTable());
  peers::check(ours->ValidateFull());
  const auto arrows = peers::check(openWithArrow(file)->ReadTable());
  if (!ours->Equals(*arrows)) {
    throw std::runtime_error(std::string(work.name) + ": the two readers do not give the same");
  }
}

void compare(const Work& work, unsigned nullPercent, const TableOptions& options) {
  const Batch batch(makeBatch(work, {options.rows, nullPercent}));
  WriteOptions write = options.write;
  write.encoding = work.encoding;
  std::vector<std::byte> file;
  const std::uint64_t bytes = batch.writeArrows(write, {.memory = &file});
  requireSame(work, file);
  const auto timings =
      runRounds({[&] { readWithOurs(file); }, [&] { readWithArrow(file); }}, options.rounds);
  const std::uint64_t values = batch.leafValues();
  const auto ours = rates(values, timings[0]);
  const auto arrows = rates(values, timings[1]);
  const auto ratio = ratios(arrows, ours);
  printLine(lineName(std::string("read_") + work.name, nullPercent) +
            median("ours_mvalues_per_sec", ours, 1) + median("arrow_mvalues_per_sec", arrows, 1) +
            median("ratio", ratio, 2) + spread("ratio", ratio, 2) + spread("ours", ours, 1) +
            spread("arrow", arrows, 1) + " file_bytes=" + std::to_string(bytes));
}

}  // namespace

void runReadTable(const TableOptions& options) { forEachWork("read_", options, compare); }

}  // namespace parquet_flow::peers
