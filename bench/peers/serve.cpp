#include "serve.hpp"

#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "arrow_status.hpp"
#include "batch.hpp"
#include "captures.hpp"

namespace parquet_flow::peers {
namespace {

std::shared_ptr<arrow::RecordBatch> makeBatch(const ServeOptions& options) {
  if (options.work == "itch10m") {
    return itchBatch(options.itch, options.rows);
  }
  if (options.work == "ints3") {
    return intsBatch(options.rows);
  }
  throw std::runtime_error("no work is called " + options.work);
}

// The data as all engines of the run have it: once in memory, in the mapping of one file.
std::shared_ptr<arrow::RecordBatch> share(const ServeOptions& options) {
  const std::string path = options.folder + "/" + options.work + ".arrow";
  {
    const auto batch = makeBatch(options);
    const auto file = check(arrow::io::FileOutputStream::Open(path));
    const auto writer = check(arrow::ipc::MakeFileWriter(file, batch->schema()));
    check(writer->WriteRecordBatch(*batch));
    check(writer->Close());
    check(file->Close());
  }
  const auto file = check(arrow::io::MemoryMappedFile::Open(path, arrow::io::FileMode::READ));
  return check(check(arrow::ipc::RecordBatchFileReader::Open(file))->ReadRecordBatch(0));
}

}  // namespace

void serve(const ServeOptions& options) {
  const Batch batch(share(options));
  WriteOptions write;
  write.compression = options.compression;
  std::puts("ready");
  std::fflush(stdout);
  for (std::string writer; std::getline(std::cin, writer);) {
    const Output output{.path = options.folder + "/" + writer + ".parquet"};
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t bytes =
        writer == "ours" ? batch.writeOurStream(write, output) : batch.writeArrows(write, output);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::printf("%.6f %llu\n", elapsed.count(), static_cast<unsigned long long>(bytes));
    std::fflush(stdout);
  }
}

}  // namespace parquet_flow::peers
