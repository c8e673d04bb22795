// Goal: values, offsets and bits come to their slots, and levels to bits and offsets, on every kind
// of machine alike; no byte around them is touched.
//
// Method: the scalar definition against a loop that is as plain as can be, and each kernel that
// this machine has against the definition, over random validities and levels at every offset.
#include "read/spread.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "base/bits.hpp"
#include "read/level_bits.hpp"

namespace parquet_flow::read {
namespace {

constexpr std::byte kGuard{0xA5};

struct Case {
  std::vector<std::byte> validity;
  std::size_t bitOffset;
  std::size_t slots;
  std::vector<std::size_t> valueOf;  // of each slot: how many bits are set before it
  std::size_t values;
};

Case makeCase(std::mt19937_64& random) {
  Case made;
  made.bitOffset = random() % 70;
  made.slots = random() % 400;
  made.validity.resize(bitmapBytes(made.bitOffset + made.slots));
  const std::size_t nulls = random() % 4;  // none, few, many, all
  for (std::size_t i = 0; i < made.bitOffset + made.slots; ++i) {
    bitmapSet(made.validity.data(), i, random() % 10 >= nulls * nulls + (nulls == 3 ? 1 : 0));
  }
  made.values = 0;
  for (std::size_t i = 0; i < made.slots; ++i) {
    made.valueOf.push_back(made.values);
    made.values += bitmapGet(made.validity.data(), made.bitOffset + i) ? 1 : 0;
  }
  return made;
}

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> all = {SimdLevel::kScalar};
  if (simdLevel() >= SimdLevel::kAvx2) {
    all.push_back(SimdLevel::kAvx2);
  }
  return all;
}

template <class Value, class Kernel>
void expectSpread(const Case& c, Kernel kernel, std::mt19937_64& random) {
  std::vector<Value> from(c.values);
  for (Value& value : from) {
    value = static_cast<Value>(random());
  }
  std::vector<std::byte> to((c.slots + 1) * sizeof(Value), kGuard);
  kernel(reinterpret_cast<const std::byte*>(from.data()), from.size(), c.validity.data(),
         c.bitOffset, c.slots, to.data());
  for (std::size_t i = 0; i < c.slots; ++i) {
    if (bitmapGet(c.validity.data(), c.bitOffset + i)) {
      ASSERT_EQ(loadLe<Value>(to.data() + i * sizeof(Value)), from[c.valueOf[i]]) << i;
    }
  }
  for (std::size_t i = c.slots * sizeof(Value); i < to.size(); ++i) {
    ASSERT_EQ(to[i], kGuard);
  }
}

TEST(Spread, valuesComeToTheirSlots) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const Case c = makeCase(random);
    for (const SimdLevel level : levels()) {
      expectSpread<std::uint32_t>(c, spreadKernels(level).fixed4, random);
      expectSpread<std::uint64_t>(c, spreadKernels(level).fixed8, random);
    }
  }
}

TEST(Spread, offsetsOfValuesBecomeThoseOfSlots) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const Case c = makeCase(random);
    std::vector<std::uint32_t> from(c.values + 1);
    for (std::uint32_t& each : from) {
      each = static_cast<std::uint32_t>(random());
    }
    for (const SimdLevel level : levels()) {
      std::vector<std::uint32_t> to(c.slots + 1, 7);
      spreadKernels(level).ranks(from.data(), from.size(), c.validity.data(), c.bitOffset, c.slots,
                                 to.data());
      for (std::size_t i = 0; i < c.slots; ++i) {
        ASSERT_EQ(to[i], from[c.valueOf[i]]) << i;
      }
      ASSERT_EQ(to[c.slots], 7U);
    }
  }
}

TEST(Spread, bitsComeToTheirSlots) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    const Case c = makeCase(random);
    const std::size_t fromOffset = random() % 20;
    const std::size_t toOffset = random() % 20;
    std::vector<std::byte> from(bitmapBytes(fromOffset + c.values));
    for (std::byte& each : from) {
      each = static_cast<std::byte>(random());
    }
    for (const SimdLevel level : levels()) {
      std::vector<std::byte> to(bitmapBytes(toOffset + c.slots) + 1, kGuard);
      spreadKernels(level).bits(from.data(), fromOffset, c.validity.data(), c.bitOffset, c.slots,
                                to.data(), toOffset);
      for (std::size_t i = 0; i < toOffset; ++i) {
        ASSERT_EQ(bitmapGet(to.data(), i), bitmapGet(&kGuard, i % 8)) << i;
      }
      for (std::size_t i = 0; i < c.slots; ++i) {
        const bool isThere = bitmapGet(c.validity.data(), c.bitOffset + i);
        ASSERT_EQ(bitmapGet(to.data(), toOffset + i),
                  isThere && bitmapGet(from.data(), fromOffset + c.valueOf[i]))
            << i;
      }
      ASSERT_EQ(to.back(), kGuard);
    }
  }
}

TEST(LevelBits, slotsAndOffsetsOfLevels) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t count = random() % 300;
    std::vector<std::uint8_t> definitions(count);
    std::vector<std::uint8_t> repetitions(count);
    for (std::size_t i = 0; i < count; ++i) {
      definitions[i] = static_cast<std::uint8_t>(random() % 6);
      repetitions[i] = static_cast<std::uint8_t>(random() % 4);
    }
    const LevelSpan span = {definitions.data(), random() % 3 == 0 ? nullptr : repetitions.data(),
                            count};
    const SlotLevels slots = {static_cast<std::uint8_t>(random() % 4),
                              static_cast<std::uint8_t>(random() % 6)};
    const auto level = static_cast<std::uint8_t>(random() % 6);
    std::vector<bool> expectedBits;
    std::vector<std::uint32_t> expectedOffsets;
    std::uint32_t elements = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t repetition = span.repetitions == nullptr ? 0 : repetitions[i];
      if (repetition <= slots.repetition && definitions[i] >= slots.definition) {
        expectedBits.push_back(definitions[i] >= level);
        expectedOffsets.push_back(elements);
      }
      elements += repetition <= slots.repetition + 1 && definitions[i] >= level ? 1 : 0;
    }
    EXPECT_EQ(countSlots(span, slots), expectedBits.size());
    for (const SimdLevel simd : levels()) {
      std::vector<std::byte> bits(bitmapBytes(expectedBits.size()) + 9, kGuard);
      ASSERT_EQ(levelBitKernels(simd).slotBits(span, slots, level, bits.data()),
                expectedBits.size());
      for (std::size_t i = 0; i < expectedBits.size(); ++i) {
        ASSERT_EQ(bitmapGet(bits.data(), i), expectedBits[i]) << i;
      }
      ASSERT_EQ(bits.back(), kGuard);
      std::vector<std::uint32_t> offsets(expectedOffsets.size() + 1, 7);
      const ListCounts counts =
          levelBitKernels(simd).listOffsets(span, slots, level, offsets.data());
      ASSERT_EQ(counts.slots, expectedOffsets.size());
      ASSERT_EQ(counts.elements, elements);
      ASSERT_EQ(offsets.back(), 7U);
      offsets.pop_back();
      ASSERT_EQ(offsets, expectedOffsets);
    }
  }
}

TEST(Bits, copiesAndFillsKeepWhatIsAround) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 5000; ++round) {
    const std::size_t fromOffset = random() % 70;
    const std::size_t toOffset = random() % 70;
    const std::size_t count = random() % 200;
    std::vector<std::byte> from(bitmapBytes(fromOffset + count));
    for (std::byte& each : from) {
      each = static_cast<std::byte>(random());
    }
    const std::vector<std::byte> before(bitmapBytes(toOffset + count) + 1, kGuard);
    for (int kind = 0; kind < 3; ++kind) {
      std::vector<std::byte> to = before;
      if (kind == 0) {
        copyBits(from.data(), fromOffset, count, to.data(), toOffset);
      } else {
        fillBits(kind == 1, count, to.data(), toOffset);
      }
      for (std::size_t i = 0; i < toOffset; ++i) {
        ASSERT_EQ(bitmapGet(to.data(), i), bitmapGet(before.data(), i));
      }
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(bitmapGet(to.data(), toOffset + i),
                  kind == 0 ? bitmapGet(from.data(), fromOffset + i) : kind == 1);
      }
      ASSERT_EQ(to.back(), kGuard);
    }
  }
}

}  // namespace
}  // namespace parquet_flow::read
