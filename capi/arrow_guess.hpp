// About how many bytes rows of Arrow data come to, and arrays keep, before anybody has looked into
// their buffers.
#pragma once

#include <cstdint>

#include "arrow_type.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

// About how many bytes slots `first` .. `first` + `count` - 1 of an array that has passed
// checkArrowArray take as values of the Parquet types with their levels, and those under them; no
// fewer, where nulls and lists count as if they had a value. A value that an index or a run stands
// for counts each time. `levels`: bytes of them that an entry has for what is above.
[[nodiscard]] std::uint64_t guessArrowBytes(const ArrowField& field, const ArrowArray& array,
                                            std::uint64_t first, std::uint64_t count,
                                            std::uint32_t levels) noexcept;

// About how many bytes an array that has passed checkArrowArray keeps in memory: all slots up to
// its last one, all that views may stand for, dictionaries and children as a whole.
[[nodiscard]] std::uint64_t heldArrowBytes(const ArrowField& field,
                                           const ArrowArray& array) noexcept;

}  // namespace parquet_flow::capi
