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

// Constant-initialized and trivially destroyed, so that reading it needs no guard. Its offset from
// the thread's pointer is fixed when the library is loaded (initial-exec): else, in a shared
// object, each use would be a call to __tls_get_addr. A look-up, measured in a shared object: 3.3
// ns so, 5.8 by that call, 4.9 by pthread_getspecific; in a program 1.9, 2.0 and 5.6. The price is
// 16 of the bytes that the loader keeps for libraries opened at run time.
extern constinit thread_local LastThreadRing lastThreadRing
    __attribute__((tls_model("initial-exec")));

}  // namespace parquet_flow::sink
