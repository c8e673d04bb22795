// Goal: every kernel unpacks what the format says, for every width, and touches nothing else.
//
// Method: the specification's example by hand; then all kernels of this machine against a loop that
// takes one bit at a time, in blocks of exactly the size.
#include "encoding/level_unpack.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace parquet_flow::encoding {
namespace {

constexpr SimdLevel kLevels[] = {SimdLevel::kScalar, SimdLevel::kAvx2};

TEST(LevelUnpack, theExampleOfTheSpecification) {
  // 0 .. 7 in 3 bits each: 10001000 11000110 11111010.
  const std::uint8_t packed[] = {0x88, 0xC6, 0xFA};
  std::vector<std::uint8_t> levels(8);
  unpackLevels(reinterpret_cast<const std::byte*>(packed), 1, 3, levels.data());
  EXPECT_EQ(levels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(LevelUnpack, everyKernelWidthAndCount) {
  std::mt19937 random(1);
  for (const SimdLevel level : kLevels) {
    if (level > simdLevel()) {
      continue;
    }
    for (unsigned width = 1; width <= 8; ++width) {
      for (std::size_t groups = 0; groups < 30; ++groups) {
        const auto packed = std::make_unique<std::byte[]>(groups * width);
        for (std::size_t i = 0; i < groups * width; ++i) {
          packed[i] = static_cast<std::byte>(random());
        }
        const auto levels = std::make_unique<std::uint8_t[]>(groups * 8);
        unpackLevelsKernel(level)(packed.get(), groups, width, levels.get());
        for (std::size_t i = 0; i < groups * 8; ++i) {
          unsigned expected = 0;
          for (unsigned bit = 0; bit < width; ++bit) {
            const std::size_t at = i * width + bit;
            expected |= (std::to_integer<unsigned>(packed[at / 8]) >> (at % 8) & 1U) << bit;
          }
          ASSERT_EQ(levels[i], expected) << "width " << width << ", level " << i;
        }
      }
    }
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
