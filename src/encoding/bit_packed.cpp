#include "encoding/bit_packed.hpp"

#include <string>

#include "encoding/rle_hybrid.hpp"

namespace parquet_flow::encoding {

Result<std::size_t> decodeBitPackedLevels(ConstBytes in, std::uint8_t maxLevel, std::size_t count,
                                          std::uint8_t* levels) {
  const unsigned bitWidth = levelBitWidth(maxLevel);
  // At eight to a group of bitWidth bytes, so that no product can overflow.
  const std::size_t bytes = count / 8 * bitWidth + (count % 8 * bitWidth + 7) / 8;
  if (count / 8 > in.size() || bytes > in.size()) {
    return fail(ErrorCode::kCorrupt, std::to_string(in.size()) +
                                         " bytes of bit-packed levels do not hold " +
                                         std::to_string(count));
  }
  unsigned held = 0;      // bits that are read and not taken yet, the low ones are
  unsigned heldBits = 0;  // how many
  const std::byte* from = in.data();
  for (std::size_t i = 0; i < count; ++i) {
    if (heldBits < bitWidth) {
      held = held << 8 | std::to_integer<unsigned>(*from++);
      heldBits += 8;
    }
    heldBits -= bitWidth;
    const unsigned level = held >> heldBits & ((1U << bitWidth) - 1);
    if (level > maxLevel) {
      return fail(ErrorCode::kCorrupt, "level " + std::to_string(level) +
                                           " is above the column's maximum " +
                                           std::to_string(maxLevel));
    }
    levels[i] = static_cast<std::uint8_t>(level);
  }
  return bytes;
}

}  // namespace parquet_flow::encoding
