// Copying a record's payload without a call: up to some hundred bytes the C library's memcpy,
// reached through an indirect jump and choosing among its variants by size, costs more than the
// copy.
//
// Measured as producer.hpp says, in line / memcpy: 256 bytes 1.4 / 2.7 ns, 300 bytes 1.7 / 8.0,
// 512 bytes 6.4 / 6.6, 2000 bytes 32 / 26. A switch over common sizes in front (32, 64, 128, 256)
// was within 0.1 ns of the loop of blocks, and cost the other sizes its compares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace parquet_flow::ring {

inline constexpr std::size_t kInlineCopyBytesMax = 512;

namespace detail {

// memcpy of a constant size is a load and a store, of the widest registers every machine has.
template <std::size_t kBytes>
[[gnu::always_inline]] inline void copyFixed(std::byte* to, const std::byte* from) noexcept {
  std::memcpy(to, from, kBytes);
}

// kBytes .. 2 * kBytes bytes: the first kBytes and the last, which may overlap.
template <std::size_t kBytes>
[[gnu::always_inline]] inline void copyBothEnds(std::byte* to, const std::byte* from,
                                                std::size_t bytes) noexcept {
  std::memcpy(to, from, kBytes);
  std::memcpy(to + bytes - kBytes, from + bytes - kBytes, kBytes);
}

}  // namespace detail

// 1 .. kInlineCopyBytesMax bytes that do not overlap. Writes nothing outside [to, to + bytes).
[[gnu::always_inline]] inline void inlineCopy(std::byte* to, const std::byte* from,
                                              std::size_t bytes) noexcept {
  if (bytes >= 16) [[likely]] {
    std::byte* const end = to + bytes;
    const std::byte* const fromEnd = from + bytes;
    while (static_cast<std::size_t>(end - to) >= 64) {
      detail::copyFixed<64>(to, from);
      to += 64;
      from += 64;
    }
    while (static_cast<std::size_t>(end - to) >= 16) {
      detail::copyFixed<16>(to, from);
      to += 16;
      from += 16;
    }
    if (to != end) detail::copyFixed<16>(end - 16, fromEnd - 16);
  } else if (bytes >= 8) {
    detail::copyBothEnds<8>(to, from, bytes);
  } else if (bytes >= 4) {
    detail::copyBothEnds<4>(to, from, bytes);
  } else {
    *to = *from;
    if (bytes > 1) detail::copyBothEnds<2>(to, from, bytes);
  }
}

}  // namespace parquet_flow::ring
