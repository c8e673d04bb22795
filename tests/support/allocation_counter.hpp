// Counts every allocation of the process and of each thread, C libraries' included.
//
// An executable gets it by naming pf_allocation_counter_dep among its dependencies. It stands
// before malloc and its kin (operator new calls malloc), so what zlib or ISA-L allocate is counted
// too.
#pragma once

#include <cstdint>

namespace parquet_flow::test {

// Since the start of the process or thread.
struct AllocationCounts {
  std::uint64_t allocations = 0;  // a realloc is one
  std::uint64_t frees = 0;        // of something that was not null
  std::uint64_t bytes = 0;        // asked for
};

[[nodiscard]] AllocationCounts threadAllocations() noexcept;  // of the calling thread
[[nodiscard]] AllocationCounts processAllocations() noexcept;

// What malloc has given out in the whole process and not got back, in blocks as large as it made
// them; and the most that was since the last beginPeak. A block that realloc moves is there twice.
// Of no use where kSanitized.
[[nodiscard]] std::uint64_t bytesInUse() noexcept;
void beginPeak() noexcept;
[[nodiscard]] std::uint64_t peakBytesInUse() noexcept;

// How often the calling thread has allocated since the watch was made.
class AllocationWatch {
 public:
  AllocationWatch() noexcept : begin_(threadAllocations()) {}
  [[nodiscard]] std::uint64_t allocations() const noexcept {
    return threadAllocations().allocations - begin_.allocations;
  }
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return threadAllocations().bytes - begin_.bytes;
  }

 private:
  AllocationCounts begin_;
};

}  // namespace parquet_flow::test
