#include "base/time_format.hpp"

#include <chrono>
#include <cstdio>

namespace parquet_flow {

std::string utcDateText(std::int64_t utcNs) {
  using std::chrono::days;
  using std::chrono::nanoseconds;
  // floor, not a cast: a moment before 1970 belongs to the day that it is in.
  const std::chrono::sys_days day{std::chrono::floor<days>(nanoseconds{utcNs})};
  const std::chrono::year_month_day date{day};
  char text[sizeof "-32768-255-255"];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace parquet_flow
