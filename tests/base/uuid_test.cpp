// Goal: random UUIDs of version 4, and their text (RFC 9562).
#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/expect_result.hpp"

namespace parquet_flow {
namespace {

TEST(Uuid, textIsTheExampleOfTheRfc) {
  // RFC 9562, section 4: f81d4fae-7dec-11d0-a765-00a0c91e6bf6.
  const Uuid uuid{{std::byte{0xf8}, std::byte{0x1d}, std::byte{0x4f}, std::byte{0xae},
                   std::byte{0x7d}, std::byte{0xec}, std::byte{0x11}, std::byte{0xd0},
                   std::byte{0xa7}, std::byte{0x65}, std::byte{0x00}, std::byte{0xa0},
                   std::byte{0xc9}, std::byte{0x1e}, std::byte{0x6b}, std::byte{0xf6}}};
  EXPECT_EQ(uuidText(uuid), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}

TEST(Uuid, randomOnesCarryVersionAndVariantAndEveryOtherBitVaries) {
  std::array<std::byte, 16> everSet{};
  std::array<std::byte, 16> alwaysSet;
  alwaysSet.fill(std::byte{0xFF});
  std::set<std::string> texts;
  for (int i = 0; i < 200; ++i) {  // a bit stays the same by chance once in 2^199
    PF_ASSERT_OK_ASSIGN(const Uuid uuid, randomUuid());
    texts.insert(uuidText(uuid));
    for (std::size_t at = 0; at < 16; ++at) {
      everSet[at] |= uuid.bytes[at];
      alwaysSet[at] &= uuid.bytes[at];
    }
  }
  EXPECT_EQ(texts.size(), 200U);
  for (std::size_t at = 0; at < 16; ++at) {
    const unsigned fixedOnes = at == 6 ? 0x40 : at == 8 ? 0x80 : 0;
    const unsigned fixed = at == 6 ? 0xF0 : at == 8 ? 0xC0 : 0;
    EXPECT_EQ(std::to_integer<unsigned>(alwaysSet[at]), fixedOnes) << at;
    EXPECT_EQ(std::to_integer<unsigned>(everSet[at]), (0xFF & ~fixed) | fixedOnes) << at;
  }
}

}  // namespace
}  // namespace parquet_flow
