#include "encoding/bit_pack.hpp"

#include "base/bytes.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr unsigned kWordBits = 64;

}  // namespace

template <class U>
void packBits(const U* values, unsigned width, std::byte* to) noexcept {
  std::uint64_t word = 0;
  unsigned used = 0;
  for (std::size_t i = 0; i < kPackedValues; ++i) {
    const std::uint64_t value = values[i];
    word |= value << used;
    used += width;
    if (used >= kWordBits) {
      storeLe(to, word);
      to += sizeof word;
      used -= kWordBits;
      word = used == 0 ? 0 : value >> (width - used);
    }
  }
  storeLe(to, word);  // half a word where the width is odd; into the slack where it is even
}

template <class U>
void unpackBits(const std::byte* from, unsigned width, U* values) noexcept {
  const std::uint64_t mask =
      width == kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  std::size_t bit = 0;
  for (std::size_t i = 0; i < kPackedValues; ++i, bit += width) {
    const std::byte* const at = from + bit / 8;
    const auto shift = static_cast<unsigned>(bit % 8);
    std::uint64_t value = loadLe<std::uint64_t>(at) >> shift;
    if (shift + width > kWordBits) {
      value |= std::to_integer<std::uint64_t>(at[8]) << (kWordBits - shift);
    }
    values[i] = static_cast<U>(value & mask);
  }
}

template void packBits(const std::uint32_t*, unsigned, std::byte*) noexcept;
template void packBits(const std::uint64_t*, unsigned, std::byte*) noexcept;
template void unpackBits(const std::byte*, unsigned, std::uint32_t*) noexcept;
template void unpackBits(const std::byte*, unsigned, std::uint64_t*) noexcept;

template <class U>
const BitPackKernels<U>& bitPackKernels([[maybe_unused]] SimdLevel level) noexcept {
#if defined(__x86_64__)
  static constexpr BitPackKernels<U> kAvx2{packBitsAvx2, unpackBitsAvx2};
  if (level >= SimdLevel::kAvx2) {
    return kAvx2;
  }
#endif
  static constexpr BitPackKernels<U> kScalar{packBits<U>, unpackBits<U>};
  return kScalar;
}

template const BitPackKernels<std::uint32_t>& bitPackKernels(SimdLevel) noexcept;
template const BitPackKernels<std::uint64_t>& bitPackKernels(SimdLevel) noexcept;

}  // namespace parquet_flow::encoding
