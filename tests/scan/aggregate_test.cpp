// Goal: each aggregate of each kind of column gives what its rows come to, exactly, and says so
// where there is no room for it; nulls and rows that do not count are left out. Method: values by
// hand, with the sums shown.
#include "scan/aggregate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "made_columns.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::scan {
namespace {

using namespace test;
using read::ColumnVector;
using schema::LogicalKind;
using schema::PhysicalType;

struct Outcome {
  schema::Schema schema;
  ColumnVector column;
  [[nodiscard]] const schema::Leaf& leaf() const { return schema.leaves()[0]; }
};

// Of all rows that count, as one group.
Result<Outcome> aggregated(AggregateKind kind, const schema::Leaf& leaf, const ColumnVector& column,
                           const Rows& rows) {
  Outcome out;
  PF_TRY(addResult({kind, "c", "r"}, &leaf, out.schema));
  const auto accumulator = makeAccumulator(kind, leaf);
  accumulator->resize(1);
  PF_TRY(accumulator->add(column, rows));
  const std::uint32_t group = 0;
  PF_TRY(accumulator->finish({&group, 1}, out.leaf(), out.column));
  return out;
}
Result<Outcome> aggregated(AggregateKind kind, const schema::Leaf& leaf,
                           const ColumnVector& column) {
  return aggregated(kind, leaf, column, Rows::all(column.rows));
}

// A sum's 16 bytes as a number that fits 64 bits.
std::int64_t wholeOf(const Outcome& outcome) {
  const std::string bytes = bytesOfRows(outcome.leaf(), outcome.column)[0].value();
  EXPECT_EQ(bytes.size(), 16U);
  std::int64_t value = 0;
  for (const char byte : bytes.substr(8)) {
    value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8U |
                                      static_cast<unsigned char>(byte));
  }
  EXPECT_EQ(bytes.substr(0, 8), std::string(8, value < 0 ? '\xFF' : '\0'));
  return value;
}

TEST(Aggregate, sumOfNumbersWithNullsAndRowsThatDoNotCount) {
  const auto schema = schemaOf(PhysicalType::kInt32);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::int32_t>(
      leaf, {1, std::nullopt, -5, 2'000'000'000, 2'000'000'000, 7, 8, 9, 10, 11});
  // 1 - 5 + 4 000 000 000 + 7 + 8 + 9 + 10 + 11
  PF_ASSERT_OK_ASSIGN(const Outcome all, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(wholeOf(all), 4'000'000'041);
  EXPECT_EQ(all.leaf().logical.kind, LogicalKind::kDecimal);
  EXPECT_EQ(all.leaf().logical.a, 38);
  EXPECT_EQ(all.leaf().logical.b, 0);
  // Rows 0, 1 (null), 2 and 9: 1 - 5 + 11
  const Selected some{0b10'0000'0111};
  PF_ASSERT_OK_ASSIGN(const Outcome few,
                      aggregated(AggregateKind::kSum, leaf, column, some.of(10)));
  EXPECT_EQ(wholeOf(few), 7);
  PF_ASSERT_OK_ASSIGN(const Outcome average,
                      aggregated(AggregateKind::kAverage, leaf, column, some.of(10)));
  EXPECT_EQ(valuesOf<double>(average.leaf(), average.column)[0], 7.0 / 3.0);
}

TEST(Aggregate, sumOfInt64IsWiderThanInt64) {
  const auto schema = schemaOf(PhysicalType::kInt64);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::int64_t>(leaf, {INT64_MAX, INT64_MAX, INT64_MIN, -1, 5});
  // 2^63 - 1 + 2^63 - 1 - 2^63 - 1 + 5 = 2^63 + 2
  PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(bytesOfRows(sum.leaf(), sum.column)[0],
            std::string("\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\x02", 16));
}

TEST(Aggregate, unsignedNumbersAreNotNegative) {
  const auto schema = schemaOf(PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0});
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::uint32_t>(leaf, {UINT32_MAX, 1, std::nullopt});
  PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(wholeOf(sum), 4'294'967'296);
  PF_ASSERT_OK_ASSIGN(const Outcome most, aggregated(AggregateKind::kMax, leaf, column));
  EXPECT_EQ(valuesOf<std::uint32_t>(most.leaf(), most.column)[0], UINT32_MAX);
}

TEST(Aggregate, decimalsOfAnyLengthAreNumbers) {
  const auto schema = schemaOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 20, 2});
  const schema::Leaf& leaf = schema.leaves()[0];
  // 1.00, -1.00, -1.00 in three bytes, 2.56
  const auto column =
      columnOf<std::string>(leaf, {std::string("\x64"), std::string("\x9C"),
                                   std::string("\xFF\xFF\x9C"), std::string("\x01\x00", 2)});
  PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(wholeOf(sum), 156);
  EXPECT_EQ(sum.leaf().logical.b, 2);
  PF_ASSERT_OK_ASSIGN(const Outcome average, aggregated(AggregateKind::kAverage, leaf, column));
  EXPECT_DOUBLE_EQ(*valuesOf<double>(average.leaf(), average.column)[0], 0.39);
  PF_ASSERT_OK_ASSIGN(const Outcome distinct,
                      aggregated(AggregateKind::kCountDistinct, leaf, column));
  EXPECT_EQ(valuesOf<std::int64_t>(distinct.leaf(), distinct.column)[0], 3);
  PF_ASSERT_OK_ASSIGN(const Outcome least, aggregated(AggregateKind::kMin, leaf, column));
  EXPECT_EQ(bytesOfRows(least.leaf(), least.column)[0], "\x9C");
}

// 3 and 1 of a scale of 76, which no whole number of 128 bits is ten to the power of.
TEST(Aggregate, averageOfDecimalsBehindManyZeros) {
  const auto schema = schemaOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 76, 76});
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::string>(leaf, {std::string("\x03"), std::string("\x01")});
  PF_ASSERT_OK_ASSIGN(const Outcome average, aggregated(AggregateKind::kAverage, leaf, column));
  EXPECT_DOUBLE_EQ(*valuesOf<double>(average.leaf(), average.column)[0], 2e-76);
}

TEST(Aggregate, sumAboveWhatItHasRoomForIsRefused) {
  // 17 bytes that say more than 16 can.
  const auto wide = schemaOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 60, 0});
  const auto one = columnOf<std::string>(wide.leaves()[0], {"\x01" + std::string(16, '\0')});
  PF_EXPECT_ERROR(aggregated(AggregateKind::kSum, wide.leaves()[0], one), ErrorCode::kLimit, "'c'");
  // 2^127 - 1 twice overflows; once it has more than 38 digits.
  const auto fixed = schemaOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kDecimal, 38, 0}, 16);
  const std::string most = "\x7F" + std::string(15, '\xFF');
  for (const auto& values : {std::vector<std::optional<std::string>>{most},
                             std::vector<std::optional<std::string>>{most, most}}) {
    const auto column = columnOf<std::string>(fixed.leaves()[0], values);
    PF_EXPECT_ERROR(aggregated(AggregateKind::kSum, fixed.leaves()[0], column), ErrorCode::kLimit,
                    "38 digits");
  }
}

// 10^38 - 1, the most that 38 digits say, big-endian.
constexpr char kNines[] = "\x4B\x3B\x4C\xA8\x5A\x86\xC4\x7A\x09\x8A\x22\x3F\xFF\xFF\xFF\xFF";
// Its negative.
constexpr char kMinusNines[] = "\xB4\xC4\xB3\x57\xA5\x79\x3B\x85\xF6\x75\xDD\xC0\x00\x00\x00\x01";

// What the rows come to has room, what the first of them come to does not: no order of rows is told
// from another. Four of them are above 2^128, of either sign.
TEST(Aggregate, sumMayBeAboveItsRoomOnTheWay) {
  const auto schema =
      schemaOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kDecimal, 38, 0}, 16);
  const schema::Leaf& leaf = schema.leaves()[0];
  const std::string most(kNines, 16);
  const std::string least(kMinusNines, 16);
  const std::string seven = std::string(15, '\0') + '\7';
  for (const auto& [first, second] : {std::pair(most, least), std::pair(least, most)}) {
    const auto column = columnOf<std::string>(
        leaf, {first, first, first, first, seven, second, second, second, second});
    PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
    EXPECT_EQ(wholeOf(sum), 7);
    const auto above = columnOf<std::string>(leaf, {first, first, first, first});
    PF_EXPECT_ERROR(aggregated(AggregateKind::kSum, leaf, above), ErrorCode::kLimit, "38 digits");
    PF_ASSERT_OK_ASSIGN(const Outcome average, aggregated(AggregateKind::kAverage, leaf, above));
    EXPECT_DOUBLE_EQ(*valuesOf<double>(average.leaf(), average.column)[0],
                     first == most ? 1e38 : -1e38);
  }
}

TEST(Aggregate, sumOfRealNumbersKeepsWhatIsRoundedOff) {
  const auto schema = schemaOf(PhysicalType::kDouble);
  const schema::Leaf& leaf = schema.leaves()[0];
  // 1 + 1e100 is 1e100; the 1s are not lost.
  const auto column = columnOf<double>(leaf, {1.0, 1e100, 1.0, -1e100, std::nullopt});
  PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(valuesOf<double>(sum.leaf(), sum.column)[0], 2.0);
  const auto infinite = columnOf<double>(leaf, {1.0, std::numeric_limits<double>::infinity(), 2.0});
  PF_ASSERT_OK_ASSIGN(const Outcome infinity, aggregated(AggregateKind::kSum, leaf, infinite));
  EXPECT_EQ(valuesOf<double>(infinity.leaf(), infinity.column)[0],
            std::numeric_limits<double>::infinity());
}

TEST(Aggregate, halvesAreSummedAsTheNumbersTheyAre) {
  const auto schema = schemaOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2);
  const schema::Leaf& leaf = schema.leaves()[0];
  // 1.5, -2, 2^-24
  const auto column = columnOf<std::uint16_t>(leaf, {0x3E00, 0xC000, 0x0001});
  PF_ASSERT_OK_ASSIGN(const Outcome sum, aggregated(AggregateKind::kSum, leaf, column));
  EXPECT_EQ(valuesOf<double>(sum.leaf(), sum.column)[0], -0.5 + 0x1p-24);
}

TEST(Aggregate, nanIsAboveEveryNumberAndZerosAreOne) {
  const auto schema = schemaOf(PhysicalType::kFloat);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<float>(leaf, {-0.0F, 0.0F, NAN, -NAN, 3.0F, std::nullopt});
  PF_ASSERT_OK_ASSIGN(const Outcome most, aggregated(AggregateKind::kMax, leaf, column));
  EXPECT_TRUE(std::isnan(*valuesOf<float>(most.leaf(), most.column)[0]));
  PF_ASSERT_OK_ASSIGN(const Outcome least, aggregated(AggregateKind::kMin, leaf, column));
  EXPECT_EQ(valuesOf<float>(least.leaf(), least.column)[0], 0.0F);
  PF_ASSERT_OK_ASSIGN(const Outcome distinct,
                      aggregated(AggregateKind::kCountDistinct, leaf, column));
  EXPECT_EQ(valuesOf<std::int64_t>(distinct.leaf(), distinct.column)[0], 3);
}

TEST(Aggregate, textAndBooleansHaveBounds) {
  const auto schema = schemaOf(PhysicalType::kByteArray, {LogicalKind::kString});
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::string>(leaf, {"b", "", std::nullopt, "ba", "\xC3\xA4"});
  PF_ASSERT_OK_ASSIGN(const Outcome least, aggregated(AggregateKind::kMin, leaf, column));
  EXPECT_EQ(bytesOfRows(least.leaf(), least.column)[0], "");
  PF_ASSERT_OK_ASSIGN(const Outcome most, aggregated(AggregateKind::kMax, leaf, column));
  EXPECT_EQ(bytesOfRows(most.leaf(), most.column)[0], "\xC3\xA4");

  const auto flags = schemaOf(PhysicalType::kBoolean);
  const auto bits = columnOf<std::uint8_t>(flags.leaves()[0], {1, std::nullopt, 0, 1});
  PF_ASSERT_OK_ASSIGN(const Outcome no, aggregated(AggregateKind::kMin, flags.leaves()[0], bits));
  EXPECT_EQ(bytesOfRows(no.leaf(), no.column)[0], std::string(1, '\0'));
  PF_ASSERT_OK_ASSIGN(const Outcome yes, aggregated(AggregateKind::kMax, flags.leaves()[0], bits));
  EXPECT_EQ(bytesOfRows(yes.leaf(), yes.column)[0], std::string(1, '\1'));
}

TEST(Aggregate, ofNoValueOnlyCountsAreThere) {
  const auto schema = schemaOf(PhysicalType::kInt64);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::int64_t>(leaf, {std::nullopt, std::nullopt});
  for (const AggregateKind kind :
       {AggregateKind::kSum, AggregateKind::kAverage, AggregateKind::kMin, AggregateKind::kMax}) {
    PF_ASSERT_OK_ASSIGN(const Outcome none, aggregated(kind, leaf, column));
    EXPECT_EQ(bytesOfRows(none.leaf(), none.column)[0], std::nullopt);
  }
  for (const AggregateKind kind : {AggregateKind::kCount, AggregateKind::kCountDistinct}) {
    PF_ASSERT_OK_ASSIGN(const Outcome zero, aggregated(kind, leaf, column));
    EXPECT_EQ(valuesOf<std::int64_t>(zero.leaf(), zero.column)[0], 0);
  }
}

TEST(Aggregate, columnsThatCannotBeAggregatedAreRefused) {
  schema::Schema out;
  const auto text = schemaOf(PhysicalType::kByteArray, {LogicalKind::kString});
  PF_EXPECT_ERROR(addResult({AggregateKind::kSum, "c", "r"}, &text.leaves()[0], out),
                  ErrorCode::kInvalidArgument, "'c' is of a type that cannot be summed");
  const auto date = schemaOf(PhysicalType::kInt32, {LogicalKind::kDate});
  PF_EXPECT_ERROR(addResult({AggregateKind::kAverage, "c", "r"}, &date.leaves()[0], out),
                  ErrorCode::kInvalidArgument, "cannot be summed");
  const auto int96 = schemaOf(PhysicalType::kInt96);
  PF_EXPECT_ERROR(addResult({AggregateKind::kSum, "c", "r"}, &int96.leaves()[0], out),
                  ErrorCode::kInvalidArgument, "cannot be summed");
  const auto interval = schemaOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kInterval}, 12);
  PF_EXPECT_ERROR(addResult({AggregateKind::kMin, "c", "r"}, &interval.leaves()[0], out),
                  ErrorCode::kInvalidArgument, "no order");
  schema::Schema nested;
  const auto list = nested.addList(schema::kRoot, "l", schema::Repetition::kOptional);
  (void)*nested.addLeaf(*list, "element", PhysicalType::kInt32, schema::Repetition::kOptional);
  PF_EXPECT_ERROR(addResult({AggregateKind::kCount, "", "r"}, &nested.leaves()[0], out),
                  ErrorCode::kInvalidArgument, "'l.list.element' is in a list");
  EXPECT_TRUE(out.leaves().empty());
}

}  // namespace
}  // namespace parquet_flow::scan
