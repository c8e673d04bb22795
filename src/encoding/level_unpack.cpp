#include "encoding/level_unpack.hpp"

#include <cstring>

#include "base/bytes.hpp"

namespace parquet_flow::encoding {
namespace {

// Eight levels in the low bits to one in each byte: moved apart in three steps, 4, 2 and 1 of them.
std::uint64_t unpackEight(std::uint64_t packed, unsigned bitWidth) noexcept {
  const unsigned gap = 8 - bitWidth;
  const std::uint64_t four = (std::uint64_t{1} << (4 * bitWidth)) - 1;
  const std::uint64_t two = ((std::uint64_t{1} << (2 * bitWidth)) - 1) * 0x0000000100000001U;
  const std::uint64_t one = ((std::uint64_t{1} << bitWidth) - 1) * 0x0001000100010001U;
  packed = (packed & four) | ((packed << (4 * gap)) & (four << 32));
  packed = (packed & two) | ((packed << (2 * gap)) & (two << 16));
  return (packed & one) | ((packed << gap) & (one << 8));
}

}  // namespace

namespace scalar {

void unpackLevels(const std::byte* from, std::size_t groups, unsigned bitWidth,
                  std::uint8_t* levels) noexcept {
  const std::byte* const end = from + groups * bitWidth;
  for (; groups != 0; --groups, from += bitWidth, levels += 8) {
    std::uint64_t group = 0;
    if (end - from >= 8) {
      group = loadLe<std::uint64_t>(from);
    } else {
      std::memcpy(&group, from, bitWidth);
    }
    storeLe(levels, unpackEight(group, bitWidth));
  }
}

}  // namespace scalar

UnpackLevels unpackLevelsKernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return unpackLevelsAvx2;
  }
#endif
  static_cast<void>(level);
  return scalar::unpackLevels;
}

void unpackLevels(const std::byte* from, std::size_t groups, unsigned bitWidth,
                  std::uint8_t* levels) noexcept {
  static const UnpackLevels kernel = unpackLevelsKernel(simdLevel());
  kernel(from, groups, bitWidth, levels);
}

}  // namespace parquet_flow::encoding
