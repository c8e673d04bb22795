// BIT_PACKED: levels back to back, from the most significant bit of each byte to the least, which
// is not how the hybrid packs. Deprecated: it is read, never written.
//
// Source: parquet-format Encodings.md, "Bit-packed (Deprecated) (BIT_PACKED = 4)". There is neither
// a length nor any padding but that of the last byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// Decodes the `count` levels at the front of `in`, `maxLevel` >= 1, and returns how many bytes that
// was. kCorrupt: fewer bytes, a level above the maximum.
[[nodiscard]] Result<std::size_t> decodeBitPackedLevels(ConstBytes in, std::uint8_t maxLevel,
                                                        std::size_t count, std::uint8_t* levels);

}  // namespace parquet_flow::encoding
