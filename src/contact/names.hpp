// Tables of common first and last names of many countries, in UTF-8, and of the parts that a full
// name is put together from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Parts with what joins them, of up to 16 bytes. The lengths are apart, so that four parts of 16
// bytes fill a cache line.
template <std::size_t kCount>
struct NamePieces {
  static constexpr std::size_t kPieceBytes = ShortName::kBytesMax + 1;

  alignas(64) std::array<std::array<char, kPieceBytes>, kCount> text{};
  std::array<std::uint8_t, kCount> bytes{};

  // Appends piece `i` and returns its end; kPieceBytes are written whatever its length.
  char* append(std::size_t i, char* out) const noexcept {
    std::memcpy(out, &text[i], kPieceBytes);
    return out + bytes[i];
  }
};

inline constexpr std::size_t kInitials = 26;
// In kMiddlePieces: nothing, the initials, the first names.
inline constexpr std::size_t kMiddleInitials = 1;
inline constexpr std::size_t kMiddleNames = kMiddleInitials + kInitials;
// In kTailPieces: nothing, the last names.
inline constexpr std::size_t kTailNames = 1;

// Every name is a piece of each, in this order.
extern const NamePieces<1U << kFirstNameBits> kFirstPieces;                    // "Maria "
extern const NamePieces<kMiddleNames + (1U << kFirstNameBits)> kMiddlePieces;  // "", "A. ", "Ana "
extern const NamePieces<1U << kLastNameBits> kLastPieces;                      // "Garcia"
extern const NamePieces<kTailNames + (1U << kLastNameBits)> kTailPieces;       // "", "-Garcia"

}  // namespace parquet_flow::contact
