// What pf_sink_t and pf_producer_t are.
#pragma once

#include <memory>

#include "parquet_flow.h"
#include "sink/log_sink.hpp"
#include "sink/options.hpp"

namespace parquet_flow::capi {

// The application's functions; what the sink below is given are ours, which call these.
struct SinkCallbacks {
  pf_row_fn onRow = nullptr;
  void* onRowUser = nullptr;
  pf_log_fn log = nullptr;
  void* logUser = nullptr;
  pf_file_fn onFile = nullptr;
  void* onFileUser = nullptr;
  pf_doubt_fn onDoubt = nullptr;
  void* onDoubtUser = nullptr;
};

// What pf_sink_options_t says, in the terms of the sink. The functions of the result call those
// that are put into `callbacks`, which is to live as long as the sink.
[[nodiscard]] Result<sink::SinkOptions> readSinkOptions(const pf_sink_options_t* options,
                                                        SinkCallbacks& callbacks);

// The handle given to C is the producer itself, whose first member is the ring's end: a record
// needs no further look-up.
[[nodiscard]] inline sink::Producer& producerOf(pf_producer_t* producer) noexcept {
  return *reinterpret_cast<sink::Producer*>(producer);
}
[[nodiscard]] inline const sink::Producer& producerOf(const pf_producer_t* producer) noexcept {
  return *reinterpret_cast<const sink::Producer*>(producer);
}
[[nodiscard]] inline pf_producer_t* handleOf(sink::Producer* producer) noexcept {
  return reinterpret_cast<pf_producer_t*>(producer);
}

}  // namespace parquet_flow::capi

struct pf_sink {
  parquet_flow::capi::SinkCallbacks callbacks;  // first: the sink may call them to its end
  std::unique_ptr<parquet_flow::sink::LogSink> sink;
};
