#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace parquet_flow {

void assertionFailed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
  std::abort();
}

}  // namespace parquet_flow
