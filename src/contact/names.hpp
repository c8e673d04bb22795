// Tables of common first and last names of many countries, in UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parquet_flow::contact {

// Held inline and of one size, so that appending a name is one copy of 16 bytes and an addition.
struct ShortName {
  static constexpr std::size_t kBytesMax = 15;

  // kSize counts the NUL, which stays outside where all 15 bytes are used. Implicit, so that the
  // tables read as lists of strings.
  template <std::size_t kSize>
  consteval ShortName(const char (&name)[kSize])  // NOLINT(google-explicit-constructor)
      : bytes(kSize - 1) {
    static_assert(kSize - 1 <= kBytesMax);
    for (std::size_t i = 0; i < kSize - 1; ++i) {
      text[i] = name[i];
    }
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, bytes}; }

  char text[kBytesMax] = {};
  std::uint8_t bytes;
};
static_assert(sizeof(ShortName) == 16);

// The sizes are powers of two: together two first and two last names are 34 bits, which is what
// the permutation behind the all-distinct option runs over.
inline constexpr unsigned kFirstNameBits = 8;
inline constexpr unsigned kLastNameBits = 9;

// Entries are distinct and have neither spaces nor hyphens, so a full name made of them can be
// taken apart again: distinct choices are distinct names. More frequent names come first.
extern const std::array<ShortName, 1U << kFirstNameBits> kFirstNames;
extern const std::array<ShortName, 1U << kLastNameBits> kLastNames;

}  // namespace parquet_flow::contact
