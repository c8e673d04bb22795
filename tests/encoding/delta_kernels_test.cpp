// Goal: every kernel encodes a block to the same bytes and decodes it to the same values as the
// scalar definition, and the definition is the specification's.
//
// Method: random blocks of every width of delta, in mixtures of widths, at odd addresses, in
// buffers of exactly their size and slack; the expected block from delta_reference.hpp.
#include "encoding/delta_kernels.hpp"

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

// 129 values whose deltas have up to `width` bits, some miniblocks fewer.
template <class U>
std::vector<U> randomBlock(std::mt19937_64& random, unsigned width) {
  std::vector<U> values(1 + kDeltaBlockValues);
  values[0] = static_cast<U>(random());
  const U least = static_cast<U>(random());
  unsigned bits = width;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (i % 32 == 1)
      bits = random() % 3 == 0 ? static_cast<unsigned>(random() % (width + 1)) : width;
    const U delta = bits == 0 ? U{0} : static_cast<U>(random() >> (64 - bits));
    values[i] = static_cast<U>(values[i - 1] + least + delta);
  }
  return values;
}

template <class U>
void everyWidthAgainstTheReference() {
  std::mt19937_64 random(2);
  for (unsigned width = 0; width <= 8 * sizeof(U); ++width) {
    for (int round = 0; round < 20; ++round) {
      const std::vector<U> values = randomBlock<U>(random, width);
      Bytes header;
      reference::putVarint(header, 128);
      reference::putVarint(header, 4);
      reference::putVarint(header, values.size());
      reference::putZigzag(header, values[0]);
      const Bytes page = reference::encode(values);
      const Bytes expected(page.begin() + static_cast<std::ptrdiff_t>(header.size()), page.end());
      const auto input = std::make_unique<std::byte[]>(1 + values.size() * sizeof(U));
      std::memcpy(input.get() + 1, values.data(), values.size() * sizeof(U));
      for (const SimdLevel level : levels()) {
        const auto block = std::make_unique<std::byte[]>(kDeltaBlockBytesMax<U> + kBitPackSlack);
        const std::byte* const end =
            deltaKernels<U>(level).encodeBlock(input.get() + 1, block.get());
        ASSERT_EQ(toVector({block.get(), static_cast<std::size_t>(end - block.get())}), expected)
            << "width " << width << ", level " << static_cast<int>(level);
      }
    }
  }
}

TEST(DeltaKernels, blocksOf32Bits) { everyWidthAgainstTheReference<std::uint32_t>(); }
TEST(DeltaKernels, blocksOf64Bits) { everyWidthAgainstTheReference<std::uint64_t>(); }

template <class U>
void decodeEveryWidth() {
  std::mt19937_64 random(3);
  for (unsigned width = 0; width <= 8 * sizeof(U); ++width) {
    for (std::size_t groups = 1; groups < 4; ++groups) {
      // A miniblock of that width, none of them, and one of any.
      const unsigned last = static_cast<unsigned>(random() % (8 * sizeof(U) + 1));
      const std::vector<std::byte> widths = {static_cast<std::byte>(width), std::byte{0},
                                             static_cast<std::byte>(last)};
      const auto least = static_cast<U>(random());
      const auto previous = static_cast<U>(random());
      Bytes packed;
      std::vector<U> expected = {previous};
      for (const std::byte bits : widths) {
        const auto count = std::to_integer<unsigned>(bits);
        std::vector<U> deltas(groups * 32);
        for (U& delta : deltas) {
          delta = count == 0 ? U{0} : static_cast<U>(random() >> (64 - count));
          expected.push_back(static_cast<U>(expected.back() + delta + least));
        }
        if (count != 0) reference::putMiniblock(packed, deltas, count, deltas.size(), false);
      }
      const auto input = std::make_unique<std::byte[]>(packed.size() + kBitPackSlack);
      if (!packed.empty()) std::memcpy(input.get(), packed.data(), packed.size());
      const std::size_t bytes = (expected.size() - 1) * sizeof(U);
      for (const SimdLevel level : levels()) {
        const auto out = std::make_unique<std::byte[]>(1 + bytes);
        EXPECT_EQ(deltaKernels<U>(level).decodeMiniblocks(input.get(), widths.data(), widths.size(),
                                                          groups, least, previous, out.get() + 1),
                  expected.back());
        ASSERT_EQ(std::memcmp(out.get() + 1, expected.data() + 1, bytes), 0)
            << "width " << width << ", level " << static_cast<int>(level);
      }
    }
  }
}

TEST(DeltaKernels, miniblocksOf32Bits) { decodeEveryWidth<std::uint32_t>(); }
TEST(DeltaKernels, miniblocksOf64Bits) { decodeEveryWidth<std::uint64_t>(); }

}  // namespace
}  // namespace parquet_flow::encoding
