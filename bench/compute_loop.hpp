// A loop that only computes: what several threads gain on it over one is what can be gained on the
// machine at that moment.
#pragma once

#include <cstdint>

namespace parquet_flow::bench {

// Seconds in which `threads` threads run the loop once each, in registers, about 0.1 s. `checksum`
// takes what it computes, so that it is computed.
[[nodiscard]] double computeSeconds(std::uint64_t threads, std::uint64_t& checksum);

}  // namespace parquet_flow::bench
