#include "codec/isal_streams.hpp"

#include <array>
#include <cstdint>
#include <new>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace parquet_flow::codec {
namespace {

// Bits 16 to 47 of an address are hashed. Four neighbours in them differ pairwise in the lower five
// bits of the hash (CRC-32C is linear), and ISA-L uses six at least, so whatever the hashes of
// three positions are, one place is free of them.
constexpr unsigned kHashedShift = 16;
constexpr std::size_t kPlaceStep = std::size_t{1} << kHashedShift;
constexpr std::size_t kPlaces = 4;
constexpr std::size_t kPlacesBytes = (kPlaces - 1) * kPlaceStep + sizeof(isal_zstream);

#if defined(__x86_64__)

constexpr std::size_t kPositions = 3;
constexpr std::size_t kHashedBytes = 4;

[[gnu::target("sse4.2")]] std::uint32_t lowHashOf(std::uint32_t value) noexcept {
  return _mm_crc32_u32(0, value) % 32;
}

std::size_t placeFor(ConstBytes page, const std::byte* places) noexcept {
  if (page.size() < kPositions - 1 + kHashedBytes) {
    return 0;
  }
  std::uint32_t taken = 0;  // a bit for each hash
  for (std::size_t position = 0; position < kPositions; ++position) {
    taken |= 1U << lowHashOf(loadLe<std::uint32_t>(page.data() + position));
  }
  const auto hashed =
      static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(places) >> kHashedShift);
  std::size_t place = 0;
  while (place + 1 < kPlaces &&
         (taken >> lowHashOf(hashed + static_cast<std::uint32_t>(place)) & 1) != 0) {
    ++place;
  }
  return place;
}

// Without SSE 4.2 ISA-L runs its plain C, where the hash is the right one.
bool addressShows() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") != 0;
}

#endif

}  // namespace

bool IsalStreams::open(std::size_t levelBufferBytes) noexcept {
  constexpr std::size_t kAlignment = alignof(isal_zstream);
  levelBufferBytes_ = (levelBufferBytes + kAlignment - 1) / kAlignment * kAlignment;
  return memory_.appendUninitialized(levelBufferBytes_ + kPlacesBytes).has_value();
}

isal_zstream& IsalStreams::streamFor(ConstBytes page) noexcept {
  std::byte* const places = memory_.data() + levelBufferBytes_;
  std::size_t place = 0;
#if defined(__x86_64__)
  if (addressShows()) {
    place = placeFor(page, places);
  }
#endif
  auto* const stream = new (places + place * kPlaceStep) isal_zstream;
  isal_deflate_init(stream);
  stream->level_buf = reinterpret_cast<std::uint8_t*>(memory_.data());
  stream->level_buf_size = static_cast<std::uint32_t>(levelBufferBytes_);
  return *stream;
}

}  // namespace parquet_flow::codec
