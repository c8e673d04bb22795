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
    for (std::size_t groups = 0; groups < 4; ++groups) {
      std::vector<U> deltas(groups * 32);
      for (U& delta : deltas) {
        delta = width == 0 ? U{0} : static_cast<U>(random() >> (64 - width));
      }
      const auto least = static_cast<U>(random());
      const auto previous = static_cast<U>(random());
      Bytes packed;
      if (width != 0) reference::putMiniblock(packed, deltas, width, deltas.size(), false);
      std::vector<U> expected;
      U last = previous;
      for (const U delta : deltas) expected.push_back(last += static_cast<U>(delta + least));
      const auto input = std::make_unique<std::byte[]>(packed.size() + kBitPackSlack);
      if (!packed.empty()) std::memcpy(input.get(), packed.data(), packed.size());
      for (const SimdLevel level : levels()) {
        const auto out = std::make_unique<std::byte[]>(1 + expected.size() * sizeof(U));
        EXPECT_EQ(deltaKernels<U>(level).decodeGroups(input.get(), groups, width, least, previous,
                                                      out.get() + 1),
                  last);
        ASSERT_TRUE(expected.empty() ||
                    std::memcmp(out.get() + 1, expected.data(), expected.size() * sizeof(U)) == 0)
            << "width " << width << ", level " << static_cast<int>(level);
      }
    }
  }
}

TEST(DeltaKernels, groupsOf32Bits) { decodeEveryWidth<std::uint32_t>(); }
TEST(DeltaKernels, groupsOf64Bits) { decodeEveryWidth<std::uint64_t>(); }

}  // namespace
}  // namespace parquet_flow::encoding
