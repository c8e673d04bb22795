#include "zstd_time.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parquet_flow::peers {
namespace {

std::atomic<std::int64_t> gNanos{0};

class Timed {
 public:
  Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() {
    gNanos.fetch_add(std::chrono::nanoseconds(std::chrono::steady_clock::now() - start_).count(),
                     std::memory_order_relaxed);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

double zstdSeconds() noexcept {
  return static_cast<double>(gNanos.load(std::memory_order_relaxed)) / 1e9;
}

}  // namespace parquet_flow::peers

using parquet_flow::peers::Timed;

// As zstd.h has them, with every pointer an untyped one.
#define PF_TIMED(result, name, parameters, arguments)       \
  extern "C" result __real_##name parameters;  /* NOLINT */ \
  extern "C" result __wrap_##name parameters;  /* NOLINT */ \
  extern "C" result __wrap_##name parameters { /* NOLINT */ \
    const Timed timed;                                      \
    return __real_##name arguments;                         \
  }

PF_TIMED(void*, ZSTD_createCCtx, (), ())
PF_TIMED(std::size_t, ZSTD_freeCCtx, (void* context), (context))
PF_TIMED(std::size_t, ZSTD_CCtx_reset, (void* context, int what), (context, what))
PF_TIMED(std::size_t, ZSTD_CCtx_setParameter, (void* context, int parameter, int value),
         (context, parameter, value))
PF_TIMED(std::size_t, ZSTD_compressCCtx,
         (void* context, void* to, std::size_t room, const void* from, std::size_t bytes,
          int level),
         (context, to, room, from, bytes, level))
PF_TIMED(std::size_t, ZSTD_compressStream2, (void* context, void* to, void* from, int step),
         (context, to, from, step))
