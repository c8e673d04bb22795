// Goal: compaction keeps exactly the values whose bit is set, in order, for every width, and every
// set of kernels that this machine has does as the scalar one, which is the definition.
//
// Method: a few masks and their results by hand; then random masks of every density and every
// length around the kernels' steps, all kernels on the same input, which ends where its last value
// does.
#include "column/compact.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/cpu.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

struct NamedKernels {
  const char* name;
  const CompactKernels* kernels;
};

std::vector<NamedKernels> kernelsOfThisMachine() {
  std::vector<NamedKernels> all = {{"scalar", &scalarCompactKernels()}};
  if (simdLevel() >= SimdLevel::kAvx2) {
    all.push_back({"avx2", avx2CompactKernels()});
  }
  if (simdLevel() >= SimdLevel::kAvx512) {
    all.push_back({"avx512", avx512CompactKernels()});
  }
  return all;
}

CompactKernels::Fixed kernelOf(const CompactKernels& kernels, std::size_t width) {
  switch (width) {
    case 1:
      return kernels.width1;
    case 2:
      return kernels.width2;
    case 4:
      return kernels.width4;
    case 8:
      return kernels.width8;
    default:
      return kernels.width16;
  }
}

TEST(Compact, keepsWhatIsPresentInOrder) {
  const std::uint64_t mask[] = {0b10110};
  const std::uint32_t from[] = {10, 11, 12, 13, 14};
  for (const auto& [name, kernels] : kernelsOfThisMachine()) {
    std::vector<std::uint32_t> to(5 + kCompactSlackBytes / 4);
    EXPECT_EQ(kernels->width4(reinterpret_cast<const std::byte*>(from), mask, 5,
                              reinterpret_cast<std::byte*>(to.data())),
              3U)
        << name;
    to.resize(3);
    EXPECT_EQ(to, (std::vector<std::uint32_t>{11, 12, 14})) << name;
  }
}

TEST(Compact, bitsComeOutPacked) {
  // From bit 3 of 0b1010'1101, 0b0000'0011 on: 1 0 1 0 1 1 1 0 0; of them 1, 3, 4, 6, 8 stay: 0 0 1
  // 1 0.
  const std::uint8_t from[] = {0b10101101, 0b00000011};
  const std::uint64_t mask[] = {0b1'0101'1010};
  for (const auto& [name, kernels] : kernelsOfThisMachine()) {
    std::vector<std::uint8_t> to(1 + kCompactSlackBytes);
    EXPECT_EQ(kernels->bits(from, 3, mask, 9, to.data()), 5U) << name;
    EXPECT_EQ(to[0], 0b01100) << name;
  }
}

TEST(Compact, masksOfBitmapsAndOfLevels) {
  // Bit 6 on of 0b1100'0000, 0b0000'1001 is 1 1 1 0 0 1.
  const std::uint8_t bits[] = {0b11000000, 0b00001001};
  std::uint64_t mask = 0;
  presenceMask({.validity = bits, .validityBitOffset = 6}, 6, &mask);
  EXPECT_EQ(mask, 0b100111U);
  const std::uint8_t levels[] = {2, 0, 1, 2, 2, 255, 2, 2, 1, 2};
  presenceMask({.definitionLevels = levels, .maxDefinitionLevel = 2}, 10, &mask);
  EXPECT_EQ(mask, 0b10'1101'1001U);
}

TEST(Compact, masksOfLongBitmapsFromAnyBit) {
  std::mt19937_64 random(1);
  for (std::size_t slots = 0; slots < 400; slots += 7) {
    for (const std::uint64_t offset : {0U, 8U, 24U, 3U, 65U}) {
      std::vector<std::uint8_t> bits((offset + slots + 7) / 8);
      for (std::uint8_t& byte : bits) {
        byte = static_cast<std::uint8_t>(random());
      }
      std::vector<std::uint64_t> mask(maskWords(slots));
      presenceMask({.validity = bits.data(), .validityBitOffset = offset}, slots, mask.data());
      for (std::size_t i = 0; i < 64 * mask.size(); ++i) {
        ASSERT_EQ((mask[i / 64] >> (i % 64) & 1) != 0, i < slots && bitAt(bits.data(), offset + i))
            << slots << " slots from bit " << offset << ": " << i;
      }
    }
  }
}

class CompactRandom : public testing::Test {
 protected:
  // Of a density from none to all, whole words of one kind among them.
  std::vector<std::uint64_t> mask(std::size_t slots) {
    std::vector<std::uint64_t> words(maskWords(slots));
    const double density = std::uniform_real_distribution<>(0, 1)(random_);
    const auto percent = static_cast<unsigned>(density * 110);
    for (std::size_t i = 0; i < slots; ++i) {
      words[i / 64] |= std::uint64_t{random_() % 100 < percent} << (i % 64);
    }
    return words;
  }
  std::unique_ptr<std::byte[]> bytes(std::size_t count) {
    auto made = std::make_unique<std::byte[]>(count);
    for (std::size_t i = 0; i < count; ++i) {
      made[i] = static_cast<std::byte>(random_());
    }
    return made;
  }
  std::mt19937 random_{20261125};
};

TEST_F(CompactRandom, allKernelsDoAsTheDefinition) {
  for (const std::size_t width : {1U, 2U, 4U, 8U, 16U}) {
    for (std::size_t round = 0; round < 400; ++round) {
      const std::size_t slots = round < 200 ? round : random_() % 2000;
      const auto words = mask(slots);
      const auto from = bytes(slots * width);
      std::string expected;
      for (std::size_t i = 0; i < slots; ++i) {
        if ((words[i / 64] >> (i % 64) & 1) != 0) {
          expected.append(reinterpret_cast<const char*>(from.get()) + i * width, width);
        }
      }
      for (const auto& [name, kernels] : kernelsOfThisMachine()) {
        std::vector<char> to(expected.size() + kCompactSlackBytes);
        const std::size_t kept = kernelOf(*kernels, width)(from.get(), words.data(), slots,
                                                           reinterpret_cast<std::byte*>(to.data()));
        ASSERT_EQ(kept * width, expected.size()) << name << " width " << width << " " << slots;
        ASSERT_EQ(std::string(to.data(), expected.size()), expected)
            << name << " width " << width << " " << slots;
      }
      std::vector<char> to(expected.size() + kCompactSlackBytes);
      ASSERT_EQ(compactFixed(from.get(), width, words.data(), slots,
                             reinterpret_cast<std::byte*>(to.data())),
                expected.size() / width);
      ASSERT_EQ(std::string(to.data(), expected.size()), expected);
    }
  }
}

TEST_F(CompactRandom, widthsWithoutAKernelAreCopiedRunByRun) {
  for (const std::size_t width : {3U, 12U, 33U}) {
    for (std::size_t slots = 0; slots < 300; ++slots) {
      const auto words = mask(slots);
      const auto from = bytes(slots * width);
      std::string expected;
      for (std::size_t i = 0; i < slots; ++i) {
        if ((words[i / 64] >> (i % 64) & 1) != 0) {
          expected.append(reinterpret_cast<const char*>(from.get()) + i * width, width);
        }
      }
      std::vector<char> to(expected.size() + 1);
      compactFixed(from.get(), width, words.data(), slots, reinterpret_cast<std::byte*>(to.data()));
      ASSERT_EQ(std::string(to.data(), expected.size()), expected);
    }
  }
}

TEST_F(CompactRandom, bitsDoAsTheDefinition) {
  for (std::size_t slots = 0; slots < 700; ++slots) {
    const std::size_t offset = random_() % 16;
    const auto words = mask(slots);
    const auto from = bytes((offset + slots + 7) / 8);
    const auto* const bits = reinterpret_cast<const std::uint8_t*>(from.get());
    for (const auto& [name, kernels] : kernelsOfThisMachine()) {
      std::vector<std::uint8_t> to(slots / 8 + kCompactSlackBytes);
      const std::size_t kept = kernels->bits(bits, offset, words.data(), slots, to.data());
      std::size_t expected = 0;
      for (std::size_t i = 0; i < slots; ++i) {
        if ((words[i / 64] >> (i % 64) & 1) != 0) {
          ASSERT_EQ(bitAt(to.data(), expected), bitAt(bits, offset + i)) << name;
          ++expected;
        }
      }
      ASSERT_EQ(kept, expected) << name;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::column
