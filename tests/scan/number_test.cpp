// Goal: numbers, dates, times and UUIDs out of text are exact, and what is none is refused.
//
// Method: tables worked out by hand.
#include "scan/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "scan/half.hpp"
#include "scan/time_text.hpp"

namespace parquet_flow::scan {
namespace {

std::string inWords(const WholeNumber& number) {
  return (number.isNegative ? "-" : "") + (number.digits.empty() ? "0" : number.digits) +
         (number.hasFraction ? " and a part" : "");
}

TEST(Number, isToldFromWhatIsNone) {
  for (const char* const text : {"0", "-1", "+1.5", ".5", "5.", "1e3", "1E-3", "1.5e+2"}) {
    EXPECT_TRUE(isNumber(text)) << text;
  }
  for (const char* const text : {"", ".", "-", "e3", "1e", "1e+", "1 ", "0x1", "1.2.3", "nan"}) {
    EXPECT_FALSE(isNumber(text)) << text;
  }
}

TEST(Number, isCutTowardsZeroAfterScaling) {
  const struct {
    const char* text;
    std::int32_t scale;
    const char* whole;
    const char* floor;
    const char* ceiling;
  } kCases[] = {
      {"12.5", 0, "12 and a part", "12", "13"},
      {"-12.5", 0, "-12 and a part", "-13", "-12"},
      {"12.5", 1, "125", "125", "125"},
      {"0.999", 2, "99 and a part", "99", "100"},
      {"-0.001", 2, "-0 and a part", "-1", "0"},
      {"1e3", 0, "1000", "1000", "1000"},
      {"1.5e-3", 4, "15", "15", "15"},
      {"000", 0, "0", "0", "0"},
      {"-0", 0, "-0", "0", "0"},
      {"0.10", 1, "1", "1", "1"},
      {"1e-999999999999", 0, "0 and a part", "0", "1"},
  };
  for (const auto& [text, scale, whole, floor, ceiling] : kCases) {
    const WholeNumber number = wholeNumber(text, scale);
    EXPECT_EQ(inWords(number), whole) << text;
    EXPECT_EQ(inWords(floorOf(number)), floor) << text;
    EXPECT_EQ(inWords(ceilingOf(number)), ceiling) << text;
  }
  EXPECT_EQ(wholeNumber("1e999999999999", 0).digits.size(), kWholeDigitsMax);
}

TEST(Number, fitsItsTypeOrNot) {
  EXPECT_EQ(asInt64(wholeNumber("-9223372036854775808", 0)), INT64_MIN);
  EXPECT_EQ(asInt64(wholeNumber("9223372036854775808", 0)), std::nullopt);
  EXPECT_EQ(asInt64(wholeNumber("-9223372036854775809", 0)), std::nullopt);
  EXPECT_EQ(asUint64(wholeNumber("18446744073709551615", 0)), UINT64_MAX);
  EXPECT_EQ(asUint64(wholeNumber("18446744073709551616", 0)), std::nullopt);
  EXPECT_EQ(asUint64(wholeNumber("-1", 0)), std::nullopt);
  EXPECT_EQ(asUint64(wholeNumber("-0", 0)), 0U);
}

TEST(Number, becomesTwosComplement) {
  const struct {
    const char* text;
    std::size_t bytes;
    std::optional<std::string> encoded;
  } kCases[] = {
      {"0", 0, std::string("\0", 1)},
      {"127", 0, "\x7F"},
      {"128", 0, std::string("\x00\x80", 2)},  // else its first bit says negative
      {"-128", 0, "\x80"},
      {"-129", 0, "\xFF\x7F"},
      {"256", 0, std::string("\x01\x00", 2)},
      {"-1", 3, "\xFF\xFF\xFF"},
      {"1", 3, std::string("\0\0\1", 3)},
      {"127", 1, "\x7F"},
      {"128", 1, std::nullopt},
      {"-128", 1, "\x80"},
      {"-129", 1, std::nullopt},
      // 2^64 = 18446744073709551616
      {"18446744073709551616", 9, std::string("\1\0\0\0\0\0\0\0\0", 9)},
      {"-18446744073709551616", 9, std::string("\xFF\0\0\0\0\0\0\0\0", 9)},
  };
  for (const auto& [text, bytes, encoded] : kCases) {
    EXPECT_EQ(asTwosComplement(wholeNumber(text, 0), bytes), encoded) << text;
  }
}

TEST(Number, ofADoubleHasAllItsDigits) {
  EXPECT_TRUE(
      exactText(0.1).starts_with("0.1000000000000000055511151231257827021181583404541015625000"));
  EXPECT_TRUE(exactText(18446744073709551616.0).starts_with("18446744073709551616.0"));
}

TEST(TimeText, readsDates) {
  EXPECT_EQ(parseDate("1970-01-01"), 0);
  EXPECT_EQ(parseDate("1969-12-31"), -1);
  EXPECT_EQ(parseDate("2000-03-01"), 11017);
  EXPECT_EQ(parseDate("2026-11-20"), 20777);
  EXPECT_EQ(parseDate("0000-01-01"), -719528);
  EXPECT_EQ(parseDate("9999-12-31"), 2932896);
  for (const char* const text :
       {"", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31",
        "2026-11-20 ", "26-11-20", "2026/11/20", "2026-11-2"}) {
    EXPECT_EQ(parseDate(text), std::nullopt) << text;
  }
  EXPECT_TRUE(parseDate("2000-02-29"));
}

TEST(TimeText, readsTimesAndMoments) {
  EXPECT_EQ(parseTime("09:30"), "34200.0");
  EXPECT_EQ(parseTime("23:59:59.999999999"), "86399.9999999990");
  EXPECT_EQ(parseTime("24:00"), std::nullopt);
  EXPECT_EQ(parseTime("09:60"), std::nullopt);
  EXPECT_EQ(parseTime("09:30:00."), std::nullopt);
  EXPECT_EQ(parseTimestamp("1970-01-02"), "86400.0");
  EXPECT_EQ(parseTimestamp("1970-01-01 00:00:01.5"), "1.50");
  EXPECT_EQ(parseTimestamp("1970-01-01T01:00:00+01"), "0.0");
  EXPECT_EQ(parseTimestamp("1970-01-01T00:00:00-05:30"), "19800.0");
  EXPECT_EQ(parseTimestamp("1970-01-01T00:00:00Z"), "0.0");
  EXPECT_EQ(parseTimestamp("1970-01-01 00:00:00+0130"), "-5400.0");
  // -1 + 0.25 is -0.75; -1 + 0.90 is -0.1; -2 + 0.5 is -1.5.
  EXPECT_EQ(parseTimestamp("1969-12-31 23:59:59.25"), "-0.75");
  EXPECT_EQ(parseTimestamp("1969-12-31 23:59:59.90"), "-0.1");
  EXPECT_EQ(parseTimestamp("1969-12-31 23:59:58.5"), "-1.5");
  for (const char* const text : {"", "1970-01-01 ", "1970-01-01T00:00 Z", "1970-01-01 00:00+1",
                                 "1970-01-01 00:00+24", "1970-01-01x"}) {
    EXPECT_EQ(parseTimestamp(text), std::nullopt) << text;
  }
}

TEST(TimeText, readsUuids) {
  const std::string bytes("\xf8\x1d\x4f\xae\x7d\xec\x41\xd0\xa7\x65\x00\xa0\xc9\x1e\x6b\xf6", 16);
  EXPECT_EQ(parseUuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"), bytes);
  EXPECT_EQ(parseUuid("F81D4FAE7DEC41D0A76500A0C91E6BF6"), bytes);
  EXPECT_EQ(parseUuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf"), std::nullopt);
  EXPECT_EQ(parseUuid("f81d4fae-7dec-41d0-a765-00a0c91e6bfg"), std::nullopt);
  EXPECT_EQ(parseUuid("f81d4fae7-dec-41d0-a765-00a0c91e6bf6"), std::nullopt);
}

TEST(Half, isTheFloatItStandsFor) {
  EXPECT_EQ(halfToFloat(0x3C00), 1.0F);
  EXPECT_EQ(halfToFloat(0xC000), -2.0F);
  EXPECT_EQ(halfToFloat(0x7BFF), 65504.0F);
  EXPECT_EQ(halfToFloat(0x0001), 0x1p-24F);
  EXPECT_EQ(halfToFloat(0x0400), 0x1p-14F);
  EXPECT_EQ(halfToFloat(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(halfToFloat(0x7E01)));
  EXPECT_TRUE(std::signbit(halfToFloat(0x8000)));
}

}  // namespace
}  // namespace parquet_flow::scan
