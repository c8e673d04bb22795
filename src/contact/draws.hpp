// What a row's random numbers decide, as functions of one draw without a branch: one Contact calls
// them once, and the kernels of block_kernels.hpp in loops that become vector instructions.
#pragma once

#include <array>
#include <cstdint>

#include "contact/contact.hpp"
#include "contact/names.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact {

// Which draw of a row's stream decides what.
enum Draw : std::uint64_t {
  kDrawShape = 0,       // low half: is there a name; high half: how many phones
  kDrawName = 1,        // first and last name, style
  kDrawNameExtras = 2,  // initial, middle name or second last name
  kDrawFirstPhone = 3,  // low half: which fields; high half: type
};

inline constexpr std::uint32_t kNullNames = shareOf32Bits(20, 100);
// Cumulated: none, one, two, three, four; five is the rest. Three to five share 5 % equally.
inline constexpr std::array<std::uint32_t, kPhonesMax> kPhoneCounts = {
    shareOf32Bits(40, 100), shareOf32Bits(85, 100), shareOf32Bits(95, 100), shareOf32Bits(290, 300),
    shareOf32Bits(295, 300)};
inline constexpr std::uint32_t kBothFields = shareOf32Bits(90, 100);
inline constexpr std::uint32_t kNumberAlone = shareOf32Bits(95, 100);
inline constexpr std::uint32_t kTypeAlone = shareOf32Bits(99, 100);
inline constexpr std::uint32_t kMobile = shareOf32Bits(55, 100);
inline constexpr std::uint32_t kWork = shareOf32Bits(90, 100);
// Of names that are not null, in 1/256: "First Last", "First M. Last", "First Middle Last"; the
// rest is "First Last-Last".
inline constexpr std::uint32_t kPlainNames = 141;
inline constexpr std::uint32_t kNamesWithInitial = kPlainNames + 64;
inline constexpr std::uint32_t kNamesWithMiddle = kNamesWithInitial + 31;

// The halves of a draw. In 64 bits: loops over them then have lanes of one size.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t lowHalf(std::uint64_t draw) noexcept {
  return draw & 0xFFFFFFFF;
}
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t highHalf(std::uint64_t draw) noexcept {
  return draw >> 32;
}

// Whether x >= limit, 0 or 1, of numbers below 2^63. By the sign of a difference: compilers make
// branches of comparisons whose limits are in order, and then no vector instructions.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t atLeast(std::uint64_t x,
                                                                  std::uint64_t limit) noexcept {
  return (limit - 1 - x) >> 63;
}

// 0 or 1.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t hasNameOf(std::uint64_t shape) noexcept {
  return atLeast(lowHalf(shape), kNullNames);
}
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t phoneCountOf(
    std::uint64_t shape) noexcept {
  const std::uint64_t high = highHalf(shape);
  return atLeast(high, kPhoneCounts[0]) + atLeast(high, kPhoneCounts[1]) +
         atLeast(high, kPhoneCounts[2]) + atLeast(high, kPhoneCounts[3]) +
         atLeast(high, kPhoneCounts[4]);
}

// Of a phone's draw; 0 or 1, and a PhoneType, which also one without a type has.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t hasNumberOf(
    std::uint64_t phone) noexcept {
  return 1 - atLeast(lowHalf(phone), kNumberAlone);
}
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t hasTypeOf(std::uint64_t phone) noexcept {
  const std::uint64_t fields = lowHalf(phone);
  return 1 - atLeast(fields, kBothFields) + atLeast(fields, kNumberAlone) -
         atLeast(fields, kTypeAlone);
}
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t phoneTypeOf(
    std::uint64_t phone) noexcept {
  return atLeast(highHalf(phone), kMobile) + atLeast(highHalf(phone), kWork);
}

// Element of a table of 2^kBits for 16 random bits u: index = 2^kBits * (u / 2^16)^2, so the share
// of the first k names is the square root of k / 2^kBits, and the first ones are common as first
// ones are.
template <unsigned kBits>
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t pickName(std::uint64_t draw) noexcept {
  const std::uint64_t u = draw & 0xFFFF;
  return (u * u) >> (32 - kBits);
}

// Which of the tables of names.hpp make a name, by the draws kDrawName and kDrawNameExtras.
struct NameParts {
  std::uint64_t first;
  std::uint64_t middle;
  std::uint64_t last;
  std::uint64_t tail;
};
[[nodiscard, gnu::always_inline]] constexpr NameParts namePartsOf(std::uint64_t name,
                                                                  std::uint64_t extras) noexcept {
  const std::uint64_t style = name >> 56;
  const std::uint64_t initial = kMiddleInitials + (((extras & 0xFFFF) * kInitials) >> 16);
  const std::uint64_t middle = kMiddleNames + pickName<kFirstNameBits>(extras);
  const std::uint64_t tail = kTailNames + pickName<kLastNameBits>(extras);
  NameParts parts{};
  parts.first = pickName<kFirstNameBits>(name);
  parts.middle = style < kNamesWithInitial ? initial : middle;
  parts.middle = style < kPlainNames || style >= kNamesWithMiddle ? 0 : parts.middle;
  parts.last = pickName<kLastNameBits>(name >> 16);
  parts.tail = style >= kNamesWithMiddle ? tail : 0;
  return parts;
}

}  // namespace parquet_flow::contact
