// The first released size of every struct that can grow. A struct may get fields at its end; a
// number here stays as it is.
#pragma once

#include "parquet_flow.h"
#include "struct_size.hpp"

namespace parquet_flow::capi {

// clang-format off
template <> struct FirstVersion<pf_error_t> { static constexpr std::size_t kBytes = 528; };
template <> struct FirstVersion<pf_output_t> { static constexpr std::size_t kBytes = 56; };
template <> struct FirstVersion<pf_writer_options_t> { static constexpr std::size_t kBytes = 80; };
template <> struct FirstVersion<pf_column_stats_t> { static constexpr std::size_t kBytes = 184; };
template <> struct FirstVersion<pf_writer_stats_t> { static constexpr std::size_t kBytes = 64; };
template <> struct FirstVersion<pf_file_info_t> { static constexpr std::size_t kBytes = 32; };
template <> struct FirstVersion<pf_pipeline_options_t> {
  static constexpr std::size_t kBytes = 24;
};
template <> struct FirstVersion<pf_submit_options_t> { static constexpr std::size_t kBytes = 24; };
template <> struct FirstVersion<pf_pipeline_progress_t> {
  static constexpr std::size_t kBytes = 88;
};
template <> struct FirstVersion<pf_sink_options_t> { static constexpr std::size_t kBytes = 304; };
template <> struct FirstVersion<pf_producer_options_t> {
  static constexpr std::size_t kBytes = 32;
};
template <> struct FirstVersion<pf_sink_stats_t> { static constexpr std::size_t kBytes = 208; };
template <> struct FirstVersion<pf_producer_stats_t> { static constexpr std::size_t kBytes = 104; };
template <> struct FirstVersion<pf_input_t> { static constexpr std::size_t kBytes = 72; };
template <> struct FirstVersion<pf_reader_options_t> { static constexpr std::size_t kBytes = 16; };
template <> struct FirstVersion<pf_reader_column_t> { static constexpr std::size_t kBytes = 40; };
template <> struct FirstVersion<pf_chunk_info_t> { static constexpr std::size_t kBytes = 112; };
template <> struct FirstVersion<pf_scan_options_t> { static constexpr std::size_t kBytes = 56; };
template <> struct FirstVersion<pf_scan_stats_t> { static constexpr std::size_t kBytes = 120; };
template <> struct FirstVersion<pf_query_stats_t> { static constexpr std::size_t kBytes = 128; };
// clang-format on

}  // namespace parquet_flow::capi
