#include "base/huge_pages.hpp"

#include <sys/mman.h>

namespace parquet_flow {

void preferHugePages(void* data, std::size_t bytes) noexcept {
  static_cast<void>(madvise(data, bytes, MADV_HUGEPAGE));
}

}  // namespace parquet_flow
