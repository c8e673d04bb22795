#include "arrow_writer.hpp"

#include <arrow/buffer.h>
#include <arrow/config.h>
#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>
#include <arrow/io/memory.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "arrow_status.hpp"

namespace parquet_flow::peers {
namespace {

// Counts bytes and forgets them.
class DiscardStream final : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override {
    isClosed_ = true;
    return arrow::Status::OK();
  }
  [[nodiscard]] bool closed() const override { return isClosed_; }
  [[nodiscard]] arrow::Result<std::int64_t> Tell() const override { return position_; }
  arrow::Status Write(const void* /*data*/, std::int64_t bytes) override {
    position_ += bytes;
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

 private:
  std::int64_t position_ = 0;
  bool isClosed_ = false;
};

arrow::Compression::type compressionOf(pf_compression_t compression) {
  switch (compression) {
    case PF_COMPRESSION_SNAPPY:
      return arrow::Compression::SNAPPY;
    case PF_COMPRESSION_GZIP:
      return arrow::Compression::GZIP;
    case PF_COMPRESSION_BROTLI:
      return arrow::Compression::BROTLI;
    case PF_COMPRESSION_ZSTD:
      return arrow::Compression::ZSTD;
    case PF_COMPRESSION_LZ4_RAW:
      return arrow::Compression::LZ4;
    default:
      return arrow::Compression::UNCOMPRESSED;
  }
}

void setEncoding(Encoding encoding, parquet::WriterProperties::Builder& builder) {
  if (encoding == Encoding::kChosen) {
    return;
  }
  if (encoding == Encoding::kDictionary) {
    builder.enable_dictionary();
    return;
  }
  builder.disable_dictionary();
  switch (encoding) {
    case Encoding::kDelta:
      builder.encoding(parquet::Encoding::DELTA_BINARY_PACKED);
      break;
    case Encoding::kDeltaLength:
      builder.encoding(parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY);
      break;
    case Encoding::kDeltaByteArray:
      builder.encoding(parquet::Encoding::DELTA_BYTE_ARRAY);
      break;
    case Encoding::kByteStreamSplit:
      builder.encoding(parquet::Encoding::BYTE_STREAM_SPLIT);
      break;
    default:
      builder.encoding(parquet::Encoding::PLAIN);
  }
}

std::shared_ptr<parquet::WriterProperties> propertiesOf(const WriteOptions& options) {
  parquet::WriterProperties::Builder builder;
  setEncoding(options.encoding, builder);
  builder.compression(compressionOf(options.compression));
  if (options.compressionLevel != PF_LEVEL_DEFAULT) {
    builder.compression_level(options.compressionLevel);
  }
  if (options.pageBytes != 0) {
    builder.data_pagesize(static_cast<std::int64_t>(options.pageBytes));
  }
  if (options.pageRows != 0) {
    builder.max_rows_per_page(static_cast<std::int64_t>(options.pageRows));
  }
  if (options.rowGroupRows != 0) {
    builder.max_row_group_length(static_cast<std::int64_t>(options.rowGroupRows));
  }
  if (options.statistics) {
    *options.statistics ? builder.enable_statistics() : builder.disable_statistics();
    builder.set_size_statistics_level(*options.statistics
                                          ? parquet::SizeStatisticsLevel::PageAndColumnChunk
                                          : parquet::SizeStatisticsLevel::None);
  }
  if (options.pageIndex) {
    *options.pageIndex ? builder.enable_write_page_index() : builder.disable_write_page_index();
  }
  if (options.crc) {
    *options.crc ? builder.enable_page_checksum() : builder.disable_page_checksum();
  }
  return builder.build();
}

std::shared_ptr<arrow::io::OutputStream> openStream(const Output& output) {
  if (!output.path.empty()) {
    return check(arrow::io::FileOutputStream::Open(output.path));
  }
  if (output.memory != nullptr) {
    return check(arrow::io::BufferOutputStream::Create());
  }
  return std::make_shared<DiscardStream>();
}

// Opens a writer, has `write` write with it, and closes it. Returns the file's bytes.
template <class Write>
std::uint64_t writeFile(const arrow::Schema& schema, const WriteOptions& options,
                        const Output& output, Write write) {
  const auto stream = openStream(output);
  const auto properties = propertiesOf(options);
  const auto writer = check(
      parquet::arrow::FileWriter::Open(schema, arrow::default_memory_pool(), stream, properties));
  check(write(*writer, properties->max_row_group_length()));
  check(writer->Close());
  const auto bytes = static_cast<std::uint64_t>(check(stream->Tell()));
  if (output.path.empty() && output.memory != nullptr) {
    const auto file = check(static_cast<arrow::io::BufferOutputStream&>(*stream).Finish());
    const auto* first = reinterpret_cast<const std::byte*>(file->data());
    output.memory->assign(first, first + file->size());
  } else {
    check(stream->Close());
  }
  return bytes;
}

}  // namespace

std::uint64_t writeWithArrow(const std::shared_ptr<arrow::Table>& table,
                             const WriteOptions& options, const Output& output) {
  return writeFile(*table->schema(), options, output,
                   [&](parquet::arrow::FileWriter& writer, std::int64_t rowGroupRows) {
                     return writer.WriteTable(*table, rowGroupRows);
                   });
}

std::uint64_t writeBatchesWithArrow(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                                    std::uint64_t times, const WriteOptions& options,
                                    const Output& output) {
  return writeFile(*batches.front()->schema(), options, output,
                   [&](parquet::arrow::FileWriter& writer, std::int64_t /*rowGroupRows*/) {
                     for (std::uint64_t time = 0; time < times; ++time) {
                       for (const auto& batch : batches) {
                         const arrow::Status status = writer.WriteRecordBatch(*batch);
                         if (!status.ok()) return status;
                       }
                     }
                     return arrow::Status::OK();
                   });
}

std::string arrowVersion() { return arrow::GetBuildInfo().version_string; }

}  // namespace parquet_flow::peers
