#include "encoding/index_pack.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {
namespace {

// A kernel for each width: with the width a constant, so are all shifts of a group.

template <unsigned kWidth>
constexpr std::size_t kWords = (kWidth + 7) / 8;  // of 64 bits, that hold a group

template <unsigned kWidth>
void packGroups(const std::uint32_t* ids, std::size_t groups, std::byte* to) {
  for (; groups != 0; --groups, ids += kGroupValues, to += kWidth) {
    std::uint64_t words[kWords<kWidth>] = {};
    const auto packOne = [&]<std::size_t kIndex>() {
      constexpr std::size_t kBit = kIndex * kWidth;
      words[kBit / 64] |= std::uint64_t{ids[kIndex]} << (kBit % 64);
      if constexpr (kBit % 64 + kWidth > 64) {
        words[kBit / 64 + 1] |= std::uint64_t{ids[kIndex]} >> (64 - kBit % 64);
      }
    };
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (packOne.template operator()<kIndex>(), ...);
    }(std::make_index_sequence<kGroupValues>());
    // Word by word, whole ones: the array as such would be copied by way of memory.
    for (std::size_t word = 0; word < kWords<kWidth>; ++word) {
      storeLe(to + 8 * word, words[word]);
    }
  }
}

template <unsigned kWidth>
std::uint32_t unpackGroups(const std::byte* from, std::size_t groups, std::uint32_t* ids) {
  constexpr auto kMask = static_cast<std::uint32_t>((std::uint64_t{1} << kWidth) - 1);
  std::uint32_t highest = 0;
  for (; groups != 0; --groups, ids += kGroupValues, from += kWidth) {
    std::uint64_t words[kWords<kWidth>] = {};
    for (std::size_t word = 0; word < kWords<kWidth>; ++word) {
      std::memcpy(&words[word], from + 8 * word, std::min<std::size_t>(8, kWidth - 8 * word));
    }
    const auto unpackOne = [&]<std::size_t kIndex>() {
      constexpr std::size_t kBit = kIndex * kWidth;
      std::uint64_t value = words[kBit / 64] >> (kBit % 64);
      if constexpr (kBit % 64 + kWidth > 64) {
        value |= words[kBit / 64 + 1] << (64 - kBit % 64);
      }
      ids[kIndex] = static_cast<std::uint32_t>(value) & kMask;
      highest = std::max(highest, ids[kIndex]);
    };
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (unpackOne.template operator()<kIndex>(), ...);
    }(std::make_index_sequence<kGroupValues>());
  }
  return highest;
}

using PackGroups = void (*)(const std::uint32_t*, std::size_t, std::byte*);
using UnpackGroups = std::uint32_t (*)(const std::byte*, std::size_t, std::uint32_t*);

constexpr unsigned kWidthMax = 32;

template <std::size_t... kIndex>
constexpr std::array<PackGroups, kWidthMax> packTable(std::index_sequence<kIndex...>) {
  return {packGroups<kIndex + 1>...};
}
template <std::size_t... kIndex>
constexpr std::array<UnpackGroups, kWidthMax> unpackTable(std::index_sequence<kIndex...>) {
  return {unpackGroups<kIndex + 1>...};
}
constexpr auto kPackOfWidth = packTable(std::make_index_sequence<kWidthMax>());
constexpr auto kUnpackOfWidth = unpackTable(std::make_index_sequence<kWidthMax>());

void pack(const std::uint32_t* ids, std::size_t groups, unsigned bitWidth, std::byte* to) {
  PF_ASSERT(bitWidth >= 1 && bitWidth <= kWidthMax);
  kPackOfWidth[bitWidth - 1](ids, groups, to);
}

std::uint32_t unpack(const std::byte* from, std::size_t groups, unsigned bitWidth,
                     std::uint32_t* ids) {
  PF_ASSERT(bitWidth >= 1 && bitWidth <= kWidthMax);
  return kUnpackOfWidth[bitWidth - 1](from, groups, ids);
}

std::size_t findEqualGroup(const std::uint32_t* ids, std::size_t groups) {
  for (std::size_t group = 0; group < groups; ++group, ids += kGroupValues) {
    std::uint32_t differences = 0;
    for (unsigned i = 1; i < kGroupValues; ++i) {
      differences |= ids[i] ^ ids[0];
    }
    if (differences == 0) {
      return group;
    }
  }
  return groups;
}

constexpr IndexKernels kScalar = {pack, unpack, findEqualGroup};

}  // namespace

const IndexKernels& indexKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kIndexKernelsAvx2;
  }
#endif
  static_cast<void>(level);
  return kScalar;
}

}  // namespace parquet_flow::encoding
