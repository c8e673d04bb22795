#include "scan/time_text.hpp"

#include <algorithm>

namespace parquet_flow::scan {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

// `count` digits from the front.
std::optional<std::int64_t> takeDigits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

// All digits at the front, one at least and ten at most.
std::optional<std::uint64_t> takeNumber(std::string_view& text) noexcept {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto value = count == 0 || count > 10 ? std::nullopt : takeDigits(text, count);
  return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

bool takeChar(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

bool isLeapYear(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int64_t daysInMonth(std::int64_t year, std::int64_t month) noexcept {
  constexpr std::int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && isLeapYear(year) ? 1 : 0);
}

// Before the first of January of `year`, which is at least 0, since that of the year 0.
std::int64_t daysBeforeYear(std::int64_t year) noexcept {
  if (year == 0) {
    return 0;
  }
  const std::int64_t last = year - 1;
  return year * 365 + last / 4 - last / 100 + last / 400 + 1;
}

std::optional<std::int64_t> takeDate(std::string_view& text) noexcept {
  const auto year = takeDigits(text, 4);
  if (!year || !takeChar(text, '-')) {
    return std::nullopt;
  }
  const auto month = takeDigits(text, 2);
  if (!month || *month < 1 || *month > 12 || !takeChar(text, '-')) {
    return std::nullopt;
  }
  const auto day = takeDigits(text, 2);
  if (!day || *day < 1 || *day > daysInMonth(*year, *month)) {
    return std::nullopt;
  }
  std::int64_t days = daysBeforeYear(*year) - daysBeforeYear(1970) + *day - 1;
  for (std::int64_t before = 1; before < *month; ++before) {
    days += daysInMonth(*year, before);
  }
  return days;
}

struct TimeOfDay {
  std::int64_t seconds = 0;
  std::string_view fraction;  // digits
};

std::optional<TimeOfDay> takeTime(std::string_view& text) noexcept {
  const auto hour = takeDigits(text, 2);
  if (!hour || *hour > 23 || !takeChar(text, ':')) {
    return std::nullopt;
  }
  const auto minute = takeDigits(text, 2);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  TimeOfDay time{*hour * 3600 + *minute * 60, {}};
  if (!takeChar(text, ':')) {
    return time;
  }
  const auto second = takeDigits(text, 2);
  if (!second || *second > 59) {
    return std::nullopt;
  }
  time.seconds += *second;
  if (takeChar(text, '.')) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
      ++count;
    }
    if (count == 0) {
      return std::nullopt;
    }
    time.fraction = text.substr(0, count);
    text.remove_prefix(count);
  }
  return time;
}

// Seconds that the text's clock is ahead of UTC.
std::optional<std::int64_t> takeZone(std::string_view& text) noexcept {
  if (text.empty() || takeChar(text, 'Z') || takeChar(text, 'z')) {
    return 0;
  }
  const bool isBehind = text.front() == '-';
  if (!isBehind && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = takeDigits(text, 2);
  if (!hours || *hours > 23) {
    return std::nullopt;
  }
  std::int64_t seconds = *hours * 3600;
  if (!text.empty()) {
    takeChar(text, ':');
    const auto minutes = takeDigits(text, 2);
    if (!minutes || *minutes > 59) {
      return std::nullopt;
    }
    seconds += *minutes * 60;
  }
  return isBehind ? -seconds : seconds;
}

// seconds + 0.fraction.
std::string secondsText(std::int64_t seconds, std::string_view fraction) {
  if (seconds >= 0 || fraction.find_first_not_of('0') == std::string_view::npos) {
    return std::to_string(seconds) + "." + std::string(fraction) + "0";
  }
  // Below zero the digits go the other way: -1 + 0.25 is -0.75. From the last digit that is not 0
  // on to the left each is taken from 9, that one from 10.
  std::string digits(fraction.substr(0, fraction.find_last_not_of('0') + 1));
  for (char& digit : digits) {
    digit = static_cast<char>('0' + ('9' - digit));
  }
  ++digits.back();
  return "-" + std::to_string(-(seconds + 1)) + "." + digits;
}

int hexDigit(char c) noexcept {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

}  // namespace

std::optional<std::int64_t> parseDate(std::string_view text) noexcept {
  const auto days = takeDate(text);
  return text.empty() ? days : std::nullopt;
}

std::optional<std::string> parseTime(std::string_view text) {
  const auto time = takeTime(text);
  if (!time || !text.empty()) {
    return std::nullopt;
  }
  return secondsText(time->seconds, time->fraction);
}

std::optional<std::string> parseTimestamp(std::string_view text) {
  const auto days = takeDate(text);
  if (!days) {
    return std::nullopt;
  }
  TimeOfDay time;
  std::int64_t ahead = 0;
  if (takeChar(text, ' ') || takeChar(text, 'T')) {
    const auto taken = takeTime(text);
    if (!taken) {
      return std::nullopt;
    }
    time = *taken;
    const auto zone = takeZone(text);
    if (!zone) {
      return std::nullopt;
    }
    ahead = *zone;
  }
  if (!text.empty()) {
    return std::nullopt;
  }
  return secondsText(*days * kSecondsPerDay + time.seconds - ahead, time.fraction);
}

std::optional<std::string> parseInterval(std::string_view text) {
  std::string bytes;
  const auto append = [&bytes](std::uint64_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>(value >> shift);
    }
    return value <= UINT32_MAX;
  };
  const auto months = takeChar(text, 'P') ? takeNumber(text) : std::nullopt;
  if (!months || !append(*months) || !takeChar(text, 'M')) {
    return std::nullopt;
  }
  const auto days = takeNumber(text);
  if (!days || !append(*days) || !takeChar(text, 'D') || !takeChar(text, 'T')) {
    return std::nullopt;
  }
  const auto seconds = takeNumber(text);
  if (!seconds) {
    return std::nullopt;
  }
  std::uint64_t millis = *seconds * 1'000;
  if (takeChar(text, '.')) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    const auto fraction = digits > 3 ? std::nullopt : takeNumber(text);
    if (!fraction) {
      return std::nullopt;
    }
    millis += *fraction * (digits == 1 ? 100 : digits == 2 ? 10 : 1);
  }
  return append(millis) && text == "S" ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string> parseUuid(std::string_view text) {
  std::string bytes;
  const bool hasDashes = text.size() == 36;
  if (!hasDashes && text.size() != 32) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < text.size(); i += 2) {
    if (hasDashes && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') {
        return std::nullopt;
      }
      ++i;
    }
    const int high = hexDigit(text[i]);
    const int low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace parquet_flow::scan
