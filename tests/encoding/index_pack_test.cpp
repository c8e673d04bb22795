// Goal: all kernels pack and unpack the same, as Encodings.md says, at every width, and touch
// nothing beyond their own.
//
// Method: the example of the specification; for each kernel random ids against packing bit by bit,
// in buffers of exactly their size (a byte too far is seen by ASan) or with a guard behind.
#include "encoding/index_pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

Bytes packBitByBit(const std::vector<std::uint32_t>& ids, unsigned bitWidth) {
  Bytes bytes(ids.size() * bitWidth / 8);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (unsigned bit = 0; bit < bitWidth; ++bit) {
      const std::size_t at = i * bitWidth + bit;
      bytes[at / 8] = static_cast<std::uint8_t>(bytes[at / 8] | (ids[i] >> bit & 1U) << (at % 8));
    }
  }
  return bytes;
}

TEST(IndexPack, exampleOfTheSpecification) {
  const std::uint32_t ids[] = {0, 1, 2, 3, 4, 5, 6, 7};
  const Bytes expected = {0b10001000, 0b11000110, 0b11111010};
  for (const SimdLevel level : simdLevels()) {
    Bytes packed(3 + kIndexPackSlack);
    indexKernels(level).pack(ids, 1, 3, reinterpret_cast<std::byte*>(packed.data()));
    packed.resize(3);
    EXPECT_EQ(packed, expected);
    std::uint32_t unpacked[8] = {};
    EXPECT_EQ(indexKernels(level).unpack(dataOf(packed.data()), 1, 3, unpacked), 7U);
    EXPECT_TRUE(std::equal(ids, ids + 8, unpacked));
  }
}

TEST(IndexPack, kernelsAgreeAtEveryWidthAndStayInTheirBuffers) {
  std::mt19937_64 random(1);
  for (unsigned bitWidth = 1; bitWidth <= 32; ++bitWidth) {
    for (const std::size_t groups : {0U, 1U, 2U, 3U, 4U, 5U, 9U, 40U}) {
      std::vector<std::uint32_t> ids(groups * 8);
      for (std::uint32_t& id : ids) {
        id = static_cast<std::uint32_t>(random() >> 32) >> (32 - bitWidth);
      }
      const Bytes expected = packBitByBit(ids, bitWidth);
      const std::uint32_t highest = ids.empty() ? 0 : *std::max_element(ids.begin(), ids.end());
      for (const SimdLevel level : simdLevels()) {
        const std::size_t bytes = expected.size();
        const auto packed = std::make_unique<std::byte[]>(bytes + kIndexPackSlack);
        indexKernels(level).pack(ids.data(), groups, bitWidth, packed.get());
        ASSERT_EQ(toVector({packed.get(), bytes}), expected) << bitWidth << " " << groups;

        const auto exact = std::make_unique<std::byte[]>(bytes);
        std::copy_n(packed.get(), bytes, exact.get());
        const auto unpacked = std::make_unique<std::uint32_t[]>(ids.size());
        ASSERT_EQ(indexKernels(level).unpack(exact.get(), groups, bitWidth, unpacked.get()),
                  highest);
        ASSERT_TRUE(std::equal(ids.begin(), ids.end(), unpacked.get()))
            << bitWidth << " " << groups;
      }
    }
  }
}

TEST(IndexPack, equalGroupIsTheFirstOfOneValue) {
  for (const SimdLevel level : simdLevels()) {
    const auto& find = indexKernels(level).findEqualGroup;
    for (std::size_t groups = 0; groups < 6; ++groups) {
      std::vector<std::uint32_t> ids(groups * 8);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        ids[i] = static_cast<std::uint32_t>(i / 3);
      }
      EXPECT_EQ(find(ids.data(), groups), groups);
      for (std::size_t equal = groups; equal-- > 0;) {
        std::fill_n(ids.begin() + static_cast<std::ptrdiff_t>(equal * 8), 8, UINT32_MAX);
        EXPECT_EQ(find(ids.data(), groups), equal);
      }
    }
    // One that differs, wherever it is, makes the group unequal.
    for (std::size_t at = 0; at < 8; ++at) {
      std::uint32_t ids[8] = {4, 4, 4, 4, 4, 4, 4, 4};
      ids[at] = 5;
      EXPECT_EQ(find(ids, 1), 1U) << at;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
