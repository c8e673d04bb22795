// How many threads are to encode.
#pragma once

#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "pipeline/encode_threads.hpp"

namespace parquet_flow::pipeline {

inline constexpr std::uint32_t kParallelismMax = 256;
inline constexpr const char* kParallelismVariable = "PF_WRITER_PARALLELISM";

// `asked`, unless it is 0: then the environment's PF_WRITER_PARALLELISM, and without that the CPUs
// that the process may use. kInvalidArgument: not a number, or not 1 .. kParallelismMax.
[[nodiscard]] Result<std::uint32_t> chooseParallelism(std::uint32_t asked);

// For so many threads that encode, of which a submitting one is the first; nullptr for 1. None is
// started yet.
[[nodiscard]] std::shared_ptr<EncodeThreads> makeEncodeThreads(std::uint32_t parallelism);

}  // namespace parquet_flow::pipeline
