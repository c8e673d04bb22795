// Dates and times as ISO 8601 has them, for every number that a file may have.
#pragma once

#include <cstdint>
#include <string>

#include "schema/schema.hpp"

namespace parquet_flow::rows {

// "2026-11-25" of days since 1970-01-01, in the Gregorian calendar, also before it was used. Years
// before 0 and after 9999 have a sign: "+12026-11-25", "-0044-03-15".
void appendDate(std::int64_t days, std::string& out);
// "23:59:59.000001": all digits of the unit. `value` is within a day: isTimeOfDay.
void appendTimeOfDay(std::int64_t value, schema::TimeUnit unit, std::string& out);
[[nodiscard]] bool isTimeOfDay(std::int64_t value, schema::TimeUnit unit) noexcept;
// "2026-11-25T23:59:59.000001" of units since 1970.
void appendTimestamp(std::int64_t value, schema::TimeUnit unit, std::string& out);
// The same in nanoseconds of an INT96: those of the day, which may be more than a day's, and a
// Julian day number.
void appendInt96(std::int64_t nanos, std::uint32_t julianDay, std::string& out);
// "P14M3DT1.500S" of an INTERVAL.
void appendInterval(std::uint32_t months, std::uint32_t days, std::uint32_t millis,
                    std::string& out);

}  // namespace parquet_flow::rows
