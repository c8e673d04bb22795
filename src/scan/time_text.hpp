// Dates, times and moments as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parquet_flow::scan {

// "2026-11-20", of the proleptic Gregorian calendar, years 0000 to 9999: days since 1970-01-01.
// nullopt: no date.
[[nodiscard]] std::optional<std::int64_t> parseDate(std::string_view text) noexcept;

// "09:30", "09:30:00" or with any digits behind a point: seconds since midnight, as a number's
// text. nullopt: no time of a day.
[[nodiscard]] std::optional<std::string> parseTime(std::string_view text);

// A date; behind it, where there is one, " " or "T" and a time; behind that, where there is one,
// "Z" or the distance from UTC, "+01", "-05:30" or "+0530": seconds since 1970-01-01T00:00:00Z, as
// a number's text. Without a distance it is taken to be UTC. nullopt: no moment.
[[nodiscard]] std::optional<std::string> parseTimestamp(std::string_view text);

// "P14M3DT1.500S": months, days and seconds with up to three digits behind a point, each up to what
// 32 bits hold, of seconds in milliseconds: the 12 bytes of an INTERVAL. nullopt: none.
[[nodiscard]] std::optional<std::string> parseInterval(std::string_view text);

// 32 hexadecimal digits of either case, with "-" behind the 8th, 12th, 16th and 20th or without:
// 16 bytes. nullopt: no UUID.
[[nodiscard]] std::optional<std::string> parseUuid(std::string_view text);

}  // namespace parquet_flow::scan
