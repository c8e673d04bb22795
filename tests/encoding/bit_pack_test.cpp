// Goal: every kernel packs and unpacks what the definition does, for every width, and touches
// nothing behind the stated slack.
//
// Method: the specification's example by hand; then all kernels of this machine, the scalar one
// among them, against bits set one by one, in buffers of exactly their size and slack (a byte too
// far is seen by ASan).
#include "encoding/bit_pack.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "delta_reference.hpp"

namespace parquet_flow::encoding {
namespace {

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> all;
  for (const SimdLevel level : {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= simdLevel()) all.push_back(level);
  }
  return all;
}

TEST(BitPack, exampleOfTheSpecification) {
  // 0 .. 7 of three bits: 10001000 11000110 11111010. Four times, to make 32 values.
  const Bytes eight = {0x88, 0xC6, 0xFA};
  const Bytes expected = join({eight, eight, eight, eight});
  std::uint32_t values[32];
  for (std::uint32_t i = 0; i < 32; ++i) values[i] = i % 8;
  for (const SimdLevel level : levels()) {
    const auto& kernels = bitPackKernels<std::uint32_t>(level);
    Bytes packed(12 + kBitPackSlack);
    kernels.pack(values, 3, reinterpret_cast<std::byte*>(packed.data()));
    EXPECT_EQ(Bytes(packed.begin(), packed.begin() + 12), expected);
    std::uint32_t back[32];
    kernels.unpack(dataOf(packed.data()), 3, back);
    EXPECT_EQ(std::memcmp(back, values, sizeof values), 0);
  }
}

template <class U>
void everyWidthAgainstSingleBits() {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 8 * sizeof(U); ++width) {
    for (int round = 0; round < 20; ++round) {
      std::vector<U> values(32);
      for (U& value : values) {
        // All ones in the first round: nothing may spill over into a neighbour.
        const std::uint64_t any = round == 0 ? ~std::uint64_t{0} : random();
        value = width == 0 ? U{0} : static_cast<U>(any >> (64 - width));
      }
      Bytes expected;
      if (width != 0) reference::putMiniblock(expected, values, width, 32, false);
      for (const SimdLevel level : levels()) {
        const auto& kernels = bitPackKernels<U>(level);
        const std::size_t bytes = packedBytes(width);
        ASSERT_EQ(bytes, expected.size());
        const auto packed = std::make_unique<std::byte[]>(bytes + kBitPackSlack);
        kernels.pack(values.data(), width, packed.get());
        ASSERT_EQ(toVector({packed.get(), bytes}), expected)
            << "width " << width << ", level " << static_cast<int>(level);
        // What lies behind is read, but is none of the values.
        std::memset(packed.get() + bytes, 0xFF, kBitPackSlack);
        std::vector<U> back(32);
        kernels.unpack(packed.get(), width, back.data());
        ASSERT_EQ(back, values) << "width " << width << ", level " << static_cast<int>(level);
      }
    }
  }
}

TEST(BitPack, everyWidthOf32Bits) { everyWidthAgainstSingleBits<std::uint32_t>(); }
TEST(BitPack, everyWidthOf64Bits) { everyWidthAgainstSingleBits<std::uint64_t>(); }

}  // namespace
}  // namespace parquet_flow::encoding
