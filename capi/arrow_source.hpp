// The values of one Arrow array, as a source for the gather stage.
#pragma once

#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "arrow_type.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/nested_levels.hpp"
#include "parquet_flow.h"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// What few arrays need beside their own buffers; addresses stay. Of lists, because an empty one
// takes no memory: there is one of these a leaf and batch.
struct ArrowExtra {
  std::list<column::ValuesView> dictionaries;
  std::list<std::vector<ConstBytes>> viewBuffers;
  std::list<std::vector<std::uint64_t>> indices;
  std::list<std::vector<std::uint8_t>> bitmaps;

  [[nodiscard]] bool empty() const noexcept {
    return dictionaries.empty() && viewBuffers.empty() && indices.empty() && bitmaps.empty();
  }
  void clear() noexcept;
};

struct ArrowSource {
  column::ValuesView values;  // from the first slot that was asked for on
  column::Validity validity;  // by slot
  bool isAllNull = false;     // there are no values
};

// Slots `first` .. `first` + `count` - 1 of an array without children, or run-end encoded, that has
// passed checkArrowArray. `leaf` is what the field has become. kInvalidArgument, kOutOfMemory.
[[nodiscard]] Result<ArrowSource> arrowSource(const ArrowField& field, const ArrowArray& array,
                                              std::uint64_t first, std::uint64_t count,
                                              const schema::Leaf& leaf, ArrowExtra& extra);

// The run of each of those slots of a run-end encoded array. kInvalidArgument.
[[nodiscard]] Result<void> findRuns(const ArrowField& field, const ArrowArray& array,
                                    std::uint64_t first, std::uint64_t count,
                                    std::vector<std::uint64_t>& runs);

// The values of those slots, of all that `values` has; they must be below its count.
[[nodiscard]] column::ValuesView takeSlots(const column::ValuesView& values,
                                           std::span<const std::uint64_t> slots, ArrowExtra& extra);

}  // namespace parquet_flow::capi
