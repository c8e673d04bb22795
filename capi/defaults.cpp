#include "defaults.hpp"

#include <cstdint>

#include "struct_size.hpp"
#include "struct_versions.hpp"

namespace parquet_flow::capi {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kSecondNs = 1'000'000'000;

}  // namespace

pf_output_t defaultOutput() noexcept {
  pf_output_t output{};
  output.kind = PF_OUTPUT_PATH;
  output.descriptor = -1;
  return output;
}

// The numbers are those of WriterOptions and SinkOptions, which a test holds them to.
pf_writer_options_t defaultWriterOptions() noexcept {
  pf_writer_options_t options{};
  options.compression = PF_COMPRESSION_UNCOMPRESSED;
  options.compression_level = PF_LEVEL_DEFAULT;
  options.statistics = 1;
  options.crc = 1;
  options.page_bytes = kMiB;
  options.page_rows = std::uint64_t{1} << 20;
  options.truncate_bytes = 64;
  options.encoding = PF_ENCODING_AUTO;
  options.data_page_version = 1;
  options.page_index = 1;
  options.size_statistics = 1;
  options.bloom_filter_fpp = 0.01;
  options.dictionary_bytes = kMiB;
  options.row_group_rows = std::uint64_t{1} << 20;
  options.row_group_bytes = 128 * kMiB;
  return options;
}

pf_pipeline_options_t defaultPipelineOptions() noexcept { return {}; }

pf_sink_options_t defaultSinkOptions() noexcept {
  pf_sink_options_t options{};
  options.shape = PF_SHAPE_OPAQUE;
  options.profile = PF_PROFILE_NANOS;
  options.prefix = "feed";
  options.rotate_bytes = 1024 * kMiB;
  options.rotate_time_ns = 3600 * kSecondNs;
  options.row_group_rows = std::uint64_t{1} << 20;
  options.row_group_bytes = 64 * kMiB;
  options.row_group_time_ns = 5 * kSecondNs;
  options.compression = PF_COMPRESSION_UNCOMPRESSED;
  options.compression_level = PF_LEVEL_DEFAULT;
  options.ring_bytes = 8 * kMiB;
  options.low_priority_percent = 50;
  options.producers_max = 1024;
  options.clock = PF_CLOCK_AUTO;
  options.worker = PF_WORKER_PARK;
  options.grace_ns = kSecondNs / 1000;
  options.held_bytes_max = 64 * kMiB;
  options.park_ns = kSecondNs / 20'000;
  options.park_max_ns = kSecondNs / 100;
  options.encode_threads = 1;
  options.row_group_buffers = 3;
  return options;
}

pf_input_t defaultInput() noexcept {
  pf_input_t input{};
  input.kind = PF_INPUT_PATH;
  return input;
}

// The numbers are those of ReadOptions and BatchOptions, which a test holds them to.
pf_reader_options_t defaultReaderOptions() noexcept {
  pf_reader_options_t options{};
  options.page_bytes_max = 64 * kMiB;
  return options;
}

pf_scan_options_t defaultScanOptions() noexcept {
  pf_scan_options_t options{};
  options.row_count = UINT64_MAX;
  options.batch_rows = std::uint64_t{1} << 16;
  options.threads = 1;
  options.limit = UINT64_MAX;
  return options;
}

}  // namespace parquet_flow::capi

namespace capi = parquet_flow::capi;

extern "C" {

void pf_error_init(pf_error_t* error, size_t struct_size) noexcept {
  capi::initStruct(error, struct_size, pf_error_t{});
}

void pf_output_init(pf_output_t* output, size_t struct_size) noexcept {
  capi::initStruct(output, struct_size, capi::defaultOutput());
}

void pf_writer_options_init(pf_writer_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, capi::defaultWriterOptions());
}

void pf_column_options_init(pf_column_options_t* options) noexcept {
  if (options == nullptr) return;
  *options = pf_column_options_t{};
  options->compression = -1;
  options->compression_level = PF_LEVEL_DEFAULT;
  options->encoding = -1;
  options->statistics = -1;
  options->bloom_filter = -1;
}

void pf_writer_stats_init(pf_writer_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_writer_stats_t{});
}

void pf_column_stats_init(pf_column_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_column_stats_t{});
}

void pf_file_info_init(pf_file_info_t* info, size_t struct_size) noexcept {
  capi::initStruct(info, struct_size, pf_file_info_t{});
}

void pf_pipeline_options_init(pf_pipeline_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, capi::defaultPipelineOptions());
}

void pf_submit_options_init(pf_submit_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, pf_submit_options_t{});
}

void pf_pipeline_progress_init(pf_pipeline_progress_t* progress, size_t struct_size) noexcept {
  capi::initStruct(progress, struct_size, pf_pipeline_progress_t{});
}

void pf_sink_options_init(pf_sink_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, capi::defaultSinkOptions());
}

void pf_producer_options_init(pf_producer_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, pf_producer_options_t{});
}

void pf_sink_stats_init(pf_sink_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_sink_stats_t{});
}

void pf_producer_stats_init(pf_producer_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_producer_stats_t{});
}

void pf_input_init(pf_input_t* input, size_t struct_size) noexcept {
  capi::initStruct(input, struct_size, capi::defaultInput());
}

void pf_reader_options_init(pf_reader_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, capi::defaultReaderOptions());
}

void pf_reader_column_init(pf_reader_column_t* column, size_t struct_size) noexcept {
  capi::initStruct(column, struct_size, pf_reader_column_t{});
}

void pf_chunk_info_init(pf_chunk_info_t* chunk, size_t struct_size) noexcept {
  capi::initStruct(chunk, struct_size, pf_chunk_info_t{});
}

void pf_scan_options_init(pf_scan_options_t* options, size_t struct_size) noexcept {
  capi::initStruct(options, struct_size, capi::defaultScanOptions());
}

void pf_scan_stats_init(pf_scan_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_scan_stats_t{});
}

}  // extern "C"
