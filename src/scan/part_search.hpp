// Which of many values, end to end in memory, have a part in them: found in all of the memory at
// once, so that short values cost no more than long ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/cpu.hpp"

namespace parquet_flow::scan {

// Where `part`, which is not empty, begins first in `bytes` at or behind `from`; SIZE_MAX: nowhere.
using FindPart = std::size_t (*)(std::string_view bytes, std::string_view part,
                                 std::size_t from) noexcept;

// The kernel for a level that this machine has; the scalar one is the definition.
[[nodiscard]] FindPart findPart(SimdLevel level) noexcept;

// Sets bit i % 64 of word i / 64, all of them 0 before, where `part`, which is not empty, is in the
// value of bytes offsets[i] .. offsets[i + 1].
void findInValues(const std::byte* bytes, const std::uint32_t* offsets, std::size_t count,
                  std::string_view part, std::uint64_t* bits) noexcept;

#if defined(__x86_64__)
[[nodiscard]] std::size_t findPartAvx2(std::string_view bytes, std::string_view part,
                                       std::size_t from) noexcept;
#endif

}  // namespace parquet_flow::scan
