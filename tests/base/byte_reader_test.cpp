// Goal: no bytes, however wrong, make the reader read past its end, give a value that they do not
// hold, or have memory reserved for things that cannot be there. Bytes by hand.
#include "base/byte_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow {
namespace {

// Bytes on the heap, of exactly their size: an address sanitizer sees every step past them.
class Bytes {
 public:
  Bytes(std::initializer_list<int> values)
      : size_(values.size()), data_(std::make_unique<std::byte[]>(values.size())) {
    std::size_t i = 0;
    for (const int value : values) {
      data_[i++] = static_cast<std::byte>(value);
    }
  }
  [[nodiscard]] ConstBytes span() const { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> data_;
};

TEST(ByteReader, valuesAreLittleEndian) {
  const Bytes bytes{0x34, 0x12,                                      // u16
                    0x78, 0x56, 0x34, 0x12,                          // u32
                    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01,  // u64
                    0xFE, 0xFF, 0xFF, 0xFF,                          // i32
                    0x00, 0x00, 0x80, 0x3F,                          // 1.0f
                    0x7F};                                           // u8
  ByteReader reader(bytes.span());
  EXPECT_EQ(reader.read<std::uint16_t>().value(), 0x1234);
  EXPECT_EQ(reader.read<std::uint32_t>().value(), 0x12345678U);
  EXPECT_EQ(reader.read<std::uint64_t>().value(), 0x0102030405060708U);
  EXPECT_EQ(reader.read<std::int32_t>().value(), -2);
  EXPECT_EQ(reader.read<float>().value(), 1.0F);
  EXPECT_FALSE(reader.atEnd());
  EXPECT_EQ(reader.read<std::uint8_t>().value(), 0x7F);
  EXPECT_TRUE(reader.atEnd());
}

TEST(ByteReader, aReadThatDoesNotFitFailsAndLeavesThePositionWhereItWas) {
  const Bytes bytes{1, 2, 3};
  ByteReader reader(bytes.span(), 1000);
  EXPECT_TRUE(reader.skip(1).has_value());
  PF_EXPECT_ERROR(reader.read<std::uint32_t>(), ErrorCode::kCorrupt,
                  "offset 1001: 4 bytes wanted, 2 left");
  PF_EXPECT_ERROR(reader.readBytes(3), ErrorCode::kCorrupt, "offset 1001");
  PF_EXPECT_ERROR(reader.skip(3), ErrorCode::kCorrupt, "offset 1001");
  PF_EXPECT_ERROR(reader.readSubReader(3), ErrorCode::kCorrupt, "offset 1001");
  EXPECT_EQ(reader.position(), 1U);
  EXPECT_EQ(reader.read<std::uint16_t>().value(), 0x0302);
}

TEST(ByteReader, lengthsNearTheTopOfTheirTypeDoNotWrapAround) {
  const Bytes bytes{1, 2, 3};
  ByteReader reader(bytes.span());
  EXPECT_TRUE(reader.skip(2).has_value());
  for (const std::uint64_t length :
       {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max() - 1,
        std::uint64_t{1} << 63, std::uint64_t{1} << 32, std::uint64_t{2}}) {
    EXPECT_FALSE(reader.readBytes(length).has_value()) << length;
    EXPECT_FALSE(reader.skip(length).has_value()) << length;
  }
  EXPECT_EQ(reader.remaining(), 1U);
}

TEST(ByteReader, takesExactlyWhatIsLeftAndNothingFromNothing) {
  const Bytes bytes{7, 8};
  ByteReader reader(bytes.span());
  EXPECT_EQ(reader.readBytes(0).value().size(), 0U);
  const ConstBytes all = reader.readBytes(2).value();
  EXPECT_EQ(all.data(), bytes.span().data());
  EXPECT_EQ(all.size(), 2U);
  EXPECT_EQ(reader.readBytes(0).value().size(), 0U);
  EXPECT_TRUE(reader.rest().empty());

  ByteReader empty{ConstBytes{}};
  EXPECT_TRUE(empty.atEnd());
  EXPECT_TRUE(empty.skip(0).has_value());
  EXPECT_FALSE(empty.read<std::uint8_t>().has_value());
  EXPECT_FALSE(empty.readVarint64().has_value());
}

TEST(ByteReader, aSubReaderEndsWhereItShouldAndKnowsWhereItIs) {
  const Bytes bytes{0, 1, 2, 3, 4};
  ByteReader reader(bytes.span(), 50);
  EXPECT_TRUE(reader.skip(1).has_value());
  ByteReader sub = reader.readSubReader(2).value();
  EXPECT_EQ(reader.read<std::uint8_t>().value(), 3);
  EXPECT_EQ(sub.offset(), 51U);
  EXPECT_EQ(sub.read<std::uint8_t>().value(), 1);
  EXPECT_EQ(sub.read<std::uint8_t>().value(), 2);
  PF_EXPECT_ERROR(sub.read<std::uint8_t>(), ErrorCode::kCorrupt, "offset 53: 1 bytes wanted");
}

struct VarintCase {
  const char* name;
  Bytes bytes;
  // What each width makes of it; nothing: refused.
  std::optional<std::uint64_t> value32;
  std::optional<std::uint64_t> value64;
};

TEST(ByteReader, varints) {
  const auto none = std::nullopt;
  const VarintCase cases[] = {
      {"zero", {0x00}, 0, 0},
      {"largest of one byte", {0x7F}, 127, 127},
      {"three hundred", {0xAC, 0x02}, 300, 300},
      {"longer than needed is taken", {0x80, 0x80, 0x00}, 0, 0},
      {"largest of 32 bits", {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, 0xFFFFFFFF, 0xFFFFFFFF},
      {"bit 32 is refused in 32 bits",
       {0x80, 0x80, 0x80, 0x80, 0x10},
       none,
       std::uint64_t{1} << 32},
      {"a sixth byte is refused in 32 bits", {0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, none, 0},
      {"largest of 64 bits",
       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01},
       none,
       ~std::uint64_t{0}},
      {"bit 64 is refused",
       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02},
       none,
       none},
      {"an eleventh byte is refused",
       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
       none,
       none},
      {"cut off after a byte that says more follow", {0xFF}, none, none},
      {"cut off after nine", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, none, none},
      {"nothing", {}, none, none},
  };
  for (const VarintCase& test : cases) {
    ByteReader reader32(test.bytes.span());
    const auto value32 = reader32.readVarint32();
    EXPECT_EQ(value32.has_value(), test.value32.has_value()) << test.name;
    if (value32 && test.value32) {
      EXPECT_EQ(*value32, *test.value32) << test.name;
    }
    EXPECT_EQ(reader32.position(), value32 ? test.bytes.span().size() : 0) << test.name;

    ByteReader reader64(test.bytes.span());
    const auto value64 = reader64.readVarint64();
    EXPECT_EQ(value64.has_value(), test.value64.has_value()) << test.name;
    if (value64 && test.value64) {
      EXPECT_EQ(*value64, *test.value64) << test.name;
    }
    EXPECT_EQ(reader64.position(), value64 ? test.bytes.span().size() : 0) << test.name;
  }
}

TEST(ByteReader, zigzag) {
  const Bytes bytes{0x01, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF,
                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  ByteReader reader(bytes.span());
  EXPECT_EQ(reader.readZigzag32().value(), -1);
  EXPECT_EQ(reader.readZigzag64().value(), 1);
  EXPECT_EQ(reader.readZigzag32().value(), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(reader.readZigzag64().value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(reader.readZigzag32().has_value());
}

TEST(ByteReader, aCountMustFitWhatIsLeft) {
  // A count of 3, and 12 bytes behind it.
  const Bytes bytes{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::size_t minBytesEach = 1; minBytesEach <= 4; ++minBytesEach) {
    ByteReader reader(bytes.span());
    EXPECT_EQ(reader.readCount(minBytesEach).value(), 3U) << minBytesEach;
    EXPECT_EQ(reader.position(), 1U);
  }
  ByteReader reader(bytes.span());
  PF_EXPECT_ERROR(reader.readCount(5), ErrorCode::kCorrupt, "a count of 3");
  EXPECT_EQ(reader.position(), 0U);
}

TEST(ByteReader, aHugeCountIsRefusedWithoutAnyOverflow) {
  // 2^61 things of 8 bytes each would be 2^64 bytes, which is 0 in 64 bits.
  const Bytes bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 0, 0, 0, 0, 0, 0, 0};
  ByteReader reader(bytes.span());
  PF_EXPECT_ERROR(reader.readCount(8), ErrorCode::kCorrupt, "2305843009213693952");
  EXPECT_FALSE(reader.checkCount(std::numeric_limits<std::uint64_t>::max(), 1).has_value());
  EXPECT_EQ(reader.checkCount(17, 1).value(), 17U);
  EXPECT_FALSE(reader.checkCount(18, 1).has_value());
}

TEST(ByteReader, aCountOfNothingFitsAtTheEnd) {
  const Bytes bytes{0};
  ByteReader reader(bytes.span());
  EXPECT_EQ(reader.readCount(8).value(), 0U);
}

TEST(ByteReader, whatPutVarintWritesIsReadBack) {
  test::SeededRandom random;
  std::array<std::byte, kVarint64BytesMax> buffer{};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t value = random.bits() >> random.below(64);
    const auto bytes = static_cast<std::size_t>(putVarint(buffer.data(), value) - buffer.data());
    ByteReader reader(ConstBytes(buffer).first(bytes));
    ASSERT_EQ(reader.readVarint64().value(), value);
    ASSERT_TRUE(reader.atEnd());
    ByteReader zigzag(ConstBytes(buffer).first(bytes));
    ASSERT_EQ(zigzagEncode64(zigzag.readZigzag64().value()), value);
  }
}

}  // namespace
}  // namespace parquet_flow
