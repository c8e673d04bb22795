// What the dictionary builder needs to know of values of each shape: a key to find them by, and how
// they stand in the page.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// INT32, FLOAT, INT64, DOUBLE and what else has their width: the key is the value.
template <class Number>
struct WordSource {
  using Key = std::make_unsigned_t<Number>;
  static constexpr bool kIsExact = true;

  const std::byte* values;

  static std::int64_t numberAt(const std::byte* at) noexcept { return loadLe<Number>(at); }
  std::int64_t number(std::size_t i) const noexcept { return numberAt(at(i)); }
  Key key(std::size_t i) const noexcept { return loadLe<Key>(at(i)); }
  const std::byte* at(std::size_t i) const noexcept { return values + i * sizeof(Key); }

  std::size_t plainBytes(std::size_t) const noexcept { return sizeof(Key); }
  Result<void> put(std::size_t i, ByteBuffer& page) const {
    return page.append(at(i), sizeof(Key));
  }
};

// The key of a value of up to seven bytes is its bytes and its length, which no other value has.
// That of a longer one is a hash with the highest bit set.
inline constexpr std::size_t kExactBytesMax = 7;
inline constexpr std::uint64_t kHashedKey = std::uint64_t{1} << 63;

// Of up to seven bytes, where eight can be read.
[[gnu::always_inline]] inline std::uint64_t exactKey(const std::byte* at,
                                                     std::size_t bytes) noexcept {
  const std::uint64_t word = loadLe<std::uint64_t>(at) & ((std::uint64_t{1} << (8 * bytes)) - 1);
  return word | std::uint64_t{bytes} << 56;
}

// Both halves of a product, crossed.
[[gnu::always_inline]] inline std::uint64_t folded(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Uint128 = unsigned __int128;
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Of more than 16 bytes, in four lanes of folded products, as wyhash and rapidhash have them. Of up
// to 64 bytes, and of the last 64 of more, the lanes overlap: no branch but the loop's and one
// more. XXH3 without a vector unit of its own took twice as long for 100 to 400 bytes.
inline std::uint64_t hashOfMany(const std::byte* at, std::size_t bytes) noexcept {
  // Odd constants from the fractions of the square roots of 3, 5, 7 and 11.
  std::uint64_t a = 0xBB67AE8584CAA73BU;
  std::uint64_t b = 0x3C6EF372FE94F82BU;
  std::uint64_t c = 0xA54FF53A5F1D36F1U;
  std::uint64_t d = 0x510E527FADE682D1U;
  const auto mix = [](std::uint64_t& lane, const std::byte* from) {
    lane = folded(loadLe<std::uint64_t>(from) ^ lane,
                  loadLe<std::uint64_t>(from + 8) ^ 0x6A09E667F3BCC909U);
  };
  const std::byte* const end = at + bytes;
  const std::size_t step = bytes > 32 ? 16 : 0;
  if (bytes > 64) {
    do {
      mix(a, at);
      mix(b, at + 16);
      mix(c, at + 32);
      mix(d, at + 48);
      at += 64;
    } while (end - at > 64);
    at = end - 64;
  }
  mix(a, at);
  mix(b, at + step);
  mix(c, end - 16 - step);
  mix(d, end - 16);
  return folded(a ^ bytes, b ^ 0x9E3779B97F4A7C15U) ^ folded(c ^ 0x9B05688C2B3E6C1FU, d);
}

// `isWide`: eight bytes can be read from `at` on, whatever `bytes` is.
[[gnu::always_inline]] inline std::uint64_t keyOfBytes(const std::byte* at, std::size_t bytes,
                                                       bool isWide) noexcept {
  if (bytes <= kExactBytesMax) {
    if (isWide) {
      return exactKey(at, bytes);
    }
    std::uint64_t word = 0;
    if (bytes != 0) {
      std::memcpy(&word, at, bytes);
    }
    return word | std::uint64_t{bytes} << 56;
  }
  if (bytes <= 16) {
    // Two words that overlap. Odd constants from the fractions of the golden ratio and of sqrt(2).
    const auto first = loadLe<std::uint64_t>(at);
    const auto last = loadLe<std::uint64_t>(at + bytes - 8);
    const std::uint64_t mixed =
        std::rotl(first * 0x9E3779B97F4A7C15U, 31) + last + bytes * 0xA54FF53A5F1D36F1U;
    return (mixed * 0x6A09E667F3BCC909U) | kHashedKey;
  }
  return hashOfMany(at, bytes) | kHashedKey;
}

// `bytes` bytes, more than seven.
inline bool equalBytes(const std::byte* a, const std::byte* b, std::size_t bytes) noexcept {
  if (bytes <= 16) {
    return ((loadLe<std::uint64_t>(a) ^ loadLe<std::uint64_t>(b)) |
            (loadLe<std::uint64_t>(a + bytes - 8) ^ loadLe<std::uint64_t>(b + bytes - 8))) == 0;
  }
  return std::memcmp(a, b, bytes) == 0;
}

// FIXED_LEN_BYTE_ARRAY and INT96.
struct FixedSource {
  using Key = std::uint64_t;
  static constexpr bool kIsExact = false;

  const std::byte* values;
  std::size_t width;
  std::size_t bytes;  // of all values

  const std::byte* at(std::size_t i) const noexcept { return values + i * width; }
  Key key(std::size_t i) const noexcept {
    return keyOfBytes(at(i), width, i * width + sizeof(Key) <= bytes);
  }
  // Whether the keys of these values are all exact.
  bool areShort(std::size_t, std::size_t) const noexcept { return width <= kExactBytesMax; }
  // Of the values from `begin` on, how many have eight bytes to be read.
  std::size_t wideCount(std::size_t begin, std::size_t count) const noexcept {
    while (count != 0 && (begin + count - 1) * width + sizeof(Key) > bytes) {
      --count;
    }
    return count;
  }
  // Of such a value.
  Key shortKey(std::size_t i) const noexcept { return exactKey(at(i), width); }
  bool equals(std::size_t i, Key key, std::uint32_t position,
              const std::byte* page) const noexcept {
    return key < kHashedKey || equalBytes(at(i), page + position, width);
  }

  std::size_t plainBytes(std::size_t) const noexcept { return width; }
  Result<void> put(std::size_t i, ByteBuffer& page) const { return page.append(at(i), width); }
};

// BYTE_ARRAY.
struct ByteArraySource {
  using Key = std::uint64_t;
  static constexpr bool kIsExact = false;

  const std::byte* data;
  const std::uint32_t* offsets;
  std::uint64_t end;  // of the last value in `data`

  std::uint32_t length(std::size_t i) const noexcept { return offsets[i + 1] - offsets[i]; }
  Key key(std::size_t i) const noexcept {
    return keyOfBytes(data + offsets[i], length(i), offsets[i] + sizeof(Key) <= end);
  }
  // As for FixedSource.
  bool areShort(std::size_t begin, std::size_t count) const noexcept {
    std::uint32_t longest = 0;
    for (std::size_t i = begin; i < begin + count; ++i) {
      longest = std::max(longest, length(i));
    }
    return longest <= kExactBytesMax;
  }
  std::size_t wideCount(std::size_t begin, std::size_t count) const noexcept {
    while (count != 0 && offsets[begin + count - 1] + sizeof(Key) > end) {
      --count;
    }
    return count;
  }
  Key shortKey(std::size_t i) const noexcept { return exactKey(data + offsets[i], length(i)); }
  bool equals(std::size_t i, Key key, std::uint32_t position,
              const std::byte* page) const noexcept {
    return key < kHashedKey ||
           (loadLe<std::uint32_t>(page + position) == length(i) &&
            equalBytes(data + offsets[i], page + position + sizeof(std::uint32_t), length(i)));
  }

  std::size_t plainBytes(std::size_t i) const noexcept {
    return sizeof(std::uint32_t) + std::size_t{length(i)};
  }
  Result<void> put(std::size_t i, ByteBuffer& page) const {
    const std::uint32_t bytes = length(i);
    PF_TRY_ASSIGN(std::byte* const to, page.reserveExtra(plainBytes(i)));
    storeLe(to, bytes);
    if (bytes != 0) {
      std::memcpy(to + sizeof bytes, data + offsets[i], bytes);
    }
    page.commit(plainBytes(i));
    return {};
  }
};

}  // namespace parquet_flow::encoding
