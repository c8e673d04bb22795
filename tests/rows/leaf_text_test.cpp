// Goal: every value of every type has one text, and the text says the value exactly.
//
// Method: tables of values as PLAIN has them, with the text by hand; dates against the calendar's
// edges, decimals and halves against their definitions.
#include "rows/leaf_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "rows/number_text.hpp"
#include "rows/time_text.hpp"

namespace parquet_flow::rows {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;
using schema::TimeUnit;
using namespace std::string_literals;

constexpr std::int32_t kMillis = static_cast<std::int32_t>(TimeUnit::kMillis);
constexpr std::int32_t kMicros = static_cast<std::int32_t>(TimeUnit::kMicros);
constexpr std::int32_t kNanos = static_cast<std::int32_t>(TimeUnit::kNanos);

template <class T>
std::string plain(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

struct Case {
  PhysicalType type;
  std::uint32_t typeLength;
  LogicalType logical;
  std::string value;
  std::string text;
  std::string json;
};

std::string textOf(const Case& each, TextForm form) {
  schema::Leaf leaf;
  leaf.type = each.type;
  leaf.typeLength = each.typeLength;
  leaf.logical = each.logical;
  std::string out;
  LeafText(leaf).append(constBytes(each.value), form, out);
  return out;
}

void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(textOf(each, TextForm::kPlain), each.text);
    EXPECT_EQ(textOf(each, TextForm::kJson), each.json);
  }
}

TEST(LeafText, numbersStandBareWithAllTheirDigits) {
  constexpr LogicalType kUnsigned32 = {LogicalKind::kInteger, 32, 0};
  constexpr LogicalType kUnsigned64 = {LogicalKind::kInteger, 64, 0};
  constexpr LogicalType kSigned8 = {LogicalKind::kInteger, 8, 1};
  check({
      {PhysicalType::kBoolean, 0, {}, "\1"s, "true", "true"},
      {PhysicalType::kBoolean, 0, {}, "\0"s, "false", "false"},
      {PhysicalType::kInt32, 0, {}, plain(INT32_MIN), "-2147483648", "-2147483648"},
      {PhysicalType::kInt32, 0, kSigned8, plain(-7), "-7", "-7"},
      {PhysicalType::kInt32, 0, kUnsigned32, plain(-1), "4294967295", "4294967295"},
      {PhysicalType::kInt64, 0, {}, plain(INT64_MAX), "9223372036854775807", "9223372036854775807"},
      {PhysicalType::kInt64, 0, kUnsigned64, plain(INT64_MIN), "9223372036854775808",
       "9223372036854775808"},
  });
}

TEST(LeafText, realsAreTheShortestThatReadBack) {
  constexpr LogicalType kHalf = {LogicalKind::kFloat16, 0, 0};
  using Double = std::numeric_limits<double>;
  check({
      {PhysicalType::kDouble, 0, {}, plain(0.1), "0.1", "0.1"},
      {PhysicalType::kDouble, 0, {}, plain(1.0), "1.0", "1.0"},
      {PhysicalType::kDouble, 0, {}, plain(-0.0), "-0.0", "-0.0"},
      {PhysicalType::kDouble, 0, {}, plain(1e300), "1e+300", "1e+300"},
      {PhysicalType::kDouble, 0, {}, plain(Double::denorm_min()), "5e-324", "5e-324"},
      {PhysicalType::kDouble, 0, {}, plain(Double::quiet_NaN()), "NaN", "\"NaN\""},
      {PhysicalType::kDouble, 0, {}, plain(-Double::infinity()), "-Infinity", "\"-Infinity\""},
      {PhysicalType::kFloat, 0, {}, plain(0.1F), "0.1", "0.1"},
      {PhysicalType::kFloat, 0, {}, plain(16777216.0F), "16777216.0", "16777216.0"},
      {PhysicalType::kFloat,
       0,
       {},
       plain(std::numeric_limits<float>::infinity()),
       "Infinity",
       "\"Infinity\""},
      // 0x3555 is 0x1.554p-2; 1365 / 4096 = 0.333251953125, and the float 0.33325195 is the same.
      {PhysicalType::kFixedLenByteArray, 2, kHalf, plain(std::uint16_t{0x3555}), "0.33325195",
       "0.33325195"},
      {PhysicalType::kFixedLenByteArray, 2, kHalf, plain(std::uint16_t{0xC000}), "-2.0", "-2.0"},
      {PhysicalType::kFixedLenByteArray, 2, kHalf, plain(std::uint16_t{0x7E00}), "NaN", "\"NaN\""},
      {PhysicalType::kFixedLenByteArray, 2, kHalf, plain(std::uint16_t{0xFC00}), "-Infinity",
       "\"-Infinity\""},
  });
}

TEST(LeafText, halvesAreWhatTheirBitsSay) {
  EXPECT_EQ(halfToFloat(0x0001), 0x1p-24F);
  EXPECT_EQ(halfToFloat(0x03FF), 0x1.ff8p-15F);  // 1023 * 2^-24
  EXPECT_EQ(halfToFloat(0x0400), 0x1p-14F);
  EXPECT_EQ(halfToFloat(0x7BFF), 65504.0F);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(halfToFloat(0x8000)), 0x80000000U);
}

TEST(LeafText, decimalsHaveAllDigitsOfTheirScale) {
  const auto decimal = [](std::int32_t precision, std::int32_t scale) {
    return LogicalType{LogicalKind::kDecimal, precision, scale};
  };
  check({
      {PhysicalType::kInt32, 0, decimal(9, 2), plain(12345), "123.45", "123.45"},
      {PhysicalType::kInt32, 0, decimal(9, 2), plain(-5), "-0.05", "-0.05"},
      {PhysicalType::kInt32, 0, decimal(9, 0), plain(7), "7", "7"},
      {PhysicalType::kInt64, 0, decimal(18, 18), plain(std::int64_t{1}), "0.000000000000000001",
       "\"0.000000000000000001\""},
      {PhysicalType::kInt64, 0, decimal(18, 1), plain(INT64_MIN), "-922337203685477580.8",
       "\"-922337203685477580.8\""},
      {PhysicalType::kByteArray, 0, decimal(20, 2), "", "0.00", "\"0.00\""},
      {PhysicalType::kByteArray, 0, decimal(20, 2), "\xFF", "-0.01", "\"-0.01\""},
      {PhysicalType::kByteArray, 0, decimal(20, 2), "\x80", "-1.28", "\"-1.28\""},
      {PhysicalType::kByteArray, 0, decimal(20, 0), "\x0D\xE0\xB6\xB3\xA7\x64\x00\x00"s,
       "1000000000000000000", "\"1000000000000000000\""},
      // 2^64 = 18446744073709551616; -2^64.
      {PhysicalType::kByteArray, 0, decimal(30, 3), "\x01\0\0\0\0\0\0\0\0"s,
       "18446744073709551.616", "\"18446744073709551.616\""},
      {PhysicalType::kByteArray, 0, decimal(30, 3), "\xFF\0\0\0\0\0\0\0\0"s,
       "-18446744073709551.616", "\"-18446744073709551.616\""},
      // -2^31 in four bytes: its absolute value has one bit more.
      {PhysicalType::kFixedLenByteArray, 4, decimal(9, 0), "\x80\0\0\0"s, "-2147483648",
       "-2147483648"},
      {PhysicalType::kByteArray, 0, decimal(2'000'000'000, 1'000'000'000), "\1", "01", "\"01\""},
  });
}

TEST(LeafText, timesAreIso8601WithTheDigitsOfTheirUnit) {
  const auto time = [](std::int32_t unit, std::int32_t utc) {
    return LogicalType{LogicalKind::kTime, unit, utc};
  };
  const auto timestamp = [](std::int32_t unit, std::int32_t utc) {
    return LogicalType{LogicalKind::kTimestamp, unit, utc};
  };
  constexpr LogicalType kDate = {LogicalKind::kDate, 0, 0};
  check({
      {PhysicalType::kInt32, 0, kDate, plain(0), "1970-01-01", "\"1970-01-01\""},
      {PhysicalType::kInt32, 0, kDate, plain(20'782), "2026-11-25", "\"2026-11-25\""},
      {PhysicalType::kInt32, 0, time(kMillis, 0), plain(86'399'999), "23:59:59.999",
       "\"23:59:59.999\""},
      {PhysicalType::kInt64, 0, time(kMicros, 1), plain(std::int64_t{1}), "00:00:00.000001Z",
       "\"00:00:00.000001Z\""},
      {PhysicalType::kInt32, 0, time(kMillis, 0), plain(86'400'000), "86400000", "86400000"},
      {PhysicalType::kInt64, 0, time(kNanos, 1), plain(std::int64_t{-1}), "-1", "-1"},
      {PhysicalType::kInt64, 0, timestamp(kMillis, 0), plain(std::int64_t{-1}),
       "1969-12-31T23:59:59.999", "\"1969-12-31T23:59:59.999\""},
      {PhysicalType::kInt64, 0, timestamp(kMicros, 1), plain(std::int64_t{1'000'001}),
       "1970-01-01T00:00:01.000001Z", "\"1970-01-01T00:00:01.000001Z\""},
      {PhysicalType::kInt64, 0, timestamp(kNanos, 1), plain(INT64_MAX),
       "2262-04-11T23:47:16.854775807Z", "\"2262-04-11T23:47:16.854775807Z\""},
      {PhysicalType::kInt64, 0, timestamp(kNanos, 0), plain(INT64_MIN),
       "1677-09-21T00:12:43.145224192", "\"1677-09-21T00:12:43.145224192\""},
      // Julian day 2 440 589 is 1970-01-02.
      {PhysicalType::kInt96,
       0,
       {},
       plain(std::int64_t{1}) + plain(2'440'589),
       "1970-01-02T00:00:00.000000001",
       "\"1970-01-02T00:00:00.000000001\""},
      {PhysicalType::kInt96,
       0,
       {},
       plain(std::int64_t{-1}) + plain(2'440'588),
       "1969-12-31T23:59:59.999999999",
       "\"1969-12-31T23:59:59.999999999\""},
      {PhysicalType::kFixedLenByteArray,
       12,
       {LogicalKind::kInterval, 0, 0},
       plain(14) + plain(3) + plain(1'500),
       "P14M3DT1.500S",
       "\"P14M3DT1.500S\""},
  });
}

TEST(LeafText, datesGoByTheGregorianCalendarForEveryNumberOfDays) {
  const struct {
    std::int64_t days;
    const char* text;
  } cases[] = {
      {-1, "1969-12-31"},
      {11'016, "2000-02-29"},  // 2000 is a leap year
      {11'017, "2000-03-01"},
      {-25'509, "1900-02-28"},  // 1900 is not
      {-25'508, "1900-03-01"},
      {2'932'896, "9999-12-31"},
      {2'932'897, "+10000-01-01"},
      {-719'528, "0000-01-01"},
      {-719'529, "-0001-12-31"},
      {INT32_MAX, "+5881580-07-11"},
      {INT32_MIN, "-5877641-06-23"},
  };
  for (const auto& each : cases) {
    std::string out;
    appendDate(each.days, out);
    EXPECT_EQ(out, each.text) << each.days;
  }
}

TEST(LeafText, textIsEscapedAndOtherBytesAreHexadecimal) {
  constexpr LogicalType kString = {LogicalKind::kString, 0, 0};
  check({
      {PhysicalType::kByteArray, 0, kString, "a\"b\n", "a\"b\n", R"("a\"b\u000a")"},
      {PhysicalType::kByteArray, 0, kString, "\xFF", "\uFFFD", "\"\uFFFD\""},
      {PhysicalType::kByteArray,
       0,
       {LogicalKind::kJson, 0, 0},
       "{\"a\":1}",
       "{\"a\":1}",
       R"("{\"a\":1}")"},
      {PhysicalType::kByteArray, 0, {}, "\x00\xAB"s, "00ab", "\"00ab\""},
      {PhysicalType::kFixedLenByteArray, 3, {}, "abc", "616263", "\"616263\""},
      {PhysicalType::kFixedLenByteArray,
       16,
       {LogicalKind::kUuid, 0, 0},
       "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F"s,
       "00010203-0405-0607-0809-0a0b0c0d0e0f",
       "\"00010203-0405-0607-0809-0a0b0c0d0e0f\""},
  });
}

// A bound in a footer may be of any length.
TEST(LeafText, valuesOfAnotherWidthAreBytes) {
  check({
      {PhysicalType::kInt32, 0, {}, "\x01", "01", "\"01\""},
      {PhysicalType::kDouble, 0, {}, "", "", "\"\""},
      {PhysicalType::kFixedLenByteArray, 16, {LogicalKind::kUuid, 0, 0}, "\xAA", "aa", "\"aa\""},
  });
}

}  // namespace
}  // namespace parquet_flow::rows
