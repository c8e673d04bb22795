// Spaced values, which have a slot for each entry, to dense ones, which have none for a null.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"

namespace parquet_flow::column {

// Which of some entries have a value: exactly one of the two pointers is set.
struct Presence {
  const std::uint8_t* validity = nullptr;  // bitmap, from validityBitOffset on
  std::uint64_t validityBitOffset = 0;
  const std::uint8_t* definitionLevels = nullptr;  // present where equal to maxDefinitionLevel
  std::uint8_t maxDefinitionLevel = 0;
};

// Scratch space for the dense values of one slice; reused.
class CompactValues {
 public:
  // Copies the present ones of `spaced`'s first `entries` slots. `width`: of a kFixed value; bits
  // come out as byte booleans. The result is valid until the next call. kOutOfMemory.
  [[nodiscard]] Result<ValuesView> compact(const ValuesView& spaced, std::size_t entries,
                                           std::size_t width, const Presence& presence);

 private:
  ByteBuffer data_;
  ByteBuffer offsets_;
};

}  // namespace parquet_flow::column
