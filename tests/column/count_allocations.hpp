// Counts what the program allocates: operator new is replaced in count_allocations.cpp, which the
// test is linked with.
#pragma once

#include <cstdint>

namespace parquet_flow::test {

// Calls of operator new since the program began, in all its forms.
[[nodiscard]] std::uint64_t allocationCount() noexcept;

}  // namespace parquet_flow::test
