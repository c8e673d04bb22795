#include "read/spread.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bits.hpp"

namespace parquet_flow::read {
namespace scalar {

// Without a branch: what a null's slot gets is overwritten by nobody, and not looked at.
template <std::size_t kWidth>
void spread(const std::byte* from, std::size_t count, const std::byte* validity,
            std::size_t bitOffset, std::size_t slots, std::byte* to) noexcept {
  if (count == 0) {
    std::memset(to, 0, slots * kWidth);
    return;
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    std::memcpy(to + i * kWidth, from + std::min(next, count - 1) * kWidth, kWidth);
    next += bitmapGet(validity, bitOffset + i) ? 1 : 0;
  }
}

template void spread<4>(const std::byte*, std::size_t, const std::byte*, std::size_t, std::size_t,
                        std::byte*) noexcept;
template void spread<8>(const std::byte*, std::size_t, const std::byte*, std::size_t, std::size_t,
                        std::byte*) noexcept;

}  // namespace scalar

namespace {

void spreadRanksScalar(const std::uint32_t* from, std::size_t count, const std::byte* validity,
                       std::size_t bitOffset, std::size_t slots, std::uint32_t* to) noexcept {
  scalar::spread<4>(reinterpret_cast<const std::byte*>(from), count, validity, bitOffset, slots,
                    reinterpret_cast<std::byte*>(to));
}

void spreadBitsScalar(const std::byte* from, std::size_t fromOffset, const std::byte* validity,
                      std::size_t bitOffset, std::size_t slots, std::byte* to,
                      std::size_t toOffset) noexcept {
  fillBits(false, slots, to, toOffset);
  for (std::size_t i = 0; i < slots; ++i) {
    if (bitmapGet(validity, bitOffset + i)) {
      bitmapSet(to, toOffset + i, bitmapGet(from, fromOffset++));
    }
  }
}

constexpr SpreadKernels kScalar = {scalar::spread<4>, scalar::spread<8>, spreadRanksScalar,
                                   spreadBitsScalar};

const SpreadKernels& kernels() noexcept {
  static const SpreadKernels& chosen = spreadKernels(simdLevel());
  return chosen;
}

}  // namespace

const SpreadKernels& spreadKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kSpreadKernelsAvx2;
  }
#endif
  static_cast<void>(level);
  return kScalar;
}

void spreadFixed(const std::byte* from, std::size_t count, std::size_t width,
                 const std::byte* validity, std::size_t bitOffset, std::size_t slots,
                 std::byte* to) noexcept {
  switch (width) {
    case 4:
      return kernels().fixed4(from, count, validity, bitOffset, slots, to);
    case 8:
      return kernels().fixed8(from, count, validity, bitOffset, slots, to);
    default:
      for (std::size_t i = 0; i < slots; ++i) {
        if (bitmapGet(validity, bitOffset + i)) {
          std::memcpy(to + i * width, from, width);
          from += width;
        } else {
          std::memset(to + i * width, 0, width);
        }
      }
  }
}

void spreadRanks(const std::uint32_t* from, std::size_t count, const std::byte* validity,
                 std::size_t bitOffset, std::size_t slots, std::uint32_t* to) noexcept {
  kernels().ranks(from, count, validity, bitOffset, slots, to);
}

void spreadBits(const std::byte* from, std::size_t fromOffset, const std::byte* validity,
                std::size_t bitOffset, std::size_t slots, std::byte* to,
                std::size_t toOffset) noexcept {
  kernels().bits(from, fromOffset, validity, bitOffset, slots, to, toOffset);
}

}  // namespace parquet_flow::read
