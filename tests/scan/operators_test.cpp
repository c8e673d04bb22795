// Goal: every comparison of every type takes the rows that docs/scan.md says, and what is not
// compared is refused in a sentence.
//
// Method: a column of a few values of each type, in file after file of each encoding, beside the
// rows that predicates take of it, worked out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "made_scan.hpp"

namespace parquet_flow::scan {
namespace {

using test::Column;
using test::plain;
using test::plainAll;
using Rows = std::vector<std::uint64_t>;

struct Case {
  const char* where;
  Rows rows;
};

// With and without statistics, in a dictionary, PLAIN, and two rows a page.
void expectRows(const Column& column, const std::vector<Case>& cases) {
  std::vector<write::WriterOptions> all(4);
  all[1].column.encoding = encoding::Encoding::kPlain;
  all[1].column.statistics = false;
  all[1].pageIndex = false;
  all[2].column.encoding = encoding::Encoding::kPlain;
  all[2].pageRows = 2;
  all[3].column.bloomFilter = write::BloomFilterOptions{};
  if (column.type != test::PhysicalType::kBoolean) {
    all[3].column.encoding = encoding::Encoding::kRleDictionary;
  } else {
    all[3].column.bloomFilter.reset();
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string file = test::makeFile({column}, all[i]);
    for (const auto& [where, rows] : cases) {
      const test::Taken taken = test::takeWhere(file, where);
      EXPECT_EQ(taken.error, "") << where;
      EXPECT_EQ(taken.rows, rows) << where << ", options " << i;
    }
  }
}

void expectRefused(const Column& column, const char* where, const char* message) {
  EXPECT_EQ(test::takeWhere(test::makeFile({column}), where).error, message) << where;
}

TEST(Operators, compareInt32) {
  Column x{"x", test::PhysicalType::kInt32};
  x.values = plainAll<std::int32_t>({-5, 0, std::nullopt, 7, INT32_MIN, INT32_MAX, 7});
  expectRows(x, {
                    {"x = 7", {3, 6}},
                    {"x <> 7", {0, 1, 4, 5}},
                    {"x < 0", {0, 4}},
                    {"x <= 0", {0, 1, 4}},
                    {"x > 0", {3, 5, 6}},
                    {"x >= 0", {1, 3, 5, 6}},
                    {"x between -5 and 7", {0, 1, 3, 6}},
                    {"x not between -5 and 7", {4, 5}},
                    {"x between 7 and -5", {}},
                    {"x in (7, 0, 9)", {1, 3, 6}},
                    {"x not in (7, 0, 9)", {0, 4, 5}},
                    {"x in (1,2,3,4,5,6,8,9,10,11,7)", {3, 6}},
                    {"x is null", {2}},
                    {"x is not null", {0, 1, 3, 4, 5, 6}},
                    // Between whole numbers, and out of the type's range.
                    {"x = 6.5", {}},
                    {"x <> 6.5", {0, 1, 3, 4, 5, 6}},
                    {"x > 6.5", {3, 5, 6}},
                    {"x < 6.5", {0, 1, 4}},
                    {"x >= -5.5", {0, 1, 3, 5, 6}},
                    {"x <= -5.5", {4}},
                    {"x < 3000000000", {0, 1, 3, 4, 5, 6}},
                    {"x > 3000000000", {}},
                    {"x <> 3000000000", {0, 1, 3, 4, 5, 6}},
                    {"x > -1e30", {0, 1, 3, 4, 5, 6}},
                    {"x <= -1e30", {}},
                    {"x < -2147483647.5", {4}},
                    {"x = '7'", {3, 6}},
                    {"x < 2147483647", {0, 1, 3, 4, 6}},
                    {"x > -2147483648", {0, 1, 3, 5, 6}},
                });
}

TEST(Operators, compareUnsigned) {
  Column x{"x", test::PhysicalType::kInt64, {test::LogicalKind::kInteger, 64, 0}};
  x.values = plainAll<std::uint64_t>({0, 5, UINT64_MAX, std::uint64_t{1} << 63U, std::nullopt});
  expectRows(x, {
                    {"x > 5", {2, 3}},
                    {"x >= 9223372036854775808", {2, 3}},
                    {"x = 18446744073709551615", {2}},
                    {"x < -1", {}},
                    {"x >= -0.5", {0, 1, 2, 3}},
                    {"x between 1 and 9223372036854775808", {1, 3}},
                    {"x in (0, 18446744073709551615)", {0, 2}},
                });
  Column y{"x", test::PhysicalType::kInt32, {test::LogicalKind::kInteger, 32, 0}};
  y.values = plainAll<std::uint32_t>({0, 5, UINT32_MAX, 1U << 31U, std::nullopt});
  expectRows(y, {{"x > 5", {2, 3}}, {"x <= 4294967295", {0, 1, 2, 3}}, {"x < 2147483648", {0, 1}}});
}

TEST(Operators, compareDoubles) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Column x{"x", test::PhysicalType::kDouble};
  x.values = plainAll<double>({0.0, -0.0, 0.1, kNan, -kInfinity, kInfinity, std::nullopt, -kNan});
  expectRows(x, {
                    {"x = 0", {0, 1}},
                    {"x = -0.0", {0, 1}},
                    {"x <> 0", {2, 3, 4, 5, 7}},
                    {"x = 0.1", {2}},
                    {"x > 0", {2, 3, 5, 7}},
                    {"x > 1e308", {3, 5, 7}},
                    {"x >= 'inf'", {3, 5, 7}},
                    {"x > 'inf'", {3, 7}},
                    {"x < 'inf'", {0, 1, 2, 4}},
                    {"x <= 'inf'", {0, 1, 2, 4, 5}},
                    {"x < '-inf'", {}},
                    {"x <= '-inf'", {4}},
                    {"x = 'nan'", {3, 7}},
                    {"x <> 'nan'", {0, 1, 2, 4, 5}},
                    {"x < 'nan'", {0, 1, 2, 4, 5}},
                    {"x <= 'nan'", {0, 1, 2, 3, 4, 5, 7}},
                    {"x > 'nan'", {}},
                    {"x >= 'nan'", {3, 7}},
                    {"x between 0 and 'nan'", {0, 1, 2, 3, 5, 7}},
                    {"x not between 0 and 1", {3, 4, 5, 7}},
                    {"x in (0.1, 'nan')", {2, 3, 7}},
                    {"x not in (0.1, 'nan')", {0, 1, 4, 5}},
                    {"not x < 0.1", {2, 3, 5, 7}},
                });
}

TEST(Operators, compareDoublesWithWholeNumbersExactly) {
  Column x{"x", test::PhysicalType::kDouble};
  // 2^53 has no odd number above it: 9007199254740993 lies between two doubles.
  x.values = plainAll<double>({9007199254740992.0, 9007199254740994.0});
  expectRows(x, {
                    {"x = 9007199254740993", {}},
                    {"x < 9007199254740993", {0}},
                    {"x > 9007199254740993", {1}},
                    {"x = 9007199254740992", {0}},
                });
  Column y{"x", test::PhysicalType::kFloat};
  y.values = plainAll<float>({16777216.0F, 16777218.0F, 0.1F});
  expectRows(y, {{"x = 16777217", {}}, {"x > 16777217", {1}}, {"x = 0.1", {2}}});
  // A double is compared as what it is, and 0.1 is none of FLOAT's.
  FilterOptions options;
  options.predicate = compare("x", Comparison::kEqual, Literal::ofDouble(0.1));
  EXPECT_EQ(test::take(test::makeFile({y}), options).rows, Rows{});
  options.predicate = compare("x", Comparison::kGreater, Literal::ofDouble(0.1));
  EXPECT_EQ(test::take(test::makeFile({y}), options).rows, (Rows{0, 1, 2}));
}

TEST(Operators, compareHalves) {
  Column x{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kFloat16}, 2};
  // 1.5, -2, +0, -0, NaN, null, 65504
  x.values = plainAll<std::uint16_t>({0x3E00, 0xC000, 0, 0x8000, 0x7E00, std::nullopt, 0x7BFF});
  expectRows(x, {
                    {"x = 1.5", {0}},
                    {"x = 0", {2, 3}},
                    {"x > 1", {0, 4, 6}},
                    {"x < 0", {1}},
                    {"x >= 65504", {4, 6}},
                    {"x > 65505", {4}},
                    {"x < 100000", {0, 1, 2, 3, 6}},
                    {"x > -2.0001", {0, 2, 3, 4, 6}},  // the nearest half is -2
                    {"x = 'nan'", {4}},
                    {"x in (1.5, -2)", {0, 1}},
                    {"x not in (1.5, -2)", {2, 3, 4, 6}},
                });
}

// No number is infinity, however it is written: a float's greatest is 3.40282347e38, a half's
// 65504.
TEST(Operators, whatIsBeyondTheGreatestIsNotInfinity) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Column x{"x", test::PhysicalType::kFloat};
  x.values = plainAll<float>(
      {1.0F, std::numeric_limits<float>::max(), kInfinity, -kInfinity, std::nullopt});
  expectRows(x, {
                    {"x = 1e39", {}},
                    {"x <> 1e39", {0, 1, 2, 3}},
                    {"x > 1e39", {2}},
                    {"x >= 3.5e38", {2}},
                    {"x < 1e39", {0, 1, 3}},
                    {"x between 1 and 1e39", {0, 1}},
                    {"x between -1e39 and 1.5", {0}},
                    {"x < -1e39", {3}},
                    {"x in (1e39, -1e39, 1.0)", {0}},
                    {"x = '1e39'", {}},
                    {"x > 1e400", {2}},
                    {"x = 3.4028234663852886e38", {1}},
                });
  Column y{"x", test::PhysicalType::kDouble};
  y.values = plainAll<double>({1.0, static_cast<double>(kInfinity)});
  expectRows(y,
             {{"x = 1e400", {}}, {"x > 1e400", {1}}, {"x < 1e400", {0}}, {"x > -1e400", {0, 1}}});
  Column z{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kFloat16}, 2};
  // 1, 65504, infinity, -infinity
  z.values = plainAll<std::uint16_t>({0x3C00, 0x7BFF, 0x7C00, 0xFC00});
  expectRows(z,
             {
                 {"x = 70000.5", {}},
                 {"x > 70000.5", {2}},
                 {"x between 1.5 and 70000.5", {1}},
                 {"x < -70000.5", {3}},
                 {"x in (70000.5, 1e39, 1.0)", {0}},
                 {"x > 1e39", {2}},
                 {"x = 65519.9", {1}},  // nearer to the greatest than to 65536, which there is not
                 {"x = 65520.5", {}},
             });
}

// The middle of 1 and the half above it, 1 + 2^-10, is 1 + 2^-11 = 1.00048828125: that is even's,
// and what is next to it by less than a float tells apart goes where it is nearer.
TEST(Operators, halvesAreRoundedToOnce) {
  Column x{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kFloat16}, 2};
  x.values =
      plainAll<std::uint16_t>({0x3C00, 0x3C01, 0xBC00, 0xBC01});  // 1, 1 + 2^-10, the same < 0
  expectRows(x, {
                    {"x = 1.00048828125", {0}},
                    {"x = 1.00048828126", {1}},
                    {"x = 1.00048828124", {0}},
                    {"x = 1.000488281250000000000000000000001", {1}},
                    {"x = -1.00048828126", {3}},
                    {"x = -1.00048828125", {2}},
                });
}

TEST(Operators, compareText) {
  Column x{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  x.values = {"", "a", "ab", "b", std::nullopt, "zürich", "AAPL", "abcdefghij"};
  expectRows(x, {
                    {"x = ''", {0}},
                    {"x <> ''", {1, 2, 3, 5, 6, 7}},
                    {"x = 'ab'", {2}},
                    {"x = 'abcdefghij'", {7}},
                    {"x < 'ab'", {0, 1, 6}},
                    {"x <= 'ab'", {0, 1, 2, 6}},
                    {"x > 'ab'", {3, 5, 7}},
                    {"x between 'a' and 'b'", {1, 2, 3, 7}},
                    {"x in ('b', 'zürich', '')", {0, 3, 5}},
                    {"x not in ('b', 'zürich', '')", {1, 2, 6, 7}},
                    {"x starts with ''", {0, 1, 2, 3, 5, 6, 7}},
                    {"x starts with 'a'", {1, 2, 7}},
                    {"x starts with 'abcdefghi'", {7}},
                    {"x starts with 'abcdefghX'", {}},
                    {"x not starts with 'a'", {0, 3, 5, 6}},
                    {"x ends with 'b'", {2, 3}},
                    {"x ends with ''", {0, 1, 2, 3, 5, 6, 7}},
                    {"x contains 'b'", {2, 3, 7}},
                    {"x contains ''", {0, 1, 2, 3, 5, 6, 7}},
                    {"x not contains 'b'", {0, 1, 5, 6}},
                    {"x contains 'ü'", {5}},
                    {"x like 'a%'", {1, 2, 7}},
                    {"x like '_'", {1, 3}},
                    {"x like 'z_rich'", {5}},
                    {"x like '%b%j'", {7}},
                    {"x not like '%a%'", {0, 3, 5, 6}},
                    {"x = x'6162'", {2}},
                });
}

TEST(Operators, compareBytes) {
  Column x{"x", test::PhysicalType::kFixedLenByteArray, {}, 2};
  x.values = {std::string("\x00\xFF", 2), "\x7F\x01", "\x80\x01", std::nullopt};
  expectRows(x, {
                    {"x < x'8001'", {0, 1}},
                    {"x = x'7F01'", {1}},
                    {"x > x'7F'", {1, 2}},
                    {"x starts with x'80'", {2}},
                    {"x contains x'01'", {1, 2}},
                    {"x ends with x'FF'", {0}},
                    {"x like x'80' ", {}},
                });
  Column y{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kUuid}, 16};
  y.values = {std::string(16, '\x11'), std::string(16, '\x22'), std::nullopt};
  expectRows(y, {{"x = '11111111-1111-1111-1111-111111111111'", {0}},
                 {"x > uuid '11111111-1111-1111-1111-111111111111'", {1}},
                 {"x in ('22222222222222222222222222222222')", {1}},
                 {"x <> x'11111111111111111111111111111111'", {1}}});
  expectRefused(y, "x = 'abc'", "column 'x' is UUID, which 'abc' is no value of");
  expectRefused(y, "x like 'abc'", "column 'x' is UUID, which is no text");
}

TEST(Operators, compareBooleans) {
  Column x{"x", test::PhysicalType::kBoolean};
  x.values = plainAll<std::uint8_t>({1, 0, std::nullopt, 1});
  expectRows(x, {{"x = true", {0, 3}},
                 {"x = false", {1}},
                 {"x <> true", {1}},
                 {"x < true", {1}},
                 {"x >= false", {0, 1, 3}},
                 {"x > true", {}},
                 {"x in (true, false)", {0, 1, 3}},
                 {"x not in (true)", {1}},
                 {"x = 'true'", {0, 3}},
                 {"x is null", {2}}});
  expectRefused(x, "x = 1", "column 'x' is BOOLEAN, which 1 is no value of");
}

TEST(Operators, compareDecimals) {
  const std::vector<Case> cases = {
      {"x = 1.50", {0}},
      {"x = 1.5", {0}},
      {"x > 1.499", {0, 2}},
      {"x < 1.505", {0, 1}},
      {"x = 1.505", {}},
      {"x <= -1", {1}},
      {"x between -1 and 2", {0, 1}},
      {"x in (1.5, 300)", {0, 2}},
      {"x not in (1.5, 300)", {1}},
      {"x < 1e60", {0, 1, 2}},
      {"x > -1e60", {0, 1, 2}},
  };
  Column x{"x", test::PhysicalType::kInt32, {test::LogicalKind::kDecimal, 9, 2}};
  x.values = plainAll<std::int32_t>({150, -100, 30000, std::nullopt});
  expectRows(x, cases);
  Column y{"x", test::PhysicalType::kInt64, {test::LogicalKind::kDecimal, 18, 2}};
  y.values = plainAll<std::int64_t>({150, -100, 30000, std::nullopt});
  expectRows(y, cases);
  // 150 = 0x96, -100 = 0xFF9C, 30000 = 0x7530.
  Column z{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kDecimal, 6, 2}, 3};
  z.values = {std::string("\x00\x00\x96", 3), "\xFF\xFF\x9C", std::string("\x00\x75\x30", 3),
              std::nullopt};
  expectRows(z, cases);
  // Of any length, also longer than need be.
  Column w{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kDecimal, 20, 2}};
  w.values = {std::string("\x00\x00\x00\x96", 4), "\x9C", "\x75\x30", std::nullopt};
  expectRows(w, cases);
}

TEST(Operators, compareMoments) {
  Column x{"x", test::PhysicalType::kInt32, {test::LogicalKind::kDate}};
  x.values = plainAll<std::int32_t>({0, -1, 20777, std::nullopt});
  expectRows(x, {{"x = date '1970-01-01'", {0}},
                 {"x < '1970-01-01'", {1}},
                 {"x >= '2026-11-20'", {2}},
                 {"x <= '1970-01-01 12:00'", {0, 1}},
                 {"x > '1969-12-31 12:00'", {0, 2}},
                 {"x = '1970-01-01 00:00'", {0}},
                 {"x = 20777", {2}}});
  Column y{"x", test::PhysicalType::kInt64, {test::LogicalKind::kTimestamp, 0, 1}};
  y.values = plainAll<std::int64_t>({0, 1500, -1, std::nullopt});  // milliseconds
  expectRows(y, {{"x = timestamp '1970-01-01 00:00:01.5'", {1}},
                 {"x > '1970-01-01 00:00:01.4999999'", {1}},
                 {"x = '1970-01-01 00:00:01.5000001'", {}},
                 {"x < '1970-01-01'", {2}},
                 {"x >= '1970-01-01T01:00:00+01'", {0, 1}},
                 {"x = '1969-12-31T23:59:59.999Z'", {2}}});
  Column z{"x", test::PhysicalType::kInt64, {test::LogicalKind::kTime, 2, 0}};
  z.values = plainAll<std::int64_t>({0, 34'200'000'000'001, std::nullopt});  // nanoseconds
  expectRows(z, {{"x > time '09:30'", {1}},
                 {"x = '09:30:00.000000001'", {1}},
                 {"x < '00:00:00.0000000001'", {0}}});
  expectRefused(x, "x = 'yesterday'", "column 'x' is DATE, which 'yesterday' is no value of");
  expectRefused(z, "x = '25:00'", "column 'x' is TIME, which '25:00' is no value of");
}

// Nanoseconds of a day and a Julian day, 2440588 being 1970-01-01.
TEST(Operators, compareInt96AsTimestamps) {
  constexpr std::int64_t kHour = 3'600'000'000'000;
  const auto moment = [](std::int64_t nanos, std::uint32_t day) {
    return std::optional(plain(nanos) + plain(day));
  };
  Column x{"x", test::PhysicalType::kInt96, {}};
  x.values = {moment(0, 2440588),
              moment(9 * kHour + 1, 2440589),  // 1970-01-02T09:00:00.000000001
              std::nullopt,
              moment(33 * kHour + 1, 2440588),  // the same, counted from the day before
              moment(-15 * kHour + 1, 2440590),
              moment(23 * kHour, 2440587),
              moment(0, 5373484)};  // 9999-12-31, which 64 bits of nanoseconds do not reach
  expectRows(x, {
                    {"x is null", {2}},
                    {"x = timestamp '1970-01-02 09:00:00.000000001'", {1, 3, 4}},
                    {"x <> '1970-01-02 09:00:00.000000001'", {0, 5, 6}},
                    {"x in ('1970-01-01', '1969-12-31 23:00')", {0, 5}},
                    {"x not in ('1970-01-01', '1969-12-31 23:00')", {1, 3, 4, 6}},
                    {"x > '1970-01-02T10:00:00.000000001+01'", {6}},
                    {"x < '1970-01-01'", {5}},
                    {"x between '1970-01-01' and '1970-01-02 09:00:00.0000000015'", {0, 1, 3, 4}},
                    {"x >= '9999-12-31'", {6}},
                    {"x = 0", {0}},
                    {"x < -3599999999999.5", {5}},
                    {"x < 1e40", {0, 1, 3, 4, 5, 6}},
                    {"x < -1e40", {}},
                    {"x > -1e24", {0, 1, 3, 4, 5, 6}},
                });
  expectRefused(x, "x = 'noon'", "column 'x' is INT96, which 'noon' is no value of");
  expectRefused(x, "x starts with '1'", "column 'x' is INT96, which is no text");
}

TEST(Operators, compareIntervalsByEqualityAlone) {
  const auto interval = [](std::uint32_t months, std::uint32_t days, std::uint32_t millis) {
    return std::optional(plain(months) + plain(days) + plain(millis));
  };
  Column x{"x", test::PhysicalType::kFixedLenByteArray, {test::LogicalKind::kInterval}, 12};
  x.values = {interval(14, 3, 1500), interval(0, 30, 0), interval(1, 0, 0), std::nullopt};
  expectRows(x, {
                    {"x = 'P14M3DT1.5S'", {0}},
                    {"x = 'P14M3DT1.500S'", {0}},
                    {"x <> 'P14M3DT1.05S'", {0, 1, 2}},
                    {"x in ('P1M0DT0S', X'000000001E00000000000000')", {1, 2}},
                    {"x not in ('P1M0DT0S')", {0, 1}},
                    {"x is null", {3}},
                });
  expectRefused(x, "x > 'P1M0DT0S'",
                "column 'x' is INTERVAL, whose values are equal or not, in no order");
  expectRefused(x, "x between 'P1M0DT0S' and 'P1M0DT0S'",
                "column 'x' is INTERVAL, whose values are equal or not, in no order");
  expectRefused(x, "x like 'P%'", "column 'x' is INTERVAL, which is no text");
  for (const char* const wrong :
       {"x = ''", "x = 'P1M'", "x = 'P1M0DT0.0001S'", "x = 'P1M0DT0'", "x = 'P4294967296M0DT0S'",
        "x = 'P0M0DT4294967.296S'", "x = 1", "x = X'00'", "x = 'P-1M0DT0S'", "x = 'P0M0DT0.S'"}) {
    const std::string error = test::takeWhere(test::makeFile({x}), wrong).error;
    EXPECT_TRUE(error.ends_with(" is no value of")) << wrong << ": " << error;
  }
  Column y{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kUnknown}};
  y.values = {std::nullopt};
  expectRefused(y, "x = 1", "column 'x' is UNKNOWN, which has no order");
}

TEST(Operators, aBooleanIsAPredicate) {
  Column x{"x", test::PhysicalType::kBoolean};
  x.values = plainAll<bool>({true, false, std::nullopt, true});
  expectRows(x,
             {{"x", {0, 3}}, {"not x", {1}}, {"x or x is null", {0, 2, 3}}, {"(x) and x", {0, 3}}});
  Column number{"x", test::PhysicalType::kInt32};
  number.values = {plain(std::int32_t{1})};
  expectRefused(number, "x", "column 'x' is INT32, which true is no value of");
}

TEST(Operators, refuseWhatIsNotCompared) {
  Column text{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  text.values = {"a"};
  expectRefused(text, "x = 5", "column 'x' is STRING, which 5 is no value of");
  expectRefused(text, "y = 5", "there is no column 'y'");
  expectRefused(text, "x like 'a!' escape '!'", "a pattern that ends in its escape");
  Column number{"x", test::PhysicalType::kInt32};
  number.values = {plain(std::int32_t{1})};
  expectRefused(number, "x = 'a'", "column 'x' is INT32, which 'a' is no value of");
  expectRefused(number, "x contains 'a'", "column 'x' is INT32, which is no text");
  expectRefused(number, "x = true", "column 'x' is INT32, which true is no value of");
  expectRefused(number, "x = x'01'", "column 'x' is INT32, which X'01' is no value of");
}

// Unknown is not true, and its negation is not either: "a = 1 or b = 1" with a null is true where
// the other says so.
TEST(Operators, knowThreeValues) {
  Column a{"a", test::PhysicalType::kInt32};
  Column b{"b", test::PhysicalType::kInt32};
  //                                    TT TF TU FT FF FU UT UF UU
  a.values = plainAll<std::int32_t>({1, 1, 1, 0, 0, 0, std::nullopt, std::nullopt, std::nullopt});
  b.values = plainAll<std::int32_t>({1, 0, std::nullopt, 1, 0, std::nullopt, 1, 0, std::nullopt});
  const std::string file = test::makeFile({a, b});
  const std::vector<Case> cases = {
      {"a = 1 and b = 1", {0}},
      {"a = 1 or b = 1", {0, 1, 2, 3, 6}},
      {"not (a = 1 and b = 1)", {1, 3, 4, 5, 7}},
      {"not (a = 1 or b = 1)", {4}},
      {"not a = 1", {3, 4, 5}},
      {"not not a = 1", {0, 1, 2}},
      {"not (a is null)", {0, 1, 2, 3, 4, 5}},
      {"a = null", {}},
      {"a <> null", {}},
      {"not a = null", {}},
      {"a = 1 or b = null", {0, 1, 2}},
      {"a in (1, null)", {0, 1, 2}},
      {"a not in (1, null)", {}},
      {"not (a in (1, null))", {}},
      {"a between null and 0", {}},
      {"a not between null and 0", {0, 1, 2}},  // 1 is above 0, whatever the other end is
      {"a not between 1 and null", {3, 4, 5}},
      {"true", {0, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"false", {}},
      {"null", {}},
      {"not null", {}},
      {"not false and a = 1", {0, 1, 2}},
      {"a = 1 and a = 0", {}},
      {"a >= 0 and a <= 0 and b = 1", {3}},
      {"(a = 1 or a is null) and not (b = 1 or b is null)", {1, 7}},
  };
  for (const auto& [where, rows] : cases) {
    EXPECT_EQ(test::takeWhere(file, where).rows, rows) << where;
  }
}

}  // namespace
}  // namespace parquet_flow::scan
