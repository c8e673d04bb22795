// Goal: values compare as the specification says, whatever their bytes look like. Method: for each
// order, values by hand in ascending order, each compared with each.
#include "stats/order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;

template <class T>
std::string bytesOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void expectAscending(Order order, const std::vector<std::string>& values) {
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < values.size(); ++b) {
      const int compared = compareValues(order, values[a], values[b]);
      EXPECT_EQ(compared < 0, a < b) << a << " " << b;
      EXPECT_EQ(compared > 0, a > b) << a << " " << b;
    }
  }
}

TEST(Order, integers) {
  expectAscending(Order::kBoolean, {std::string(1, '\0'), std::string(1, '\1')});
  expectAscending(Order::kInt32, {bytesOf(INT32_MIN), bytesOf(-1), bytesOf(0), bytesOf(INT32_MAX)});
  expectAscending(Order::kUint32, {bytesOf(0U), bytesOf(0x7FFFFFFFU), bytesOf(0x80000000U)});
  expectAscending(Order::kInt64, {bytesOf(INT64_MIN), bytesOf(INT64_C(-1)), bytesOf(INT64_C(256))});
  expectAscending(Order::kUint64, {bytesOf(UINT64_C(256)), bytesOf(UINT64_MAX)});
}

TEST(Order, floatsByValueHoldZerosToBeEqual) {
  expectAscending(Order::kFloat, {bytesOf(-2.0F), bytesOf(-1.0F), bytesOf(0.0F), bytesOf(1.0F)});
  expectAscending(Order::kDouble, {bytesOf(-2.0), bytesOf(-1.0), bytesOf(-0.0), bytesOf(1.0)});
  EXPECT_EQ(compareValues(Order::kDouble, bytesOf(-0.0), bytesOf(0.0)), 0);
  // -infinity, -2, 2^-24, 1.
  const auto half = [](unsigned bits) { return bytesOf(static_cast<std::uint16_t>(bits)); };
  expectAscending(Order::kFloat16, {half(0xFC00), half(0xC000), half(0x0001), half(0x3C00)});
  EXPECT_EQ(compareValues(Order::kFloat16, half(0x8000), half(0x0000)), 0);
}

// -NaN of two payloads, -inf, -1, -0, +0, 1, inf, NaN of two payloads.
TEST(Order, totalOrderTellsAllBitsApart) {
  const auto half = [](unsigned bits) { return bytesOf(static_cast<std::uint16_t>(bits)); };
  expectAscending(Order::kFloat16Total,
                  {half(0xFE01), half(0xFE00), half(0xFC00), half(0xBC00), half(0x8000),
                   half(0x0000), half(0x3C00), half(0x7C00), half(0x7E00), half(0x7E01)});
  expectAscending(Order::kFloatTotal,
                  {bytesOf(0xFFC00001U), bytesOf(0xFFC00000U), bytesOf(0xFF800000U),
                   bytesOf(0xBF800000U), bytesOf(0x80000000U), bytesOf(0U), bytesOf(0x3F800000U),
                   bytesOf(0x7F800000U), bytesOf(0x7FC00000U), bytesOf(0x7FC00001U)});
  expectAscending(Order::kDoubleTotal,
                  {bytesOf(0xFFF8000000000001U), bytesOf(0xFFF8000000000000U), bytesOf(-1.0),
                   bytesOf(-0.0), bytesOf(0.0), bytesOf(1.0), bytesOf(0x7FF8000000000000U)});
}

TEST(Order, bytesAreUnsignedAndAPrefixIsLess) {
  expectAscending(Order::kBytes,
                  {"", std::string(1, '\0'), "a", std::string("a\0", 2), "b", "\xFF"});
}

// -256, -129, -128, -1, 0, 1, 127, 128, 255, 256 in as few bytes as there may be.
TEST(Order, decimalsCompareByValueWhateverTheirLength) {
  expectAscending(Order::kDecimalBytes, {std::string("\xFF\x00", 2), "\xFF\x7F", "\x80", "\xFF", "",
                                         "\x01", "\x7F", std::string("\x00\x80", 2),
                                         std::string("\x00\xFF", 2), std::string("\x01\x00", 2)});
  // The same number, its sign continued.
  EXPECT_EQ(compareDecimals("\xFF", "\xFF\xFF\xFF"), 0);
  EXPECT_EQ(compareDecimals("\x80", "\xFF\x80"), 0);
  EXPECT_EQ(compareDecimals(std::string("\0\0\x05", 3), "\x05"), 0);
  EXPECT_EQ(compareDecimals("", std::string(3, '\0')), 0);
}

TEST(Order, ofALeafFollowsItsLogicalType) {
  const auto order = [](PhysicalType type, schema::LogicalType logical = {},
                        FloatOrder floats = FloatOrder::kTypeDefined) {
    schema::Leaf leaf;
    leaf.type = type;
    leaf.logical = logical;
    return orderOf(leaf, floats);
  };
  EXPECT_EQ(order(PhysicalType::kInt32, {LogicalKind::kDate}), Order::kInt32);
  EXPECT_EQ(order(PhysicalType::kInt32, {LogicalKind::kInteger, 8, 0}), Order::kUint32);
  EXPECT_EQ(order(PhysicalType::kInt64, {LogicalKind::kInteger, 64, 1}), Order::kInt64);
  EXPECT_EQ(order(PhysicalType::kInt96), Order::kNone);
  EXPECT_EQ(order(PhysicalType::kFixedLenByteArray, {LogicalKind::kInterval}), Order::kNone);
  EXPECT_EQ(order(PhysicalType::kFixedLenByteArray, {LogicalKind::kUuid}), Order::kBytes);
  EXPECT_EQ(order(PhysicalType::kByteArray, {LogicalKind::kDecimal, 9, 2}), Order::kDecimalBytes);
  EXPECT_EQ(order(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}), Order::kFloat16);
  EXPECT_EQ(order(PhysicalType::kFloat, {}, FloatOrder::kIeee754Total), Order::kFloatTotal);
  EXPECT_EQ(order(PhysicalType::kInt64, {}, FloatOrder::kIeee754Total), Order::kInt64);
}

TEST(Order, boundsCompareThatHaveTheWidthOfValuesAndAreNoNan) {
  const auto isBound = [](PhysicalType type, std::uint32_t typeLength, schema::LogicalType logical,
                          const std::string& bound) {
    schema::Leaf leaf;
    leaf.type = type;
    leaf.typeLength = typeLength;
    leaf.logical = logical;
    return isComparable(leaf, orderOf(leaf), bound);
  };
  EXPECT_TRUE(isBound(PhysicalType::kBoolean, 0, {}, "1"));
  EXPECT_FALSE(isBound(PhysicalType::kBoolean, 0, {}, ""));
  EXPECT_TRUE(isBound(PhysicalType::kInt64, 0, {}, bytesOf(INT64_C(1))));
  EXPECT_FALSE(isBound(PhysicalType::kInt64, 0, {}, bytesOf(1)));
  EXPECT_TRUE(isBound(PhysicalType::kDouble, 0, {}, bytesOf(1.0)));
  EXPECT_FALSE(isBound(PhysicalType::kDouble, 0, {}, bytesOf(0x7FF8000000000000U)));
  EXPECT_TRUE(isBound(PhysicalType::kByteArray, 0, {LogicalKind::kString}, ""));
  // Bytes of a fixed length may be cut, numbers in them not.
  EXPECT_TRUE(isBound(PhysicalType::kFixedLenByteArray, 16, {LogicalKind::kUuid}, "1234"));
  EXPECT_FALSE(isBound(PhysicalType::kFixedLenByteArray, 4, {LogicalKind::kDecimal, 9, 2}, "1"));
  EXPECT_FALSE(isBound(PhysicalType::kFixedLenByteArray, 2, {LogicalKind::kFloat16}, "1"));
  EXPECT_FALSE(isBound(PhysicalType::kByteArray, 0, {LogicalKind::kFloat16}, "1"));
}

}  // namespace
}  // namespace parquet_flow::stats
