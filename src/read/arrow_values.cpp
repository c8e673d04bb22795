#include "read/arrow_values.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/bits.hpp"
#include "column/leaf_view.hpp"

namespace parquet_flow::read {
namespace {

using column::kViewBytes;
using column::kViewInlineBytesMax;

constexpr std::int64_t kMillisOfDay = 86'400'000;
constexpr std::int64_t kNanosOfDay = kMillisOfDay * 1'000'000;
constexpr std::uint32_t kJulianDayOf1970 = 2'440'588;

// One `To` out of each value of `width` bytes.
template <class To, class Function>
Result<void> each(const ColumnVector& from, std::size_t width, ByteBuffer& out,
                  Function&& function) {
  const auto slots = static_cast<std::size_t>(from.slots);
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(slots * sizeof(To)));
  const std::byte* const values = from.data();
  for (std::size_t i = 0; i < slots; ++i) {
    storeLe(to + i * sizeof(To), function(values + i * width));
  }
  return {};
}

bool isNull(const ColumnVector& from, std::size_t slot) noexcept {
  return from.nulls != 0 && !bitmapGet(from.validity.data(), slot);
}

tl::unexpected<Error> failDecimal(std::size_t slot, std::size_t bytes) {
  return fail(ErrorCode::kCorrupt, "the decimal of slot " + std::to_string(slot) +
                                       " does not fit " + std::to_string(bytes) + " bytes");
}

// A big-endian number; false: it does not fit.
bool reverseDecimal(ConstBytes from, std::size_t bytes, std::byte* to) noexcept {
  const bool isNegative = !from.empty() && (from[0] & std::byte{0x80}) != std::byte{0};
  const std::byte sign = isNegative ? std::byte{0xFF} : std::byte{0};
  std::size_t skipped = 0;
  for (; from.size() - skipped > bytes; ++skipped) {
    if (from[skipped] != sign) {
      return false;
    }
  }
  const ConstBytes digits = from.subspan(skipped);
  if (skipped != 0 && (digits[0] & std::byte{0x80}) != (sign & std::byte{0x80})) {
    return false;
  }
  std::reverse_copy(digits.begin(), digits.end(), to);
  std::fill(to + digits.size(), to + bytes, sign);
  return true;
}

}  // namespace

Result<void> narrowInt32(const ColumnVector& from, std::size_t width, ByteBuffer& out) {
  if (width == 1) {
    return each<std::uint8_t>(from, 4, out, [](const std::byte* at) {
      return static_cast<std::uint8_t>(loadLe<std::uint32_t>(at));
    });
  }
  return each<std::uint16_t>(from, 4, out, [](const std::byte* at) {
    return static_cast<std::uint16_t>(loadLe<std::uint32_t>(at));
  });
}

Result<void> daysToMillis(const ColumnVector& from, ByteBuffer& out) {
  return each<std::int64_t>(
      from, 4, out, [](const std::byte* at) { return loadLe<std::int32_t>(at) * kMillisOfDay; });
}

Result<void> int96ToNanos(const ColumnVector& from, ByteBuffer& out) {
  return each<std::uint64_t>(from, 12, out, [](const std::byte* at) {
    const std::uint64_t days = std::uint64_t{loadLe<std::uint32_t>(at + 8)} - kJulianDayOf1970;
    return days * static_cast<std::uint64_t>(kNanosOfDay) + loadLe<std::uint64_t>(at);
  });
}

Result<void> intervals(const ColumnVector& from, IntervalForm form, ByteBuffer& out) {
  struct MonthDayNanos {
    std::uint64_t monthsAndDays;
    std::int64_t nanos;
  };
  switch (form) {
    case IntervalForm::kMonths:
      return each<std::uint32_t>(from, 12, out,
                                 [](const std::byte* at) { return loadLe<std::uint32_t>(at); });
    case IntervalForm::kDayMillis:
      return each<std::uint64_t>(from, 12, out,
                                 [](const std::byte* at) { return loadLe<std::uint64_t>(at + 4); });
    case IntervalForm::kMonthDayNanos:
      break;
  }
  return each<MonthDayNanos>(from, 12, out, [](const std::byte* at) {
    return MonthDayNanos{loadLe<std::uint64_t>(at),
                         std::int64_t{loadLe<std::uint32_t>(at + 8)} * 1'000'000};
  });
}

Result<void> decimals(const ColumnVector& from, DecimalForm form, std::size_t bytes,
                      ByteBuffer& out) {
  const auto slots = static_cast<std::size_t>(from.slots);
  PF_TRY_ASSIGN(std::byte * to, out.appendUninitialized(slots * bytes));
  const std::byte* const values = from.data();
  const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from.offsets.data());
  for (std::size_t i = 0; i < slots; ++i, to += bytes) {
    if (isNull(from, i)) {
      std::memset(to, 0, bytes);
    } else if (form.isBigEndian) {
      const ConstBytes value =
          form.width != 0
              ? ConstBytes(values + i * form.width, form.width)
              : ConstBytes(values + offsets[i], std::size_t{offsets[i + 1] - offsets[i]});
      if (!reverseDecimal(value, bytes, to)) {
        return failDecimal(i, bytes);
      }
    } else {
      const std::byte* const value = values + i * form.width;
      const std::int64_t number =
          form.width == 4 ? loadLe<std::int32_t>(value) : loadLe<std::int64_t>(value);
      if (bytes < 8 && number != static_cast<std::int32_t>(number)) {
        return failDecimal(i, bytes);
      }
      const std::size_t taken = std::min<std::size_t>(bytes, 8);
      std::memcpy(to, &number, taken);
      std::memset(to + taken, number < 0 ? 0xFF : 0, bytes - taken);
    }
  }
  return {};
}

Result<void> wideOffsets(const ColumnVector& from, ByteBuffer& out) {
  const auto count = static_cast<std::size_t>(from.slots) + 1;
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(count * sizeof(std::int64_t)));
  const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from.offsets.data());
  for (std::size_t i = 0; i < count; ++i) {
    storeLe(to + i * sizeof(std::int64_t), std::int64_t{offsets[i]});
  }
  return {};
}

Result<void> stringViews(const ColumnVector& from, ByteBuffer& out) {
  const auto slots = static_cast<std::size_t>(from.slots);
  PF_TRY_ASSIGN(std::byte * to, out.appendUninitialized(slots * kViewBytes));
  const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from.offsets.data());
  const std::byte* const values = from.values.data();
  for (std::size_t i = 0; i < slots; ++i, to += kViewBytes) {
    const std::uint32_t begin = offsets[i];
    const std::uint32_t length = offsets[i + 1] - begin;
    storeLe(to, length);
    std::memset(to + 4, 0, kViewInlineBytesMax);
    if (length <= kViewInlineBytesMax) {
      if (length != 0) {
        std::memcpy(to + 4, values + begin, length);
      }
    } else {
      std::memcpy(to + 4, values + begin, 4);
      storeLe(to + 12, begin);
    }
  }
  return {};
}

}  // namespace parquet_flow::read
