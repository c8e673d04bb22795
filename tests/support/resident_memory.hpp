// How much memory this process has, for tests that hold it against what is stated.
#pragma once

#include <cstdint>

#include "support/sanitizers.hpp"

namespace parquet_flow::test {

// Resident memory now. Of no use where kSanitized: sanitizers hold back what was freed, and add to
// each allocation.
[[nodiscard]] std::uint64_t residentBytes();
// What malloc has given out and not got back. As above.
[[nodiscard]] std::uint64_t allocatedBytes() noexcept;

}  // namespace parquet_flow::test
