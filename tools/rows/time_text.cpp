#include "rows/time_text.hpp"

#include "rows/number_text.hpp"

namespace parquet_flow::rows {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kNanosOfDay = kSecondsOfDay * 1'000'000'000;
constexpr std::int64_t kJulianDayOf1970 = 2'440'588;

std::int64_t floorDivide(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::size_t digitsOf(schema::TimeUnit unit) noexcept {
  return unit == schema::TimeUnit::kMillis ? 3 : unit == schema::TimeUnit::kMicros ? 6 : 9;
}

std::int64_t unitsPerSecond(schema::TimeUnit unit) noexcept {
  return unit == schema::TimeUnit::kMillis   ? 1'000
         : unit == schema::TimeUnit::kMicros ? 1'000'000
                                             : 1'000'000'000;
}

}  // namespace

// Years begin in March here, so that a leap day is the last of its year: then the days before a
// month m = 0 (March) .. 11 are (153 m + 2) / 5, and 400 years have 146 097 days, whatever years
// they are. The day 0 is 0000-03-01, 719 468 days before 1970.
void appendDate(std::int64_t days, std::string& out) {
  const std::int64_t sinceMarch0 = days + 719'468;
  const std::int64_t era = floorDivide(sinceMarch0, 146'097);
  const std::int64_t dayOfEra = sinceMarch0 - era * 146'097;
  const std::int64_t yearOfEra =
      (dayOfEra - dayOfEra / 1'460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t month = (5 * dayOfYear + 2) / 153;
  const std::int64_t day = dayOfYear - (153 * month + 2) / 5 + 1;
  const std::int64_t year = era * 400 + yearOfEra + (month >= 10 ? 1 : 0);
  if (year < 0 || year > 9'999) {
    out.push_back(year < 0 ? '-' : '+');
  }
  appendPadded(static_cast<std::uint64_t>(year < 0 ? -year : year), 4, out);
  out.push_back('-');
  appendPadded(static_cast<std::uint64_t>(month < 10 ? month + 3 : month - 9), 2, out);
  out.push_back('-');
  appendPadded(static_cast<std::uint64_t>(day), 2, out);
}

bool isTimeOfDay(std::int64_t value, schema::TimeUnit unit) noexcept {
  return value >= 0 && value < kSecondsOfDay * unitsPerSecond(unit);
}

void appendTimeOfDay(std::int64_t value, schema::TimeUnit unit, std::string& out) {
  const std::int64_t seconds = value / unitsPerSecond(unit);
  appendPadded(static_cast<std::uint64_t>(seconds / 3'600), 2, out);
  out.push_back(':');
  appendPadded(static_cast<std::uint64_t>(seconds / 60 % 60), 2, out);
  out.push_back(':');
  appendPadded(static_cast<std::uint64_t>(seconds % 60), 2, out);
  out.push_back('.');
  appendPadded(static_cast<std::uint64_t>(value % unitsPerSecond(unit)), digitsOf(unit), out);
}

void appendTimestamp(std::int64_t value, schema::TimeUnit unit, std::string& out) {
  const std::int64_t unitsOfDay = kSecondsOfDay * unitsPerSecond(unit);
  // The first day that there is begins before the smallest value.
  const std::int64_t inDay = value % unitsOfDay;
  appendDate(floorDivide(value, unitsOfDay), out);
  out.push_back('T');
  appendTimeOfDay(inDay < 0 ? inDay + unitsOfDay : inDay, unit, out);
}

void appendInt96(std::int64_t nanos, std::uint32_t julianDay, std::string& out) {
  const std::int64_t carried = floorDivide(nanos, kNanosOfDay);
  appendDate(std::int64_t{julianDay} - kJulianDayOf1970 + carried, out);
  out.push_back('T');
  const std::int64_t inDay = nanos % kNanosOfDay;
  appendTimeOfDay(inDay < 0 ? inDay + kNanosOfDay : inDay, schema::TimeUnit::kNanos, out);
}

void appendInterval(std::uint32_t months, std::uint32_t days, std::uint32_t millis,
                    std::string& out) {
  out.push_back('P');
  appendInteger(months, out);
  out.push_back('M');
  appendInteger(days, out);
  out.append("DT");
  appendInteger(millis / 1'000, out);
  out.push_back('.');
  appendPadded(millis % 1'000, 3, out);
  out.push_back('S');
}

}  // namespace parquet_flow::rows
