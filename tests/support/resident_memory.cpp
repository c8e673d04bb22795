#include "support/resident_memory.hpp"

#include <unistd.h>

#include <fstream>

namespace parquet_flow::test {

std::uint64_t residentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace parquet_flow::test
