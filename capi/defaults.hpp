// The defaults of what an application can set, as pf_..._init gives them.
#pragma once

#include "parquet_flow.h"

namespace parquet_flow::capi {

[[nodiscard]] pf_output_t defaultOutput() noexcept;
[[nodiscard]] pf_writer_options_t defaultWriterOptions() noexcept;
[[nodiscard]] pf_pipeline_options_t defaultPipelineOptions() noexcept;
[[nodiscard]] pf_sink_options_t defaultSinkOptions() noexcept;
[[nodiscard]] pf_input_t defaultInput() noexcept;
[[nodiscard]] pf_reader_options_t defaultReaderOptions() noexcept;
[[nodiscard]] pf_scan_options_t defaultScanOptions() noexcept;

}  // namespace parquet_flow::capi
