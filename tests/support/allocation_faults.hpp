// Memory that ends: allocations of chosen threads fail, C libraries' included.
//
// An executable gets it by naming pf_allocation_faults_dep among its dependencies. It stands before
// malloc and its kin (operator new calls malloc); under a sanitizer, which owns malloc, before
// operator new alone.
#pragma once

#include <cstdint>

namespace parquet_flow::test {

// Allocations are counted and fail on every thread, except within an AllocationScope that says no.
// Of those that are counted from this call on, the `nth` (from 1) to nth + times - 1 fail.
void failAllocations(std::uint64_t nth, std::uint64_t times) noexcept;
// No more of them fail.
void healAllocations() noexcept;
// How many were counted since failAllocations or healAllocations.
[[nodiscard]] std::uint64_t countedAllocations() noexcept;

// For its lifetime, whether the calling thread's are counted and fail.
class AllocationScope {
 public:
  explicit AllocationScope(bool counted) noexcept;
  AllocationScope(const AllocationScope&) = delete;
  AllocationScope& operator=(const AllocationScope&) = delete;
  ~AllocationScope();

 private:
  bool before_;
};

}  // namespace parquet_flow::test
