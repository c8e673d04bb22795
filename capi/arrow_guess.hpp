// About how many bytes rows of Arrow data come to, and arrays keep, before anybody has looked into
// their buffers.
#pragma once

#include <cstdint>
#include <vector>

#include "arrow_type.hpp"
#include "parquet_flow.h"
#include "pipeline/pipeline.hpp"

namespace parquet_flow::capi {

// About how many bytes slots `first` .. `first` + `count` - 1 of an array that has passed
// checkArrowArray take as values of the Parquet types with their levels, and those under them; no
// fewer, where nulls and lists count as if they had a value. A value that an index or a run stands
// for counts each time. `levels`: bytes of them that an entry has for what is above.
[[nodiscard]] std::uint64_t guessArrowBytes(const ArrowField& field, const ArrowArray& array,
                                            std::uint64_t first, std::uint64_t count,
                                            std::uint32_t levels) noexcept;

// Adds what an array that has passed checkArrowArray keeps in memory whatever slots are asked for:
// its dictionaries, and the buffers of its views.
void addHeld(const ArrowField& field, const ArrowArray& array,
             std::vector<pipeline::BatchOwner::Held>& held);

}  // namespace parquet_flow::capi
