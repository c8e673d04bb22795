#include "encoding/delta_kernels.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

#include "base/bytes.hpp"

namespace parquet_flow::encoding {
namespace {

template <class U>
std::byte* encodeBlock(const std::byte* values, std::byte* to) noexcept {
  using Signed = std::make_signed_t<U>;
  U deltas[kDeltaBlockValues];
  U previous = loadLe<U>(values);
  Signed least = std::numeric_limits<Signed>::max();
  for (std::size_t i = 0; i < kDeltaBlockValues; ++i) {
    const U value = loadLe<U>(values + (i + 1) * sizeof(U));
    deltas[i] = value - previous;
    previous = value;
    least = std::min(least, static_cast<Signed>(deltas[i]));
  }
  std::byte* const widths = putZigzag(to, least);
  to = widths + kDeltaMiniblocks;
  for (std::size_t m = 0; m < kDeltaMiniblocks; ++m) {
    U* const miniblock = deltas + m * kPackedValues;
    U bits = 0;
    for (std::size_t i = 0; i < kPackedValues; ++i) {
      miniblock[i] -= static_cast<U>(least);
      bits |= miniblock[i];
    }
    const auto width = static_cast<unsigned>(std::bit_width(bits));
    widths[m] = static_cast<std::byte>(width);
    packBits(miniblock, width, to);
    to += packedBytes(width);
  }
  return to;
}

template <class U>
U decodeMiniblocks(const std::byte* packed, const std::byte* widths, std::size_t count,
                   std::size_t groups, U least, U previous, std::byte* values) noexcept {
  U deltas[kPackedValues];
  for (std::size_t i = 0; i < count; ++i) {
    const auto width = std::to_integer<unsigned>(widths[i]);
    for (std::size_t group = 0; group < groups; ++group, packed += packedBytes(width)) {
      unpackBits(packed, width, deltas);
      for (const U delta : deltas) {
        previous += delta + least;
        storeLe(values, previous);
        values += sizeof(U);
      }
    }
  }
  return previous;
}

#if defined(__x86_64__)
template <class U>
constexpr auto kEncodeBlockAvx2 = encodeDeltaBlock64Avx2;
template <>
constexpr auto kEncodeBlockAvx2<std::uint32_t> = encodeDeltaBlock32Avx2;
#endif

}  // namespace

template <class U>
const DeltaKernels<U>& deltaKernels([[maybe_unused]] SimdLevel level) noexcept {
#if defined(__x86_64__)
  static constexpr DeltaKernels<U> kAvx2{kEncodeBlockAvx2<U>, decodeDeltaMiniblocksAvx2};
  if (level >= SimdLevel::kAvx2) {
    return kAvx2;
  }
#endif
  static constexpr DeltaKernels<U> kScalar{encodeBlock<U>, decodeMiniblocks<U>};
  return kScalar;
}

template const DeltaKernels<std::uint32_t>& deltaKernels(SimdLevel) noexcept;
template const DeltaKernels<std::uint64_t>& deltaKernels(SimdLevel) noexcept;

}  // namespace parquet_flow::encoding
