#include "our_writer.hpp"

#include <memory>
#include <stdexcept>

namespace parquet_flow::peers {
namespace {

void require(pf_status_t status, const char* message) {
  if (status != PF_STATUS_OK) {
    throw std::runtime_error(message);
  }
}

std::int32_t encodingOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::kChosen:
      return PF_ENCODING_AUTO;
    case Encoding::kPlain:
      return PF_ENCODING_PLAIN;
    case Encoding::kDictionary:
      return PF_ENCODING_RLE_DICTIONARY;
    case Encoding::kDelta:
      return PF_ENCODING_DELTA_BINARY_PACKED;
    case Encoding::kDeltaLength:
      return PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY;
    case Encoding::kDeltaByteArray:
      return PF_ENCODING_DELTA_BYTE_ARRAY;
    case Encoding::kByteStreamSplit:
      return PF_ENCODING_BYTE_STREAM_SPLIT;
  }
  return PF_ENCODING_AUTO;
}

pf_writer_options_t optionsOf(const WriteOptions& from) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.encoding = encodingOf(from.encoding);
  options.compression = from.compression;
  options.compression_level = from.compressionLevel;
  options.statistics = from.statistics.value_or(options.statistics != 0);
  options.size_statistics = from.statistics.value_or(options.size_statistics != 0);
  options.page_index = from.pageIndex.value_or(options.page_index != 0);
  options.crc = from.crc.value_or(options.crc != 0);
  options.page_bytes = from.pageBytes != 0 ? from.pageBytes : options.page_bytes;
  options.page_rows = from.pageRows != 0 ? from.pageRows : options.page_rows;
  options.row_group_rows = from.rowGroupRows != 0 ? from.rowGroupRows : options.row_group_rows;
  return options;
}

pf_output_t outputOf(const Output& to) {
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  if (!to.path.empty()) {
    output.path = to.path.c_str();
  } else if (to.memory != nullptr) {
    output.kind = PF_OUTPUT_MEMORY;
  } else {
    output.kind = PF_OUTPUT_DISCARD;
  }
  return output;
}

void takeMemory(const void* data, std::size_t bytes, const Output& to) {
  const auto* first = static_cast<const std::byte*>(data);
  to.memory->assign(first, first + bytes);
}

// The array's memory, to be moved once more: whoever lends it keeps it.
ArrowArray lend(const ArrowArray& array) {
  ArrowArray lent = array;
  lent.release = [](ArrowArray* self) { self->release = nullptr; };
  return lent;
}

template <class Write>
std::uint64_t writeFile(const ArrowSchema& schema, const WriteOptions& from, const Output& to,
                        Write write) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  const pf_writer_options_t options = optionsOf(from);
  const pf_output_t output = outputOf(to);
  pf_writer_handle_t* opened = nullptr;
  require(pf_writer_create_for_arrow(&schema, &options, &output, &opened, &error), error.message);
  const std::unique_ptr<pf_writer_handle_t, decltype(&pf_writer_destroy)> writer(opened,
                                                                                 pf_writer_destroy);
  require(write(writer.get(), &error), error.message);
  require(pf_writer_close(writer.get()), pf_writer_last_error(writer.get()));
  if (output.kind == PF_OUTPUT_MEMORY) {
    const void* data = nullptr;
    std::size_t bytes = 0;
    require(pf_writer_memory(writer.get(), &data, &bytes), "no memory to take");
    takeMemory(data, bytes, to);
  }
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  pf_writer_get_stats(writer.get(), &stats);
  return stats.file_bytes;
}

}  // namespace

std::uint64_t writeWithOurs(const ArrowSchema& schema, const ArrowArray& batch,
                            const WriteOptions& options, const Output& output) {
  return writeFile(schema, options, output, [&](pf_writer_handle_t* writer, pf_error_t* error) {
    return pf_writer_write_arrow(writer, &batch, &schema, error);
  });
}

std::uint64_t writeStreamWithOurs(const ArrowSchema& schema, ArrowArrayStream& stream,
                                  const WriteOptions& options, const Output& output) {
  return writeFile(schema, options, output, [&](pf_writer_handle_t* writer, pf_error_t* error) {
    return pf_writer_write_arrow_stream(writer, &stream, error);
  });
}

std::uint64_t writeBatchesWithOurs(const ArrowSchema& schema, std::span<const ArrowArray> batches,
                                   std::uint64_t times, const WriteOptions& options,
                                   const Output& output) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  const pf_writer_options_t writerOptions = optionsOf(options);
  const pf_output_t out = outputOf(output);
  pf_pipeline_options_t pipelineOptions;
  pf_pipeline_options_init(&pipelineOptions, sizeof pipelineOptions);
  pipelineOptions.threads = 1;
  pf_pipeline_t* created = nullptr;
  require(pf_pipeline_create_for_arrow(&schema, &writerOptions, &out, &pipelineOptions, &created,
                                       &error),
          error.message);
  const std::unique_ptr<pf_pipeline_t, decltype(&pf_pipeline_destroy)> pipeline(
      created, pf_pipeline_destroy);
  for (std::uint64_t time = 0; time < times; ++time) {
    for (const ArrowArray& batch : batches) {
      ArrowArray lent = lend(batch);
      require(pf_pipeline_submit_arrow(pipeline.get(), &lent, nullptr, nullptr, &error),
              error.message);
    }
  }
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  require(pf_pipeline_close(pipeline.get(), &info, &error), error.message);
  if (out.kind == PF_OUTPUT_MEMORY) {
    const void* data = nullptr;
    std::size_t bytes = 0;
    require(pf_pipeline_memory(pipeline.get(), &data, &bytes, &error), error.message);
    takeMemory(data, bytes, output);
  }
  return info.file_bytes;
}

}  // namespace parquet_flow::peers
