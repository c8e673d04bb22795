// Which ring a thread has in which sink.
#pragma once

#include <cstdint>

namespace parquet_flow::sink {

class Producer;

// The ring that the thread used last. Sinks are told apart by a number that is never used again, so
// that one which comes to lie where a destroyed one lay is not taken for it.
struct LastThreadRing {
  std::uint64_t sink = 0;  // 0: none
  Producer* producer = nullptr;
};

// Constant-initialized and trivially destroyed, so that reading it needs no guard.
extern constinit thread_local LastThreadRing lastThreadRing;

}  // namespace parquet_flow::sink
