// Points in time as text.
#pragma once

#include <cstdint>
#include <string>

namespace parquet_flow {

// "2026-11-20": the UTC date of `utcNs`, nanoseconds since 1970-01-01T00:00:00Z. Every value is a
// date between 1677-09-21 and 2262-04-11.
[[nodiscard]] std::string utcDateText(std::int64_t utcNs);

}  // namespace parquet_flow
